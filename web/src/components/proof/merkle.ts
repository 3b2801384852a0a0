// The tree of RFC 6962: hashes of leaves and nodes, and the root that an inclusion path leads to (RFC 9162, 2.1.3.2).
import { sha256 } from "@noble/hashes/sha2.js";

/** Largest tree: what a number holds exactly. */
const TREE_SIZE_MAX = Number.MAX_SAFE_INTEGER;
const PATH_HASHES_MAX = 64;

export function leafHash(content: Uint8Array): Uint8Array {
  return hashOf(Uint8Array.of(0), content);
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return hashOf(Uint8Array.of(1), left, right);
}

function hashOf(...parts: Uint8Array[]): Uint8Array {
  const hasher = sha256.create();
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}

/** The root that a path leads to from a leaf hash, or nothing when the path has not the one length that fits. */
export function rootOfPath(leaf: Uint8Array, index: number, size: number, path: Uint8Array[]): Uint8Array | undefined {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size || size > TREE_SIZE_MAX || path.length > PATH_HASHES_MAX) return undefined;
  let [node, last, hash] = [index, size - 1, leaf];
  // Halving, not shifting: shifts cut numbers to 32 bits.
  const up = (): void => {
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  };
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) up();
    } else {
      hash = nodeHash(hash, sibling);
    }
    up();
  }
  return last === 0 ? hash : undefined;
}
