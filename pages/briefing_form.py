"""What the briefer chooses on the briefing page: the sheet, its words, its marking and its date."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from html import escape
from typing import Any

import streamlit as st

from geo import digests
from geo.errors import DataError
from geo.messages import LANGUAGES, Language, Message, day, say
from geo.names import name_of
from geo.viewer import MARKINGS, Marking
from layers import profile
from layers.briefing import marking, orders, told
from layers.briefing.changes.found import MAP_LAYERS
from layers.briefing.history import Kind
from layers.briefing.orders import Order
from layers.briefing.pack.master import MOST_BYTES
from layers.briefing.snapshot import LONGEST, Snapshot
from layers.printed import templates
from layers.view import ViewState
from pages import reads
from pages.escaping import css_text

KINDS: dict[Kind, Message] = {
    "snapshot": Message("Picture"),
    "pack": Message("Slides"),
    "html": Message("Map in one file"),
    "data": Message("Data"),
    "changes": Message("What changed"),
}
NAMES: dict[str, Message] = {**KINDS, "chart": Message("Chart")}  # of all that the history knows
FORMATS = {
    "gpkg": Message("GeoPackage, for QGIS and ArcGIS, with the look"),
    "geojson": Message("GeoJSON, for the web"),
    "kml": Message("KML, for Google Earth"),
    "zip": Message("CSV of each layer, for spreadsheets"),
}
FOR_WHOM: dict[Marking, Message] = {  # FIRST, TLP 2.0, in a few words
    "TLP:CLEAR": Message("for anybody"),
    "TLP:GREEN": Message("for the community, not for the public"),
    "TLP:AMBER": Message("for the organisation and its clients"),
    "TLP:AMBER+STRICT": Message("for the organisation alone"),
    "TLP:RED": Message("for those present alone"),
}
OTHER_DAY = "day"
OWN_SIZE = "own"
DEFAULT_PX = (1600, 900)
DATES = ("newest", "today", "other")


def kept(name: str, options: Sequence[Any], default: Any) -> str:
    """Return the key of a choice that is kept over a change of page, brought to what can be chosen now."""
    key = f"briefing-{name}"
    if st.session_state.get(key) not in options:
        st.session_state[key] = default
    return key


def kind(lang: Language) -> Kind:
    """Show what can be taken away; return what is chosen."""
    offered = [each for each in KINDS if each in orders.ENDINGS]
    return st.segmented_control(
        say(Message("What to take away"), lang),
        offered,
        format_func=lambda each: say(KINDS[each], lang),
        key=kept("kind", offered, offered[0]),
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def snapshot(view: ViewState, what: Kind) -> Snapshot:
    """Show the fields of a kind of export; return the view as it is to be taken away."""
    lang = view.lang
    template = sheet(lang) if what in {"snapshot", "changes"} else "slide"
    spoken = language(lang)
    seen = view.but(lang=spoken)
    title, subtitle = words(seen, what, lang)
    raised = marked(seen, lang)
    on = dated(lang) if what != "data" else None
    try:
        templates.template(template)
    except DataError as error:
        st.html(f'<p class="wrong">{escape(say(error.message, lang))}</p>')
        template = "slide"
    screen = st.session_state.get("map-size")
    return Snapshot(
        view=seen, template=template, title=title, subtitle=subtitle, marking=raised, on=on,
        **({"screen_px": tuple(screen)} if screen else {}),
    )  # fmt: skip


def sheet(lang: Language) -> str:
    """Let the briefer choose a sheet; return its name."""
    names = [*templates.TEMPLATES, OWN_SIZE]
    chosen = st.selectbox(
        say(Message("Sheet"), lang),
        names,
        format_func=lambda name: say(
            templates.TEMPLATES[name].title if name in templates.TEMPLATES else Message("Own size in pixels"), lang
        ),
        key=kept("sheet", names, names[0]),
        filter_mode=None,
        persist_state="session",
    )
    if chosen != OWN_SIZE:
        return str(chosen)
    sides = []
    with st.container(key="briefing-size", horizontal=True, gap="small"):
        for name, label, default in zip(
            ("width", "height"), (Message("Width"), Message("Height")), DEFAULT_PX, strict=True
        ):
            key = f"briefing-{name}"
            st.session_state.setdefault(key, default)
            side = st.number_input(say(label, lang), min_value=1, step=10, key=key, persist_state="session")
            sides.append(int(side))
    return f"{sides[0]}x{sides[1]}"


def ending(what: Kind, lang: Language) -> str:
    """Let the briefer choose the format of the file; return its ending."""
    offered = [each for each in orders.ENDINGS[what] if what != "data" or each in FORMATS]
    if len(offered) == 1:
        return offered[0]
    key = kept(f"format-{what}", offered, offered[0])
    if what == "data":
        return st.radio(
            say(Message("Format"), lang),
            offered,
            format_func=lambda each: say(FORMATS[each], lang),
            key=key,
            persist_state="session",
        )
    return st.segmented_control(
        say(Message("Format"), lang), offered, format_func=str.upper, key=key, required=True, persist_state="session"
    )


def language(lang: Language) -> Language:
    """Let the briefer choose the language of what leaves, which need not be that of the page."""
    if st.session_state.get("briefing-page-lang") != lang:  # the page's language changed: so does the sheet's
        st.session_state["briefing-page-lang"] = lang
        st.session_state["briefing-lang"] = lang
    return st.segmented_control(
        say(Message("Language"), lang),
        LANGUAGES,
        format_func=lambda code: reads.LANGUAGE_NAMES[code],
        key="briefing-lang",
        required=True,
        persist_state="session",
    )


def words(view: ViewState, what: Kind, lang: Language) -> tuple[str, str]:
    """Let the briefer write a title and a subtitle of this view; what the view suggests stands in the empty field."""
    if what in {"data", "changes"}:
        return "", ""
    about = sha256(view.but(page="map", lang="en").link().encode()).hexdigest()[:10]
    title = st.text_input(
        say(Message("Title"), lang),
        key=f"briefing-title-{what}-{about}",
        placeholder=told.suggested_title(view) if what != "pack" else say(Message("Named by its zones"), lang),
        max_chars=LONGEST,
        persist_state="session",
    )
    if what == "pack":
        return title, ""
    layers = told.leaving(view, viewer=reads.viewer()).layers
    subtitle = st.text_input(
        say(Message("Subtitle"), lang),
        key=f"briefing-subtitle-{about}",
        placeholder=told.suggested_subtitle(view, layers),
        max_chars=LONGEST,
        persist_state="session",
    )
    return title, subtitle


def marked(view: ViewState, lang: Language) -> Marking:
    """Let the briefer raise the marking; lower than what is on the map it cannot be."""
    allowed = told.leaving(view, viewer=reads.viewer())
    offered = marking.offered(allowed.marking)
    chosen: Marking = st.selectbox(
        say(Message("Marking"), lang),
        offered,
        format_func=lambda each: f"{each} · {say(FOR_WHOM[each], lang)}",
        key=kept("marking", offered, offered[0]),
        filter_mode=None,
        persist_state="session",
    )
    if allowed.marking != MARKINGS[0]:
        why = ", ".join(f"“{say(s.title, lang)}”" for s in allowed.layers if s.record.marking == allowed.marking)
        least = Message("At least {marking}, because of {names}.", marking=allowed.marking, names=why)
        st.html(f'<p class="about">{escape(say(least, lang))}</p>')
    return chosen


def dated(lang: Language) -> date | None:
    """Let the briefer choose the date on the sheet; None for the newest of what it shows."""
    today = datetime.now(UTC).astimezone().date()
    names = {
        "newest": say(Message("Newest of what is shown"), lang),
        "today": say(Message("Today, {day}", day=day(today, lang)), lang),
        "other": say(Message("Another day"), lang),
    }
    chosen = st.selectbox(
        say(Message("As of"), lang),
        DATES,
        format_func=names.get,
        key=kept("date", DATES, DATES[0]),
        filter_mode=None,
        persist_state="session",
    )
    if chosen == "newest":
        return None
    if chosen == "today":
        return today
    return calendar("day", lang)


def pack_zones(view: ViewState) -> tuple[str, ...]:
    """Let the briefer choose the zones of a pack; return them in the order of their names."""
    lang = view.lang
    ids = profile.order(lang)
    which = {
        "all": Message("All {n} zones", n=len(ids)),
        "some": Message("Chosen zones"),
    }
    if st.session_state.get("briefing-zones-of") != view.zone:  # a zone that was chosen elsewhere is wanted here
        st.session_state["briefing-zones-of"] = view.zone
        if view.zone:
            st.session_state["briefing-which"] = "some"
            st.session_state["briefing-zones"] = [view.zone]
    chosen = st.segmented_control(
        say(Message("Zones"), lang),
        list(which),
        format_func=lambda each: say(which[each], lang),
        key=kept("which", list(which), "all"),
        required=True,
        persist_state="session",
    )
    if chosen == "all":
        return tuple(ids)
    some = st.multiselect(
        say(Message("Chosen zones"), lang),
        ids,
        format_func=lambda each: name_of(each, lang),
        key="briefing-zones",
        placeholder=say(Message("Choose zones"), lang),
        label_visibility="collapsed",
        select_all=False,
        persist_state="session",
    )
    return tuple(each for each in ids if each in some)


def template_for(written: str, lang: Language) -> tuple[tuple[str, bytes] | None, dict[str, str]]:
    """Return the organisation's template where slides are written, and what an order says of it."""
    own = master(lang) if written == "pptx" else None
    return own, {"master": own[0], "digest": sha256(own[1]).hexdigest()} if own else {}


