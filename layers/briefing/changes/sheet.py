"""What changed on a sheet: a map with a sign where something did, and the list beside it, as far as there is room.

All that a snapshot carries is on it too: sources, precision, borders, marking, date and code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from geo.changes import Kind
from geo.citations import published_by
from geo.errors import UnknownError
from geo.library import shelf
from geo.messages import Language, Message, say
from geo.sources import source
from geo.viewer import LOCAL, Viewer
from layers.briefing.changes import map as changes_map
from layers.briefing.changes.words import SAID, Changes, Row, count_of, heading, joined, rows, summary
from layers.briefing.marking import highest
from layers.briefing.picture import Composed
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import Told, first_named, in_full, leaving, told
from layers.printed import extent as extents
from layers.printed import foot, layout, legend_box, mapped, sheet
from layers.printed.atlas import LegendGroup
from layers.printed.fitting import Fitted, fitted, shortened
from layers.printed.fonts import REGULAR, SEMIBOLD, width
from layers.printed.layout import Layout, box
from layers.printed.lettering import LEADING, line, points
from layers.printed.sheet import Type, block
from layers.printed.templates import template
from layers.tokens import INK, MUTED

LIST_SHARE: Final = 0.46  # of the body of a sheet that has its list below the map
NAMED: Final = 4  # publishers that the foot names
HEAD: Final = 10.5  # units: size of the type of a list's name
ITEM: Final = 9.0  # and of its items
SIGN: Final = 7.0  # and how large a sign stands before one
INDENT: Final = 13.0
BETWEEN: Final = 5.0  # units above each list but the first
LINES: Final = 2  # of an item at most
MOST: Final = 40  # items of a list: more fit on no sheet
GAP: Final = 18.0  # units between two columns
NARROW: Final = 400.0  # units: a wider list stands in two columns


def compose(changes: Changes, snapshot: Snapshot, *, viewer: Viewer = LOCAL) -> Composed:
    """Return what changed on a sheet, ready to be written by ``layers.briefing.picture``.

    Parameters
    ----------
    snapshot : Snapshot
        Template, language, words, marking and date; its view lies below the signs, and is what the code opens.

    Raises
    ------
    DataError
        If there is no such sheet, TLP:RED is asked for, or a file behind a layer cannot be read.
    """
    asked, lang = template(snapshot.template), snapshot.view.lang
    scale = layout.scale(asked)
    allowed = leaving(snapshot.view, asked=highest([snapshot.marking, changes.marking]), viewer=viewer)
    title, subtitle = heading(changes, lang)
    asking = replace(snapshot, title=snapshot.title or title, subtitle=snapshot.subtitle or subtitle,
                     marking=allowed.marking)  # fmt: skip
    shape, listed = scale.width / scale.height, 0.0
    for _ in range(2):  # the words depend on what the map shows, and the map's shape on how much there is to say
        frame = extents.of_view(asking.view, shape=shape, screen_px=asking.screen_px)
        words = sourced(told(asking, frame, viewer=viewer), changes, viewer)
        head, below = sheet.headed(words.title, words.subtitle, scale), foot.planned(words, scale)
        placed = layout.laid_out(scale, head=head.height, foot=below.height, legend=listed, has_aside=False)
        if scale.form != "wide" and not listed:
            listed = LIST_SHARE * placed.map.height
            placed = layout.laid_out(scale, head=head.height, foot=below.height, legend=listed, has_aside=False)
        shape = placed.shape
    frame = extents.of_view(asking.view, shape=shape, screen_px=asking.screen_px)
    figure = sheet.blank(asked)
    sheet.heading(figure, head, placed.head)
    spots = changes_map.spots(changes)

    def over(axes: Axes) -> list[tuple[float, float, float]]:
        made = changes_map.signs(spots, frame, frame.width / placed.map.width * placed.px)
        return changes_map.draw(axes, made, px=placed.px)

    drawn = mapped.draw(figure, asking.view, allowed.layers, frame, placed, over=over)
    room = _legend(figure, drawn.legend, placed, lang)
    _list(figure, changes, room, placed.unit, lang, unplaced=_total(changes) - len(spots))
    foot.draw(figure, below, placed.foot)
    return Composed(figure, asked, words, drawn, frame)


def sourced(words: Told, changes: Changes, viewer: Viewer) -> Told:
    """Return the words of a sheet with the sources of what changed beside those of the map."""
    lang = words.lang
    counted: Counter[str] = Counter()
    for each in changes.shipped:
        counted.update(filter(None, (each.row.get("source_ids") or each.row.get("source_id") or "").split(";")))
    found, names = [], []
    for source_id, _ in counted.most_common():
        try:
            found.append(in_full(source(source_id), lang))
            names.append(published_by(source_id, lang))
        except UnknownError:  # of a row that is gone, with its source
            continue
    for layer in changes.own:
        about = shelf.layer(layer.key, viewer).about
        found.append(". ".join(filter(None, (about.publisher, about.source, about.url))))
        names.insert(0, about.publisher or about.source)
    names = list(dict.fromkeys(names))
    if not names:
        return words
    shown = first_named(names, lang, NAMED)
    added = say(Message("What changed: {publishers}", publishers=shown), lang)
    return replace(
        words,
        sources=f"{words.sources}; {added}",
        all_sources=tuple(dict.fromkeys([*words.all_sources, *found])),
    )


def _legend(figure: Figure, groups: Sequence[LegendGroup], placed: Layout, lang: Language) -> Bbox:
    """Draw the legend of the layers below the signs at the foot of the list's box; return what is left of the box."""
    where, px = placed.legend, placed.legend_px * 0.85
    needed = legend_box.height_needed(groups, where.width, px) if groups else 0.0
    if not groups or needed > 0.4 * where.height:
        return where
    legend_box.legend(figure, groups, lang, box=box(where.x0, where.y0, where.width, needed), px=px)
    return box(where.x0, where.y0 + needed + 8 * placed.unit, where.width, where.height - needed - 8 * placed.unit)


