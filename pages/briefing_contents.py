"""What will leave, shown before it does: the sheet, the slides, or the layers with their markings."""

from dataclasses import replace
from html import escape

import streamlit as st

from geo.messages import Language, Message, say
from geo.names import name_of
from layers import legend
from layers.briefing import told
from layers.briefing.changes import words as changes
from layers.briefing.orders import Order
from layers.briefing.pack.contents import ZONE_LAYERS
from layers.briefing.preview import Preview, preview
from layers.printed.extent import SCREEN_PX
from layers.view import ViewState
from pages import reads

FIRST_ROWS = 12  # of what changed; the file has all
FIRST_ZONES = 3  # that are named; the form names the others
DRAWING = Message("Drawing the sheet")


def sheet(seen: Preview, lang: Language) -> None:
    """Show a sheet as it will look."""
    words = Message("{title}: {subtitle}", title=seen.told.title, subtitle=seen.told.subtitle)
    width, height = seen.pixels
    kind = "wide" if width >= height else "high"
    with st.container(key=f"briefing-sheet-{kind}"):
        st.image(seen.png, width="stretch", alt=say(words, lang))


def otherwise(view: ViewState, lang: Language) -> None:
    """Say in what the sheet differs from the screen."""
    if view.basemap != "atlas":
        words = Message("The land is drawn as in our atlas: pictures of an online base map stay on the screen.")
        st.html(f'<p class="about">{escape(say(words, lang))}</p>')


def summary(order: Order, lang: Language) -> str:
    """Say in a few words what will be made."""
    if order.kind == "pack":
        n = len(order.zones)
        if not n:
            return say(Message("Choose at least one zone."), lang)
        counted = say(Message("{n} zone", "{n} zones", n=n), lang)
        return f"{counted} · {order.ending.upper()}"
    if order.kind == "changes":
        if order.ending == "csv":
            return say(Message("The whole list"), lang)
        return say(Message("A map, with the list beside it"), lang)
    n = len(told.leaving(order.snapshot(reads.viewer()).view, viewer=reads.viewer()).layers)
    return say(Message("{n} layer", "{n} layers", n=n), lang)


def show(order: Order, lang: Language) -> None:
    """Show what will be made."""
    if order.kind == "pack":
        slides(order, lang)
        return
    if order.kind == "changes":
        changed(order, lang)
        return
    layers(order, lang)


SLIDES = (
    Message("Title, with who may read it"),
    Message("The region: all zones on one map, and their figures"),
)
CHANGED = Message("What changed, on a map and as a list")
ZONE_SLIDES = (
    Message("Map, key figures, and what is known, and how well"),
    Message("Trends, as charts that can be edited"),
    Message("Corridors and crossings"),
    Message("Cooperation and its gaps"),
    Message("Sources and caveats"),
)


def slides(order: Order, lang: Language) -> None:
    """Show the map of the first zone, and what the pack will hold, in its order."""
    if not order.zones:
        return
    asked = order.snapshot(reads.viewer())
    view = asked.view.but(zone=order.zones[0], **reads.NOWHERE)
    if view.layers is None:
        view = view.but(layers=ZONE_LAYERS)
    with st.container(key="briefing-deck", horizontal=True, gap="medium", vertical_alignment="top"):
        with st.container(key="briefing-first", width="stretch"), st.spinner(say(DRAWING, lang)):
            sheet(preview(replace(asked, view=view, title="", screen_px=SCREEN_PX), viewer=reads.viewer()), lang)
        names = [name_of(each, lang) for each in order.zones]
        shown = ", ".join(names[:FIRST_ZONES])
        if len(names) > FIRST_ZONES:
            more = len(names) - FIRST_ZONES
            shown = say(Message("{shown} and {n} more", "{shown} and {n} more", shown=shown, n=more), lang)
        held = (*SLIDES, CHANGED) if order.asked.get("since") else SLIDES
        head = escape(say(Message("In the pack"), lang))
        each = escape(say(Message("Then for each zone"), lang))
        notes = Message("The notes of each slide hold the evidence: sources in full, precision and caveats.")
        st.html(
            f'<div class="outline"><h3>{head}</h3>{listed(held, lang)}<h3>{each}</h3><p>{escape(shown)}</p>'
            f"{listed(ZONE_SLIDES, lang)}<p>{escape(say(notes, lang))}</p></div>",
            width=280,
        )


def listed(texts: tuple[Message, ...], lang: Language) -> str:
    """Return texts as a list; every word is escaped."""
    return f"<ul>{''.join(f'<li>{escape(say(each, lang))}</li>' for each in texts)}</ul>"


def changed(order: Order, lang: Language) -> None:
    """Show what changed: a line for each table and layer, and what they were compared with."""
    asked = order.snapshot(reads.viewer())
    found = changes.between(order.asked["since"], viewer=reads.viewer(), zones=order.zones, least=asked.marking)
    title, counted = changes.heading(found, lang)
    st.html(
        f'<h3 class="changed">{escape(title)}</h3><p class="about">{escape(counted)}</p>'
        f'<p class="about">{escape(changes.compared(found, lang))}</p>'
    )
    if found.are_none:
        return
    heads = (Message("Table or layer"), Message("What changed"))
    top = "".join(f'<th scope="col">{escape(say(each, lang))}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(each.of)}</th><td>{escape(each.words)}</td></tr>'
        for each in changes.summary(found, lang)
    )
    st.html(f'<table class="leaving"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>')
    rows = changes.rows(found, lang)
    lines = "".join(
        f"<li><em>{escape(say(changes.SAID[row.kind], lang))}</em> {escape(row.of)}: "
        f"{escape(changes.sentence(row, lang))}</li>"
        for row in rows[:FIRST_ROWS]
    )
    rest = len(rows) - FIRST_ROWS
    more = say(Message("{n} more, in the file", "{n} more, in the file", n=rest), lang) if rest > 0 else ""
    st.html(f'<ul class="changes">{lines}</ul><p class="about">{escape(more)}</p>')


def layers(order: Order, lang: Language) -> None:
    """Show which layers will leave, with how much there is of each and its marking."""
    view = order.snapshot(reads.viewer()).view
    rows = []
    for spec in reversed(told.leaving(view, viewer=reads.viewer()).layers):
        count = legend.count(spec, view)
        rows.append((say(spec.title, lang), count, spec.record.marking))
    heads = (Message("Layer"), Message("Features"), Message("Marking"))
    top = "".join(f'<th scope="col">{escape(say(each, lang))}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(title)}</th><td>{count}</td>'
        f'<td><b class="tlp" data-tlp="{escape(mark)}">{escape(mark)}</b></td></tr>'
        for title, count, mark in rows
    )
    st.html(f'<table class="leaving"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>')
