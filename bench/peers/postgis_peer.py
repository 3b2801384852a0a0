"""PostGIS on a PostgreSQL server of its own: a socket in a folder of its own, and gone when this program ends."""

import contextlib
import glob
import io
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import geopandas
import psycopg2
import pyarrow.csv
import pyarrow.parquet as pq
import vector_tile
from common import (
    AREAS,
    BEFORE,
    CORES,
    INCIDENTS,
    LOCATED,
    METRES_EAST,
    METRES_NORTH,
    MIDDLE,
    OFFENCE_LIST,
    SERVERS,
    SINCE,
    SOUTH,
    STREETS,
    TILES,
    WEST,
    measure,
    summary,
    wanted,
)

PEER = "PostGIS"
FILTER = f"type IN ({OFFENCE_LIST}) AND ts >= '{SINCE}' AND ts < '{BEFORE}'"
EVERYTHING = "true"
BATCH = 1_000_000
START_S = 60
# Kinder than a server in use would be: nothing has to outlive a crash, and nothing is cleaned up meanwhile.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "2GB",
    "work_mem": "512MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "jit": "off",
    "timezone": "UTC",
    "max_parallel_workers_per_gather": CORES - 1,
    "max_parallel_maintenance_workers": CORES - 1,
}


def owned(folder):
    """What starts a command as one who may run a server: root may not, the user `postgres` of the package may."""
    if os.getuid():
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig=QUIT"]


