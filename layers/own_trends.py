"""The trend of a brought layer in one zone: how much of it is dated to each year.

Drawn in the look of the panels of figures. What a chart counts and from which source stands below it. A year
without a feature is drawn as zero only where that is known (``ZoneTable.series``); else there is a gap.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import plotly.graph_objects as go

from geo.messages import Language, Message, say
from geo.seeds import Record
from geo.viewer import MARKINGS, Marking
from geo.zone_tables import Measure, ZoneTable
from layers.axes import Scale, scale, value_ticks, year_ticks
from layers.chart_frame import SMALL_PX, TITLE_PX, axis, capital, corners, ground, look, wrapped
from layers.chart_labels import FIGURE_PX, LETTER_PX
from layers.chart_traces import ALONE_PX, LINE_PX, NEWEST_PX, THIN_PX
from layers.own_colours import colour_of
from layers.tokens import DARK, LIGHT, Theme
from layers.zone_amounts import Unit, amount, rounded, unit_of

LEAST_YEARS: Final = 2  # one figure is no trend
ROW_PX: Final = SMALL_PX + 3  # of the footer
ROWS: Final = 2  # of the footer, for which the height of a chart has room
LEAST_CONTRAST: Final = 4.5  # of the figure at the end of a line against the card: WCAG 2.2 AA, 1.4.3
MONTHS: Final = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)
Trace = dict[str, Any]

COUNTED: Final[dict[Measure, Message]] = {
    "features": Message("Counted: the layer's features of each year in this zone."),
    "area_km2": Message("Counted: area of the features of each year, the part in this zone."),
    "length_km": Message("Counted: length of the features of each year, the part in this zone."),
}


@dataclass(frozen=True)
class Told:
    """What a chart says of its layer, in the words of whoever brought it: never trusted, always escaped."""

    title: str
    source: str
    as_of: str = ""
    marking: Marking = "TLP:CLEAR"
    colour: str = ""


@dataclass(frozen=True)
class _Series:
    """The figures of a chart, in its unit, oldest first."""

    unit: Unit
    whole: dict[int, float]
    partial: dict[int, float]
    span: tuple[int, int]

    @property
    def gaps(self) -> list[int]:
        known = {*self.whole, *self.partial}
        return [year for year in range(self.span[0], self.span[1] + 1) if year not in known]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a chart shows and says in one language.

    Attributes
    ----------
    name, summary : str
        Its title, and all it says, for those who cannot see it.
    notes : tuple of str
        What stands below it, the source last.
    traces : tuple of dict
        The line of the whole years and the mark of a part of one.
    last : (int, float) or None
        The newest whole year and its figure, said by ``label``.
    """

    name: str
    notes: tuple[str, ...]
    summary: str
    scale: Scale
    traces: tuple[Trace, ...]
    hue: str
    last: tuple[int, float] | None
    label: str


def told_of(record: Record) -> Told:
    """Return what is said of a brought layer."""
    if record.layer is None:
        raise ValueError("a layer that somebody brought has versions")
    about = record.layer.about
    return Told(
        about.title, about.source, about.as_of, about.marking, colour_of(about.title, record.layer.current.look)
    )


def has_trend(table: ZoneTable, zone_id: str) -> bool:
    """Tell whether there are figures of more than one year for a zone, not all of them zero."""
    found = table.series(zone_id)
    return len(found) >= LEAST_YEARS and any(found.values())


