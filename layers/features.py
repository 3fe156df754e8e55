"""Features on their way to the browser: filtered, named in a language, as small GeoJSON.

Only what the style, the tooltip and the labels need travels; the card of a feature is
made on the server when it is clicked (``layers/cards.py``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import catalogue, store
from geo.grants import PUBLIC
from geo.messages import Language, Message, number, say
from geo.names import country_name
from geo.routes import leg_marks
from geo.seeds import unit_name
from geo.selection import Where
from layers.spec import LayerSpec
from layers.version import content_version
from layers.view import FILTERS, ViewState
from layers.words import is_number, said, said_by

DECIMALS: Final = 4  # about 11 m: finer than any position we ship
BASE_DECIMALS: Final = 3  # about 110 m: the base map is generalised for 1:10 million
BASE_TOLERANCE: Final = (
    0.008  # degrees; triangles smaller than its square are flattened (Visvalingam), invisible to zoom 9
)
RING_KM: Final = 5.0  # below this a ring of the precision radius would hide under its symbol
BADGES: Final[Mapping[str, str]] = {  # one letter per commodity says the hue again
    "cocaine": "C",
    "gold": "G",
    "migrants": "M",
    "arms": "A",
    "fuel": "F",
    "timber": "T",
    "mercury": "Hg",
    "contraband": "K",
    "wildlife": "W",
    "marijuana": "H",
}
GLYPHS: Final[Mapping[str, str]] = {"river": "≈", "road": "═", "air": "✈", "sea": "⚓", "mixed": "◦"}
SMALLEST_TOWN: Final = 15_000  # inhabitants; smaller ones would crowd every view we offer
ARROW_KM: Final = 60.0  # shorter legs would be all arrow


def where(spec: LayerSpec, view: ViewState) -> Where:
    """Return what the filters of a view let through of a layer: only those that this layer obeys."""
    members = {
        column: getattr(view, name)
        for name, column in spec.record.filters.items()
        if name != "years" and getattr(view, name)
    }
    return Where(members, view.year if "years" in spec.record.filters else None)


def selected(spec: LayerSpec, view: ViewState) -> gpd.GeoDataFrame:
    """Return the features that the filters of a view let through, all of them: for layers known to be small."""
    return catalogue.rows(spec.key).frame(where(spec, view))


def filter_query(spec: LayerSpec, view: ViewState) -> dict[str, str]:
    """Return the parameters of a layer's address: only the filters that this layer obeys."""
    names = {attribute: name for name, attribute in FILTERS.items()}
    query = {names[f]: ",".join(getattr(view, f)) for f in spec.record.filters if f in names and getattr(view, f)}
    if "years" in spec.record.filters and view.year is not None:
        query["year"] = str(view.year)
    return query


def address(
    key: str,
    lang: Language | None,
    query: Mapping[str, str] | None = None,
    *,
    folder: str = "layer",
    suffix: str = "geojson",
    grant: str = PUBLIC,
    version: str = "",
) -> str:
    """Return the address of a layer's features, relative to the map's frame; it changes when the data do.

    Without a language for features that carry no words, so that all languages share them. ``grant`` is what
    ``geo.grants.segment`` gives for the layer's key, ``version`` what ``version_of`` gives for one that was brought.
    """
    parameters = {"v": version or content_version(), **({"lang": lang} if lang else {}), **(query or {})}
    if grant != PUBLIC:
        parameters["grant"] = grant
    return f"../../fronteras/{folder}/{key}.{suffix}?{urlencode(parameters, safe=',')}"


def layer_geojson(spec: LayerSpec, view: ViewState, lang: Language) -> bytes:
    """Return a layer's filtered features as GeoJSON text (RFC 7946, WGS 84, UTF-8)."""
    frame = selected(spec, view)
    columns = [channel.column for channel in spec.channels]
    features = [
        _feature(row.geometry, {"id": str(row.name), **_words(spec, row, lang), **{c: row[c] for c in columns}})
        for _, row in frame.iterrows()
    ]
    if spec.marks:
        features.extend(corridor_marks(frame))
    return dumps(features)


