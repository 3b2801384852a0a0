// The components and the page that shows an example of one.
import { readFile, readdir } from "node:fs/promises";

export const FOLDER = new URL("../../src/components/", import.meta.url);
export const DIST = new URL("../../dist/", import.meta.url);

/** Names of the components: one folder each. */
export async function componentNames() {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

/** Every state of a component, as a fragment of a page. */
export async function exampleOf(name) {
  return readFile(new URL(`${name}/example.html`, FOLDER), "utf8");
}

/** Names of the built style sheet and script. */
export async function builtEntry() {
  const manifest = JSON.parse(await readFile(new URL(".vite/manifest.json", DIST), "utf8"));
  const { file, css } = manifest["src/main.ts"];
  return { script: file, style: css[0] };
}

/** The fragment in a document like those of the portal. */
export function documentOf(title, fragment, { style, script }) {
  const scripts = script ? `<script type="module" src="${script}"></script>` : "";
  return `<!doctype html>
<html lang="es"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="${style}">${scripts}</head>
<body>
${fragment}
</body></html>
`;
}
