"""A chart to take away: as a picture, as a drawing or as its figures, under the marking that the reader chooses.

What draws is brought in when it is asked for: most readers never do.
"""

# ruff: noqa: PLC0415 - as said above

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from geo.messages import Message, say
from geo.seeds import Record
from geo.trends import Panel
from geo.viewer import Marking
from geo.zone_tables import Among
from layers.briefing.marking import NEVER, offered
from layers.briefing.told import code_of
from layers.charts import headline
from layers.own_zones import place_name
from layers.view import ViewState
from pages import reads
from pages.errors import shown_errors
from pages.escaping import plain

KINDS = {
    "png": ("PNG", Message("A picture for slides and reports, with its sources, date, marking and code")),
    "svg": ("SVG", Message("A drawing that is sharp at any size and can be edited, with the same words on it")),
    "csv": ("CSV", Message("The figures, each with its source, marking and code")),
}
MIMES = {"png": "image/png", "svg": "image/svg+xml", "csv": "text/csv"}
WIDTH_PX = 270
Asked = Callable[[Marking], Mapping[str, Any]]


@st.fragment  # the map beside it need not be made anew
def popover(key: str, offer: Callable[[str], None]) -> None:
    """Offer a chart in a popover of its own; ``offer`` shows what is in it, once it is open."""
    lang = reads.lang()
    with st.popover(say(Message("Take this chart"), lang), key=f"take-{key}", type="tertiary", on_change="rerun") as it:
        if it.open:
            with shown_errors(lang):
                offer(key)


def of_panel(panel: Panel, zone: str, key: str) -> None:
    """Offer the chart of a panel; ``key`` of its widgets is the same on each run, else a download might be lost."""
    from layers.briefing import chart

    lang = reads.lang()
    rows(partial(chart.asked, panel, zone, lang), headline(panel, lang), "TLP:CLEAR", zone, key)


def of_layer(layer: Record, zone: str, among: Among, key: str) -> None:
    """Offer the chart of a brought layer in a zone; nothing of one that is for those present alone."""
    from layers.briefing import chart

    lang = reads.lang()
    if layer.marking == NEVER:
        words = Message("This layer is under {marking}: it is shown here and enters no file.", marking=NEVER)
        st.caption(say(words, lang))
        return
    title = layer.layer.title if layer.layer is not None else layer.key
    name = say(Message("{what}, {place}", what=title, place=place_name(zone, among, lang)), lang)
    asked = partial(chart.asked_own, layer, zone, among, lang)
    rows(asked, name, layer.marking, zone if among == "zones" else "", key)


def rows(asked: Asked, title: str, least: Marking, zone: str, key: str) -> None:
    """Show the marking and the files of a chart; each is made when it is asked for, and stands in the history then.

    Parameters
    ----------
    asked : callable
        Marking to what ``layers.briefing.chart.again`` makes the chart from.
    least : Marking
        What the chart carries by itself; it can be raised and never lowered.
    zone : str
        The one that its code opens.
    """
    from layers.briefing import orders

    lang, viewer = reads.lang(), reads.viewer()
    marking = st.selectbox(say(Message("Marking"), lang), offered(least), key=f"take-marking-{key}", width=WIDTH_PX)
    code = code_of(ViewState(lang=lang, zone=zone))
    with st.container(key=f"take-files-{key}", horizontal=True, gap="small"):
        for kind, (name, about) in KINDS.items():
            order = orders.Order(kind="chart", asked={**asked(marking), "format": kind}, ending=kind)
            made = orders.Made(title=title, marking=marking, code=code)
            st.download_button(
                name,
                partial(orders.taken, order, viewer=viewer),
                file_name=orders.file_name(order, made),
                mime=MIMES[kind],
                key=f"take-{kind}-{key}",
                on_click="ignore",
                icon=":material/download:",
                help=plain(say(about, lang)),
            )
