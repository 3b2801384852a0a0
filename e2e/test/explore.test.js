// The explorer changes in place: brushing with the pointer and the keyboard, the headline and the table, back and
// forward, pictures, and views inside another site's page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { test } from "node:test";
import { violations } from "../../web/test/lib/axe.js";
import { PHONE, openPage } from "../lib/browser.js";
import { withPortal } from "../lib/portal.js";

const shared = withPortal();
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const MAP_MS_MAX = 30_000;
const FIGURES = ["map", "months", "hours", "offences", "multiples"];

async function visit(path, options, flow) {
  const { page, faults, close } = await openPage(shared.browser, shared.url, options);
  try {
    await page.goto(shared.url + path, { waitUntil: "load" });
    if (options.scripts !== false) await page.waitForFunction(() => customElements.get("tequio-explore"));
    await flow(page);
    assert.deepEqual(faults.filter((fault) => !fault.includes("GL Driver Message")), []);
  } finally {
    await close();
  }
}

const number = (text) => Number(text.replaceAll(",", ""));

/** The headline, after checking that it is the sum of its parts and what the API answers. */
async function headline(page) {
  const total = number(await page.locator(".answer-figure").innerText());
  const parts = await page.locator(".sums tbody td").allInnerTexts();
  assert.equal(parts.map(number).reduce((a, b) => a + b, 0), total);
  const { pathname, search } = new URL(page.url());
  assert.equal(pathname, "/explore");
  const asked = new URLSearchParams(search);
  ["level", "compare", "lang"].forEach((name) => asked.delete(name));
  const response = await fetch(`${shared.url}/api/v1/counts?${asked}`);
  assert.equal((await response.json()).total, total, search);
  return total;
}

async function answered(page, act) {
  await page.evaluate(() => delete document.querySelector("tequio-explore").dataset.answered);
  await act();
  await page.waitForFunction(() => document.querySelector("tequio-explore").dataset.answered);
  await page.waitForTimeout(150);
}

async function boxOf(page, selector) {
  await page.locator(selector).evaluate((element) => element.scrollIntoView({ block: "center" }));
  return page.locator(selector).boundingBox();
}

test("dragging over the months narrows every view, and back undoes it", async () => {
  await visit("/explore", {}, async (page) => {
    const all = await headline(page);
    const box = await boxOf(page, "[data-brush-time] svg[role=img]");
    await answered(page, async () => {
      await page.mouse.move(box.x + box.width * 0.3, box.y + 100);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.5, box.y + 100, { steps: 5 });
      await page.mouse.up();
    });
    await page.waitForFunction(() => location.search.includes("period="));
    const some = await headline(page);
    assert.ok(some < all && some > 0);
    assert.equal(await page.locator("#x-time .band").count(), 1);
    await answered(page, () => page.goBack());
    assert.equal(await headline(page), all);
    assert.equal(await page.locator("#x-time .band").count(), 0);
  });
});

test("dragging over hours and days chooses both", async () => {
  await visit("/explore", {}, async (page) => {
    const from = await boxOf(page, "[data-brush-week] tbody tr:nth-child(3) td >> nth=1");
    const to = await page.locator("[data-brush-week] tbody tr:nth-child(6) td >> nth=3").boundingBox();
    await answered(page, async () => {
      await page.mouse.move(from.x + 4, from.y + 4);
      await page.mouse.down();
      await page.mouse.move(to.x + 4, to.y + 4, { steps: 4 });
      await page.mouse.up();
    });
    await page.waitForFunction(() => location.search.includes("weekday="));
    const asked = new URL(page.url()).searchParams;
    assert.deepEqual([asked.get("hour"), asked.get("weekday")], ["2-5", "2-4"]);
    assert.equal(await page.locator("[data-brush-week] td.chosen").count(), 12);
    await headline(page);
  });
});

test("the keyboard chooses an offence and an hour, and keeps its place", async () => {
  await visit("/explore", {}, async (page) => {
    for (const part of ["#x-offences tbody a >> nth=1", "#x-week tbody th a >> nth=22"]) {
      const link = page.locator(part);
      await link.focus();
      const text = await link.innerText();
      await answered(page, () => page.keyboard.press("Enter"));
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), text);
    }
    const asked = new URL(page.url()).searchParams;
    assert.ok(asked.get("offence") && asked.get("hour") === "22", page.url());
    await headline(page);
    assert.match(await page.locator("#x-status").innerText(), /\d/);
    await page.locator(".chips a").first().focus();
    await answered(page, () => page.keyboard.press("Enter"));
    await headline(page);
  });
});

test("a box drawn on the map narrows to whole cells", async () => {
  await visit("/explore?place=MX-09", {}, async (page) => {
    const box = await boxOf(page, "tequio-map");
    await page.waitForFunction(() => document.querySelector("tequio-map").dataset.features, null, { timeout: MAP_MS_MAX });
    await page.locator(".map-area button").click();
    await answered(page, async () => {
      await page.mouse.move(box.x + 120, box.y + 120);
      await page.mouse.down();
      await page.mouse.move(box.x + 320, box.y + 260, { steps: 5 });
      await page.mouse.up();
    });
    await page.waitForFunction(() => location.search.includes("bbox="));
    await headline(page);
    assert.equal(await page.inputValue("#f-level"), "cells");
  });
});

test("what cannot be reached is said, and the last count stays", async () => {
  const { page, close } = await openPage(shared.browser, shared.url);
  try {
    await page.goto(`${shared.url}/explore`, { waitUntil: "load" });
    await page.waitForFunction(() => customElements.get("tequio-explore"));
    const before = await page.locator(".answer-figure").innerText();
    await page.context().setOffline(true);
    await page.locator("#x-offences tbody a >> nth=0").click();
    await page.locator(".explore-trouble").waitFor();
    assert.equal(await page.locator(".answer-figure").innerText(), before);
    assert.match(await page.locator(".explore-trouble").innerText(), /conexión|contar/);
  } finally {
    await close();
  }
});

