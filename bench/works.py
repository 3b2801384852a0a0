"""The works of the comparison: what they are, who does them, when an answer is the same."""

# Name, what it is, and how many times faster than the best other program with the same answer we mean to be at least.
# Nobody else does what a whole import does, archive and ledger included.
WORKS = {
    "W1": ("a CSV with a bad row in a thousand: read, checked, the good ones kept", 3.0),
    "W1/import": ("the whole of `tequio import` of the same", None),
    "W2": ("every incident in its one of 2,500 areas, exactly; counts", 10.0),
    "W3": ("three offences, a year and a box: counts by month", 10.0),
    "W4": ("cube of offence, month and area", 5.0),
    "W5/z10": ("heat tile of 256 x 256, three offences and a year, zoom 10", 10.0),
    "W5/z12": ("the same, zoom 12", 10.0),
    "W5/z14": ("the same, zoom 14", 10.0),
    "W6/z10": ("vector tile of 64 x 64 cells, three offences and a year, zoom 10", 10.0),
    "W6/z12": ("the same, zoom 12", 10.0),
    "W6/z14": ("the same, zoom 14", 10.0),
    "W7/Moran": ("local Moran of 100 x 100 counts, 999 permutations", 10.0),
    "W7/Gi*": ("Gi* of 100 x 100 counts, 999 permutations", 10.0),
    "W8": ("Gaussian density, 500 m, on 512 x 512 pixels", 10.0),
    "W9": ("the nearest of 100,800 segments", 10.0),
    "W10": ("Knox test, 200 m and 14 days, 100,000 incidents, 99 permutations", 10.0),
}

# Script in peers/, packages, works, and whether it can use more than one core.
PEERS = {
    "duckdb": (["duckdb==1.5.5", "duckdb-extension-spatial==1.5.5"], "W1 W2 W3 W4 W5 W6", True),
    "chdb": (["chdb==4.4.0"], "W1 W2 W3 W4 W5", True),
    "polars": (["polars==2.1.0"], "W1 W3 W4 W5", True),
    "sedonadb": (["sedonadb==0.5.0", "geoarrow-pyarrow==0.3.0"], "W2 W3 W5 W9", True),
    "shapely": ([], "W2 W9", False),
    "esda": (["esda==2.9.0", "libpysal==4.14.1", "numba==0.68.1"], "W7", False),
    "density": (["scipy==1.17.1", "scikit-learn==1.9.1"], "W8", False),
    "knox": (["scipy==1.17.1"], "W10", False),
}
# What the input is made with; Shapely and GeoPandas are peers too.
BASE = ["numpy==2.4.6", "pyarrow==26.0.1", "pandas==3.1.1", "shapely==2.2.0", "geopandas==1.2.0"]

# Above so many incidents some works would take the others minutes a repeat: nobody is given them.
LARGE = 2_000_000
NOT_LARGE = {"W8", "W9"}

# How far numbers of a `check` may lie apart, as a share, where they are not counts that must be equal.
EXACT = 0.0
TOLERANCES = {
    "W7/Moran": (1e-6, 0.03),  # Sum of the statistics; cells below 5 %, which depend on the permutations drawn.
    "W7/Gi*": (1e-3, 0.03),  # esda divides the variance by one less.
    "W8": (1e-4, 1e-4),
    "W9": (EXACT, 2e-3),  # Metres of the ellipsoid here, of a plane there.
    "W10": (EXACT, EXACT, 0.02),  # Near pairs; mean over the permutations.
}


def families(works):
    """W5/z10 is of W5; in order, each once."""
    return list(dict.fromkeys(work.split("/")[0] for work in works))


def same(work, ours, theirs):
    if len(ours) != len(theirs):
        return False
    tolerances = TOLERANCES.get(work, [EXACT] * len(ours))
    return all(abs(a - b) <= share * max(abs(a), abs(b)) for a, b, share in zip(ours, theirs, tolerances))


def of_engine(work):
    """The name here of a work of the engine's benches: "W5 heat tile z10" is W5/z10. None when nobody else does it."""
    family, *words = work.split()
    if family in ("W5", "W6"):
        return f"{family}/{words[-1]}"
    if family == "W7":
        return f"{family}/{'Moran' if 'Moran' in work else 'Gi*'}"
    if words == ["index"]:
        return f"{family} index"
    if family == "W4" and not words[-1].startswith("offence"):
        return None  # The same cube, asked for in another order.
    return family if family in WORKS or family == "M1" else None
