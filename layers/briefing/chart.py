"""A chart as a file: PNG, SVG, PDF or its figures as CSV, each with its sources, date, area, marking and code."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo.catalogue import record
from geo.citations import all_cited
from geo.downloads import safe_cell
from geo.errors import DataError, UnknownError
from geo.messages import Language, Message, day, say
from geo.seeds import Record
from geo.sources import sources_of
from geo.trends import Panel, caveats, panels
from geo.viewer import LOCAL, Marking, Viewer, marking_of
from geo.zone_tables import Among, ZoneTable, of_payload
from geo.zones import zones
from layers.briefing import filing, told
from layers.briefing.marking import cleared, highest
from layers.briefing.told import Told
from layers.chart_frame import capital
from layers.chart_traces import is_drawn
from layers.charts import area_line
from layers.known import known
from layers.own_trends import figures, has_trend, told_of
from layers.own_zones import place_name
from layers.printed import foot, plot, trend, writing
from layers.printed.layout import Scale
from layers.profile_trends import COLUMNS, rows_of
from layers.tokens import PAPER
from layers.view import ViewState

FORMATS: Final = ("png", "svg", "pdf", "csv")
WIDTH_PT: Final = 480.0
CHART_PT: Final = 272.0  # the chart with its title and what is said below it
MARGIN_PT: Final = 20.0
DPI: Final = 240  # 1600 pixels wide: sharp across a page or half a slide
PX: Final = 1.12  # points in a pixel of the screen
SCALE: Final = Scale("picture", WIDTH_PT, 0.0, 0.9, MARGIN_PT, 0.0, 9.1, 4)  # of the foot
GAP_PT: Final = 9.0  # between the years and the foot
NOTES: Final = Message("Notes")
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ABOUT: Final = ("marking", "title", "as_of", "view")
OWN_COLUMNS: Final = ("layer", "source", "zone_id", "zone", "year", "value", "unit", "partial")


@dataclass(frozen=True)
class Composed:
    """A chart that is ready to be written.

    Attributes
    ----------
    told : Told
        Its words; ``precision`` says what area it counts and what to know before years are compared.
    columns, rows
        Its figures, for the CSV.
    pixels : (int, int)
        Of the PNG.
    """

    figure: Figure
    told: Told
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    pixels: tuple[int, int]


def compose(
    panel: Panel, lang: Language, *, zone: str = "", marking: Marking = "TLP:CLEAR", on: date | None = None
) -> Composed:
    """Return the chart of a panel with all that must stand on it.

    Parameters
    ----------
    zone : str
        The zone that it was seen with, which its code opens.
    marking : Marking
        The least restrictive one that the chart is to carry.
    on : date, optional
        The date on it; without one, the newest year that it shows.

    Raises
    ------
    DataError
        If TLP:RED is asked for.
    """
    ids = [line.source_id for line in panel.lines if is_drawn(panel, line)]
    newest = max(point.year for line in panel.lines for point in line.points if not point.replaced)
    area, notes = area_line(panel, lang), [say(each, lang) for each in caveats(panel)]
    chart = replace(trend.chart_of(panel, lang), foot=())  # its area and sources stand in the foot of the picture
    words = _told(chart, zone, marking, on, str(newest))
    words = replace(
        words,
        sources=", ".join(all_cited(ids)),
        all_sources=tuple(told.in_full(each, lang) for each in sources_of(ids)),
        precision=" ".join([f"{area}.", *notes]),
    )
    return _composed(chart, words, COLUMNS, rows_of([panel]))


def compose_own(
    layer: Record, table: ZoneTable, zone: str, place: str, lang: Language, *, marking: Marking = "TLP:CLEAR",
    on: date | None = None,
) -> Composed:  # fmt: skip
    """Return the chart of a brought layer in a zone with all that must stand on it.

    Parameters
    ----------
    layer : Record
    table : ZoneTable
    zone, place : str
        A zone for which ``layers.own_trends.has_trend``, and its name in the language.

    Raises
    ------
    DataError
        If the layer carries TLP:RED, or that is asked for.
    """
    about = told_of(layer)
    chart = trend.own_chart(table, zone, place, about, lang)
    notes, chart = chart.foot[:-1], replace(chart, foot=())
    words = _told(
        chart, zone if zone in zones().index else "", highest([marking, about.marking]), on, _dated(about.as_of, lang)
    )
    words = replace(words, sources=about.source, all_sources=(about.source,), precision=" ".join(notes))
    rows = [
        (about.title, about.source, zone, place, year, value, unit, "yes" if partial else "")
        for year, value, unit, partial in figures(table, zone, about)
    ]
    return _composed(chart, words, OWN_COLUMNS, rows)


def asked(panel: Panel, zone: str, lang: Language, marking: Marking = "TLP:CLEAR") -> dict[str, Any]:
    """Return what ``again`` makes the chart of a panel from, as JSON; the query is the view that its code opens."""
    return {"query": ViewState(lang=lang, zone=zone).to_query(), "panel": panel.key, "marking": marking}


def asked_own(layer: Record, zone: str, among: Among, lang: Language, marking: Marking = "TLP:CLEAR") -> dict[str, Any]:
    """Return the same for the chart of a brought layer."""
    query = ViewState(lang=lang, zone=zone if among == "zones" else "").to_query()
    return {"query": query, "layer": layer.key, "zone": zone, "among": among, "marking": marking}


def again(told_of_it: Mapping[str, Any], viewer: Viewer = LOCAL) -> Composed:
    """Return the chart that ``asked`` or ``asked_own`` speaks of.

    Raises
    ------
    UnknownError
        If there is no such series or layer any more, or not for this viewer.
    """
    view, _ = ViewState.from_query(told_of_it.get("query", {}), known(viewer))
    marking = marking_of(str(told_of_it.get("marking", "TLP:CLEAR")))
    if "layer" not in told_of_it:
        wanted = str(told_of_it.get("panel", ""))
        found = next((each for each in panels(view.zone) if each.key == wanted), None)
        if found is None:
            raise UnknownError(Message("This release has no such series any more. Open its view to see what there is."))
        return compose(found, view.lang, zone=view.zone, marking=marking)
    layer = record(str(told_of_it["layer"]), viewer)
    zone, among = str(told_of_it["zone"]), cast(Among, told_of_it.get("among", "zones"))
    if layer.payload is None or not has_trend(table := of_payload(layer.payload, among), zone):
        raise UnknownError(Message("This layer has no trend there any more. Open its view to see what there is."))
    return compose_own(layer, table, zone, place_name(zone, among, view.lang), view.lang, marking=marking)


def packed(composed: Composed, kind: str) -> bytes:
    """Return a chart as the bytes of a file of one of ``FORMATS``; the same chart gives the same bytes."""
    said = composed.told
    if kind == "csv":
        return _csv(composed)
    about = writing.About(
        title=said.title, subject=composed.summary, sources="; ".join(said.all_sources), marking=said.marking,
        link=said.link, lang=said.lang, keywords=(said.code,),
    )  # fmt: skip
    return writing.packed(composed.figure, cast(writing.Format, kind), about, pixels=composed.pixels, dpi=DPI)


def write(composed: Composed, path: Path) -> None:
    """Write a chart to a file in the format of its ending, whole or not at all.

    Raises
    ------
    DataError
        If there is no such format, the folder is not there or the disk is full.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise DataError(
            Message(
                "A chart cannot be written as “{name}”. Use one of {names}.", name=path.name, names=", ".join(FORMATS)
            )
        )
    writing.write(packed(composed, kind), path)


