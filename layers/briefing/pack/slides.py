"""Slides as data: what stands on each and where. Two renderers read it, so that slides and pages say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from geo.changes import Kind as ChangeKind
from geo.messages import Language, say
from geo.trends import Panel
from geo.viewer import Marking
from layers.briefing.snapshot import Snapshot
from layers.printed.fitting import fitted, wrapped
from layers.printed.fonts import REGULAR, SEMIBOLD
from layers.printed.fonts import width as type_width
from layers.printed.foot import PRECISION, SOURCES
from layers.printed.sheet import label_width
from layers.profile import Figure

LINE: Final = 1.2  # height of a line over the size of its letters, in every typeface that slides are set in
TITLE_PT: Final = 26.0
SUBTITLE_PT: Final = 13.0
HEAD_PT: Final = 13.0
TEXT_PT: Final = 11.5
CELL_PT: Final = 10.0
SMALL_PT: Final = 8.5
FOOT_PT: Final = 7.5
FOOT_LINES: Final = 5  # that a foot has room for
FIGURE_PT: Final = 19.0
BOLD_DIGITS: Final = 1.06  # how much wider than letters these run, in Verdana as in DejaVu Serif
FIGURE_WORDS_PT: Final = 9.5
FIGURE_AIR: Final = 7.0  # between the edge of a box and the text in it
FIGURE_GAP: Final = 8.0
CELL_X: Final = 4.0  # air beside and above the text of a cell, in points
CELL_Y: Final = 2.6


@dataclass(frozen=True)
class Box:
    """A part of a slide: upper left corner, width and height, in points from the slide's upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    def rows(self, *heights: float, gap: float = 0.0) -> tuple[Box, ...]:
        """Cut into boxes one below the other; the height 0 takes what the others leave."""
        rest = self.height - sum(heights) - gap * (len(heights) - 1)
        found, y = [], self.y
        for height in (each or rest for each in heights):
            found.append(Box(self.x, y, self.width, max(height, 0.0)))
            y += height + gap
        return tuple(found)

    def columns(self, *widths: float, gap: float = 0.0) -> tuple[Box, ...]:
        """Cut into boxes side by side; the width 0 takes what the others leave."""
        rest = self.width - sum(widths) - gap * (len(widths) - 1)
        found, x = [], self.x
        for width in (each or rest for each in widths):
            found.append(Box(x, self.y, max(width, 0.0), self.height))
            x += width + gap
        return tuple(found)


@dataclass(frozen=True)
class Canvas:
    """What a slide offers: its size, the part for content, the part for the foot.

    Attributes
    ----------
    slack : float
        How much wider its typeface may run than the one that texts are measured in.
    """

    width: float
    height: float
    area: Box
    foot: Box
    slack: float = 1.0

    def lines(self, text: str, width: float, size: float, *, bold: bool = False) -> int:
        """Return how many lines a text takes in a width, in points."""
        weight = SEMIBOLD if bold else REGULAR
        room = max(width / self.slack, size)
        return max(1, sum(len(wrapped(part, room, size, weight)) for part in text.split("\n")))

    def height_of(self, text: str, width: float, size: float, *, bold: bool = False) -> float:
        """Return how high a text stands in a width, in points."""
        return self.lines(text, width, size, bold=bold) * size * LINE


@dataclass(frozen=True)
class MapPicture:
    """The map of a view with its legend; ``words`` say it to those who cannot see it.

    ``spots`` are where something changed, drawn over the layers: what happened, longitude and latitude.
    """

    snapshot: Snapshot
    words: str
    spots: tuple[tuple[ChangeKind, float, float], ...] = ()


@dataclass(frozen=True)
class Figures:
    """Key figures in boxes, so many side by side."""

    figures: tuple[Figure, ...]
    columns: int = 2

    def boxes(self, canvas: Canvas, width: float) -> tuple[tuple[Box, Figure], ...]:
        """Return where each figure stands, from 0, 0 on; those of one row are equally high."""
        across = (width - FIGURE_GAP * (self.columns - 1)) / self.columns
        found, y = [], 0.0
        for start in range(0, len(self.figures), self.columns):
            row = self.figures[start : start + self.columns]
            high = max(figure_height(canvas, each, across) for each in row)
            found += [(Box(order * (across + FIGURE_GAP), y, across, high), each) for order, each in enumerate(row)]
            y += high + FIGURE_GAP
        return tuple(found)

    def height(self, canvas: Canvas, width: float) -> float:
        """Return how high all boxes stand."""
        return max((box.bottom for box, _ in self.boxes(canvas, width)), default=0.0)


