"""From a frame to what tiles are cut from: shapes in the square world, and the zoom each is drawn from.

A feature smaller than a pixel and a half, or one too many for its tile, is drawn as a count in a cell
instead (``geo/pyramid.py``). Which of the two is decided here, once for each feature and zoom, so that
neighbouring tiles agree.
"""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.affinity import translate

from geo.crs import to_display_crs
from geo.heights import only_whole, without_measures
from geo.mercator import TILE_PX, WORLD, pixel, world_geometry

SMALLEST_PX: Final = 1.5  # a smaller shape shows no shape
DEEPEST: Final = 15  # from this zoom everything is drawn as itself; the map ends at 14
TILE_BYTES: Final = 300_000  # what the features of a tile may come to; cells and a wrong guess need the rest of 500,000
CROWD_PX: Final = 16.0  # what is larger is a shape to everybody's eye and never becomes a count
TILE_POINTS: Final = 4000  # points of a tile that are still seen apart
BYTES_EACH: Final = 24  # a feature's id, properties and headers in a tile
BYTES_VERTEX: Final = 2.2  # two short differences
OVERVIEWS: Final = (3, 6, 9, 12)  # zooms up to which a simplified copy serves
OVERVIEW_PX: Final = 0.35  # what an overview may move a line, at its zoom
HEAVY: Final = 0.5  # an overview is kept where it halves the vertices

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]


def drawable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the features that can be drawn, valid and in WGS 84, those across the antimeridian in two parts.

    Rows without a geometry, with an empty one or with coordinates that are no numbers are left out. Heights stay.

    Raises
    ------
    CrsError
        If the frame declares no CRS.
    """
    shown = to_display_crs(frame, role="features")
    geometry = np.asarray(shown.geometry.to_numpy(), dtype=object)
    bounds = shapely.bounds(geometry)
    known = ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry) & np.isfinite(bounds).all(axis=1)
    shown, geometry, bounds = shown[known], geometry[known], bounds[known]
    geometry = without_measures(geometry)
    beyond = (bounds[:, 0] < -180) | (bounds[:, 2] > 180) | (bounds[:, 2] - bounds[:, 0] > 180)
    for row in np.flatnonzero(beyond):
        geometry[row] = within_the_globe(geometry[row])
    broken = ~shapely.is_valid(geometry)
    # An area stays an area: what falls flat when a ring is mended is no feature of its own.
    geometry[broken] = shapely.make_valid(geometry[broken], method="structure", keep_collapsed=False)
    geometry = only_whole(geometry)
    left = ~shapely.is_empty(geometry)
    return gpd.GeoDataFrame(shown[left].set_geometry(geometry[left], crs=shown.crs))


def within_the_globe(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return a geometry with all longitudes from -180 to 180, cut at the antimeridian (RFC 7946, 3.1.9).

    A line that jumps by more than half the globe is taken to go the short way round, unless it runs
    from one edge of the map to the other, as the outlines of whole-world and polar areas do.
    """
    parts = [_unrolled(part) for part in shapely.get_parts(geometry) if not part.is_empty]
    parts = [part if part.is_valid else shapely.make_valid(part) for part in parts]
    cut = []
    for part in parts:
        west, _, east, _ = part.bounds
        for turn in range(int(np.floor((west + 180) / 360)), int(np.ceil((east - 180) / 360)) + 1):
            piece = shapely.intersection(part, shapely.box(-180 + 360 * turn, -90, 180 + 360 * turn, 90))
            if not piece.is_empty and shapely.get_dimensions(piece) == shapely.get_dimensions(part):
                cut.append(translate(piece, xoff=-360 * turn))
    return shapely.union_all(cut)


def _unrolled(part: shapely.Geometry) -> shapely.Geometry:
    """Return a part whose neighbouring vertices are never half the globe apart."""
    if part.geom_type == "Polygon":
        shell, *holes = (_steps(np.asarray(ring.coords)) for ring in (part.exterior, *part.interiors))
        return shapely.Polygon(shell, holes)
    return shapely.LineString(_steps(np.asarray(part.coords))) if part.geom_type == "LineString" else part


def _steps(xy: Floats) -> Floats:
    jumps = np.diff(xy[:, 0])
    edge_to_edge = (np.abs(xy[:-1, 0]) >= 180) & (np.abs(xy[1:, 0]) >= 180)
    turns = np.where((np.abs(jumps) > 180) & ~edge_to_edge, -np.round(jumps / 360), 0)
    out = xy.copy()
    out[1:, 0] += 360 * np.cumsum(turns)
    return out


