// What every component has to pass, light and dark, on a phone and on a wide screen.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { violations } from "./axe.js";
import { PHONE, WIDE, openBrowser, openPage } from "./browser.js";
import { startSite } from "./site.js";

const SCREENS = [
  ["wide", WIDE],
  ["360 px", PHONE],
];
/** Rules about whole pages, which the tests in e2e/ hold the pages to. */
const OF_PAGES = ["region", "page-has-heading-one", "landmark-one-main", "landmark-unique", "bypass", "heading-order", "skip-link"];
/** WCAG 2.2, success criterion 2.5.8. */
const TARGET_PX_MIN = 24;
const OUTLINE_PX_MIN = 2;
const TAB_PRESSES_MAX = 80;

/** One browser and one server for all files of tests that a process loads. */
let shared;
async function open() {
  shared ??= Promise.all([openBrowser(), startSite()]);
  return shared;
}
after(async () => {
  const [browser, site] = (await shared) ?? [];
  await browser?.close();
  await site?.stop();
});

/** Opens the example of a component and hands its page over. */
export async function withExample(name, options, look) {
  const [browser, site] = await open();
  const { page, faults, close } = await openPage(browser, site.url, options);
  try {
    await options.prepare?.(page);
    const answer = await page.goto(`${site.url}/${name}`, { waitUntil: "load" });
    assert.equal(answer.status(), 200);
    await look(page);
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
}

/** The tests that all components share. */
export function testComponent(name) {
  for (const [screen, viewport] of SCREENS) {
    test(`${name}: ${screen}`, () =>
      withExample(name, { viewport }, async (page) => {
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          assert.deepEqual(await violations(page, OF_PAGES), [], colorScheme);
        }
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${overflow} px wider than the screen`);
        assert.deepEqual(await smallTargets(page), [], "too small for a finger");
        assert.deepEqual(await faintFocus(page), [], "the focus is not seen");
      }));
  }
}

/** Controls that a finger would miss; axe judges links by the room round them. */
async function smallTargets(page) {
  return page.evaluate((least) => {
    const controls = [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, summary, [role=option]")];
    const small = controls.filter((control) => {
      const { width, height } = control.getBoundingClientRect();
      return control.checkVisibility() && (width < least || height < least);
    });
    return small.map((control) => control.outerHTML.slice(0, 120));
  }, TARGET_PX_MIN);
}

/** What the Tab key reaches and gives no outline, or that cannot be reached at all. */
async function faintFocus(page) {
  const wanted = await page.evaluate(() => {
    // Of a group of radio buttons the Tab key reaches the chosen one; arrows reach the others.
    const known = "a[href]:not([tabindex='-1']), button:enabled, input:enabled:not([type=hidden], [type=radio]:not(:checked)), select:enabled, summary, [tabindex='0']";
    return [...document.querySelectorAll(known)].filter((element) => element.checkVisibility()).length;
  });
  const faint = [];
  const reached = new Set();
  for (let press = 0; press < Math.min(wanted + 2, TAB_PRESSES_MAX) && reached.size < wanted; press += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const all = [...document.querySelectorAll("*")];
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return { index: all.indexOf(element), body: element === document.body, outlineStyle, width: parseFloat(outlineWidth), html: element.outerHTML.slice(0, 120) };
    });
    if (at.body) continue;
    reached.add(at.index);
    if (at.outlineStyle === "none" || at.width < OUTLINE_PX_MIN) faint.push(at.html);
  }
  if (reached.size < Math.min(wanted, TAB_PRESSES_MAX)) faint.push(`the Tab key reached ${reached.size} of ${wanted} elements`);
  return faint;
}