def figure(
    table: ZoneTable,
    zone_id: str,
    place: str,
    told: Told,
    lang: Language,
    *,
    dark: bool = False,
    width_px: int = 380,
    height_px: int = 220,
) -> go.Figure:
    """Return the chart of a layer in a zone.

    Parameters
    ----------
    table : ZoneTable
    zone_id : str
        A zone for which ``has_trend``.
    place : str
        Its name in the language.
    told : Told
    lang : Language
    dark : bool
        Drawn for a dark ground.
    width_px, height_px : int
        About how wide it will stand, and how high with a footer of two lines; each further one makes it higher.

    Returns
    -------
    Figure
        Its ``layout.meta["summary"]`` says the chart in words. Show it with ``layers.chart_frame.CONFIG`` and no
        theme of the page.
    """
    theme = DARK if dark else LIGHT
    own = parts(table, zone_id, place, told, lang, theme)
    scaled, last, label = own.scale, own.last, own.label
    ticks, texts = value_ticks(scaled, lang)
    head = wrapped(own.name, width_px, TITLE_PX, lines=2)
    foot = [row for text in own.notes for row in wrapped(text, width_px, SMALL_PX, lines=2)]
    left = 12 + int(max(len(text) for text in texts) * SMALL_PX * 0.6)
    layout = look(theme) | {
        "height": height_px + ROW_PX * max(0, len(foot) - ROWS),
        "margin": {
            "t": 8 + (TITLE_PX + 3) * len(head) + SMALL_PX + 14,
            "b": 26 + ROW_PX * len(foot),
            "l": left,
            "r": 12 + int(len(label) * LETTER_PX),
        },
        "xaxis": axis(theme, scaled.years) | ground(theme) | {"tickvals": year_ticks(scaled, width_px)},
        "yaxis": axis(theme, scaled.values) | {"tickvals": ticks, "ticktext": texts, "gridcolor": theme.grid},
        "annotations": [
            *corners(head, capital(say(scaled.unit, lang)), foot, left, theme),
            *([_end(*last, label, own.hue)] if last is not None else []),
        ],
        "meta": {"summary": own.summary},
    }
    return go.Figure({"data": list(own.traces), "layout": layout})


def parts(table: ZoneTable, zone_id: str, place: str, told: Told, lang: Language, theme: Theme) -> Parts:
    """Return what the chart of a layer in a zone shows and says, however it is drawn; arguments as of ``figure``."""
    hue = _legible(told.colour or theme.series["enforcement"], theme)
    series = _series(table, zone_id, told)
    name = say(Message("{what}, {place}", what=told.title, place=place), lang)
    notes = tuple(say(each, lang) for each in (*remarks(table, zone_id, told), _source(told)))
    last = max(series.whole, default=None)
    return Parts(
        name=name,
        notes=notes,
        summary=" ".join([say(_told(name, series), lang), *notes]),
        scale=scale(series.span, [*series.whole.values(), *series.partial.values()], series.unit.words),
        traces=tuple(_traces(series, lang, theme, hue)),
        hue=hue,
        last=None if last is None else (last, series.whole[last]),
        label="" if last is None else amount_of(series.whole[last], series.unit, lang),
    )


def figures(table: ZoneTable, zone_id: str, told: Told) -> list[tuple[int, float, Unit, bool]]:
    """Return the figures of a chart, oldest first: year, figure, its unit, and whether it is of a part of the year."""
    series = _series(table, zone_id, told)
    known = {**series.whole, **series.partial}
    return [(year, known[year], series.unit, year in series.partial) for year in sorted(known)]


def remarks(table: ZoneTable, zone_id: str, told: Told) -> list[Message]:
    """Return what a reader must know of a chart: what it counts, what its zeros and its gaps mean."""
    series = _series(table, zone_id, told)
    said = [COUNTED[series.unit.measure]]
    if table.spanning:
        said.append(Message("A feature of several years counts in each of them."))
    if 0 in series.whole.values() or 0 in series.partial.values():
        said.append(Message("Zero: the layer has features of that year, none of them here."))
    if table.undated:
        said.append(
            Message(
                "{n} feature names no year and is not shown: a gap is not zero.",
                "{n} features name no year and are not shown: a gap is not zero.",
                n=table.undated,
            )
        )
    elif series.gaps:
        said.append(Message("A gap: the layer has no feature of that year anywhere, so it may not cover it."))
    if series.partial:
        said.append(
            Message("{year}: only a part of the year, until {date}.", year=str(series.span[1]), date=told.as_of)
        )
    return said


def amount_of(value: float, unit: Unit, lang: Language) -> str:
    """Return a figure that is in the unit already, without it."""
    return amount(value / unit.factor, unit, lang).removesuffix(unit.sign).rstrip()


def _series(table: ZoneTable, zone_id: str, told: Told) -> _Series:
    found = table.series(zone_id)
    unit = unit_of(table.measure, max(found.values(), default=0.0))
    figures = {year: rounded(value, unit) for year, value in found.items()}
    last = table.years[-1]
    cut = last if _is_within(told.as_of, last) else None
    return _Series(
        unit,
        {year: value for year, value in figures.items() if year != cut},
        {year: value for year, value in figures.items() if year == cut},
        (table.years[0], last),
    )


