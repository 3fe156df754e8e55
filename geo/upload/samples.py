"""A sample of a checked layer that a browser draws at once: features in even steps, outlines with fewer vertices.

Only for looking at while a layer is described; what is stored is the whole of it.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final, cast

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import shapely

from geo.crs import DISPLAY_CRS

BATCH: Final = 4_096  # rows read at a time
BLOCK: Final = 65_536  # bytes of a column read at a time; by itself Arrow holds all of it
MOST_FEATURES: Final = 3_000  # which a browser draws in a fifth of a second
MOST_VERTICES: Final = 120_000  # some 2 MB of coordinates
STEPS: Final = (2_000, 800, 300)  # parts of the layer's extent below which a bend is left out, one after another


def sample(file: Path, *, most: int = MOST_FEATURES, vertices: int = MOST_VERTICES) -> gpd.GeoDataFrame:
    """Return some of the features of a GeoParquet file in WGS 84, all of them where they are few.

    Parameters
    ----------
    file : Path
        Its geometry in WKB, in a column ``geometry``.
    most, vertices : int
        The most features, and the most vertices of all of them together.

    Returns
    -------
    GeoDataFrame
        Every n-th feature in the order of the file, with its columns, on their positions in the file.
    """
    source = pq.ParquetFile(file, buffer_size=BLOCK)
    rows = source.metadata.num_rows
    step = max(1, math.ceil(rows / most))
    kept, start = [], 0
    for batch in source.iter_batches(BATCH, use_threads=False):
        wanted = list(range(-start % step, batch.num_rows, step))
        if wanted:
            part = batch.take(_positions(wanted)).to_pandas(ignore_metadata=True)
            kept.append(part.set_axis(pd.Index([start + row for row in wanted], name="position")))
        start += batch.num_rows
    frame = pd.concat(kept) if kept else source.schema_arrow.empty_table().to_pandas(ignore_metadata=True)
    shapes = shapely.force_2d(shapely.from_wkb(frame["geometry"].to_numpy()))
    out = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=list(shapes), crs=DISPLAY_CRS)
    return lighter(out, vertices=vertices)


def _positions(rows: list[int]) -> object:
    import pyarrow as pa  # noqa: PLC0415 - the name stands for the package in its own documents

    return pa.array(rows, pa.int64())


def lighter(frame: gpd.GeoDataFrame, *, vertices: int = MOST_VERTICES) -> gpd.GeoDataFrame:
    """Return features with their outlines simplified as far as a number of vertices asks for."""
    shapes = frame.geometry
    west, south, east, north = frame.total_bounds if len(frame) else (0.0, 0.0, 0.0, 0.0)
    extent = max(east - west, north - south)
    for part in STEPS:
        if int(shapely.get_num_coordinates(shapes.to_numpy()).sum()) <= vertices or not extent > 0:
            break
        simple = shapely.simplify(frame.geometry.to_numpy(), extent / part, preserve_topology=False)
        shapes = gpd.GeoSeries(
            [new if new is not None and not new.is_empty else old.representative_point().buffer(extent / part / 2)
             if "Polygon" in old.geom_type else old for new, old in zip(simple, frame.geometry, strict=True)],
            index=frame.index, crs=frame.crs,
        )  # fmt: skip
    out = cast(gpd.GeoDataFrame, frame.assign(geometry=shapes))
    total = int(shapely.get_num_coordinates(out.geometry.to_numpy()).sum())
    if total > vertices and len(out) > 1:
        return cast(gpd.GeoDataFrame, out.iloc[:: math.ceil(total / vertices)])
    return out
