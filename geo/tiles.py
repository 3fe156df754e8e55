"""Vector tiles of stored layers, cut on demand: features large enough to be seen, and counts of the others.

A tile is a Mapbox Vector Tile (version 2.1) with at most two layers. ``features`` holds what is drawn as
itself, clipped and simplified to the pixel, with its id and the columns that the style reads. ``cells``
holds for the rest how many lie in each cell, so that nothing is ever dropped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import duckdb
import geopandas as gpd
import shapely

from geo import pyramid, sql
from geo.errors import UnknownError
from geo.mercator import TILE_PX, TILE_ZOOMS, WORLD, pixel, tile_box
from geo.messages import Message
from geo.payloads import Payload
from geo.selection import Where
from geo.shapes import DEEPEST

EXTENT: Final = 4096  # units along a tile's side
BUFFER_PX: Final = 16  # beyond the edge, so that no sign or stroke is cut there
BUFFER: Final = BUFFER_PX * EXTENT // TILE_PX
HEAVY: Final = 5000  # vertices; ST_AsMVTGeom takes seconds to clip a million, clip_by_rect milliseconds
MOST_BYTES: Final = 500_000  # of a tile; beyond, its shapes are simplified further
THINNED_PX: Final = 0.2  # what leaving out vertices may move a line
COARSER_PX: Final = (0.0, 1.0, 2.0, 4.0)  # what simplification may move a line, tried one after another
SIDE_UNITS: Final = 16  # the side of a cell's mean feature is told in parts of a pixel
GONE: Final = Message("This tile is not here.")


def tile(payload: Payload, z: int, x: int, y: int, where: Where, columns: tuple[str, ...] | None = None) -> bytes:
    """Return a tile of a stored layer; b"" where nothing of it lies. See ``block``."""
    return block(payload, z, x, y, where, columns, side=1)[x, y]


def block(
    payload: Payload, z: int, x: int, y: int, where: Where, columns: tuple[str, ...] | None = None, *, side: int
) -> dict[tuple[int, int], bytes]:
    """Return the tiles of a square block of a stored layer by column and row; b"" where nothing of it lies.

    Who asks for a tile asks for those beside it too, and most of a tile's time goes into asking: sixteen
    together take two to ten times less than one by one.

    Parameters
    ----------
    z, x, y : int
        Zoom, and the block's first column from the west and first row from the north, as all web maps count.
    where : Where
        What the filters let through.
    columns : tuple of str, optional
        The keys that the style reads; all keys without it.
    side : int
        Tiles along each side of the block; those beyond the world are left out.

    Raises
    ------
    UnknownError
        If there is no such tile, or the layer was deleted meanwhile.
    """
    if z not in TILE_ZOOMS or not (0 <= x < 2**z and 0 <= y < 2**z):
        raise UnknownError(GONE)
    wanted = payload.keys if columns is None else tuple(key for key in columns if key in payload.keys)
    ask = _Question(payload, z, x, y, where, wanted, min(side, 2**z - max(x, y)))
    try:
        features, cells = _features(ask), _cells(ask)
        return {place: _bounded(ask, place, features.get(place, b""), cells.get(place, b"")) for place in ask.places}
    except duckdb.IOException as error:
        raise UnknownError(GONE) from error


@dataclass(frozen=True)
class _Question:
    """A block of tiles that is asked for."""

    payload: Payload
    z: int
    x: int
    y: int
    where: Where
    columns: tuple[str, ...]
    side: int

    @property
    def places(self) -> list[tuple[int, int]]:
        """Column and row of each tile."""
        return [(self.x + right, self.y + down) for down in range(self.side) for right in range(self.side)]

    def box(self, *, buffer_px: float = 0) -> tuple[float, float, float, float]:
        """Return the box around the block in units: west, south, east, north."""
        west, _, _, north = tile_box(self.z, self.x, self.y, buffer_px=buffer_px)
        _, south, east, _ = tile_box(self.z, self.x + self.side - 1, self.y + self.side - 1, buffer_px=buffer_px)
        return west, south, east, north

    def table(self, name: Literal["shapes", "cells"]) -> str:
        """Return one of the layer's tables as SQL reads it."""
        return f"read_parquet({sql.word(str(self.payload.file(name)))}, file_row_number = true)"


