"""What a file is taken apart into: things to read, each of one format, under a name that we chose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from geo.ingest.formats import Format
from geo.ingest.printable import printable

# The ending by which parsers know a file; people's own endings may say anything.
ENDINGS: Final[dict[Format, str]] = {
    "geojson": ".geojson", "geojsonl": ".geojsonl", "topojson": ".topojson", "geopackage": ".gpkg",
    "shapefile": ".shp", "kml": ".kml", "gpx": ".gpx", "flatgeobuf": ".fgb", "geoparquet": ".parquet", "table": ".csv",
}  # fmt: skip
# What people call a file of each format; another ending is worth a note.
USUAL: Final[dict[Format, frozenset[str]]] = {
    "geojson": frozenset({".geojson", ".json", ".js"}),
    "geojsonl": frozenset({".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".json", ".geojson"}),
    "topojson": frozenset({".topojson", ".json"}),
    "geopackage": frozenset({".gpkg"}),
    "shapefile": frozenset({".zip", ".shp"}),
    "kml": frozenset({".kml", ".kmz", ".xml", ".zip"}),
    "gpx": frozenset({".gpx", ".xml", ".zip"}),
    "flatgeobuf": frozenset({".fgb"}),
    "geoparquet": frozenset({".parquet", ".geoparquet", ".pq"}),
    "table": frozenset({".csv", ".tsv", ".txt", ".tab", ".wkt", ".xlsx", ".xlsm", ".zip"}),
}
CALLED: Final[dict[Format, str]] = {
    "geojson": "GeoJSON", "geojsonl": "GeoJSON Lines", "topojson": "TopoJSON", "geopackage": "GeoPackage",
    "shapefile": "Shapefile", "kml": "KML", "gpx": "GPX", "flatgeobuf": "FlatGeobuf", "geoparquet": "GeoParquet",
    "table": "CSV / XLSX",
}  # fmt: skip
OURS: Final = "layer"  # what every file is called that a parser sees


@dataclass(frozen=True)
class Part:
    """One thing to read: its format, where it is, what to call a layer that has no name, and bytes it may take.

    ``encoding`` is that of the attributes, where the format leaves it open; ``brackets`` the opening ones of a JSON.
    """

    format: Format
    path: Path
    name: str
    encoding: str = ""
    brackets: int = 0


def stem_of(name: str) -> str:
    """Return a file's name without folders and endings, fit to be a name in a folder of ours."""
    stem = re.split(r"[/\\]", name)[-1]
    while (ending := PurePosixPath(stem).suffix.casefold()) and any(ending in each for each in USUAL.values()):
        stem = stem[: -len(ending)]
    return printable(stem.strip(". ")) or OURS
