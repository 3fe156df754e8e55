"""Corridors as lines: their legs, and where on a leg its marks belong.

Corridor lines are schematic, town to town: they show which places a flow is said to link, never a tracked route.
"""

from __future__ import annotations

from typing import Final, cast

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely import LineString

from geo.crs import GEOD, to_display_crs
from geo.errors import UnknownError
from geo.messages import Message
from geo.store import layer, table

GLYPH_SHARE: Final = 0.5  # the sign of the mode stands at the middle of its leg
ARROW_SHARE: Final = 0.72  # the arrow stands beyond it, so that neither hides the other
BEARING_STEP: Final = 0.02  # of the length, on each side: a river's next bend must not turn the arrow around


def legs() -> gpd.GeoDataFrame:
    """Return the legs of all corridors.

    Returns
    -------
    GeoDataFrame
        EPSG:4326: ``corridor_id``, ``seq``, ``from_place``, ``to_place``, ``mode``, ``length_km`` (geodesic),
        ``follows_river``, LineStrings that run from ``from_place`` to ``to_place``.

    Raises
    ------
    DataError
        If the shipped file is missing or unreadable.
    """
    return layer("corridors")


def corridor(corridor_id: str) -> pd.Series:
    """Return one corridor as a row of its table; ``UnknownError`` if no corridor has that id."""
    rows = table("corridors").set_index("corridor_id")
    if corridor_id not in rows.index:
        raise UnknownError(
            Message(
                "There is no corridor “{corridor}” here. Choose one from the list of corridors.", corridor=corridor_id
            )
        )
    return cast(pd.Series, rows.loc[corridor_id])


def legs_of(corridor_id: str) -> gpd.GeoDataFrame:
    """Return the legs of one corridor in order; ``UnknownError`` if no corridor has that id."""
    corridor(corridor_id)
    every = legs()
    return every[every["corridor_id"] == corridor_id]


def leg_marks(legs: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return where the sign of the mode and the arrow of direction stand on each leg.

    Parameters
    ----------
    legs : GeoDataFrame, n rows
        LineStrings that run in the direction of the flow, in any declared CRS.

    Returns
    -------
    DataFrame, n rows, float64
        On the index of ``legs``: ``lat``, ``lon`` and ``bearing`` at the middle of the leg, ``arrow_lat``,
        ``arrow_lon`` and ``arrow_bearing`` further on. Degrees on WGS 84; bearings clockwise from north, 0 to 360. A
        leg without length has its marks at its only point and the bearing 0.

    Raises
    ------
    CrsError
        If the legs declare no CRS.

    Notes
    -----
    "Middle" is by geodesic length along the line: Karney 2013, doi:10.1007/s00190-012-0578-z.
    """
    lines = to_display_crs(legs, role="legs").geometry
    rows = [(*mark(line, share=GLYPH_SHARE), *mark(line, share=ARROW_SHARE)) for line in lines]
    columns = ["lat", "lon", "bearing", "arrow_lat", "arrow_lon", "arrow_bearing"]
    return pd.DataFrame(np.asarray(rows, dtype=float).reshape(-1, 6), index=legs.index, columns=columns)


def mark(line: LineString, *, share: float) -> tuple[float, float, float]:
    """Return latitude, longitude and bearing at a share (0 to 1) of a line's geodesic length.

    The bearing is that of the chord across a short stretch around the point, so that it says where the leg goes
    and not how one meander turns.
    """
    lon, lat = np.asarray(line.coords).T[:2]
    _, _, steps_m = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    along_m = np.concatenate([[0.0], np.cumsum(steps_m)])
    total_m = float(along_m[-1])
    if total_m == 0:
        return float(lat[0]), float(lon[0]), 0.0
    point = _at(lon, lat, along_m, share * total_m)
    before = _at(lon, lat, along_m, max(share - BEARING_STEP, 0.0) * total_m)
    after = _at(lon, lat, along_m, min(share + BEARING_STEP, 1.0) * total_m)
    bearing, _, _ = GEOD.inv(*before, *after)
    return point[1], point[0], float(bearing) % 360.0


def _at(
    lon: NDArray[np.float64], lat: NDArray[np.float64], along_m: NDArray[np.float64], distance_m: float
) -> tuple[float, float]:
    """Return longitude and latitude at a distance along a line; straight in degrees within a segment, as drawn."""
    return float(np.interp(distance_m, along_m, lon)), float(np.interp(distance_m, along_m, lat))
