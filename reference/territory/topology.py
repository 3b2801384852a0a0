"""TopoJSON with shared arcs: encode a polygon coverage, decode it, check it.

Everything here works on integer grid coordinates, so "the same vertex" means
equality of integers and two neighbours can share a border exactly.
"""

import gzip
import io
import json
import math

import numpy as np
import shapely

# --- encoding ---------------------------------------------------------------


class ArcStore:
    """Arcs between junctions, each kept once whichever way it is walked."""

    def __init__(self, junctions):
        self.junctions = junctions
        self.arcs = []
        self.index_of = {}

    def ring(self, points):
        """Arc references of one closed ring (a list of (x, y), first = last)."""
        points = points[:-1]
        cuts = [i for i, p in enumerate(points) if p in self.junctions]
        if not cuts:  # an island: start at its smallest vertex, so that both sides agree
            cuts = [points.index(min(points))]
        points = points[cuts[0]:] + points[:cuts[0]]
        cuts = [c - cuts[0] for c in cuts] + [len(points)]
        points.append(points[0])
        return [self._reference(points[a:b + 1]) for a, b in zip(cuts, cuts[1:])]

    def _reference(self, path):
        """Index of the arc, or its one's complement when walked backwards."""
        path = tuple(path)
        backwards = path[::-1]
        if path in self.index_of:
            return self.index_of[path]
        if backwards in self.index_of:
            return ~self.index_of[backwards]
        self.index_of[path] = len(self.arcs)
        self.arcs.append(path)
        return self.index_of[path]


def rings_of(polygon):
    """Exterior and interior rings as lists of integer points."""
    rings = [polygon.exterior, *polygon.interiors]
    return [[(int(x), int(y)) for x, y in ring.coords] for ring in rings]


def find_junctions(geometries):
    """Vertices where anything but two edges of the coverage meet."""
    rings = shapely.get_rings(shapely.get_parts(geometries))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    points, vertex = np.unique(xy.astype(np.int64), axis=0, return_inverse=True)
    vertex = vertex.ravel()
    same_ring = ring[1:] == ring[:-1]
    edges = np.column_stack([vertex[:-1], vertex[1:]])[same_ring]
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    degree = np.bincount(edges.ravel(), minlength=len(points))
    return {(int(x), int(y)) for x, y in points[degree != 2]}


def geometry_object(store, code, geometry):
    """One TopoJSON geometry whose `id` is the place code."""
    parts = [[store.ring(r) for r in rings_of(p)] for p in shapely.get_parts(geometry)]
    if len(parts) == 1:
        return {"type": "Polygon", "id": code, "arcs": parts[0]}
    return {"type": "MultiPolygon", "id": code, "arcs": parts}


def delta(path):
    """Positions of an arc as first point and steps."""
    steps = [list(path[0])]
    steps += [[b[0] - a[0], b[1] - a[1]] for a, b in zip(path, path[1:])]
    return steps


def encode(layers, finest, scale, translate):
    """A TopoJSON topology of `layers`: {name: (codes, integer geometries)}.

    `finest` names the layer whose arcs all others are made of.
    """
    store = ArcStore(find_junctions(layers[finest][1]))
    objects = {}
    for name in [finest] + [n for n in layers if n != finest]:
        codes, geometries = layers[name]
        geometries = shapely.orient_polygons(shapely.normalize(geometries))
        before = len(store.arcs)
        shapes = [geometry_object(store, c, g) for c, g in zip(codes, geometries)]
        if name != finest and len(store.arcs) != before:
            raise ValueError(f"layer {name} needs arcs that {finest} does not have")
        objects[name] = {"type": "GeometryCollection", "geometries": shapes}
    xy = np.array([p for arc in store.arcs for p in arc])
    low, high = xy.min(axis=0), xy.max(axis=0)
    bbox = [round(float(v * scale + t), 9) for v, t in zip([*low, *high], [*translate] * 2)]
    return {
        "type": "Topology",
        "bbox": bbox,
        "transform": {"scale": [scale, scale], "translate": list(translate)},
        "objects": {name: objects[name] for name in layers},
        "arcs": [delta(a) for a in store.arcs],
    }


