"""What a brought layer has to do with the zones: which it touches, its trend there, and which layers a zone holds."""

from functools import partial
from html import escape
from pathlib import Path

import streamlit as st
from plotly.graph_objects import Figure

from geo import catalogue, zone_tables
from geo.messages import Language, Message, say
from geo.seeds import Record
from geo.store import STORE, data_version
from geo.zone_tables import OUTSIDE, Among, ZoneTable
from layers import chart_frame, own_trends, own_zones, web
from layers.own_zones import Here, Touched
from layers.view import ViewState
from pages import chart_files, reads
from pages.escaping import plain
from pages.layer_panel import set_layers

ROWS_FIRST = 10  # zones of a layer; the others are one click away
ROWS_MORE = 3  # so few are not worth a click
LAYERS_FIRST = 5  # layers in a zone's panel; its profile has all of them
CHART_PX = 400
AMONG: dict[Among, Message] = {
    "zones": Message("Named zones"),
    "border_zones": Message("Within 50 km of a land border"),
}


def show(key: str, view: ViewState) -> None:
    """Show which zones a layer touches, how much of it lies in each, and its trend in one of them.

    Raises
    ------
    UnknownError
        If there is no such layer for whoever looks.
    """
    lang = view.lang
    record = catalogue.record(key, reads.viewer())
    if record.payload is None:  # a shipped layer: the profiles of the zones tell of it
        return
    style()
    among: Among = st.segmented_control(
        say(Message("Zones of this layer"), lang),
        list(AMONG),
        default="zones",
        format_func=lambda each: say(AMONG[each], lang),
        key=f"among-{key}",
        label_visibility="collapsed",
        required=True,
    )
    with st.spinner(say(Message("Counting what lies in each zone"), lang)):
        table = zone_tables.of_payload(record.payload, among)
    if table.touched.empty:
        nothing(view, key, among)
        return
    with st.container(key=f"layer-zones-{key}", horizontal=True, gap="large"):
        with st.container(key=f"layer-zones-table-{key}", gap="small"):
            rows = own_zones.touched(table, among, lang)
            st.html(table_html(rows, table, among, view))
            file(record, table, among, lang)
        with st.container(key=f"layer-zones-trend-{key}", gap="small"):
            trend(record, table, among, lang)


def style() -> None:
    """Bring the look of these parts to a page."""
    st.html(Path(__file__).with_name("layer_zones.css"))


def nothing(view: ViewState, key: str, among: Among) -> None:
    """Say that a layer touches none of the zones, and what to do."""
    words = {
        "zones": Message(
            "This layer touches none of the named zones. See above whether it lies near a land border, or look at "
            "it on the map."
        ),
        "border_zones": Message("This layer lies farther than 50 km from every land border of South America."),
    }
    st.info(say(words[among], view.lang))
    on = web.layers_on(view)
    to = view.but(page="map", zone="", feature="", layer="", find="", layers=tuple({*on, key}), **reads.NOWHERE)
    words_map = say(Message("Show on the map"), view.lang)
    st.page_link("map.py", label=words_map, query_params=to.to_query(), icon=":material/map:")


