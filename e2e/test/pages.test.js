// Every page, in both languages, wide and narrow, dark, without scripts: axe finds nothing, nothing
// overflows, nothing is logged, nothing leaves the origin.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { PHONE, WIDE, openPage } from "../lib/browser.js";
import { everyPage } from "../lib/pages.js";
import { withPortal } from "../lib/portal.js";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Transferred bytes of a page before its map is opened. */
const PAGE_BYTES_MAX = 150_000;
/** The same of the state with 570 municipalities, as a map and a table. */
const LARGEST_BYTES_MAX = 160_000;
const MAP_MS_MAX = 30_000;
const LOOKS = [
  ["es, wide", { viewport: WIDE, weighed: true }],
  ["en, 360 px", { viewport: PHONE, language: "en" }],
  ["es, dark", { viewport: WIDE, dark: true }],
  ["en, no scripts, 360 px", { viewport: PHONE, scripts: false, language: "en" }],
];
const shared = withPortal();

/** Violations as lines; scripts of tests run even where those of the page do not. */
async function violations(page) {
  await page.evaluate(AXE);
  const results = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } }), RULES);
  return results.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`));
}

function inLanguage(path, language) {
  return language === "en" ? `${path}${path.includes("?") ? "&" : "?"}lang=en` : path;
}

for (const [look, options] of LOOKS) {
  test(`every page: ${look}`, async (t) => {
    for (const { name, path, status } of await everyPage(shared.url)) {
      await t.test(name, async () => {
        const { page, faults, close } = await openPage(shared.browser, shared.url, options);
        try {
          const weight = options.weighed ? await scales(page) : undefined;
          const answer = await page.goto(shared.url + inLanguage(path, options.language), { waitUntil: "load" });
          assert.equal(answer.status(), status);
          assert.equal(await page.locator("html").getAttribute("lang"), options.language ?? "es");
          assert.equal(await page.locator("h1").count(), 1);
          if (weight) assert.ok(weight() < (name === "indicator-state" ? LARGEST_BYTES_MAX : PAGE_BYTES_MAX), `weighs ${weight()} bytes`);
          assert.doesNotMatch(await page.content(), /⟦|\[(es|en)\] /, "words are missing");
          if (options.scripts !== false) {
            await mapIsShown(page);
            assert.deepEqual(await violations(page), []);
          }
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(overflow <= 0, `${overflow} px wider than the screen`);
          assert.deepEqual(serious(faults, status), []);
        } finally {
          await close();
        }
      });
    }
  });
}

/** Counts the bytes that a page takes before its map is opened: what the map fetches is left out. */
async function scales(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  const map = new Set();
  session.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (/\/(view|maplibre)[^/]*$|\/tiles\//.test(request.url)) map.add(requestId);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (!map.has(requestId)) bytes += encodedDataLength;
  });
  return () => bytes;
}

/** The software renderer of a machine without a graphics card comments on its own speed. */
function serious(faults, status) {
  // A browser says of a page that is refused that it could not be loaded.
  const known = ["GL Driver Message", ...(status === 200 ? [] : [`responded with a status of ${status}`])];
  return faults.filter((fault) => !known.some((text) => fault.includes(text)));
}

async function mapIsShown(page) {
  const map = page.locator("tequio-map");
  if ((await map.count()) === 0) return;
  await map.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector("tequio-map").dataset.features, null, { timeout: MAP_MS_MAX });
}

test("problems are pages for people", async () => {
  const cases = [["/nowhere", 404], ["/place/MX-99", 404], ["/explore?period=ayer", 400], ["/explore?lugar=MX", 400], ["/datasets/none", 404]];
  const home = await (await fetch(shared.url)).text();
  const synthetic = home.includes("notice-synthetic") ? 1 : 0;
  for (const [path, status] of cases) {
    const { page, close } = await openPage(shared.browser, shared.url);
    const answer = await page.goto(shared.url + path);
    assert.equal(answer.status(), status, path);
    assert.equal(await page.locator("h1").count(), 1, path);
    assert.equal(await page.locator(".notice-synthetic").count(), synthetic, path);
    assert.deepEqual(await violations(page), [], path);
    await close();
  }
});
