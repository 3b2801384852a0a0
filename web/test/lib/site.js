// Serves the examples of the components with the built styles and scripts, under the portal's own
// content security policy: what needs an inline style fails here as it would there.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { DIST, builtEntry, documentOf, exampleOf } from "./components.js";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; font-src 'self'";
const TYPES = { css: "text/css", js: "text/javascript", mjs: "text/javascript", svg: "image/svg+xml", woff2: "font/woff2" };

/** Address of the examples and how to stop. */
export async function startSite() {
  const { script, style } = await builtEntry();
  const assets = { script: `/assets/${script}`, style: `/assets/${style}` };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://site");
    try {
      const [type, body] = await answer(pathname, assets);
      response.writeHead(200, { "content-type": type, "content-security-policy": POLICY });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

async function answer(path, assets) {
  if (path.startsWith("/assets/")) {
    const file = path.slice("/assets/".length);
    return [TYPES[file.split(".").pop()] ?? "application/octet-stream", await readFile(new URL(file, DIST))];
  }
  const name = path.slice(1);
  return ["text/html; charset=utf-8", documentOf(name, await exampleOf(name), assets)];
}
