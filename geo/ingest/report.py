"""What a check of a file found: a verdict, the layers that are left, and each issue with its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Literal, get_args

from geo.messages import Language, Message, say

Severity = Literal["error", "warning", "note"]
Verdict = Literal["accept", "accept_with_warnings", "reject"]
RECORDS: Final = 100  # numbers that an issue lists; who has more writes a query
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)


@dataclass(frozen=True)
class Issue:
    """One thing that was found.

    Attributes
    ----------
    code : str
        Stable, in capitals with underscores: people filter and script by it.
    severity : Severity
        "error" refuses the layer (or the file, where ``layer`` is ""), "warning" says that something was mended
        or left out, "note" says what was assumed.
    layer : str
        The layer's name in the file; "" for the whole file.
    feature : int or None
        The record's number in the file, from 1; None for the whole layer.
    found, expected, fix : Message
        What was found, what was expected, and what to do.
    count : int
        How many records have the same issue; ``feature`` is the first of them.
    records : tuple of int
        The numbers of those records, as many as a person looks up; () where only the first is known.
    """

    code: str
    severity: Severity
    found: Message
    expected: Message
    fix: Message
    layer: str = ""
    feature: int | None = None
    count: int = 1
    records: tuple[int, ...] = ()


@dataclass(frozen=True)
class LayerFacts:
    """A layer that is left after the check: its name, drawable features, kinds of geometry and reference system."""

    name: str
    features: int
    geometry_types: tuple[str, ...]
    crs: str | None  # authority code, else WKT2 name, else None


@dataclass(frozen=True)
class Report:
    """What was found in a file.

    Attributes
    ----------
    file : str
        Its name without folders.
    layers : tuple of LayerFacts
        Those that can be stored; none where the file is refused.
    issues : tuple of Issue
        In the order in which a person should read them: errors first.
    """

    file: str
    layers: tuple[LayerFacts, ...] = ()
    issues: tuple[Issue, ...] = field(default=())

    @property
    def verdict(self) -> Verdict:
        """Refused where no layer is left, accepted with warnings where something was mended, left out or refused."""
        if not self.layers:
            return "reject"
        return "accept_with_warnings" if any(each.severity != "note" for each in self.issues) else "accept"

    def to_json(self, lang: Language) -> dict[str, Any]:
        """Return the report in the shape that ``python -m geo check --json`` prints (design, section 7)."""
        return {
            "file": self.file,
            "verdict": self.verdict,
            "layers": [
                {
                    "name": each.name,
                    "features": each.features,
                    "geometry_types": list(each.geometry_types),
                    "crs": each.crs,
                }
                for each in self.layers
            ],
            "issues": [
                {
                    "code": each.code,
                    "severity": each.severity,
                    "layer": each.layer or None,
                    "feature": each.feature,
                    "message": sentence(each, lang),
                    "fix": say(each.fix, lang),
                }
                for each in self.issues
            ],
        }


def listed(records: Iterable[int]) -> tuple[int, ...]:
    """Return the first numbers of records, as many as an issue lists."""
    return tuple(int(each) for each in islice(records, RECORDS))


def sentence(issue: Issue, lang: Language) -> str:
    """Return what was found and what was expected as one text."""
    return " ".join(filter(None, (say(issue.found, lang), say(issue.expected, lang))))


def in_order(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return issues with errors first, then warnings, then notes, each in the order of their layers and records."""
    return tuple(sorted(issues, key=lambda each: (SEVERITIES.index(each.severity), each.layer, each.feature or 0)))
