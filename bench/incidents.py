#!/usr/bin/env python3
"""Makes what the comparison works on: invented incidents, areas and street segments.

    incidents.py FOLDER SIZE [--without-text]

Nothing in it is real; the box lies over Mexico City so that latitudes and tiles are typical. The same SIZE gives the
same files every time. FOLDER gets:

    incidents_SIZE.parquet  ts, type (0..39), lon, lat, in order of time over ten years
    incidents_SIZE.csv      the same rows as text, and one bad row for every thousand good ones
    located_SIZE.parquet    ts, type, pid: the area of each incident, computed by GEOS
    mapping.toml            how `tequio import` reads that text
    polys.parquet           2,500 areas that share their borders vertex by vertex (GeoParquet)
    streets.parquet         100,800 segments: sid, x1, y1, x2, y2
    polys_flat.npz and the columns of bench/columns.py in raw/

Needs NumPy, PyArrow, Shapely and GeoPandas.
"""

import os
import sys

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

import columns

SEED = 20_250_901
WEST, SOUTH, EAST, NORTH = BOX = (-99.40, 19.15, -98.90, 19.65)
SIDE = EAST - WEST
FIRST_DAY, DAYS = 16_436, 3_653  # 2015-01-01, and the days until 2025-01-01
OFFENCES, CENTRES, ADDRESSES = 40, 400, 20_000
AREAS, CORNERS_A_BORDER, CLOSEST = 2_500, 58, 3e-6
CROSSINGS = 225  # a side: 2 x 225 x 224 segments
CHUNK = 1_000_000
BACKGROUND, REPEATED = 0.15, 0.20
BAD = (
    lambda row: [*row[:2], "", row[3]],
    lambda row: [*row[:2], "sin dato", row[3]],
    lambda row: [*row[:2], row[3], row[2]],
    lambda row: ["2019-02-30 25:61:00", *row[1:]],
    lambda row: [*row[:3], "191.65"],
    lambda row: row[:3],
    lambda row: [*row, "x"],
)


MAPPING = """dataset = "bench"
title = "Invented incidents"
attribution = "Made by bench/incidents.py"
territory = "MX-09"
synthetic = true

[columns]
offence = "type"
date = "ts"
longitude = "lon"
latitude = "lat"
"""


def falling(count, power):
    """Shares that fall with the rank."""
    shares = np.arange(1, count + 1) ** -power
    return shares / shares.sum()


def city():
    """Centres with their spread and share, and the addresses to which things happen again and again."""
    draw = np.random.default_rng([SEED, 0])
    centres = np.column_stack(
        [draw.normal(middle, SIDE / 5, CENTRES) for middle in ((WEST + EAST) / 2, (SOUTH + NORTH) / 2)]
    )
    spread = 0.002 * 12 ** draw.random(CENTRES)
    shares = falling(CENTRES, 0.8)
    at = draw.choice(CENTRES, ADDRESSES, p=shares)
    addresses = draw.normal(centres[at], spread[at, None])
    return centres, spread, shares, addresses


def places(draw, count, centres, spread, shares, addresses):
    at = draw.choice(CENTRES, count, p=shares)
    xy = draw.normal(centres[at], spread[at, None])
    kind = draw.random(count)
    again = kind < REPEATED
    xy[again] = addresses[draw.integers(0, ADDRESSES, again.sum())]
    low, high = np.array([WEST, SOUTH]), np.array([EAST, NORTH])
    anywhere = (kind > 1 - BACKGROUND) | ((xy <= low) | (xy >= high)).any(axis=1)
    xy[anywhere] = draw.uniform(low, high, (anywhere.sum(), 2))
    return np.clip(xy.round(6), low + 1e-6, high - 1e-6).round(6)


