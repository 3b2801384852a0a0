// Starts the built `tequio` on a free loopback port with a data folder, and stops it.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { existsSync } from "node:fs";

const READY_MS_MAX = 60_000;

/** A port that nothing listens on now. */
async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** Address of a running portal and how to stop it. TEQUIO_URL names one that runs already. */
export async function startPortal() {
  const running = process.env.TEQUIO_URL;
  if (running) return { url: running.replace(/\/$/, ""), stop: async () => {} };
  const binary = process.env.TEQUIO_BIN;
  const data = process.env.TEQUIO_DATA;
  if (!binary || !existsSync(binary)) throw new Error("TEQUIO_BIN names no program: run `make build` first");
  if (!data || !existsSync(data)) throw new Error("TEQUIO_DATA names no data folder: run `make sample` first");
  const port = await freePort();
  const args = ["serve", "--data", data, "--listen", `127.0.0.1:${port}`];
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
