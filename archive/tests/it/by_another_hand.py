"""Checks a log folder and proofs in it with hashlib alone, written from the specifications and not from the program.

usage: by_another_hand.py LEDGER PROOFS LOG_KEY WITNESS_KEY
Signatures are checked where the package `cryptography` is installed; the last line says so.
"""

import base64
import glob
import hashlib
import json
import os
import struct
import sys


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_hash(leaves):
    """RFC 6962, section 2.1, as its text defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(tree_hash(leaves[:k]), tree_hash(leaves[k:]))


def tile_path(root, level, index, width):
    parts = ["%03d" % (index % 1000)]
    index //= 1000
    while index:
        parts.insert(0, "x%03d" % (index % 1000))
        index //= 1000
    suffix = "" if width == 256 else ".p/%d" % width
    return os.path.join(root, "tile", str(level), "/".join(parts) + suffix)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def entries(root, size):
    found = []
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        bundle = read(tile_path(root, "entries", index, width))
        while bundle:
            (length,) = struct.unpack(">H", bundle[:2])
            found.append(bundle[2 : 2 + length])
            bundle = bundle[2 + length :]
    return found


def check_tiles(root, leaves):
    level, hashes = 0, leaves
    while hashes:
        for index in range((len(hashes) + 255) // 256):
            part = hashes[index * 256 : index * 256 + 256]
            assert read(tile_path(root, level, index, len(part))) == b"".join(part), (level, index)
        full = len(hashes) // 256
        hashes = [tree_hash(hashes[index * 256 : index * 256 + 256]) for index in range(full)]
        level += 1


def root_of_path(index, size, leaf, path):
    """Recursive, from the definition of the audit path in RFC 6962, section 2.1.1."""
    if size == 1:
        assert not path
        return leaf
    k = 1
    while k * 2 < size:
        k *= 2
    if index < k:
        return node_hash(root_of_path(index, k, leaf, path[:-1]), path[-1])
    return node_hash(path[-1], root_of_path(index - k, size - k, leaf, path[:-1]))


def parse_checkpoint(text):
    body, signatures = text.rsplit("\n\n", 1)
    body += "\n"
    origin, size, root = body.split("\n")[:3]
    return body, origin, int(size), base64.b64decode(root), signatures.strip("\n").split("\n")


def check_signatures(body, lines, vkeys):
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None
    checked = 0
    for line in lines:
        _, name, encoded = line.split(" ")
        signature = base64.b64decode(encoded)
        for vkey in vkeys:
            key_name, key_id, key = vkey.split("+", 2)
            key = base64.b64decode(key)
            expected = hashlib.sha256(key_name.encode() + b"\n" + key).digest()[:4]
            assert expected.hex() == key_id
            if (name, signature[:4]) != (key_name, expected):
                continue
            public = Ed25519PublicKey.from_public_bytes(key[1:])
            if key[0] == 1:
                public.verify(signature[4:], body.encode())
            else:
                (time,) = struct.unpack(">Q", signature[4:12])
                public.verify(signature[12:], b"cosignature/v1\ntime %d\n" % time + body.encode())
            checked += 1
    return checked


def main(ledger, proofs, *vkeys):
    body, origin, size, root, lines = parse_checkpoint(read(os.path.join(ledger, "checkpoint")).decode())
    leaves = entries(ledger, size)
    assert len(leaves) == size
    for leaf in leaves:
        value = json.loads(leaf)
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert canonical == leaf, leaf
    hashes = [leaf_hash(leaf) for leaf in leaves]
    assert tree_hash(hashes) == root
    check_tiles(ledger, hashes)
    signed = check_signatures(body, lines, vkeys)
    assert signed in (None, 1), signed
    cosigned = parse_checkpoint(read(os.path.join(ledger, "cosigned")).decode())
    assert check_signatures(cosigned[0], cosigned[4], vkeys) in (None, 2)
    count = 0
    for path in sorted(glob.glob(os.path.join(proofs, "*.tlog-proof"))):
        head, checkpoint = read(path).decode().split("\n\n", 1)
        header, extra, index, *hashes_of_path = head.split("\n")
        assert header == "c2sp.org/tlog-proof@v1"
        leaf = base64.b64decode(extra.removeprefix("extra "))
        index = int(index.removeprefix("index "))
        assert leaf == leaves[index]
        _, _, proof_size, proof_root, _ = parse_checkpoint(checkpoint)
        way = [base64.b64decode(line) for line in hashes_of_path]
        assert root_of_path(index, proof_size, leaf_hash(leaf), way) == proof_root
        count += 1
    print("%s: %d entries, %d proofs, signatures %s" % (origin, size, count, "not checked: no `cryptography`" if signed is None else "checked"))


main(*sys.argv[1:])
