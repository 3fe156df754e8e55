"""What changed as slides: a map with the counts beside it, then the list, table after table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Final

from geo.changes import Kind
from geo.messages import Language, Message, number, say
from geo.viewer import LOCAL, Viewer
from layers.briefing.changes import map as changes_map
from layers.briefing.changes.sheet import sourced
from layers.briefing.changes.words import SAID, Changes, Row, compared, heading, joined, rows, summary
from layers.briefing.pack import master
from layers.briefing.pack.contents import and_more, continued, extent_of, foot_of, in_full
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
    widened,
)
from layers.briefing.pack.slides_pptx import Slides
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import Told, shows, told
from layers.difference_map import SAID as SIGNS
from layers.printed import writing

KINDS: Final[tuple[tuple[Kind, Message], ...]] = (
    ("new", Message("New")),
    ("gone", Message("Gone")),
    ("revised", Message("Revised")),
)
MAP_SHARE: Final = 0.56  # of the slide: as on the other slides of a pack
SIGNS_PT: Final = 28.0
FEW_ROWS: Final = 3  # that always stand beside the map, whole
AMONG: Final = 6  # of each list, beside the counts
ROWS: Final = 34  # at most on a slide: more fit on none, and measuring them takes minutes
MOST_SLIDES: Final = 9  # of the list; the file of the list has all


def write(
    found: Changes, snapshot: Snapshot, path: Path, *, viewer: Viewer = LOCAL, template: Path | None = None
) -> Told:
    """Write what changed as a presentation; return the words of its first slide.

    Parameters
    ----------
    template : Path, optional
        An organisation's own, a .pptx file; the house's where there is none.

    Raises
    ------
    DataError
        If a file behind a layer or the template cannot be read, or the presentation cannot be written.
    """
    master.spared(template, path)
    deck = master.opened(template)
    lang = snapshot.view.lang
    words = told_of(found, snapshot, deck.canvas, viewer)
    title = snapshot.title or heading(found, lang)[0]
    with writing.staged(path) as partial:
        made = Slides(deck, lang=lang, viewer=viewer, title=title, about=words.marking)
        for slide in of_changes(found, snapshot, deck.canvas, viewer=viewer):
            made.add(slide)
        made.save(partial)
    return words


def told_of(found: Changes, snapshot: Snapshot, canvas: Canvas, viewer: Viewer) -> Told:
    """Return the words of the map of what changed, with the sources of what changed beside those of the map."""
    frame = extent_of(snapshot.view, _boxes(canvas)[0], snapshot)
    return sourced(told(snapshot, frame, viewer=viewer), found, viewer)


def of_changes(
    found: Changes, snapshot: Snapshot, canvas: Canvas, *, viewer: Viewer, most: int = MOST_SLIDES
) -> Iterator[Slide]:
    """Yield the slide with the map and the counts, then those with the list.

    Parameters
    ----------
    snapshot : Snapshot
        What lies below the signs, and how the slides are marked, dated and titled.
    most : int
        Slides of the list; the last one says how many rows it leaves out.
    """
    lang = snapshot.view.lang
    words = told_of(found, snapshot, canvas, viewer)
    title, subtitle = heading(found, lang)
    map_box, side = _boxes(canvas)
    by_row = groupby(rows(found, lang), key=lambda row: (row.key, row.kind, row.id))
    every = [list(cells) for _, cells in by_row]
    picture = MapPicture(snapshot, shows(snapshot.view), tuple(changes_map.spots(found)))
    first = Slide(
        title=snapshot.title or title,
        subtitle=snapshot.subtitle or subtitle,
        foot=foot_of(words, has_map=True),
        blocks=((map_box, picture), *_beside(found, every, side, canvas, lang)),
        notes=(shows(snapshot.view), compared(found, lang), words.precision, words.disclaimer,
               *in_full(words.all_sources, lang)),
    )  # fmt: skip
    yield first
    if len(every) <= FEW_ROWS and any(isinstance(block, Bullets) for _, block in first.blocks):
        return  # all of them stand beside the map
    listed = replace(first, foot=foot_of(words), blocks=(), notes=())
    made = list(continued(canvas, lang, listed, _list(every[: ROWS * most], lang), most=most))
    shown_rows = sum(len(block.rows) for slide in made for _, block in slide.blocks if isinstance(block, Table))
    for number_of, slide in enumerate(made, 1):
        left = len(every) - shown_rows if number_of == len(made) else 0
        yield replace(slide, blocks=tuple((box, _with_rest(block, left, lang)) for box, block in slide.blocks))


def _boxes(canvas: Canvas) -> tuple[Box, ...]:
    return canvas.area.columns(canvas.area.width * MAP_SHARE, 0, gap=20)


def _beside(
    found: Changes, every: Sequence[list[Row]], side: Box, canvas: Canvas, lang: Language
) -> tuple[tuple[Box, Block], ...]:
    """Return what stands beside the map: what the signs mean, the counts, and a few of each list."""
    signs_box, table_box = side.rows(SIGNS_PT, 0, gap=8)
    if found.are_none:
        nothing = say(Message("Nothing changed: what the map shows is as it was."), lang)
        return ((signs_box, Text(nothing, is_bold=True)), (table_box, Text(compared(found, lang), is_muted=True)))
    counts = widened(canvas, _counts(found, lang), table_box.width)
    shown, _ = cut(canvas, counts, table_box.width, table_box.height)
    top, rest = table_box.rows(table_height(canvas, shown, table_box.width), 0, gap=14)
    among = fitting(canvas, _among(every, lang), rest.width, rest.height)
    has_room = bool(among.items) and bullets_height(canvas, among, rest.width) <= rest.height
    return ((signs_box, Text(_signs(lang), is_muted=True)), (top, shown), *(((rest, among),) if has_room else ()))


def _with_rest(block: Block, rest: int, lang: Language) -> Block:
    return replace(block, more=and_more(rest, lang)) if rest and isinstance(block, Table) else block


def _signs(lang: Language) -> str:
    forms = ", ".join(say(each, lang) for each in SIGNS.values())
    forms = forms[:1].upper() + forms[1:]
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
