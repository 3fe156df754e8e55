"""The profile of a zone as data: what it is, its key figures and its sources, in words; and all zones at a glance.

Its lists are in ``layers/profile_lists.py``, its series in ``layers/profile_trends.py``; the page only lays out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from geo import actors, cooperation, trends, zones
from geo.headlines import headlines
from geo.messages import Language, Message, number, say
from geo.names import country_name, folded, name_of
from geo.series_notes import place_words
from geo.store import STORE, data_version
from geo.terms import label
from layers.mined_rows import mined_rows
from layers.words import said

T = TypeVar("T")
COMPARED_YEARS: Final = 10  # how far back a key figure looks
LONG_NAME: Final = 44  # letters; more would fill a key figure's box with its place


@dataclass(frozen=True)
class Figure:
    """A key figure: the number, what it counts, and what else to know of it."""

    value: str
    words: str
    more: str = ""


@dataclass(frozen=True)
class Entry:
    """One zone in the overview of all."""

    zone_id: str
    name: str
    kind: str
    countries: str
    area_km2: float
    sites: int
    crossings: int
    corridors: int
    headline: Figure | None


def order(lang: Language) -> list[str]:
    """Return the ids of all zones in the order of their names in a language."""
    return sorted(zones.zones().index, key=lambda zone_id: folded(name_of(zone_id, lang)))


def subtitle(zone_id: str, lang: Language) -> str:
    """Return kind, countries and area of a zone in one line."""
    found = zones.zone(zone_id)
    named = ", ".join(country_name(iso3, lang) for iso3 in zones.countries(zone_id))
    return f"{say(label('zone_kind', found['kind']), lang)} · {named} · {said('km2', found['area_km2'], lang)}"


def evidence(zone_id: str, lang: Language) -> str:
    """Return in one line how old and how sure the description of a zone is."""
    found = zones.zone(zone_id)
    said = say(label("evidence", found["evidence"]), lang)
    if not found["as_of"]:
        return said
    return say(Message("{evidence}, as of {year}", evidence=said, year=found["as_of"]), lang)


def overview(lang: Language) -> tuple[Entry, ...]:
    """Return all zones with what is known of each, in the order of their names."""
    return _kept(("overview", lang), lambda: tuple(entry(zone_id, lang) for zone_id in order(lang)))


def key_figures(zone_id: str, lang: Language) -> tuple[Figure, ...]:
    """Return the figures that a profile opens with: two trends, then what is known inside the zone."""

    def compute() -> tuple[Figure, ...]:
        found = [headline(panel, lang) for panel in headlines(zone_id)[:2]]
        return (*(figure for figure in found if figure is not None), *_counts(zone_id, lang))

    return _kept(("key figures", zone_id, lang), compute)


def first_figures(zone_id: str, lang: Language) -> tuple[Figure, ...]:
    """Return the three figures that there is room for beside the map: one trend, the sites and the crossings."""
    figures = key_figures(zone_id, lang)
    sites, crossings = figures[-4:-2]
    return (figures[0], sites, crossings)


def headline(panel: trends.Panel, lang: Language) -> Figure | None:
    """Return the latest figure of a whole year, with its place, and its change over ten years where they compare."""
    last = trends.latest(panel)
    if last is None:
        return None
    words = Message(
        "{what}, {place}, {year} ({unit})",
        what=trends.title(panel),
        place=_short(place_words(panel.level, panel.place, panel.country_iso3, lang)),
        year=str(last.point.year),
        unit=Message(label("unit", panel.unit)),
    )
    value = number(trends.rounded(last.point.value, panel.indicator), lang)
    change = trends.change_since(panel, last.point.year - COMPARED_YEARS)
    if change is None or change.percent is None:
        return Figure(value, say(words, lang))
    since = Message(
        "{sign}{percent} % since {year}",
        sign="+" if change.percent > 0 else "−" if change.percent < 0 else "±",
        percent=number(abs(round(change.percent)), lang),
        year=str(change.first.point.year),
    )
    return Figure(value, say(words, lang), say(since, lang))


def cited(zone_id: str) -> dict[str, tuple[str, ...]]:
    """Return the ids of the sources of a profile by subject, each list in order of appearance; empty ones left out."""

    def compute() -> dict[str, tuple[str, ...]]:
        lines = [line.source_id for panel in trends.panels(zone_id) for line in panel.lines]
        cells = {
            "zone": [zones.zone(zone_id)["source_ids"]],
            "figures": lines,
            "groups": actors.presence(zone_id)["source_ids"],
            "sites": zones.sites_in(zone_id)["source_ids"],
            "corridors": zones.corridors_through(zone_id)["source_ids"],
            "crossings": zones.crossings_in(zone_id)["source_ids"],
            "mechanisms": cooperation.on_borders(zones.borders_of(zone_id).index)["source_ids"],
            "mined": [row["source_id"] for row in mined_rows(zone_id)],
        }
        named = {subject: _split(each) for subject, each in cells.items()}
        return {subject: ids for subject, ids in named.items() if ids}

    return _kept(("cited", zone_id), compute)


CITED_FOR: Final[Mapping[str, Message]] = {
    "zone": Message("The zone and its outline"),
    "figures": Message("Trends"),
    "groups": Message("Armed and criminal groups"),
    "sites": Message("Mining sites"),
    "corridors": Message("Corridors"),
    "crossings": Message("Crossings"),
    "mechanisms": Message("Cooperation"),
    "mined": Message("Newly mined area"),
}


def _short(place: str) -> str:
    """Return a place without the list in brackets that makes some names a sentence; its chart gives it in full."""
    return place if len(place) <= LONG_NAME else place.partition(" (")[0]


def entry(zone_id: str, lang: Language) -> Entry:
    """Return what is known of a zone at a glance."""
    found = zones.zone(zone_id)
    return Entry(
        zone_id=zone_id,
        name=name_of(zone_id, lang),
        kind=say(label("zone_kind", found["kind"]), lang),
        countries=", ".join(country_name(iso3, lang) for iso3 in zones.countries(zone_id)),
        area_km2=float(found["area_km2"]),
        sites=len(zones.sites_in(zone_id)),
        crossings=len(zones.crossings_in(zone_id)),
        corridors=len(zones.corridors_through(zone_id)),
        headline=headline(headlines(zone_id)[0], lang),
    )


def _counts(zone_id: str, lang: Language) -> tuple[Figure, ...]:
    here, across = zones.sites_in(zone_id), zones.crossings_in(zone_id)
    through, named = zones.corridors_through(zone_id), actors.presence(zone_id)
    high = int((here["confidence"] == "high").sum())
    informal = int((across["formality"] == "informal").sum())
    km = said("km", through["km_inside"].sum(), lang)
    dominant = int(((named["role"] == "dominant") & (named["until"] == "")).sum())
    more = (
        Message("{n} with high confidence", n=high) if high else "",
        Message("{n} informal", n=informal) if informal else "",
        Message("{km} inside", km=km) if len(through) else "",
        Message("{n} dominant", n=dominant) if dominant else "",
    )
    counted = (
        (len(here), Message("known mining site", "known mining sites", n=len(here))),
        (len(across), Message("known crossing", "known crossings", n=len(across))),
        (len(through), Message("corridor through it", "corridors through it", n=len(through))),
        (len(named), Message("group named here", "groups named here", n=len(named))),
    )
    return tuple(
        Figure(number(n, lang), say(words, lang), say(extra, lang))
        for (n, words), extra in zip(counted, more, strict=True)
    )


def _split(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for cell in cells for source in cell.split(";") if source))


def _kept(what: object, compute: Callable[[], T]) -> T:
    """Keep what was put into words until a shipped file changes."""
    return STORE.get(("profile", what, data_version()), compute)
