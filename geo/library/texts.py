"""Layers as text: GeoJSON, KML and CSV, written batch by batch.

What a person or a file wrote stays text wherever it is opened: no markup in JSON that a page might be given whole,
none in KML that a globe would show as a page, and no formula in CSV.
"""

from __future__ import annotations

import csv as csv_format
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from html import escape as html_escape
from math import isfinite
from pathlib import Path
from typing import IO, Any, Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from shapely.geometry.base import BaseGeometry

from geo.downloads import safe_cell
from geo.heights import moved
from geo.library.batches import GEOMETRY, Geometries, Stream, plain, shapes_of, simplified
from geo.library.provenance import Provenance

DECIMALS: Final = 7  # of a degree, a centimetre: what RFC 7946 (11.2) calls more than enough
NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, 2.2
MARKUP: Final = re.compile(r"<[a-zA-Z/!?]|&[#\w]+;")
INT32: Final = 2**31
LAYER: Final = "layer"  # the property that says of which layer a feature is, where there are several
Layer = tuple[Stream, Provenance]
NAME_IN_XML: Final = re.compile(r"[^\W\d][\w.\-]*")  # an XML name without colons, as ``xs:ID`` asks
JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


def geojson(stream: Stream, said: Provenance, path: Path) -> None:
    """Write a layer as GeoJSON (RFC 7946); what is said of it stands in foreign members.

    Longitude and latitude on WGS 84, no ``crs`` member, outer rings anticlockwise and holes clockwise; a feature
    without a shape has ``null``. A column ``id`` is the ``id`` of the features.
    """
    _collection([(stream, "")], {"name": said.title, "fronteras": said.facts()}, path)


def geojson_of_many(layers: Sequence[Layer], told: Mapping[str, object], path: Path) -> None:
    """Write layers as one GeoJSON collection; each feature says in ``layer`` of which it is, before its own columns.

    Parameters
    ----------
    told : mapping
        What is said of the whole; what is said of each layer comes with it.
    """
    whole = {"fronteras": {**told, "layers": [said.facts() for _, said in layers]}}
    _collection([(stream, said.key) for stream, said in layers], whole, path)


def _collection(streams: Iterable[tuple[Stream, str]], told: Mapping[str, object], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_unmarked(JSON.encode({"type": "FeatureCollection", **told}))[:-1] + ',"features":[')
        joint = "\n"
        for stream, key in streams:
            named = {unique([LAYER], taken=[field.name for field in stream.attributes])[0]: key} if key else {}
            for batch in stream.batches():
                for line in _features(batch, named):
                    out.write(joint + line)
                    joint = ",\n"
        out.write("\n]}\n")


def _features(batch: pa.RecordBatch, named: Mapping[str, str]) -> Iterator[str]:
    shapes = shapes_of(batch)
    shapes[shapely.is_empty(shapes)] = None
    turned = shapely.orient_polygons(shapes)  # rings anticlockwise: RFC 7946, 3.1.6
    rounded = moved(turned, lambda xy: np.round(xy, DECIMALS))
    names = [name for name in batch.schema.names if name not in {GEOMETRY, "id"}]
    columns = [_readable(batch.column(name)) for name in names]
    ids = batch.column("id").to_pylist() if "id" in batch.schema.names else [None] * len(shapes)
    for id_, shape, *cells in zip(ids, shapely.to_geojson(rounded), *columns, strict=True):
        head = "" if id_ is None else f'"id":{JSON.encode(id_ if isinstance(id_, int) else str(id_))},'
        properties = JSON.encode({**named, **dict(zip(names, cells, strict=True))})
        yield f'{{"type":"Feature",{_unmarked(head)}"geometry":{shape or "null"},"properties":{_unmarked(properties)}}}'


def _readable(column: pa.Array) -> list[Any]:
    """Return a column as what JSON has; lists and mappings stay what they are."""
    if pa.types.is_nested(column.type):
        return [_finite(cell) for cell in column.to_pylist()]
    return [_iso(cell) for cell in plain(column).to_pylist()]


def _finite(cell: Any) -> Any:
    if isinstance(cell, dict):
        return {str(name): _finite(each) for name, each in cell.items()}
    if isinstance(cell, list):
        return [_finite(each) for each in cell]
    return None if isinstance(cell, float) and not isfinite(cell) else _iso(cell)


