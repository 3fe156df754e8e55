"""Points, lines and areas that are mixed in one layer or one feature, split by kind; and the layer that comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geo.ingest.compact import Compact, Geometries
from geo.ingest.raw import framed
from geo.ingest.report import Issue
from geo.ingest.work import LOOK, Repair, Work
from geo.messages import Message

KINDS: Final = ("points", "lines", "areas")
TYPES: Final = (
    "Point", "LineString", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
    "GeometryCollection",
)  # fmt: skip
WGS84: Final = CRS("EPSG:4326")


@dataclass(frozen=True)
class Mended:
    """A layer that can be drawn: columns, valid shapes of one kind in WGS 84, and the CRS they came in.

    Attributes
    ----------
    table : DataFrame, n rows
        The columns, on the index ``record``.
    shapes : Compact, n shapes
    types : tuple of str
        The kinds of shapes as GeoJSON calls them, most frequent first.
    crs : CRS
        That the layer came in.
    """

    name: str
    table: pd.DataFrame
    shapes: Compact
    types: tuple[str, ...]
    crs: CRS
    issues: tuple[Issue, ...] = ()
    repairs: tuple[Repair, ...] = ()

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """All of it as one frame, made anew: the geometry takes several times the memory in it."""
        return framed(self.table, self.shapes, WGS84)


def by_kind(work: Work, crs: CRS) -> list[Mended]:
    """Return the layer, or one for each kind of shape where points, lines and areas are mixed in it."""
    shapes = work.shapes
    kinds, dimensions = work.measured(kind, dimension_of)
    collections = kinds == int(shapely.GeometryType.GEOMETRYCOLLECTION)
    if not collections.any() and len(np.unique(dimensions)) == 1:
        told = tuple(work.issues), tuple(work.repairs)
        return [Mended(work.layer, work.table, shapes, _types(kinds), crs, *told)]
    split = np.flatnonzero(collections)
    parts = [_parts(shape) for shape in shapes.take(split)]
    found = sorted({*map(int, np.unique(dimensions[~collections])), *(each for row in parts for each in row)})
    if collections.any():
        work.tell(
            "COLLECTION_SPLIT",
            Message("{n} feature is a collection of shapes and was split by kind.",
                    "{n} features are collections of shapes and were split by kind.", n=int(collections.sum())),
            Message("Expected are points, lines or areas, one kind in a layer."),
            LOOK,
            collections,
        )  # fmt: skip
    if len(found) > 1:
        work.tell(
            "MIXED_KINDS_SPLIT",
            Message("Points, lines and areas are mixed in one layer; it was split by kind."),
            Message("Expected are points, lines or areas, one kind in a layer."),
            Message("Nothing needs to be done; each kind can be stored as a layer of its own."),
            np.ones(len(shapes), dtype=bool),
        )
    out: list[Mended] = []
    for dimension in found:
        kept = (dimensions == dimension) & ~collections
        kept[split] = [dimension in each for each in parts]
        rows = np.cumsum(kept)[split[kept[split]]] - 1  # where collections are among those kept
        made = np.array([each[dimension] for each in parts if dimension in each], dtype=object)
        name = work.layer if len(found) == 1 else f"{work.layer} ({KINDS[dimension]})"
        # What was found in the file's layer is told once, with the first of those made of it.
        told = (tuple(work.issues), tuple(work.repairs)) if not out else ((), ())
        own = shapes.keep(kept).put(rows, made)
        out.append(Mended(name, work.table[kept], own, _types(own.each(kind)[0]), crs, *told))
    return out


def kind(shapes: Geometries) -> npt.NDArray[np.int8]:
    """Return the kinds of shapes as GEOS numbers them."""
    return np.asarray(shapely.get_type_id(shapes), dtype=np.int8)


def dimension_of(shapes: Geometries) -> npt.NDArray[np.int8]:
    """Return 0 for points, 1 for lines, 2 for areas."""
    return np.asarray(shapely.get_dimensions(shapes), dtype=np.int8)


def _types(kinds: npt.NDArray[np.int8]) -> tuple[str, ...]:
    """Return kinds of shapes as GeoJSON calls them, most frequent first."""
    return tuple(TYPES[int(kind)] for kind in pd.Series(kinds).value_counts().index)


def _parts(collection: shapely.Geometry) -> dict[int, shapely.Geometry]:
    """Return the shapes in a collection by dimension, each kind as one."""
    simple = list(_simple(collection))
    kinds = {0: shapely.multipoints, 1: shapely.multilinestrings, 2: shapely.multipolygons}
    by_dimension = {
        dimension: [each for each in simple if shapely.get_dimensions(each) == dimension] for dimension in kinds
    }
    made = {
        dimension: found[0] if len(found) == 1 else kinds[dimension](found)
        for dimension, found in by_dimension.items()
        if found
    }
    return {
        dimension: shape if shape.is_valid else shapely.make_valid(shape, method="structure", keep_collapsed=False)
        for dimension, shape in made.items()
    }


def _simple(shape: shapely.Geometry) -> Iterable[shapely.Geometry]:
    """Yield the points, lines and polygons of a shape, however deep; the door bounds how deep they can be."""
    if shape.is_empty:
        return
    parts = shapely.get_parts(shape)
    if len(parts) == 1 and parts[0].geom_type == shape.geom_type:
        yield shape
        return
    for part in parts:
        yield from _simple(part)
