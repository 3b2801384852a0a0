// supercluster, which clusters the points of most maps in browsers, with vt-pbf, which writes its tiles as bytes.
//
//     node supercluster_peer.mjs FOLDER SIZE CORES SECONDS [WORK...]
//
// As the peers in Python: FOLDER is what bench/incidents.py wrote, one JSON line a work. It keeps an index of all zooms
// and cannot filter: for another question (W6) it chooses the points, makes the index again and cuts the tile.

import fs from "node:fs";
import process from "node:process";
import Supercluster from "supercluster";
import vtpbf from "vt-pbf";

const PEER = "supercluster";
const OPTIONS = { radius: 40, extent: 512, maxZoom: 16 };
const CENTRE = { longitude: -99.1332, latitude: 19.4326 };
const OFFENCES = [3, 7, 11];
const SINCE = Date.parse("2019-01-01") / 86_400_000;
const BEFORE = Date.parse("2020-01-01") / 86_400_000;
const REPEATS_MAX = 201;

const [folder, size, cores, seconds, ...only] = process.argv.slice(2);

function column(name, type) {
  const bytes = fs.readFileSync(`${folder}/raw/${size}/${name}`);
  return new type(bytes.buffer, bytes.byteOffset, bytes.byteLength / type.BYTES_PER_ELEMENT);
}

function incidents() {
  const longitude = column("longitude.f64", Float64Array);
  const latitude = column("latitude.f64", Float64Array);
  const day = column("day.i32", Int32Array);
  const offence = column("offence.u8", Uint8Array);
  return Array.from(longitude, (_, at) => ({
    type: "Feature",
    properties: { day: day[at], offence: offence[at] },
    geometry: { type: "Point", coordinates: [longitude[at], latitude[at]] },
  }));
}

function chosen({ properties: { day, offence } }) {
  return OFFENCES.includes(offence) && day >= SINCE && day < BEFORE;
}

function tileOf(zoom) {
  const count = 2 ** zoom;
  const north = Math.asinh(Math.tan((CENTRE.latitude * Math.PI) / 180));
  return [zoom, Math.floor(((CENTRE.longitude + 180) / 360) * count), Math.floor(((1 - north / Math.PI) / 2) * count)];
}

function cut(index, tile) {
  const found = index.getTile(...tile) ?? { features: [] };
  return { found, bytes: vtpbf.fromGeojsonVt({ incidents: found }, { version: 2, extent: OPTIONS.extent }) };
}

/** How many features, their incidents, and the sum of the squares of those. */
function check({ found }) {
  const counts = found.features.map(({ tags }) => tags?.point_count ?? 1);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  return [counts.length, sum(counts), sum(counts.map((count) => count * count))];
}

function measure(work, run, note) {
  let answer = run();
  const times = [];
  const processor = process.cpuUsage();
  while (times.length === 0 || (times.reduce((a, b) => a + b) < Number(seconds) && times.length < REPEATS_MAX)) {
    const start = process.hrtime.bigint();
    answer = run();
    times.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  const used = process.cpuUsage(processor);
  const sorted = times.toSorted((a, b) => a - b);
  const line = {
    peer: PEER,
    work,
    size: Number(size),
    cores: Number(cores),
    median_s: sorted[Math.floor(sorted.length / 2)],
    min_s: sorted[0],
    cpu_s: (used.user + used.system) / 1e6 / times.length,
    repeats: times.length,
    peak_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    check: check(answer),
    note,
  };
  console.log(JSON.stringify(line));
}

function wanted(work) {
  return only.length === 0 || only.includes(work);
}

function built(points) {
  return new Supercluster(OPTIONS).load(points);
}

const all = incidents();
const tiles = [10, 12, 14].map(tileOf);
if (wanted("W6a")) {
  const start = process.hrtime.bigint();
  const index = built(all);
  const took = Number(process.hrtime.bigint() - start) / 1e9;
  for (const tile of tiles) {
    measure(`W6a/z${tile[0]}`, () => cut(index, tile), `clusters by distance; its index took ${took.toPrecision(2)} s before`);
  }
}
if (wanted("W6")) {
  for (const tile of tiles) {
    measure(`W6/z${tile[0]}`, () => cut(built(all.filter(chosen)), tile), "clusters by distance; chooses, makes its index, cuts");
  }
}
