"""Errors as sentences: what goes wrong in one part of a page is told there, and the rest goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from geo.errors import GeoError
from geo.messages import Language, say
from pages.escaping import plain


@contextmanager
def shown_errors(lang: Language) -> Iterator[None]:
    """Show an error meant for people as a sentence; anything else is a bug and should look like one."""
    try:
        yield
    except GeoError as error:
        st.error(plain(say(error.message, lang)), icon=":material/error:")
