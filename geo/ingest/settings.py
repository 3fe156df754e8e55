"""How GDAL is started in the process that parses: with the drivers that are needed, and with no way out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DRIVERS: Final = frozenset(
    {"ESRI Shapefile", "FlatGeobuf", "GPKG", "GPX", "GeoJSON", "GeoJSONSeq", "LIBKML", "TopoJSON"}
)
# Written out, as asking GDAL for its drivers would load them before it knows which to leave out; a test compares.
LEFT_OUT: Final = (
    "ADBC", "AIVector", "AVCBin", "AVCE00", "AmigoCloud", "CSV", "CSW", "Carto", "DGN", "DXF", "EDIGEO", "EEDA",
    "ESRIJSON", "Elasticsearch", "GDALG", "GML", "GPSBabel", "GTFS", "GeoRSS", "HTTP", "Idrisi", "JML", "JSONFG",
    "KML", "LVBAG", "MBTiles", "MEM", "MVT", "MapInfo File", "MapML", "MiraMonVector", "NGW", "OAPIF", "ODS",
    "OGCAPI", "OGR_GMT", "OGR_PDS", "OGR_VRT", "OSM", "OpenFileGDB", "PCIDSK", "PDF", "PDS4", "PGDUMP", "PLSCENES",
    "PMTiles", "S57", "SQLite", "SXF", "Selafin", "VDV", "VFK", "VICAR", "WAsP", "WFS", "XLSX",
)  # fmt: skip
CLOSED_DOOR: Final = "http://127.0.0.1:9"  # the port of "discard", where nobody listens
GDAL: Final[Mapping[str, str]] = {
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",  # nothing is fetched, whatever a file names
    # A link in a GeoJSON's old "crs" member is fetched by GDAL itself: it gets a closed door for a proxy.
    "GDAL_HTTP_PROXY": CLOSED_DOOR,
    "GDAL_HTTPS_PROXY": CLOSED_DOOR,
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "LIBKML_EXTERNAL_STYLE": "NO",
    "LIBKML_RESOLVE_STYLE": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "OGR_SQLITE_LIST_VIRTUAL_OGR": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "GPX_ELE_AS_25D": "YES",  # heights of tracks and places; else they would be lost without a word
    "SHAPE_RESTORE_SHX": "YES",  # an index that was left out of the archive is made again, in our own folder
    "OGR_GEOMETRY_ACCEPT_UNCLOSED_RING": "YES",  # so that the ring is closed by us, and said
}
