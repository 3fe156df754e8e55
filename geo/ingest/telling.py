"""Reports between two processes, as JSON: what a parser may have been made to write is never more than words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, cast

from geo.ingest.report import SEVERITIES, Issue, LayerFacts, Report
from geo.messages import Message

if TYPE_CHECKING:
    from geo.ingest.checking import Preview
    from geo.ingest.known import Known

REPAIRS_CHARS: Final = 400_000  # of shapes that are kept with a report: some twenty of a few thousand vertices


def packed(report: Report, repairs: Iterable[Preview] = ()) -> dict[str, Any]:
    """Return a report as what JSON can hold, its messages not yet said in any language.

    Parameters
    ----------
    repairs : iterable of Preview
        Shapes before and after, kept with the report as long as all of them together stay small.
    """
    kept: list[dict[str, Any]] = []
    room = REPAIRS_CHARS
    for each in repairs:
        size = len(each.before) + len(each.after)
        if size <= room:
            kept.append(asdict(each))
            room -= size
    return {
        "repairs": kept,
        "file": report.file,
        "layers": [asdict(layer) for layer in report.layers],
        "issues": [
            {
                "code": issue.code,
                "severity": issue.severity,
                "layer": issue.layer,
                "feature": issue.feature,
                "count": issue.count,
                "records": list(issue.records),
                "found": packed_message(issue.found),
                "expected": packed_message(issue.expected),
                "fix": packed_message(issue.fix),
            }
            for issue in report.issues
        ],
    }


def unpacked(told: Mapping[str, Any]) -> Report:
    """Return the report that ``packed`` put away.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it is none.
    """
    layers = tuple(
        LayerFacts(
            str(each["name"]), int(each["features"]), tuple(map(str, each["geometry_types"])), cast(Any, each["crs"])
        )
        for each in told["layers"]
    )
    issues = tuple(
        Issue(
            str(each["code"]),
            SEVERITIES[SEVERITIES.index(each["severity"])],
            unpacked_message(each["found"]),
            unpacked_message(each["expected"]),
            unpacked_message(each["fix"]),
            layer=str(each["layer"]),
            feature=None if each["feature"] is None else int(each["feature"]),
            count=int(each["count"]),
            records=tuple(map(int, each.get("records", ()))),
        )
        for each in told["issues"]
    )
    return Report(str(told["file"]), layers, issues)


def unpacked_repairs(told: Mapping[str, Any]) -> tuple[Preview, ...]:
    """Return the repairs that ``packed`` kept with a report; none where it was packed without, or by an older release.

    Raises
    ------
    KeyError, TypeError
        If they are none.
    """
    from geo.ingest.checking import Preview  # noqa: PLC0415 - that module reads reports by this one

    return tuple(
        Preview(str(each["code"]), str(each["layer"]), int(each["feature"]), str(each["before"]), str(each["after"]))
        for each in told.get("repairs", ())
    )


def packed_known(known: Known) -> dict[str, Any]:
    """Return what is known of a set as what JSON can hold."""
    return {
        "key": known.key,
        "label": packed_message(known.label),
        "about": asdict(known.about),
        "precision": known.precision,
        "areas": sorted(known.areas),
        "minded": [packed_message(message) for message in known.minded],
    }


def unpacked_known(told: Mapping[str, Any]) -> Known:
    """Return what ``packed_known`` put away; ``ValueError``, ``KeyError`` or ``TypeError`` if it is none."""
    from geo.about import About  # noqa: PLC0415 - not needed for a report
    from geo.ingest.known import Known  # noqa: PLC0415 - brings the catalogue with it, which a report does not need

    return Known(
        key=str(told["key"]),
        label=unpacked_message(told["label"]),
        about=About.from_dict(told["about"]),
        precision=str(told["precision"]),
        areas=frozenset(map(str, told["areas"])),
        minded=tuple(unpacked_message(each) for each in told["minded"]),
    )


def packed_message(message: Message) -> dict[str, Any]:
    """Return a message as what JSON can hold."""
    return {
        "id": message.id,
        "plural": message.plural,
        "values": {name: _value(value) for name, value in message.values.items()},
    }


def _value(value: object) -> object:
    if isinstance(value, Message):
        return packed_message(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return value.item() if hasattr(value, "item") else str(value)


def unpacked_message(told: Mapping[str, Any]) -> Message:
    """Return the message that ``packed_message`` put away; ``KeyError`` or ``TypeError`` if it is none."""
    values = {name: unpacked_message(each) if isinstance(each, dict) else each for name, each in told["values"].items()}
    return Message(str(told["id"]), told["plural"], **values)
