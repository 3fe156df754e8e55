"""Where the texts of a figure really stand, by the renderer that draws them."""

from __future__ import annotations

from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from layers.printed.writing import settings

DPI = 144  # of a slide


def texts(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return every text that is drawn, with its box in points from the lower left corner."""
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    found = []
    with settings():
        canvas.draw()
        for each in figure.findobj(Text):
            if each.get_text().strip() and each.get_visible():
                box = each.get_window_extent(canvas.get_renderer())
                found.append((each.get_text(), Bbox(box.get_points() * 72 / figure.dpi)))
    return found


def overlaps(figure: Figure, *, least: float = 0.6) -> list[tuple[str, str]]:
    """Return the pairs of texts whose boxes share more than a hair, in points."""
    pairs = []
    for (one, a), (two, b) in combinations(texts(figure), 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > least and high > least:
            pairs.append((one, two))
    return pairs
