// Tiles read by an independent decoder hold the counts that the API answers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { answers } from "../lib/pages.js";
import { withPortal } from "../lib/portal.js";

const shared = withPortal();

async function json(path) {
  const response = await fetch(shared.url + path);
  assert.equal(response.status, 200, path);
  return response.json();
}

async function dataset() {
  return (await json("/api/v1/datasets")).datasets[0].id;
}

/** Features of a tile's layer; none when the tile is empty. */
async function features(path, layer) {
  const response = await fetch(shared.url + path);
  assert.ok([200, 204].includes(response.status), `${path}: ${response.status}`);
  if (response.status === 204) return [];
  assert.equal(response.headers.get("content-type"), "application/vnd.mapbox-vector-tile");
  const tile = new VectorTile(new PbfReader(new Uint8Array(await response.arrayBuffer())));
  const found = tile.layers[layer];
  return Array.from({ length: found?.length ?? 0 }, (_, index) => found.feature(index).properties);
}

test("places of the whole world tile equal the counts", async () => {
  const id = await dataset();
  for (const [layer, filter] of [["states", ""], ["states", "&period=2023"], ["municipalities", "&place=MX-20"]]) {
    const { rows } = await json(`/api/v1/counts?dataset=${id}&by=place:${layer}${filter}`);
    const drawn = new Map((await features(`/tiles/v1/${id}/0/0/0.mvt?level=places:${layer}${filter}`, "places")).map((p) => [p.code, p.count]));
    assert.ok(rows.length > 0);
    for (const row of rows) assert.equal(drawn.get(row.place), row.count, `${layer} ${row.place}`);
  }
});

test("cells of tiles equal the counts at every zoom", async () => {
  const id = await dataset();
  for (const z of [0, 2, 4]) {
    const { rows } = await json(`/api/v1/counts?dataset=${id}&by=cell:${z + 5}`);
    const tiles = new Set(rows.map((row) => `${z}/${row.x >> 5}/${row.y >> 5}`));
    let total = 0;
    for (const tile of tiles) {
      for (const cell of await features(`/tiles/v1/${id}/${tile}.mvt?level=cells`, "cells")) total += cell.count;
    }
    assert.equal(total, rows.reduce((sum, row) => sum + row.count, 0), `zoom ${z}`);
  }
});

test("segments of tiles equal the counts, and none is below the threshold", async () => {
  const id = await dataset();
  if (!(await answers(shared.url, `/api/v1/counts?dataset=${id}&by=segment`))) return;
  const { rows } = await json(`/api/v1/counts?dataset=${id}&by=segment`);
  assert.ok(rows.length > 0 && rows.every((row) => row.count >= 3));
  const drawn = await features(`/tiles/v1/${id}/0/0/0.mvt?level=segments`, "segments");
  const counts = new Map(drawn.map((segment) => [segment.code, segment.count]));
  for (const row of rows) assert.equal(counts.get(row.segment), row.count, row.segment);
});

test("tiles and counts are tagged, and known ones are not sent again", async () => {
  const id = await dataset();
  for (const path of [`/api/v1/counts?dataset=${id}&by=year`, `/tiles/v1/${id}/0/0/0.mvt?level=places:states`]) {
    const first = await fetch(shared.url + path);
    const tag = first.headers.get("etag");
    assert.ok(tag, path);
    const again = await fetch(shared.url + path, { headers: { "if-none-match": tag } });
    assert.equal(again.status, 304, path);
  }
});

test("what does not exist or is not understood is a problem document", async () => {
  const id = await dataset();
  const cases = [
    [`/tiles/v1/${id}/1/5/0.mvt?level=cells`, 404],
    [`/tiles/v1/${id}/1/0/0.mvt`, 400],
    [`/tiles/v1/${id}/1/0/0.mvt?level=cells&lugar=1`, 400],
    ["/tiles/v1/none/1/0/0.mvt?level=cells", 404],
    ["/api/v1/counts?by=colour", 400],
    ["/api/v1/counts?by=place:nowhere", 404],
    ["/api/v1/counts?place=MX-99", 404],
    ["/api/v1/counts?place=nowhere:1", 404],
    ["/api/v1/counts?dataset=none", 404],
    ["/api/v1/counts?edition=none", 404],
    ["/api/v1/counts?offence=zzz", 400],
    ["/api/v1/counts?by=place:NOWHERE", 400],
    [`/tiles/v1/${id}/1/0/0.mvt?level=places:nowhere`, 404],
    ["/api/v1/counts?by=cell:22", 403],
    ["/api/v1/counts?format=xml", 400],
    ["/api/v1/places?q=a&limit=0", 400],
    ["/api/v1/datasets?x=1", 400],
    [`/api/v1/counts?place=${"x".repeat(60_000)}`, 414],
  ];
  for (const [path, status] of cases) {
    const response = await fetch(shared.url + path);
    assert.equal(response.status, status, path.slice(0, 80));
    assert.equal(response.headers.get("content-type"), "application/problem+json", path.slice(0, 80));
    const problem = await response.json();
    assert.equal(problem.status, status);
    assert.match(problem.type, /^\/problems\//);
  }
});

test("counts come as CSV to those who ask", async () => {
  const id = await dataset();
  const path = `/api/v1/counts?dataset=${id}&by=place:states`;
  const { rows } = await json(path);
  for (const response of [await fetch(`${shared.url}${path}&format=csv`), await fetch(shared.url + path, { headers: { accept: "text/csv" } })]) {
    assert.match(response.headers.get("content-type"), /^text\/csv/);
    const lines = (await response.text()).trim().split("\n");
    assert.equal(lines.length, rows.length + 1);
    assert.equal(lines[0], "place,name,count");
  }
});
