"""What was just done, told with the way back; and what could not be done, told in a sentence."""

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from geo.errors import GeoError
from geo.messages import Language, Message, say
from pages.escaping import plain


def tell(words: Message, undo: Callable[[], object] | None = None) -> None:
    """Keep what was done to be told on the next run, with the way back."""
    st.session_state["library-done"] = (words, undo)


def tried(action: Callable[[], Any]) -> Any:
    """Do something for a button; what goes wrong is told on the next run, and nothing is returned."""
    try:
        return action()
    except GeoError as error:
        st.session_state["library-problem"] = error.message
        return None


def show(lang: Language) -> None:
    """Say what was just done and offer to undo it, or say why it was not done."""
    if problem := st.session_state.pop("library-problem", None):
        st.error(plain(say(problem, lang)), icon=":material/error:")
    told = st.session_state.get("library-done")
    if told is None:
        return
    words, undo = told
    with st.container(key="library-done", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<span role="status">{escape(say(words, lang))}</span>', width="stretch")
        if undo is not None:
            st.button(
                say(Message("Undo"), lang),
                key="undo",
                type="tertiary",
                icon=":material/undo:",
                on_click=undone,
                args=(undo,),
            )
        close = say(Message("Close"), lang)
        st.button(close, key="close-done", type="tertiary", on_click=lambda: st.session_state.pop("library-done", None))


def undone(undo: Callable[[], object]) -> None:
    """Undo what was done last."""
    st.session_state.pop("library-done", None)
    tried(undo)
