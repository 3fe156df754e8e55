"""The marks of a small chart: one line per source, bridges where another takes over, marks by themselves."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from geo.citations import cited
from geo.messages import Language, Message, number, say
from geo.terms import label
from geo.trends import SAME_WITHIN, Line, Panel, Point, Reading, decimals
from layers.tokens import Theme

HOVER_LETTERS: Final = 52  # a line of the hover card
LINE_PX: Final = 2.2
THIN_PX: Final = 1.4
NEWEST_PX: Final = 7  # also marks that must show a shape
ALONE_PX: Final = 5  # a year without neighbours would be invisible as a line

Trace = dict[str, Any]  # a plotly trace, validated when the figure is made


@dataclass(frozen=True)
class Pen:
    """What all marks of one chart share: language, colours, the years of breaks, the newest figure."""

    panel: Panel
    lang: Language
    theme: Theme
    hue: str
    breaks: frozenset[int]
    newest: Reading | None
    digits: int


def traces(pen: Pen, line: Line) -> list[Trace]:
    """Return the traces of one source: its line, then the figures that no line may reach.

    ``meta`` of each trace holds the source and its kind: ``line``, ``aside`` (another source is preferred)
    or ``partial``.
    """
    rival = not line.preferred
    colour = pen.theme.rival if rival else pen.hue
    usable = [point for point in line.points if not point.replaced]
    partial = [point for point in usable if point.partial]
    # A figure that another source outranks stays on its own line where both say the same.
    whole = [point for point in usable if not point.partial and (point.whole or rival or repeats(pen.panel, point))]
    aside = [point for point in usable if not point.partial and point not in whole]
    found = [_line(pen, line, whole, colour)] if whole else []
    marks = ((aside, "aside", pen.theme.rival), (partial, "partial", colour))
    return [*found, *(_marks(pen, line, points, mark, kind) for points, kind, mark in marks if points)]


def bridges(pen: Pen) -> list[Trace]:
    """Return thin dotted strokes between years in a row where another source takes over.

    No line joins them, since a line has one source; but neither is a year missing, as a bare gap would say.
    Nothing leads over a break, where the rule stands, nor to a source that counts by other rules.
    """
    return [
        {
            "type": "scatter",
            "x": [before.year, after.year],
            "y": [before.value, after.value],
            "mode": "lines",
            "line": {"color": pen.hue, "width": 1.2, "dash": "dot"},
            "opacity": 0.8,
            "meta": {"kind": "bridge"},
            "hoverinfo": "skip",
        }
        for before, after in _takeovers(pen)
    ]


def is_drawn(panel: Panel, line: Line) -> bool:
    """Whether a line says anything that a preferred one does not say already."""
    return line.preferred or not all(repeats(panel, point) for point in line.points if not point.replaced)


def repeats(panel: Panel, point: Point) -> bool:
    """Whether a preferred source gives nearly the same figure for the year of a point."""
    others = (other for line in panel.preferred for other in line.points if other.whole and other.year == point.year)
    return any(abs(point.value - other.value) <= SAME_WITHIN * abs(other.value) for other in others)


def remarks(line: Line, point: Point, lang: Language) -> list[str]:
    """Return what is special about a figure, in words; its published note where it can be said in the language."""
    flags = {
        Message("part of the year"): point.partial,
        Message("break in the series"): point.series_break,
        Message("doubtful"): point.doubtful,
        Message("another source is preferred"): point.outranked or not line.preferred,
        Message("not drawn: another source covers this year"): point.replaced,
        Message("other rules of counting"): line.other_rules,
    }
    words = [say(message, lang) for message, holds in flags.items() if holds]
    note = say(point.note, lang) if point.note else ""
    return [*words, note] if note and (lang == "en" or note != point.note) else words


def digits_of(value: float, digits: int) -> int:
    """Return the decimals of a figure: those of its indicator, but never so few that a figure becomes zero."""
    return digits if value == 0 or abs(value) >= 10**-digits / 2 else digits + 2


def pen_for(panel: Panel, lang: Language, theme: Theme, hue: str, breaks: Sequence[int], newest: Reading | None) -> Pen:
    """Return the pen of a panel."""
    return Pen(panel, lang, theme, hue, frozenset(breaks), newest, decimals(panel.indicator))


def _takeovers(pen: Pen) -> list[tuple[Point, Point]]:
    by_year: dict[int, dict[str, Point]] = {}
    for line in pen.panel.preferred:
        for point in line.points if not line.other_rules else ():
            if point.whole or (not point.partial and not point.replaced and repeats(pen.panel, point)):
                by_year.setdefault(point.year, {})[line.source_id] = point
    return [
        (next(iter(here.values())), next(iter(following.values())))
        for year, here in by_year.items()
        if year + 1 not in pen.breaks and (following := by_year.get(year + 1)) and not here.keys() & following.keys()
    ]


def _line(pen: Pen, line: Line, points: Sequence[Point], colour: str) -> Trace:
    drawn: list[Point | None] = []
    for point in points:
        if drawn and not _joined(pen, drawn[-1], point):
            drawn.append(None)
        drawn.append(point)
    sizes = [
        _mark_px(pen, mark, alone=left is None and right is None)
        for left, mark, right in zip([None, *drawn[:-1]], drawn, [*drawn[1:], None], strict=True)
    ]
    hollow = [not line.preferred or (mark is not None and mark.doubtful) for mark in drawn]
    return {
        "type": "scatter",
        "x": [mark.year if mark else None for mark in drawn],
        "y": [mark.value if mark else None for mark in drawn],
        "mode": "lines+markers",
        "connectgaps": False,
        "line": {
            "color": colour,
            "width": LINE_PX if line.preferred else THIN_PX,
            "dash": "dot" if not line.preferred else "dash" if line.other_rules else "solid",
        },
        "marker": {
            "size": sizes,
            "symbol": ["diamond" if mark and mark.doubtful else "circle" for mark in drawn],
            "color": [pen.theme.card if is_hollow else colour for is_hollow in hollow],
            "line": {"color": colour, "width": THIN_PX},
            "opacity": 1,
        },
        "cliponaxis": False,
        "meta": {"source_id": line.source_id, "kind": "line"},
        "hovertext": _hovers(pen, line, drawn),
        "hoverinfo": "text",
    }


def _marks(pen: Pen, line: Line, points: Sequence[Point], colour: str, kind: str) -> Trace:
    return {
        "type": "scatter",
        "x": [point.year for point in points],
        "y": [point.value for point in points],
        "mode": "markers",
        "marker": {
            "size": NEWEST_PX,
            "symbol": ["diamond" if point.doubtful else "circle" for point in points],
            "color": pen.theme.card,
            "line": {"color": colour, "width": THIN_PX},
        },
        "cliponaxis": False,
        "meta": {"source_id": line.source_id, "kind": kind},
        "hovertext": _hovers(pen, line, points),
        "hoverinfo": "text",
    }


def _joined(pen: Pen, point: Point | None, following: Point) -> bool:
    """Whether a line may lead from one figure to the next: the next year, and nothing changed between."""
    return point is not None and following.year == point.year + 1 and following.year not in pen.breaks


def _mark_px(pen: Pen, mark: Point | None, *, alone: bool) -> float:
    if mark is None:
        return 0
    if mark.doubtful or (pen.newest is not None and mark is pen.newest.point):
        return NEWEST_PX
    return ALONE_PX if alone else 0


def _hovers(pen: Pen, line: Line, points: Sequence[Point | None]) -> list[str]:
    """Return the hover card of each figure: what it is, who says so, and what is special about it."""
    who, unit = cited(line.source_id), say(label("unit", pen.panel.unit), pen.lang)
    cards = []
    for point in points:
        if point is None:
            cards.append("")
            continue
        value = number(point.value, pen.lang, digits=digits_of(point.value, pen.digits))
        rows = [row for text in (who, *remarks(line, point, pen.lang)) for row in textwrap.wrap(text, HOVER_LETTERS)]
        cards.append(
            "<br>".join([f"<b>{value}</b> {unit}, {point.year}", *(html.escape(row, quote=False) for row in rows)])
        )
    return cards
