"""GeoParquet, and Parquet that holds shapes or places without saying so in GeoParquet's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyarrow import csv
from pyproj import CRS

from geo.ingest import limits
from geo.ingest.assembly import Shapes, ShapesMade, assembled, broken, check_counts, crs_of, is_deep
from geo.ingest.compact import ROWS, Compact
from geo.ingest.parts import ENDINGS, OURS, Part
from geo.ingest.progress import Progress
from geo.ingest.raw import Raw
from geo.ingest.refusals import BOUNDED, SPLIT, RefusalError, refused
from geo.messages import Message

CRS84: Final = ("OGC", "CRS84")
SAMPLE: Final = 100  # cells by which a column of shapes is known


def geoparquet(part: Part, progress: Progress) -> Iterator[Raw]:
    """Yield the one layer of a Parquet file; its row and column counts are known before any is read."""
    try:
        with pq.ParquetFile(part.path) as file:
            check_counts(file.metadata.num_rows, file.metadata.num_columns, part.name)
            held = sum(file.metadata.row_group(each).total_byte_size for each in range(file.metadata.num_row_groups))
            if held > limits.UNPACKED_BYTES:
                raise _too_much(held)
            told = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
            column, facts = _geometry_column(told, file)
            if not column:
                yield from _by_places(file, part, progress)
                return
            if str(facts.get("encoding", "WKB")).upper() == "WKB":
                frame, shapes = _by_batches(file, column, progress)
            else:
                whole = gpd.GeoDataFrame.from_arrow(file.read(), geometry=column)
                geometry = Compact.of(np.asarray(whole.geometry.to_numpy(), dtype=object))
                shapes = Shapes(geometry, np.zeros(len(whole), dtype=bool))
                frame = pd.DataFrame(whole.drop(columns=whole.geometry.name))
        crs = crs_of(facts["crs"]) if "crs" in facts else CRS.from_authority(*CRS84)
    except (pa.ArrowException, ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
        if isinstance(error, RefusalError):
            raise
        raise broken(str(error), part.name) from error
    frame = frame.drop(columns=_coverings(facts), errors="ignore")
    columns = {str(name): frame.pop(name) for name in list(frame.columns)}
    yield assembled(part.name, columns, shapes, crs)


def _by_batches(file: pq.ParquetFile, column: str, progress: Progress) -> tuple[pd.DataFrame, Shapes]:
    """Return the columns and the shapes of a GeoParquet file of WKB, which is read a few rows at a time."""
    shapes, rest = ShapesMade(), []
    for batch in file.iter_batches(batch_size=ROWS):
        cells = batch.column(column).to_pylist()
        shapes.add([None if isinstance(cell, bytes) and is_deep(cell) else cell for cell in cells])
        rest.append(batch.drop_columns([column]))
        progress.reach(len(shapes), file.metadata.num_rows)
    schema = file.schema_arrow
    schema = schema.remove(schema.get_field_index(column))
    return pa.Table.from_batches(rest, schema=schema).to_pandas(self_destruct=True), shapes.all()


def _geometry_column(told: Mapping[str, Any], file: pq.ParquetFile) -> tuple[str, Mapping[str, Any]]:
    """Return the column of the shapes and what is known of it; "" where there is none.

    By GeoParquet's words, else by Parquet's own kind for geometry (2025), else by cells that are WKB, as databases
    write them: of those nothing says the CRS.
    """
    names = file.schema_arrow.names
    columns = told.get("columns") or {}
    for name in (told.get("primary_column"), *columns):
        if name in names:
            facts = columns.get(name, {})
            return str(name), facts if isinstance(facts, dict) else {}
    for place in range(len(file.schema)):
        leaf = file.schema.column(place)
        if leaf.path in names and leaf.logical_type.type in {"GEOMETRY", "GEOGRAPHY"}:
            crs = json.loads(leaf.logical_type.to_json()).get("crs")
            return leaf.path, {"crs": re.sub(r"^srid:", "EPSG:", crs)} if crs else {}
    binary = [field.name for field in file.schema_arrow if pa.types.is_binary(field.type)]
    head = next(file.iter_batches(batch_size=SAMPLE, columns=binary), None) if binary else None
    return next((name for name in binary if head is not None and _is_wkb(head.column(name))), ""), {"crs": None}


def _coverings(facts: Mapping[str, Any]) -> list[str]:
    """Return the columns that only repeat the bounds of the shapes, for readers in a hurry (GeoParquet 1.1)."""
    corners = (facts.get("covering") or {}).get("bbox") or {}
    return sorted({str(path[0]) for path in corners.values() if path})


def _is_wkb(column: pa.Array) -> bool:
    """Whether all cells of a column that are there are shapes as WKB."""
    cells = [cell for cell in column.to_pylist() if cell is not None]
    if not cells or any(is_deep(cell) for cell in cells):
        return False
    return not shapely.is_missing(shapely.from_wkb(cells, on_invalid="ignore")).any()


def _by_places(file: pq.ParquetFile, part: Part, progress: Progress) -> Iterator[Raw]:
    """Yield rows without shapes as the reader of tables finds them: by coordinates, by shapes as text or by codes."""
    from geo.ingest import tables  # noqa: PLC0415 - loads the units that codes join to

    kept = [field for field in file.schema_arrow if not (pa.types.is_nested(field.type) or _is_bytes(field.type))]
    if not kept:
        raise refused(
            "NO_GEOMETRY",
            Message("The Parquet file has no column of shapes, places or codes."),
            expected=Message("Expected is GeoParquet, which says in its metadata where its shapes are."),
            fix=Message(
                "Write it with GeoPandas or QGIS as GeoParquet, or bring it as CSV with latitude and longitude."
            ),
            layer=part.name,
        )
    out = part.path.with_name("rows") / f"{OURS}{ENDINGS['table']}"
    out.parent.mkdir()
    schema = pa.schema([field.remove_metadata() for field in kept])
    with csv.CSVWriter(out, schema) as made:
        for batch in file.iter_batches(batch_size=ROWS, columns=schema.names):
            made.write_batch(batch.cast(schema))
    found, issues = tables.read(out, progress)
    if not found and issues:
        raise RefusalError(issues[0])
    yield from (replace(raw, name=part.name, issues=(*issues, *raw.issues)) for raw in found)


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _too_much(size: int) -> RefusalError:
    return refused(
        "FILE_TOO_LARGE",
        Message("The file has {size} MB; at most {most} MB are read.",
                size=size // limits.MB, most=limits.UNPACKED_BYTES // limits.MB),
        expected=BOUNDED,
        fix=SPLIT,
    )  # fmt: skip
