#!/usr/bin/env python3
"""How the portal bears load: asks a running portal at a steady rate and writes bench/LOAD.md.

    load.py TEQUIO OHA DATA [--quick] [--out FILE]

TEQUIO is the program, OHA the one that asks (crates.io/crates/oha), DATA a data folder with the demonstration of
355,000 incidents. Addresses come at their rate whether the last ones have been answered or not. `--quick` takes a tenth
of the time, and only prints unless --out says where to.
"""

import argparse
import os
import pathlib
import time

import addresses
import oha
import report
from server import Server

BENCH = pathlib.Path(__file__).resolve().parent.parent
# Addresses a second, seconds, connections.
CACHED = (1_000, 60, 64)
UNCACHED = (200, 60, 64)
LASTING = (250, 600, 64)
OVERLOAD = (4_000, 30, 512)
RECOVERY = (200, 30, 64)
# Of the lasting load, everybody's for each of nobody's.
SHARE_CACHED = 4
REST_S = 3
DIFFERENT_MAX = 400_000
QUICK = 10


def scenario(options, server, asked, what):
    rate, seconds, connections = what
    seconds = max(5, seconds // QUICK) if options.quick else seconds
    print(f"{rate} a second for {seconds} s", flush=True)
    done = oha.ask(options.oha, server, asked, rate, seconds, connections)
    time.sleep(REST_S)
    return report.Run(rate, done)


def never(number, what):
    """So many addresses that few are drawn twice."""
    rate, seconds, _ = what
    return addresses.nobody(min(20 * rate * seconds, DIFFERENT_MAX), number)


def runs(options, server):
    """All scenarios by name, and what the probe saw in the overload."""
    everybody = addresses.everybody()
    for _ in range(3):
        oha.ask(options.oha, server, everybody, 50, 5, 8)
    start = server.resident_mib()
    found = {"cached": scenario(options, server, everybody, CACHED)}
    found["uncached"] = scenario(options, server, never(1, UNCACHED), UNCACHED)
    lasting = never(2, LASTING)
    mixed = lasting + everybody * (SHARE_CACHED * len(lasting) // len(everybody))
    found["lasting"] = scenario(options, server, mixed, LASTING)
    pressing = never(3, OVERLOAD)
    with oha.Probe(server, pressing) as probe:
        found["overload"] = scenario(options, server, pressing, OVERLOAD)
    found["recovery"] = scenario(options, server, never(4, RECOVERY), RECOVERY)
    return found, start, probe


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tequio")
    parser.add_argument("oha")
    parser.add_argument("data")
    parser.add_argument("--quick", action="store_true", help="a tenth of the time")
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    loads = [os.getloadavg()[0]]
    with Server(options.tequio, options.data) as server:
        found, start, probe = runs(options, server)
        end = server.resident_mib()
    text = report.page(found, (start, end), probe, loads, options)
    print(text)
    if out := options.out or (None if options.quick else BENCH / "LOAD.md"):
        out.write_text(text)


if __name__ == "__main__":
    main()
