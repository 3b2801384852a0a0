"""Polars on columns in memory. It has no join of points and polygons."""

import math
from datetime import datetime

import polars
from common import BEFORE, CSV, INCIDENTS, LOCATED, MIDDLE, OFFENCES, SINCE, TILES, measure, summary, wanted
from polars import col

PEER = "Polars"


def chosen(frame):
    since, before = map(datetime.fromisoformat, (SINCE, BEFORE))
    return frame.lazy().filter(col("type").is_in(OFFENCES) & (col("ts") >= since) & (col("ts") < before))


def check(frame):
    return summary(frame["len"].to_numpy())


def read():
    kinds = {"ts": polars.String, "type": polars.Int16, "lon": polars.Float64, "lat": polars.Float64}
    lines = polars.scan_csv(CSV, schema=kinds, ignore_errors=True, truncate_ragged_lines=True)
    timed = lines.with_columns(col("ts").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False))
    whole = col("ts").is_not_null() & col("type").is_not_null()
    query = timed.filter(whole & col("lon").is_between(-180, 180) & col("lat").is_between(-90, 90))
    measure(PEER, "W1", query.collect, lambda frame: [frame.height])


def months(frame):
    west, south, east, north = MIDDLE
    rows = chosen(frame).filter(col("lon").is_between(west, east) & col("lat").is_between(south, north))
    query = rows.group_by(col("ts").dt.truncate("1mo")).len().sort("ts")
    measure(PEER, "W3", query.collect, check)


def heat(frame, tile):
    side = 2**tile.zoom * 256
    on_it = (
        (col("lon") >= tile.west) & (col("lon") < tile.east) & (col("lat") > tile.south) & (col("lat") <= tile.north)
    )
    column = ((col("lon") + 180) / 360 * side).floor().cast(polars.Int32) - tile.x * 256
    row = ((1 - col("lat").radians().tan().arcsinh() / math.pi) / 2 * side).floor().cast(polars.Int32) - tile.y * 256
    query = chosen(frame).filter(on_it).select(column=column, row=row).group_by("column", "row").len()
    measure(PEER, f"W5/z{tile.zoom}", query.collect, check)


def cube():
    located = polars.read_parquet(LOCATED)
    month = col("ts").dt.year().cast(polars.Int16) * 12 + col("ts").dt.month()
    query = located.lazy().select("pid", "type", month=month).group_by("pid", "month", "type").len()
    measure(PEER, "W4", query.collect, check)


if __name__ == "__main__":
    frame = polars.read_parquet(INCIDENTS)
    if wanted("W1"):
        read()
    months(frame)
    for tile in TILES:
        heat(frame, tile)
    if wanted("W4"):
        cube()
