// The report of a place, the comparison of places and the page of a street.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "../lib/browser.js";
import { streets } from "../lib/pages.js";
import { withPortal } from "../lib/portal.js";

const SHEETS_MAX = 2;
const MAP_MS_MAX = 30_000;
/** Fewest incidents of a public segment. */
const STREET_MINIMUM = 3;
const shared = withPortal();

async function visit(path, options, look) {
  const { page, faults, close } = await openPage(shared.browser, shared.url, options);
  try {
    await page.goto(shared.url + path, { waitUntil: "load" });
    await look(page);
    assert.deepEqual(faults.filter((fault) => !fault.includes("GL Driver Message")), []);
  } finally {
    await close();
  }
}

/** Sheets of a printed document: each is one object of the type Page. */
async function sheets(page) {
  const document = await page.pdf({ format: "A4", preferCSSPageSize: true });
  return [...document.toString("latin1").matchAll(/\/Type\s*\/Page[^s]/g)].length;
}

for (const place of ["MX", "MX-20", "MX-02-002", "demo-colonias:06"]) {
  test(`the report of ${place} prints on two sheets`, async (t) => {
    const answer = await fetch(`${shared.url}/place/${place}`);
    if (!answer.ok) return t.skip(`no ${place} in these data`);
    await visit(`/place/${place}`, {}, async (page) => assert.ok((await sheets(page)) <= SHEETS_MAX));
  });
}

test("the report says what changed, and its numbers are its data", async () => {
  const { tables } = await (await fetch(`${shared.url}/place/MX.json`)).json();
  const table = (id) => tables.find((known) => known.id === id);
  const [year] = table("changes").rows;
  assert.equal(typeof year.p_value, "number");
  await visit("/place/MX", { scripts: false }, async (page) => {
    const text = await page.locator("section[aria-labelledby=change]").innerText();
    for (const count of [year.count, year.count_before]) assert.ok(text.includes(count.toLocaleString("en")), text);
    const sum = table("offence-changes").rows.reduce((all, row) => all + row.count, 0);
    assert.equal(sum, year.count);
  });
});

test("months without a report refuse the comparison and say so", async () => {
  const { tables } = await (await fetch(`${shared.url}/place/MX-20.json?period=2022`)).json();
  const [year] = tables.find((known) => known.id === "changes").rows;
  if (year.count !== null) return;
  assert.equal(year.verdict, null);
  await visit("/place/MX-20?period=2022", {}, async (page) => {
    assert.ok((await page.locator("section[aria-labelledby=change]").innerText()).includes(year.note));
    assert.equal(await page.locator("#change-offences").count(), 0);
  });
});

test("a place leads to its comparison with its neighbours", async () => {
  await visit("/place/MX-09", { scripts: false }, async (page) => {
    await page.click("section[aria-labelledby=comparison] a[href^='/compare?']");
    assert.ok((await page.locator("section[aria-labelledby=places] tbody tr").count()) >= 2);
  });
});

test("places are compared by name without scripts", async () => {
  await visit("/compare", { scripts: false }, async (page) => {
    await page.fill("#c-place-1", "oaxaca");
    await page.fill("#c-place-2", "MX-21");
    await page.click("form.filters button");
    const names = await page.locator("section[aria-labelledby=places] tbody th a").allInnerTexts();
    assert.deepEqual(names, ["Oaxaca", "Puebla"]);
    assert.equal(await page.locator(".panels figure").count(), 2);
    assert.match(await page.locator("section[aria-labelledby=ratios] tbody td").first().innerText(), /^\d+\.\d\d$/);
  });
});

test("what cannot be compared is said", async () => {
  const status = async (path) => (await fetch(shared.url + path)).status;
  const five = ["MX-01", "MX-02", "MX-03", "MX-04", "MX-05"].map((place) => `place=${place}`).join("&");
  assert.equal(await status(`/compare?${five}`), 400);
  assert.equal(await status("/compare?place=MX-09&place=MX-15&hour=3"), 400);
  await visit("/compare?place=qwxyz&place=MX-09", { scripts: false }, async (page) => {
    assert.match(await page.locator("#c-unknown").innerText(), /qwxyz/);
    assert.equal(await page.locator("section[aria-labelledby=places]").count(), 0);
  });
  await visit("/compare?place=MX-09&place=MX", { scripts: false }, async (page) => {
    assert.match(await page.locator("section[aria-labelledby=ratios] tbody").innerText(), /comparten incidentes/);
  });
});

test("a street is reached by search, and shows nothing below the threshold", async (t) => {
  const [street] = await streets(shared.url);
  if (!street) return t.skip("no streets in these data");
  const name = (await (await fetch(`${shared.url}${street}`)).text()).match(/<h1>([^<]+)/)[1];
  await visit(`/search?q=${encodeURIComponent(name)}`, { scripts: false }, async (page) => {
    await page.click(".results a >> nth=0");
    assert.equal(await page.locator("h1").innerText(), name);
    const counts = await page.locator("td.num").allInnerTexts();
    const numbers = counts.filter((text) => /^[\d,]+$/.test(text)).map((text) => Number(text.replaceAll(",", "")));
    assert.ok(numbers.length > 0 && numbers.every((count) => count >= STREET_MINIMUM), counts.join(" "));
  });
});

test("a segment on the map leads to its street", async (t) => {
  const [street] = await streets(shared.url);
  if (!street) return t.skip("no streets in these data");
  await visit(street, {}, async (page) => {
    const map = page.locator("tequio-map");
    await map.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => Number(document.querySelector("tequio-map").dataset.features) > 0, null, { timeout: MAP_MS_MAX });
    const { x, y, width, height } = await page.locator("tequio-map canvas").boundingBox();
    // Streets are thin: points along lines across the map until one is met.
    const link = page.locator("tequio-map a[href^='/street/segment:']");
    for (let step = 1; step < 400 && (await link.count()) === 0; step += 1) {
      await page.mouse.click(x + width * (0.3 + 0.4 * ((step * 0.618) % 1)), y + height * (0.3 + 0.4 * ((step * 0.7549) % 1)));
    }
    await link.first().click();
    assert.match(page.url(), /\/street\/(?!segment:)/);
    assert.equal(await page.locator("h1").count(), 1);
  });
});
