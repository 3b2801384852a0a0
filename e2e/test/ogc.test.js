// GDAL, as desktop mapping programs use it, reads /ogc whole and finds the counts of the API.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startPortal } from "../lib/server.js";

const shared = {};
before(async () => Object.assign(shared, await startPortal()));
after(() => shared.stop?.());

const json = async (path) => (await fetch(shared.url + path)).json();
const source = (query = "") => `OAPIF:${shared.url}/ogc${query}`;

/** Features of a layer as GDAL reads them, by code. */
function read(layer, query = "") {
  const folder = mkdtempSync(join(tmpdir(), "tequio-ogc-"));
  try {
    const file = join(folder, "layer.geojson");
    execFileSync("ogr2ogr", ["-f", "GeoJSON", file, source(query), layer, "-oo", "PAGE_SIZE=700"], { stdio: ["ignore", "ignore", "inherit"] });
    return JSON.parse(readFileSync(file, "utf8")).features;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Rows of the API's answer: code and count. */
async function counts(by, period, more = "") {
  const { rows } = await json(`/api/v1/counts?by=${by}&period=${period}${more}`);
  return new Map(rows.map((row) => [row.place ?? row.segment ?? `${row.z}-${row.x}-${row.y}`, row.count]));
}

test("ogrinfo lists every collection", async () => {
  const { collections } = await json("/ogc/collections");
  const listed = execFileSync("ogrinfo", ["-ro", source()], { encoding: "utf8" });
  for (const { id } of collections) assert.match(listed, new RegExp(`: ${id} `), id);
});

test("every layer is read whole, and its counts are those of the API", async () => {
  const { collections } = await json("/ogc/collections");
  const ids = collections.map((collection) => collection.id);
  assert.ok(ids.includes("municipalities") && ids.some((id) => id.startsWith("cells-")), ids.join());
  for (const id of ids) {
    const first = await json(`/ogc/collections/${id}/items?limit=1`);
    const features = read(id);
    assert.equal(features.length, first.numberMatched, id);
    assert.equal(new Set(features.map((feature) => feature.properties.code)).size, features.length, `${id}: twice`);
    const { period } = first.features[0].properties;
    const by = id.startsWith("cells-") ? id.replace("cells-", "cell:") : id === "segments" ? "segment" : `place:${id}`;
    const known = await counts(by, period);
    for (const { properties, geometry } of features) {
      assert.ok(geometry, `${id} ${properties.code} has no shape`);
      assert.equal(properties.count ?? 0, known.get(properties.code) ?? 0, `${id} ${properties.code}`);
    }
  }
  assert.equal((await json("/ogc/collections/municipalities/items?limit=1")).numberMatched, 2465);
});

test("filters and dataset in the address follow GDAL to every page", async () => {
  const { datasets } = await json("/api/v1/datasets");
  const { offences } = await json("/api/v1/offences");
  const offence = encodeURIComponent(offences[0].offence);
  const features = read("municipalities", `?dataset=${datasets[0].id}&period=2023&offence=${offence}`);
  assert.equal(features.length, 2465);
  const known = await counts("place:municipalities", "2023", `&offence=${offence}`);
  for (const { properties } of features) assert.equal(properties.count ?? 0, known.get(properties.code) ?? 0, properties.code);
});

test("pages follow one another without gap or overlap", async () => {
  const codes = [];
  let next = `${shared.url}/ogc/collections/states/items?limit=7`;
  while (next) {
    const page = await (await fetch(next)).json();
    assert.equal(page.numberMatched, 32);
    assert.equal(page.numberReturned, page.features.length);
    codes.push(...page.features.map((feature) => feature.id));
    next = page.links.find((link) => link.rel === "next")?.href;
  }
  assert.equal(codes.length, 32);
  assert.deepEqual(codes, [...new Set(codes)].sort());
});

test("a box chooses features and does not cut their counts", async () => {
  const whole = new Map((await json("/ogc/collections/states/items")).features.map((f) => [f.id, f.properties.count]));
  const near = await json("/ogc/collections/states/items?bbox=-99.2,19.3,-99.1,19.4");
  assert.ok(near.numberMatched >= 1 && near.numberMatched < 32);
  assert.ok(near.features.some((feature) => feature.id === "MX-09"));
  for (const feature of near.features) assert.equal(feature.properties.count, whole.get(feature.id), feature.id);
  assert.equal((await json("/ogc/collections/states/items?datetime=2023-01-01/2023-12-31&limit=1")).features[0].properties.period, "2023");
});

test("a rate lies within its interval or says why there is none", async () => {
  const { features } = await json("/ogc/collections/states/items");
  for (const { properties: p } of features) {
    if (p.rate === null) assert.ok(p.rate_note, p.code);
    else assert.ok(Math.abs(p.rate - (p.count * 100_000) / p.population) < 1e-9 && p.rate_low <= p.rate && p.rate <= p.rate_high, p.code);
  }
  assert.ok(features.some(({ properties }) => properties.rate !== null));
});
