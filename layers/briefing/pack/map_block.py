"""The map of a slide: its face with names and furniture, its legend below, and nothing of the slide around them."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from typing import Final

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from geo.viewer import Viewer
from layers.briefing.changes import map as changes_map
from layers.briefing.pack.contents import LEGEND_GAP, LEGEND_PT, extent_of
from layers.briefing.pack.slides import Box
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import leaving
from layers.printed import atlas, furniture, legend_box, naming, sheet, writing
from layers.printed.layout import CSS_PX
from layers.printed.lettering import points
from layers.tokens import RULE

INCH: Final = 72.0
EDGE: Final = 0.6  # points: the rule around a map
AIR: Final = 6.0  # between that rule and a legend


def draw(
    figure: Figure, where: Bbox, snapshot: Snapshot, *, viewer: Viewer, spots: Sequence[changes_map.Spot] = (),
    air: float = 0.0,
) -> None:  # fmt: skip
    """Draw a map and its legend into a box of a page.

    Parameters
    ----------
    where : Bbox
        Points from the lower left corner of the page.
    spots : sequence
        Where something changed.
    air : float
        Points left free around the legend, which stands on a ground with edges.

    Raises
    ------
    DataError
        If a file behind a layer cannot be read.
    """
    view = snapshot.view
    face = Bbox.from_extents(where.x0, where.y0 + LEGEND_PT + LEGEND_GAP, where.x1, where.y1)
    extent = extent_of(view, Box(0, 0, where.width, where.height), snapshot)
    layers = leaving(view, asked=snapshot.marking, viewer=viewer).layers
    axes = sheet.axes(figure, face)
    drawn = atlas.draw(axes, view, layers, extent, px=CSS_PX)
    signs = changes_map.signs(spots, extent, extent.width / face.width * CSS_PX)
    marks = [*drawn.marks, *changes_map.draw(axes, signs, px=CSS_PX)]
    taken = furniture.furnish(axes, extent, view, px=CSS_PX, marks=marks)
    naming.place(axes, drawn.names, marks, extent, px=CSS_PX, taken=taken)
    figure.add_artist(
        Rectangle((face.x0, face.y0), face.width, face.height, fill=False, edgecolor=RULE, linewidth=EDGE,
                  transform=points(figure), zorder=20)
    )  # fmt: skip
    below = Bbox.from_bounds(where.x0 + air, where.y0 + air, where.width - 2 * air, LEGEND_PT - air)
    if drawn.legend:
        legend_box.legend(figure, drawn.legend, view.lang, box=below, px=CSS_PX)


def picture(
    snapshot: Snapshot, box: Box, *, viewer: Viewer, dpi: int, spots: Sequence[changes_map.Spot] = (), ground: str = ""
) -> bytes:
    """Return the map of a slide as PNG, as large as its box; the same view gives the same bytes.

    Parameters
    ----------
    ground : str
        The colour below the legend, whose letters are dark, with a thin rule around; "" for that of the slide.
    """
    figure = Figure(figsize=(box.width / INCH, box.height / INCH), dpi=dpi)
    if ground:
        figure.patch.set(facecolor=ground, edgecolor=RULE, linewidth=2 * EDGE)  # half of it lies outside
    else:
        figure.patch.set_alpha(0.0)  # the ground is the slide's
    draw(figure, Bbox.from_bounds(0, 0, box.width, box.height), snapshot, viewer=viewer, spots=spots,
         air=AIR if ground else 0.0)  # fmt: skip
    pixels = (round(box.width / INCH * dpi), round(box.height / INCH * dpi))
    content = writing.packed(figure, "png", writing.About(lang=snapshot.view.lang), pixels=pixels, dpi=dpi)
    figure.clear()
    gc.collect()  # a figure is full of circles: without this, those of a whole pack would be in memory together
    return content
