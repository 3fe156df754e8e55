"""How a cell of a table is said: a term, a sentence, countries, an amount, or as it stands."""

from __future__ import annotations

from math import isfinite
from numbers import Real

import pandas as pd

from geo.messages import Language, number, say
from geo.names import country_name
from geo.terms import label
from layers.spec import Channel


def said(kind: str, value: object, lang: Language) -> str:
    """Return a cell's value in words; "" where there is nothing.

    Parameters
    ----------
    kind : str
        "text" for a sentence of the tables, "countries", "km", "km2", a kind of ``geo.terms``, or "" for a
        value as it is: what somebody else wrote is never translated.
    """
    if pd.api.types.is_scalar(value) and (pd.isna(value) or value == ""):
        return ""
    text = str(value)
    if kind == "text":
        return say(text, lang)
    if kind == "countries":
        return ", ".join(country_name(iso3, lang) for iso3 in text.split(";"))
    if kind == "km2":
        return f"{number(round(float(text), -1 if float(text) > 1000 else 0), lang, digits=0)} km²"
    if kind == "km":
        km = float(text)
        return f"{number(round(km) if km >= 1 else km, lang)} km"
    if kind:
        return say(label(kind, text), lang)
    return _as_it_is(value, lang)


def said_by(channel: Channel, value: object, lang: Language) -> str:
    """Return what a value of the column behind a visual variable is called."""
    words = channel.words.get(str(value))
    return said(channel.kind, value, lang) if words is None else say(words, lang)


def _as_it_is(value: object, lang: Language) -> str:
    if isinstance(value, bool) or not isinstance(value, Real):
        return str(value)
    if float(value).is_integer() and 1000 <= float(value) < 10_000:
        return f"{float(value):.0f}"  # most likely a year; and four digits need no grouping in any of our languages
    return number(float(value), lang)


def is_number(value: object) -> bool:
    """Tell whether a cell holds a finite number, or a text that is one."""
    try:
        return isfinite(float(str(value)))
    except ValueError:
        return False
