// The small arithmetic of the map, loaded through Vite because Node 20 reads no TypeScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createServer } from "vite";

let vite;
let classes;
let style;

before(async () => {
  vite = await createServer({ server: { middlewareMode: true, ws: false }, appType: "custom", logLevel: "error" });
  classes = await vite.ssrLoadModule("/src/components/map/classes.ts");
  style = await vite.ssrLoadModule("/src/components/map/style.ts");
});
after(() => vite.close());

const COLOURS = { ramp: ["a", "b", "c", "d", "e", "f", "g"], none: "n", line: "l", ground: "w", zero: "z", context: "x", ink: "i" };

test("quantiles are those of the server's charts", () => {
  const values = Array.from({ length: 14 }, (_, index) => index + 1);
  assert.deepEqual(classes.quantiles(values, 7), [2, 4, 6, 8, 10, 12, 14]);
  assert.deepEqual(classes.quantiles([5, 5, 5], 7), [5]);
  assert.deepEqual(classes.quantiles([], 7), []);
});

test("few classes spread over the whole ramp", () => {
  assert.deepEqual([0, 1, 2].map((index) => classes.colourOf(index, 3)), [0, 3, 6]);
  assert.equal(classes.colourOf(0, 1), 3);
});

test("zero has a colour of its own", () => {
  const [kind, , zero] = style.ramp([3, 9], COLOURS);
  assert.deepEqual([kind, zero], ["case", "z"]);
  assert.equal(style.ramp([], COLOURS), "z");
});

test("places outside the territory of the data are strays", () => {
  const strays = ["MX-09", "MX-09-015", "MX-15-058"].map((code) => style.isStray("places:municipalities", code, "MX-09"));
  assert.deepEqual(strays, [false, false, true]);
  assert.ok(!style.isStray("places:colonias", "7", "MX-09") && !style.isStray("places:states", "MX-15", null));
});

test("a level's tiles hold one layer named after its kind", () => {
  assert.equal(style.tileLayer("places:states"), "places");
  assert.equal(style.tileLayer("cells"), "cells");
});

test("the border of the place asked for is drawn for places that have a context layer", () => {
  const ids = (place) => style.layers("cells", [1], COLOURS, place).map((layer) => layer.id);
  assert.ok(ids({ layer: "municipalities", code: "MX-09-015" }).includes("focus"));
  assert.ok(!ids({ layer: "colonias", code: "7" }).includes("focus"));
});
