"""Which of several sources for one figure is preferred, and why.

Two sources that give the same indicator for the same place and year are a conflict, even where they agree.
``preferred_sources.csv`` holds the decisions: those of the facts' README and notes, and a few of our own
where they are silent, each with its reason. Sources that agree to the digit need no decision: the one with
more figures of that place is preferred, then the later one.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from data.recipe.files import csv_bytes, facts, reviewed

FIGURE: Final = ["indicator", "level", "place", "country_iso3", "year"]
SERIES: Final = ["indicator", "level", "place", "country_iso3", "source_id"]


def preferred(frame: pd.DataFrame) -> pd.Series:
    """Return "yes", "no" or "both" for figures that several sources give, "" for the others.

    "both" says that the sources count different things, so that none may stand for the other: a chart
    shows each as its own line.

    Raises
    ------
    ValueError
        If sources disagree and no decision says which is preferred.
    """
    rules = reviewed("preferred_sources").to_dict("records")
    lengths = frame.groupby(SERIES)["year"].transform("size")
    years = frame["source_id"].map(facts("indicator_sources").set_index("source_id")["year"])
    rank = pd.Series(list(zip(lengths, years, frame["source_id"], strict=True)), index=frame.index)
    marks = pd.Series("", index=frame.index)
    in_conflict = frame.groupby(FIGURE)["source_id"].transform("nunique") > 1
    for _figure, rows in frame[in_conflict].groupby(FIGURE):
        chosen = _chosen(rows, rules) or _of_equals(rows, rank)
        marks[rows.index] = "no"
        marks[rows.index[rows["source_id"].isin(chosen)]] = "both" if len(chosen) > 1 else "yes"
    return marks


def _chosen(rows: pd.DataFrame, rules: list[dict[str, str]]) -> set[str]:
    """Return the sources that the first fitting decision prefers; none where no decision fits."""
    figure = rows.iloc[0]
    for rule in rules:
        fits = all(rule[column] in {"", figure[column]} for column in ("indicator", "level", "country_iso3", "place"))
        within = (rule["first_year"] or "0") <= figure["year"] <= (rule["last_year"] or "9999")
        named = set(rule["source_ids"].split(";")) & set(rows["source_id"])
        if fits and within and named:
            return named
    return set()


def _of_equals(rows: pd.DataFrame, rank: pd.Series) -> set[str]:
    """Return one of several sources that agree to the digit."""
    if rows["value"].nunique() > 1:
        raise ValueError(f"sources disagree and preferred_sources.csv is silent:\n{rows}")
    return {rows["source_id"][rank[rows.index].idxmax()]}


def preferred_sources() -> bytes:
    """Return the decisions, so that a reader of the data finds each with its reason."""
    return csv_bytes(reviewed("preferred_sources"))
