"""The two reference systems of the product, and the way into each.

Data keep the system they came with. A measure converts on entry, a layer on exit.
Lengths and distances are geodesic on WGS 84, never planar.
"""

from __future__ import annotations

from typing import Final

import geopandas as gpd
from pyproj import Geod

from geo.errors import CrsError
from geo.messages import Message

DISPLAY_CRS: Final = "EPSG:4326"  # what the map draws: longitude, latitude, degrees
MEASURE_CRS: Final = "EPSG:6933"  # equal-area, metres: right for areas, wrong for lengths
GEOD: Final = Geod(ellps="WGS84")  # lengths and distances


def to_measure_crs(frame: gpd.GeoDataFrame, *, role: str) -> gpd.GeoDataFrame:
    """Return the frame in the equal-area system.

    Raises
    ------
    CrsError
        If the frame declares no CRS.

    Notes
    -----
    EPSG:6933 is the EASE-Grid 2.0 global grid: Brodzik et al. 2012, doi:10.3390/ijgi1010032.
    """
    return _converted(frame, MEASURE_CRS, role=role)


def to_display_crs(frame: gpd.GeoDataFrame, *, role: str) -> gpd.GeoDataFrame:
    """Return the frame in longitude and latitude on WGS 84; ``CrsError`` without a CRS."""
    return _converted(frame, DISPLAY_CRS, role=role)


def _converted(frame: gpd.GeoDataFrame, crs: str, *, role: str) -> gpd.GeoDataFrame:
    if frame.crs is None:
        raise CrsError(
            Message("The {role} carry no CRS, so they cannot be placed or measured; declare one first.", role=role)
        )
    return frame.to_crs(crs)