# --- the list -----------------------------------------------------------------------------------


@dataclass
class _Group:
    """One list: what it is called, how many of each kind, and its first items as they are set."""

    title: Fitted
    words: Fitted
    items: tuple[tuple[Kind, Fitted], ...]
    total: int
    shown: int = 0

    def height(self, unit: float) -> float:
        lines = sum(len(each.lines) * each.size for each in (self.title, self.words))
        items = sum(len(each.lines) * each.size for _, each in self.items[: self.shown])
        tail = ITEM * unit if 0 < self.shown < self.total else 0.0
        return (lines + items + tail) * LEADING + BETWEEN * unit


@dataclass
class _Columns:
    """Where lists go: from the top of a column down, then to the next."""

    boxes: tuple[Bbox, ...]
    unit: float

    def flow(self, groups: Sequence[_Group]) -> list[tuple[_Group, Bbox, float]] | None:
        """Return each list with its column and its upper edge; None if there is no room for all."""
        placed, at = [], 0
        top = self.boxes[0].y1
        for group in groups:
            while top - group.height(self.unit) < self.boxes[at].y0 - 0.01:
                at += 1
                if at == len(self.boxes):
                    return None
                top = self.boxes[at].y1
            placed.append((group, self.boxes[at], top))
            top -= group.height(self.unit)
        return placed


def _list(figure: Figure, changes: Changes, where: Bbox, unit: float, lang: Language, *, unplaced: int) -> None:
    """Set the counts with their signs, then the lists, each with as many items as there is room for."""
    top = _key(figure, changes, where, unit, lang, unplaced=unplaced)
    room = box(where.x0, where.y0, where.width, top - where.y0)
    if changes.are_none:
        text = say(Message("Nothing changed: what the map shows is as it was."), lang)
        words = fitted(text, room.width, size=HEAD * unit, least=HEAD * unit, lines=4)
        block(figure, words.lines, (room.x0, room.y1), Type(words.size, colour=MUTED), gid="nothing")
        return
    count = 2 if room.width > NARROW * unit else 1
    across = (room.width - (count - 1) * GAP * unit) / count
    columns = _Columns(
        tuple(box(room.x0 + n * (across + GAP * unit), room.y0, across, room.height) for n in range(count)), unit
    )
    groups = _groups(changes, across, unit, lang)
    dropped = 0
    while columns.flow(groups) is None and groups:
        groups, dropped = groups[:-1], dropped + 1
    _filled(columns, groups)
    for n, (group, column, y) in enumerate(columns.flow(groups) or []):
        _set(figure, group, column, y, unit, lang, gid=f"list-{n + 1}")
    if dropped:
        more = say(Message("and {n} more list", "and {n} more lists", n=dropped), lang)
        line(figure, more, (where.x0, where.y0 + 2 * unit), ITEM * unit, colour=MUTED, gid="more")


def _filled(columns: _Columns, groups: Sequence[_Group]) -> None:
    """Let the lists show one more item each in turn, as long as there is room."""
    is_growing = True
    while is_growing:
        is_growing = False
        for group in groups:
            if group.shown < len(group.items):
                group.shown += 1
                if columns.flow(groups) is None:
                    group.shown -= 1
                else:
                    is_growing = True


