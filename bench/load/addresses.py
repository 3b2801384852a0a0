"""Addresses that are asked: a set that everybody asks, and questions that nobody has asked before."""

import itertools
import random

SEED = 20_260_101
DATASET = "demo"
MONTHS = [f"{year}-{month:02}" for year in range(2021, 2026) for month in range(1, 13)]
OFFENCES = ["FRAUDE", "AMENAZAS", "ROBO%20A%20NEGOCIO", "HOMICIDIO%20DOLOSO"]
SPLITS = ["month", "place:states", "place:municipalities", "weekday,hour", "offence", "cell:10", "year,class"]
STATES = [f"MX-{number:02}" for number in range(1, 33)]
BOROUGHS = [f"MX-09-{number:03}" for number in range(2, 18)]
# Zoom, and the tile over the middle of Mexico City.
MIDDLES = [(4, 3, 7), (6, 14, 28), (8, 57, 113), (10, 230, 455), (12, 920, 1823), (14, 3681, 7293)]
LEVELS = {
    4: "places:states",
    6: "places:municipalities",
    8: "places:municipalities",
    10: "cells",
    12: "cells",
    14: "segments",
}
PAGES = ["/", "/explore", "/datasets", "/methods", "/compare", "/indicators", "/api", "/search?q=roma"]


def counts(split, *filters):
    return f"/api/v1/counts?{'&'.join([f'dataset={DATASET}', f'by={split}', *filters])}"


def tile(zoom, x, y, *filters):
    asked = "&".join([f"level={LEVELS[zoom]}", *filters])
    return f"/tiles/v1/{DATASET}/{zoom}/{x}/{y}.mvt?{asked}"


def everybody():
    """What readers of one day ask again and again: counts, tiles and pages, about as many of each."""
    years = [f"period={year}" for year in range(2021, 2026)]
    asked = [counts(split, year) for split in SPLITS for year in years]
    asked += [
        tile(zoom, x + dx, y + dy, year)
        for (zoom, x, y), year in itertools.product(MIDDLES, years[-2:])
        for dx, dy in itertools.product((0, 1), (0, 1))
    ]
    return asked + PAGES + [f"/place/{place}" for place in STATES + BOROUGHS]


def nobody(count, seed=0):
    """So many different questions: six counts and three tiles for each page of a place."""
    draw, asked = random.Random(SEED + seed), {}
    while len(asked) < count:
        kind = draw.random()
        asked[count_asked(draw) if kind < 0.6 else tile_asked(draw) if kind < 0.9 else page_asked(draw)] = None
    return list(asked)


def months(draw):
    first, last = sorted(draw.sample(range(len(MONTHS)), 2))
    return f"period={MONTHS[first]}..{MONTHS[last]}"


def filters(draw):
    """Months always; some offences, some hours."""
    chosen = [f"offence={offence}" for offence in draw.sample(OFFENCES, draw.choice((0, 0, 1, 2)))]
    first, last = sorted(draw.sample(range(24), 2))
    return [months(draw), *chosen, *([f"hour={first}-{last}"] if draw.random() < 0.5 else [])]


def count_asked(draw):
    place = draw.choice([[], [f"place={draw.choice(STATES + BOROUGHS)}"]])
    return counts(draw.choice(SPLITS), *place, *filters(draw))


def tile_asked(draw):
    zoom, x, y = draw.choice(MIDDLES)
    around = max(1, 2 ** (zoom - 9))
    dx, dy = draw.randint(-around, around), draw.randint(-around, around)
    return tile(zoom, x + dx, y + dy, *filters(draw))


def page_asked(draw):
    return f"/place/{draw.choice(STATES + BOROUGHS)}?{months(draw)}"
