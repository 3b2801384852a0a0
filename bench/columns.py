#!/usr/bin/env python3
"""Writes what the work bench of the atlas reads: plain little-endian columns, one file each.

    columns.py FROM TO SIZE...

FROM holds incidents_SIZE.parquet (ts, type, lon, lat), polys_flat.npz (offsets, xy: one ring a
polygon) and streets.parquet (x1, y1, x2, y2); all coordinates in degrees. TO gets a folder a size
and the polygons and streets beside them. Needs NumPy and PyArrow.
"""

import contextlib
import os
import sys

import numpy as np
import pyarrow.parquet as pq


def write(path, column, kind):
    np.ascontiguousarray(column).astype(kind).tofile(path)


def incidents(source, target):
    """A batch at a time, so that a hundred million take no more memory than one."""
    os.makedirs(target, exist_ok=True)
    names = ("day.i32", "hour.u8", "offence.u8", "longitude.f64", "latitude.f64")
    with contextlib.ExitStack() as stack:
        files = {name: stack.enter_context(open(f"{target}/{name}", "wb")) for name in names}
        for batch in pq.ParquetFile(source).iter_batches(1_000_000, columns=["ts", "type", "lon", "lat"]):
            seconds = batch["ts"].to_numpy(zero_copy_only=False).astype("datetime64[s]").astype(np.int64)
            write(files["day.i32"], seconds // 86_400, "<i4")
            write(files["hour.u8"], seconds % 86_400 // 3_600, "u1")
            write(files["offence.u8"], batch["type"].to_numpy(), "u1")
            write(files["longitude.f64"], batch["lon"].to_numpy(), "<f8")
            write(files["latitude.f64"], batch["lat"].to_numpy(), "<f8")


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
