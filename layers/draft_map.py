"""A layer on the map before it is stored: a sample of it, in the look that it is going to have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlencode

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from geo import grants, payloads
from geo.errors import GeoError, UnknownError
from geo.library.shelf import Look
from geo.messages import Language, Message, number, say
from geo.payloads import VALUE_CLASS, Geometry, Payload
from geo.seeds import Record
from geo.store import STORE
from geo.upload import column_facts, draft_jobs, drafts
from geo.upload.column_facts import ColumnFacts
from geo.upload.draft_answers import Filled
from geo.upload.drafts import Draft
from layers import features, legend, own, own_colours
from layers.answers import admitted, pack, packed_answer, refusal
from layers.delivery import Reader
from layers.spec import Channel, LayerSpec
from layers.words import said

KIND: Final = "k"  # properties that the browser styles by, whatever the columns are called
AMOUNT: Final = "v"
LONGEST_WORD: Final = 120  # characters of a name in a tooltip
NOT_STORED: Final = Message("Not stored yet")


@dataclass(frozen=True)
class Drawn:
    """A draft's layer as the map and the legend show it.

    Attributes
    ----------
    counts : mapping
        Column of a channel to how many features of the whole layer hold each value.
    shown : int
        How many features the sample has, of ``spec.record.payload.features``.
    bounds : tuple
        West, south, east, north of the sample.
    """

    spec: LayerSpec
    counts: Mapping[str, Mapping[str, int]]
    shown: int
    bounds: tuple[float, float, float, float]

    @property
    def features(self) -> int:
        """How many features the whole layer has."""
        return cast(Payload, self.spec.record.payload).features


def drawn(found: Draft, filled: Filled) -> Drawn:
    """Return how the layer of a draft looks as it is filled in.

    Raises
    ------
    UnknownError
        If its check is gone.
    """
    facts = {each.name: each for each in draft_jobs.prepared(found, filled.layer)}
    told = drafts.findings(found).report.layers[filled.layer]
    roles, part = filled.about.roles, sample(found, filled.layer)
    amounts = _amounts(found, filled.layer, roles.value) if _is_number(facts, roles.value) else None
    limits = tuple(payloads.class_limits(amounts)) if amounts is not None else ()
    category = facts.get(roles.category)
    keys = [*([category.name] if category else []), *([VALUE_CLASS] if limits else [])]
    payload = Payload(
        content="", folder=Path(), roles=roles, geometry=geometry(told.geometry_types), features=told.features,
        without_geometry=0, size=0, bounds=None, keys=tuple(keys),
        values={category.name: tuple(value for value, _ in category.top)} if category else {},
        years=None, overviews=(), classes=limits,
    )  # fmt: skip
    look = filled.look
    counts: dict[str, Mapping[str, int]] = {}
    if category:
        listed = dict(category.top)
        counts[category.name] = listed | {"": max(0, told.features - sum(listed.values()))}
    if amounts is not None and limits:
        classes = payloads.classes_of(amounts, limits).value_counts()
        counts[VALUE_CLASS] = {str(value): int(n) for value, n in classes.items()}
    bounds = tuple(float(edge) for edge in part.total_bounds)
    return Drawn(_spec(payload, filled, look), counts, len(part), cast("tuple[float, float, float, float]", bounds))


def legend_html(shown: Drawn, lang: Language) -> str:
    """Return the legend that the layer will have, as HTML; every word is escaped."""
    spec = shown.spec
    lines = [
        line
        for channel in spec.channels
        for line in legend.channel_entries(spec, channel, shown.counts.get(channel.column, {}), lang)
    ]
    return legend.lines_html(spec, lines or [legend.Entry(say(spec.title, lang), spec.style, shown.features)], lang)


def entry(found: Draft, filled: Filled, shown: Drawn, reader: Reader) -> dict[str, Any]:
    """Return what the browser is told of the layer: where its sample is and how it looks."""
    roles = filled.about.roles
    query = {"name": roles.name, "category": roles.category, "value": roles.value}
    query["grant"] = grants.grant(_granted(found.id), reader.viewer, reader.cookie)
    place = f"../../fronteras/draft/{found.id}/{found.check}-{filled.layer}.geojson"
    return {
        "key": f"draft-{found.id}",
        "kind": "features",
        "order": shown.spec.order,
        "opacity": 1,
        "interactive": True,
        "style": dict(shown.spec.style),
        "by": {_property(channel): dict(channel.styles) for channel in shown.spec.channels},
        "url": f"{place}?{urlencode({name: value for name, value in query.items() if value})}",
    }


def geojson(found: Draft, layer: int, roles: Mapping[str, str], lang: Language) -> bytes:
    """Return the sample of a layer as GeoJSON text.

    Parameters
    ----------
    roles : mapping
        The columns for "name", "category" and "value"; what the layer does not have is left out.
    """
    frame = sample(found, layer)
    facts = {each.name: each for each in draft_jobs.prepared(found, layer)}
    columns = {role: column for role, column in roles.items() if column in facts and column in frame}
    kinds = _kinds(frame, facts.get(columns.get("category", "")))
    classes = None
    if (value := columns.get("value", "")) and _is_number(facts, value):
        limits = payloads.class_limits(_amounts(found, layer, value))
        if limits:
            classes = payloads.classes_of(_finite(frame[value]), limits).to_numpy()
    names = frame[columns["name"]] if "name" in columns else pd.Series([None] * len(frame), index=frame.index)
    out = []
    for row, (position, shape, name) in enumerate(zip(frame.index, frame.geometry, names, strict=True)):
        told: dict[str, Any] = {"id": str(position), "n": _short(name) or str(int(position) + 1), "d": []}
        if kinds is not None:
            told[KIND] = kinds[row]
            told["d"] = [_short(kinds[row])] if kinds[row] else []
        if classes is not None:
            told[AMOUNT] = str(classes[row])
            told["d"] = [*told["d"], *filter(None, [said("", frame[value].iloc[row], lang)])]
        out.append({"type": "Feature", "geometry": _rounded(shape), "properties": told})
    return features.dumps(out)


def sample(found: Draft, layer: int) -> gpd.GeoDataFrame:
    """Return the sample of a layer of a draft, shared and read-only."""
    file = draft_jobs.sample_file(found, layer)

    def read() -> gpd.GeoDataFrame:
        try:
            return gpd.read_parquet(file)
        except OSError as error:
            raise UnknownError(drafts.GONE) from error

    return STORE.get(("draft sample", str(file)), read)


def sample_words(shown: Drawn, lang: Language) -> str:
    """Return what to say where the map shows a part of the layer; "" where it shows the whole."""
    if shown.shown >= shown.features:
        return ""
    words = Message(
        "The preview shows {shown} of {features} features, in even steps. All of them will be stored.",
        shown=number(shown.shown, lang),
        features=number(shown.features, lang),
    )
    return say(words, lang)


def geometry(types: tuple[str, ...]) -> Geometry:
    """Return the kind of a layer with these types of geometry, as storing it will: the one that shows the most."""
    words = " ".join(types)
    return "area" if "Polygon" in words else "line" if "LineString" in words else "point"


def _spec(payload: Payload, filled: Filled, look: Look) -> LayerSpec:
    title = filled.about.title or "–"
    record = Record(
        key="draft", geometry=payload.geometry, read=gpd.GeoDataFrame, method=NOT_STORED,
        precision=NOT_STORED, payload=payload,
    )  # fmt: skip
    return LayerSpec(
        record=record,
        title=own.as_written(title),
        group="yours",
        order=own.ORDER[payload.geometry],
        symbol=own.SYMBOLS[payload.geometry],
        style=own_colours.style(payload, title, look),
        channels=tuple(each for each in own_colours.channels(payload, title, look) if each.column != "confidence"),
    )


def _property(channel: Channel) -> str:
    return AMOUNT if channel.column == VALUE_CLASS else KIND


def _is_number(facts: Mapping[str, ColumnFacts], column: str) -> bool:
    return column in facts and facts[column].kind == "number"


def _amounts(found: Draft, layer: int, column: str) -> pd.Series:
    """Return the numbers in a column of the whole layer, read once."""
    file = drafts.findings(found).layers[layer].file
    return STORE.get(
        ("draft numbers", str(file), column), lambda: _finite(column_facts.numbers(file, column))
    )  # fmt: skip


def _finite(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values, errors="coerce").astype(float).replace([np.inf, -np.inf], np.nan)


def _kinds(frame: gpd.GeoDataFrame, column: ColumnFacts | None) -> list[str] | None:
    """Return the value of the column of classes in each row, written as the facts of the column write it."""
    if column is None:
        return None
    written = {value.removesuffix(".0"): value for value, _ in column.top}
    bare = [
        "" if pd.isna(value) else str(value)[: column_facts.LONGEST].removesuffix(".0") for value in frame[column.name]
    ]
    return [written.get(value, value) for value in bare]


def _short(value: object) -> str:
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    return str(value)[:LONGEST_WORD]


def _rounded(shape: shapely.Geometry) -> Any:
    return json.loads(shapely.to_geojson(shapely.transform(shape, lambda xy: np.round(xy, features.DECIMALS))))


# --- the route ----------------------------------------------------------------------------


def routes(base: str = "") -> list[BaseRoute]:
    """Return the route of samples under a base path: for the browser that brought the file alone."""
    return [Route(f"{base}/fronteras/draft/{{draft}}/{{check:int}}-{{layer:int}}.geojson", _answer)]


def _answer(request: Request) -> Response:
    draft_id, query = request.path_params["draft"], request.query_params
    grant = query.get("grant", grants.PUBLIC)
    if grant == grants.PUBLIC:  # nothing of a draft is for everybody
        return refusal()
    try:
        _, caching = admitted(grant, _granted(draft_id), request)
        found = drafts.unlooked(draft_id)
        if found.discarded or found.check != request.path_params["check"]:
            return refusal()
        roles = {role: query.get(role, "") for role in ("name", "category", "value")}
        key = ("draft features", draft_id, found.check, request.path_params["layer"], *roles.values())
        body = STORE.get(key, lambda: pack(geojson(found, request.path_params["layer"], roles, "en")))
    except (GeoError, IndexError):
        return refusal()
    return packed_answer(request, body, "application/geo+json", caching)


def _granted(draft_id: str) -> str:
    return f"draft {draft_id}"
