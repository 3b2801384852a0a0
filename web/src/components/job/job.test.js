import assert from "node:assert/strict";
import { test } from "node:test";
import { testComponent, withExample } from "../../../test/lib/component.js";

testComponent("job");

/** Longer than it takes to look again. */
const LOOKS_AGAIN_MS = 1_500;

/** Puts a job on the page before the scripts run, and answers for it; `asked` is called with every question. */
async function onJob(page, asked) {
  await page.addInitScript(() => {
    document.addEventListener("readystatechange", () => {
      const job = document.createElement("tequio-job");
      Object.assign(job.dataset, { job: "/api/v1/jobs/7", answer: "/button", page: "/button" });
      if (document.readyState === "interactive") document.body.append(job);
    });
  });
  await page.route("**/api/v1/jobs/7", asked);
}

for (const state of ["done", "failed", "running"]) {
  test(`job: a reader who went on is not thrown back by one that is ${state}`, async () => {
    const log = [];
    let hold;
    const held = new Promise((done) => (hold = done));
    const prepare = (page) =>
      onJob(page, async (route) => {
        log.push(route.request().method());
        if (log.at(-1) === "DELETE") return route.fulfill({ status: 204 });
        hold(route);
      });
    await withExample("job", { prepare }, async (page) => {
      const route = await held;
      const given = page.waitForRequest((request) => request.method() === "DELETE");
      await page.evaluate(() => document.querySelector("tequio-job").remove());
      await given;
      await route.fulfill({ json: { state, progress: 0.5 } });
      await page.waitForTimeout(LOOKS_AGAIN_MS);
      assert.ok(page.url().endsWith("/job"), page.url());
      assert.deepEqual(log, ["GET", "DELETE"], "it is asked no more");
    });
  });
}

test("job: the answer takes the place of the page", async () => {
  const prepare = (page) => onJob(page, (route) => (route.request().method() === "GET" ? route.fulfill({ json: { state: "done", progress: 1 } }) : route.fulfill({ status: 204 })));
  await withExample("job", { prepare }, (page) => page.waitForURL("**/button"));
});