def table_html(rows: list[Touched], table: ZoneTable, among: Among, view: ViewState) -> str:
    """Return the zones of a layer as a table, named zones leading to their profiles; every word is escaped."""
    lang = view.lang
    heads = [Message("Zone") if among == "zones" else Message("Border"), Message("Features")]
    if table.measure != "features":
        heads.append(own_zones.HEADS[table.measure])
    if table.value:
        heads += [Message("Sum of “{column}”", column=table.value), Message("Mean")]
    theirs = ['class="theirs" ' if "column" in each.values else "" for each in heads]
    top = "".join(
        f'<th {kind}scope="col">{escape(say(each, lang))}</th>' for kind, each in zip(theirs, heads, strict=True)
    )
    body = [row_html(row, table, among, view) for row in rows]
    outside = [each for each, row in zip(body, rows, strict=True) if row.zone_id == OUTSIDE]
    inside = body[: len(body) - len(outside)]
    at_first = len(inside) if len(inside) <= ROWS_FIRST + ROWS_MORE else ROWS_FIRST
    first, rest = inside[:at_first], inside[at_first:]
    shown = f"<table><thead><tr>{top}</tr></thead><tbody>{''.join([*first, *outside])}</tbody></table>"
    if rest:
        more = escape(say(Message("{n} more", "{n} more", n=len(rest)), lang))
        hidden = f"<table><thead><tr>{top}</tr></thead><tbody>{''.join(rest)}</tbody></table>"
        shown += f"<details><summary>{more}</summary>{hidden}</details>"
    notes = [Message("What lies in two zones that overlap counts in both, so the rows do not add up.")]
    if table.measure != "features":
        notes.append(Message("Of an area or a line only the part inside a zone is measured."))
    if table.value:
        notes.append(
            Message(
                "The mean counts each feature of a zone once, whole; where “{column}” is a rate or a share, only the "
                "mean has a meaning.",
                column=table.value,
            )
        )
    if any(row.total.startswith("≈") for row in rows):
        notes.append(
            Message(
                "≈: some features lie only partly in the zone; the same part of their value is counted as of their "
                "area or length, an estimate."
            )
        )
    if among == "zones":
        notes.append(Message("Outlines of zones are proxies, good to tens of kilometres."))
    told = escape(" ".join(say(each, lang) for each in notes))
    return f'<div class="zone-table">{shown}<p>{told}</p></div>'


def row_html(row: Touched, table: ZoneTable, among: Among, view: ViewState) -> str:
    """Return one row of the table."""
    name = escape(row.name)
    if row.zone_id != OUTSIDE and among == "zones":
        to = view.but(page="zones", zone=row.zone_id, feature="", layer="", find="")
        name = f'<a href="{escape(reads.link(to))}">{name}</a>'
    shown = [row.features, *([row.size] if table.measure != "features" else [])]
    shown += [row.total, row.mean] if table.value else []
    cells = "".join(f"<td>{escape(each)}</td>" for each in shown)
    kind = ' class="outside"' if row.zone_id == OUTSIDE else ""
    return f'<tr{kind}><th scope="row">{name}</th>{cells}</tr>'


def file(record: Record, table: ZoneTable, among: Among, lang: Language) -> None:
    """Offer the table as a file."""
    st.download_button(
        say(Message("Table by zone (CSV)"), lang),
        partial(own_zones.csv_of, record, table, among, lang),
        file_name=f"fronteras-{record.key}-{'zones' if among == 'zones' else 'borders'}.csv",
        mime="text/csv",
        key=f"get-zones-{record.key}-{among}",
        on_click="ignore",
        icon=":material/download:",
        help=say(Message("Every zone that the layer touches, as a whole and by year"), lang),
    )


def trend(record: Record, table: ZoneTable, among: Among, lang: Language) -> None:
    """Show the choice of a zone, the one with most first, and the trend of the layer there."""
    names = {str(each): own_zones.place_name(str(each), among, lang) for each in table.touched.index}
    if not table.years:
        undated = Message(
            "No feature of this layer says which year it is of, so there is no trend. If one of its columns holds the "
            "year, say so where the layer is described."
        )
        st.caption(say(undated, lang))
        return
    zone_id = st.selectbox(
        say(Message("Trend in"), lang), list(names), format_func=names.get, key=f"trend-of-{record.key}-{among}"
    )
    if own_trends.has_trend(table, zone_id):
        chart(record, table, zone_id, names[zone_id], among)
    else:
        st.caption(say(one_year(table, zone_id), lang))


def one_year(table: ZoneTable, zone_id: str) -> Message:
    """Return why there is no trend in a zone of a layer that is dated."""
    here = sorted(year for year, figure in table.series(zone_id).items() if figure)
    if not here:
        return Message("No feature in this zone says which year it is of, so there is no trend to draw.")
    return Message("All dated features in this zone are of {year}: one year is no trend.", year=str(here[0]))


def chart(record: Record, table: ZoneTable, zone_id: str, place: str, among: Among) -> None:
    """Show one trend and the way to take it."""
    where = f"{record.key}-{among}"
    drawn = figure(record, table, zone_id, place)
    with st.container(key=f"own-chart-{where}", gap=None):
        st.plotly_chart(
            drawn,
            key=f"own-trend-{where}-{zone_id}",
            theme=None,
            config=chart_frame.CONFIG,
            alt=drawn.layout.meta["summary"],
        )
        chart_files.popover(f"own-{where}-{zone_id}", partial(chart_files.of_layer, record, zone_id, among))


