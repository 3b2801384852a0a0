// The API as its own description promises it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startPortal } from "../lib/server.js";

const shared = {};
before(async () => Object.assign(shared, await startPortal()));
after(() => shared.stop?.());

const get = (path, headers = {}, method = "GET") => fetch(shared.url + path, { headers, method });
const description = async () => (await get("/openapi.json")).json();

/** Address of an operation with every parameter that has an example, as the page /api links it. */
function example(path, parameters) {
  const query = [];
  for (const { name, in: place, example: value } of parameters.filter((parameter) => parameter.example !== undefined)) {
    if (place === "path") path = path.replace(`{${name}}`, value);
    else query.push(`${name}=${encodeURIComponent(value)}`);
  }
  return query.length ? `${path}?${query.join("&")}` : path;
}

/** Jobs come and go: none is there to be an example. */
const LASTING = ([path]) => !path.startsWith("/api/v1/jobs/");

/** Every operation with its example. */
async function operations() {
  const { paths } = await description();
  return Object.entries(paths).filter(LASTING).map(([path, { get: operation }]) => ({
    path,
    operation,
    address: example(path, operation.parameters ?? []),
  }));
}

test("every example answers 200, in every form that is described", async () => {
  const all = await operations();
  assert.ok(all.length >= 15);
  for (const { path, operation, address } of all) {
    assert.ok(!address.includes("{"), `${path} has a parameter in its path without an example`);
    for (const type of Object.keys(operation.responses["200"].content)) {
      // A file that is stored takes no filter.
      const asked = type.endsWith("parquet") ? address.split("?")[0] : address;
      const response = await get(asked, { accept: type });
      assert.equal(response.status, 200, `${address} as ${type}: ${await response.clone().text()}`);
      assert.equal(response.headers.get("content-type").split(";")[0], type, address);
      await response.arrayBuffer();
    }
  }
});

test("what is known is not sent again: lists, weak tags and any", async () => {
  for (const { address } of await operations()) {
    const first = await get(address);
    await first.arrayBuffer();
    const tag = first.headers.get("etag");
    assert.ok(tag, address);
    for (const known of [tag, tag.replace("W/", ""), `"0", ${tag}`, "*"]) {
      const again = await get(address, { "if-none-match": known });
      assert.equal(again.status, 304, `${address} with ${known}`);
      assert.equal(again.headers.get("etag"), tag, address);
      assert.equal((await again.arrayBuffer()).byteLength, 0);
    }
    assert.equal((await get(address, { "if-none-match": '"0"' })).status, 200, address);
  }
  // Nobody has an answer that does not exist.
  assert.equal((await get("/api/v1/counts?place=MX-99", { "if-none-match": "*" })).status, 404);
});

test("HEAD tells what GET would, without a body", async () => {
  const pages = ["/", "/datasets", "/api", "/openapi.json", "/healthz", "/api/v1/counts?by=colour"];
  const addresses = [...(await operations()).map(({ address }) => address), ...pages];
  for (const address of addresses) {
    const plain = { "accept-encoding": "identity" };
    const [whole, head] = [await get(address, plain), await get(address, plain, "HEAD")];
    const body = await whole.arrayBuffer();
    assert.equal(head.status, whole.status, address);
    assert.equal((await head.arrayBuffer()).byteLength, 0, address);
    for (const name of ["content-type", "etag", "cache-control", "vary"]) {
      assert.equal(head.headers.get(name), whole.headers.get(name), `${address} ${name}`);
    }
    // What is streamed has no length.
    if (whole.headers.has("content-length")) assert.equal(Number(head.headers.get("content-length")), body.byteLength, address);
  }
});

test("scripts of any origin may read data, and never pages", async () => {
  const origin = { origin: "https://example.org" };
  for (const { address } of await operations()) {
    assert.equal((await get(address, origin)).headers.get("access-control-allow-origin"), "*", address);
    const asked = { ...origin, "access-control-request-method": "GET", "access-control-request-headers": "if-none-match" };
    const preflight = await get(address, asked, "OPTIONS");
    assert.equal(preflight.status, 204, address);
    assert.equal(preflight.headers.get("access-control-allow-origin"), "*", address);
    assert.match(preflight.headers.get("access-control-allow-methods"), /GET/);
  }
  // Also what fails, or a script could not tell why.
  assert.equal((await get("/api/v1/counts?by=colour", origin)).headers.get("access-control-allow-origin"), "*");
  for (const page of ["/", "/api", "/place/MX", "/index.json", "/metrics", "/healthz"]) {
    assert.equal((await get(page, origin)).headers.get("access-control-allow-origin"), null, page);
  }
});

