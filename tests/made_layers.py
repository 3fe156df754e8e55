"""Layers of any size, made from a seed in seconds: what tests and bench of large layers draw.

They lie as mining does in the Amazon basin: most features in few clusters, most of them small. Nothing here is data;
the same seed gives the same bytes with the pinned numpy and shapely.
"""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator
from numpy.typing import NDArray

POLYGONS: Final = 235_000
POINTS: Final = 1_000_000
SEED: Final = 2026
EXTENT: Final = (-74.0, -13.0, -51.0, 4.0)  # west, south, east, north of the clusters' centres, in degrees
CLUSTERS: Final = 400
FIRST_YEAR, LAST_YEAR = 2001, 2025
CONFIDENCE: Final = {"high": 0.5, "medium": 0.3, "low": 0.2}
MEDIAN_HA: Final = 5.0
AREA_SIGMA: Final = 1.6  # of the logarithm: one in forty is beyond 100 ha
LARGEST_HA: Final = 10_000.0  # 100 km2
LARGEST_EVERY: Final = 20_000  # so many features for each one of the largest size: the log-normal alone has hardly any
LEAST_VERTICES, MOST_VERTICES = 5, 25
METRES_PER_DEGREE: Final = 111_195.0  # of a great circle on a sphere of 6,371 km
M2_PER_HA: Final = 1e4

Floats = NDArray[np.float64]


def polygons(n: int = POLYGONS, *, seed: int = SEED) -> gpd.GeoDataFrame:
    """Return valid, irregular, small polygons in clusters.

    Parameters
    ----------
    n : int
        How many; with at least one of 100 km2.
    seed : int
        Same seed, same layer.

    Returns
    -------
    GeoDataFrame, n rows, EPSG:4326
        id (text, unique), year (2001-2025), confidence (high, medium, low), area_ha (the area of the ring on a
        sphere: median 5, at most 10,000).
    """
    rng = np.random.default_rng(seed)
    centres = _scattered(rng, n)
    area_ha = np.minimum(rng.lognormal(np.log(MEDIAN_HA), AREA_SIGMA, n), LARGEST_HA)
    area_ha[rng.choice(n, max(1, n // LARGEST_EVERY), replace=False)] = LARGEST_HA
    rings = _rings(rng, centres, area_ha)
    columns = {"id": _ids("A", n), **_dated_and_graded(rng, n), "area_ha": area_ha.round(2)}
    return gpd.GeoDataFrame(columns, geometry=rings, crs="EPSG:4326")


def points(n: int = POINTS, *, seed: int = SEED) -> gpd.GeoDataFrame:
    """Return points in the same kind of clusters: id, year, confidence; n rows, EPSG:4326."""
    rng = np.random.default_rng(seed)
    centres = _scattered(rng, n)
    columns = {"id": _ids("P", n), **_dated_and_graded(rng, n)}
    return gpd.GeoDataFrame(columns, geometry=shapely.points(centres), crs="EPSG:4326")


def _scattered(rng: Generator, n: int) -> Floats:
    """Return n positions (longitude, latitude): few clusters hold most, and each is dense in its middle."""
    west, south, east, north = EXTENT
    centres = np.column_stack([rng.uniform(west, east, CLUSTERS), rng.uniform(south, north, CLUSTERS)])
    weight = rng.pareto(1.2, CLUSTERS) + 0.1
    weight /= weight.mean()
    cluster = rng.choice(CLUSTERS, n, p=weight / CLUSTERS)
    spread_degrees = np.minimum(rng.lognormal(-1.7, 0.7, CLUSTERS) * weight**0.4, 1.0)  # the fullest are the widest
    away = rng.normal(0, 1, (n, 2)).clip(-4, 4) * spread_degrees[cluster, None]
    return centres[cluster] + away


def _rings(rng: Generator, centres: Floats, area_ha: Floats) -> NDArray[np.object_]:
    """Return a star-shaped, hence valid, ring of the asked area around each centre."""
    n = len(centres)
    corners = rng.integers(LEAST_VERTICES, MOST_VERTICES + 1, n)
    first = np.cumsum(corners) - corners
    owner = np.repeat(np.arange(n), corners)
    place = np.arange(len(owner)) - first[owner]
    # Less than half a step to either side: the corners stay in their order around the centre.
    angle = 2 * np.pi * (place + rng.uniform(-0.4, 0.4, len(owner))) / corners[owner]
    radius = rng.uniform(0.7, 1.3, len(owner))
    unit = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    unit_m2 = shapely.area(shapely.polygons(shapely.linearrings(unit, indices=owner)))
    metres = unit * np.sqrt(area_ha * M2_PER_HA / unit_m2)[owner, None]
    shrink = np.cos(np.radians(centres[owner, 1]))  # a degree of longitude is shorter away from the equator
    degrees = metres / METRES_PER_DEGREE / np.column_stack([shrink, np.ones_like(shrink)])
    return shapely.polygons(shapely.linearrings(centres[owner] + degrees, indices=owner))


def _dated_and_graded(rng: Generator, n: int) -> dict[str, object]:
    grades = list(CONFIDENCE)
    return {
        "year": rng.integers(FIRST_YEAR, LAST_YEAR + 1, n),
        "confidence": pd.Series(grades)[rng.choice(len(grades), n, p=list(CONFIDENCE.values()))].to_numpy(),
    }


def _ids(letter: str, n: int) -> list[str]:
    return [f"{letter}{number:07d}" for number in range(n)]
