// Whatever the public can reach holds no point, no cell narrower than 150 m, no street segment below the threshold,
// and no sensitive offence below municipality: walked over the answers, tiles, pages, downloads and pictures.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { everyPage } from "../lib/pages.js";
import { withPortal } from "../lib/portal.js";

const shared = withPortal();
const CELL_METRES_MIN = 150;
const SEGMENT_MIN = 3;
const EQUATOR_METRES = 40_075_016.685;
const TILES_MAX = 60;

async function ask(path, accept) {
  const response = await fetch(shared.url + path, accept ? { headers: { accept } } : {});
  return { status: response.status, type: response.headers.get("content-type") ?? "", bytes: new Uint8Array(await response.arrayBuffer()) };
}

async function json(path) {
  const { status, bytes } = await ask(path);
  assert.equal(status, 200, path);
  return JSON.parse(new TextDecoder().decode(bytes));
}

const datasets = async () => (await json("/api/v1/datasets")).datasets.map((dataset) => dataset.id);

/** Width of a cell on the ground, metres. */
function width(z, y) {
  const latitude = Math.atan(Math.sinh(Math.PI * (1 - (2 * (y + 0.5)) / 2 ** z)));
  return (EQUATOR_METRES * Math.cos(latitude)) / 2 ** z;
}

/** Names and codes of the offences that are sensitive, from the catalogue of the program and the data themselves. */
async function sensitive(dataset) {
  const { rows } = await json(`/api/v1/counts?dataset=${dataset}&by=offence,class`);
  return rows.filter((row) => row.class !== "ordinary").map((row) => row.offence);
}

test("counts below municipality leave sensitive offences out, and refuse them by name", async () => {
  const catalogue = await readFile(new URL("../../reference/offences/sensitive.csv", import.meta.url), "utf8");
  assert.ok(catalogue.split("\n").length > 50);
  for (const dataset of await datasets()) {
    const names = await sensitive(dataset);
    assert.ok(names.length > 0, `${dataset} has none: the walk would show nothing`);
    const explorer = new TextDecoder().decode((await ask("/explore")).bytes);
    const layers = [...explorer.matchAll(/value="places:([^"]+)"/g)].map(([, layer]) => layer);
    const local = layers.filter((layer) => !["nation", "states", "municipalities"].includes(layer));
    const fine = ["cell:9", "cell:15", "segment", "street", ...local.map((layer) => `place:${layer}`)];
    const filters = ["bbox=-99.3,19.2,-99,19.5", "circle=-99.1,19.4,900", "polygon=-99.3 19.2,-99 19.2,-99 19.5"];
    for (const question of [...fine.map((by) => `by=${by}`), ...filters]) {
      const base = `/api/v1/counts?dataset=${dataset}&${encodeURI(question)}`;
      const answer = await ask(`${base}${question.startsWith("by=") ? ",offence" : "&by=offence"}`);
      assert.ok([200, 413].includes(answer.status), `${question}: ${answer.status}`);
      const text = new TextDecoder().decode(answer.bytes);
      if (answer.status === 200) for (const row of JSON.parse(text).rows) assert.ok(!names.includes(row.offence), `${question}: ${row.offence}`);
      for (const name of names.slice(0, 3)) {
        const refused = await ask(`${base}&offence=${encodeURIComponent(name)}`);
        assert.equal(refused.status, 403, `${question} ${name}`);
      }
    }
  }
});

test("cells are never narrower than 150 m, in any form", async () => {
  for (const dataset of await datasets()) {
    let finest = 0;
    for (let zoom = 8; zoom <= 25; zoom += 1) {
      const { status } = await ask(`/api/v1/counts?dataset=${dataset}&by=cell:${zoom}&place=MX-09`);
      if (status === 200) finest = zoom;
      else assert.ok([403, 413].includes(status), `cell:${zoom} ${status}`);
      for (const format of ["csv", "geojson"]) {
        const other = await ask(`/api/v1/counts?dataset=${dataset}&by=cell:${zoom}&place=MX-09&format=${format}`);
        assert.equal(other.status === 200, status === 200, `cell:${zoom} ${format}`);
      }
    }
    const { rows } = await json(`/api/v1/counts?dataset=${dataset}&by=cell:${finest}&place=MX-09`);
    for (const row of rows) assert.ok(width(row.z, row.y) >= CELL_METRES_MIN * 0.99, `${width(row.z, row.y)} m at zoom ${row.z}`);
  }
});

test("segments below the threshold are not told, alone or crossed with time and offence", async () => {
  for (const dataset of await datasets()) {
    for (const by of ["segment", "street", "segment,year", "segment,month", "segment,offence", "segment,hour"]) {
      const { status, bytes } = await ask(`/api/v1/counts?dataset=${dataset}&by=${by}`);
      if (status !== 200) {
        assert.ok([400, 403, 413].includes(status), `${by} ${status}`);
        continue;
      }
      const { rows } = JSON.parse(new TextDecoder().decode(bytes));
      for (const row of rows) assert.ok(row.count >= SEGMENT_MIN, `${by}: ${JSON.stringify(row)}`);
    }
  }
});