@dataclass(frozen=True)
class Trend:
    """One chart: its words above and below, and the panel that it is drawn from."""

    panel: Panel
    title: str
    unit: str
    foot: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its share of the width (0 to 1), and whether it is set flush right."""

    text: str
    share: float
    is_number: bool = False


@dataclass(frozen=True)
class TableRow:
    """A row: its cells, a line about it below the first one, and whether it rests on weak evidence."""

    cells: tuple[str, ...]
    about: str = ""
    is_weak: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its title above and a line below; ``size`` is that of its letters, in points."""

    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    more: str = ""
    size: float = CELL_PT

    @property
    def small(self) -> float:
        """The size of the line about a row."""
        return max(SMALL_PT, self.size - 1.5)


@dataclass(frozen=True)
class Bullets:
    """A short list under a title; without one, only the list."""

    title: str
    items: tuple[str, ...]
    size: float = TEXT_PT


@dataclass(frozen=True)
class Text:
    """A paragraph; muted ones are set in grey."""

    text: str
    size: float = TEXT_PT
    is_muted: bool = False
    is_bold: bool = False
    is_accent: bool = False


Block = MapPicture | Figures | Trend | Table | Bullets | Text


@dataclass(frozen=True, kw_only=True)
class Foot:
    """What stands at the foot of every slide; precision and disclaimer only where there is a map."""

    sources: str
    precision: str = ""
    disclaimer: str = ""
    dated: str
    marking: Marking


@dataclass(frozen=True, kw_only=True)
class Slide:
    """One slide.

    Attributes
    ----------
    blocks : tuple of (Box, Block)
        None over another.
    notes : tuple of str
        What the speaker reads: paragraphs.
    is_opening : bool
        Whether it is the title slide.
    """

    title: str
    subtitle: str
    foot: Foot
    blocks: tuple[tuple[Box, Block], ...] = ()
    notes: tuple[str, ...] = ()
    is_opening: bool = False


def foot_lines(canvas: Canvas, foot: Foot, width: float, lang: Language) -> list[tuple[str, str, bool]]:
    """Return the paragraphs of a foot: label, words, and whether they are muted.

    Sources and precision are cut to fit, since the notes have all; what boundaries do not say is never cut.
    """
    room = width / canvas.slack
    disclaimer = wrapped(foot.disclaimer, room, FOOT_PT)
    left = FOOT_LINES - len(disclaimer)
    found: list[tuple[str, str, bool]] = []
    for label, words in ((PRECISION, foot.precision), (SOURCES, foot.sources)):
        if not words:
            continue
        lead = say(label, lang)
        most = min(2, left if label is SOURCES else left - 1)
        made = fitted(words, room, size=FOOT_PT, least=FOOT_PT, lines=most, indent=label_width(lead))
        left -= len(made.lines)
        found.insert(0, (lead, " ".join(made.lines), False))
    return [*found, ("", " ".join(disclaimer), True)]


def figure_size(canvas: Canvas, figure: Figure, width: float) -> float:
    """Return the size of the letters in which a figure stands on one line of its box, in points."""
    taken = type_width(figure.value, FIGURE_PT, SEMIBOLD) * canvas.slack * BOLD_DIGITS
    return FIGURE_PT * min(1.0, (width - 2 * FIGURE_AIR) / taken) if taken else FIGURE_PT


def figure_height(canvas: Canvas, figure: Figure, width: float) -> float:
    """Return how high the box of a figure must be for its number, its words and what else is known."""
    room = width - 2 * FIGURE_AIR
    words = canvas.height_of(figure.words, room, FIGURE_WORDS_PT)
    more = canvas.height_of(figure.more, room, FIGURE_WORDS_PT) if figure.more else 0.0
    return FIGURE_PT * LINE + words + more + 2 * FIGURE_AIR - 2


def heading_height(canvas: Canvas, table: Table, width: float) -> float:
    """Return the height of what stands above the rows of a table: its title, its line and its headings."""
    height = HEAD_PT * LINE + 4 if table.title else 0.0
    if table.about:
        height += canvas.height_of(table.about, width, SMALL_PT) + 4
    return height + head_row_height(canvas, table, width)


def head_row_height(canvas: Canvas, table: Table, width: float) -> float:
    """Return the height of the row of headings."""
    size = table.size - 1
    tallest = max(
        canvas.height_of(each.text, each.share * width - 2 * CELL_X, size, bold=True) for each in table.columns
    )
    return tallest + 2 * CELL_Y


