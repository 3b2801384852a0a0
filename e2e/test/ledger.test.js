// Editions of official figures, what changed between them, claims, the ledger, and the proof of one figure, which is
// checked in the reader's own browser, offline once the page has loaded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "../lib/browser.js";
import { withPortal } from "../lib/portal.js";

const FIRST_VIEW_MS_MAX = 1_000;
const DATASET = "demo-counts";
const shared = withPortal();

async function visit(path, options, look) {
  const opened = await openPage(shared.browser, shared.url, options);
  try {
    await opened.page.goto(shared.url + path, { waitUntil: "load" });
    await look(opened.page, opened);
    assert.deepEqual(opened.faults, []);
  } finally {
    await opened.close();
  }
}

async function json(path) {
  const answer = await fetch(shared.url + path);
  assert.equal(answer.status, 200, path);
  return answer.json();
}

/** Names of the two editions of the demonstration, the older first. */
async function editions() {
  const { editions } = await json(`/api/v1/revisions?dataset=${DATASET}`);
  return editions.slice(-2).map((edition) => edition.edition);
}

/** Address of the proof of the figure that changed most. */
async function proofAddress() {
  const [old, now] = await editions();
  const { figures } = await json(`/api/v1/diff?dataset=${DATASET}&old=${old}&new=${now}&limit=1`);
  const { place, offence, period } = figures[0];
  return `dataset=${DATASET}&edition=${now}&place=${place}&offence=${encodeURIComponent(offence)}&period=${period}`;
}

async function verified(page) {
  await page.waitForSelector("tequio-proof button");
  await page.click("tequio-proof button");
  return { state: await page.getAttribute("tequio-proof", "data-state"), says: await page.innerText("tequio-proof [role=status]") };
}

test("a proof verifies in the browser, offline once it has loaded", async () => {
  const address = await proofAddress();
  const proof = await (await fetch(`${shared.url}/api/v1/proofs?${address}`)).text();
  await visit(`/proof?${address}`, {}, async (page) => {
    assert.equal(await page.locator("tequio-proof pre").textContent(), proof);
    await page.waitForSelector("tequio-proof button");
    await page.context().setOffline(true);
    const { state, says } = await verified(page);
    assert.equal(state, "verified", says);
    const { size, origin } = await json("/api/v1/ledger?limit=1");
    assert.ok(says.includes(origin) && says.includes(String(size)), says);
  });
});

