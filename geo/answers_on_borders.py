"""Which economies known in a zone meet no mechanism known to be active on its borders.

No measure of pressure: a list of what the tables hold on one side and lack on the other. That no source here names
an active mechanism is not the same as there being none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from geo import cooperation, zones

MINING: Final = "mining"
# Themes of ``data/cooperation.csv`` that speak of an economy, by the commodity of a corridor or the sites in a zone.
THEMES: Final[Mapping[str, frozenset[str]]] = {
    "cocaine": frozenset({"drugs", "drugs (CICAD)", "drugs policy", "coca", "air interdiction", "interdiction"}),
    "marijuana": frozenset({"drugs", "drugs (CICAD)", "drugs policy", "interdiction"}),
    MINING: frozenset({"illegal mining", "gold monitoring", "mercury", "environmental crime"}),
    "migrants": frozenset({"migration", "migration data", "migrant smuggling", "illegal crossings",
                           "unauthorised crossings"}),
    "arms": frozenset({"arms"}),
    "fuel": frozenset({"contraband", "smuggling", "customs"}),
    "contraband": frozenset({"contraband", "smuggling", "customs"}),
    "timber": frozenset({"deforestation", "environmental crime", "environment"}),
    "wildlife": frozenset({"wildlife", "environmental crime", "environment"}),
}  # fmt: skip
SAME: Final[Mapping[str, str]] = {"gold": MINING, "mercury": MINING}
# What a status begins with that says that a mechanism works today; “active when described in 2016” does not.
ACTIVE: Final = ("active", "in force", "reactivated")
NOT_TODAY: Final = ("active when", "active in 20")


@dataclass(frozen=True)
class Answer:
    """A border of a zone: how many mechanisms name it, and how many of them are known to be active."""

    border: str
    mechanisms: int
    active: int


def is_active(status: str) -> bool:
    """Whether a status says that a mechanism works today."""
    said = status.strip().lower()
    return said.startswith(ACTIVE) and not said.startswith(NOT_TODAY)


def by_border(zone_id: str) -> tuple[Answer, ...]:
    """Return the land borders of a zone, its own first, each with the mechanisms that name it."""
    found = []
    for border in zones.borders_of(zone_id).index:
        rows = cooperation.on_borders([border])
        found.append(Answer(str(border), len(rows), sum(is_active(each) for each in rows["status"])))
    return tuple(found)


def economies(zone_id: str) -> tuple[str, ...]:
    """Return the economies known in a zone: mining where there are sites, then the commodities of its corridors."""
    moved = [SAME.get(each, each) for each in zones.corridors_through(zone_id)["commodity"]]
    sites = [MINING] if len(zones.sites_in(zone_id)) else []
    return tuple(dict.fromkeys([*sites, *moved]))


def spoken_of(themes: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return which of some economies a ``themes`` cell speaks of."""
    said = set(themes.split(";"))
    return tuple(each for each in known if THEMES.get(each, frozenset()) & said)


def beyond_borders(zone_id: str) -> pd.DataFrame:
    """Return the mechanisms of a zone's countries that name none of its borders and speak of what is known in it.

    Those that speak of most economies lead, then those known to be active, then those of fewest parties; unverified
    ones come last. A column ``economies`` holds what each speaks of, as a tuple.
    """
    rows = cooperation.of_countries(zones.countries(zone_id))
    on_its_borders = cooperation.on_borders(str(each) for each in zones.borders_of(zone_id).index)
    rows = rows[~rows["mechanism_id"].isin(on_its_borders["mechanism_id"])]
    known = economies(zone_id)
    rows = rows.assign(economies=[spoken_of(each, known) for each in rows["themes"]])
    rows = rows[rows["economies"].map(bool)]
    order = pd.DataFrame(
        {
            "unverified": rows["evidence"] == "unverified",
            "economies": -rows["economies"].map(len),
            "idle": [not is_active(each) for each in rows["status"]],
            "parties": rows["parties"].str.count(";"),
        }
    )
    return rows.loc[order.sort_values(list(order), kind="stable").index]


def unanswered(zone_id: str) -> tuple[tuple[str, str], ...]:
    """Return economy and border for each pair that no mechanism known to be active speaks of.

    Only borders between two countries of the zone are looked at.
    """
    borders, known = zones.borders_of(zone_id), economies(zone_id)
    found = []
    for border in borders.index[borders["is_own"]]:
        rows = cooperation.on_borders([border])
        active = [each["themes"] for each in rows.to_dict("records") if is_active(each["status"])]
        answered = {each for cell in active for each in spoken_of(cell, known)}
        found += [(each, str(border)) for each in known if each not in answered]
    return tuple(found)
