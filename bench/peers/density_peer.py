"""Gaussian density on 512 x 512 pixels with SciPy and scikit-learn.

The exact ones compute the pixels of the diagonal, one in 512, and their time is multiplied: the whole would take
minutes.
"""

import numpy as np
import pyarrow.parquet as pq
from common import EAST, INCIDENTS, NORTH, SIZE, measure, metres
from scipy.ndimage import gaussian_filter
from scipy.stats import gaussian_kde
from sklearn.neighbors import KernelDensity

SIDE, BANDWIDTH = 512, 500.0
ROWS_MAX = 2_000_000
NOTE = "one pixel in 512, time multiplied"


def pixels(corner):
    return (np.arange(SIDE) + 0.5) * corner / SIDE


def result(density):
    """Densities on the diagonal, in incidents a square kilometre: their sum and the one in the middle."""
    return [float(density.sum() * 1e6), float(density[SIDE // 2] * 1e6)]


def exact(points, diagonal):
    kernel = gaussian_kde(points.T, bw_method=1.0)
    kernel.covariance = np.eye(2) * BANDWIDTH**2
    kernel.cho_cov = np.eye(2) * BANDWIDTH
    kernel.log_det = 2 * np.log(2 * np.pi * BANDWIDTH**2)
    return kernel(diagonal.T) * len(points)


def tree(points, diagonal, tolerance):
    model = KernelDensity(bandwidth=BANDWIDTH, rtol=tolerance, leaf_size=100).fit(points)
    return np.exp(model.score_samples(diagonal)) * len(points)


def smoothed(x, y, width, height):
    counts = np.histogram2d(y, x, bins=SIDE, range=[[0, height], [0, width]])[0]
    spread = (BANDWIDTH / height * SIDE, BANDWIDTH / width * SIDE)
    return gaussian_filter(counts, spread, mode="constant", truncate=8).diagonal() / (width * height / SIDE**2)


def main():
    incidents = pq.read_table(INCIDENTS, columns=["lon", "lat"])
    x, y = metres(incidents["lon"].to_numpy(), incidents["lat"].to_numpy())
    width, height = metres(EAST, NORTH)
    points, diagonal = np.column_stack([x, y]), np.column_stack([pixels(width), pixels(height)])
    measure("SciPy gaussian_kde", "W8", lambda: exact(points, diagonal), result, part=SIDE, note=NOTE)
    for tolerance in (1e-2, 1e-5):
        name = f"scikit-learn KernelDensity, rtol {tolerance:.0e}"
        measure(name, "W8", lambda: tree(points, diagonal, tolerance), result, part=SIDE, note=NOTE)
    measure(
        "SciPy gaussian_filter of binned counts",
        "W8",
        lambda: smoothed(x, y, width, height),
        result,
        note="approximate",
    )


if __name__ == "__main__":
    if SIZE <= ROWS_MAX:
        main()
