"""Layers as files to take away: six formats, each with what is said of the layer in it or beside it.

A file appears under its name when all of it is written, or not at all. Features are read and written in
batches, so that a layer of any size can be taken away.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geo.errors import DataError
from geo.library import shapefiles, texts
from geo.library.batches import BATCH, GEOMETRY, Stream, kinds_of, shapes_of, simplified
from geo.library.provenance import Provenance
from geo.messages import DEFAULT_LANGUAGE, Language, Message

TOLD: Final = "fronteras"  # the key of what is said of a layer, in Parquet and in GeoJSON
GEOPARQUET: Final = "1.1.0"
GEOPACKAGE: Final = "1.2"  # nothing newer is used, and of newer ones the QGIS of many offices warns at each opening
MULTI: Final = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}


@dataclass(frozen=True)
class Export:
    """A layer on its way out: its features, and what is said of them."""

    stream: Stream
    said: Provenance


@dataclass(frozen=True)
class Format:
    """A format that layers leave in.

    Attributes
    ----------
    name : str
        As it calls itself, in every language.
    ending : str
        Of the file, without the dot.
    mime : str
        Its media type.
    endings : tuple of str
        Other endings that mean it.
    """

    key: str
    name: str
    ending: str
    mime: str
    endings: tuple[str, ...] = ()


FORMATS: Final[Mapping[str, Format]] = {
    each.key: each
    for each in (
        Format("gpkg", "GeoPackage", "gpkg", "application/geopackage+sqlite3"),
        Format("geojson", "GeoJSON", "geojson", "application/geo+json", ("json",)),
        Format("kml", "KML", "kml", "application/vnd.google-earth.kml+xml"),
        Format("csv", "CSV", "csv", "text/csv"),
        Format("parquet", "GeoParquet", "parquet", "application/vnd.apache.parquet", ("geoparquet",)),
        Format("shp", "Shapefile", "zip", "application/zip"),
    )
}


def format_of(path: Path, name: str = "") -> Format:
    """Return the format that is named, or that a file's ending means.

    Raises
    ------
    DataError
        If there is none of that name, or the ending means none.
    """
    if name in FORMATS:
        return FORMATS[name]
    ending = path.suffix.lstrip(".").lower()
    for each in FORMATS.values():
        if not name and ending in {each.ending, *each.endings}:
            return each
    endings = ", ".join(f".{each.ending}" for each in FORMATS.values())
    raise DataError(
        Message(
            "“{name}” names no format that layers are written in. Use one of {endings}.",
            name=path.name,
            endings=endings,
        )
    )


def write(export: Export, path: Path, *, format: Format, lang: Language = DEFAULT_LANGUAGE) -> None:  # noqa: A002 - its name
    """Write a layer to a file; what was there before stays until the new file is whole.

    What is said of the layer stands in the file; beside a CSV, which has no place for it, in a file of the same name
    with ``-metadata.json`` behind it, as "CSV on the Web" (W3C) has it.

    Raises
    ------
    DataError
        If the folder cannot be written to, or the layer does not fit into the format.
    """
    with placed(path, format.ending) as made:
        _WRITERS[format.key](export, made, made.parent, lang)
        if format.key == "csv":
            _beside(export, made.parent / "told.json", path.name)
            (made.parent / "told.json").replace(path.with_name(f"{path.name}-metadata.json"))


@contextmanager
def placed(path: Path, ending: str) -> Iterator[Path]:
    """Lend a path in a folder of its own beside a file; what is written there takes the file's place when all is well.

    Raises
    ------
    DataError
        If the folder cannot be written to, or the disk is full.
    """
    scratch = path.parent / f".{path.name[:40]}-{uuid4().hex[:8]}"
    try:
        if path.is_dir():  # told before the work is done, and before anything is put beside it
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        scratch.mkdir()
        try:
            made = scratch / f"made.{ending}"
            yield made
            made.replace(path)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except (OSError, DataSourceError, DataLayerError, sqlite3.OperationalError) as error:
        # GDAL and SQLite have no numbers for what went wrong, only words.
        is_full = not isinstance(error, OSError) and "disk is full" in str(error)
        reason = os.strerror(errno.ENOSPC) if is_full else getattr(error, "strerror", None) or str(error)
        raise DataError(
            Message("“{path}” cannot be written ({reason}). Choose another folder.", path=str(path), reason=reason)
        ) from error


def packed(export: Export, *, format: Format, lang: Language = DEFAULT_LANGUAGE) -> tuple[str, bytes]:  # noqa: A002 - as above
    """Return a layer as one file, its name and its bytes; a CSV comes in a zip with what is said of it."""
    folder = Path(mkdtemp(prefix="fronteras-export-"))
    try:
        path = folder / f"{export.said.stem}.{format.ending}"
        write(export, path, format=format, lang=lang)
        if format.key == "csv":
            (folder / "README.txt").write_text(export.said.text(lang), encoding="utf-8", newline="\r\n")
            path = zipped(folder, folder / f"{export.said.stem}.zip")
        return path.name, path.read_bytes()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def file_name(said: Provenance, format: Format) -> str:  # noqa: A002 - as above
    """Return what ``packed`` calls the file."""
    return f"{said.stem}.{'zip' if format.key == 'csv' else format.ending}"


def zipped(folder: Path, path: Path) -> Path:
    """Pack the files of a folder, always to the same bytes, and return the archive's path."""
    parts = sorted(each for each in folder.iterdir() if each.is_file())
    with zipfile.ZipFile(path, "w") as out:
        for part in parts:
            entry = zipfile.ZipInfo(part.name, shapefiles.ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, part.read_bytes())
    return path


