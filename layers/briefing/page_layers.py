"""What the map in one file draws: the layers as the browser is told of them, with their features inside the file.

The entries are those of the map page; only where the features come from differs. Years are not asked for
anew: features carry theirs, figures come for every year.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from geo import catalogue
from geo.messages import Language, say
from layers import comparison, delivery, features, legend, shading, years
from layers.briefing import page_tiles
from layers.briefing.page_cards import Cards
from layers.briefing.page_tiles import Cut
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
    features: dict[str, Any] = field(default_factory=dict)  # name in an address -> GeoJSON
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
    made = Inlined([_base(told, lang) for told in base_entries(view.but(basemap="atlas"))])
    for name in features.BASE_LAYERS:
        made.features[f"base-{name}"] = json.loads(features.base_geojson(name, lang))
    large = [spec for spec in layers if delivery.is_tiled(spec)]
    for told in layer_entries(view, list(layers)):
        key = told["key"].removesuffix(comparison.RIGHT)
        spec, is_right = by_key[key], told["key"] != key
        seen = view.but(year=int(view.compare)) if is_right else view
        if spec in large:
            name = told["key"]
            made.cuts[name] = page_tiles.cut(spec, seen, extent, share=len(large))
            made.entries.append(_tiled(told, name))
            continue
        made.entries.append(_whole(told, spec, seen))
        if not is_right:
            _fill(made, spec, view, cards)
    return made


def _base(told: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    del lang
    return {**told, "url": f"{PLACE}{told['key']}"}


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
    lang = view.lang
    every = [None, *(years.years_of(spec) if years.dated(spec) else []), view.year]
    made.legends[spec.key] = {
        "" if year is None else str(year): _legend(spec, view.but(year=year)) for year in dict.fromkeys(every)
    }
    if spec.shades is not None:
        if features.UNITS not in made.features:
            made.features[features.UNITS] = json.loads(features.base_geojson(features.UNITS, lang))
        made.values[spec.key] = {
            "" if year is None else str(year): _figures(spec, view.but(year=year), cards)
            for year in dict.fromkeys(every)
        }
        return
    all_years = view.but(year=None)
    frame = catalogue.rows(spec.key).frame(features.where(spec, all_years))
    told = json.loads(features.layer_geojson(spec, all_years, lang))
    if "years" in spec.record.filters:
        spans = {
            str(each): [None if each_year != each_year else int(each_year) for each_year in pair]
            for each, *pair in frame[["first_year", "last_year"]].itertuples()
        }
        for feature in told["features"]:
            of = feature["properties"].get("id") or feature["properties"].get("of")
            if of in spans:
                feature["properties"]["y"] = spans[of]
    made.features[spec.key] = told
    cards.add(spec, frame, view)


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
