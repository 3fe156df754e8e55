"""What left before: each export with its view, so that it can be made again."""

from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape

import streamlit as st

from geo.errors import GeoError
from geo.messages import Language, Message, day, say
from layers.briefing import history
from layers.briefing.history import Export
from layers.briefing.orders import Order
from layers.known import known
from layers.view import ViewState
from pages import briefing_jobs, reads
from pages.briefing_form import NAMES
from pages.escaping import plain
from pages.undoing import tell, tried
from pages.upload_desk import when

FIRST = 8  # the others are one click away
LOOK_S = 4.0
SETTLED = timedelta(
    seconds=3
)  # a file that was just promised to the browser must reach it before the page is made anew


def show(view: ViewState) -> None:
    """Show the list, or what will stand in it."""
    lang = view.lang
    st.html(f"<h2>{escape(say(Message('History'), lang))}</h2>")
    try:
        exports = history.remembered(reads.viewer())
    except GeoError as error:
        st.warning(plain(say(error.message, lang)), icon=":material/warning:")
        return
    if not exports:
        empty = Message(
            "Nothing was taken away yet. What you download stands here, to be made again from the same view."
        )
        st.html(f'<p class="empty">{escape(say(empty, lang))}</p>')
    with st.container(key="briefing-history", gap=None):
        is_whole = st.session_state.get("briefing-whole", False)
        for each in exports if is_whole else exports[:FIRST]:
            row(each, view)
    rest = len(exports) - FIRST
    if rest > 0 and not is_whole:
        more = say(Message("{n} more", "{n} more", n=rest), lang)
        st.button(more, key="briefing-more", type="tertiary", on_click=whole)
    watched(stamp(exports))


def whole() -> None:
    """Show the whole list."""
    st.session_state["briefing-whole"] = True


def stamp(exports: list[Export]) -> str:
    """Return what tells the latest export from others."""
    return f"{exports[0].id} {exports[0].at.isoformat()}" if exports else ""


@st.fragment(run_every=LOOK_S)
def watched(latest: str) -> None:
    """Run the page anew once a download has reached the list: a download by itself runs nothing."""
    try:
        found = history.remembered(reads.viewer(), limit=1)
    except GeoError:  # told above
        return
    if found and stamp(found) != latest and datetime.now(UTC) - found[0].at > SETTLED:
        st.rerun()


def row(one: Export, view: ViewState) -> None:
    """Show one export: what it was, under which code and marking, when, and what can be done with it."""
    lang = view.lang
    with st.container(key=f"export-{one.id}", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(glance(one, lang), width="stretch")
        if is_made_here(one):
            st.button(
                say(Message("Make again"), lang),
                key=f"again-{one.id}",
                type="tertiary",
                icon=":material/replay:",
                on_click=partial(again, one),
                width="content",
            )
        opened = view_of(one, lang)
        label = say(Message("Open the view"), lang)
        st.page_link("map.py", label=label, icon=":material/map:", query_params=opened.to_query(), width="content")
        remove = say(Message("Remove from the list"), lang)
        st.button(
            "",
            icon=":material/close:",
            help=remove,
            key=f"forget-{one.id}",
            type="tertiary",
            on_click=partial(forget, one),
            width="content",
        )


def glance(one: Export, lang: Language) -> str:
    """Return what is known of an export in one line; every word is escaped."""
    kind = say(NAMES.get(one.kind, Message("File")), lang)
    ending = str(one.asked.get("format", "")).upper()
    cells = (
        f'<b title="{escape(one.title)}">{escape(one.title)}</b>',
        f"<span>{escape(' · '.join(part for part in (kind, ending) if part))}</span>",
        f'<span class="code">{escape(one.code)}</span>',
        f'<span><b class="tlp" data-tlp="{escape(one.marking)}">{escape(one.marking)}</b></span>',
        f'<span title="{escape(day(one.at.date(), lang))}">{escape(when(one.at.isoformat(), lang))}</span>',
    )
    return f'<div class="export">{"".join(cells)}</div>'


def view_of(one: Export, lang: Language) -> ViewState:
    """Return the view of an export in the reader's language; what this release lacks is left out."""
    found, _ = ViewState.from_query(one.query, known(reads.viewer()))
    return found.but(page="map", lang=lang)


def is_made_here(one: Export) -> bool:
    """Tell whether the page knows how to make it again."""
    try:
        Order.again(one)
    except GeoError:
        return False
    return True


def again(one: Export) -> None:
    """Make the same again, beside the page."""
    briefing_jobs.begin(Order.again(one), title=one.title)


def forget(one: Export) -> None:
    """Take an export off the list; it can be undone."""
    viewer = reads.viewer()
    tried(partial(history.forget, one.id, viewer))
    tell(
        Message("“{title}” is off the list. Its code still opens the view.", title=one.title),
        partial(history.recall, one.id, viewer),
    )
