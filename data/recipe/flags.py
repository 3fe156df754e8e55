"""Which figures are partial years, stand at a break of their series, or are doubtful.

The words in a figure's own note come first. Where the README or the notes of the facts name a break, a
partial year or a doubt that the note does not, a line of ``flag_rules.csv`` says so with its reason, and
the reason is added to the note. No value is ever touched.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from data.recipe.files import csv_bytes, reviewed

# How a note says it: "PARTIAL YEAR:" and "SERIES BREAK:" with their colon, "CHECK" as a word of its own.
WORDS: Final = {
    "partial": ("PARTIAL YEAR:", r"PARTIAL YEAR:"),
    "series_break": ("SERIES BREAK:", r"SERIES BREAK:"),
    "doubtful": ("CHECK:", r"\bCHECK\b"),
}
SERIES: Final = ["indicator", "level", "place", "country_iso3", "source_id"]
ADDED: Final = "added by the recipe: "


def flagged(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the figures with a column per flag ("yes" or "") and the reasons of rules added to the notes.

    Parameters
    ----------
    frame : DataFrame, n rows
        The facts' ``indicators``; ``note`` may have its accents already.

    Returns
    -------
    DataFrame, n rows
        The same rows in the same order.

    Raises
    ------
    ValueError
        If a rule fits no figure: it is then misspelt, or its figure is gone.
    """
    flags = {flag: frame["note"].str.contains(pattern, regex=True) for flag, (_, pattern) in WORDS.items()}
    notes = frame["note"].copy()
    for rule in reviewed("flag_rules").to_dict("records"):
        rows = _rows_of(rule, frame)
        if not rows.any():
            raise ValueError(f"no figure fits the rule {rule}")
        unsaid = rows & ~flags[rule["flag"]]
        words = f"{WORDS[rule['flag']][0]} {rule['reason']}"
        notes[unsaid] = [f"{note}; {ADDED}{words}" if note else f"{ADDED}{words}" for note in notes[unsaid]]
        flags[rule["flag"]] = flags[rule["flag"]] | rows
    columns = {flag: rows.map({True: "yes", False: ""}) for flag, rows in flags.items()}
    return frame.assign(note=notes, **columns)


def _rows_of(rule: dict[str, str], frame: pd.DataFrame) -> pd.Series:
    """Return which figures a rule means; a break means one figure per series: the first after the change."""
    rows = frame["year"].between(rule["first_year"], rule["last_year"])
    for column in ("indicator", "level", "country_iso3", "place", "source_id", "value"):
        if rule[column]:
            rows &= frame[column] == rule[column]
    if rule["flag"] != "series_break":
        return rows
    first_year = frame.groupby(SERIES)["year"].transform("min")
    first_after = frame["year"].where(rows).groupby([frame[column] for column in SERIES]).transform("min")
    return rows & (frame["year"] == first_after) & (first_year < rule["first_year"])


def doubtful_years(indicator: str, source_id: str) -> set[str]:
    """Return the years for which a rule doubts all figures of an indicator from a source."""
    rules = reviewed("flag_rules")
    fits = (rules["flag"] == "doubtful") & (rules["indicator"] == indicator) & (rules["source_id"] == source_id)
    spans = zip(rules.loc[fits, "first_year"], rules.loc[fits, "last_year"], strict=True)
    return {str(year) for first, last in spans for year in range(int(first), int(last) + 1)}


def flag_rules() -> bytes:
    """Return the rules, so that a reader of the data finds each with its reason."""
    return csv_bytes(reviewed("flag_rules"))
