"""The Knox test with NumPy and SciPy's k-d tree: pairs found once, days permuted."""

import numpy as np
import pyarrow.parquet as pq
from common import INCIDENTS, SIZE, measure, metres
from scipy.spatial import cKDTree

EVENTS, METRES, DAYS, PERMUTATIONS = 100_000, 200.0, 14, 99


def knox(places, days):
    pairs = cKDTree(places).query_pairs(METRES, output_type="ndarray")

    def near(days):
        return int((np.abs(days[pairs[:, 0]] - days[pairs[:, 1]]) <= DAYS).sum())

    draw = np.random.default_rng(1)
    permuted = [near(draw.permutation(days)) for _ in range(PERMUTATIONS)]
    return [near(days), len(pairs), sum(permuted) / PERMUTATIONS]


if __name__ == "__main__":
    incidents = pq.read_table(INCIDENTS, columns=["ts", "lon", "lat"])
    step = max(1, SIZE // EVENTS)

    def chosen(name):
        return incidents[name].to_numpy()[::step][:EVENTS]

    places = np.column_stack(metres(chosen("lon"), chosen("lat")))
    days = chosen("ts").astype("datetime64[D]").astype(np.int64)
    measure("NumPy and a k-d tree", "W10", lambda: knox(places, days), list)
