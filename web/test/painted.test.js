// An analysis on the map: what is fetched, how long answers are waited for, and how classes are painted.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { createServer } from "vite";

let vite;
let painted;
const original = globalThis.fetch;

before(async () => {
  vite = await createServer({ server: { middlewareMode: true, ws: false }, appType: "custom", logLevel: "error" });
  painted = await vite.ssrLoadModule("/src/components/map/painted.ts");
});
afterEach(() => {
  globalThis.fetch = original;
});
after(() => vite.close());

const COLOURS = { ramp: ["#000000", "#000001", "#000002", "#000003", "#000004", "#000005", "#000006"], none: "#999999", line: "l", ground: "#ffffff", zero: "#eeeeee", plain: "#dddddd", context: "#888888", ink: "#111111", low: "#0000ff", lowPale: "#aaaaff" };
const CLASSES = [{ class: "hot", paint: "high", label: "Hot" }, { class: "cold", paint: "low", label: "Cold" }, { class: "not-significant", paint: "plain", label: "-" }, { class: "no-data", paint: "hatched", label: "None" }];
const OF_PLACES = { address: "/a", level: "places:states", title: "T", classes: CLASSES, marks: [], words: {} };

/** Answers in order, and what was asked. */
function answering(...answers) {
  const asked = [];
  globalThis.fetch = async (address, options = {}) => {
    if (options.signal?.aborted) throw options.signal.reason;
    asked.push(`${options.method ?? "GET"} ${address}`);
    const [status, body] = answers.shift() ?? [404, {}];
    return { ok: status < 300, status, json: async () => body };
  };
  return asked;
}

const rows = [{ place: "MX-01", class: "hot" }];
const job = (state, progress) => ({ id: "7", state, progress, links: { self: "/api/v1/jobs/7", result: "/api/v1/jobs/7/result" } });

test("a quick answer is fetched at once", async () => {
  const asked = answering([200, { rows }]);
  assert.deepEqual(await painted.fetchRows("/a", new AbortController().signal, () => {}), rows);
  assert.deepEqual(asked, ["GET /a"]);
});

test("a long one is a job whose progress is told until its result is there", async () => {
  const asked = answering([202, job("queued", 0)], [200, job("running", 0.5)], [200, job("done", 1)], [200, { rows }]);
  const told = [];
  assert.deepEqual(await painted.fetchRows("/a", new AbortController().signal, (progress) => told.push(progress)), rows);
  assert.deepEqual(told, [0, 0.5]);
  assert.deepEqual(asked, ["GET /a", "GET /api/v1/jobs/7", "GET /api/v1/jobs/7", "GET /api/v1/jobs/7/result"]);
});

test("a job that nobody waits for is cancelled", async () => {
  const asked = answering([202, job("running", 0.1)], [204, {}]);
  const leaving = new AbortController();
  const answer = painted.fetchRows("/a", leaving.signal, () => leaving.abort());
  await assert.rejects(answer, { name: "AbortError" });
  assert.deepEqual(asked, ["GET /a", "DELETE /api/v1/jobs/7"]);
});

test("a job of which nothing is heard any more is cancelled", async () => {
  const asked = answering([202, job("running", 0.1)], [503, {}], [204, {}]);
  await assert.rejects(painted.fetchRows("/a", new AbortController().signal, () => {}), /503/);
  assert.deepEqual(asked, ["GET /a", "GET /api/v1/jobs/7", "DELETE /api/v1/jobs/7"]);
});

test("a job that failed, and a refusal, are errors", async () => {
  answering([202, job("failed", 0)]);
  await assert.rejects(painted.fetchRows("/a", new AbortController().signal, () => {}), /failed/);
  answering([403, {}]);
  await assert.rejects(painted.fetchRows("/a", new AbortController().signal, () => {}), /403/);
});

test("places are painted by their code in the tiles", () => {
  const layers = painted.paintedLayers(OF_PLACES, [...rows, { place: "MX-02", class: "cold" }, { place: "MX-03", class: "hot" }], COLOURS);
  const fill = layers.find((layer) => layer.id === "areas");
  assert.deepEqual([fill.source, fill["source-layer"]], ["counts", "places"]);
  const [, classOf, ...shades] = fill.paint["fill-color"];
  assert.deepEqual(classOf, ["match", ["get", "code"], ["MX-01", "MX-03"], "hot", ["MX-02"], "cold", ""]);
  assert.deepEqual(shades.slice(0, 4), ["hot", "#000005", "cold", "#0000ff"]);
  assert.equal(shades.at(-1), COLOURS.ground, "a place that the answer does not name is ground");
});

test("hot and cold have edges that differ, and what has no figure is hatched", () => {
  const layers = painted.paintedLayers(OF_PLACES, rows, COLOURS);
  const edge = (id) => layers.find((layer) => layer.id === id);
  assert.notDeepEqual(edge("edge-high").paint["line-dasharray"], edge("edge-low").paint["line-dasharray"]);
  assert.deepEqual(edge("edge-high").filter.at(-1), ["literal", ["hot"]]);
  assert.deepEqual(edge("hatched").filter.at(-1), ["literal", ["no-data"]]);
  const image = painted.hatching(edge("hatched").paint["fill-pattern"]);
  assert.equal(image.data.length, image.width * image.height * 4);
  assert.ok(new Set(image.data).size === 2 && painted.hatching("other") === undefined, "stripes of grey on white");
});

test("what was tested and is plain has a fill and an edge of its own, and what was not tested has none", () => {
  const classes = [...CLASSES, { class: "not-tested", paint: "blank", label: "-" }];
  for (const level of ["cells", "places:states"]) {
    const layers = painted.paintedLayers({ ...OF_PLACES, level, classes }, rows, COLOURS);
    const shades = layers.find((layer) => layer.id === "areas").paint["fill-color"];
    const shade = (name) => shades[shades.indexOf(name) + 1];
    assert.equal(shade("not-significant"), COLOURS.plain);
    assert.equal(shade("not-tested"), COLOURS.ground);
    const edge = layers.find((layer) => layer.id === "borders");
    assert.equal(edge.paint["line-color"], COLOURS.context);
    if (level === "cells") assert.deepEqual(edge.filter.at(-1), ["literal", ["not-significant"]]);
  }
});

test("cells are squares with the class of their row", () => {
  const of = { ...OF_PLACES, level: "cells" };
  const { data } = painted.source(of, [{ place: "1/0/0", class: "density-5", density: 3 }]);
  const [feature] = data.features;
  assert.deepEqual([feature.properties.class, feature.properties.code], ["density-5", "1/0/0"]);
  const [west, south] = feature.geometry.coordinates[0][0];
  assert.ok(west === -180 && Math.abs(south) < 1e-9);
  assert.deepEqual(feature.geometry.coordinates[0][2].map(Math.round), [0, 85]);
  assert.equal(painted.source(OF_PLACES, rows).data.features.length, 0);
  assert.equal(painted.colourOfPaint("c6", COLOURS), "#000006");
});
