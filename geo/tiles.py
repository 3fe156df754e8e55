"""Vector tiles of stored layers, cut on demand: features large enough to be seen, and counts of the others.

A tile is a Mapbox Vector Tile (version 2.1) with at most two layers. ``features`` holds what is drawn as
itself, clipped and simplified to the pixel, with its id and the columns that the style reads. ``cells``
holds for the rest how many lie in each cell, so that nothing is ever dropped.
"""

from __future__ import annotations

import json
from typing import Any, Final

import duckdb
import geopandas as gpd
import shapely

from geo import pyramid, sql
from geo.errors import UnknownError
from geo.mercator import TILE_PX, TILE_ZOOMS, pixel, tile_box
from geo.messages import Message
from geo.payloads import Payload
from geo.selection import Where
from geo.shapes import DEEPEST

EXTENT: Final = 4096  # units along a tile's side
BUFFER_PX: Final = 16  # beyond the edge, so that no sign or stroke is cut there
BUFFER: Final = BUFFER_PX * EXTENT // TILE_PX
HEAVY: Final = 5000  # vertices; ST_AsMVTGeom takes seconds to clip a million, clip_by_rect milliseconds
MOST_BYTES: Final = 500_000  # of a tile; beyond, its shapes are simplified further
COARSER_PX: Final = (0.0, 1.0, 2.0, 4.0)  # what simplification may move a line, tried one after another
SIDE_UNITS: Final = 16  # the side of a cell's mean feature is told in parts of a pixel
GONE: Final = Message("This tile is not here.")


def tile(payload: Payload, z: int, x: int, y: int, where: Where, columns: tuple[str, ...] | None = None) -> bytes:
    """Return a tile of a stored layer; b"" where nothing of it lies.

    Parameters
    ----------
    z, x, y : int
        Zoom, column from the west, row from the north, as all web maps count.
    where : Where
        What the filters let through.
    columns : tuple of str, optional
        The keys that the style reads; all keys without it.

    Raises
    ------
    UnknownError
        If there is no such tile, or the layer was deleted meanwhile.
    """
    if z not in TILE_ZOOMS or not (0 <= x < 2**z and 0 <= y < 2**z):
        raise UnknownError(GONE)
    wanted = payload.keys if columns is None else tuple(key for key in columns if key in payload.keys)
    try:
        cells = _cells(payload, z, x, y, where, wanted)
        features = b""
        for coarser_px in COARSER_PX:
            features = _features(payload, z, x, y, where, wanted, coarser_px)
            if len(features) + len(cells) <= MOST_BYTES:
                break
        return features + cells
    except duckdb.IOException as error:
        raise UnknownError(GONE) from error


def _features(
    payload: Payload, z: int, x: int, y: int, where: Where, columns: tuple[str, ...], coarser_px: float
) -> bytes:
    condition, values = where.condition()
    west, south, east, north = tile_box(z, x, y, buffer_px=BUFFER_PX)
    shape = next((f"shape_{zoom}" for zoom in payload.overviews if zoom >= z), "shape")
    chosen = (
        f"SELECT id, {_listed(columns)}{shape} AS shape FROM read_parquet({sql.word(str(payload.file('shapes')))}) "
        f"WHERE drawn_from <= {z} AND xmin <= {east} AND xmax >= {west} AND ymin <= {north} AND ymax >= {south} "
        f"AND vertices {{}} {HEAVY} AND {condition}"
    )
    source = chosen.format("<=")
    if payload.heaviest > HEAVY:
        heavy = [
            (*told, shapely.to_wkb(shapely.clip_by_rect(shapely.from_wkb(bytes(wkb)), west, south, east, north)))
            for *told, wkb in sql.rows(chosen.format(">"), values)
        ]
        if heavy:
            row = f"({', '.join('?' * len(heavy[0]))})"
            source += f" UNION ALL VALUES {', '.join([row] * len(heavy))}"
            values = [*values, *(each for row in heavy for each in row)]
    geometry = "ST_GeomFromWKB(shape)"
    if coarser_px:
        geometry = f"ST_SimplifyPreserveTopology({geometry}, {coarser_px * pixel(z)})"
    fitted = f"ST_AsMVTGeom({geometry}, {_box(z, x, y)}, {EXTENT}, {BUFFER}, true) AS g"
    inner = f"SELECT * EXCLUDE shape, {fitted} FROM ({source})"
    # Not WHERE: DuckDB 1.5.5 may push that down to where it meets cells that were never written, and fail for good.
    packed = f"ST_AsMVT({_packed(('id',), columns)}, 'features', {EXTENT}, 'g') FILTER (g IS NOT NULL)"
    return _bytes(f"SELECT {packed} FROM ({inner}) HAVING count(g) > 0", values)


def _box(z: int, x: int, y: int) -> str:
    west, south, east, north = tile_box(z, x, y)
    return f"{{'min_x': {west}, 'min_y': {south}, 'max_x': {east}, 'max_y': {north}}}::BOX_2D"


def _cells(payload: Payload, z: int, x: int, y: int, where: Where, columns: tuple[str, ...]) -> bytes:
    if z >= DEEPEST:
        return b""
    condition, values = where.condition()
    level, cell_px = pyramid.level_of(z), payload.cell_px
    finer = level - z
    row = TILE_PX // cell_px  # cells along a tile's side
    west, south = x * row, (2**z - 1 - y) * row
    side = EXTENT // row
    by = f"cx, cy, {_listed(columns)}"
    # The side of the mean feature, in parts of a pixel of this zoom: what a stroke stands around.
    mean = f"round(sqrt(sum(area) / sum(n)) / {pixel(z)} * {SIDE_UNITS})::INTEGER"
    counted = (
        f"SELECT (cx >> {finer}) - {west} AS cx, (cy >> {finer}) - {south} AS cy, {_listed(columns)}n, area "
        f"FROM read_parquet({sql.word(str(payload.file('cells')))}) "
        f"WHERE level = {level} AND drawn_from > {z} AND cx >= {west << finer} AND cx < {(west + row) << finer} "
        f"AND cy >= {south << finer} AND cy < {(south + row) << finer} AND {condition}"
    )
    summed = f"SELECT {by}sum(n)::INTEGER AS n, {mean} AS s FROM ({counted}) GROUP BY {by.removesuffix(', ')}"
    point = f"ST_Point(cx * {side} + {side / 2}, {EXTENT} - (cy * {side} + {side / 2}))"
    # Cells that look alike are one feature of many points: a few bytes each instead of some twenty.
    alike = (
        f"SELECT {_listed(columns)}n, s, ST_Collect(list({point} ORDER BY cy, cx)) AS g FROM ({summed}) "
        f"GROUP BY {_listed(columns)}n, s ORDER BY ALL"
    )
    packed = f"ST_AsMVT({_packed(('n', 's'), columns)}, 'cells', {EXTENT}, 'g')"
    return _bytes(f"SELECT {packed} FROM ({alike}) HAVING count(*) > 0", values)


def _listed(columns: tuple[str, ...]) -> str:
    return "".join(f"{sql.key(column)}, " for column in columns)


def _packed(own: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """Return the struct of a feature: what we say of it, its keys under their own names, and its geometry."""
    said = [f"{sql.word(each)}: {each}" for each in own]
    told = [f"{sql.word(column)}: {sql.key(column)}" for column in columns if column not in own]
    return "{" + ", ".join([*said, *told, "'g': g"]) + "}"


def _bytes(query: str, values: list[object]) -> bytes:
    found = sql.rows(query, values)
    return bytes(found[0][0]) if found else b""


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