test("an unknown parameter is refused everywhere", async () => {
  for (const { address } of await operations()) {
    const sign = address.includes("?") ? "&" : "?";
    const response = await get(`${address}${sign}lugar=MX`);
    assert.equal(response.status, 400, address);
    assert.equal(response.headers.get("content-type"), "application/problem+json", address);
    assert.match((await response.json()).detail, /lugar/, address);
  }
});

test("suffix, parameter and header say the same", async () => {
  const path = "/api/v1/counts";
  for (const [form, type] of [["json", "application/json"], ["csv", "text/csv"], ["geojson", "application/geo+json"]]) {
    const answers = await Promise.all([
      get(`${path}.${form}?by=place:states`),
      get(`${path}?by=place:states&format=${form}`),
      get(`${path}?by=place:states`, { accept: `text/html;q=0.1, ${type}` }),
    ]);
    const [first, ...others] = await Promise.all(answers.map((answer) => answer.text()));
    assert.ok(answers.every((answer) => answer.headers.get("content-type").startsWith(type)), form);
    assert.ok(others.every((other) => other === first), form);
  }
  for (const [address, status] of [
    [`${path}.csv?format=json`, 400],
    [`${path}.geojson?by=month`, 400],
    [`${path}.geojson?by=place:states,place:municipalities`, 400],
    ["/api/v1/layers.geojson", 406],
    ["/api/v1/layers.xml", 404],
  ]) {
    assert.equal((await get(address)).status, status, address);
  }
  assert.equal((await get(path, { accept: "image/png" })).status, 406);
});

test("GeoJSON holds the rows of the answer, each with its shape", async () => {
  for (const by of ["place:states,year", "cell:12", "segment", "street"]) {
    const [json, geo] = await Promise.all(["json", "geojson"].map(async (form) => (await get(`/api/v1/counts.${form}?by=${by}`)).json()));
    assert.deepEqual(geo.features.map((feature) => feature.properties), json.rows, by);
    assert.equal(geo.total, json.total);
    const kinds = new Set(geo.features.map((feature) => feature.geometry.type));
    assert.ok([...kinds].every((kind) => ["MultiPolygon", "Polygon", "LineString", "MultiLineString"].includes(kind)), `${by}: ${[...kinds]}`);
  }
});

test("lists agree with one another", async () => {
  const json = async (path) => (await get(path)).json();
  const offences = await json("/api/v1/offences");
  assert.equal(offences.offences.reduce((sum, offence) => sum + offence.count, 0), offences.total);
  assert.equal(offences.total, (await json("/api/v1/counts")).total);
  const edition = await json("/api/v1/datasets/default/editions/newest");
  assert.equal(edition.rows, edition.accepted + edition.rejected);
  assert.equal(edition.rejected, Object.values(edition.rejected_by_reason).reduce((sum, count) => sum + count, 0));
  assert.equal((await json("/api/v1/datasets/default")).editions[0].edition, edition.edition);
  assert.ok(edition.files.every((file) => /^[0-9a-f]{64}$/.test(file.sha256)));
  const { layers } = await json("/api/v1/layers");
  assert.equal(layers.find((layer) => layer.layer === "municipalities").places, 2475);
  const place = await json("/api/v1/places/MX-09-015.geojson");
  assert.equal(place.geometry.type, "MultiPolygon");
  assert.deepEqual(place.properties.parents.map((parent) => parent.place), ["MX-09", "MX"]);
});

test("text is compressed for those who ask, and metrics tell addresses by their template", async () => {
  const response = await get("/api/v1/counts?by=month", { "accept-encoding": "gzip" });
  assert.equal(response.headers.get("content-encoding"), "gzip");
  await get("/place/SECRETO-1");
  const metrics = await (await get("/metrics")).text();
  assert.match(metrics, /tequio_http_requests_total\{route="\/api\/v1\/counts",method="GET",status="200"\} [1-9]/);
  assert.match(metrics, /tequio_http_request_duration_seconds_bucket\{/);
  assert.match(metrics, /tequio_build_info\{version="/);
  assert.ok(!metrics.includes("SECRETO") && !metrics.includes("by=month"));
});
