"""Polars on columns in memory. It has no join of points and polygons."""
import math
from datetime import datetime

import polars
from polars import col

from common import *

PEER = "Polars"


def chosen(frame):
    since, before = map(datetime.fromisoformat, (SINCE, BEFORE))
    return frame.lazy().filter(col("type").is_in(OFFENCES) & (col("ts") >= since) & (col("ts") < before))


def check(frame):
    return summary(frame["len"].to_numpy())


def months(frame):
    west, south, east, north = MIDDLE
    rows = chosen(frame).filter(col("lon").is_between(west, east) & col("lat").is_between(south, north))
    query = rows.group_by(col("ts").dt.truncate("1mo")).len().sort("ts")
    measure(PEER, "W3", query.collect, check)


def heat(frame, tile):
    side = 2**tile.zoom * 256
    on_it = (col("lon") >= tile.west) & (col("lon") < tile.east) & (col("lat") > tile.south) & (col("lat") <= tile.north)
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
    months(frame)
    for tile in TILES:
        heat(frame, tile)
    if wanted("W4"):
        cube()
