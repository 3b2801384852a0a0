// Starts the built `tequio` on a free loopback port with a data folder, and stops it.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const READY_MS_MAX = 60_000;
/** Data folder of the tests when TEQUIO_DATA names none; the demonstration is made there once. */
const OWN_DATA = fileURLToPath(new URL("../test-results/data", import.meta.url));

/** A port that nothing listens on now. */
async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** Address of a running portal and how to stop it; `more` are arguments for `serve`. TEQUIO_URL names one that runs already. */
export async function startPortal(more = []) {
  const running = process.env.TEQUIO_URL;
  if (running && more.length === 0) return { url: running.replace(/\/$/, ""), stop: async () => {} };
  const binary = process.env.TEQUIO_BIN;
  if (!binary || !existsSync(binary)) throw new Error("TEQUIO_BIN names no program: run `cargo build -p tequio-cli` first");
  const data = process.env.TEQUIO_DATA ?? demonstration(binary);
  const port = await freePort();
  const args = ["--data", data, "serve", "--listen", `127.0.0.1:${port}`, ...more];
  const server = spawn(binary, args, { stdio: ["ignore", "inherit", "inherit"] });
  const url = `http://127.0.0.1:${port}`;
  await ready(url, server);
  const stopped = new Promise((done) => server.once("exit", done));
  return {
    url,
    stop: async () => {
      server.kill("SIGTERM");
      await stopped;
    },
  };
}

/** Makes the demonstration if it is not there. */
function demonstration(binary) {
  mkdirSync(OWN_DATA, { recursive: true });
  const made = spawnSync(binary, ["--data", OWN_DATA, "sample"], { stdio: ["ignore", "inherit", "inherit"] });
  if (made.status !== 0) throw new Error("`tequio sample` failed");
  return OWN_DATA;
}

async function ready(url, server) {
  const until = Date.now() + READY_MS_MAX;
  while (Date.now() < until) {
    if (server.exitCode !== null) throw new Error(`tequio stopped with ${server.exitCode} before it answered`);
    try {
      if ((await fetch(`${url}/healthz`)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  server.kill("SIGKILL");
  throw new Error(`tequio did not answer within ${READY_MS_MAX / 1000} s`);
}
