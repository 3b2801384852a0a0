// The pages of the indicators: asked without scripts and with the keyboard, taken away as data and pictures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { PHONE, WIDE, openPage } from "../lib/browser.js";
import { withPortal } from "../lib/portal.js";

const shared = withPortal();
const RATE = "/indicators/homicide-rate-case-files";

async function opened(path, options, visit) {
  const { page, faults, close } = await openPage(shared.browser, shared.url, options);
  try {
    const answer = await page.goto(shared.url + path);
    assert.equal(answer.status(), 200, path);
    await visit(page);
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
}

async function json(path) {
  const answer = await fetch(shared.url + path);
  assert.equal(answer.status, 200, path);
  return answer.json();
}

async function text(path) {
  const answer = await fetch(shared.url + path);
  assert.equal(answer.status, 200, path);
  return answer.text();
}

const table = (data, id) => data.tables.find((known) => known.id === id);

test("the catalogue has every indicator in a group, with value or reason, unit and edition", async () => {
  const { indicators } = await json("/api/v1/indicators");
  await opened("/indicators?lang=en", { viewport: WIDE }, async (page) => {
    assert.equal(await page.locator("table.catalogue tbody tr").count(), indicators.length);
    assert.equal(await page.locator("section h2").count(), 4);
    const homicide = page.locator("tr", { has: page.getByRole("link", { name: /Intentional homicide rate \(case files\)/ }) });
    assert.match(await homicide.textContent(), /case files per 100,000 inhabitants/);
    assert.match(await homicide.textContent(), /Synthetic/);
  });
});

test("the form asks without scripts, and its address holds the whole question", async () => {
  await opened(RATE, { viewport: PHONE, scripts: false }, async (page) => {
    await page.getByLabel("Lugar", { exact: true }).fill("Oaxaca");
    await page.getByLabel("Periodo", { exact: true }).fill("2023");
    await page.getByRole("button", { name: "Calcular" }).click();
    await page.waitForURL(/period=2023/);
    assert.match(await page.locator("dl.figures").textContent(), /Oaxaca, 2023/);
    const figure = await page.locator("dl.figures .figure").first().textContent();
    const answer = await json("/api/v1/indicators/homicide-rate-case-files.json?place=MX-20&period=2023");
    assert.ok(Math.abs(Number(figure) - answer.value) < 0.06, `${figure} and ${answer.value}`);
  });
});

test("the form is asked with the keyboard alone", async () => {
  await opened(`${RATE}?lang=en`, { viewport: WIDE }, async (page) => {
    await page.locator("#f-place").focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("MX-12");
    await page.keyboard.press("Tab");
    await page.keyboard.type("2024");
    await page.keyboard.press("Enter");
    await page.waitForURL(/place=MX-12/);
    assert.match(await page.locator("dl.figures").textContent(), /Guerrero, 2024/);
  });
});

test("an older edition and a day give the figures that were known then", async () => {
  const asked = `${RATE}.json?place=MX-12&period=2024`;
  const of = async (more) => table(await json(asked + more), "series").rows.find((row) => row.year === "2024");
  const [now, before, then] = [await of(""), await of("&source=demo-counts@demo-2025-09"), await of("&as_of=2025-11-01")];
  assert.equal(now.edition, "demo-2025-10");
  assert.equal(before.edition, "demo-2025-09");
  assert.deepEqual(then, before);
  assert.ok(now.numerator < before.numerator, "the second edition lowers this state");
});

test("invented years have a drawing of their own, and a break says what changed", async () => {
  await opened(RATE, { viewport: WIDE }, async (page) => {
    const section = page.locator("section", { has: page.locator("#series") });
    assert.equal(await section.locator("figure").count(), 2);
    assert.deepEqual(await section.locator("h3").allTextContents(), ["Años con cifras publicadas", "Años con cifras inventadas, para la demostración"]);
    assert.match(await section.locator(".remarks").first().textContent(), /clasificación/);
  });
  for (const figure of ["series", "series-invented"]) assert.match(await text(`${RATE}.svg?figure=${figure}`), /^<svg/);
});

test("what the crosswalk says is in the language of the page", async () => {
  for (const [lang, said] of [["es", /método anterior/], ["en", /old method/]]) {
    await opened(`${RATE}?lang=${lang}`, { viewport: WIDE, scripts: false }, async (page) => {
      assert.match(await page.locator(".remarks details").first().textContent(), said);
      assert.equal(await page.locator("main [lang]:not([lang=''])").count(), 0);
    });
  }
});

test("states and the municipalities of a state are a map with its legend, and a table", async () => {
  const nation = await json(`${RATE}.json?period=2024`);
  assert.equal(table(nation, "places-states").rows.length, 32);
  const state = await json(`${RATE}.json?place=MX-20&period=2024`);
  const rows = table(state, "places-municipalities").rows;
  assert.ok(rows.length >= 570 && rows.every((row) => row.place.startsWith("MX-20-")));
  const all = table(nation, "places-states").rows.find((row) => row.place === "MX-20");
  assert.equal(rows.reduce((sum, row) => sum + row.count, 0), all.count);
});

test("the map of a state draws its municipalities as links, hatches those without a value, and is saved", async () => {
  const path = `${RATE}?place=MX-20&period=2024`;
  const { tables } = await json(`${RATE}.json?place=MX-20&period=2024`);
  const { rows } = tables.find((known) => known.id === "places-municipalities");
  for (const scripts of [true, false]) {
    await opened(path, { viewport: PHONE, scripts }, async (page) => {
      const map = page.locator("svg.choropleth");
      const drawn = await map.locator("a > path").count();
      assert.ok(drawn >= 565 && drawn <= rows.length, `${drawn} of ${rows.length}`);
      const valued = rows.filter((row) => row.rate !== null).length;
      assert.ok((await map.locator("path[class^=c]").count()) <= valued);
      const hatched = await map.locator("path[fill='url(#hatch)']").count();
      assert.equal(await page.locator(".legend .swatch.none").count(), valued < rows.length ? 1 : 0);
      assert.equal(hatched > 0, (await map.locator("pattern").count()) === 1);
      assert.match(await page.locator(".legend").textContent(), /100 mil habitantes.*cuantiles/s);
      assert.ok((await map.boundingBox()).width <= PHONE.width);
      const link = map.locator("a", { has: page.locator("title", { hasText: "Oaxaca de Juárez" }) });
      assert.match(await link.getAttribute("href"), /place=MX-20-067/);
    });
  }
  const picture = await text(`${RATE}.svg?place=MX-20&period=2024&figure=map`);
  assert.ok(picture.startsWith("<svg") && picture.split("<path").length > 565);
});

test("the page of the state with most municipalities stays small", async () => {
  const size = gzipSync(await text(`${RATE}?place=MX-20&period=2024`)).length;
  assert.ok(size < 150_000, `${size} bytes compressed`);
});

test("charts are pictures, tables are CSV", async () => {
  for (const [path, figure] of [[RATE, "series"], [RATE, "map"], ["/priority-municipalities", "map"], ["/priority-municipalities", "lorenz"], ["/indicators/seasonally-adjusted", "adjusted"]]) {
    const answer = await fetch(`${shared.url}${path}.svg?figure=${figure}`);
    assert.equal(answer.status, 200, `${path} ${figure}`);
    assert.match(await answer.text(), /^<svg/);
  }
  const csv = await (await fetch(`${shared.url}${RATE}.csv?table=series`)).text();
  assert.match(csv, /^year,value,low,high/);
});

test("a name of several places lists them, an unknown one says so", async () => {
  await opened(`${RATE}?place=Cuauhtemoc`, { viewport: WIDE }, async (page) => {
    await page.getByRole("link", { name: "Cuauhtémoc, Ciudad de México" }).click();
    await page.waitForURL(/place=MX-09-015/);
  });
  await opened(`${RATE}?place=qwxyz&lang=en`, { viewport: WIDE }, async (page) => {
    assert.match(await page.locator("#f-unclear").textContent(), /no place called «qwxyz»/);
  });
});

test("priority municipalities: any number, any offence, the sentence and the list agree with the API", async () => {
  const asked = "n=7&measure=extortion&period=2024&replicas=50";
  const answer = await json(`/api/v1/indicators/priority-municipalities.json?${asked}`);
  await opened(`/priority-municipalities?${asked}&lang=en`, { viewport: WIDE }, async (page) => {
    assert.equal(await page.locator("table.members tbody tr").count(), 7);
    const said = await page.locator(".statement").textContent();
    assert.match(said, new RegExp(`first 7 municipalities have ${(answer.top_share * 100).toFixed(1)}%`));
    assert.match(said, new RegExp(`${answer.places_reaching_share} places reach`));
    assert.equal(await page.locator("svg.spots circle").count(), 7);
  });
});

test("home and places show the official figures with their edition", async () => {
  for (const path of ["/?lang=en", "/place/MX-09?lang=en"]) {
    await opened(path, { viewport: WIDE }, async (page) => {
      const block = page.locator("section", { has: page.locator("#official") });
      assert.match(await block.textContent(), /case files per 100,000 inhabitants/);
      assert.ok((await block.getByRole("link", { name: /demo-2025-10/ }).count()) >= 1);
    });
  }
});
