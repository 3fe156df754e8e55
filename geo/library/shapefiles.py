"""Layers as zipped Shapefiles: for those who can read nothing newer, with what the format loses written beside.

A Shapefile holds one kind of shape, names of ten signs, texts of 254 bytes, no times and no more than 2 GB in a file.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely

from geo.errors import DataError
from geo.library.batches import GEOMETRY, Geometries, Stream, shapes_of, simplified
from geo.library.provenance import Provenance
from geo.library.texts import unique
from geo.messages import Language, Message, say

LONGEST_NAME: Final = 10  # signs of a dBase field
LONGEST_TEXT: Final = 254  # bytes of a dBase cell
MOST_FIELDS: Final = 255
MOST_BYTES: Final = 2**31 - 1  # of the .shp and of the .dbf
KINDS: Final = {0: ("points", "MultiPoint"), 1: ("lines", "MultiLineString"), 2: ("areas", "MultiPolygon")}
ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the same layer gives the same bytes


@dataclass(frozen=True)
class Measured:
    """What a first reading finds: features and coordinates by dimension, the longest text of each column."""

    rows: Mapping[int, int]
    shape_bytes: Mapping[int, int]
    widths: Mapping[str, int]
    cut: Mapping[str, int]


def write(stream: Stream, said: Provenance, path: Path, scratch: Path, *, lang: Language) -> None:
    """Write a layer as a zip of one Shapefile for each kind of shape, with a README that says what was lost.

    Parameters
    ----------
    scratch : Path
        An empty folder for the parts.

    Raises
    ------
    DataError
        If a part would be larger than the format allows, or there are too many columns.
    """
    whole = simplified(stream)
    fields = whole.attributes
    if len(fields) > MOST_FIELDS:
        raise DataError(
            Message(
                "This layer has {n} columns; a Shapefile holds 255. Choose GeoPackage or GeoParquet.", n=len(fields)
            )
        )
    names = unique((_plain_name(field.name) for field in fields), longest=LONGEST_NAME)
    measured = _measure(whole)
    width = sum(measured.widths.get(field.name, 24) for field in fields) + 1
    heaviest = max([*measured.shape_bytes.values(), *(rows * width for rows in measured.rows.values()), 0])
    if heaviest > MOST_BYTES:
        raise DataError(
            Message("This layer is too large for a Shapefile, which ends at 2 GB. Choose GeoPackage or GeoParquet.")
        )
    parts = sorted(measured.rows) or [0]
    for dimension in parts:
        suffix = KINDS[dimension][0]
        file = scratch / (f"{said.stem}.shp" if len(parts) == 1 else f"{said.stem}-{suffix}.shp")
        _part(whole, names, dimension, file, nowhere=dimension == parts[0])
    (scratch / "README.txt").write_text(_readme(fields, names, measured, said, lang), encoding="utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        for part in sorted(scratch.iterdir()):
            entry = zipfile.ZipInfo(part.name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with part.open("rb") as source, out.open(entry, "w", force_zip64=True) as target:
                while chunk := source.read(1 << 20):
                    target.write(chunk)
            part.unlink()  # never all of it twice


def _part(whole: Stream, names: Sequence[str], dimension: int, file: Path, *, nowhere: bool) -> None:
    """Write the features of one dimension; a feature of several kinds gives its parts of this one.

    Parameters
    ----------
    nowhere : bool
        Whether features without a shape stand in this part.
    """
    several = {"MultiPoint", "GeometryCollection"} & whole.kinds
    kind = "Point" if dimension == 0 and not several else KINDS[dimension][1]
    schema = pa.schema(
        [
            *(pa.field(name, _dbf_type(field.type)) for name, field in zip(names, whole.attributes, strict=True)),
            pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}),
        ]
    )

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in whole.batches():
            given = shapes_of(batch)
            shapes = _of_dimension(given, dimension)
            kept = ~shapely.is_missing(shapes) | (nowhere & (shapely.is_missing(given) | shapely.is_empty(given)))
            if not kept.any():
                continue
            rows = batch.filter(pa.array(kept))
            shown = shapes[kept] if kind == "Point" else multi(shapes[kept])
            cells = [_dbf(rows.column(field.name)) for field in whole.attributes]
            yield pa.RecordBatch.from_arrays([*cells, pa.array(shapely.to_wkb(shown), pa.binary())], schema=schema)

    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches()),
        file,
        driver="ESRI Shapefile",
        geometry_name=GEOMETRY,
        geometry_type=f"{kind} Z" if whole.is_high else kind,
        crs="EPSG:4326",
        encoding="UTF-8",
    )


def _measure(whole: Stream) -> Measured:
    rows: dict[int, int] = {}
    sizes: dict[int, int] = {}
    widths = {field.name: 1 for field in whole.attributes if pa.types.is_string(field.type)}
    cut: dict[str, int] = {}
    for batch in whole.batches():
        shapes = shapes_of(batch)
        for dimension in KINDS:
            here = _of_dimension(shapes, dimension)
            here = here[~shapely.is_missing(here)]
            if len(here):
                rows[dimension] = rows.get(dimension, 0) + len(here)
                # A record: 8 bytes of head, 44 of box and counts, 4 for each ring, 16 for each point (the white paper).
                parts = int(
                    shapely.get_num_geometries(here).sum()
                    + shapely.get_num_interior_rings(shapely.get_parts(here)).sum()
                )
                size = 52 * len(here) + 4 * parts + 16 * int(shapely.get_num_coordinates(here).sum())
                sizes[dimension] = sizes.get(dimension, 100) + size
        for name, width in widths.items():
            lengths = pc.binary_length(batch.column(name))
            widths[name] = max(width, min(pc.max(lengths).as_py() or 1, LONGEST_TEXT))
            if too_long := pc.sum(pc.greater(lengths, LONGEST_TEXT)).as_py():
                cut[name] = cut.get(name, 0) + too_long
    return Measured(rows, sizes, widths, cut)


def _of_dimension(shapes: Geometries, dimension: int) -> Geometries:
    """Return the shapes of one dimension, None for the others; of a collection its parts of that dimension."""
    out = shapes.copy()
    for row in np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION):
        parts = [part for part in _leaves(shapes[row]) if shapely.get_dimensions(part) == dimension]
        singles = [single for part in parts for single in shapely.get_parts(part)]
        makers = {0: shapely.multipoints, 1: shapely.multilinestrings, 2: shapely.multipolygons}
        out[row] = makers[dimension](singles) if singles else None
    gone = (shapely.get_dimensions(out) != dimension) | shapely.is_empty(out)
    out[gone] = None
    return out


def _leaves(shape: shapely.Geometry) -> list[shapely.Geometry]:
    if shape.geom_type != "GeometryCollection":
        return [shape]
    return [leaf for part in shape.geoms for leaf in _leaves(part)]


def multi(shapes: Geometries) -> Geometries:
    """Return every shape as one of several parts: a table holds one kind."""
    out = shapes.copy()
    for single, maker in (
        (shapely.GeometryType.POINT, shapely.multipoints),
        (shapely.GeometryType.LINESTRING, shapely.multilinestrings),
        (shapely.GeometryType.POLYGON, shapely.multipolygons),
    ):
        rows = np.flatnonzero(shapely.get_type_id(out) == single)
        if len(rows):
            out[rows] = maker(out[rows], indices=np.arange(len(rows)))
    return out


def _dbf_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_boolean(kind):
        return pa.int32()
    return pa.string() if pa.types.is_timestamp(kind) else kind


def _dbf(column: pa.Array) -> pa.Array:
    """Return a column as dBase has it: no times, no truths, and texts that end after a whole sign."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        return pa.array([None if cell is None else cell.isoformat() for cell in column.to_pylist()], pa.string())
    if pa.types.is_string(kind):
        lengths = pc.binary_length(column)
        if (pc.max(lengths).as_py() or 0) > LONGEST_TEXT:
            return pa.array([_short(cell) for cell in column.to_pylist()], pa.string())
        return column
    return column.cast(_dbf_type(kind))


