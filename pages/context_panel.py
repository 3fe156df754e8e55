"""The right panel: one thing at a time, the answer to the last choice or click."""

from functools import partial
from html import escape

import streamlit as st

from geo import actors, trends, zones
from geo.errors import GeoError
from geo.headlines import headlines
from geo.messages import Language, Message, number, say
from geo.names import country_name, name_of
from geo.terms import label
from layers import cards, chart_frame, comparison, profile, tables, web
from layers.looks import specs
from layers.view import ViewState
from layers.words import said
from pages import chart_files, layer_zones, reads
from pages.escaping import plain

FIRST_ACTORS = 4


def show(view: ViewState) -> None:
    """Show the card of the open feature, the chosen zone, or the region."""
    zone_picker(view)
    if view.feature:
        feature(view)
    elif view.zone:
        zone(view)
    else:
        region(view)


def zone_picker(view: ViewState) -> None:
    """Show the list of zones: the same choice as a click on the map."""
    names = {zone_id: name_of(zone_id, view.lang) for zone_id in zones.zones().index}
    st.session_state["zone"] = view.zone
    st.selectbox(
        say(Message("Zone"), view.lang),
        ["", *sorted(names, key=lambda zone_id: names[zone_id])],
        format_func=lambda zone_id: names.get(zone_id) or say(Message("All of South America"), view.lang),
        key="zone",
        label_visibility="collapsed",
        on_change=lambda: reads.choose_zone(st.session_state["zone"]),
    )


def region(view: ViewState) -> None:
    """Say what there is to see before anything is chosen, in one piece: the map is waiting for the browser."""
    lang = view.lang
    figures = [(number(n, lang), say(words, lang), "") for n, words in tables.key_counts()]
    hint = Message(
        "Choose a zone in the list above or on the map to see its trends. Click any sign to see what it is and "
        "who says so."
    )
    reading = (
        Message("Hollow signs and broken lines rest on weaker evidence."),
        Message("Corridors are schematic, from town to town; the letter on a line says what moves."),
        Message("A brown area is a place that the state hardly reaches; its outline is a proxy."),
    )
    st.html(
        f"<h2>{escape(say(Message('Borders of South America'), lang))}</h2>{boxes(figures)}"
        f"<p>{escape(say(hint, lang))}</p><h3>{escape(say(Message('How to read the map'), lang))}</h3>"
        f'<ul class="reading">{"".join(f"<li>{escape(say(text, lang))}</li>" for text in reading)}</ul>'
    )


def boxes(figures: list[tuple[str, str, str]]) -> str:
    """Return up to three key figures side by side: figure, words, and a line below; every word is escaped."""
    each = "".join(
        f'<div class="figure"><b>{escape(figure)}</b><span>{escape(words)}</span><em>{escape(more)}</em></div>'
        for figure, words, more in figures
    )
    return f'<div class="figures">{each}</div>'


def zone(view: ViewState) -> None:
    """Show the chosen zone: what it is, key figures, its first trends, who is there."""
    lang, found = view.lang, zones.zone(view.zone)
    st.html(f"<h2>{escape(name_of(view.zone, lang))}</h2>")
    countries = ", ".join(country_name(iso3, lang) for iso3 in found["countries"].split(";"))
    st.caption(f"{say(label('zone_kind', found['kind']), lang)} · {countries} · {said('km2', found['area_km2'], lang)}")
    figures = profile.first_figures(view.zone, lang)
    st.html(boxes([(each.value, each.words, each.more) for each in figures]))
    for panel in headlines(view.zone):
        trend(panel, view)
    layer_zones.in_panel(view)
    known(view)
    evidence(view)
    with st.container(horizontal=True):
        st.page_link(
            "zones.py",
            label=say(Message("Open the zone's profile"), lang),
            query_params=view.but(page="zones").to_query(),
            icon=":material/open_in_new:",
        )
        st.button(
            say(Message("Close"), lang), key="close-zone", type="tertiary", on_click=reads.choose_zone, args=("",)
        )


