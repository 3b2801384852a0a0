"""PySAL's esda with numba: local Moran and Gi* of a grid of counts, 999 permutations."""

import warnings

import esda
import libpysal
import numpy as np
import pyarrow.parquet as pq
from common import EAST, INCIDENTS, NORTH, SOUTH, WEST, measure

PEER = "esda (PySAL)"
SIDE, PERMUTATIONS = 100, 999


def grid():
    """Incidents by cell, row by row from the south."""
    incidents = pq.read_table(INCIDENTS, columns=["lon", "lat"])
    column = ((incidents["lon"].to_numpy() - WEST) / (EAST - WEST) * SIDE).astype(int)
    row = ((incidents["lat"].to_numpy() - SOUTH) / (NORTH - SOUTH) * SIDE).astype(int)
    return np.bincount(row * SIDE + column, minlength=SIDE * SIDE).astype(float)


def main():
    counts, weights = grid(), libpysal.weights.lat2W(SIDE, SIDE, rook=False)
    options = {"permutations": PERMUTATIONS, "seed": 1, "n_jobs": 1}

    def significant(result):
        return int((result.p_sim < 0.05).sum())

    def moran():
        return esda.Moran_Local(counts, weights, **options)

    measure(PEER, "W7/Moran", moran, lambda result: [float(result.Is.sum()), significant(result)], compiles=True)

    def hot():
        return esda.G_Local(counts, weights, star=True, transform="B", **options)

    measure(PEER, "W7/Gi*", hot, lambda result: [float((result.Zs**2).sum()), significant(result)], compiles=True)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main()
