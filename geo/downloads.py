"""Rows of the shipped tables as files to take away: CSV that a spreadsheet opens safely, and GeoJSON."""

from __future__ import annotations

import json
import math
import re
from io import BytesIO
from typing import Any, Final, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo import indicators, records, store
from geo.catalogue import features, record
from geo.crs import DISPLAY_CRS, to_display_crs
from geo.errors import UnknownError
from geo.library.provenance import Cited, cited
from geo.messages import Message
from geo.records import Positions
from geo.sources import sources_of
from geo.viewer import LOCAL, Viewer

FORMULA: Final = re.compile(r"[=+\-@\t\r]")  # what makes a spreadsheet compute a cell instead of showing it
PLAIN_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
PRECISION: Final = 5  # decimals of a degree, about a metre: what the files keep


def csv(key: str, positions: Positions) -> bytes:
    """Return rows of a table as CSV: the file's own column names, codes and digits, and last the sources in words.

    UTF-8 with a byte order mark, without which Excel reads it as Latin-1. A cell that a
    spreadsheet would take for a formula gets an apostrophe in front; plain numbers do not.
    """
    rows = _with_sources(key, positions)
    safe = rows.apply(lambda column: column if pd.api.types.is_numeric_dtype(column) else column.map(safe_cell))
    return cast(str, safe.to_csv(index=False, lineterminator="\r\n")).encode("utf-8-sig")


def safe_cell(value: object) -> object:
    """Return a cell that no spreadsheet computes."""
    text = str(value)
    return f"'{text}" if FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text) else value


def geojson(key: str, positions: Positions) -> bytes:
    """Return rows of a table that has geometry as GeoJSON (RFC 7946).

    Raises
    ------
    UnknownError
        If the table has no geometry of its own.
    """
    table = records.table_named(key)
    if not table.has_geometry:
        raise UnknownError(
            Message("The table “{table}” has no shapes of its own. Download it as CSV.", table=table.label)
        )
    rows = _with_sources(key, positions)
    addresses = records.ids_at(key, positions)
    return collection(gpd.GeoDataFrame(rows, geometry=_shapes(key, positions), crs=DISPLAY_CRS), addresses)


def layer_geojson(key: str) -> bytes:
    """Return all features of a layer of the map as GeoJSON (RFC 7946); ``UnknownError`` if there is no such layer."""
    shapes = with_figures(key)
    return collection(shapes, [str(each) for each in shapes.index])


def layer_geoparquet(key: str) -> bytes:
    """Return a layer of the map as GeoParquet: the shipped file where one holds it, else its features.

    Raises
    ------
    UnknownError
        If there is no such layer.
    """
    payload = record(key).payload
    if payload is not None:
        return payload.file("features").read_bytes()
    original = store.DATA / f"{record(key).table}.parquet"
    if not record(key).indicator and original.is_file():
        return original.read_bytes()
    content = BytesIO()
    with_figures(key).to_parquet(content)
    return content.getvalue()


def with_figures(key: str, viewer: Viewer = LOCAL) -> gpd.GeoDataFrame:
    """Return the features of a layer; one of figures by unit gets a column for each year.

    The figure is the one that the map shows: the preferred source of that year. A unit whose country has
    but one figure for the whole of it stays empty, so that no figure is counted twice.
    """
    shapes, indicator = features(key, viewer), record(key, viewer).indicator
    if not indicator:
        return shapes
    units = {}
    for year in indicators.years(indicator):
        figures = indicators.by_unit(indicator, year)
        units[f"{indicator}_{year}"] = figures[figures["unit_id"] != ""].set_index("unit_id")["value"]
    return shapes.assign(**{name: values.reindex(shapes.index) for name, values in units.items()})


def collection(shapes: gpd.GeoDataFrame, ids: list[str]) -> bytes:
    """Return features as a GeoJSON collection, as RFC 7946 wants it.

    Longitude and latitude on WGS 84, no ``crs`` member, outer rings anticlockwise and holes
    clockwise, no number that JSON does not have; what has no shape gets ``null``.

    Parameters
    ----------
    shapes : GeoDataFrame, n rows
        Any geometry, in any declared CRS.
    ids : list of str, n values
        The ``id`` of each feature.
    """
    placed = to_display_crs(shapes, role="shapes")
    columns = [column for column in placed.columns if column != placed.geometry.name]
    each = zip(ids, placed.geometry, placed[columns].to_dict("records"), strict=True)
    listed = [
        {
            "type": "Feature",
            "id": id_,
            "geometry": _geometry(shape),
            "properties": {k: _plain(v) for k, v in row.items()},
        }
        for id_, shape, row in each
    ]
    whole = {"type": "FeatureCollection", "features": listed}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _geometry(shape: BaseGeometry | None) -> dict[str, Any] | None:
    if shape is None or shape.is_empty:
        return None
    turned = shapely.orient_polygons(shape)  # rings anticlockwise: RFC 7946, 3.1.6
    rounded = shapely.transform(turned, lambda xy: np.round(xy, PRECISION))
    return cast("dict[str, Any]", json.loads(shapely.to_geojson(rounded)))


def _plain(value: object) -> object:
    """Return a value that JSON has: no NaN, no types of NumPy."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _with_sources(key: str, positions: Positions) -> pd.DataFrame:
    """Return rows of a table with their sources in words: a file travels without the table that explains the ids."""
    rows, column = records.frame(key).iloc[positions], records.table_named(key).source_column
    if not column or key == "sources":
        return rows
    words = {
        cell: "; ".join(
            cited(Cited(title=each.title, publisher=each.publisher, year=each.year, url=each.url))
            for each in sources_of(cell)
        )
        for cell in rows[column].unique()
    }
    return rows.assign(sources=rows[column].map(words))


def _shapes(key: str, positions: Positions) -> gpd.GeoSeries:
    table, rows = records.table_named(key), records.frame(key).iloc[positions]
    if "lat" in rows:
        return gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), index=rows.index, crs=DISPLAY_CRS)
    if table.is_layer:
        return to_display_crs(store.layer(key), role="shapes").geometry.iloc[positions]
    found = features(table.layer).geometry.reindex(rows[table.feature_column])
    return gpd.GeoSeries(found.to_numpy(), index=rows.index, crs=DISPLAY_CRS)
