"""Which part of the world a printed map shows, in the units of the square world (``geo.mercator``)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.mercator import MAX_LAT, TILE_PX, WORLD, to_world
from geo.zones import zone
from layers.view import HOME, HOME_PX, MIN_ZOOM, REGION, ZOOM_SNAP, ViewState

SCREEN_PX: Final = (740, 700)  # the map on the page at 1440 x 900, where nobody says how large it stands
ROOM: Final = 1.16  # how much wider than a zone its frame is
EDGE: Final = 1.02  # the same for the continent, around which there is sea
LEAST: Final = WORLD / 40_075 * 20  # a side: some 20 km at the equator, for a zone the size of a point


@dataclass(frozen=True)
class Extent:
    """A box in the square world; y grows to the north, and x may lie beyond the antimeridian (below 0, above WORLD)."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        """How wide it is, in units."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """How high it is, in units."""
        return self.north - self.south

    @property
    def centre_lat(self) -> float:
        """Latitude of the middle, in degrees."""
        return _lat((self.south + self.north) / 2)

    def degrees(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north in degrees on WGS 84; longitudes may lie beyond 180."""
        west, east = ((x / WORLD - 0.5) * 360 for x in (self.west, self.east))
        return west, _lat(self.south), east, _lat(self.north)

    def zoom(self, width_px: float) -> float:
        """Return Leaflet's zoom at which so many pixels are as wide as this: what decides how much is shown."""
        return math.log2(WORLD / self.width * width_px / TILE_PX)

    def widened(self, shape: float) -> Extent:
        """Return the smallest extent around the same middle that is ``shape`` times as wide as it is high."""
        width, height = max(self.width, self.height * shape), max(self.height, self.width / shape)
        x, y = (self.west + self.east) / 2, (self.south + self.north) / 2
        return Extent(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def of_view(view: ViewState, *, shape: float, screen_px: tuple[int, int] = SCREEN_PX) -> Extent:
    """Return what a view shows on the screen, widened to the shape of the printed map: nothing of it is cut off.

    Parameters
    ----------
    shape : float
        Width of the printed map over its height.
    screen_px : (int, int)
        Width and height of the map on the page.
    """
    if view.lat is not None and view.lon is not None and view.zoom is not None:
        return _of_screen(view.lat, view.lon, view.zoom, screen_px).widened(shape)
    if view.zone:
        return of_bounds(zone(view.zone).geometry.bounds, shape=shape)
    if shape < 1:  # a high sheet has room for the whole continent, which the screen cuts off
        return of_bounds(REGION, shape=shape, room=EDGE)
    return _of_screen(*home(screen_px), screen_px).widened(shape)


def home(screen_px: tuple[int, int]) -> tuple[float, float, float]:
    """Return where a map of a size opens: latitude, longitude and zoom, as ``_steer`` of manager.js decides it."""
    if screen_px[0] >= HOME_PX[0] and screen_px[1] >= HOME_PX[1]:
        return HOME
    whole = of_bounds(REGION, shape=screen_px[0] / screen_px[1], room=1)
    zoom = math.floor(whole.zoom(screen_px[0]) / ZOOM_SNAP) * ZOOM_SNAP
    return whole.centre_lat, (REGION[0] + REGION[2]) / 2, max(zoom, MIN_ZOOM)


def _of_screen(lat: float, lon: float, zoom: float, screen_px: tuple[int, int]) -> Extent:
    (x, y), unit = _world(lon, lat), WORLD / (TILE_PX * 2.0**zoom)
    half_width, half_height = screen_px[0] / 2 * unit, screen_px[1] / 2 * unit
    return Extent(x - half_width, y - half_height, x + half_width, y + half_height)


def of_bounds(bounds: Sequence[float], *, shape: float, room: float = ROOM) -> Extent:
    """Return the extent that frames a box of degrees (west, south, east, north), so many times as large."""
    west, south = _world(bounds[0], bounds[1])
    east, north = _world(bounds[2], bounds[3])
    x, y = (west + east) / 2, (south + north) / 2
    width, height = max((east - west) * room, LEAST), max((north - south) * room, LEAST)
    return Extent(x - width / 2, y - height / 2, x + width / 2, y + height / 2).widened(shape)


def _world(lon: float, lat: float) -> tuple[float, float]:
    x, y = to_world(np.array([[lon, max(-MAX_LAT, min(MAX_LAT, lat))]], dtype=float))[0]
    return float(x), float(y)


def _lat(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (2 * y / WORLD - 1))))
