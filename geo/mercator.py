"""The square world that tiles cut up: Web Mercator in whole units, and the way into it.

One unit is a sixteenth of a pixel at zoom 16, some 15 cm at the equator: finer than any place we
know, and whole numbers compress well.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

WORLD: Final = 2**28  # units along each side; y grows to the north, as GEOS and DuckDB expect
TILE_PX: Final = 256
MAX_LAT: Final = math.degrees(math.atan(math.sinh(math.pi)))  # 85.0511: where the square ends
TILE_ZOOMS: Final = range(23)  # beyond these an address is refused


def pixel(zoom: int) -> float:
    """Return the side of a pixel at a zoom, in units."""
    return WORLD / (TILE_PX * 2.0**zoom)


def to_world(degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return longitude and latitude (n x 2, degrees on WGS 84) as units, cut off at ``MAX_LAT``.

    Notes
    -----
    Spherical Mercator on the WGS 84 figures, as all web maps have it (EPSG:3857).
    """
    lat = np.radians(np.clip(degrees[:, 1], -MAX_LAT, MAX_LAT))
    x = degrees[:, 0] / 360 + 0.5
    y = 0.5 + np.log(np.tan(np.pi / 4 + lat / 2)) / (2 * np.pi)
    return np.column_stack([x, y]) * WORLD


def world_geometry(geometry: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return geometries in degrees as geometries in whole units."""
    return np.asarray(shapely.transform(geometry, lambda xy: np.round(to_world(xy))), dtype=object)


def tile_box(z: int, x: int, y: int, *, buffer_px: float = 0) -> tuple[float, float, float, float]:
    """Return the box of a tile in units: west, south, east, north; rows are counted from the north."""
    side, margin = WORLD / 2**z, buffer_px * pixel(z)
    west, north = x * side, WORLD - y * side
    return west - margin, north - side - margin, west + side + margin, north + margin
