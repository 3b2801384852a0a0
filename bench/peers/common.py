"""What the peers share: the definition of the work, and a timer that prints one JSON line a work.

    PEER.py FOLDER SIZE CORES SECONDS [WORK...]

FOLDER is what bench/incidents.py wrote. Every work is done once unmeasured, then measured until SECONDS have passed
(once at least, 25 times at most). `check` is compared with what the other programs answer before any time counts.
"""

import json
import math
import os
import resource
import statistics
import sys
import time

import numpy as np
import pyarrow.parquet as pq

FOLDER, SIZE, CORES, SECONDS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
ONLY = sys.argv[5:]
INCIDENTS = f"{FOLDER}/incidents_{SIZE}.parquet"
CSV = f"{FOLDER}/incidents_{SIZE}.csv"
LOCATED = f"{FOLDER}/located_{SIZE}.parquet"
AREAS = f"{FOLDER}/polys.parquet"
STREETS = f"{FOLDER}/streets.parquet"
REPEATS_MAX = 25
# What takes longer the first time is not done again: it gains nothing from being warm.
LONG_S = 10

WEST, SOUTH, EAST, NORTH = -99.40, 19.15, -98.90, 19.65
OFFENCES, SINCE, BEFORE = (3, 7, 11), "2019-01-01", "2020-01-01"
OFFENCE_LIST = ",".join(map(str, OFFENCES))
HALF = 0.25 * math.sqrt(0.10)
MIDDLE = ((WEST + EAST) / 2 - HALF, (SOUTH + NORTH) / 2 - HALF, (WEST + EAST) / 2 + HALF, (SOUTH + NORTH) / 2 + HALF)
METRES_EAST, METRES_NORTH = 111_320.0 * math.cos(math.radians(19.4)), 110_574.0


# What a row of the text needs to be kept, besides numbers and a time: in SQL.
ON_EARTH = "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90"


class Tile:
    """The tile of a zoom over the centre of the city: its bounds, and its pixels as formulas in SQL."""

    def __init__(self, zoom):
        self.zoom, count = zoom, 2**zoom
        self.x = int((-99.1332 + 180) / 360 * count)
        self.y = int((1 - math.asinh(math.tan(math.radians(19.4326))) / math.pi) / 2 * count)

        def latitude(y):
            return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / count))))

        self.west, self.east = self.x / count * 360 - 180, (self.x + 1) / count * 360 - 180
        self.south, self.north = latitude(self.y + 1), latitude(self.y)
        self.within = f"lon >= {self.west} AND lon < {self.east} AND lat > {self.south} AND lat <= {self.north}"

    def sql(self, pixels):
        """Column and row of an incident on a tile of so many pixels a side."""
        side = 2**self.zoom * pixels
        column = f"floor((lon + 180) / 360 * {side}) - {self.x * pixels}"
        row = f"floor((1 - asinh(tan(radians(lat))) / pi()) / 2 * {side}) - {self.y * pixels}"
        return column, row


TILES = [Tile(zoom) for zoom in (10, 12, 14)]


def summary(counts):
    """Counts of groups, comparable between programs: how many, their sum, the sum of their squares."""
    counts = np.asarray(counts, dtype=np.int64)
    counts = counts[counts > 0]
    return [len(counts), int(counts.sum()), int((counts * counts).sum())]


def metres(longitude, latitude):
    """The plane of the works that measure in metres, its origin in the south-west."""
    return (longitude - WEST) * METRES_EAST, (latitude - SOUTH) * METRES_NORTH


def chosen_events(count):
    """Places in metres and days of so many incidents, one in every so many of the file."""
    incidents = pq.read_table(INCIDENTS, columns=["ts", "lon", "lat"])
    step = max(1, SIZE // count)
    longitude, latitude, moment = (incidents[name].to_numpy()[::step][:count] for name in ("lon", "lat", "ts"))
    return np.column_stack(metres(longitude, latitude)), moment.astype("datetime64[D]").astype(np.int64)


def wanted(work):
    return not ONLY or work.split("/")[0] in ONLY


# Whose memory and time count: this process, and those of a server that does the work for it.
SERVERS = []


def peak_mb():
    return sum(peak_of(process) for process in ["self", *SERVERS])


def peak_of(process):
    with open(f"/proc/{process}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def forget_peak():
    for process in ["self", *SERVERS]:
        try:
            with open(f"/proc/{process}/clear_refs", "w") as refs:
                refs.write("5")
        except OSError:
            pass  # The peak is then that of all works so far.


def processor_s():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime + sum(map(processor_of, SERVERS))


def processor_of(process):
    """Seconds of a process, and of those that it started and that have ended, in ticks of the system's clock."""
    with open(f"/proc/{process}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def say(peer, work, **fields):
    print(json.dumps({"peer": peer, "work": work, "size": SIZE, "cores": CORES, **fields}), flush=True)


def timed(run):
    """The answer, the seconds it took, and those of the processor."""
    before, start = processor_s(), time.perf_counter()
    answer = run()
    return answer, time.perf_counter() - start, processor_s() - before


def measure(peer, work, run, check, part=1, note="", compiles=False):
    """Measures `run`; it may do one `part`-th of the work, its time is then multiplied.

    What compiles itself the first time is done again however long that took.
    """
    if not wanted(work):
        return
    try:
        forget_peak()
        answer, *first = timed(run)
        runs = [first] if first[0] > LONG_S and not compiles else []
        while not runs or (sum(spent for spent, _ in runs) < SECONDS and len(runs) < REPEATS_MAX):
            answer, *next_run = timed(run)
            runs.append(next_run)
        seconds, cpu = ([value * part for value in column] for column in zip(*runs))
        times = {"median_s": statistics.median(seconds), "min_s": min(seconds), "cpu_s": statistics.mean(cpu)}
        say(peer, work, **times, repeats=len(runs), peak_mb=round(peak_mb()), check=check(answer), note=note)
    except Exception as error:  # Another program's failure is a line of the table, whatever it is.
        say(peer, work, error=f"{type(error).__name__}: {str(error)[:200]}")
