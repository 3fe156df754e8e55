"""Readers of the formats that hold geometry: each gives every layer of a file, as it came, with record numbers.

GDAL is asked by file and layer alone, on files that ``geo.ingest.opening`` let pass, with the settings of
``geo.ingest.settings``: the process that parses starts it with few drivers and no way out.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyogrio.raw
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.ingest import companions, databases, formats, limits, texts
from geo.ingest.compact import ROWS, Compact, cuts
from geo.ingest.drawn import NESTED_WKB
from geo.ingest.parts import Part
from geo.ingest.printable import printable
from geo.ingest.progress import Progress
from geo.ingest.raw import Raw, numbered
from geo.ingest.refusals import BOUNDED, EXPORT_AGAIN, SEND_AGAIN, SPLIT, RefusalError, refused
from geo.ingest.report import Issue, listed
from geo.ingest.rings import open_rings
from geo.ingest.work import FLAT, KEEP_ORIGINAL, measures_dropped
from geo.messages import Message

WGS84: Final = CRS("EPSG:4326")
GDAL_ERRORS: Final = (DataSourceError, DataLayerError, FeatureError, UnicodeDecodeError, ValueError, RuntimeError)
NUMBER: Final = re.compile(r"Unrecognized number: (\S+)")
NEW_RECORD: Final = re.compile(rb'"type"\s*:\s*"Feature"')
CRS_NAME: Final = re.compile(
    r"(?:urn:ogc:def:crs:)?[A-Za-z]{2,10}:[\w.]{0,10}:?\w{1,20}|https?://www\.opengis\.net/\S{1,80}"
    r"|urn:ogc:def:crs(?:,crs:[A-Za-z]{2,10}:[\w.]{0,10}:\w{1,20}){2}"
)
CRS_MEMBER: Final = re.compile(rb'"crs"\s*:\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)?\}|"[^"]{1,200}"|\d{1,6}|null)(?=\s*[,}])')
# The name in ``properties``, a code, or the whole of a member that is no object, as it should be.
CRS_TOLD: Final = re.compile(r'"(?:name|code)"\s*:\s*(?:"([^"]{1,200})"\s*\}|(\d{1,6})\s*\})|^"?([^{"]{1,200})"?$')
LIKE_RFC: Final = Message("GeoJSON is in longitude and latitude on WGS 84 (RFC 7946).")
EPSG_4979: Final = "EPSG:4979"  # WGS 84 with heights, as GDAL calls 3D GeoJSON; heights are kept, not heeded
UNDEFINED: Final = re.compile(r"undefined", re.IGNORECASE)
# Whose counts stand in the file; the others would be read twice, and are bounded by their size.
TOLD_FIRST: Final = frozenset({"geopackage", "shapefile", "flatgeobuf"})
LEVEL_BYTES: Final = 9  # what one level of WKB takes at least: byte order, type and count
SIMPLE: Final = 3  # points, lines and polygons, which hold no other shapes
# Our own name for a file, that of the KML in every KMZ, and GDAL's for a shape that stands in no collection.
UNNAMED: Final = frozenset({"layer", "doc", "TopoJSON"})
CRS84: Final = ("OGC", "CRS84")
WHOLE: Final = Message("Expected is a whole file.")

UNCLOSED: Final = 5  # outlines that are kept as they came, to be shown

Columns = dict[str, npt.NDArray[Any] | pd.Series]


@dataclass(frozen=True)
class Shapes:
    """The geometries of a layer, which of them had an open ring, and the first of these outlines as they came."""

    geometry: Compact
    closed: npt.NDArray[np.bool_]
    unclosed: Mapping[int, shapely.Geometry] = field(default_factory=dict)


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


def geojson(part: Part) -> Iterator[Raw]:
    """Yield the one layer of a GeoJSON file, with what an old ``crs`` member says."""
    members = formats.top_level(formats.decoded(formats.head(part.path)) or "")
    name = printable(members.get("name", "")) or part.name
    raw = _layer(part, 0, name)
    yield _by_old_crs(raw, part.path) if "crs" in members else raw


def by_line(part: Part) -> Iterator[Raw]:
    """Yield the one layer of a GeoJSON file with one feature a line; lines that are none are named."""
    raw = _layer(part, 0, part.name)
    lines = (
        [number for number, line in enumerate(_lines(part.path), 1) if _is_feature(line)] if _lost(part, raw) else []
    )
    if len(lines) != len(raw.table):
        yield raw
        return
    total = sum(1 for _ in _lines(part.path))
    first = next(number for number in range(1, total + 1) if number not in set(lines))
    issue = Issue(
        "RECORD_UNREADABLE",
        "warning",
        Message("{n} line is no feature and was left out.", "{n} lines are no features and were left out.",
                n=total - len(lines)),
        Message("Expected is one GeoJSON feature on each line."),
        EXPORT_AGAIN,
        layer=raw.name,
        feature=first,
        count=total - len(lines),
    )  # fmt: skip
    told = [replace(each, feature=lines[each.feature - 1], records=tuple(lines[record - 1] for record in each.records))
            if each.feature else each for each in raw.issues]  # fmt: skip
    unclosed = {lines[record - 1]: outlines for record, outlines in raw.unclosed.items()}
    yield replace(raw, table=numbered(raw.table, lines), issues=(*told, issue), unclosed=unclosed)


def topojson(part: Part) -> Iterator[Raw]:
    """Yield the objects of a topology. The format names no CRS: degrees are taken for WGS 84, as everybody does."""
    for raw in _layers(part):
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
            raw = _layer(part, name, name)
        except RefusalError as error:  # of this layer: the others may be sound
            raw = Raw(name, pd.DataFrame(), None, issues=(error.issue,))
        yield raw


def shapefile(part: Part) -> Iterator[Raw]:
    """Yield the one layer of a Shapefile, its words in the encoding that its bytes speak for."""
    encoding, issues = companions.encoding(part.path)
    issues += companions.unfit_prj(part.path.with_suffix(".prj"))
    if cut := companions.cut_short(part.path):
        issues.append(cut)
    raw = _layer(part, 0, part.name, encoding=encoding)
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
    yield _layer(part, 0, "")


def places(part: Part) -> Iterator[Raw]:
    """Yield the layers of a KML or GPX file that have features, without the columns that say nothing."""
    for raw in _layers(part):
        if part.format == "gpx" and raw.name in {"route_points", "track_points"}:
            continue  # the vertices of routes and tracks, which come as lines
        told = [name for name in raw.table.columns if not _says_nothing(name, raw.table[name])]
        yield replace(raw, table=raw.table[told])


def geoparquet(part: Part, progress: Progress) -> Iterator[Raw]:
    """Yield the one layer of a GeoParquet file; its row and column counts are known before any is read."""
    try:
        with pq.ParquetFile(part.path) as file:
            _check_counts(file.metadata.num_rows, file.metadata.num_columns, part.name)
            held = sum(file.metadata.row_group(each).total_byte_size for each in range(file.metadata.num_row_groups))
            if held > limits.UNPACKED_BYTES:
                raise _too_much(held)
            told = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
            column, facts = _geometry_column(told, file.schema_arrow.names, part.name)
            if str(facts.get("encoding", "WKB")).upper() == "WKB":
                frame, shapes = _by_batches(file, column, progress)
            else:
                whole = gpd.GeoDataFrame.from_arrow(file.read(), geometry=column)
                geometry = Compact.of(np.asarray(whole.geometry.to_numpy(), dtype=object))
                shapes = Shapes(geometry, np.zeros(len(whole), dtype=bool))
                frame = pd.DataFrame(whole.drop(columns=whole.geometry.name))
        crs = _crs(facts["crs"]) if "crs" in facts else CRS.from_authority(*CRS84)
    except (pa.ArrowException, ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
        if isinstance(error, RefusalError):
            raise
        raise _broken(str(error), part.name) from error
    columns = {str(name): frame.pop(name) for name in list(frame.columns)}
    yield _raw(part.name, columns, shapes, crs)


def _by_batches(file: pq.ParquetFile, column: str, progress: Progress) -> tuple[pd.DataFrame, Shapes]:
    """Return the columns and the shapes of a GeoParquet file of WKB, which is read a few rows at a time."""
    shapes, rest = ShapesMade(), []
    for batch in file.iter_batches(batch_size=ROWS):
        cells = batch.column(column).to_pylist()
        shapes.add([None if isinstance(cell, bytes) and _is_deep(cell) else cell for cell in cells])
        rest.append(batch.drop_columns([column]))
        progress.reach(len(shapes), file.metadata.num_rows)
    schema = file.schema_arrow
    schema = schema.remove(schema.get_field_index(column))
    return pa.Table.from_batches(rest, schema=schema).to_pandas(self_destruct=True), shapes.all()


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


def _layers(part: Part) -> Iterator[Raw]:
    """Yield every layer that GDAL sees in a file and that has rows."""
    try:
        names = [str(name) for name in pyogrio.list_layers(part.path)[:, 0]]
    except GDAL_ERRORS as error:
        raise _broken(str(error), "", part.path) from error
    if len(names) > limits.LAYERS:
        raise refused(
            "TOO_MANY_LAYERS",
            Message("The file has {n} layers; at most {most} are read.", n=len(names), most=limits.LAYERS),
            expected=BOUNDED,
            fix=SPLIT,
        )
    for number, name in enumerate(names):
        raw = _layer(part, number, part.name if name in UNNAMED else printable(name))
        if len(raw.table):
            yield raw


def _layer(part: Part, layer: int | str, name: str, *, encoding: str = "") -> Raw:
    """Return one layer by GDAL; with no name given, the one that it has in the file."""
    try:
        if part.format in TOLD_FIRST:
            info = pyogrio.read_info(part.path, layer=layer, encoding=encoding or None)
            own = printable(str(info["layer_name"]))
            name = name or (part.name if own in UNNAMED else own) or part.name
            _check_counts(int(info["features"]), len(info["fields"]), name)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            meta, fids, wkb, values = pyogrio.raw.read(
                part.path, layer=layer, encoding=encoding or None, return_fids=True, datetime_as_string=True
            )
    except GDAL_ERRORS as error:
        raise error if isinstance(error, RefusalError) else _broken(str(error), name, part.path) from error
    if wkb is None:
        raise refused(
            "NO_GEOMETRY",
            Message("The layer has no geometry; it is a plain table."),
            expected=Message("Expected is at least one layer of points, lines or areas."),
            fix=Message("Save the table as CSV or Excel, with columns of latitude and longitude."),
            layer=name,
        )
    _check_counts(len(wkb), len(meta["fields"]), name)
    columns: Columns = dict(zip((str(each) for each in meta["fields"]), values, strict=True))
    del values  # what is read is let go of, piece by piece, once it is in the layer
    records = fids + 1 if part.format == "shapefile" else None  # deleted rows keep their number
    shapes = _shapes(wkb)
    raw = _raw(name, columns, shapes, _crs(meta["crs"]), records=records)
    measured = any("Measured (M)" in str(each.message) for each in told)
    return replace(raw, issues=(*raw.issues, _measures_dropped(name, len(raw.table)))) if measured else raw


def _raw(
    name: str,
    columns: Columns,
    shapes: Shapes,
    crs: CRS | None,
    *,
    records: npt.NDArray[np.int64] | None = None,
) -> Raw:
    """Return a layer from its parts; names of columns that are empty, twice there or too long are mended."""
    made: dict[str, pd.Series] = {}
    taken = {"geometry"}
    for given in list(columns):
        wanted = printable(given) or "column"
        name_ = wanted
        while name_.casefold() in taken:
            name_ = f"{wanted}_{len(made) + 1}"
        taken.add(name_.casefold())
        made[name_] = _plain(columns.pop(given))
    table, closed = pd.DataFrame(made, index=range(len(shapes.closed)), copy=False), shapes.closed
    table = numbered(table, None if records is None else cast(Any, records))
    issues = []
    if closed.any():
        issues.append(
            Issue(
                "RING_CLOSED",
                "warning",
                Message("{n} outline did not end where it began and was closed.",
                        "{n} outlines did not end where they began and were closed.", n=int(closed.sum())),
                Message("The first and the last point of a ring are the same."),
                Message("See whether the last side is right; if not, mend the outline and bring the file again."),
                layer=name,
                feature=int(table.index[int(np.flatnonzero(closed)[0])]),
                count=int(closed.sum()),
                records=listed(table.index[closed]),
            )
        )  # fmt: skip
    unclosed = {int(table.index[row]): outlines for row, outlines in shapes.unclosed.items()}
    return Raw(name, table, shapes.geometry, crs, tuple(issues), unclosed)


def _plain(given: npt.NDArray[Any] | pd.Series) -> pd.Series:
    """Return values that a table can hold: lists and objects as JSON, bytes as nothing."""
    if isinstance(given, pd.Series) and isinstance(given.dtype, pd.StringDtype):
        return given.reset_index(drop=True)
    values = np.asarray(given.to_numpy()) if isinstance(given, pd.Series) else given
    if values.dtype != object or pd.api.types.infer_dtype(values, skipna=True) in {"string", "empty"}:
        return pd.Series(values)
    out = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        if isinstance(value, (list, dict, np.ndarray)):
            listed = value.tolist() if isinstance(value, np.ndarray) else value
            out[row] = json.dumps(listed, ensure_ascii=False, default=str)
        else:
            out[row] = None if isinstance(value, bytes) else value
    return pd.Series(out)


def _shapes(wkb: npt.NDArray[np.object_]) -> Shapes:
    """Return geometries, and which of them had an open ring that was closed; the WKB is let go of meanwhile."""
    shapes = ShapesMade()
    for rows in cuts(np.fromiter((0 if each is None else len(each) for each in wkb), dtype=np.int64, count=len(wkb))):
        shapes.add(list(wkb[rows]))
        wkb[rows] = None
    return shapes.all()


class ShapesMade:
    """Geometries of a layer while they are read, piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[pa.BinaryArray] = []
        self._closed: list[npt.NDArray[np.bool_]] = []
        self._unclosed: dict[int, shapely.Geometry] = {}
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def add(self, cells: list[Any]) -> None:
        """Add WKB; None for what is no geometry."""
        wkb = np.empty(len(cells), dtype=object)
        wkb[:] = cells
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
        lost = shapely.is_missing(geometry) & np.array([value is not None for value in wkb], dtype=bool)
        closed = np.zeros(len(wkb), dtype=bool)
        if lost.any():
            mended = shapely.from_wkb(wkb[lost], on_invalid="fix")
            closed[np.flatnonzero(lost)[~shapely.is_missing(mended) & ~shapely.is_empty(mended)]] = True
            for row in np.flatnonzero(closed)[: UNCLOSED - len(self._unclosed)]:
                self._unclosed[self._rows + int(row)] = open_rings(wkb[row])
            wkb[lost] = shapely.to_wkb(mended)
        self._pieces.append(pa.array(wkb, type=pa.binary()))
        self._closed.append(closed)
        self._rows += len(wkb)

    def all(self) -> Shapes:
        """Return what was added."""
        closed = np.concatenate([np.zeros(0, dtype=bool), *self._closed])
        return Shapes(Compact(self._pieces), closed, self._unclosed)


