"""Every shipped table as a set of records: rows found by address, searched, and said in a language.

A row has one address, ``table`` and ``id``, which stays the same as long as the row does. Tables
without an id of their own join the values that make a row unique by full stops:
``A-01.Z-CATATUMBO``, ``coca_cultivation_ha.country.COL.colombia.2024.co_simci_national_published``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import store
from geo.citations import cited as cited_as
from geo.coordinates import format_angle
from geo.errors import UnknownError
from geo.messages import Language, Message, number, say
from geo.names import country_name, folded, name_of, place_name
from geo.shipped import TABLES
from geo.tables import Column, Filter, Kind, Table
from geo.terms import label

Positions = npt.NDArray[np.intp]
NUMERIC: Final[frozenset[Kind]] = frozenset({"number", "year", "latitude", "longitude"})
SCOPES: Final = frozenset({"regional", "global", "maritime", "hemisphere", "EU", "Region"})


@dataclass(frozen=True)
class Entry:
    """One row of a table."""

    table: Table
    id: str
    row: Mapping[str, Any]

    def text(self, column: str) -> str:
        """Return a cell as text; "" where the row has no such cell."""
        return str(self.row.get(column, ""))


@dataclass(frozen=True)
class Chosen:
    """What a reader asked of a table; everything empty means all rows.

    Attributes
    ----------
    text : str
        Words that must all occur somewhere in the row, in the reader's language.
    values : mapping
        Column to the values of which one must stand there.
    quick : str
        Key of one of the table's quick questions.
    years : (int, int) or None
        First and last year, both included.
    """

    text: str = ""
    values: Mapping[str, Collection[str]] | None = None
    quick: str = ""
    years: tuple[int, int] | None = None


def table_named(key: str) -> Table:
    """Return the description of a table.

    Raises
    ------
    UnknownError
        If this release ships no such table.
    """
    if key not in TABLES:
        raise UnknownError(
            Message("There is no table “{key}” in this release. Choose one from the list of tables.", key=key)
        )
    return TABLES[key]


def frame(key: str) -> pd.DataFrame:
    """Return the rows of a table without geometry, shared and read-only."""
    found = table_named(key)
    if not found.is_layer:
        return store.table(key)
    whole = store.layer(key)
    return store.STORE.get(("records", key, id(whole)), lambda: pd.DataFrame(whole.drop(columns="geometry")))


def ids(key: str) -> tuple[str, ...]:
    """Return the addresses of all rows of a table, in their order."""
    return _addresses(key)[0]


def ids_at(key: str, positions: Iterable[int]) -> list[str]:
    """Return the addresses of the rows at these positions."""
    every = ids(key)
    return [every[position] for position in positions]


def find(key: str, id: str) -> Entry:  # noqa: A002 - the word of the address
    """Return the row at an address.

    Raises
    ------
    UnknownError
        If there is no such table or no such row in this release.
    """
    found = table_named(key)
    positions = _addresses(key)[1]
    if id not in positions:
        raise UnknownError(
            Message(
                "The table “{table}” has no row “{id}” in this release. Look for it in the list by its name.",
                table=found.label,
                id=id,
            )
        )
    return Entry(found, id, frame(key).iloc[positions[id]].to_dict())


def id_of(table: Table, row: Mapping[str, Any]) -> str:
    """Return the address of a row; places lose accents and punctuation, so that a spelling mended later keeps it."""
    parts = [str(row[column]) for column in table.id_columns]
    if len(parts) == 1:
        return parts[0]
    named = zip(table.id_columns, parts, strict=True)
    return ".".join(_slug(part) if column in {"place", "name"} else part for column, part in named)


def sources_of(entry: Entry) -> tuple[str, ...]:
    """Return the ids of the sources on which a row rests; every row has at least one."""
    found = entry.table
    if found.source_column:
        return tuple(filter(None, entry.text(found.source_column).split(";")))
    if found.key == "corridor_waypoints":  # a waypoint rests on what its corridor rests on
        return sources_of(find("corridors", entry.text("corridor_id")))
    return found.source_ids


def cited(key: str, positions: Positions) -> tuple[str, ...]:
    """Return the ids of all sources of these rows, each once, in the order in which they appear."""
    found, rows = table_named(key), frame(key).iloc[positions]
    if found.key == "corridor_waypoints":
        corridors = frame("corridors")
        cells = corridors.loc[corridors["corridor_id"].isin(rows["corridor_id"]), "source_ids"].unique()
    elif found.source_column:
        cells = rows[found.source_column].unique()
    else:
        return found.source_ids
    return tuple(dict.fromkeys(source for cell in cells for source in str(cell).split(";") if source))


def citing(source_id: str) -> list[tuple[Table, int]]:
    """Return the tables whose rows cite a source, each with how many of its rows do."""
    counts = store.STORE.get(("citing", store.data_version()), _count_citations)
    return [(TABLES[key], rows[source_id]) for key, rows in counts.items() if rows[source_id]]


def _count_citations() -> dict[str, Counter[str]]:
    found = {key: table.source_column for key, table in TABLES.items() if table.source_column and key != "sources"}
    return {
        key: Counter(source for cell in frame(key)[column] for source in str(cell).split(";"))
        for key, column in found.items()
    }


def title(entry: Entry, lang: Language) -> str:
    """Return the words that name a row."""
    said = (cell(entry.table.column(name), entry.row, lang) for name in entry.table.title)
    return " · ".join(filter(None, said))


def details(entry: Entry, lang: Language) -> list[tuple[Column, str]]:
    """Return every column that a reader may see with its words, empty ones left out."""
    visible = [column for column in entry.table.columns if column.kind not in {"id", "sources"}]
    said = [(column, cell(column, entry.row, lang)) for column in visible]
    return [(column, words) for column, words in said if words]


def shown(key: str, lang: Language) -> pd.DataFrame:
    """Return the listed columns of all rows: numbers as numbers, all else in words.

    Returns
    -------
    DataFrame, n rows
        Columns by their names in the file, on positions 0 to n - 1. Shared and read-only.
    """
    return _spoken(key, lang)[0]


def options(key: str, choice: Filter, lang: Language) -> list[tuple[str, str]]:
    """Return the values that a filter offers and their words, in the order of the words."""
    found, rows = table_named(key), frame(key)
    column = found.column(choice.column)
    values = {value for name in choice.where for each in rows[name].unique() for value in str(each).split(";")}
    said = [(value, cell(column, {column.name: value}, lang)) for value in values]
    return sorted(((value, words) for value, words in said if words), key=lambda pair: folded(pair[1]))


def years(key: str) -> tuple[int, int] | None:
    """Return the first and the last year of a table whose rows are of one year each; otherwise None."""
    found = table_named(key)
    if not any(column.kind == "year" for column in found.columns):
        return None
    column = frame(key)["year"]
    return int(column.min()), int(column.max())


def chosen(key: str, asked: Chosen, lang: Language) -> Positions:
    """Return the positions of the rows that fit what was asked, in the order of the table.

    Raises
    ------
    UnknownError
        If the table has no such quick question.
    """
    found, rows = table_named(key), frame(key)
    fits = np.ones(len(rows), dtype=bool)
    for choice in found.filters:
        wanted = (asked.values or {}).get(choice.column)
        if wanted:
            pattern = rf"(?:^|;)(?:{'|'.join(map(re.escape, wanted))})(?:;|$)"
            fits &= np.logical_or.reduce([_holds(rows[name], pattern) for name in choice.where])
    if asked.quick:
        quick = {each.key: each for each in found.quick}.get(asked.quick)
        if quick is None:
            raise UnknownError(
                Message("The table “{table}” has no such question. Choose one that it offers.", table=found.label)
            )
        fits &= quick.holds(rows).to_numpy(dtype=bool)
    if asked.years is not None and years(key) is not None:
        fits &= rows["year"].between(*asked.years).to_numpy(dtype=bool)
    words = folded(asked.text).split()
    if words:
        text = _spoken(key, lang)[1]
        fits &= np.array([all(word in row for word in words) for row in text], dtype=bool)
    return np.flatnonzero(fits)


def cell(column: Column, row: Mapping[str, Any], lang: Language) -> str:
    """Return the words of one cell; "" where there is nothing to say."""
    value = row.get(column.name, "")
    if column.kind in NUMERIC:
        return _quantity(column, value, lang)
    text = str(value)
    if column.kind == "term":
        codes = [code for code in text.split(";") if code or column.term in GRADED]
        between = " " if column.term == "series_note" else ", "  # its labels are sentences
        return between.join(say(label(column.term, code), lang) for code in codes)
    if column.kind == "flag":
        return {"yes": say(Message("yes"), lang), "no": say(Message("no"), lang)}.get(text, "")
    return ", ".join(filter(None, (_word(column, part, row, lang) for part in _parts(column, text))))


GRADED: Final = frozenset({"confidence", "reliability"})  # for these, nothing means "not graded", which is said


def _parts(column: Column, text: str) -> Sequence[str]:
    return [text] if column.kind in {"words", "verbatim", "address", "id", "name"} else text.split(";")


def _word(column: Column, text: str, row: Mapping[str, Any], lang: Language) -> str:
    """Return the words of one value of a cell."""
    if not text:
        return ""
    if column.kind == "words":
        return say(text, lang)
    if column.kind == "name":
        return name_of(text, lang)
    if column.kind == "place":
        return _place(column, text, row, lang)
    if column.kind == "sources":
        return cited_as(text)
    if column.kind in {"country", "border"}:
        if text in SCOPES:
            return say(label("scope", text), lang)
        return " – ".join(country_name(iso3_of(side), lang) for side in text.split("-"))
    return text


def _place(column: Column, text: str, row: Mapping[str, Any], lang: Language) -> str:
    """Return the name of a place; a country by its own name, an area that is described by its description."""
    if row.get("level") == "country":
        return country_name(str(row["country_iso3"]), lang)
    if row.get("level") == "municipality":
        return municipalities().get(text, text)
    candidates = str(row.get(column.country, "")).split(";")
    named = (place_name(text, iso3, lang) for iso3 in candidates)
    return next((name for name in named if name != text), say(text, lang))


def iso3_of(text: str) -> str:
    """Return the code of a country that a table names in English; codes stay as they are."""
    if len(text) == 3 and text.isupper():
        return text
    by_name = store.STORE.get(("iso3 by name", store.data_version()), _countries_by_name)
    return by_name.get(text, text)


def municipalities() -> dict[str, str]:
    """Return the names of the Colombian municipalities with coca figures, by DIVIPOLA code."""
    rows = store.table("coca_municipal")
    return store.STORE.get(
        ("municipalities", store.data_version()),
        lambda: dict(zip(rows["divipola_muni"], rows["municipality"], strict=True)),
    )


def _countries_by_name() -> dict[str, str]:
    names = store.table("names")
    codes = names[names["key"].str.fullmatch(r"[A-Z]{3}")]
    return dict(zip(codes["en"], codes["key"], strict=True))


def _quantity(column: Column, value: object, lang: Language) -> str:
    figure = _number(value)
    if figure is None:
        return ""
    if column.kind == "year":
        return str(int(figure))
    if column.kind in {"latitude", "longitude"}:
        return format_angle(figure, "lat" if column.kind == "latitude" else "lon", lang)
    said = number(figure, lang)
    return f"{said} {say(column.unit, lang)}" if column.unit is not None else said


def _number(value: object) -> float | None:
    try:
        figure = float(str(value))
    except ValueError:
        return None
    return None if figure != figure else figure


def _said(column: Column, rows: pd.DataFrame, lang: Language) -> pd.Series:
    """Return a column in words, or as numbers; each distinct cell is said once."""
    if column.kind in NUMERIC:
        return pd.Series(pd.to_numeric(rows[column.name], errors="coerce").to_numpy())
    needs = [name for name in dict.fromkeys((column.name, column.country, "country_iso3", "level")) if name in rows]
    if column.kind != "place":
        needs = [column.name]
    keys = list(zip(*(rows[name].to_numpy() for name in needs), strict=True))
    words = {key: cell(column, dict(zip(needs, key, strict=True)), lang) for key in dict.fromkeys(keys)}
    return pd.Series([words[key] for key in keys], dtype=object)


def _spoken(key: str, lang: Language) -> tuple[pd.DataFrame, list[str]]:
    """Return what the list shows, and for each row the text in which words are looked for.

    That text is all that the card of the row says, and its address: without accents, in lower case.
    """
    found, rows = table_named(key), frame(key)

    def compute() -> tuple[pd.DataFrame, list[str]]:
        heard = [column for column in found.columns if column.is_listed or column.kind != "sources"]
        said = {column.name: _said(column, rows, lang) for column in heard}
        listed = pd.DataFrame({column.name: said[column.name] for column in found.columns if column.is_listed})
        texts = [
            said[column.name].astype(str) for column in found.columns if column.name in said and column.kind != "number"
        ]
        return listed, [folded(" ".join(cells)) for cells in zip(ids(key), *texts, strict=True)]

    return store.STORE.get(("spoken", key, lang, store.data_version()), compute)


def _addresses(key: str) -> tuple[tuple[str, ...], dict[str, int]]:
    """Return the addresses in the order of the rows, and the position of each."""
    found, rows = table_named(key), frame(key)

    def compute() -> tuple[tuple[str, ...], dict[str, int]]:
        columns = rows[list(dict.fromkeys(found.id_columns))].astype(str)
        each = (dict(zip(columns, values, strict=True)) for values in columns.itertuples(index=False, name=None))
        addresses = tuple(id_of(found, row) for row in each)
        return addresses, {address: position for position, address in enumerate(addresses)}

    return store.STORE.get(("addresses", key, store.data_version()), compute)


def _holds(cells: pd.Series, pattern: str) -> npt.NDArray[np.bool_]:
    return np.asarray(cells.astype(str).str.contains(pattern, regex=True), dtype=bool)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", folded(text)).strip("-")
