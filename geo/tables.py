"""How a shipped table is described: its columns and what people call them, its filters, its way to the map.

The rows are in ``geo/shipped.py``; ``geo/records.py`` reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Final, Literal

import pandas as pd

from geo.messages import Message

Kind = Literal[
    "words",  # a word or a sentence of the tables, said in the reader's language
    "verbatim",  # a title, a licence, a date: shown as it is
    "name",  # the id of a row that has a display name
    "place",  # a place or a unit, in the country of the same row
    "term",  # a code, or several joined by ";", of the kind of term that ``term`` names
    "country",  # ISO 3166-1 alpha-3 codes or words such as "regional", joined by ";"
    "border",  # pairs of country codes such as "COL-VEN", joined by ";"
    "number",
    "year",
    "latitude",
    "longitude",
    "flag",  # "yes" or nothing
    "address",  # a web address
    "id",  # needed for links, never shown
    "sources",  # source ids, shown as a list of sources
]
Group = Literal["places", "routes", "people", "answers", "figures", "base", "sources"]
Whereabouts = Literal["feature", "point", "zone", "actor", "unit", "coca", "borders", "scope", "series", "none"]

GROUPS: Final[dict[Group, Message]] = {
    "places": Message("Places"),
    "routes": Message("Routes"),
    "people": Message("Actors"),
    "answers": Message("Responses"),
    "figures": Message("Figures"),
    "base": Message("Boundaries and units"),
    "sources": Message("Sources"),
}


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, what people call it, and how its cells are said.

    Attributes
    ----------
    term : str
        Kind of term, for cells that hold codes (``geo.terms``).
    unit : Message, optional
        Unit of a number, said after it.
    country : str
        For a place: the column with its country.
    is_listed : bool
        Whether the list of rows shows it; the card of a row shows all.
    """

    name: str
    label: Message
    _: KW_ONLY
    kind: Kind = "words"
    term: str = ""
    unit: Message | None = None
    country: str = "country_iso3"
    is_listed: bool = True


@dataclass(frozen=True)
class Filter:
    """A choice among the values of one or more columns; a cell may hold several, joined by ";"."""

    column: str  # the column whose label and words are used
    columns: tuple[str, ...] = ()  # where the value may stand, when in more than one

    @property
    def where(self) -> tuple[str, ...]:
        """The columns in which a chosen value may stand."""
        return self.columns or (self.column,)


@dataclass(frozen=True)
class Quick:
    """A question asked often enough to deserve one press."""

    key: str
    label: Message
    holds: Callable[[pd.DataFrame], pd.Series]  # which rows, as booleans on the index of the frame


@dataclass(frozen=True, kw_only=True)
class Table:
    """One shipped table as a set of records.

    Attributes
    ----------
    key : str
        Stable: it stands in links, and is the name of the file without its ending.
    is_layer : bool
        Whether it is kept as geometry (GeoParquet) and not as a table.
    id_columns : tuple of str
        Columns whose values, joined by ".", are the address of a row.
    title : tuple of str
        Columns that name a row.
    source_column : str
        Where the ids of a row's sources stand; "" where all rows rest on ``source_ids``.
    whereabouts : str
        How a row leads to a place on the map (``geo.records.place``).
    layer : str
        Layer of the map that shows the rows; its feature is named by ``feature_column``.
    """

    key: str
    group: Group
    label: Message
    about: Message
    id_columns: tuple[str, ...]
    title: tuple[str, ...]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    quick: tuple[Quick, ...] = ()
    is_layer: bool = False
    source_column: str = "source_ids"
    source_ids: tuple[str, ...] = ()
    whereabouts: Whereabouts = "none"
    layer: str = ""
    feature_column: str = ""
    has_geometry: bool = False

    def column(self, name: str) -> Column:
        """Return the description of a column; ``KeyError`` if the table has none of that name."""
        return {column.name: column for column in self.columns}[name]
