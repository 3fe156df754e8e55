"""Results of commands as lines to read in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geo.ingest.report import Issue, Report, Severity, Verdict, sentence
from geo.messages import Language, Message, say

VERDICTS: Final[Mapping[Verdict, Message]] = {
    "accept": Message("accepted"),
    "accept_with_warnings": Message("accepted with warnings"),
    "reject": Message("refused"),
}
SEVERITY: Final[Mapping[Severity, Message]] = {
    "error": Message("error"),
    "warning": Message("warning"),
    "note": Message("note"),
}
DONE: Final = 0
REFUSED: Final = 1  # 2, a command that cannot be understood, is argparse's own


def lines(report: Report, lang: Language) -> list[str]:
    """Return a report as lines: the verdict, each layer, each issue."""
    told = [printed(f"{report.file}: {say(VERDICTS[report.verdict], lang)}")]
    for layer in report.layers:
        count = Message("{n} feature", "{n} features", n=layer.features)
        types = " + ".join(layer.geometry_types)
        told.append(printed(f"  {layer.name}: {say(count, lang)}, {types}, {layer.crs or '–'}"))
    return told + [line(issue, lang) for issue in report.issues]


def line(issue: Issue, lang: Language) -> str:
    """Return an issue as a line: severity, code, where, what was found and expected, what to do."""
    where = issue.layer
    if issue.feature is not None:
        where = f"{where} {say(Message('record {n}', n=issue.feature), lang)}".strip()
    head = f"  {say(SEVERITY[issue.severity], lang)} {issue.code}" + (f" ({where})" if where else "")
    return printed(f"{head}: {sentence(issue, lang)} {say(issue.fix, lang)}")


def printed(text: str) -> str:
    """Return a text without signs that a terminal obeys: what a file holds may be quoted in it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
