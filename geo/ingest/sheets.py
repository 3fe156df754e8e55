"""XLSX read as it streams by: no cell is kept that was not in a row, no entity and no link is followed.

The libraries that read XLSX were tried: one lays out every cell between the first and the last and ends the whole
process on a sheet of two cells in opposite corners, the other takes thirteen times as long as this.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Final
from xml.parsers import expat  # a document type is refused, and without one there are no entities

from geo.ingest import limits
from geo.ingest.grid import Grid, gridded
from geo.ingest.refusals import RefusalError, refused
from geo.ingest.report import Issue
from geo.messages import Message

CHUNK: Final = 2**16
CELL: Final = re.compile(r"([A-Za-z]{1,3})[0-9]{1,7}")
DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})  # ECMA-376, 18.8.30
UNWRITTEN: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')  # of a format: words, colours, single signs
DAY_0: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a day of a calendar; sheets know no zones
DAY_0_MAC: Final = datetime(1904, 1, 1)  # noqa: DTZ001
THOUSANDTHS: Final = re.compile(r"-?\d+\.\d{3}")


@dataclass
class _Book:
    """What cells refer to: texts, which styles are dates, and on which day counting begins."""

    texts: list[str] = field(default_factory=list)
    dated: frozenset[int] = frozenset()
    day_0: datetime = DAY_0


def read_sheets(path: Path) -> tuple[list[Grid], list[Issue]]:
    """Return the tables of a workbook, one for each sheet that is shown and not empty.

    Raises
    ------
    RefusalError
        If it is no workbook of XLSX, or one that would be too large unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _bounded(archive)
            return _read(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        RuntimeError,
        NotImplementedError,
        expat.ExpatError,
    ) as error:
        raise _broken() from error  # truncated, encrypted, packed in a way that nobody uses, or no XML


def _broken() -> RefusalError:
    return refused(
        "FILE_BROKEN",
        Message("The workbook cannot be read: it is cut off, damaged or locked with a password."),
        expected=Message("A workbook of XLSX was expected."),
        fix=Message("Open it in a spreadsheet, save it again without a password, or export the sheet as CSV."),
    )


