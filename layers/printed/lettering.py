"""Lines of text and plain shapes at a place of a page, given in points from its lower left corner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from layers.printed.fonts import FAMILY, REGULAR, drawable
from layers.tokens import INK

Align = Literal["left", "center", "right"]
LEADING = 1.28  # from one baseline to the next, over the size of the type
POINTS = 72  # in an inch


def points(figure: Figure) -> Transform:
    """Return what takes points of a page to where they are drawn, at any number of dots per inch."""
    return Affine2D().scale(1 / POINTS) + figure.dpi_scale_trans


def line(
    figure: Figure,
    text: str,
    at: tuple[float, float],
    size: float,
    *,
    weight: int = REGULAR,
    colour: str = INK,
    align: Align = "left",
    gid: str = "",
) -> Text:
    """Write one line with its baseline at a place, and return it.

    Parameters
    ----------
    text : str
        As it is: a "$" is a dollar sign, and what no typeface has is a box.
    at : (float, float)
        Points from the lower left corner of the page.
    size : float
        Of the type, in points.
    """
    made: Text = figure.text(
        *at,
        drawable(text),
        transform=points(figure),
        fontfamily=FAMILY,
        fontsize=size,
        fontweight=weight,
        color=colour,
        ha=align,
        va="baseline",
        parse_math=False,
    )
    if gid:
        made.set_gid(gid)
    return made


def lines(
    figure: Figure,
    rows: Sequence[str],
    at: tuple[float, float],
    size: float,
    *,
    weight: int = REGULAR,
    colour: str = INK,
    align: Align = "left",
    gid: str = "",
) -> float:
    """Write lines below each other, the first with its capitals up to a place; return where the next goes.

    Only the first carries the ``gid``; the next ones are numbered after it.
    """
    x, top = at
    for order, row in enumerate(rows):
        baseline = top - 0.66 * size  # as high as a capital
        line(figure, row, (x, baseline), size, weight=weight, colour=colour, align=align, gid=_numbered(gid, order))
        top -= LEADING * size
    return top


def _numbered(gid: str, order: int) -> str:
    return gid if not gid or not order else f"{gid}-{order + 1}"
