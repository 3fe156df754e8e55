"""The yearly figures: indicators with their flags, their terms, and coca by municipality."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pandas as pd

from data.recipe.accents import restored
from data.recipe.files import csv_bytes, facts, reviewed
from data.recipe.flags import doubtful_years, flag_rules, flagged
from data.recipe.preferred import preferred, preferred_sources
from data.recipe.units import unit_id

COLUMNS: Final = [
    "indicator", "level", "place", "country_iso3", "unit_id", "year", "value", "unit", "source_id", "preferred",
    "partial", "series_break", "doubtful", "note",
]  # fmt: skip
PARTICLES: Final = {"De", "Del", "La", "Los"}  # small inside a name, capital at its start
UNMARKED: Final = {"INIRIDA": "Inírida", "NOROSI": "Norosí"}  # the source leaves their accents out


def indicators() -> bytes:
    """Return the yearly figures in the order of the facts, each value as it was typed."""
    frame = facts("indicators")
    frame = frame.assign(unit_id=_unit_ids(frame), preferred=preferred(frame), note=frame["note"].map(restored))
    return csv_bytes(flagged(frame)[COLUMNS])


def _unit_ids(frame: pd.DataFrame) -> list[str]:
    """Return the ISO code that a row's place has: of the unit, of the country, none for other areas."""
    codes = []
    for level, place, iso3 in zip(frame["level"], frame["place"], frame["country_iso3"], strict=True):
        codes.append({"country": iso3, "zone": ""}[level] if level != "admin1" else unit_id(place, iso3))
    return codes


def indicator_terms() -> bytes:
    """Return what each indicator is called, counted in, and how it may be added up."""
    return csv_bytes(reviewed("indicator_terms"))


def coca_municipal() -> bytes:
    """Return coca by Colombian municipality and year, codes and figures as published, names not in capitals.

    The years in which the file falls short of the national total are doubtful here as they are in the
    departments that are summed from it.
    """
    frame = facts("colombia_coca_municipal")
    doubtful = frame["year"].isin(doubtful_years("coca_cultivation_ha", "co_odc_simci_municipal"))
    return csv_bytes(
        frame.assign(
            municipality=frame["municipality"].map(municipality_name), doubtful=doubtful.map({True: "yes", False: ""})
        )
    )


def municipality_name(capitals: str) -> str:
    """Return a municipality's name as it is written: ``BELÉN DE LOS ANDAQUÍES`` as "Belén de los Andaquíes"."""
    if capitals in UNMARKED:
        return UNMARKED[capitals]
    words = [word.capitalize() for word in re.split(r"([ (\-])", capitals)]
    return words[0] + "".join(word.lower() if word in PARTICLES else word for word in words[1:])


OUTPUTS: Final[dict[str, Callable[[], bytes]]] = {
    "indicators.csv": indicators,
    "indicator_terms.csv": indicator_terms,
    "coca_municipal.csv": coca_municipal,
    "flag_rules.csv": flag_rules,
    "preferred_sources.csv": preferred_sources,
}
READS: Final = {
    "indicators.csv": [
        "facts/indicators.csv", "recipe/preferred_sources.csv", "recipe/flag_rules.csv", "recipe/unit_ids.csv",
    ],
    "indicator_terms.csv": ["recipe/indicator_terms.csv"],
    "coca_municipal.csv": ["facts/colombia_coca_municipal.csv", "recipe/flag_rules.csv"],
    "flag_rules.csv": ["recipe/flag_rules.csv"],
    "preferred_sources.csv": ["recipe/preferred_sources.csv"],
}  # fmt: skip
