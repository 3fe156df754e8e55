"""Files that people bring and that are no layer, or are one in an odd dress: each with its verdict and its reason."""

from __future__ import annotations

import json
import sqlite3

import geopandas as gpd
import pyarrow as pa
import shapely
from shapely.geometry import Point, box

from tests.ingest.made_files import (
    ACCEPT,
    REJECT,
    WARN,
    Case,
    area,
    collection,
    geopackage,
    gpx,
    js,
    kml,
    mark,
    parquet,
    point,
    written,
    zipped,
)
from tests.ingest.made_tables import POINTS, rows, workbook

LATIN = gpd.GeoDataFrame(
    {"nombre": ["Nariño", "Córdoba"]}, geometry=[Point(-70, -4), Point(-69.5, -3.5)], crs="EPSG:4326"
)
# Ways in which people name a CRS that is not one of GeoJSON of any year.
CRS_MEMBERS = ("EPSG:32719", 32719, {"type": "name", "properties": {"name": 32719}},
               {"type": "EPSG", "properties": {"code": 32719}})  # fmt: skip
FEATURES = [collection(point(west))["features"][0] for west in (-70, -71, -72)]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def files() -> list[Case]:
    """Return the corpus."""
    return [*_foreign(), *_texts(), *_json(), *_archives(), *_parquet(), *_markup()]


def _foreign() -> list[Case]:
    """What is known by its bytes and not read."""
    heads = {
        "scan.tif": b"II*\0",
        "large.tif": b"II+\0",
        "map.pdf": b"%PDF-1.7\n",
        "photo.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF",
        "photo.heic": b"\0\0\0\x18ftypheic",
        "flight.mp4": b"\0\0\0\x20ftypisom",
        "logo.gif": b"GIF89a",
        "logo.webp": b"RIFF\0\0\0\0WEBPVP8 ",
        "rain.nc": b"CDF\x01",
        "rain.h5": b"\x89HDF\r\n\x1a\n",
        "plan.dwg": b"AC1027",
        "cloud.las": b"LASF",
        "survey.sav": b"$FL2@(#) SPSS",
        "base.accdb": b"\0\x01\0\0Standard ACE DB\0",
        "table.feather": b"ARROW1\0\0",
        "planet.osm.pbf": b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x7c",
        "plan.dgn": b"\x08\x09\xfe\x02",
        "tiles.pmtiles": b"PMTiles\x03",
        "viewer.exe": b"MZ\x90\0",
    }
    dbf = written(LATIN, ".shp", "ESRI Shapefile", encoding="iso-8859-1")["layer.dbf"]
    return [
        *(Case(name, head + bytes(200), REJECT, "FORMAT_UNKNOWN") for name, head in heads.items()),
        Case("attributes.dbf", dbf, REJECT, "FORMAT_UNKNOWN"),
        Case("attributes.zip", zipped({"layer.dbf": dbf}), REJECT, "ARCHIVE_WITHOUT_DATA"),
        Case("packed.rar", b"Rar!\x1a\x07\0" + bytes(50), REJECT, "FORMAT_UNKNOWN"),
        Case("letter.docx", zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), REJECT,
             "FORMAT_UNKNOWN"),
        Case("binary.xlsb", zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"\x83\x01\0"}), REJECT,
             "NOT_A_WORKBOOK"),
    ]  # fmt: skip


