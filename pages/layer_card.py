"""One layer in full: where it lies, what is said of it, its files, its versions and what changed between them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from geo import catalogue
from geo.errors import GeoError
from geo.frames import frame
from geo.ingest import telling
from geo.library import copies, exports, shelf
from geo.library.exports import FORMATS
from geo.messages import Language, Message, day, number, say
from geo.terms import codes, label
from geo.viewer import MARKINGS, Viewer
from layers import methods, web
from layers.known import PAGES
from layers.library_rows import FIELDS, Row, features_words
from layers.looks import LOOKS
from layers.view import ViewState
from pages import layer_versions, layer_zones, reads, report_view
from pages.context_panel import pairs, source_list
from pages.escaping import plain
from pages.undoing import tell, tried

VISIBILITY = {"shared": Message("All who may see its marking"), "private": Message("Only me")}


def show(view: ViewState, row: Row) -> None:
    """Show the open layer; a shipped one can be looked at and taken away, not changed."""
    lang = view.lang
    layer = None if row.is_shipped else shelf.layer(row.key, reads.viewer())
    head(view, row)
    if layer is not None and layer.archived is not None:
        words = Message(
            "Archived on {day}: no map or list shows it until it is brought back.", day=day(layer.archived.date(), lang)
        )
        st.info(say(words, lang), icon=":material/inventory_2:")
    with st.container(key="card-opening", horizontal=True, gap="medium", vertical_alignment="top"):
        with st.container(key="card-map", width="stretch", gap=None), told(lang):
            preview(view, row)
        with st.container(key="card-facts", width="stretch", gap="small"), told(lang):
            facts(row, layer, lang)
    with told(lang):
        downloads(row, layer, lang)
    if layer is None:
        return
    with told(lang):
        layer_versions.show(layer, lang)
    with told(lang):
        zones(view, layer)
    report(layer, lang)
    if layer.is_changed_by(reads.viewer()):
        described(layer, lang)
        keeping(layer, lang)


@contextmanager
def told(lang: Language) -> Iterator[None]:
    """Say what goes wrong in one part of the card, and go on with the others: what is broken can still be deleted."""
    try:
        yield
    except GeoError as error:
        st.error(plain(say(error.message, lang)), icon=":material/error:")


# --- what it is -------------------------------------------------------------------------------


def head(view: ViewState, row: Row) -> None:
    """Show the title, what kind of layer it is, and where it leads."""
    lang = view.lang
    words = [say(features_words(row.geometry, row.features), lang)] if row.features is not None else []
    words += [say(Message("version {n}", n=row.version), lang)] if row.version is not None else []
    words.append(whose(row, lang))
    st.html(
        f'<h2>{escape(row.title)}</h2><p class="about"><b class="tlp" data-tlp="{escape(row.marking)}">'
        f"{escape(row.marking)}</b> {escape(' · '.join(words))}</p>"
    )
    with st.container(key="card-actions", horizontal=True, vertical_alignment="center", gap="small"):
        if not row.is_archived:
            on_map = say(Message("Open on the map"), lang)
            st.page_link("map.py", label=on_map, icon=":material/map:", query_params=map_view(view, row).to_query())
        if not row.is_shipped and not row.is_archived and "upload" in PAGES:
            again = say(Message("New version"), lang)
            st.button(
                again, key="new-version", icon=":material/upload:", type="tertiary", on_click=aim, args=(row.key,)
            )
            if st.session_state.pop("library-upload", False):
                st.switch_page("upload.py")
        close = say(Message("Close"), lang)
        st.button(close, key="close-card", type="tertiary", on_click=reads.change, kwargs={"layer": ""})


def aim(key: str) -> None:
    """Go to the upload page to bring the next version of a layer."""
    st.session_state["upload-target"] = key  # what the upload page proposes to save as
    st.session_state["upload"] = ""  # a draft of something else waits on its desk
    st.session_state["library-upload"] = True


def whose(row: Row, lang: Language) -> str:
    """Return who a layer is from, and for whom."""
    if row.is_shipped:
        return say(Message("this release"), lang)
    viewer = reads.viewer()
    if row.owner != viewer.id:
        return row.owner
    return say(Message("me, private") if row.visibility == "private" else Message("me, shared"), lang)


def map_view(view: ViewState, row: Row) -> ViewState:
    """Return the view of the map with the layer on, framed, and no filter that hides it."""
    on = (*web.layers_on(view), row.key)
    return ViewState(page="map", lang=view.lang, basemap=view.basemap, layers=on, **sight_of(row))


def sight_of(row: Row) -> dict[str, Any]:
    """Return where the map looks to show a layer whole."""
    box = bounds(row)
    if box is None:
        return {}
    lat, lon, zoom = frame(box)
    return {"lat": lat, "lon": lon, "zoom": zoom}


def bounds(row: Row) -> tuple[float, float, float, float] | None:
    """Return the box around a layer in degrees."""
    if not row.is_shipped:
        return shelf.layer(row.key, reads.viewer()).current.bounds
    west, south, east, north = catalogue.features(row.key, reads.viewer()).total_bounds
    return float(west), float(south), float(east), float(north)


def preview(view: ViewState, row: Row) -> None:
    """Show the layer alone on the base map; it leads nowhere, so that the map page keeps what was left there."""
    lang = view.lang
    if web.missing_assets():
        st.error(say(web.MISSING_ASSETS, lang), icon=":material/error:")
        return
    if row.is_archived:
        st.html(f'<div class="no-map">{escape(say(Message("An archived layer is on no map."), lang))}</div>')
        return
    session = st.session_state
    if session.get("library-shown") != row.key:  # another layer moves the map, and nothing else does
        session["library-shown"] = row.key
        session["library-serial"] = session.get("library-serial", 0) + 1
    box = bounds(row)
    sight = {"bounds": [[box[1], box[0]], [box[3], box[2]]]} if box and box[:2] != box[2:] else sight_of(row)
    st_folium(
        web.AtlasMap(),
        key="library-map",
        height=330,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=web.layer_list(
            ViewState(page="layers", lang=lang, layers=(row.key,), basemap=view.basemap),
            serial=session["library-serial"],
            sight=sight,
            reader=reads.reader(),
        ),
    )


def facts(row: Row, layer: shelf.Layer | None, lang: Language) -> None:
    """Show what is said of a layer and who says so."""
    said = copies.said(row.key, viewer=reads.viewer(), title=row.title, lang=lang)
    if said.description:
        st.html(f'<p class="description">{escape(said.description)}</p>')
    about = layer.about if layer is not None else None
    lines = [
        (Message("As of"), said.as_of or row.as_of),
        (
            Message("Precision"),
            f"± {number(about.precision_km, lang)} km"
            if about and about.precision_km
            else ("" if about else said.precision),
        ),
        (Message("Source reliability"), say(label("reliability", said.reliability), lang) if said.reliability else ""),
    ]
    if about is not None:
        lines.insert(0, (Message("Licence"), about.licence or say("not stated", lang)))
    if layer is not None:
        origin = layer.current.origin
        if origin is not None:
            lines += [(Message("Original file"), origin.name), (Message("Its SHA-256"), origin.sha256)]
        lines.append((Message("Key"), layer.key))
    st.html(pairs(tuple((say(name, lang), text) for name, text in lines if text)))
    if layer is not None:
        st.html(f"<h3>{escape(say(Message('Source'), lang))}</h3>{source_list(said.sources, lang)}")
    else:
        cited = methods.method(LOOKS[row.key]).sources
        count = Message("{n} source", "{n} sources", n=len(cited))
        with st.expander(say(count, lang), key=f"card-sources-{row.key}"):
            st.html(source_list(cited, lang))


# --- its files --------------------------------------------------------------------------------


def downloads(row: Row, layer: shelf.Layer | None, lang: Language) -> None:
    """Offer the layer in every format, made when it is asked for; of an own one any version."""
    viewer, offer = reads.viewer(), escape(say(Message("Download"), lang))
    with st.container(key="card-files", horizontal=True, vertical_alignment="center", gap="small"):
        place, wanted = st.empty(), None
        if layer is not None and len(layer.versions) > 1:
            wanted = st.selectbox(
                say(Message("Version to download"), lang),
                [each.number for each in reversed(layer.versions)],
                format_func=lambda n: say(Message("version {n}", n=n), lang),
                key=f"card-version-{layer.key}-{layer.current.number}",
                label_visibility="collapsed",
                width=130,
            )
        said = copies.said(row.key, viewer=viewer, number=wanted, title=row.title, lang=lang)
        place.html(f'<span data-version="{escape(said.version)}">{offer}</span>', width="content")
        for each in FORMATS.values():
            st.download_button(
                each.name,
                partial(file, row, wanted, each.key, viewer, lang),
                file_name=exports.file_name(said, each),
                mime="application/zip" if each.key == "csv" else each.mime,
                key=f"get-{row.key}-{each.key}",
                on_click="ignore",
                icon=":material/download:",
                help=say(Message("With source, licence, marking and version in the file or beside it"), lang),
            )


def file(row: Row, wanted: int | None, name: str, viewer: Viewer, lang: Language) -> bytes:
    """Return the layer as a file; called when the button is pressed, where there is no session to ask."""
    export = copies.export(row.key, viewer=viewer, number=wanted, title=row.title, lang=lang)
    return exports.packed(export, format=FORMATS[name], lang=lang)[1]


# --- what else is known of it -----------------------------------------------------------------


def zones(view: ViewState, layer: shelf.Layer) -> None:
    """Show which zones the layer touches, counted when it is asked for."""
    if layer.archived is not None:
        return
    title = say(Message("Zones it touches"), view.lang)
    with st.expander(title, key=f"card-zones-{layer.key}", on_change="rerun") as opened:
        if opened.open:
            layer_zones.show(layer.key, view)


def report(layer: shelf.Layer, lang: Language) -> None:
    """Show what the check of the file found when this version was brought."""
    told = layer.current.report
    if not told:
        return
    with st.expander(
        say(Message("Report of the check"), lang), key=f"card-report-{layer.key}", on_change="rerun"
    ) as opened:
        if opened.open:
            found, repairs = telling.unpacked(told), telling.unpacked_repairs(told)
            report_view.show(found, repairs, lang, key=f"card-report-{layer.key}-{layer.current.number}")


# --- what its owner can do --------------------------------------------------------------------


SAID = (
    "title",
    "source",
    "publisher",
    "url",
    "licence",
    "as_of",
    "description",
    "marking",
    "reliability",
    "precision_km",
)


def described(layer: shelf.Layer, lang: Language) -> None:
    """Let the owner change what is said of the layer: a new version of the same features."""
    if layer.archived is not None:
        return
    at = f"{layer.key}-{layer.current.number}"
    for name in SAID:
        st.session_state.setdefault(f"{name}-{at}", getattr(layer.about, name))
    grades = ["", *(code for code in codes("reliability") if code)]
    title = say(Message("Change what is said of it"), lang)
    with st.expander(title, key=f"edit-{layer.key}"), st.form(f"about-{at}", border=False):
        for names in (("title", "as_of"), ("source", "publisher"), ("url", "licence")):
            for name, place in zip(names, st.columns(2), strict=True):
                place.text_input(say(FIELDS[name], lang), key=f"{name}-{at}", max_chars=500)
        st.text_area(say(FIELDS["description"], lang), key=f"description-{at}", max_chars=4000, height=90)
        marking, reliability, precision = st.columns(3)
        marking.selectbox(say(FIELDS["marking"], lang), MARKINGS, key=f"marking-{at}")
        reliability.selectbox(
            say(FIELDS["reliability"], lang),
            grades,
            format_func=lambda code: (
                say(label("reliability", code), lang) if code else say(Message("not graded"), lang)
            ),
            key=f"reliability-{at}",
        )
        precision.number_input(say(FIELDS["precision_km"], lang), min_value=0.0, value=None, key=f"precision_km-{at}")
        st.text_input(say(Message("Why it is changed"), lang), key=f"note-{at}", max_chars=500)
        save = say(Message("Save as a new version"), lang)
        st.form_submit_button(save, key=f"save-{at}", on_click=save_about, args=(layer,))


def save_about(seen: shelf.Layer) -> None:
    """Save what is said of the layer as a new version of the one that was seen; it can be undone."""
    viewer, number_seen = reads.viewer(), seen.current.number
    given = {name: st.session_state[f"{name}-{seen.key}-{number_seen}"] for name in SAID}
    about = replace(seen.about, **given)
    if about == seen.about:
        tell(Message("“{title}” is as it was: nothing was changed.", title=seen.title))
        return
    note = st.session_state[f"note-{seen.key}-{number_seen}"]
    made = tried(
        lambda: shelf.describe(seen.key, about, seen.current.look, viewer=viewer, expected=number_seen, note=note)
    )
    if made is not None:
        words = Message("“{title}” is saved as version {n}.", title=made.title, n=made.current.number)
        tell(words, partial(shelf.take_back, seen.key, made.current.number, viewer=viewer))
        return
    latest = tried(lambda: shelf.layer(seen.key, viewer))
    if latest is not None:  # somebody else's version came between: what was written is kept to be saved after it
        for name, value in given.items():
            st.session_state[f"{name}-{seen.key}-{latest.current.number}"] = value


def keeping(layer: shelf.Layer, lang: Language) -> None:
    """Let the owner share the layer or not, put it away, and delete it for good."""
    st.html(f"<h3>{escape(say(Message('Keeping'), lang))}</h3>")
    with st.container(key="card-keeping", horizontal=True, vertical_alignment="center", gap="small"):
        if layer.archived is None:
            key = f"visibility-{layer.key}"
            st.session_state[key] = layer.visibility
            st.selectbox(
                say(Message("Who sees it"), lang),
                list(VISIBILITY),
                format_func=lambda each: say(VISIBILITY[each], lang),
                key=key,
                label_visibility="collapsed",
                width=260,
                on_change=shared,
                args=(layer, key),
            )
            archive = say(Message("Archive"), lang)
            st.button(archive, key="archive", icon=":material/inventory_2:", on_click=archived, args=(layer,))
        else:
            back = say(Message("Bring back"), lang)
            st.button(back, key="bring-back", icon=":material/unarchive:", on_click=brought_back, args=(layer,))
        delete = say(Message("Delete for good"), lang)
        st.button(delete, key="delete", type="tertiary", on_click=ask, args=(layer.key,))
    if st.session_state.get("library-deleting") == layer.key:
        deleting(layer, lang)


def ask(key: str) -> None:
    """Ask once more before a layer is deleted."""
    st.session_state["library-deleting"] = key


def deleting(layer: shelf.Layer, lang: Language) -> None:
    """Say what goes with the layer, and delete it at the second press."""
    with st.container(key="card-deleting", gap="small"):
        words = Message(
            "“{title}” goes with its {n} version, the report of its check and the features that no other layer needs. "
            "Nobody can bring it back. To put it out of sight, archive it.",
            "“{title}” goes with its {n} versions, the reports of their checks and the features that no other layer "
            "needs. Nobody can bring it back. To put it out of sight, archive it.",
            title=layer.title,
            n=len(layer.versions),
        )
        st.html(f'<p role="alert">{escape(say(words, lang))}</p>')
        with st.container(horizontal=True, gap="small"):
            yes = say(Message("Delete {n} version", "Delete {n} versions", n=len(layer.versions)), lang)
            st.button(yes, key="delete-yes", icon=":material/delete_forever:", on_click=deleted, args=(layer,))
            keep = say(Message("Keep it"), lang)
            st.button(keep, key="delete-no", type="tertiary", on_click=ask, args=("",))


def shared(layer: shelf.Layer, key: str) -> None:
    """Share a layer or keep it to oneself; it can be undone."""
    viewer, before, now = reads.viewer(), layer.visibility, st.session_state[key]
    if tried(lambda: shelf.set_visibility(layer.key, now, viewer=viewer)) is not None:
        words = {
            "private": Message("Only you see “{title}” now.", title=layer.title),
            "shared": Message("All who may see its marking see “{title}” now.", title=layer.title),
        }
        tell(words[now], partial(shelf.set_visibility, layer.key, before, viewer=viewer))


def archived(layer: shelf.Layer) -> None:
    """Put a layer away; it can be undone."""
    viewer = reads.viewer()
    if tried(lambda: shelf.archive(layer.key, viewer=viewer)) is not None:
        reads.change(layer="")
        tell(Message("“{title}” is archived.", title=layer.title), partial(shelf.bring_back, layer.key, viewer=viewer))


def brought_back(layer: shelf.Layer) -> None:
    """Take an archived layer into use again; it can be undone."""
    viewer = reads.viewer()
    if tried(lambda: shelf.bring_back(layer.key, viewer=viewer)) is not None:
        words = Message("“{title}” is in use again.", title=layer.title)
        tell(words, partial(shelf.archive, layer.key, viewer=viewer))


def deleted(layer: shelf.Layer) -> None:
    """Delete a layer for good."""
    ask("")
    viewer, title = reads.viewer(), layer.title
    before = st.session_state.get("library-problem")
    tried(lambda: shelf.delete(layer.key, viewer=viewer))
    if st.session_state.get("library-problem") is before:
        reads.change(layer="")
        tell(Message("“{title}” is deleted.", title=title))
