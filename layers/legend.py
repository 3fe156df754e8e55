"""The legend, read off the specs: what each sign means and how many of it are on the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

import pandas as pd

from geo import catalogue, store
from geo.messages import Language, Message, number, say
from geo.terms import label
from layers import features, shading
from layers.spec import Channel, LayerSpec, Style
from layers.tokens import HATCHES, INK, MUTED, PAPER, RULE
from layers.view import ViewState
from layers.words import said_by

SAFE = " =:/,;()'"  # what an address may hold as it is: legends travel with each rerun


@dataclass(frozen=True)
class Entry:
    """One line of a legend: a sign, its words, and how many features carry it."""

    words: str
    style: Style
    count: int


def entries(spec: LayerSpec, view: ViewState) -> list[Entry]:
    """Return the legend of a layer as the filters leave it; values without features are left out.

    A figure layer lists its classes from low to high, then the units without a figure.
    """
    if spec.shades is not None:
        return _shades(spec, view)
    rows, where = catalogue.rows(spec.key), features.where(spec, view)
    out = []
    for channel in spec.channels:
        out.extend(channel_entries(spec, channel, rows.counts(channel.column, where), view.lang))
    if not spec.marks:
        return out
    corridors, legs = features.selected(spec, view), store.layer("corridors")
    modes = legs.loc[legs["corridor_id"].isin(corridors.index), "mode"].value_counts()
    return [*out, *mark_entries(modes.to_dict(), int((corridors["direction"] == "one_way").sum()), view.lang)]


def channel_entries(spec: LayerSpec, channel: Channel, counts: Mapping[str, int], lang: Language) -> list[Entry]:
    """Return the lines of one visual variable: its values that some features have, then those without a sign of theirs.

    Parameters
    ----------
    counts : mapping
        Value to how many features have it.
    """
    out = []
    for value in channel.styles:
        if value not in channel.plain and counts.get(value, 0):
            style = dict(spec.style_for({channel.column: value}))
            if spec.marks and channel.kind == "commodity":
                style["badge"] = features.BADGES[value]
            out.append(Entry(said_by(channel, value, lang), style, counts[value]))
    rest = sum(count for value, count in counts.items() if value not in channel.styles)
    if channel.rest is not None and rest:
        out.append(Entry(say(channel.rest, lang), spec.style, rest))
    return out


def mark_entries(modes: Mapping[str, int], one_way: int, lang: Language) -> list[Entry]:
    """Return the lines of the signs along corridors: how a leg is travelled, and the arrow of one-way corridors.

    Parameters
    ----------
    modes : mapping
        Mode to how many legs are travelled so.
    one_way : int
        How many corridors have an arrow.
    """
    found = [
        Entry(say(label("mode", mode), lang), {"glyph": features.GLYPHS[mode]}, int(modes[mode]))
        for mode in features.GLYPHS
        if modes.get(mode, 0)
    ]
    return [*found, Entry(say(label("direction", "one_way"), lang), {"glyph": "▶"}, one_way)]


def _shades(spec: LayerSpec, view: ViewState) -> list[Entry]:
    return shade_entries(spec, shading.shade(spec, view).values, view.lang)


def shade_entries(spec: LayerSpec, values: pd.DataFrame, lang: Language) -> list[Entry]:
    """Return the lines of a figure layer: each class, figures to be doubted, and units without one.

    Parameters
    ----------
    values : DataFrame
        Of the units that are seen, as ``shading.Shading`` has them.
    """
    counts = values["shade"].value_counts()
    words = shading.shade_labels(spec, lang)
    colours = shading.shades_of(spec).colours
    out = [
        Entry(text, {"fillColor": colour, "fillOpacity": 0.85, "color": RULE}, int(counts.get(number, 0)))
        for number, (text, colour) in enumerate(zip(words, colours, strict=True))
    ]
    doubtful = int((values["doubt"] & (values["shade"] >= 0)).sum())
    if doubtful:
        pale: Style = {"fillColor": colours[2], "fillOpacity": 0.45, "color": MUTED, "dashArray": "3 3"}
        out.append(Entry(say(Message("Partial or doubtful"), lang), pale, doubtful))
    none: Style = {"fillColor": "url(#hatch-none)", "color": RULE}
    return [*out, Entry(say(Message("No figure"), lang), none, int(counts.get(-1, 0)))]


def swatch(spec: LayerSpec, style: Style) -> str:
    """Return the sign of a legend entry as an image, drawn from the same style as the map.

    An image with its own address keeps what Streamlit's sanitiser would take out of the page.
    """
    stroke = style.get("color", INK) if style.get("stroke", True) else "none"
    fill = str(style.get("fillColor") or "none")
    patterns = ""
    if fill.startswith("url(#"):
        name = fill[5:-1]
        patterns = _pattern(next(each for each in HATCHES if each["id"] == name))
    dash = f' stroke-dasharray="{style["dashArray"]}"' if style.get("dashArray") else ""
    paint = f'stroke="{stroke}" stroke-width="1.3"{dash} fill="{fill}" fill-opacity="{style.get("fillOpacity", 1)}"'
    shapes = {
        "line": f'<line x1="1" y1="7" x2="25" y2="7" stroke="{stroke}" stroke-width="2.4"{dash}/>',
        "area": f'<rect x="2" y="1.5" width="22" height="11" rx="2" {paint}/>',
        "circle": f'<circle cx="13" cy="7" r="4.2" {paint}/>',
        "diamond": f'<path d="M13 1.5L18.5 7L13 12.5L7.5 7Z" {paint}/>',
        "square": f'<rect x="9" y="3" width="8" height="8" {paint}/>',
        "triangle": f'<path d="M13 2L18 11H8Z" {paint}/>',
    }
    shape = shapes[str(style.get("shape") or spec.symbol)]
    text = (
        '<text x="13" y="{}" font-family="sans-serif" font-weight="600" text-anchor="middle" '
        'fill="{}" font-size="{}">{}</text>'
    )
    if badge := style.get("badge"):
        shape += f'<circle cx="13" cy="7" r="6" fill="{PAPER}" stroke="{stroke}" stroke-width="1.6"/>'
        shape += text.format(9.8, INK, 8, badge)
    if glyph := style.get("glyph"):
        shape = text.format(10.5, INK, 11, glyph)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="26" height="14">{patterns}{shape}</svg>'
    address = quote(svg.replace('"', "'"), safe=SAFE)
    return f'<img alt="" width="26" height="14" src="data:image/svg+xml,{address}">'


def _pattern(hatch: dict[str, str]) -> str:
    return (
        f'<pattern id="{hatch["id"]}" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="{hatch["background"]}"/><line x1="0" y1="0" x2="0" y2="5" '
        f'stroke="{hatch["colour"]}" stroke-width="1.4"/></pattern>'
    )


def legend_html(spec: LayerSpec, view: ViewState) -> str:
    """Return a layer's legend as HTML; every word is escaped."""
    return lines_html(spec, entries(spec, view), view.lang)


def lines_html(spec: LayerSpec, lines: list[Entry], lang: Language) -> str:
    """Return lines of a legend as HTML; every word is escaped."""
    rows = "".join(
        f"<li>{swatch(spec, each.style)}<span>{escape(each.words)}</span><b>{number(each.count, lang)}</b></li>"
        for each in lines
    )
    headings = [escape(say(each.heading, lang)) for each in spec.channels if each.heading is not None]
    above = f'<div class="legend-of">{" · ".join(headings)}</div>' if headings else ""
    return f'{above}<ul class="legend">{rows}</ul>' if rows else ""


def count(spec: LayerSpec, view: ViewState) -> int:
    """Return how many features of a layer the filters let through; for figures, units with one."""
    if spec.shades is not None:
        counts = shading.shade(spec, view).counts()
        return sum(n for shade, n in counts.items() if shade >= 0)
    return catalogue.rows(spec.key).count(features.where(spec, view))


def count_words(spec: LayerSpec, view: ViewState, lang: Language) -> str:
    """Return the count beside a layer's name; a figure layer names its year."""
    if spec.shades is not None:
        year = shading.shown_year(spec, view.year)
        return "–" if year is None else str(year)
    return number(count(spec, view), lang)
