"""The search behind the search box: zones, units, towns, crossings, sites, corridors, groups, coordinates.

Names are searched in all three languages at once and shown in the reader's; accents and capitals
do not count. The index is built once per version of the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

import pandas as pd
from shapely import Point
from shapely.geometry.base import BaseGeometry

from geo import store
from geo.catalogue import features
from geo.coordinates import format_coordinates, parse_coordinates
from geo.crs import GEOD
from geo.errors import DataError
from geo.frames import Bounds, union
from geo.messages import LANGUAGES, Language, Message, say
from geo.names import country_name, folded, name_of, place_name
from geo.terms import label
from geo.whereabouts import country_box, main_box

Kind = Literal["coordinates", "zone", "country", "unit", "town", "place", "crossing", "site", "corridor", "actor"]

# Equally good matches stand in this order: what the product is about first, then geography, then single things.
ORDER: Final[dict[Kind, int]] = {
    "coordinates": 0, "zone": 1, "country": 2, "unit": 2, "town": 3, "place": 3, "crossing": 4, "site": 5,
    "corridor": 6, "actor": 7,
}  # fmt: skip
SAME_PLACE_KM: Final = 25.0  # a waypoint and a town of one name and country this near are one place
MAX_QUERY: Final = 200
MAX_TOWNS: Final = 5
WORD: Final = re.compile(r"[^\W_]+")
PARTS: Final = re.compile(r"\s+[-–—/]\s+|[():;,]")


@dataclass(frozen=True)
class Hit:
    """One thing that was found, in the reader's words.

    Attributes
    ----------
    id : str
        Of the row: a zone, crossing, site, corridor or actor id, an ISO 3166 code, ``ISO:Name`` for a place.
    subtitle : Message
        What it is and where.
    lat, lon : float or None
        Degrees on WGS 84; None for a group without a zone, which no map can show.
    bounds : (west, south, east, north) or None
        What to frame; None for a point.
    """

    kind: Kind
    id: str
    title: str
    subtitle: Message
    lat: float | None
    lon: float | None
    bounds: Bounds | None = None


@dataclass(frozen=True)
class _Entry:
    """One searchable thing; texts are folded, and each language's name stands once."""

    kind: Kind
    id: str
    names: dict[Language, str]
    countries: tuple[str, ...]  # ISO codes; their names may be typed along: "amazonas brasil"
    where: tuple[float, float] | None
    bounds: Bounds | None
    what: str  # the msgid that says what it is
    population: int
    folded: tuple[str, ...]  # all its names, and further ones such as the towns on both sides of a crossing
    wholes: frozenset[str]  # names and parts of names; one that is typed in full is an exact match
    words: tuple[str, ...]
    context: tuple[str, ...]
    text: str  # all of the above: what does not hold every typed part cannot match


def search(text: str, lang: Language, limit: int = 12) -> list[Hit]:
    """Return what a text may mean, best first.

    A name typed in full goes before names or words that begin with what was typed, and those
    before names that hold it somewhere; then kinds in the order of ``ORDER``, then population.

    Parameters
    ----------
    text : str
        Part of a name in any of the three languages, or coordinates.
    limit : int
        How many at most.
    """
    typed = folded(text.strip()[:MAX_QUERY])
    if not typed:
        return []
    hits = [_coordinates(*at, lang)] if (at := parse_coordinates(text)) else []
    query = tuple(WORD.findall(typed))
    matches = [(match, entry) for entry in _index() if (match := _match(entry, typed, query)) is not None]
    matches.sort(
        key=lambda each: (each[0][0], ORDER[each[1].kind], each[0][1], -each[1].population, each[1].names[lang])
    )
    return [*hits, *(_hit(entry, lang) for entry in _towns_last(matches))][:limit]


def _towns_last(matches: list[tuple[tuple[int, int], _Entry]]) -> Iterator[_Entry]:
    """Yield entries in order, but hold back towns beyond the fifth that only begin like what was typed.

    There are thousands of towns, so without this "pampa" would show twelve of them and no mine.
    """
    held, shown = [], 0
    for (tier, _), entry in matches:
        if tier and entry.kind in {"town", "place"}:
            shown += 1
            if shown > MAX_TOWNS:
                held.append(entry)
                continue
        yield entry
    yield from held


