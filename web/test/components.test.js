// Every component keeps its style, its example and its accessibility test together; all of these
// tests run here, in one process with one browser.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { FOLDER, componentNames } from "./lib/components.js";

const names = await componentNames();

test("every component has a style, an example and a test", async () => {
  assert.ok(names.length >= 18, names.join(" "));
  const missing = names.flatMap((name) => [`${name}/${name}.css`, `${name}/example.html`, `${name}/${name}.test.js`]).filter((path) => !existsSync(new URL(path, FOLDER)));
  assert.deepEqual(missing, []);
});

test("every test of a component opens its example", async () => {
  for (const name of names) {
    const text = await readFile(new URL(`${name}/${name}.test.js`, FOLDER), "utf8");
    assert.match(text, new RegExp(`testComponent\\("${name}"\\)`), name);
  }
});

test("every style of a component is in the style sheet", async () => {
  const index = await readFile(new URL("../src/styles/index.css", import.meta.url), "utf8");
  assert.deepEqual(names.filter((name) => !index.includes(`/${name}/${name}.css"`)), []);
});

for (const name of names) await import(new URL(`${name}/${name}.test.js`, FOLDER));
