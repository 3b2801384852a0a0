"""ClickHouse in a library (chdb), on tables of its own engine sorted for the work."""

import shutil
import tempfile

import numpy as np
from chdb import session
from common import (
    BEFORE,
    CORES,
    CSV,
    FOLDER,
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

PEER = "ClickHouse (chdb)"
FILTER = f"""type IN ({OFFENCE_LIST}) AND ts >= toDateTime('{SINCE} 00:00:00', 'UTC')
    AND ts < toDateTime('{BEFORE} 00:00:00', 'UTC')"""
THREADS = f"SETTINGS max_threads = {CORES}"
INCIDENT = "(ts DateTime('UTC'), type UInt8, lon Float64, lat Float64) ENGINE = MergeTree ORDER BY (type, ts)"
POLYGON = "Array(Array(Array(Tuple(Float64, Float64))))"


def tables(database):
    database.query("CREATE DATABASE work ENGINE = Atomic")
    database.query(f"CREATE TABLE work.incident {INCIDENT}")
    database.query(f"INSERT INTO work.incident SELECT ts, type, lon, lat FROM file('{INCIDENTS}', 'Parquet')")


def rows(database, sql):
    return str(database.query(f"{sql} {THREADS}", "CSV")).split()


def check(lines):
    """The count is the last column."""
    return summary([int(line.rsplit(",", 1)[1]) for line in lines])


def read(database):
    kinds = "'ts DateTime(''UTC''), type UInt8, lon Float64, lat Float64'"

    def run():
        database.query("DROP TABLE IF EXISTS work.kept SYNC")
        database.query(f"CREATE TABLE work.kept {INCIDENT}")
        database.query(f"""INSERT INTO work.kept SELECT * FROM file('{CSV}', 'CSVWithNames', {kinds}) WHERE {ON_EARTH}
            {THREADS}, max_insert_threads = {CORES}, input_format_allow_errors_ratio = 0.01,
            date_time_input_format = 'best_effort',
            input_format_csv_empty_as_default = 0""")

    measure(PEER, "W1", run, lambda _: [int(rows(database, "SELECT count() FROM work.kept")[0])])


def months(database):
    west, south, east, north = MIDDLE
    sql = f"""SELECT toStartOfMonth(ts) AS month, count() FROM work.incident WHERE {FILTER}
        AND lon BETWEEN {west} AND {east} AND lat BETWEEN {south} AND {north} GROUP BY month ORDER BY month"""
    measure(PEER, "W3", lambda: rows(database, sql), check)


def heat(database, tile):
    column, row = tile.sql(256)
    sql = f"""SELECT toInt32({column}) AS x, toInt32({row}) AS y, count() FROM work.incident
        WHERE {FILTER} AND {tile.within} GROUP BY x, y"""
    measure(PEER, f"W5/z{tile.zoom}", lambda: rows(database, sql), check)


def areas(database, folder):
    flat = np.load(f"{FOLDER}/polys_flat.npz")
    starts, xy = flat["offsets"], flat["xy"]
    with open(f"{folder}/areas.tsv", "w") as text:
        for number, (start, end) in enumerate(zip(starts, starts[1:])):
            corners = ",".join(f"({x!r},{y!r})" for x, y in xy[start:end].tolist())
            text.write(f"[[[{corners}]]]\t{number}\n")
    database.query(f"CREATE TABLE work.area (shape {POLYGON}, pid UInt32) ENGINE = MergeTree ORDER BY pid")
    database.query(
        f"INSERT INTO work.area SELECT * FROM file('{folder}/areas.tsv', 'TSV', 'shape {POLYGON}, pid UInt32')"
    )
    database.query(f"""CREATE DICTIONARY work.place (shape {POLYGON}, pid UInt32 DEFAULT 999999) PRIMARY KEY shape
        SOURCE(CLICKHOUSE(TABLE 'area' DB 'work')) LAYOUT(POLYGON_INDEX_CELL()) LIFETIME(0)""")
    sql = "SELECT dictGet('work.place', 'pid', (lon, lat)) AS pid, count() FROM work.incident GROUP BY pid"
    measure(PEER, "W2", lambda: rows(database, sql), check, note="polygon dictionary, built before")


def cube(database):
    database.query("""CREATE TABLE work.located (ts DateTime('UTC'), type UInt8, pid UInt16)
            ENGINE = MergeTree ORDER BY (pid, type, ts)""")
    database.query(f"INSERT INTO work.located SELECT ts, type, pid FROM file('{LOCATED}', 'Parquet')")

    def run():
        database.query("DROP TABLE IF EXISTS work.cube SYNC")
        database.query(f"""CREATE TABLE work.cube ENGINE = Memory AS SELECT pid,
            toInt16(toYear(ts) * 12 + toMonth(ts)) AS month, type,
            count() AS n FROM work.located GROUP BY pid, month, type {THREADS}""")

    def result(_):
        return [
            int(number) for number in rows(database, "SELECT count(), sum(n), sum(n * n) FROM work.cube")[0].split(",")
        ]

    measure(PEER, "W4", run, result)


def main(folder):
    database = session.Session(f"{folder}/database")
    tables(database)
    if wanted("W1"):
        read(database)
    months(database)
    for tile in TILES:
        heat(database, tile)
    if wanted("W2"):
        areas(database, folder)
    if wanted("W4"):
        cube(database)
    database.close()


if __name__ == "__main__":
    folder = tempfile.mkdtemp()
    try:
        main(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
