"""JSON before it is parsed: its bounds, keys that are there twice, and objects that stand one after another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from geo.ingest import formats, limits, texts
from geo.ingest.parts import ENDINGS, Part
from geo.ingest.refusals import BOUNDED, EXPORT_AGAIN, SPLIT, refused, too_many_columns
from geo.ingest.report import Issue
from geo.messages import Message

BETWEEN: Final = " \t\r\n,\x1e"  # what stands between objects that were written one after another
SEVERAL_BYTES: Final = 10_000_000  # of such a file: Python reads it, which takes some ten times its size
COLLECTION: Final = "FeatureCollection"
ONE: Final = Message("Expected is one FeatureCollection, or one feature on each line.")


def checked(part: Part) -> tuple[Part, list[Issue]]:
    """Return a JSON file in UTF-8 as it can be parsed, and what is to be said of it.

    Raises
    ------
    RefusalError
        If it is beyond a bound, or holds several objects of which a parser would take the first alone.
    """
    measured = texts.measure_json(part.path)
    if measured.depth > limits.DEPTH:
        raise refused(
            "NESTED_TOO_DEEP",
            Message("Brackets stand {n} deep in one another; at most {most} are read.",
                    n=measured.depth, most=limits.DEPTH),
            expected=BOUNDED,
            fix=EXPORT_AGAIN,
        )  # fmt: skip
    if measured.brackets > limits.VERTICES:
        raise refused(
            "TOO_MANY_VERTICES",
            Message("The file has {n} vertices or more; at most {most} are read.",
                    n=measured.brackets, most=limits.VERTICES),
            expected=BOUNDED,
            fix=SPLIT,
        )  # fmt: skip
    keys = texts.distinct_keys(part.path, limits.KEYS)
    if keys > limits.KEYS:
        raise too_many_columns(keys)
    part, issues = _one_a_line(part, measured.values)
    if part.format == "geojson":
        issues.extend(_twice(part.path))
    return replace(part, brackets=measured.brackets), issues


def _one_a_line(part: Part, values: int) -> tuple[Part, list[Issue]]:
    """Return objects that stand one after another, as ``jq`` and loops write them, as one feature a line.

    A parser would read the first one and say nothing of the rest.
    """
    if values < 2 or part.format not in {"geojson", "geojsonl"}:
        return part, []
    if part.format == "geojsonl" and formats.of_lines(formats.decoded(formats.head(part.path)) or "") != COLLECTION:
        return part, []
    out = part.path.with_name("lines") / f"{part.path.stem}{ENDINGS['geojsonl']}"
    try:
        if part.path.stat().st_size > SEVERAL_BYTES:
            raise ValueError(values)
        lines = [json.dumps(each, ensure_ascii=False) for each in _features(part.path.read_text("utf-8"))]
    except (ValueError, RecursionError) as error:
        raise refused(
            "SEVERAL_OBJECTS",
            Message("The file holds {n} JSON objects one after another, of which only the first would be read.",
                    n=values),
            expected=ONE,
            fix=Message("Put their features into one FeatureCollection, and bring that."),
        ) from error  # fmt: skip
    out.parent.mkdir()
    out.write_text("\n".join(lines), "utf-8")
    issue = Issue(
        "SEVERAL_OBJECTS",
        "note",
        Message("The file holds {n} JSON objects one after another; the features of all of them were read.", n=values),
        ONE,
        Message("Nothing needs to be done."),
    )
    return replace(part, format="geojsonl", path=out), [issue]


def _features(text: str) -> Iterator[dict[str, Any]]:
    """Yield the features of objects that stand one after another; ``ValueError`` where one is of another kind."""
    decoder, at = json.JSONDecoder(), 0
    while True:
        while at < len(text) and text[at] in BETWEEN:
            at += 1
        if at == len(text):
            return
        value, at = decoder.raw_decode(text, at)
        if not isinstance(value, dict) or value.get("type") not in formats.GEOJSON or "crs" in value:
            raise ValueError(at)
        features = value.get("features") if value["type"] == COLLECTION else [value]
        if not isinstance(features, list):
            raise ValueError(at)
        yield from features


def _twice(path: Path) -> list[Issue]:
    """Say which keys a GeoJSON has twice in one object: readers differ in which of the two they take."""
    found = texts.keys_twice(path)
    if not found:
        return []
    record, key = found[0]
    return [
        Issue(
            "DUPLICATE_KEYS",
            "warning",
            Message("“{key}” is there twice in one object; one of the two values was taken.", key=key[:80]),
            Message("Expected is each key once in an object."),
            Message("See whether the values are right, and take the second one out of the file."),
            feature=record,
            count=len(found),
        )
    ]
