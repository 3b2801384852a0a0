"""What the machine can do at most, and how near to it an answer of ours is."""

import json
import os
import pathlib
import platform

import peers_here
import works
from figures import US, table

READ_MIB = (4, 512, 2048)
LARGEST = READ_MIB[-1]
# Each step of the work M2 waits four cycles for the one before it (x86-64).
CLOCK_CYCLES = 4 * 25_000_000
READING = """\
Whole numbers of eight bytes, summed again and again; the least time counts. The largest cache that the system tells of
has {cache}: {larger:,} and {largest:,} MiB cannot lie in it, {fits} MiB can."""
ANSWERS = """\
The clock ran at {clock:.2f} GHz. An incident is every one that is loaded, whether an answer has to look at it or not.
*Bytes that could be read*: of each incident in the time of the answer, at {speed:.1f} GB/s; *of all that is held*:
below 1, the answer came before all {held:.1f} bytes of every incident could have been read once."""
CACHE = "/sys/devices/system/cpu/cpu0/cache"


def description():
    cpuinfo = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in cpuinfo if line.startswith("model name")), platform.machine())
    kilobytes = int(pathlib.Path("/proc/meminfo").read_text().split()[1])
    system = f"{platform.system()} {platform.release()}"
    return f"{model}, {len(os.sched_getaffinity(0))} cores, {kilobytes / 2**20:.0f} GiB, {system}"


def largest_cache():
    sizes = [path.read_text().strip() for path in sorted(pathlib.Path(CACHE).glob("index*/size"))]
    return sizes[-1] if sizes else "unknown"


def node_versions():
    wanted = json.loads((pathlib.Path(__file__).parent / "peers/node/package.json").read_text())["dependencies"]
    return [f"{name}=={version}" for name, version in wanted.items()] if peers_here.NODE.exists() else []


def speed(figures, mib, cores):
    """Bytes a second when so many MiB are read again and again, at the best."""
    figure = figures.figures.get((f"M1/{mib}", US, cores))
    return (mib << 20) / figure["min"] if figure else None


def limits(figures, memory, size):
    parts = [reading(figures), held(memory), answers(figures, memory, size)]
    return "\n\n".join(part for part in parts if part) or "Not measured in this run."


def reading(figures):
    rows = []
    for cores in (1, 2):
        speeds = [speed(figures, mib, cores) for mib in READ_MIB]
        if all(speeds):
            rows.append([cores, *(f"{value / 1e9:.1f}" for value in speeds)])
    if not rows:
        return ""
    note = READING.format(cache=largest_cache(), fits=READ_MIB[0], larger=READ_MIB[1], largest=LARGEST)
    return note + "\n\n" + table(["cores", *(f"{mib:,} MiB, GB/s" for mib in READ_MIB)], rows)


def held(memory):
    rows = [[name.removeprefix("memory").strip() or "alone", f"{value:.1f}"] for name, value in memory.items()]
    return table(["memory of an incident", "bytes"], rows) if rows else ""


def answers(figures, memory, size):
    """Of each answer on one core: what it took a row, and what the memory could have read of each row meanwhile."""
    clock, read = figures.figures.get(("M2", US, 1)), speed(figures, LARGEST, 1)
    if not (clock and read and memory):
        return ""
    hertz, bytes_held = CLOCK_CYCLES / clock["cpu"], max(memory.values())
    rows = []
    for work in works.WORKS:
        figure = figures.ours(work, 1, with_index=False)
        if figure and work.startswith(("W2", "W3", "W4", "W5", "W6", "W9")):
            a_row, could = figure["median"] / size, figure["median"] * read / size
            numbers = (a_row * 1e9, a_row * hertz, could, could / bytes_held)
            rows.append([work, *(f"{number:.3g}" for number in numbers)])
    head = ["work on one core", "ns an incident", "cycles", "bytes that could be read", "of all that is held"]
    note = ANSWERS.format(clock=hertz / 1e9, held=bytes_held, speed=read / 1e9)
    return note + "\n\n" + table(head, rows)
