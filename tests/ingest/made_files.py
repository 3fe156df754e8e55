"""Broken and hostile vector files, made here byte by byte: each with the verdict it must end in, and why."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely.geometry import Point, Polygon

ACCEPT, WARN, REJECT = "accept", "accept_with_warnings", "reject"
CANARY = "canary-of-another-file"


@dataclass(frozen=True)
class Case:
    """A file: how it is called, what is in it, the verdict, a code that must be among the issues, what is left."""

    name: str
    content: bytes
    verdict: str
    code: str
    features: int = 0
    feature: int | None = None  # the record that the issue must name


def square(west: float = -70.0, south: float = -4.0, side: float = 0.1) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def point(x: Any = -70.0, y: Any = -4.0, *more: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [x, y, *more]}


def area(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings or [square()])}


def collection(*geometries: Any, properties: Any = None, **members: Any) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": {"a": number} if properties is None else properties, "geometry": each}
        for number, each in enumerate(geometries)
    ]
    return {"type": "FeatureCollection", **members, "features": features}


def js(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()


def zipped(members: dict[str, bytes] | Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    out = io.BytesIO()
    pairs = members.items() if isinstance(members, dict) else members
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pairs:
            archive.writestr(name, content)
    return out.getvalue()


def link(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target.encode()


def locked(content: bytes) -> bytes:
    """Return an archive whose first member says that it is encrypted."""
    made = bytearray(content)
    made[6] |= 1
    made[made.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def lying(content: bytes, size: int) -> bytes:
    """Return an archive whose only member says that it unpacks to ``size`` bytes."""
    made = bytearray(content)
    at = made.rindex(b"PK\x01\x02")
    made[at + 24 : at + 28] = struct.pack("<I", size)
    made[22:26] = struct.pack("<I", size)
    return bytes(made)


def written(frame: gpd.GeoDataFrame, ending: str, driver: str, **options: Any) -> dict[str, bytes]:
    """Return the files that GDAL writes for a frame, by their names."""
    with tempfile.TemporaryDirectory() as folder:
        frame.to_file(Path(folder) / f"layer{ending}", driver=driver, **options)
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def frame(*shapes: Any, crs: str | None = "EPSG:4326", **columns: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns or {"n": list(range(len(shapes)))}, geometry=list(shapes), crs=crs)


def shapefile(*without: str, crs: str | None = "EPSG:4326", shapes: Iterable[Any] = (Point(-70, -4),)) -> bytes:
    files = written(frame(*shapes, crs=crs), ".shp", "ESRI Shapefile")
    return zipped({name: content for name, content in files.items() if Path(name).suffix not in without})


def geopackage(change: Callable[[sqlite3.Connection], object] = lambda _: None) -> bytes:
    made = written(frame(Point(-70, -4), Point(-71, -5)), ".gpkg", "GPKG")["layer.gpkg"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.gpkg"
        path.write_bytes(made)
        database = sqlite3.connect(path)
        change(database)
        database.commit()
        database.close()
        return path.read_bytes()


def _window(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA writable_schema = 1")
    database.execute(
        "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES"
        " ('table', 'window', 'window', 0, 'CREATE VIRTUAL TABLE window USING VirtualOGR(''secret.geojson'')')"
    )


def _view(database: sqlite3.Connection) -> None:
    database.execute("CREATE VIEW seen AS SELECT * FROM layer")
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
        " VALUES ('seen', 'features', 'seen', 4326)"
    )
    database.execute("INSERT INTO gpkg_geometry_columns VALUES ('seen', 'geom', 'POINT', 4326, 0, 0)")


def sqlite_only() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.sqlite"
        database = sqlite3.connect(path)
        database.execute("CREATE TABLE a (b)")
        database.commit()
        database.close()
        return path.read_bytes()


def parquet(table: pa.Table, geo: Any = None) -> bytes:
    out = io.BytesIO()
    metadata = {} if geo is None else {b"geo": geo if isinstance(geo, bytes) else json.dumps(geo).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), out)
    return out.getvalue()


WKB = shapely.to_wkb(Point(-70, -4))
DEEP = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00" * 300_000 + WKB  # reading it ends a process that is not on its guard
GEO = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
TABLE = pa.table({"a": [1], "geometry": pa.array([WKB], pa.binary())})


def kml(inside: str, *, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'


def mark(coordinates: str = "-70,-4", name: str = "a") -> str:
    return f"<Placemark><name>{name}</name><Point><coordinates>{coordinates}</coordinates></Point></Placemark>"


def gpx(inside: str, *, head: str = '<?xml version="1.0"?>') -> str:
    return f'{head}<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">{inside}</gpx>'


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 50}">' for n in range(10))
GOOD = js(collection(point(), point(-71, -5), point(-72, -6)))
BOWTIE = [[-70.0, -4.0], [-69.0, -3.0], [-69.0, -4.0], [-70.0, -3.0], [-70.0, -4.0]]
TOPOLOGY = {
    "type": "Topology",
    "arcs": [[[-70, -4], [-69, -4], [-69, -3], [-70, -4]]],
    "objects": {"a": {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "arcs": [[0]]}]}},
}


def cases(address: str, secret: Path) -> list[Case]:
    """Return the corpus; ``address`` is a server that must not be asked, ``secret`` a file that must not be read."""
    return [
        *_names(),
        *_json(address),
        *_shapes(),
        *_archives(secret),
        *_xml(address, secret),
        *_binary(),
        *_leading(address, secret),
    ]


def _names() -> list[Case]:
    return [
        Case("nothing.geojson", b"", REJECT, "FILE_EMPTY"),
        Case("blanks.geojson", b"  \n\n ", REJECT, "FILE_EMPTY"),
        Case("json-called.shp", GOOD, ACCEPT, "ENDING_DIFFERS", 3),
        Case("json-called.gpkg", GOOD, ACCEPT, "ENDING_DIFFERS", 3),
        Case("kml-called.geojson", kml(mark()).encode(), ACCEPT, "ENDING_DIFFERS", 1),
        Case("picture.geojson", b"\x89PNG\r\n\x1a\n" + bytes(100), REJECT, "FORMAT_UNKNOWN"),
        Case("report.kml", b"%PDF-1.7 ...", REJECT, "FORMAT_UNKNOWN"),
        Case("noise.gpkg", bytes(range(256)) * 8, REJECT, "FORMAT_UNKNOWN"),
        Case("page.kml", b"<!DOCTYPE html><html><body>403</body></html>", REJECT, "WEB_PAGE"),
        Case(
            "page-as-workbook.xls",
            b"\xef\xbb\xbf<meta charset='utf-8'><TABLE><tr><td>lat<td>lon</table>",
            REJECT,
            "WEB_PAGE",
        ),
        Case(
            "page-utf16.xls", "<html><table><tr><td>lat</td></tr></table></html>".encode("utf-16"), REJECT, "WEB_PAGE"
        ),
        Case("page.zip", zipped({"informe.xls": b"<html><table></table></html>"}), REJECT, "WEB_PAGE"),
        Case(
            "zeros-in-text.csv",
            b"nombre,lat,lon\nLeti\0cia,-4.2,-69.9\n" * 1 + b"Tabatinga,-4.3,-69.9\n" * 3,
            WARN,
            "ZERO_BYTES",
            4,
        ),
        Case("only-zeros.csv", bytes(5000), REJECT, "FILE_EMPTY"),
        Case("zero-in-text.geojson", GOOD.replace(b"Collection", b"Coll\0ection", 1), REJECT, ""),
        Case("packed.geojson", b"\x1f\x8b\x08" + bytes(50), REJECT, "FORMAT_UNKNOWN"),
        Case("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), REJECT, "OLD_WORKBOOK"),
        Case(
            "old-xml.xls",
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            REJECT,
            "OLD_WORKBOOK",
        ),
        Case(
            "old.zip", zipped({"datos.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)}), REJECT, "OLD_WORKBOOK"
        ),
        Case(
            "open-document.ods",
            zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
            REJECT,
            "FORMAT_UNKNOWN",
        ),
        Case("..%2f..%2fetc.geojson", GOOD, ACCEPT, "", 3),
        Case("-rf; $(touch x) `y`.geojson", GOOD, ACCEPT, "", 3),
    ]


def _json(address: str) -> list[Case]:
    many = js(collection(*[point()] * 9))
    twice = b'{"type":"FeatureCollection","features":[%s],"features":[%s]}'
    feature = js(collection(point()))[len(b'{"type": "FeatureCollection", "features": [') : -2]
    return [
        Case("cut.geojson", many[:-40], REJECT, "FILE_BROKEN", feature=9),
        Case("cut-in-head.geojson", b'{"type":"FeatureColl', REJECT, ""),
        Case("cut-by-two.geojson", many[:-2], REJECT, "FILE_BROKEN", feature=9),
        Case("comma.geojson", many.replace(b"}}, {", b"}},, {", 1), REJECT, "FILE_BROKEN"),
        Case("other.json", b'{"hello": [1, 2, 3]}', REJECT, "FORMAT_UNKNOWN"),
        Case("list.json", b"[1, 2, 3]", REJECT, "FORMAT_UNKNOWN"),
        Case("esri.json", b'{"geometryType":"esriGeometryPoint","features":[{"geometry":{"x":-70,"y":-4}}]}', REJECT,
             "FORMAT_UNKNOWN"),
        Case("empty.geojson", js(collection()), REJECT, "LAYER_EMPTY"),
        Case("deep-array.geojson", js(collection(point())).replace(b"[-70.0, -4.0]", b"[" * 100_000 + b"]" * 100_000),
             REJECT, "NESTED_TOO_DEEP"),
        Case("deep-object.geojson", js(collection(point(), properties={"a": 1})).replace(
            b'"a": 1', b'"a":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000), REJECT, "NESTED_TOO_DEEP"),
        Case("open-brackets.geojson", b'{"type":"FeatureCollection","features":' + b"[" * 500_000, REJECT,
             "NESTED_TOO_DEEP"),
        Case("brackets-in-words.geojson", js(collection(point(), properties={"a": '[{\\"' * 500})), ACCEPT, "", 1),
        Case("same-key-twice.geojson", js(collection(point())).replace(b'"a": 0', b'"a": 0, "a": 1'), WARN,
             "DUPLICATE_KEYS", 1, feature=1),
        Case("features-twice.geojson", twice % (feature, feature), WARN, "DUPLICATE_KEYS", 2),
        Case("utf16.geojson", GOOD.decode().encode("utf-16"), ACCEPT, "ENCODING_CONVERTED", 3),
        Case("utf16-no-mark.geojson", GOOD.decode().encode("utf-16-be"), ACCEPT, "ENCODING_CONVERTED", 3),
        Case("utf32.geojson", GOOD.decode().encode("utf-32"), ACCEPT, "ENCODING_CONVERTED", 3),
        Case("mark.geojson", b"\xef\xbb\xbf" + GOOD, ACCEPT, "", 3),
        Case("latin1.geojson", js(collection(point(), properties={"n": "Nariño"})).decode().encode("latin-1"), WARN,
             "ENCODING_GUESSED", 1),
        Case("half-a-sign.geojson", js(collection(point(), properties={"n": "ñ"}))[:-80] + b"\xc3", REJECT, ""),
        Case("nul.geojson", js(collection(point(), properties={"n": "a\0b"})), ACCEPT, "", 1),
        Case("lone-surrogate.geojson", js(collection(point(), properties={"n": "x"})).replace(b'"x"', b'"\\ud800"'),
             ACCEPT, "", 1),
        Case("script.geojson", js(collection(point(), properties={"n": "<script>alert(1)</script>"})), ACCEPT,
             "MARKUP_IN_CELLS", 1, feature=1),
        Case("script-in-names.geojson", js(collection(point(), properties={"<img src=x onerror=alert(1)>": 1},
             name="<script>x</script>")), ACCEPT, "", 1),
        Case("column-geometry.geojson", js(collection(point(), properties={"geometry": 1, "GEOMETRY": 2, "": 3})),
             ACCEPT, "", 1),
        Case("turned-name.geojson", js(collection(point(), properties={"a\u202egpj.x": 1})), ACCEPT, "", 1),
        Case("long-cell.geojson", js(collection(point(), properties={"a": "x" * 200_000})), WARN, "CELL_TOO_LONG", 1),
        Case("wide.geojson", js(collection(point(), properties={f"c{n}": n for n in range(600)})), REJECT,
             "TOO_MANY_COLUMNS"),
        Case("wide-by-feature.geojson", js({"type": "FeatureCollection", "features": [
             {"type": "Feature", "properties": {f"c{n}": n}, "geometry": point()} for n in range(6_000)]}), REJECT,
             "TOO_MANY_COLUMNS"),
        Case("lists.geojson", js(collection(point(), properties={"a": [1, 2], "b": {"c": [None]}, "d": [["x"]]})),
             ACCEPT, "", 1),
        Case("no-properties.geojson", js({"type": "FeatureCollection", "features": [
             {"type": "Feature", "properties": None, "geometry": point()}]}), ACCEPT, "", 1),
        Case("one-geometry.geojson", js(area()), ACCEPT, "", 1),
        Case("by-line.geojson", b"\n".join([feature] * 3), WARN, "DUPLICATE_FEATURES", 3),
        Case("by-line-broken.geojsonl", b"\n".join([feature, feature[:30], feature]), WARN, "RECORD_UNREADABLE", 2,
             feature=2),
        Case("crs-unknown.geojson", js(collection(point(), crs={"type": "name", "properties": {
             "name": "EPSG:999999"}})), WARN, "CRS_UNKNOWN", 1),
        Case("crs-link.geojson", js(collection(point(), crs={"type": "link", "properties": {
             "href": f"{address}/crs", "type": "proj4"}})), WARN, "CRS_UNKNOWN", 1),
        Case("crs-address.geojson", js(collection(point(), crs={"type": "name", "properties": {
             "name": f"{address}/crs"}})), WARN, "CRS_UNKNOWN", 1),
        Case("crs-link-hidden.geojson", js(collection(point(), crs={"type": "li#nk", "properties": {
             "href": f"{address}/crs", "type": "proj4"}})).replace(b"li#", b"l\\u0069"), ACCEPT, "", 1),
        Case("crs-path.geojson", js(collection(point(), crs={"type": "name", "properties": {
             "name": "+init=/etc/passwd:1"}})), WARN, "CRS_UNKNOWN", 1),
        Case("crs-3857.geojson", js(collection(point(-7_800_000, -450_000), crs={"type": "name", "properties": {
             "name": "urn:ogc:def:crs:EPSG::3857"}})), ACCEPT, "CRS_MEMBER_OLD", 1),
        Case("gdalg.json", js({"type": "gdal_streamed_alg", "command_line": f"gdal pipeline ! read {address}/x"}),
             REJECT, "REFERENCE_ELSEWHERE"),
    ]  # fmt: skip


def _shapes() -> list[Case]:
    far = b"[1e308, -4.0]"
    nested: dict[str, Any] = point()
    for _ in range(15):
        nested = {"type": "GeometryCollection", "geometries": [nested]}
    return [
        Case("nan.geojson", GOOD.replace(b"-71", b"NaN"), WARN, "COORDINATES_NOT_FINITE", 2, feature=2),
        Case("infinity.geojson", GOOD.replace(b"-71", b"-Infinity"), WARN, "COORDINATES_NOT_FINITE", 2, feature=2),
        Case("1e308.geojson", GOOD.replace(b"[-71, -5]", far), WARN, "COORDINATES_IMPOSSIBLE", 2, feature=2),
        Case("1e999.geojson", GOOD.replace(b"[-71, -5]", b"[1e999, -4]"), REJECT, "FILE_BROKEN", feature=2),
        Case("all-1e308.geojson", js(collection(point(1e308, 1e308))), REJECT, "NOTHING_TO_DRAW"),
        Case("beyond-the-pole.geojson", js(collection(point(), point(-70, -95))), WARN, "COORDINATES_IMPOSSIBLE", 1,
             feature=2),
        Case("words.geojson", js(collection(point("-70", "-4"), point())), WARN, "GEOMETRY_MISSING", 1, feature=1),
        Case("null.geojson", js(collection(None, point())), WARN, "GEOMETRY_MISSING", 1, feature=1),
        Case("all-null.geojson", js(collection(None, None)), REJECT, "NOTHING_TO_DRAW"),
        Case("no-coordinates.geojson", js(collection({"type": "Point"}, point())), WARN, "", 1),
        Case("banana.geojson", js(collection({"type": "Banana", "coordinates": [1, 2]}, point())), WARN,
             "GEOMETRY_MISSING", 1),
        Case("empty-shape.geojson", js(collection({"type": "Polygon", "coordinates": []}, area())), WARN,
             "GEOMETRY_EMPTY", 1, feature=1),
        Case("nowhere.geojson", js(collection(point(0, 0), point())), WARN, "COORDINATES_ZERO", 1, feature=1),
        Case("open-ring.geojson", js(collection(area(square()[:-1]))), WARN, "RING_CLOSED", 1, feature=1),
        Case("bowtie.geojson", js(collection(area(), area(BOWTIE))), WARN, "GEOMETRY_INVALID", 2, feature=2),
        Case("hole-outside.geojson", js(collection(area(square(), square(-50, -10)))), WARN, "GEOMETRY_INVALID", 1),
        Case("spike.geojson", js(collection(area(), area([[-70, -4], [-69, -4], [-70, -4], [-70, -4]]))), WARN,
             "GEOMETRY_COLLAPSED", 1, feature=2),
        Case("two-points-ring.geojson", js(collection(area(), area([[-70, -4], [-69, -4]]))), WARN, "", 1),
        Case("line-of-one.geojson", js(collection({"type": "LineString", "coordinates": [[-70, -4]]}, point())), WARN,
             "", 1),
        Case("3d.geojson", js(collection(point(-70, -4, 120))), ACCEPT, "HEIGHTS_KEPT", 1),
        Case("4d.geojson", js(collection(point(-70, -4, 120, 7))), ACCEPT, "HEIGHTS_KEPT", 1),
        Case("swapped.geojson", js(collection(point(-4, -70), point(2, -75))), WARN, "AXES_SWAPPED", 2, feature=1),
        Case("metres-as-degrees.geojson", js(collection(point(500_000, 9_500_000))), REJECT, "CRS_IMPLAUSIBLE"),
        Case("web-metres-as-degrees.geojson", js(collection(point(-7_800_000, -450_000))), WARN, "CRS_GUESSED", 1),
        Case("elsewhere.geojson", js(collection(point(10, 50))), WARN, "LAYER_OUTSIDE_REGION", 1),
        Case("one-elsewhere.geojson", js(collection(point(), point(70, -4))), WARN, "OUTSIDE_REGION", 2, feature=2),
        Case("twins.geojson", js(collection(point(), point(), properties={"a": 1})), WARN, "DUPLICATE_FEATURES", 2,
             feature=2),
        Case("same-ids.geojson", js({"type": "FeatureCollection", "features": [
             {"type": "Feature", "properties": {"id": n // 2}, "geometry": point(-70 - n)} for n in range(5)]}), WARN,
             "DUPLICATE_IDS", 5, feature=2),
        Case("sliver.geojson", js(collection(area([[-70, -4], [-69, -4], [-69, -3.9999999], [-70, -4]]))), ACCEPT,
             "SLIVERS", 1),
        Case("mixed.geojson", js(collection(point(), area(), {"type": "LineString", "coordinates": [
             [-70, -4], [-71, -5]]})), WARN, "MIXED_KINDS_SPLIT", 3),
        Case("collection.geojson", js(collection({"type": "GeometryCollection", "geometries": [point(), area()]})),
             WARN, "COLLECTION_SPLIT", 2, feature=1),
        Case("nested-collections.geojson", js(collection(nested)), WARN, "COLLECTION_SPLIT", 1),
        Case("antimeridian.geojson", js(collection(area(
             [[170, -20], [-170, -20], [-170, -10], [170, -10], [170, -20]]))), WARN, "ANTIMERIDIAN_CUT", 1, feature=1),
        Case("three-turns.geojson", js(collection(point(), point(-71), point(-70 - 1080))), WARN,
             "COORDINATES_IMPOSSIBLE", 2, feature=3),
    ]  # fmt: skip


def _archives(secret: Path) -> list[Case]:
    plain = {"a.geojson": GOOD}
    bomb = zipped({"a.geojson": b" " * 30_000_000})
    return [
        Case("plain.zip", zipped(plain), ACCEPT, "", 3),
        Case("up.zip", zipped({"../a.geojson": GOOD}), REJECT, "ARCHIVE_TRAVERSAL"),
        Case("up-windows.zip", zipped({"..\\a.geojson": GOOD}), REJECT, "ARCHIVE_TRAVERSAL"),
        Case("absolute.zip", zipped({str(secret): GOOD}), REJECT, "ARCHIVE_TRAVERSAL"),
        Case("drive.zip", zipped({"C:/a.geojson": GOOD}), REJECT, "ARCHIVE_TRAVERSAL"),
        Case("deep-up.zip", zipped({"x/../../a.geojson": GOOD}), REJECT, "ARCHIVE_TRAVERSAL"),
        Case("link.zip", zipped([link("a.geojson", str(secret))]), REJECT, "ARCHIVE_LINK"),
        Case("link.kmz", zipped([link("doc.kml", str(secret))]), REJECT, "ARCHIVE_LINK"),
        Case("bomb.zip", bomb, REJECT, "ARCHIVE_BOMB"),
        Case("bomb.kmz", zipped({"doc.kml": kml("").encode() + b" " * 30_000_000}), REJECT, "ARCHIVE_BOMB"),
        Case("says-4-gb.zip", lying(zipped(plain), 0xFFFFFFF0), REJECT, "ARCHIVE_BOMB"),
        Case("says-too-little.zip", lying(bomb, 100), REJECT, ""),
        Case("many.zip", zipped({f"{n}.txt": b"x" for n in range(1500)}), REJECT, "ARCHIVE_TOO_MANY_MEMBERS"),
        Case("nested.zip", zipped({"inner.zip": zipped(plain)}), REJECT, "ARCHIVE_NESTED"),
        Case("nested-beside.zip", zipped({**plain, "inner.zip": zipped(plain)}), WARN, "ARCHIVE_MEMBER_LEFT_OUT", 3),
        Case("locked.zip", locked(zipped(plain)), REJECT, "ARCHIVE_ENCRYPTED"),
        Case("cut.zip", zipped(plain)[:-30], REJECT, "ARCHIVE_BROKEN"),
        Case("wrong-sum.zip", zipped(plain).replace(zipped(plain)[40:44], b"\xff\xff\xff\xff", 1), REJECT, ""),
        Case("empty.zip", zipped({}), REJECT, "ARCHIVE_WITHOUT_DATA"),
        Case("pictures.zip", zipped({"a.png": b"\x89PNG", "b.txt": b"hello"}), REJECT, "ARCHIVE_WITHOUT_DATA"),
        Case("document.zip", zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), REJECT,
             "FORMAT_UNKNOWN"),
        Case("one-name-twice.zip", zipped([("a.geojson", GOOD), ("A.GeoJSON", GOOD)]), REJECT,
             "ARCHIVE_DUPLICATE_MEMBER"),
        Case("two.zip", zipped({"a.geojson": GOOD, "b.geojson": GOOD}), ACCEPT, "", 6),
        Case("resource-forks.zip", zipped({"__MACOSX/._a.geojson": b"\0\5\x16\7", ".DS_Store": b"\0", **plain}), ACCEPT,
             "", 3),
        Case("shapes.zip", shapefile(), ACCEPT, "", 1),
        Case("no-prj.zip", shapefile(".prj"), WARN, "CRS_ASSUMED", 1),
        Case("no-prj-metres.zip", shapefile(crs=None, shapes=[Point(500_000, 9_500_000)]), REJECT, "CRS_MISSING"),
        Case("no-dbf.zip", shapefile(".dbf"), WARN, "ATTRIBUTES_MISSING", 1),
        Case("no-shx.zip", shapefile(".shx"), ACCEPT, "", 1),
        Case("no-shp.zip", shapefile(".shp"), REJECT, "ARCHIVE_WITHOUT_DATA"),
        Case("prj-nonsense.zip", zipped({**_files(), "layer.prj": b"GEOGCS[nonsense"}), WARN, "CRS_UNKNOWN", 1),
        Case("cut-shp.zip", zipped({**_files(), "layer.shp": _files()["layer.shp"][:90]}), REJECT, ""),
        Case("shp-alone.shp", _files()["layer.shp"], REJECT, "SHAPEFILE_INCOMPLETE"),
        Case("dbf-alone.dbf", _files()["layer.dbf"], REJECT, "FORMAT_UNKNOWN"),
    ]  # fmt: skip


def _files() -> dict[str, bytes]:
    return written(frame(Point(-70, -4)), ".shp", "ESRI Shapefile")


def _xml(address: str, secret: Path) -> list[Case]:
    laughs = f"<!DOCTYPE kml [{LAUGHS}]>"
    outside = f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    latin = kml(mark(name="Nariño"), head='<?xml version="1.0" encoding="ISO-8859-1"?>')
    away = f"<NetworkLink><Link><href>{address}/more.kml</href></Link></NetworkLink>"
    near = f"<NetworkLink><Link><href>{secret}</href></Link></NetworkLink>"
    styled = mark().replace("<Point>", f"<styleUrl>{address}/style.kml#a</styleUrl><Point>")
    deep = "<Folder>" * 300 + mark() + "</Folder>" * 300
    return [
        Case("good.kml", kml(mark()).encode(), ACCEPT, "", 1),
        Case("laughs.kml", kml(mark(name="&l9;"), head=f'<?xml version="1.0"?>{laughs}').encode(), REJECT,
             "XML_ENTITIES"),
        Case("outside-entity.kml", kml(mark(name="&x;"), head=outside).encode(), REJECT, "XML_ENTITIES"),
        Case("outside-dtd.kml", kml(mark(), head=f'<!DOCTYPE kml SYSTEM "{address}/x.dtd">').encode(), REJECT,
             "XML_ENTITIES"),
        Case("laughs.gpx", gpx("", head=laughs.replace("DOCTYPE kml", "DOCTYPE gpx")).encode(), REJECT, "XML_ENTITIES"),
        Case("laughs-utf16.kml", kml(mark(name="&l9;"), head=laughs).encode("utf-16"), REJECT, "XML_ENTITIES"),
        Case("laughs.kmz", zipped({"doc.kml": kml(mark(), head=laughs).encode()}), REJECT, "XML_ENTITIES"),
        Case("cut.kml", kml(mark() * 3).encode()[:-60], REJECT, "XML_BROKEN", feature=3),
        Case("no-marks.kml", kml("").encode(), REJECT, "NO_LAYER"),
        Case("words.kml", kml(mark() + mark("abc,1")).encode(), REJECT, "COORDINATES_UNREADABLE", feature=2),
        Case("nan.kml", kml(mark("nan,1")).encode(), REJECT, "COORDINATES_UNREADABLE", feature=1),
        Case("words.gpx", gpx('<wpt lat="x" lon="-70"/>').encode(), REJECT, "COORDINATES_UNREADABLE", feature=1),
        Case("good.gpx", gpx('<wpt lat="-4" lon="-70"><name>a</name></wpt>').encode(), ACCEPT, "", 1),
        Case("empty.gpx", gpx("").encode(), REJECT, "NO_LAYER"),
        Case("deep.kml", kml(deep).encode(), REJECT, "NESTED_TOO_DEEP"),
        Case("folders.kml", kml(f"<Folder>{mark()}</Folder>" * 250).encode(), REJECT, "TOO_MANY_LAYERS"),
        Case("latin1.kml", latin.encode("latin-1"), ACCEPT, "ENCODING_CONVERTED", 1),
        Case("says-utf8.kml", kml(mark(name="Nariño")).encode("latin-1"), WARN, "ENCODING_GUESSED", 1),
        Case("utf16.kml", kml(mark(), head="").encode("utf-16"), ACCEPT, "ENCODING_CONVERTED", 1),
        Case("link-away.kml", kml(away + mark()).encode(), WARN, "REFERENCE_NOT_FOLLOWED", 1),
        Case("link-only.kml", kml(away).encode(), REJECT, "REFERENCE_NOT_FOLLOWED"),
        Case("link-near.kml", kml(near + mark()).encode(), WARN, "REFERENCE_NOT_FOLLOWED", 1),
        Case("style-away.kml", kml(styled).encode(), ACCEPT, "", 1),
        Case("icon-away.kml", kml(f"<Style id='a'><IconStyle><Icon><href>{address}/i.png</href></Icon></IconStyle>"
             f"</Style>{mark()}").encode(), ACCEPT, "", 1),
        Case("open-ring.kml", kml("<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>-70,-4 -69,-4 -69,-3"
             "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>").encode(), WARN, "RING_CLOSED", 1),
        Case("page-in-cell.kml", kml(mark(name="<![CDATA[<script>alert(1)</script>]]>")).encode(), ACCEPT,
             "MARKUP_IN_CELLS", 1),
    ]  # fmt: skip


def _binary() -> list[Case]:
    package, flat = geopackage(), written(frame(Point(-70, -4)), ".fgb", "FlatGeobuf")["layer.fgb"]
    good = parquet(TABLE, GEO)
    broken = pa.table({"geometry": pa.array([WKB, b"\x01\x02"], pa.binary())})
    return [
        Case("good.gpkg", package, ACCEPT, "", 2),
        Case("cut.gpkg", package[:20_000], REJECT, ""),
        Case("head-only.gpkg", b"SQLite format 3\0" + bytes(100), REJECT, ""),
        Case("no-package.gpkg", sqlite_only(), REJECT, "FORMAT_UNKNOWN"),
        Case("window.gpkg", geopackage(_window), REJECT, "REFERENCE_ELSEWHERE"),
        Case("view.gpkg", geopackage(_view), WARN, "VIEW_LEFT_OUT", 2),
        Case("no-layer.gpkg", geopackage(lambda db: db.execute("DELETE FROM gpkg_contents")), REJECT, "NO_LAYER"),
        Case("good.fgb", flat, ACCEPT, "", 1),
        Case("cut.fgb", flat[: len(flat) - 30], REJECT, ""),
        Case("head-only.fgb", b"fgb\x03fgb\x00" + b"\xff" * 40, REJECT, ""),
        Case("good.parquet", good, ACCEPT, "", 1),
        Case("cut.parquet", good[:-20], REJECT, "FILE_BROKEN"),
        Case("no-geo.parquet", parquet(TABLE), WARN, "CRS_ASSUMED", 1),
        Case("deep-no-geo.parquet", parquet(pa.table({"geometry": pa.array([DEEP], pa.binary())})), REJECT,
             "NO_GEOMETRY"),
        Case("geo-nonsense.parquet", parquet(TABLE, b"{nonsense"), REJECT, "FILE_BROKEN"),
        Case("geo-list.parquet", parquet(TABLE, [1]), REJECT, "FILE_BROKEN"),
        Case("geo-elsewhere.parquet", parquet(TABLE, {**GEO, "primary_column": "shape"}), ACCEPT, "", 1),
        Case("broken-wkb.parquet", parquet(broken, GEO), WARN, "GEOMETRY_MISSING", 1, feature=2),
        Case("deep-wkb.parquet", parquet(pa.table({"geometry": pa.array([WKB, DEEP], pa.binary())}), GEO), WARN,
             "GEOMETRY_MISSING", 1, feature=2),
        Case("words-as-wkb.parquet", parquet(pa.table({"geometry": ["x"]}), GEO), REJECT, ""),
        Case("crs-null.parquet", parquet(TABLE, {**GEO, "columns": {"geometry": {"encoding": "WKB", "crs": None}}}),
             WARN, "CRS_ASSUMED", 1),
        Case("polygons.parquet", parquet(pa.table({"geometry": pa.array([shapely.to_wkb(Polygon(BOWTIE))])}), GEO),
             WARN, "GEOMETRY_INVALID", 1),
        Case("good.topojson", js(TOPOLOGY), ACCEPT, "", 1),
        Case("cut.topojson", js(TOPOLOGY)[:-30], REJECT, "FILE_BROKEN"),
        Case("no-objects.topojson", js({**TOPOLOGY, "objects": {}}), REJECT, ""),
        Case("arc-beyond.topojson", js(TOPOLOGY).replace(b"[[0]]", b"[[99]]"), REJECT, "NOTHING_TO_DRAW"),
        Case("arc-huge.topojson", js(TOPOLOGY).replace(b"[[0]]", b"[[99999999999999]]"), REJECT, ""),
        Case("arcs-no-numbers.topojson", js(TOPOLOGY).replace(b"-69", b'"x"'), REJECT, ""),
    ]  # fmt: skip


def _leading(address: str, secret: Path) -> list[Case]:
    source = f"<SrcDataSource>{secret}</SrcDataSource>"
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="a">{source}</OGRVRTLayer></OGRVRTDataSource>'
    return [
        Case("virtual.vrt", vrt.encode(), REJECT, "REFERENCE_ELSEWHERE"),
        Case("virtual.geojson", vrt.encode(), REJECT, "REFERENCE_ELSEWHERE"),
        Case("virtual.kml", b"<?xml version='1.0'?><!-- x -->" + vrt.encode(), REJECT, "REFERENCE_ELSEWHERE"),
        Case("virtual.zip", zipped({"a.vrt": vrt.encode()}), REJECT, "REFERENCE_ELSEWHERE"),
        Case("path.geojson", str(secret).encode(), REJECT, "REFERENCE_ELSEWHERE"),
        Case("address.geojson", f"{address}/a.geojson".encode(), REJECT, "REFERENCE_ELSEWHERE"),
        Case("vsicurl.geojson", f"/vsicurl/{address}/a.geojson".encode(), REJECT, "REFERENCE_ELSEWHERE"),
        Case("project.qgs", b"<qgis version='3.34'><maplayers/></qgis>", REJECT, "REFERENCE_ELSEWHERE"),
        Case("service.gml", f"<FeatureCollection xmlns:x='{address}'/>".encode(), REJECT, "FORMAT_UNKNOWN"),
    ]
