"""How a row of a shipped table leads to the map: which zone, feature or box shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from geo import store
from geo.catalogue import features
from geo.frames import Bounds, Place, point, union
from geo.names import folded
from geo.records import Entry, iso3_of
from geo.seeds import RECORDS
from geo.tables import Whereabouts

RELATIONS: Final = ("is", "inside", "contains", "neighbour")  # from the nearest tie of a series to a zone
LAYER_OF_INDICATOR: Final = {record.indicator: key for key, record in RECORDS.items() if record.indicator}
MAINLAND: Final = 0.95  # of the area in square degrees: good enough to tell a mainland from its islands
COCA: Final = "coca_cultivation_ha"


def place(entry: Entry) -> Place | None:
    """Return where the map shows a row; None where it has no place: a source, a region-wide recommendation.

    Raises
    ------
    DataError
        If the geometry that would show it cannot be read.
    """
    return _RULES[entry.table.whereabouts](entry)


def box(key: str, ids: Iterable[str]) -> Bounds | None:
    """Return the box around features of a layer of the map; unknown ids are left out."""
    return _box(features(key), ids)


def country_box(iso3: str) -> Bounds | None:
    """Return the box of a country of the region without its far islands; None elsewhere."""
    countries = store.layer("countries")
    return _box(countries[countries["in_region"]].set_index("country_iso3"), [iso3])


def _box(shapes: gpd.GeoDataFrame, ids: Iterable[str]) -> Bounds | None:
    found = [shapes.geometry.loc[each] for each in ids if each in shapes.index]
    return union([box for shape in found if (box := main_box(shape)) is not None])


def main_box(shape: BaseGeometry | None) -> Bounds | None:
    """Return the box of a shape without its far small islands; None where there is no shape.

    Of an area, the largest parts that together make up ``MAINLAND`` of it count: Chile is framed without
    Easter Island, Nariño without Malpelo.
    """
    if shape is None or shape.is_empty:
        return None
    parts = sorted(getattr(shape, "geoms", [shape]), key=lambda part: -part.area)
    boxes, left = [], shape.area * MAINLAND
    for part in parts:
        if shape.area and left <= 0:
            break
        west, south, east, north = part.bounds
        boxes.append((west, south, east, north))
        left -= part.area
    return union(boxes)


def _of_feature(entry: Entry) -> Place:
    table = entry.table
    feature = entry.text(table.feature_column)
    return Place(layer=table.layer, feature=feature, bounds=box(table.layer, [feature]))


def _of_point(entry: Entry) -> Place:
    here = point(float(entry.row["lat"]), float(entry.row["lon"]))
    return Place(layer=entry.table.layer, feature=entry.text(entry.table.feature_column), bounds=here)


def _of_zone(entry: Entry) -> Place:
    year = int(entry.row["year"]) if "year" in entry.row else None
    return Place(zone=entry.text("zone_id"), layer=entry.table.layer, year=year)


def _of_actor(entry: Entry) -> Place | None:
    presence = store.table("actor_presence")
    zones = presence.loc[presence["actor_id"] == entry.text("actor_id"), "zone_id"]
    return actor_place(list(zones))


def actor_place(zones: list[str]) -> Place | None:
    """Return where a group is shown: its one zone, or the box around its zones; None without a zone."""
    if not zones:
        return None
    if len(zones) == 1:
        return Place(zone=zones[0], layer="actors")
    return Place(layer="actors", bounds=box("zones", zones))


def _of_unit(entry: Entry) -> Place | None:
    """Return the unit or the country of a figure, with the layer that draws the figure where there is one."""
    layer = LAYER_OF_INDICATOR.get(entry.text("indicator"), "")
    level, iso3 = entry.text("level"), entry.text("country_iso3")
    year = int(entry.row["year"]) if "year" in entry.row and layer else None
    if level in {"zone", "municipality"}:
        return _zone_of_area(level, entry.text("place"), iso3)
    unit = entry.text("unit_id")
    if level == "country" or not unit:
        bounds = country_box(iso3)
        return Place(layer=layer, bounds=bounds, year=year) if bounds else None
    return Place(layer=layer, feature=unit if layer else "", bounds=box("coca", [unit]), year=year)


def _zone_of_area(level: str, area: str, iso3: str) -> Place | None:
    """Return the zone to which the written table ties an area, the nearest tie first; else its country."""
    ties = store.table("zone_series")
    same = ties[(ties["level"] == level) & (ties["place"] == area) & (ties["country_iso3"] == iso3)]
    for relation in RELATIONS:
        zones = same.loc[same["relation"] == relation, "zone_id"]
        if len(zones):
            return Place(zone=str(zones.iloc[0]))
    bounds = country_box(iso3)
    return Place(bounds=bounds) if bounds else None


def _of_coca(entry: Entry) -> Place | None:
    """Return the department of a municipality: no municipal outlines ship."""
    units = store.layer("units")
    colombian = units[units["country_iso3"] == "COL"]
    same = colombian[[folded(name) == folded(entry.text("department")) for name in colombian["name"]]]
    if same.empty:
        return None
    unit = str(same["unit_id"].iloc[0])
    layer = LAYER_OF_INDICATOR[COCA]
    return Place(layer=layer, feature=unit, bounds=box(layer, [unit]), year=int(entry.row["year"]))


def _of_borders(entry: Entry) -> Place | None:
    """Return the borders that a mechanism names; None where it names none that the map has."""
    borders = [border for border in entry.text("borders").split(";") if "-" in border]
    bounds = box("boundaries", borders)
    if bounds is None:
        return None
    return Place(layer="boundaries", feature=borders[0] if len(borders) == 1 else "", bounds=bounds)


def _of_scope(entry: Entry) -> Place | None:
    bounds = country_box(iso3_of(entry.text("country_or_scope")))
    return Place(bounds=bounds) if bounds else None


def _nowhere(_entry: Entry) -> None:
    return None


_RULES: Final[dict[Whereabouts, Callable[[Entry], Place | None]]] = {
    "feature": _of_feature,
    "point": _of_point,
    "zone": _of_zone,
    "actor": _of_actor,
    "unit": _of_unit,
    "coca": _of_coca,
    "borders": _of_borders,
    "scope": _of_scope,
    "none": _nowhere,
}
