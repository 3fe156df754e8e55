"""What the notes of ``data/zone_series.csv`` say, and what a series is called beside a chart.

A note is a code, so that it can be said in three languages and acted upon: ``to_2009`` also tells how far
a source is drawn. Several notes of one row are joined by ";".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geo.messages import Language, Message, say
from geo.names import country_name, name_of, place_name
from geo.store import DATA, STORE, table

MINED: Final = "mined_area_zone"  # measured by us inside a zone's polygon; its place is the zone's id

NOTES: Final[Mapping[str, Message]] = {
    "colombian_side": Message("Counts the Colombian side of the zone only."),
    "brazilian_side": Message("Counts the Brazilian side of the zone only."),
    "eleven_municipalities": Message(
        "Sum of the eleven municipalities of the Colombian Catatumbo; the zone takes in eight of them."
    ),
    "partly": Message("Lies partly inside the zone and reaches beyond it."),
    "outline_unpublished": Message(
        "No outline of this coca zone is at hand; where it lies is judged by its district and river."
    ),
    "older_outline": Message("Older coca zone, not the same area as the Huallaga zone of later years."),
    "joint_region": Message("Joint value of several first-level units: not the value of any one of them."),
    "empty_years": Message("A year without a figure: no coca was detected, or none was reported."),
    "to_2009": Message("Used to 2009; the series of the police takes over in 2010."),
    "from_2010": Message("Used from 2010; an older compilation serves before."),
    "other_rules": Message("Counted by another body or by other rules: compare directions, not levels."),
    "repeats": Message("Repeats the figures of another source."),
    "earlier_release": Message("An earlier release, or a part of the year, since replaced."),
    "rounded": Message("Rounded in the source; an exact figure is preferred."),
    "midyear": Message("Mid-year and rounded; the figure at the end of the year is preferred."),
}
# The years for which a source is drawn where two were published for the same years and the notes of the
# facts choose between them: never both in one year.
DRAWN_YEARS: Final[Mapping[str, tuple[int, int]]] = {"to_2009": (0, 2009), "from_2010": (2010, 9999)}

RELATIONS: Final[Mapping[str, Message]] = {
    "is": Message("the zone itself"),
    "inside": Message("within the zone"),
    "contains": Message("reaches beyond the zone"),
    "neighbour": Message("next to the zone"),
}
UNITS: Final[Mapping[str, Message]] = {  # what a first-level unit is called in each country
    "ARG": Message("province"),
    "BOL": Message("department"),
    "BRA": Message("state"),
    "CHL": Message("region"),
    "COL": Message("department"),
    "ECU": Message("province"),
    "GUY": Message("region"),
    "PAN": Message("province or comarca"),
    "PER": Message("department"),
    "PRY": Message("department"),
    "VEN": Message("state"),
}
AREAS: Final = (  # what an area of level "zone" is, by what its name says
    ("(municipality", Message("municipality")),
    ("(municipalities", Message("two municipalities")),
    ("municipalities of the zone)", Message("group of municipalities")),
    ("(commune", Message("commune")),
    ("(canton", Message("canton")),
    ("customs", Message("customs area")),
    ("Indígena", Message("indigenous land")),
    ("border strip", Message("four municipalities")),
    ("Upper Guajira", Message("four municipalities")),
    ("Rumichaca bridge", Message("border crossing")),
    ("Pacaraima", Message("border crossing")),
    ("Darién Gap", Message("migration route")),
)


def level_words(level: str, place: str, country_iso3: str, notes: tuple[str, ...], indicator: str) -> Message:
    """Return what kind of area a series counts: "department", "coca zone", "country"."""
    if level == "country":
        return Message("country")
    if level == "admin1":
        return UNITS.get(country_iso3, Message("first-level unit"))
    if level == "municipality":
        return Message("municipality")
    if indicator == MINED:
        return Message("outline of the zone")
    if "joint_region" in notes:
        return Message("joint region")
    if place == "Catatumbo":
        return Message("group of municipalities")
    for part, words in AREAS:
        if part in place:
            return words
    return Message("coca zone") if indicator == "coca_cultivation_ha" else Message("area")


def place_words(level: str, place: str, country_iso3: str, lang: Language) -> str:
    """Return the name of a series' place in a language.

    Areas of level ``zone`` are named by an English sentence of the tables, which is a msgid; units carry
    their country, since Amazonas names four of them.
    """
    if level == "country":
        return country_name(country_iso3, lang)
    if level == "admin1":
        unit = place_name(place, country_iso3, lang)
        return say(Message("{unit} ({country})", unit=unit, country=country_name(country_iso3, lang)), lang)
    if level == "municipality":
        municipality, department = municipalities()[place]
        return say(Message("{unit} ({country})", unit=municipality, country=department), lang)
    if place.startswith("Z-"):
        return name_of(place, lang)
    return say(place, lang)


def municipalities() -> dict[str, tuple[str, str]]:
    """Return the name and the department of each Colombian municipality with a figure, by DIVIPOLA code."""
    rows = table("coca_municipal")

    def compute() -> dict[str, tuple[str, str]]:
        once = rows.drop_duplicates("divipola_muni")
        names = zip(once["municipality"], once["department"], strict=True)
        return dict(zip(once["divipola_muni"], names, strict=True))

    stamp = (DATA / "coca_municipal.csv").stat().st_mtime_ns
    return STORE.get(("municipalities with departments", stamp), compute)