def master(lang: Language) -> tuple[str, bytes] | None:
    """Let the briefer bring the organisation's own template, kept for the session; return its name and content."""
    held = st.session_state.get("briefing-master")
    label = say(Message("Template of your organisation"), lang)
    if held is not None:
        with st.container(key="briefing-master-kept", gap=None):
            st.html(f'<div class="field"><span>{escape(label)}</span><b>{escape(held[0])}</b></div>')
            away = say(Message("Use the house template"), lang)
            st.button(away, key="master-away", type="tertiary", on_click=forget_master)
        return held
    with st.expander(label, key="briefing-master-open"):
        about = Message(
            "A PowerPoint file (.pptx): its layouts, logo, fonts and colours are used. Kept for this session."
        )
        # The uploader's own words are English: ours stand over them.
        words = {"--choose": Message("Choose a file"), "--bound": Message("or drop it here")}
        said = "".join(f"{name}:{css_text(say(text, lang))};" for name, text in words.items())
        st.html(f'<style>:root{{{said}}}</style><p class="about">{escape(say(about, lang))}</p>')
        brought = st.file_uploader(
            label,
            type=["pptx", "potx"],
            key="briefing-master-file",
            label_visibility="collapsed",
            max_upload_size=MOST_BYTES // 1_000_000,
        )
    if brought is not None:
        st.session_state["briefing-master"] = (brought.name, brought.getvalue())
        st.rerun()
    return None


