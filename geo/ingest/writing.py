"""What an inspection found, written to a folder by the process that parses: a report, and each layer as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from geo.ingest.compact import Compact
from geo.ingest.inspection import inspect
from geo.ingest.kinds import TYPES, WGS84, Mended, kind
from geo.ingest.placing import code
from geo.ingest.progress import Progress
from geo.ingest.telling import packed, packed_known
from geo.ingest.work import Repair

REPORT: Final = "report.json"
GEOMETRY: Final = "geometry"
PIECES: Final = 8  # of a layer's shapes in a group of rows: some 30,000 rows or 30 MB at most
PREVIEW_VERTICES: Final = 5_000  # of a shape in a preview; the picture is some hundred pixels wide


def write(orders: Mapping[str, Any], progress: Progress) -> None:
    """Inspect the file of the orders and write what was found; the report comes last, so that it means all is there."""
    declared = CRS.from_user_input(orders["crs"]) if orders["crs"] else None
    path, scratch = Path(orders["path"]), Path(orders["scratch"])
    found = inspect(path, scratch, name=orders["name"], declared=declared, progress=progress)
    out = Path(orders["out"])
    layers = []
    if orders["keep"]:
        progress.begin("writing")
        for number, (layer, known) in enumerate(found.layers):
            file = f"layer-{number}.parquet"
            _write_layer(layer, out / file, progress)
            layers.append(
                {
                    "name": layer.name,
                    "file": file,
                    "crs": code(layer.crs),
                    "suggestion": packed_known(known) if known is not None else None,
                    "repairs": [_told(repair) for repair in layer.repairs],
                }
            )
    told = {"report": packed(found.report), "layers": layers}
    (out / REPORT).write_text(json.dumps(told, default=str), encoding="utf-8")


def _told(repair: Repair) -> dict[str, Any]:
    return {
        "code": repair.code,
        "layer": repair.layer,
        "feature": repair.feature,
        "before": shapely.to_wkb(_light(repair.before), hex=True),
        "after": shapely.to_wkb(_light(repair.after), hex=True),
    }


def _light(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape without heights and with no more vertices than a preview shows."""
    shape = shapely.force_2d(shape)
    if shapely.get_num_coordinates(shape) <= PREVIEW_VERTICES:
        return shape
    west, south, east, north = shape.bounds
    return shapely.simplify(shape, max(east - west, north - south) / 1_000, preserve_topology=False)


def _write_layer(layer: Mended, path: Path, progress: Progress) -> None:
    """Write a layer as GeoParquet, some rows at a time, so that it is never there as a whole in another form."""
    table = _writable(layer.table)
    schema = pa.Schema.from_pandas(table, preserve_index=True)
    with pq.ParquetWriter(path, _with_geometry(schema, layer), compression="zstd") as file:
        for rows, wkb in layer.shapes.runs(PIECES):
            columns = pa.Table.from_pandas(table.iloc[rows], schema=schema, preserve_index=True)
            made = columns.append_column(GEOMETRY, wkb)
            file.write_table(made.replace_schema_metadata(file.schema.metadata), row_group_size=len(made))
            progress.reach(rows.stop, len(table))


def _with_geometry(schema: pa.Schema, layer: Mended) -> pa.Schema:
    """Return the columns of a file and what GeoParquet says of the one that holds the shapes."""
    told = {
        "version": "1.0.0",
        "primary_column": GEOMETRY,
        "columns": {
            GEOMETRY: {
                "encoding": "WKB",
                "geometry_types": _types(layer.shapes),
                "crs": WGS84.to_json_dict(),
                "bbox": list(_bounds(layer.shapes)),
            }
        },
    }
    metadata = {**(schema.metadata or {}), b"geo": json.dumps(told).encode()}
    return schema.append(pa.field(GEOMETRY, pa.binary())).with_metadata(metadata)


def _types(shapes: Compact) -> list[str]:
    """Return the kinds of shapes, with a Z for those that have heights."""
    kinds, high = shapes.each(kind, shapely.has_z)
    return sorted({TYPES[of] + " Z" * is_high for of, is_high in zip(kinds.tolist(), high.tolist(), strict=True)})


def _bounds(shapes: Compact) -> tuple[float, float, float, float]:
    """Return west, south, east and north of all shapes."""
    boxes = np.array([shapely.total_bounds(piece) for piece in shapes.pieces()])
    west, south = map(float, boxes[:, :2].min(axis=0))
    east, north = map(float, boxes[:, 2:].max(axis=0))
    return west, south, east, north


def _writable(table: pd.DataFrame) -> pd.DataFrame:
    """Return columns with those of mixed kinds as text: a file has one kind in each column."""
    mixed = {
        name: table[name].map(str).where(table[name].notna(), None)
        for name in table.columns
        if table[name].dtype == object and pd.api.types.infer_dtype(table[name], skipna=True).startswith("mixed")
    }
    return table.assign(**mixed) if mixed else table
