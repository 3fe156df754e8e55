"""The shipped tables, one row each: all that the records page, the downloads and the links need to know.

Adding a table adds a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from geo.messages import Message
from geo.store import table
from geo.tables import Column, Filter, Quick, Table

# Columns that many tables share.
COUNTRY: Final = Column("country_iso3", Message("Country"), kind="country")
COUNTRIES: Final = Column("countries", Message("Countries"), kind="country")
ZONE: Final = Column("zone_id", Message("Zone"), kind="name")
ACTOR: Final = Column("actor_id", Message("Group"), kind="name")
CORRIDOR: Final = Column("corridor_id", Message("Corridor"), kind="name")
INDICATOR: Final = Column("indicator", Message("Indicator"), kind="term", term="indicator")
LEVEL: Final = Column("level", Message("Level"), kind="term", term="level")
PLACE: Final = Column("place", Message("Place"), kind="place")
YEAR: Final = Column("year", Message("Year"), kind="year")
PERIOD: Final = Column("period", Message("Period"))
WHY: Final = Column("why", Message("What is known"), is_listed=False)
NOTE: Final = Column("note", Message("Note"), is_listed=False)
METHOD: Final = Column("method", Message("How it was drawn"), is_listed=False)
KM: Final = Message("km")
HECTARES: Final = Message("hectares")
LATITUDE: Final = Column("lat", Message("Latitude"), kind="latitude", is_listed=False)
LONGITUDE: Final = Column("lon", Message("Longitude"), kind="longitude", is_listed=False)
AREA: Final = Column("area_km2", Message("Area"), kind="number", unit=Message("km²"))
LENGTH: Final = Column("length_km", Message("Length"), kind="number", unit=KM)
SOURCES: Final = Column("source_ids", Message("Sources"), kind="sources", is_listed=False)
SOURCE: Final = Column("source_id", Message("Source"), kind="sources")

CONFIDENCE: Final = Column("confidence", Message("Confidence"), kind="term", term="confidence")
EVIDENCE: Final = Column("evidence", Message("Evidence"), kind="term", term="evidence")
AS_OF: Final = Column("as_of", Message("As of"), kind="verbatim")
GRADES: Final = (
    EVIDENCE,
    AS_OF,
    Column("reliability", Message("Reliability of the sources"), kind="term", term="reliability", is_listed=False),
    Column("precision_km", Message("Position known within"), kind="number", unit=KM, is_listed=False),
    SOURCES,
)
PREFERRED: Final = Column("preferred", Message("Preferred where sources differ"), kind="flag", is_listed=False)
PARTIAL: Final = Column("partial", Message("Partial year"), kind="flag", is_listed=False)
BREAK: Final = Column("series_break", Message("Series break"), kind="flag", is_listed=False)
DOUBTFUL: Final = Column("doubtful", Message("Doubtful"), kind="flag", is_listed=False)
FLAGS: Final = (PREFERRED, PARTIAL, BREAK, DOUBTFUL)

NATURAL_EARTH: Final = ("NATURAL-EARTH",)


def _id(name: str) -> Column:
    return Column(name, Message("Key"), kind="id", is_listed=False)


def _named(name: str, label: Message) -> Column:
    return Column(name, label, kind="name")


def _term(name: str, label: Message, term: str = "", *, is_listed: bool = True) -> Column:
    return Column(name, label, kind="term", term=term or name, is_listed=is_listed)


WEAK: Final = Quick(
    "weak", Message("Weak or unverified evidence"), lambda frame: frame["evidence"].isin(["weak", "unverified"])
)
NO_ZONE: Final = Quick(
    "no-zone",
    Message("Groups without a zone"),
    lambda frame: ~frame["actor_id"].isin(table("actor_presence")["actor_id"]),
)
NO_BORDER: Final = Quick(
    "no-border",
    Message("Mechanisms without a border pair"),
    lambda frame: ~frame["borders"].str.contains(r"\b[A-Z]{3}-[A-Z]{3}\b", regex=True),
)
ENDED: Final = Quick("ended", Message("Presence that ended"), lambda frame: frame["until"] != "")
INFORMAL: Final = Quick("informal", Message("Informal crossings"), lambda frame: frame["formality"] == "informal")
CAUTION: Final = Quick(
    "caution",
    Message("Partial, broken or doubtful"),
    lambda frame: (frame["partial"] + frame["series_break"] + frame["doubtful"]) != "",
)
DIFFER: Final = Quick("differ", Message("Where sources differ"), lambda frame: frame["preferred"] != "")


def _flagged(frame: pd.DataFrame) -> pd.Series:
    return (frame["partial"] + frame["series_break"]) != ""


_PLACES: Final = (
    Table(
        key="zones",
        group="places",
        label=Message("Zones"),
        about=Message("Border zones, tri-border areas and brown areas, each drawn from its written definition."),
        id_columns=("zone_id",),
        title=("zone_id",),
        columns=(
            _named("zone_id", Message("Zone")),
            _term("kind", Message("Kind"), "zone_kind"),
            COUNTRIES,
            Column(
                "admin1_units",
                Message("First-level units it touches"),
                kind="place",
                country="countries",
                is_listed=False,
            ),
            WHY,
            Column("definition", Message("Definition"), is_listed=False),
            METHOD,
            Column("anchor_lat", Message("Latitude of its anchor"), kind="latitude", is_listed=False),
            Column("anchor_lon", Message("Longitude of its anchor"), kind="longitude", is_listed=False),
            *GRADES,
        ),
        filters=(Filter("countries"), Filter("kind"), Filter("evidence")),
        quick=(WEAK,),
        whereabouts="zone",
        layer="zones",
        feature_column="zone_id",
        has_geometry=True,
    ),
    Table(
        key="crossings",
        group="places",
        label=Message("Crossings"),
        about=Message("Formal and informal crossings, bridges, river steps and twin towns."),
        id_columns=("crossing_id",),
        title=("crossing_id",),
        columns=(
            _named("crossing_id", Message("Crossing")),
            _term("kind", Message("Kind"), "crossing_kind"),
            Column("border", Message("Border"), kind="border"),
            _term("formality", Message("Formal or not"), is_listed=False),
            Column("place_a", Message("On one side"), kind="place", country="country_a", is_listed=False),
            Column("place_b", Message("On the other side"), kind="place", country="country_b", is_listed=False),
            Column("note", Message("What is known"), is_listed=False),
            LATITUDE,
            LONGITUDE,
            *GRADES,
        ),
        filters=(Filter("border"), Filter("kind"), Filter("evidence")),
        quick=(INFORMAL, WEAK),
        whereabouts="point",
        layer="crossings",
        feature_column="crossing_id",
        has_geometry=True,
    ),
    Table(
        key="mining_sites",
        group="places",
        label=Message("Mining sites"),
        about=Message("Gold and other sites named in the sources or seen by satellite. Legality is what sources say."),
        id_columns=("site_id",),
        title=("site_id",),
        columns=(
            _named("site_id", Message("Site")),
            COUNTRY,
            Column("admin1", Message("First-level unit"), kind="place"),
            _term("mineral", Message("Mineral")),
            _term("setting", Message("Setting"), is_listed=False),
            _term("status", Message("Status"), "site_status"),
            PERIOD,
            CONFIDENCE,
            WHY,
            LATITUDE,
            LONGITUDE,
            *GRADES,
        ),
        filters=(Filter("country_iso3"), Filter("mineral"), Filter("status"), Filter("confidence"), Filter("evidence")),
        quick=(WEAK,),
        whereabouts="point",
        layer="mining",
        feature_column="site_id",
        has_geometry=True,
    ),
)

_ROUTES: Final = (
    Table(
        key="corridors",
        group="routes",
        label=Message("Corridors"),
        about=Message("Trafficking corridors described in the sources; the lines are schematic, not tracks."),
        id_columns=("corridor_id",),
        title=("corridor_id",),
        columns=(
            CORRIDOR,
            _term("commodity", Message("What moves"), "commodity"),
            _term("mode", Message("How")),
            _term("direction", Message("Direction"), is_listed=False),
            _term("status", Message("Status"), "corridor_status"),
            PERIOD,
            Column("length_km", Message("Length, schematic"), kind="number", unit=KM),
            CONFIDENCE,
            WHY,
            *GRADES,
        ),
        filters=(Filter("commodity"), Filter("mode"), Filter("status"), Filter("confidence"), Filter("evidence")),
        quick=(WEAK,),
        whereabouts="feature",
        layer="corridors",
        feature_column="corridor_id",
        has_geometry=True,
    ),
    Table(
        key="corridor_waypoints",
        group="routes",
        label=Message("Waypoints of corridors"),
        about=Message(
            "The places through which each corridor is drawn, in order. Its sources are those of the corridor."
        ),
        id_columns=("corridor_id", "seq"),
        title=("corridor_id", "place"),
        columns=(
            CORRIDOR,
            Column("seq", Message("Order"), kind="number"),
            PLACE,
            COUNTRY,
            _term("mode_to_next", Message("How it goes on"), "mode"),
            LATITUDE,
            LONGITUDE,
        ),
        filters=(Filter("corridor_id"), Filter("country_iso3"), Filter("mode_to_next")),
        source_column="",  # geo.records takes those of the corridor
        whereabouts="point",
        layer="corridors",
        feature_column="corridor_id",
        has_geometry=True,
    ),
)

_PEOPLE: Final = (
    Table(
        key="actors",
        group="people",
        label=Message("Armed and criminal groups"),
        about=Message("Groups named in the sources, with what they live from. Some are present in none of the zones."),
        id_columns=("actor_id",),
        title=("actor_id",),
        columns=(
            ACTOR,
            _term("kind", Message("Kind"), "actor_kind"),
            Column("origin_iso3", Message("Country of origin"), kind="country"),
            Column("active_since", Message("Active since")),
            Column("status", Message("Status")),
            _term("economies", Message("Economies"), "economy", is_listed=False),
            WHY,
            *GRADES,
        ),
        filters=(Filter("origin_iso3"), Filter("kind"), Filter("economies"), Filter("evidence")),
        quick=(NO_ZONE, WEAK),
        whereabouts="actor",
    ),
    Table(
        key="actor_presence",
        group="people",
        label=Message("Groups by zone"),
        about=Message("Which group was reported in which zone, and in which role. It is no census."),
        id_columns=("actor_id", "zone_id"),
        title=("actor_id", "zone_id"),
        columns=(
            ACTOR,
            ZONE,
            _term("role", Message("Role")),
            Column("since", Message("Since")),
            Column("until", Message("Until")),
            CONFIDENCE,
            *GRADES,
        ),
        filters=(Filter("zone_id"), Filter("role"), Filter("confidence"), Filter("evidence")),
        quick=(ENDED, WEAK),
        whereabouts="zone",
        layer="actors",
        feature_column="zone_id",
    ),
)

_ANSWERS: Final = (
    Table(
        key="cooperation",
        group="answers",
        label=Message("Cooperation mechanisms"),
        about=Message("Treaties, joint patrols, plans, commissions, forums and operations, on a border or wider."),
        id_columns=("mechanism_id",),
        title=("name",),
        columns=(
            _id("mechanism_id"),
            Column("name", Message("Mechanism")),
            _term("kind", Message("Kind"), "mechanism_kind"),
            Column("year", Message("Since")),
            Column("parties", Message("Parties"), kind="country"),
            Column("borders", Message("Borders"), kind="border"),
            _term("themes", Message("Themes"), "theme"),
            Column("status", Message("Status")),
            WHY,
            *GRADES,
        ),
        filters=(Filter("parties"), Filter("kind"), Filter("themes"), Filter("evidence")),
        quick=(NO_BORDER, WEAK),
        whereabouts="borders",
    ),
    Table(
        key="recommendations",
        group="answers",
        label=Message("Recommendations"),
        about=Message("What the policy texts recommend, by country and theme, with their measures of success."),
        id_columns=("rec_id",),
        title=("summary",),
        columns=(
            _id("rec_id"),
            Column("summary", Message("Recommendation")),
            Column("country_or_scope", Message("Country"), kind="country"),
            _term("theme", Message("Theme"), "recommendation_theme"),
            *GRADES,
        ),
        filters=(Filter("country_or_scope"), Filter("theme"), Filter("evidence")),
        whereabouts="scope",
    ),
)

_FIGURES: Final = (
    Table(
        key="indicators",
        group="figures",
        label=Message("Yearly figures"),
        about=Message("One figure, one year, one place, one source. Figures that disagree stand side by side."),
        id_columns=("indicator", "level", "country_iso3", "place", "year", "source_id"),
        title=("indicator", "place", "year"),
        columns=(
            INDICATOR,
            PLACE,
            COUNTRY,
            LEVEL,
            YEAR,
            Column("value", Message("Figure"), kind="number"),
            _term("unit", Message("Unit")),
            SOURCE,
            Column("note", Message("Note")),
            *FLAGS,
            _id("unit_id"),
        ),
        filters=(Filter("indicator"), Filter("country_iso3"), Filter("level"), Filter("year")),
        quick=(DIFFER, CAUTION),
        source_column="source_id",
        whereabouts="unit",
    ),
    Table(
        key="coca_municipal",
        group="figures",
        label=Message("Coca by municipality"),
        about=Message("Coca cultivation in Colombia, seen by satellite at 31 December, 2001 to 2024."),
        id_columns=("divipola_muni", "year"),
        title=("municipality", "year"),
        columns=(
            Column("municipality", Message("Municipality"), kind="verbatim"),
            Column("department", Message("Department"), kind="verbatim"),
            YEAR,
            Column("coca_ha", Message("Coca cultivation"), kind="number", unit=HECTARES),
            Column("divipola_muni", Message("Municipal code (DIVIPOLA)"), kind="verbatim", is_listed=False),
            Column("divipola_dept", Message("Departmental code (DIVIPOLA)"), kind="verbatim", is_listed=False),
            DOUBTFUL,
            SOURCE,
        ),
        filters=(Filter("department"), Filter("year")),
        source_column="source_id",
        whereabouts="coca",
    ),
    Table(
        key="mined_area",
        group="figures",
        label=Message("Newly mined area by zone"),
        about=Message("Detected mining shared out by the part of each outline that lies inside the zone."),
        id_columns=("zone_id", "period"),
        title=("zone_id", "period"),
        columns=(
            ZONE,
            Column("period", Message("Period"), kind="verbatim"),
            YEAR,
            Column("surveyed", Message("Surveyed"), kind="term", term="surveyed", is_listed=False),
            Column("mined_ha", Message("Newly mined area"), kind="number", unit=HECTARES),
            Column("detections", Message("Detections"), kind="number"),
            PARTIAL,
            BREAK,
            NOTE,
            Column("method", Message("Method"), is_listed=False),
            SOURCE,
        ),
        filters=(Filter("zone_id"), Filter("period")),
        quick=(Quick("caution", Message("Partial year or series break"), _flagged),),
        source_column="source_id",
        whereabouts="zone",
        layer="mined",
    ),
    Table(
        key="zone_series",
        group="figures",
        label=Message("Series of each zone"),
        about=Message("Which yearly series speak of which zone, and how they relate to it."),
        id_columns=("zone_id", "indicator", "level", "country_iso3", "place", "source_id"),
        title=("zone_id", "indicator", "place"),
        columns=(
            ZONE,
            INDICATOR,
            PLACE,
            COUNTRY,
            LEVEL,
            _term("relation", Message("Relation to the zone")),
            PREFERRED,
            _term("note", Message("Note"), "series_note", is_listed=False),
            SOURCE,
        ),
        filters=(Filter("zone_id"), Filter("indicator"), Filter("relation")),
        source_column="source_id",
        whereabouts="zone",
    ),
)

_BASE: Final = (
    Table(
        key="boundaries",
        group="base",
        label=Message("Land boundaries"),
        about=Message("The line that two neighbours share, with its length measured on the ellipsoid."),
        id_columns=("border",),
        title=("border",),
        columns=(Column("border", Message("Border"), kind="border"), LENGTH),
        filters=(Filter("border"),),
        is_layer=True,
        source_column="",
        source_ids=NATURAL_EARTH,
        whereabouts="feature",
        layer="boundaries",
        feature_column="border",
        has_geometry=True,
    ),
    Table(
        key="border_zones",
        group="base",
        label=Message("Border zones, 50 km"),
        about=Message("Fifty kilometres on both sides of each land boundary, clipped to land."),
        id_columns=("border",),
        title=("border",),
        columns=(
            Column("border", Message("Border"), kind="border"),
            Column("width_km", Message("Width on each side"), kind="number", unit=KM),
            AREA,
        ),
        filters=(Filter("border"),),
        is_layer=True,
        source_column="",
        source_ids=NATURAL_EARTH,
        whereabouts="feature",
        layer="border-zones",
        feature_column="border",
        has_geometry=True,
    ),
    Table(
        key="disputed",
        group="base",
        label=Message("Disputed lines"),
        about=Message("Lines that Natural Earth lists as disputed; drawing them implies no position."),
        id_columns=("line_id",),
        title=("name",),
        columns=(
            _id("line_id"),
            Column("name", Message("Line")),
            Column("claimants", Message("Claimed by"), kind="country"),
            Column("note", Message("Note")),
        ),
        is_layer=True,
        source_column="",
        source_ids=NATURAL_EARTH,
        whereabouts="feature",
        layer="disputed",
        feature_column="line_id",
        has_geometry=True,
    ),
    Table(
        key="units",
        group="base",
        label=Message("First-level units"),
        about=Message("Departments, states, provinces and regions, with their ISO 3166-2 codes."),
        id_columns=("unit_id",),
        title=("name",),
        columns=(
            Column("name", Message("Unit"), kind="place"),
            COUNTRY,
            Column("unit_id", Message("ISO 3166-2 code"), kind="verbatim"),
        ),
        filters=(Filter("country_iso3"),),
        is_layer=True,
        source_column="",
        source_ids=NATURAL_EARTH,
        whereabouts="unit",
        has_geometry=True,
    ),
)

_SOURCES: Final = (
    Table(
        key="sources",
        group="sources",
        label=Message("Sources"),
        about=Message("Every text and data set that a row of the other tables cites, and how it was read."),
        id_columns=("source_id",),
        title=("title",),
        columns=(
            _id("source_id"),
            Column("title", Message("Title"), kind="verbatim"),
            Column("publisher", Message("Publisher"), kind="verbatim"),
            Column("year", Message("Year"), kind="verbatim"),
            _term("publisher_class", Message("Kind of publisher")),
            _term("reliability", Message("Reliability"), "reliability"),
            Column("licence", Message("Licence"), is_listed=False),
            Column("how_verified", Message("How it was read"), is_listed=False),
            Column("url", Message("Address"), kind="address", is_listed=False),
        ),
        filters=(Filter("publisher_class"), Filter("reliability"), Filter("year")),
        source_column="source_id",
    ),
)

TABLES: Final[Mapping[str, Table]] = {
    each.key: each for each in (*_PLACES, *_ROUTES, *_PEOPLE, *_ANSWERS, *_FIGURES, *_BASE, *_SOURCES)
}