def trend(panel: trends.Panel, view: ViewState) -> None:
    """Show one trend: the chart, its words for those who cannot see it, and the way to take it."""
    name = f"{view.zone}-{panel.key}"
    with st.container(key=f"trend-of-{name}", gap=None):
        st.plotly_chart(
            reads.figure(panel),
            key=f"trend-{panel.key}",
            theme=None,
            config=chart_frame.CONFIG,
            alt=say(trends.summary(panel), view.lang),
        )
        chart_files.popover(f"panel-{name}", partial(chart_files.of_panel, panel, view.zone))


def known(view: ViewState) -> None:
    """Show the first things known of a zone, each with the confidence of who says so."""
    lang = view.lang
    here = actors.presence(view.zone)
    st.html(f"<h3>{escape(say(Message('What is known'), lang))}</h3>")
    rows = ""
    for _, row in here.head(FIRST_ACTORS).iterrows():
        grade = escape(say(label("confidence", row["confidence"]), lang))
        role = escape(say(label("role", row["role"]), lang).lower())
        rows += f'<li><span class="grade grade-{row["confidence"]}">{grade}</span>'
        rows += f"{escape(name_of(row['actor_id'], lang))}: {role}</li>"
    why = escape(say(zones.zone(view.zone)["why"], lang))
    st.html(f'<p>{why}</p><ul class="known">{rows}</ul>')


def evidence(view: ViewState) -> None:
    """Show how well the zone itself is known and who says so, one click away."""
    lang = view.lang
    card = cards.card(f"zones/{view.zone}", view)
    count = Message("{n} source", "{n} sources", n=len(card.sources))
    with st.expander(say(Message("How well it is known: {count}", count=count), lang), key="zone-evidence"):
        st.html(pairs(card.evidence) + source_list(card.sources, lang))


def feature(view: ViewState) -> None:
    """Show the card of the clicked feature, and what else lies under the click."""
    lang = view.lang
    others = [each for each in st.session_state.get("found", []) if each.feature != view.feature]
    seen = comparison.of_side(view, st.session_state.get("side", ""), web.shown(view))
    try:
        card = cards.card(view.feature, seen)
    except GeoError as error:
        st.warning(plain(say(error.message, lang)))
        return
    st.html(f"<h2>{escape(card.title)}</h2>")
    st.caption(plain(card.layer))
    st.html(pairs(card.lines))
    st.html(f"<h3>{escape(say(Message('How well it is known'), lang))}</h3>" + pairs(card.evidence))
    st.html(f"<h3>{escape(say(Message('Sources'), lang))}</h3>" + source_list(card.sources, lang))
    with st.container(horizontal=True):
        if card.zone:
            st.button(
                say(Message("Choose this zone"), lang), key="choose-zone", on_click=reads.choose_zone, args=(card.zone,)
            )
        elif card.table and specs()[view.feature.partition("/")[0]].shades is None:
            to = view.but(page="records", table=card.table, record=card.record)
            st.page_link(
                "records.py",
                label=say(Message("Open the record"), lang),
                query_params=to.to_query(),
                icon=":material/table_rows:",
            )
        st.button(
            say(Message("Close"), lang),
            key="close-card",
            type="tertiary",
            on_click=reads.change,
            kwargs={"feature": ""},
        )
    if others:
        st.html(f"<h3>{escape(say(Message('Also under the click'), lang))}</h3>")
        for each in others:
            other = cards.card(each.feature, seen)
            st.button(
                plain(f"{other.title} · {other.layer}"),
                key=f"other-{each.feature}",
                type="tertiary",
                on_click=reads.change,
                kwargs={"feature": each.feature},
            )


def pairs(lines: tuple[tuple[str, str], ...]) -> str:
    """Return label and value pairs as a description list; every word is escaped."""
    return (
        '<dl class="pairs">'
        + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in lines)
        + "</dl>"
    )


def source_list(sources: tuple, lang: Language) -> str:
    """Return sources as a list with links; only web addresses become links."""
    rows = []
    for each in sources:
        title = escape(say(each.title, lang))  # titles are said as they were read; only "no source" is a term
        if each.url.startswith(("https://", "http://")):
            title = f'<a href="{escape(each.url)}" target="_blank" rel="noopener noreferrer">{title}</a>'
        rows.append(f"<li>{title}<span>{escape(', '.join(filter(None, (each.publisher, each.year))))}</span></li>")
    if not rows:
        return f"<p>{escape(say(Message('No source is named.'), lang))}</p>"
    return f'<ol class="sources">{"".join(rows)}</ol>'