def _match(entry: _Entry, typed: str, query: tuple[str, ...]) -> tuple[int, int] | None:
    """Return how well an entry fits: (0 whole, 1 beginnings, 2 somewhere), then how near; None if not at all."""
    if not all(part in entry.text for part in query):
        return None
    if typed in entry.wholes:
        return 0, 0 if typed in entry.folded else 1
    if any(name.startswith(typed) for name in entry.folded):
        return 1, 0
    if query:
        named = [any(word.startswith(part) for word in entry.words) for part in query]
        if any(named):
            rest = (part for part, is_named in zip(query, named, strict=True) if not is_named)
            if all(any(word.startswith(part) for word in entry.context) for part in rest):
                return 1, 1
    if any(typed in name for name in entry.folded):
        return 2, 0
    return None


def _hit(entry: _Entry, lang: Language) -> Hit:
    lat, lon = entry.where or (None, None)
    countries = ", ".join(country_name(iso3, lang) for iso3 in entry.countries)
    what = say(entry.what, lang)
    if entry.kind == "actor":
        subtitle = _actor_subtitle(entry, what, lang)
    elif not countries or entry.kind == "country":
        subtitle = Message("{what}", what=what)
    else:
        subtitle = Message("{what} · {where}", what=what, where=countries)
    return Hit(entry.kind, entry.id, entry.names[lang], subtitle, lat, lon, entry.bounds)


def _actor_subtitle(entry: _Entry, what: str, lang: Language) -> Message:
    zones = _zones_of_actor(entry.id)
    if not zones:
        return Message("{what} · no zone named", what=what)
    if len(zones) == 1:
        return Message("{what} · {where}", what=what, where=name_of(zones[0], lang))
    return Message("{what} · {n} zone", "{what} · {n} zones", what=what, n=len(zones))


def _coordinates(lat: float, lon: float, lang: Language) -> Hit:
    title = format_coordinates(lat, lon, lang)
    try:
        zones = features("zones")
        inside = [str(zone) for zone in zones.index[zones.geometry.intersects(Point(lon, lat))]]
    except DataError:  # a place can be shown without knowing in which zone it lies
        inside = []
    if inside:
        named = ", ".join(name_of(zone, lang) for zone in inside)
        return Hit("coordinates", title, title, Message("Coordinates · inside {zones}", zones=named), lat, lon)
    return Hit("coordinates", title, title, Message("Coordinates · in no named zone"), lat, lon)


def _index() -> tuple[_Entry, ...]:
    return store.STORE.get(("search index", store.data_version()), _build)


def _build() -> tuple[_Entry, ...]:
    entries: list[_Entry] = []
    for kind in (_zones, _countries, _units, _towns_and_places, _crossings, _sites, _corridors, _actors):
        try:
            entries += kind()
        except DataError:  # a file is missing or corrupt: the page that needs it says so, the rest is found
            continue
    return tuple(entries)


def _entry(
    kind: Kind,
    id: str,  # noqa: A002 - the word of the address
    what: str,
    named: Callable[[Language], str],
    *,
    countries: Iterable[str] = (),
    where: tuple[float, float] | None = None,
    bounds: Bounds | None = None,
    aliases: Iterable[str] = (),
) -> _Entry:
    names: dict[Language, str] = {lang: named(lang) for lang in LANGUAGES}
    further, codes = tuple(aliases), tuple(countries)
    texts = tuple(dict.fromkeys(folded(text) for text in (*names.values(), *further)))
    parts = (part.strip() for text in texts for part in PARTS.split(text))
    context = dict.fromkeys(
        word for iso3 in codes for lang in LANGUAGES for word in WORD.findall(folded(country_name(iso3, lang)))
    )
    return _Entry(
        kind, id, names, codes, where or (_middle(bounds) if bounds else None), bounds, what, population=0,
        folded=texts,
        wholes=frozenset(filter(None, (*texts, *parts))),
        words=tuple(dict.fromkeys(word for text in texts for word in WORD.findall(text))),
        context=tuple(context),
        text=" ".join((*texts, *context)),
    )  # fmt: skip


def _zones() -> Iterator[_Entry]:
    shapes = _shapes("zones")
    for row in store.table("zones").to_dict("records"):
        yield _entry(
            "zone",
            row["zone_id"],
            label("zone_kind", row["kind"]),
            partial(name_of, row["zone_id"]),
            countries=row["countries"].split(";"),
            where=(float(row["anchor_lat"]), float(row["anchor_lon"])),
            bounds=_whole(shapes.get(row["zone_id"])),
        )


def _countries() -> Iterator[_Entry]:
    countries = store.layer("countries")
    what = Message("Country").id
    for iso3 in countries.loc[countries["in_region"], "country_iso3"]:
        yield _entry("country", iso3, what, partial(country_name, iso3), countries=[iso3], bounds=country_box(iso3))


