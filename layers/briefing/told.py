"""What stands on every sheet beside the map, in words: sources with dates, precision, borders, marking, date, code.

No export can be made without them: each is read off the layers that it shows.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import Final
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import shapely

from geo import public, store
from geo.citations import published_by, publisher
from geo.errors import UnknownError
from geo.messages import Language, Message, day, say
from geo.names import country_name, name_of
from geo.seeds import RECORDS
from geo.sources import Source, source
from geo.viewer import LOCAL, Marking, Viewer
from layers import comparison, features, profile, shading, tables, web
from layers.briefing.marking import Cleared, cleared
from layers.briefing.snapshot import Snapshot
from layers.printed.extent import SCREEN_PX, Extent, of_view
from layers.spec import LayerSpec
from layers.view import FILTERS, ViewState
from layers.words import is_number, said

PUBLIC_URL: Final = public.VARIABLE
CODE_LENGTH: Final = 8
FEW: Final = 3  # countries that a title can name
NAMED: Final = 3  # sources of a layer that a sheet names; the file's metadata list all
BASE_SOURCES: Final = ("NATURAL-EARTH", "GEONAMES")  # what the land and its towns rest on

ALWAYS: Final = frozenset({"boundaries", "disputed"})  # layers that no subtitle needs to name
KINDS: Final = {
    "zone_kinds": "zone_kind",
    "commodities": "commodity",
    "minerals": "mineral",
    "confidence": "confidence",
}

NO_ENDORSEMENT: Final = Message("Boundaries and names shown do not imply endorsement.")
DISPUTED: Final = Message("Dashed boundaries are disputed; how they are drawn implies no position.")
NO_TRACKS: Final = Message("Routes are modelled from open sources; they are not tracks.")


@dataclass(frozen=True, kw_only=True)
class Told:
    """The words of a sheet, in one language.

    Attributes
    ----------
    lang : Language
    title, subtitle : str
    marking : Marking
        Never translated.
    left_out : tuple of str
        Titles of the layers that may not leave.
    sources : str
        One line: per layer the publishers most relied on, with years.
    all_sources : tuple of str
        Every source in full: publisher, title, year, address.
    precision : str
        How far off places may be, per kind of layer.
    disclaimer : str
        What boundaries and routes do not say.
    on : str
        The date of the sheet: the one asked for, or the newest year of what is shown ("2025").
    code : str
        The short code that reopens the view, as "K7QF-2MXX".
    link : str
        The view as an address without its host; with it where a public one is set.
    address : str
        What a QR code holds; "" where no public address is set.
    """

    lang: Language
    title: str
    subtitle: str
    marking: Marking
    left_out: tuple[str, ...]
    sources: str
    all_sources: tuple[str, ...]
    precision: str
    disclaimer: str
    on: str
    code: str
    link: str
    address: str


def leaving(view: ViewState, *, asked: Marking = "TLP:CLEAR", viewer: Viewer = LOCAL) -> Cleared:
    """Return the layers of a view that may leave, in drawing order, and the marking of the whole."""
    return cleared((spec for spec in web.shown(view) if viewer.may_see(spec.record.marking)), asked=asked)


def told(snapshot: Snapshot, extent: Extent, *, viewer: Viewer = LOCAL) -> Told:
    """Return the words of a sheet that shows a part of the world.

    Raises
    ------
    DataError
        If TLP:RED is asked for, or a file behind a layer cannot be read.
    """
    view, lang = snapshot.view, snapshot.view.lang
    allowed = leaving(view, asked=snapshot.marking, viewer=viewer)
    sides = comparison.sides(view, list(allowed.layers))
    seen = [(spec, rows) for spec in allowed.layers if _is_there(spec, rows := _rows_on(sides, spec, extent))]
    names = {spec.key: _sources_of(spec, rows, sides) for spec, rows in seen}
    dates = {spec.key: _as_of(spec, rows, sides) for spec, rows in seen}
    code = code_of(view)
    link, address = addresses(view, code)
    return Told(
        lang=lang,
        title=snapshot.title or suggested_title(view),
        subtitle=snapshot.subtitle or suggested_subtitle(view, allowed.layers),
        marking=allowed.marking,
        left_out=tuple(say(spec.title, lang) for spec in allowed.left_out),
        sources=_named([(spec, names[spec.key], dates[spec.key]) for spec, _ in seen], lang),
        all_sources=tuple(in_full(each, lang) for each in _every(names.values())),
        precision=_precisions(seen, lang),
        disclaimer=_disclaimer((spec for spec, _ in seen), lang),
        on=day(snapshot.on, lang) if snapshot.on else max(chain.from_iterable(dates.values()), default=""),
        code=code,
        link=link,
        address=address,
    )


def without_what_stays(view: ViewState) -> ViewState:
    """Return a view without the layers that never leave: not even their keys stand in a link that does."""
    stays = {spec.key for spec in cleared(web.shown(view)).left_out}
    if not stays:
        return view
    return view.but(
        layers=tuple(key for key in web.layers_on(view) if key not in stays),
        opacity=tuple(each for each in view.opacity if each[0] not in stays),
        feature="" if view.feature.partition("/")[0] in stays else view.feature,
        compare="" if stays & set(view.compare.split(":")) else view.compare,
        layer="" if view.layer in stays else view.layer,
    )


def shows(view: ViewState) -> str:
    """Return one sentence that says what is on a map that leaves."""
    return tables.summary(without_what_stays(view))


def code_of(view: ViewState) -> str:
    """Return the short code of a view: eight base32 characters of the hash of the view and of the data it shows.

    The same view on other data has another code, so that a code says what was seen.
    """
    view = without_what_stays(view)
    stored = [
        f"{spec.key}={spec.record.payload.content}"
        for spec in web.shown(view)
        if spec.record.payload is not None
    ]  # fmt: skip
    query = sorted(view.but(page="map").to_query().items())
    text = "\n".join([urlencode(query), store.data_version(), *stored])
    code = base64.b32encode(sha256(text.encode()).digest()).decode()[:CODE_LENGTH]
    return f"{code[:4]}-{code[4:]}"


def addresses(view: ViewState, code: str) -> tuple[str, str]:
    """Return the full link of a view, and the short one of its code; "" for that where no public address is set."""
    home = public.home()
    link = without_what_stays(view).but(page="map").link()
    if not home:
        return link, ""
    return f"{home}/{link.removeprefix('./')}", f"{home}/?{urlencode({'v': code.replace('-', '')})}"


def suggested_title(view: ViewState) -> str:
    """Return the title of a view: its zone, the countries it is filtered by or looks at, or the region."""
    if view.zone:
        return name_of(view.zone, view.lang)
    if countries := view.countries or _looked_at(view):
        return ", ".join(country_name(iso3, view.lang) for iso3 in countries)
    return say(Message("South America: borders and illicit economies"), view.lang)


def suggested_subtitle(view: ViewState, layers: Iterable[LayerSpec]) -> str:
    """Return what is on the map in one line: the zone's kind and place or the layers, then the filters and the year."""
    lang, layers = view.lang, list(layers)
    sides = comparison.sides(view, layers)
    if view.zone:
        parts = [profile.subtitle(view.zone, lang)]
    else:
        extent = _on_screen(view)
        seen = [spec for spec in layers if spec.key not in ALWAYS and _is_there(spec, _rows_on(sides, spec, extent))]
        titles = [say(spec.title, lang) for spec in reversed(seen)]
        is_on = any(spec.key not in ALWAYS for spec in layers)
        bare = Message("Base map, no layer has anything here") if is_on else Message("Base map, no layer is on")
        parts = [", ".join(titles) or say(bare, lang)]
    for attribute in FILTERS.values():
        if attribute != "countries" and (wanted := getattr(view, attribute)):
            parts.append(", ".join(said(KINDS[attribute], value, lang) for value in wanted))
    if len(sides) > 1 and view.compare.isdecimal():
        parts.append(say(Message("{left} and {right} compared", **comparison.captions(view, layers)), lang))
    elif view.year is not None:
        parts.append(str(view.year))
    return " · ".join(parts)


