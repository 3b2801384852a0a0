// The layers of the explorer's map: chosen with the pointer or the keyboard, undone by going back, painted from the API,
// waited for when they are long, left when something else is wanted, and there without scripts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "../lib/browser.js";
import { withPortal } from "../lib/portal.js";

const shared = withPortal();
const MAP_MS_MAX = 60_000;
const JOB = { self: "/api/v1/jobs/7", result: "/api/v1/jobs/7/result" };

async function visit(path, options, flow) {
  const { page, faults, close } = await openPage(shared.browser, shared.url, options);
  try {
    await options.prepare?.(page);
    await page.goto(shared.url + path, { waitUntil: "load" });
    if (options.scripts !== false) await page.waitForFunction(() => customElements.get("tequio-explore"));
    await flow(page);
    const expected = options.expected ?? (() => false);
    assert.deepEqual(faults.filter((fault) => !fault.includes("GL Driver Message") && !expected(fault)), []);
  } finally {
    await close();
  }
}

async function answered(page, act) {
  await page.evaluate(() => delete document.querySelector("tequio-explore").dataset.answered);
  await act();
  await page.waitForFunction(() => document.querySelector("tequio-explore").dataset.answered, null, { timeout: MAP_MS_MAX });
}

/** Waits until the map has painted as many rows as the panel's answer has. */
async function painted(page) {
  await page.locator("tequio-map").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => Number(document.querySelector("tequio-map").dataset.features) > 0, null, { timeout: MAP_MS_MAX });
  const { painted: layer } = JSON.parse(await page.locator("tequio-map").getAttribute("data-settings"));
  const { rows } = await (await fetch(shared.url + layer.address)).json();
  assert.equal(Number(await page.locator("tequio-map").getAttribute("data-features")), rows.length);
  return layer;
}

test("a layer is chosen, painted, told in words and undone by going back", async () => {
  await visit("/explore?place=MX-09&lang=en", { language: "en" }, async (page) => {
    await answered(page, () => page.locator("#f-layer-density").check());
    assert.match(page.url(), /layer=density/);
    const layer = await painted(page);
    assert.equal(layer.level, "cells");
    const legend = await page.locator("tequio-map .legend-words li").allInnerTexts();
    assert.deepEqual(legend, layer.legend.map(({ label }) => label));
    assert.match(await page.locator("#x-layer").innerText(), /incidents per square kilometre[\s\S]*bandwidth is a choice/);
    await answered(page, () => page.goBack());
    assert.ok(await page.locator("#f-layer-counts").isChecked());
    assert.equal(await page.locator("#x-layer").count(), 0);
  });
});

test("clusters have the numbers of their rows on the map, and other layers have none", async () => {
  await visit("/explore?layer=scan&level=places:municipalities&place=MX-09&lang=en", { language: "en" }, async (page) => {
    const layer = await painted(page);
    const texts = async (selector) => (await page.locator(selector).allInnerTexts()).sort();
    const pins = await texts("tequio-map .map-pin .mark");
    assert.ok(pins.length > 0);
    assert.deepEqual(pins, layer.marks.map(({ text }) => text).sort());
    assert.deepEqual(pins, await texts("#x-t-clusters-scroll th .mark"));
    await answered(page, () => page.locator("#f-layer-density").check());
    await painted(page);
    assert.equal(await page.locator("tequio-map .map-pin").count(), 0);
  });
});

test("the keyboard walks the layers and keeps its place", async () => {
  await visit("/explore", {}, async (page) => {
    await page.locator("#f-layer-counts").focus();
    await answered(page, () => page.keyboard.press("ArrowRight"));
    assert.equal(await page.evaluate(() => document.activeElement.id), "f-layer-hotspots");
    assert.match(page.url(), /layer=hotspots/);
  });
});

test("a layer follows the other choices", async () => {
  await visit("/explore?layer=change", {}, async (page) => {
    const first = await painted(page);
    assert.equal(first.level, "places:states");
    await answered(page, () => page.locator("#x-table tbody tr:first-child th a").first().click());
    const second = await painted(page);
    assert.notEqual(second.address, first.address);
    assert.match(second.address, /place=MX-/);
    assert.match(page.url(), /layer=change/);
  });
});