def _is_within(as_of: str, year: int) -> bool:
    """Tell whether a layer describes a day or month of a year before its end: the year is not whole then."""
    found = MONTHS.fullmatch(as_of)
    if not found or int(found[1]) != year:
        return False
    return int(found[2]) < date.max.month or (found[3] is not None and int(found[3]) < date.max.day)


def _traces(series: _Series, lang: Language, theme: Theme, hue: str) -> list[Trace]:
    """Return the line of the whole years, broken at gaps, and the hollow mark of a part of a year."""
    drawn: list[int | None] = []
    for year in series.whole:
        if drawn and drawn[-1] != year - 1:
            drawn.append(None)
        drawn.append(year)
    around = [None, *drawn, None]
    last = max(series.whole, default=None)
    sizes = [
        0 if year is None else NEWEST_PX if year == last else ALONE_PX if before is None and after is None else 0
        for before, year, after in zip(around, drawn, around[2:], strict=False)
    ]
    base = {"type": "scatter", "hoverinfo": "text", "cliponaxis": False}
    line = base | {
        "x": drawn,
        "y": [None if year is None else series.whole[year] for year in drawn],
        "mode": "lines+markers",
        "connectgaps": False,
        "line": {"color": hue, "width": LINE_PX},
        "marker": {"size": sizes, "color": hue, "opacity": 1},
        "hovertext": ["" if year is None else _hover(series, year, lang) for year in drawn],
        "meta": {"kind": "line"},
    }
    marks = base | {
        "x": list(series.partial),
        "y": list(series.partial.values()),
        "mode": "markers",
        "marker": {"size": NEWEST_PX, "color": theme.card, "line": {"color": hue, "width": THIN_PX}},
        "hovertext": [_hover(series, year, lang) for year in series.partial],
        "meta": {"kind": "partial"},
    }
    return [each for each in (line, marks) if each["x"]]


def _hover(series: _Series, year: int, lang: Language) -> str:
    value = {**series.whole, **series.partial}[year]
    rows = [f"<b>{amount_of(value, series.unit, lang)}</b> {html.escape(say(series.unit.words, lang))}, {year}"]
    if year in series.partial:
        rows.append(html.escape(say(Message("part of the year"), lang)))
    return "<br>".join(rows)


def _end(year: int, value: float, label: str, hue: str) -> dict[str, Any]:
    """Return the newest figure, written at the end of its line."""
    place = {"x": year, "y": value, "xanchor": "left", "xshift": 6, "showarrow": False}
    return place | {"text": f"<b>{label}</b>", "font": {"size": FIGURE_PX, "color": hue}}


def _source(told: Told) -> Message:
    marking = "" if told.marking == MARKINGS[0] else told.marking
    return Message("Source: {names}", names=" · ".join(filter(None, (told.source, marking))))


def _told(name: str, series: _Series) -> Message:
    """Return the chart in one sentence."""
    what = Message("{what} ({unit})", what=name, unit=series.unit.words)
    figures = series.whole or series.partial
    first, last = min(figures), max(figures)
    start, end = str(first), str(last)
    if first == last:
        return Message("{what}: {first} ({start}), one figure.", what=what, first=figures[first], start=start)
    top = max(figures, key=lambda year: figures[year])
    if figures[top] in (figures[first], figures[last]):
        return Message(
            "{what}: from {first} ({start}) to {last} ({end}).",
            what=what, first=figures[first], start=start, last=figures[last], end=end,
        )  # fmt: skip
    return Message(
        "{what}: from {first} ({start}) to {last} ({end}), highest {peak} ({top}).",
        what=what, first=figures[first], start=start, last=figures[last], end=end, peak=figures[top], top=str(top),
    )  # fmt: skip


def _legible(colour: str, theme: Theme) -> str:
    """Return a colour in which a line and its figure can be read: the layer's own, with ink where it is too pale."""
    rgb, ink = _channels(colour), _channels(theme.ink)
    for share in (0.0, 0.2, 0.4, 0.6, 0.8):
        mixed = [round(own + (of_ink - own) * share) for own, of_ink in zip(rgb, ink, strict=True)]
        light, faint = sorted((_luminance(mixed), _luminance(_channels(theme.card))), reverse=True)
        if (light + 0.05) / (faint + 0.05) >= LEAST_CONTRAST:
            return "#" + "".join(f"{each:02X}" for each in mixed)
    return theme.ink


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _luminance(channels: list[int]) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (each / 255 for each in channels)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
