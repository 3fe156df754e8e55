"""Shapes that stand in the cells of a table: as WKT, as WKB in hexadecimal signs or as GeoJSON."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.ingest import limits
from geo.ingest.compact import Compact, cuts

SAMPLE: Final = 200  # cells by which a column is known
MOST: Final = 0.9  # of them, for the column to hold shapes
KINDS: Final = "point|linestring|polygon|multipoint|multilinestring|multipolygon|geometrycollection"
WKT: Final = rf"^(?i:\s*(?:srid\s*=\s*[0-9]+\s*;)?\s*(?:{KINDS})\s*(?:zm?|m)?\s*(?:\(|empty))"
WKB: Final = r"^(?:01[0-9A-Fa-f]{2}0[037Bb]00|00[0-9A-Fa-f]{2}000[037Bb])[0-9A-Fa-f]{34,}$"
GEOJSON: Final = r'^\s*\{.{0,200}"(?:coordinates|geometries)"\s*:'
# Where shapes stand in one another: GEOS reads them by calling itself, until the stack ends and the process with it.
NESTED_WKT: Final = r"(?i:geometrycollection)"
NESTED_WKB: Final = re.compile(  # types 4 to 12 with the flags of PostGIS or the thousands of ISO, in either byte order
    rb"\x01(?:[\x04-\x0c]\x00\x00[\x00\x20\x40\x60\x80\xa0\xc0\xe0]"
    rb"|(?:[\xec-\xf4]\x03|[\xd4-\xdc]\x07|[\xbc-\xc4]\x0b)\x00\x00)"
    rb"|\x00(?:[\x00\x20\x40\x60\x80\xa0\xc0\xe0]\x00\x00[\x04-\x0c]"
    rb"|\x00\x00(?:\x03[\xec-\xf4]|\x07[\xd4-\xdc]|\x0b[\xbc-\xc4]))(?=\x00)"  # the count; not 0x40, a degree
)
LEVEL_DIGITS: Final = 18  # what one level of WKB takes at least: byte order, type and count
NESTED_JSON: Final = r'"geometries"|(?:\[\s*){8}'

Shapes = npt.NDArray[np.object_]


def is_shape(column: pa.ChunkedArray) -> bool:
    """Whether most cells of a column are shapes."""
    head = pc.drop_null(column).slice(0, SAMPLE)
    return bool(len(head)) and any(
        pc.mean(pc.cast(pc.match_substring_regex(head, pattern=each), pa.float64())).as_py() >= MOST
        for each in (WKT, WKB, GEOJSON)
    )


def read_shapes(column: pa.ChunkedArray) -> tuple[Compact, CRS | None]:
    """Return the geometries of a column of WKT, of WKB in hexadecimal signs or of GeoJSON; None for what is none."""
    head = pc.drop_null(column).slice(0, 1)
    first = head[0].as_py() if len(head) else ""
    is_json, is_wkb = first.lstrip().startswith("{"), re.match(WKB, first) is not None
    srid = re.match(r"\s*srid\s*=\s*(\d{1,6})\s*;", first, re.IGNORECASE)
    code = int(srid[1]) if srid else 0
    pieces: list[Compact] = []
    for chunk in column.chunks:
        sizes = pc.fill_null(pc.binary_length(chunk), 0).to_numpy().astype(np.int64)
        for rows in cuts(sizes):
            cells = chunk.slice(rows.start, rows.stop - rows.start)
            shapes = _read_piece(cells, is_json=is_json, is_wkb=is_wkb, has_srid=srid is not None)
            code = code or next((int(each) for each in shapely.get_srid(shapes) if each > 0), 0)
            pieces.append(Compact.of(shapes))
    found = Compact.joined(pieces)
    try:
        return found, CRS.from_epsg(code) if code else None
    except CRSError:
        return found, None


def _read_piece(cells: pa.StringArray, *, is_json: bool, is_wkb: bool, has_srid: bool) -> Shapes:
    if is_wkb:
        deep = pa.array([_is_deep(cell) for cell in cells.to_pylist()])
    else:
        pattern = NESTED_JSON if is_json else NESTED_WKT
        deep = pc.fill_null(pc.greater(pc.count_substring_regex(cells, pattern=pattern), limits.DEPTH), False)
    cells = pc.if_else(deep, None, cells)
    if has_srid:
        cells = pc.replace_substring_regex(cells, pattern=r"^\s*(?i:srid)\s*=\s*[0-9]+\s*;", replacement="")
    texts = cells.to_numpy(zero_copy_only=False)
    if is_json:
        found = shapely.from_geojson(texts, on_invalid="ignore")
    elif is_wkb:
        found = shapely.from_wkb(texts, on_invalid="ignore")
    else:
        found = shapely.from_wkt(texts, on_invalid="ignore")
    return np.asarray(found, dtype=object)


def _is_deep(cell: str | None) -> bool:
    """Whether WKB in hexadecimal signs holds shapes in one another, more than any that somebody drew."""
    if cell is None or len(cell) <= LEVEL_DIGITS * limits.DEPTH:
        return False
    try:
        return len(NESTED_WKB.findall(bytes.fromhex(cell))) > limits.DEPTH
    except ValueError:
        return True  # no WKB, so no loss