def _groups(changes: Changes, across: float, unit: float, lang: Language) -> list[_Group]:
    words = {each.key: each for each in summary(changes, lang)}
    groups = []
    for key, every in groupby(rows(changes, lang), key=lambda row: row.key):
        listed = [list(cells) for _, cells in groupby(every, key=lambda row: (row.kind, row.id))]
        items = tuple(
            (cells[0].kind, fitted(joined(cells, lang), across - INDENT * unit, size=ITEM * unit, least=ITEM * unit,
                              lines=LINES))
            for cells in _most_telling(listed)
        )  # fmt: skip
        groups.append(
            _Group(
                title=fitted(words[key].of, across, size=HEAD * unit, least=HEAD * unit * 0.8, weight=SEMIBOLD),
                words=fitted(words[key].words, across, size=ITEM * unit, least=ITEM * unit * 0.8, lines=LINES),
                items=items,
                total=len(listed),
            )
        )
    return groups


def _most_telling(listed: Sequence[list[Row]]) -> list[list[Row]]:
    """Return the first rows of a list, those of each kind in turn: what is gone is not hidden behind what is new."""
    by_kind = [[cells for cells in listed if cells[0].kind == kind][:MOST] for kind in SAID]
    turns = [cells for n in range(MOST) for rows_of in by_kind for cells in rows_of[n : n + 1]]
    return turns[:MOST]


def _total(changes: Changes) -> int:
    return sum(changes.count(kind) for kind in SAID)


def _key(figure: Figure, changes: Changes, where: Bbox, unit: float, lang: Language, *, unplaced: int) -> float:
    """Set what the signs mean, with how many there are of each; return where the list begins.

    Parameters
    ----------
    unplaced : int
        How many changes no sign stands for: what changed of a source lies nowhere.
    """
    x, size = where.x0, HEAD * unit
    y = where.y1 - size
    for kind in SAID:
        n = changes.count(kind)
        if not n:
            continue
        figure.add_artist(_sign(figure, kind, x + SIGN * unit / 2, y + size * 0.33, SIGN * 1.25 * unit))
        text = count_of(kind, n, lang)
        line(figure, text, (x + INDENT * unit, y), size, weight=SEMIBOLD, gid=f"key-{kind}")
        x += (INDENT + 16) * unit + width(text, size, SEMIBOLD)
    notes = [Message("A larger sign stands for several changes.")] if _total(changes) > unplaced else []
    if unplaced > 0:
        lost = Message("{n} has no place on the map.", "{n} have no place on the map.", n=unplaced)
        notes.append(lost)
    if not _total(changes):
        return float(y + size)
    words = " ".join(say(each, lang) for each in notes)
    small = fitted(words, where.width, size=ITEM * unit * 0.9, least=ITEM * unit * 0.7, lines=2)
    return block(figure, small.lines, (where.x0, y - size * 0.45), Type(small.size, colour=MUTED), gid="key-note")


def _sign(figure: Figure, kind: Kind, x: float, y: float, size: float) -> Line2D:
    made = changes_map.sign_of(kind, x, y, size)
    made.set_transform(points(figure))
    made.set_zorder(2)
    return made


def _set(figure: Figure, group: _Group, column: Bbox, top: float, unit: float, lang: Language, *, gid: str) -> None:
    y = top - BETWEEN * unit
    y = block(figure, group.title.lines, (column.x0, y), Type(group.title.size, SEMIBOLD), gid=gid)
    y = block(figure, group.words.lines, (column.x0, y), Type(group.words.size, REGULAR, MUTED), gid=f"{gid}-words")
    for n, (kind, item) in enumerate(group.items[: group.shown]):
        middle = y - item.size * LEADING / 2
        figure.add_artist(_sign(figure, kind, column.x0 + SIGN * unit / 2, middle, SIGN * unit))
        at = (column.x0 + INDENT * unit, y)
        y = block(figure, item.lines, at, Type(item.size, REGULAR, INK), gid=f"{gid}-item-{n + 1}")
    if 0 < group.shown < group.total:
        rest = say(Message("and {n} more", "and {n} more", n=group.total - group.shown), lang)
        words = shortened(rest, column.width - INDENT * unit, ITEM * unit)
        block(figure, [words], (column.x0 + INDENT * unit, y), Type(ITEM * unit, REGULAR, MUTED), gid=f"{gid}-more")
