"""Land boundaries between countries, and the strips of land along them."""

from __future__ import annotations

from typing import cast

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.buffers import within_km
from geo.errors import UnknownError
from geo.messages import Message
from geo.store import layer


def boundaries() -> gpd.GeoDataFrame:
    """Return the land boundaries of the region, one row per pair of countries.

    Returns
    -------
    GeoDataFrame, 26 rows
        EPSG:4326, on the index ``border`` ("COL-VEN": ISO 3166-1 codes in alphabetical order), with
        ``country_a``, ``country_b`` and ``length_km``: geodesic, of the generalised line that ships.

    Raises
    ------
    DataError
        If the shipped file is missing or unreadable.
    """
    return cast(gpd.GeoDataFrame, layer("boundaries").set_index("border"))


def border_zones() -> gpd.GeoDataFrame:
    """Return the strip along each land boundary, on the index ``border``; see ``border_zone``.

    It has the columns ``country_a``, ``country_b``, ``width_km`` (on each side) and ``area_km2``.
    """
    return cast(gpd.GeoDataFrame, layer("border_zones").set_index("border"))


def border_key(country_a: str, country_b: str) -> str:
    """Return the key of the border between two countries: ``"VEN", "COL"`` gives ``"COL-VEN"``."""
    return "-".join(sorted((country_a, country_b)))


def border(key: str) -> BaseGeometry:
    """Return the line of one border.

    Raises
    ------
    UnknownError
        If there is no land boundary of that key in the region.
    """
    lines = boundaries()
    if key not in lines.index:
        raise UnknownError(
            Message(
                "There is no land boundary “{key}” here. Choose one of: {known}.", key=key, known=", ".join(lines.index)
            )
        )
    return cast(BaseGeometry, lines.geometry[key])


def border_zone(boundary: BaseGeometry, *, width_km: float, land: BaseGeometry) -> BaseGeometry:
    """Return the land within a distance of a boundary, on both sides of it.

    Parameters
    ----------
    boundary : LineString or MultiLineString
        Longitude and latitude on WGS 84.
    width_km : float
        Geodesic kilometres on each side: greater than zero, at most 500.
    land : Polygon or MultiPolygon
        What to clip to. The shipped zones use the two countries themselves, so that ground of a third
        country near a tri-point is counted at that country's own borders and not at this one.

    Returns
    -------
    Polygon or MultiPolygon
        Valid, same coordinates.

    Raises
    ------
    ValueError
        If the width is out of bounds.
    """
    strip = within_km(boundary, distance_km=width_km)
    near = shapely.clip_by_rect(land, *strip.bounds)  # the whole of Brazil is slow to cut
    clipped = shapely.intersection(strip, near if near.is_valid else shapely.make_valid(near))
    return shapely.union_all([part for part in shapely.get_parts(clipped) if part.geom_type == "Polygon"])
