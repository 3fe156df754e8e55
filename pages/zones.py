"""The zones page: the profile of one zone, or all zones at a glance when none is chosen."""

from collections.abc import Callable, Collection
from functools import partial
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit_folium import st_folium

from geo import downloads, records, trends, zones
from geo.errors import GeoError
from geo.headlines import headlines
from geo.messages import Language, Message, number, say
from geo.names import name_of
from geo.sources import Source, bibtex, ris, sources_of
from geo.terms import label
from layers import chart_frame, charts, own_zones, profile, profile_trends, web
from layers.profile_lists import LISTS, Listing, Row, listing
from layers.view import ViewState
from pages import chart_files, layer_zones, reads
from pages.context_panel import boxes, pairs, source_list
from pages.escaping import plain

MAP_LAYERS = ("boundaries", "corridors", "crossings", "disputed", "mining", "zones")
ROWS_FIRST = 10  # of a list; the others are one click away
CHART_PX = 400  # about as wide as a chart stands in the grid
SORTS = {
    "name": Message("Name"),
    "kind": Message("Kind"),
    "area_km2": Message("Area"),
    "sites": Message("Mining sites"),
    "crossings": Message("Crossings"),
    "corridors": Message("Corridors"),
}
UNSORTED = {"name", "kind"}  # words, which are listed upwards
SECTIONS = {  # the anchors of the page, in its order
    "trends": Message("Trends"),
    "own": Message("Your layers here"),
    "groups": Message("Groups"),
    "mined": Message("Newly mined area"),
    "sites": Message("Mining sites"),
    "corridors": Message("Corridors"),
    "crossings": Message("Crossings"),
    "mechanisms": Message("Cooperation"),
    "units": Message("Units"),
    "definition": Message("Definition"),
    "sources": Message("Sources"),
}


def picker(view: ViewState) -> None:
    """Show the list of zones with the one before and the one after, and the way to the map."""
    lang = view.lang
    ids = profile.order(lang)
    at = ids.index(view.zone) if view.zone else -1
    st.session_state["profile-zone"] = view.zone
    with st.container(key="zone-bar", horizontal=True, vertical_alignment="center", gap="small"):
        for key, step, icon, words in (
            ("zone-before", -1, ":material/chevron_left:", Message("Previous zone")),
            ("zone-after", 1, ":material/chevron_right:", Message("Next zone")),
        ):
            if not view.zone:
                continue
            to = ids[(at + step) % len(ids)]
            name = say(Message("{words}: {zone}", words=words, zone=name_of(to, lang)), lang)
            st.button("", icon=icon, key=key, help=name, on_click=reads.choose_zone, args=(to,))
        st.selectbox(
            say(Message("Zone"), lang),
            ["", *ids],
            format_func=lambda zone_id: name_of(zone_id, lang) if zone_id else say(Message("All zones"), lang),
            key="profile-zone",
            label_visibility="collapsed",
            width=380,
            on_change=lambda: reads.choose_zone(st.session_state["profile-zone"]),
        )
        if view.zone:
            # Streamlit keeps the address where a link leads to the page that is open: within it, buttons lead on.
            every = say(Message("All zones"), lang)
            st.button(every, key="zone-none", type="tertiary", on_click=reads.choose_zone, args=("",))
            on_map = say(Message("Show on the map"), lang)
            st.page_link("map.py", label=on_map, query_params=reads.zone_on_map(view).to_query(), icon=":material/map:")


