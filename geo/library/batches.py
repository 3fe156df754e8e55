"""Features as a stream of batches: what every format is written from, so that no layer is in memory twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from geo.crs import to_display_crs
from geo.library import depot
from geo.selection import EVERYTHING, Where

BATCH: Final = 4096  # rows: the row groups of stored layers
GEOMETRY: Final = "geometry"
PERIOD: Final = ("first_year", "last_year")
Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Stream:
    """Features in EPSG:4326: their columns, and batches of them as often as they are asked for.

    Attributes
    ----------
    schema : pyarrow.Schema
        The attributes, and last ``geometry`` as WKB.
    rows : int
        How many features.
    kinds : frozenset of str
        The names of their geometry types, such as MultiPolygon, without the third dimension.
    batches : callable
        Returns an iterator of record batches of this schema.
    is_high : bool
        Whether some have heights, for formats that want to know it first.
    """

    schema: pa.Schema
    rows: int
    kinds: frozenset[str]
    batches: Callable[[], Iterator[pa.RecordBatch]]
    is_high: bool = False

    @property
    def attributes(self) -> list[pa.Field]:
        """Every field but the geometry."""
        return [field for field in self.schema if field.name != GEOMETRY]


def of_frame(frame: gpd.GeoDataFrame) -> Stream:
    """Return the features of a frame; an index named ``id`` becomes a column, columns of mixed kinds become text.

    Raises
    ------
    CrsError
        If the frame declares no CRS.
    """
    placed = to_display_crs(frame, role="features")
    rows = pd.DataFrame(placed.drop(columns=placed.geometry.name))
    if frame.index.name == "id":
        rows = rows.drop(columns="id", errors="ignore")
        rows.insert(0, "id", frame.index.astype(str))
    rows.columns = [str(name) for name in rows.columns]
    # A column of a frame may be called as ours is for the shapes.
    rows = rows.rename(columns={GEOMETRY: f"{GEOMETRY}_"}) if GEOMETRY in rows else rows
    mixed = {
        name: rows[name].map(str).where(rows[name].notna(), None)
        for name in rows.columns
        if pd.api.types.infer_dtype(rows[name], skipna=True).startswith("mixed")
    }
    table = pa.Table.from_pandas(rows.assign(**mixed), preserve_index=False).replace_schema_metadata()
    shapes = np.asarray(placed.geometry.to_numpy(), dtype=object)
    schema = table.schema.append(pa.field(GEOMETRY, pa.binary()))

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(shapes), BATCH):
            part = table.slice(start, BATCH).combine_chunks()
            wkb = pa.array(shapely.to_wkb(shapes[start : start + BATCH]), pa.binary())
            columns = [
                _whole(part.column(name), field.type)
                for name, field in zip(part.column_names, part.schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays([*columns, wkb], schema=schema)

    return Stream(schema, len(shapes), kinds_of(shapes), batches, is_high=bool(shapely.has_z(shapes).any()))


def of_parquet(
    path: Path, *, without: Iterable[str] = (), where: Where = EVERYTHING, rows: int | None = None
) -> Stream:
    """Return the features of a stored layer's file, some columns left out.

    Parameters
    ----------
    where : Where
        What is let through.
    rows : int, optional
        How many that are, where it is known; all of the file by default.

    Raises
    ------
    DataError
        If the file is not there or damaged; also from the batches.
    """
    with _whole_file():
        file = pq.ParquetFile(path)
    left_out = {*without, GEOMETRY}
    names = [name for name in file.schema_arrow.names if name not in left_out]
    fields = [file.schema_arrow.field(name).remove_metadata() for name in names]
    schema = pa.schema([*fields, pa.field(GEOMETRY, pa.binary())])
    asked = [*where.members, *(PERIOD if where.year is not None else ())]
    read = list(dict.fromkeys([*names, GEOMETRY, *asked]))

    def batches() -> Iterator[pa.RecordBatch]:
        with _whole_file(), pq.ParquetFile(path) as opened:
            for whole in opened.iter_batches(BATCH, columns=read):
                batch = whole
                if asked:
                    kept = where.mask(whole.select(asked).to_pandas())
                    batch = whole.filter(pa.array(kept.to_numpy(dtype=bool)))
                    if not batch.num_rows:
                        continue
                columns = [batch.column(name).cast(schema.field(name).type) for name in schema.names]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)

    described = json.loads((file.metadata.metadata or {}).get(b"geo", b"{}"))
    told = described.get("columns", {}).get(GEOMETRY, {}).get("geometry_types", [])
    kinds = frozenset(str(kind).removesuffix(" Z") for kind in told)
    is_high = any(str(kind).endswith(" Z") for kind in told)
    stream = Stream(schema, file.metadata.num_rows if rows is None else rows, kinds, batches, is_high=is_high)
    return stream if kinds else replace(stream, kinds=_scanned(stream))


@contextmanager
def _whole_file() -> Iterator[None]:
    """Say in a sentence that a file cannot be read as what was stored."""
    try:
        yield
    except (OSError, pa.ArrowInvalid) as error:
        raise depot.damaged() from error


def shapes_of(batch: pa.RecordBatch) -> Geometries:
    """Return the geometries of a batch; None where a feature has none."""
    return cast(Geometries, shapely.from_wkb(np.asarray(batch.column(GEOMETRY).to_pylist(), dtype=object)))


def simplified(stream: Stream, names: Iterable[str] | None = None) -> Stream:
    """Return a stream whose columns every GIS knows: whole numbers, figures, texts, dates and truths.

    Lists and mappings become JSON, what is no number becomes nothing.

    Parameters
    ----------
    names : iterable of str, optional
        What the attributes are called instead.
    """
    called = list(names) if names is not None else [field.name for field in stream.attributes]
    fields = [pa.field(name, _plain_type(field.type)) for name, field in zip(called, stream.attributes, strict=True)]
    schema = pa.schema([*fields, pa.field(GEOMETRY, pa.binary())])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in stream.batches():
            attributes = [plain(batch.column(field.name)) for field in stream.attributes]
            yield pa.RecordBatch.from_arrays([*attributes, batch.column(GEOMETRY)], schema=schema)

    return replace(stream, schema=schema, batches=batches)


def plain(column: pa.Array) -> pa.Array:
    """Return a column as one of the kinds that ``simplified`` promises."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain(column.dictionary_decode())
    wanted = _plain_type(kind)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        figures = column.cast(wanted)
        return pc.if_else(pc.is_finite(figures), figures, pa.scalar(None, wanted))
    if pa.types.is_nested(kind):
        cells = [
            None if cell is None else json.dumps(cell, ensure_ascii=False, default=str) for cell in column.to_pylist()
        ]
        return pa.array(cells, wanted)
    if wanted == pa.string() and not _is_text(kind):
        return pa.array([None if cell is None else _word(cell) for cell in column.to_pylist()], wanted)
    return column.cast(wanted, safe=False)  # only parts of a second below a thousandth are lost


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_boolean(kind):
        return kind
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return pa.int32() if kind.bit_width < 32 or kind == pa.int32() else pa.int64()
    if pa.types.is_date(kind):
        return pa.date32()
    if pa.types.is_timestamp(kind):
        return pa.timestamp("ms", "UTC" if kind.tz else None)
    return pa.string()


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _word(cell: Any) -> str:
    return cell.hex() if isinstance(cell, bytes) else str(cell)


def _whole(column: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    chunks = column.chunks
    return chunks[0] if len(chunks) == 1 else pa.concat_arrays([chunk.cast(kind) for chunk in chunks])


def kinds_of(shapes: Geometries) -> frozenset[str]:
    """Return the names of the geometry types of shapes, without the third dimension."""
    present = shapes[~shapely.is_missing(shapes)]
    names = {number.value: number.name for number in shapely.GeometryType}
    found = {names[int(number)] for number in np.unique(shapely.get_type_id(present))}
    titles = {"LINESTRING": "LineString", "LINEARRING": "LineString", "MULTILINESTRING": "MultiLineString"}
    titles |= {"MULTIPOINT": "MultiPoint", "MULTIPOLYGON": "MultiPolygon", "GEOMETRYCOLLECTION": "GeometryCollection"}
    return frozenset(titles.get(name, name.title()) for name in found)


def _scanned(stream: Stream) -> frozenset[str]:
    return frozenset(kind for batch in stream.batches() for kind in kinds_of(shapes_of(batch)))
