"""The words in which a zone is drawn: stretches of boundary, rivers, towns, units, and what is around them.

Each returns a shape in longitude and latitude, read from the shipped base layers, so that a declaration
in ``zones.py`` reads as its definition does.
"""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from geo.buffers import within_km
from geo.store import layer


def window(*, south: float = -60.0, west: float = -95.0, north: float = 20.0, east: float = -30.0) -> BaseGeometry:
    """Return the rectangle between two parallels and two meridians; a side left out is far away."""
    return shapely.box(west, south, east, north)


def at(lat: float, lon: float) -> BaseGeometry:
    """Return the point that a definition or a table of the facts gives by its coordinates."""
    return shapely.Point(lon, lat)


def towns(country_iso3: str, *names: str) -> BaseGeometry:
    """Return the named towns of one country.

    Raises
    ------
    KeyError
        If a name is not that of exactly one town, so that a misspelling never moves a zone.
    """
    known = layer("towns")
    known = known[known["country_iso3"] == country_iso3]
    points = []
    for name in names:
        found = known.geometry[known["name"] == name]
        if len(found) != 1:
            raise KeyError(f"{len(found)} towns of {country_iso3} are called {name}")
        points.append(found.iloc[0])
    return shapely.union_all(points)


def line(*points: tuple[float, float]) -> BaseGeometry:
    """Return the straight line through points given as (latitude, longitude)."""
    return shapely.LineString([(lon, lat) for lat, lon in points])


def boundary(border: str, inside: BaseGeometry | None = None) -> BaseGeometry:
    """Return the land boundary of a pair such as "COL-VEN", or its stretch inside a window."""
    whole = layer("boundaries").set_index("border").geometry[border]
    return whole if inside is None else shapely.intersection(whole, inside)


def river(name: str, inside: BaseGeometry) -> BaseGeometry:
    """Return the stretch of a named river inside a window; ``KeyError`` if there is none."""
    rivers = layer("rivers")
    stretch = shapely.intersection(shapely.union_all(rivers.geometry[rivers["name"] == name].values), inside)
    if stretch.is_empty:
        raise KeyError(f"no stretch of the river {name} there")
    return stretch


def lake(inside: BaseGeometry) -> BaseGeometry:
    """Return the lakes inside a window; ``KeyError`` if there is none."""
    found = shapely.intersection(shapely.union_all(layer("lakes").geometry.values), inside)
    if found.is_empty:
        raise KeyError("no lake there")
    return found


def units(*unit_ids: str) -> BaseGeometry:
    """Return first-level units, joined."""
    known = layer("units").set_index("unit_id").geometry
    return shapely.union_all([known[unit_id] for unit_id in unit_ids])


def countries(*codes: str) -> BaseGeometry:
    """Return the land of countries, joined."""
    known = layer("countries").set_index("country_iso3").geometry
    return shapely.union_all([known[code] for code in codes])


def around(shape: BaseGeometry, *, km: float) -> BaseGeometry:
    """Return what lies within so many kilometres of a shape, on the ground."""
    return within_km(shape, distance_km=km)


def join(*shapes: BaseGeometry) -> BaseGeometry:
    """Return all shapes together."""
    return shapely.union_all(list(shapes))


def clip(shape: BaseGeometry, *to: BaseGeometry) -> BaseGeometry:
    """Return what lies in the shape and in every one of the others."""
    for other in to:
        shape = shapely.intersection(shape, other)
    return shape


def cut(shape: BaseGeometry, *away: BaseGeometry) -> BaseGeometry:
    """Return what lies in the shape and in none of the others."""
    return shapely.difference(shape, shapely.union_all(list(away)))
