// The colours: text can be read, graphics can be seen, neighbouring classes can be told apart with any
// colour vision, light and dark.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { converter, differenceCiede2000, filterDeficiencyDeuter, filterDeficiencyProt, filterDeficiencyTrit, wcagContrast } from "culori";

/** WCAG 2.2, success criteria 1.4.3 and 1.4.11. */
const TEXT_MIN = 4.5;
const GRAPHIC_MIN = 3;
/** CIEDE2000 (Sharma, Wu and Dalal 2005); about 2 is the least that is noticed side by side. */
const NEIGHBOUR_MIN = 9;
const ABSENCE_MIN = 7;
/** Dichromats as simulated by Machado, Oliveira and Fernandes (2009), severity 1. */
const VISIONS = {
  trichromat: converter("rgb"),
  protanope: filterDeficiencyProt(1),
  deuteranope: filterDeficiencyDeuter(1),
  tritanope: filterDeficiencyTrit(1),
};
const RAMP = [0, 1, 2, 3, 4, 5, 6].map((index) => `c${index}`);
const GROUNDS = ["ground", "surface", "sunken"];
const across = (inks, grounds) => inks.flatMap((ink) => grounds.map((ground) => [ink, ground]));
const TEXTS = [
  ...across(["ink", "ink-soft", "link", "link-hover", "accent"], GROUNDS),
  ["accent-ink", "accent"],
  ["accent-ink", "link-hover"],
  ["warn-ink", "warn-ground"],
  ...across(["ink-on-light"], ["c0", "c1", "c2"]),
  ["ink-on-middle", "c3"],
  ...across(["ink-on-dark"], ["c4", "c5", "c6"]),
];
const GRAPHICS = [
  ...across(["focus"], [...GROUNDS, "map-ground", "map-zero"]),
  ...across(["ink-soft", "trend", "bar", "accent"], GROUNDS),
  ["warn-rule", "warn-ground"],
  ["map-context", "map-ground"],
  ["map-context", "map-zero"],
  // The edge of what was tested and is plain, on the ground of what was not; the number of a cluster on the map.
  ["map-context", "ground"],
  ["ink", "map-ground"],
  // The dark end of the ramp is seen on the page itself; the light end has the borders of its areas and the legend.
  ["c6", "ground"],
  ["c5", "map-ground"],
];

const difference = differenceCiede2000();
const css = await readFile(new URL("../src/styles/tokens.css", import.meta.url), "utf8");
const [lightPart, darkPart] = css.split("@media screen and (prefers-color-scheme: dark)");
const colours = (text) => Object.fromEntries([...text.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
const light = colours(lightPart);
const dark = colours(darkPart);
const SCHEMES = { light, dark };

test("both schemes name the same colours", () => {
  assert.deepEqual(Object.keys(dark).sort(), Object.keys(light).sort());
});

for (const [scheme, tokens] of Object.entries(SCHEMES)) {
  const faint = (pairs, least) =>
    pairs.filter(([ink, ground]) => !(wcagContrast(tokens[ink], tokens[ground]) >= least)).map(([ink, ground]) => `${ink} on ${ground}: ${wcagContrast(tokens[ink], tokens[ground]).toFixed(2)}`);

  test(`${scheme}: text can be read`, () => assert.deepEqual(faint(TEXTS, TEXT_MIN), []));
  test(`${scheme}: graphics can be seen`, () => assert.deepEqual(faint(GRAPHICS, GRAPHIC_MIN), []));

  for (const [vision, see] of Object.entries(VISIONS)) {
    const between = (a, b) => difference(see(tokens[a]), see(tokens[b]));

    test(`${scheme}, ${vision}: neighbouring classes differ`, () => {
      const alike = RAMP.slice(1).map((name, index) => [RAMP[index], name, between(RAMP[index], name)]);
      assert.deepEqual(alike.filter(([, , by]) => !(by >= NEIGHBOUR_MIN)), []);
    });
    test(`${scheme}, ${vision}: what was tested and is plain is neither the ground nor a class`, () => {
      const ends = across(["map-plain"], ["c5", "c2", "low", "low-pale", "map-ground", "ground"]);
      const pairs = ends.map(([name, other]) => [name, other, between(name, other)]);
      assert.deepEqual(pairs.filter(([, , by]) => !(by >= ABSENCE_MIN)), []);
    });
    test(`${scheme}, ${vision}: no class looks like missing, like zero or like the page`, () => {
      const pairs = across(RAMP, ["c-none", "map-zero", "ground"]).map(([name, other]) => [name, other, between(name, other)]);
      assert.deepEqual(pairs.filter(([, , by]) => !(by >= ABSENCE_MIN)), []);
    });
  }
}