def _iso(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.isoformat().replace("+00:00", "Z")
    return cell.isoformat() if isinstance(cell, (date, time)) else cell


def _unmarked(text: str) -> str:
    """Return JSON in which no markup stands, the same to whoever parses it."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def csv(stream: Stream, path: Path) -> None:
    """Write a layer as CSV: its columns, longitude and latitude of points, and each shape as WKT (EPSG:4326).

    UTF-8 with a byte order mark, without which Excel reads it as Latin-1; a cell that a spreadsheet would take
    for a formula gets an apostrophe in front.
    """
    whole = simplified(stream)
    names = [field.name for field in whole.attributes]
    placed = ["lon", "lat"] if stream.kinds == {"Point"} else []
    heads = unique([*names, *placed, "wkt"])
    texts = [pa.types.is_string(field.type) for field in whole.attributes]
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv_format.writer(out, lineterminator="\r\n")
        rows.writerow([safe_cell(head) for head in heads])
        for batch in whole.batches():
            shapes = shapes_of(batch)
            columns = [_cells(batch.column(name), is_text=text) for name, text in zip(names, texts, strict=True)]
            if placed:
                columns += [_figures(shapely.get_x(shapes)), _figures(shapely.get_y(shapes))]
            wkt = shapely.to_wkt(shapes, rounding_precision=DECIMALS, trim=True)
            rows.writerows(zip(*columns, ["" if each is None else each for each in wkt], strict=True))


def _cells(column: pa.Array, *, is_text: bool) -> list[object]:
    cells = ["" if cell is None else _iso(cell) for cell in column.to_pylist()]
    return [safe_cell(cell.replace("\x00", "")) for cell in cells] if is_text else cells


def _figures(values: Any) -> list[object]:
    return [round(value, DECIMALS) if value == value else "" for value in values.tolist()]


def unique(names: Iterable[str], *, longest: int | None = None, taken: Iterable[str] = ()) -> list[str]:
    """Return names that differ even where small letters and capitals are one; those that must get a number.

    Parameters
    ----------
    longest : int, optional
        The most signs that a name may have.
    taken : iterable of str
        Names that are not free.
    """
    used = {name.casefold() for name in taken}
    chosen = []
    for place, name in enumerate(names, start=1):
        stem = name.strip() or f"column_{place}"
        candidate, count = stem[:longest], 1
        while candidate.casefold() in used:
            count += 1
            ending = f"_{count}"
            candidate = (stem[: longest - len(ending)] if longest else stem) + ending
        used.add(candidate.casefold())
        chosen.append(candidate)
    return chosen


@dataclass(frozen=True)
class Look:
    """How a globe draws a layer.

    Attributes
    ----------
    styles : str
        ``Style`` and ``StyleMap`` elements.
    of : callable
        Returns for the cells of a feature, by column, the id of its style and what such features are called.
    """

    styles: str
    of: Callable[[Mapping[str, Any]], tuple[str, str]]


def kml(stream: Stream, said: Provenance, path: Path) -> None:
    """Write a layer as KML 2.2, each column as a typed field; no cell can become markup in a globe's balloon."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        _kml_open(out, said.title, said.flat(), ' id="layer"')
        fields = _KmlFields.of(stream, "layer", "fields")
        out.write(f"{fields.schema()}<Folder>\n<name>{_shown(said.title)}</name>\n")
        fields.write(out, said)
        out.write("</Folder>\n</Document>\n</kml>\n")


def kml_of_many(
    layers: Sequence[Layer], title: str, told: Mapping[str, str], path: Path, *, looks: Sequence[Look] = ()
) -> None:
    """Write layers as one KML document with a folder for each.

    Parameters
    ----------
    told : mapping
        What is said of the whole, label to text.
    looks : sequence of Look
        One for each layer; without them a globe draws everything in its own way.
    """
    every = [
        (said, _KmlFields.of(stream, said.key, f"fields-{number}", f"{said.key}.", looks[number - 1 : number]))
        for number, (stream, said) in enumerate(layers, 1)
    ]
    with path.open("w", encoding="utf-8", newline="\n") as out:
        _kml_open(out, title, told, styles="".join(look.styles for look in looks))
        out.write("".join(fields.schema() for _, fields in every))
        for said, fields in every:
            out.write(f"<Folder>\n<name>{_shown(said.title)}</name>\n{_kml_told(said.flat())}")
            fields.write(out, said)
            out.write("</Folder>\n")
        out.write("</Document>\n</kml>\n")


def _kml_open(out: IO[str], title: str, told: Mapping[str, str], address: str = "", styles: str = "") -> None:
    out.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n'
        f"<Document{address}>\n<name>{_shown(title)}</name>\n{_kml_told(told, styles)}"
    )


