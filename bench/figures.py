"""What was measured, over all rounds; and how figures are written."""

import statistics

import works

US = "Tequio"
# Columns that are read, not compared.
WORDS = ("program", "answer", "best other, same answer", "best, two cores", "target", "threads", "the same")


def seconds(value):
    if value is None:
        return ""
    unit, name = (1, "s") if value >= 1 else (1e3, "ms")
    return f"{value * unit:.3g} {name}" if value * unit < 1000 else f"{value * unit:,.0f} {name}"


def table(head, rows):
    mark = ["---"] + ["---" if column in WORDS else "---:" for column in head[1:]]
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
