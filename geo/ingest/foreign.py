"""Kinds of file that are known by their look and not read: what they are called, and what to do with one."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geo.ingest.refusals import EXPORT_AGAIN
from geo.messages import Message

PICTURE: Final = Message(
    "A picture has no features. Bring the layer that it was made from, or trace what it shows in a GIS and export that "
    "as GeoPackage."
)
DOCUMENT: Final = Message(
    "Ask who made it for the table or the layer behind it; a table can be copied into a spreadsheet and saved as CSV."
)
AS_TABLE: Final = Message("Save the table as CSV or Excel, with columns of latitude and longitude.")
PACK: Final = Message("Pack the files of that name together into one ZIP archive.")
AS_GEOJSON: Final = Message("Ask the service for GeoJSON (f=geojson), or export the layer as GeoPackage or GeoJSON.")
NO_COMMENTS: Final = Message("JSON has no comments: take them out of the file, and bring it again.")
FETCH_AGAIN: Final = Message(
    "A server sent this in place of the file: sign in or ask for access, and fetch the file again."
)


@dataclass(frozen=True)
class Foreign:
    """A kind of file that is not read: its name, the same in every language, and what to do."""

    name: str
    fix: Message = EXPORT_AGAIN
    is_gis: bool = False  # whether it holds a layer, so that it is told even beside other files


MAPINFO: Final = Foreign("MapInfo TAB", is_gis=True)
GEODATABASE: Final = Foreign("Esri File Geodatabase (GDB)", is_gis=True)
DBF: Final = Foreign("DBF (.dbf)", PACK)
BYTES: Final[tuple[tuple[bytes, Foreign], ...]] = (
    (b"%PDF", Foreign("PDF", DOCUMENT)),
    (b"{\\rtf", Foreign("RTF", DOCUMENT)),
    (b"\x89PNG", Foreign("PNG", PICTURE)),
    (b"\xff\xd8\xff", Foreign("JPEG", PICTURE)),
    (b"GIF8", Foreign("GIF", PICTURE)),
    (b"II*\x00", Foreign("TIFF", PICTURE)),
    (b"MM\x00*", Foreign("TIFF", PICTURE)),
    (b"II+\x00", Foreign("BigTIFF", PICTURE)),
    (b"MM\x00+", Foreign("BigTIFF", PICTURE)),
    (b"\x00\x00\x00\x0cjP  ", Foreign("JPEG 2000", PICTURE)),
    (b"ARROW1", Foreign("Arrow / Feather")),
    (b"CDF\x01", Foreign("netCDF")),
    (b"CDF\x02", Foreign("netCDF")),
    (b"\x89HDF\r\n", Foreign("HDF5 / netCDF")),
    (b"AC10", Foreign("AutoCAD DWG", is_gis=True)),
    (b"LASF", Foreign("LAS")),
    (b"$FL2", Foreign("SPSS", AS_TABLE)),
    (b"<stata_dta>", Foreign("Stata", AS_TABLE)),
    (b"\x00\x01\x00\x00Standard ", Foreign("Microsoft Access", AS_TABLE)),
    (b"MZ", Foreign("EXE")),
    (b"PMTiles", Foreign("PMTiles", is_gis=True)),
    (b"\x08\x09\xfe\x02", Foreign("MicroStation DGN", is_gis=True)),
)
ESRI: Final = frozenset({"geometryType", "spatialReference", "objectIdFieldName", "fieldAliases", "featureSet",
                         "featureCollection"})  # fmt: skip
AT_4: Final = ((b"ftypheic", Foreign("HEIC", PICTURE)), (b"ftyp", Foreign("MP4", PICTURE)))
TEXTS: Final[tuple[tuple[re.Pattern[str], Foreign], ...]] = (
    (re.compile(r"!table\s*\n!version", re.IGNORECASE), MAPINFO),
    (re.compile(r"version\s+\d+\s*\n\s*charset", re.IGNORECASE), Foreign("MapInfo MIF", is_gis=True)),
    (re.compile(r"(?:999\s*\n.*\n\s*)?0\s*\n\s*SECTION\s*\n"), Foreign("AutoCAD DXF", is_gis=True)),
    (re.compile(r"EXP {1,3}[01] "), Foreign("ArcInfo E00", is_gis=True)),
    (re.compile(r"(?:GEOG|PROJ|GEOD|COMPD)(?:CS|CRS|EDCRS|ICCRS)\s*\["), Foreign("PRJ (.prj)", PACK)),
    (re.compile(r"(?:--[^\n]*\n|/\*|\s)*(?:CREATE TABLE|INSERT INTO|PRAGMA|SET \w+ ?=|BEGIN;)", re.IGNORECASE),
     Foreign("SQL")),
    (re.compile(r"(?:(?:var|let|const|window\.)\s*)?[A-Za-z_$][\w$.]{0,60}\s*[=(]\s*[{\[]"), Foreign("JavaScript")),
    (re.compile(r"(?://[^\n]*\n|/\*|\s)+[{\[]"), Foreign("JSON", NO_COMMENTS)),
    (re.compile(r"ncols\s+\d+\s*\n\s*nrows\s+\d+", re.IGNORECASE), Foreign("Esri ASCII Grid", PICTURE)),
    (re.compile(r"(?:(?:Return-Path|Received|From|To|Subject|Date|MIME-Version): [^\n]*\n){2}"),
     Foreign("E-mail", DOCUMENT)),
)  # fmt: skip
ROOTS: Final[Mapping[str, Foreign]] = {
    "featurecollection": Foreign("GML"),
    "osm": Foreign("OpenStreetMap XML"),
    "svg": Foreign("SVG", PICTURE),
    "serviceexception": Foreign("XML: ServiceException", FETCH_AGAIN),
    "serviceexceptionreport": Foreign("XML: ServiceExceptionReport", FETCH_AGAIN),
    "exceptionreport": Foreign("XML: ExceptionReport", FETCH_AGAIN),
    "error": Foreign("XML: Error", FETCH_AGAIN),
}


def by_bytes(head: bytes) -> Foreign | None:
    """Return what a file is by its first bytes, where it is none that is read and no text."""
    found = next((kind for magic, kind in BYTES if head.startswith(magic)), None)
    found = found or next((kind for magic, kind in AT_4 if head[4:].startswith(magic)), None)
    if found is not None:
        return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Foreign("WebP", PICTURE)
    if head[257:262] == b"ustar":
        return Foreign("TAR", Message("Unpack it, and bring what is inside, as it is or as a ZIP archive."))
    if head[6:15] == b"OSMHeader":
        return Foreign("OpenStreetMap PBF", is_gis=True)
    return DBF if _is_dbf(head) else None


def by_text(text: str) -> Foreign | None:
    """Return what a text is, where it is no table."""
    return next((kind for pattern, kind in TEXTS if pattern.match(text)), None)


def by_members(members: Mapping[str, str]) -> Foreign:
    """Return what a JSON is by the members of its outermost object."""
    if ESRI & set(members):
        return Foreign("Esri JSON", AS_GEOJSON)
    if "elements" in members and "generator" in members:
        return Foreign("Overpass JSON", AS_GEOJSON)
    if "error" in members or "exception" in members:
        return Foreign("JSON: error", FETCH_AGAIN)
    return Foreign("JSON") if members else Foreign("JSON", AS_TABLE)  # a list, of rows mostly


def _is_dbf(head: bytes) -> bool:
    """Whether bytes are the header of a dBASE table: kind, day, rows, and the lengths of header and row."""
    if len(head) < 33 or head[0] not in {0x02, 0x03, 0x30, 0x31, 0x43, 0x83, 0x8B, 0xF5}:
        return False
    month, day, header, row = struct.unpack_from("<BBxxxxHH", head, 2)
    return 1 <= month <= 12 and 1 <= day <= 31 and header >= 33 and header % 32 in {1, 8} and row > 0