def _units() -> Iterator[_Entry]:
    what = Message("First-level unit").id
    for row in store.layer("units").itertuples():
        named = partial(place_name, row.name, row.country_iso3)
        yield _entry("unit", row.unit_id, what, named, countries=[row.country_iso3], bounds=main_box(row.geometry))


def _towns_and_places() -> Iterator[_Entry]:
    """Yield towns and the places on corridors; where the two are one place, it is found once, as a town."""
    waypoints = store.table("corridor_waypoints").drop_duplicates(["country_iso3", "place"])
    towns = store.layer("towns")
    by_name: dict[tuple[str, str], list[int]] = {}
    for position, (name, iso3) in enumerate(zip(towns["name"], towns["country_iso3"], strict=True)):
        by_name.setdefault((iso3, folded(name)), []).append(position)
    merged: set[int] = set()
    for row in waypoints.to_dict("records"):
        at = Point(float(row["lon"]), float(row["lat"]))
        namesakes = by_name.get((row["country_iso3"], folded(row["place"])), [])
        near = [position for position in namesakes if _km(at, towns.geometry.iloc[position]) <= SAME_PLACE_KM]
        merged.update(near)
        population = max((int(towns["population"].iloc[position]) for position in near), default=0)
        yield _place("town" if near else "place", row["place"], row["country_iso3"], at, population)
    for position, row in enumerate(towns.itertuples()):
        if position not in merged:
            yield _place("town", row.name, row.country_iso3, row.geometry, int(row.population))


def _place(kind: Kind, name: str, iso3: str, at: Point, population: int) -> _Entry:
    what = Message("Town").id if kind == "town" else Message("Place on a corridor").id
    named = partial(place_name, name, iso3)
    entry = _entry(kind, f"{iso3}:{name}", what, named, countries=[iso3], where=(at.y, at.x))
    return replace(entry, population=population)


def _crossings() -> Iterator[_Entry]:
    for row in store.table("crossings").to_dict("records"):
        yield _entry(
            "crossing",
            row["crossing_id"],
            label("crossing_kind", row["kind"]),
            partial(name_of, row["crossing_id"]),
            countries=[row["country_a"], row["country_b"]],
            where=(float(row["lat"]), float(row["lon"])),
            aliases=(row["place_a"], row["place_b"]),
        )


def _sites() -> Iterator[_Entry]:
    what = Message("Mining site").id
    for row in store.table("mining_sites").to_dict("records"):
        where = (float(row["lat"]), float(row["lon"]))
        named = partial(name_of, row["site_id"])
        yield _entry("site", row["site_id"], what, named, countries=[row["country_iso3"]], where=where)


def _corridors() -> Iterator[_Entry]:
    what, shapes = Message("Corridor").id, _shapes("corridors")
    waypoints = store.table("corridor_waypoints")
    for corridor_id in store.table("corridors")["corridor_id"]:
        countries = waypoints.loc[waypoints["corridor_id"] == corridor_id, "country_iso3"].unique()
        yield _entry(
            "corridor",
            corridor_id,
            what,
            partial(name_of, corridor_id),
            countries=filter(None, countries),
            bounds=_whole(shapes.get(corridor_id)),
        )


def _actors() -> Iterator[_Entry]:
    shapes = _shapes("zones")
    for row in store.table("actors").to_dict("records"):
        boxes = [box for zone in _zones_of_actor(row["actor_id"]) if (box := _whole(shapes.get(zone)))]
        yield _entry(
            "actor",
            row["actor_id"],
            label("actor_kind", row["kind"]),
            partial(name_of, row["actor_id"]),
            countries=filter(None, [row["origin_iso3"]]),
            bounds=union(boxes),
        )


def _shapes(key: str) -> Mapping[str, BaseGeometry]:
    """Return the shapes of a layer by id; none where its file cannot be read, since names are found without them."""
    try:
        shapes = features(key).geometry
    except DataError:
        return {}
    return dict(zip(shapes.index, shapes, strict=True))


def _zones_of_actor(actor_id: str) -> list[str]:
    presence: pd.DataFrame = store.table("actor_presence")
    return list(presence.loc[presence["actor_id"] == actor_id, "zone_id"])


def _whole(shape: BaseGeometry | None) -> Bounds | None:
    if shape is None or shape.is_empty:
        return None
    west, south, east, north = shape.bounds
    return west, south, east, north


def _middle(bounds: Bounds) -> tuple[float, float]:
    return (bounds[1] + bounds[3]) / 2, (bounds[0] + bounds[2]) / 2


def _km(one: Point, other: Point) -> float:
    _, _, metres = GEOD.inv(one.x, one.y, other.x, other.y)
    return float(metres) / 1000
