"""Tiles seen from outside: which of them hold features, and what a vector tile says, read by GDAL."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Final

import geopandas as gpd
import numpy as np
import pyogrio

TILE_PX: Final = 256
Tile = tuple[int, int, int]  # zoom, column from the west, row from the north


def tile_of(lon: float, lat: float, zoom: int) -> Tile:
    """Return the tile that holds a position in degrees."""
    column, row = _numbers(np.array([lon]), np.array([lat]), zoom)[0]
    return zoom, int(column), int(row)


def middle_of(tile: Tile) -> tuple[float, float]:
    """Return longitude and latitude of the middle of a tile, in degrees."""
    zoom, x, y = tile
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + 0.5) / 2**zoom))))
    return (x + 0.5) / 2**zoom * 360 - 180, float(lat)


def tiles_holding(frame: gpd.GeoDataFrame, zoom: int, *, least: int = 1) -> list[Tile]:
    """Return the tiles that hold the middles of at least so many features, the fullest first.

    Parameters
    ----------
    frame : GeoDataFrame, EPSG:4326
    """
    corners = frame.bounds.to_numpy()
    middles = (corners[:, :2] + corners[:, 2:]) / 2
    numbers, counts = np.unique(_numbers(middles[:, 0], middles[:, 1], zoom), axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [(zoom, int(x), int(y)) for (x, y), n in zip(numbers[order], counts[order], strict=True) if n >= least]


def spread(tiles: list[Tile], n: int) -> list[Tile]:
    """Return n tiles at equal steps of a list, its first and last among them; all of a shorter list."""
    if len(tiles) <= n:
        return tiles
    return [tiles[int(at)] for at in np.linspace(0, len(tiles) - 1, n)]


def around(lon: float, lat: float, zoom: int, *, width: int, height: int) -> list[Tile]:
    """Return the tiles of a view of so many tiles around a position, row by row."""
    _, column, row = tile_of(lon, lat, zoom)
    columns = range(column - width // 2, column - width // 2 + width)
    rows = range(row - height // 2, row - height // 2 + height)
    last = 2**zoom - 1
    return [(zoom, x, y) for y in rows for x in columns if 0 <= x <= last and 0 <= y <= last]


def _numbers(lon: np.ndarray, lat: np.ndarray, zoom: int) -> np.ndarray:
    sine = np.sin(np.radians(lat.clip(-85.0, 85.0)))
    x = (lon + 180) / 360
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    return np.floor(np.column_stack([x, y]) * 2**zoom).clip(0, 2**zoom - 1).astype(np.int64)


@dataclass(frozen=True)
class Content:
    """What a vector tile says: the ids of the features drawn as themselves, and how many more its cells count."""

    ids: frozenset[str] = field(default_factory=frozenset)
    counted: int = 0


def content(body: bytes) -> Content:
    """Read a tile (an uncompressed MVT; no bytes are an empty tile)."""
    if not body:
        return Content()
    names = _layers(body)
    ids: frozenset[str] = frozenset()
    counted = 0
    if "features" in names and len(features := _read(body, "features")):  # a layer of none has no columns
        ids = frozenset(map(str, features["id"]))
    if "cells" in names and len(cells := _read(body, "cells")):
        counted = int((cells["n"] * cells.geometry.count_coordinates()).sum())
    return Content(ids, counted)


def _layers(body: bytes) -> set[str]:
    return {str(name) for name in pyogrio.list_layers(body)[:, 0]}


def _read(body: bytes, layer: str) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():  # a tile without its address has no reference system; only its numbers are asked
        warnings.simplefilter("ignore")
        return pyogrio.read_dataframe(body, layer=layer)
