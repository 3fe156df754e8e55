"""The map of a sheet, or the two of a comparison, with all that stands on it: atlas, names, furniture and legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from geo.messages import Message, say
from layers import comparison
from layers.printed import atlas, compared, furniture, layout, legend_box, naming, sheet
from layers.printed.extent import Extent
from layers.printed.fitting import wrapped
from layers.printed.layout import Layout
from layers.printed.lettering import LEADING, points
from layers.printed.templates import Template
from layers.spec import LayerSpec
from layers.tokens import MUTED, RULE
from layers.view import ViewState

NEATLINE: Final = 0.5  # units: the line around the map
EMPTY_SIZE: Final = 8.5  # units: of the words that stand for a legend


Marks = Sequence[tuple[float, float, float]]  # x, y and radius, as in ``atlas.Drawn``


def draw(
    figure: Figure, view: ViewState, layers: Sequence[LayerSpec], frame: Extent, placed: Layout, *,
    over: Callable[[Axes], Marks] | None = None,
) -> atlas.Drawn:  # fmt: skip
    """Draw a map with names, scale bar, north arrow, locator, and its legend, where a layout has room for them.

    Where the layout has two maps, each shows its side of the view's comparison, and they share the rest.

    Parameters
    ----------
    over : callable, optional
        Draws signs of its own over the layers and returns where they are; what they mean stands in the legend's
        place then, and is the caller's to say.

    Raises
    ------
    DataError
        If a file behind a layer cannot be read.
    """
    px = placed.px
    maps = [sheet.axes(figure, where) for where in placed.maps]
    drawn = _drawn(maps, view, layers, frame, px)
    marks = [list(each.marks) for each in drawn]
    if over:
        marks = [[*each, *over(axes)] for each, axes in zip(marks, maps, strict=True)]
    taken: Sequence[Sequence[Bbox]] = (
        furniture.furnish_both(maps, frame, view, px=px, marks=marks[-1])
        if len(maps) > 1
        else [furniture.furnish(maps[0], frame, view, px=px, marks=marks[0])]
    )
    for n, (axes, where) in enumerate(zip(maps, placed.maps, strict=True)):
        axes.set_gid("map-second" if n else "map")
        naming.place(axes, drawn[n].names, marks[n], frame, px=px, taken=taken[n], lines=drawn[n].lines)
        figure.add_artist(
            Rectangle((where.x0, where.y0), where.width, where.height, facecolor="none", edgecolor=RULE,
                      linewidth=NEATLINE * placed.unit, transform=points(figure), zorder=1)
        )  # fmt: skip
    if placed.captions:
        compared.caption(figure, captions(view, layers), placed)
    shown = _together(view, layers, drawn)
    if over is None and not shown.legend:
        _say_empty(figure, view, placed)
    elif over is None:
        legend_box.legend(figure, shown.legend, view.lang, box=placed.legend, px=placed.legend_px)
    return shown


def captions(view: ViewState, layers: Sequence[LayerSpec]) -> tuple[str, ...]:
    """Return the words above each of two maps; none where nothing is compared."""
    return tuple(comparison.captions(view, list(layers)).values())


def _drawn(
    maps: Sequence[Axes], view: ViewState, layers: Sequence[LayerSpec], frame: Extent, px: float
) -> list[atlas.Drawn]:  # fmt: skip
    """Draw a view, or each side of its comparison where there are two maps."""
    sides = comparison.sides(view, list(layers)) if len(maps) > 1 else (view,)
    keys = [None if side.layers is None else set(side.layers) for side in sides]
    return [
        atlas.draw(axes, side, [each for each in layers if on is None or each.key in on], frame, px=px)
        for axes, side, on in zip(maps, sides, keys, strict=True)
    ]


def _together(view: ViewState, layers: Sequence[LayerSpec], drawn: Sequence[atlas.Drawn]) -> atlas.Drawn:
    """Return what all maps of a sheet show."""
    if len(drawn) == 1:
        return drawn[0]
    first, second = drawn
    legend = compared.legend(view, layers, first.legend, second.legend)
    return replace(first, legend=legend, names=first.names + second.names, marks=first.marks + second.marks)


def legend_height(
    template: Template, view: ViewState, layers: Sequence[LayerSpec], frame: Extent, placed: Layout
) -> float:
    """Return how high the legend of a map is, in points: drawn once on a sheet that is thrown away."""
    figure = sheet.blank(template)
    maps = [sheet.axes(figure, where) for where in placed.maps]
    legend = _together(view, layers, _drawn(maps, view, layers, frame, placed.px)).legend
    if not legend:
        return EMPTY_SIZE * placed.unit * LEADING
    needed = legend_box.height_needed(legend, placed.legend.width, placed.legend_px)
    return min(needed, layout.LEGEND_MOST * Bbox.union(placed.maps).height)


def _say_empty(figure: Figure, view: ViewState, placed: Layout) -> None:
    """Say in the legend's place that the base map is all there is to see."""
    where, size = placed.legend, EMPTY_SIZE * placed.unit
    words = wrapped(say(Message("Base map alone: no layer has anything here."), view.lang), where.width, size)
    sheet.block(figure, words, (where.x0, where.y1), sheet.Type(size, colour=MUTED), gid="legend")