def _looked_at(view: ViewState) -> tuple[str, ...]:
    """Return the few countries that a close view shows, the one with most land first; none for a wide view."""
    if view.lat is None:
        return ()
    countries = store.layer("countries")
    countries = countries[countries["in_region"]]
    parts = shapely.area(shapely.intersection(countries.geometry.to_numpy(), shapely.box(*_on_screen(view).degrees())))
    order = [int(each) for each in np.argsort(-parts, kind="stable") if parts[each] > 0]
    return tuple(countries["country_iso3"].iloc[order]) if len(order) <= FEW else ()


def _on_screen(view: ViewState) -> Extent:
    return of_view(view, shape=SCREEN_PX[0] / SCREEN_PX[1])


def rows_in(spec: LayerSpec, view: ViewState, extent: Extent) -> pd.DataFrame:
    """Return the features of a shipped layer that the filters let through and that lie in the extent.

    Layers that people brought have no sources of their own per feature that we cite; for them the frame is empty, and
    nothing of a large one is loaded. So it is for figures by unit, whose sources come with the figures.
    """
    if spec.record.payload is not None or spec.shades is not None:
        return pd.DataFrame()
    frame = features.selected(spec, view)
    return frame[shapely.intersects(frame.geometry.to_numpy(), shapely.box(*extent.degrees()))]


def _rows_on(sides: Sequence[ViewState], spec: LayerSpec, extent: Extent) -> pd.DataFrame:
    """Return the features that stand on a map, or on either of the two of a comparison."""
    found = [rows_in(spec, side, extent) for side in sides]
    every = pd.concat(found) if len(found) > 1 else found[0]
    return every[~every.index.duplicated()]


def _is_there(spec: LayerSpec, rows: pd.DataFrame) -> bool:
    return spec.record.payload is not None or spec.shades is not None or not rows.empty


