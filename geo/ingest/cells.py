"""The words in a layer's columns: what is too long is cut, and markup is named before anybody shows it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.ingest import limits
from geo.ingest.refusals import BOUNDED
from geo.ingest.report import Issue
from geo.messages import Message

MARKUP: Final = r"<\s*(?:script|iframe|img|svg|object|embed|style|link|a)\b|javascript:"

Mask = npt.NDArray[np.bool_]


def fit_cells(frame: pd.DataFrame, layer: str) -> tuple[pd.DataFrame, list[Issue]]:
    """Return a layer with no cell beyond the bound, and what was cut and where markup stands.

    Markup is left as it is: it is data, and is shown as plain text everywhere.
    """
    issues: list[Issue] = []
    cut: dict[str, pd.Series] = {}
    for name in frame.columns:
        values = frame[name]
        if not (values.dtype == object or pd.api.types.is_string_dtype(values)):
            continue
        there = values.notna().to_numpy(copy=True)
        words = values[there].astype(str)
        long = there.copy()
        long[there] = (words.str.len() > limits.CELL_CHARS).to_numpy()
        if long.any():
            cut[name] = values.where(~long, values.astype(str).str.slice(0, limits.CELL_CHARS))
            issues.append(_too_long(frame, layer, str(name), long))
        marked = words.str.contains("<", regex=False) | words.str.contains("script:", regex=False)  # most have none
        if marked.any():
            rows = there.copy()
            rows[there] = (marked & words.str.contains(MARKUP, case=False)).to_numpy()
            issues.extend([_marked(frame, layer, str(name), rows)] if rows.any() else [])
    return (frame.assign(**cut) if cut else frame), issues


def _too_long(frame: pd.DataFrame, layer: str, column: str, rows: Mask) -> Issue:
    return Issue(
        "CELL_TOO_LONG",
        "warning",
        Message("{n} value of “{column}” is longer than {most} signs and was cut.",
                "{n} values of “{column}” are longer than {most} signs and were cut.",
                n=int(rows.sum()), column=column, most=limits.CELL_CHARS),
        BOUNDED,
        Message("Keep long texts in a file of their own and name it in the table."),
        layer=layer,
        feature=int(frame.index[int(np.flatnonzero(rows)[0])]),
        count=int(rows.sum()),
    )  # fmt: skip


def _marked(frame: pd.DataFrame, layer: str, column: str, rows: Mask) -> Issue:
    return Issue(
        "MARKUP_IN_CELLS",
        "note",
        Message("“{column}” holds markup in {n} record; it is shown as plain text.",
                "“{column}” holds markup in {n} records; it is shown as plain text.",
                n=int(rows.sum()), column=column),
        Message("Expected is plain text."),
        Message("Nothing needs to be done; without the markup it would read better."),
        layer=layer,
        feature=int(frame.index[int(np.flatnonzero(rows)[0])]),
        count=int(rows.sum()),
    )  # fmt: skip