def _geopackage(export: Export, path: Path, _scratch: Path, _lang: Language) -> None:
    geopackage(export, path, table=export.said.stem, of_all=export.said.flat())


def columns_of(stream: Stream) -> dict[str, str]:
    """Return what each column is called where small letters and capitals are one, as in a GeoPackage."""
    given = [field.name for field in stream.attributes]
    return dict(zip(given, texts.unique(given), strict=True))


def geopackage(export: Export, path: Path, *, table: str, of_all: Mapping[str, str], title: str = "") -> str:
    """Write a layer to a GeoPackage as a table of it, a new one or one that has others; return its column of shapes.

    Parameters
    ----------
    table : str
        What it is called there.
    of_all : mapping
        What is said of the file as a whole.
    title : str, optional
        What people call it there, as no other table of the file: the layer's title by default.
    """
    names = list(columns_of(export.stream).values())
    whole, said = simplified(export.stream, names), export.said
    kind, is_multi = _one_kind(whole.kinds)
    reserved = {name.casefold() for name in names}
    geometry = texts.unique(["geom"], taken=reserved)[0]
    schema = pa.schema([*whole.schema.remove(len(whole.attributes)), pa.field(geometry, pa.binary(), metadata=WKB)])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in whole.batches():
            columns = batch.columns
            if is_multi:
                columns[-1] = pa.array(shapely.to_wkb(shapefiles.multi(shapes_of(batch))), pa.binary())
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches()),
        path,
        layer=table,
        driver="GPKG",
        geometry_name=geometry,
        geometry_type=f"{kind} Z" if whole.is_high and kind != "Unknown" else kind,
        crs="EPSG:4326",
        dataset_options={"VERSION": GEOPACKAGE} if not path.exists() else None,
        dataset_metadata={name: text for name, text in of_all.items() if text},
        layer_metadata={name: text for name, text in said.flat().items() if text},
        layer_options={
            "IDENTIFIER": title or said.title,
            "DESCRIPTION": "\n".join(filter(None, (said.description, said.summary()))),
            "GEOMETRY_NAME": geometry,
            "FID": texts.unique(["fid"], taken={*reserved, geometry})[0],
        },
    )
    return geometry


WKB: Final = {"ARROW:extension:name": "geoarrow.wkb"}


