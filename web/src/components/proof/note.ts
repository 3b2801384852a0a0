// Public keys, signed notes, checkpoints and tlog-proofs, as C2SP has them. Nothing is believed before its signature.
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

const LOG_KEY = 0x01;
const WITNESS_KEY = 0x04;
const NOTE_LENGTH_MAX = 65_536;

export interface PublicKey {
  name: string;
  id: string;
  kind: number;
  bytes: Uint8Array;
}

export interface Checkpoint {
  text: string;
  origin: string;
  size: number;
  root: Uint8Array;
  signatures: { name: string; id: string; bytes: Uint8Array }[];
}

export interface TlogProof {
  index: number;
  path: Uint8Array[];
  checkpoint: Checkpoint;
  extra?: Uint8Array;
}

/** What does not hold; `step` names the link of the chain. */
export class ProofError extends Error {
  constructor(
    readonly step: "format" | "figure" | "entry" | "signature" | "witnesses",
    message: string,
  ) {
    super(message);
  }
}

export function refuse(step: ProofError["step"], message: string): never {
  throw new ProofError(step, message);
}

/** Bytes of standard Base 64; any other way to write them is refused. */
export function fromBase64(text: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return refuse("format", "not Base 64");
  }
  if (btoa(String.fromCharCode(...bytes)) !== text) refuse("format", "not standard Base 64");
  return bytes;
}

export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function decimal(text: string): number {
  const number = Number(text);
  return /^(0|[1-9][0-9]*)$/.test(text) && Number.isSafeInteger(number) ? number : refuse("format", "not a number");
}

/** Reads `NAME+ID+KEY`. */
export function parseKey(text: string): PublicKey {
  const [, name = "", id = "", key = ""] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? refuse("format", "not a public key");
  const encoded = fromBase64(key);
  const identifier = sha256(Uint8Array.of(...toBytes(`${name}\n`), ...encoded)).subarray(0, 4);
  if (encoded.length !== 33 || hex(identifier) !== id) refuse("format", "not the identifier of this key");
  return { name, id, kind: encoded[0] ?? 0, bytes: encoded.subarray(1) };
}

export function parseCheckpoint(note: string): Checkpoint {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || note.length > NOTE_LENGTH_MAX || !note.endsWith("\n")) refuse("format", "not a signed note");
  const text = note.slice(0, end + 1);
  const [origin = "", size = "", root = "", rest, ...more] = text.split("\n");
  if (!origin || rest !== "" || more.length > 0) refuse("format", "not a checkpoint");
  const signatures = note.slice(end + 2, -1).split("\n").map((line) => {
    const [, name = "", encoded = ""] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? refuse("format", "not a signature");
    const bytes = fromBase64(encoded);
    return { name, id: hex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
  });
  const hash = fromBase64(root);
  if (hash.length !== 32) refuse("format", "not a hash");
  return { text, origin, size: decimal(size), root: hash, signatures };
}

export function parseProof(text: string): TlogProof {
  const parts = /^c2sp\.org\/tlog-proof@v1\n(?:extra ([^\n]*)\n)?index ([0-9]+)\n((?:[^\n]+\n)*)\n([^]*)$/.exec(text);
  const [, extra, index = "", path = "", checkpoint = ""] = parts ?? refuse("format", "not a proof");
  const hashes = path.split("\n").filter(Boolean).map(fromBase64);
  if (hashes.some((hash) => hash.length !== 32)) refuse("format", "not a hash");
  const proof: TlogProof = { index: decimal(index), path: hashes, checkpoint: parseCheckpoint(checkpoint) };
  return extra === undefined ? proof : { ...proof, extra: fromBase64(extra) };
}

/** True when the key signed; a signature in its name that does not hold is refused. */
function isSignedBy({ text, signatures }: Checkpoint, key: PublicKey): boolean {
  const own = signatures.filter(({ name, id }) => name === key.name && id === key.id);
  for (const { bytes } of own) {
    if (!isValid(text, bytes, key)) refuse(key.kind === LOG_KEY ? "signature" : "witnesses", `the signature by ${key.name} does not hold`);
  }
  return own.length > 0;
}

function isValid(text: string, signature: Uint8Array, key: PublicKey): boolean {
  const skip = key.kind === WITNESS_KEY ? 8 : 0;
  if (signature.length !== skip + 64) return false;
  const time = skip ? new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0) : 0n;
  const message = skip ? `cosignature/v1\ntime ${time}\n${text}` : text;
  try {
    // Strict, as RFC 8032 has it: no key or signature that passes for several messages.
    return ed25519.verify(signature.subarray(skip), toBytes(message), key.bytes, { zip215: false });
  } catch {
    return false;
  }
}

/** Checks that the log signed, and at least so many of the witnesses; answers how many did. */
export function checkSignatures(checkpoint: Checkpoint, keys: PublicKey[], witnesses: PublicKey[], quorum: number): number {
  const logs = keys.filter(({ kind, name }) => kind === LOG_KEY && name === checkpoint.origin);
  if (!logs.some((key) => isSignedBy(checkpoint, key))) refuse("signature", "no trusted key signed the checkpoint");
  const signed = witnesses.filter((key) => key.kind === WITNESS_KEY && isSignedBy(checkpoint, key));
  const count = new Set(signed.map(({ bytes }) => hex(bytes))).size;
  if (count < quorum) refuse("witnesses", `${count} witnesses cosigned and ${quorum} are asked for`);
  return count;
}
