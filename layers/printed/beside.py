"""Where the words of a printed chart stand: beside the ends of its lines, over no line, mark or other word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import shapely
from matplotlib.transforms import Bbox
from shapely.geometry.base import BaseGeometry

from layers.axes import Scale
from layers.printed.fonts import width

LINE: Final = 1.16  # height of a row of a label, over the size of its type
AWAY_PX: Final = 6.5  # between a figure and its label
CLEAR_PX: Final = 1.5  # that a label keeps off lines, marks and other labels
STEP_PX: Final = 2.5
FARTHEST_PX: Final = 70.0
ABOVE: Final = 9.0  # how much farther a label above or below seems than one at the right
LEFT: Final = 26.0  # and one at the left
OTHER_SIDE: Final = 40.0  # of a rule
CROSSED: Final = 30.0  # and one that a rule goes through


@dataclass(frozen=True)
class Word:
    """What is to stand beside a figure, or at a rule.

    Attributes
    ----------
    year, value : float
        The figure. A word without a value stands at the rule of its year, as high up as it can.
    rows : tuple of (str, float, int)
        Text, size in pixels and weight of each row.
    colour : str
    needed : bool
        Written wherever it falls if there is no free place; others are left out then.
    """

    year: float
    value: float | None
    rows: tuple[tuple[str, float, int], ...]
    colour: str
    needed: bool = False

    def width(self, px: float) -> float:
        """How wide it is, in points."""
        return max(width(text, size * px, weight) for text, size, weight in self.rows)

    def height(self, px: float) -> float:
        """How high it is, in points."""
        return sum(size * px * LINE for _, size, _ in self.rows)


@dataclass(frozen=True)
class Place:
    """A word and where it stands on the page, in points."""

    word: Word
    box: Bbox


@dataclass(frozen=True)
class Field:
    """The plot on its page: where it is, how far words may reach, and what it spans.

    Attributes
    ----------
    inner, outer : Bbox
        The plot, and the plot with the room for words at its right; points of the page.
    px : float
        Points in a pixel of the screen.
    """

    inner: Bbox
    outer: Bbox
    scale: Scale
    px: float

    def x(self, year: float) -> float:
        """Return where a year lies."""
        first, last = self.scale.years
        return float(self.inner.x0 + (year - first) / (last - first) * self.inner.width)

    def y(self, value: float) -> float:
        """Return how high a value lies."""
        low, high = self.scale.values
        return float(self.inner.y0 + (value - low) / (high - low) * self.inner.height)


def place(
    field: Field,
    words: Sequence[Word],
    strokes: Sequence[tuple[Sequence[tuple[float, float]], float]],
    marks: Sequence[tuple[float, float, float]],
    rules: Sequence[float],
) -> list[Place]:
    """Return where words stand, in the order given; those that find no room are left out.

    Parameters
    ----------
    words : sequence of Word
        The most needed first.
    strokes : sequence of (points, width)
        Lines as years and values, with their width in pixels.
    marks : sequence of (year, value, size)
        Size in pixels.
    rules : sequence of float
        Years at which a rule stands.
    """
    taken = _taken(field, strokes, marks)
    crossed = shapely.union_all(
        [shapely.LineString([(field.x(x), field.inner.y0), (field.x(x), field.inner.y1)]) for x in rules]
    )
    found: list[Place] = []
    for word in words:
        best: tuple[float, Bbox] | None = None
        for cost, box in _spots(field, word):
            shape = shapely.box(*box.extents)
            total = cost + (CROSSED if shape.intersects(crossed) and word.value is not None else 0)
            if (best is None or total < best[0]) and not any(shape.intersects(each) for each in taken):
                best = total, box
        if best is None and word.needed:
            best = next(_spots(field, word), None) or (0.0, _beyond(field, word))
        if best is not None:
            found.append(Place(word, best[1]))
            taken.append(shapely.box(*best[1].padded(CLEAR_PX * field.px).extents))
    return found


def _taken(
    field: Field,
    strokes: Sequence[tuple[Sequence[tuple[float, float]], float]],
    marks: Sequence[tuple[float, float, float]],
) -> list[BaseGeometry]:
    """Return what words keep off, in points of the page."""
    clear = CLEAR_PX * field.px
    shapes: list[BaseGeometry] = []
    for stroke, wide in strokes:
        line = [(field.x(year), field.y(value)) for year, value in stroke]
        shape = shapely.LineString(line) if len(line) > 1 else shapely.Point(line[0])
        shapes.append(shape.buffer(wide / 2 * field.px + clear, quad_segs=2))
    for year, value, size in marks:
        shapes.append(shapely.Point(field.x(year), field.y(value)).buffer(size / 2 * field.px + clear, quad_segs=2))
    union = shapely.union_all(shapes)
    shapely.prepare(union)
    return [union]


def _spots(field: Field, word: Word) -> Iterator[tuple[float, Bbox]]:
    """Give the places where a word might stand, each with how far it seems from what it speaks of."""
    px, wide, high = field.px, word.width(field.px), word.height(field.px)
    for cost, x, y in _beside(field, word, wide, high) if word.value is not None else _at_rule(field, word, wide, high):
        box = Bbox.from_bounds(x, y, wide, high)
        # A label at the highest figure may stand a little above the plot, where the unit leaves room.
        inside = field.outer.x0 <= x and box.x1 <= field.outer.x1 + 0.1 and field.outer.y0 + px <= y
        if inside and box.y1 <= field.outer.y1 + 3 * px:
            yield cost, box


def _beyond(field: Field, word: Word) -> Bbox:
    """Return where a word stands that no room was found for: right of its figure, pushed back into the plot."""
    wide, high = word.width(field.px), word.height(field.px)
    x = min(field.x(word.year) + AWAY_PX * field.px, field.outer.x1 - wide)
    return Bbox.from_bounds(x, max(field.y(word.value or 0.0) - high / 2, field.outer.y0), wide, high)


def _beside(field: Field, word: Word, wide: float, high: float) -> Iterator[tuple[float, float, float]]:
    x, y, px = field.x(word.year), field.y(word.value or 0.0), field.px
    away = AWAY_PX * px
    steps = [0.0, *(sign * n * STEP_PX for n in range(1, int(FARTHEST_PX / STEP_PX)) for sign in (1, -1))]
    for step in steps:
        yield abs(step), x + away, y - high / 2 + step * px
    for step in steps:
        yield LEFT + abs(step), x - away - wide, y - high / 2 + step * px
    for n in range(int(FARTHEST_PX / STEP_PX)):
        for side in (-wide / 2, -wide, 0.0):
            cost = ABOVE + n * STEP_PX + (0 if side == -wide / 2 else 4)
            yield cost, x + side, y + away * 0.8 + n * STEP_PX * px
            yield cost + 1, x + side, y - away * 0.8 - high - n * STEP_PX * px


def _at_rule(field: Field, word: Word, wide: float, high: float) -> Iterator[tuple[float, float, float]]:
    x, gap = field.x(word.year), 3 * field.px
    middle = (field.inner.x0 + field.inner.x1) / 2
    sides = [(0.0, x + gap), (OTHER_SIDE, x - gap - wide)]
    if x > middle:
        sides = [(0.0, x - gap - wide), (OTHER_SIDE, x + gap)]
    for n in range(int(field.inner.height / (STEP_PX * field.px))):
        for cost, left in sides:
            yield cost + n * STEP_PX, left, field.inner.y1 - high + 2 * field.px - n * STEP_PX * field.px
