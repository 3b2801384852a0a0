"""DuckDB with its spatial extension, on tables in memory."""

import glob
import os

import duckdb
import duckdb_extension_spatial
import vector_tile
from common import (
    AREAS,
    BEFORE,
    CORES,
    CSV,
    INCIDENTS,
    LOCATED,
    MIDDLE,
    OFFENCE_LIST,
    ON_EARTH,
    SINCE,
    TILES,
    measure,
    summary,
    wanted,
)

PEER = "DuckDB"
FILTER = f"type IN ({OFFENCE_LIST}) AND ts >= TIMESTAMP '{SINCE}' AND ts < TIMESTAMP '{BEFORE}'"
EVERYTHING = "true"


def connect():
    database = duckdb.connect(config={"threads": CORES, "allow_unsigned_extensions": True})
    package = os.path.dirname(duckdb_extension_spatial.__file__)
    database.load_extension(glob.glob(f"{package}/**/*.duckdb_extension", recursive=True)[0])
    database.execute(f"CREATE TABLE incident AS SELECT ts::TIMESTAMP ts, type, lon, lat FROM '{INCIDENTS}'")
    return database


def read(database):
    kinds = "{'ts': 'TIMESTAMP', 'type': 'UTINYINT', 'lon': 'DOUBLE', 'lat': 'DOUBLE'}"
    sql = f"""CREATE OR REPLACE TABLE kept AS SELECT * FROM read_csv('{CSV}', header = true, columns = {kinds},
        delim = ',', quote = '', timestampformat = '%Y-%m-%d %H:%M:%S', ignore_errors = true) WHERE {ON_EARTH}"""
    kept = "SELECT count(*) FROM kept"
    measure(PEER, "W1", lambda: database.execute(sql), lambda _: list(database.execute(kept).fetchone()))


def months(database):
    west, south, east, north = MIDDLE
    sql = f"""SELECT date_trunc('month', ts) AS month, count(*) AS n FROM incident
        WHERE {FILTER} AND lon BETWEEN {west} AND {east} AND lat BETWEEN {south} AND {north}
        GROUP BY month ORDER BY month"""
    measure(PEER, "W3", lambda: database.execute(sql).fetchall(), lambda rows: summary([n for _, n in rows]))


def heat(database, tile):
    column, row = tile.sql(256)
    sql = f"""SELECT ({column})::INT AS x, ({row})::INT AS y, count(*) AS n FROM incident
        WHERE {FILTER} AND {tile.within} GROUP BY x, y"""
    measure(PEER, f"W5/z{tile.zoom}", lambda: database.execute(sql).fetchnumpy(), lambda answer: summary(answer["n"]))


def cells(database, tile, work, condition):
    column, row = tile.sql(64)
    sql = f"""WITH cell AS (SELECT ({column})::INT AS x, ({row})::INT AS y, count(*) AS n FROM incident
            WHERE {condition} AND {tile.within} GROUP BY x, y),
        drawn AS (SELECT ST_AsMVTGeom(ST_Point(x * 64 + 32, y * 64 + 32),
            ST_Extent(ST_MakeEnvelope(0, 0, 4096, 4096)), 4096, 64, false) AS geom,
            n::INT AS n FROM cell)
        SELECT ST_AsMVT({{'geom': geom, 'n': n}}, 'incidents') FROM drawn"""

    def answer():
        return database.execute(sql).fetchone()[0]

    measure(PEER, f"{work}/z{tile.zoom}", answer, lambda drawn: vector_tile.summary(drawn, "n"))


def areas(database):
    database.execute(f"CREATE TABLE area AS SELECT pid, geometry AS geom FROM '{AREAS}'")
    sql = """SELECT pid, count(*) AS n FROM incident JOIN area ON ST_Intersects(area.geom, ST_Point(lon, lat))
        GROUP BY pid"""
    measure(PEER, "W2", lambda: database.execute(sql).fetchnumpy(), lambda answer: summary(answer["n"]))


def cube(database):
    database.execute(f"CREATE TABLE located AS SELECT ts::TIMESTAMP ts, type, pid FROM '{LOCATED}'")
    sql = """CREATE OR REPLACE TABLE cube AS SELECT pid, (year(ts) * 12 + month(ts))::SMALLINT AS month, type,
        count(*) AS n FROM located GROUP BY ALL"""
    check = "SELECT count(*), sum(n)::BIGINT, sum(n * n)::BIGINT FROM cube"
    measure(PEER, "W4", lambda: database.execute(sql), lambda _: list(database.execute(check).fetchone()))


if __name__ == "__main__":
    database = connect()
    if wanted("W1"):
        read(database)
    months(database)
    for tile in TILES:
        heat(database, tile)
        cells(database, tile, "W6", FILTER)
        cells(database, tile, "W6a", EVERYTHING)
    if wanted("W2"):
        areas(database)
    if wanted("W4"):
        cube(database)
