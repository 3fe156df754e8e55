"""Panels of figures drawn as small plotly charts, in the look of a printed atlas.

What a line looks like says what it is: solid is a preferred source, dashed counts by other rules, dotted
grey is a source that another outranks. A gap is a gap; at a break of the series stands a rule that no line
crosses; where another source takes over, only a thin dotted bridge leads on; a part of a year is a hollow
mark that no line reaches; a doubtful figure is an open diamond.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from geo.citations import all_cited, cited
from geo.messages import Language, Message, number, say
from geo.series_notes import RELATIONS, place_words
from geo.terms import label
from geo.trends import Line, Panel, breaks, decimals, latest, level_of, summary, title
from layers.axes import scale_of, value_ticks, year_ticks
from layers.chart_frame import SMALL_PX, TITLE_PX, axis, capital, corners, ground, look, wrapped
from layers.chart_labels import end_labels, room_px, rule_labels
from layers.chart_traces import bridges, digits_of, is_drawn, pen_for, remarks, traces
from layers.tokens import DARK, LIGHT, Theme

SUBJECTS: Final = {  # indicator to hue, where it is not that of its group
    "coca_cultivation_ha": "coca", "coca_cultivation_ha_us": "coca",
    "mined_area_zone": "mining", "mining_new_ha": "mining", "mining_area_ha": "mining",
    "evoa_ha": "mining", "evoa_illicit_ha": "mining",
    "deforestation_ha": "forest", "tree_cover_loss_ha": "forest", "primary_forest_loss_ha": "forest",
}  # fmt: skip
SHOWN_SOURCES: Final = 3


def trend_figure(
    panel: Panel, lang: Language, dark: bool = False, *, width_px: int = 380, height_px: int = 220
) -> go.Figure:
    """Return the chart of a panel.

    Parameters
    ----------
    panel : Panel
    lang : Language
    dark : bool
        Drawn for a dark ground.
    width_px : int
        About how wide it will stand; texts are wrapped for it. The figure itself fills its container.
    height_px : int

    Returns
    -------
    Figure
        Its ``layout.meta["summary"]`` says the chart in words. Show it with ``CONFIG`` and no theme of
        the page: it brings its own.
    """
    theme = DARK if dark else LIGHT
    pen = pen_for(panel, lang, theme, theme.series[subject(panel)], breaks(panel), latest(panel))
    scale = scale_of(panel)
    drawn = [line for line in panel.lines if is_drawn(panel, line)]
    head = wrapped(headline(panel, lang), width_px, TITLE_PX, lines=2)
    foot = _footer(panel, drawn, lang, width_px)
    ticks, texts = value_ticks(scale, lang)
    margin = {
        "t": 8 + (TITLE_PX + 3) * len(head) + SMALL_PX + 14,
        "b": 26 + (SMALL_PX + 3) * len(foot),
        "l": 12 + int(max(len(text) for text in texts) * SMALL_PX * 0.6),
    }
    labels = end_labels(pen, drawn, scale, plot_px=height_px - margin["t"] - margin["b"])
    margin["r"] = room_px(labels, scale)
    layout = look(theme) | {
        "height": height_px,
        "margin": margin,
        "xaxis": axis(theme, scale.years) | ground(theme) | {"tickvals": year_ticks(scale, width_px)},
        "yaxis": axis(theme, scale.values) | {"tickvals": ticks, "ticktext": texts, "gridcolor": theme.grid},
        "shapes": [_rule(year, theme) for year in sorted(pen.breaks)],
        "annotations": [
            *corners(head, capital(say(scale.unit, lang)), foot, margin["l"], theme),
            *labels,
            *rule_labels(pen, scale),
        ],
        "meta": {"summary": say(summary(panel), lang), "panel": panel.key},
    }  # fmt: skip
    return go.Figure(
        {"data": [*bridges(pen), *(trace for line in drawn for trace in traces(pen, line))], "layout": layout}
    )


def small_table(panel: Panel, lang: Language) -> pd.DataFrame:
    """Return every figure of a panel in words, for the table beside the chart.

    Returns
    -------
    DataFrame
        Year (int), figure, source and remarks as text, in the language; newest first, the preferred source
        first within a year. The columns are named in the language.
    """
    kept = decimals(panel.indicator)
    rows = []
    for order, line in enumerate(panel.lines):
        who = cited(line.source_id)
        for point in line.points:
            value = number(point.value, lang, digits=digits_of(point.value, kept))
            rows.append((-point.year, order, point.year, value, who, ", ".join(remarks(line, point, lang))))
    columns = [
        say(Message("Year"), lang),
        say(Message("Figure ({unit})", unit=Message(label("unit", panel.unit))), lang),
        say(Message("Source"), lang),
        say(Message("Remarks"), lang),
    ]
    return pd.DataFrame([row[2:] for row in sorted(rows)], columns=columns)


def subject(panel: Panel) -> str:
    """Return the key of a panel's hue in ``Theme.series``."""
    return SUBJECTS.get(panel.indicator, panel.group if panel.group != "economy" else "coca")


def relation_of(panel: Panel) -> Message:
    """Return how the panel's place lies to the zone, in words."""
    return Message("partly within the zone") if "partly" in panel.notes else RELATIONS[panel.relation]


def headline(panel: Panel, lang: Language) -> str:
    """Return what a panel counts and where."""
    name = place_words(panel.level, panel.place, panel.country_iso3, lang)
    return say(Message("{what}, {place}", what=title(panel), place=name), lang)


def area_line(panel: Panel, lang: Language) -> str:
    """Return what kind of area a panel counts and how it lies to the zone, as a line below the chart."""
    words = Message("{level} · {relation}", level=level_of(panel), relation=relation_of(panel))
    return capital(say(words, lang))


def source_line(drawn: Sequence[Line], lang: Language, *, most: int = SHOWN_SOURCES) -> str:
    """Return who says the figures of lines, the first few by name, as a line below the chart."""
    names = all_cited(line.source_id for line in drawn)
    shown = ", ".join(names[:most])
    if len(names) > most:
        shown = say(Message("{shown} and {n} more", "{shown} and {n} more", shown=shown, n=len(names) - most), lang)
    return say(Message("Source: {names}", names=shown), lang)


def _footer(panel: Panel, drawn: list[Line], lang: Language, width_px: int) -> list[str]:
    """Return what stands below the axis: what kind of area, how it lies to the zone, and the sources."""
    lines = (area_line(panel, lang), source_line(drawn, lang))
    return [row for text in lines for row in wrapped(text, width_px, SMALL_PX, lines=1)]


def _rule(year: int, theme: Theme) -> dict[str, Any]:
    """Return the thin rule before a year with which a series breaks."""
    stroke = {"color": theme.rule, "width": 1, "dash": "dot"}
    span = {"x0": year - 0.5, "x1": year - 0.5, "yref": "paper", "y0": 0, "y1": 1}
    return {"type": "line", "line": stroke, "layer": "below", **span}
