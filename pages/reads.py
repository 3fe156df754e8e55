"""What depends on the viewer and the session: the view, its language and its address.

Imported one way, ``from pages import reads``: two ways would be two modules with two states.
The view lives in ``session_state["view"]``; the address bar always holds its link. An
address that we did not write (a link, Back, a typed change) goes before the session.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import streamlit as st
from plotly.graph_objects import Figure

from geo.errors import GeoError
from geo.messages import Language, Message
from geo.store import STORE, data_version
from geo.trends import Panel
from geo.viewer import LOCAL, Viewer
from layers.briefing import history
from layers.charts import trend_figure
from layers.delivery import Reader
from layers.known import known
from layers.view import CODE, ViewState
from layers.viewer_cookie import viewer_id
from layers.web import layers_on

LANGUAGE_NAMES: Final = {"en": "English", "es": "Español", "pt": "Português"}  # each in its own language
NOWHERE: Final = {"lat": None, "lon": None, "zoom": None}


def viewer() -> Viewer:
    """Return who is looking; without sign-in, the one local viewer."""
    return LOCAL


def cookie() -> str:
    """Return the viewer id of this session's browser, to which grants are bound; "" where there is no browser."""
    return viewer_id(st.context.cookies)


def reader() -> Reader:
    """Return for whom this session's addresses are made."""
    return Reader(viewer(), cookie())


def view() -> ViewState:
    """Return the view of this session."""
    return cast(ViewState, st.session_state["view"])


def lang() -> Language:
    """Return the language of this session's view."""
    return view().lang


def problems() -> list[Message]:
    """Return what the link of this view asked for and this release does not have."""
    return cast("list[Message]", st.session_state.get("problems", []))


def open_view(page: str) -> None:
    """Bring the session to the view that the address bar asks for.

    The address wins when it is not the one we wrote last: somebody followed a link, went
    Back or typed. Otherwise the session's view stays, on the page that is now open.
    """
    query = st.query_params.to_dict()
    written = st.session_state.get("written")
    if "view" not in st.session_state or query != written:
        asked, told = _asked(query)
        found, problems = ViewState.from_query(asked, known(viewer()), page=page)
        problems = [*told, *problems]
        st.session_state["view"], st.session_state["problems"] = found, problems
    elif view().page != page:
        st.session_state["view"] = view().but(page=page)
        st.session_state["problems"] = []
    st.session_state["written"] = query


def _asked(query: dict[str, str]) -> tuple[Mapping[str, str], list[Message]]:
    """Return what an address asks for; one with a short code asks for the view of the code.

    What stands beside the code wins: ``?v=K7QF2MXX&lang=es`` is that view in Spanish.
    """
    beside = {name: value for name, value in query.items() if name != CODE}
    if CODE not in query:
        return beside, []
    try:
        found = history.opened(query[CODE], viewer())
    except GeoError as error:
        return beside, [error.message]
    return {**found.query, **beside}, [found.note] if found.note else []


def write_address() -> None:
    """Put the link of the view into the address bar; each new view is a step for Back."""
    query = view().to_query()
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)
    st.session_state["written"] = query


def change(**changes: object) -> None:
    """Change the view; for callbacks, after which the page runs anyway."""
    st.session_state["view"] = view().but(**changes)
    st.session_state["problems"] = []


def go(**changes: object) -> None:
    """Change the view and run the page again."""
    change(**changes)
    st.rerun()


def choose_zone(zone_id: str) -> None:
    """Choose a zone, or none: the map frames it and the panel tells of it."""
    change(zone=zone_id, feature="", **NOWHERE)


def zone_on_map(at: ViewState) -> ViewState:
    """Return the view of the map that frames the chosen zone, with nothing that hides it."""
    on = layers_on(at)
    layers = at.layers if "zones" in on else (*on, "zones")
    return at.but(page="map", feature="", layers=layers, countries=(), zone_kinds=(), **NOWHERE)


def figure(panel: Panel, *, width_px: int = 360) -> Figure:
    """Return the chart of a trend in this session's language, drawn once for all sessions."""
    key = ("figure", data_version(), panel.key, panel.relation, lang(), width_px)
    return STORE.get(key, lambda: trend_figure(panel, lang(), width_px=width_px))


def link(to: ViewState) -> str:
    """Return the address of a view relative to the app's root, for links on pages."""
    return to.link()
