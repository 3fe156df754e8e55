"""What is known of each feature of a large layer, column by column: a tenth of the room that cards would take.

A column is its different texts and, for each feature, which of them it has; where nearly all differ, a text for each.
Features come by id, so that ids and whatever grew with them pack well.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from geo import catalogue
from geo.messages import say
from layers import cards, features
from layers.spec import LayerSpec
from layers.view import ViewState
from layers.words import said

MOST_BYTES: Final = 3_000_000  # compressed, of all large layers: 4 MB in the letters of the file
EVIDENCE: Final = ("as_of", "precision_km", "confidence", "evidence", "reliability")  # what ``cards.evidence`` reads
LEVEL: Final = 6  # of zlib, as the file packs them


@dataclass(frozen=True)
class Columns:
    """What the file says of each feature of a layer.

    Attributes
    ----------
    body : bytes
        JSON: ``ids``, and the columns ``t`` (names), ``e`` (evidence) and ``l`` (the lines, each with its ``label``).
    left_out : tuple of str
        The labels of the lines that there was no room for.
    """

    body: bytes
    left_out: tuple[str, ...]


def columns(spec: LayerSpec, view: ViewState, *, share: int) -> Columns | None:
    """Return the columns of a layer as the filters of a view leave it; None where not even their ids have room.

    Parameters
    ----------
    share : int
        How many layers the room in the file is shared by.
    """
    lang, where, asked = view.lang, features.where(spec, view), catalogue.rows(spec.key)
    rows = asked.head(asked.count(where), where)
    ids = rows.index.astype(str)
    rows = rows.iloc[np.lexsort((ids, ids.str.len()))]  # as they were numbered
    graded = [name for name in EVIDENCE if name in rows]
    combined = rows.groupby(graded, dropna=False, sort=False).ngroup() if graded else pd.Series(0, index=rows.index)
    evidence = [cards.evidence(spec, rows.iloc[at], lang) for at in np.unique(combined, return_index=True)[1]]
    room, left_out = MOST_BYTES // share, []
    told: dict[str, Any] = {"ids": rows.index.astype(str).tolist(), "e": {"words": evidence, "at": combined.tolist()}}
    room -= _packed(told)
    if room < 0:
        return None
    name = spec.record.payload.roles.name if spec.record.payload is not None else ""
    if name in rows:
        names = _column(rows[name], lambda cell: "" if pd.isna(cell) else str(cell))
        if _packed(names) <= room:
            told["t"] = names
            room -= _packed(names)
    told["l"] = []
    for field in spec.fields:
        if field.column not in rows:
            continue
        line = _column(rows[field.column], lambda cell, kind=field.kind: said(kind, cell, lang))  # type: ignore[misc]
        label = say(field.label, lang)
        size = _packed(line)
        if size > room:
            left_out.append(label)
            continue
        room -= size
        told["l"].append({"label": label, **line})
    return Columns(_json(told).encode(), tuple(left_out))


def _column(cells: pd.Series, words: Callable[[Any], str]) -> dict[str, Sequence[object]]:
    """Return a column's different texts and which of them each row has, or a text for each row."""
    try:
        codes, different = pd.factorize(cells, use_na_sentinel=False)
    except TypeError:  # lists and mappings
        codes, different = pd.factorize(cells.map(str), use_na_sentinel=False)
    texts = [words(each) for each in different]
    if 2 * len(texts) > len(cells):
        return {"words": [texts[code] for code in codes]}
    return {"words": texts, "at": codes.tolist()}


def _packed(told: object) -> int:
    return len(zlib.compress(_json(told).encode(), LEVEL))


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