def gzip_bytes(data):
    """Gzip without name or time, so that the same data give the same bytes."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=9, mtime=0) as f:
        f.write(data)
    return out.getvalue()


def pack(topology):
    """Compact JSON, compressed."""
    return gzip_bytes(json.dumps(topology, separators=(",", ":"), ensure_ascii=False).encode())


# --- decoding ---------------------------------------------------------------


def unpack(path):
    """The topology in a .topojson.gz file."""
    with gzip.open(path, "rt", encoding="utf-8") as f:
        return json.load(f)


def stitch(arcs, references):
    """Integer points of one ring; raises if its arcs do not join and close."""
    points = []
    for r in references:
        arc = arcs[r] if r >= 0 else arcs[~r][::-1]
        if points and points[-1] != arc[0]:
            raise ValueError(f"arc {r} does not start where the previous one ends")
        points += arc[1:] if points else arc
    if points[0] != points[-1] or len(points) < 4:
        raise ValueError(f"ring of arcs {references} is open or collapsed")
    return points


def decode(topology, layer):
    """(codes, geometries on the integer grid) of one layer."""
    arcs = [list(map(tuple, np.cumsum(a, axis=0).tolist())) for a in topology["arcs"]]
    codes, geometries = [], []
    for g in topology["objects"][layer]["geometries"]:
        parts = g["arcs"] if g["type"] == "MultiPolygon" else [g["arcs"]]
        polygons = []
        for part in parts:
            rings = [stitch(arcs, r) for r in part]
            polygons.append(shapely.Polygon(rings[0], rings[1:]))
        codes.append(g["id"])
        geometries.append(shapely.MultiPolygon(polygons) if len(polygons) > 1 else polygons[0])
    return codes, np.array(geometries, dtype=object)


def to_degrees(topology, geometries):
    """The same geometries in longitude and latitude."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    return shapely.transform(geometries, lambda xy: xy * scale + translate)


# --- checking ---------------------------------------------------------------


def arc_uses(topology, layer):
    """How many times the layer walks each arc."""
    uses = [0] * len(topology["arcs"])
    for g in topology["objects"][layer]["geometries"]:
        parts = g["arcs"] if g["type"] == "MultiPolygon" else [g["arcs"]]
        for r in (r for part in parts for ring in part for r in ring):
            uses[r if r >= 0 else ~r] += 1
    return uses


def check_layer(name, codes, geometries):
    """Raise unless the layer is a valid coverage of valid, non-empty places."""
    if len(set(codes)) != len(codes):
        raise ValueError(f"{name}: a code appears twice")
    bad = [c for c, g in zip(codes, geometries) if g.is_empty or not g.is_valid or g.area <= 0]
    if bad:
        raise ValueError(f"{name}: empty or invalid: {bad}")
    if not shapely.coverage_is_valid(geometries):
        raise ValueError(f"{name}: not a valid coverage")


def check_nesting(coarse, fine):
    """Raise unless every coarse place is exactly the union of its fine places."""
    groups = {}
    for code, g in zip(*fine):
        groups.setdefault(code.rsplit("-", 1)[0], []).append(g)
    if sorted(groups) != sorted(coarse[0]):
        raise ValueError("the two layers do not have the same parents")
    for code, g in zip(*coarse):
        union = shapely.coverage_union_all(np.array(groups[code], dtype=object))
        if not g.normalize().equals_exact(union.normalize(), 0.0):
            raise ValueError(f"{code} is not the union of its municipalities")


def check_numbers(topology):
    """Raise unless arcs are integer steps that go somewhere and the grid is finite."""
    if topology["type"] != "Topology":
        raise ValueError("not a topology")
    numbers = topology["transform"]["scale"] + topology["transform"]["translate"]
    if not all(math.isfinite(v) for v in numbers):
        raise ValueError("the transform is not finite")
    for i, arc in enumerate(topology["arcs"]):
        if len(arc) < 2 or any(type(v) is not int for p in arc for v in p):
            raise ValueError(f"arc {i} is not two or more integer positions")
        if [0, 0] in arc[1:]:
            raise ValueError(f"arc {i} repeats a position")


def check(topology):
    """All checks that need nothing but the file; returns {layer: (codes, geometries)}."""
    check_numbers(topology)
    layers = {name: decode(topology, name) for name in topology["objects"]}
    for name, (codes, geometries) in layers.items():
        check_layer(name, codes, geometries)
    if set(arc_uses(topology, "municipalities")) - {1, 2}:
        raise ValueError("an arc is used by none or by more than two municipalities")
    check_nesting(layers["states"], layers["municipalities"])
    return layers