def _texts() -> list[Case]:
    """Texts that are no table, and tables that are only shapes."""
    return [
        Case("mines.tab", b'!table\n!version 300\n!charset WindowsLatin1\n\nDefinition Table\n  Type NATIVE\n', REJECT,
             "FORMAT_UNKNOWN"),
        Case("mines.mif", b'Version 300\nCharset "Neutral"\nDelimiter ","\nData\n\nPoint -70 -4\n', REJECT,
             "FORMAT_UNKNOWN"),
        Case("plan.dxf", b"  0\nSECTION\n  2\nHEADER\n  0\nENDSEC\n  0\nEOF\n", REJECT, "FORMAT_UNKNOWN"),
        Case("rivers.e00", b"EXP  0 RIVERS.E00\nARC  2\n", REJECT, "FORMAT_UNKNOWN"),
        Case("relief.asc", b"ncols 2\nnrows 2\nxllcorner -70\nyllcorner -4\ncellsize 1\n1 2\n3 4\n", REJECT,
             "FORMAT_UNKNOWN"),
        Case("answer.js", b"callback(" + js(collection(point())) + b");", REJECT, "FORMAT_UNKNOWN"),
        Case("comments.geojson", b"// minas de 2024\n" + js(collection(point())), REJECT, "FORMAT_UNKNOWN"),
        Case("layer.prj", b'GEOGCS["WGS 84",DATUM["WGS_1984"]]', REJECT, "FORMAT_UNKNOWN"),
        Case("dump.sql", b"-- dump\nCREATE TABLE mines (id int);\nINSERT INTO mines VALUES (1, '0101');\n", REJECT,
             "FORMAT_UNKNOWN"),
        Case("layer.js", b"var mines = " + js(collection(point())) + b";", REJECT, "FORMAT_UNKNOWN"),
        Case("points.eml", b"From: ana@example.org\nSubject: puntos\n\n-4.2,-69.9\n", REJECT, "FORMAT_UNKNOWN"),
        Case("letter.txt", b"Estimado colega,\nadjunto los puntos: -4.2, -69.9 y -4.3, -69.8.\nSaludos\n", REJECT,
             "NO_GEOMETRY"),
        Case("area.wkt", b"POLYGON ((-70 -4, -69 -4, -69 -3, -70 -4))\n", WARN, "NO_HEADER", 1),
        Case("points.txt", b"POINT (-70 -4)\nPOINT (-71 -5)\nPOINT (-72 -6)\n", WARN, "NO_HEADER", 3),
    ]  # fmt: skip