def row_height(canvas: Canvas, table: Table, row: TableRow, width: float) -> float:
    """Return the height of a row of a table that is so wide."""
    tallest = max(
        canvas.height_of(cell, column.share * width - 2 * CELL_X, table.size, bold=order == 0)
        for order, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True))
    )
    first = canvas.height_of(row.cells[0], table.columns[0].share * width - 2 * CELL_X, table.size, bold=True)
    if row.about:
        first += canvas.height_of(row.about, table.columns[0].share * width - 2 * CELL_X, table.small)
    return max(tallest, first) + 2 * CELL_Y


def table_height(canvas: Canvas, table: Table, width: float) -> float:
    """Return the height of a whole table."""
    rows = sum(row_height(canvas, table, row, width) for row in table.rows)
    return heading_height(canvas, table, width) + rows + (SMALL_PT * LINE + 6 if table.more else 0.0)


def bullets_height(canvas: Canvas, bullets: Bullets, width: float) -> float:
    """Return the height of a list with its title."""
    title = HEAD_PT * LINE + 5 if bullets.title else 0.0
    return title + sum(item_height(canvas, each, width, bullets.size) for each in bullets.items)


def item_height(canvas: Canvas, item: str, width: float, size: float) -> float:
    """Return the height of one item of a list, with the air below."""
    return canvas.height_of(item, width - INDENT, size) + ITEM_GAP


INDENT: Final = 12.0  # of the text of an item behind its bullet
ITEM_GAP: Final = 3.5


def largest(canvas: Canvas, table: Table, width: float, height: float, sizes: Sequence[float]) -> Table:
    """Return a table in the largest letters in which it fits; else without lines about its rows, in the smallest."""
    for size in sizes:
        tried = replace(table, size=size)
        if table_height(canvas, tried, width) <= height and holds_words(canvas, tried, width):
            return tried
    short = replace(table, rows=tuple(replace(row, about="") for row in table.rows))
    smaller = (replace(short, size=size) for size in (*sizes, *SMALLER))
    return next((each for each in smaller if holds_words(canvas, each, width)), replace(short, size=SMALLER[-1]))


def holds_words(canvas: Canvas, table: Table, width: float) -> bool:
    """Whether no word of a table is wider than its column."""
    head = TableRow(tuple(each.text for each in table.columns))
    return all(
        type_width(word, table.size - (row is head), SEMIBOLD if row is head else REGULAR) * canvas.slack
        <= column.share * width - 2 * CELL_X
        for row in (head, *table.rows)
        for cell, column in zip(row.cells, table.columns, strict=True)
        for word in cell.split(" ")
    )


def widened(canvas: Canvas, table: Table, width: float) -> Table:
    """Return a table whose columns hold their longest words, as far as the first column can give way."""
    head = TableRow(tuple(each.text for each in table.columns))
    rows = [(head, table.size - 1, SEMIBOLD), *((row, table.size, REGULAR) for row in table.rows)]
    needed = [
        max(type_width(word, size, weight) for row, size, weight in rows for word in row.cells[order].split(" "))
        for order in range(len(table.columns))
    ]
    shares = [(each * canvas.slack + 2 * CELL_X + 1) / width for each in needed]
    others = [max(column.share, share) for column, share in zip(table.columns[1:], shares[1:], strict=True)]
    first = 1 - sum(others)
    if first < shares[0]:
        return table
    columns = (replace(each, share=share) for each, share in zip(table.columns, (first, *others), strict=True))
    return replace(table, columns=tuple(columns))


SMALLER: Final = (9.5, 9.0, 8.5, 8.0)  # sizes for words that would be wider than their columns


def cut(
    canvas: Canvas, table: Table, width: float, height: float, least: int = 1
) -> tuple[Table, tuple[TableRow, ...]]:
    """Return the table with as many rows as fit into a height, and the rows that are left; at least ``least``."""
    if table_height(canvas, table, width) <= height:
        return table, ()
    room = height - heading_height(canvas, table, width) - (SMALL_PT * LINE + 6)
    kept: list[TableRow] = []
    for row in table.rows:
        room -= row_height(canvas, table, row, width)
        if room < 0 and len(kept) >= least:
            break
        kept.append(row)
    return replace(table, rows=tuple(kept)), table.rows[len(kept) :]


def fitting(canvas: Canvas, bullets: Bullets, width: float, height: float, *, least_pt: float = 9.0) -> Bullets:
    """Return a list that fits into a height: smaller letters first, then fewer items."""
    size = bullets.size
    while size > least_pt and bullets_height(canvas, replace(bullets, size=size), width) > height:
        size -= 0.5
    items = list(bullets.items)
    while len(items) > 1 and bullets_height(canvas, replace(bullets, items=tuple(items), size=size), width) > height:
        items.pop()
    return replace(bullets, items=tuple(items), size=size)
