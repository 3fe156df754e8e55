"""The legend of a printed map: each layer's title and its signs, flowing into columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, Bbox

from geo.messages import DEFAULT_LANGUAGE, Language, Message, number, say
from layers.printed.fitting import shortened, wrapped
from layers.printed.fonts import REGULAR, SEMIBOLD, drawable, width
from layers.printed.lettering import line, points
from layers.printed.painting import sign
from layers.spec import LayerSpec, Style
from layers.tokens import INK, MUTED

if TYPE_CHECKING:
    from layers.printed.atlas import LegendGroup

TYPE_PX: Final = 12.0
LINE_PX: Final = 16.5  # from line to line of the legend
LEADING_PX: Final = 14.0  # and within one that is broken
SIGN_PX: Final = (26.0, 14.0)
ASIDE_PX: Final = 7.0  # between a sign and its words, and between words and their count
BEFORE_PX: Final = 7.0  # above the title of a layer
BETWEEN_PX: Final = (20.0, 44.0)  # between columns, at least and at most
NARROWEST_PX: Final = 150.0  # of a column whose words are broken
SIZES: Final = (1.0, 0.94, 0.88, 0.82, 0.76)  # tried one after another until all fits
MOST_LINES: Final = 3  # that the words of one sign take
MOST_COLUMNS: Final = 8
HAIR: Final = 0.01  # points, for sums of fractions


@dataclass(frozen=True)
class _Row:
    """A line of the legend, before it is known how wide its column is; lengths in points."""

    words: str
    count: str
    style: Style | None  # None for a title
    spec: LayerSpec | None
    group: int
    lines: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        return REGULAR if self.style is not None or self.spec is None else SEMIBOLD

    def indent(self, px: float) -> float:
        """Where its words begin."""
        return (SIGN_PX[0] + ASIDE_PX) * px if self.style is not None else 0.0

    def width(self, px: float) -> float:
        """How wide it is; a count stands behind the last line."""
        *whole, last = (width(each, TYPE_PX * px, self.weight) for each in self.lines or (self.words,))
        return self.indent(px) + max([*whole, last + self.aside(px)])

    def aside(self, px: float) -> float:
        """The room that its count takes."""
        return ASIDE_PX * px + width(self.count, TYPE_PX * px) if self.count else 0.0

    def height(self, px: float, *, is_first: bool) -> float:
        """How high it is; a title has room above it unless it begins a column."""
        above = BEFORE_PX * px if self.is_head and not is_first else 0.0
        return above + LINE_PX * px + LEADING_PX * px * (max(1, len(self.lines)) - 1)

    @property
    def is_head(self) -> bool:
        """Whether a layer begins here."""
        return self.lines_before == 0

    lines_before: int = 0


@dataclass(frozen=True)
class _Plan:
    columns: tuple[tuple[_Row, ...], ...]
    px: float
    widths: tuple[float, ...]
    height: float


def legend(
    figure: Figure,
    groups: Sequence[LegendGroup],
    lang: Language,
    *,
    box: Bbox,
    px: float,
    columns: int | None = None,
) -> Bbox:
    """Draw a legend from the upper left corner of a box on; return the part of the box that it takes.

    What does not fit is set smaller; what still does not is left out from the end, and counted.

    Parameters
    ----------
    box : Bbox
        Points from the lower left corner of the page.
    px : float
        Points per pixel of the screen.
    columns : int, optional
        How many; without it, as few as the box is high enough for.
    """
    plan = _fitting(_rows(groups, lang), lang, box, px, columns)
    across = sum(plan.widths)
    gaps = len(plan.widths) - 1
    gap = min(BETWEEN_PX[1] * plan.px, (box.width - across) / gaps) if gaps else 0.0
    used = Bbox.from_bounds(box.x0, box.y1 - plan.height, min(box.width, across + gap * gaps), plan.height)
    figure.add_artist(
        Rectangle((used.x0, used.y0), used.width, used.height, facecolor="none", edgecolor="none", linewidth=0,
                  transform=points(figure), gid="legend")
    )  # fmt: skip
    x = box.x0
    for column, wide in zip(plan.columns, plan.widths, strict=True):
        y = box.y1
        for n, row in enumerate(column):
            high = row.height(plan.px, is_first=not n)
            _draw(figure, row, x, y - high, plan.px)
            y -= high
        x += wide + gap
    return used


def height_needed(groups: Sequence[LegendGroup], width_pt: float, px: float) -> float:
    """Return how high a legend is, in points, when it flows into as many columns as a width has room for."""
    rows = _rows(groups, DEFAULT_LANGUAGE)
    plans = (_planned(rows, width_pt, px, columns) for columns in range(1, MOST_COLUMNS + 1))
    return min(plan.height for plan in plans if plan is not None)


def _rows(groups: Sequence[LegendGroup], lang: Language) -> list[_Row]:
    """Return the lines of a legend; a layer whose signs are all alike has one line."""
    out: list[_Row] = []
    for n, group in enumerate(groups):
        if not group.entries:
            out.append(_Row(drawable(group.title), "", group.spec.style, group.spec, n))
            continue
        headings = " · ".join(say(each.heading, lang) for each in group.spec.channels if each.heading is not None)
        out.append(_Row(drawable(group.title), drawable(headings), None, group.spec, n))
        out.extend(
            _Row(drawable(each.words), number(each.count, lang), each.style, group.spec, n, lines_before=order + 1)
            for order, each in enumerate(group.entries)
        )
    return out


def _fitting(rows: list[_Row], lang: Language, box: Bbox, px: float, columns: int | None) -> _Plan:
    """Return how a legend fits into a box: at the size asked for, or smaller, or else cut off."""
    tried = range(1, MOST_COLUMNS + 1) if columns is None else (columns,)
    for size in SIZES:
        for count in tried:
            plan = _planned(rows, box.width, px * size, count)
            if plan is not None and plan.height <= box.height + HAIR:
                return plan
    best: _Plan | None = None
    for kept in _fewer(rows, lang):
        plans = [_planned(kept, box.width, px * SIZES[-1], count) for count in tried]
        best = min((plan for plan in plans if plan is not None), key=lambda plan: plan.height, default=best)
        if best is not None and best.height <= box.height + HAIR:
            return best
    return best or _Plan(((),), px, (0.0,), 0.0)


def _fewer(rows: list[_Row], lang: Language) -> Iterator[list[_Row]]:
    """Yield a legend with ever fewer lines: the last of the longest layers go first, then whole layers from the end."""
    kept = list(rows)
    while kept:
        groups = [row.group for row in kept]
        longest = max(dict.fromkeys(groups), key=groups.count)
        chosen = longest if groups.count(longest) > 3 else groups[-1]
        drop = max(n for n, group in enumerate(groups) if group == chosen)
        del kept[drop]
        if kept and kept[-1].style is None and kept[-1].spec is not None:  # a title that nothing follows
            kept.pop()
        left_out = sum(row.style is not None for row in rows) - sum(row.style is not None for row in kept)
        words = say(Message("and {n} more", n=left_out), lang)
        yield [*kept, _Row(words, "", None, None, -1, lines_before=1)]


def _planned(rows: list[_Row], width_pt: float, px: float, count: int) -> _Plan | None:
    """Return a legend in so many columns, or None where the width has no room for them."""
    if not rows:
        return _Plan(((),), px, (0.0,), 0.0)
    gaps = BETWEEN_PX[0] * px * (count - 1)
    columns = _flowing(rows, px, count)
    widths = _widths(columns, px)
    if sum(widths) + gaps > width_pt + HAIR:  # too wide as it is: words are broken
        room = (width_pt - gaps) / count
        if room < NARROWEST_PX * px and count > 1:
            return None
        columns = _flowing([_broken(row, room, px) for row in rows], px, count)
        widths = _widths(columns, px)
    if len(columns) < count:
        return None
    height = max(_height(column, px) for column in columns)
    return _Plan(columns, px, widths, height)


def _widths(columns: Sequence[Sequence[_Row]], px: float) -> tuple[float, ...]:
    return tuple(max(row.width(px) for row in column) for column in columns)


def _broken(row: _Row, room: float, px: float) -> _Row:
    """Return a line of the legend with its words broken so that they fit a width."""
    if row.width(px) <= room:
        return row
    size, inner = TYPE_PX * px, room - row.indent(px)
    lines = wrapped(row.words, inner, size, row.weight)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], shortened(" ".join(lines[MOST_LINES - 1 :]), inner, size, row.weight)]
    count = row.count
    if count and width(lines[-1], size, row.weight) + row.aside(px) > inner:
        if row.style is None:
            count = ""  # what the values are of: the words say enough
        elif len(lines) < MOST_LINES:
            lines = [*wrapped(row.words, inner - row.aside(px), size, row.weight)][:MOST_LINES]
        if count and width(lines[-1], size, row.weight) + row.aside(px) > inner:
            lines[-1] = shortened(lines[-1], inner - row.aside(px), size, row.weight)
    return replace(row, lines=tuple(lines), count=count)


def _flowing(rows: list[_Row], px: float, count: int) -> tuple[tuple[_Row, ...], ...]:
    """Return lines in at most so many columns, the highest of them as low as can be."""
    if count == 1:
        return (tuple(rows),)
    low, high = 0.0, _height(rows, px)
    for _ in range(24):
        middle = (low + high) / 2
        if len(_filled(rows, px, middle)) <= count:
            high = middle
        else:
            low = middle
    return tuple(tuple(column) for column in _filled(rows, px, high + HAIR))


def _filled(rows: list[_Row], px: float, height: float) -> list[list[_Row]]:
    """Return lines in columns of a height; no column ends with a title."""
    columns: list[list[_Row]] = []
    y = height + 1
    for n, row in enumerate(rows):
        high = row.height(px, is_first=False)
        follower = rows[n + 1] if n + 1 < len(rows) else None
        tied = follower.height(px, is_first=False) if row.style is None and follower and follower.lines_before else 0.0
        if not columns or y + high + tied > height:
            columns.append([])
            y, high = 0.0, row.height(px, is_first=True)
        columns[-1].append(row)
        y += high
    return columns


def _height(column: Sequence[_Row], px: float) -> float:
    return sum(row.height(px, is_first=not n) for n, row in enumerate(column))


def _draw(figure: Figure, row: _Row, x: float, bottom: float, px: float) -> None:
    """Draw a line of the legend that ends at a height."""
    lines, size = row.lines or (row.words,), TYPE_PX * px
    wide, high = (side * px for side in SIGN_PX)
    first = bottom + LINE_PX * px / 2 + LEADING_PX * px * (len(lines) - 1)  # the middle of its first line
    if row.style is not None and row.spec is not None:
        place = Affine2D().translate(x, first - high / 2) + points(figure)
        symbol = str(row.style.get("shape") or row.spec.symbol)
        for artist in sign(row.style, symbol=symbol, width=wide, height=high, px=px):
            artist.set_transform(place)
            figure.add_artist(artist)
    start, y = x + row.indent(px), first - 0.33 * size
    for words in lines:
        colour = MUTED if row.spec is None else INK
        line(figure, words, (start, y), size, weight=row.weight, colour=colour, gid="legend-words")
        y -= LEADING_PX * px
    if row.count:
        end = start + width(lines[-1], size, row.weight) + ASIDE_PX * px
        line(figure, row.count, (end, y + LEADING_PX * px), size, colour=MUTED, gid="legend-count")
