"""What an inspection found, written to a folder by the process that parses: a report, and each layer as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from geo.ingest.inspection import inspect
from geo.ingest.placing import code
from geo.ingest.progress import Progress
from geo.ingest.repairs import Repair
from geo.ingest.telling import packed, packed_known

REPORT: Final = "report.json"
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
            _writable(layer.frame).to_parquet(out / file, compression="zstd", index=True)
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
    """Return a shape with no more vertices than a preview shows."""
    if shapely.get_num_coordinates(shape) <= PREVIEW_VERTICES:
        return shape
    west, south, east, north = shape.bounds
    return shapely.simplify(shape, max(east - west, north - south) / 1_000, preserve_topology=False)


def _writable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame with columns of mixed kinds as text: a file has one kind in each column."""
    mixed = {
        name: frame[name].map(str).where(frame[name].notna(), None)
        for name in frame.columns
        if name != frame.geometry.name and pd.api.types.infer_dtype(frame[name], skipna=True).startswith("mixed")
    }
    return cast(gpd.GeoDataFrame, frame.assign(**mixed))
