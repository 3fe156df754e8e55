"""The lists of a zone on slides, in two columns: who is named there, and its corridors, crossings and mining sites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Final

from geo.messages import Language, Message, say
from geo.sources import sources_of
from layers import profile
from layers.briefing import told
from layers.briefing.pack.contents import Asked, and_more, foot_of, in_full, publishers, section_title
from layers.briefing.pack.slides import (
    HEAD_PT,
    TEXT_PT,
    Block,
    Box,
    Canvas,
    Column,
    Slide,
    Table,
    TableRow,
    Text,
    cut,
    holds_words,
    table_height,
    widened,
)  # fmt: skip
from layers.chart_frame import capital
from layers.profile_lists import Listing, listing

LEFT: Final = 0.53  # of the width: corridors say more than crossings
COLUMN_GAP: Final = 24.0
GAP: Final = 16.0  # between two lists
TITLE_PT: Final = 24.0  # of the height: the title of an empty list
# How lists are set, the most readable first: the size of their letters, and whether a line about each row is there.
LOOKS: Final = (
    (12.0, True), (11.5, True), (11.0, True), (10.5, True), (10.0, True), (11.0, False), (10.5, False),
    (10.0, False), (9.5, False), (9.0, False), (8.5, False), (8.0, False),
)  # fmt: skip
SMALLEST_OF_ALL: Final = 9.0  # of four lists on one slide; two slides are better than smaller letters
CELLS: Final[Mapping[str, Sequence[tuple[int, float]]]] = {  # which of a list's cells, and their shares of the width
    "groups": ((0, 0.21), (1, 0.16), (2, 0.12), (4, 0.19)),
    "corridors": ((0, 0.16), (1, 0.15), (3, 0.13), (5, 0.19)),
    "crossings": ((0, 0.27), (1, 0.20), (3, 0.19)),
    "sites": ((0, 0.12), (1, 0.17), (2, 0.20), (4, 0.19)),
    "mechanisms": ((0, 0.14), (1, 0.09), (2, 0.25), (3, 0.20)),
    "instruments": ((0, 0.14), (1, 0.09), (2, 0.25), (3, 0.20)),
}
TITLES: Final[Mapping[tuple[str, ...], Message]] = {
    ("groups", "corridors", "crossings"): Message("groups, corridors and crossings"),
    ("groups", "corridors", "crossings", "sites"): Message("groups, corridors, crossings and mining sites"),
    ("groups", "corridors"): Message("groups and corridors"),
    ("crossings", "sites"): Message("crossings and mining sites"),
    ("crossings",): Message("crossings"),
}

Placed = tuple[tuple[Box, Block], ...]


@dataclass(frozen=True)
class _Column:
    """Lists one below the other, as they are set, and how high they stand together."""

    tables: tuple[Table, ...]
    heights: tuple[float, ...]

    @property
    def height(self) -> float:
        return sum(self.heights) + GAP * max(len(self.heights) - 1, 0)


def lists_of(asked: Asked, zone_id: str, words: told.Told) -> Iterator[Slide]:
    """Yield who is named in a zone and what crosses it: on one slide where there is room, else on two."""
    keys = ("groups", "corridors", "crossings", "sites")
    found = {key: one for key in keys if (one := listing(key, zone_id, asked.lang)).rows or key != "sites"}
    placed = arranged(asked.canvas, tuple(found.values()), least=SMALLEST_OF_ALL)
    if placed is not None:
        yield _slide(asked, zone_id, words, found, placed)
        return
    halves: tuple[tuple[str, ...], ...] = (("groups", "corridors"), ("crossings", "sites"))
    for part in halves:
        here = {key: found[key] for key in part if key in found}
        both = tuple(here.values())
        yield _slide(asked, zone_id, words, here, arranged(asked.canvas, both) or _cut(asked, both))


def _slide(asked: Asked, zone_id: str, words: told.Told, found: Mapping[str, Listing], placed: Placed) -> Slide:
    lang = asked.lang
    cited = profile.cited(zone_id)
    ids = list(dict.fromkeys(each for key in found for each in cited.get(key, ())))
    about = found["corridors"].about if "corridors" in found else found["crossings"].about
    return Slide(
        title=section_title(zone_id, TITLES[tuple(found)], lang),
        subtitle=with_grey(about, found.values(), lang),
        foot=foot_of(words, sources=publishers(ids, lang) or "–"),
        blocks=placed,
        notes=(
            *(note for one in found.values() for note in row_notes(one)),
            *in_full((told.in_full(each, lang) for each in sources_of(ids)), lang),
        ),
    )


def arranged(canvas: Canvas, lists: Sequence[Listing], *, least: float = 0.0) -> Placed | None:
    """Return lists in one or two columns, in the most readable way that has room; None where none has.

    Of all ways to share them out the one with the lowest columns is taken; within a column they keep their order.

    Parameters
    ----------
    least : float
        Of the letters, in points.
    """
    boxes = _boxes(canvas, len(lists))
    for size, has_about in LOOKS:
        if size < least:
            continue
        columns = _lowest(canvas, lists, boxes, size, has_about=has_about)
        is_last = (size, has_about) == LOOKS[-1]
        fits = all(each.height <= box.height for each, box in zip(columns, boxes, strict=True))
        tables = [(table, box) for each, box in zip(columns, boxes, strict=True) for table in each.tables]
        if fits and (is_last or all(holds_words(canvas, table, box.width) for table, box in tables)):
            return tuple(place for each, box in zip(columns, boxes, strict=True) for place in _stacked(each, box))
    return None


def _boxes(canvas: Canvas, n: int) -> tuple[Box, ...]:
    if n == 1:
        return (canvas.area,)
    return canvas.area.columns(canvas.area.width * LEFT, 0, gap=COLUMN_GAP)


def _lowest(
    canvas: Canvas, lists: Sequence[Listing], boxes: Sequence[Box], size: float, *, has_about: bool
) -> list[_Column]:
    @cache
    def table(order: int, side: int) -> tuple[Table, float]:
        made = table_of(lists[order], size, has_about=has_about)
        made = widened(canvas, made, boxes[side].width) if made.rows else made
        return made, _height(canvas, made, boxes[side].width)

    def column(side: int, sides: tuple[int, ...]) -> _Column:
        here = [table(order, side) for order, chosen in enumerate(sides) if chosen == side]
        return _Column(tuple(each for each, _ in here), tuple(high for _, high in here))

    # The first list opens the first column, and no column stays empty.
    every = product(range(len(boxes)), repeat=len(lists))
    ways = [each for each in every if each[0] == 0 and max(each) == len(boxes) - 1]
    made = ([column(side, sides) for side in range(len(boxes))] for sides in ways)
    return min(made, key=lambda columns: max(each.height for each in columns))


def _height(canvas: Canvas, table: Table, width: float) -> float:
    """Return the height of a list; of one without rows, that of its title and what is said instead."""
    if table.rows:
        return table_height(canvas, table, width)
    return TITLE_PT + canvas.height_of(table.more, width, TEXT_PT)


def _stacked(column: _Column, box: Box) -> Iterator[tuple[Box, Block]]:
    """Yield the lists of a column from its top on."""
    y = box.y
    for table, high in zip(column.tables, column.heights, strict=True):
        at = Box(box.x, y, box.width, high)
        yield from ((at, table),) if table.rows else nothing(at, table)
        y = at.bottom + GAP


def _cut(asked: Asked, lists: Sequence[Listing]) -> Placed:
    """Return lists side by side in the smallest letters, with as many rows as there is room for."""
    canvas = asked.canvas
    placed: list[tuple[Box, Block]] = []
    for found, box in zip(lists, _boxes(canvas, len(lists)), strict=True):
        placed += cut_to(asked, table_of(found, LOOKS[-1][0], has_about=False), box)
    return tuple(placed)


def cut_to(asked: Asked, table: Table, box: Box) -> Iterator[tuple[Box, Block]]:
    """Yield a table with as many rows as a box holds, and how many more there are; a sentence where there are none."""
    if not table.rows:
        yield from nothing(box, table)
        return
    shown, others = cut(asked.canvas, table, box.width, box.height)
    yield box, replace(shown, more=and_more(len(others), asked.lang)) if others else shown


def nothing(box: Box, table: Table) -> Iterator[tuple[Box, Block]]:
    """Yield the title of an empty list and what is said instead of its rows."""
    top, rest = box.rows(TITLE_PT, 0)
    yield top, Text(table.title, HEAD_PT, is_bold=True)
    yield rest, Text(table.more, TEXT_PT, is_muted=True)


def table_of(found: Listing, size: float, *, has_about: bool) -> Table:
    """Return a list as a table, with those of its columns that a slide has room for.

    Of one without rows ``more`` is what is said instead.
    """
    kept = CELLS[found.key]
    first = 1 - sum(share for _, share in kept)
    columns = (
        Column(found.headings[0].text, first),
        *(Column(found.headings[order + 1].text, share, found.headings[order + 1].kind == "number")
          for order, share in kept),
    )  # fmt: skip
    rows = tuple(
        TableRow((row.name, *(capital(row.cells[order]) for order, _ in kept)),
                 row.about if has_about else "", row.is_weak)
        for row in found.rows
    )  # fmt: skip
    return Table(found.title, "", columns, rows, more="" if rows else found.empty, size=size)


def with_grey(about: str, lists: Iterable[Listing], lang: Language) -> str:
    """Return a line about lists, and what grey means where some of their rows are grey."""
    if not any(row.is_weak for found in lists for row in found.rows):
        return about
    return f"{about} {say(Message('Grey: weak or unverified evidence.'), lang)}"


def row_notes(found: Listing) -> Iterator[str]:
    """Yield a list for the notes: its title, then a line for each row with all that is known of it."""
    yield found.title
    if not found.rows:
        yield found.empty
    for row in found.rows:
        cells = ", ".join(cell for cell in row.cells if cell != "–")
        yield f"{row.name}: {cells}. {row.about}".rstrip()
