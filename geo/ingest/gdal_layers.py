"""Layers by GDAL, which is asked by file and layer alone, on files that ``geo.ingest.opening`` let pass.

The process that parses starts it with the settings of ``geo.ingest.settings``: few drivers, and no way out.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyogrio
import pyogrio.raw
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from geo.ingest import limits, texts
from geo.ingest.assembly import Columns, assembled, broken, check_counts, crs_of, shapes_of
from geo.ingest.parts import Part
from geo.ingest.printable import printable
from geo.ingest.raw import Raw
from geo.ingest.refusals import BOUNDED, SPLIT, RefusalError, refused
from geo.ingest.report import Issue
from geo.ingest.work import FLAT, KEEP_ORIGINAL, measures_dropped
from geo.messages import Message

GDAL_ERRORS: Final = (DataSourceError, DataLayerError, FeatureError, UnicodeDecodeError, ValueError, RuntimeError)
NUMBER: Final = re.compile(r"Unrecognized number: (\S+)")
NEW_RECORD: Final = re.compile(rb'"type"\s*:\s*"Feature"')
# Whose counts stand in the file; the others would be read twice, and are bounded by their size.
TOLD_FIRST: Final = frozenset({"geopackage", "shapefile", "flatgeobuf"})
# Our own name for a file, that of the KML in every KMZ, and GDAL's for a shape that stands in no collection.
UNNAMED: Final = frozenset({"layer", "doc", "TopoJSON"})


def layers_of(part: Part) -> Iterator[Raw]:
    """Yield every layer that GDAL sees in a file and that has rows."""
    try:
        names = [str(name) for name in pyogrio.list_layers(part.path)[:, 0]]
    except GDAL_ERRORS as error:
        raise _given_up(str(error), "", part.path) from error
    if len(names) > limits.LAYERS:
        raise refused(
            "TOO_MANY_LAYERS",
            Message("The file has {n} layers; at most {most} are read.", n=len(names), most=limits.LAYERS),
            expected=BOUNDED,
            fix=SPLIT,
        )
    for number, name in enumerate(names):
        raw = layer_of(part, number, part.name if name in UNNAMED else printable(name))
        if len(raw.table):
            yield raw


def layer_of(part: Part, layer: int | str, name: str, *, encoding: str = "") -> Raw:
    """Return one layer by GDAL; with no name given, the one that it has in the file."""
    try:
        if part.format in TOLD_FIRST:
            info = pyogrio.read_info(part.path, layer=layer, encoding=encoding or None)
            own = printable(str(info["layer_name"]))
            name = name or (part.name if own in UNNAMED else own) or part.name
            check_counts(int(info["features"]), len(info["fields"]), name)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            meta, fids, wkb, values = pyogrio.raw.read(
                part.path, layer=layer, encoding=encoding or None, return_fids=True, datetime_as_string=True
            )
    except GDAL_ERRORS as error:
        raise error if isinstance(error, RefusalError) else _given_up(str(error), name, part.path) from error
    if wkb is None:
        raise refused(
            "NO_GEOMETRY",
            Message("The layer has no geometry; it is a plain table."),
            expected=Message("Expected is at least one layer of points, lines or areas."),
            fix=Message("Save the table as CSV or Excel, with columns of latitude and longitude."),
            layer=name,
        )
    check_counts(len(wkb), len(meta["fields"]), name)
    columns: Columns = dict(zip((str(each) for each in meta["fields"]), values, strict=True))
    del values  # what is read is let go of, piece by piece, once it is in the layer
    records = fids + 1 if part.format == "shapefile" else None  # deleted rows keep their number
    shapes = shapes_of(wkb)
    raw = assembled(name, columns, shapes, crs_of(meta["crs"]), records=records)
    measured = any("Measured (M)" in str(each.message) for each in told)
    return replace(raw, issues=(*raw.issues, _measures_dropped(name, len(raw.table)))) if measured else raw


def _given_up(words: str, layer: str, path: Path) -> RefusalError:
    """Return the refusal of a file that GDAL gave up on."""
    if "Geometry type is not supported" in words:
        return refused(
            "GEOMETRY_UNSUPPORTED",
            Message("The layer holds shapes of a kind that is not read: surfaces of triangles (TIN) or solids."),
            expected=Message("Expected is at least one layer of points, lines or areas."),
            fix=Message("Turn them into polygons in a GIS and export that as GeoPackage."),
            layer=layer,
        )
    return broken(words, layer, feature=_record_of(path, words) if path.suffix in {".geojson", ".geojsonl"} else None)


def _record_of(path: Path, words: str) -> int | None:
    """Return the number of the feature at which a GeoJSON text breaks; None before the first.

    GDAL says the place within what it has read last, so the place is looked for again.
    """
    data = path.read_bytes()
    number = NUMBER.search(words)
    place = data.find(number[1].encode()) if number else texts.broken_at(path)
    if place is None or place < 0:
        place = len(data)
    return len(NEW_RECORD.findall(data, 0, place)) or None


def _measures_dropped(layer: str, features: int) -> Issue:
    return Issue(
        "MEASURES_DROPPED",
        "note",
        measures_dropped(features),
        FLAT,
        KEEP_ORIGINAL,
        layer=layer,
        count=features,
    )
