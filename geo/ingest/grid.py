"""From rows of cells to named columns of text, whatever stands above, beside and below the table."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geo.ingest import limits
from geo.ingest.headers import found_header, is_data, no_header, rows_above, second_row, tags_of, tags_told, two_rows
from geo.ingest.refusals import refused
from geo.ingest.report import Issue, Severity
from geo.messages import Message

CHUNK_CELLS: Final = 100_000  # cells that stand as Python's own texts at one time
LOOKED_AT: Final = 200  # rows from which the width of the table is told


@dataclass
class Tally:
    """Counts what is wrong in the same way in many rows, to tell it once."""

    code: str
    severity: Severity
    first: int | None = None
    count: int = 0

    def add(self, record: int) -> None:
        """Count one more row, by its number in the file."""
        self.first = record if self.first is None else self.first
        self.count += 1

    def issue(self, found: Message, expected: Message, fix: Message) -> Issue:
        """Return the issue of all that were counted."""
        return Issue(self.code, self.severity, found, expected, fix, feature=self.first, count=self.count)


@dataclass
class Grid:
    """A table before anything is made of it.

    Attributes
    ----------
    name : str
        The sheet's, or the file's without its ending.
    names : list of str, m columns
        All different, none empty.
    columns : list of ChunkedArray of string, m columns of n values
        Cells as text; an empty cell is null.
    records : int64, n values
        The number of each row in the file, from 1, not counting header and tags.
    tags : dict
        The HXL tag of each column that has one.
    """

    name: str
    names: list[str]
    columns: list[pa.ChunkedArray]
    records: npt.NDArray[np.int64]
    tags: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def gridded(rows: Iterable[Sequence[str]], name: str, *, is_even: bool = True) -> Grid:
    """Return the table that stands in rows of cells.

    Titles above the header and a row of HXL tags are known for what they are. A row that is shorter than the
    header is filled up; one that is longer is left out, since nobody can tell which cell belongs where.

    Parameters
    ----------
    is_even : bool
        Whether rows should be of one length, as those of a CSV are; a sheet leaves out empty cells.

    Raises
    ------
    RefusalError
        If there is no header, no row, or more columns or rows than ``geo.ingest.limits`` allow.
    """
    source = iter(rows)
    raw = [row[: limits.COLUMNS + 2] for row in islice(source, LOOKED_AT)]  # what is longer is too long anyway
    first = [_trimmed(row) for row in raw]
    issues: list[Issue] = []
    head, above = found_header(first)
    tags_at, tags = tags_of(first, head)
    if tags_at is not None:
        head = max((at for at in range(tags_at) if first[at]), default=tags_at)
    below = (head if tags_at is None else tags_at) + 1
    titles = first[head] if tags_at != head else tags
    joined = second_row(first, head) if tags_at is None else None
    if joined is not None:
        titles, below = joined, head + 2
        issues.append(two_rows())
    if is_data(titles) and tags_at is None:
        issues.append(no_header(len(titles)))
        titles, below = [], head
    elif above and tags_at is None:
        issues.append(rows_above(above))
    # A table is as wide as its header, or as most of its rows where their last columns have no name.
    body = [row for row in first[below:] if row]
    common = Counter(map(len, body)).most_common(1)
    width = max(len(titles), common[0][0] if common and common[0][1] > len(body) / 2 else 0)
    _bounded(width)
    names, more = _named([*titles, *[""] * (width - len(titles))])
    columns, records, ragged = _columns(chain(raw[below:], source), width, is_even=is_even)
    if not len(records):
        raise refused(
            "NO_ROWS",
            Message("The table has a header and no row below it."),
            expected=Message("At least one row of data was expected."),
            fix=Message("Check that the export is complete."),
        )
    tagged = dict(zip(names, [*tags, *[""] * (width - len(tags))], strict=False)) if tags else {}
    tagged = {column: tag for column, tag in tagged.items() if tag}
    if tagged:
        issues.append(tags_told(len(tagged)))
    return Grid(name, names, columns, records, tagged, issues + more + ragged)


def _trimmed(row: Sequence[str]) -> list[str]:
    """Return a row without the empty cells at its end."""
    if row and row[-1].strip():
        return row if isinstance(row, list) else list(row)
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return list(row[:end])


def _bounded(width: int) -> None:
    if width > limits.COLUMNS:
        raise refused(
            "TOO_MANY_COLUMNS",
            Message("The table has more than {n} columns.", n=limits.COLUMNS),
            expected=Message("At most {n} are read.", n=limits.COLUMNS),
            fix=Message("Keep the columns that you need, or turn the table so that what varies stands in rows."),
        )


def _named(titles: list[str]) -> tuple[list[str], list[Issue]]:
    """Return a name for each column, all different, and what had to be done for it."""
    names: list[str] = []
    seen: set[str] = set()
    unnamed = doubled = cut = 0
    for number, title in enumerate(titles, start=1):
        plain = " ".join(title.replace("\ufeff", "").split())
        if len(plain) > limits.NAME_CHARS:
            plain, cut = plain[: limits.NAME_CHARS], cut + 1
        unnamed += not plain
        name = base = plain or f"column {number}"
        again = 2
        while name in seen or (name == "geometry"):  # which a frame keeps for the shapes
            name, again = f"{base} ({again})", again + 1
        doubled += name != base and plain != "geometry"
        seen.add(name)
        names.append(name)
    issues = []
    if doubled:
        issues.append(
            Issue(
                "DUPLICATE_COLUMNS",
                "warning",
                Message("{n} column has the name of one before it.", "{n} columns have the name of one before them.",
                        n=doubled),
                Message("A number was put behind the name."),
                Message("Give each column a name of its own."),
                count=doubled,
            )
        )  # fmt: skip
    if unnamed:
        issues.append(
            Issue(
                "UNNAMED_COLUMNS",
                "note",
                Message("{n} column has no name.", "{n} columns have no name.", n=unnamed),
                Message("They are called by their place in the table."),
                Message("Name them in the header if they matter."),
                count=unnamed,
            )
        )
    if cut:
        issues.append(
            Issue(
                "LONG_COLUMN_NAMES",
                "warning",
                Message("{n} column has a name of more than {most} characters.",
                        "{n} columns have names of more than {most} characters.", n=cut, most=limits.NAME_CHARS),
                Message("They were cut."),
                Message("Give them shorter names."),
                count=cut,
            )
        )  # fmt: skip
    return names, issues


def _columns(
    rows: Iterator[Sequence[str]], width: int, *, is_even: bool
) -> tuple[list[pa.ChunkedArray], npt.NDArray[np.int64], list[Issue]]:
    """Return columns of text, the number of each row, and what is to be said of rows of another length."""
    chunks: list[list[pa.Array]] = [[] for _ in range(width)]
    records = array("q")
    long, short = Tally("ROW_TOO_LONG", "warning"), Tally("ROW_TOO_SHORT", "note")
    kept: list[list[str]] = []
    record = 0
    for raw in rows:
        row = _trimmed(raw)
        if not row:
            continue
        record += 1
        if record > limits.FEATURES:
            raise refused(
                "TOO_MANY_FEATURES",
                Message("The table has more than {n} rows.", n=limits.FEATURES),
                expected=Message("At most {n} are read.", n=limits.FEATURES),
                fix=Message("Divide the table, or sum its rows by place or year."),
            )
        if len(row) > width:
            long.add(record)
            continue
        if is_even and len(raw) < width:
            short.add(record)
        records.append(record)
        kept.append(row)
        if len(kept) * width >= CHUNK_CELLS:
            _keep(kept, chunks)
            kept = []
    _keep(kept, chunks)
    columns = [pa.chunked_array(each, type=pa.string()) for each in chunks]
    return columns, np.array(records, dtype=np.int64), _ragged(long, short)


def _keep(rows: list[list[str]], chunks: list[list[pa.Array]]) -> None:
    """Add a chunk of rows to each column."""
    width = len(chunks)
    even = (row if len(row) == width else [*row, *[""] * (width - len(row))] for row in rows)
    for chunk, cells in zip(chunks, zip(*even, strict=True), strict=False):
        texts = pc.utf8_trim_whitespace(pa.array(cells, type=pa.string()))
        chunk.append(pc.if_else(pc.equal(texts, ""), None, texts))


def _ragged(long: Tally, short: Tally) -> list[Issue]:
    issues = []
    if long.count:
        issues.append(
            long.issue(
                Message("{n} row has more cells than the header.", "{n} rows have more cells than the header.",
                        n=long.count),
                Message("Nobody can tell which cell belongs where: left out."),
                Message("Put text that holds the separator or a line break in quotation marks."),
            )
        )  # fmt: skip
    if short.count:
        issues.append(
            short.issue(
                Message("{n} row has fewer cells than the header.", "{n} rows have fewer cells than the header.",
                        n=short.count),
                Message("What is missing at its end is taken as empty."),
                Message("Look at one of them if a value seems to stand in the wrong column."),
            )
        )  # fmt: skip
    return issues