def dumps(features: list[dict[str, Any]]) -> bytes:
    """Return a feature collection as compact UTF-8 text."""
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def _feature(geometry: shapely.Geometry, properties: dict[str, Any], decimals: int = DECIMALS) -> dict[str, Any]:
    short = shapely.transform(geometry, lambda xy: np.round(xy, decimals))
    return {"type": "Feature", "geometry": json.loads(shapely.to_geojson(short)), "properties": properties}


def _words(spec: LayerSpec, row: pd.Series, lang: Language) -> dict[str, Any]:
    """Return what the tooltip and the label say of a feature."""
    words: dict[str, Any] = {"n": spec.record.title_of(row, lang)}
    kinds = [said_by(c, row[c.column], lang) for c in spec.channels if c.kind != "confidence"]
    evidence = _evidence_line(spec, row, lang)
    words["d"] = [line for line in (" · ".join(filter(None, kinds)), evidence) if line]
    geometry = row.geometry
    if geometry.geom_type != "Point" and spec.labels is not None:
        point = (
            geometry.representative_point()
            if "Polygon" in geometry.geom_type
            else geometry.interpolate(0.5, normalized=True)
        )
        words["at"] = [round(point.x, DECIMALS), round(point.y, DECIMALS)]
    if spec.labels is not None and spec.labels.column:
        words["l"] = say(str(row[spec.labels.column]), lang)
    if geometry.geom_type == "Point" and (ring := _km(row.get("precision_km"))) >= RING_KM:
        words["r"] = ring
    return words


def _evidence_line(spec: LayerSpec, row: pd.Series, lang: Language) -> str:
    parts = []
    if any(channel.kind == "confidence" for channel in spec.channels) and row.get("confidence"):
        parts.append(said("confidence", row["confidence"], lang))
    if row.get("as_of"):
        parts.append(say(Message("as of {year}", year=str(row["as_of"])), lang))
    if _km(row.get("precision_km")) > 0:
        parts.append(say(Message("± {km} km", km=number(_km(row["precision_km"]), lang)), lang))
    return " · ".join(parts)


def _km(value: object) -> float:
    return float(str(value)) if is_number(value) else 0.0  # no precision is known


