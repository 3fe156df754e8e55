"""What lies under a click, for any kind and size of layer, from its spatial index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo import catalogue
from geo.errors import UnknownError
from geo.rows import NEAREST, Click
from layers import features
from layers.view import ViewState
from layers.web import shown

MOST: Final = NEAREST  # features listed under one click


@dataclass(frozen=True)
class Found:
    """A feature under a click: its layer, its id, how far it is, and its area in square units of the map."""

    key: str
    id: str
    distance_m: float
    area: float

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
    click, found = Click(lat, lon, zoom), []
    for spec in shown(view):
        try:
            near = catalogue.rows(spec.key).near(click, features.where(spec, view))
        except UnknownError:  # deleted since the page was drawn; what else lies there is still told
            continue
        found += [Found(spec.key, each.id, each.distance_m, each.area) for each in near]
    found.sort(key=lambda each: (each.area > 0, each.distance_m, each.area))
    return found[:MOST]
