"""The tables of ``data/README.md`` that follow from other files: indicators, decisions between sources, flag rules.

``python -m data.recipe.dictionary`` writes each between its two markers; a test compares them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd

from data.recipe.files import DATA, reviewed


def indicators() -> str:
    """Return the Markdown table of indicators: id, label, unit, group and how to add figures up."""
    figures = pd.read_csv(DATA / "indicators.csv", dtype=str, keep_default_na=False)
    count = figures["indicator"].value_counts()
    years = figures.groupby("indicator")["year"].agg(["min", "max"])
    lines = ["| id | label, unit | group | figures, years | adding up |", "| --- | --- | --- | --- | --- |"]
    for row in reviewed("indicator_terms").to_dict("records"):
        name = row["indicator"]
        span = f"{count[name]}, {years.at[name, 'min']}–{years.at[name, 'max']}"
        label = f"{row['label']}, {row['unit_label']}"
        lines.append(f"| `{name}` | {label} | {row['group']} | {span} | {row['aggregation']} |")
    return "\n".join(lines)


def decisions() -> str:
    """Return the Markdown table of decisions between sources."""
    lines = ["| figure | preferred | reason | who says so |", "| --- | --- | --- | --- |"]
    for row in reviewed("preferred_sources").to_dict("records"):
        figure = f"`{row['indicator']}`, {_where(row)}{_years(row)}"
        named = " and ".join(f"`{source}`" for source in row["source_ids"].split(";"))
        lines.append(f"| {figure} | {named} | {row['reason']} | {row['said_by']} |")
    return "\n".join(lines)


def flag_rules() -> str:
    """Return the Markdown table of flags that a figure's own note does not give."""
    lines = ["| flag | figures | reason | who says so |", "| --- | --- | --- | --- |"]
    for row in reviewed("flag_rules").to_dict("records"):
        source = f", `{row['source_id']}`" if row["source_id"] else ""
        value = f", value {row['value']}" if row["value"] else ""
        figures = f"`{row['indicator']}`, {_where(row)}{_years(row)}{source}{value}"
        lines.append(f"| {row['flag']} | {figures} | {row['reason']} | {row['said_by']} |")
    return "\n".join(lines)


def _where(row: dict[str, str]) -> str:
    return " ".join(filter(None, [row["level"], row["country_iso3"], row["place"]])) or "everywhere"


def _years(row: dict[str, str]) -> str:
    first, last = row["first_year"], row["last_year"]
    if not first and not last:
        return ""
    return f", {first}" if first == last else f", {first}–{last}"


SECTIONS: Final[dict[str, Callable[[], str]]] = {
    "indicators": indicators,
    "decisions": decisions,
    "flag rules": flag_rules,
}


def with_tables(text: str) -> str:
    """Return the dictionary with each table between its markers written anew."""
    for name, make in SECTIONS.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}\n\n{make()}\n\n{end}{rest.split(end)[1]}"
    return text


def write() -> None:
    """Write the tables into ``data/README.md``."""
    path = DATA / "README.md"
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