test("what is not published is explained at the form, and the last count stays", async () => {
  const { page, close } = await openPage(shared.browser, shared.url);
  try {
    await page.goto(`${shared.url}/explore?bbox=-99.3,19.2,-99,19.5&level=cells`, { waitUntil: "load" });
    await page.waitForFunction(() => customElements.get("tequio-explore"));
    const before = await page.locator(".answer-figure").innerText();
    await page.selectOption("#f-level", "places:states");
    await page.locator(".filters button").click();
    await page.locator(".error-summary").waitFor();
    assert.match(await page.locator(".error-summary").innerText(), /No se publica con ese detalle/);
    assert.equal(await page.inputValue("#f-level"), "places:states");
    assert.equal(await page.locator(".answer-figure").innerText(), before);
    await page.selectOption("#f-level", "cells");
    await answered(page, () => page.locator(".filters button").click());
    assert.equal(await page.locator(".error-summary").count(), 0);
  } finally {
    await close();
  }
});

test("what is written wrongly is told beside its field, which is reached from the summary", async () => {
  const { page, close } = await openPage(shared.browser, shared.url);
  try {
    await page.goto(`${shared.url}/explore`, { waitUntil: "load" });
    await page.waitForFunction(() => customElements.get("tequio-explore"));
    await page.fill("#f-period", "ayer");
    await page.fill("#f-place", "Benito Juárez");
    await page.keyboard.press("Enter");
    const summary = page.locator(".error-summary");
    await summary.waitFor();
    assert.ok(await summary.evaluate((element) => element === document.activeElement), "the focus is on what is said");
    assert.deepEqual(await violations(page), []);
    assert.equal(await page.locator("#f-period").getAttribute("aria-invalid"), "true");
    assert.match(await page.locator("#f-period-error").innerText(), /«ayer» no es un periodo/);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "f-period");
    await page.locator(".error-summary .links a", { hasText: "Quintana Roo" }).click();
    await page.waitForURL(/place=MX-23-005/);
    assert.equal(await page.inputValue("#f-place"), "MX-23-005");
    assert.equal(await page.inputValue("#f-period"), "ayer", "what is still wrong is not dropped");
    await page.fill("#f-period", "2024");
    await page.locator(".filters button").click();
    await page.locator(".answer-figure").waitFor();
    assert.equal(await page.locator(".error-summary").count(), 0);
  } finally {
    await close();
  }
});

test("every chart is an SVG with its source, and the browser makes a PNG of it", async () => {
  for (const figure of FIGURES) {
    const response = await fetch(`${shared.url}/explore.svg?figure=${figure}&period=2023`);
    assert.equal(response.status, 200, figure);
    assert.equal(response.headers.get("content-type"), "image/svg+xml");
    const svg = await response.text();
    assert.match(svg, /Fuente:/, figure);
    assert.match(svg, /\/explore\?period=2023/, figure);
    assert.doesNotMatch(svg, /<script|<style|style=|href=|NaN/, figure);
  }
  assert.equal((await fetch(`${shared.url}/explore.svg?figure=none`)).status, 404);
  await visit("/explore", {}, async (page) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#x-offences tequio-save button").click()]);
    assert.equal(download.suggestedFilename(), "offences.png");
    const bytes = await readFile(await download.path());
    assert.deepEqual([...bytes.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    assert.ok(bytes.length > 10_000, `${bytes.length} bytes`);
  });
});

test("a view stands in another site's page, and only the embed does", async () => {
  const host = createServer((request, response) => {
    const path = new URL(request.url, "http://host").searchParams.get("path") ?? "/";
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><html lang="es"><title>Otro sitio</title><iframe title="mapa" width="340" height="900" src="${shared.url}${path.replaceAll('"', "")}"></iframe>`);
  });
  await new Promise((done) => host.listen(0, "127.0.0.1", done));
  const other = `http://127.0.0.1:${host.address().port}`;
  try {
    for (const view of ["map", "months", "hours", "offences", "places"]) {
      const { page, close } = await openPage(shared.browser, shared.url, { viewport: PHONE });
      await page.goto(`${other}/?path=${encodeURIComponent(`/embed/explore?view=${view}&place=MX-09`)}`, { waitUntil: "load" });
      const frame = page.frames()[1];
      assert.equal(await frame.locator("h1").count(), 1, view);
      assert.match(await frame.locator(".colophon").innerText(), /Fuente:/, view);
      assert.equal(await frame.locator("nav, form").count(), 0, view);
      if (view === "map") await frame.waitForFunction(() => document.querySelector("tequio-map").dataset.features, null, { timeout: MAP_MS_MAX });
      const overflow = await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${view} ${overflow} px`);
      await frame.evaluate(AXE);
      const { violations } = await frame.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map((rule) => `${rule.id} ${rule.nodes[0]?.target}`), [], view);
      await close();
    }
    for (const path of ["/explore", "/", "/place/MX-09"]) {
      const refused = (await fetch(shared.url + path)).headers.get("content-security-policy");
      assert.match(refused, /frame-ancestors 'none'/, path);
    }
    const embed = await fetch(`${shared.url}/embed/explore?lang=en`);
    assert.match(embed.headers.get("content-security-policy"), /frame-ancestors \*/);
    assert.equal(embed.headers.get("set-cookie"), null);
    assert.equal((await fetch(`${shared.url}/embed/explore?view=all`)).status, 400);
  } finally {
    host.close();
  }
});