def _bounded(archive: zipfile.ZipFile) -> None:
    """Refuse what would fill the memory or the disk once unpacked, by what its members say of themselves.

    No more than a member says is ever unpacked of it.
    """
    members = archive.infolist()
    unpacked, packed = sum(each.file_size for each in members), sum(each.compress_size for each in members)
    is_bomb = unpacked > limits.RATIO_FREE_BYTES and unpacked > limits.RATIO * max(packed, 1)
    if len(members) > limits.MEMBERS or unpacked > limits.UNPACKED_BYTES or is_bomb:
        raise refused(
            "ARCHIVE_TOO_MANY_MEMBERS" if len(members) > limits.MEMBERS else "ARCHIVE_BOMB",
            Message("Unpacked, the workbook would have {n} MB in {members} parts.",
                    n=unpacked // limits.MB, members=len(members)),
            expected=Message("At most {most} MB, {times} times what it has packed, in {members} parts are unpacked.",
                    most=limits.UNPACKED_BYTES // limits.MB, times=limits.RATIO, members=limits.MEMBERS),
            fix=Message("Export the sheet that you need as CSV."),
        )  # fmt: skip


def _read(archive: zipfile.ZipFile) -> tuple[list[Grid], list[Issue]]:
    names = set(archive.namelist())
    home = _workbook(archive, names)
    sheets: list[tuple[str, str, bool]] = []
    book = _Book()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            linked = next(
                (value for key, value in attributes.items() if key.rpartition(":")[2] == "id" and ":" in key), ""
            )
            sheets.append((attributes.get("name", ""), linked, attributes.get("state", "visible") == "visible"))
        elif tag == "workbookPr" and attributes.get("date1904", "0") in {"1", "true", "on"}:
            book.day_0 = DAY_0_MAC

    _parse(archive, home, start)
    parts = _targets(archive, home, names)
    folder = PurePosixPath(home).parent
    book.texts = _texts(archive, _beside(parts, "sharedStrings", folder, names))
    book.dated = _dated(archive, _beside(parts, "styles", folder, names))
    grids, issues = [], []
    hidden = [name for name, _, is_shown in sheets if not is_shown]
    for name, linked, is_shown in sheets[: limits.LAYERS]:
        part = parts.get(linked, ("", ""))[1]
        if not is_shown or part not in names:
            continue
        try:
            grids.append(_sheet(archive, part, name, book))
        except RefusalError as refusal:
            if refusal.issue.code != "FILE_EMPTY":  # most workbooks have an empty sheet or two
                issues.append(_on(refusal.issue, name))
    if not grids and not issues:
        raise refused(
            "FILE_EMPTY",
            Message("No sheet of the workbook holds a table."),
            expected=Message("A header and rows of data were expected on a sheet that is shown."),
            fix=Message("Show the sheet with the table and save the workbook again."),
        )
    if hidden:
        issues.append(
            Issue(
                "HIDDEN_SHEETS",
                "note",
                Message("Hidden sheets were not read: {names}.", names=", ".join(hidden[:10])),
                Message("Only sheets that are shown become layers."),
                Message("Show them and save the workbook again if they belong here."),
                count=len(hidden),
            )
        )
    return grids, issues


def _on(issue: Issue, layer: str) -> Issue:
    return Issue(issue.code, issue.severity, issue.found, issue.expected, issue.fix, layer, issue.feature, issue.count)


def _workbook(archive: zipfile.ZipFile, names: set[str]) -> str:
    """Return where in the archive the workbook is."""
    found: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    if "_rels/.rels" in names:
        _parse(archive, "_rels/.rels", start)
    home = next((each for each in [*found, "xl/workbook.xml"] if each in names), "")
    if not home.endswith(".xml"):
        raise refused(
            "NOT_A_WORKBOOK",
            Message("The archive holds no workbook of XLSX."),
            expected=Message("XLSX was expected; ODS, XLSB and XLS are not read."),
            fix=Message("Save the workbook as XLSX, or the sheet as CSV."),
        )
    return home


def _targets(archive: zipfile.ZipFile, home: str, names: set[str]) -> dict[str, tuple[str, str]]:
    """Return the parts that the workbook names: for each id the kind and the place within the archive."""
    place = PurePosixPath(home)
    rels = str(place.parent / "_rels" / f"{place.name}.rels")
    out: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        # What lies outside is not opened: only names of members are ever looked up.
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            inside = target.lstrip("/") if target.startswith("/") else str(place.parent / target)
            out[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], inside)

    if rels in names:
        _parse(archive, rels, start)
    return out


def _beside(parts: dict[str, tuple[str, str]], kind: str, folder: PurePosixPath, names: set[str]) -> str:
    places = [place for each, place in parts.values() if each == kind] + [str(folder / f"{kind}.xml")]
    return next((place for place in places if place in names), "")


def _texts(archive: zipfile.ZipFile, part: str) -> list[str]:
    """Return the texts that cells refer to by number."""
    out: list[str] = []
    if not part:
        return out
    if archive.getinfo(part).file_size > limits.TREE_BYTES:
        raise refused(
            "ARCHIVE_BOMB",
            Message("The texts of the workbook have {n} MB unpacked.", n=archive.getinfo(part).file_size // limits.MB),
            expected=Message("At most {most} MB are read.", most=limits.TREE_BYTES // limits.MB),
            fix=Message("Export the sheet that you need as CSV."),
        )
    pieces: list[str] = []
    inside = {"t": False, "rPh": False}  # how a Japanese name is read aloud stands beside its text

    def start(tag: str, _: dict[str, str]) -> None:
        if tag in inside:
            inside[tag] = True

    def end(tag: str) -> None:
        if tag in inside:
            inside[tag] = False
        elif tag == "si":
            out.append("".join(pieces))
            pieces.clear()

    def text(piece: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(piece)

    _parse(archive, part, start, end, text)
    return out


def _dated(archive: zipfile.ZipFile, part: str) -> frozenset[int]:
    """Return which styles of cells show a number as a day or a time."""
    own: dict[str, str] = {}
    styles: list[str] = []
    where = {"cellXfs": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "xf" and where["cellXfs"]:
            styles.append(attributes.get("numFmtId", "0"))
        elif tag in where:
            where[tag] = True

    def end(tag: str) -> None:
        if tag in where:
            where[tag] = False

    if part:
        _parse(archive, part, start, end)

    def is_date(number: str) -> bool:
        if number in own:
            return bool(re.search("[ymdhs]", UNWRITTEN.sub("", own[number].partition(";")[0]), re.IGNORECASE))
        return number.isdecimal() and int(number) in DATES

    return frozenset(at for at, number in enumerate(styles) if is_date(number))


def _sheet(archive: zipfile.ZipFile, part: str, name: str, book: _Book) -> Grid:
    rows = _Rows(book)
    grid = gridded(rows.of(archive, part), name, is_even=False)
    if rows.unsaved:
        grid.issues.append(
            Issue(
                "FORMULA_WITHOUT_VALUE",
                "warning",
                Message("{n} cell holds a formula without its value.", "{n} cells hold formulas without their values.",
                        n=rows.unsaved),
                Message("Formulas are not computed here; these cells are taken as empty."),
                Message("Open the workbook in a spreadsheet, let it compute, and save it."),
                count=rows.unsaved,
            )
        )  # fmt: skip
    elif rows.formulas:
        grid.issues.append(
            Issue(
                "FORMULAS",
                "note",
                Message("{n} cell holds a formula.", "{n} cells hold formulas.", n=rows.formulas),
                Message("The values were taken that were saved with them."),
                Message("Nothing needs to be done if the workbook was computed before it was saved."),
                count=rows.formulas,
            )
        )
    return grid


class _Rows:
    """The rows of a sheet as lists of text, and how many cells are formulas."""

    def __init__(self, book: _Book) -> None:
        self._book = book
        self._done: list[list[str]] = []
        self._row: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._kind = ""
        self._style = -1
        self._column = 0
        self._is_read = self._is_formula = False
        self._cells = 0
        self.formulas = self.unsaved = 0

    def of(self, archive: zipfile.ZipFile, part: str) -> Iterator[list[str]]:
        """Yield the rows of a part of a workbook."""
        parser = _parser(self._start, self._end, self._text)
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk, False)
                yield from self._done
                self._done.clear()
            parser.Parse(b"", True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._cells += 1
            if self._cells > limits.ELEMENTS:
                raise refused(
                    "TOO_MANY_ELEMENTS",
                    Message("The sheet has more than {n} cells.", n=limits.ELEMENTS),
                    expected=Message("At most {n} are read.", n=limits.ELEMENTS),
                    fix=Message("Keep the columns that you need, or export the sheet as CSV."),
                )
            place = CELL.fullmatch(attributes.get("r", ""))
            # What lies beyond the bound is still beyond it, without the empty cells in between.
            self._column = min(_number(place[1]) if place else len(self._row), limits.COLUMNS + 1)
            self._kind = attributes.get("t", "n")
            style = attributes.get("s", "-1")
            self._style = int(style) if style.isdecimal() else -1
            self._is_formula = False
        elif tag in {"v", "t"}:
            self._is_read = True
        elif tag == "f":
            self._is_formula = True
        elif tag == "row":
            self._row = []

    def _end(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self._is_read = False
        elif tag == "c":
            text = "".join(self._pieces)
            self._pieces.clear()
            self._length = 0
            self.formulas += self._is_formula
            # A formula whose value is no text at all is saved as an empty text.
            self.unsaved += self._is_formula and not text and self._kind != "str"
            if text:
                row = self._row
                row.extend([""] * (self._column + 1 - len(row)))
                row[self._column] = self._said(text)
            elif len(self._row) <= self._column:
                self._row.extend([""] * (self._column + 1 - len(self._row)))
        elif tag == "row":
            self._done.append(self._row)
            self._row = []

    def _text(self, piece: str) -> None:
        if self._is_read:
            self._length += len(piece)
            if self._length > limits.CELL_CHARS:  # a spreadsheet itself holds no more than 32,767
                raise refused(
                    "CELL_TOO_LONG",
                    Message("A cell of the sheet is too long to be read."),
                    expected=Message("A cell has at most {n} characters.", n=limits.CELL_CHARS),
                    fix=Message("Shorten it, or bring shapes as GeoPackage."),
                )
            self._pieces.append(piece)

    def _said(self, text: str) -> str:
        """Return what a cell says as text that reads in one way."""
        if self._kind == "s":
            at = int(text) if text.strip().isdecimal() and len(text) < 10 else -1
            return self._book.texts[at] if 0 <= at < len(self._book.texts) else ""
        if self._kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(text.strip(), text)
        if self._kind != "n":
            return text
        try:
            number = float(text)
        except ValueError:
            return text
        if self._style in self._book.dated and (day := _day(number, self._book.day_0)):
            return day
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        plain = repr(number)
        return plain + "0" if THOUSANDTHS.fullmatch(plain) else plain  # or 1.234 might be taken for a thousand


def _number(letters: str) -> int:
    """Return the place of a column, from 0, by its letters."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


def _day(number: float, day_0: datetime) -> str:
    """Return a day, a day and a time, or a time, as ISO 8601 writes them; "" where there is no such day."""
    if not 0 <= number < 2_958_466:  # 9999-12-31
        return ""
    moment = day_0 + timedelta(seconds=round(number * 86_400))
    if number < 1:
        return moment.time().isoformat()
    return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(sep=" ")


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    parser = _parser(start, end, text)
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _parser(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None,
    text: Callable[[str], None] | None,
) -> expat.XMLParserType:
    """Return a parser that gives tags without their prefix and refuses a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise refused(
            "XML_ENTITIES",
            Message("The workbook declares entities or a document type in its XML."),
            expected=Message("A workbook needs none; such a declaration can fill the memory or fetch other files."),
            fix=Message("Do not use this file. Ask for the sheet as CSV."),
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    if end is not None:
        ended = end
        parser.EndElementHandler = lambda tag: ended(tag.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    return parser
