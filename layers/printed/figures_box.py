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
    columns, wide, rows = _rows(figures, box.width, px)
    top = box.y1
    for at, row in enumerate(rows):
        high = _height(row, px)
        for order, each in enumerate(row):
            left = box.x0 + order * (wide + GAP_PX * px)
            at_box = Bbox.from_bounds(left, top - high, wide, high)
            _draw(figure, each, at_box, _words_high(row), px, at * columns + order)
        top -= high + GAP_PX * px
    return Bbox.from_extents(box.x0, min(top + GAP_PX * px, box.y1), box.x1, box.y1)


def height_needed(figures: Sequence[KeyFigure], width_pt: float, px: float) -> float:
    """Return how high key figures stand in a width, in points."""
    rows = _rows(figures, width_pt, px)[2]
    return sum(_height(row, px) for row in rows) + GAP_PX * px * (len(rows) - 1) if rows else 0.0


def _rows(figures: Sequence[KeyFigure], width_pt: float, px: float) -> tuple[int, float, list[list[_Box]]]:
    """Return the columns, the width of a box, and the boxes row by row."""
    if not figures:
        return 1, width_pt, []
    gap = GAP_PX * px
    most = max(1, int((width_pt + gap) // (NARROWEST_PX * px + gap)))
    columns = -(-len(figures) // -(-len(figures) // most))  # as even rows as can be
    wide = (width_pt - gap * (columns - 1)) / columns
    room = wide - 2 * PAD_PX * px
    boxes = [
        _Box(
            fitted(each.value, room, size=VALUE_PX * px, least=VALUE_PX * 0.6 * px, weight=SEMIBOLD),
            fitted(each.words, room, size=WORDS_PX * px, least=WORDS_PX * LEAST * px, lines=WORD_ROWS),
            fitted(each.more, room, size=WORDS_PX * px, least=WORDS_PX * LEAST * px, lines=2),
        )
        for each in figures
    ]
    return columns, wide, [boxes[at : at + columns] for at in range(0, len(boxes), columns)]


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
