"""The works of the comparison: what they are, who does them, when an answer is the same."""

import collections

# What it is; how many times faster than the best other program with the same answer we mean to be at least; and in how
# many seconds we mean to answer.
Work = collections.namedtuple("Work", "what times seconds", defaults=(None, None))

# Nobody else does what a whole import does, archive and ledger included.
WORKS = {
    "W1": Work("a CSV with a bad row in a thousand: read, checked, the good ones kept", 3),
    "W1/import": Work("the whole of `tequio import` of the same"),
    "W2": Work("every incident in its one of 2,500 areas, exactly; counts", 10),
    "W3": Work("three offences, a year and a box: counts by month", 10),
    "W4": Work("cube of offence, month and area", 5),
    "W5/z10": Work("heat tile of 256 x 256, three offences and a year, zoom 10", 10),
    "W5/z12": Work("the same, zoom 12", 10),
    "W5/z14": Work("the same, zoom 14", 10),
    "W6/z10": Work("vector tile of 64 x 64 cells, three offences and a year, zoom 10", 10),
    "W6/z12": Work("the same, zoom 12", 10),
    "W6/z14": Work("the same, zoom 14", 10),
    "W6a/z10": Work("vector tile of 64 x 64 cells, every incident, zoom 10", seconds=0.15e-3),
    "W6a/z12": Work("the same, zoom 12", seconds=0.15e-3),
    "W6a/z14": Work("the same, zoom 14", seconds=0.15e-3),
    "W7/Moran": Work("local Moran of 100 x 100 counts, 999 permutations", 10),
    "W7/Gi*": Work("Gi* of 100 x 100 counts, 999 permutations", 10),
    "W7/places": Work("local Moran of 2,478 places, 999 permutations", seconds=0.2),
    "W7/scan": Work("Kulldorff's scan of 2,478 places, circles, 999 replicas", seconds=3),
    "W8": Work("Gaussian density, 500 m, on 512 x 512 pixels", 10),
    "W9": Work("the nearest of 100,800 segments", 10),
    "W10/10000": Work("Knox test, 200 m and 14 days, 10,000 incidents, 99 permutations"),
    "W10/100000": Work("the same, 100,000 incidents", 10),
    "W10/355000": Work("the same, 355,000 incidents", seconds=5),
}
# What we mean to be at least at a hundred million incidents.
TIMES_HUGE = {"W2": 10, "W3": 3, "W5": 3}

# Packages, works, and whether it can use more than one core; the script is in peers/.
PEERS = {
    "duckdb": (["duckdb==1.5.5", "duckdb-extension-spatial==1.5.5"], "W1 W2 W3 W4 W5 W6 W6a", True),
    "chdb": (["chdb==4.4.0"], "W1 W2 W3 W4 W5", True),
    "polars": (["polars==2.1.0"], "W1 W3 W4 W5", True),
    "sedonadb": (["sedonadb==0.5.0", "geoarrow-pyarrow==0.3.0"], "W2 W3 W5 W9", True),
    "postgis": (["psycopg2-binary==2.9.12"], "W2 W3 W4 W5 W6 W6a W9", True),
    "shapely": ([], "W2 W9", False),
    "esda": (["esda==2.9.0", "libpysal==4.14.1", "numba==0.68.1"], "W7", False),
    "density": (["scipy==1.17.1", "scikit-learn==1.9.1"], "W8", False),
    "knox": (["scipy==1.17.1"], "W10", False),
    "pointpats": (["pointpats==2.5.5"], "W10", False),
}
# The same for Node.js; its packages are those of peers/node.
SUPERCLUSTER = "W6 W6a"
# What the input is made with; Shapely and GeoPandas are peers too.
BASE = ["numpy==2.4.6", "pyarrow==26.0.1", "pandas==3.1.1", "shapely==2.2.0", "geopandas==1.2.0"]

# Longest that one answer of another may take above `LARGE` incidents: what is known to take longer is not asked.
ANSWER_S = 60
LARGE = 2_000_000
HUGE = 50_000_000
# Above `LARGE`: program, works, why. `*` is everybody.
NOT_LARGE = [
    ("*", "W8", "minutes an answer for the others"),
    ("*", "W9", "minutes an answer for the others"),
    ("shapely", "W2", f"more than {ANSWER_S} s an answer, its index of points takes 4 GB at ten million"),
    ("postgis", "W2 W9", f"more than {ANSWER_S} s an answer on one core"),
    ("supercluster", "W6 W6a", f"more than {ANSWER_S} s to make an index"),
]
# Above `HUGE`: who is asked at all, and for what; the others would take minutes or more memory than there is.
ASKED_HUGE = {"duckdb": "W3 W5", "chdb": "W4", "sedonadb": "W2", "tequio-atlas": "W2 W3 W4 W5 W6 W6a"}

# How far numbers of a `check` may lie apart, as a share, where they are not counts that must be equal.
EXACT = 0.0
TOLERANCES = {
    "W7/Moran": (1e-6, 0.03),  # Sum of the statistics; cells below 5 %, which depend on the permutations drawn.
    "W7/Gi*": (1e-3, 0.03),  # esda divides the variance by one less.
    "W8": (1e-4, 1e-4),
    "W9": (EXACT, 2e-3),  # Metres of the ellipsoid here, of a plane there.
    "W10/10000": (EXACT, EXACT, 0.05),  # Near pairs; mean over the permutations, a hundred of which are few.
    "W10/100000": (EXACT, EXACT, 0.02),
    "W10/355000": (EXACT, EXACT, 0.02),
}


def families(works):
    """W5/z10 is of W5; in order, each once."""
    return list(dict.fromkeys(work.split("/")[0] for work in works))


def same(work, ours, theirs):
    if len(ours) != len(theirs):
        return False
    tolerances = TOLERANCES.get(work, [EXACT] * len(ours))
    return all(abs(a - b) <= share * max(abs(a), abs(b)) for a, b, share in zip(ours, theirs, tolerances))


def asked(peer, families, size):
    """Those of the works that a program is asked to do with so many incidents, and why not the others."""
    if size > HUGE:
        can = ASKED_HUGE.get(peer, "").split()
        return [family for family in families if family in can], []
    reasons = [] if size <= LARGE else [line for line in NOT_LARGE if line[0] in ("*", peer)]
    left_out = {family: why for _, those, why in reasons for family in those.split() if family in families}
    return [family for family in families if family not in left_out], list(left_out.items())


def times(work, size):
    """How many times faster we mean to be."""
    return WORKS[work].times if size <= HUGE else TIMES_HUGE.get(work.split("/")[0])


def limit(work, size):
    """In how many seconds we mean to answer."""
    return WORKS[work].seconds if size <= LARGE or not work.startswith("W6a") else None


def of_engine(work):
    """The name here of a work of the engine's benches: "W5 heat tile z10" is W5/z10. None when nobody else does it."""
    family, *words = work.split()
    if family in ("W5", "W6", "W6a", "M1"):
        return f"{family}/{words[-1]}"
    if family == "W7":
        begins = {"local Moran of": "places", "local Moran,": "Moran", "scan": "scan", "Gi*,": "Gi*"}
        return next(f"W7/{name}" for start, name in begins.items() if " ".join(words).startswith(start))
    if family == "W10":
        return f"W10/{words[2].strip(',')}"
    if words == ["index"]:
        return f"{family} index"
    if family == "W4" and not words[-1].startswith("offence"):
        return None  # The same cube, asked for in another order.
    return family if family in WORKS or family == "M2" else None
