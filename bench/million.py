#!/usr/bin/env python3
"""Writes synthetic incidents as CSV, with the mapping file that reads them.

    python3 bench/million.py FOLDER [ROWS]

Nothing in it is real. Incidents lie round 400 centres in a box over Mexico City, in 2019 to 2024, with 40 offences of
falling frequency and more of them in the evening: enough structure for a fair exercise of filters and tiles.
The same rows come out every time.
"""
import csv, pathlib, random, sys
from datetime import datetime, timedelta

SEED = 20190101
WEST, SOUTH, EAST, NORTH = -99.24, 19.24, -99.02, 19.48
CENTRES, OFFENCES = 400, 40
START, DAYS = datetime(2019, 1, 1), 6 * 365
HOURS = [2, 2, 2, 1, 1, 1, 2, 3, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 7, 8, 8, 7, 5, 3]
MAPPING = """dataset = "bench"
title = "Synthetic incidents"
attribution = "Made by bench/million.py"
territory = "MX-09"
synthetic = true

[columns]
offence = "offence"
date = "date"
time = "time"
longitude = "longitude"
latitude = "latitude"
"""


def main():
    folder = pathlib.Path(sys.argv[1])
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.toml").write_text(MAPPING)
    draw = random.Random(SEED)
    centres = [(draw.uniform(WEST, EAST), draw.uniform(SOUTH, NORTH)) for _ in range(CENTRES)]
    names = [f"Delito sintético {n:02}" for n in range(1, OFFENCES + 1)]
    weights = [1 / n for n in range(1, OFFENCES + 1)]
    offences = draw.choices(names, weights, k=rows)
    hours = draw.choices(range(24), HOURS, k=rows)
    with open(folder / "incidents.csv", "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["date", "time", "offence", "longitude", "latitude"])
        for offence, hour in zip(offences, hours):
            x, y = centres[draw.randrange(CENTRES)]
            day = START + timedelta(days=draw.randrange(DAYS))
            writer.writerow([day.date(), f"{hour:02}:{draw.randrange(60):02}", offence,
                             f"{draw.gauss(x, 0.012):.6f}", f"{draw.gauss(y, 0.012):.6f}"])


if __name__ == "__main__":
    main()
