"""What is known of a zone, beside its map or below it: key figures, the first trend, and how sure it is."""

from __future__ import annotations

from typing import Final

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo.headlines import headlines
from geo.messages import Language
from layers import profile
from layers.printed import figures_box, known_box, trend
from layers.printed.layout import Layout, box

CSS_PX: Final = 0.74  # points of a screen's pixel beside the map, on a sheet of unit 1: read from afar as the rest
CHART_HIGH: Final = 0.5  # of the height below the key figures, on a wide sheet
CHART_WIDE: Final = 0.54  # of the width, on a high one


def draw(figure: Figure, zone_id: str, lang: Language, placed: Layout) -> None:
    """Draw what is known of a zone into the box that a layout has for it."""
    where, unit = placed.aside, placed.unit
    if where is None:
        return
    px = CSS_PX * unit
    used = figures_box.draw(figure, profile.first_figures(zone_id, lang), box=where, px=px)
    rest = box(where.x0, where.y0, where.width, used.y0 - where.y0 - 14 * unit)
    chart, known = _above(rest, 14 * unit) if placed.form == "wide" else _beside(rest, 20 * unit)
    trend.draw(figure, headlines(zone_id)[0], lang, box=chart, px=px)
    known_box.draw(figure, zone_id, lang, box=known, px=px)


def _above(rest: Bbox, gap: float) -> tuple[Bbox, Bbox]:
    high = min(CHART_HIGH * rest.height, 0.66 * rest.width)
    return (
        box(rest.x0, rest.y1 - high, rest.width, high),
        box(rest.x0, rest.y0, rest.width, rest.height - high - gap),
    )


def _beside(rest: Bbox, gap: float) -> tuple[Bbox, Bbox]:
    wide = CHART_WIDE * rest.width
    return (
        box(rest.x0, rest.y0, wide, rest.height),
        box(rest.x0 + wide + gap, rest.y0, rest.width - wide - gap, rest.height),
    )
