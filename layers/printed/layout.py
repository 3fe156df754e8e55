"""Where the parts of a sheet stand: wide sheets have their legend or figures at the right, high ones below the map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from matplotlib.transforms import Bbox

from layers.printed.templates import Template

Form = Literal["wide", "high", "picture"]
SLIDE: Final = (960.0, 540.0)  # points; a wide sheet of this size has unit 1
A4: Final = (595.0, 842.0)  # and a high one of this
SIDE: Final = 0.33  # of a wide sheet: what stands right of the map
POSTER: Final = 0.8  # of the unit: a poster has room for more map instead of larger type
TOP: Final = 0.7  # of the margin: the margin above the title
CSS_PX: Final = 0.64  # points of a screen's pixel on a sheet of unit 1
LEGEND_PX: Final = {"column": 0.8, "wide": 0.68, "high": 0.64, "picture": 0.56}  # the same in the legend
LEGEND_MOST: Final = 0.34  # of the height of a map: what its legend takes from it


@dataclass(frozen=True)
class Layout:
    """The boxes of a sheet, in points from its lower left corner.

    Attributes
    ----------
    unit : float
        How large the sheet is; type and rules are so many units.
    px, legend_px : float
        Points per pixel of the screen: how large signs and lines are on the map, and in its legend.
    second : Bbox or None
        The other map of a comparison, as large as the first.
    captions : tuple of Bbox
        What stands above each of two maps.
    """

    form: Form
    unit: float
    margin: float
    px: float
    legend_px: float
    head: Bbox
    map: Bbox
    legend: Bbox
    foot: Bbox
    aside: Bbox | None = None
    second: Bbox | None = None
    captions: tuple[Bbox, ...] = ()

    @property
    def maps(self) -> tuple[Bbox, ...]:
        """The map, or the two that are compared."""
        return (self.map,) if self.second is None else (self.map, self.second)

    @property
    def shape(self) -> float:
        """Width of the map over its height."""
        return float(self.map.width / self.map.height)


@dataclass(frozen=True)
class Scale:
    """How a sheet is laid out and how large its type is, before anything is known of what stands on it."""

    form: Form
    width: float
    height: float
    unit: float
    margin: float
    title: float
    foot_size: float
    foot_lines: int


def box(x: float, y: float, width: float, height: float) -> Bbox:
    """Return a box from its lower left corner and its size."""
    return Bbox.from_bounds(x, y, width, height)


def scale(template: Template) -> Scale:
    """Return how a sheet is laid out."""
    width, height = template.width_in * 72, template.height_in * 72
    if template.kind == "picture":
        unit = min(width / 480, height / 540)
        return Scale("picture", width, height, unit, 10 * unit, 15, 6.6, 3)
    if width > height:
        unit = min(width / SLIDE[0], height / SLIDE[1]) * (POSTER if template.kind == "poster" else 1)
        return Scale("wide", width, height, unit, 24 * unit, 24, 8, 3)
    unit = min(width / A4[0], height / A4[1]) * (POSTER if template.kind == "poster" else 1)
    return Scale("high", width, height, unit, 36 * unit, 22, 7.2, 6)


def laid_out(
    scale: Scale, *, head: float, foot: float, legend: float, has_aside: bool, has_column: bool = True
) -> Layout:  # fmt: skip
    """Return where the parts of a sheet stand.

    Parameters
    ----------
    head, foot, legend : float
        How high they are, in points.
    has_aside : bool
        Whether there are figures and a chart to show beside or below the map.
    has_column : bool
        Whether the legend of a wide sheet without them needs a column of its own; else it is a line below the map.
    """
    unit, margin, width = scale.unit, scale.margin, scale.width
    gap = 10 * unit
    head_top = scale.height - TOP * margin
    top, bottom = head_top - head - gap, foot + gap
    made = Layout(
        scale.form, unit, margin, CSS_PX * unit, LEGEND_PX[scale.form] * unit,
        head=box(margin, head_top - head, width - 2 * margin, head),
        map=box(margin, bottom, width - 2 * margin, top - bottom),
        legend=box(margin, bottom, width - 2 * margin, legend),
        foot=box(0, 0, width, foot),
    )  # fmt: skip
    room = made.map
    if scale.form == "wide" and (has_aside or has_column):
        across = SIDE * (width - 2 * margin)
        column = box(width - margin - across, bottom, across, top - bottom)
        left = room.width - across - 2 * gap
        if not has_aside:
            return replace(
                made, map=box(margin, bottom, left, room.height), legend=column, legend_px=LEGEND_PX["column"] * unit
            )
        return replace(
            made,
            map=box(margin, bottom + legend + gap, left, room.height - legend - gap),
            legend=box(margin, bottom, left, legend),
            aside=column,
        )
    if scale.form == "high" and has_aside:
        low = min(0.36 * room.height, 250 * unit)
        return replace(
            made,
            map=box(margin, bottom + low + legend + 2 * gap, room.width, room.height - low - legend - 2 * gap),
            legend=box(margin, bottom + low + gap, room.width, legend),
            aside=box(margin, bottom, room.width, low),
        )
    return replace(made, map=box(margin, bottom + legend + gap, room.width, room.height - legend - gap))


def parted(placed: Layout, caption: float, *, is_above: bool) -> Layout:
    """Return a layout with two maps of one size in the place of one, side by side or one above the other.

    Parameters
    ----------
    caption : float
        How high the words above each are, in points.
    """
    room, gap = placed.map, 10 * placed.unit
    wide = room.width if is_above else (room.width - gap) / 2
    high = (room.height - gap) / 2 if is_above else room.height
    corners = ((room.x0, room.y1), (room.x0, room.y0 + high) if is_above else (room.x1 - wide, room.y1))
    first, second = (box(x, top - high, wide, high - caption) for x, top in corners)
    captions = tuple(box(x, top - caption, wide, caption) for x, top in corners)
    return replace(placed, map=first, second=second, captions=captions)
