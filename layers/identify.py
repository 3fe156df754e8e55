"""What lies under a click, for any kind of layer, from the spatial index."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Final

import shapely

from layers import features
from layers.spec import LayerSpec
from layers.view import ViewState
from layers.web import shown

REACH_PX: Final = 8.0  # how far from a thin thing a click may land
MOST: Final = 10  # features listed under one click
DEGREE_M: Final = 111_320.0  # one degree along a meridian, mean
EQUATOR_M_PER_PX: Final = 156_543.03  # Web Mercator at zoom 0 and the equator, tiles of 256 px


@dataclass(frozen=True)
class Found:
    """A feature under a click: its layer, its id and how far it is."""

    key: str
    id: str
    distance_m: float
    area_deg2: float

    @property
    def feature(self) -> str:
        """The feature as links name it."""
        return f"{self.key}/{self.id}"


def identify(view: ViewState, *, lat: float, lon: float, zoom: float) -> list[Found]:
    """Return the shown features within reach of a click, nearest first, ten at most.

    Points and lines come before areas, which hold the click anyway; of areas the smaller
    comes first, since it says more.

    Parameters
    ----------
    lat, lon : float
        The click, degrees on WGS 84.
    zoom : float
        Leaflet's zoom at the click; eight pixels at this zoom are the reach.
    """
    reach_m = REACH_PX * EQUATOR_M_PER_PX * cos(radians(lat)) / 2**zoom
    found = [each for spec in shown(view) for each in _within(spec, view, lat, lon, reach_m)]
    found.sort(key=lambda each: (each.area_deg2 > 0, each.distance_m, each.area_deg2))
    return found[:MOST]


def _within(spec: LayerSpec, view: ViewState, lat: float, lon: float, reach_m: float) -> list[Found]:
    frame = features.selected(spec, view)
    squeeze = max(cos(radians(lat)), 0.05)  # a degree of longitude is this much of one of latitude
    reach_deg = reach_m / DEGREE_M
    box = shapely.box(lon - reach_deg / squeeze, lat - reach_deg, lon + reach_deg / squeeze, lat + reach_deg)
    rows = frame.sindex.query(box, predicate="intersects")
    point = shapely.Point(lon * squeeze, lat)
    out = []
    for row in rows:
        geometry = frame.geometry.iloc[row]
        area = float(geometry.area)
        if area > 0 and not geometry.covers(shapely.Point(lon, lat)):
            continue  # an area is hit inside only
        local = shapely.transform(geometry, lambda xy: xy * [squeeze, 1.0])
        distance_m = 0.0 if area > 0 else float(local.distance(point)) * DEGREE_M
        if distance_m <= reach_m:
            out.append(Found(spec.key, str(frame.index[row]), distance_m, area))
    return out
