"""The layers page: every layer in one list, and the one that is open with its versions, sources and files."""

from html import escape
from pathlib import Path

import streamlit as st

from geo import catalogue
from geo.errors import GeoError
from geo.library import metadata
from geo.messages import Language, Message, day, number, say
from geo.viewer import MARKINGS
from layers.known import PAGES
from layers.library_rows import GEOMETRIES, ORDERS, WHOSE, Row, features_words, found, ordered, rows
from layers.view import ViewState
from pages import layer_card, reads, undoing
from pages.escaping import plain

ROWS_FIRST = 60  # more make the browser slow to draw; the search finds the others
HEADS = (
    Message("Layer"),
    Message("Features"),
    Message("Source"),
    Message("As of"),
    Message("Marking"),
    Message("Version"),
    Message("Brought by"),
    Message("Changed"),
)


def top(view: ViewState, listed: list[Row]) -> None:
    """Show what the page is, and its one primary action: to bring a layer."""
    lang = view.lang
    with st.container(key="library-top", horizontal=True, vertical_alignment="center", gap="small"):
        own = sum(not row.is_shipped and not row.is_archived for row in listed)
        shipped = sum(row.is_shipped for row in listed)
        about = Message(
            "{shipped} that ship with this release and {own} that people brought, each with its versions and files.",
            shipped=shipped,
            own=own,
        )
        st.html(
            f"<h1>{escape(say(Message('Layers'), lang))}</h1><p class='about'>{escape(say(about, lang))}</p>",
            width="stretch",
        )
        described(listed, lang)
        if "upload" in PAGES:
            with st.container(key="bring-layer", width="content"):
                bring = say(Message("Bring a layer"), lang)
                st.page_link("upload.py", label=bring, icon=":material/upload:", query_params=elsewhere(view, "upload"))


def elsewhere(view: ViewState, page: str) -> dict[str, str]:
    """Return the query of another page, without what only this one knows."""
    return view.but(page=page, layer="", find="").to_query()


def described(listed: list[Row], lang: Language) -> None:
    """Offer the catalogue's description for other catalogues."""
    titles = {row.key: row.title for row in listed if row.is_shipped}
    viewer = reads.viewer()
    st.download_button(
        say(Message("STAC and DCAT"), lang),
        lambda: metadata.packed(viewer=viewer, lang=lang, titles=titles),
        file_name="fronteras-catalogue.zip",
        mime="application/zip",
        key="get-catalogue",
        type="tertiary",
        on_click="ignore",
        icon=":material/download:",
        help=say(
            Message(
                "This list described for other catalogues, without what is private or TLP:RED: STAC 1.1 and DCAT 3, "
                "in a zip"
            ),
            lang,
        ),
    )


def asked(view: ViewState, listed: list[Row]) -> list[Row]:
    """Show the search box, the filters and the order; return the rows that fit, in that order."""
    lang, viewer = view.lang, reads.viewer()
    st.session_state["library-find"] = view.find
    with st.container(key="library-asked", horizontal=True, vertical_alignment="center", gap="small"):
        st.text_input(
            say(Message("Search the layers"), lang),
            key="library-find",
            type="search",
            label_visibility="collapsed",
            placeholder=say(Message("Search the layers"), lang),
            icon=":material/search:",
            width=260,
            on_change=lambda: reads.change(find=st.session_state["library-find"]),
        )
        kinds = [kind for kind in WHOSE if any(row.whose(viewer) == kind for row in listed)]
        whose = st.pills(
            say(Message("Show only"), lang),
            kinds,
            format_func=lambda kind: say(WHOSE[kind], lang),
            key="library-whose",
            label_visibility="collapsed",
        )
        geometries = chosen("geometry", Message("Geometry"), {k: say(m, lang) for k, m in GEOMETRIES.items()}, lang)
        there = {row.marking for row in listed}
        markings = chosen("marking", Message("Marking"), {each: each for each in MARKINGS if each in there}, lang)
        by = st.selectbox(
            say(Message("Order"), lang),
            list(ORDERS),
            format_func=lambda name: say(ORDERS[name], lang),
            key="library-order",
            label_visibility="collapsed",
            width=220,
        )
    fitting = found(listed, viewer, text=view.find, whose=whose or "", geometries=geometries, markings=markings)
    return ordered(fitting, by)