def _sources_of(spec: LayerSpec, rows: pd.DataFrame, sides: Sequence[ViewState]) -> list[Source]:
    """Return the sources of what is shown of a layer, those of most features first."""
    if spec.record.own_source is not None:
        return [spec.record.own_source]
    counted: Counter[str] = Counter()
    if spec.shades is not None:
        for side in sides:
            values = shading.shade(spec, side).values
            counted.update(str(each) for each in values.loc[values["shade"] >= 0, "source_id"])
    elif "source_ids" in rows:
        for cell in rows["source_ids"]:
            counted.update(filter(None, str(cell).split(";")))
    ids = [*(each for each, _ in counted.most_common()), *RECORDS[spec.key].source_ids]
    return _known(ids)


def _known(ids: Iterable[str]) -> list[Source]:
    found = []
    for each in dict.fromkeys(ids):
        try:
            found.append(source(each))
        except UnknownError:  # a name that the table of sources lacks says nothing to a reader
            continue
    return found


def _every(lists: Iterable[list[Source]]) -> list[Source]:
    """Return each source once, those of the base map first."""
    every = [*_known(BASE_SOURCES), *(each for listed in lists for each in listed)]
    return list({each.source_id: each for each in every}.values())


def _named(seen: list[tuple[LayerSpec, list[Source], list[str]]], lang: Language) -> str:
    """Return the sources in one line: the base map's, then per layer the publishers most relied on and the year."""
    parts = [", ".join(publisher(each.source_id) for each in _known(BASE_SOURCES))]
    for spec, sources, dates in seen:
        names = list(dict.fromkeys(_publisher(each, lang) for each in sources if each.source_id not in BASE_SOURCES))
        if not names:
            continue
        shown = first_named(names, lang)
        dated = f" ({', '.join(dates)})" if dates else ""
        parts.append(f"{say(spec.title, lang)}: {shown}{dated}")
    return "; ".join(parts)


def _publisher(one: Source, lang: Language) -> str:
    """Return who published; for a layer that somebody brought, the source as they named it."""
    return published_by(one.source_id, lang) if one.how_verified else one.publisher or one.title


def first_named(names: Sequence[str], lang: Language, most: int = NAMED) -> str:
    """Return the first of some names, and how many more there are."""
    shown = ", ".join(names[:most])
    more = len(names) - most
    return (
        say(Message("{shown} and {n} more", "{shown} and {n} more", shown=shown, n=more), lang) if more > 0 else shown
    )


def in_full(one: Source, lang: Language) -> str:
    """Return a source in one line: who, what, when, where, and under which licence."""
    licence = say(Message("licence: {licence}", licence=one.licence), lang) if one.licence else ""
    return ". ".join(part for part in (one.publisher, one.title, one.year, one.url, licence) if part)


def _as_of(spec: LayerSpec, rows: pd.DataFrame, sides: Sequence[ViewState]) -> list[str]:
    """Return the newest year that something shown of a layer speaks of, of figures the years; none where unknown."""
    if spec.record.layer is not None:
        return list(filter(None, [spec.record.layer.about.as_of[:4]]))
    if spec.shades is not None:
        years = {shading.shown_year(spec, side.year) for side in sides}
        return sorted(str(year) for year in years if year is not None)
    found = (str(each)[:4] for each in rows["as_of"] if str(each)) if "as_of" in rows else ()
    return sorted(set(found))[-1:]


SHORT_PRECISION: Final[dict[str, Message]] = {
    "boundaries": Message("generalised for 1:10 million"),
    "disputed": Message("generalised for 1:10 million"),
    "border-zones": Message("a few kilometres"),
    "zones": Message("outlines for analysis, tens of kilometres"),
    "brown-areas": Message("outlines for analysis, tens of kilometres"),
    "corridors": Message("schematic, town to town"),
    "actors": Message("placed inside the zone"),
}
FIGURES: Final = Message("one figure for the whole unit")


def _precisions(seen: list[tuple[LayerSpec, pd.DataFrame]], lang: Language) -> str:
    """Return how precise each layer is, in a few words each; layers of which the same is true stand together."""
    together: dict[str, list[str]] = {}
    for spec, rows in seen:
        together.setdefault(say(_precision(spec, rows), lang), []).append(say(spec.title, lang))
    return "; ".join(f"{', '.join(titles)}: {words}" for words, titles in together.items())


def _precision(spec: LayerSpec, rows: pd.DataFrame) -> Message | str:
    if spec.shades is not None:
        return FIGURES
    if spec.record.layer is not None:
        km = spec.record.layer.about.precision_km
        return "not stated" if km is None else Message("± {km} km", km=km)
    if "precision_km" in rows and spec.key not in SHORT_PRECISION:
        known = sorted({float(each) for each in rows["precision_km"] if is_number(each)})
        if known and known[0] == known[-1]:
            return Message("± {km} km", km=known[0])
        if known:
            return Message("± {low} to {high} km", low=known[0], high=known[-1])
    return SHORT_PRECISION.get(spec.key, spec.record.precision)


def _disclaimer(layers: Iterable[LayerSpec], lang: Language) -> str:
    keys = {spec.key for spec in layers}
    said_of = [
        NO_ENDORSEMENT,
        *([DISPUTED] if "disputed" in keys else []),
        *([NO_TRACKS] if "corridors" in keys else []),
    ]
    return " ".join(say(each, lang) for each in said_of)
