#!/usr/bin/env python3
"""Compares the engine with the programs that one would use instead, on this machine, in one run.

    run.py [--size N] [--work W3 ...] [--quick]

Makes a Python environment and the input in ~/.cache/tequio/bench, builds the benches of the engine, of the methods and of reading, and lets every
program do the work in a process of its own, in rounds that each begin with another program, on one core and on two.
An answer that is not the same as the engine's is listed as such and its time is no comparison. A whole run writes
bench/RESULTS.md (RESULTS-N.md for another size); one with --work or --quick only prints, unless --out says where to.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import venv

import results
import works
from peers import vector_tile

BENCH = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path.home() / ".cache/tequio/bench"
PYTHON = CACHE / "venv/bin/python"
DATA = CACHE / "compare"
SIZE = 355_000
TIMEOUT_S = 900
ROUNDS, ROUNDS_LARGE, ROUNDS_QUICK = 3, 2, 1
SECONDS, SECONDS_QUICK = 1.5, 0.4
REPEATS, REPEATS_QUICK = 7, 3

Program = collections.namedtuple("Program", "name command works parallel")


def install():
    """The environment with the pinned packages; answers what could not be installed."""
    if not PYTHON.exists():
        venv.create(CACHE / "venv", with_pip=True)
    missing = {}
    for name, packages in {"base": works.BASE, **{peer: peer_of[0] for peer, peer_of in works.PEERS.items()}}.items():
        if not installed(packages):
            done = subprocess.run([PYTHON, "-m", "pip", "install", "-q", *packages], capture_output=True, text=True)
            if done.returncode:
                missing[name] = done.stderr.strip().splitlines()[-1]
    if "base" in missing:
        sys.exit(f"the input cannot be made: {missing['base']}")
    return missing


def installed(packages):
    wanted = dict(package.split("==") for package in packages)
    code = f"from importlib.metadata import version as v\nassert all(v(p) == w for p, w in {wanted!r}.items())"
    return subprocess.run([PYTHON, "-c", code], capture_output=True).returncode == 0


def engine(package):
    """Builds a bench and answers where it is."""
    build = ["cargo", "bench", "--locked", "-p", package, "--bench", "work", "--no-run", "--message-format=json"]
    lines = subprocess.run(build, cwd=BENCH.parent, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    built = [json.loads(line).get("executable") for line in lines if '"executable":"' in line]
    return built[-1]


def target():
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or pathlib.Path.home() / ".cache/tequio/target")


def programs(options, missing):
    """What is run, without the cores."""
    seconds, repeats = (SECONDS_QUICK, REPEATS_QUICK) if options.quick else (SECONDS, REPEATS)
    found = []
    for package, families in (("tequio-atlas", "W2 W3 W4 W5 W6 W9"), ("tequio-methods", "W7 W8 W10")):
        asked = [family for family in families.split() if family in options.work]
        if asked:
            reading = ["M1"] if package == "tequio-atlas" else []
            command = [engine(package), DATA / "raw", options.size, "CORES", repeats, *asked, *reading]
            found.append(Program(package, command, asked, True))
    if "W1" in options.work:
        command = [engine("tequio-crime-map"), DATA, options.size, "CORES", repeats]
        found.append(Program("tequio-crime-map", command, ["W1"], True))
    tequio = target() / "release/tequio"
    if "W1" in options.work and not tequio.exists():
        missing["Tequio, W1/import"] = "the program is not built for release"
    elif "W1" in options.work:
        command = [sys.executable, BENCH / "importing.py", tequio, DATA, options.size, repeats]
        found.append(Program("tequio import", command, ["W1/import"], True))
    for peer, (_, families, parallel) in works.PEERS.items():
        asked = [family for family in families.split() if family in options.work]
        if asked and peer not in missing:
            command = [PYTHON, BENCH / f"peers/{peer}_peer.py", DATA, options.size, "CORES", seconds, *asked]
            found.append(Program(peer, command, asked, parallel))
    return found


def run(program, cores):
    """The lines that a program says on so many cores."""
    threads = {
        name: str(cores)
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS")
    }
    pinned = ["taskset", "-c", ",".join(map(str, sorted(os.sched_getaffinity(0))[:cores]))]
    command = pinned + [str(cores if part == "CORES" else part) for part in program.command]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, env={**os.environ, **threads})
    except subprocess.TimeoutExpired:
        return [{"peer": program.name, "work": ", ".join(program.works), "error": f"more than {TIMEOUT_S} s"}]
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        lines.append({"peer": program.name, "work": ", ".join(program.works), "error": why[:200]})
    return lines


def comparable(line):
    """A line of the engine under the name that the others use; None for what is not compared."""
    if not line["peer"].startswith("tequio-"):
        return line
    work = works.of_engine(line["work"])
    check = line["check"]
    if work and work.startswith("W6"):
        check = vector_tile.summary(bytes.fromhex(check), "count")
    return {**line, "peer": results.US, "work": work, "check": check} if work else None


def rounds(found, options):
    """All lines, each with the number of its cores; and the load of the machine before each round."""
    count = ROUNDS_QUICK if options.quick else ROUNDS_LARGE if options.size > works.LARGE else ROUNDS
    lines, loads, memory = [], [], {}
    for number in range(count):
        loads.append(os.getloadavg()[0])
        shift = number * len(found) // count
        for program in found[shift:] + found[:shift]:
            for cores in (1, 2) if program.parallel and len(os.sched_getaffinity(0)) > 1 else (1,):
                print(f"round {number + 1} of {count}: {program.name}, {cores} core(s)", file=sys.stderr, flush=True)
                for line in run(program, cores):
                    if "bytes_an_incident" in line:
                        memory[line["work"]] = line["bytes_an_incident"]
                    elif named := comparable(line):
                        lines.append({**named, "cores": cores})
    return lines, loads + [os.getloadavg()[0]], memory


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--work", nargs="*", default=works.families(works.WORKS), help="W2 ... W10")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    whole = options.work == works.families(works.WORKS) and not options.quick
    if options.size > works.LARGE:
        options.work = [work for work in options.work if work not in works.NOT_LARGE]
    missing = install()
    subprocess.run([PYTHON, BENCH / "incidents.py", DATA, str(options.size)], check=True)
    found = programs(options, missing)
    lines, loads, memory = rounds(found, options)
    text = results.report(lines, loads, memory, missing, options)
    print(text)
    name = "RESULTS.md" if options.size == SIZE else f"RESULTS-{options.size}.md"
    if out := options.out or (BENCH / name if whole else None):
        out.write_text(text)


if __name__ == "__main__":
    main()
