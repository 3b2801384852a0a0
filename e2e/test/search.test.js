// The search box and the search page: with the keyboard alone, in both languages, on a telephone, when nothing is found
// and when nothing answers; and the places near the reader, found without telling anybody where that is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { violations } from "../../web/test/lib/axe.js";
import { PHONE, WIDE, openPage } from "../lib/browser.js";
import { withPortal } from "../lib/portal.js";

const shared = withPortal();
/** The Ángel de la Independencia, in Cuauhtémoc. */
const ANGEL = { latitude: 19.42702, longitude: -99.16766 };
/** The main square of Oaxaca. */
const OAXACA = { latitude: 17.06054, longitude: -96.72533 };

async function visit(path, options, flow, tolerated = () => false) {
  const { page, faults, close } = await openPage(shared.browser, shared.url, options);
  try {
    await page.goto(shared.url + path, { waitUntil: "load" });
    await flow(page);
    assert.deepEqual(faults.filter((fault) => !fault.includes("GL Driver Message") && !tolerated(fault)), []);
  } finally {
    await close();
  }
}

const field = (page) => page.locator("#site-search");
const options = (page) => page.locator("#site-search-list [role=option]");
const status = (page) => page.locator(".masthead tequio-search [role=status]");

async function type(page, text) {
  await field(page).focus();
  await page.keyboard.type(text);
  await options(page).first().waitFor();
}

async function activeOption(page) {
  const id = await field(page).getAttribute("aria-activedescendant");
  return id === null ? null : page.locator(`#${id}`).innerText();
}

test("a misspelt place is reached with the keyboard alone", async () => {
  await visit("/", {}, async (page) => {
    await type(page, "Cuahtemoc df");
    await page.keyboard.press("ArrowDown");
    assert.match(await activeOption(page), /Cuauhtémoc[^]*Ciudad de México/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/place\/MX-09-015$/);
  });
});

test("the combobox keeps to the pattern", async () => {
  await visit("/", {}, async (page) => {
    assert.deepEqual(
      await field(page).evaluate((input) => ["role", "aria-autocomplete", "aria-expanded", "aria-controls"].map((name) => input.getAttribute(name))),
      ["combobox", "list", "false", "site-search-list"],
    );
    await type(page, "juarez");
    assert.equal(await field(page).getAttribute("aria-expanded"), "true");
    assert.equal(await activeOption(page), null, "nothing is chosen for the reader");
    const count = await options(page).count();
    assert.match(await status(page).innerText(), new RegExp(`${count}$`));
    await page.keyboard.press("ArrowUp");
    assert.equal(await field(page).getAttribute("aria-activedescendant"), `site-search-list-${count - 1}`);
    await page.keyboard.press("ArrowDown");
    assert.equal(await field(page).getAttribute("aria-activedescendant"), "site-search-list-0");
    assert.equal(await page.locator("#site-search-list [aria-selected=true]").count(), 1);
    await page.keyboard.press("Home");
    assert.equal(await activeOption(page), null);
    assert.equal(await field(page).evaluate((input) => input.selectionStart), 0);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    assert.equal(await field(page).evaluate((input) => input.selectionStart), "juarez".length);
    await page.keyboard.press("Escape");
    assert.equal(await field(page).getAttribute("aria-expanded"), "false");
    assert.equal(await field(page).inputValue(), "juarez");
    await page.keyboard.press("Escape");
    assert.equal(await field(page).inputValue(), "");
  });
});

test("options say what they are, what holds them and what was met, in both languages", async () => {
  for (const [language, kind] of [["es", "Municipio o alcaldía"], ["en", "Municipality"]]) {
    await visit(`/?lang=${language}`, { language }, async (page) => {
      await type(page, "oaxaca juár");
      const first = options(page).first();
      assert.deepEqual(await first.locator("mark").allInnerTexts(), ["Oaxaca", "Juár"]);
      assert.match(await first.locator(".kind").innerText(), new RegExp(kind));
      assert.match(await first.locator(".context").innerText(), /^Oaxaca$/);
    });
  }
});

