#!/usr/bin/env python3
"""Writes what the work bench of the atlas reads: plain little-endian columns, one file each.

    columns.py FROM TO SIZE...

FROM holds incidents_SIZE.parquet (ts, type, lon, lat), polys_flat.npz (offsets, xy: one ring a
polygon) and streets.parquet (x1, y1, x2, y2); all coordinates in degrees. TO gets a folder a size
and the polygons and streets beside them. Needs NumPy and PyArrow.
"""
import os
import sys

import numpy as np
import pyarrow.parquet as pq


def write(path, column, kind):
    np.ascontiguousarray(column).astype(kind).tofile(path)


def incidents(source, target):
    os.makedirs(target, exist_ok=True)
    table = pq.read_table(source, columns=["ts", "type", "lon", "lat"])
    seconds = table["ts"].to_numpy().astype("datetime64[s]").astype(np.int64)
    write(f"{target}/day.i32", seconds // 86_400, "<i4")
    write(f"{target}/hour.u8", seconds % 86_400 // 3_600, "u1")
    write(f"{target}/offence.u8", table["type"].to_numpy(), "u1")
    write(f"{target}/longitude.f64", table["lon"].to_numpy(), "<f8")
    write(f"{target}/latitude.f64", table["lat"].to_numpy(), "<f8")


def territory(source, target):
    flat = np.load(f"{source}/polys_flat.npz")
    write(f"{target}/areas.starts.u64", flat["offsets"], "<u8")
    write(f"{target}/areas.xy.f64", flat["xy"], "<f8")
    streets = pq.read_table(f"{source}/streets.parquet")
    ends = np.column_stack([streets[name].to_numpy() for name in ("x1", "y1", "x2", "y2")])
    write(f"{target}/segments.xy.f64", ends, "<f8")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    source, target, *sizes = sys.argv[1:]
    os.makedirs(target, exist_ok=True)
    territory(source, target)
    for size in sizes:
        incidents(f"{source}/incidents_{size}.parquet", f"{target}/{size}")
