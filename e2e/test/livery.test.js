// A site in an agency's own livery: its name, colours, logo and footer on every page, light, dark and narrow; and the
// fonts that its letters need, no others.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { violations } from "../../web/test/lib/axe.js";
import { PHONE, WIDE, openBrowser, openPage } from "../lib/browser.js";
import { startPortal } from "../lib/server.js";

const NAME = "Observatorio de Seguridad y Protección Ciudadana de los Municipios del Valle de Ñuu Sa̱vi";
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><rect width="90" height="30" fill="#0b4f6c"/></svg>`;
const shared = {};

before(async () => {
  const folder = await mkdtemp(`${tmpdir()}/tequio-livery-`);
  const template = spawnSync(process.env.TEQUIO_BIN, ["serve", "--site-template"], { encoding: "utf8" }).stdout;
  const site = template.replace("# logo =", "logo =").replace(/^name = .*/m, `name = { es = "${NAME}", en = "Observatory" }`);
  await writeFile(`${folder}/logo.svg`, LOGO);
  await writeFile(`${folder}/site.toml`, site);
  shared.portal = await startPortal(["--site", `${folder}/site.toml`]);
  shared.plain = await startPortal();
  shared.browser = await openBrowser();
});
after(async () => {
  await shared.browser?.close();
  await shared.portal?.stop();
  await shared.plain?.stop();
});

for (const [look, options, accent] of [
  ["wide", { viewport: WIDE }, "rgb(11, 79, 108)"],
  ["360 px", { viewport: PHONE }, "rgb(11, 79, 108)"],
  ["360 px, dark", { viewport: PHONE, dark: true }, "rgb(143, 208, 234)"],
]) {
  test(`the livery is worn: ${look}`, async () => {
    const { url } = shared.portal;
    for (const path of ["/", "/methods", "/search?q=cuau", "/nowhere"]) {
      const { page, faults, close } = await openPage(shared.browser, url, options);
      await page.goto(url + path, { waitUntil: "load" });
      assert.ok((await page.title()).endsWith(NAME), path);
      assert.equal(await page.locator(".wordmark-name").innerText(), NAME);
      assert.equal(await page.locator(".masthead").evaluate((head) => getComputedStyle(head).borderTopColor), accent);
      assert.ok(await page.locator(".logo").evaluate((logo) => logo.complete && logo.naturalWidth > 0));
      assert.match(await page.locator(".colophon").innerText(), /transparencia@ejemplo\.gob\.mx[^]*Aviso de privacidad/);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, path);
      assert.deepEqual(await violations(page), [], path);
      assert.deepEqual(faults.filter((fault) => !/GL Driver|404/.test(fault)), []);
      await close();
    }
  });
}

/** Names of the fonts that a page fetches. */
async function fontsOf(url) {
  const { page, close } = await openPage(shared.browser, url);
  const fonts = [];
  page.on("request", (request) => request.url().endsWith(".woff2") && fonts.push(request.url().split("/").pop().replace(/-[^-]*$/, "")));
  await page.goto(`${url}/methods`, { waitUntil: "networkidle" });
  await close();
  return [...new Set(fonts)].sort();
}

test("a page fetches the fonts of its letters and no others", async () => {
  const plain = ["source-sans-3-latin-wght-normal", "source-serif-4-latin-wght-normal"];
  assert.deepEqual(await fontsOf(shared.plain.url), plain);
  assert.deepEqual(await fontsOf(shared.portal.url), ["noto-sans-mexico", "noto-serif-mexico", ...plain]);
});
