"""The left panel: search, layers with their legends, filters, base map."""

from html import escape

import streamlit as st

from geo import catalogue
from geo.frames import frame, point
from geo.messages import Language, Message, say
from geo.names import country_name
from geo.places import Hit, search
from geo.terms import codes, label, unit_label
from layers import legend, web
from layers.known import known
from layers.looks import BASEMAPS, specs
from layers.spec import GROUPS, LayerSpec
from layers.view import FILTERS, ViewState
from pages import reads
from pages.escaping import plain

KINDS = {"zone_kinds": "zone_kind", "commodities": "commodity", "minerals": "mineral", "confidence": "confidence"}
FILTER_LABELS = {
    "countries": Message("Country"),
    "zone_kinds": Message("Kind of zone"),
    "commodities": Message("What moves"),
    "minerals": Message("Mineral"),
    "confidence": Message("Confidence"),
}


def show(view: ViewState) -> None:
    """Show the panel."""
    find(view)
    for group, title in GROUPS.items():
        rows = [spec for spec in specs().values() if spec.group == group]
        if group == "figures":
            figures(view, rows)
            continue
        st.html(f'<div class="group">{escape(say(title, view.lang))}</div>')
        for spec in rows:
            layer_row(view, spec)
        if group == "yours":
            if (trouble := catalogue.trouble(reads.viewer())) is not None:
                st.warning(plain(say(trouble, view.lang)), icon=":material/warning:")
            with st.container(key="bring"):
                bring = say(Message("Bring a layer"), view.lang)
                query = view.but(page="upload").to_query()
                st.page_link("upload.py", label=bring, icon=":material/add:", query_params=query)
    filters(view)
    drawing(view)


def find(view: ViewState) -> None:
    """Show the search box and what it finds."""
    text = st.text_input(
        say(Message("Search"), view.lang),
        key="search",
        label_visibility="collapsed",
        placeholder=say(Message("Zone, place, group, coordinates"), view.lang),
        icon=":material/search:",
    )
    if not text:
        return
    hits = search(text, view.lang)
    if not hits:
        st.caption(
            say(
                Message(
                    "Nothing is called “{text}”. Try fewer letters, or coordinates such as -4.21, -69.94.",
                    text=plain(text),
                ),
                view.lang,
            )
        )
    with st.container(key="hits", gap=None):
        for number, hit in enumerate(hits):
            subtitle = say(hit.subtitle, view.lang)
            st.button(
                f"**{plain(hit.title)}**  \n{plain(subtitle)}",
                key=f"hit-{number}",
                type="tertiary",
                width="stretch",
                on_click=open_hit,
                args=(hit,),
            )


def open_hit(hit: Hit) -> None:
    """Go to what was found: a zone is chosen, anything else is looked at and its card opened."""
    st.session_state["search"] = ""
    layer = {"crossing": "crossings", "site": "mining", "corridor": "corridors"}.get(hit.kind, "")
    if hit.kind == "zone":
        reads.choose_zone(hit.id)
        return
    if hit.lat is None or hit.lon is None:
        reads.change(page="records", table="actors", record=hit.id)
        return
    view = reads.view()
    on = web.layers_on(view)
    lat, lon, zoom = frame(hit.bounds or point(hit.lat, hit.lon))
    reads.change(
        feature=f"{layer}/{hit.id}" if layer else "",
        layers=view.layers if not layer or layer in on else (*on, layer),
        lat=lat,
        lon=lon,
        zoom=zoom,
    )


def layer_row(view: ViewState, spec: LayerSpec) -> None:
    """Show one layer: on or off, its count, and its legend when it is on."""
    on = spec.key in web.layers_on(view)
    key = f"on-{spec.key}"
    st.session_state[key] = on
    if error := web.problem(spec):
        st.warning(plain(f"{say(spec.title, view.lang)}: {say(error.message, view.lang)}"))
        return
    words = f"{plain(say(spec.title, view.lang))} :gray[{legend.count_words(spec, view, view.lang)}]"
    st.toggle(words, key=key, on_change=toggle, args=(spec.key,), width="stretch")
    if on and (text := legend.legend_html(spec, view)):
        st.html(text)


def drawing(view: ViewState) -> None:
    """Show how the map is drawn: its base map and how opaque each layer is."""
    with st.expander(
        say(Message("Base map and opacity"), view.lang), icon=":material/opacity:", key="drawing", on_change="rerun"
    ) as panel:
        if panel.open:
            basemap(view)
            for spec in web.shown(view):
                opacity(view, spec)


def opacity(view: ViewState, spec: LayerSpec) -> None:
    """Show the opacity of a layer that is on."""
    key = f"opacity-{spec.key}"
    st.session_state[key] = dict(view.opacity).get(spec.key, 100)
    label = plain(say(Message("{layer}: opacity, per cent", layer=spec.title), view.lang))
    st.slider(label, 10, 100, step=10, key=key, on_change=set_opacity, args=(spec.key,))


