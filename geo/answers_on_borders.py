"""Which economies known in a zone meet no mechanism known to be active on its borders.

No measure of pressure: a list of what the tables hold on one side and lack on the other. That no source here names
an active mechanism is not the same as there being none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

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


def unanswered(zone_id: str) -> tuple[tuple[str, str], ...]:
    """Return economy and border for each pair that no mechanism known to be active speaks of.

    Only borders between two countries of the zone are looked at.
    """
    borders = zones.borders_of(zone_id)
    found = []
    for border in borders.index[borders["is_own"]]:
        rows = cooperation.on_borders([border])
        active = [each["themes"] for each in rows.to_dict("records") if is_active(each["status"])]
        themes = {theme for cell in active for theme in cell.split(";")}
        found += [(each, str(border)) for each in economies(zone_id) if not THEMES.get(each, frozenset()) & themes]
    return tuple(found)