def _short(text: str | None) -> str | None:
    return None if text is None else text.encode()[:LONGEST_TEXT].decode(errors="ignore")


def _plain_name(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_]+", "_", plain).strip("_")


def _readme(
    fields: Sequence[pa.Field], names: Sequence[str], measured: Measured, said: Provenance, lang: Language
) -> str:
    """Return the text that stands beside the Shapefile: what it is, and what the format made of its columns."""
    lines = [said.text(lang), say(Message("Columns: the name in the Shapefile and the layer's own"), lang), ""]
    for field, name in zip(fields, names, strict=True):
        cut = measured.cut.get(field.name, 0)
        note = Message("{n} text ends after 254 bytes", "{n} texts end after 254 bytes", n=cut)
        lines.append(f"{name:<10}  {field.name}" + (f"  ({say(note, lang)})" if cut else ""))
    if missing := len([field for field in fields if pa.types.is_timestamp(field.type)]):
        lines += [
            "",
            say(
                Message(
                    "A Shapefile has no times: {n} column is text.",
                    "A Shapefile has no times: {n} columns are text.",
                    n=missing,
                ),
                lang,
            ),
        ]
    if len(measured.rows) > 1:
        lines += ["", say(Message("A Shapefile holds one kind of shape, so there is one for each."), lang)]
    lines += ["", say(Message("Coordinates are longitude and latitude on WGS 84; text is UTF-8."), lang), ""]
    return "\r\n".join("\n".join(lines).split("\n"))
