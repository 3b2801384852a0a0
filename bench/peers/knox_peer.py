"""The Knox test with NumPy and SciPy's k-d tree: pairs found once, days permuted."""

import numpy as np
from common import chosen_events, measure
from scipy.spatial import cKDTree

METRES, DAYS, PERMUTATIONS = 200.0, 14, 99


def knox(places, days):
    pairs = cKDTree(places).query_pairs(METRES, output_type="ndarray")

    def near(days):
        return int((np.abs(days[pairs[:, 0]] - days[pairs[:, 1]]) <= DAYS).sum())

    draw = np.random.default_rng(1)
    permuted = [near(draw.permutation(days)) for _ in range(PERMUTATIONS)]
    return [near(days), len(pairs), sum(permuted) / PERMUTATIONS]


def main():
    for work, events in (("W10/10000", 10_000), ("W10/100000", 100_000)):
        places, days = chosen_events(events)
        measure("NumPy and a k-d tree", work, lambda: knox(places, days), list)


if __name__ == "__main__":
    main()