def _one_kind(kinds: frozenset[str]) -> tuple[str, bool]:
    """Return the kind of geometry that a table is declared to hold, and whether single parts must become several."""
    if len(kinds) == 1:
        return next(iter(kinds)), False
    several = {MULTI.get(kind, kind) for kind in kinds}
    return (next(iter(several)), True) if len(several) == 1 else ("Unknown", False)


def _geojson(export: Export, path: Path, _scratch: Path, _lang: Language) -> None:
    texts.geojson(export.stream, export.said, path)


def _kml(export: Export, path: Path, _scratch: Path, _lang: Language) -> None:
    texts.kml(export.stream, export.said, path)


def _csv(export: Export, path: Path, _scratch: Path, _lang: Language) -> None:
    texts.csv(export.stream, path)


def _shapefile(export: Export, path: Path, scratch: Path, lang: Language) -> None:
    parts = scratch / "parts"
    parts.mkdir()
    shapefiles.write(export.stream, export.said, path, parts, lang=lang)


def _parquet(export: Export, path: Path, _scratch: Path, _lang: Language) -> None:
    """Write GeoParquet 1.1: columns as they are, what is said of the layer in the file's own metadata."""
    stream = export.stream
    bounds = _bounds(stream)
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": _types(stream),
        "orientation": "counterclockwise",
        "crs": json.loads(_crs()),
    }
    if bounds is None:
        del column["orientation"]
    else:
        column["bbox"] = bounds
    geo = {"version": GEOPARQUET, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    metadata = {"geo": json.dumps(geo), TOLD: json.dumps(export.said.facts(), ensure_ascii=False)}
    schema = stream.schema.with_metadata(metadata)
    with pq.ParquetWriter(path, schema, compression="zstd") as out:
        for batch in stream.batches():
            turned = pa.array(shapely.to_wkb(shapely.orient_polygons(shapes_of(batch))), pa.binary())
            columns = [*batch.columns[:-1], turned]
            out.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema), row_group_size=BATCH)


def _types(stream: Stream) -> list[str]:
    """Return the kinds of shapes as GeoParquet lists them: those with heights have a Z."""
    if not stream.is_high:
        return sorted(stream.kinds)
    found: set[str] = set()
    for batch in stream.batches():
        shapes = shapes_of(batch)
        high = shapely.has_z(shapes)
        found |= kinds_of(shapes[~high]) | {f"{kind} Z" for kind in kinds_of(shapes[high])}
    return sorted(found)


def _bounds(stream: Stream) -> list[float] | None:
    boxes = [shapely.total_bounds(shapes_of(batch)) for batch in stream.batches()]
    known = np.array([box for box in boxes if np.isfinite(box).all()])
    if not len(known):
        return None
    return [*known[:, :2].min(axis=0).tolist(), *known[:, 2:].max(axis=0).tolist()]


def _crs() -> str:
    from pyproj import CRS  # noqa: PLC0415 - a tenth of a second that only this format needs

    return str(CRS.from_user_input("OGC:CRS84").to_json())


def _beside(export: Export, path: Path, name: str) -> None:
    """Write what is said of a CSV in the words of "CSV on the Web" (W3C 2015), whose names for it are Dublin Core's."""
    said = export.said
    told: dict[str, object] = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "dc:title": said.title,
        "dc:description": said.description,
        "dc:source": said.flat()["source"],
        "dc:license": said.licence,
        "dc:date": said.as_of,
        "dc:identifier": said.key,
        "dc:hasVersion": said.version,
        "dc:accessRights": said.marking,
        "dialect": {"header": True, "lineTerminators": ["\r\n"]},
    }
    path.write_text(
        json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False, indent=1),
        encoding="utf-8",
    )


Writer = Callable[[Export, Path, Path, Language], None]
_WRITERS: Final[Mapping[str, Writer]] = {
    "gpkg": _geopackage,
    "geojson": _geojson,
    "kml": _kml,
    "csv": _csv,
    "parquet": _parquet,
    "shp": _shapefile,
}
