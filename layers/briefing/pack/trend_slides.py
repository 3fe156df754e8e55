"""The charts of a zone on a slide, as data: the most telling two, each with its latest figure and its caveats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from geo import trends
from geo.headlines import headlines
from geo.messages import Language, Message, say
from geo.sources import sources_of
from geo.terms import label
from geo.trends import Panel
from layers import charts, profile
from layers.axes import scale_of
from layers.briefing import told
from layers.briefing.pack.contents import Asked, foot_of, in_full, publishers, section_title
from layers.briefing.pack.slides import Block, Box, Bullets, Canvas, Figures, Slide, Trend, bullets_height, fitting
from layers.chart_frame import capital
from layers.chart_traces import is_drawn

CAVEAT_PT: Final = 8.5  # at least
MOST_CAVEATS: Final = 0.3  # of the height
CHARTS: Final = 2
CHART_PT: Final = 278.0  # height of a chart with its words


def trends_slide(asked: Asked, zone_id: str, words: told.Told) -> Slide:
    """Return the slide with the two most telling charts of a zone."""
    lang, canvas = asked.lang, asked.canvas
    panels = headlines(zone_id)[:CHARTS]
    ids = list(dict.fromkeys(line.source_id for panel in panels for line in panel.lines if is_drawn(panel, line)))
    blocks: list[tuple[Box, Block]] = []
    gap = 30.0
    across = (canvas.area.width - gap * (len(panels) - 1)) / len(panels)
    high = min(_chart_height(canvas, panel, across, lang) for panel in panels)  # charts side by side are equally high
    for panel, box in zip(panels, canvas.area.columns(*(across for _ in panels), gap=gap), strict=True):
        blocks += _trend(canvas, panel, box, high, lang)
    every = [line.source_id for panel in panels for line in panel.lines]
    return Slide(
        title=section_title(zone_id, Message("trends"), lang),
        subtitle=say(Message("Each chart names the area that it counts, and how that lies to the zone."), lang),
        foot=foot_of(words, sources=publishers(ids, lang)),
        blocks=tuple(blocks),
        notes=(
            *(say(trends.summary(panel), lang) for panel in panels),
            say(Message("All {n} series of this zone are in its profile in the app.", n=len(trends.panels(zone_id))),
                lang),
            *in_full((told.in_full(each, lang) for each in sources_of(every)), lang),
        ),
    )  # fmt: skip


def _chart_height(canvas: Canvas, panel: Panel, width: float, lang: Language) -> float:
    """Return how high a chart may be above its figure and its caveats."""
    figure, listed = _below(panel, lang)
    caveats = bullets_height(canvas, replace(listed, size=CAVEAT_PT), width)
    below = figure.height(canvas, width) + 16 + min(caveats, MOST_CAVEATS * canvas.area.height)
    return min(CHART_PT, canvas.area.height - below)


def _below(panel: Panel, lang: Language) -> tuple[Figures, Bullets]:
    """Return what stands below a chart: its latest figure, and what to know before comparing years."""
    found = _newest(panel, lang)
    listed = Bullets("", tuple(say(each, lang) for each in trends.caveats(panel)), 10.0)
    return Figures((found,) if found is not None else (), columns=1), listed


def _trend(canvas: Canvas, panel: Panel, box: Box, high: float, lang: Language) -> Iterator[tuple[Box, Block]]:
    """Yield a chart and what stands below it."""
    figure, listed = _below(panel, lang)
    chart, line, rest = box.rows(high, max(figure.height(canvas, box.width), 0.1), 0, gap=8)
    yield chart, trend(panel, lang)
    if figure.figures:
        yield line, figure
    if listed.items:
        yield rest, fitting(canvas, listed, rest.width, rest.height, least_pt=CAVEAT_PT)


def _newest(panel: Panel, lang: Language) -> profile.Figure | None:
    """Return the latest figure with its unit, its year and its change; its chart says the rest."""
    last, found = trends.latest(panel), profile.headline(panel, lang)
    if last is None or found is None:
        return None
    unit = Message(label("unit", panel.unit))
    return replace(found, words=say(Message("{unit}, {year}", unit=unit, year=str(last.point.year)), lang))


def trend(panel: Panel, lang: Language) -> Trend:
    """Return a panel with the words of its chart."""
    drawn = [line for line in panel.lines if is_drawn(panel, line)]
    return Trend(
        panel=panel,
        title=charts.headline(panel, lang),
        unit=capital(say(scale_of(panel).unit, lang)),
        foot=(charts.area_line(panel, lang), charts.source_line(drawn, lang)),
        words=say(trends.summary(panel), lang),
    )