def overview(view: ViewState) -> None:
    """Show all zones at a glance, each leading to its profile."""
    lang = view.lang
    entries = profile.overview(lang)
    st.html(f"<h1>{escape(say(Message('Zones'), lang))}</h1>")
    about = Message(
        "{n} border zones, tri-border areas and brown areas, each drawn from its written definition. "
        "Choose one to see its profile.",
        n=len(entries),
    )
    with st.container(key="zone-order", horizontal=True, vertical_alignment="center", gap="medium"):
        st.html(f'<p class="about">{escape(say(about, lang))}</p>', width="stretch")
        by = st.selectbox(
            say(Message("Order"), lang),
            list(SORTS),
            format_func=lambda name: say(Message("Sort by {column}", column=SORTS[name]), lang),
            key="zone-sort",
            label_visibility="collapsed",
            width=240,
        )
    if by != "name":
        entries = sorted(entries, key=lambda entry: getattr(entry, by), reverse=by not in UNSORTED)
    with st.container(key="zone-list", gap=None):
        heads = [*SORTS.values(), Message("Latest headline figure")]
        st.html('<div class="zone-head">' + "".join(f"<span>{escape(say(h, lang))}</span>" for h in heads) + "</div>")
        for entry in entries:
            with st.container(key=f"zone-row-{entry.zone_id}", horizontal=True, vertical_alignment="center", gap=None):
                st.button(
                    f"**{plain(entry.name)}**",
                    key=f"zone-open-{entry.zone_id}",
                    type="tertiary",
                    width=290,
                    on_click=reads.choose_zone,
                    args=(entry.zone_id,),
                )
                st.html(glance(entry, lang), width="stretch")


def glance(entry: profile.Entry, lang: Language) -> str:
    """Return what is known of a zone in one line; each number says what it counts to those who hear the page."""
    area = number(round(entry.area_km2, -1), lang, digits=0)
    cells = [f'<span class="kind">{escape(entry.kind)}<small>{escape(entry.countries)}</small></span>']
    cells.append(f'<span class="n"><i>{escape(say(SORTS["area_km2"], lang))}</i> {area} km²</span>')
    for name in ("sites", "crossings", "corridors"):
        count = number(getattr(entry, name), lang)
        cells.append(f'<span class="n"><i>{escape(say(SORTS[name], lang))}</i> {count}</span>')
    found = entry.headline
    words = f"<b>{escape(found.value)}</b> {escape(found.words)}" if found else "–"
    more = f" <em>{escape(found.more)}</em>" if found and found.more else ""
    cells.append(f'<span class="headline">{words}{more}</span>')
    return f'<div class="zone-row">{"".join(cells)}</div>'


def opening(view: ViewState) -> None:
    """Show the zone's map beside why it is a zone, its key figures and its first trend."""
    lang = view.lang
    with st.container(key="zone-opening", horizontal=True, gap="medium", vertical_alignment="top"):
        with st.container(key="zone-map-frame", width="stretch", gap=None):
            the_map(view)
        with st.container(key="zone-facts", width=470, gap="small"):
            st.html(f'<p class="why">{escape(say(zones.zone(view.zone)["why"], lang))}</p>')
            figures = [(each.value, each.words, each.more) for each in profile.key_figures(view.zone, lang)]
            st.html(boxes(figures))
            with st.container(key="chart-first", gap=None):
                chart(headlines(view.zone)[0], "first")


def the_map(view: ViewState) -> None:
    """Show the map of the zone; it leads nowhere, so that the map page keeps what the reader left there."""
    if web.missing_assets():
        missing = Message("The map's front-end files are missing. Run “make assets” in the app's folder, then reload.")
        st.error(plain(say(missing, view.lang)))
        return
    ids = list(zones.zones().index)
    west, south, east, north = zones.zone(view.zone).geometry.bounds
    shown = ViewState(page="zones", lang=view.lang, zone=view.zone, layers=MAP_LAYERS, basemap=view.basemap)
    st_folium(
        web.AtlasMap(),
        key="zone-map",
        height=480,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=web.layer_list(
            shown,
            serial=ids.index(view.zone) + 1,  # another zone moves the map, and nothing else does
            sight={"bounds": [[south, west], [north, east]]},
        ),
    )


