// A long analysis: its page tells how far it is, it can be cancelled, and the answer comes by itself. Whether a question
// takes long is no matter of the machine here: long ones that are begun before hold every place.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { violations } from "../../web/test/lib/axe.js";
import { openPage } from "../lib/browser.js";
import { withPortal } from "../lib/portal.js";

const shared = withPortal();
/** Longer than any of these tests; each seed is another question. */
const LONG = "analysis=scan&by=cell:12&offence=FRAUDE&proportion=offences&permutations=9999";
const SHORT = "analysis=hotspots&by=place:municipalities";
/** There are five places at most. */
const MORE_THAN_PLACES = 8;
const ANSWER_MS_MAX = 120_000;

const begun = [];
const state = async (job) => (await (await fetch(shared.url + job)).json()).state;

/** Begins more long analyses than there are places, each of another asker, so that whatever comes then waits. */
async function holdEveryPlace(seed) {
  for (let place = 0; place < MORE_THAN_PLACES; place += 1) {
    const question = LONG.replace("analysis=scan&", "/api/v1/analysis/scan?");
    const headers = { prefer: "respond-async", "x-forwarded-for": `192.0.2.${place + 1}` };
    const answer = await fetch(`${shared.url}${question}&seed=${seed + place}`, { headers });
    assert.equal(answer.status, 202);
    begun.push((await answer.json()).links.self);
  }
  const load = await (await fetch(`${shared.url}/metrics`)).text();
  const gauge = (name) => Number(new RegExp(`^\\S*crime_map_jobs_${name} (\\d+)$`, "m").exec(load)?.[1]);
  assert.ok(gauge("waiting") > 0 && gauge("running") + gauge("waiting") >= MORE_THAN_PLACES, "no analysis had to wait");
}

/** The last first, so that none takes a place that becomes free. */
async function release() {
  for (const job of begun.splice(0).reverse()) await fetch(shared.url + job, { method: "DELETE" });
}

afterEach(release);

async function visit(path, options, flow) {
  const { page, faults, close } = await openPage(shared.browser, shared.url, options);
  try {
    await page.goto(shared.url + path, { waitUntil: "load" });
    await flow(page);
    assert.deepEqual(faults.filter((fault) => !options.expected?.(fault)), []);
  } finally {
    await close();
  }
}

test("with scripts the answer comes by itself", async () => {
  await holdEveryPlace(100);
  await visit(`/analysis?${SHORT}&seed=11`, {}, async (page) => {
    const job = page.locator("tequio-job");
    await job.waitFor();
    assert.equal(await job.locator("progress").getAttribute("value"), "0");
    assert.match(await job.locator("[aria-live=polite]").innerText(), /turno/);
    assert.deepEqual(await violations(page), []);
    await release();
    await page.locator("#meaning").waitFor({ timeout: ANSWER_MS_MAX });
    assert.ok(!page.url().includes("job="), page.url());
  });
});

test("without scripts the page comes again until the answer is there", async () => {
  await holdEveryPlace(200);
  await visit(`/analysis?${SHORT}&seed=12`, { scripts: false }, async (page) => {
    await page.locator("progress").waitFor();
    await page.waitForURL(/job=/, { timeout: ANSWER_MS_MAX });
    assert.equal(await page.locator("progress").count(), 1);
    await release();
    await page.locator("#meaning").waitFor({ timeout: ANSWER_MS_MAX });
  });
});

/** Pages of a layer, and what stands there only once it is computed. */
const LAYERS = [
  ["/explore?layer=change", "#x-layer .legend-title"],
  ["/embed/explore?layer=change&period=2023&view=map", ".embed-view h2 + p.small"],
];
/** The picture of a layer is not there before the layer. */
const expected = (fault) => fault.includes("503");
for (const [at, [path, there]] of LAYERS.entries()) {
  test(`without scripts ${path} looks at its one job until the layer is there`, async () => {
    await holdEveryPlace(300 + 100 * at);
    await visit(path, { scripts: false, expected }, async (page) => {
      await page.waitForURL(/job=/, { timeout: ANSWER_MS_MAX });
      const first = page.url();
      assert.equal(new URL(first).pathname, path.split("?")[0]);
      await page.waitForEvent("load", { timeout: ANSWER_MS_MAX });
      assert.equal(page.url(), first);
      await release();
      await page.locator(there).waitFor({ timeout: ANSWER_MS_MAX });
    });
  });
}

for (const scripts of [true, false]) {
  test(`a long analysis is cancelled, ${scripts ? "with" : "without"} scripts`, async () => {
    await visit(`/analysis?${LONG}&seed=${scripts ? 13 : 14}`, { scripts }, async (page) => {
      const job = await page.locator("tequio-job").getAttribute("data-job");
      await page.locator(".job-cancel button").click();
      await page.getByRole("heading", { name: "El cálculo se canceló" }).waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "El cálculo se canceló");
      assert.equal(await state(job), "cancelled");
      assert.equal(await page.locator("progress").count(), 0);
      assert.match(await page.getByRole("link", { name: "Calcular de nuevo" }).getAttribute("href"), /^\/analysis\?analysis=scan&/);
    });
  });
}