def figure(record: Record, table: ZoneTable, zone_id: str, place: str) -> Figure:
    """Return the chart of a layer in a zone, drawn once for all sessions that read the same language."""
    told, lang = own_trends.told_of(record), reads.lang()
    content = record.payload.content if record.payload is not None else record.key
    key = ("own trend", content, told, zone_id, place, lang, data_version())
    return STORE.get(key, lambda: own_trends.figure(table, zone_id, place, told, lang, width_px=CHART_PX))


# --- the layers in a zone -------------------------------------------------------------------


def in_panel(view: ViewState) -> None:
    """Show in the map's panel which brought layers reach into the chosen zone; a click shows or hides one."""
    lang = view.lang
    here = own_zones.layers_in(view.zone, reads.viewer(), lang)
    if not here:
        return
    style()
    st.html(f"<h3>{escape(say(Message('Your layers here'), lang))}</h3>")
    on = set(web.layers_on(view))
    with st.container(key="own-here-panel", gap=None):
        for each in here[:LAYERS_FIRST]:
            key = each.record.key
            st.button(
                f"{plain(title(each))} :gray[{plain(each.amount)}]",
                key=f"own-{key}",
                type="tertiary",
                icon=":material/visibility:" if key in on else ":material/visibility_off:",
                help=say(Message("Hide on the map") if key in on else Message("Show on the map"), lang),
                on_click=set_layers,
                args=(on ^ {key},),
            )
    if len(here) > LAYERS_FIRST:
        more = Message("{n} more in the zone's profile", "{n} more in the zone's profile", n=len(here) - LAYERS_FIRST)
        st.caption(say(more, lang))


def in_profile(view: ViewState, here: list[Here]) -> None:
    """Show in a zone's profile how much of each brought layer lies in it, with its trend where it is dated."""
    lang = view.lang
    style()
    with st.container(key="charts-own"):
        for each in here:
            key = each.record.key
            with st.container(key=f"chart-own-{key}", gap=None):
                words = escape(each.amount)
                if own_trends.has_trend(each.table, view.zone):
                    drawn = figure(each.record, each.table, view.zone, own_zones.place_name(view.zone, "zones", lang))
                    alt = drawn.layout.meta["summary"]
                    name = f"own-{key}-{view.zone}"
                    st.plotly_chart(drawn, key=f"plot-{name}", theme=None, config=chart_frame.CONFIG, alt=alt)
                else:
                    words = f"<b>{escape(title(each))}</b><br>{words}"
                st.html(f'<p class="own-amount">{words}</p>')
                with st.container(horizontal=True, gap="small"):
                    years(each, view)
                    file(each.record, each.table, "zones", lang)


def years(each: Here, view: ViewState) -> None:
    """Show the figures of a zone year by year and the files of its chart on demand."""
    if not own_trends.has_trend(each.table, view.zone):
        return
    lang = view.lang
    name = f"figures-own-{each.record.key}-{view.zone}"
    words = say(Message("Figures and files"), lang)
    with st.popover(words, key=name, type="tertiary", on_change="rerun") as opened:
        if opened.open:
            chart_files.of_layer(each.record, view.zone, "zones", name)
            table = own_zones.by_year(each.table, view.zone, lang)
            heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
            rows = "".join(f"<tr><td>{year}</td><td>{escape(value)}</td></tr>" for year, value in table.to_numpy())
            body = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
            st.html(f'<div class="figures-table" tabindex="0">{body}</div>')


def title(each: Here) -> str:
    """Return what a layer is called, as whoever brought it wrote it."""
    return each.record.layer.title if each.record.layer is not None else each.record.key


def about(here: list[Here], lang: Language) -> str:
    """Return the line below the heading of the section of a profile."""
    words = Message(
        "{n} layer that was brought to this app reaches into this zone; what it says was not checked by us.",
        "{n} layers that were brought to this app reach into this zone; what they say was not checked by us.",
        n=len(here),
    )
    return say(words, lang)