def index(view: ViewState, *, left_out: Collection[str]) -> None:
    """Show what stands on the page, as links within it."""
    there = {key: title for key, title in SECTIONS.items() if key not in left_out}
    links = " ".join(f'<a href="#{key}">{escape(say(title, view.lang))}</a>' for key, title in there.items())
    spoken = escape(say(Message("On this page"), view.lang))
    st.html(f'<nav class="zone-index" aria-label="{spoken}">{links}</nav>')


def heading(anchor: str, title: str, about: str = "") -> None:
    """Show the heading of a section with its anchor and a line about it."""
    line = f'<p class="about">{escape(about)}</p>' if about else ""
    st.html(f'<h2 id="{anchor}">{escape(title)}</h2>{line}')


def all_trends(view: ViewState) -> None:
    """Show every series of the zone, nearest first; what is many or far is drawn when it is opened."""
    lang = view.lang
    counts = profile_trends.subject_counts(view.zone)
    total = sum(counts.values())
    about = Message(
        "{n} chart. Each says what area it counts and how that lies to the zone.",
        "{n} charts. Each says what area it counts and how that lies to the zone.",
        n=total,
    )
    heading("trends", say(SECTIONS["trends"], lang), say(about, lang))
    with st.container(key="trend-bar", horizontal=True, vertical_alignment="center", gap="medium"):
        subjects = st.pills(
            say(Message("Subject"), lang),
            list(counts),
            format_func=lambda group: f"{say(label('indicator_group', group), lang)} {number(counts[group], lang)}",
            selection_mode="multi",
            key=f"trend-subjects-{view.zone}",
            label_visibility="collapsed",
        )
        download(
            say(Message("All figures (CSV)"), lang),
            lambda: profile_trends.csv_of(trends.panels(view.zone)),
            f"{file_name(view.zone)}-figures.csv",
            say(Message("All series of this zone, with the codes of the data dictionary (data/README.md)"), lang),
        )
    for part in profile_trends.parts(view.zone, lang, subjects):
        title, line = escape(say(part.title, lang)), escape(say(part.about, lang))
        st.html(
            f'<h3>{title} <span class="count">{number(len(part.panels), lang)}</span></h3><p class="about">{line}</p>'
        )
        with st.container(key=f"bundles-{part.key}"):
            for order, bundle in enumerate(part.bundles):
                bundle_shown(bundle, f"{part.key}-{order}")


def bundle_shown(bundle: profile_trends.Bundle, where: str) -> None:
    """Show charts that belong together; those that open on demand are drawn when they are opened."""
    if bundle.is_open:
        grid(bundle.panels, where)
        return
    with st.expander(bundle.title, key=f"open-{reads.view().zone}-{bundle.key}", on_change="rerun") as opened:
        if opened.open:
            grid(bundle.panels, where)


def grid(panels: tuple[trends.Panel, ...], where: str) -> None:
    """Show charts side by side, as many as the width holds."""
    with st.container(key=f"charts-{where}"):
        for order, panel in enumerate(panels):
            with st.container(key=f"chart-{where}-{order}", gap=None):
                chart(panel, where)


def chart(panel: trends.Panel, where: str) -> None:
    """Show one chart; its figures as a table and as a file are one click away."""
    lang = reads.lang()
    name = f"{where}-{reads.view().zone}-{panel.key}"
    drawn = reads.figure(panel, width_px=CHART_PX)
    st.plotly_chart(drawn, key=f"plot-{name}", theme=None, config=chart_frame.CONFIG, alt=drawn.layout.meta["summary"])
    words = say(Message("Figures and files"), lang)
    with st.popover(words, key=f"figures-{name}", type="tertiary", on_change="rerun") as opened:
        if opened.open:
            figures_of(panel, name)


