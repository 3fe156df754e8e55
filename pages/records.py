"""The records page: every shipped table, to search, filter, take away and follow to its sources and the map."""

from functools import partial
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from geo import downloads, records
from geo.errors import GeoError, UnknownError
from geo.frames import Place, frame
from geo.messages import Language, Message, number, say
from geo.names import folded
from geo.records import Chosen, Entry, Positions
from geo.shipped import TABLES
from geo.sources import bibtex, ris, source, sources_of
from geo.tables import GROUPS, Table
from geo.whereabouts import place
from layers import web
from layers.view import ViewState
from pages import reads
from pages.context_panel import pairs, source_list
from pages.escaping import plain

FIRST = "zones"
ROWS_A_PAGE = 500  # more make the browser slow to draw and the server slow to send
GRADES = frozenset({
    "evidence", "as_of", "confidence", "reliability", "precision_km", "preferred", "partial", "series_break",
    "doubtful",
})  # fmt: skip


def tables_list(view: ViewState, current: str) -> None:
    """Show the tables by group, with their number of rows."""
    for group, title in GROUPS.items():
        st.html(f'<div class="group">{escape(say(title, view.lang))}</div>')
        for table in (each for each in TABLES.values() if each.group == group):
            try:
                rows = number(len(records.frame(table.key)), view.lang)
            except GeoError:
                rows = "–"  # opening it says which file is missing
            st.button(
                f"{say(table.label, view.lang)} :small[:gray[{rows}]]",
                key=f"table-{table.key}-{'here' if table.key == current else 'there'}",
                type="tertiary",
                width="stretch",
                on_click=reads.change,
                kwargs={"table": table.key, "record": "", "text": ""},
            )


def asked(table: Table, view: ViewState) -> Chosen:
    """Show the search box, the quick questions and the filters; return what they ask."""
    lang = view.lang
    st.session_state["records-text"] = view.text
    with st.container(key="asked", horizontal=True, vertical_alignment="center", gap="small"):
        st.text_input(
            say(Message("Search this table"), lang),
            key="records-text",
            type="search",
            label_visibility="collapsed",
            placeholder=say(Message("Search this table"), lang),
            icon=":material/search:",
            width=260,
            on_change=lambda: reads.change(text=st.session_state["records-text"]),
        )
        choices = [choice for choice in table.filters if choice.column != "year"]
        values = {choice.column: chosen_values(table, choice, lang) for choice in choices}
        years = chosen_years(table, lang)
        quick = ""
        if table.quick:
            labels = {each.key: say(each.label, lang) for each in table.quick}
            quick = st.pills(
                say(Message("Show only"), lang),
                list(labels),
                format_func=labels.get,
                key=f"quick-{table.key}",
                label_visibility="collapsed",
            )
    return Chosen(text=view.text, values=values, quick=quick or "", years=years)


def chosen_values(table: Table, choice: records.Filter, lang: Language) -> list[str]:
    """Show one filter as a button that opens its list; return what is chosen."""
    words = dict(records.options(table.key, choice, lang))
    if len(words) < 2:
        return []
    name, key = say(table.column(choice.column).label, lang), f"filter-{table.key}-{choice.column}"
    count = len(st.session_state.get(key, []))
    with st.popover(f"{name} ({number(count, lang)})" if count else name, key=f"open-{key}", type="tertiary"):
        return st.multiselect(
            name, list(words), format_func=words.get, key=key, placeholder=say(Message("Any"), lang), width=320
        )


def chosen_years(table: Table, lang: Language) -> tuple[int, int] | None:
    """Show the range of years of a table whose rows are of one year each."""
    span = records.years(table.key)
    if span is None:
        return None
    key = f"years-{table.key}"
    low, high = st.session_state.get(key, span)
    name = say(Message("Year"), lang)
    with st.popover(f"{name} {low}–{high}", key=f"open-{key}", type="tertiary"), st.container(width=320):
        return st.slider(name, *span, value=span, key=key, format="%d")


