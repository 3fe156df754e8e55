"""A sheet of paper: where its parts stand, and the words and signs that no sheet is without.

Lengths are points, from the lower left corner of the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import segno
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.transforms import Bbox

from geo.viewer import Marking
from layers.briefing.marking import COLOURS, GROUND
from layers.printed.fitting import Fitted, fitted, is_right_to_left
from layers.printed.fonts import BOLD, REGULAR, SEMIBOLD, cap_height, width
from layers.printed.layout import Scale, box
from layers.printed.lettering import LEADING, line, points
from layers.printed.templates import Template
from layers.tokens import ACCENT, INK, MUTED, PANEL, PAPER

Align = Literal["left", "center", "right"]
MARK_SIZE: Final = 10.5  # of the letters of a mark, in units
TITLE_LEADING: Final = 1.16
ONE_LINE: Final = 0.8  # how far a title is made smaller before it takes a second line


def blank(template: Template) -> Figure:
    """Return an empty sheet of a template's size."""
    return Figure(figsize=(template.width_in, template.height_in), dpi=template.dpi, facecolor=PAPER)


def axes(figure: Figure, where: Bbox) -> Axes:
    """Return axes that fill a box of a sheet."""
    width_pt, height_pt = (side * 72 for side in figure.get_size_inches())
    return figure.add_axes(
        (where.x0 / width_pt, where.y0 / height_pt, where.width / width_pt, where.height / height_pt)
    )


@dataclass(frozen=True)
class Type:
    """How a text is set."""

    size: float
    weight: int = REGULAR
    colour: str = INK
    align: Align = "left"


def block(
    figure: Figure, lines: Sequence[str], at: tuple[float, float], look: Type, *, gid: str, indent: float = 0.0,
    leading: float = LEADING,
) -> float:  # fmt: skip
    """Set lines below one another from a height down, named "gid", "gid-2" and so on; return where the last one ends.

    Each line is a text of its own, so that all stand on one grid whatever signs are in them.

    Parameters
    ----------
    at : (float, float)
        Where the lines begin (or end, where the type is aligned right), and their upper edge.
    indent : float
        How much further the first line begins.
    """
    x, top = at
    y = top - look.size * (leading + 0.72) / 2
    for n, words in enumerate(lines):
        name = f"{gid}-{n + 1}" if n else gid
        begin = x if n else x + indent
        line(figure, words, (begin, y), look.size, weight=look.weight, colour=look.colour, align=look.align, gid=name)
        y -= look.size * leading
    return top - len(lines) * look.size * leading


def panel(figure: Figure, where: Bbox, colour: str = PANEL, *, gid: str = "") -> None:
    """Fill a box with a colour."""
    figure.add_artist(
        Rectangle((where.x0, where.y0), where.width, where.height, facecolor=colour, edgecolor="none", linewidth=0,
                  transform=points(figure), gid=gid or None, zorder=0.5)
    )  # fmt: skip


@dataclass(frozen=True)
class Head:
    """A title and a subtitle that are fitted to a width; ``height`` in points, down to the rule below them."""

    title: Fitted
    subtitle: Fitted
    is_right_to_left: bool
    height: float
    unit: float


def headed(title: str, subtitle: str, scale: Scale) -> Head:
    """Fit title and subtitle to the width of a sheet."""
    wide, size = scale.width - 2 * scale.margin, scale.title * scale.unit
    big = fitted(title, wide, size=size, least=size * ONE_LINE, weight=BOLD)
    if big.is_cut:
        big = fitted(title, wide, size=size, least=size * 0.5, lines=2, weight=BOLD)
    small = fitted(subtitle, wide, size=size * 0.54, least=size * 0.36, lines=2)
    height = len(big.lines) * big.size * TITLE_LEADING + len(small.lines) * small.size * LEADING + 7 * scale.unit
    return Head(big, small, is_right_to_left(title), height, scale.unit)


def heading(figure: Figure, head: Head, where: Bbox) -> None:
    """Set title, subtitle and the rule below them, from the top of a box down."""
    x = where.x1 if head.is_right_to_left else where.x0
    align: Align = "right" if head.is_right_to_left else "left"
    big, small = Type(head.title.size, BOLD, INK, align), Type(head.subtitle.size, REGULAR, MUTED, align)
    y = block(figure, head.title.lines, (x, where.y1), big, gid="title", leading=TITLE_LEADING)
    y = block(figure, head.subtitle.lines, (x, y), small, gid="subtitle")
    panel(figure, box(where.x0, y - 7 * head.unit, where.width, 2 * head.unit), ACCENT, gid="rule")


def mark(figure: Figure, marking: Marking, right: float, top: float, unit: float) -> Bbox:
    """Draw the mark of the Traffic Light Protocol, standard colours on black, its upper right corner at a point."""
    size = MARK_SIZE * unit
    where = box(right - mark_width(marking, unit), top - 19 * unit, mark_width(marking, unit), 19 * unit)
    figure.add_artist(
        FancyBboxPatch(
            (where.x0, where.y0), where.width, where.height, boxstyle=f"round,pad=0,rounding_size={3 * unit}",
            facecolor=GROUND, edgecolor="none", linewidth=0, transform=points(figure), gid="marking", zorder=1,
        )
    )  # fmt: skip
    middle = (where.x0 + where.x1) / 2, (where.y0 + where.y1 - cap_height(size)) / 2
    line(figure, marking, middle, size, weight=BOLD, colour=COLOURS[marking], align="center", gid="marking-text")
    return where


def mark_width(marking: Marking, unit: float) -> float:
    """Return how wide a mark stands, in points."""
    return width(marking, MARK_SIZE * unit, BOLD) + 20 * unit


def qr(figure: Figure, address: str, where: Bbox) -> None:
    """Draw an address as a QR code that fills a square, with the quiet zone that readers ask for."""
    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=4)]
    side = where.width / len(rows)
    panel(figure, where, "#FFFFFF", gid="qr")
    for n, row in enumerate(rows):
        start = None
        for m, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = m
            if not dark and start is not None:
                figure.add_artist(
                    Rectangle((where.x0 + start * side, where.y1 - (n + 1) * side), (m - start) * side, side,
                              facecolor="#000000", edgecolor="none", linewidth=0, transform=points(figure), zorder=1)
                )  # fmt: skip
                start = None


def labelled(figure: Figure, label: str, words: Fitted, at: tuple[float, float], *, gid: str) -> float:
    """Set a block that begins with its label in semibold; return where it ends."""
    y = at[1] - words.size * (LEADING + 0.72) / 2
    line(figure, label, (at[0], y), words.size, weight=SEMIBOLD, gid=f"{gid}-label")
    return block(figure, words.lines, at, Type(words.size), gid=gid, indent=label_width(label) * words.size)


def label_width(label: str) -> float:
    """Return the room that a label takes before its text, as a part of the type's size."""
    return width(label, 1.0, SEMIBOLD) + 0.4