def figures_of(panel: trends.Panel, name: str) -> None:
    """Show the files of a chart, what to know of its figures, and these as a table, each leading to its record."""
    view = reads.view()
    lang = view.lang
    chart_files.of_panel(panel, view.zone, name)
    table = charts.small_table(panel, lang)
    remarks = set(table.iloc[:, -1])
    told = [say(each, lang) for each in trends.caveats(panel)]
    if len(table) > 1 and len(remarks) == 1:  # what holds for every figure is said once
        told += sorted(remarks - {""})
        table = table.iloc[:, :-1]
    if told:
        st.html(f'<ul class="caveats">{"".join(f"<li>{escape(each)}</li>" for each in told)}</ul>')
    rows = []
    for (key, record), cells in zip(profile_trends.figure_links(panel), table.to_numpy(), strict=True):
        year, *others = (escape(str(cell)) for cell in cells)
        link = escape(record_link(key, record, view))
        rows.append(f'<tr><td><a href="{link}">{year}</a></td>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>')
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in table.columns)
    body = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    st.html(f'<div class="figures-table" tabindex="0">{body}</div>')


def download(
    words: str, content: Callable[[], bytes], name: str, about: str, *, key: str = "", mime: str = "text/csv"
) -> None:
    """Offer a file that is made when it is asked for."""
    st.download_button(
        words,
        content,
        file_name=name,
        mime=mime,
        key=f"get-{key}-{name}",
        on_click="ignore",
        icon=":material/download:",
        help=about,
    )


def file_name(text: str) -> str:
    """Return the name of a file of this zone."""
    return f"fronteras-{text.lower().replace('_', '-')}"


def record_link(table: str, record: str, view: ViewState) -> str:
    """Return the address of a record; the zone stays chosen."""
    return reads.link(view.but(page="records", table=table, record=record, text="", feature=""))


def listed(key: str, view: ViewState) -> None:
    """Show one list of the profile, or what to do where it is empty."""
    lang = view.lang
    found = listing(key, view.zone, lang)
    heading(key, found.title, found.about if found.rows else "")
    if not found.rows:
        every = reads.link(view.but(page="records", table=found.table, record="", text="", feature=""))
        to_map = reads.link(reads.zone_on_map(view))
        links = (
            f'<a href="{escape(to_map)}">{escape(say(Message("Show on the map"), lang))}</a> · '
            f'<a href="{escape(every)}">{escape(say(Message("Open the records"), lang))}</a>'
        )
        st.html(f'<p class="empty">{escape(found.empty)} {links}</p>')
        return
    st.html(table_html(found, found.rows[:ROWS_FIRST], view))
    rest = found.rows[ROWS_FIRST:]
    if rest:
        more = escape(say(Message("{n} more", "{n} more", n=len(rest)), lang))
        rows = table_html(found, rest, view, is_first=False)
        st.html(f'<details class="more"><summary>{more}</summary>{rows}</details>')


def table_html(found: Listing, rows: tuple[Row, ...], view: ViewState, *, is_first: bool = True) -> str:
    """Return rows of a list as a table, each name leading to its record; every word is escaped."""
    widths = "".join(f'<col style="width:{each.share}%">' for each in found.headings)
    heads = "".join(f'<th scope="col" class="is-{each.kind}">{escape(each.text)}</th>' for each in found.headings)
    body = []
    for row in rows:
        about = f"<small>{escape(row.about)}</small>" if row.about else ""
        link = escape(record_link(row.table, row.record, view))
        cells = [f'<th scope="row"><a href="{link}">{escape(row.name)}</a>{about}</th>']
        for head, cell in zip(found.headings[1:], row.cells, strict=True):
            words = f'<span class="grade">{escape(cell)}</span>' if head.kind == "grade" else escape(cell)
            cells.append(f'<td class="is-{head.kind}">{words}</td>')
        body.append(f'<tr class="{"weak" if row.is_weak else ""}">{"".join(cells)}</tr>')
    top = f"<thead{'' if is_first else ' class=again'}><tr>{heads}</tr></thead>"
    inner = f"<colgroup>{widths}</colgroup>{top}<tbody>{''.join(body)}</tbody>"
    return f'<div class="listing"><table aria-label="{escape(found.title)}">{inner}</table></div>'


