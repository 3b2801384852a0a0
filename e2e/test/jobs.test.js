// A long analysis: its page tells how far it is, it can be cancelled, and the answer comes by itself. Whether a question
// takes long is no matter of the machine here: long ones that are begun before hold every place.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { violations } from "../../web/test/lib/axe.js";
import { openPage } from "../lib/browser.js";
import { withPortal } from "../lib/portal.js";

const shared = withPortal();
/** Longer than any of these tests; each seed is another question. */
const LONG = "analysis=scan&by=cell:12&proportion=offences&permutations=9999";
const SHORT = "analysis=hotspots&by=place:municipalities";
const PLACES_MAX = 8;
const ANSWER_MS_MAX = 120_000;

const begun = [];
const state = async (job) => (await (await fetch(shared.url + job)).json()).state;

/** Begins long analyses until one has to wait. */
async function holdEveryPlace(seed) {
  for (let place = 0; place < PLACES_MAX; place += 1) {
    const question = LONG.replace("analysis=scan&", "/api/v1/analysis/scan?");
    const answer = await fetch(`${shared.url}${question}&seed=${seed + place}`, { headers: { prefer: "respond-async" } });
    assert.equal(answer.status, 202);
    begun.push((await answer.json()).links.self);
    // One that has a place begins at once.
    await new Promise((done) => setTimeout(done, 200));
    if ((await state(begun.at(-1))) === "queued") return;
  }
  assert.fail("no analysis had to wait");
}

async function release() {
  for (const job of begun.splice(0)) await fetch(shared.url + job, { method: "DELETE" });
}

afterEach(release);

async function visit(path, options, flow) {
  const { page, faults, close } = await openPage(shared.browser, shared.url, options);
  try {
    await page.goto(shared.url + path, { waitUntil: "load" });
    await flow(page);
    assert.deepEqual(faults, []);
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

for (const scripts of [true, false]) {
  test(`a long analysis is cancelled, ${scripts ? "with" : "without"} scripts`, async () => {
    await visit(`/analysis?${LONG}&seed=${scripts ? 13 : 14}`, { scripts }, async (page) => {
      const job = await page.locator("tequio-job").getAttribute("data-job");
      await page.locator(".job-cancel button").click();
      await page.getByRole("heading", { name: "El cálculo se canceló" }).waitFor();
      assert.equal(await state(job), "cancelled");
      assert.equal(await page.locator("progress").count(), 0);
      assert.match(await page.getByRole("link", { name: "Calcular de nuevo" }).getAttribute("href"), /^\/analysis\?analysis=scan&/);
    });
  });
}