/** Tiles from the top down, following those that hold something, at most TILES_MAX a zoom. */
async function* tiles(dataset, level) {
  let row = [[0, 0, 0]];
  for (let z = 0; z <= 17 && row.length > 0; z += 1) {
    const next = [];
    for (const [, x, y] of row.slice(0, TILES_MAX)) {
      const { status, bytes } = await ask(`/tiles/v1/${dataset}/${z}/${x}/${y}.mvt?level=${level}`);
      assert.ok([200, 204, 413].includes(status), `${level} ${z}/${x}/${y}: ${status}`);
      if (status === 413) next.push([z + 1, x * 2, y * 2], [z + 1, x * 2 + 1, y * 2 + 1]);
      if (status !== 200) continue;
      yield { z, tile: new VectorTile(new PbfReader(bytes)) };
      // Two of the four children: deep rather than broad.
      next.push([z + 1, x * 2 + (y % 2), y * 2], [z + 1, x * 2, y * 2 + 1], [z + 1, x * 2 + 1, y * 2 + 1]);
    }
    row = next.sort(() => 0).slice(0, TILES_MAX);
  }
}

test("no tile holds a point, a narrow cell or a quiet segment", async () => {
  for (const dataset of await datasets()) {
    const explorer = new TextDecoder().decode((await ask("/explore")).bytes);
    const places = [...explorer.matchAll(/value="(places:[^"]+)"/g)].map(([, level]) => level);
    for (const level of [...places, "cells", "segments"]) {
      let seen = 0;
      for await (const { tile } of tiles(dataset, level)) {
        for (const layer of Object.values(tile.layers)) {
          for (let index = 0; index < layer.length; index += 1) {
            const feature = layer.feature(index);
            seen += 1;
            assert.notEqual(feature.type, 1, `${level} holds a point`);
            const { count, z, y } = feature.properties;
            if (level === "cells") assert.ok(width(z, y) >= CELL_METRES_MIN * 0.99, `${width(z, y)} m`);
            if (level === "segments" && count !== undefined) assert.ok(count >= SEGMENT_MIN, `${count} incidents`);
          }
        }
      }
      assert.ok(seen > 0 || level === "segments", `${level} had no features`);
    }
  }
});

/** Every number pair of a GeoJSON geometry that is a point. */
function points(value, found = []) {
  if (value && typeof value === "object") {
    if (value.type === "Point" || value.type === "MultiPoint") found.push(value);
    Object.values(value).forEach((inner) => points(inner, found));
  }
  return found;
}

test("pages, their data and their pictures name no sensitive offence below municipality and hold no point", async () => {
  const [dataset] = await datasets();
  const names = await sensitive(dataset);
  const walked = (await everyPage(shared.url)).filter(({ path }) => /local|cells|street/.test(path) || /level=(cells|streets)/.test(path) || path.includes("%3A"));
  assert.ok(walked.length > 0);
  for (const { name, path } of walked) {
    const [bare, query = ""] = path.split("?");
    for (const extension of ["", ".json", ".csv"]) {
      const { status, bytes } = await ask(`${bare}${extension}${query ? `?${query}` : ""}`, extension ? undefined : "text/html");
      assert.ok([200, 406].includes(status), `${name}${extension}: ${status}`);
      const text = new TextDecoder().decode(bytes);
      if (extension === ".json" && status === 200) {
        const document = JSON.parse(text);
        assert.deepEqual(points(document), [], name);
        const offences = document.tables.flatMap((table) => table.rows).map((row) => row.offence).filter(Boolean);
        for (const offence of offences) assert.ok(!names.includes(offence), `${name}: ${offence}`);
      }
      assert.ok(!/"(longitude|latitude|lon|lat)"/.test(text), `${name}${extension} names coordinates`);
    }
  }
});

/** Every page of a collection, to the last. */
async function* features(collection) {
  let next = `/ogc/collections/${collection}/items?limit=2000`;
  while (next) {
    const page = await json(next);
    yield* page.features;
    const link = page.links.find(({ rel }) => rel === "next");
    next = link ? new URL(link.href).pathname + new URL(link.href).search : undefined;
  }
}

/** Width and height of a polygon's box on the ground, metres. */
function extent({ coordinates }) {
  const ring = coordinates.flat(2).length > 0 ? coordinates[0] : [];
  const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
  const degree = EQUATOR_METRES / 360;
  return (Math.max(...xs) - Math.min(...xs)) * degree * Math.cos((ys[0] * Math.PI) / 180);
}

test("the layers for mapping programs hold no point, no narrow cell and no quiet segment", async () => {
  const { collections } = await json("/ogc/collections");
  assert.ok(collections.length >= 5);
  for (const { id } of collections) {
    let seen = 0;
    for await (const { geometry, properties } of features(id)) {
      seen += 1;
      assert.ok(geometry === null || !/Point/.test(geometry.type), `${id} holds a ${geometry?.type}`);
      if (id.startsWith("cells")) assert.ok(extent(geometry) >= CELL_METRES_MIN * 0.99, `${id}: ${extent(geometry)} m`);
      if (id === "segments") assert.ok(properties.count >= SEGMENT_MIN, `${id}: ${properties.count}`);
    }
    assert.ok(seen > 0, `${id} is empty`);
  }
});