def definition(view: ViewState) -> None:
    """Show the written definition of the zone, how it was drawn, how sure that is, and its outline as a file."""
    lang = view.lang
    found = zones.zone(view.zone)
    heading("definition", say(Message("How the zone is defined and drawn"), lang))
    lines = [
        (say(Message("Definition"), lang), say(found["definition"], lang)),
        (say(Message("How it was drawn"), lang), say(found["method"], lang)),
        (say(Message("Evidence"), lang), profile.evidence(view.zone, lang)),
    ]
    st.html(pairs(tuple((name, words) for name, words in lines if words)))
    with st.container(key="zone-files", horizontal=True, gap="small", vertical_alignment="center"):
        position = np.array([records.ids("zones").index(view.zone)], dtype=np.intp)
        download(
            say(Message("Outline (GeoJSON)"), lang),
            partial(downloads.geojson, "zones", position),
            f"{file_name(view.zone)}.geojson",
            say(Message("The outline of this zone, with its definition and evidence"), lang),
            mime="application/geo+json",
        )
        row = say(Message("Open the record"), lang)
        to = view.but(page="records", table="zones", record=view.zone, text="", feature="")
        st.page_link("records.py", label=row, query_params=to.to_query(), icon=":material/table_rows:")


def sources(view: ViewState) -> None:
    """Show the sources of the profile by subject, and offer them to a reference manager."""
    lang = view.lang
    cited = profile.cited(view.zone)
    every = tuple(dict.fromkeys(each for ids in cited.values() for each in ids))
    about = Message("{n} source is cited in this profile.", "{n} sources are cited in this profile.", n=len(every))
    heading("sources", say(SECTIONS["sources"], lang), say(about, lang))
    with st.container(key="zone-citations", horizontal=True, gap="small", vertical_alignment="center"):
        words = say(Message("The sources of this profile, for a reference manager"), lang)
        for name, ending, mime, write in (
            ("BibTeX", "bib", "application/x-bibtex", bibtex),
            ("RIS", "ris", "application/x-research-info-systems", ris),
        ):
            content = partial(references, every, write)
            download(name, content, f"{file_name(view.zone)}-sources.{ending}", words, mime=mime)
    with st.container(key="zone-cited"):
        for subject, ids in cited.items():
            title = f"{say(profile.CITED_FOR[subject], lang)} · {number(len(ids), lang)}"
            with st.expander(title, key=f"cited-{view.zone}-{subject}", on_change="rerun") as opened:
                if opened.open:
                    st.html(source_list(tuple(sources_of(ids)), lang))


def references(ids: tuple[str, ...], write: Callable[[list[Source]], str]) -> bytes:
    """Return sources as a file for a reference manager."""
    return write(sources_of(ids)).encode()


def section(view: ViewState, show: Callable[[ViewState], None]) -> None:
    """Show a section; where its data cannot be read say so and go on with the others."""
    try:
        show(view)
    except GeoError as error:
        st.warning(plain(say(error.message, view.lang)), icon=":material/error:")


def zone_profile(view: ViewState) -> None:
    """Show everything that is known of the chosen zone."""
    lang = view.lang
    st.html(f"<h1>{escape(name_of(view.zone, lang))}</h1>")
    st.html(f'<p class="about">{escape(profile.subtitle(view.zone, lang))}</p>')
    section(view, opening)
    own = own_zones.layers_in(view.zone, reads.viewer(), lang)
    index(view, left_out=() if own else ("own",))
    section(view, all_trends)
    if own:
        heading("own", say(SECTIONS["own"], lang), layer_zones.about(own, lang))
        section(view, partial(layer_zones.in_profile, here=own))
    for key in LISTS:
        section(view, partial(listed, key))
    section(view, definition)
    section(view, sources)


def main() -> None:
    """Lay out the page."""
    view = reads.view()
    st.html(Path(__file__).with_name("zones.css"))
    with st.container(key="zones-page", gap="small"):
        picker(view)
        if view.zone:
            zone_profile(view)
        else:
            overview(view)


main()