def _kml_told(told: Mapping[str, str], styles: str = "") -> str:
    """Return what is said of a document or folder: for its balloon, and as data."""
    lines = [(name, text) for name, text in told.items() if name != "title"]
    data = "".join(f"<Data name={quoteattr(name)}><value>{_shown(text)}</value></Data>\n" for name, text in lines)
    return f"{_kml_balloon(lines)}\n{styles}<ExtendedData>\n{data}</ExtendedData>\n"


def _kml_balloon(lines: Iterable[tuple[str, str]], head: str = "") -> str:
    """Return what a globe shows of something that is clicked.

    A description is read as HTML, so what it says is escaped once for HTML and once for XML.
    """
    shown = [f"<b>{html_escape(head)}</b>"] if head else []
    shown += [f"{html_escape(name)}: {html_escape(text)}" for name, text in lines]
    return f"<description>{escape(_legal('<br/>'.join(shown)))}</description>"


@dataclass(frozen=True)
class _KmlFields:
    """A layer on its way into KML: its plain columns, their kinds, and the schema that they have there."""

    whole: Stream
    given: Sequence[str]  # what the columns are called in the layer: some readers of KML hold A and a for one name
    kinds: Mapping[str, str]
    name: str
    id: str
    before: str  # the ids of its placemarks
    looks: Sequence[Look]  # its own, or none

    @classmethod
    def of(cls, stream: Stream, name: str, id_: str, before: str = "", looks: Sequence[Look] = ()) -> _KmlFields:
        given = [field.name for field in stream.attributes]
        whole = simplified(stream, unique(given))
        return cls(whole, given, _kml_kinds(whole), name, id_, before, looks)

    def schema(self) -> str:
        fields = "".join(
            f"<SimpleField name={quoteattr(_legal(field.name))} type={quoteattr(self.kinds[field.name])}/>\n"
            for field in self.whole.attributes
        )
        return f"<Schema name={quoteattr(_legal(self.name))} id={quoteattr(self.id)}>\n{fields}</Schema>\n"

    def write(self, out: IO[str], said: Provenance) -> None:
        named = said.name if said.name in self.given else "id"
        for batch in self.whole.batches():
            columns = [column.to_pylist() for column in batch.columns[: len(self.given)]]
            by_name = dict(zip(self.given, columns, strict=True))
            ids, titles = (by_name.get(each, [None] * batch.num_rows) for each in ("id", named))
            addresses = [None if each is None else f"{self.before}{each}" for each in ids]
            self._placemarks(out, columns, (addresses, titles), shapes_of(batch))

    def _placemarks(
        self, out: IO[str], columns: Sequence[list[Any]], heads: Sequence[Sequence[Any]], shapes: Geometries
    ) -> None:
        """Write one placemark for each feature; its coordinates come as WKT, a tenth of Python's time with GEOS."""
        names = [quoteattr(_legal(field.name)) for field in self.whole.attributes]
        wkt = shapely.to_wkt(_without_m(shapes), rounding_precision=DECIMALS, trim=True, output_dimension=3)
        for id_, title, shape, text, *cells in zip(*heads, shapes, wkt, *columns, strict=True):
            told = "".join(
                f"<SimpleData name={name}>{_shown(str(_kml_cell(cell)))}</SimpleData>"
                for name, cell in zip(names, cells, strict=True)
                if cell is not None
            )
            name = "" if title is None else f"<name>{_shown(str(_iso(title)))}</name>"
            name += "".join(_kml_look(look, dict(zip(self.given, cells, strict=True))) for look in self.looks)
            drawn = "" if shape is None or shape.is_empty else _kml_geometry(shape, text)
            data = f'<ExtendedData><SchemaData schemaUrl="#{self.id}">{told}</SchemaData></ExtendedData>'
            is_name = id_ is not None and NAME_IN_XML.fullmatch(id_)  # what KML takes; it is among the data anyway
            address = f" id={quoteattr(id_)}" if is_name else ""  # what GDAL takes for a column "id"
            out.write(f"<Placemark{address}>{name}{data}{drawn}</Placemark>\n")


