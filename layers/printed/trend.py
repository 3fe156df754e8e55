"""The chart of a panel of figures on a printed page; it obeys the rules of the chart on the screen."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo.messages import Language, say
from geo.trends import Panel, breaks, latest, summary
from geo.zone_tables import ZoneTable
from layers.axes import scale_of
from layers.chart_labels import FIGURE_PX, NAME_PX, rule_words, wanted_labels
from layers.chart_traces import bridges, is_drawn, pen_for, traces
from layers.charts import area_line, headline, source_line, subject
from layers.own_trends import Told, parts
from layers.printed import plot
from layers.printed.beside import Word
from layers.printed.fonts import REGULAR, SEMIBOLD
from layers.tokens import LIGHT, PAPER

RULE_PX: Final = 9.5
PLOT_PX: Final = 130  # about as high as a plot stands: what decides whether a rival's name would lie on a line
SOURCES: Final = 4


def draw(
    figure: Figure, panel: Panel, lang: Language, *, box: Bbox, px: float, ground: str = PAPER, gid: str = "chart"
) -> Axes:
    """Draw the chart of a panel into a box of a page and return its axes.

    Parameters
    ----------
    panel : Panel
    lang : Language
    box : Bbox
        Points from the lower left corner of the page.
    px : float
        Points that a pixel of the screen is as wide as.
    ground : str
        Colour of the page, with which hollow marks are filled.
    gid : str
        Of the axes; the words around them are called after it. One page has no two charts of one name.
    """
    return plot.draw(figure, chart_of(panel, lang, ground=ground), box=box, px=px, gid=gid)


def own_chart(
    table: ZoneTable, zone_id: str, place: str, told: Told, lang: Language, *, ground: str = PAPER
) -> plot.Chart:
    """Return the chart of a brought layer in a zone for which ``layers.own_trends.has_trend``, in words and marks."""
    theme = replace(LIGHT, card=ground)
    own = parts(table, zone_id, place, told, lang, theme)
    ends = () if own.last is None else (Word(*own.last, ((own.label, FIGURE_PX, SEMIBOLD),), own.hue, needed=True),)
    return plot.Chart(
        title=own.name,
        summary=own.summary,
        foot=own.notes,
        scale=own.scale,
        lang=lang,
        theme=theme,
        traces=own.traces,
        words=ends,
    )


def chart_of(panel: Panel, lang: Language, *, ground: str = PAPER) -> plot.Chart:
    """Return the chart of a panel in words and marks."""
    theme = replace(LIGHT, card=ground)
    pen = pen_for(panel, lang, theme, theme.series[subject(panel)], breaks(panel), latest(panel))
    scale = scale_of(panel)
    drawn = [line for line in panel.lines if is_drawn(panel, line)]
    ends = [
        Word(
            each.point.year,
            each.point.value,
            tuple(
                (text, size, weight)
                for text, size, weight in ((each.figure, FIGURE_PX, SEMIBOLD), (each.name, NAME_PX, REGULAR))
                if text
            ),
            each.colour,
            needed=bool(each.figure),
        )
        for each in wanted_labels(pen, drawn, scale, plot_px=PLOT_PX)
    ]
    rules = [
        Word(rule.years[-1] - 0.5, None, ((rule.words, RULE_PX, REGULAR),), theme.muted)
        for rule in rule_words(pen, scale)
    ]
    newest = [word for word in ends if word.needed]
    return plot.Chart(
        title=headline(panel, lang),
        summary=say(summary(panel), lang),
        foot=(area_line(panel, lang), source_line(drawn, lang, most=SOURCES)),
        scale=scale,
        lang=lang,
        theme=theme,
        # The preferred source lies over its rivals.
        traces=(*bridges(pen), *(trace for line in reversed(drawn) for trace in traces(pen, line))),
        breaks=tuple(sorted(pen.breaks)),
        words=(*newest, *rules, *(word for word in ends if not word.needed)),
    )
