"""Words on the plot itself: the newest figure at the end of its line, sources where they differ, breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from geo.citations import counter
from geo.messages import Message, number, say
from geo.trends import Line, Point, rounded
from layers.axes import Scale
from layers.chart_traces import Pen

NAMED: Final = 3  # rivals beside the preferred source; more names than four would cover each other
FIGURE_PX: Final = 11
NAME_PX: Final = 10
LETTER_PX: Final = 7.2  # mean width of a letter of a label
LINE_PX: Final = 13  # height of a line of a label
NEAR: Final = 0.22  # of the width: closer labels can touch
MARK_PX: Final = 9.0
RULES: Final = 3  # breaks that get a word of their own


class Wanted(NamedTuple):
    """A label that is to stand at the end of a line: the newest figure, or who counts, or both; and its colour."""

    point: Point
    figure: str
    name: str
    colour: str


class Rule(NamedTuple):
    """The words at the rules of one break or of several close together, of which the last carries them."""

    years: tuple[int, ...]
    words: str


def wanted_labels(pen: Pen, drawn: Sequence[Line], scale: Scale, *, plot_px: float) -> list[Wanted]:
    """Return what is to be written at line ends, the newest figure of the preferred source first.

    Sources are named only where lines differ by who counts, and only a few of them.
    """
    others = [line for line in drawn if line.other_rules and (line.preferred or _is_clear(line, drawn, scale, plot_px))]
    named = 0 < len(others) <= NAMED
    found: list[Wanted] = []
    if pen.newest is not None:
        figure = _figure(pen.newest.point.value, pen, scale)
        found.append(Wanted(pen.newest.point, figure, counter(pen.newest.source_id) if named else "", pen.hue))
    return [*found, *_names(pen, drawn, others)] if named else found


def end_labels(pen: Pen, drawn: Sequence[Line], scale: Scale, *, plot_px: float) -> list[dict[str, Any]]:
    """Return the annotations at line ends, none over another."""
    wanted = [
        (
            each.point,
            "<br>".join(filter(None, (f"<b>{each.figure}</b>" if each.figure else "", each.name))),
            each.colour,
        )
        for each in wanted_labels(pen, drawn, scale, plot_px=plot_px)
    ]
    placed: list[tuple[float, float, float]] = []
    # No label over the marks that stand by themselves: parts of a year, outranked figures.
    marks = [p for line in drawn for p in line.points if (p.partial or p.outranked) and not p.replaced]
    return [
        {
            "x": point.year,
            "y": point.value,
            "text": text,
            "showarrow": False,
            "align": "left",
            "xanchor": "left",
            "xshift": 6,
            "yshift": _free_shift(point, LINE_PX * (1 + text.count("<br>")), placed, marks, scale, plot_px),
            "font": {"size": FIGURE_PX if text.startswith("<b>") else NAME_PX, "color": colour},
        }
        for point, text, colour in wanted
    ]


def rule_words(pen: Pen, scale: Scale) -> list[Rule]:
    """Return the words at the rules that mark breaks; breaks close together share one, and many have none."""
    groups: list[list[int]] = []
    for year in sorted(pen.breaks):
        if groups and year - groups[-1][-1] < NEAR * (scale.years[1] - scale.years[0]):
            groups[-1].append(year)
        else:
            groups.append([year])
    if len(pen.breaks) > RULES:
        return []
    return [
        Rule(tuple(group), say(Message("break {years}", years=", ".join(map(str, group))), pen.lang))
        for group in groups
    ]


def rule_labels(pen: Pen, scale: Scale) -> list[dict[str, Any]]:
    """Return the annotations at the rules that mark breaks."""
    middle = (scale.years[0] + scale.years[1]) / 2
    return [
        {
            "x": rule.years[-1] - 0.5,
            "y": 1,
            "yref": "paper",
            "yanchor": "top",
            "yshift": 2,
            "showarrow": False,
            "xanchor": "right" if rule.years[-1] > middle else "left",
            "text": rule.words,
            "font": {"size": 9, "color": pen.theme.muted},
            "bgcolor": pen.theme.card,
        }
        for rule in rule_words(pen, scale)
    ]


def room_px(labels: Sequence[dict[str, Any]], scale: Scale) -> int:
    """Return the margin that the labels at the right edge need."""
    last = scale.years[1] - NEAR * (scale.years[1] - scale.years[0])
    edge = [label for label in labels if label["x"] >= last]
    letters = (len(line) for label in edge for line in re.sub("</?b>", "", label["text"]).split("<br>"))
    return 12 + int(max(letters, default=0) * LETTER_PX)


def _names(pen: Pen, drawn: Sequence[Line], others: Sequence[Line]) -> list[Wanted]:
    """Return one label per counter whose name is not yet written: at the last figure of its line."""
    written = counter(pen.newest.source_id) if pen.newest else ""
    main = [line for line in drawn if line.preferred and not line.other_rules and not _followed(line, drawn)]
    return [
        Wanted(line.points[-1], "", counter(line.source_id), pen.hue if line.preferred else pen.theme.rival)
        for line in [*others, *main]
        if counter(line.source_id) != written  # an older count by the same body needs no second name
    ]


def _followed(line: Line, drawn: Sequence[Line]) -> bool:
    """Whether another main line goes on where this one ends: they read as one series."""
    return any(
        other is not line and other.preferred and not other.other_rules and other.points[0].year > line.points[0].year
        for other in drawn
    )


def _free_shift(
    point: Point,
    tall_px: float,
    placed: list[tuple[float, float, float]],
    marks: Sequence[Point],
    scale: Scale,
    plot_px: float,
) -> float:
    """Return by how many pixels a label moves up (down if negative) to stand clear of other labels and marks."""
    reach = NEAR * (scale.years[1] - scale.years[0])
    height = _height_px(point, scale, plot_px)
    near = [(y, tall) for year, y, tall in placed if abs(year - point.year) < reach]
    near += [(_height_px(mark, scale, plot_px), MARK_PX) for mark in marks if 0 < mark.year - point.year < reach]
    options = [0.0, *(sign * step for step in range(4, 60, 4) for sign in (1, -1))]
    free = (s for s in options if all(abs(height + s - y) >= (tall_px + tall) / 2 for y, tall in near))
    shift = float(next(free, 0.0))
    placed.append((point.year, height + shift, tall_px))
    return shift


def _is_clear(line: Line, drawn: Sequence[Line], scale: Scale, plot_px: float) -> bool:
    """Whether the name of a rival at its last figure would not lie on a line."""
    end = line.points[-1]
    reach = NEAR * (scale.years[1] - scale.years[0])
    beside = (p for other in drawn if other.preferred for p in other.points if 0 < p.year - end.year < reach)
    height = _height_px(end, scale, plot_px)
    return all(abs(_height_px(p, scale, plot_px) - height) >= LINE_PX for p in beside if not p.replaced)


def _height_px(point: Point, scale: Scale, plot_px: float) -> float:
    return (point.value - scale.values[0]) / (scale.values[1] - scale.values[0]) * plot_px


def _figure(value: float, pen: Pen, scale: Scale) -> str:
    """Return a figure in the unit of the axis: with the decimals of its indicator, or three digits if scaled."""
    shown = rounded(value, pen.panel.indicator) / scale.factor
    if scale.factor == 1:
        return number(shown, pen.lang, digits=0 if shown == round(shown) else pen.digits)
    return number(shown, pen.lang, digits=0 if abs(shown) >= 100 else 1 if abs(shown) >= 10 else 2)
