"""The card of a feature: what it is, how well it is known, and who says so."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo import actors, catalogue
from geo.errors import UnknownError
from geo.messages import Language, Message, number, say
from geo.names import name_of
from geo.sources import Source, sources_of
from geo.terms import codes, label, unit_label
from layers import shading
from layers.looks import specs
from layers.spec import LayerSpec
from layers.view import ViewState
from layers.words import is_number, said


@dataclass(frozen=True)
class Card:
    """What is said of one feature; every text is already in the reader's language."""

    title: str
    layer: str
    lines: tuple[tuple[str, str], ...]  # label, value
    evidence: tuple[tuple[str, str], ...]
    sources: tuple[Source, ...]
    table: str  # of the records page
    record: str
    zone: str = ""  # when the feature is a zone


def card(feature: str, view: ViewState) -> Card:
    """Return the card of a feature named as in links, "layer/id".

    Raises
    ------
    UnknownError
        If there is no such layer or feature in this release.
    """
    key, _, feature_id = feature.partition("/")
    spec = specs().get(key)
    row = catalogue.rows(key).row(feature_id) if spec is not None else None
    if spec is None or row is None:
        raise UnknownError(
            Message("The link asks for a feature that this release does not have. Click another one on the map.")
        )
    return of_row(spec, row, view)


def of_row(spec: LayerSpec, row: pd.Series, view: ViewState) -> Card:
    """Return the card of a feature whose row is at hand: of many, without looking for each."""
    key, feature_id, lang = spec.key, str(row.name), view.lang
    if spec.shades is not None:
        lines, sources = _figure(spec, row, view)
    elif key == "actors":
        lines, sources = _actors(feature_id, lang), tuple(sources_of(row["source_ids"]))
    else:
        lines = tuple(
            (say(f.label, lang), text) for f in spec.fields if (text := said(f.kind, row.get(f.column), lang))
        )
        sources = _sources(spec, row)
    return Card(
        title=spec.record.title_of(row, lang),
        layer=say(spec.title, lang),
        lines=lines,
        evidence=evidence(spec, row, lang),
        sources=sources,
        table=spec.record.table,
        record=feature_id,
        zone=feature_id if key in {"zones", "brown-areas", "actors"} else "",
    )


def _sources(spec: LayerSpec, row: pd.Series) -> tuple[Source, ...]:
    if spec.record.own_source is not None:
        return (spec.record.own_source,)
    return tuple(sources_of(";".join((*spec.record.source_ids, str(row.get("source_ids", ""))))))


def evidence(spec: LayerSpec, row: pd.Series, lang: Language) -> tuple[tuple[str, str], ...]:
    """Return how well a feature is known: label and value of each line that its card tells."""
    not_graded = say(Message("not graded"), lang)
    precision = row.get("precision_km")
    if not is_number(precision):  # somebody else's column of that name may hold anything
        precision = None
    lines = []
    if "as_of" in row:
        lines.append((say(Message("As of"), lang), str(row["as_of"]) or say(Message("no dated source"), lang)))
    words = f"± {said('km', precision, lang)}" if precision is not None else ""
    lines.append((say(Message("Precision"), lang), words or say(spec.record.precision, lang)))
    graded = spec.record.payload is None or "confidence" in spec.record.filters  # else it is on somebody else's scale
    if graded and row.get("confidence"):
        lines.append((say(Message("Confidence"), lang), say(label("confidence", row["confidence"]), lang)))
    if spec.record.payload is None and row.get("evidence"):
        lines.append((say(Message("Evidence"), lang), say(label("evidence", row["evidence"]), lang)))
    grade = row.get("reliability")
    if grade == "" or grade in codes("reliability"):
        lines.append(
            (say(Message("Source reliability"), lang), say(label("reliability", grade), lang) if grade else not_graded)
        )
    return tuple(lines)


def _actors(zone_id: str, lang: Language) -> tuple[tuple[str, str], ...]:
    lines = []
    for _, row in actors.presence(zone_id).iterrows():
        parts = [say(label("role", row["role"]), lang)]
        if row["since"]:
            parts.append(say(Message("since {year}", year=say(row["since"], lang)), lang))
        if row["until"]:
            parts.append(say(Message("until {year}", year=say(row["until"], lang)), lang))
        parts.append(say(label("confidence", row["confidence"]), lang).lower())
        lines.append((name_of(row["actor_id"], lang), ", ".join(parts)))
    return tuple(lines)


def _figure(spec: LayerSpec, row: pd.Series, view: ViewState) -> tuple[tuple[tuple[str, str], ...], tuple[Source, ...]]:
    """Return the figures of a unit in the year shown, each with its source."""
    shown = shading.shade(spec, view)
    value = shown.values.loc[str(row.name)]
    lang = view.lang
    if value["shade"] < 0 or shown.year is None:
        nothing = say(Message("No figure for this unit in the year shown. Choose another year on the map."), lang)
        return ((say(spec.title, lang), nothing),), tuple(sources_of("NATURAL-EARTH"))
    whole_country = value["level"] == shading.COUNTRY
    unit = say(unit_label(spec.record.indicator), lang)
    figure = f"{number(value['value'], lang, digits=shading.shades_of(spec).digits)} {unit}"
    lines = [(f"{say(spec.title, lang)}, {int(value['year'])}", figure)]
    if whole_country:
        lines.append((say(Message("Level"), lang), say(Message("figure of the whole country"), lang)))
    if value["doubt"]:
        lines.append(
            (say(Message("Caution"), lang), say(Message("partial or doubtful; see the note in the records"), lang))
        )
    return tuple(lines), tuple(sources_of(value["source_id"]))
