// Proofs of figures and of entries, checked as the reader's browser does: the files are those that the program's own
// tests read.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { createServer } from "vite";

const FOLDER = new URL("./proof/", import.meta.url);
const read = (name) => readFile(new URL(name, FOLDER), "utf8");
let vite;
let verify;
let canonical;
let trust;
let figure;
let entry;

before(async () => {
  vite = await createServer({ server: { middlewareMode: true, ws: false }, appType: "custom", logLevel: "error" });
  ({ verify, canonical } = await vite.ssrLoadModule("/src/components/proof/verify.ts"));
  const keys = JSON.parse(await read("keys.json"));
  trust = { keys: [keys.log], witnesses: [keys.witness], quorum: 1 };
  [figure, entry] = [await read("figure.json"), await read("entry.tlog-proof")];
});
after(() => vite.close());

const step = (text, whom = trust) => {
  try {
    verify(text, whom);
    return "verified";
  } catch (error) {
    return error.step ?? String(error);
  }
};
const changed = (change) => {
  const value = JSON.parse(figure);
  change(value);
  return canonical(value);
};

test("a figure is proved, with its row, its entry and the log", () => {
  const verified = verify(figure, trust);
  assert.equal(verified.row.value, 2050);
  assert.deepEqual([verified.origin, verified.index, verified.size, verified.witnesses], ["ledger.example.org", 2, 3, 1]);
  assert.equal(verified.entry.kind, "edition");
});

test("an entry is proved by the text that holds it", () => {
  assert.equal(verify(entry, trust).entry.edition, "1");
});

test("whatever was changed is named", () => {
  assert.equal(step(changed((value) => (value.row.value = 2049))), "figure");
  assert.equal(step(changed((value) => (value.rows.index -= 1))), "figure");
  assert.equal(step(changed((value) => value.rows.path.pop())), "figure");
  assert.equal(step(changed((value) => delete value.entry.rows_root)), "figure");
  assert.equal(step(changed((value) => (value.entry.edition = "2"))), "entry");
  assert.equal(step(changed((value) => (value.proof = value.proof.replace("index 2", "index 1")))), "entry");
  assert.equal(step(figure.replace("{", "{ ")), "format");
  assert.equal(step("{"), "format");
  assert.equal(step(""), "format");
});

test("nobody is believed who is not trusted", () => {
  assert.equal(step(figure, { keys: [] }), "signature");
  assert.equal(step(figure, { ...trust, keys: trust.witnesses }), "signature");
  assert.equal(step(figure, { ...trust, witnesses: [] }), "witnesses");
  assert.equal(step(figure, { ...trust, quorum: 2 }), "witnesses");
  assert.equal(step(figure, { keys: [trust.keys[0].replace(/.$/, "A")] }), "format");
});

test("every changed letter of a proof is refused", () => {
  for (const text of [figure, entry]) {
    for (let at = 0; at < text.length; at += 1) {
      const letter = text[at] === "A" ? "B" : "A";
      const answer = step(text.slice(0, at) + letter + text.slice(at + 1));
      assert.ok(["format", "figure", "entry", "signature", "witnesses"].includes(answer), `letter ${at} of ${text}: ${answer}`);
    }
  }
});

test("JSON is written as RFC 8785 has it", () => {
  assert.equal(canonical({ b: [1, 1e21, 0.1, null], "€": "\u20ac\n\"", a: { z: true, "\r": 1 } }), '{"a":{"\\r":1,"z":true},"b":[1,1e+21,0.1,null],"€":"€\\n\\""}');
});
