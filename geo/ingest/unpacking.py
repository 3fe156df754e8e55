"""What is in an archive: an Excel table, Shapefiles with what belongs to them, or files of any other format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from geo.ingest import archives, formats
from geo.ingest.foreign import DOCUMENT, GEODATABASE, Foreign
from geo.ingest.parts import ENDINGS, OURS, Part, stem_of
from geo.ingest.printable import printable
from geo.ingest.refusals import DATA_ITSELF, EXPORT_AGAIN, FORMATS, RefusalError, refused
from geo.ingest.report import Issue
from geo.ingest.unread import foreign, unread
from geo.messages import Message

BESIDE: Final = (".dbf", ".shx", ".prj", ".cpg")  # what a Shapefile has beside its shapes


def unpacked(path: Path, scratch: Path, stem: str) -> tuple[list[Part], list[Issue]]:
    """Return what is in an archive: an Excel table, Shapefiles, or files of any other format."""
    members = archives.members(path)
    names = {str(member.path) for member in members}
    if "mimetype" in names and "content.xml" in names:
        raise foreign(
            Foreign("OpenDocument (ODS, ODT)", Message("Open it in a spreadsheet and save it as XLSX or CSV."))
        )
    if any(name.casefold().endswith(".gdbtable") for name in names):
        raise foreign(GEODATABASE)
    if "[Content_Types].xml" in names:
        return [_workbook(path, names, scratch, stem)], []
    wanted: list[tuple[archives.Member, Path]] = []
    parts: list[Part] = []
    left: list[archives.Member] = []
    beside = {id(each) for shape in members if _is_shapes(shape) for each in _company(shape, members)}
    for member in members:
        if id(member) in beside:
            continue
        kind = member.kind
        if kind in {"unknown", "empty", "reference", "archive", "packed", "old_workbook", "page"} or _is_aside(member):
            left.append(member)
            continue
        home = scratch / str(len(parts))
        home.mkdir()
        name = stem if member.path.name.casefold() == "doc.kml" else stem_of(member.path.name)
        main = home / f"{OURS}{ENDINGS[kind]}"  # type: ignore[index]  # the others were left out above
        wanted.append((member, main))
        if kind == "shapefile":
            company = _company(member, members)
            wanted.extend((each, main.with_suffix(each.path.suffix.casefold())) for each in company)
        parts.append(Part(kind, main, name))  # type: ignore[arg-type]
    if not parts:
        raise _nothing_inside(left)
    archives.unpack(path, wanted)
    return parts, [_left_out(each) for each in left if _is_missed(each)]


def _workbook(path: Path, names: set[str], scratch: Path, stem: str) -> Part:
    if not any(name.startswith("xl/") for name in names):
        raise foreign(Foreign("Word / PowerPoint", DOCUMENT))
    home = scratch / "0"
    home.mkdir()
    link = home / f"{OURS}.xlsx"
    link.symlink_to(path.resolve())
    return Part("table", link, stem)


def _is_shapes(member: archives.Member) -> bool:
    # An index (.shx) begins like the shapes it belongs to.
    return member.kind == "shapefile" and member.path.suffix.casefold() != ".shx"


def _company(shapes: archives.Member, members: Sequence[archives.Member]) -> list[archives.Member]:
    """Return the files that belong to a Shapefile: of its name, in its folder."""
    stem = str(shapes.path.with_suffix("")).casefold()
    return [
        each
        for each in members
        if each.path.suffix.casefold() in BESIDE and str(each.path.with_suffix("")).casefold() == stem
    ]


def _is_aside(member: archives.Member) -> bool:
    """Whether a member is about the data, not data: a licence, a style, metadata, an index without its shapes."""
    aside = {".txt", ".md", ".xml", ".qml", ".sld", ".html", ".htm", ".pdf", ".png", ".jpg", ".gif", ".shx", ".prj",
             ".cpg", ".qpj", ".sbn", ".sbx", ".lyr", ".lyrx", ".qix", ".css", ".qmd", ".db", ".mid"}  # fmt: skip
    # A legend of ArcGIS (.lyr) and the thumbnails of a folder (Thumbs.db) begin like an old workbook.
    return member.path.suffix.casefold() in aside and member.kind in {
        "table", "unknown", "shapefile", "reference", "page", "old_workbook",
    }  # fmt: skip


def _is_missed(member: archives.Member) -> bool:
    """Whether a member that was not read may hold a layer."""
    if member.kind == "unknown":
        other = formats.other(member.head)
        return other is not None and other.is_gis
    return not _is_aside(member)


def _nothing_inside(left: Sequence[archives.Member]) -> RefusalError:
    if any(member.kind == "reference" for member in left):
        return refused(
            "REFERENCE_ELSEWHERE",
            Message("The file holds no data; it only says where they are. Nothing was fetched."),
            expected=DATA_ITSELF,
            fix=EXPORT_AGAIN,
        )
    for member in left:
        if member.kind == "old_workbook" or (member.kind == "page" and not _is_aside(member)):
            return unread(member.kind, member.head)
    if any(member.kind in {"archive", "packed"} for member in left):
        return refused(
            "ARCHIVE_NESTED",
            Message("The archive holds only other archives."),
            expected=archives.PLAIN,
            fix=Message("Unpack it, and bring each archive inside by itself."),
        )
    layers = [each for member in left if (each := formats.other(member.head)) is not None and each.is_gis]
    if layers:
        return foreign(layers[0])
    names = ", ".join(printable(member.path.name)[:40] for member in left[:5])
    return refused(
        "ARCHIVE_WITHOUT_DATA",
        Message("The archive holds nothing that can be read as a layer: {names}.", names=names or "–"),
        expected=FORMATS,
        fix=Message("A Shapefile needs at least its .shp, .shx, .dbf and .prj files in one archive."),
    )


def _left_out(member: archives.Member) -> Issue:
    return Issue(
        "ARCHIVE_MEMBER_LEFT_OUT",
        "warning",
        Message("“{name}” in the archive was not read.", name=printable(member.path.name)),
        archives.PLAIN if member.kind in {"archive", "packed"} else FORMATS,
        Message("If it holds a layer, bring it by itself."),
    )
