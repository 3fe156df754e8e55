"""Corridors as lines, one row per leg: along the river where its vertices are known, straight elsewhere.

The lines are schematic. A road leg is the straight line between two towns, a river leg follows the river
at 1:10 million where ``river_lines.csv`` has it, an air leg is the geodesic through points chosen for drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely import LineString

from data.recipe.files import facts
from data.recipe.inputs import parquet_bytes
from geo.crs import DISPLAY_CRS, GEOD
from geo.store import table

LONG_AIR_KM: Final = 300.0  # below this a geodesic and a straight line in degrees cannot be told apart on the map
AIR_STEP_KM: Final = 100.0

Vertices = NDArray[np.float64]  # n x 2: longitude, latitude in degrees


def legs() -> gpd.GeoDataFrame:
    """Return the legs in the order of corridor and sequence.

    Returns
    -------
    GeoDataFrame
        EPSG:4326: ``corridor_id``, ``seq`` (of the waypoint where the leg starts), ``from_place``, ``to_place``,
        ``mode``, ``length_km`` (geodesic, of the line as drawn), ``follows_river``, LineString from start to end.
    """
    waypoints = table("corridor_waypoints")
    rivers = _river_vertices()
    rows = []
    for corridor_id, stops in waypoints.sort_values(["corridor_id", "seq"]).groupby("corridor_id"):
        for start, end in pairwise(stops.to_dict("records")):
            key = (str(corridor_id), int(start["seq"]))
            rows.append(_leg(start, end, rivers.get(key)))
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=DISPLAY_CRS)


def leg_line(start: tuple[float, float], end: tuple[float, float], *, mode: str, river: Vertices | None) -> LineString:
    """Return the line of a leg from (lon, lat) to (lon, lat): by the river's vertices, by air, or straight."""
    if river is not None:
        return LineString([start, *river, end])
    _, _, metres = GEOD.inv(*start, *end)
    if mode == "air" and metres > LONG_AIR_KM * 1000:
        steps = int(metres // (AIR_STEP_KM * 1000))
        return LineString([start, *GEOD.npts(*start, *end, steps), end])
    return LineString([start, end])


def _leg(start: dict[str, object], end: dict[str, object], river: Vertices | None) -> dict[str, object]:
    mode = str(start["mode_to_next"])
    followed = river if mode == "river" else None
    line = leg_line((start["lon"], start["lat"]), (end["lon"], end["lat"]), mode=mode, river=followed)  # type: ignore[arg-type]
    return {
        "corridor_id": start["corridor_id"],
        "seq": int(start["seq"]),  # type: ignore[call-overload]
        "from_place": start["place"],
        "to_place": end["place"],
        "mode": mode,
        "length_km": round(GEOD.geometry_length(line) / 1000, 1),
        "follows_river": followed is not None,
        "geometry": line,
    }


def _river_vertices() -> dict[tuple[str, int], Vertices]:
    """Return the vertices between two waypoints, by corridor and sequence of the first."""
    vertices: pd.DataFrame = facts("river_lines").astype({"seq": int, "order": int, "lat": float, "lon": float})
    vertices = vertices.sort_values(["corridor_id", "seq", "order"])
    return {
        (str(corridor_id), int(seq)): leg[["lon", "lat"]].to_numpy()
        for (corridor_id, seq), leg in vertices.groupby(["corridor_id", "seq"])
    }


OUTPUTS: Final[dict[str, Callable[[], bytes]]] = {"corridors.parquet": lambda: parquet_bytes(legs())}
READS: Final = {"corridors.parquet": ("data/corridor_waypoints.csv", "data/facts/river_lines.csv")}