@contextlib.contextmanager
def server(folder):
    """A running server; it is told to end when this program does, however that comes about."""
    programs = max(glob.glob("/usr/lib/postgresql/*/bin"))
    user, data = owned(folder), f"{folder}/data"
    make = [f"{programs}/initdb", "-D", data, "-U", "bench", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run([*user, *make], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    start = [f"{programs}/postgres", "-D", data, "-k", folder, *settings]
    with open(f"{folder}/log", "w") as log:
        running = subprocess.Popen([*user, *start], cwd=folder, stdout=log, stderr=log)
    try:
        yield running
    finally:
        running.send_signal(signal.SIGINT)
        running.wait()


def connect(folder):
    """A connection to the server as soon as it answers."""
    until = time.monotonic() + START_S
    while True:
        try:
            connection = psycopg2.connect(host=folder, user="bench", dbname="postgres")
            connection.autocommit = True
            return connection
        except psycopg2.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


class Database:
    """The connection, with the two things that are done with it."""

    def __init__(self, connection):
        self.cursor = connection.cursor()

    def run(self, *statements):
        for statement in statements:
            self.cursor.execute(statement)

    def rows(self, sql):
        self.cursor.execute(sql)
        return self.cursor.fetchall()

    def fill(self, table, path, columns):
        for batch in pq.ParquetFile(path).iter_batches(BATCH, columns=columns):
            text = io.BytesIO()
            pyarrow.csv.write_csv(batch, text, pyarrow.csv.WriteOptions(include_header=False))
            text.seek(0)
            self.cursor.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv)", text)


def load(database):
    database.run(
        "CREATE EXTENSION postgis",
        "CREATE UNLOGGED TABLE loaded (ts timestamp, type smallint, lon float8, lat float8)",
    )
    database.fill("loaded", INCIDENTS, ["ts", "type", "lon", "lat"])
    database.run(
        "CREATE UNLOGGED TABLE incident AS SELECT *, ST_SetSRID(ST_Point(lon, lat), 4326) AS at FROM loaded",
        "DROP TABLE loaded",
        "CREATE INDEX ON incident USING gist (at)",
        "CREATE INDEX ON incident (type, ts)",
        "VACUUM ANALYZE incident",
    )


def counts(rows):
    return summary([row[-1] for row in rows])


def months(database):
    west, south, east, north = MIDDLE
    sql = f"""SELECT date_trunc('month', ts) AS month, count(*) FROM incident WHERE {FILTER}
        AND lon BETWEEN {west} AND {east} AND lat BETWEEN {south} AND {north} GROUP BY month ORDER BY month"""
    measure(PEER, "W3", lambda: database.rows(sql), counts)


def on(tile):
    """The tile's rows: those the index finds, and of them exactly those within."""
    return f"at && ST_MakeEnvelope({tile.west}, {tile.south}, {tile.east}, {tile.north}, 4326) AND {tile.within}"


def heat(database, tile):
    column, row = tile.sql(256)
    sql = f"""SELECT ({column})::int AS x, ({row})::int AS y, count(*) FROM incident
        WHERE {FILTER} AND {on(tile)} GROUP BY x, y"""
    measure(PEER, f"W5/z{tile.zoom}", lambda: database.rows(sql), counts)


def cells(database, tile, work, condition):
    column, row = tile.sql(64)
    sql = f"""WITH cell AS (SELECT ({column})::int AS x, ({row})::int AS y, count(*) AS n FROM incident
            WHERE {condition} AND {on(tile)} GROUP BY x, y),
        drawn AS (SELECT ST_AsMVTGeom(ST_Point(x * 64 + 32, 4096 - (y * 64 + 32)),
            ST_MakeBox2D(ST_Point(0, 0), ST_Point(4096, 4096)), 4096, 64, true) AS geom, n FROM cell)
        SELECT ST_AsMVT(drawn, 'incidents') FROM drawn"""

    def answer():
        return bytes(database.rows(sql)[0][0])

    measure(PEER, f"{work}/z{tile.zoom}", answer, lambda drawn: vector_tile.summary(drawn, "n"))


def areas(database):
    database.run("CREATE UNLOGGED TABLE area (pid int, shape geometry(Polygon, 4326))")
    frame = geopandas.read_parquet(AREAS)
    for pid, shape in zip(frame.pid, frame.geometry.to_wkb(hex=True)):
        database.cursor.execute("INSERT INTO area VALUES (%s, ST_SetSRID(%s::geometry, 4326))", (int(pid), shape))
    database.run("CREATE INDEX ON area USING gist (shape)", "VACUUM ANALYZE area")
    sql = "SELECT pid, count(*) FROM area JOIN incident ON ST_Intersects(shape, at) GROUP BY pid"
    measure(PEER, "W2", lambda: database.rows(sql), counts)


def cube(database):
    database.run("CREATE UNLOGGED TABLE located (ts timestamp, type smallint, pid int)")
    database.fill("located", LOCATED, ["ts", "type", "pid"])
    database.run("VACUUM ANALYZE located")
    sql = """CREATE UNLOGGED TABLE cube AS SELECT pid,
        (extract(year FROM ts) * 12 + extract(month FROM ts))::smallint AS month, type, count(*) AS n
        FROM located GROUP BY pid, month, type"""
    check = "SELECT count(*), sum(n)::bigint, sum(n * n)::bigint FROM cube"
    measure(PEER, "W4", lambda: database.run("DROP TABLE IF EXISTS cube", sql), lambda _: list(database.rows(check)[0]))


def segments(database):
    def planar(longitude, latitude):
        return f"ST_Point(({longitude} - ({WEST})) * {METRES_EAST!r}, ({latitude} - ({SOUTH})) * {METRES_NORTH!r})"

    database.run("CREATE UNLOGGED TABLE ends (sid int, x1 float8, y1 float8, x2 float8, y2 float8)")
    database.fill("ends", STREETS, ["sid", "x1", "y1", "x2", "y2"])
    line = f"ST_MakeLine({planar('x1', 'y1')}, {planar('x2', 'y2')})"
    database.run(
        f"CREATE UNLOGGED TABLE segment AS SELECT sid, {line} AS line FROM ends",
        "CREATE INDEX ON segment USING gist (line)",
        f"CREATE UNLOGGED TABLE placed AS SELECT {planar('lon', 'lat')} AS at FROM incident",
        "VACUUM ANALYZE segment",
        "VACUUM ANALYZE placed",
    )
    sql = """SELECT count(*), sum(metres) FROM placed CROSS JOIN LATERAL
        (SELECT line <-> at AS metres FROM segment ORDER BY line <-> at LIMIT 1) AS nearest"""
    measure(PEER, "W9", lambda: database.rows(sql)[0], lambda row: [row[0], float(row[1])])


def work(database):
    load(database)
    months(database)
    for tile in TILES:
        heat(database, tile)
        cells(database, tile, "W6", FILTER)
        cells(database, tile, "W6a", EVERYTHING)
    if wanted("W2"):
        areas(database)
    if wanted("W4"):
        cube(database)
    if wanted("W9"):
        segments(database)


def main():
    # Told to end, the program ends as it does when it is done, and the server with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    folder = tempfile.mkdtemp(prefix="tequio-bench-postgis-")
    try:
        with server(folder) as running:
            connection = connect(folder)
            SERVERS[:] = [connection.get_backend_pid(), running.pid]
            work(Database(connection))
            connection.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