for (const [what, tamper, expected] of [
  ["the figure", (text) => text.replace(/"value":(\d+)/, (_, value) => `"value":${Number(value) + 1}`), /no es la que se publicó/],
  ["the place", (text) => text.replace(/"place":"MX-/, '"place":"MY-'), /no es la que se publicó/],
  ["the entry", (text) => text.replace(/"published":"2025-/, '"published":"2024-'), /no está así en el registro/],
  ["the form", (text) => text.slice(1), /esto no es una prueba/],
]) {
  test(`a proof in which ${what} was changed is refused and says so`, async () => {
    await visit(`/proof?${await proofAddress()}`, {}, async (page) => {
      const before = await page.locator("tequio-proof pre").textContent();
      const after = tamper(before);
      assert.notEqual(after, before);
      await page.evaluate((text) => (document.querySelector("tequio-proof pre").textContent = text), after);
      const { state, says } = await verified(page);
      assert.equal(state, "refused");
      assert.match(says, expected);
    });
  });
}

test("a proof under another key is refused", async () => {
  await visit(`/proof?${await proofAddress()}`, {}, async (page) => {
    const foreign = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    await page.evaluate((key) => (document.querySelector("tequio-proof").dataset.keys = key), foreign);
    const { state, says } = await verified(page);
    assert.equal(state, "refused");
    assert.match(says, /clave del registro/);
  });
});

test("without scripts the page has the proof and the command that verifies it", async () => {
  await visit(`/proof?${await proofAddress()}`, { scripts: false }, async (page) => {
    assert.equal(await page.locator("tequio-proof button").count(), 0);
    assert.match(await page.locator("pre.code").innerText(), /^tequio verify figure\.json --key '.+'$/);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[download='figure.json']")]);
    assert.equal(download.suggestedFilename(), "figure.json");
  });
});

test("a figure is chosen in an edition and proved, and an entry too", async () => {
  await visit(`/proof?dataset=${DATASET}`, {}, async (page) => {
    assert.equal((await verified(page)).state, "verified", "the entry of the edition");
    await page.fill("#p-place", "MX-09-015");
    await page.fill("#p-period", "2025-01");
    await page.click("form[action='/proof'] button");
    assert.match(await page.innerText(".meta"), /MX-09-015/);
    assert.equal((await verified(page)).state, "verified", "the figure");
  });
  await visit("/proof?entry=0", {}, async (page) => assert.equal((await verified(page)).state, "verified"));
});

test("the ledger lists its entries, and compares two sizes", async () => {
  await visit("/ledger", { scripts: false }, async (page) => {
    const { size, entries, checkpoint } = await json("/api/v1/ledger?limit=1000");
    assert.equal(entries.length, Math.min(size, 1000));
    assert.equal(await page.locator("section[aria-labelledby=entries] tbody tr").count(), Math.min(size, 25));
    assert.equal((await page.locator("pre.code").first().textContent()).trim(), checkpoint.trim());
    await page.fill("#l-old", "3");
    await page.click("section[aria-labelledby=consistency] button");
    const { path, old } = await json("/api/v1/ledger/consistency?old=3");
    const text = await page.innerText("section[aria-labelledby=consistency]");
    for (const hash of [...path, old.root]) assert.ok(text.includes(hash), hash);
    await page.fill("#l-old", String(size));
    await page.fill("#l-new", "1");
    await page.click("section[aria-labelledby=consistency] button");
    assert.equal(await page.locator("section[aria-labelledby=consistency] [role=alert]").count(), 1);
  });
});

test("the log is served as C2SP says, and nothing else of its folder", async () => {
  const head = await fetch(`${shared.url}/ledger/log/checkpoint`);
  const { checkpoint, size } = await json("/api/v1/ledger?limit=1");
  assert.equal(await head.text(), checkpoint);
  const width = Math.min(size, 256);
  const tile = await fetch(`${shared.url}/ledger/log/tile/0/000${width < 256 ? `.p/${width}` : ""}`);
  assert.equal((await tile.arrayBuffer()).byteLength, width * 32);
  for (const path of ["..%2fkeys%2flog.key", "../keys/log.key", "cosigned", "pending", "tile/0/0", "tile/0/000.p/0", "tile/9/000"]) {
    assert.equal((await fetch(`${shared.url}/ledger/log/${path}`)).status, 404, path);
  }
});

test("what changed between two editions is what the API says", async () => {
  const [old, now] = await editions();
  const diff = await json(`/api/v1/diff?dataset=${DATASET}&old=${old}&new=${now}`);
  await visit(`/revisions?dataset=${DATASET}`, { scripts: false }, async (page) => {
    const figures = await page.innerText("dl.figures");
    for (const number of [diff.changed, diff.absolute]) assert.ok(figures.includes(number.toLocaleString("en")), figures);
    assert.equal(await page.locator("section[aria-labelledby=offices] tbody tr").count(), diff.by_office.length);
    assert.equal(await page.locator("section[aria-labelledby=changes] tbody tr").count(), Math.min(20, diff.figures.length));
    assert.match(await page.innerText("section[aria-labelledby=alarms]"), /Meses pasados que se redujeron: [1-9]/);
    await page.click("section[aria-labelledby=changes] tbody tr:first-child a");
    const { value } = diff.figures[0].new;
    assert.equal(await page.innerText(".answer-figure"), value.toLocaleString("en"));
  });
  const { tables } = await json(`/revisions.json?dataset=${DATASET}`);
  const offices = tables.find((table) => table.id === "offices").rows;
  assert.equal(offices.reduce((sum, row) => sum + row.net, 0), diff.net);
});

test("the editions stand side by side, and each says where it comes from and where it is recorded", async () => {
  const [, now] = await editions();
  await visit("/figures", { scripts: false }, async (page) => {
    await page.click(`a[href='/figures/${DATASET}']`);
    assert.ok((await page.locator("section[aria-labelledby=sides] thead th").count()) >= 3);
    assert.equal(await page.locator(".delivery-heat tbody tr").count(), 32);
    await page.click(`section[aria-labelledby=editions] a[href='/figures/${DATASET}/${now}']`);
    assert.ok((await page.locator("section[aria-labelledby=checks] tbody tr").count()) >= 5);
    const csv = await page.getAttribute("section[aria-labelledby=downloads] a[href$='.csv']", "href");
    const text = await (await fetch(`${shared.url}${csv}?place=MX-09-015&period=2025-01`)).text();
    const [head, ...rows] = text.trim().split("\r\n");
    assert.equal(head, "place,place_name,offence,offence_name,period,value,state");
    assert.ok(rows.length > 0 && rows.every((row) => row.startsWith("MX-09-015,") && row.includes(",2025-01,")), text);
    await page.click("dl.figures a[href^='/proof']");
    assert.match(await page.innerText("h1"), new RegExp(now));
  });
  const parquet = new Uint8Array(await (await fetch(`${shared.url}/api/v1/figures/${DATASET}/${now}.parquet`)).arrayBuffer());
  assert.equal(new TextDecoder().decode(parquet.slice(0, 4)), "PAR1");
});

test("a claim is tested without scripts, and its address holds it", async () => {
  await visit("/claims", { scripts: false }, async (page) => {
    await page.fill("#k-value", "17");
    await page.fill("#k-period", "2016");
    await page.click("section[aria-labelledby=own] button");
    const checked = await json(`/api/v1/claims/check${new URL(page.url()).search}`);
    assert.equal(await page.locator("section[aria-labelledby=result] tbody tr").count(), Math.min(40, checked.tests.length));
    assert.equal(await page.inputValue("#k-value"), "17");
    await page.fill("#k-value", "muchos");
    await page.click("section[aria-labelledby=own] button");
    assert.equal(await page.locator(".error-summary").count(), 1);
    assert.equal(await page.locator("#result").count(), 0);
  });
  await visit("/claims", { scripts: false }, async (page) => {
    await page.click("section[aria-labelledby=examples] tbody tr:first-child a");
    assert.equal(await page.locator("#result").count(), 1);
    assert.notEqual(await page.inputValue("#k-value"), "");
  });
});

test("an indicator carries the edition, its leaf and the address of the proof", async () => {
  const { editions } = await json("/api/v1/indicators/homicide-rate-case-files?period=2024&dataset=" + DATASET);
  const { leaf_index: leaf, proof, edition } = editions.find((used) => used.role === "numerator");
  const { entry } = await json(`/api/v1/ledger/entries/${leaf}`);
  assert.deepEqual([entry.kind, entry.edition], ["edition", edition]);
  await visit(proof, {}, async (page) => assert.equal((await verified(page)).state, "verified"));
});

test("the second view of a page that compares editions is quick", async () => {
  for (const path of ["/revisions", "/claims", `/figures/${DATASET}`]) {
    await fetch(shared.url + path);
    const begun = performance.now();
    await (await fetch(shared.url + path)).text();
    assert.ok(performance.now() - begun < FIRST_VIEW_MS_MAX, path);
  }
});
