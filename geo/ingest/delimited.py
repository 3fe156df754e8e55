"""Tables in text: what separates their cells is found, then their rows are read one after the other."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from geo.ingest.drawn import WKT
from geo.ingest.encodings import encoding_of
from geo.ingest.grid import Grid, gridded
from geo.ingest.progress import Progress
from geo.ingest.refusals import RefusalError, refused
from geo.ingest.report import Issue
from geo.messages import Message

DELIMITERS: Final = (",", ";", "\t", "|")
LINES_EACH: Final = 5_000  # lines between two words of progress
READING: Final = 0.7  # of the time that a table takes; the rest is for finding places and kinds
SAMPLE_CHARS: Final = 2**18
SAMPLE_ROWS: Final = 200
LINE_CHARS: Final = 8_000_000  # a lake with all its islands as WKT comes to some 4,000,000
SHAPE_CHARS: Final = 4_000_000
QUOTED_LINES: Final = 500  # of one record; a page of text in a cell has some fifty
FIGURE: Final = re.compile(r"\s*[+-]?[.,]?\d")
WRAPPED: Final = re.compile(r'"((?:[^"]|"")*)"\s*')  # a line in quotation marks, as a careless export writes it
SHAPE: Final = re.compile(rf"{WKT}.*[)y]\s*$", re.IGNORECASE)  # a line that is one shape, with commas of its own
WHOLE: Final = "\x1f"  # which parts nothing
SHOWING: Final = 20  # lines that show how a file was written
SAID: Final = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)  # Excel's own way to say it


def read_delimited(path: Path, name: str, progress: Progress | None = None) -> Grid:
    """Return the table of a file of text.

    Parameters
    ----------
    progress : Progress, optional
        Told how much of the file is read.

    Raises
    ------
    RefusalError
        If the file holds no text, or no table.
    """
    encoding, issues = encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(SAMPLE_CHARS).replace("\0", "")
    said = SAID.fullmatch(sample.partition("\n")[0] + "\n")
    shown = [line for line in sample.splitlines()[:-1] if line.strip()][:SHOWING]
    is_wrapped = len(shown) > 1 and all(
        (cell := WRAPPED.fullmatch(line)) is not None and _delimiter(cell[1]) in cell[1] for line in shown
    )
    if is_wrapped:
        sample = _unwrapped(sample)
    is_whole = bool(sample.strip()) and all(SHAPE.match(line) for line in shown or sample.splitlines()[:1])
    delimiter = said[1] if said and said[1] in DELIMITERS else WHOLE if is_whole else _delimiter(sample)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        if said:
            file.readline()
        lines = _Lines(file, path.stat().st_size, progress or Progress())
        grid = gridded(_rows(map(_unwrapped, lines) if is_wrapped else iter(lines), delimiter), name)
    if is_wrapped:
        issues.append(
            Issue(
                "LINES_IN_QUOTES",
                "note",
                Message("Each line stands in quotation marks as if it were one cell."),
                Message("They were taken off, and the lines read as rows."),
                Message("Nothing needs to be done."),
            )
        )
    if lines.zeros:
        issues.append(
            Issue(
                "ZERO_BYTES",
                "warning",
                Message("Zero bytes stand in {n} line.", "Zero bytes stand in {n} lines.", n=lines.zeros),
                Message("They are no text and were left out."),
                Message("Export the table again; a disk or a transfer may have damaged it."),
                count=lines.zeros,
            )
        )
    grid.issues[:0] = issues
    return grid


class _Lines:
    """The lines of a file, none longer than the bound, without zero bytes, which are counted."""

    def __init__(self, file: TextIO, size: int, progress: Progress) -> None:
        self._file, self._size, self._progress = file, size, progress
        self.zeros = 0

    def __iter__(self) -> Iterator[str]:
        number = 0
        while line := self._file.readline(LINE_CHARS):
            number += 1
            if number % LINES_EACH == 0:
                self._progress.reach(READING * self._file.buffer.tell(), self._size)
            if len(line) >= LINE_CHARS:
                raise _too_long(None)
            if "\0" in line:
                self.zeros += 1
                line = line.replace("\0", "")
            yield line


def _unwrapped(text: str) -> str:
    """Return lines without the quotation marks around each."""
    return WRAPPED.sub(lambda line: line[1].replace('""', '"') + "\n", text)


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(SHAPE_CHARS)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    before = number = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _too_long(number) from error
        if reader.line_num - before > QUOTED_LINES:
            raise refused(
                "QUOTE_NOT_CLOSED",
                Message("A quotation mark opens in this row and is not closed for {n} lines.",
                        n=reader.line_num - before),
                expected=Message("What stands between two quotation marks is one cell."),
                fix=Message("Close the quotation mark, or double one that is part of the text (\"\")."),
                feature=max(number, 1),
            )  # fmt: skip
        before = reader.line_num
        number += bool(row)
        yield row


def _too_long(number: int | None) -> RefusalError:
    return refused(
        "CELL_TOO_LONG",
        Message("A row of the table is too long to be read."),
        expected=Message("A cell has at most {n} characters.", n=SHAPE_CHARS),
        fix=Message("Look for a quotation mark that is not closed, or bring the shapes as GeoPackage."),
        feature=None if number is None else max(number, 1),
    )


def _delimiter(sample: str) -> str:
    """Return what separates the cells: what gives most rows the same number of cells, and more than one.

    A header holds words: a decimal comma would part figures in the first row that it parts at all.
    """
    csv.field_size_limit(SHAPE_CHARS)
    best, score = ",", 0.0
    for delimiter in DELIMITERS:
        if delimiter not in sample:
            continue
        reader = csv.reader(sample.splitlines(keepends=True), delimiter=delimiter, skipinitialspace=True)
        try:
            rows = [row for row in islice(reader, SAMPLE_ROWS) if row]
        except csv.Error:
            continue
        if len(sample) == SAMPLE_CHARS and len(rows) > 1:
            rows.pop()  # which the end of the sample may have cut
        parted = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
        if not parted:
            continue
        width, count = parted[0]
        first = next(row for row in rows if len(row) == width)
        has_words = not any(FIGURE.match(cell) for cell in first)
        told = count / len(rows) * (1 - 1 / width) * (1.0 if has_words else 0.5)
        if told > score:
            best, score = delimiter, told
    return best
