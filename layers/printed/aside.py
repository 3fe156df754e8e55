"""What stands beside a map: of a zone key figures, the first trend and how sure it is; else how much the map shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo.headlines import headlines
from geo.messages import Language, Message, number, say
from layers import comparison, profile, years
from layers.briefing.told import ALWAYS, rows_in
from layers.printed import figures_box, known_box, trend
from layers.printed.extent import Extent
from layers.printed.layout import Layout, box
from layers.printed.seen import ARROW
from layers.spec import LayerSpec
from layers.view import ViewState

CSS_PX: Final = 0.74  # points of a screen's pixel beside the map, on a sheet of unit 1: read from afar as the rest
MOST_COUNTED: Final = 3
CHART_HIGH: Final = 0.5  # of the height below the key figures, on a wide sheet
CHART_WIDE: Final = 0.54  # of the width, on a high one


def counted(view: ViewState, layers: Sequence[LayerSpec], frame: Extent) -> tuple[profile.Figure, ...]:
    """Return how many features of each of the upper layers lie inside a frame; of layers that come with the app.

    Of a layer that two years are compared of, how many each has.
    """
    found: list[profile.Figure] = []
    sides = comparison.sides(view, list(layers))
    for spec in reversed([each for each in layers if each.key not in ALWAYS]):
        rows, *others = (rows_in(spec, side, frame) for side in (sides if years.dated(spec) else sides[:1]))
        if not any(map(len, (rows, *others))) or len(found) == MOST_COUNTED:
            continue
        high = int((rows["confidence"] == "high").sum()) if "confidence" in rows else 0
        more = say(Message("{n} with high confidence", n=high), view.lang) if 0 < high < len(rows) else ""
        if others:
            more = ARROW.join(comparison.captions(view, list(layers)).values())
        values = ARROW.join(number(len(each), view.lang) for each in (rows, *others))
        found.append(profile.Figure(values, say(spec.title, view.lang), more))
    return tuple(found)


def draw_counts(figure: Figure, figures: Sequence[profile.Figure], placed: Layout) -> Layout:
    """Draw figures above the legend of a wide sheet; return the layout with what room is left for the legend."""
    if placed.form != "wide" or not figures:
        return placed
    where, unit = placed.legend, placed.unit
    used = figures_box.draw(figure, figures, box=where, px=CSS_PX * unit)
    return replace(placed, legend=box(where.x0, where.y0, where.width, used.y0 - where.y0 - 12 * unit))


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
