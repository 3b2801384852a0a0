"""SedonaDB (DataFusion with spatial joins), on tables in memory. Its threads follow the processors it may use."""

import geopandas
import numpy as np
import pyarrow.parquet as pq
import sedonadb
import shapely
from common import (
    AREAS,
    BEFORE,
    INCIDENTS,
    METRES_EAST,
    METRES_NORTH,
    MIDDLE,
    OFFENCE_LIST,
    SINCE,
    SIZE,
    SOUTH,
    STREETS,
    TILES,
    WEST,
    measure,
    metres,
    summary,
    wanted,
)

PEER = "SedonaDB"
FILTER = f"type IN ({OFFENCE_LIST}) AND ts >= TIMESTAMP '{SINCE} 00:00:00' AND ts < TIMESTAMP '{BEFORE} 00:00:00'"
SEGMENT_ROWS_MAX = 2_000_000


def connect():
    database = sedonadb.connect()
    database.read_parquet(INCIDENTS).to_view("stored")
    points = "SELECT ts, type, lon, lat, ST_SetSRID(ST_Point(lon, lat), 4326) AS at FROM stored"
    database.sql(points).to_memtable().to_view("incident")
    return database


def count(table):
    return summary(table["n"].to_numpy())


def answer(database, sql):
    return lambda: database.sql(sql).to_arrow_table()


def months(database):
    west, south, east, north = MIDDLE
    sql = f"""SELECT date_trunc('month', ts) AS month, count(*) AS n FROM incident WHERE {FILTER}
        AND lon BETWEEN {west} AND {east} AND lat BETWEEN {south} AND {north} GROUP BY 1 ORDER BY 1"""
    measure(PEER, "W3", answer(database, sql), count)


def heat(database, tile):
    column, row = tile.sql(256)
    sql = f"""SELECT CAST({column} AS INT) AS x, CAST({row} AS INT) AS y, count(*) AS n FROM incident
        WHERE {FILTER} AND {tile.within} GROUP BY 1, 2"""
    measure(PEER, f"W5/z{tile.zoom}", answer(database, sql), count)


def areas(database):
    database.read_parquet(AREAS).to_memtable().to_view("area")
    sql = "SELECT pid, count(*) AS n FROM incident JOIN area ON ST_Intersects(area.geometry, incident.at) GROUP BY pid"
    measure(PEER, "W2", answer(database, sql), count)


def segments(database):
    east, north = f"(lon - ({WEST})) * {METRES_EAST}", f"(lat - ({SOUTH})) * {METRES_NORTH}"
    database.sql(f"SELECT ST_SetSRID(ST_Point({east}, {north}), 0) AS at FROM stored").to_memtable().to_view("planar")
    ends = pq.read_table(STREETS).to_pandas()
    starts, stops = np.column_stack(metres(ends.x1, ends.y1)), np.column_stack(metres(ends.x2, ends.y2))
    lines = geopandas.GeoDataFrame({"sid": ends.sid}, geometry=shapely.linestrings(np.stack([starts, stops], 1)))
    database.create_data_frame(lines).to_memtable().to_view("segment")
    sql = "SELECT sid, ST_Distance(at, geometry) AS metres FROM planar JOIN segment ON ST_KNN(at, geometry, 1)"

    def result(table):
        return [table.num_rows, float(table["metres"].to_numpy().sum())]

    measure(PEER, "W9", answer(database, sql), result)


if __name__ == "__main__":
    database = connect()
    months(database)
    for tile in TILES:
        heat(database, tile)
    if wanted("W2"):
        areas(database)
    if wanted("W9") and SIZE <= SEGMENT_ROWS_MAX:
        segments(database)