def file_name(composed: Composed, kind: str) -> str:
    """Return what the file of a chart is to be called."""
    return filing.file_name(composed.told.title, "chart", composed.told.code, kind)


def _told(chart: plot.Chart, zone: str, marking: Marking, on: date | None, as_of: str) -> Told:
    """Return the words of a chart but for its sources. Its code opens the map with the zone that it was seen with."""
    lang = chart.lang
    view = ViewState(lang=lang, zone=zone)
    code = told.code_of(view)
    link, address = told.addresses(view, code)
    return Told(
        lang=lang, title=chart.title, subtitle=capital(say(chart.scale.unit, lang)),
        marking=cleared((), asked=marking).marking, left_out=(), sources="", all_sources=(), precision="",
        disclaimer="", on=day(on, lang) if on else as_of, code=code, link=link, address=address,
    )  # fmt: skip


def _dated(as_of: str, lang: Language) -> str:
    """Return the day that a layer is of in the language; a year or a month as it was written."""
    return day(date.fromisoformat(as_of), lang) if DAY.fullmatch(as_of) else as_of


def _composed(chart: plot.Chart, words: Told, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Composed:
    """Draw a chart above the foot that every sheet has."""
    below = foot.planned(words, SCALE, label=NOTES)
    tall = CHART_PT + below.height + MARGIN_PT
    figure = Figure(figsize=(WIDTH_PT / 72, tall / 72), dpi=72, facecolor=PAPER)
    plot.draw(
        figure, chart, px=PX,
        box=Bbox.from_extents(MARGIN_PT, below.height + GAP_PT, WIDTH_PT - MARGIN_PT, tall - MARGIN_PT),
    )  # fmt: skip
    foot.draw(figure, below, Bbox.from_extents(0, 0, WIDTH_PT, below.height))
    pixels = round(WIDTH_PT / 72 * DPI), round(tall / 72 * DPI)
    return Composed(figure, words, chart.summary, tuple(columns), tuple(rows), pixels)


def _csv(composed: Composed) -> bytes:
    """Return the figures as CSV, each row with marking, title, date and code: no row may be taken out of its context.

    UTF-8 with a byte order mark, without which Excel reads it as Latin-1; no cell can be taken for a formula.
    """
    said = composed.told
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow((*ABOUT, *composed.columns))
    about = (said.marking, said.title, said.on, said.code)
    writer.writerows([safe_cell(cell) for cell in (*about, *row)] for row in composed.rows)
    return content.getvalue().encode("utf-8-sig")