def _bounded(ask: _Question, place: tuple[int, int], features: bytes, cells: bytes) -> bytes:
    """Return a tile within the bound of bytes: beyond it, its shapes are simplified until they fit."""
    for coarser_px in COARSER_PX:
        if len(features) + len(cells) <= MOST_BYTES:
            break
        alone = replace(ask, x=place[0], y=place[1], side=1)
        features = _features(alone, coarser_px).get(place, b"")
    return features + cells


def _features(ask: _Question, coarser_px: float = 0.0) -> dict[tuple[int, int], bytes]:
    """Return the layer ``features`` of each tile of a block that has one."""
    condition, values = ask.where.condition()
    west, south, east, north = ask.box(buffer_px=BUFFER_PX)
    shape = next((f"shape_{zoom}" for zoom in ask.payload.overviews if zoom >= ask.z), "shape")
    chosen = (
        f"SELECT id, {_listed(ask.columns)}{shape} AS shape, xmin, ymin, xmax, ymax, file_row_number AS place "
        f"FROM {ask.table('shapes')} "
        f"WHERE drawn_from <= {ask.z} AND xmin <= {east} AND xmax >= {west} AND ymin <= {north} AND ymax >= {south} "
        f"AND vertices {{}} {HEAVY} AND {condition}"
    )
    source = chosen.format("<=")
    if ask.payload.heaviest > HEAVY:
        heavy = [_clipped(row, west, south, east, north) for row in sql.rows(chosen.format(">"), values)]
        if heavy:
            row = f"({', '.join('?' * len(heavy[0]))})"
            source += f" UNION ALL VALUES {', '.join([row] * len(heavy))}"
            values = [*values, *(each for row in heavy for each in row)]
    geometry = "ST_GeomFromWKB(shape)"
    if coarser_px:
        geometry = f"ST_SimplifyPreserveTopology({geometry}, {coarser_px * pixel(ask.z)})"
    across, margin = WORLD / 2**ask.z, BUFFER_PX * pixel(ask.z)
    left, _, _, top = ask.box()
    tiles = (
        f"SELECT a.range AS tx, b.range AS ty, {left} + a.range * {across} AS w, {top} - b.range * {across} AS n "
        f"FROM range({ask.side}) a, range({ask.side}) b"
    )
    box = f"{{'min_x': w, 'min_y': n - {across}, 'max_x': w + {across}, 'max_y': n}}::BOX_2D"
    inside = (
        f"xmin >= w - {margin} AND xmax <= w + {across + margin} "
        f"AND ymin >= n - {across + margin} AND ymax <= n + {margin}"
    )
    # ST_AsMVTGeom takes 30 us for a shape of any size; what needs no clipping is moved and thinned in a tenth of that.
    fitted = (
        f"CASE WHEN {inside} THEN {_moved(ask, geometry, across)} "
        f"ELSE ST_AsMVTGeom({geometry}, {box}, {EXTENT}, {BUFFER}, true) END"
    )
    # MATERIALIZED and FILTER instead of WHERE: DuckDB 1.5.5 may push a condition on a geometry down to where it
    # meets cells that were never written, and fail for good.
    query = (
        f"WITH chosen AS MATERIALIZED ({source}), tile AS ({tiles}), fitted AS ("
        f"SELECT tx, ty, id, {_listed(ask.columns)}place, {fitted} AS g "
        f"FROM chosen JOIN tile ON xmin <= w + {across + margin} AND xmax >= w - {margin} "
        f"AND ymin <= n + {margin} AND ymax >= n - {across + margin}) "
        f"SELECT tx, ty, ST_AsMVT({_packed(('id',), ask.columns)}, 'features', {EXTENT}, 'g' ORDER BY place) "
        f"FILTER (g IS NOT NULL) "
        f"FROM fitted GROUP BY tx, ty HAVING count(g) > 0"
    )
    return _by_place(ask, query, values)


def _moved(ask: _Question, geometry: str, across: float) -> str:
    """Return a shape in the units of its tile, without vertices that make no difference; what would vanish stays."""
    scale = EXTENT / across
    # Half a unit more, since ST_AsMVT cuts decimals off.
    moved = f"ST_Affine({geometry}, {scale}, 0.0, 0.0, -{scale}, 0.5 - w * {scale}, 0.5 + n * {scale})"
    if ask.payload.geometry == "point":
        return moved
    thinned = f"ST_Simplify({moved}, {THINNED_PX * EXTENT / TILE_PX})"
    return f"CASE WHEN ST_IsEmpty({thinned}) THEN {moved} ELSE {thinned} END"


