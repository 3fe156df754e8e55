"""The first step of an upload: where a file is dropped, and the uploads that wait or can still be undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from html import escape

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geo.ingest import limits, worker
from geo.library import shelf
from geo.messages import Language, Message, number, say
from geo.upload import draft_jobs, drafts
from geo.upload.drafts import Draft
from pages import reads
from pages.escaping import css_words
from pages.upload_session import browser, doing, open_draft

MOST_MB = 100  # the browser's way: the file passes through the server's memory once; larger ones by command
STATES = {
    "waiting": Message("not checked yet"),
    "checking": Message("being checked"),
    "checked": Message("checked, to be described"),
    "refused": Message("refused"),
    "storing": Message("being stored"),
    "cancelled": Message("check called off"),
}
FORMATS = (
    "GeoJSON · GeoPackage · Shapefile (zip) · KML, KMZ · GPX · CSV, TSV, XLSX · GeoParquet · FlatGeobuf · TopoJSON"
)


def desk(lang: Language) -> None:
    """Show where to drop a file, and the uploads that were not finished."""
    worker.warm()  # while a person looks for the file, its parsers are loaded
    st.html(uploader_words(lang))
    aimed(lang)
    with st.container(key="desk", horizontal=True, gap="large"):
        with st.container(key="drop", width="stretch", gap="small"):
            number_of = st.session_state.setdefault("upload-drop", 0)
            file = st.file_uploader(
                say(Message("Drop a file here, or choose one"), lang),
                key=f"file-{number_of}",
                max_upload_size=MOST_MB,
            )
            if file is not None:
                take(file)
            st.html(f'<p class="formats">{escape(FORMATS)}</p>')
            bounds = Message(
                "Up to {mb} MB and {features} features. The file is checked on this server and goes nowhere else.",
                mb=MOST_MB,
                features=limits.FEATURES,
            )
            st.html(f'<p class="bounds">{escape(say(bounds, lang))}</p>')
        with st.container(key="promise", width=380, gap=None):
            promises = (
                (Message("Checked"), Message("Coordinates, reference system, shapes, dates, codes and texts.")),
                (Message("Told"), Message("Each problem with its place, what was mended, and what to do.")),
                (
                    Message("Yours to undo"),
                    Message("Nothing is on the map before you save it, and saving can be undone."),
                ),
            )
            rows = "".join(
                f"<li><b>{escape(say(head, lang))}</b><span>{escape(say(text, lang))}</span></li>"
                for head, text in promises
            )
            st.html(f'<ol class="promises">{rows}</ol>')
    unfinished(lang)


def aimed(lang: Language) -> None:
    """Say which layer the file becomes the next version of, where the person came from one."""
    key = st.session_state.get("upload-target", "")
    found = next((each for each in shelf.layers(reads.viewer()) if each.key == key), None)
    if found is None:
        st.session_state.pop("upload-target", None)
        return
    with st.container(key="aimed", horizontal=True, vertical_alignment="center", gap="small"):
        words = say(Message("The file becomes the next version of “{title}”.", title=found.title), lang)
        st.html(f"<span>{escape(words)}</span>", width="content")
        new = say(Message("Bring a new layer instead"), lang)
        st.button(new, key="not-aimed", type="tertiary", on_click=lambda: st.session_state.pop("upload-target", None))


def uploader_words(lang: Language) -> str:
    """Return a style sheet that says the uploader's own English words in the reader's language."""
    words = {
        "--choose": Message("Choose a file"),
        "--bound": Message("or drop it here"),
        "--sending": Message("Receiving the file"),
        "--too-large": Message(
            "This file is larger than {mb} MB. Zip it, split it, or bring it by command: python -m geo add.", mb=MOST_MB
        ),
    }
    return css_words(words, lang)


def take(file: UploadedFile) -> None:
    """Copy an uploaded file to disk, let Streamlit forget it, and begin its check."""
    with forgotten(file):
        found = drafts.receive(file, file.name, viewer=reads.viewer(), browser=browser())
    open_draft(found.id)
    doing(draft_jobs.check, found.id, reads.viewer())
    st.rerun()


@contextmanager
def forgotten(file: UploadedFile) -> Iterator[None]:
    """Let Streamlit hold the bytes of a file no longer, whatever becomes of it; the next one is a new widget."""
    try:
        yield
    finally:
        context = get_script_run_ctx()
        if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
            context.uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=file.file_id)
        file.close()
        st.session_state["upload-drop"] += 1


def unfinished(lang: Language) -> None:
    """List the uploads that wait for the person, and those thrown away lately."""
    mine = drafts.drafts(reads.viewer())
    waiting = [each for each in mine if each.is_open]
    gone = [each for each in mine if each.discarded]
    kept = [each for each in mine if each.state == "stored" and not each.discarded]
    if kept:
        lately(kept, lang)
    if not waiting and not gone:
        return
    title = escape(say(Message("Not finished yet"), lang))
    st.html(f'<h2 class="desk">{title}</h2>')
    with st.container(key="unfinished", gap=None):
        for each in waiting:
            row(each, lang)
        for each in gone:
            with st.container(key=f"gone-{each.id}", horizontal=True, vertical_alignment="center", gap="small"):
                words = Message("“{name}” was discarded. It can be had back for a day.", name=each.name)
                st.html(f'<span class="gone">{escape(say(words, lang))}</span>', width="stretch")
                undo = say(Message("Undo"), lang)
                st.button(
                    undo,
                    key=f"back-{each.id}",
                    type="tertiary",
                    on_click=doing,
                    args=(drafts.bring_back, each.id, reads.viewer()),
                )


def lately(kept: list[Draft], lang: Language) -> None:
    """List what was stored within a day, where saving can still be undone."""
    title = escape(say(Message("Stored lately"), lang))
    st.html(f'<h2 class="desk">{title}</h2>')
    with st.container(key="lately", gap=None):
        for each in kept:
            with st.container(key=f"kept-{each.id}", horizontal=True, vertical_alignment="center", gap="small"):
                title = escape(str(each.answers.get("title") or each.name))
                facts = f"{escape(each.name)} · {escape(when(each.changed, lang))}"
                st.html(f'<div class="waiting"><b>{title}</b><span>{facts}</span></div>', width="stretch")
                look = say(Message("Look at it or undo it"), lang)
                st.button(look, key=f"look-{each.id}", type="tertiary", on_click=open_draft, args=(each.id,))


def row(each: Draft, lang: Language) -> None:
    """Show one unfinished upload with what can be done about it."""
    with st.container(key=f"row-{each.id}", horizontal=True, vertical_alignment="center", gap="small"):
        title = str(each.answers.get("title") or "")
        state = say(STATES[each.state], lang)
        facts = f"{size(each.size, lang)} · {when(each.changed, lang)} · {state}"
        named = f"<em>{escape(title)}</em>" if title else ""
        st.html(
            f'<div class="waiting"><b>{escape(each.name)}</b>{named}<span>{escape(facts)}</span></div>', width="stretch"
        )
        st.button(say(Message("Continue"), lang), key=f"on-{each.id}", on_click=open_draft, args=(each.id,))
        st.button(
            say(Message("Discard"), lang),
            key=f"off-{each.id}",
            type="tertiary",
            on_click=doing,
            args=(drafts.discard, each.id, reads.viewer()),
        )


def size(count: int, lang: Language) -> str:
    """Return a size in bytes as people say it."""
    for unit, one in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= one:
            return f"{number(count / one, lang, digits=1)} {unit}"
    return say(Message("{n} byte", "{n} bytes", n=count), lang)


def when(stamp: str, lang: Language) -> str:
    """Return how long ago something was."""
    seconds = int((drafts.now() - datetime.fromisoformat(stamp)).total_seconds())
    for one, words in (
        (86_400, lambda n: Message("{n} day ago", "{n} days ago", n=n)),
        (3_600, lambda n: Message("{n} hour ago", "{n} hours ago", n=n)),
        (60, lambda n: Message("{n} minute ago", "{n} minutes ago", n=n)),
    ):
        if seconds >= one:
            return say(words(seconds // one), lang)
    return say(Message("just now"), lang)