test("axe finds nothing with the list open, and it fits a telephone", async () => {
  for (const [viewport, dark, language] of [[WIDE, false, "es"], [PHONE, false, "en"], [PHONE, true, "es"]]) {
    await visit("/methods", { viewport, dark, language }, async (page) => {
      await type(page, "san miguel");
      await page.keyboard.press("ArrowDown");
      // The open list covers part of what lies under it; its own options are measured here.
      assert.deepEqual(await violations(page, ["target-size"]), []);
      const heights = await options(page).evaluateAll((all) => all.map((option) => option.getBoundingClientRect().height));
      assert.ok(heights.every((height) => height >= 24), heights.join());
      const { left, right } = await page.locator(".masthead .search-panel").evaluate((panel) => panel.getBoundingClientRect().toJSON());
      assert.ok(left >= 0 && right <= viewport.width, `${left} to ${right}`);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    });
  }
});

test("nothing found, similar names, and no answer are said and not hidden", async () => {
  const note = (page) => page.locator(".masthead .search-note");
  await visit("/", {}, async (page) => {
    await field(page).focus();
    await page.keyboard.type("qwxyz");
    await note(page).waitFor();
    assert.equal(await note(page).innerText(), "Ningún lugar con ese nombre");
    assert.equal(await field(page).getAttribute("aria-expanded"), "false");
    await field(page).fill("");
    await type(page, "guadlajara");
    assert.match(await note(page).innerText(), /Nombres parecidos/);
    assert.match(await options(page).first().innerText(), /Guadalajara/);
  });
  const failed = (fault) => /Failed to load resource|net::ERR/.test(fault);
  await visit("/", {}, async (page) => {
    await page.route("**/search/options*", (route) => route.abort());
    await field(page).focus();
    await page.keyboard.type("puebla");
    await note(page).waitFor();
    assert.match(await note(page).innerText(), /no están disponibles/);
    assert.equal(await status(page).innerText(), await note(page).innerText());
    assert.deepEqual(await violations(page), []);
    await page.context().setOffline(true);
    await page.keyboard.type(" ");
    await page.keyboard.type("x");
    await page.waitForFunction(() => /Sin conexión/.test(document.querySelector(".masthead .search-note").textContent));
  }, failed);
  await visit("/", {}, async (page) => {
    await page.route("**/search/options*", async (route) => {
      await new Promise((done) => setTimeout(done, 900));
      await route.continue();
    });
    await field(page).focus();
    const before = await page.locator("main").boundingBox();
    await page.keyboard.type("puebla");
    await page.waitForFunction(() => /Buscando/.test(document.querySelector(".masthead .search-note").textContent));
    assert.deepEqual(await page.locator("main").boundingBox(), before, "the page does not jump");
    await options(page).first().waitFor();
    assert.ok(await note(page).isHidden());
  });
});

test("the page groups by kind, is honest about postal codes and suggests, without scripts", async () => {
  const plain = { scripts: false, viewport: PHONE };
  await visit("/search?q=Sn+Miguel", plain, async (page) => {
    assert.ok((await page.locator("main h2").count()) >= 1);
    assert.ok((await page.locator(".results mark").count()) > 1);
  });
  await visit("/search?q=06700&lang=en", plain, async (page) => {
    assert.match(await page.locator("#postal-title").innerText(), /06700.*postal code/);
  });
  await visit("/search?q=guadlajara", plain, async (page) => {
    assert.match(await page.locator("main").innerText(), /¿Quiso decir…\?[^]*Guadalajara/);
    await page.click(".results a >> nth=0");
    assert.match(page.url(), /\/place\/MX-14-039/);
  });
  await visit("/search?q=qwxyz", plain, async (page) => {
    assert.equal(await page.locator(".results").count(), 0);
    assert.ok(await page.locator("tequio-near").isHidden(), "no button that would do nothing");
  });
  assert.equal((await fetch(`${shared.url}/search?colour=red`)).status, 400);
  assert.equal((await fetch(`${shared.url}/search/centres.json?layer=nada`)).status, 404);
  assert.equal((await fetch(`${shared.url}/search/options?q=a&x=1`)).status, 400);
});

