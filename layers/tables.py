"""What a map shows, in words and as tables, for those who count or cannot see it."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geo import catalogue, store
from geo.messages import Message, number, say
from geo.terms import unit_label
from layers import features, shading
from layers.spec import LayerSpec
from layers.view import ViewState
from layers.web import shown
from layers.words import said

MOST_ROWS: Final = 1000  # of a table on a page; a person who wants more wants the file


def summary(view: ViewState) -> str:
    """Return one sentence that says what is on the map."""
    lang = view.lang
    parts = []
    for spec in shown(view):
        if spec.shades is not None:
            found = shading.shade(spec, view)
            units = int((found.values["shade"] >= 0).sum())
            counted = say(Message("{n} unit", "{n} units", n=units), lang)
            parts.append(f"{say(spec.title, lang)} {found.year or '–'} ({counted})")
        else:
            count = catalogue.rows(spec.key).count(features.where(spec, view))
            parts.append(f"{say(spec.title, lang)} ({number(count, lang)})")
    if not parts:
        return say(Message("No layer is on. Turn one on at the left."), lang)
    return say(Message("The map shows: {layers}.", layers=", ".join(parts)), lang)


def table(spec: LayerSpec, view: ViewState) -> pd.DataFrame:
    """Return the first features of a layer as a table with headings and terms in the view's language."""
    lang = view.lang
    frame = catalogue.rows(spec.key).head(MOST_ROWS, features.where(spec, view))
    columns: dict[str, list[object]] = {
        say(Message("Name"), lang): [spec.record.title_of(row, lang) for _, row in frame.iterrows()]
    }
    if spec.shades is not None:
        values = shading.shade(spec, view).values
        heading = f"{say(spec.title, lang)}, {say(unit_label(spec.record.indicator), lang)}"
        columns[heading] = [value if value == value else None for value in values["value"].reindex(frame.index)]
    for field in spec.fields:
        columns[say(field.label, lang)] = [said(field.kind, value, lang) for value in frame[field.column]]
    for column, heading_of in (("as_of", Message("As of")), ("confidence", Message("Confidence"))):
        if column in frame and (column != "confidence" or "confidence" in {each.kind for each in spec.channels}):
            kind = column if column == "confidence" else ""
            columns[say(heading_of, lang)] = [said(kind, value, lang) for value in frame[column]]
    return pd.DataFrame(columns)


def key_counts() -> list[tuple[int, Message]]:
    """Return the counts that open the region's panel."""
    return [
        (len(store.table("zones")), Message("zones")),
        (len(store.table("crossings")), Message("crossings")),
        (len(store.table("mining_sites")), Message("mining sites")),
    ]