def _is_deep(wkb: bytes) -> bool:
    """Whether WKB holds shapes in one another: GEOS reads them by calling itself until the process ends."""
    if len(wkb) <= LEVEL_BYTES * limits.DEPTH:
        return False
    kind = int.from_bytes(wkb[1:5], "little" if wkb[0] == 1 else "big") & 0x0FFFFFFF  # without the flags of PostGIS
    return kind % 1000 > SIMPLE and len(NESTED_WKB.findall(wkb)) > limits.DEPTH


def _crs(told: object) -> CRS | None:
    """Return a CRS from a code, WKT or PROJJSON; None for none, and for what PROJ does not know.

    A local one, and what GDAL calls undefined, say nothing of where on Earth they are.
    """
    if not told:
        return None
    try:
        found = CRS.from_user_input(cast(Any, told))
    except CRSError:
        return None
    if found.is_engineering or UNDEFINED.match(found.name):
        return None
    return WGS84 if found.to_string() == EPSG_4979 else found


def _check_counts(features: int, columns: int, layer: str) -> None:
    if features > limits.FEATURES:
        raise refused(
            "TOO_MANY_FEATURES",
            Message("The layer has {n} features; at most {most} are read.", n=features, most=limits.FEATURES),
            expected=BOUNDED,
            fix=SPLIT,
            layer=layer,
        )
    if columns > limits.COLUMNS:
        raise refused(
            "TOO_MANY_COLUMNS",
            Message("The layer has {n} columns; at most {most} are read.", n=columns, most=limits.COLUMNS),
            expected=BOUNDED,
            fix=SPLIT,
            layer=layer,
        )


