"""The map of a sheet with all that stands on it and its legend: atlas, names and furniture put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from geo.messages import Message, say
from layers.printed import atlas, furniture, layout, legend_box, naming, sheet
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
    px, where = placed.px, placed.map
    axes = sheet.axes(figure, where)
    axes.set_gid("map")
    drawn = atlas.draw(axes, view, layers, frame, px=px)
    marks = [*drawn.marks, *(over(axes) if over else ())]
    taken = furniture.furnish(axes, frame, view, px=px, marks=marks)
    naming.place(axes, drawn.names, marks, frame, px=px, taken=taken)
    figure.add_artist(
        Rectangle((where.x0, where.y0), where.width, where.height, facecolor="none", edgecolor=RULE,
                  linewidth=NEATLINE * placed.unit, transform=points(figure), zorder=1)
    )  # fmt: skip
    if over is None and not drawn.legend:
        _say_empty(figure, view, placed)
    elif over is None:
        legend_box.legend(figure, drawn.legend, view.lang, box=placed.legend, px=placed.legend_px)
    return drawn


def legend_height(
    template: Template, view: ViewState, layers: Sequence[LayerSpec], frame: Extent, placed: Layout
) -> float:
    """Return how high the legend of a map is, in points: drawn once on a sheet that is thrown away."""
    drawn = atlas.draw(sheet.axes(sheet.blank(template), placed.map), view, layers, frame, px=placed.px)
    if not drawn.legend:
        return EMPTY_SIZE * placed.unit * LEADING
    needed = legend_box.height_needed(drawn.legend, placed.legend.width, placed.legend_px)
    return min(needed, layout.LEGEND_MOST * placed.map.height)


def _say_empty(figure: Figure, view: ViewState, placed: Layout) -> None:
    """Say in the legend's place that the base map is all there is to see."""
    where, size = placed.legend, EMPTY_SIZE * placed.unit
    words = wrapped(say(Message("Base map alone: no layer has anything here."), view.lang), where.width, size)
    sheet.block(figure, words, (where.x0, where.y1), sheet.Type(size, colour=MUTED), gid="legend")
