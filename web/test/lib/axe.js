// What axe finds on a page, as lines.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Violations; `skipped` names rules that do not apply. Runs even where the scripts of the page do not. */
export async function violations(page, skipped = []) {
  await page.evaluate(AXE);
  const rules = Object.fromEntries([["target-size", { enabled: true }], ...skipped.map((rule) => [rule, { enabled: false }])]);
  const options = { runOnly: { type: "tag", values: TAGS }, rules };
  const results = await page.evaluate((options) => globalThis.axe.run(document, options), options);
  return results.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`));
}
