"""What the geometry modules of the recipe share: where the packages lie, and how a shape is kept clean."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from data.recipe.files import DATA, InputAbsent
from geo.crs import DISPLAY_CRS

PACKAGES: Final = DATA.parent / "node_modules"
GRID_DEG: Final = 1e-5  # about 1 m: the precision in which geometry ships
REGION: Final = ("ARG", "BOL", "BRA", "CHL", "COL", "ECU", "GUF", "GUY", "PAN", "PER", "PRY", "SUR", "URY", "VEN")


def package_file(*parts: str) -> Path:
    """Return the path of a file of an npm package; ``InputAbsent`` with the command that fetches it."""
    path = PACKAGES.joinpath(*parts)
    if not path.exists():
        raise InputAbsent(f"The npm packages are not here ({'/'.join(parts)} is missing): run “npm ci” first.")
    return path


def polygonal(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape made valid, without the lines and points that repairing leaves over."""
    if shape.is_valid and shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = shapely.get_parts(shapely.make_valid(shape))
    return shapely.union_all([part for part in parts if part.geom_type in ("Polygon", "MultiPolygon")])


def parquet_bytes(frame: gpd.GeoDataFrame) -> bytes:
    """Return a frame as GeoParquet: EPSG:4326, five decimals, no index, same input same bytes."""
    rounded = frame.set_geometry(shapely.set_precision(frame.geometry.values, GRID_DEG), crs=DISPLAY_CRS)
    buffer = io.BytesIO()
    rounded.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()
