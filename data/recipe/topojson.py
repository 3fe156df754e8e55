"""Reads TopoJSON: shared arcs, stored as integer steps, back into geometries.

GDAL's driver reads these files too, but drops the ids of world-atlas and closes rings by its
own rules; a page of decoding keeps every vertex and every id as published.
Format: https://github.com/topojson/topojson-specification (version 1, sections 2.1.1 to 2.2).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import DISPLAY_CRS

Arc = NDArray[np.float64]  # n x 2: longitude, latitude in degrees
WIDEST_DEG: Final = 170.0  # a polygon wider than this was cut badly at the date line and would cross the map


def read_topojson(path: Path, name: str) -> gpd.GeoDataFrame:
    """Return the object ``name`` of a TopoJSON file, one row per geometry.

    Parameters
    ----------
    path : Path
        A quantised or plain topology in longitude and latitude.
    name : str
        Key under ``objects``; it must be a GeometryCollection.

    Returns
    -------
    GeoDataFrame, n rows
        EPSG:4326; column ``id`` ("" where the file has none), the columns of ``properties``,
        and geometries as drawn: possibly invalid, never repaired here. Parts of polygons wider
        than 170 degrees are left out.
    """
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = _arcs(topology)
    rows = []
    for member in topology["objects"][name]["geometries"]:
        if member["type"] is None:
            continue
        rows.append(
            {"id": str(member.get("id", "")), **member.get("properties", {}), "geometry": _geometry(member, arcs)}
        )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=DISPLAY_CRS)


def _arcs(topology: dict[str, Any]) -> list[Arc]:
    """Undo the delta and integer coding of all arcs."""
    transform = topology.get("transform")
    if transform is None:
        return [np.asarray(arc, dtype=float)[:, :2] for arc in topology["arcs"]]
    scale, translate = np.asarray(transform["scale"]), np.asarray(transform["translate"])
    return [np.cumsum(np.asarray(arc)[:, :2], axis=0) * scale + translate for arc in topology["arcs"]]


def _line(indexes: Iterable[int], arcs: list[Arc]) -> Arc:
    """Join arcs end to start; a negative index ``~i`` means arc ``i`` backwards."""
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indexes]
    return np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _polygon(rings: list[list[int]], arcs: list[Arc]) -> Polygon | None:
    shells = [_line(ring, arcs) for ring in rings]
    shells = [ring for ring in shells if len(ring) >= 4]  # quantisation can collapse an islet to a point
    if not shells or np.ptp(shells[0][:, 0]) > WIDEST_DEG:
        return None
    return Polygon(shells[0], shells[1:])


def _geometry(member: dict[str, Any], arcs: list[Arc]) -> BaseGeometry:
    kind, indexes = member["type"], member["arcs"]
    if kind == "LineString":
        return LineString(_line(indexes, arcs))
    if kind == "MultiLineString":
        return MultiLineString([_line(part, arcs) for part in indexes])
    rings = [indexes] if kind == "Polygon" else indexes
    polygons = [polygon for polygon in (_polygon(part, arcs) for part in rings) if polygon is not None]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
