"""Readers of the formats that hold geometry: each gives every layer of a file, as it came, with record numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, cast

import numpy as np
import pandas as pd
import shapely

from geo.ingest import companions, databases
from geo.ingest.assembly import WGS84
from geo.ingest.compact import Compact
from geo.ingest.gdal_layers import layer_of, layers_of
from geo.ingest.geojson import by_line, geojson
from geo.ingest.geoparquet import geoparquet
from geo.ingest.parts import Part
from geo.ingest.progress import Progress
from geo.ingest.raw import Raw
from geo.ingest.refusals import EXPORT_AGAIN, RefusalError, refused
from geo.ingest.report import Issue
from geo.messages import Message


def read(part: Part, progress: Progress | None = None) -> Iterator[Raw]:
    """Yield the layers of a part, one after the other, so that only one is held at a time.

    Parameters
    ----------
    progress : Progress, optional
        Told how many rows are read, where the format tells how many there are.

    Raises
    ------
    RefusalError
        If a parser gives up on it, or it is beyond a bound; the record is named where the parser told it.
    """
    if part.format == "geoparquet":
        yield from geoparquet(part, progress or Progress())
        return
    yield from READERS[part.format](part)


def topojson(part: Part) -> Iterator[Raw]:
    """Yield the objects of a topology. The format names no CRS: degrees are taken for WGS 84, as everybody does."""
    for raw in layers_of(part):
        (bounds,) = cast(Compact, raw.shapes).each(shapely.bounds)
        known = np.abs(bounds[~np.isnan(bounds)])
        is_degrees = len(known) > 0 and bool(known.max() <= 180)
        yield replace(raw, crs=WGS84) if is_degrees and raw.crs is None else raw


def geopackage(part: Part) -> Iterator[Raw]:
    """Yield the tables of features of a GeoPackage; what else is in it is not asked."""
    names = databases.tables(part.path)
    if not names:
        raise refused(
            "NO_LAYER",
            Message("The file has no layer with a geometry."),
            expected=Message("Expected is at least one layer of points, lines or areas."),
            fix=EXPORT_AGAIN,
        )
    for name in names:
        try:
            raw = layer_of(part, name, name)
        except RefusalError as error:  # of this layer: the others may be sound
            raw = Raw(name, pd.DataFrame(), None, issues=(error.issue,))
        yield raw


def shapefile(part: Part) -> Iterator[Raw]:
    """Yield the one layer of a Shapefile, its words in the encoding that its bytes speak for."""
    encoding, issues = companions.encoding(part.path)
    issues += companions.unfit_prj(part.path.with_suffix(".prj"))
    if cut := companions.cut_short(part.path):
        issues.append(cut)
    raw = layer_of(part, 0, part.name, encoding=encoding)
    if not part.path.with_suffix(".dbf").exists():
        issues.append(
            Issue(
                "ATTRIBUTES_MISSING",
                "warning",
                Message("The Shapefile has no .dbf file: its features have a place, but no attributes."),
                Message("A Shapefile is brought as one ZIP archive with its .shp, .shx, .dbf and .prj files."),
                Message("Pack the files of that name together into one ZIP archive."),
                layer=raw.name,
            )
        )
    yield replace(raw, issues=(*raw.issues, *(replace(issue, layer=raw.name) for issue in issues)))


def flatgeobuf(part: Part) -> Iterator[Raw]:
    """Yield the one layer of a FlatGeobuf file."""
    yield layer_of(part, 0, "")


def places(part: Part) -> Iterator[Raw]:
    """Yield the layers of a KML or GPX file that have features, without the columns that say nothing."""
    for raw in layers_of(part):
        if part.format == "gpx" and raw.name in {"route_points", "track_points"}:
            continue  # the vertices of routes and tracks, which come as lines
        told = [name for name in raw.table.columns if not _says_nothing(name, raw.table[name])]
        yield replace(raw, table=raw.table[told])


def _says_nothing(name: str, values: pd.Series) -> bool:
    """Whether a column of KML or GPX has no value, or only the one that stands for none."""
    none = {"tessellate": -1, "extrude": 0, "visibility": -1, "drawOrder": 0}
    return bool(values.isna().all() or (name in none and (values == none[name]).all()))


READERS: Final[Mapping[str, Callable[[Part], Iterator[Raw]]]] = {
    "geojson": geojson,
    "geojsonl": by_line,
    "topojson": topojson,
    "geopackage": geopackage,
    "shapefile": shapefile,
    "kml": places,
    "gpx": places,
    "flatgeobuf": flatgeobuf,
}
