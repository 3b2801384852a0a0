// `npm run gallery`: one page of all components, and pictures of it, into gallery/. Not shipped.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { DIST, builtEntry, componentNames, documentOf, exampleOf } from "./test/lib/components.js";
import { PHONE, WIDE, openBrowser, openPage } from "./test/lib/browser.js";

const FOLDER = new URL(`${process.env.GALLERY ?? "../gallery"}/`, import.meta.url);
const LOOKS = [
  ["wide", { viewport: WIDE }],
  ["phone", { viewport: PHONE }],
  ["dark", { viewport: WIDE, dark: true }],
];

const { style } = await builtEntry();
await mkdir(FOLDER, { recursive: true });
const css = await readFile(new URL(style, DIST), "utf8");
await writeFile(new URL("components.css", FOLDER), css.replaceAll("/assets/", "../web/dist/"));
const examples = await Promise.all((await componentNames()).map(async (name) => `<section id="${name}">\n${await exampleOf(name)}</section>`));
const file = new URL("components.html", FOLDER);
await writeFile(file, documentOf("Componentes", examples.join("\n"), { style: "components.css" }));

const browser = await openBrowser();
for (const [look, options] of LOOKS) {
  const { page, close } = await openPage(browser, file.href, options);
  await page.goto(file.href, { waitUntil: "load" });
  await page.screenshot({ path: new URL(`components-${look}.png`, FOLDER).pathname, fullPage: true });
  await close();
}
await browser.close();