def chosen(key: str, title: Message, words: dict[str, str], lang: Language) -> list[str]:
    """Show one filter as a button that opens its list; return what is chosen."""
    if len(words) < 2:
        return []
    name, key = say(title, lang), f"library-{key}"
    count = len(st.session_state.get(key, []))
    with st.popover(f"{name} ({number(count, lang)})" if count else name, key=f"open-{key}", type="tertiary"):
        return st.multiselect(
            name, list(words), format_func=words.get, key=key, placeholder=say(Message("Any"), lang), width=280
        )


def the_list(view: ViewState, fitting: list[Row], listed: list[Row], *, is_open: bool) -> None:
    """Show the rows that fit, or what to do where there are none; beside an open layer the list is narrow."""
    lang = view.lang
    if not fitting:
        st.info(say(Message("No layer fits. Take away a word or a filter to see more."), lang))
        return
    if not any(not row.is_shipped for row in listed):
        words = Message("Nobody has brought a layer yet. Bring one, and it stands here with its source and versions.")
        st.html(f'<p class="empty">{escape(say(words, lang))}</p>')
    with st.container(key="library-rows", gap=None):
        heads = "".join(f"<span>{escape(say(head, lang))}</span>" for head in HEADS)
        st.html(f'<div class="library-head">{heads}</div>')
        for row in fitting[:ROWS_FIRST]:
            here = "here" if row.key == view.layer else "there"
            with st.container(
                key=f"library-row-{row.key}-{here}", horizontal=True, vertical_alignment="center", gap=None
            ):
                st.button(
                    f"**{plain(row.title)}**",
                    key=f"open-{row.key}",
                    type="tertiary",
                    width="stretch" if is_open else 300,
                    on_click=reads.change,
                    kwargs={"layer": "" if row.key == view.layer else row.key},
                )
                st.html(glance(row, lang), width="content" if is_open else "stretch")
    rest = len(fitting) - ROWS_FIRST
    if rest > 0:
        more = Message("{n} more layer fits. Search to find it.", "{n} more layers fit. Search to find them.", n=rest)
        st.caption(say(more, lang))


def glance(row: Row, lang: Language) -> str:
    """Return what is known of a layer in one line; every word is escaped."""
    count = "–" if row.features is None else say(features_words(row.geometry, row.features), lang)
    version = "" if row.version is None else number(row.version, lang)
    changed = day(row.changed.date(), lang) if row.changed else ""
    cells = [
        f'<span class="n">{escape(count)}</span>',
        f'<span class="source" title="{escape(row.source)}">{escape(row.source)}</span>',
        f"<span>{escape(row.as_of)}</span>",
        f'<span><b class="tlp" data-tlp="{escape(row.marking)}">{escape(row.marking)}</b></span>',
        f'<span class="n"><i>{escape(say(HEADS[5], lang))}</i> {escape(version)}</span>'
        if version
        else "<span></span>",
        f"<span>{escape(layer_card.whose(row, lang))}</span>",
        f"<span>{escape(changed)}</span>",
    ]
    return f'<div class="library-row">{"".join(cells)}</div>'


def main() -> None:
    """Lay out the page."""
    view = reads.view()
    lang = view.lang
    st.html(Path(__file__).with_name("library.css"))
    listed = rows(reads.viewer(), lang)
    is_open = any(row.key == view.layer for row in listed)
    with st.container(key=f"library-page-{'open' if is_open else 'list'}", gap="small"):
        top(view, listed)
        undoing.show(lang)
        if (trouble := catalogue.trouble(reads.viewer())) is not None:
            st.warning(plain(say(trouble, lang)), icon=":material/warning:")
        if view.layer and not is_open:
            gone = Message("There is no layer “{key}” here. Choose one from the list.", key=view.layer[:60])
            st.warning(plain(say(gone, lang)), icon=":material/link_off:")
        with st.container(key="library-parts", horizontal=True, gap=None, vertical_alignment="top"):
            with st.container(key="library-list", width="stretch", gap="small"):
                the_list(view, asked(view, listed), listed, is_open=is_open)
            if is_open:
                with st.container(key="library-card", width="stretch", gap="small"):
                    try:
                        layer_card.show(view, next(row for row in listed if row.key == view.layer))
                    except GeoError as error:
                        st.error(plain(say(error.message, lang)), icon=":material/error:")


main()
