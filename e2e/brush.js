// `npm run brush`: how long the explorer takes from a brush to every view redrawn, in a real browser, on the data folder
// that TEQUIO_DATA names (`make brush` makes one of a million incidents). Prints median and 95th percentile.
import { WIDE, openBrowser, openPage } from "./lib/browser.js";
import { startPortal } from "./lib/server.js";

const STEPS = 60;
const ROUNDS = 12;
const portal = await startPortal();
const { url } = portal;
const browser = await openBrowser();
const { page, close } = await openPage(browser, url, { viewport: WIDE });
await page.goto(`${url}/explore`, { waitUntil: "load" });
await page.waitForFunction(() => customElements.get("tequio-explore"));

/** Each kind of choice as a way to drag or click on the page as it is. */
const KINDS = {
  "months, dragged": () => dragChart(),
  "hours and days, dragged": () => dragCells(),
  "offence, chosen": (round) => click("#x-offences a[data-brush]", round),
  "month, chosen": (round) => click("#x-time-numbers td a[data-brush]", round),
  "hour, chosen": (round) => click("[data-brush-week] tbody th a", round),
};

for (const [kind, act] of Object.entries(KINDS)) {
  const times = [];
  await page.goto(`${url}/explore`, { waitUntil: "load" });
  await page.waitForFunction(() => customElements.get("tequio-explore"));
  await page.evaluate(() => {
    globalThis.times = [];
    new MutationObserver(() => globalThis.times.push(Number(document.querySelector("tequio-explore").dataset.answered))).observe(document.querySelector("tequio-explore"), {
      attributes: true,
      attributeFilter: ["data-answered"],
    });
  });
  for (let round = 0; round < ROUNDS && times.length < STEPS; round += 1) {
    await act(round);
    await page.waitForTimeout(400);
    times.push(...(await page.evaluate(() => globalThis.times.splice(0))));
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  console.log(`${kind}: ${times.length} answers, median ${at(0.5)} ms, 95 % within ${at(0.95)} ms`);
}
await close();
await browser.close();
await portal.stop();

async function dragChart() {
  const box = await shown("[data-brush-time] svg[role=img]");
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2);
  await page.mouse.down();
  for (let step = 1; step <= 20; step += 1) {
    await page.mouse.move(box.x + box.width * (0.2 + step * 0.025), box.y + box.height / 2);
    await page.waitForTimeout(60);
  }
  await page.mouse.up();
}

async function dragCells() {
  const from = await shown("[data-brush-week] tr:nth-child(3) td >> nth=1");
  const to = await page.locator("[data-brush-week] tr:nth-child(14) td >> nth=5").boundingBox();
  await page.mouse.move(from.x + 5, from.y + 5);
  await page.mouse.down();
  for (let step = 1; step <= 12; step += 1) {
    await page.mouse.move(from.x + 5 + ((to.x - from.x) * step) / 12, from.y + 5 + ((to.y - from.y) * step) / 12);
    await page.waitForTimeout(60);
  }
  await page.mouse.up();
}

/** The box of an element, brought onto the screen without waiting for it to stand still. */
async function shown(selector) {
  await page.locator(selector).evaluate((element) => element.scrollIntoView({ block: "center" }));
  return page.locator(selector).boundingBox();
}

async function click(selector, at) {
  await page.locator(selector).nth(at).evaluate((link) => link.click());
}
