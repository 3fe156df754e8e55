"""A panel of figures as a chart that PowerPoint can edit: its numbers are in a workbook inside the slide.

The same figures are drawn, and left out, as in the chart on the screen: ``layers.chart_traces`` decides. A gap is an
empty cell. No line crosses a break of the series: behind it the source goes on as a series of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE_DASH_STYLE, MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from geo.citations import counter
from geo.messages import Language, Message, say
from geo.trends import Panel, breaks, decimals, latest, rounded
from layers.axes import Scale, scale_of
from layers.briefing.pack.inks import Inks
from layers.briefing.pack.slides import Box
from layers.briefing.pack.texts import rgb, themed
from layers.chart_traces import Pen, is_drawn, pen_for, traces
from layers.charts import subject
from layers.tokens import LIGHT

SMALL_PT: Final = 9.0
TICKS: Final = 8  # years that are written out on the axis, at most
DASHES: Final = {"dash": MSO_LINE_DASH_STYLE.DASH, "dot": MSO_LINE_DASH_STYLE.ROUND_DOT}


@dataclass(frozen=True)
class Series:
    """One series of the chart.

    Attributes
    ----------
    values : dict
        Year to figure, as published.
    kind : str
        "line", "aside" or "partial", as in ``layers.chart_traces.traces``.
    dash : str
        "solid", "dash" or "dot".
    is_first : bool
        Whether it is the first of its name: the others need no entry in the legend.
    doubtful : set of int
        Years whose figure is to be checked.
    """

    name: str
    source_id: str
    values: dict[int, float]
    kind: str
    dash: str
    preferred: bool
    is_first: bool = True
    doubtful: frozenset[int] = frozenset()


def series_of(panel: Panel, lang: Language) -> list[Series]:
    """Return the series of a panel in the order in which they are drawn; every figure of the chart is in just one."""
    pen = _pen(panel, lang)
    found: list[Series] = []
    for line in panel.lines:
        if not is_drawn(panel, line):
            continue
        for trace in traces(pen, line):
            kind = trace["meta"]["kind"]
            dash = trace["line"]["dash"] if kind == "line" else "solid"
            for order, values in enumerate(_parts(trace, pen) if kind == "line" else [_values(trace)]):
                name = _name(line.source_id, kind, min(values) if order else None, lang)
                is_first = not order and name not in {each.name for each in found}  # a later edition says the same name
                doubtful = frozenset(point.year for point in line.points if point.doubtful and point.year in values)
                found.append(Series(name, line.source_id, values, kind, dash, line.preferred, is_first, doubtful))
    return found


def add(slide: Any, panel: Panel, lang: Language, box: Box, *, inks: Inks, is_house: bool) -> Any:
    """Add the chart of a panel to a slide and return its frame."""
    scale = scale_of(panel)
    found = series_of(panel, lang)
    years = range(min(min(each.values) for each in found), max(max(each.values) for each in found) + 1)
    data: Any = CategoryChartData(number_format="General")  # type: ignore[no-untyped-call]
    # Days, shown as years: the distance of labels is then the axis's own, in every program.
    data.categories = [date(year, 1, 1) for year in years]
    data.categories.number_format = "yyyy"
    for each in found:
        data.add_series(each.name, [each.values.get(year) for year in years])
    places = (Pt(each) for each in (box.x, box.y, box.width, box.height))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *places, data)
    chart = frame.chart
    chart.font.size = Pt(SMALL_PT)
    chart.font.color.theme_color = themed(inks.muted)
    chart.has_title = False
    _axes(chart, scale, len(years), inks)
    _legend(chart, found)
    # The preferred source has the colour that it has on the map, or the organisation's; all others are grey.
    own = LIGHT.series[subject(panel)] if is_house else inks.accent
    newest = latest(panel)
    labelled = False
    for plotted, each in zip(chart.plots[0].series, found, strict=True):
        _look(plotted, each, inks.muted if not each.preferred or each.kind == "aside" else own)
        if (
            not labelled and newest is not None and each.kind == "line" and each.source_id == newest.source_id
            and newest.point.year in each.values
        ):  # fmt: skip
            below = each.values.get(newest.point.year - 1, newest.point.value) > newest.point.value
            _labelled(
                plotted, newest.point.year - years.start, _label_format(scale, newest.point.value, panel), below=below
            )
            labelled = True
        _alone(plotted, each, years.start)
    return frame


def _pen(panel: Panel, lang: Language) -> Pen:
    return pen_for(panel, lang, LIGHT, LIGHT.series[subject(panel)], breaks(panel), latest(panel))


def _values(trace: dict[str, Any]) -> dict[int, float]:
    return {year: value for year, value in zip(trace["x"], trace["y"], strict=True) if year is not None}


def _parts(trace: dict[str, Any], pen: Pen) -> list[dict[int, float]]:
    """Cut a line where a break lies between two years that follow each other: a spreadsheet has no other gap there."""
    parts: list[dict[int, float]] = [{}]
    last = None
    for year, value in _values(trace).items():
        if last == year - 1 and year in pen.breaks:
            parts.append({})
        parts[-1][year] = value
        last = year
    return [part for part in parts if part]


def _name(source_id: str, kind: str, since: int | None, lang: Language) -> str:
    who = counter(source_id)
    if kind == "partial":
        return say(Message("{source}, part of the year", source=who), lang)
    if kind == "aside":
        return say(Message("{source}, another source is preferred", source=who), lang)
    return who if since is None else say(Message("{source}, from {year} (break)", source=who, year=str(since)), lang)


def _axes(chart: Any, scale: Scale, years: int, inks: Inks) -> None:
    values, categories = chart.value_axis, chart.category_axis
    values.minimum_scale, values.maximum_scale = scale.values
    values.major_unit = scale.step
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.theme_color = themed(inks.panel)
    values.major_gridlines.format.line.color.brightness = -0.1
    values.major_gridlines.format.line.width = Pt(0.75)
    values.format.line.fill.background()
    values.major_tick_mark = XL_TICK_MARK.NONE
    values.tick_labels.number_format = _format(scale, scale.step)
    values.tick_labels.number_format_is_linked = False
    categories.format.line.color.theme_color = themed(inks.muted)
    categories.major_tick_mark = XL_TICK_MARK.NONE
    categories.has_major_gridlines = False
    categories.tick_labels.number_format = "yyyy"
    categories.tick_labels.number_format_is_linked = False
    step = next(each for each in (1, 2, 5, 10, 20) if years / each <= TICKS)
    axis = categories._element  # noqa: SLF001 - python-pptx has no name for the distance of years
    for name in ("c:baseTimeUnit", "c:majorUnit", "c:majorTimeUnit"):
        for old in axis.findall(qn(name)):
            axis.remove(old)
    for name, value in (("c:baseTimeUnit", "years"), ("c:majorUnit", str(step)), ("c:majorTimeUnit", "years")):
        axis.append(axis.makeelement(qn(name), {"val": value}))


def _label_format(scale: Scale, value: float, panel: Panel) -> str:
    """Return the number format of a figure with the digits that are worth showing."""
    shown = rounded(value, panel.indicator) / scale.factor
    if scale.factor == 1:
        digits = 0 if shown == round(shown) else decimals(panel.indicator)
    else:
        digits = 0 if abs(shown) >= 100 else 1 if abs(shown) >= 10 else 2
    return _with_digits(scale, digits)


def _format(scale: Scale, shown: float) -> str:
    """Return a number format in the unit of the axis: thousands and millions are divided by it, not in the cells."""
    amount = abs(shown) / scale.factor
    digits = 0 if amount >= 100 or (amount >= 1 and float(amount).is_integer()) else 1 if amount >= 10 else 2
    if scale.factor == 1 and amount >= 10:
        digits = 0 if float(amount).is_integer() else 1
    return _with_digits(scale, digits)


def _with_digits(scale: Scale, digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "") + {1: "", 1_000: ",", 1_000_000: ",,"}[scale.factor]


def _legend(chart: Any, found: Sequence[Series]) -> None:
    """Name the series where there are several; one source needs none, since the footer names it."""
    chart.has_legend = len({each.name for each in found if each.is_first}) > 1
    if not chart.has_legend:
        return
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(SMALL_PT - 0.5)
    legend = chart.legend._element  # noqa: SLF001 - python-pptx cannot leave single entries out
    for order, each in enumerate(found):
        if each.is_first:
            continue
        entry = legend.makeelement(qn("c:legendEntry"), {})
        entry.append(legend.makeelement(qn("c:idx"), {"val": str(order)}))
        entry.append(legend.makeelement(qn("c:delete"), {"val": "1"}))
        legend.find(qn("c:legendPos")).addnext(entry)


def _look(plotted: Any, series: Series, hue: str) -> None:
    plotted.smooth = False
    line, marker = plotted.format.line, plotted.marker
    if series.kind == "line":
        line.width = Pt(2.25 if series.preferred else 1.4)
        _coloured(line.color, hue)
        if series.dash in DASHES:
            line.dash_style = DASHES[series.dash]
        marker.style = XL_MARKER_STYLE.NONE
        return
    line.fill.background()
    _ring(marker, hue)


def _ring(marker: Any, hue: str) -> None:
    """Make a mark hollow: a figure that no line reaches."""
    marker.style = XL_MARKER_STYLE.CIRCLE
    marker.size = 7
    marker.format.fill.solid()
    # A tint, not the ground: LibreOffice draws no edges of marks, and a hollow one would not be seen.
    _coloured(marker.format.fill.fore_color, hue)
    marker.format.fill.fore_color.brightness = 0.55
    _coloured(marker.format.line.color, hue)


def _coloured(colour: Any, hue: str) -> None:
    """Give a line or a mark a colour: one such as "#9C4221", or one of the theme."""
    if hue.startswith("#"):
        colour.rgb = rgb(hue)
    else:
        colour.theme_color = themed(hue)


def _alone(plotted: Any, series: Series, first: int) -> None:
    """Mark a year without neighbours, which would be invisible as a line, and a doubtful figure by a diamond."""
    if series.kind != "line":
        return
    for year in series.values:
        is_doubtful = year in series.doubtful
        if not is_doubtful and (year - 1 in series.values or year + 1 in series.values):
            continue
        marker = plotted.points[year - first].marker
        marker.style, marker.size = (XL_MARKER_STYLE.DIAMOND, 7) if is_doubtful else (XL_MARKER_STYLE.CIRCLE, 5)
        marker.format.fill.solid()
        _same(marker.format.fill.fore_color, plotted.format.line.color)
        marker.format.line.fill.background()


def _labelled(plotted: Any, position: int, format_code: str, *, below: bool) -> None:
    """Mark the newest figure and write it out; the label is the cell's number, so that it follows a correction."""
    point = plotted.points[position]
    point.marker.style, point.marker.size = XL_MARKER_STYLE.CIRCLE, 7
    point.marker.format.fill.solid()
    _same(point.marker.format.fill.fore_color, plotted.format.line.color)
    label = point.data_label
    label.position = XL_LABEL_POSITION.BELOW if below else XL_LABEL_POSITION.ABOVE
    label.font.size = Pt(SMALL_PT + 2)
    label.font.bold = True
    _same(label.font.color, plotted.format.line.color)
    element = label._get_or_add_dLbl()  # noqa: SLF001 - python-pptx gives a point's label no number format
    made = element.makeelement(qn("c:numFmt"), {"formatCode": format_code, "sourceLinked": "0"})
    anchor = element.find(qn("c:spPr"))
    if anchor is None:
        anchor = element.find(qn("c:txPr"))
    anchor.addprevious(made)


def _same(to: Any, colour: Any) -> None:
    if colour.type is not None and colour.theme_color != MSO_THEME_COLOR.NOT_THEME_COLOR:
        to.theme_color = colour.theme_color
    else:
        to.rgb = colour.rgb
