"""Tables that say where their rows lie by names of departments or states alone, without a code.

Amazonas is in Brazil, Colombia, Peru and Venezuela. Names count only where all of a column together are those of one
country; a slip of the pen is shown with the name that it may stand for, and never mended here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

import pyarrow.compute as pc

from geo import store
from geo.ingest.codes import NEARLY_ALL, NO_UNIT, Coded, letters_only
from geo.ingest.grid import Grid
from geo.ingest.report import Issue
from geo.messages import Message
from geo.names import folded

NAMED: Final = re.compile(
    r"depart|d(?:e)?pto|estado|state|provinc|regi[ao]|adm(?:in)?[ _-]?1|unidad|^uf$|entidad|gobernac|despro"
)
PARTS: Final = re.compile(
    r"munic|mpio|distrit|comuna|canton|corregim|parroq|vereda|localidad|adm(?:in)?[ _-]?[23]|ciudad|cidade"
    r"|descan|despar"
)
SHORTEST: Final = 5  # letters of a beginning that stands for a name
MOST_NAMES: Final = 200  # different ones; no country of the region has more than 30 first-level units
SHOWN: Final = 5


def named_units(grid: Grid) -> Coded | Issue | None:
    """Return a column of names of first-level units of one country, why one cannot be used, or None where none is."""
    columns = [at for at, name in enumerate(grid.names) if NAMED.search(folded(name))]
    tried = [found for at in columns if (found := _column(grid, at)) is not None]
    if not tried:
        return None
    found = next((each for each in tried if isinstance(each, Coded)), tried[0])
    part = next((name for name in grid.names if PARTS.search(folded(name))), "")
    if part:
        return Issue(
            "UNITS_NOT_SHIPPED",
            "error",
            Message("“{column}” names municipalities, districts or towns, and the table has no coordinates.",
                    column=part),
            Message("Only the outlines of first-level units (departments, states) are here."),
            Message("Add coordinates, bring the outlines with the table as one layer, or sum it by department or state "
                    "and keep the code of that."),
        )  # fmt: skip
    return found


def joined_by_name(name: str, column: Coded) -> Issue:
    """Return the issue that says that rows got their outlines by names."""
    return Issue(
        "JOINED_BY_NAME",
        "warning",
        Message("The table has no coordinates; “{column}” holds names of {n} units ({country}).",
                column=name, n=int(column.units.nunique()), country=column.system),
        Message("Each row was given the outline of its unit, generalised from Natural Earth."),
        Message("Check that this is what the table is about; a column with ISO 3166-2 codes would leave no doubt."),
    )  # fmt: skip


def _column(grid: Grid, at: int) -> Coded | Issue | None:
    column = grid.columns[at]
    if pc.count_distinct(column).as_py() > MOST_NAMES:
        return None
    cells = pc.cast(column, "string").to_pandas().astype("str").where(pc.is_valid(column).to_numpy().astype(bool))
    plain = {
        cell: letters_only(cell) for cell in cells.dropna().unique() if not NO_UNIT.fullmatch(folded(cell).strip())
    }
    given = cells.isin(list(plain))
    if not given.any():
        return None
    units = store.layer("units")
    by_country = {
        str(country): {
            letters_only(name): (unit, name) for unit, name in zip(rows["unit_id"], rows["name"], strict=True)
        }
        for country, rows in units.groupby("country_iso3")
    }
    for known in by_country.values():
        _with_beginnings(known, plain.values())
    shares = {country: float(cells.map(plain).isin(list(known))[given].mean()) for country, known in by_country.items()}
    best = max(shares.values())
    likely = [country for country, share in shares.items() if share == best]
    if best < 0.5:
        return None
    if len(likely) > 1:
        return _ambiguous(grid.names[at], likely)
    known = by_country[likely[0]]
    if best < NEARLY_ALL:
        unknown = [cell for cell, short in plain.items() if short not in known]
        first = int((given & cells.isin(unknown)).to_numpy().argmax())
        return _unknown(grid, at, likely[0], unknown, {short: name for short, (_, name) in known.items()}, first)
    ids = {cell: known[short][0] for cell, short in plain.items() if short in known}
    return Coded(at, likely[0], "unit", cells.map(ids), cells.map(ids), given, is_named=True)


def _with_beginnings(known: dict[str, tuple[str, str]], given: Iterable[str]) -> None:
    """Add to the names of a country those that are the beginning of one alone: Bogotá, Valle, or what a DBF cut off."""
    for short in set(given) - set(known):
        full = [unit for name, unit in known.items() if len(short) >= SHORTEST and name.startswith(short)]
        if len({unit for unit, _ in full}) == 1:
            known[short] = full[0]


def _ambiguous(column: str, countries: list[str]) -> Issue:
    return Issue(
        "NAMES_AMBIGUOUS",
        "error",
        Message("“{column}” names units that more than one country has: {countries}.",
                column=column, countries=", ".join(countries)),
        Message("A table without coordinates is joined by names only where they are those of one country."),
        Message("Add a column with their ISO 3166-2 codes (CO-AMA), or coordinates."),
    )  # fmt: skip


def _unknown(grid: Grid, at: int, country: str, unknown: list[str], names: dict[str, str], first: int) -> Issue:
    pairs = []
    for cell in unknown[:SHOWN]:
        close = get_close_matches(letters_only(cell)[:40], list(names), n=1, cutoff=0.7)
        pairs.append(f"“{cell[:40]}” → {names[close[0]]}" if close else f"“{cell[:40]}”")
    return Issue(
        "NAMES_NOT_KNOWN",
        "error",
        Message("“{column}” holds names of units of {country}, and some that are none: {names}.",
                column=grid.names[at], country=country, names="; ".join(pairs)),
        Message("Nearly all rows must have a name that is known for a table to be joined."),
        Message("Correct these names (what stands behind the arrow is the nearest that is known), or add ISO 3166-2 "
                "codes or coordinates."),
        feature=int(grid.records[first]),
        count=len(unknown),
    )  # fmt: skip
