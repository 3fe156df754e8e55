"""What stands beside the shapes of a Shapefile: the encoding of its words, and the CRS in its .prj file."""

from __future__ import annotations

from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.ingest import encodings, limits
from geo.ingest.refusals import SEND_AGAIN
from geo.ingest.report import Issue
from geo.messages import Message


def encoding(shapes: Path) -> tuple[str, list[Issue]]:
    """Return in which encoding the words of a Shapefile are read, and what was guessed.

    What the .cpg file or the table's own mark says counts, unless the bytes cannot be that.
    """
    dbf, cpg = shapes.with_suffix(".dbf"), shapes.with_suffix(".cpg")
    if not dbf.exists():
        return "", []
    said = cpg.read_bytes()[:40].decode("ascii", errors="ignore").strip() if cpg.exists() else ""
    with dbf.open("rb") as file:
        header = file.read(32)
        file.seek(int.from_bytes(header[8:10], "little"))
        body = file.read(16 * limits.MB)
    if body.isascii():
        return "", []
    text = body.decode("utf-8", errors="replace")
    is_utf8 = sum(sign > "\x7f" for sign in text) > 2 * text.count("\ufffd")
    if is_utf8:
        return "UTF-8", [] if said.upper().replace("-", "") in {"UTF8", "65001"} else [_guessed("UTF-8")]
    if any(sign.isdigit() for sign in said) and said.upper().replace("-", "") not in {"UTF8", "65001"}:
        return "", []  # GDAL reads the .cpg; “ANSI” and “OEM” alone say nothing
    mark = header[29] if len(header) > 29 else 0
    if mark and not said and mark not in {0x03, 0x57}:
        return "", []
    name = encodings.eight_bit(body)
    return name.upper(), [_guessed(encodings.LABELS[name])]


def cut_short(shapes: Path) -> Issue | None:
    """Return what is to be said of a Shapefile that is shorter than its header says: its last shapes are lost."""
    size = shapes.stat().st_size
    with shapes.open("rb") as file:
        told = 2 * int.from_bytes(file.read(28)[24:28], "big")  # in words of two bytes
    if told <= size:
        return None
    return Issue(
        "FILE_CUT_SHORT",
        "warning",
        Message("The .shp file breaks off: it has {n} of the {most} bytes that it says. Its last shapes are lost.",
                n=size, most=told),
        Message("Expected is a whole file."),
        SEND_AGAIN,
    )  # fmt: skip


def unfit_prj(prj: Path) -> list[Issue]:
    """Take a .prj file away that says no CRS, as the parser would give up on it; our copy, not the person's."""
    if not prj.exists():
        return []
    text = prj.read_bytes()[:20_000].decode("utf-8", errors="replace").strip()
    try:
        is_known = not CRS.from_wkt(text).is_engineering
    except CRSError:
        is_known = False
    if not is_known:
        prj.unlink()
        return [
            Issue(
                "CRS_UNKNOWN",
                "warning",
                Message("The .prj file names no CRS that is known here."),
                Message("A .prj file holds the CRS as WKT."),
                Message("See whether the layer lies where it should. If not, export it again with its CRS."),
            )
        ]
    return []


def _guessed(name: str) -> Issue:
    return Issue(
        "ENCODING_GUESSED",
        "note",
        Message("Nothing rightly says how the words are encoded; they were read as {encoding}.", encoding=name),
        Message("A .cpg file beside the table says it."),
        Message("See whether names with accents are right. If not, save the file again as UTF-8."),
    )
