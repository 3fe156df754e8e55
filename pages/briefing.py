"""The briefing page: what leaves the room is chosen here, seen as it will look, and taken away; then found again."""

from functools import partial
from html import escape
from math import prod
from pathlib import Path

import streamlit as st

from geo.errors import GeoError
from geo.messages import Language, Message, number, say
from layers.briefing import making, orders, told
from layers.briefing.history import Kind
from layers.briefing.making import Job
from layers.briefing.orders import Made, Order
from layers.briefing.preview import Preview, preview
from layers.view import ViewState
from pages import briefing_contents, briefing_form, briefing_history, briefing_jobs, reads, undoing
from pages.errors import shown_errors
from pages.escaping import plain

MOST_AT_ONCE = 12_000_000  # pixels of a picture that is drawn while one waits; larger ones are made beside the page
MAKE = {
    "snapshot": Message("Make the picture"),
    "pack": Message("Make the slides"),
    "html": Message("Make the map"),
    "data": Message("Make the file"),
    "changes": Message("Make the file"),
}


def top(view: ViewState) -> Kind:
    """Show what the page is for and the way back to the map; return what is to be taken away."""
    lang = view.lang
    about = Message("Everything that leaves here carries its sources, their dates, its precision and its marking.")
    title = escape(say(Message("Briefing"), lang))
    st.html(f'<div class="briefing-head"><h1>{title}</h1><p class="about">{escape(say(about, lang))}</p></div>')
    with st.container(key="briefing-top", horizontal=True, vertical_alignment="center", gap="small"):
        chosen = briefing_form.kind(lang)
        back = say(Message("Change the view on the map"), lang)
        with st.container(key="briefing-back", horizontal=True, horizontal_alignment="right"):
            st.page_link("map.py", label=back, icon=":material/map:", query_params=view.but(page="map").to_query())
    return chosen


def left_out(view: ViewState, lang: Language) -> None:
    """Name the layers that may not leave."""
    names = [say(each.title, lang) for each in told.leaving(view, viewer=reads.viewer()).left_out]
    if not names:
        return
    words = Message(
        "Left out: {names}. It is TLP:RED, for those present alone, and never leaves the screen.",
        "Left out: {names}. They are TLP:RED, for those present alone, and never leave the screen.",
        n=len(names),
        names=", ".join(f"“{each}”" for each in names),
    )
    st.html(f'<p class="left-out" role="note">{escape(say(words, lang))}</p>')


def facts(name: str, about: str, marking: str) -> None:
    """Show the name of the file and what it is, beside the button that takes it."""
    tlp = f'<b class="tlp" data-tlp="{escape(marking)}">{escape(marking)}</b>'
    st.html(f'<div class="file"><b>{escape(name)}</b><span>{escape(about)}{tlp}</span></div>', width="stretch")


def take_picture(order: Order, seen: Preview, lang: Language) -> None:
    """Show the one action for a picture: to download it; it is drawn in full when the button is pressed."""
    made = Made(title=seen.told.title, marking=seen.told.marking, code=seen.told.code)
    name = orders.file_name(order, made)
    with st.container(key="briefing-action", horizontal=True, vertical_alignment="center", gap="medium"):
        facts(name, dimensions(seen, order.ending, lang), made.marking)
        st.download_button(
            say(Message("Download {format}", format=order.ending.upper()), lang),
            partial(orders.taken, order, viewer=reads.viewer()),
            file_name=name,
            mime=briefing_jobs.MIMES[order.ending],
            key="take-picture",
            type="primary",
            on_click="ignore",
            icon=":material/download:",
            width="content",
        )


def dimensions(seen: Preview, ending: str, lang: Language) -> str:
    """Say how large a sheet is: in pixels, or on paper where it is drawn by lines."""
    if ending == "png":
        width, height = (number(side, lang) for side in seen.pixels)
        return say(
            Message("{width} × {height} pixels, {dpi} dpi", width=width, height=height, dpi=seen.template.dpi), lang
        )
    width, height = (number(25.4 * side, lang, digits=0) for side in (seen.template.width_in, seen.template.height_in))
    return say(Message("{width} × {height} mm, drawn by lines: sharp at any size", width=width, height=height), lang)


def take_job(order: Order, own: tuple[str, bytes] | None, lang: Language, about: str) -> Job | None:
    """Show the one action for what takes a while: to make it, then how far it is, then to download it."""
    marking = orders.made_of(order.snapshot(reads.viewer()), reads.viewer()).marking
    mine = next((each for each in making.jobs(reads.viewer()) if each.order == order), None)
    state = mine.state if mine is not None else ""
    if mine is not None:
        briefing_jobs.failed(mine, lang)
    with st.container(key="briefing-action", horizontal=True, vertical_alignment="center", gap="medium"):
        if mine is not None and state in making.RUNNING:
            briefing_jobs.running(mine.id, lang)
            return mine
        if mine is not None and state == "done":
            facts(mine.name, briefing_jobs.outcome(mine, lang), marking)
            anew = say(Message("Make it anew"), lang)
            begin = partial(briefing_jobs.begin, order, own)
            st.button(anew, key="make-anew", type="tertiary", on_click=begin)
            briefing_jobs.download(mine, lang, is_main=True)
            return mine
        facts(orders.title_of(order, reads.viewer()), about, marking)
        st.button(
            say(MAKE[order.kind], lang),
            key="make",
            type="primary",
            on_click=partial(briefing_jobs.begin, order, own),
            disabled=order.kind == "pack" and not order.zones,
            width="content",
        )
    return mine


def main() -> None:
    """Lay out the page: the form, what will leave, and what left before."""
    view = reads.view()
    lang = view.lang
    st.html(Path(__file__).with_name("briefing.css"))
    with st.container(key="briefing-page", gap="small"):
        what = top(view)
        undoing.show(lang)
        with st.container(key="briefing-parts", horizontal=True, gap="large", vertical_alignment="top"):
            form = st.container(key="briefing-form", width=340, gap="small")
            result = st.container(key="briefing-result", width="stretch", gap="small")
        job = None
        order, own = None, None
        with form, shown_errors(lang):
            order, own = briefing_form.order(view, what)
        with result, shown_errors(lang):
            if order is not None:
                job = shown(order, own, lang)
        briefing_jobs.others(making.jobs(reads.viewer()), job.id if job else "", lang)
        briefing_history.show(view)


def shown(order: Order, own: tuple[str, bytes] | None, lang: Language) -> Job | None:
    """Show the action and, below it, what will leave."""
    action = st.container(key="briefing-act", gap="small")
    asked = order.snapshot(reads.viewer())
    left_out(asked.view, lang)
    if order.kind != "snapshot":
        with action:
            job = take_job(order, own, lang, briefing_contents.summary(order, lang))
        briefing_contents.show(order, lang)
        return job
    with st.spinner(say(briefing_contents.DRAWING, lang), show_time=False):
        try:
            seen = preview(asked, viewer=reads.viewer())
        except GeoError as error:
            st.error(plain(say(error.message, lang)), icon=":material/error:")
            return None
    job = None
    with action:
        if order.ending == "png" and prod(seen.pixels) > MOST_AT_ONCE:
            job = take_job(order, None, lang, dimensions(seen, order.ending, lang))
        else:
            take_picture(order, seen, lang)
    briefing_contents.sheet(seen, lang)
    briefing_contents.otherwise(asked.view, lang)
    return job


main()
