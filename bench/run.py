#!/usr/bin/env python3
"""Compares the engine with the programs that one would use instead, on this machine, in one run.

    run.py [--size N] [--work W3 ...] [--quick]

Makes a Python environment and the input in ~/.cache/tequio/bench, builds the benches of the engine, of the methods
and of reading, and lets every program do the work in a process of its own, in rounds that each begin with another
program, on one core and on two. An answer that is not the same as the engine's is listed as such and its time is no comparison. A whole run writes
bench/RESULTS.md (RESULTS-N.md for another size); one with --work or --quick only prints, unless --out says where to.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

import peers_here
import results
import works
from peers import vector_tile
from peers_here import DATA, NODE, PYTHON

BENCH = pathlib.Path(__file__).resolve().parent
SIZE = 355_000
TIMEOUT_S, ENDING_S = 900, 30
ROUNDS, ROUNDS_LARGE, ROUNDS_QUICK = 3, 1, 1
SECONDS, SECONDS_QUICK = 1.5, 0.4
REPEATS, REPEATS_HUGE, REPEATS_QUICK = 7, 3, 3
# Every answer of ours must be the same, to the last bit, with so many threads.
THREADS = (1, 2, 8)
# What a program may need of memory, so that one that would not fit is not begun.
BYTES_AN_INCIDENT = 120

Program = collections.namedtuple("Program", "name command works parallel")


def engine(package):
    """Builds a bench and answers where it is."""
    build = ["cargo", "bench", "--locked", "-p", package, "--bench", "work", "--no-run", "--message-format=json"]
    lines = subprocess.run(build, cwd=BENCH.parent, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    built = [json.loads(line).get("executable") for line in lines if '"executable":"' in line]
    return built[-1]


def target():
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or pathlib.Path.home() / ".cache/tequio/target")


def programs(options, missing):
    """What is run, without the cores; says in `missing` what is not, and why."""
    seconds, repeats = (SECONDS_QUICK, REPEATS_QUICK) if options.quick else (SECONDS, REPEATS)
    repeats = REPEATS_HUGE if options.size > works.HUGE else repeats
    found = []
    for package, families in (("tequio-atlas", "W2 W3 W4 W5 W6 W6a W9"), ("tequio-methods", "W7 W8 W10")):
        if asked := of_ours(package, families, options):
            reading = ["M1", "M2"] if package == "tequio-atlas" else []
            command = [engine(package), DATA / "raw", options.size, "CORES", repeats, *asked, *reading]
            found.append(Program(package, command, asked, True))
    if of_ours("tequio-crime-map", "W1", options):
        command = [engine("tequio-crime-map"), DATA, options.size, "CORES", repeats]
        found.append(Program("tequio-crime-map", command, ["W1"], True))
    tequio = target() / "release/tequio"
    if of_ours("tequio import", "W1", options) and not tequio.exists():
        missing["Tequio, W1/import"] = "the program is not built for release"
    elif of_ours("tequio import", "W1", options):
        imports = 1 if options.size > works.LARGE else repeats
        command = [sys.executable, BENCH / "importing.py", tequio, DATA, options.size, imports]
        found.append(Program("tequio import", command, ["W1/import"], True))
    return found + others(options, missing, seconds)


def of_ours(program, families, options):
    asked, _ = works.asked(program, families.split(), options.size)
    return [family for family in asked if family in options.work]


def others(options, missing, seconds):
    scripts = {peer: [PYTHON, BENCH / f"peers/{peer}_peer.py"] for peer in works.PEERS}
    scripts["supercluster"] = ["node", NODE / "supercluster_peer.mjs"]
    known = {**works.PEERS, "supercluster": ([], works.SUPERCLUSTER, False)}
    found = []
    for peer, (_, families, parallel) in known.items():
        wanted = [family for family in families.split() if family in options.work]
        asked, left_out = works.asked(peer, wanted, options.size)
        missing |= {f"{peer}, {family}": f"not asked: {why}" for family, why in left_out}
        if asked and peer not in missing:
            command = [*scripts[peer], DATA, options.size, "CORES", seconds, *asked]
            found.append(Program(peer, command, asked, parallel))
    return found


def run(program, cores, threads=None):
    """The lines that a program says on so many cores, with as many threads unless it is told otherwise."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS")
    environment = {**os.environ, **{name: str(cores) for name in names}}
    pinned = ["taskset", "-c", ",".join(map(str, sorted(os.sched_getaffinity(0))[:cores]))]
    command = pinned + [str((threads or cores) if part == "CORES" else part) for part in program.command]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        said, error = child.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        said, error = ended(child)
        error += f"\nmore than {TIMEOUT_S} s"
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    if child.returncode:
        why = (error.strip().splitlines() or [f"ended with {child.returncode}"])[-1]
        lines.append({"peer": program.name, "work": ", ".join(program.works), "error": why[:200]})
    return lines


def ended(child):
    """What a program said until it was told to end; it may need a moment to put away what it started."""
    child.terminate()
    try:
        return child.communicate(timeout=ENDING_S)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.communicate()


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
                for line in run(program, cores) if fits(options.size) else [no_memory(program)]:
                    if "bytes_an_incident" in line:
                        memory[line["work"]] = line["bytes_an_incident"]
                    elif named := comparable(line):
                        lines.append({**named, "cores": cores})
    return lines, loads + [os.getloadavg()[0]], memory


def fits(size):
    """Whether the memory that is free is enough for a program with so many incidents."""
    with open("/proc/meminfo") as meminfo:
        free = next(int(line.split()[1]) << 10 for line in meminfo if line.startswith("MemAvailable"))
    return size < works.HUGE or free > size * BYTES_AN_INCIDENT


def no_memory(program):
    return {"peer": program.name, "work": ", ".join(program.works), "error": "not begun: too little memory was free"}


def digests(found, options):
    """What each work of ours answered with one, two and eight threads, as a number: work, then threads."""
    said = collections.defaultdict(dict)
    for program in found:
        if program.name.startswith("tequio-") and options.size <= works.HUGE:
            for threads in THREADS:
                print(f"{program.name}: the same answers with {threads} thread(s)?", file=sys.stderr, flush=True)
                once = program._replace(command=[*program.command[:4], 1, *program.works])
                for line in run(once, len(os.sched_getaffinity(0)), threads):
                    if "digest" in line:
                        said[line["work"]][threads] = line["digest"]
    return said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--work", nargs="*", default=works.families(works.WORKS), help="W2 ... W10")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    whole = options.work == works.families(works.WORKS) and not options.quick
    missing = peers_here.install()
    make = [PYTHON, BENCH / "incidents.py", DATA, str(options.size)]
    subprocess.run(make + ["--without-text"] * (options.size > works.HUGE), check=True)
    found = programs(options, missing)
    for peer, why in missing.items():
        print(f"LEFT OUT: {peer}: {why}", file=sys.stderr)
    lines, loads, memory = rounds(found, options)
    text = results.report(lines, loads, memory, digests(found, options), missing, options)
    print(text)
    name = "RESULTS.md" if options.size == SIZE else f"RESULTS-{options.size}.md"
    if out := options.out or (BENCH / name if whole else None):
        out.write_text(text)
    if options.size > works.HUGE:
        peers_here.forget(options.size)


if __name__ == "__main__":
    main()
