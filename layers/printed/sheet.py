"""A sheet of paper: where its parts stand, and the words and signs that no sheet is without.

Lengths are points, from the lower left corner of the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import segno
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, Transform

from geo.viewer import Marking
from layers.briefing.marking import COLOURS, GROUND
from layers.printed.fitting import Fitted, fitted, is_right_to_left
from layers.printed.fonts import BOLD, FAMILY, REGULAR, SEMIBOLD, cap_height, width
from layers.printed.templates import Template
from layers.tokens import ACCENT, INK, MUTED, PANEL, PAPER

LEADING: Final = 1.28  # from line to line, as a part of the type's size
TITLE_LEADING: Final = 1.16


def box(x: float, y: float, width: float, height: float) -> Bbox:
    """Return a box from its lower left corner and its size."""
    return Bbox.from_bounds(x, y, width, height)


def points(figure: Figure) -> Transform:
    """Return what takes points from the lower left corner of a sheet to its pixels."""
    return Affine2D().scale(1 / 72) + figure.dpi_scale_trans


def blank(template: Template) -> Figure:
    """Return an empty sheet of a template's size."""
    return Figure(figsize=(template.width_in, template.height_in), dpi=72, facecolor=PAPER)


def axes(figure: Figure, where: Bbox) -> Axes:
    """Return axes that fill a box of a sheet, without ticks or frame."""
    width_pt, height_pt = (side * 72 for side in figure.get_size_inches())
    made = figure.add_axes(
        (where.x0 / width_pt, where.y0 / height_pt, where.width / width_pt, where.height / height_pt)
    )
    made.set_axis_off()
    return made


@dataclass(frozen=True)
class Type:
    """How a text is set."""

    size: float
    weight: int = REGULAR
    colour: str = INK


def line(figure: Figure, words: str, x: float, y: float, type: Type, *, gid: str = "", align: str = "left") -> Text:
    """Set one line with its baseline at y, from x on, up to x or around x."""
    made = Text(
        x, y, words, color=type.colour, fontfamily=FAMILY, fontsize=type.size, fontweight=type.weight,
        horizontalalignment=align, verticalalignment="baseline", transform=points(figure), parse_math=False,
        gid=gid or None, zorder=10,
    )  # fmt: skip
    figure.add_artist(made)
    return made


def block(
    figure: Figure, lines: Sequence[str], x: float, top: float, type: Type, *, gid: str = "", indent: float = 0.0,
    leading: float = LEADING, align: str = "left",
) -> float:  # fmt: skip
    """Set lines below one another; return where the last one ends. Each line is a text of its own: "gid", "gid.2"…"""
    y = top - type.size * (leading + 0.72) / 2
    for n, words in enumerate(lines):
        name = f"{gid}.{n + 1}" if gid and n else gid
        line(figure, words, x + (0.0 if n else indent), y, type, gid=name, align=align)
        y -= type.size * leading
    return top - len(lines) * type.size * leading


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


def headed(title: str, subtitle: str, width_pt: float, unit: float, *, size: float) -> Head:
    """Fit title and subtitle to a width; ``size`` of the title in units."""
    big = fitted(title, width_pt, size=size * unit, least=size * unit * 0.5, lines=2, weight=BOLD)
    small = fitted(subtitle, width_pt, size=size * unit * 0.54, least=size * unit * 0.36, lines=2)
    height = len(big.lines) * big.size * TITLE_LEADING + len(small.lines) * small.size * LEADING + 7 * unit
    return Head(big, small, is_right_to_left(title), height, unit)


def heading(figure: Figure, head: Head, where: Bbox) -> None:
    """Set title, subtitle and the rule below them, from the top of a box down."""
    x, align = (where.x1, "right") if head.is_right_to_left else (where.x0, "left")
    y = block(figure, head.title.lines, x, where.y1, Type(head.title.size, BOLD), gid="title",
              leading=TITLE_LEADING, align=align)  # fmt: skip
    y = block(figure, head.subtitle.lines, x, y, Type(head.subtitle.size, colour=MUTED), gid="subtitle", align=align)
    panel(figure, box(where.x0, y - 7 * head.unit, where.width, 2 * head.unit), ACCENT, gid="rule")


def mark(figure: Figure, marking: Marking, right: float, top: float, unit: float) -> Bbox:
    """Draw the mark of the Traffic Light Protocol with its upper right corner at a point: standard colours on black."""
    size = 10.5 * unit
    words = width(marking, size, BOLD)
    where = box(right - words - 20 * unit, top - 19 * unit, words + 20 * unit, 19 * unit)
    figure.add_artist(
        FancyBboxPatch(
            (where.x0, where.y0), where.width, where.height, boxstyle=f"round,pad=0,rounding_size={3 * unit}",
            facecolor=GROUND, edgecolor="none", linewidth=0, transform=points(figure), gid="marking", zorder=9,
        )
    )  # fmt: skip
    y = (where.y0 + where.y1 - cap_height(size)) / 2
    line(figure, marking, (where.x0 + where.x1) / 2, y, Type(size, BOLD, COLOURS[marking]), gid="marking.text",
         align="center")  # fmt: skip
    return where


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


def labelled(figure: Figure, label: str, words: Fitted, x: float, top: float, *, gid: str, colour: str = INK) -> float:
    """Set a block that begins with its label in semibold; return where it ends."""
    indent = label_width(label) * words.size
    y = top - words.size * (LEADING + 0.72) / 2
    line(figure, label, x, y, Type(words.size, SEMIBOLD, colour), gid=f"{gid}.label")
    return block(figure, words.lines, x, top, Type(words.size, REGULAR, colour), gid=gid, indent=indent)


def label_width(label: str) -> float:
    """Return the room that a label takes before its text, as a part of the type's size."""
    return width(label, 1.0, SEMIBOLD) + 0.4
