"""Writes what the load did as a page."""

import collections
import datetime
import pathlib
import platform
import statistics
import subprocess

Run = collections.namedtuple("Run", "asked outcome")

P95_MS = 50
# Resident memory of the last fifth beside that of the second: more is growth.
FLAT = 1.05
WORDS = ("met", "statuses", "errors")
QUIET_LOAD = 0.7
WHAT = {
    "cached": "the same 139 addresses again and again: counts, tiles, pages",
    "uncached": "each question another one: periods, offences, hours, places, tiles",
    "lasting": "four of everybody's addresses for each that is new",
    "overload": "new questions, more than two cores can answer",
    "recovery": "new questions again, right after",
}
INTRODUCTION = """\
The load generator asks at its rate whether answers have come or not, and counts the time that a question waited for
its turn (`oha --latency-correction`). It runs on the same cores as the portal and asks for gzip, as browsers do.
*Processor*: cores that the portal used on average. Errors are answers other than 200 and 204, and connections that
failed; in the overload a 503 that says when to ask again (`Retry-After`) is what is wanted."""


def table(head, rows):
    mark = ["---" if column in WORDS or not number else "---:" for number, column in enumerate(head)]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in [head, mark, *rows])


def milliseconds(seconds):
    return f"{seconds * 1e3:,.3g}" if seconds < 1 else f"{seconds * 1e3:,.0f}"


def errors(outcome, wanted=(200, 204)):
    """Answers of other kinds and failed connections, by name."""
    other = {f"{status}": count for status, count in outcome.statuses.items() if status not in wanted}
    return {**other, **outcome.errors}


def row(name, run):
    done = run.outcome
    wanted = (200, 204, 503) if name == "overload" else (200, 204)
    latencies = [milliseconds(done.latencies[of]) for of in ("p50", "p95", "p99", "slowest")]
    statuses = ", ".join(f"{status}: {count:,}" for status, count in sorted(done.statuses.items()))
    failed = ", ".join(f"{what}: {count:,}" for what, count in errors(done, wanted).items()) or "none"
    used = f"{done.processor_share:.2f}"
    return [f"{name}: {WHAT[name]}", f"{run.asked:,}", f"{done.rate:,.0f}", *latencies, statuses, failed, used]


def fifths(memory):
    """Mean resident memory of five equal parts of the time."""
    size = max(1, len(memory) // 5)
    return [statistics.mean(memory[part * size : (part + 1) * size] or memory[-1:]) for part in range(5)]


def goals(found, probe):
    def within(name):
        run = found[name]
        late = run.outcome.latencies["p95"] * 1e3
        reached = run.outcome.rate > 0.97 * run.asked
        return late < P95_MS and reached and not errors(run.outcome)

    over = found["overload"].outcome
    parts = fifths(found["lasting"].outcome.memory)
    refused = over.statuses.get(503, 0) > 0 and not errors(over, (200, 204, 503)) and not probe.silent
    return [
        [
            f"{found['cached'].asked:,} a second that are asked again and again, p95 under {P95_MS} ms, no error",
            within("cached"),
        ],
        [f"{found['uncached'].asked:,} a second that are new, p95 under {P95_MS} ms, no error", within("uncached")],
        ["memory does not grow under lasting load", parts[4] <= parts[1] * FLAT],
        ["overload: 503 with `Retry-After` and no other error", refused],
        [f"after it p95 under {P95_MS} ms again, no error", within("recovery")],
    ]


def memory_rows(found, ends):
    rows = [["start, warm", f"{ends[0]:.0f}", ""]]
    for name, run in found.items():
        memory = run.outcome.memory
        rows.append([name, f"{memory[-1]:.0f}", f"{max(memory):.0f}"])
    return [*rows, ["end", f"{ends[1]:.0f}", ""]]


def page(found, ends, probe, loads, options):
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=pathlib.Path(__file__).parent
    ).stdout.strip()
    version = subprocess.run([options.oha, "--version"], capture_output=True, text=True).stdout.strip()
    noise = "" if loads[0] <= QUIET_LOAD else " **The machine was not quiet before the run: times are too long.**"
    short = " **A short run (--quick).**" if options.quick else ""
    parts = [
        "# Under load",
        f"Written by `bench/load/load.py` (`make load`), {datetime.datetime.now():%Y-%m-%d %H:%M}, Tequio {commit}, "
        f"{version}, {platform.system()} {platform.release()}, two cores for both. Load of the machine before: "
        f"{loads[0]:.1f}.{noise}{short}",
        INTRODUCTION,
        "## Goals",
        table(["goal", "met"], [[goal, "yes" if met else "**no**"] for goal, met in goals(found, probe)]),
        "## Answers",
        table(
            [
                "load",
                "asked a second",
                "answered",
                "p50 ms",
                "p95",
                "p99",
                "slowest",
                "statuses",
                "errors",
                "processor",
            ],
            [row(name, run) for name, run in found.items()],
        ),
        f"Refusals looked at one by one in the overload: {probe.refusals}, without `Retry-After`: {probe.silent}.",
        "## Memory",
        table(["", "resident at its end, MiB", "most"], memory_rows(found, ends)),
        "Means of five equal parts of the lasting load: "
        + ", ".join(f"{part:.0f}" for part in fifths(found["lasting"].outcome.memory))
        + " MiB.",
    ]
    return "\n\n".join(parts) + "\n"