def _clipped(row: tuple[Any, ...], *box: float) -> tuple[Any, ...]:
    """Return a row of the question for features with its shape clipped to a box."""
    *told, wkb, xmin, ymin, xmax, ymax, place = row
    return (
        *told,
        shapely.to_wkb(shapely.clip_by_rect(shapely.from_wkb(bytes(wkb)), *box)),
        xmin,
        ymin,
        xmax,
        ymax,
        place,
    )


def _cells(ask: _Question) -> dict[tuple[int, int], bytes]:
    """Return the layer ``cells`` of each tile of a block that has one."""
    if ask.z >= DEEPEST:
        return {}
    condition, values = ask.where.condition()
    level, cell_px = pyramid.level_of(ask.z), ask.payload.cell_px
    finer = level - ask.z
    row = TILE_PX // cell_px  # cells along a tile's side
    west, north = (
        ask.x * row,
        (2**ask.z - ask.y) * row,
    )  # the block's first column of cells, and the row above its first
    east, south = west + ask.side * row, north - ask.side * row
    side = EXTENT // row
    listed = _listed(ask.columns)
    # The side of the mean feature, in parts of a pixel of this zoom: what a stroke stands around.
    mean = f"round(sqrt(sum(area) / sum(n)) / {pixel(ask.z)} * {SIDE_UNITS})::INTEGER"
    counted = (
        f"SELECT (cx >> {finer}) - {west} AS across, {north - 1} - (cy >> {finer}) AS down, {listed}n, area "
        f"FROM {ask.table('cells')} WHERE level = {level} AND drawn_from > {ask.z} "
        f"AND cx >= {west << finer} AND cx < {east << finer} AND cy >= {south << finer} AND cy < {north << finer} "
        f"AND {condition}"
    )
    summed = (
        f"SELECT across, down, {listed}sum(n)::INTEGER AS n, {mean} AS s FROM ({counted}) GROUP BY {listed}across, down"
    )
    point = f"ST_Point((across % {row}) * {side} + {side / 2}, (down % {row}) * {side} + {side / 2})"
    # Cells that look alike are one feature of many points: a few bytes each instead of some twenty.
    alike = (
        f"SELECT across // {row} AS tx, down // {row} AS ty, {listed}n, s, "
        f"ST_Collect(list({point} ORDER BY down DESC, across)) AS g FROM ({summed}) "
        f"GROUP BY {listed}tx, ty, n, s ORDER BY ALL"
    )
    query = (
        f"SELECT tx, ty, ST_AsMVT({_packed(('n', 's'), ask.columns)}, 'cells', {EXTENT}, 'g') FROM ({alike}) "
        f"GROUP BY tx, ty"
    )
    return _by_place(ask, query, values)


def _by_place(ask: _Question, query: str, values: list[object]) -> dict[tuple[int, int], bytes]:
    return {(ask.x + right, ask.y + down): bytes(body) for right, down, body in sql.rows(query, values)}


def _listed(columns: tuple[str, ...]) -> str:
    return "".join(f"{sql.key(column)}, " for column in columns)


def _packed(own: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """Return the struct of a feature: what we say of it, its keys under their own names, and its geometry."""
    said = [f"{sql.word(each)}: {each}" for each in own]
    told = [f"{sql.word(column)}: {sql.key(column)}" for column in columns if column not in own]
    return "{" + ", ".join([*said, *told, "'g': g"]) + "}"


def feature(payload: Payload, feature_id: str) -> bytes:
    """Return one feature as GeoJSON text, whole and in degrees, with what styles read, to be lit on the map.

    Raises
    ------
    UnknownError
        If the layer has no such feature, or is gone.
    """
    wanted = [("id", "==", feature_id)]
    try:
        columns = list(dict.fromkeys(["id", *payload.keys, "geometry"]))
        frame = gpd.read_parquet(payload.file("features"), columns=columns, filters=wanted)
    except OSError as error:
        raise UnknownError(GONE) from error
    if frame.empty:
        raise UnknownError(GONE)
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(frame.geometry.iloc[0]))
    properties = {"id": feature_id, **{key: str(frame[key].iloc[0]) for key in payload.keys}}
    text = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps(text, ensure_ascii=False, separators=(",", ":")).encode()
