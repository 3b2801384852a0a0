"""Writes what a run of the comparison measured as a page."""

import datetime
import os
import pathlib
import platform
import statistics
import subprocess

import works

US = "Tequio"
READ_BYTES = 512 << 20
# The programs themselves make a load of up to two.
QUIET_LOAD = 3.0
INTRODUCTION = """\
Medians of the rounds' medians, warm, every program in a process of its own. *times*: how many times longer the best
other program takes whose answer is the same. The others are asked through their own language and their time has its
planning in it; Tequio is called as a library. Where the others make an index while they work (W2, W9), the making of
ours is added. Tiles of W6 hold squares with their numbers here, points in the others. Programs that use one core
whatever they are given stand with that time on two as well.

W1 is reading alone: rows parted, their values read and checked, the good ones kept as columns, and of every refused row
its number and the reason, which the others do not say. Polars keeps rows with too many or too few fields. W1/import is
the whole command, which also keeps the file as received, hashes every row, sorts, and writes GeoParquet; it is there
only where the program has been built (`cargo build --release -p tequio-cli`)."""
ANSWERS = """\
An answer is: rows kept (W1); groups, their sum, the sum of their squares (W2 to W6); sum of the statistics (W7 Gi*: of their squares)
and significant cells (W7); density on the diagonal, sum and middle (W8); incidents and metres (W9); near pairs, pairs
near in space, mean of the permutations (W10)."""
LEFT_OUT = """## Left out

- PostGIS, which wants a database server of its own, and supercluster, which cannot filter by offence or time without
  building its index again."""


def seconds(value):
    if value is None:
        return ""
    unit, name = (1, "s") if value >= 1 else (1e3, "ms")
    return f"{value * unit:.3g} {name}" if value * unit < 1000 else f"{value * unit:,.0f} {name}"


def table(head, rows):
    mark = ["---"] + [
        "---" if column in ("program", "answer", "best other, same answer", "best, two cores") else "---:"
        for column in head[1:]
    ]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in [head, mark, *rows])


class Figures:
    """Lines of all rounds, one figure a work, program and number of cores."""

    def __init__(self, lines):
        grouped = {}
        for line in lines:
            if "median_s" in line:
                grouped.setdefault((line["work"], line["peer"], line["cores"]), []).append(line)
        self.figures = {key: self.figure(group) for key, group in grouped.items()}
        self.errors = sorted({(line["peer"], line["work"], line["error"]) for line in lines if "error" in line})

    def figure(self, group):
        def pick(name, how):
            return how([line[name] for line in group])

        return {
            "median": pick("median_s", statistics.median),
            "min": pick("min_s", min),
            "cpu": pick("cpu_s", statistics.median),
            "peak": pick("peak_mb", max),
            "check": group[-1]["check"],
            "note": group[-1].get("note", ""),
        }

    def ours(self, work, cores, with_index=True):
        """Our figure; the others make their index of areas or segments while they work, so ours is added."""
        figure = self.figures.get((work, US, cores))
        index = self.figures.get((f"{work} index", US, cores))
        if not (figure and index and with_index):
            return figure
        summed = {name: figure[name] + index[name] for name in ("median", "min", "cpu")}
        return {**figure, **summed, "peak": max(figure["peak"], index["peak"])}

    def others(self, work, cores):
        """Figures of the others; those that use one core whatever they are given count for two as well."""
        names = {peer for of, peer, _ in self.figures if of == work and peer != US}
        found = {name: self.figures.get((work, name, cores)) or self.figures.get((work, name, 1)) for name in names}
        return {name: figure for name, figure in found.items() if figure}

    def best(self, work, cores):
        ours = self.ours(work, cores)
        right = {
            name: figure
            for name, figure in self.others(work, cores).items()
            if ours and works.same(work, ours["check"], figure["check"])
        }
        return min(right.items(), key=lambda item: item[1]["median"], default=None)


def summary(figures):
    rows = []
    for work, (what, target) in works.WORKS.items():
        cells, ratios = [], []
        for cores in (1, 2):
            ours, best = figures.ours(work, cores), figures.best(work, cores)
            ratio = best[1]["median"] / ours["median"] if ours and best else None
            ratios += [ratio] if ratio else []
            cells += [
                seconds(ours and ours["median"]),
                f"{best[0]}, {seconds(best[1]['median'])}" if best else "none",
                f"{ratio:.3g}" if ratio else "",
            ]
        if any(cells[::3]):
            met = "" if not (ratios and target) else "yes" if min(ratios) >= target else "**no**"
            rows.append([f"{work}: {what}", *cells, f"{target:g}" if target else "none", met])
    head = [
        "work",
        "Tequio, one core",
        "best other, same answer",
        "times",
        "Tequio, two cores",
        "best, two cores",
        "times",
        "target",
        "met",
    ]
    return table(head, rows)


