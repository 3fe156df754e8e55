"""Where the map should look: a point or a box, and the centre and zoom that show it whole."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

Bounds = tuple[float, float, float, float]  # west, south, east, north in degrees, as shapely gives them

WIDTH_PX: Final = 640  # the map between its two panels on a screen of 1280 x 720, the smallest we promise
HEIGHT_PX: Final = 560
TILE_PX: Final = 256
POINT_ZOOM: Final = 9.0  # a town and the river beside it; nearer than most points are precise
NEAREST: Final = 11.0
FARTHEST: Final = 3.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """What the map shows for one row: a zone that it frames itself, a point, or a box.

    Attributes
    ----------
    zone : str
        The zone to choose, or "".
    layer, feature : str
        The layer to turn on and the feature whose card opens, or "".
    bounds : (west, south, east, north) or None
        Degrees on WGS 84; None where the zone alone says where to look.
    year : int or None
        The year to show, for figures.
    """

    zone: str = ""
    layer: str = ""
    feature: str = ""
    bounds: Bounds | None = None
    year: int | None = None


def point(lat: float, lon: float) -> Bounds:
    """Return the box of a point: it has no extent."""
    return (lon, lat, lon, lat)


def union(boxes: list[Bounds]) -> Bounds | None:
    """Return the box around boxes; None if there are none."""
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return (min(west), min(south), max(east), max(north))


def frame(bounds: Bounds) -> tuple[float, float, float]:
    """Return latitude, longitude and Leaflet zoom that show a box whole with a margin of a tenth.

    Raises no error at any input on the globe; a point is shown at ``POINT_ZOOM``.
    """
    west, south, east, north = bounds
    if west == east and south == north:
        return south, west, POINT_ZOOM
    top, bottom = _mercator(north), _mercator(south)
    wide, high = (east - west) / 360 * 1.1, (top - bottom) * 1.1  # as parts of the square world map
    zoom = min(
        math.log2(WIDTH_PX / TILE_PX / wide) if wide else NEAREST,
        math.log2(HEIGHT_PX / TILE_PX / high) if high else NEAREST,
        NEAREST,
    )
    # Rounded down to the map's quarter steps: rounding up would cut the box.
    return _latitude((top + bottom) / 2), (west + east) / 2, max(math.floor(zoom * 4) / 4, FARTHEST)


def _mercator(lat: float) -> float:
    """Return how far up the square Web Mercator world a latitude lies, from 0 at its foot to 1."""
    clipped = math.radians(max(-85.0, min(85.0, lat)))
    return 0.5 + math.log(math.tan(math.pi / 4 + clipped / 2)) / (2 * math.pi)


def _latitude(height: float) -> float:
    return math.degrees(2 * math.atan(math.exp((height - 0.5) * 2 * math.pi)) - math.pi / 2)
