"""Tables of places, routes, actors and cooperation: the facts with accents, codes and evidence columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pandas as pd

from data.recipe.accents import restored, restored_id_name, restored_name
from data.recipe.evidence import source_rows, with_evidence
from data.recipe.files import csv_bytes, facts
from data.recipe.lengths import corridor_lengths_km
from data.recipe.units import unit_ids_of_zone

FORMAL_KINDS: Final = {"bridge", "formal", "port"}
SPELT_OUT: Final = {"(status GK)": "(status: general knowledge of the analyst)"}  # GK is an id of ours, no word
# A river step is formal only where its note names a post or a ferry line.
STAFFED: Final = re.compile(r"\b(?:customs port|ferry|immigration post|staffed)\b", re.IGNORECASE)


def sources() -> bytes:
    """Return every source of every table, one row each."""
    return csv_bytes(source_rows())


def names() -> bytes:
    """Return the display names in three languages, as collected."""
    return csv_bytes(facts("names"))


def zones() -> bytes:
    """Return the thirty zones; ``method`` is written by the recipe that draws their polygons."""
    frame = _id_named(facts("zones"), "zone_id")
    frame["unit_ids"] = [
        unit_ids_of_zone(units, countries)
        for units, countries in zip(frame["admin1_units"], frame["countries"], strict=True)
    ]
    for column in ("admin1_units", "definition", "why"):
        frame[column] = frame[column].map(restored)
    frame["method"] = frame["zone_id"].map(_zone_methods()).fillna("")
    columns = ["zone_id", "name", "countries", "kind", "anchor_lat", "anchor_lon", "unit_ids", "admin1_units"]
    return csv_bytes(with_evidence("zones", frame[[*columns, "definition", "method", "why", "source_ids"]]))


def _zone_methods() -> dict[str, str]:
    """Return how each polygon was made; nothing while the geometry recipe is absent."""
    try:
        from data.recipe.zones import METHODS  # noqa: PLC0415 - an optional part of the recipe
    except ImportError:
        return {}
    return dict(METHODS)


def corridors() -> bytes:
    """Return the corridors, with their length along the legs that are drawn."""
    frame = _id_named(facts("corridors"), "corridor_id")
    frame["why"] = frame["why"].map(restored)
    frame["length_km"] = frame["corridor_id"].map(corridor_lengths_km()).map("{:.1f}".format)
    return csv_bytes(with_evidence("corridors", frame))


def corridor_waypoints() -> bytes:
    """Return the waypoints in order, each with the mode of the leg that starts there."""
    frame = facts("corridor_waypoints")
    return csv_bytes(frame.assign(place=_places(frame["place"], frame["country_iso3"])))


def crossings() -> bytes:
    """Return the crossings with the key of their border and whether the state runs a post there."""
    frame = _id_named(facts("crossings"), "crossing_id")
    for side in "ab":
        frame[f"place_{side}"] = _places(frame[f"place_{side}"], frame[f"country_{side}"])
    frame["note"] = frame["note"].map(restored)
    frame["border"] = frame["country_a"] + "-" + frame["country_b"]
    frame["formality"] = [_formality(kind, note) for kind, note in zip(frame["kind"], frame["note"], strict=True)]
    return csv_bytes(with_evidence("crossings", frame))


def _formality(kind: str, note: str) -> str:
    return "formal" if kind in FORMAL_KINDS or (kind == "river" and STAFFED.search(note)) else "informal"


def mining_sites() -> bytes:
    """Return the mining sites."""
    frame = _id_named(facts("mining_sites"), "site_id")
    frame["admin1"] = _places(frame["admin1"], frame["country_iso3"])
    frame["why"] = frame["why"].map(restored)
    return csv_bytes(with_evidence("mining_sites", frame))


def actors() -> bytes:
    """Return the armed and criminal groups."""
    frame = _id_named(facts("actors"), "actor_id")
    for column in ("status", "why"):
        frame[column] = frame[column].map(restored)
    return csv_bytes(with_evidence("actors", frame))


def actor_presence() -> bytes:
    """Return which actor was reported in which zone, in which role, since when and until when."""
    return csv_bytes(with_evidence("actor_presence", facts("actor_presence")))


def cooperation() -> bytes:
    """Return the cooperation mechanisms."""
    frame = facts("cooperation")
    for short, words in SPELT_OUT.items():
        frame["status"] = frame["status"].str.replace(short, words, regex=False)
    for column in ("name", "status", "why"):
        frame[column] = frame[column].map(restored)
    return csv_bytes(with_evidence("cooperation", frame))


def recommendations() -> bytes:
    """Return what the policy texts recommend."""
    frame = facts("recommendations").rename(columns={"source_id": "source_ids"})
    frame["summary"] = frame["summary"].map(restored)
    return csv_bytes(with_evidence("recommendations", frame))


def _id_named(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    rows = zip(frame["name"], frame[key], strict=True)
    return frame.assign(name=[restored_id_name(name, row_id) for name, row_id in rows])


def _places(places: pd.Series, countries: pd.Series) -> list[str]:
    return [restored_name(place, iso3) for place, iso3 in zip(places, countries, strict=True)]


OUTPUTS: Final[dict[str, Callable[[], bytes]]] = {
    f"{make.__name__}.csv": make
    for make in (
        sources, names, zones, corridors, corridor_waypoints, crossings, mining_sites, actors, actor_presence,
        cooperation, recommendations,
    )
}  # fmt: skip
READS: Final[dict[str, list[str]]] = {
    name: [f"facts/{name}", "facts/names.csv", "facts/place_sources.csv", "recipe/publisher_classes.csv"]
    for name in OUTPUTS
} | {
    "sources.csv": [
        "facts/place_sources.csv",
        "facts/indicator_sources.csv",
        "recipe/own_sources.csv",
        "recipe/publisher_classes.csv",
    ],
    "names.csv": ["facts/names.csv"],
    "zones.csv": ["facts/zones.csv", "facts/names.csv", "recipe/unit_ids.csv", "recipe/zones.py (method)"],
    "corridors.csv": ["facts/corridors.csv", "facts/corridor_waypoints.csv", "facts/river_lines.csv"],
}
