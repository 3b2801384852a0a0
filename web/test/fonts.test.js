// The letters of the languages of Mexico: every one is in a font that we serve, a letter and its marks are in one file,
// and no file is fetched for a letter that it does not have.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import * as fontkit from "fontkit";

const STYLES = new URL("../src/styles/", import.meta.url);
const MODULES = new URL("../node_modules/", import.meta.url);
/** Letters beyond those of Spanish in the orthographies in use (INALI's norms, and older ones that names keep). */
const LANGUAGES = {
  español: "á é í ó ú ü ñ ª º ¿ ¡ « » – — ’ “ ”",
  náhuatl: "ā ē ī ō ū Ā Ē Ī Ō Ū ꞌ",
  maya: "ʼ ’ á é í ó ú ä ʼ",
  zapoteco: "ꞌ Ꞌ ë Ë ä ḻ ṉ ẍ x̱ ⁿ",
  mixteco: "ꞌ ɨ Ɨ ʉ a̱ e̱ i̱ o̱ u̱ A̱ ñ á à ã ẽ ĩ õ ũ",
  otomí: "a̱ e̱ i̱ o̱ u̱ A̱ E̱ ä ë ö ü ʉ Ʉ ø Ø ʼ ꞌ ñ",
  mazahua: "ꞌ a̱ e̱ i̱ o̱ u̱ ä ë ï ö ü ø ŋ",
  mazateco: "ꞌ ñ a̱ ę į ǫ ų",
  chinanteco: "ɨ Ɨ ʉ ø Ø ꞌ ä ë ü ŋ a̱ ⁿ",
  huichol: "ɨ ʉ ꞌ ü",
  cora: "ɨ ɇ Ɇ ꞌ",
  amuzgo: "ⁿ ë ä ꞌ",
  "tlapaneco y seri": "a̱ e̱ o̱ ö ŋ š",
};

const clean = (text) => text.replace(/\/\*[^]*?\*\//g, "");
const value = (block, name) => block.match(new RegExp(`${name}:\\s*([^;]+);`))[1].trim();

/** The faces in the order of the style sheet. */
async function faces() {
  const css = clean(await readFile(new URL("fonts.css", STYLES), "utf8"));
  return [...css.matchAll(/@font-face\s*\{([^}]+)\}/g)].map(([, block]) => {
    const url = value(block, "src").match(/url\("([^"]+)"\)/)[1];
    const file = url.startsWith(".") ? new URL(url, STYLES) : new URL(url, MODULES);
    const ranges = value(block, "unicode-range").split(",").map((range) => range.trim().slice(2).split("-").map((hex) => parseInt(hex, 16)));
    return { family: value(block, "font-family").replaceAll('"', ""), font: fontkit.openSync(file.pathname), ranges, name: url.split("/").pop() };
  });
}

/** The families of ours in a stack, first to last. */
async function stack(name, all) {
  const css = clean(await readFile(new URL("tokens.css", STYLES), "utf8"));
  const names = value(css, `--${name}`).split(",").map((family) => family.trim().replaceAll('"', ""));
  return names.map((family) => all.filter((face) => face.family === family)).filter((family) => family.length > 0);
}

const asks = ({ ranges }, code) => ranges.some(([first, last = first]) => first <= code && code <= last);
const codes = (letter) => [...letter].map((part) => part.codePointAt(0));
/** The file that a browser takes a letter from: the first whose range has all of it (CSS Fonts 4, 5.3). */
const taken = (families, letter) => families.flat().find((face) => codes(letter).every((code) => asks(face, code)));

for (const name of ["sans", "serif"]) {
  test(`--${name} has the letters of the languages of Mexico`, async (t) => {
    const families = await stack(name, await faces());
    for (const [language, letters] of Object.entries(LANGUAGES)) {
      const from = new Map();
      for (const letter of letters.split(" ")) {
        const face = taken(families, letter);
        assert.ok(face, `${language}: ${letter} is in no font of ours`);
        assert.deepEqual(codes(letter).filter((code) => !face.font.hasGlyphForCodePoint(code)).map((code) => code.toString(16)), [], `${language}: ${letter} is asked of ${face.name}`);
        from.set(face.name, [...(from.get(face.name) ?? []), letter]);
      }
      for (const [file, found] of from) t.diagnostic(`${language}: ${found.join(" ")} (${file})`);
    }
  });
}

test("marks have a place on the letters of the small fonts", async () => {
  for (const { font, name, family } of await faces()) {
    if (!family.startsWith("Noto")) continue;
    for (const letter of ["a\u0331", "u\u0331", "x\u0331"]) {
      const [, mark] = font.layout(letter).positions;
      assert.ok(mark.xAdvance === 0 && mark.xOffset !== 0, `${name}: ${letter}`);
    }
    assert.ok((await readFile(new URL(`../fonts/${name}`, import.meta.url))).length < 16_000, name);
  }
});
