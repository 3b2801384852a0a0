"""Shapely and GeoPandas (GEOS), with the index on whichever side is faster."""

import geopandas
import numpy as np
import pandas
import pyarrow.parquet as pq
import shapely
from common import AREAS, INCIDENTS, SIZE, STREETS, measure, metres, summary, wanted

JOIN_ROWS_MAX = SEGMENT_ROWS_MAX = 2_000_000


def joined(incidents, areas):
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(incidents.lon, incidents.lat), crs=4326)
    return geopandas.sjoin(points, areas, predicate="intersects").groupby("pid").size()


def queried(incidents, areas):
    points = shapely.points(incidents.lon.to_numpy(), incidents.lat.to_numpy())
    area, _ = shapely.STRtree(points).query(areas.geometry.values, predicate="intersects")
    return np.bincount(area, minlength=len(areas))


def segments(incidents):
    ends = pq.read_table(STREETS).to_pandas()
    starts, stops = np.column_stack(metres(ends.x1, ends.y1)), np.column_stack(metres(ends.x2, ends.y2))
    lines = shapely.linestrings(np.stack([starts, stops], 1))
    points = shapely.points(*metres(incidents.lon.to_numpy(), incidents.lat.to_numpy()))

    def run():
        nearest = shapely.STRtree(lines).nearest(points)
        return [len(nearest), float(shapely.distance(points, lines[nearest]).sum())]

    measure("Shapely", "W9", run, list)


if __name__ == "__main__":
    incidents = pandas.read_parquet(INCIDENTS)
    if wanted("W2"):
        areas = geopandas.read_parquet(AREAS)
        measure("Shapely", "W2", lambda: queried(incidents, areas), summary)
        if SIZE <= JOIN_ROWS_MAX:
            measure("GeoPandas", "W2", lambda: joined(incidents, areas), summary)
    if wanted("W9") and SIZE <= SEGMENT_ROWS_MAX:
        segments(incidents)
