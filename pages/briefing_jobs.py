"""What is being made beside the page and what was: how far it is, the way to stop it, and the file."""

from functools import partial
from html import escape

import streamlit as st

from geo.messages import Language, Message, say
from layers.briefing import making
from layers.briefing.making import Job
from layers.briefing.orders import Order
from pages import reads
from pages.briefing_form import NAMES
from pages.errors import shown_errors
from pages.escaping import plain
from pages.undoing import tried
from pages.upload_desk import size

LOOK_S = 0.5  # how often a running job is looked at
MIMES = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "html": "text/html",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
    "kml": "application/vnd.google-earth.kml+xml",
    "csv": "text/csv",
    "zip": "application/zip",
}


def begin(order: Order, own: tuple[str, bytes] | None = None, title: str = "") -> None:
    """Begin to make something; for buttons."""
    tried(partial(making.start, order, viewer=reads.viewer(), title=title, master=own))


@st.fragment(run_every=LOOK_S)
def running(job_id: str, lang: Language) -> None:
    """Show how far a job is, looked at twice a second; when it ends the page runs anew."""
    with shown_errors(lang):
        found = making.job(job_id, reads.viewer())
        if found.state not in making.RUNNING:
            st.rerun()
        with st.container(key=f"job-running-{job_id}", horizontal=True, vertical_alignment="center", gap="medium"):
            st.html(progress(found, lang), width="stretch")
            cancel = say(Message("Cancel"), lang)
            st.button(cancel, key=f"cancel-{job_id}", on_click=partial(stop, job_id), width="content")


def stop(job_id: str) -> None:
    """Call a job off."""
    tried(partial(making.cancel, job_id, reads.viewer()))


def progress(job: Job, lang: Language) -> str:
    """Return what a job is at, and how much is behind it; every word is escaped."""
    if job.state == "waiting":
        words, right = say(Message("Waiting for its turn"), lang), ""
    else:
        words = say(job.what, lang) if job.what is not None else say(Message("Beginning"), lang)
        right = " · ".join(part for part in (steps(job, lang), left(job, lang)) if part)
    inner = f'<i style="width:{100 * job.done / job.of:.1f}%"></i>' if job.of else '<i class="unknown"></i>'
    line = f"<p><span>{escape(words)}</span><em>{escape(right)}</em></p>"
    return f'<div class="making" role="status">{line}<div class="bar">{inner}</div></div>'


def steps(job: Job, lang: Language) -> str:
    """Say how many steps are done."""
    return say(Message("{done} of {of}", done=job.done, of=job.of), lang) if job.of else ""


def left(job: Job, lang: Language) -> str:
    """Say about how long it will still take, once that can be told."""
    if job.left_s is None:
        return ""
    if job.left_s < 90:
        seconds = max(5, round(job.left_s / 5) * 5)
        return say(Message("about {n} second left", "about {n} seconds left", n=seconds), lang)
    return say(Message("about {n} minute left", "about {n} minutes left", n=round(job.left_s / 60)), lang)


def download(job: Job, lang: Language, *, is_main: bool) -> None:
    """Offer the file of a job."""
    st.download_button(
        say(Message("Download"), lang),
        partial(making.content, job.id, reads.viewer()),
        file_name=job.name,
        mime=MIMES.get(job.name.rpartition(".")[2], "application/octet-stream"),
        key=f"get-{job.id}",
        type="primary" if is_main else "secondary",
        on_click="ignore",
        icon=":material/download:",
        width="content",
    )


def others(jobs: list[Job], here: str, lang: Language) -> None:
    """Show the jobs beside the one that the form asks for."""
    rest = [each for each in jobs if each.id != here and each.state != "cancelled"]
    if not rest:
        return
    with st.container(key="briefing-jobs", gap="small"):
        kept = escape(say(Message("Files are kept for a day."), lang))
        st.html(f"<h2>{escape(say(Message('Made today'), lang))} <small>{kept}</small></h2>")
        for job in rest:
            with st.container(key=f"job-{job.id}", horizontal=True, vertical_alignment="center", gap="small"):
                kind = escape(f"{say(NAMES[job.order.kind], lang)} · {job.order.ending.upper()}")
                st.html(f'<div class="job-of"><b>{escape(job.title)}</b><span>{kind}</span></div>', width=420)
                if job.state in making.RUNNING:
                    running(job.id, lang)
                    continue
                st.html(f'<span class="about">{escape(outcome(job, lang))}</span>', width="stretch")
                if job.state == "done":
                    download(job, lang, is_main=False)
                away(job, lang)


def away(job: Job, lang: Language) -> None:
    """Show the button that puts a job away."""
    st.button(
        say(Message("Put away"), lang),
        key=f"away-{job.id}",
        type="tertiary",
        on_click=lambda: tried(partial(making.put_away, job.id, reads.viewer())),
        width="content",
    )


def outcome(job: Job, lang: Language) -> str:
    """Say what came of a job."""
    if job.state == "done":
        try:
            return size(job.file.stat().st_size, lang)
        except OSError:  # swept this moment
            return ""
    if job.state == "cancelled":
        return say(Message("Called off; nothing was made."), lang)
    return say(job.problem, lang) if job.problem is not None else ""


def failed(job: Job, lang: Language) -> None:
    """Say why the job that the form asks for came to nothing."""
    if job.state == "cancelled":
        st.info(outcome(job, lang), icon=":material/info:")
    elif job.state == "failed":
        st.error(plain(outcome(job, lang)), icon=":material/error:")
