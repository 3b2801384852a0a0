// What the build wrote: small enough, and nothing that the content security policy would refuse.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const DIST = new URL("../dist/", import.meta.url);
const SCRIPT_BYTES_MAX = 10_000;
const STYLE_BYTES_MAX = 10_000;

async function entry() {
  const manifest = JSON.parse(await readFile(new URL(".vite/manifest.json", DIST), "utf8"));
  return manifest["src/main.ts"];
}

test("the part that every page loads is small", async () => {
  const { file, css } = await entry();
  const script = gzipSync(await readFile(new URL(file, DIST))).length;
  const styles = gzipSync(await readFile(new URL(css[0], DIST))).length;
  assert.ok(script < SCRIPT_BYTES_MAX, `${script} bytes of script`);
  assert.ok(styles < STYLE_BYTES_MAX, `${styles} bytes of styles`);
});

test("pages load no map library and nothing from elsewhere", async () => {
  const { file, css, imports = [] } = await entry();
  assert.deepEqual(imports, []);
  const styles = await readFile(new URL(css[0], DIST), "utf8");
  assert.doesNotMatch(styles, /url\((?!\/assets\/)/);
  assert.doesNotMatch(await readFile(new URL(file, DIST), "utf8"), /https?:\/\//);
});

test("the worker and the fonts are files of ours", async () => {
  const files = await readdir(DIST);
  assert.ok(files.some((file) => /^maplibre-gl-worker-.*\.mjs$/.test(file)));
  assert.ok(files.filter((file) => file.endsWith(".woff2")).length >= 3);
});
