"""What a report means for the person who brought the file: the verdict in plain words, what to do first, and in groups.

The page to take away and the page of the app say the same, so both read it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, get_args

from geo.ingest.report import Issue, LayerFacts, Report, Severity, Verdict
from geo.messages import Language, Message, number, say

Duty = Literal["mend", "look", "fill", "doubt", "know"]
DUTIES: Final[tuple[Duty, ...]] = get_args(Duty)  # in the order in which a person should turn to them

# Warnings of something that is missing from the map.
LEFT_OUT: Final = frozenset({
    "GEOMETRY_MISSING", "GEOMETRY_EMPTY", "GEOMETRY_COLLAPSED", "COORDINATES_NOT_FINITE", "COORDINATES_IMPOSSIBLE",
    "COORDINATES_ZERO", "COORDINATES_UNREADABLE", "RECORD_UNREADABLE", "ARCHIVE_MEMBER_LEFT_OUT", "VIEW_LEFT_OUT",
    "CODES_WITHOUT_UNIT", "ATTRIBUTES_MISSING", "REFERENCE_NOT_FOLLOWED", "CELL_TOO_LONG", "ROW_TOO_LONG",
    "FORMULA_WITHOUT_VALUE", "ZERO_BYTES", "BROKEN_TEXT",
})  # fmt: skip
# Warnings of something that was kept as it came, and may be wrong.
DOUBTFUL: Final = frozenset({
    "DUPLICATE_FEATURES", "DUPLICATE_IDS", "OUTSIDE_REGION", "LAYER_OUTSIDE_REGION", "TEXT_ENCODED_TWICE",
    "DUPLICATE_COLUMNS", "INDIVIDUALS_NAMED",
})  # fmt: skip

TITLES: Final[Mapping[Duty, Message]] = {
    "mend": Message("Mend in the file"),
    "look": Message("Look whether this is right"),
    "fill": Message("Left out"),
    "doubt": Message("Kept, but doubtful"),
    "know": Message("Good to know"),
}
MEANING: Final[Mapping[Duty, Message]] = {
    "mend": Message("What is named here cannot be stored as it is. Mend it in the file, then bring the file again."),
    "look": Message("This was mended or assumed for you. Compare; if it is wrong, mend the file and bring it again."),
    "fill": Message(
        "These parts of the file will not be on the map. If you need them, fill them in and bring it again."
    ),
    "doubt": Message("Nothing was changed here. Decide whether it is meant so."),
    "know": Message("Nothing needs to be done."),
}
SEVERITY: Final[Mapping[Severity, Message]] = {
    "error": Message("Refused"),
    "warning": Message("To look at"),
    "note": Message("Note"),
}
VERDICTS: Final[Mapping[Verdict, Message]] = {
    "accept": Message("This file is in order and can be stored."),
    "accept_with_warnings": Message("This file can be stored. Look at a few things first."),
    "reject": Message("This file cannot be stored as it is."),
}
PARTLY: Final = Message("A part of this file can be stored, another part cannot.")
MARKS: Final[Mapping[Verdict, str]] = {"accept": "✓", "accept_with_warnings": "!", "reject": "✕"}
GEOMETRY: Final[Mapping[str, Message]] = {
    "Point": Message("points"), "MultiPoint": Message("groups of points"),
    "LineString": Message("lines"), "MultiLineString": Message("groups of lines"),
    "Polygon": Message("areas"), "MultiPolygon": Message("areas of several parts"),
    "GeometryCollection": Message("mixed shapes"),
}  # fmt: skip
WORDS: Final = (
    ("crs", Message("CRS"),
     Message("The coordinate reference system: what the numbers of a place mean, degrees of longitude and latitude or "
             "metres of a national grid. EPSG:4326 and the like are its catalogue numbers.")),
    ("geometr", Message("Geometry"), Message("The shape of a feature: a point, a line or an area, by coordinates.")),
    ("feature", Message("Feature"),
     Message("One thing on the map with its attributes: a mine, a road, a municipality. In a table, a row.")),
    ("layer", Message("Layer"), Message("Features of one kind that are drawn together. A file may hold several.")),
    ("utf-8", Message("UTF-8"),
     Message("The usual way to write letters as bytes. Where a file uses another, accents come out wrong.")),
)  # fmt: skip
# Warnings that were dealt with, whatever the file meant.
DONE: Final = frozenset({"MIXED_KINDS_SPLIT"})
LISTED: Final = 40  # numbers of records in one line; the table to take away has the first as well


@dataclass(frozen=True)
class Group:
    """Issues that ask for the same of a person."""

    duty: Duty
    issues: tuple[Issue, ...]


def duty(issue: Issue) -> Duty:
    """Return what an issue asks for."""
    if issue.severity == "error":
        return "mend"
    if issue.severity == "note" or issue.code in DONE:
        return "know"
    if issue.code in LEFT_OUT:
        return "fill"
    return "doubt" if issue.code in DOUBTFUL else "look"


def groups(issues: Iterable[Issue]) -> tuple[Group, ...]:
    """Return issues by what they ask for, the most pressing first; those that ask for nothing come last."""
    told = list(issues)
    by_duty = {each: tuple(issue for issue in told if duty(issue) == each) for each in DUTIES}
    return tuple(Group(each, found) for each, found in by_duty.items() if found)


def verdict(report: Report) -> Message:
    """Return the verdict as a sentence."""
    if report.layers and any(issue.severity == "error" for issue in report.issues):
        return PARTLY
    return VERDICTS[report.verdict]


def steps(report: Report, lang: Language) -> tuple[str, ...]:
    """Return what to do, one sentence after the other, as a person would tell a newcomer.

    Remedies of errors come in their own words, each once. The last step says what becomes of the file.
    """
    errors = [issue for issue in report.issues if issue.severity == "error"]
    out = list(dict.fromkeys(_told(issue, report, lang) for issue in errors))
    if not report.layers:
        again = Message("Then bring the file again. Nothing of it was stored, and your file was not changed.")
        return (*out, say(again, lang))
    count = {group.duty: len(group.issues) for group in groups(report.issues)}
    if count.get("look"):
        look = Message("Look at what was mended or assumed, in “{title}” below.", title=TITLES["look"])
        out.append(say(look, lang))
    if count.get("fill"):
        fill = Message(
            "See in “{title}” what will not be on the map, and decide whether you need it.", title=TITLES["fill"]
        )
        out.append(say(fill, lang))
    if count.get("doubt"):
        doubt = Message("See in “{title}” whether that is meant so.", title=TITLES["doubt"])
        out.append(say(doubt, lang))
    kept = Message(
        "Then store the layer: the {n} feature as it is shown. Your own file was not changed.",
        "Then store the layer: the {n} features as they are shown. Your own file was not changed.",
        n=sum(layer.features for layer in report.layers),
    )
    nothing = Message(
        "Store the layer: {n} feature. Nothing needs to be mended.",
        "Store the layer: {n} features. Nothing needs to be mended.",
        n=sum(layer.features for layer in report.layers),
    )
    return (*out, say(kept if out else nothing, lang))


def _told(issue: Issue, report: Report, lang: Language) -> str:
    """Return the remedy of an error with the place it is for, where the file has several."""
    where = place(issue, lang)
    is_needed = where and (issue.feature is not None or len({each.layer for each in report.issues}) > 1)
    fix = say(issue.fix, lang)
    return f"{where}: {fix}" if is_needed else fix


def remedy(text: str, issue: Issue) -> tuple[str, tuple[str, ...]]:
    """Return a remedy without the choices at its end, and these: one line each is easier to choose from."""
    likely = str(issue.fix.values.get("likely", ""))
    if not likely or not text.endswith(f"{likely}."):
        return text, ()
    return text.removesuffix(f"{likely}.").rstrip(), tuple(likely.split("; "))


def glossary(report: Report) -> tuple[tuple[Message, Message], ...]:
    """Return the words of the trade that a report uses, each with its meaning."""
    said = " ".join(f"{issue.found.id} {issue.expected.id} {issue.fix.id}" for issue in report.issues).casefold()
    return tuple((word, meaning) for sign, word, meaning in WORDS if sign in said)


def place(issue: Issue, lang: Language) -> str:
    """Return where an issue is: the layer and the first record; "" for the whole file."""
    record = say(Message("record {n}", n=issue.feature), lang) if issue.feature is not None else ""
    return ", ".join(filter(None, (issue.layer, record)))


def records(issue: Issue, lang: Language) -> str:
    """Return the numbers of the records that have an issue, runs as "3–7"; "" where it is of the whole layer."""
    if issue.feature is None:
        return ""
    listed = issue.records or (issue.feature,)
    runs = _runs(sorted(set(listed)))[:LISTED]
    shown = sum(last - first + 1 for first, last in runs)
    text = ", ".join(_number(first, last) for first, last in runs)
    if issue.count > shown:
        return say(Message("Records {list} and {n} more", list=text, n=issue.count - shown), lang)
    if shown > 1:
        return say(Message("Records {list}", list=text), lang)
    return say(Message("Record {list}", list=text), lang)


def _number(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return ascending numbers as runs, each with its first and its last."""
    breaks = [after for before, after in pairwise(numbers) if after != before + 1]
    firsts = [numbers[0], *breaks]
    lasts = [numbers[numbers.index(each) - 1] for each in breaks]
    return list(zip(firsts, [*lasts, numbers[-1]], strict=True))


def facts(layer: LayerFacts, lang: Language) -> tuple[tuple[str, str], ...]:
    """Return what a layer is, as pairs of a word and a value."""
    kinds = ", ".join(say(GEOMETRY[kind], lang) if kind in GEOMETRY else kind for kind in layer.geometry_types)
    return (
        (say(Message("Features"), lang), number(layer.features, lang)),
        (say(Message("Shapes"), lang), kinds or "–"),
        (say(Message("Came in"), lang), layer.crs or "–"),
    )
