"""Which upload a session works on, and at which step: kept over a change of page and found again after a reload."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import streamlit as st

from geo.errors import GeoError, UnknownError
from geo.upload import drafts
from geo.upload.drafts import Draft
from pages import reads

LATELY_S = 3600  # a page that is opened anew within it goes on where this browser was


def browser() -> str:
    """Return a digest of this browser's cookie, to know its uploads again; "" where there is none."""
    cookie = reads.cookie()
    return sha256(cookie.encode()).hexdigest()[:20] if cookie else ""


def current() -> Draft | None:
    """Return the draft that this session works on; after a reload the one that this browser was at."""
    session = st.session_state
    if "upload" not in session:
        mine = [each for each in drafts.drafts(reads.viewer()) if each.is_open and browser() == each.browser != ""]
        is_fresh = mine and (drafts.now() - datetime.fromisoformat(mine[0].changed)).total_seconds() < LATELY_S
        session["upload"] = mine[0].id if is_fresh else ""
    if not session["upload"]:
        return None
    try:
        found = drafts.draft(session["upload"], reads.viewer())
    except UnknownError:
        session["upload"] = ""
        raise
    return None if found.discarded else found


def open_draft(draft_id: str) -> None:
    """Go on with a draft; "" for none."""
    st.session_state["upload"] = draft_id
    st.session_state.pop("upload-report", None)
    st.session_state.pop("upload-tried", None)


def doing(action: Callable[..., object], *args: object) -> None:
    """Do something for a button; what goes wrong is told on the next run."""
    try:
        action(*args)
    except GeoError as error:
        st.session_state["upload-error"] = error.message


def step_of(found: Draft | None) -> str:
    """Return the step that a draft is at."""
    if found is None:
        return "file"
    if found.state == "stored":
        return "stored"
    described = found.answers.get("described") or [0]
    is_described = described[0] == found.check and found.state in {"checked", "storing"}
    return "describe" if is_described and not st.session_state.get("upload-report") else "check"
