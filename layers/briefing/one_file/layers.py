"""What the map in one file draws: the layers as the browser is told of them, with their features inside the file.

The entries are those of the map page; only where the features come from differs. Years are not asked for
anew: features carry theirs, figures come for every year.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd

from geo import catalogue
from geo.messages import Language, say
from geo.store import STORE, data_version
from layers import comparison, delivery, features, legend, shading, years
from layers.briefing.one_file import tiles as page_tiles
from layers.briefing.one_file.cards import Cards
from layers.briefing.one_file.tiles import Cut
from layers.printed.extent import Extent
from layers.spec import LayerSpec
from layers.view import ViewState
from layers.web import base_entries, layer_entries

PLACE: Final = "inline:"  # begins the addresses that the file answers itself
BY_YEAR: Final = f"?year={years.PLACE}"


@dataclass
class Inlined:
    """The entries of a map, and what their addresses stand for."""

    entries: list[dict[str, Any]]
    features: dict[str, str] = field(default_factory=dict)  # name in an address -> GeoJSON text
    values: dict[str, dict[str, Any]] = field(default_factory=dict)  # the same -> year ("" for none) -> unit -> figure
    legends: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)  # layer -> year -> HTML, count
    cuts: dict[str, Cut] = field(default_factory=dict)  # name in an address -> the tiles of a large layer


def inlined(view: ViewState, layers: Sequence[LayerSpec], extent: Extent, cards: Cards) -> Inlined:
    """Return some layers as the browser is told of them, with their features; their cards are added to ``cards``.

    Parameters
    ----------
    layers : sequence of LayerSpec
        Those that may leave, in drawing order; ``view`` shows no others.
    extent : Extent
        What is seen first: of large layers more is told there.
    """
    lang = view.lang
    by_key = {spec.key: spec for spec in layers}
    base = base_entries(view.but(basemap="atlas"))
    made = Inlined([{**told, "url": f"{PLACE}{told['key']}"} for told in base])
    for name in features.BASE_LAYERS:
        made.features[f"base-{name}"] = _base(name, lang)
    large = [spec for spec in layers if delivery.is_tiled(spec)]
    for told in layer_entries(view, list(layers)):
        key = told["key"].removesuffix(comparison.RIGHT)
        spec, is_right = by_key[key], told["key"] != key
        seen = view.but(year=int(view.compare)) if is_right else view
        if spec in large:
            name = told["key"]
            made.cuts[name] = page_tiles.cut(spec, seen, extent, share=len(large))
            made.entries.append(_tiled(told, name))
            made.legends[key] = {"": _legend(spec, view)}
            continue
        made.entries.append(_whole(told, spec, seen))
        if not is_right:
            _fill(made, spec, view, cards)
    return made


def _base(name: str, lang: Language) -> str:
    """Return a layer of the base map as GeoJSON text, made once for all files."""
    key = ("base text", name, data_version(), lang)
    return STORE.get(key, lambda: features.base_geojson(name, lang).decode())


def _tiled(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    kept = {each: value for each, value in told.items() if each not in {"dated", "at"}}
    return {**kept, "url": f"{PLACE}{name}/public/{{z}}/{{x}}/{{y}}"}


def _whole(told: Mapping[str, Any], spec: LayerSpec, view: ViewState) -> dict[str, Any]:
    """Return an entry whose addresses are those of the file; the year stands last, as the time player writes it."""
    year = "" if view.year is None or not years.dated(spec) else f"?year={view.year}"
    out = dict(told)
    if spec.shades is not None:
        out |= {"url": f"{PLACE}{features.UNITS}", "values_url": f"{PLACE}{spec.key}{year}"}
        if "values_at" in told:
            out["values_at"] = f"{PLACE}{spec.key}{BY_YEAR}"
        return out
    out["url"] = f"{PLACE}{spec.key}{year}"
    if "at" in told:
        out["at"] = f"{PLACE}{spec.key}{BY_YEAR}"
    return out


def _fill(made: Inlined, spec: LayerSpec, view: ViewState, cards: Cards) -> None:
    """Add the features of a layer for every year, its legends and its cards."""
    lang, all_years = view.lang, view.but(year=None)
    beside = int(view.compare) if view.compare.isdecimal() else None
    every = dict.fromkeys([None, *(years.years_of(spec) if years.dated(spec) else []), view.year, beside])
    if spec.shades is not None:
        made.legends[spec.key] = {_name(year): _legend(spec, view.but(year=year)) for year in every}
        made.features.setdefault(features.UNITS, _base(features.UNITS, lang))
        made.values[spec.key] = {_name(year): _figures(spec, view.but(year=year), cards) for year in every}
        return
    rows = catalogue.rows(spec.key)
    frame = rows.frame(features.where(spec, all_years))
    is_dated = "years" in spec.record.filters
    dated = frame.assign(**rows.spans().reindex(frame.index)) if is_dated else frame
    made.legends[spec.key] = _legends(spec, view, dated, every)
    text = features.layer_geojson(spec, all_years, lang).decode()
    made.features[spec.key] = _dated(text, dated) if is_dated else text
    cards.add(spec, frame, view)


def _dated(text: str, frame: gpd.GeoDataFrame) -> str:
    """Return GeoJSON text in which features and their marks say from when to when they are shown."""
    pairs = frame[["first_year", "last_year"]].astype(float).itertuples()
    spans = {str(each): [None if year != year else int(year) for year in pair] for each, *pair in pairs}
    told = json.loads(text)
    for feature in told["features"]:
        of = feature["properties"].get("id") or feature["properties"].get("of")
        if of in spans:
            feature["properties"]["y"] = spans[of]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _legends(
    spec: LayerSpec, view: ViewState, frame: gpd.GeoDataFrame, every: Iterable[int | None]
) -> dict[str, tuple[str, str]]:
    """Return the legend of each year; years that show the same features share one."""
    known: dict[bytes, tuple[str, str]] = {}
    out = {}
    for year in every:
        seen = view.but(year=year)
        shown = features.where(spec, seen).mask(frame).to_numpy(dtype=bool).tobytes()
        if shown not in known:
            known[shown] = _legend(spec, seen)
        out[_name(year)] = known[shown]
    return out


def _name(year: int | None) -> str:
    return "" if year is None else str(year)


def _legend(spec: LayerSpec, view: ViewState) -> tuple[str, str]:
    return legend.legend_html(spec, view), legend.count_words(spec, view, view.lang)


def _figures(spec: LayerSpec, view: ViewState, cards: Cards) -> dict[str, list[Any]]:
    """Return, per unit, what the map is told of its figure and, third, the number of its source."""
    shown = shading.shade(spec, view)
    told = shading.tooltip_values(spec, shown, view.lang)
    return {unit: [*words, cards.sources_in(str(shown.values.loc[unit, "source_id"]))] for unit, words in told.items()}


def title(spec: LayerSpec, lang: Language) -> str:
    """Return a layer's title in a language."""
    return say(spec.title, lang)
