"""A layer as its file gives it: nothing mended, nothing left out, each row with its number in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo.ingest.compact import Compact
from geo.ingest.report import Issue

RECORD: Final = "record"  # the name of the index of a raw frame


@dataclass(frozen=True)
class Raw:
    """One layer of a file, before anything is mended.

    Attributes
    ----------
    name : str
        As the file calls it; the file's own name without its ending where it calls it nothing. No two layers of a
        file have the same.
    table : DataFrame, n rows
        The columns as they came, without the geometry, on an index named ``record``: the number of each row in the
        file, from 1. A table counts its rows of data, so that row 1 is the first below the header.
    shapes : Compact or None, n shapes
        The geometry, which may be missing, empty or invalid; None for a plain table.
    crs : CRS or None
        What the file declares or what its format or its columns prescribe (latitude and longitude are WGS 84);
        None where nothing says it: ``geo.ingest.repairs`` then guesses and says so.
    issues : tuple of Issue
        What was met while reading, each with ``layer`` set to ``name``. One "error" refuses this layer.
    unclosed : mapping
        The first outlines that were closed while reading, as lines, by record: what a person is shown beside them.
    """

    name: str
    table: pd.DataFrame
    shapes: Compact | None
    crs: CRS | None = None
    issues: tuple[Issue, ...] = ()
    unclosed: Mapping[int, shapely.Geometry] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, frame: gpd.GeoDataFrame | pd.DataFrame) -> Self:
        """Return a frame on an index of records as a layer."""
        if not isinstance(frame, gpd.GeoDataFrame):
            return cls(name, frame, None)
        shapes = Compact.of(np.asarray(frame.geometry.to_numpy(), dtype=object))
        return cls(name, pd.DataFrame(frame.drop(columns=frame.geometry.name)), shapes, frame.crs)

    @property
    def is_spatial(self) -> bool:
        """Whether it has a geometry."""
        return self.shapes is not None

    @property
    def frame(self) -> gpd.GeoDataFrame | pd.DataFrame:
        """All of it as one frame, made anew: the geometry takes several times the memory in it."""
        return self.table if self.shapes is None else framed(self.table, self.shapes, self.crs)


def numbered(frame: pd.DataFrame, records: Sequence[int] | None = None) -> pd.DataFrame:
    """Return a frame on the numbers of its records, from 1 on where none are given.

    Parameters
    ----------
    records : sequence of int, n values, optional
        The number of each row in the file, where some rows of it are not in the frame (a row of tags, say).
    """
    index = pd.RangeIndex(1, len(frame) + 1) if records is None else pd.Index(records)
    return frame.set_axis(index.rename(RECORD), axis="index")


def framed(table: pd.DataFrame, shapes: Compact, crs: CRS | None) -> gpd.GeoDataFrame:
    """Return columns and shapes as one frame."""
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes.shapes(), index=table.index), crs=crs)
