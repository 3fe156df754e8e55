"""What a file is by its first bytes, never by its name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from geo.ingest.foreign import ESRI, ROOTS, Foreign, by_bytes, by_members, by_text

Format = Literal[
    "geojson", "geojsonl", "topojson", "geopackage", "shapefile", "kml", "gpx", "flatgeobuf", "geoparquet", "table"
]
# What is known by its look but not read: the name is said, so that a person knows what they have.
Other = Literal["archive", "packed", "empty", "reference", "old_workbook", "page", "unknown"]

HEAD: Final = 65_536
MAGIC: Final[tuple[tuple[bytes, Format | Other], ...]] = (
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"PK\x07\x08", "archive"),
    (b"SQLite format 3\x00", "geopackage"),
    (b"fgb\x03fgb", "flatgeobuf"),
    (b"PAR1", "geoparquet"),
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"\x1f\x8b", "packed"),
    (b"BZh", "packed"),
    (b"\xfd7zXZ", "packed"),
    (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"Rar!", "packed"),
    (b"\x28\xb5\x2f\xfd", "packed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"),  # and an XLSX with a password, which is packed in the same
)
TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([\[\]{}:,])|([^\s"\[\]{}:,]+)')
GEOJSON: Final = frozenset(
    {"FeatureCollection", "Feature", "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon",
     "MultiPolygon", "GeometryCollection"}
)  # fmt: skip
CONTROL: Final = re.compile(rb"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f]")  # 0x1a ended files of CP/M and DOS
# What a web server sends in place of a file, and what "Save as XLS" of many systems writes.
PAGE: Final = re.compile(r"<(?:!doctype\s+html|(?:html|head|body|meta|table|div|style)[\s>/])", re.IGNORECASE)
EXCEL_2003: Final = "urn:schemas-microsoft-com:office:spreadsheet"  # the XML that came before XLSX
POINTERS: Final = frozenset({"ogrvrtdatasource", "vrtdataset", "gdalvrt", "qgis", "wfs_capabilities"})
ROOT: Final = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
SKIPPED_COMMENTS: Final = re.compile(r"<\?.*?\?>|<!--.*?-->", re.DOTALL)
SKIPPED_XML: Final = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>", re.DOTALL | re.IGNORECASE)


def known(head: bytes) -> Format | Other:
    """Return what a file is, by its first 64 KB."""
    if not head.strip(b"\0"):
        return "empty"
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    text = None if by_bytes(head) else decoded(head)
    if text is None:
        return "unknown"
    shown = text.lstrip("\ufeff \t\r\n\x1e")
    if not shown:
        return "empty"
    if shown[0] == "<":
        return _xml(shown)
    if shown[0] in "{[":
        return _json(shown)
    if _leads_away(shown):
        return "reference"
    return "unknown" if by_text(shown) else "table"


def other(head: bytes) -> Foreign | None:
    """Return what a file is that is not read; None where nobody would know."""
    found = by_bytes(head)
    text = None if found else decoded(head)
    if text is None:
        return found
    shown = text.lstrip("\ufeff \t\r\n")
    if shown.startswith("<"):
        name = _root(shown)
        return ROOTS.get(name.casefold()) or Foreign(f"XML: {name or '–'}")
    return by_members(top_level(shown)) if shown.startswith(("{", "[")) else by_text(shown)


def decoded(head: bytes) -> str | None:
    """Return the beginning of a text; None for what is none."""
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return head[: len(head) // 4 * 4].decode("utf-32", errors="replace")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    if len(head) > 3 and (head[1] == 0) != (head[0] == 0) and (head[3] == 0) != (head[2] == 0):
        return head[: len(head) // 2 * 2].decode("utf-16-le" if head[1] == 0 else "utf-16-be", errors="replace")
    if b"\x00" in head:
        # A few zeros in a text are damage, said where it is read; many, or other signs of control, are no text.
        if head.count(0) > len(head) / 20 or len(CONTROL.findall(head)) > max(2, len(head) / 200):
            return None
        head = head.replace(b"\x00", b"")
    text = head.decode("utf-8", errors="ignore")
    return text if len(text.encode()) > len(head) - 4 else head.decode("cp1252", errors="replace")


def top_level(text: str) -> dict[str, str]:
    """Return the members of the outermost JSON object as far as the text goes: words as they are, others as "".

    Depth is followed by hand: the text is a beginning that ends anywhere, and nothing in it is trusted.
    """
    members: dict[str, str] = {}
    depth, key, is_value = 0, "", False
    for word, sign, _rest in _tokens(text):
        if sign and sign in "{[":
            if depth == 1 and is_value:
                members.setdefault(key, "")
            depth += 1
        elif sign and sign in "}]":
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1 and sign:
            is_value = sign == ":"
        elif depth == 1 and is_value:
            members.setdefault(key, word)
        elif depth == 1:
            key = word
    return members


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    for match in TOKEN.finditer(text):
        yield match[1] or "", match[2] or "", match[3] or ""


def _json(text: str) -> Format | Other:
    members = top_level(text)
    if of_lines(text):
        return "geojsonl"
    kind = members.get("type", "")
    if kind == "gdal_streamed_alg":
        return "reference"
    if kind == "Topology" or {"arcs", "objects"} <= set(members):
        return "topojson"
    if kind.startswith("CIM"):  # a layer file or a project of ArcGIS Pro
        return "reference"
    if kind in GEOJSON or ("features" in members and not ESRI & set(members)):
        return "geojson"
    return "unknown"


def of_lines(text: str) -> str:
    """Return the GeoJSON type of the object on the first line, where another begins below it; else ""."""
    first, _, rest = text.lstrip("\ufeff \t\r\n\x1e").partition("\n")
    if not rest.lstrip("\r\n \x1e").startswith("{"):
        return ""
    try:
        told = json.loads(first.strip("\x1e\r "))
    except (ValueError, RecursionError):
        return ""
    kind = told.get("type") if isinstance(told, dict) else None
    return str(kind) if kind in GEOJSON else ""


def _xml(text: str) -> Format | Other:
    if PAGE.match(SKIPPED_COMMENTS.sub("", text).lstrip()):
        return "page"
    if EXCEL_2003 in text:
        return "old_workbook"
    name = _root(text).casefold()
    if name in {"kml", "gpx"}:
        return "kml" if name == "kml" else "gpx"
    # QGIS and GDAL write files that only say where the data are.
    return "reference" if name in POINTERS else "unknown"


def _root(text: str) -> str:
    found = ROOT.search(SKIPPED_XML.sub("", text))
    return found[1] if found else ""


def _leads_away(text: str) -> bool:
    """Whether a short text is only a path or an address."""
    word = text.strip()
    return "\n" not in word and bool(re.match(r"(?:/vsi\w+/|[a-z]{2,8}:(?://|\\)|/|\\\\)\S+$", word, re.IGNORECASE))


def head(path: Path) -> bytes:
    """Return the first 64 KB of a file."""
    with path.open("rb") as file:
        return file.read(HEAD)
