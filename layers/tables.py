"""What a map shows, in words and as tables, for those who count or cannot see it."""

from __future__ import annotations

import pandas as pd

from geo import store, trends, zones
from geo.headlines import headlines
from geo.messages import Language, Message, number, say
from geo.series_notes import MINED
from geo.terms import label, unit_label
from layers import cards, features, shading
from layers.spec import LayerSpec
from layers.view import ViewState
from layers.web import shown

COMPARED_YEARS = 10  # how far back the key figure looks


def summary(view: ViewState) -> str:
    """Return one sentence that says what is on the map."""
    lang = view.lang
    parts = []
    for spec in shown(view):
        if spec.shades is not None:
            found = shading.shade(spec, view)
            units = int((found.values["shade"] >= 0).sum())
            counted = say(Message("{n} unit", "{n} units", n=units), lang)
            parts.append(f"{say(spec.title, lang)} {found.year or '–'} ({counted})")
        else:
            parts.append(f"{say(spec.title, lang)} ({number(len(features.selected(spec, view)), lang)})")
    if not parts:
        return say(Message("No layer is on. Turn one on at the left."), lang)
    return say(Message("The map shows: {layers}.", layers=", ".join(parts)), lang)


def table(spec: LayerSpec, view: ViewState) -> pd.DataFrame:
    """Return the features of a layer as a table with headings and terms in the view's language."""
    lang = view.lang
    frame = features.selected(spec, view)
    columns: dict[str, list[object]] = {
        say(Message("Name"), lang): [spec.record.title_of(row, lang) for _, row in frame.iterrows()]
    }
    if spec.shades is not None:
        values = shading.shade(spec, view).values
        heading = f"{say(spec.title, lang)}, {say(unit_label(spec.record.indicator), lang)}"
        columns[heading] = [value if value == value else None for value in values["value"].reindex(frame.index)]
    for field in spec.fields:
        columns[say(field.label, lang)] = [cards.said(field.kind, value, lang) for value in frame[field.column]]
    for column, heading_of in (("as_of", Message("As of")), ("confidence", Message("Confidence"))):
        if column in frame:
            columns[say(heading_of, lang)] = [
                say(label("confidence", value), lang) if column == "confidence" else value for value in frame[column]
            ]
    return pd.DataFrame(columns)


def key_counts() -> list[tuple[int, Message]]:
    """Return the counts that open the region's panel."""
    return [
        (len(store.table("zones")), Message("zones")),
        (len(store.table("crossings")), Message("crossings")),
        (len(store.table("mining_sites")), Message("mining sites")),
    ]


def zone_figures(zone_id: str, lang: Language) -> list[tuple[str, str, str]]:
    """Return a zone's key figures: the latest of its first trend, its sites and its crossings.

    Returns
    -------
    list of (figure, what it counts, what else to know of it), in words.
    """
    sites, crossings = zones.sites_in(zone_id), zones.crossings_in(zone_id)
    strong = int((sites["confidence"] == "high").sum())
    informal = int((crossings["formality"] == "informal").sum())
    counts = [
        (
            number(len(sites), lang),
            say(Message("mining sites"), lang),
            say(Message("{n} with high confidence", n=strong), lang) if strong else "",
        ),
        (
            number(len(crossings), lang),
            say(Message("crossings"), lang),
            say(Message("{n} informal", n=informal), lang) if informal else "",
        ),
    ]
    return [*_headline(zone_id, lang), *counts]


def _headline(zone_id: str, lang: Language) -> list[tuple[str, str, str]]:
    """Return the latest figure of the zone's first trend and its change over ten years, where they compare."""
    panel = headlines(zone_id)[0]
    last = trends.latest(panel)
    if last is None:
        return []
    what = Message(
        "{unit}: {title}, {year}",
        unit=Message("hectares" if panel.indicator == MINED else unit_label(panel.indicator)),
        title=trends.title(panel),
        year=str(last.point.year),
    )
    value = number(trends.rounded(last.point.value, panel.indicator), lang)
    change = trends.change_since(panel, last.point.year - COMPARED_YEARS)
    if change is None or change.percent is None:
        return [(value, say(what, lang), "")]
    sign = "+" if change.percent > 0 else "−" if change.percent < 0 else "±"
    percent = number(abs(round(change.percent)), lang)
    since = Message("{sign}{percent} % since {year}", sign=sign, percent=percent, year=str(change.first.point.year))
    return [(value, say(what, lang), say(since, lang))]
