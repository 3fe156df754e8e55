"""What stands around a table: titles above its header, a header in two rows, tags, totals and sources below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geo.ingest.drawn import GEOJSON, WKB, WKT
from geo.ingest.refusals import refused
from geo.ingest.report import Issue
from geo.messages import Message
from geo.names import folded

if TYPE_CHECKING:
    from geo.ingest.grid import Grid

MOST_ABOVE: Final = 25  # rows of titles and notes above a header, and of headers above tags
TAG: Final = re.compile(r"#\s*[A-Za-z][\w+\s-]*")
YEAR: Final = re.compile(r"(?:19|20)\d\d")
NUMBERED: Final = re.compile(r"[+-]?[.,]?\d")  # a cell of data, mostly
FIGURE: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
SHAPE: Final = re.compile("|".join((WKT.replace("^(?i:", "(?i:", 1), WKB, GEOJSON)))
FEW_BELOW: Final = 3  # rows below a header in two rows that show that figures begin there
FOOT: Final = re.compile(
    r"(?:(?:sub|gran )?total(?:es)?(?: (?:general|nacional|geral))?|promedio|media|suma|soma) *:?"
    r"|(?:fuentes?|fontes?|sources?|notas?|notes?|obs(?:ervaciones|ervacoes)?|elabora\w+|corte|fecha de corte) *[:.].*"
    r"|(?:elaborado|elaboracion|elaboracao) .*|\*.*"
)
MOST_BELOW: Final = 15  # rows of totals, notes and sources


def found_header(first: list[list[str]]) -> tuple[int, int]:
    """Return at which of the first rows the header stands and how many rows with words stand above it."""
    filled = [sum(1 for cell in row if cell.strip()) for row in first]
    if not any(filled):
        raise refused(
            "FILE_EMPTY",
            Message("The table is empty."),
            expected=Message("A header and rows of data were expected."),
            fix=Message("Export the table again and look at it before you bring it."),
        )
    usual = sorted(count for count in filled if count)[sum(1 for count in filled if count) // 2]
    enough = 1 if usual <= 2 else max(2, usual // 2)
    start = next(at for at, count in enumerate(filled) if count)
    head = next((at for at, count in enumerate(filled[:MOST_ABOVE]) if count >= enough), start)
    return head, sum(1 for count in filled[:head] if count)


def tags_of(first: list[list[str]], head: int) -> tuple[int | None, list[str]]:
    """Return at which row HXL tags stand and the tags, by the standard's rule: one row, all of it tags."""
    for at in range(head, min(len(first), MOST_ABOVE)):
        cells = [cell.strip() for cell in first[at] if cell.strip()]
        if cells and all(TAG.fullmatch(cell) for cell in cells) and (len(cells) > 1 or len(first[at]) == 1):
            return at, [re.sub(r"\s+", "", cell).casefold() for cell in first[at]]
    return None, []


def is_data(titles: list[str]) -> bool:
    """Whether what should be a header are figures: two or more, and not years."""
    figures = [cell for cell in titles if FIGURE.fullmatch(cell.strip()) and not YEAR.fullmatch(cell.strip())]
    return len(figures) >= 2 or any(SHAPE.match(cell) for cell in titles)


def second_row(first: list[list[str]], head: int) -> list[str] | None:
    """Return the names of columns of a header in two rows, as merged cells leave it; None where it has one.

    “Coordenadas” stands over “Latitud” and “Longitud”, and “Código” over nothing: where one row has a gap the other
    has a name.
    """
    if head + 2 >= len(first):
        return None
    upper, lower = first[head], first[head + 1]
    width = max(len(upper), len(lower))
    above, below = ([cell.strip() for cell in row] + [""] * (width - len(row)) for row in (upper, lower))
    gaps = [at for at in range(width) if not above[at]]
    body = [cell.strip() for row in first[head + 2 : head + 2 + FEW_BELOW] for cell in row]
    if (
        not gaps
        or not all(below[at] for at in gaps)
        or any(NUMBERED.match(cell) and not YEAR.fullmatch(cell) for cell in (*above, *below))
        or not any(FIGURE.match(cell) for cell in body)
    ):
        return None
    group, names = "", []
    for over, name in zip(above, below, strict=True):
        group = over or group
        names.append(f"{group} {name}".strip() if name and below.count(name) > 1 else name or over)
    return names


def leave_out_foot(grid: Grid) -> None:
    """Leave out the rows at the end of a table that hold its totals, its notes and its sources, and say so."""
    count = len(grid.records)
    start = max(1, count - MOST_BELOW)
    rows = list(zip(*(column.slice(start).to_pylist() for column in grid.columns), strict=True))
    kept = count
    for row in reversed(rows):
        cells = [cell for cell in row if cell is not None]
        if len(cells) == len(row) or not FOOT.fullmatch(folded(cells[0]).strip()):
            break
        kept -= 1
    if kept == count:
        return
    first = int(grid.records[kept])
    grid.columns = [column.slice(0, kept) for column in grid.columns]
    grid.records = grid.records[:kept]
    grid.issues.append(
        Issue(
            "ROWS_BELOW_TABLE",
            "note",
            Message("{n} row at the end holds a total, a note or a source.",
                    "{n} rows at the end hold totals, notes or sources.", n=count - kept),
            Message("It is no data, and was left out.") if count - kept == 1
            else Message("They are no data, and were left out."),
            Message("Nothing needs to be done."),
            feature=first,
            count=count - kept,
        )
    )  # fmt: skip


def two_rows() -> Issue:
    """Return the note on a header in two rows."""
    return Issue(
        "HEADER_IN_TWO_ROWS",
        "note",
        Message("The header stands in two rows, as merged cells leave it."),
        Message("They were read as one."),
        Message("Nothing needs to be done if the columns have their right names."),
    )


def no_header(width: int) -> Issue:
    """Return the warning on a table without a header."""
    return Issue(
        "NO_HEADER",
        "warning",
        Message("The first row holds figures, not names of columns."),
        Message("It was read as data; the {n} columns are called by their place.", n=width),
        Message("Put a row with the names of the columns on top."),
    )


def rows_above(count: int) -> Issue:
    """Return the note on titles above a header."""
    return Issue(
        "ROWS_ABOVE_HEADER",
        "note",
        Message("{n} row of words stands above the header.", "{n} rows of words stand above the header.", n=count),
        Message("They were passed over."),
        Message("Nothing needs to be done if the columns have their right names."),
        count=count,
    )


def tags_told(count: int) -> Issue:
    """Return the note on a row of HXL tags."""
    return Issue(
        "HXL_TAGS",
        "note",
        Message("A row below the header holds HXL tags for {n} columns.", n=count),
        Message("They say what the columns are, and are no data."),
        Message("Nothing needs to be done."),
    )
