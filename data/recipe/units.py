"""ISO 3166-2 codes of the first-level units, looked up by the names that the facts use.

``unit_ids.csv`` beside this module lists every unit of the region by hand; French Guiana is one unit and
carries the code that ISO gives it as a French department.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from data.recipe.accents import without_marks
from data.recipe.files import reviewed

# Names in the facts that say more, or less, than the unit's own.
OTHER_NAMES: Final = {
    ("PAN", "Panama (province)"): "PA-8",
}


@lru_cache(maxsize=1)
def _ids() -> dict[tuple[str, str], str]:
    rows = reviewed("unit_ids").to_dict("records")
    return {(row["country_iso3"], without_marks(row["name"])): row["unit_id"] for row in rows} | OTHER_NAMES


def unit_id(name: str, country_iso3: str) -> str:
    """Return the code of a first-level unit, ``"Nariño", "COL"`` being ``"CO-NAR"``; marks do not matter.

    Raises
    ------
    KeyError
        If the country has no such unit: a name in the facts is then new, and wants a line in the list.
    """
    return _ids()[country_iso3, without_marks(name)]


def unit_ids_of_zone(admin1_units: str, countries: str) -> str:
    """Return the codes of a zone's units, ``;``-joined, from ``Amazonas (COL);Loreto`` and ``COL;PER``.

    A name that two of the zone's countries share says its country in brackets; the others are looked up in
    the zone's countries.
    """
    codes = []
    for listed in admin1_units.split(";"):
        name, bracket, country = listed.partition(" (")
        among = [country.rstrip(")")] if bracket else countries.split(";")
        found = [_ids()[iso3, without_marks(name)] for iso3 in among if (iso3, without_marks(name)) in _ids()]
        if len(found) != 1:
            raise KeyError(f"{listed!r} names {len(found)} units of {countries}")
        codes.append(found[0])
    return ";".join(codes)