def line_of(work, name, figure, ours, answer):
    # Of a thread that works for less than a tick of the system's clock the processor's time is not known.
    cpu = seconds(figure["cpu"]) if name != US or figure["median"] > 2e-3 else ""
    ratio = f"{figure['median'] / ours['median']:.3g}" if ours else ""
    label = f"{name} ({figure['note']})" if figure["note"] else name
    return [work, label, seconds(figure["median"]), seconds(figure["min"]), cpu, f"{figure['peak']:.0f}", ratio, answer]


def details(figures, cores):
    rows = [row for work in works.WORKS for row in rows_of(figures, work, cores)]
    return table(["work", "program", "median", "least", "processor", "peak MiB", "of ours", "answer"], rows)


def rows_of(figures, work, cores):
    """The lines of one work: ours, then the others from the fastest on."""
    ours, alone = figures.ours(work, cores), figures.ours(work, cores, with_index=False)
    others = sorted(figures.others(work, cores).items(), key=lambda item: item[1]["median"])
    answers = [answer(work, ours, figure["check"]) for _, figure in others]
    if ours and alone != ours:
        yield line_of(work, f"{US}, index made before", alone, ours, "")
    if ours:
        alone_with_it = others and "same" not in answers
        yield line_of(work, US, ours, ours, rounded(ours["check"]) + ", as no other program" * bool(alone_with_it))
    for (name, figure), text in zip(others, answers):
        yield line_of(work, name, figure, ours, text)


def answer(work, ours, check):
    if ours and works.same(work, ours["check"], check):
        return "same"
    return f"**other**: {rounded(check)}" if ours else rounded(check)


def rounded(check):
    return ", ".join(f"{value:,}" if isinstance(value, int) else f"{value:,.6g}" for value in check)


def limits(figures, memory, size):
    """What the machine can read, and how much of that a filtered answer could have read of each incident."""
    rows = []
    for cores in (1, 2):
        reading = figures.figures.get(("M1", US, cores))
        if not reading:
            continue
        speed = READ_BYTES / reading["min"]
        answers = [(work, figures.ours(work, cores)) for work in works.WORKS if work.startswith(("W3", "W5"))]
        cells = [f"{work}: {figure['median'] * speed / size:.2f}" for work, figure in answers if figure]
        rows.append([cores, f"{speed / 1e9:.1f}", ", ".join(cells)])
    held = ", ".join(f"{name.removeprefix('memory').strip() or 'alone'} {value:.1f}" for name, value in memory.items())
    note = f"An incident takes so many bytes in memory: {held}." if held else ""
    return (
        table(
            ["cores", "memory read, GB/s", "bytes of each incident that could be read in the time of the answer"], rows
        )
        + f"\n\n{note}"
    )


def machine():
    cpuinfo = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in cpuinfo if line.startswith("model name")), platform.machine())
    kilobytes = int(pathlib.Path("/proc/meminfo").read_text().split()[1])
    system = f"{platform.system()} {platform.release()}"
    return f"{model}, {len(os.sched_getaffinity(0))} cores, {kilobytes / 2**20:.0f} GiB, {system}"


def report(lines, loads, memory, missing, options):
    figures = Figures(lines)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=pathlib.Path(__file__).parent
    ).stdout.strip()
    versions = [*works.BASE, *dict.fromkeys(package for packages, *_ in works.PEERS.values() for package in packages)]
    noise = (
        ""
        if max(loads) <= QUIET_LOAD
        else " **The machine was not quiet: times of everybody are too long, ratios uncertain.**"
    )
    failed = [f"- {peer}: {why}" for peer, why in missing.items()]
    failed += [f"- {peer}, {work}: {error}" for peer, work, error in figures.errors]
    parts = [
        "# Compared with other programs",
        f"Written by `bench/run.py` (`make bench`): {options.size:,} invented incidents, {len(loads) - 1} round(s), "
        f"{datetime.datetime.now():%Y-%m-%d %H:%M}, Tequio {commit}. {machine()}. "
        f"Load before each round and at the end: "
        f"{', '.join(f'{load:.1f}' for load in loads)}.{noise}",
        INTRODUCTION,
        summary(figures),
        "## One core",
        details(figures, 1),
        "## Two cores",
        details(figures, 2),
        ANSWERS,
        "## What the machine can read",
        limits(figures, memory, options.size),
        "## Did not run",
        "\n".join(failed) or "Everything ran.",
        LEFT_OUT,
        f"## Versions\n\n{', '.join(versions)}; Python {platform.python_version()}.",
    ]
    return "\n\n".join(parts) + "\n"