def corridor_marks(corridors: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the badges, mode glyphs and direction arrows along the corridors that are shown."""
    legs = store.layer("corridors")
    legs = legs[legs["corridor_id"].isin(corridors.index)]
    marks = legs[["corridor_id", "mode", "length_km"]].join(leg_marks(legs))
    longest = marks.loc[marks.groupby("corridor_id")["length_km"].idxmax()].index
    out = []
    for index, each in marks.iterrows():
        corridor = corridors.loc[each["corridor_id"]]
        where = {"type": "Point", "coordinates": [round(each["lon"], DECIMALS), round(each["lat"], DECIMALS)]}
        common = {"commodity": corridor["commodity"], "confidence": corridor["confidence"], "of": corridor.name}
        if index in longest:
            properties = {"mark": "badge", "t": BADGES.get(corridor["commodity"], "?"), "z": 5}
        else:
            properties = {"mark": "glyph", "t": GLYPHS.get(each["mode"], "◦"), "z": 7}
        out.append({"type": "Feature", "geometry": where, "properties": common | properties})
        if corridor["direction"] == "one_way" and each["length_km"] >= ARROW_KM:
            arrow = {
                "type": "Point",
                "coordinates": [round(each["arrow_lon"], DECIMALS), round(each["arrow_lat"], DECIMALS)],
            }
            turned = {"mark": "arrow", "b": round(each["arrow_bearing"]), "z": 5 if index in longest else 6.5}
            out.append({"type": "Feature", "geometry": arrow, "properties": common | turned})
    return out


# --- the offline base map ---------------------------------------------------------------

BASE_LAYERS: Final = ("land", "lakes", "rivers", "unit-lines", "towns")
BASE_EXTENT: Final = shapely.box(-125, -60, -20, 35)
SMALLEST_ISLAND_DEG2: Final = 4e-4  # some 5 km2: less than a pixel at the zooms of a country
SHOWN_FROM: Final[Mapping[str, float]] = {"towns": 5.0}  # zoom before which a base layer shows nothing
WORDED: Final = {"land"}  # base layers with names that differ between languages
UNITS: Final = "units"  # first-level units with their names: the shapes of every figure layer


def base_geojson(name: str, lang: Language) -> bytes:
    """Return one layer of the offline base map as GeoJSON text.

    Raises
    ------
    KeyError
        If the base map has no such layer.
    """
    return dumps(_BASE[name](lang))


def _simpler(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return areas within the map's bounds with fewer vertices, neighbours still sharing theirs, without islets."""
    near = frame[frame.intersects(BASE_EXTENT)]
    simple = near.assign(geometry=shapely.coverage_simplify(near.geometry.to_numpy(), BASE_TOLERANCE))
    parts = simple.explode(index_parts=False)
    area = pd.Series(shapely.area(parts.geometry.to_numpy()), index=parts.index)  # square degrees: only to compare
    largest = area.groupby(level=0).transform("max")
    kept = parts[(area >= SMALLEST_ISLAND_DEG2) | (area == largest)]
    return simple.assign(geometry=kept.geometry.groupby(level=0).agg(lambda each: shapely.multipolygons(list(each))))


def _land(lang: Language) -> list[dict[str, Any]]:
    return [
        _feature(
            row.geometry,
            {"id": row["country_iso3"], "region": "yes" if row["in_region"] else "no", **_country_label(row, lang)},
            BASE_DECIMALS,
        )
        for _, row in _simpler(store.layer("countries")).iterrows()
    ]


def _country_label(row: pd.Series, lang: Language) -> dict[str, Any]:
    if not row["in_region"]:
        return {}
    largest = max(getattr(row.geometry, "geoms", [row.geometry]), key=lambda part: part.area)
    point = shapely.maximum_inscribed_circle(largest, 0.2).coords[0]
    return {
        "n": country_name(row["country_iso3"], lang),
        "at": [round(point[0], 2), round(point[1], 2)],
        "w": round(largest.area, 1),
    }


def _plain(name: str) -> list[dict[str, Any]]:
    frame = store.layer(name)
    return [_feature(geometry, {}, BASE_DECIMALS) for geometry in frame.geometry]


def _unit_lines(_lang: Language) -> list[dict[str, Any]]:
    """Return the lines between first-level units, each once, without coasts and country boundaries."""
    units = _simpler(store.layer("units"))
    out = []
    for _, group in units.groupby("country_iso3"):
        edges = shapely.union_all(group.geometry.boundary.to_numpy())
        outline = shapely.coverage_union_all(group.geometry.to_numpy()).boundary  # neighbours share every vertex
        inner = shapely.difference(edges, outline)
        if not inner.is_empty:
            out.append(_feature(shapely.line_merge(inner), {}, BASE_DECIMALS))
    return out


def _towns(_lang: Language) -> list[dict[str, Any]]:
    frame = store.layer("towns")
    frame = frame[frame["population"] >= SMALLEST_TOWN]
    return [
        _feature(
            row.geometry,
            {"n": row["name"], "w": int(row["population"]), "lz": town_zoom(int(row["population"]))},
            BASE_DECIMALS,
        )
        for _, row in frame.iterrows()
    ]


def town_zoom(population: int) -> float:
    """Return the zoom from which a town is named: the larger, the earlier."""
    for least, zoom in ((1_500_000, 5.0), (400_000, 6.0), (100_000, 7.0), (30_000, 8.0)):
        if population >= least:
            return zoom
    return 9.0


def _units(lang: Language) -> list[dict[str, Any]]:
    frame = _simpler(catalogue.features("coca"))
    return [
        _feature(row.geometry, {"id": str(row.name), "n": unit_name(row, lang)}, BASE_DECIMALS)
        for _, row in frame.iterrows()
    ]


_BASE: Final = {
    UNITS: _units,
    "land": _land,
    "lakes": lambda _lang: _plain("lakes"),
    "rivers": lambda _lang: _plain("rivers"),
    "unit-lines": _unit_lines,
    "towns": _towns,
}
