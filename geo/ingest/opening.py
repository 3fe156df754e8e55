"""The door: what a file is, by its content, and whether it may be read at all.

Every bound that can be checked is checked here, before a parser sees the file. Parsers then get files
under names that we chose, in a folder of their own, so that no name and no neighbour of the file matters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from geo.ingest import databases, formats, json_texts, limits, texts, xml_texts
from geo.ingest.formats import Format
from geo.ingest.parts import CALLED, ENDINGS, OURS, USUAL, Part, stem_of
from geo.ingest.printable import printable
from geo.ingest.refusals import BOUNDED, FORMATS, SPLIT, RefusalError, refused
from geo.ingest.report import Issue
from geo.ingest.unpacking import unpacked
from geo.ingest.unread import readable
from geo.messages import Message

TEXTS: Final = frozenset({"geojson", "geojsonl", "topojson", "kml", "gpx"})
DECLARED: Final = re.compile(r"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]{1,40})["']""")
XML_DECLARATION: Final = re.compile(rb"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True)
class Found:
    """What a file holds: parts that may be read, and what was noticed on the way."""

    parts: tuple[Part, ...]
    issues: tuple[Issue, ...] = ()


def opened(path: Path, scratch: Path, *, name: str = "") -> Found:
    """Return what is in a file, ready for the parsers.

    Parameters
    ----------
    path : Path
        The file, as it came.
    scratch : Path
        An empty folder; parts are put there under names of our own.
    name : str
        What the person calls the file, where the path does not.

    Raises
    ------
    RefusalError
        If the file is not there, is beyond a bound, is in no format that is read, leads to another file, or
        is an archive with something unfit in it.
    """
    name = printable(name or path.name)
    if not path.is_file():
        raise refused(
            "FILE_MISSING",
            Message("There is no file “{path}”. Check the path.", path=name),
            expected=FORMATS,
            fix=Message("A folder cannot be read: pack its files into one ZIP archive."),
        )
    if path.stat().st_size > limits.FILE_BYTES:
        raise _too_large(path.stat().st_size, limits.FILE_BYTES)
    kind = formats.known(formats.head(path))
    if kind == "archive":
        parts, issues = unpacked(path, scratch, stem_of(name))
    else:
        parts, issues = [_linked(path, kind, scratch, stem_of(name), name)], []
    checked: list[Part] = []
    for part in parts:
        fit, more = _checked(part)
        checked.append(fit)
        issues.extend(more)
    ending = PurePosixPath(name).suffix.casefold()
    first = parts[0].format
    if kind != "archive" and ending and ending not in USUAL[first]:
        issues.append(_wrong_ending(ending, first))
    return Found(tuple(checked), tuple(issues))


def _linked(path: Path, kind: Format | formats.Other, scratch: Path, stem: str, name: str) -> Part:
    """Return a file as the only part, under our name, without a copy."""
    known = readable(kind, formats.head(path))
    if known == "shapefile":
        raise refused(
            "SHAPEFILE_INCOMPLETE",
            Message("“{name}” is one file of a Shapefile; its attributes and its CRS are in others.", name=name),
            expected=Message("A Shapefile is brought as one ZIP archive with its .shp, .shx, .dbf and .prj files."),
            fix=Message("Pack the files of that name together into one ZIP archive."),
        )
    home = scratch / "0"
    home.mkdir()
    link = home / f"{OURS}{ENDINGS[known]}"
    link.symlink_to(path.resolve())
    return Part(known, link, stem)


def _checked(part: Part) -> tuple[Part, list[Issue]]:
    """Return a part that is fit to be parsed, in UTF-8 where it is a text; refuse one that is not."""
    size = part.path.stat().st_size
    if part.format in {"kml", "gpx", "topojson"} and size > limits.TREE_BYTES:
        raise _too_large(size, limits.TREE_BYTES)
    if part.format == "geopackage":
        return part, databases.check(part.path)
    if part.format not in TEXTS:
        return part, []
    is_xml = part.format in {"kml", "gpx"}
    part, issues = _in_utf8(part, is_xml=is_xml)
    if is_xml:
        return part, issues + xml_texts.checked(part)
    part, more = json_texts.checked(part)
    return part, issues + more


def _in_utf8(part: Part, *, is_xml: bool) -> tuple[Part, list[Issue]]:
    """Return a text part in UTF-8, as a copy where the file is not, and what was said or guessed of its signs."""
    name = texts.encoding(part.path)
    issues: list[Issue] = []
    if is_xml and name in {"utf-8", texts.WINDOWS}:
        declared = DECLARED.search(formats.head(part.path)[:400].decode("latin-1"))
        said = declared[1].casefold() if declared else "utf-8"
        if said not in {"utf-8", "us-ascii", "ascii"} and _is_codec(said):
            name = said
        elif name == texts.WINDOWS:
            issues.append(_guessed_encoding())
    elif name == texts.WINDOWS:
        issues.append(_guessed_encoding())
    if name == "utf-8":
        return part, issues
    if name not in {"utf-8-sig", texts.WINDOWS}:
        issues.append(
            Issue(
                "ENCODING_CONVERTED",
                "note",
                Message("The text is {encoding}; it was read as that.", encoding=name.upper()),
                Message("Expected is UTF-8."),
                Message("Nothing needs to be done."),
            )
        )
    out = part.path.with_name("utf-8") / part.path.name  # a name of its own would become that of the layer
    out.parent.mkdir()
    texts.to_utf8(part.path, out, name)
    if is_xml:
        out.write_bytes(XML_DECLARATION.sub(b"", out.read_bytes(), count=1))
    return Part(part.format, out, part.name), issues


def _is_codec(name: str) -> bool:
    """Whether Python reads text in an encoding of that name; some of its codecs are none of text."""
    try:
        return bytes(range(32, 127)).decode(name).startswith(" !")
    except (LookupError, ValueError):
        return False


def _guessed_encoding() -> Issue:
    return Issue(
        "ENCODING_GUESSED",
        "warning",
        Message("The text is not UTF-8; it was read as Windows-1252 (Latin-1)."),
        Message("Expected is UTF-8."),
        Message("See whether names with accents are right. If not, save the file again as UTF-8."),
    )


def _wrong_ending(ending: str, kind: Format) -> Issue:
    return Issue(
        "ENDING_DIFFERS",
        "note",
        Message("The name ends in “{ending}”, but the content is {format}.", ending=ending[:20], format=CALLED[kind]),
        Message("It was read as what it is."),
        Message("Nothing needs to be done; another name would avoid doubt."),
    )


def _too_large(size: int, most: int) -> RefusalError:
    return refused(
        "FILE_TOO_LARGE",
        Message("The file has {size} MB; at most {most} MB are read.", size=size // limits.MB, most=most // limits.MB),
        expected=BOUNDED,
        fix=SPLIT,
    )
