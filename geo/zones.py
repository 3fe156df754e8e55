"""The named zones: border zones, tri-borders and brown areas, and what lies in each.

All readers return shared frames: callers never write on them. "In a zone" means inside its polygon or on
its edge; the polygons are proxies, so a place a few kilometres outside is near, not absent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.borders import boundaries
from geo.crs import DISPLAY_CRS, GEOD, to_measure_crs
from geo.errors import UnknownError
from geo.messages import Message
from geo.store import STORE, data_version, layer, table

NEAR_BORDER_DEG: Final = 0.02  # some 2 km: the edge of a zone clipped to a country runs on the boundary itself
BORDER_KM: Final = 10.0  # a shorter stretch is the tip of a neighbour's boundary at a tri-point
UNIT_SHARE: Final = 0.01  # a smaller part of the zone is a strip left by generalised lines
SHARED_KM2: Final = 1.0  # zones that only touch along a line share less

T = TypeVar("T")


def zones() -> gpd.GeoDataFrame:
    """Return all zones with every column of their table.

    Returns
    -------
    GeoDataFrame, 30 rows
        EPSG:4326, on the index ``zone_id``, in the table's order: ``name``, ``countries``, ``kind``, ``unit_ids``,
        ``definition``, ``method``, ``why``, evidence columns, ``area_km2`` (float, in EPSG:6933), polygons.

    Raises
    ------
    DataError
        If a shipped file is missing or unreadable.
    """

    def read() -> gpd.GeoDataFrame:
        shapes = layer("zones").set_index("zone_id")[["area_km2", "geometry"]]
        joined = table("zones").join(shapes, on="zone_id", how="inner").set_index("zone_id")
        return gpd.GeoDataFrame(joined, geometry="geometry", crs=shapes.crs)

    return _kept("zones", read)


def zone(zone_id: str) -> pd.Series:
    """Return one zone as a row of ``zones()``.

    Raises
    ------
    UnknownError
        If no zone has that id, as in a link from an older release.
    """
    known = zones()
    if zone_id not in known.index:
        raise UnknownError(Message("There is no zone “{zone}” here. Choose one from the list of zones.", zone=zone_id))
    return cast(pd.Series, known.loc[zone_id])


def countries(zone_id: str) -> list[str]:
    """Return the ISO3 codes of a zone's countries, in the table's order."""
    return cast(str, zone(zone_id)["countries"]).split(";")


def sites_in(zone_id: str) -> gpd.GeoDataFrame:
    """Return the mining sites in a zone: the rows of their table, with points, in its order."""
    return _points_in("mining_sites", zone_id)


def crossings_in(zone_id: str) -> gpd.GeoDataFrame:
    """Return the border crossings in a zone: the rows of their table, with points, in its order."""
    return _points_in("crossings", zone_id)


def corridors_through(zone_id: str) -> pd.DataFrame:
    """Return the corridors with a leg in a zone.

    Returns
    -------
    DataFrame
        The rows of ``corridors`` with ``km_inside``: geodesic kilometres of their legs inside the polygon, as
        drawn. The longest stretch comes first; equal ones stay in the table's order.
    """

    def measure() -> pd.DataFrame:
        legs, shape = layer("corridors"), cast(BaseGeometry, zone(zone_id).geometry)
        near = legs.iloc[np.sort(legs.sindex.query(shape, predicate="intersects"))]
        inside = shapely.intersection(near.geometry.values, shape)
        km = pd.Series([GEOD.geometry_length(part) / 1000 for part in inside], index=near.index, dtype=float)
        km_inside = km.groupby(near["corridor_id"]).sum()
        rows = table("corridors")
        rows = rows[rows["corridor_id"].isin(km_inside.index)]
        rows = rows.assign(km_inside=rows["corridor_id"].map(km_inside).astype(float))
        return rows.sort_values("km_inside", ascending=False, kind="stable", ignore_index=True)

    return _kept(("corridors_through", zone_id), measure)


def units_of(zone_id: str) -> pd.DataFrame:
    """Return the first-level units that a zone covers or is said to touch.

    Returns
    -------
    DataFrame
        On the index ``unit_id``: ``name``, ``country_iso3``, ``share_of_zone`` and ``share_of_unit`` (0 to 1, equal
        area), ``is_listed`` (the zone's table names it). Units that the table does not name are left out below one
        hundredth of the zone. The largest share of the zone comes first.
    """

    def measure() -> pd.DataFrame:
        found = zone(zone_id)
        listed = set(cast(str, found["unit_ids"]).split(";"))
        units = layer("units")
        near = units.iloc[np.sort(units.sindex.query(found.geometry, predicate="intersects"))]
        inside_km2 = _area_km2(shapely.intersection(near.geometry.values, found.geometry))
        measured = pd.DataFrame(
            {
                "name": near["name"].to_numpy(),
                "country_iso3": near["country_iso3"].to_numpy(),
                "share_of_zone": inside_km2 / _area_km2([found.geometry])[0],
                "share_of_unit": np.minimum(inside_km2 / _area_km2(near.geometry.values), 1.0),
                "is_listed": near["unit_id"].isin(listed).to_numpy(),
            },
            index=pd.Index(near["unit_id"], name="unit_id"),
        )
        kept = measured[measured["is_listed"] | (measured["share_of_zone"] >= UNIT_SHARE)]
        return kept.sort_values("share_of_zone", ascending=False, kind="stable")

    return _kept(("units_of", zone_id), measure)


def borders_of(zone_id: str) -> pd.DataFrame:
    """Return the land boundaries that run through a zone or along its edge.

    Returns
    -------
    DataFrame
        On the index ``border`` ("COL-VEN"): ``country_a``, ``country_b``, ``km`` (geodesic, inside the zone or within
        some 2 km of it; 10 or more) and ``is_own`` (both countries are the zone's). Own borders come first, then by
        length. A zone inside one country can have borders that are not its own, where it reaches the boundary.
    """

    def measure() -> pd.DataFrame:
        shape = cast(BaseGeometry, zone(zone_id).geometry).buffer(NEAR_BORDER_DEG)
        lines = boundaries()
        km = [GEOD.geometry_length(shapely.intersection(line, shape)) / 1000 for line in lines.geometry]
        own = set(countries(zone_id))
        is_own = lines["country_a"].isin(own) & lines["country_b"].isin(own)
        measured = lines[["country_a", "country_b"]].assign(km=km, is_own=is_own)
        return pd.DataFrame(measured[measured["km"] >= BORDER_KM]).sort_values(
            ["is_own", "km"], ascending=[False, False], kind="stable"
        )

    return _kept(("borders_of", zone_id), measure)


def overlaps_of(zone_id: str) -> pd.DataFrame:
    """Return the other zones that share ground with a zone: their stories overlap, so figures are never added up.

    Returns
    -------
    DataFrame
        On the index ``zone_id`` of the others: ``area_km2`` (shared, equal area; one or more), ``share_of_zone``
        (0 to 1). The largest comes first.
    """

    def measure() -> pd.DataFrame:
        known = zones()
        here = zone(zone_id)
        near = known.iloc[np.sort(known.sindex.query(here.geometry, predicate="intersects"))].drop(zone_id)
        shared = _area_km2(shapely.intersection(near.geometry.values, here.geometry))
        whole = float(_area_km2([here.geometry])[0])
        measured = pd.DataFrame({"area_km2": shared, "share_of_zone": shared / whole}, index=near.index)
        kept = measured[measured["area_km2"] >= SHARED_KM2]
        return kept.sort_values("area_km2", ascending=False, kind="stable")

    return _kept(("overlaps_of", zone_id), measure)


def zones_at(lat: float, lon: float) -> list[str]:
    """Return the ids of the zones that hold a position in degrees, the smallest first."""
    known = zones()
    found = known.iloc[known.sindex.query(shapely.Point(lon, lat), predicate="intersects")]
    return [str(zone_id) for zone_id in found.sort_values("area_km2").index]


def _points_in(name: str, zone_id: str) -> gpd.GeoDataFrame:
    def read() -> gpd.GeoDataFrame:
        shape = zone(zone_id).geometry
        rows = table(name)
        points = gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(rows["lon"], rows["lat"]), crs=DISPLAY_CRS)
        return points[points.geometry.intersects(shape)]

    return _kept((name, zone_id), read)


def _area_km2(shapes: object) -> NDArray[np.float64]:
    frame = gpd.GeoDataFrame(geometry=shapes, crs=DISPLAY_CRS)
    return cast(NDArray[np.float64], to_measure_crs(frame, role="zones").area.to_numpy() / 1e6)


def _kept(what: object, compute: Callable[[], T]) -> T:
    """Keep what was computed until a shipped file changes."""
    return STORE.get(("zones", what, data_version()), compute)
