"""Words on the plot itself: the newest figure at the end of its line, sources where they differ, breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from geo.citations import counter
from geo.messages import Language, Message, number, say
from geo.trends import Line, Panel, Point, latest, rounded
from layers.axes import Scale
from layers.tokens import Theme

NAMED: Final = 3  # rivals beside the preferred source; more names than four would cover each other
LETTER_PX: Final = 6.6  # mean width of a letter of a label
LINE_PX: Final = 13  # height of a line of a label
NEAR: Final = 0.22  # of the width: closer labels can touch
RULES: Final = 3  # breaks that get a word of their own


def end_labels(
    panel: Panel, drawn: Sequence[Line], scale: Scale, lang: Language, theme: Theme, hue: str, *, plot_px: float
) -> list[dict[str, Any]]:
    """Return the annotations at line ends, none over another.

    The newest figure of the preferred source is written out; sources are named only where lines differ by
    who counts, and only up to four of them.
    """
    wanted: list[tuple[Point, str, str]] = []
    newest = latest(panel)
    others = [line for line in drawn if line.other_rules or not line.preferred]
    named = 0 < len(others) <= NAMED
    if newest is not None:
        text = f"<b>{_figure(newest.point.value, panel, scale, lang)}</b>"
        if named:
            text += f"<br>{counter(newest.source_id)}"
        wanted.append((newest.point, text, hue))
    if named:
        wanted.extend(_names(drawn, others, newest.source_id if newest else "", theme, hue))
    placed: list[tuple[float, float, float]] = []
    annotations = []
    for point, text, colour in wanted:
        shift = _free_shift(point, LINE_PX * (1 + text.count("<br>")), placed, scale, plot_px)
        annotations.append(
            {
                "x": point.year,
                "y": point.value,
                "text": text,
                "showarrow": False,
                "xanchor": "left",
                "xshift": 6,
                "yshift": shift,
                "align": "left",
                "font": {"size": 11 if text.startswith("<b>") else 10, "color": colour},
            }
        )
    return annotations


def rule_labels(years: Sequence[int], scale: Scale, lang: Language, theme: Theme) -> list[dict[str, Any]]:
    """Return the words at the rules that mark breaks; breaks close together share one."""
    if not years or len(years) > RULES:
        return []
    span = scale.years[1] - scale.years[0]
    groups: list[list[int]] = []
    for year in years:
        if groups and year - groups[-1][-1] < NEAR * span:
            groups[-1].append(year)
        else:
            groups.append([year])
    return [
        {
            "x": group[-1] - 0.5, "y": 1, "yref": "paper", "yanchor": "top", "yshift": 2, "showarrow": False,
            "xanchor": "right" if group[-1] - scale.years[0] > span / 2 else "left",
            "text": say(Message("break {years}", years=", ".join(map(str, group))), lang),
            "font": {"size": 9, "color": theme.muted}, "bgcolor": theme.card,
        }
        for group in groups
    ]  # fmt: skip


def _names(
    drawn: Sequence[Line], others: Sequence[Line], named: str, theme: Theme, hue: str
) -> list[tuple[Point, str, str]]:
    """Return one label per source whose name is not yet written: at the last figure of its line."""
    main = [line for line in drawn if line not in others and line.source_id != named and not _followed(line, drawn)]
    return [
        (line.points[-1], counter(line.source_id), hue if line.preferred else theme.rival)
        for line in [*others, *main]
        if counter(line.source_id) != counter(named)  # an older count by the same body needs no second name
    ]


def room_px(labels: Sequence[dict[str, Any]], scale: Scale) -> int:
    """Return the margin that the labels at the right edge need."""
    last = scale.years[1] - NEAR * (scale.years[1] - scale.years[0])
    edge = [label for label in labels if label["x"] >= last]
    letters = (len(line) for label in edge for line in re.sub("</?b>", "", label["text"]).split("<br>"))
    return 12 + int(max(letters, default=0) * LETTER_PX)


def _followed(line: Line, drawn: Sequence[Line]) -> bool:
    """Whether another main line goes on where this one ends: they read as one series."""
    return any(
        other is not line and other.preferred and not other.other_rules and other.points[0].year > line.points[0].year
        for other in drawn
    )


def _free_shift(
    point: Point, tall_px: float, placed: list[tuple[float, float, float]], scale: Scale, plot_px: float
) -> float:
    """Return by how many pixels a label moves up (down if negative) to stand clear of those already placed."""
    span = scale.years[1] - scale.years[0]
    height = (point.value - scale.values[0]) / (scale.values[1] - scale.values[0]) * plot_px
    near = [(y, tall) for year, y, tall in placed if abs(year - point.year) < NEAR * span]
    options = [0.0, *(sign * step for step in range(4, 60, 4) for sign in (1, -1))]
    free = (s for s in options if all(abs(height + s - y) >= (tall_px + tall) / 2 for y, tall in near))
    shift = float(next(free, 0.0))
    placed.append((point.year, height + shift, tall_px))
    return shift


def _figure(value: float, panel: Panel, scale: Scale, lang: Language) -> str:
    """Return a figure in the unit of the axis with three digits, fewer where the figure has fewer."""
    shown = rounded(value, panel.indicator) / scale.factor
    digits = 0 if abs(shown) >= 100 else 1 if abs(shown) >= 10 else 2  # three digits in all
    if shown == round(shown) and scale.factor == 1:
        digits = 0
    return number(shown, lang, digits=digits)