def _too_much(size: int) -> RefusalError:
    return refused(
        "FILE_TOO_LARGE",
        Message("The file has {size} MB; at most {most} MB are read.",
                size=size // limits.MB, most=limits.UNPACKED_BYTES // limits.MB),
        expected=BOUNDED,
        fix=SPLIT,
    )  # fmt: skip


def _broken(words: str, layer: str, path: Path | None = None) -> RefusalError:
    """Return the refusal of a file that its parser gave up on, with the feature where the parser told the place."""
    if "Geometry type is not supported" in words:
        return refused(
            "GEOMETRY_UNSUPPORTED",
            Message("The layer holds shapes of a kind that is not read: surfaces of triangles (TIN) or solids."),
            expected=Message("Expected is at least one layer of points, lines or areas."),
            fix=Message("Turn them into polygons in a GIS and export that as GeoPackage."),
            layer=layer,
        )
    shown = re.sub(r"'?/[^\s']*/([^\s'/]+)'?", r"\1", words.partition("; It might help")[0])[:300]
    feature = _record_of(path, words) if path is not None and path.suffix in {".geojson", ".geojsonl"} else None
    return refused(
        "FILE_BROKEN",
        Message("The file is damaged or cut short: {reason}.", reason=shown.rstrip(". ")),
        expected=WHOLE,
        fix=SEND_AGAIN,
        layer=layer if feature is None else "",
        feature=feature,
    )


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


def _by_old_crs(raw: Raw, path: Path) -> Raw:
    """Return a layer with what a ``crs`` member says, which RFC 7946 no longer has, in whichever way it says it."""
    found = CRS_MEMBER.search(formats.head(path))
    told = found[1].decode("utf-8", errors="replace") if found else ""
    if told == "null":
        return raw
    named = CRS_TOLD.search(told)
    name = next(filter(None, named.groups()), "") if named else ""
    name = f"EPSG:{name}" if name.isdecimal() else name
    own = _crs(name) if CRS_NAME.fullmatch(name) else None
    if '"link"' in told or (name and own is None):
        issue = Issue(
            "CRS_UNKNOWN",
            "warning",
            Message("The file names a CRS that is not known here, “{crs}”; WGS 84 was assumed.",
                    crs=name[:80] or "link"),
            LIKE_RFC,
            Message("See whether the layer lies where it should. If not, export it again in EPSG:4326."),
            layer=raw.name,
        )  # fmt: skip
        return replace(raw, issues=(*raw.issues, issue))
    issue = Issue(
        "CRS_MEMBER_OLD",
        "note",
        Message("The file names its CRS in an old way: {crs}. It was heeded.",
                crs=name[:80] or (raw.crs.to_string() if raw.crs else "–")),
        LIKE_RFC,
        Message("Nothing needs to be done."),
        layer=raw.name,
    )  # fmt: skip
    is_passed_over = raw.crs == WGS84 and own is not None and not own.equals(WGS84, ignore_axis_order=True)
    return replace(raw, crs=own if is_passed_over else raw.crs, issues=(*raw.issues, issue))


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


def _says_nothing(name: str, values: pd.Series) -> bool:
    """Whether a column of KML or GPX has no value, or only the one that stands for none."""
    none = {"tessellate": -1, "extrude": 0, "visibility": -1, "drawOrder": 0}
    return bool(values.isna().all() or (name in none and (values == none[name]).all()))


def _lost(part: Part, raw: Raw) -> bool:
    return sum(1 for _ in _lines(part.path)) != len(raw.table)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from (line for line in (each.strip(b"\x1e \t\r\n") for each in file) if line)


def _is_feature(line: bytes) -> bool:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("type") in formats.GEOJSON


def _geometry_column(told: Mapping[str, Any], names: list[str], layer: str) -> tuple[str, Mapping[str, Any]]:
    column = str(told.get("primary_column", ""))
    if column in names:
        facts = told.get("columns", {}).get(column, {})
        return column, facts if isinstance(facts, dict) else {}
    raise refused(
        "NO_GEOMETRY",
        Message("The Parquet file does not say which of its columns is the geometry."),
        expected=Message("Expected is GeoParquet, which says so in its metadata."),
        fix=Message("Write it with GeoPandas or QGIS as GeoParquet, or bring it as CSV with latitude and longitude."),
        layer=layer,
    )
