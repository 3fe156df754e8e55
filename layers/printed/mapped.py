"""The map of a sheet with all that stands on it and its legend: atlas, names and furniture put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from layers.printed import atlas, furniture, layout, legend_box, locator, naming, sheet
from layers.printed.extent import Extent
from layers.printed.layout import Layout
from layers.printed.lettering import points
from layers.printed.templates import Template
from layers.spec import LayerSpec
from layers.tokens import RULE
from layers.view import ViewState

NEATLINE: Final = 0.5  # units: the line around the map


def draw(figure: Figure, view: ViewState, layers: Sequence[LayerSpec], frame: Extent, placed: Layout) -> atlas.Drawn:
    """Draw a map with names, scale bar, north arrow, locator, and its legend, where a layout has room for them.

    Raises
    ------
    DataError
        If a file behind a layer cannot be read.
    """
    px, where = placed.px, placed.map
    axes = sheet.axes(figure, where)
    axes.set_gid("map")
    drawn = atlas.draw(axes, view, layers, frame, px=px)
    bar = furniture.scale_bar(axes, frame, view.lang, px=px)
    arrow = furniture.north_arrow(axes, view.lang, px=px)
    small = locator.inset(axes, frame, px=px, marks=drawn.marks, taken=(bar, arrow))
    naming.place(axes, drawn.names, drawn.marks, frame, px=px, taken=(bar, arrow, small))
    figure.add_artist(
        Rectangle((where.x0, where.y0), where.width, where.height, facecolor="none", edgecolor=RULE,
                  linewidth=NEATLINE * placed.unit, transform=points(figure), zorder=1)
    )  # fmt: skip
    legend_box.legend(figure, drawn.legend, view.lang, box=placed.legend, px=placed.legend_px)
    return drawn


def legend_height(
    template: Template, view: ViewState, layers: Sequence[LayerSpec], frame: Extent, placed: Layout
) -> float:
    """Return how high the legend of a map is, in points: drawn once on a sheet that is thrown away."""
    drawn = atlas.draw(sheet.axes(sheet.blank(template), placed.map), view, layers, frame, px=placed.px)
    if not drawn.legend:
        return 0.0
    needed = legend_box.height_needed(drawn.legend, placed.legend.width, placed.legend_px)
    return min(needed, layout.LEGEND_MOST * placed.map.height)
