// Which places are near a position: the arithmetic alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createServer } from "vite";

let vite;
let nearest;

before(async () => {
  vite = await createServer({ server: { middlewareMode: true, ws: false }, appType: "custom", logLevel: "error" });
  ({ nearest } = await vite.ssrLoadModule("/src/components/near/nearest.ts"));
});
after(() => vite.close());

const centres = (places) => ({ layer: "a", parts: 1000, places: places.map(([name, centre, box]) => [name, name, "", centre, box]) });

test("places whose box holds the position, nearest centre first", () => {
  const list = centres([
    ["far", [-99200, 19400], [-99300, 19300, -99100, 19500]],
    ["near", [-99160, 19430], [-99200, 19400, -99100, 19500]],
    ["beside", [-99160, 19430], [-99140, 19400, -99100, 19500]],
  ]);
  assert.deepEqual(nearest(list, -99.15, 19.43, 5).map(({ place }) => place), ["near", "far"]);
  assert.deepEqual(nearest(list, -99.15, 19.43, 1).map(({ place }) => place), ["near"]);
  assert.deepEqual(nearest(list, 0, 0, 5), []);
});

test("a degree of longitude is shorter far from the equator", () => {
  const box = [24000, 59000, 26000, 61000];
  const list = centres([["north", [25000, 60070], box], ["east", [25100, 60000], box]]);
  assert.deepEqual(nearest(list, 25, 60, 2).map(({ place }) => place), ["east", "north"]);
});
