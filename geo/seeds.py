"""What every layer is to the catalogue, and the layers that ship, read-only.

A record knows nothing of looks: colours, symbols and legends are in ``layers/looks.py``, by the same key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

import geopandas as gpd
import pandas as pd

from geo import store
from geo.actors import ROLES
from geo.crs import DISPLAY_CRS
from geo.library.shelf import Layer
from geo.messages import Language, Message
from geo.names import country_name, name_of
from geo.payloads import Geometry, Payload
from geo.periods import span
from geo.sources import Source
from geo.viewer import Marking
from geo.zones import zones


@dataclass(frozen=True, kw_only=True)
class Record:
    """One layer of the catalogue.

    Attributes
    ----------
    key : str
        Stable: it stands in links.
    read : callable
        Returns the features, in EPSG:4326, on a unique text index named ``id``.
    title_of : callable
        The display name of one feature, from its row and a language.
    filters : mapping
        Field of ``ViewState`` to the column it filters; a cell may hold several values
        joined by ";".
    indicator : str
        For figures shown by unit: the indicator; otherwise "".
    table : str
        The shipped table whose rows the features are, for links to the records page.
    own_source : Source or None
        What a stored layer rests on; shipped ones name theirs by id.
    payload : Payload or None
        Where the features of a layer that somebody brought are kept.
    layer : Layer or None
        That layer in its versions; None for a shipped one.
    """

    key: str
    geometry: Geometry
    read: Callable[[], gpd.GeoDataFrame]
    method: Message
    precision: Message
    source_ids: tuple[str, ...] = ()
    title_of: Callable[[pd.Series, Language], str] = lambda row, lang: name_of(str(row.name), lang)
    filters: Mapping[str, str] = field(default_factory=dict)
    indicator: str = ""
    table: str = ""
    marking: Marking = "TLP:CLEAR"
    own_source: Source | None = None
    payload: Payload | None = None
    layer: Layer | None = None

    @property
    def is_private(self) -> bool:
        """Whether only its owner sees it, whatever its marking."""
        return self.layer is not None and self.layer.visibility == "private"


def _keyed(frame: gpd.GeoDataFrame, ids: Iterable[str]) -> gpd.GeoDataFrame:
    out = frame.to_crs(DISPLAY_CRS)
    return cast(gpd.GeoDataFrame, out.set_index(pd.Index(list(ids), name="id", dtype=str)))


def _points(table: str, key: str) -> gpd.GeoDataFrame:
    rows = store.table(table)
    frame = gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(rows["lon"], rows["lat"]), crs=DISPLAY_CRS)
    return _keyed(frame, rows[key])


def _boundaries() -> gpd.GeoDataFrame:
    frame = store.layer("boundaries")
    return _keyed(frame.assign(countries=frame["country_a"] + ";" + frame["country_b"]), frame["border"])


def _border_zones() -> gpd.GeoDataFrame:
    frame = store.layer("border_zones")
    return _keyed(frame.assign(countries=frame["country_a"] + ";" + frame["country_b"]), frame["border"])


def _disputed() -> gpd.GeoDataFrame:
    frame = store.layer("disputed")
    return _keyed(frame, frame["line_id"])


def _zones() -> gpd.GeoDataFrame:
    frame = zones()
    return _keyed(frame, frame.index)


def _brown_areas() -> gpd.GeoDataFrame:
    every = _zones()
    return cast(gpd.GeoDataFrame, every[every["kind"] == "brown_area"])


def _crossings() -> gpd.GeoDataFrame:
    frame = _points("crossings", "crossing_id")
    return frame.assign(countries=frame["country_a"] + ";" + frame["country_b"])


def _mining_sites() -> gpd.GeoDataFrame:
    frame = _points("mining_sites", "site_id")
    years = [span(period) for period in frame["period"]]
    return frame.assign(
        countries=frame["country_iso3"],
        first_year=[first for first, _ in years],
        last_year=[last for _, last in years],
    )


def _corridors() -> gpd.GeoDataFrame:
    """Return one row per corridor: its legs as one MultiLineString, its countries from its waypoints."""
    legs = store.layer("corridors").sort_values(["corridor_id", "seq"])
    rows = store.table("corridors").set_index("corridor_id", drop=False)
    waypoints = store.table("corridor_waypoints")
    countries = waypoints.groupby("corridor_id")["country_iso3"].agg(lambda each: ";".join(sorted(set(each) - {""})))
    lines = legs.dissolve("corridor_id")[["geometry"]].reindex(rows.index)
    years = [span(period) for period in rows["period"]]
    merged = rows.assign(
        geometry=lines["geometry"],
        countries=countries.reindex(rows.index).fillna(""),
        first_year=[first for first, _ in years],
        last_year=[last for _, last in years],
    )
    return _keyed(gpd.GeoDataFrame(merged, geometry="geometry", crs=legs.crs), rows.index)


def _actors() -> gpd.GeoDataFrame:
    """Return one point per zone with known actors: how many, and the strongest role among them."""
    every = _zones()
    presence = store.table("actor_presence")
    presence = presence[presence["until"] == ""]
    rows = []
    for zone_id, here in presence.groupby("zone_id"):
        zone = every.loc[str(zone_id)]
        strongest = min(here["role"], key=ROLES.index)
        sources = dict.fromkeys(source for cell in here["source_ids"] for source in cell.split(";") if source)
        rows.append(
            {
                "id": str(zone_id),
                "role": strongest,
                "actors": len(here),
                "countries": zone["countries"],
                "kind": zone["kind"],
                "confidence": _best(here["confidence"]),
                "as_of": max(here["as_of"], default="") if "as_of" in here else "",
                "precision_km": "",
                "source_ids": ";".join(sources),
                "geometry": zone.geometry.representative_point(),
            }
        )
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=every.crs)
    return _keyed(frame, frame["id"])


def _best(confidence: pd.Series) -> str:
    return next((level for level in ("high", "medium", "low") if (confidence == level).any()), "")


def _units() -> gpd.GeoDataFrame:
    frame = store.layer("units")
    return _keyed(frame.assign(countries=frame["country_iso3"]), frame["unit_id"])


def border_name(row: pd.Series, lang: Language) -> str:
    """Return the display name of a border: its two countries."""
    return f"{country_name(row['country_a'], lang)} – {country_name(row['country_b'], lang)}"


def unit_name(row: pd.Series, lang: Language) -> str:
    """Return the display name of a first-level unit with its country."""
    return f"{row['name']}, {country_name(row['country_iso3'], lang)}"


def _figures(key: str, indicator: str, method: Message) -> Record:
    return Record(
        key=key,
        geometry="area",
        read=_units,
        indicator=indicator,
        title_of=unit_name,
        table="indicators",
        method=method,
        precision=Message(
            "One figure for the whole unit; where only the country has a figure, the country is shaded as one."
        ),
        source_ids=("NATURAL-EARTH",),
        filters={"countries": "countries"},
    )


SCHEMATIC: Final = Message(
    "Schematic: from town to town, not a tracked route. River legs follow the river where a river line was found."
)

_RECORDS: Final = (
    Record(
        key="boundaries",
        geometry="line",
        read=_boundaries,
        title_of=border_name,
        source_ids=("NATURAL-EARTH",),
        filters={"countries": "countries"},
        table="boundaries",
        method=Message(
            "The line that two neighbouring countries share in Natural Earth 1:10 million; lengths "
            "are geodesic on WGS 84."
        ),
        precision=Message(
            "Generalised for 1:10 million: a place within a few kilometres of a line may appear on "
            "the wrong side of it."
        ),
    ),
    Record(
        key="disputed",
        geometry="line",
        read=_disputed,
        title_of=lambda row, lang: name_of(str(row.name), lang) if str(row.name) != row["name"] else row["name"],
        source_ids=("NATURAL-EARTH",),
        table="disputed",
        method=Message(
            "Lines that Natural Earth lists as disputed. They are drawn apart from the others and imply no position."
        ),
        precision=Message("Generalised; the claims themselves are not surveyed lines."),
    ),
    Record(
        key="border-zones",
        geometry="area",
        read=_border_zones,
        title_of=border_name,
        source_ids=("NATURAL-EARTH",),
        filters={"countries": "countries"},
        table="border_zones",
        method=Message("50 km on both sides of each land boundary, measured on the ground and clipped to land."),
        precision=Message("As precise as the boundary it is measured from: a few kilometres."),
    ),
    Record(
        key="zones",
        geometry="area",
        read=_zones,
        filters={"countries": "countries", "zone_kinds": "kind"},
        table="zones",
        method=Message(
            "Each zone is built from its written definition by a recipe that can be rerun; the "
            "definition and the method stand with each zone."
        ),
        precision=Message("An outline for analysis, not a legal limit: tens of kilometres."),
    ),
    Record(
        key="brown-areas",
        geometry="area",
        read=_brown_areas,
        filters={"countries": "countries", "zone_kinds": "kind"},
        table="zones",
        method=Message(
            "The named zones that the sources describe as places where the reach of the law is weak "
            "(O'Donnell 1993). A polygon is a proxy: the concept is not only about territory."
        ),
        precision=Message("An outline for analysis, not a legal limit: tens of kilometres."),
    ),
    Record(
        key="crossings",
        geometry="point",
        read=_crossings,
        filters={"countries": "countries"},
        table="crossings",
        method=Message(
            "Formal and informal crossings named in the sources, placed at the bridge, the landing or the town."
        ),
        precision=Message(
            "From half a kilometre at a bridge to 25 km where the point is approximate; drawn as a "
            "ring when you zoom in."
        ),
    ),
    Record(
        key="mining",
        geometry="point",
        read=_mining_sites,
        filters={"countries": "countries", "minerals": "mineral", "confidence": "confidence", "years": "period"},
        table="mining_sites",
        method=Message(
            "Mining sites named in the sources or seen by satellite. Legality is not observed by "
            "satellite: the status is what the sources say."
        ),
        precision=Message(
            "A point stands for a site of some kilometres; detected areas of neighbouring sites "
            "overlap and must not be added up."
        ),
    ),
    Record(
        key="corridors",
        geometry="line",
        read=_corridors,
        filters={"countries": "countries", "commodities": "commodity", "confidence": "confidence", "years": "period"},
        table="corridors",
        method=Message(
            "Trafficking corridors described in the sources, drawn through their named waypoints. "
            "Modelled from open sources: these are not tracks."
        ),
        precision=SCHEMATIC,
    ),
    Record(
        key="actors",
        geometry="point",
        read=_actors,
        filters={"countries": "countries", "zone_kinds": "kind", "confidence": "confidence"},
        table="actor_presence",
        method=Message(
            "For each zone the armed and criminal groups that the sources name there. The sign shows "
            "the strongest role and the number of groups; it is not a census."
        ),
        precision=Message("Placed inside the zone, not where a group was seen."),
    ),
    _figures(
        "coca",
        "coca_cultivation_ha",
        Message(
            "Coca bushes seen by satellite, net area at 31 December. Rules differ between countries "
            "and legal coca exists in Peru and Bolivia: compare trends more than levels."
        ),
    ),
    _figures(
        "homicide",
        "homicide_rate_per_100k",
        Message(
            "Homicides per 100,000 people. The kind of record differs by country, and Venezuela's "
            "are violent deaths counted by an observatory: compare directions more than levels."
        ),
    ),
    _figures(
        "mined",
        "mining_new_ha",
        Message(
            "Open-pit mining newly detected by satellite in the year; 2018 is the stock at the "
            "start. The model and the monitored area changed in 2024, so the step from 2023 is not growth."
        ),
    ),
    _figures(
        "tree-loss",
        "tree_cover_loss_ha",
        Message(
            "Loss of tree cover of any cause, by satellite (Hansen and Global Forest Watch). Not to "
            "be mixed with official deforestation."
        ),
    ),
    _figures(
        "deforestation",
        "deforestation_ha",
        Message("Deforestation as each country publishes it; the methods differ between countries."),
    ),
    _figures(
        "hdi",
        "subnational_hdi",
        Message("Subnational human development index, a proxy of what the state provides, not of its law."),
    ),
    _figures(
        "schooling",
        "mean_years_schooling",
        Message("Mean years of schooling of adults, a proxy of what the state provides."),
    ),
    _figures(
        "electricity",
        "electricity_access_pct",
        Message("Households with electricity, a proxy of what the state provides."),
    ),
    _figures(
        "poverty",
        "poor_households_iwi50_pct",
        Message("Households below 50 on the international wealth index of assets, housing and services."),
    ),
)
RECORDS: Final[Mapping[str, Record]] = {each.key: each for each in _RECORDS}