test("sensitive offences are refused below municipality by every address that takes an offence", async () => {
  const [dataset] = await datasets();
  const [offence] = await sensitive(dataset);
  const asked = encodeURIComponent(offence);
  const { collections } = await json("/ogc/collections");
  const { layers } = await json("/api/v1/layers");
  const local = layers.filter(({ level }) => level === "local");
  assert.ok(local.length > 0);
  const fine = [
    `/tiles/v1/${dataset}/8/57/113.mvt?level=cells`,
    `/tiles/v1/${dataset}/14/2900/6600.mvt?level=segments`,
    "/explore?level=cells",
    "/explore?level=streets",
    "/embed/explore?view=map&level=cells",
    ...collections.filter(({ id }) => /^(cells|segments)/.test(id)).map(({ id }) => `/ogc/collections/${id}/items`),
    ...local.filter(({ kind }) => kind === "areas").flatMap(({ layer: name }) => [
      `/ogc/collections/${name}/items`,
      `/tiles/v1/${dataset}/8/57/113.mvt?level=places:${name}`,
      `/explore?level=places:${name}`,
      `/explore.json?level=places:${name}`,
      `/explore.svg?figure=map&level=places:${name}`,
    ]),
  ];
  for (const path of fine) {
    const { status } = await ask(`${path}${path.includes("?") ? "&" : "?"}offence=${asked}`);
    assert.equal(status, 403, path);
  }
});

test("a street's page tells nothing below the threshold, in any form", async () => {
  const { rows } = await json("/api/v1/counts?by=street");
  const { layers } = await json("/api/v1/layers");
  const streets = layers.find(({ kind }) => kind === "streets");
  if (!streets) return;
  for (const { street } of rows.filter((_, index) => index % 9 === 0)) {
    const { status, bytes } = await ask(`/street/${encodeURIComponent(`${streets.layer}:${street}`)}.json`);
    assert.equal(status, 200, street);
    for (const table of JSON.parse(new TextDecoder().decode(bytes)).tables) {
      for (const row of table.rows) assert.ok(row.count === null || row.count === undefined || row.count >= SEGMENT_MIN, `${street} ${table.id}: ${JSON.stringify(row)}`);
    }
  }
});

test("layers of streets are no dimension, and layers whose borders differ are not crossed", async () => {
  const { layers } = await json("/api/v1/layers");
  const streets = layers.filter(({ kind }) => kind === "streets").map(({ layer }) => layer);
  const local = layers.filter(({ kind, level }) => kind === "areas" && level === "local").map(({ layer }) => layer);
  assert.ok(streets.length > 0 && local.length > 0);
  for (const layer of streets) {
    for (const rest of ["", ",hour", ",offence,month"]) {
      for (const path of [`/api/v1/counts?by=place:${layer}${rest}`, `/api/v1/counts.geojson?by=place:${layer}`, `/explore?level=places:${layer}`, `/explore.csv?level=places:${layer}`, `/embed/explore?view=places&level=places:${layer}`]) {
        assert.equal((await ask(path)).status, 403, path);
      }
    }
  }
  for (const layer of local) {
    const { places } = await json(`/api/v1/places?q=a&layer=${layer}&limit=1`);
    const [{ place }] = places;
    for (const question of [`by=place:${layer},place:municipalities`, `by=place:municipalities&place=${encodeURIComponent(place)}`, `place=${encodeURIComponent(place)}&place=MX-09`]) {
      assert.equal((await ask(`/api/v1/counts?${question}`)).status, 403, question);
    }
  }
});

test("a neighbourhood and a segment have one figure, whichever place they are asked within", async () => {
  const { layers } = await json("/api/v1/layers");
  for (const { layer } of layers.filter(({ kind, level }) => kind === "areas" && level === "local")) {
    const all = new Map((await json(`/api/v1/counts?by=place:${layer}`)).rows.map((row) => [row.place, row.count]));
    for (const within of ["MX-02-002", "MX-02"]) {
      const { rows, total, notes } = await json(`/api/v1/counts?by=place:${layer}&place=${within}`);
      assert.ok(rows.length > 0 && notes.includes("whole-places"), layer);
      assert.equal(rows.reduce((sum, row) => sum + row.count, 0), total);
      for (const row of rows) assert.equal(row.count, all.get(row.place), row.place);
    }
    assert.equal((await ask(`/api/v1/counts?by=place:${layer}&place=MX-31`)).status, 422, "no place of the layer lies there");
  }
  const segments = new Map((await json("/api/v1/counts?by=segment")).rows.map((row) => [row.segment, row.count]));
  const { rows } = await json("/api/v1/counts?by=segment&place=MX-02-002");
  assert.ok(rows.length > 0);
  for (const row of rows) assert.equal(row.count, segments.get(row.segment), row.segment);
});
