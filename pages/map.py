"""The map page: layers on the left, the map, and a panel that answers the last click."""

import streamlit as st
from streamlit_folium import st_folium

from geo import zones
from geo.errors import DataError
from geo.messages import Message, say
from layers import comparison, legend, tables, web
from layers.identify import identify
from layers.view import HOME, HOME_PX, REGION, ViewState
from pages import comparison_panel, context_panel, layer_panel, reads
from pages.errors import shown_errors
from pages.escaping import plain
from pages.reads import NOWHERE

MAP_EVENTS = ["last_active_drawing"]  # where our manager tells of moves and clicks
SAME_VIEW_PX = 1.0  # Leaflet rounds by itself; less than this is no move


@st.fragment
def the_map() -> None:
    """Show the map, take in what the person did on it, and run the page again if that changes it.

    A fragment, so that a report which changes nothing, such as how large the map is, runs nothing else and undoes
    no download under way.
    """
    with shown_errors(reads.lang()):
        _the_map(reads.view())


def _the_map(view: ViewState) -> None:
    session = st.session_state
    sight = _sight(view)
    if session.get("sight") != sight:  # the page, not the person, wants to look elsewhere
        session["sight"] = sight
        session["serial"] = session.get("serial", 0) + 1
    told = st_folium(
        web.AtlasMap(is_linked=True),
        key="map",
        height=700,
        use_container_width=True,
        returned_objects=MAP_EVENTS,
        feature_group_to_add=web.layer_list(
            view,
            serial=session["serial"],
            sight=sight,
            heard=session.get("rest", 0),
            renewed=session.get("renewed", 0),
            reader=reads.reader(),
        ),
    )
    report = (told or {}).get("last_active_drawing") or {}
    changes = _stepped(view, report)
    if report.get("serial") == session["serial"]:  # else there is none yet, or it answers an earlier question
        changes |= _moved(view, report) if report["moved"] else {}
        session["map-size"] = report.get("size")
        if report["clicked"] not in (0, session.get("clicked")):
            session["clicked"] = report["clicked"]
            changes |= _clicked(view.but(**changes), report)
    is_refused = report.get("renew", 0) != session.get("renewed", 0)
    session["renewed"] = report.get("renew", 0)
    if changes:
        reads.change(**changes)
        session["sight"] = _sight(reads.view()) if "lat" in changes else sight
    if changes or is_refused:  # each run makes addresses that hold for whoever looks now
        st.rerun()


def _sight(view: ViewState) -> dict[str, object]:
    """Return where a view looks: where it was left, the chosen zone, or the continent."""
    if view.lat is not None:
        return {"lat": view.lat, "lon": view.lon, "zoom": view.zoom}
    if view.zone:
        west, south, east, north = zones.zone(view.zone).geometry.bounds
        return {"bounds": [[south, west], [north, east]]}
    west, south, east, north = REGION
    frame = {"bounds": [[south, west], [north, east]], "padding": 0, "below": list(HOME_PX)}
    return {"lat": HOME[0], "lon": HOME[1], "zoom": HOME[2], "small": frame}


def _moved(view: ViewState, report: dict) -> dict[str, float]:
    """Return the new position if the person moved the map by more than a pixel.

    Both positions are compared in the form that a view keeps: one that no view can hold would be new for ever.
    """
    told = {name: report[name] for name in NOWHERE}
    now = view.but(**told)
    pixel = SAME_VIEW_PX * 360 / (256 * 2**now.zoom)
    if view.zoom == now.zoom and abs(now.lat - view.lat) < pixel and abs(now.lon - view.lon) < pixel:
        return {}
    return told


def _stepped(view: ViewState, report: dict) -> dict[str, object]:
    """Return the year on which the person left the time player, once."""
    if report.get("rest", 0) in (0, st.session_state.get("rest")):
        return {}
    st.session_state["rest"] = report["rest"]
    return {} if report["year"] == view.year else {"year": report["year"]}


def _clicked(view: ViewState, report: dict) -> dict[str, object]:
    """Return what a click asks for: the nearest feature shown on its side of a comparison, or nothing chosen."""
    lat, lon = report["click"]
    st.session_state["side"] = report["side"]
    seen = comparison.of_side(view, report["side"], web.shown(view))
    found = identify(seen, lat=lat, lon=lon, zoom=report["zoom"])
    st.session_state["found"] = found
    if not found:
        return {"feature": "", "zone": ""}
    first = found[0]
    if first.key in {"zones", "brown-areas"}:
        # A chosen zone stays where the person is looking: a click frames nothing.
        return {"feature": "", "zone": first.id, "lat": report["lat"], "lon": report["lon"], "zoom": report["zoom"]}
    return {"feature": first.feature}


def below(view: ViewState) -> None:
    """Show in words and as a table what the map shows, for those who cannot see it or want to count."""
    with st.container(key="below"):
        st.markdown(plain(tables.summary(view)))
        if titles := comparison.captions(view, web.shown(view)):
            compared = Message(
                "Compared on the map: {left} on the left of the divider, {right} on the right.", **titles
            )
            st.markdown(plain(say(compared, view.lang)))
        shown = {say(spec.title, view.lang): spec for spec in web.shown(view)}
        if not shown:  # an empty list would say so in English
            return
        with st.expander(
            say(Message("Table of what the map shows"), view.lang), key="table-open", on_change="rerun"
        ) as open_table:
            if open_table.open:
                name = st.selectbox(say(Message("Layer"), view.lang), list(shown), key="table-layer")
                if name:
                    st.dataframe(tables.table(shown[name], view), hide_index=True)
                    if (count := legend.count(shown[name], view)) > tables.MOST_ROWS:
                        words = Message("The first {n} of {count}.", n=tables.MOST_ROWS, count=count)
                        st.caption(say(words, view.lang))


def main() -> None:
    """Lay out the page; the map is sent first, so that it loads while the panels are made."""
    view = reads.view()
    with st.container(key="map-page", horizontal=True, gap=None, vertical_alignment="top"):
        left = st.container(key="layer-panel", width=300, gap="small")
        middle = st.container(key="map-frame", width="stretch", gap=None)
        right = st.container(key="context-panel", width=400, gap="small")
    with middle, shown_errors(view.lang):
        if web.missing_assets():
            raise DataError(web.MISSING_ASSETS)
        the_map()
        empty_layers(view)
    with right, shown_errors(view.lang):
        context_panel.show(view)
    with left, shown_errors(view.lang):
        layer_panel.show(view)
        comparison_panel.show(view)
    with shown_errors(view.lang):
        below(view)


def empty_layers(view: ViewState) -> None:
    """Name the layers of which the filters leave nothing."""
    empty = [say(spec.title, view.lang) for spec in web.shown(view) if legend.count(spec, view) == 0]
    if empty:
        text = Message(
            "With these filters nothing is left of: {names}. Clear a filter to see more.", names=", ".join(empty)
        )
        st.info(plain(say(text, view.lang)))


main()