/** Presses the button from a position; the choices, and every request that followed. */
async function findNear(position, options = {}) {
  const { page, faults, close } = await openPage(shared.browser, shared.url, options);
  await page.context().grantPermissions(["geolocation"], { origin: shared.url });
  await page.context().setGeolocation(position);
  await page.goto(`${shared.url}/search`, { waitUntil: "load" });
  const requests = [];
  page.on("request", (request) => requests.push(`${request.method()} ${request.url()} ${request.postData() ?? ""} ${JSON.stringify(request.headers())}`));
  await page.locator("tequio-near button").focus();
  await page.keyboard.press("Enter");
  await page.locator("tequio-near li").first().waitFor();
  const found = await page.locator("tequio-near li").allInnerTexts();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(faults, []);
  return { page, found, requests, close };
}

test("near here is found on the device and nothing tells where that is", async () => {
  const angel = await findNear(ANGEL);
  assert.ok(angel.found.length <= 5 && angel.found.some((text) => /^Cuauhtémoc\s+Municipio o alcaldía · Ciudad de México/.test(text)), angel.found.join("; "));
  const oaxaca = await findNear(OAXACA, { viewport: PHONE });
  assert.match(oaxaca.found[0], /Oaxaca de Juárez/);
  for (const [{ requests }, { latitude, longitude }] of [[angel, ANGEL], [oaxaca, OAXACA]]) {
    assert.ok(requests.length > 0);
    for (const part of [latitude.toFixed(2), Math.abs(longitude).toFixed(2), String(latitude).slice(0, 5), String(Math.abs(longitude)).slice(0, 5)]) {
      assert.deepEqual(requests.filter((request) => request.includes(part)), [], part);
    }
  }
  const addresses = ({ requests }) => requests.map((request) => request.split(" ")[1]).sort();
  assert.deepEqual(addresses(angel), addresses(oaxaca), "the requests are the same wherever the reader is");
  await angel.page.locator("tequio-near a", { hasText: "Cuauhtémoc" }).click();
  await angel.page.waitForURL(/\/place\//);
  await angel.close();
  await oaxaca.close();
});

test("a position that is refused or far away is answered in words", async () => {
  await visit("/search?lang=en", { language: "en" }, async (page) => {
    await page.locator("tequio-near button").click();
    await page.waitForFunction(() => /leave to use the position/.test(document.querySelector("tequio-near [role=status]").textContent));
  });
  const { page, close } = await openPage(shared.browser, shared.url);
  await page.context().grantPermissions(["geolocation"], { origin: shared.url });
  await page.context().setGeolocation({ latitude: 60.17, longitude: 24.94 });
  await page.goto(`${shared.url}/search`);
  await page.locator("tequio-near button").click();
  await page.waitForFunction(() => /fuera de los lugares/.test(document.querySelector("tequio-near [role=status]").textContent));
  await close();
});

test("the catalogue of centres is sent once", async () => {
  const address = `${shared.url}/search/centres.json?layer=municipalities`;
  const answer = await fetch(address);
  const { places, parts } = await answer.json();
  assert.equal(places.length, 2465);
  const [, , , [east, north], [west, south]] = places.find(([place]) => place === "MX-09-015");
  assert.ok(Math.abs(east / parts + 99.15) < 0.03 && Math.abs(north / parts - 19.43) < 0.03 && west < east && south < north);
  const again = await fetch(address, { headers: { "if-none-match": answer.headers.get("etag") } });
  assert.equal(again.status, 304);
  assert.match(answer.headers.get("permissions-policy"), /geolocation=\(self\)/);
});
