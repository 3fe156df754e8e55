"""Key figures in boxes on a printed page: the number, what it counts, and what else to know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.transforms import Bbox

from layers.printed.fitting import Fitted, fitted
from layers.printed.fonts import REGULAR, SEMIBOLD
from layers.printed.lettering import LEADING, lines, points
from layers.profile import Figure as KeyFigure
from layers.tokens import ACCENT, INK, MUTED, PANEL

VALUE_PX: Final = 23.0
WORDS_PX: Final = 11.5
LEAST: Final = 0.8  # how far words may shrink
WORD_ROWS: Final = 4
PAD_PX: Final = 9.0
GAP_PX: Final = 9.0
NARROWEST_PX: Final = 112.0  # of a box
CORNER_PX: Final = 5.0


@dataclass(frozen=True)
class _Box:
    value: Fitted
    words: Fitted
    more: Fitted


def draw(figure: Figure, figures: Sequence[KeyFigure], *, box: Bbox, px: float) -> Bbox:
    """Draw key figures side by side from the top of a box on, in rows if need be; return what they take up.

    Parameters
    ----------
    figures : sequence of layers.profile.Figure
    box : Bbox
        Points from the lower left corner of the page. What is too low for it reaches below.
    px : float
        Points that a pixel of the screen is as wide as.
    """
    grid = _grid(figures, box.width, px)
    top = box.y1
    for at, row in enumerate(grid.rows):
        high, left = _height(row, px), box.x0
        for order, (each, wide) in enumerate(zip(row, grid.widths, strict=False)):
            where = Bbox.from_bounds(left, top - high, wide, high)
            _draw(figure, each, where, _words_high(row), px, at * len(grid.widths) + order)
            left += wide + GAP_PX * px
        top -= high + GAP_PX * px
    return Bbox.from_extents(box.x0, min(top + GAP_PX * px, box.y1), box.x1, box.y1)


def height_needed(figures: Sequence[KeyFigure], width_pt: float, px: float) -> float:
    """Return how high key figures stand in a width, in points."""
    return _grid(figures, width_pt, px).height(px)


@dataclass(frozen=True)
class _Grid:
    """Boxes row by row, and the widths of their columns."""

    widths: tuple[float, ...]
    rows: tuple[tuple[_Box, ...], ...]

    def height(self, px: float) -> float:
        return sum(_height(row, px) for row in self.rows) + GAP_PX * px * max(0, len(self.rows) - 1)


def _grid(figures: Sequence[KeyFigure], width_pt: float, px: float) -> _Grid:
    """Return the boxes in as even rows as can be; the first column is wider where that saves a line."""
    if not figures:
        return _Grid((), ())
    gap = GAP_PX * px
    most = max(1, int((width_pt + gap) // (NARROWEST_PX * px + gap)))
    columns = -(-len(figures) // -(-len(figures) // most))
    room = width_pt - gap * (columns - 1)
    made = []
    for first in (1.0, 1.25, 1.5) if columns > 1 else (1.0,):
        share = room / (first + columns - 1)
        widths = (first * share, *[share] * (columns - 1))
        boxes = [_box(each, widths[at % columns], px) for at, each in enumerate(figures)]
        size = min(each.words.size for each in boxes)  # one size of words for all
        boxes = [_box(each, widths[at % columns], px, size) for at, each in enumerate(figures)]
        made.append(_Grid(widths, tuple(tuple(boxes[at : at + columns]) for at in range(0, len(boxes), columns))))
    return min(made, key=lambda grid: (round(grid.height(px) / (WORDS_PX * px)), made.index(grid)))


def _box(figure: KeyFigure, wide: float, px: float, size: float = 0.0) -> _Box:
    room, least = wide - 2 * PAD_PX * px, WORDS_PX * LEAST * px
    size = size or WORDS_PX * px
    return _Box(
        fitted(figure.value, room, size=VALUE_PX * px, least=VALUE_PX * 0.6 * px, weight=SEMIBOLD),
        fitted(figure.words, room, size=size, least=least, lines=WORD_ROWS),
        fitted(figure.more, room, size=size, least=least, lines=2),
    )


def _height(row: Sequence[_Box], px: float) -> float:
    more = max(len(each.more.lines) * each.more.size * LEADING for each in row)
    return (2 * PAD_PX + VALUE_PX * 1.05) * px + _words_high(row) + more


def _words_high(row: Sequence[_Box]) -> float:
    """Return how high the words of a row stand, so that what follows them is in line."""
    return max(len(each.words.lines) * each.words.size * LEADING for each in row)


def _draw(figure: Figure, box: _Box, at: Bbox, words_high: float, px: float, order: int) -> None:
    corner = f"round,pad=0,rounding_size={CORNER_PX * px}"
    ground = FancyBboxPatch(
        at.p0, at.width, at.height, boxstyle=corner, transform=points(figure), facecolor=PANEL, edgecolor="none"
    )
    ground.set_gid("figures" if not order else f"figures-{order + 1}")
    figure.add_artist(ground)
    left, top = at.x0 + PAD_PX * px, at.y1 - PAD_PX * px
    lines(figure, box.value.lines, (left, top), box.value.size, weight=SEMIBOLD, colour=INK)
    top -= VALUE_PX * 1.05 * px
    lines(figure, box.words.lines, (left, top), box.words.size, colour=MUTED, weight=REGULAR)
    lines(figure, box.more.lines, (left, top - words_high), box.more.size, colour=ACCENT, weight=REGULAR)