def toggle(key: str) -> None:
    """Turn a layer on or off as its switch says."""
    on = set(web.layers_on(reads.view()))
    on = on | {key} if st.session_state[f"on-{key}"] else on - {key}
    set_layers(on)


def set_layers(on: set[str]) -> None:
    """Set which layers are on; the default set is said as such, so that its link is short."""
    reads.change(layers=None if on == set(known().default_layers) else tuple(on))


def set_opacity(key: str) -> None:
    """Set the opacity of a layer as its slider says."""
    shares = dict(reads.view().opacity) | {key: st.session_state[f"opacity-{key}"]}
    reads.change(opacity=tuple(shares.items()))


def figures(view: ViewState, rows: list[LayerSpec]) -> None:
    """Show the choice of one figure to shade units by; two would cover each other."""
    st.html(f'<div class="group">{escape(say(GROUPS["figures"], view.lang))}</div>')
    rows = [row for row in rows if web.problem(row) is None]
    keys = [row.key for row in rows]
    on = [key for key in keys if key in web.layers_on(view)]
    st.session_state["figure"] = on[-1] if on else ""
    titles = {"": say(Message("None"), view.lang)} | {row.key: say(row.title, view.lang) for row in rows}
    st.selectbox(
        say(Message("Shade units by"), view.lang),
        ["", *keys],
        format_func=lambda key: titles[key],
        key="figure",
        label_visibility="collapsed",
        on_change=lambda: set_layers(
            {key for key in web.layers_on(reads.view()) if key not in keys} | ({st.session_state["figure"]} - {""})
        ),
    )
    for spec in (row for row in rows if row.key in on):  # two when they are compared
        year, unit = legend.count_words(spec, view, view.lang), say(unit_label(spec.record.indicator), view.lang)
        words = f"{say(spec.title, view.lang)} · {year} · {unit}" if len(on) > 1 else f"{year} · {unit}"
        st.html(f'<span class="count">{escape(words)}</span>{legend.legend_html(spec, view)}')


def filters(view: ViewState) -> None:
    """Show the filters, each a list to choose from; none chosen means all."""
    allowed = known(reads.viewer()).filters
    active = sum(bool(getattr(view, attribute)) for attribute in FILTERS.values()) + (view.year is not None)
    title = say(Message("Filter"), view.lang) + (f" ({active})" if active else "")
    with st.expander(title, icon=":material/filter_alt:", key="filters", on_change="rerun") as panel:
        if panel.open:
            for name, attribute in FILTERS.items():
                one_filter(view, attribute, sorted(allowed[name]))
            year_filter(view)
            st.button(say(Message("Clear filters"), view.lang), key="clear", disabled=not active, on_click=clear)


def one_filter(view: ViewState, attribute: str, allowed: list[str]) -> None:
    """Show one filter as a list to choose from."""
    key = f"filter-{attribute}"
    st.session_state[key] = list(getattr(view, attribute))
    st.multiselect(
        say(FILTER_LABELS[attribute], view.lang),
        options(attribute, allowed, view.lang),
        format_func=lambda code: said(attribute, code, view.lang),
        key=key,
        placeholder=say(Message("All"), view.lang),
        on_change=lambda: reads.change(**{attribute: tuple(st.session_state[key])}),
    )


def year_filter(view: ViewState) -> None:
    """Show the year: sites, corridors and figures of that year."""
    years = list(range(2025, 1999, -1))
    if view.year is not None and view.year not in years:
        years = sorted({*years, view.year}, reverse=True)
    st.session_state["filter-year"] = view.year
    st.selectbox(
        say(Message("Year"), view.lang),
        [None, *years],
        format_func=lambda year: say(Message("All"), view.lang) if year is None else str(year),
        key="filter-year",
        on_change=lambda: reads.change(year=st.session_state["filter-year"]),
    )


def clear() -> None:
    """Take all filters away."""
    reads.change(**dict.fromkeys(FILTERS.values(), ()), year=None)


def options(attribute: str, values: list[str], lang: Language) -> list[str]:
    """Return the values of a filter in the order in which a list should offer them."""
    if attribute == "countries":
        return sorted(values, key=lambda iso3: country_name(iso3, lang))
    return [code for code in codes(KINDS[attribute]) if code in values]


def said(attribute: str, code: str, lang: Language) -> str:
    """Return the words of a filter value."""
    return country_name(code, lang) if attribute == "countries" else say(label(KINDS[attribute], code), lang)


def basemap(view: ViewState) -> None:
    """Show the choice of base map; only the first needs no network."""
    st.session_state["basemap"] = view.basemap
    st.selectbox(
        say(Message("Base map"), view.lang),
        list(BASEMAPS),
        format_func=lambda key: say(BASEMAPS[key], view.lang),
        key="basemap",
        on_change=lambda: reads.change(basemap=st.session_state["basemap"]),
    )
    if view.basemap != "atlas":
        st.caption(
            say(
                Message(
                    "This base map is fetched from its provider, who sees which area you look at. "
                    "Without internet it stays empty."
                ),
                view.lang,
            )
        )
