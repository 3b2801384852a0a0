// Debian's Chromium, kept from calling anybody.
import { chromium } from "playwright-core";

const PATH = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // WebGL without a graphics card, for the map.
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

export const WIDE = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };

export async function openBrowser() {
  return chromium.launch({ executablePath: PATH, headless: true, args: ARGS });
}

/** A page that remembers what it should not have done. */
export async function openPage(browser, url, options = {}) {
  const { viewport = WIDE, dark = false, scripts = true, language = "es" } = options;
  const context = await browser.newContext({
    viewport,
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: scripts,
    locale: language === "en" ? "en-GB" : "es-MX",
  });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !/^(data|blob|about):/.test(address)) faults.push(`foreign request: ${address}`);
  });
  return { page, faults, close: () => context.close() };
}