def table(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return what tiles are cut from, one row for each feature of a frame that ``drawable`` returned.

    Returns
    -------
    DataFrame, on the index of the frame
        shape (WKB, units of ``geo.mercator``, whole), xmin, ymin, xmax, ymax (units), anchor_x, anchor_y (units:
        the point that says in which cell it is counted), area (square units), drawn_from (zoom), vertices, and
        shape_3 to shape_12, simpler copies that serve up to that zoom, where they are worth it.
    """
    shapes = world_geometry(np.asarray(frame.geometry.to_numpy(), dtype=object))
    shapes = shapely.orient_polygons(shapes, exterior_cw=True)  # as tiles want them once y grows to the south
    bounds = shapely.bounds(shapes)
    flat = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    anchors = np.clip(np.column_stack([bounds[:, 0] + bounds[:, 2], bounds[:, 1] + bounds[:, 3]]) / 2, 0, WORLD - 1)
    drawn_from = _first_zooms(shapes, flat, anchors)
    columns = {
        "xmin": bounds[:, 0],
        "ymin": bounds[:, 1],
        "xmax": bounds[:, 2],
        "ymax": bounds[:, 3],
        "anchor_x": anchors[:, 0].astype(np.int32),
        "anchor_y": anchors[:, 1].astype(np.int32),
        "area": shapely.area(shapes),
        "drawn_from": drawn_from.astype(np.int8),
        "vertices": shapely.get_num_coordinates(shapes).astype(np.int32),
        **_overviews(shapes, drawn_from),
        "shape": shapely.to_wkb(shapes),
    }
    return pd.DataFrame(columns, index=frame.index)


def _first_zooms(shapes: Geometries, flat: Floats, anchors: Floats) -> Ints:
    """Return from which zoom on each feature is drawn as itself: large enough, and not too many in its tile."""
    with np.errstate(divide="ignore"):
        large = np.ceil(np.log2(SMALLEST_PX * pixel(0) / flat))
    is_point = flat == 0
    drawn_from = np.where(is_point, 0, np.clip(large, 0, DEEPEST)).astype(np.int64)
    vertices, around = shapely.get_num_coordinates(shapes), shapely.length(shapes)
    for zoom in range(DEEPEST - 1, -1, -1):
        drawn = np.flatnonzero(drawn_from <= zoom)
        if not len(drawn):
            break
        tiles = _tiles(anchors[drawn], zoom)
        points = is_point[drawn]
        crowded = np.zeros(len(drawn), dtype=bool)
        if points.any():
            _, tile_of, counts = np.unique(tiles[points], return_inverse=True, return_counts=True)
            crowded[points] = counts[tile_of] > TILE_POINTS
        if not points.all():
            rest = ~points
            each = drawn[rest]
            px = pixel(zoom)
            share = np.minimum(1, TILE_PX * px / flat[each])  # of a feature that reaches over several tiles
            size = BYTES_EACH + BYTES_VERTEX * share * np.minimum(vertices[each], 4 + around[each] / px)
            crowded[rest] = _beyond(tiles[rest], flat[each], size, TILE_BYTES) & (flat[each] < CROWD_PX * px)
        drawn_from[drawn[crowded]] = zoom + 1
    return drawn_from


def _tiles(anchors: Floats, zoom: int) -> Ints:
    """Return a number for the tile of each anchor."""
    side = WORLD / 2**zoom
    found: Ints = (anchors[:, 0] // side).astype(np.int64) * 2**zoom + (anchors[:, 1] // side).astype(np.int64)
    return found


def _beyond(tiles: Ints, large: Floats, size: Floats, bound: float) -> npt.NDArray[np.bool_]:
    """Return which features no longer fit their tile when the largest come first."""
    order = np.lexsort((-large, tiles))
    running = np.cumsum(size[order])
    first = np.flatnonzero(np.r_[True, np.diff(tiles[order]) != 0])
    before = np.r_[0, running[:-1]][first]
    within = running - np.repeat(before, np.diff(np.r_[first, len(order)]))
    out = np.zeros(len(tiles), dtype=bool)
    out[order] = within > bound
    return out


def _overviews(shapes: Geometries, drawn_from: Ints) -> dict[str, Geometries]:
    """Return simplified copies for small zooms, where they halve the vertices of what is drawn there."""
    out = {}
    finer = shapes
    for zoom in reversed(OVERVIEWS):
        drawn = np.flatnonzero(drawn_from <= zoom)
        before = shapely.get_num_coordinates(finer[drawn])
        if before.sum() < 4 * TILE_PX:
            continue
        simple = shapely.simplify(finer[drawn], OVERVIEW_PX * pixel(zoom), preserve_topology=True)
        if shapely.get_num_coordinates(simple).sum() > HEAVY * before.sum():
            continue
        finer = finer.copy()
        finer[drawn] = simple
        wkb = np.full(len(shapes), None, dtype=object)
        wkb[drawn] = shapely.to_wkb(simple)
        out[f"shape_{zoom}"] = wkb
    return out
