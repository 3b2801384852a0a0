// Checks the proof of a figure or of an entry with what the reader's browser has, offline: no request, and no
// WebCrypto, which pages without TLS do not get.
import { leafHash, rootOfPath } from "./merkle.ts";
import { checkSignatures, equal, fromBase64, parseKey, parseProof, refuse, toBytes } from "./note.ts";

export { ProofError } from "./note.ts";

/** Whom the reader believes: keys written `NAME+ID+KEY`. */
export interface Trust {
  keys: string[];
  witnesses?: string[];
  quorum?: number;
}

/** What was proved. */
export interface Verified {
  /** The row of the figure; nothing for the proof of an entry. */
  row?: unknown;
  entry: Record<string, unknown>;
  index: number;
  size: number;
  origin: string;
  witnesses: number;
}

const LENGTH_MAX = 512 * 1024;
const FIGURE_VERSION = 1;

interface FigureProof {
  version: number;
  row: unknown;
  rows: { index: number; size: number; path: string[] };
  entry: Record<string, unknown>;
  proof: string;
}

/** JSON as RFC 8785 writes it: JavaScript's own numbers and strings, keys in the order of their UTF-16 units. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(",")}}`;
}

/** Checks either kind of proof. Throws `ProofError` with the link that does not hold. */
export function verify(text: string, trust: Trust): Verified {
  if (text.length > LENGTH_MAX) refuse("format", "too long");
  return text.startsWith("{") ? verifyFigure(text, trust) : verifyEntry(text, trust);
}

function verifyFigure(text: string, trust: Trust): Verified {
  const { row, rows, entry, proof } = parseFigure(text);
  const path = rows.path.map(fromBase64);
  const root = typeof entry["rows_root"] === "string" ? fromBase64(entry["rows_root"]) : refuse("figure", "the edition has no root over its rows");
  const found = rootOfPath(leafHash(toBytes(canonical(row))), rows.index, rows.size, path);
  if (!found || !equal(found, root)) refuse("figure", "the figure does not lead to the root over the rows of its edition");
  return { row, ...verifyLeaf(toBytes(canonical(entry)), proof, trust), entry };
}

function parseFigure(text: string): FigureProof {
  let figure: FigureProof;
  try {
    figure = JSON.parse(text);
  } catch {
    return refuse("format", "not JSON");
  }
  if (canonical(figure) !== text || figure.version !== FIGURE_VERSION) refuse("format", "not a figure proof in canonical JSON");
  const { rows, entry, proof } = figure;
  const path: unknown = rows?.path;
  const whole = Array.isArray(path) && path.every((hash) => typeof hash === "string") && typeof entry === "object" && entry !== null;
  return whole && typeof proof === "string" ? figure : refuse("format", "not a figure proof");
}

function verifyEntry(text: string, trust: Trust): Verified {
  const leaf = parseProof(text).extra ?? refuse("format", "the proof does not hold its entry");
  const verified = verifyLeaf(leaf, text, trust);
  return { ...verified, entry: JSON.parse(new TextDecoder().decode(leaf)) };
}

function verifyLeaf(leaf: Uint8Array, text: string, trust: Trust): Omit<Verified, "entry"> {
  const { index, path, checkpoint } = parseProof(text);
  const found = rootOfPath(leafHash(leaf), index, checkpoint.size, path);
  if (!found || !equal(found, checkpoint.root)) refuse("entry", "the entry does not lead to the root of the checkpoint");
  const { keys, witnesses = [], quorum = 0 } = trust;
  const count = checkSignatures(checkpoint, keys.map(parseKey), witnesses.map(parseKey), quorum);
  return { index, size: checkpoint.size, origin: checkpoint.origin, witnesses: count };
}