def _kml_look(look: Look, cells: Mapping[str, Any]) -> str:
    """Return what a globe shows of a feature in words, and the style that it has."""
    style, words = look.of(cells)
    lines = ((name, str(_kml_cell(cell))) for name, cell in cells.items() if cell not in (None, ""))
    return f"{_kml_balloon(lines, words)}<styleUrl>#{style}</styleUrl>"


def _kml_cell(cell: Any) -> object:
    return int(cell) if isinstance(cell, bool) else _iso(cell)


def _kml_kinds(stream: Stream) -> dict[str, str]:
    """Return the KML type of each column; whole numbers that do not fit into KML's are texts."""
    kinds = {field.name: _kml_kind(field.type) for field in stream.attributes}
    large = [field.name for field in stream.attributes if field.type == pa.int64()]
    if large:
        for batch in stream.batches():
            for name in large:
                ends = pc.min_max(batch.column(name)).as_py()
                if ends["max"] is not None and max(-ends["min"], ends["max"]) >= INT32:
                    kinds[name] = "string"
    return kinds


def _kml_kind(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "bool"
    if pa.types.is_integer(kind):
        return "int"
    return "double" if pa.types.is_floating(kind) else "string"


def _legal(text: str) -> str:
    return NOT_IN_XML.sub("", text)


def _shown(text: str) -> str:
    """Return a text for an element that a globe may show as HTML: what would be markup there is escaped twice."""
    return escape(_legal(html_escape(text, quote=False) if MARKUP.search(text) else text))


def _without_m(shapes: Geometries) -> Geometries:
    measured = shapely.has_m(shapes)
    if not measured.any():
        return shapes
    out = shapes.copy()
    out[measured] = shapely.force_2d(shapes[measured])
    return out


def _kml_geometry(shape: BaseGeometry, wkt: str) -> str:
    """Return a shape as KML, from its WKT: ``POLYGON ((1 2, 3 4))`` has the coordinates in KML's order."""
    kind = shape.geom_type
    if kind == "GeometryCollection":
        parts = [part for part in shape.geoms if not part.is_empty]
        written = shapely.to_wkt(parts, rounding_precision=DECIMALS, trim=True, output_dimension=3)
        return _several(_kml_geometry(part, text) for part, text in zip(parts, written, strict=True))
    inner = wkt[wkt.index("(") + 1 : -1].replace(", ", "\n").replace(" ", ",")
    if kind == "Point":
        return f"<Point><coordinates>{inner}</coordinates></Point>"
    if kind in {"LineString", "LinearRing"}:
        return _line(inner)
    if kind == "Polygon":
        return _area(inner)
    if kind == "MultiPoint":
        points = inner.replace("(", "").replace(")", "").split("\n")
        return _several(f"<Point><coordinates>{point}</coordinates></Point>" for point in points)
    if kind == "MultiLineString":
        return _several(_line(part) for part in inner[1:-1].split(")\n("))
    return _several(_area(part) for part in inner[1:-1].split("))\n(("))


def _several(parts: Iterable[str]) -> str:
    return f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"


def _line(coordinates: str) -> str:
    return f"<LineString><coordinates>{_spaced(coordinates)}</coordinates></LineString>"


def _area(rings: str) -> str:
    first, *holes = (
        f"<LinearRing><coordinates>{_spaced(each)}</coordinates></LinearRing>" for each in rings.split(")\n(")
    )
    inside = "".join(f"<innerBoundaryIs>{hole}</innerBoundaryIs>" for hole in holes)
    return f"<Polygon><outerBoundaryIs>{first}</outerBoundaryIs>{inside}</Polygon>"


def _spaced(coordinates: str) -> str:
    return coordinates.strip("()").replace("\n", " ")
