"""The parts of a map in one file that are words: head, layer panel, what is shown, foot. Every word is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

from geo.errors import GeoError
from geo.messages import Language, Message, say
from layers import profile, tables
from layers.briefing.marking import COLOURS, GROUND
from layers.briefing.one_file.layers import Inlined, title
from layers.briefing.told import Told
from layers.spec import GROUPS, LayerSpec
from layers.view import ViewState

NEEDS_SCRIPT: Final = Message(
    "This map draws itself in the browser. Allow scripts for this file, or open it in a current browser."
)


def said(message: Message, lang: Language) -> str:
    """Return the words of a message, escaped."""
    return escape(say(message, lang))


def mark(told: Told) -> str:
    """Return the handling mark in its standard colours; its style sheet is ``mark_style``."""
    return f'<b class="tlp" data-tlp="{escape(told.marking)}">{escape(told.marking)}</b>'


def mark_style() -> str:
    """Return the style of the handling marks."""
    return f".tlp{{background:{GROUND}}}" + "".join(
        f'.tlp[data-tlp="{name}"]{{color:{colour}}}' for name, colour in COLOURS.items()
    )


def head(told: Told) -> str:
    """Return title, subtitle and mark."""
    return (
        f'<header class="head"><div class="titles"><h1>{escape(told.title)}</h1>'
        f'<p class="subtitle">{escape(told.subtitle)}</p></div>{mark(told)}</header>'
    )


def panel(layers: Iterable[LayerSpec], made: Inlined, counts: Mapping[str, str], view: ViewState) -> str:
    """Return the layers by group, each with a switch, its count and its legend."""
    lang, year = view.lang, "" if view.year is None else str(view.year)
    by_group: dict[str, list[LayerSpec]] = {}
    for spec in layers:
        by_group.setdefault(spec.group, []).append(spec)
    parts = []
    for group, heading in GROUPS.items():
        if group in by_group:
            rows = "".join(_row(spec, made.legends[spec.key], year, counts[spec.key], lang) for spec in by_group[group])
            parts.append(f'<h3 class="group">{said(heading, lang)}</h3>{rows}')
    nothing = f'<p class="note">{said(Message("Base map, no layer is on"), lang)}</p>'
    summary = f"<summary>{said(Message('Layers'), lang)}</summary>"
    return f'<details class="panel layers" open>{summary}{"".join(parts) or nothing}</details>'


def _row(spec: LayerSpec, legends: Mapping[str, tuple[str, str]], year: str, count: str, lang: Language) -> str:
    key, signs = escape(spec.key), legends.get(year, legends[""])[0]
    return (
        f'<div class="layer" data-key="{key}"><label><input type="checkbox" role="switch" checked data-key="{key}">'
        f'<span class="name">{escape(title(spec, lang))}</span><span class="count">{escape(count)}</span></label>'
        f'<div class="legend-box">{signs}</div></div>'
    )


def about(view: ViewState, told: Told, notes: Sequence[Message]) -> str:
    """Return what the map shows, how precise it is and all its sources; for a zone, its key figures."""
    lang = view.lang
    parts = []
    if view.zone:
        parts.append(_zone(view.zone, lang))
    parts.append(f"<h2>{said(Message('What this map shows'), lang)}</h2><p>{escape(tables.summary(view))}</p>")
    parts.append(f'<p class="hint">{said(Message("Click anything on the map to see what is known of it."), lang)}</p>')
    parts += [f'<p class="note">{said(each, lang)}</p>' for each in notes]
    listed = f"<summary>{said(Message('List of what the map shows'), lang)}</summary>"
    parts.append(f'<details id="lists">{listed}<div></div></details>')
    rows = "".join(f"<li>{_source(each)}</li>" for each in told.all_sources)
    counted = Message("{n} source", "{n} sources", n=len(told.all_sources))
    parts.append(f'<details class="all-sources"><summary>{said(counted, lang)}</summary><ol>{rows}</ol></details>')
    return f'<div id="about">{"".join(parts)}</div>'


def _zone(zone_id: str, lang: Language) -> str:
    try:
        figures = profile.key_figures(zone_id, lang)
    except GeoError:  # a file behind the figures is missing: the map is shown all the same
        return ""
    boxes = "".join(
        f'<div class="figure"><b>{escape(each.value)}</b><span>{escape(each.words)}</span>'
        f"{f'<em>{escape(each.more)}</em>' if each.more else ''}</div>"
        for each in figures
    )
    return f'<div class="figures">{boxes}</div>'


def _source(text: str) -> str:
    """Return a source as a text in which its address is a link."""
    words = []
    for word in text.split(" "):
        bare = word.rstrip(".,;")
        if bare.startswith(("https://", "http://")):
            rest = escape(word[len(bare) :])
            link = escape(bare)
            words.append(f'<a href="{link}" target="_blank" rel="noopener noreferrer">{link}</a>{rest}')
        else:
            words.append(escape(word))
    return " ".join(words)


def foot(told: Told) -> str:
    """Return what no map may be without: sources, precision, disclaimer, date, code and mark."""
    lang = told.lang
    view_words = [said(Message("View {code}", code=told.code), lang)]
    if told.on:
        view_words.insert(0, said(Message("As of {date}", date=told.on), lang))
    if told.address:
        link = escape(told.address)
        view_words.append(f'<a href="{link}" target="_blank" rel="noopener noreferrer">{link}</a>')
    return (
        '<footer class="foot"><div class="words"><div class="long">'
        f"<p>{said(Message('Sources: {sources}.', sources=told.sources), lang)}</p>"
        f'<p class="quiet">{said(Message("Precision: {precision}.", precision=told.precision), lang)}</p></div>'
        f'<p class="quiet">{escape(told.disclaimer)}</p></div>'
        f'<div class="stamp"><span>{" · ".join(view_words)}</span>{mark(told)}</div></footer>'
    )


def texts(lang: Language) -> dict[str, str]:
    """Return what the script says."""
    every = {
        "close": Message("Close"),
        "sources": Message("Sources"),
        "noSource": Message("No source is named."),
        "more": Message("Also here"),
        "old": Message("This browser is too old to unpack the map. Open the file in a current one."),
        "large": Message("One of many features, drawn from a reduced copy; the layer's own file tells more of each."),
        "tooMany": Message("Too many to be listed. Click one on the map."),
        "onlySome": Message("There are more than can be listed. Click one on the map."),
        "few": Message("More is known of this feature than there was room for in this file."),
        "figure": Message("Figure"),
        "none": Message("No figure"),
    }
    return {name: say(each, lang) for name, each in every.items()}