/** Answers for the API as if the analysis were long: the job runs until `done` is called. */
async function asJob(page, log) {
  let [running, wanted] = [true, ""];
  await page.route("**/api/v1/analysis/**", async (route) => {
    wanted ||= route.request().url();
    await route.fulfill({ status: 202, json: { id: "7", state: "running", progress: 0.25, links: JOB } });
  });
  await page.route("**/api/v1/jobs/**", async (route) => {
    const { pathname } = new URL(route.request().url());
    log.push(`${route.request().method()} ${pathname}`);
    if (route.request().method() === "DELETE") await route.fulfill({ status: 204 });
    else if (pathname === JOB.result) await route.fulfill({ response: await route.fetch({ url: wanted }) });
    else await route.fulfill({ json: { id: "7", state: running ? "running" : "done", progress: running ? 0.5 : 1, links: JOB } });
  });
  return () => {
    running = false;
  };
}

test("a long layer shows how far it is, and then itself", async () => {
  const log = [];
  let finish;
  const prepare = async (page) => {
    finish = await asJob(page, log);
  };
  await visit("/explore?layer=scan", { prepare }, async (page) => {
    await page.locator("tequio-map").scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector("#x-layer-progress span").textContent === "50%", null, { timeout: MAP_MS_MAX });
    assert.ok(await page.locator("#x-layer-progress").isVisible());
    finish();
    await painted(page);
    assert.ok(await page.locator("#x-layer-progress").isHidden());
    assert.ok(log.includes(`GET ${JOB.result}`) && !log.some((line) => line.startsWith("DELETE")), log.join());
  });
});

test("leaving a long layer cancels its job", async () => {
  const log = [];
  await visit("/explore?layer=scan", { prepare: (page) => asJob(page, log) }, async (page) => {
    await page.locator("tequio-map").scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector("#x-layer-progress span").textContent === "50%", null, { timeout: MAP_MS_MAX });
    const cancelled = page.waitForRequest((request) => request.method() === "DELETE");
    await answered(page, () => page.locator("#f-layer-counts").check());
    assert.ok((await cancelled).url().endsWith(JOB.self));
    await page.waitForFunction(() => Number(document.querySelector("tequio-map").dataset.features) > 0, null, { timeout: MAP_MS_MAX });
    const asked = log.length;
    await page.waitForTimeout(1_500);
    assert.equal(log.length, asked, "it is asked no more");
  });
});

test("without scripts a layer is a form, a picture, words and a table", async () => {
  await visit("/explore?place=MX-09", { scripts: false, language: "en" }, async (page) => {
    await page.locator("#f-layer-density").check();
    await page.locator("noscript button, .layer-choice button").first().click();
    await page.waitForURL(/layer=density/);
    const image = page.locator(".map-picture");
    await image.scrollIntoViewIfNeeded();
    const source = await image.getAttribute("src");
    const picture = await (await fetch(shared.url + source)).text();
    assert.match(picture, /(por|per) km²/);
    assert.ok((await page.locator("#x-layer tbody tr").count()) > 20);
    assert.ok(await page.locator("#x-layer .legend-title").isVisible());
  });
});

test("where a layer cannot be shown the map shows the incidents and the panel a way out", async () => {
  await visit("/explore?layer=scan&level=cells&place=MX-09", { language: "en" }, async (page) => {
    const panel = page.locator("#x-layer");
    assert.match(await panel.innerText(), /choose an offence/);
    await answered(page, () => panel.locator("a[data-brush]").click());
    assert.equal((await painted(page)).level, "places:municipalities");
  });
});

test("a municipality without neighbourhoods is explored by cells", async () => {
  for (const place of ["MX-09-015", "MX-14-039", "MX-20-067"]) {
    for (const layer of ["counts", "hotspots", "density", "change"]) {
      const answer = await fetch(`${shared.url}/explore?place=${place}&layer=${layer}`, { headers: { accept: "text/html" } });
      assert.equal(answer.status, 200, `${place} ${layer}`);
    }
  }
});