def forget_master() -> None:
    """Return to the house template."""
    st.session_state.pop("briefing-master", None)


def since(lang: Language, name: str, label: Message, *first: str) -> str:
    """Let the briefer choose a release or a day; return it as an address knows it.

    ``first`` is "" where nothing need be chosen.
    """
    releases = {each.version: each for each in reversed(digests.releases())}
    options = [*first, *releases, OTHER_DAY]

    def named(each: str) -> str:
        if not each:
            return say(Message("Left out"), lang)
        if each == OTHER_DAY:
            return say(Message("Another day"), lang)
        return say(Message("Release {version}, {day}", version=each, day=day(releases[each].on, lang)), lang)

    chosen = st.selectbox(
        say(label, lang),
        options,
        format_func=named,
        key=kept(name, options, options[0]),
        filter_mode=None,
        persist_state="session",
    )
    return calendar(f"{name}-day", lang).isoformat() if chosen == OTHER_DAY else str(chosen)


def only_zones(view: ViewState) -> tuple[str, ...]:
    """Let the briefer look at some zones only; return them in the order of their names."""
    lang = view.lang
    ids = profile.order(lang)
    some = st.multiselect(
        say(Message("Zones"), lang),
        ids,
        format_func=lambda each: name_of(each, lang),
        key="briefing-changed-zones",
        placeholder=say(Message("All zones"), lang),
        select_all=False,
        persist_state="session",
    )
    return tuple(each for each in ids if each in some)


def calendar(name: str, lang: Language) -> date:
    """Let the briefer choose a day."""
    key = f"briefing-{name}"
    st.session_state.setdefault(key, datetime.now(UTC).astimezone().date())
    return st.date_input(
        say(Message("Day"), lang),
        key=key,
        format="YYYY-MM-DD",
        label_visibility="collapsed",
        persist_state="session",
    )


def order(view: ViewState, what: Kind) -> tuple[Order, tuple[str, bytes] | None]:
    """Show the form of a kind of export; return what is asked for, and the template to make it with."""
    lang = view.lang
    if what == "pack":
        chosen = pack_zones(view)
        written = ending(what, lang)
        asked = snapshot(view, what)
        begin = since(lang, "pack-since", Message("What changed since"), "")
        own, more = template_for(written, lang)
        return Order.of(what, asked, written, zones=list(chosen), **({"since": begin} if begin else {}), **more), own
    if what == "data":
        written = ending(what, lang)
        return Order.of(what, snapshot(view, what), written), None
    if what == "changes":
        begin, chosen = since(lang, "since", Message("Since")), only_zones(view)
        base = ViewState(lang=lang, layers=MAP_LAYERS, zone=chosen[0] if len(chosen) == 1 else "")
        asked = snapshot(base, what)
        written = ending(what, lang)
        own, more = template_for(written, lang)
        return Order.of(what, asked, written, since=begin, zones=list(chosen), **more), own
    asked = snapshot(view, what)
    return Order.of(what, asked, ending(what, lang)), None
