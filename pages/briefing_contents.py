"""What will leave, shown before it does: the sheet, the slides, or the layers with their markings."""

from html import escape

import streamlit as st

from geo.messages import Language, Message, say
from geo.names import name_of
from layers import legend
from layers.briefing import told
from layers.briefing.orders import Order
from layers.briefing.preview import Preview, preview
from pages import reads


def sheet(seen: Preview, lang: Language) -> None:
    """Show a sheet as it will look."""
    words = Message("{title}: {subtitle}", title=seen.told.title, subtitle=seen.told.subtitle)
    width, height = seen.pixels
    kind = "wide" if width >= height else "high"
    with st.container(key=f"briefing-sheet-{kind}"):
        st.image(seen.png, width="stretch", alt=say(words, lang))


def summary(order: Order, lang: Language) -> str:
    """Say in a few words what will be made."""
    if order.kind == "pack":
        n = len(order.zones)
        if not n:
            return say(Message("Choose at least one zone."), lang)
        return say(Message("{n} zone", "{n} zones", n=n), lang)
    n = len(told.leaving(order.snapshot(reads.viewer()).view, viewer=reads.viewer()).layers)
    return say(Message("{n} layer", "{n} layers", n=n), lang)


def show(order: Order, lang: Language) -> None:
    """Show what will be made."""
    if order.kind == "pack":
        slides(order, lang)
        return
    layers(order, lang)


def slides(order: Order, lang: Language) -> None:
    """Show the map of the first zone, as it will stand on its slide, and which zones follow."""


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
