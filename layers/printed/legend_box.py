"""The legend of a printed map: each layer's title and its signs, flowing into columns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, Bbox

from geo.messages import DEFAULT_LANGUAGE, Language, Message, number, say
from layers.legend import Entry
from layers.printed.compared import Both
from layers.printed.fitting import shortened, wrapped
from layers.printed.fonts import REGULAR, SEMIBOLD, drawable, width
from layers.printed.lettering import line, points
from layers.printed.painting import sign
from layers.printed.seen import ARROW, LegendGroup
from layers.spec import LayerSpec, Style
from layers.tokens import INK, MUTED

TYPE_PX: Final = 12.0
LINE_PX: Final = 16.5  # from line to line of the legend
LEADING_PX: Final = 14.0  # and within one that is broken
SIGN_PX: Final = (26.0, 14.0)
ASIDE_PX: Final = 7.0  # between a sign and its words, and between words and their count
BEFORE_PX: Final = 7.0  # above a layer
BETWEEN_PX: Final = (20.0, 44.0)  # between columns, at least and at most
NARROWEST_PX: Final = 150.0  # of a column whose words are broken
SIZES: Final = (1.0, 0.94, 0.88, 0.82, 0.76)  # tried one after another until all fits
MOST_LINES: Final = 3  # that the words of one sign take
MOST_COLUMNS: Final = 8
PARTED: Final = 1.6  # lines by which a legend may be higher so that one layer less goes on in the next column
TOGETHER: Final = 3  # signs of a layer that are not parted from its title, or left to the next column
STEPS: Final = 16  # of halving the height that columns may have
HAIR: Final = 0.01  # points, for sums of fractions


@dataclass(frozen=True)
class _Row:
    """A line of the legend: a title without sign, a sign with its words, or words alone; lengths in points."""

    words: str
    count: str = ""
    style: Style | None = None
    spec: LayerSpec | None = None
    has_room_above: bool = False
    is_again: bool = False  # the title of a layer that goes on in this column
    lines: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        return SEMIBOLD if self.style is None and self.spec is not None else REGULAR

    def indent(self, px: float) -> float:
        """Where its words begin."""
        return (SIGN_PX[0] + ASIDE_PX) * px if self.style is not None else 0.0

    def aside(self, px: float) -> float:
        """The room that its count takes."""
        return ASIDE_PX * px + width(self.count, TYPE_PX * px) if self.count else 0.0

    def width(self, px: float) -> float:
        """How wide it is; a count stands behind the last line."""
        *whole, last = (width(each, TYPE_PX * px, self.weight) for each in self.lines or (self.words,))
        return self.indent(px) + max([*whole, last + self.aside(px)])

    def height(self, px: float, *, is_first: bool) -> float:
        """How high it is; nothing has room above it at the top of a column."""
        above = BEFORE_PX if self.has_room_above and not is_first else 0.0
        return (above + LINE_PX + LEADING_PX * (max(1, len(self.lines)) - 1)) * px


Group = list[_Row]  # what belongs to one layer


@dataclass(frozen=True)
class _Plan:
    columns: tuple[Group, ...]
    px: float
    widths: tuple[float, ...]
    height: float
    parted: int  # how often a layer goes on in the next column

    @property
    def cost(self) -> float:
        """How bad it is, in points of height."""
        return self.height + PARTED * LINE_PX * self.px * self.parted


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
    across, gaps = sum(plan.widths), len(plan.widths) - 1
    gap = min(BETWEEN_PX[1] * plan.px, (box.width - across) / gaps) if gaps else 0.0
    used = Bbox.from_bounds(box.x0, box.y1 - plan.height, across + gap * gaps, plan.height)
    figure.add_artist(
        Rectangle((used.x0, used.y0), used.width, used.height, facecolor="none", edgecolor="none", linewidth=0,
                  transform=points(figure), gid="legend")
    )  # fmt: skip
    x = box.x0
    for column, wide in zip(plan.columns, plan.widths, strict=True):
        y = box.y1
        for n, row in enumerate(column):
            y -= row.height(plan.px, is_first=not n)
            _draw(figure, row, x, y, plan.px)
        x += wide + gap
    return used


def height_needed(groups: Sequence[LegendGroup], width_pt: float, px: float) -> float:
    """Return how high a legend is, in points, when it flows into as many columns as a width has room for."""
    rows = _rows(groups, DEFAULT_LANGUAGE)
    plans = (_planned(rows, "", width_pt, px, columns) for columns in range(1, MOST_COLUMNS + 1))
    return min((plan for plan in plans if plan is not None), key=lambda plan: plan.cost).height


def _rows(groups: Sequence[LegendGroup], lang: Language) -> list[Group]:
    """Return the lines of a legend, layer by layer; a layer with one sign of its name has one line."""
    out: list[Group] = []
    for group in groups:
        title, entries = drawable(group.title), group.entries
        if len(entries) == 1 and entries[0].words == group.title:
            made = [_Row(title, _counted(entries[0], lang), entries[0].style, group.spec)]
        elif not entries:
            made = [_Row(title, "", group.spec.style, group.spec)]
        else:
            made = [_Row(title, "", None, group.spec)]
            made += [_Row(drawable(one.words), _counted(one, lang), one.style, group.spec) for one in entries]
        is_apart = bool(out) and (len(made) > 1 or len(out[-1]) > 1)
        out.append([replace(made[0], has_room_above=is_apart), *made[1:]])
    return out


def _counted(entry: Entry, lang: Language) -> str:
    """Return how many features carry a sign; where two maps differ in that, on either."""
    counts = (entry.count, entry.second) if isinstance(entry, Both) else (entry.count,)
    return ARROW.join(number(each, lang) for each in dict.fromkeys(counts))


def _fitting(groups: list[Group], lang: Language, box: Bbox, px: float, columns: int | None) -> _Plan:
    """Return how a legend fits into a box: at the size asked for, or smaller, or else cut off."""
    again = say(Message("continued"), lang)
    tried = range(1, MOST_COLUMNS + 1) if columns is None else range(columns, columns + 1)
    for size in SIZES:
        plans = [_planned(groups, again, box.width, px * size, count) for count in tried]
        fitting = [plan for plan in plans if plan is not None and plan.height <= box.height + HAIR]
        if fitting:
            return min(fitting, key=lambda plan: plan.parted)  # the first of equals has the fewest columns

    def smallest(kept: list[Group]) -> _Plan:
        plans = (_planned(kept, again, box.width, px * SIZES[-1], count) for count in tried)
        return min((plan for plan in plans if plan is not None), key=lambda plan: plan.height)

    shorter = list(_fewer(groups, lang))
    fits = bisect_left(shorter, True, key=lambda kept: smallest(kept).height <= box.height + HAIR)
    return smallest(shorter[min(fits, len(shorter) - 1)])


def _fewer(groups: list[Group], lang: Language) -> Iterator[list[Group]]:
    """Yield a legend with ever fewer lines: the last of the longest layers go first, then whole layers from the end."""
    kept = [list(group) for group in groups]
    left_out = 0
    while kept:
        longest = max(kept, key=len)
        if len(longest) > 1 + TOGETHER:
            longest.pop()
            left_out += 1
        else:
            left_out += sum(row.style is not None for row in kept.pop())
        yield [*map(list, kept), [_Row(say(Message("and {n} more", n=left_out), lang))]]


def _planned(groups: list[Group], again: str, width_pt: float, px: float, count: int) -> _Plan | None:
    """Return a legend in so many columns, or None where the width has no room for them."""
    gaps = BETWEEN_PX[0] * px * (count - 1)
    columns = _flowing(groups, again, px, count)
    widths = _widths(columns, px)
    if sum(widths) + gaps > width_pt + HAIR:  # too wide as it is: words are broken
        room = (width_pt - gaps) / count
        if room < NARROWEST_PX * px and count > 1:
            return None
        broken = [[_broken(row, room, px) for row in group] for group in groups]
        columns = [[_broken(row, room, px) for row in column] for column in _flowing(broken, again, px, count)]
        widths = _widths(columns, px)
    if len(columns) < count and count > 1:
        return None
    return _Plan(tuple(columns), px, widths, _highest(columns, px), _continued(columns))


def _widths(columns: Sequence[Group], px: float) -> tuple[float, ...]:
    return tuple(max((row.width(px) for row in column), default=0.0) for column in columns)


def _broken(row: _Row, room: float, px: float) -> _Row:
    """Return a line of the legend with its words broken so that they fit a width."""
    if row.width(px) <= room + HAIR:
        return row
    size, inner = TYPE_PX * px, room - row.indent(px)
    lines = wrapped(row.words, inner, size, row.weight)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], shortened(" ".join(lines[MOST_LINES - 1 :]), inner, size, row.weight)]
    if width(lines[-1], size, row.weight) + row.aside(px) > inner:
        if row.style is None:
            row = replace(row, count="")  # what the values are of: the words say enough
        elif len(lines) < MOST_LINES:
            lines = wrapped(row.words, inner - row.aside(px), size, row.weight)[:MOST_LINES]
        lines[-1] = shortened(lines[-1], inner - row.aside(px), size, row.weight)
    return replace(row, lines=tuple(lines))


def _flowing(groups: list[Group], again: str, px: float, count: int) -> list[Group]:
    """Return lines in at most so many columns, as low as can be, and with layers whole if that costs little height."""
    if count == 1:
        return [[row for group in groups for row in group]] if groups else []
    whole, parted = (_lowest(groups, again, px, count, is_whole=is_whole) for is_whole in (True, False))
    more = _continued(parted) - _continued(whole)
    return whole if _highest(whole, px) <= _highest(parted, px) + more * PARTED * LINE_PX * px else parted


def _continued(columns: list[Group]) -> int:
    """Return how many columns begin with a layer that goes on."""
    return sum(bool(column) and column[0].is_again for column in columns)


def _highest(columns: list[Group], px: float) -> float:
    return max((_height(column, px) for column in columns), default=0.0)


def _lowest(groups: list[Group], again: str, px: float, count: int, *, is_whole: bool) -> list[Group]:
    low, high = 0.0, sum(_height(group, px) for group in groups) + BEFORE_PX * px * len(groups)
    best = [[row for group in groups for row in group]]
    for _ in range(STEPS):
        middle = (low + high) / 2
        columns = _filled(groups, again, px, middle, is_whole=is_whole)
        if columns is not None and len(columns) <= count:
            high, best = middle, columns
        else:
            low = middle
    return best


def _filled(groups: list[Group], again: str, px: float, height: float, *, is_whole: bool) -> list[Group] | None:
    """Return lines in columns of a height, or None where that is too low.

    A layer that goes on in the next column has its title there again.
    """
    columns: list[Group] = [[]]
    left = height
    for group in groups:
        rest = group
        while rest:
            is_first = not columns[-1]
            ends = list(accumulate(row.height(px, is_first=is_first and not n) for n, row in enumerate(rest)))
            take = sum(end <= left + HAIR for end in ends)
            if take < len(rest):
                take = 0 if is_whole else min(take, len(rest) - TOGETHER)
                if is_first and take < 1 + TOGETHER:
                    return None
                if take < 1 + TOGETHER:
                    columns.append([])
                    left = height
                    continue
            columns[-1].extend(rest[:take])
            left -= ends[take - 1]
            rest = rest[take:]
            if rest:
                rest = [replace(group[0], count=again, is_again=True), *rest]
                columns.append([])
                left = height
    return columns


def _height(column: Sequence[_Row], px: float) -> float:
    return sum(row.height(px, is_first=not n) for n, row in enumerate(column))


def _draw(figure: Figure, row: _Row, x: float, bottom: float, px: float) -> None:
    """Draw a line of the legend above a height."""
    lines, size = row.lines or (row.words,), TYPE_PX * px
    wide, high = (side * px for side in SIGN_PX)
    first = bottom + LINE_PX * px / 2 + LEADING_PX * px * (len(lines) - 1)  # the middle of its first line
    if row.style is not None and row.spec is not None:
        place = Affine2D().translate(x, first - high / 2) + points(figure)
        symbol = str(row.style.get("shape") or row.spec.symbol)
        for artist in sign(row.style, symbol=symbol, width=wide, height=high, px=px):
            artist.set_transform(place)
            figure.add_artist(artist)
    start, y = x + row.indent(px), first - 0.33 * size  # half as high as a capital
    for words in lines:
        colour = MUTED if row.spec is None else INK
        line(figure, words, (start, y), size, weight=row.weight, colour=colour, gid="legend-words")
        y -= LEADING_PX * px
    if row.count:
        end = start + width(lines[-1], size, row.weight) + ASIDE_PX * px
        line(figure, row.count, (end, y + LEADING_PX * px), size, colour=MUTED, gid="legend-count")
