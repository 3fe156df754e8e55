"""What changed as slides that can be edited: a map with the counts beside it, then the list, table after table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Final

from geo.changes import Kind
from geo.messages import Language, Message, number, say
from geo.viewer import LOCAL, Viewer
from layers import tables
from layers.briefing.changes import map as changes_map
from layers.briefing.changes.sheet import sourced
from layers.briefing.changes.words import SAID, Changes, Row, compared, heading, joined, rows, summary
from layers.briefing.pack import master
from layers.briefing.pack.contents import Asked, and_more, continued, extent_of, foot_of, in_full
from layers.briefing.pack.settled import settle
from layers.briefing.pack.slides import (
    Block,
    Box,
    Bullets,
    Canvas,
    Column,
    MapPicture,
    Slide,
    Table,
    TableRow,
    Text,
    bullets_height,
    cut,
    fitting,
    table_height,
)
from layers.briefing.pack.slides_pptx import Slides
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import Told, code_of, told
from layers.difference_map import SAID as SIGNS
from layers.printed import writing

KINDS: Final[tuple[tuple[Kind, Message], ...]] = (
    ("new", Message("New")),
    ("gone", Message("Gone")),
    ("revised", Message("Revised")),
)
MAP_SHARE: Final = 0.56  # of the slide: as on the other slides of a pack
SIGNS_PT: Final = 28.0
AMONG: Final = 6  # of each list, beside the counts
MOST_ROWS: Final = 300  # more fit on no nine slides, and measuring them takes minutes
MOST_SLIDES: Final = 9  # of the list; the file of the list has all


def write(found: Changes, snapshot: Snapshot, path: Path, *, viewer: Viewer = LOCAL) -> Told:
    """Write what changed as a presentation; return the words of its first slide.

    Raises
    ------
    DataError
        If a file behind a layer cannot be read, or the presentation cannot be written.
    """
    view = snapshot.view
    deck = master.opened(None)
    title = snapshot.title or heading(found, view.lang)[0]
    asked = Asked(
        zones=found.zones, view=view, code=code_of(view), marking=found.marking, title=title, snapshot=snapshot,
        viewer=viewer, canvas=deck.canvas,
    )  # fmt: skip
    words = _words(asked, found)
    made = Slides(deck, lang=view.lang, viewer=viewer, title=title, about=words.marking)
    with writing.staged(path) as partial:
        raw = partial.with_name(f"{partial.name}.raw")
        try:
            for slide in _slides(asked, found, words):
                made.add(slide)
            made.save(raw)
            settle(raw, partial)
        finally:
            raw.unlink(missing_ok=True)
    return words


def _boxes(canvas: Canvas) -> tuple[Box, ...]:
    return canvas.area.columns(canvas.area.width * MAP_SHARE, 0, gap=20)


def _words(asked: Asked, found: Changes) -> Told:
    frame = extent_of(asked.view, _boxes(asked.canvas)[0], asked.snapshot)
    return sourced(told(asked.snapshot, frame, viewer=asked.viewer), found, asked.viewer)


def _slides(asked: Asked, found: Changes, words: Told) -> Iterator[Slide]:
    canvas, lang = asked.canvas, asked.lang
    map_box, side = _boxes(canvas)
    signs_box, table_box = side.rows(SIGNS_PT, 0, gap=8)
    spots = changes_map.spots(found)
    by_row = groupby(rows(found, lang), key=lambda row: (row.key, row.kind, row.id))
    every = [list(cells) for _, cells in by_row]
    notes = (tables.summary(asked.view), compared(found, lang), words.precision, words.disclaimer,
             *in_full(words.all_sources, lang))  # fmt: skip
    picture = MapPicture(asked.snapshot, tables.summary(asked.view), tuple(spots))
    if found.are_none:
        nothing = Text(say(Message("Nothing changed: what the map shows is as it was."), lang))
        beside: tuple[tuple[Box, Block], ...] = ((table_box, nothing),)
    else:
        shown, _ = cut(canvas, _counts(found, lang), table_box.width, table_box.height)
        high = table_height(canvas, shown, table_box.width)
        top, rest = table_box.rows(high, 0, gap=14)
        among = fitting(canvas, _among(every, lang), rest.width, rest.height)
        has_room = bool(among.items) and bullets_height(canvas, among, rest.width) <= rest.height
        beside = ((signs_box, Text(_signs(lang), is_muted=True)), (top, shown), *(((rest, among),) if has_room else ()))
    first = Slide(
        title=asked.title, subtitle=asked.snapshot.subtitle or heading(found, lang)[1],
        foot=foot_of(words, has_map=True), blocks=((map_box, picture), *beside), notes=notes,
    )  # fmt: skip
    yield first
    listed = Slide(title=asked.title, subtitle=first.subtitle, foot=foot_of(words))
    made = list(continued(asked, listed, _list(every[:MOST_ROWS], lang), most=MOST_SLIDES))
    shown_rows = sum(len(block.rows) for slide in made for _, block in slide.blocks if isinstance(block, Table))
    for number_of, slide in enumerate(made, 1):
        left = len(every) - shown_rows if number_of == len(made) else 0
        yield replace(slide, blocks=tuple((box, _with_rest(block, left, lang)) for box, block in slide.blocks))


def _with_rest(block: Block, rest: int, lang: Language) -> Block:
    return replace(block, more=and_more(rest, lang)) if rest and isinstance(block, Table) else block


def _signs(lang: Language) -> str:
    forms = ", ".join(say(each, lang) for each in SIGNS.values())
    larger = say(Message("A larger sign stands for several changes."), lang)
    return f"{forms}. {larger}"


def _among(every: Sequence[list[Row]], lang: Language) -> Bullets:
    """Return the first of each list, then the second of each, and so on."""
    lists: dict[str, list[str]] = {}
    for cells in every:
        if len(listed := lists.setdefault(cells[0].key, [])) < AMONG:
            listed.append(f"{cells[0].of}: {joined(cells, lang)}")
    turns = [listed[n] for n in range(AMONG) for listed in lists.values() if n < len(listed)]
    return Bullets(say(Message("Among them"), lang), tuple(turns[: 2 * AMONG]))


def _counts(found: Changes, lang: Language) -> Table:
    columns = (Column(say(Message("List"), lang), 0.52), *(Column(say(each, lang), 0.16, True) for _, each in KINDS))
    lines = tuple(
        TableRow((line.of, *(number(line.counts[kind], lang) if line.counts[kind] else "–" for kind, _ in KINDS)))
        for line in summary(found, lang)
    )
    return Table("", "", columns, lines)


def _list(every: Sequence[list[Row]], lang: Language) -> Table:
    """Return what changed, a line for each row."""
    columns = (Column(say(Message("Change"), lang), 0.1), Column(say(Message("List"), lang), 0.2),
               Column(say(Message("What changed"), lang), 0.7))  # fmt: skip
    lines = tuple(TableRow((say(SAID[cells[0].kind], lang), cells[0].of, joined(cells, lang))) for cells in every)
    return Table("", "", columns, lines)
