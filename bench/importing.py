#!/usr/bin/env python3
"""Times `tequio import` of the invented incidents from the start of the process to its end: one JSON line.

    importing.py TEQUIO FOLDER SIZE REPEATS

An import does more than read: it keeps the file as received, writes down every refused row and why, hashes every row,
and writes GeoParquet.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time


def once(tequio, folder, size):
    """Seconds, seconds of the processor, MiB at the peak, and rows accepted."""
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryFile("w+") as said:
        source = [f"{folder}/mapping.toml", f"{folder}/incidents_{size}.csv"]
        start = time.perf_counter()
        child = subprocess.Popen([tequio, "--data", data, "import", "--mapping", *source], stdout=said, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        said.seek(0)
        text = said.read()
    if status:
        sys.exit(text.strip())
    accepted = int(re.search(r"accepted (\d+)", text)[1])
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, accepted


def main(tequio, folder, size, repeats):
    once(tequio, folder, size)
    runs = [once(tequio, folder, size) for _ in range(int(repeats))]
    seconds, processor, peaks, accepted = zip(*runs)
    line = {"peer": "Tequio", "work": "W1/import", "median_s": statistics.median(seconds), "min_s": min(seconds)}
    line |= {"cpu_s": statistics.mean(processor), "peak_mb": max(peaks), "check": [accepted[-1]]}
    print(json.dumps({**line, "note": "the whole of an import"}))


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
