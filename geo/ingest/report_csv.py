"""A report as a table to take away: one row an issue, in the reader's language, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Final

from geo.downloads import safe_cell
from geo.ingest.report import Report, Severity
from geo.messages import Language, Message, say

SEVERITY: Final[dict[Severity, Message]] = {
    "error": Message("error"),
    "warning": Message("warning"),
    "note": Message("note"),
}
COLUMNS: Final = (
    Message("severity"),
    Message("code"),
    Message("layer"),
    Message("feature"),
    Message("count"),
    Message("found"),
    Message("expected"),
    Message("what to do"),
)


def report_csv(report: Report, lang: Language) -> bytes:
    """Return the issues of a report as CSV: severity, code, layer, feature, count, found, expected, what to do.

    UTF-8 with a byte order mark, without which Excel reads it as Latin-1. What a spreadsheet would take for a
    formula gets an apostrophe in front: names of layers come from the file. Codes are the same in every language.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([say(each, lang) for each in COLUMNS])
    for issue in report.issues:
        cells = (
            say(SEVERITY[issue.severity], lang),
            issue.code,
            issue.layer,
            "" if issue.feature is None else issue.feature,
            issue.count,
            say(issue.found, lang),
            say(issue.expected, lang),
            say(issue.fix, lang),
        )
        writer.writerow([safe_cell(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")
