// The API under questions made up from its own description: no server error, nothing that is not described.
//
// Left out: positive_data_acceptance, because which offences, layers and days there are depends on the data and
// no schema can say it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startPortal } from "../lib/server.js";

const PROGRAM = process.env.TEQUIO_SCHEMATHESIS ?? join(homedir(), ".cache/tequio/schemathesis/bin/schemathesis");
const CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance", "negative_data_rejection", "unsupported_method"];
const OPTIONS = ["--phases", "examples,coverage,fuzzing", "--max-examples", "5", "--generation-deterministic", "--workers", "2", "--no-color"];

const shared = {};
before(async () => Object.assign(shared, await startPortal()));
after(() => shared.stop?.());

const is_there = existsSync(PROGRAM);
if (!is_there) console.error(`SKIPPED: ${PROGRAM} is not here ('make fixtures' installs it), so made-up questions are not asked`);

test("made-up questions find no fault", { skip: is_there ? false : "schemathesis is not installed" }, () => {
  const run = spawnSync(PROGRAM, ["run", `${shared.url}/openapi.json`, "--checks", CHECKS.join(","), ...OPTIONS], { encoding: "utf8" });
  const report = run.stdout.slice(-6_000) + run.stderr;
  assert.equal(run.status, 0, report);
  // It did ask, and of every address.
  const [, selected, all] = report.match(/Selected: (\d+)\/(\d+)/) ?? [];
  assert.ok(Number(all) >= 15 && selected === all, report);
  assert.ok(Number(report.match(/(\d+) generated/)?.[1]) > 300, report);
});
