// What people do: search with the keyboard, count with the form, open a place from the map.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, openPage } from "../lib/browser.js";
import { withPortal } from "../lib/portal.js";

const shared = withPortal();
const MAP_MS_MAX = 30_000;

async function visit(path, options, flow) {
  const { page, faults, close } = await openPage(shared.browser, shared.url, options);
  try {
    await page.goto(shared.url + path, { waitUntil: "load" });
    await flow(page);
    assert.deepEqual(faults.filter((fault) => !fault.includes("GL Driver Message")), []);
  } finally {
    await close();
  }
}

async function focusedId(page) {
  return page.evaluate(() => document.activeElement?.id ?? "");
}

test("the keyboard skips to the content first", async () => {
  await visit("/", {}, async (page) => {
    await page.keyboard.press("Tab");
    assert.ok(await page.locator(".skip").evaluate((link) => link === document.activeElement));
    await page.keyboard.press("Enter");
    assert.equal(await focusedId(page), "main");
  });
});

test("a place is found with the keyboard alone, accents ignored", async () => {
  await visit("/", {}, async (page) => {
    for (let presses = 0; presses < 12 && (await focusedId(page)) !== "site-search"; presses += 1) await page.keyboard.press("Tab");
    assert.equal(await focusedId(page), "site-search");
    await page.keyboard.type("merida");
    const options = page.locator("#site-search-list [role=option]");
    await options.first().waitFor();
    const field = page.locator("#site-search");
    assert.equal(await field.getAttribute("aria-expanded"), "true");
    await page.keyboard.press("ArrowDown");
    const chosen = await field.getAttribute("aria-activedescendant");
    assert.equal(await page.locator(`#${chosen}`).getAttribute("aria-selected"), "true");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/place\//);
    assert.match(await page.locator("h1").innerText(), /Mérida/);
  });
});

test("escape closes the suggestions and the text stays", async () => {
  await visit("/", {}, async (page) => {
    await page.fill("#site-search", "oax");
    await page.locator("#site-search-list [role=option]").first().waitFor();
    await page.keyboard.press("Escape");
    assert.ok(await page.locator("#site-search-list").isHidden());
    assert.equal(await page.inputValue("#site-search"), "oax");
  });
});

test("search and count work without scripts on a phone", async () => {
  const options = { scripts: false, viewport: PHONE };
  await visit("/", options, async (page) => {
    await page.fill("#site-search", "oaxaca");
    await page.click("[role=search] button");
    await page.click(".results a >> nth=0");
    assert.match(page.url(), /\/place\/MX-20/);
  });
  await visit("/explore", options, async (page) => {
    await page.fill("#f-place", "Oaxaca");
    await page.selectOption("#f-level", "places:municipalities");
    await page.click(".filters button");
    assert.equal(await page.inputValue("#f-place"), "MX-20");
    assert.ok((await page.locator("#answer-table tbody tr").count()) > 0);
  });
});

test("the headline of the explorer equals its table and the API", async () => {
  for (const query of ["", "period=2023&place=MX-09", "place=MX-14&level=places:municipalities&hour=22-23,0-4"]) {
    await visit(`/explore?${query}`, {}, async (page) => {
      const number = (text) => Number(text.replaceAll(",", ""));
      const headline = number(await page.locator(".answer-figure").innerText());
      const parts = await page.locator(".sums tbody td").allInnerTexts();
      assert.equal(parts.map(number).reduce((a, b) => a + b, 0), headline, query);
      const asked = query.replace(/(^|&)level=[^&]*/, "");
      const answer = await (await fetch(`${shared.url}/api/v1/counts?${asked}`)).json();
      assert.equal(answer.total, headline, query);
    });
  }
});

test("the map is reached, named and moved with the keyboard, and its place stands in the address", async () => {
  await visit("/explore", {}, async (page) => {
    const map = page.locator("tequio-map");
    await map.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector("tequio-map").dataset.features, null, { timeout: MAP_MS_MAX });
    const canvas = page.locator(".maplibregl-canvas");
    assert.match(await canvas.getAttribute("aria-label"), /tabla/);
    await canvas.focus();
    const before = await page.evaluate(() => location.hash);
    await page.keyboard.press("Equal");
    await page.waitForFunction((hash) => location.hash !== hash, before, { timeout: MAP_MS_MAX });
    assert.match(await page.evaluate(() => location.hash), /^#map=/);
  });
});

test("a dataset named in the address is kept by the links to places", async () => {
  const { datasets } = await (await fetch(`${shared.url}/api/v1/datasets`)).json();
  await visit(`/?dataset=${datasets[0].id}`, {}, async (page) => {
    await page.click("tbody th a >> nth=0");
    assert.match(page.url(), new RegExp(`/place/[^?]+\\?dataset=${datasets[0].id}$`));
    await page.click(".crumbs a >> nth=0");
    assert.match(page.url(), /\/place\/MX\?dataset=/);
  });
});

test("the language follows the address and is kept", async () => {
  await visit("/methods?lang=en", {}, async (page) => {
    assert.equal(await page.locator("h1").innerText(), "Methods");
    await page.goto(`${shared.url}/datasets`);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.click(".languages a[hreflang=es]");
    assert.equal(await page.locator("html").getAttribute("lang"), "es");
    assert.match(page.url(), /\/datasets\?lang=es/);
  });
});
