"""Writes what a run of the comparison measured as a page."""

import datetime
import pathlib
import platform
import subprocess

import machine
import works
from figures import US, Figures, seconds, table

# The programs themselves make a load of up to two.
QUIET_LOAD = 3.0
# Shorter times of the processor are not known: of the processes of a server, and of our threads.
TICK_S = {"PostGIS": 20e-3, US: 2e-3}
INTRODUCTION = """\
Medians of the rounds' medians, warm, every program in a process of its own. *times*: how many times longer the best
other program takes whose answer is the same. The others are asked through their own language and their time has its
planning in it; Tequio is called as a library. Where the others make an index while they work (W2, W9), the making of
ours is added. Tiles of W6 hold squares with their numbers here, points in the others. Programs that use one core
whatever they are given stand with that time on two as well. Memory and processor's time of PostGIS are those of the
connection's process (its share of the buffers included) and of the server's. A target is of two cores, where there are two; one
with a unit is of our time alone.

W1 is reading alone: rows parted, their values read and checked, the good ones kept as columns, and of every refused row
its number and the reason, which the others do not say. Polars keeps rows with too many or too few fields. W1/import is
the whole command, which also keeps the file as received, hashes every row, sorts, and writes GeoParquet; it is there
only where the program has been built (`cargo build --release -p tequio-cli`)."""
ANSWERS = """\
An answer is: rows kept (W1); groups, their sum, the sum of their squares (W2 to W6); sum of the statistics (W7 Gi*: of their squares)
and significant cells (W7); density on the diagonal, sum and middle (W8); incidents and metres (W9); near pairs, pairs
near in space, mean of the permutations (W10)."""
LEFT_OUT = """## Not comparable

- supercluster joins points by distance, not by cells, so its answer is another one whatever its time. It cannot filter
  by offence or time without making its index again: that is what its W6 does; its W6a is from an index made before."""


def summary(figures, size):
    rows = [row for work in works.WORKS if (row := row_of(figures, work, size))]
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


def row_of(figures, work, size):
    """A work in the first table; None where nobody of us did it."""
    cells, ratios, times = [], [], []
    for cores in (1, 2):
        ours, best = figures.ours(work, cores), figures.best(work, cores)
        ratio = best[1]["median"] / ours["median"] if ours and best else None
        ratios += [ratio] if ratio else []
        times += [ours["median"]] if ours else []
        cells += [
            seconds(ours and ours["median"]),
            f"{best[0]}, {seconds(best[1]['median'])}" if best else "none",
            f"{ratio:.3g}" if ratio else "",
        ]
    what, target, limit = works.WORKS[work].what, works.times(work, size), works.limit(work, size)
    # On as many cores as there are.
    met = [ratios[-1] >= target] if target and ratios else []
    met += [times[-1] < limit] if limit and times else []
    told = f"{target:g} times" if target else f"under {seconds(limit)}" if limit else "none"
    said = ("yes" if all(met) else "**no**") if met else ""
    return [f"{work}: {what}", *cells, told, said] if times else None


def line_of(work, name, figure, ours, answer):
    # Of a thread that works for less than a tick of the system's clock the processor's time is not known.
    cpu = seconds(figure["cpu"]) if figure["median"] > TICK_S.get(name, 0) else ""
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


def same_with_threads(digests):
    """Whether every answer of ours is the same, to the last bit, with one, two and eight threads."""
    if not digests:
        return "Not looked at in this run."
    rows = [
        [work, ", ".join(map(str, of)), "yes" if len(set(of.values())) == 1 else "**no**"]
        for work, of in digests.items()
    ]
    return (
        "Each work once more with so many threads; all numbers of the answer (of W9 incidents and metres in all) "
        "compared to the last bit.\n\n" + table(["work of ours", "threads", "the same"], rows)
    )


def report(lines, loads, memory, digests, missing, options):
    figures = Figures(lines)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=pathlib.Path(__file__).parent
    ).stdout.strip()
    versions = [
        *machine.node_versions(),
        *works.BASE,
        *dict.fromkeys(package for packages, *_ in works.PEERS.values() for package in packages),
    ]
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
        f"{datetime.datetime.now():%Y-%m-%d %H:%M}, Tequio {commit}. {machine.description()}. "
        f"Load before each round and at the end: "
        f"{', '.join(f'{load:.1f}' for load in loads)}.{noise}",
        INTRODUCTION,
        summary(figures, options.size),
        "## One core",
        details(figures, 1),
        "## Two cores",
        details(figures, 2),
        ANSWERS,
        "## How far from what the machine can do",
        machine.limits(figures, memory, options.size),
        "## The same with any number of threads",
        same_with_threads(digests),
        "## Did not run",
        "\n".join(failed) or "Everything ran.",
        LEFT_OUT,
        f"## Versions\n\n{', '.join(versions)}; Python {platform.python_version()}.",
    ]
    return "\n\n".join(parts) + "\n"