def rows_shown(table: Table, positions: Positions, view: ViewState) -> None:
    """Say how many rows fit, and show one page of them; a click on one opens its card."""
    lang = view.lang
    listed = records.shown(table.key, lang).iloc[positions]
    with st.container(key="count", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(say(count_of(len(positions), len(records.frame(table.key))), lang), width="content")
        if len(listed) > ROWS_A_PAGE:
            listed = one_page(table, listed, view)
    addresses = records.ids_at(table.key, listed.index)
    key = f"rows-{table.key}-{lang}"
    at = [addresses.index(view.record)] if view.record in addresses else []
    st.session_state[key] = {"selection": {"rows": at, "columns": [], "cells": []}}
    headings = {column.name: heading(column, lang) for column in table.columns if column.is_listed}
    kinds = {headings[column.name]: column.kind for column in table.columns if column.is_listed}
    numbers = {name: kind for name, kind in kinds.items() if kind in records.NUMERIC}
    written = {name: partial(figure, kind=kind, lang=lang) for name, kind in numbers.items()}
    st.dataframe(
        listed.rename(columns=headings).style.format(written),
        key=key,
        hide_index=True,
        lazy=False,
        height="stretch",
        placeholder="",
        on_select=partial(open_row, key, addresses),
        selection_mode="single-row",
        column_config={name: st.column_config.Column(alignment="right") for name in numbers},
        alt=say(table.label, lang),
    )


def count_of(fitting: int, whole: int) -> Message:
    """Return how many rows are listed, and of how many when a question is asked."""
    if fitting == whole:
        return Message("{n} row. Click one to see all it says.", "{n} rows. Click one to see all it says.", n=whole)
    return Message("{n} of {whole} rows", n=fitting, whole=whole)


def heading(column: records.Column, lang: Language) -> str:
    """Return what stands above a column: its name, with the unit of its numbers."""
    name = say(column.label, lang)
    return f"{name}, {say(column.unit, lang)}" if column.unit is not None else name


def figure(value: float, *, kind: str, lang: Language) -> str:
    """Return a number as the language writes it; nothing where there is none."""
    if pd.isna(value):
        return ""
    return str(int(value)) if kind == "year" else number(value, lang)


def open_row(key: str, addresses: list[str]) -> None:
    """Open the card of the row that was clicked, or close it."""
    rows = st.session_state[key]["selection"]["rows"]
    st.session_state["clicked-record"] = addresses[rows[0]] if rows else ""
    reads.change(record=st.session_state["clicked-record"])


def one_page(table: Table, listed: pd.DataFrame, view: ViewState) -> pd.DataFrame:
    """Sort all rows, not only those on the screen, and return the page that is asked for."""
    lang = view.lang
    names = {column.name: heading(column, lang) for column in table.columns if column.is_listed}
    orders = {"": say(Message("In the order of the table"), lang)}
    orders |= {name: say(Message("Sort by {column}", column=words), lang) for name, words in names.items()}
    by = st.selectbox(
        say(Message("Order"), lang),
        list(orders),
        format_func=orders.get,
        key=f"sort-{table.key}",
        label_visibility="collapsed",
        width=220,
    )
    downwards = st.toggle(say(Message("Largest first"), lang), key=f"down-{table.key}", disabled=not by)
    if by:
        column = table.column(by)
        order = listed[by] if column.kind in records.NUMERIC else listed[by].map(folded)
        listed = listed.loc[order.sort_values(ascending=not downwards, kind="stable").index]
    pages = -(-len(listed) // ROWS_A_PAGE)
    turn, first = turned(table, listed, view)
    # The key holds the number of pages too: another filter starts at the first one again.
    page = st.pagination(pages, default=min(first, pages), key=f"page-{table.key}-{pages}-{turn}", max_visible_pages=5)
    return listed.iloc[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]


def turned(table: Table, listed: pd.DataFrame, view: ViewState) -> tuple[int, int]:
    """Return how often a link has turned the pages, and the page to which the last one turned."""
    session, key = st.session_state, f"turned-{table.key}"
    turn, first = session.get(key, (0, 1))
    if view.record and view.record != session.get("clicked-record"):
        addresses = records.ids_at(table.key, listed.index)
        if view.record in addresses:
            turn, first = turn + 1, addresses.index(view.record) // ROWS_A_PAGE + 1
            session[key], session["clicked-record"] = (turn, first), view.record
    return turn, first


def take_away(table: Table, positions: Positions, view: ViewState) -> None:
    """Offer the rows that are shown as files, and the list of their sources."""
    lang = view.lang
    cited = ";".join(records.cited(table.key, positions))
    rows = Message("These rows, with the codes and column names of the data dictionary (data/README.md)")
    shapes = Message("These rows with their shapes, for a map")
    references = Message("The sources of these rows, for a reference manager")
    files = [("CSV", "csv", "text/csv", partial(downloads.csv, table.key, positions), rows)]
    if table.has_geometry:
        files.append(
            ("GeoJSON", "geojson", "application/geo+json", partial(downloads.geojson, table.key, positions), shapes)
        )
    files.append(("BibTeX", "bib", "application/x-bibtex", lambda: bibtex(sources_of(cited)).encode(), references))
    files.append(
        ("RIS", "ris", "application/x-research-info-systems", lambda: ris(sources_of(cited)).encode(), references)
    )
    with st.container(key="take-away", horizontal=True, vertical_alignment="center", gap="small"):
        offer = say(Message("Download these rows and their sources"), lang)
        st.html(f"<span>{escape(offer)}</span>", width="content")
        for name, ending, mime, content, about in files:
            st.download_button(
                name,
                content,
                file_name=f"fronteras-{table.key}.{ending}",
                mime=mime,
                key=f"get-{table.key}-{ending}",
                on_click="ignore",
                icon=":material/download:",
                help=say(about, lang),
            )


def card(entry: Entry, view: ViewState) -> None:
    """Show one row in full: what it says, how well it is known, who says so, and where it is."""
    lang = view.lang
    title, of = records.title(entry, lang), say(entry.table.label, lang)
    st.html(f'<h2>{escape(title)}</h2><p class="about">{escape(of)}</p>')
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        on_map(entry, view)
        close = say(Message("Close"), lang)
        st.button(close, key="close-record", type="tertiary", on_click=reads.change, kwargs={"record": ""})
    details = [(column, say(column.label, lang), words) for column, words in records.details(entry, lang)]
    apart = GRADES | (set(entry.table.title) if len(entry.table.title) == 1 else set())  # below, or in the heading
    st.html(pairs(tuple((name, words) for column, name, words in details if column.name not in apart)))
    grades = tuple((name, words) for column, name, words in details if column.name in GRADES)
    if grades:
        st.html(part(Message("How well it is known"), lang) + pairs(grades))
    if entry.table.key == "sources":
        uses = [(say(table.label, lang), number(rows, lang)) for table, rows in records.citing(entry.id)]
        if uses:
            st.html(part(Message("Rows that cite it"), lang) + pairs(tuple(uses)))
    cited = [source(source_id) for source_id in records.sources_of(entry)]
    st.html(part(Message("Sources"), lang) + source_list(tuple(cited), lang))


def part(title: Message, lang: Language) -> str:
    """Return the heading of a part of the card."""
    return f"<h3>{escape(say(title, lang))}</h3>"


def on_map(entry: Entry, view: ViewState) -> None:
    """Offer the link that shows a row on the map, or say that it has no place."""
    try:
        where = place(entry)
    except GeoError as error:
        st.caption(plain(say(error.message, view.lang)))
        return
    if where is None:
        if entry.table.whereabouts != "none":
            st.caption(say(Message("It names no place on the map."), view.lang))
        return
    query, words = map_view(where, view).to_query(), say(Message("Show on the map"), view.lang)
    st.page_link("map.py", label=words, query_params=query, icon=":material/map:")


def map_view(where: Place, view: ViewState) -> ViewState:
    """Return the view that shows a place: its layer on, its card open, framed, and no filter hiding it."""
    on = web.layers_on(view)
    lat, lon, zoom = frame(where.bounds) if where.bounds else (None, None, None)
    return ViewState(
        page="map",
        lang=view.lang,
        basemap=view.basemap,
        zone=where.zone,
        feature=f"{where.layer}/{where.feature}" if where.layer and where.feature else "",
        layers=view.layers if not where.layer or where.layer in on else (*on, where.layer),
        year=where.year,
        lat=lat,
        lon=lon,
        zoom=zoom,
    )


def opened(view: ViewState) -> Entry | None:
    """Return the row that the address names; say so where there is none."""
    if not view.record or (not view.table and reads.problems()):
        return None  # of an unknown table, which the shell has said, no row can be looked for
    try:
        return records.find(view.table or FIRST, view.record)
    except UnknownError as error:
        st.warning(plain(say(error.message, view.lang)), icon=":material/link_off:")
        return None


def rows(table: Table, view: ViewState) -> None:
    """Show the table: what it is, what is asked of it, its rows, and its files."""
    lang = view.lang
    st.html(f'<h1>{escape(say(table.label, lang))}</h1><p class="about">{escape(say(table.about, lang))}</p>')
    positions = records.chosen(table.key, asked(table, view), lang)
    if not len(positions):
        st.info(say(Message("No row fits. Take away a word or a filter to see more."), lang))
        return
    rows_shown(table, positions, view)
    take_away(table, positions, view)


def main() -> None:
    """Lay out the page."""
    view = reads.view()
    st.html(Path(__file__).with_name("records.css"))
    table = records.table_named(view.table or FIRST)
    with st.container(key="records-page", horizontal=True, gap=None, vertical_alignment="top"):
        with st.container(key="tables-panel", width=270, gap=None):
            tables_list(view, table.key)
        with st.container(key="rows-frame", width="stretch", gap="small"):
            entry = opened(view)
            rows(table, view)
        if entry is not None:
            with st.container(key="record-panel", width=400, gap="small"):
                card(entry, view)


main()
