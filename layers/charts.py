"""Panels of figures drawn as small plotly charts, in the look of a printed atlas.

What a line looks like says what it is: solid is a preferred source, dashed counts by other rules, dotted
grey is a source that another outranks. A gap is a gap; where the series breaks or another source takes
over, only a thin dotted bridge leads on; a part of a year is a hollow mark that no line reaches; a doubtful
figure is an open diamond.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from geo.citations import all_cited, cited
from geo.messages import Language, Message, number, say
from geo.series_notes import RELATIONS, place_words
from geo.terms import label
from geo.trends import SAME_WITHIN, Line, Panel, Point, breaks, decimals, latest, level_of, summary, title
from layers.axes import Scale, scale_of, value_ticks, year_ticks
from layers.chart_labels import end_labels, room_px, rule_labels
from layers.tokens import DARK, LIGHT, Theme

FONT: Final = '"Source Sans", "Source Sans 3", "Source Sans Pro", sans-serif'
# How a page shows a figure: nothing to press, nothing that leads away.
CONFIG: Final = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False}
SUBJECTS: Final = {  # indicator to hue, where it is not that of its group
    "coca_cultivation_ha": "coca", "coca_cultivation_ha_us": "coca",
    "mined_area_zone": "mining", "mining_new_ha": "mining", "mining_area_ha": "mining",
    "evoa_ha": "mining", "evoa_illicit_ha": "mining",
    "deforestation_ha": "forest", "tree_cover_loss_ha": "forest", "primary_forest_loss_ha": "forest",
}  # fmt: skip
TITLE_PX: Final = 13
SMALL_PX: Final = 10
LETTER: Final = 0.5  # mean width of a letter over its height, in a humanist sans serif
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
    hue = theme.series[SUBJECTS.get(panel.indicator, panel.group if panel.group != "economy" else "coca")]
    scale = scale_of(panel)
    figure = go.Figure()
    drawn = [line for line in panel.lines if is_drawn(panel, line)]
    figure.add_traces([_bridge(*ends, hue) for ends in bridges(panel)])
    for line in drawn:
        figure.add_traces(_traces(panel, line, lang, theme, hue))
    for year in breaks(panel):
        figure.add_vline(x=year - 0.5, line={"color": theme.rule, "width": 1, "dash": "dot"}, layer="below")
    _frame(figure, panel, scale, lang, theme, width_px, height_px)
    plot_px = height_px - figure.layout.margin.t - figure.layout.margin.b
    labels = end_labels(panel, drawn, scale, lang, theme, hue, plot_px=plot_px)
    figure.update_layout(margin_r=room_px(labels, scale))
    for annotation in [*labels, *rule_labels(breaks(panel), scale, lang, theme)]:
        figure.add_annotation(annotation)
    return figure


def small_table(panel: Panel, lang: Language) -> pd.DataFrame:
    """Return every figure of a panel in words, for the table beside the chart.

    Returns
    -------
    DataFrame
        Year (int), value, source and remarks as text, in the language; newest first, the preferred source
        first within a year. The columns are named in the language.
    """
    rows = [
        (-point.year, order, point.year, number(point.value, lang, digits=_digits(panel, point)), cited(line.source_id),
         ", ".join(remarks(line, point, lang)))
        for order, line in enumerate(panel.lines)
        for point in line.points
    ]  # fmt: skip
    unit = say(label("unit", panel.unit), lang)
    columns = [
        say(Message("Year"), lang),
        say(Message("Figure ({unit})", unit=unit), lang),
        say(Message("Source"), lang),
        say(Message("Remarks"), lang),
    ]
    return pd.DataFrame([row[2:] for row in sorted(rows)], columns=columns)


def remarks(line: Line, point: Point, lang: Language) -> list[str]:
    """Return what is special about a figure, in words; its published note where it can be said in the language."""
    flags = {
        Message("part of the year"): point.partial,
        Message("break in the series"): point.series_break,
        Message("doubtful"): point.doubtful,
        Message("another source is preferred"): point.outranked or not line.preferred,
        Message("not drawn: another source covers this year"): point.replaced,
        Message("other rules of counting"): line.other_rules,
    }
    words = [say(message, lang) for message, holds in flags.items() if holds]
    note = say(point.note, lang) if point.note else ""
    return [*words, note] if note and (lang == "en" or note != point.note) else words


def is_drawn(panel: Panel, line: Line) -> bool:
    """Whether a line says anything that a preferred one does not say already."""
    return line.preferred or not all(repeats(panel, point) for point in line.points if not point.replaced)


def repeats(panel: Panel, point: Point) -> bool:
    """Whether a preferred source gives nearly the same figure for the year of a point."""
    known = (
        other.value for line in panel.preferred for other in line.points if other.whole and other.year == point.year
    )
    return any(abs(point.value - value) <= SAME_WITHIN * abs(value) for value in known)


def _traces(panel: Panel, line: Line, lang: Language, theme: Theme, hue: str) -> list[go.Scatter]:
    """Return the traces of one source: its line, and the marks that no line reaches."""
    rival = not line.preferred
    colour = theme.rival if rival else hue
    dash = "dot" if rival else "dash" if line.other_rules else "solid"
    usable = [point for point in line.points if not point.replaced]
    partial = [point for point in usable if point.partial]
    # A figure that another source outranks stays on its own line where both say the same.
    whole = [point for point in usable if not point.partial and (point.whole or rival or repeats(panel, point))]
    aside = [point for point in usable if point not in partial and point not in whole]
    cut = set(breaks(panel))
    traces = []
    if whole:
        traces.append(_line(panel, line, whole, lang, theme, colour, dash, cut))
    for points, kind, mark in ((aside, "aside", theme.rival), (partial, "partial", colour)):
        if points:
            traces.append(_marks(panel, line, points, lang, theme, mark, kind))
    return traces


def _line(
    panel: Panel,
    line: Line,
    points: Sequence[Point],
    lang: Language,
    theme: Theme,
    colour: str,
    dash: str,
    cut: set[int],
) -> go.Scatter:
    drawn: list[Point | None] = []
    for point in points:
        if drawn and not _joined(drawn[-1], point, cut):
            drawn.append(None)
        drawn.append(point)
    newest = latest(panel)
    sizes, symbols, fills = [], [], []
    for left, mark, right in zip([None, *drawn[:-1]], drawn, [*drawn[1:], None], strict=True):
        alone = left is None and right is None
        is_newest = newest is not None and mark is newest.point
        doubtful = mark is not None and mark.doubtful
        sizes.append(7 if is_newest or doubtful else 5 if alone else 0)
        symbols.append("diamond" if doubtful else "circle")
        fills.append(theme.card if doubtful or not line.preferred else colour)
    return go.Scatter(
        x=[point.year if point else None for point in drawn],
        y=[point.value if point else None for point in drawn],
        mode="lines+markers",
        connectgaps=False,
        line={"color": colour, "width": 1.4 if not line.preferred else 2.2, "dash": dash},
        marker={
            "size": sizes,
            "symbol": symbols,
            "color": fills,
            "line": {"color": colour, "width": 1.4},
            "opacity": 1,
        },
        cliponaxis=False,
        meta={"source_id": line.source_id, "kind": "line"},
        hovertext=[_hover(panel, line, point, lang) if point else "" for point in drawn],
        hoverinfo="text",
        showlegend=False,
    )


def _joined(point: Point | None, following: Point, cut: set[int]) -> bool:
    """Whether a line may lead from one figure to the next: the next year, and nothing changed between."""
    return point is not None and following.year == point.year + 1 and following.year not in cut


def bridges(panel: Panel) -> list[tuple[Point, Point]]:
    """Return the pairs of years in a row between which the yardstick changed: a break, or another source.

    No line joins them, since a line has one source and one definition; but neither is a year missing, as a
    bare gap would say. Sources that count by other rules are not bridged.
    """
    readings = [(line.source_id, point) for line in panel.preferred if not line.other_rules for point in line.points]
    by_year: dict[int, list[tuple[str, Point]]] = {}
    for source_id, point in readings:
        if point.whole or (not point.partial and not point.replaced and repeats(panel, point)):
            by_year.setdefault(point.year, []).append((source_id, point))
    cut = set(breaks(panel))
    found = []
    for year, here in by_year.items():
        following = by_year.get(year + 1, [])
        shared = {source_id for source_id, _ in here} & {source_id for source_id, _ in following}
        if following and (not shared or year + 1 in cut):
            pairs = [(a, b) for source, a in here for other, b in following if not shared or source == other]
            found.append(pairs[0])
    return found


def _bridge(before: Point, after: Point, colour: str) -> go.Scatter:
    return go.Scatter(
        x=[before.year, after.year],
        y=[before.value, after.value],
        mode="lines",
        line={"color": colour, "width": 1.2, "dash": "dot"},
        opacity=0.8,
        meta={"kind": "bridge"},
        hoverinfo="skip",
        showlegend=False,
    )


def _marks(
    panel: Panel, line: Line, points: Sequence[Point], lang: Language, theme: Theme, colour: str, kind: str
) -> go.Scatter:
    return go.Scatter(
        x=[point.year for point in points],
        y=[point.value for point in points],
        mode="markers",
        marker={
            "size": 7,
            "symbol": ["diamond" if point.doubtful else "circle" for point in points],
            "color": theme.card,
            "line": {"color": colour, "width": 1.4},
        },
        cliponaxis=False,
        meta={"source_id": line.source_id, "kind": kind},
        hovertext=[_hover(panel, line, point, lang) for point in points],
        hoverinfo="text",
        showlegend=False,
    )


def _hover(panel: Panel, line: Line, point: Point, lang: Language) -> str:
    value = number(point.value, lang, digits=_digits(panel, point))
    head = f"<b>{value}</b> {say(label('unit', panel.unit), lang)}, {point.year}"
    tail = [cited(line.source_id), *remarks(line, point, lang)]
    lines = [row for text in tail for row in textwrap.wrap(text, 52)]
    return "<br>".join([head, *(html.escape(row, quote=False) for row in lines)])


def _digits(panel: Panel, point: Point) -> int:
    """Return the decimals of a figure: those of its indicator, but never so few that a figure becomes zero."""
    kept = decimals(panel.indicator)
    return kept if point.value == 0 or abs(point.value) >= 10**-kept / 2 else kept + 2


def _frame(
    figure: go.Figure, panel: Panel, scale: Scale, lang: Language, theme: Theme, width_px: int, height_px: int
) -> None:
    """Set axes, title, unit and footer."""
    name = place_words(panel.level, panel.place, panel.country_iso3, lang)
    head = _wrapped(say(Message("{what}, {place}", what=title(panel), place=name), lang), width_px, TITLE_PX, lines=2)
    unit = _capital(say(scale.unit, lang))
    foot = _footer(panel, lang, width_px)
    top = 8 + (TITLE_PX + 3) * len(head) + SMALL_PX + 14
    bottom = 22 + (SMALL_PX + 3) * len(foot) + 4
    ticks, texts = value_ticks(scale, lang)
    left = 12 + int(max(len(text) for text in texts) * SMALL_PX * 0.6)
    figure.update_layout(
        height=height_px,
        margin={"t": top, "b": bottom, "l": left},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": SMALL_PX, "color": theme.muted},
        hoverlabel={
            "bgcolor": theme.card,
            "bordercolor": theme.grid,
            "font": {"family": FONT, "size": 12, "color": theme.ink},
            "align": "left",
        },
        hovermode="closest",
        showlegend=False,
        dragmode=False,
        meta={"summary": say(summary(panel), lang), "panel": panel.key},
    )
    figure.update_xaxes(
        range=list(scale.years), tickvals=year_ticks(scale, width_px), tickformat="d", showgrid=False, zeroline=False,
        linecolor=theme.rule, ticks="outside", ticklen=3, tickcolor=theme.rule, fixedrange=True,
    )  # fmt: skip
    figure.update_yaxes(
        range=list(scale.values), tickvals=ticks, ticktext=texts, gridcolor=theme.grid, zeroline=False, fixedrange=True,
    )  # fmt: skip
    corner = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - left, "showarrow": False, "align": "left"}
    head_html = "<br>".join(f"<b>{html.escape(row, quote=False)}</b>" for row in head)
    figure.add_annotation(
        **corner, yref="paper", y=1, yanchor="bottom", yshift=SMALL_PX + 10,
        text=head_html, font={"size": TITLE_PX, "color": theme.ink},
    )  # fmt: skip
    figure.add_annotation(
        **corner, yref="paper", y=1, yanchor="bottom", yshift=5, text=html.escape(unit), font={"size": SMALL_PX + 1}
    )
    figure.add_annotation(
        **corner, yref="paper", y=0, yanchor="top", yshift=-20,
        text="<br>".join(html.escape(row, quote=False) for row in foot), font={"size": SMALL_PX},
    )  # fmt: skip


def _footer(panel: Panel, lang: Language, width_px: int) -> list[str]:
    """Return what stands below the axis: what kind of area, how it lies to the zone, and the sources."""
    area = say(Message("{level} · {relation}", level=level_of(panel), relation=relation_of(panel)), lang)
    names = all_cited(line.source_id for line in panel.lines if is_drawn(panel, line))
    shown = ", ".join(names[:SHOWN_SOURCES])
    if more := len(names) - SHOWN_SOURCES if len(names) > SHOWN_SOURCES else 0:
        shown = say(Message("{shown} and {n} more", "{shown} and {n} more", shown=shown, n=more), lang)
    source = say(Message("Source: {names}", names=shown), lang)
    return [*_wrapped(_capital(area), width_px, SMALL_PX, lines=1), *_wrapped(source, width_px, SMALL_PX, lines=1)]


def relation_of(panel: Panel) -> Message:
    """Return how the panel's place lies to the zone, in words."""
    return Message("partly within the zone") if "partly" in panel.notes else RELATIONS[panel.relation]


def _wrapped(text: str, width_px: int, size_px: int, *, lines: int) -> list[str]:
    """Return a text in at most so many lines; what does not fit ends in an ellipsis."""
    letters = int((width_px - 12) / (size_px * LETTER))
    return textwrap.wrap(text, letters, max_lines=lines, placeholder=" …") or [text]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
