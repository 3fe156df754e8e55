"""GeoJSON, whole or one feature a line, and what an old ``crs`` member says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from geo.ingest import formats
from geo.ingest.assembly import WGS84, crs_of
from geo.ingest.gdal_layers import layer_of
from geo.ingest.parts import Part
from geo.ingest.printable import printable
from geo.ingest.raw import Raw, numbered
from geo.ingest.refusals import EXPORT_AGAIN, refused
from geo.ingest.report import Issue
from geo.messages import Message

ENTRIES: Final = re.compile(rb'"features"\s*:\s*\[\s*\{')
CRS_NAME: Final = re.compile(
    r"(?:urn:ogc:def:crs:)?[A-Za-z]{2,10}:[\w.]{0,10}:?\w{1,20}|https?://www\.opengis\.net/\S{1,80}"
    r"|urn:ogc:def:crs(?:,crs:[A-Za-z]{2,10}:[\w.]{0,10}:\w{1,20}){2}"
)
CRS_MEMBER: Final = re.compile(rb'"crs"\s*:\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)?\}|"[^"]{1,200}"|\d{1,6}|null)(?=\s*[,}])')
# The name in ``properties``, a code, or the whole of a member that is no object, as it should be.
CRS_TOLD: Final = re.compile(r'"(?:name|code)"\s*:\s*(?:"([^"]{1,200})"\s*\}|(\d{1,6})\s*\})|^"?([^{"]{1,200})"?$')
LIKE_RFC: Final = Message("GeoJSON is in longitude and latitude on WGS 84 (RFC 7946).")


def geojson(part: Part) -> Iterator[Raw]:
    """Yield the one layer of a GeoJSON file, with what an old ``crs`` member says."""
    members = formats.top_level(formats.decoded(formats.head(part.path)) or "")
    name = printable(members.get("name", "")) or part.name
    raw = layer_of(part, 0, name)
    if not len(raw.table) and ENTRIES.search(formats.head(part.path)):
        raise refused(
            "FEATURES_UNKNOWN",
            Message("None of what stands in “features” is a feature."),
            expected=Message("Expected is a “type” of “Feature” on each of them, with “geometry” and “properties”."),
            fix=EXPORT_AGAIN,
            layer=name,
        )
    yield _by_old_crs(raw, part.path) if "crs" in members else raw


def by_line(part: Part) -> Iterator[Raw]:
    """Yield the one layer of a GeoJSON file with one feature a line; lines that are none are named."""
    raw = layer_of(part, 0, part.name)
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


def _by_old_crs(raw: Raw, path: Path) -> Raw:
    """Return a layer with what a ``crs`` member says, which RFC 7946 no longer has, in whichever way it says it."""
    found = CRS_MEMBER.search(formats.head(path))
    told = found[1].decode("utf-8", errors="replace") if found else ""
    if told == "null":
        return raw
    named = CRS_TOLD.search(told)
    name = next(filter(None, named.groups()), "") if named else ""
    name = f"EPSG:{name}" if name.isdecimal() else name
    own = crs_of(name) if CRS_NAME.fullmatch(name) else None
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