def _json() -> list[Case]:
    epsg = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    rings = {"attributes": {}, "geometry": {"rings": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}
    esri = {"geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 102100}, "features": [rings]}
    overpass = {"generator": "Overpass API", "elements": [{"type": "node", "id": 1, "lat": -4, "lon": -70}]}
    return [
        *(Case(f"crs-{number}.geojson", js(collection(point(500_000, 9_557_000), crs=member)), ACCEPT, "REPROJECTED", 1)
          for number, member in enumerate(CRS_MEMBERS)),
        Case("crs-null.geojson", js(collection(point(), crs=None)), ACCEPT, "", 1),
        Case("crs-with-heights.geojson", js(collection(point(-70, -4, 9), crs={"type": "name", "properties": {
             "name": "urn:ogc:def:crs,crs:EPSG::4326,crs:EPSG::5773"}})), ACCEPT, "CRS_MEMBER_OLD", 1),
        Case("collection-in-collection.geojson", js({"type": "FeatureCollection", "features": [collection(point())]}),
             REJECT, "FEATURES_UNKNOWN"),
        Case("no-type.geojson", js({"type": "FeatureCollection", "features": [{"geometry": point()}]}), REJECT,
             "FEATURES_UNKNOWN"),
        Case("jq.json", b"\n".join(json.dumps(each, indent=2).encode() for each in FEATURES), ACCEPT, "SEVERAL_OBJECTS",
             3),
        Case("by-comma.geojson", b",\n".join(map(js, FEATURES)), ACCEPT, "SEVERAL_OBJECTS", 3),
        Case("side-by-side.geojson", b"".join(map(js, FEATURES)), ACCEPT, "SEVERAL_OBJECTS", 3),
        Case("collections.ndjson", b"\n".join([js(collection(point(), point(-71))), js(collection(point(-72)))]),
             ACCEPT, "SEVERAL_OBJECTS", 3),
        Case("and-another.geojson", js(collection(point())) + b'{"total": 1}', REJECT, "SEVERAL_OBJECTS"),
        Case("no-features-in-it.geojson", js(collection(point())) * 2 + b'{"type":"FeatureCollection"}', REJECT,
             "SEVERAL_OBJECTS"),
        Case("web-mercator.geojson", js(collection(point(-7_800_000, -450_000), crs=epsg)), ACCEPT, "REPROJECTED", 1),
        Case("token.geojson", b'{"error":{"code":499,"message":"Token Required"}}', REJECT, "FORMAT_UNKNOWN"),
        Case("esri.json", js(esri), REJECT, "FORMAT_UNKNOWN"),
        Case("featureset.json", js({"objectIdFieldName": "OBJECTID", "features": [{"attributes": {"a": 1}, "geometry":
             {"x": -70, "y": -4}}]}), REJECT, "FORMAT_UNKNOWN"),
        Case("minas.lyrx", js({"type": "CIMLayerDocument", "version": "2.9.0"}), REJECT, "REFERENCE_ELSEWHERE"),
        Case("overpass.json", js(overpass), REJECT, "FORMAT_UNKNOWN"),
        Case("rows.json", js([{"nombre": "A", "lat": -4.2, "lon": -69.9}]), REJECT, "FORMAT_UNKNOWN"),
        Case("rows.jsonl", b'{"nombre":"A","lat":-4.2}\n{"nombre":"B","lat":-4.3}\n', REJECT, "FORMAT_UNKNOWN"),
        Case("bare-list.json", js(collection(point())["features"]), REJECT, "FORMAT_UNKNOWN"),
        Case("python.geojson", str(collection(point(), None)).encode(), REJECT, "FORMAT_UNKNOWN"),
        Case("last-comma.geojson", js(collection(point(), point(-71)))[:-2] + b",]}", REJECT, "FILE_BROKEN", feature=2),
        Case("no-minus.geojson", js(collection(point(70.1, -4), point(69.9, -4.2))), WARN, "LAYER_OUTSIDE_REGION", 2),
        Case("item.json", js({"type": "Feature", "stac_version": "1.0.0", "geometry": area(), "properties": {},
             "assets": {"B1": {"href": "http://127.0.0.1:9/a.tif"}}}), ACCEPT, "", 1),
        Case("twice-an-area.geojson", js(collection({"type": "MultiPolygon", "coordinates":
             [area()["coordinates"]] * 2})), WARN, "GEOMETRY_INVALID", 1),
    ]  # fmt: skip


def _triangles_beside(database: sqlite3.Connection) -> None:
    """Give a package a second table, of a kind of shape that is not read."""
    database.execute("CREATE TABLE red (fid INTEGER PRIMARY KEY, geom BLOB)")
    database.execute("INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('red', 'features', 4326)")
    database.execute("INSERT INTO gpkg_geometry_columns VALUES ('red', 'geom', 'TIN', 4326, 0, 0)")


def _archives() -> list[Case]:
    made = written(LATIN, ".shp", "ESRI Shapefile", encoding="iso-8859-1")
    plain = {name: content for name, content in made.items() if not name.endswith(".cpg")}
    dos = written(LATIN, ".shp", "ESRI Shapefile", encoding="cp850")
    dos = {name: content for name, content in dos.items() if not name.endswith(".cpg")}
    dos["layer.dbf"] = dos["layer.dbf"][:29] + b"\0" + dos["layer.dbf"][30:]  # nor does the table itself say it
    beside = {"layer.sbn": b"\0\0\x27\x0a", "layer.lyr": OLE, "layer.qmd": b"<!DOCTYPE qgis><qgis/>", "Thumbs.db": OLE,
              "layer.shp.xml": b"<metadata/>"}  # fmt: skip
    folders = {f"Departamento de Nariño (final)/capas/{name}": content for name, content in made.items()}
    origin = written(gpd.GeoDataFrame({"n": [1]}, geometry=[Point(4_880_123, 2_071_234)], crs="EPSG:9377"), ".shp",
                     "ESRI Shapefile")  # fmt: skip
    geodatabase = {"datos.gdb/a00000001.gdbtable": b"\x03\0\0\0" + bytes(60), "datos.gdb/timestamps": b"\xff" * 40}
    areas = written(gpd.GeoDataFrame({"n": [1]}, geometry=[box(-70, -4, -69, -3)], crs="EPSG:4326"), ".shp",
                    "ESRI Shapefile")  # fmt: skip
    two = {name.replace("layer", "puntos"): content for name, content in made.items()}
    two |= {name.replace("layer", "areas"): content for name, content in areas.items()}
    return [
        Case("wrong-cpg.zip", zipped({**plain, "layer.cpg": b"UTF-8"}), ACCEPT, "ENCODING_GUESSED", 2),
        Case("ansi-cpg.zip", zipped({**plain, "layer.cpg": b"ANSI 1252"}), ACCEPT, "", 2),
        Case("dos.zip", zipped(dos), ACCEPT, "ENCODING_GUESSED", 2),
        Case("oem-cpg.zip", zipped({**dos, "layer.cpg": b"OEM"}), ACCEPT, "ENCODING_GUESSED", 2),
        Case("cut-shapes.zip", zipped({**made, "layer.shp": made["layer.shp"][:-10]}), WARN, "FILE_CUT_SHORT", 1),
        Case("triangles.gpkg", geopackage(lambda database: database.execute(
             "UPDATE gpkg_geometry_columns SET geometry_type_name = 'TIN'")), REJECT, "GEOMETRY_UNSUPPORTED"),
        Case("triangles-beside.gpkg", geopackage(_triangles_beside), WARN, "GEOMETRY_UNSUPPORTED", 2),
        Case("local.zip", zipped({**made, "layer.prj": b'LOCAL_CS["Unknown",UNIT["metre",1]]'}), WARN,
             "CRS_UNKNOWN", 2),
        Case("undefined.gpkg", geopackage(lambda database: database.execute(
             "UPDATE gpkg_geometry_columns SET srs_id = -1")), WARN, "CRS_ASSUMED", 2),
        Case("beside.zip", zipped({**made, **beside}), ACCEPT, "", 2),
        Case("folders.zip", zipped({**folders, "__MACOSX/._a.shp": b"\0\5\x16\7"}), ACCEPT, "", 2),
        Case("capitals.zip", zipped({name.upper(): content for name, content in made.items()}), ACCEPT, "", 2),
        Case("two-layers.zip", zipped(two), ACCEPT, "", 3),
        Case("origen-nacional.zip", zipped(origin), ACCEPT, "REPROJECTED", 1),
        Case("geodatabase.zip", zipped(geodatabase), REJECT, "FORMAT_UNKNOWN"),
        Case("mapinfo.zip", zipped({"a.mif": b'Version 300\nCharset "Neutral"\n', "a.mid": b"1\n"}), REJECT,
             "FORMAT_UNKNOWN"),
        Case("drawing-beside.zip", zipped({**made, "plan.dwg": b"AC1027" + bytes(90)}), WARN,
             "ARCHIVE_MEMBER_LEFT_OUT", 2),
        Case("workbook-beside.zip", zipped({**made, "b.xlsx": workbook({"H": POINTS})}), WARN,
             "ARCHIVE_MEMBER_LEFT_OUT", 2),
        Case("kmz-inside.zip", zipped({"a.kmz": zipped({"doc.kml": kml(mark()).encode()})}), REJECT, "ARCHIVE_NESTED"),
        Case("sheets.xlsx", workbook({"Datos": POINTS, "Diccionario": rows(["campo", "qué es"], ["lat", "latitud"])}),
             WARN, "NO_GEOMETRY", 2),
        Case("ministry.xlsx", workbook({"Hoja1": rows(["REPÚBLICA DEL PERÚ"], ["Ministerio de Energía y Minas"], [],
             ["N°", "Nombre", "Este", "Norte", "Zona"], [1, "A", 443128, 8547311, 19], [2, "B", 444128, 8548311, 19],
             ["Total", "", "", "", ""])}), WARN, "CRS_FROM_COLUMNS", 2),
        Case("serial.xlsx", workbook({"H": rows(["fecha", "lat", "lon"], [43598, -4.2, -69.9])}), ACCEPT, "DATES_READ",
             1),
    ]  # fmt: skip


def _parquet() -> list[Case]:
    """Parquet of databases and data frames, which is no GeoParquet and yet says where its rows lie."""
    shapes = pa.array(shapely.to_wkb([box(-70, -4, -69, -3), box(-71, -5, -70.5, -4.5)]), pa.binary())
    return [
        Case("postgis.parquet", parquet(pa.table({"n": [1, 2], "the_geom": shapes})), WARN, "CRS_ASSUMED", 2),
        Case("places.parquet", parquet(pa.table({"lat": [-4.2, -4.3], "lon": [-69.9, -69.8]})), ACCEPT, "", 2),
        Case("words.parquet", parquet(pa.table({"departamento": ["Vaupés", "Guainía"], "v": [1, 2]})), WARN,
             "JOINED_BY_NAME", 2),
        Case("unnamed.parquet", parquet(pa.table({"n": [1, 2], "geometry": shapes}), {"columns": {"geometry": {}}}),
             ACCEPT, "", 2),
        Case("bytes.parquet", parquet(pa.table({"foto": pa.array([b"\xff\xd8", b"\xff\xd8"], pa.binary())})), REJECT,
             "NO_GEOMETRY"),
        Case("nowhere.parquet", parquet(pa.table({"a": [1, 2], "b": ["x", "y"]})), REJECT, "NO_GEOMETRY"),
        Case("no-rows.parquet", parquet(pa.table({"lat": pa.array([], pa.float64())})), REJECT, ""),
    ]  # fmt: skip


def _markup() -> list[Case]:
    track = (
        '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><Placemark>'
        "<gx:Track><when>2024-01-01T00:00:00Z</when><when>2024-01-01T00:01:00Z</when><gx:coord>-70 -4 1</gx:coord>"
        "<gx:coord>-69.9 -4 1</gx:coord></gx:Track></Placemark></Document></kml>"
    )
    away = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
    return [
        Case("photos.kmz", zipped({"doc.kml": kml(away + mark()).encode(), "images/1.jpg": b"\xff\xd8\xff\xe0"}), WARN,
             "REFERENCE_NOT_FOLLOWED", 1),
        Case("track.kml", track.encode(), ACCEPT, "HEIGHTS_KEPT", 1),
        Case("comma.gpx", gpx('<wpt lat="-4,5" lon="-70,1"/>').encode(), REJECT, "COORDINATES_UNREADABLE", feature=1),
        Case("swapped.kml", kml(mark("-4,-70") + mark("4.6,-74.08")).encode(), WARN, "AXES_SWAPPED", 2, feature=1),
        Case("no-namespace.kml", b"<kml><Placemark><Point><coordinates>-70,-4</coordinates></Point></Placemark></kml>",
             ACCEPT, "", 1),
        Case("track-and-route.gpx", gpx(
            '<trk><trkseg><trkpt lat="-4" lon="-70"/><trkpt lat="-4.1" lon="-70.1"/></trkseg></trk>'
            '<rte><rtept lat="-4" lon="-70"/><rtept lat="-5" lon="-70"/></rte>').encode(), ACCEPT, "", 2),
        Case("heights.gpx", gpx(
            '<trk><trkseg><trkpt lat="-4" lon="-70"><ele>120</ele></trkpt>'
            '<trkpt lat="-4.1" lon="-70"><ele>121</ele></trkpt></trkseg></trk>').encode(), ACCEPT, "HEIGHTS_KEPT", 1),
        Case("one-point-track.gpx", gpx('<trk><trkseg><trkpt lat="-4" lon="-70"/></trkseg></trk>').encode(), REJECT,
             "NOTHING_TO_DRAW"),
        Case("sports.tcx", b'<?xml version="1.0"?><TrainingCenterDatabase/>', REJECT, "FORMAT_UNKNOWN"),
        Case("osm.osm", b'<osm version="0.6"><node id="1" lat="-4" lon="-70"/></osm>', REJECT, "FORMAT_UNKNOWN"),
        Case("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', REJECT,
             "FORMAT_UNKNOWN"),
        Case("service.xml", b"<?xml version='1.0'?><ServiceException>denied</ServiceException>", REJECT,
             "FORMAT_UNKNOWN"),
        Case("project.qgz", zipped({"p.qgs": b"<!DOCTYPE qgis PUBLIC 'x' 'y'><qgis/>"}), REJECT, "REFERENCE_ELSEWHERE"),
    ]  # fmt: skip