def chunk(number, chunks, count, size):
    """The incidents of one of equal parts of the ten years."""
    draw = np.random.default_rng([SEED, 1, size, number])
    days = FIRST_DAY + np.array([DAYS * number // chunks, DAYS * (number + 1) // chunks])
    evening = 1 + 0.6 * np.cos((np.arange(24) - 20) / 12 * np.pi)
    hours = draw.choice(24, count, p=evening / evening.sum())
    seconds = draw.integers(*days, count) * 86_400 + hours * 3_600 + draw.integers(0, 3_600, count)
    seconds.sort()
    xy = places(draw, count, *city())
    return pa.table(
        {
            "ts": pa.array(seconds).cast(pa.timestamp("s")),
            "type": draw.choice(OFFENCES, count, p=falling(OFFENCES, 0.9)).astype(np.uint8),
            "lon": xy[:, 0],
            "lat": xy[:, 1],
        }
    )


def lines(table, number):
    """The rows as text; bad ones in between."""
    rows = table.to_pandas()
    text = (
        rows.ts.astype(str).str.cat([rows[name].astype(str) for name in ("type", "lon", "lat")], ",").to_numpy(object)
    )
    draw = np.random.default_rng([SEED, 2, number])
    places = np.sort(draw.integers(0, len(text), len(text) // 1_000))
    bad = [",".join(BAD[index % len(BAD)](text[place].split(","))) for index, place in enumerate(places)]
    return np.insert(text, places, bad)


def incidents(folder, size, text=True):
    chunks = -(-size // CHUNK)
    parquet, csv = f"{folder}/incidents_{size}.parquet", f"{folder}/incidents_{size}.csv"
    writer = None
    with open(csv if text else os.devnull, "w") as file:
        file.write("ts,type,lon,lat\n")
        for number in range(chunks):
            table = chunk(number, chunks, min(CHUNK, size - number * CHUNK), size)
            writer = writer or pq.ParquetWriter(parquet, table.schema, compression="zstd")
            writer.write_table(table)
            if text:
                file.write("\n".join(lines(table, number)) + "\n")
    writer.close()


def border(a, b, straight):
    """Points from a to b: a rough line that is the same from both sides."""
    if b < a:
        return border(b, a, straight)[::-1]
    a, b = np.array(a), np.array(b)
    along = b - a
    length = np.hypot(*along)
    pieces = int(np.clip(length / CLOSEST, 1, CORNERS_A_BORDER))
    at = np.linspace(0, 1, pieces + 1)
    on_box = any(a[axis] == b[axis] == side for axis in (0, 1) for side in BOX[axis::2])
    draw = np.random.default_rng([SEED, 3, *(np.abs(np.concatenate([a, b])) * 1e7).round().astype(np.int64)])
    rough = sum(draw.normal() / wave * np.sin(np.pi * wave * at) for wave in range(1, 10))
    share = 0 if on_box or straight else 0.1
    aside = share * np.minimum(at, 1 - at) * rough / max(np.abs(rough).max(), 1e-9)
    points = (a + np.outer(at, along) + np.outer(aside, [-along[1], along[0]])).round(7)
    points[0], points[-1] = a, b
    return points


def cells(sites):
    """Rings of the Voronoi cells of the sites within the box, on a lattice of a centimetre."""
    box = shapely.box(*BOX)
    drawn = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(sites), extend_to=box))
    return shapely.set_precision(shapely.intersection(drawn, box), 1e-7)


def borders_of(cell):
    corners = [tuple(corner) for corner in shapely.get_coordinates(cell.exterior).round(7).tolist()]
    return list(zip(corners, corners[1:]))


def with_borders(drawn, straight):
    """The cells with rough borders, but for those named (from either end)."""

    def ring(cell):
        return np.concatenate(
            [border(a, b, (a, b) in straight or (b, a) in straight)[:-1] for a, b in borders_of(cell)]
        )

    return np.array([shapely.Polygon(ring(cell)) for cell in drawn])


def areas(folder):
    """Voronoi cells, smaller where the city is denser, with borders as rough as drawn ones are."""
    draw = np.random.default_rng([SEED, 4])
    middles = draw.permutation(np.vstack([city()[0]] * 3))[: AREAS // 3]
    sites = np.vstack([draw.normal(middles, 0.03), draw.uniform((WEST, SOUTH), (EAST, NORTH), (AREAS, 2))])
    inside = ((sites > (WEST, SOUTH)) & (sites < (EAST, NORTH))).all(axis=1)
    sites = sites[inside][:AREAS]
    for _ in range(2):
        sites = shapely.get_coordinates(shapely.centroid(cells(sites)))
    drawn, straight = cells(sites), set()
    for _ in range(6):
        result = with_borders(drawn, straight)
        wrong = ~shapely.is_valid(result)
        wrong |= ~shapely.is_empty(shapely.coverage_invalid_edges(result))
        if not wrong.any():
            break
        straight |= set().union(*(borders_of(cell) for cell in drawn[wrong]))
    assert shapely.is_valid(result).all() and shapely.coverage_is_valid(result), "areas overlap"
    frame = geopandas.GeoDataFrame({"pid": np.arange(len(result), dtype=np.int32)}, geometry=result, crs=4326)
    frame.to_parquet(f"{folder}/polys.parquet")
    corners = shapely.get_num_coordinates(result)
    print(f"{len(result)} areas, {corners.sum()} corners, {len(straight)} borders made straight")
    np.savez(f"{folder}/polys_flat.npz", offsets=np.append(0, corners.cumsum()), xy=shapely.get_coordinates(result))


def streets(folder):
    draw = np.random.default_rng([SEED, 5])
    step = SIDE / (CROSSINGS - 1)
    lattice = np.stack(np.meshgrid(WEST + step * np.arange(CROSSINGS), SOUTH + step * np.arange(CROSSINGS)), -1)
    lattice += draw.uniform(-step / 4, step / 4, lattice.shape)
    eastward = np.concatenate([lattice[:, :-1], lattice[:, 1:]], -1).reshape(-1, 4)
    northward = np.concatenate([lattice[:-1], lattice[1:]], -1).reshape(-1, 4)
    ends = np.concatenate([eastward, northward]).round(7)
    named = {name: ends[:, index] for index, name in enumerate(("x1", "y1", "x2", "y2"))}
    pq.write_table(pa.table({"sid": np.arange(len(ends), dtype=np.int32), **named}), f"{folder}/streets.parquet")


def located(folder, size):
    """The area of each incident; of two on whose border it lies, the first."""
    areas = geopandas.read_parquet(f"{folder}/polys.parquet").geometry.values
    writer = None
    for rows in pq.ParquetFile(f"{folder}/incidents_{size}.parquet").iter_batches(CHUNK):
        points = shapely.points(rows["lon"].to_numpy(), rows["lat"].to_numpy())
        area, point = shapely.STRtree(points).query(areas, predicate="intersects")
        pid = np.full(len(points), len(areas), np.uint16)
        np.minimum.at(pid, point, area.astype(np.uint16))
        table = pa.table({"ts": rows["ts"], "type": rows["type"], "pid": pid})
        writer = writer or pq.ParquetWriter(f"{folder}/located_{size}.parquet", table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()


def main(folder, size, text):
    os.makedirs(f"{folder}/raw", exist_ok=True)
    if not os.path.exists(f"{folder}/raw/segments.xy.f64"):
        areas(folder)
        streets(folder)
        columns.territory(folder, f"{folder}/raw")
        with open(f"{folder}/mapping.toml", "w") as text:
            text.write(MAPPING)
    if not os.path.exists(f"{folder}/made_{size}"):
        incidents(folder, size, text)
        located(folder, size)
        columns.incidents(f"{folder}/incidents_{size}.parquet", f"{folder}/raw/{size}")
        open(f"{folder}/made_{size}", "w").close()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]), text="--without-text" not in sys.argv)
