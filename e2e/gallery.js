// `npm run gallery`: pictures of every page, wide and narrow, light and dark, into gallery/.
import { mkdir } from "node:fs/promises";
import { PHONE, WIDE, openBrowser, openPage } from "./lib/browser.js";
import { everyPage } from "./lib/pages.js";
import { startPortal } from "./lib/server.js";

const FOLDER = process.env.GALLERY ?? "../gallery";
const MAP_MS_MAX = 15_000;
const LOOKS = [
  ["wide", { viewport: WIDE }],
  ["phone", { viewport: PHONE }],
  ["dark", { viewport: WIDE, dark: true }],
  ["plain", { viewport: WIDE, scripts: false }],
];
const ONLY = process.env.ONLY?.split(",");

const portal = await startPortal();
const browser = await openBrowser();
await mkdir(FOLDER, { recursive: true });
try {
  for (const { name, path } of await everyPage(portal.url)) {
    if (ONLY && !ONLY.includes(name)) continue;
    for (const [look, options] of LOOKS) await picture(name, path, look, options);
  }
} finally {
  await browser.close();
  await portal.stop();
}

async function picture(name, path, look, options) {
  const { page, faults, close } = await openPage(browser, portal.url, options);
  await page.goto(portal.url + path, { waitUntil: "load" });
  await showMap(page);
  await page.screenshot({ path: `${FOLDER}/${name}-${look}.png`, fullPage: true });
  faults.forEach((fault) => console.log(`${name} ${look}: ${fault}`));
  await close();
}

/** The map comes when it is near the screen; a picture waits for it. */
async function showMap(page) {
  const map = page.locator("tequio-map");
  if ((await map.count()) === 0 || !(await map.isVisible())) return;
  await map.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector("tequio-map")?.dataset.features, null, { timeout: MAP_MS_MAX }).catch(() => {});
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(300);
}
