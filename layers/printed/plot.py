"""A small chart on a printed page: what ``layers.chart_traces`` says of lines and marks, drawn by matplotlib.

The marks are the very ones of the chart on the page, so that both obey the same rules; only the words beside the
lines are placed anew, by the exact width of the type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from geo.messages import Language, say
from layers.axes import Scale, finer, value_ticks, year_ticks
from layers.chart_frame import SMALL_PX, TITLE_PX, UNIT_PX, capital
from layers.chart_traces import Trace
from layers.printed.beside import LINE, Field, Place, Word, place
from layers.printed.fitting import Fitted, fitted, is_right_to_left, wrapped
from layers.printed.fonts import FAMILY, SEMIBOLD, width
from layers.printed.lettering import LEADING, Align, line, lines, points
from layers.tokens import Theme

ROWS: Final = ((3, 2), (2, 2), (2, 1), (1, 1), (1, 0))  # of the title and of each line of the footer, the best first
SMALLEST: Final = 0.82  # how far a long title may shrink
LEAST_PLOT_PX: Final = 84  # with the years below it
TICK_PX: Final = 3.5
DASHES: Final[Mapping[str, tuple[float, Sequence[float]] | None]] = {
    "solid": None,
    "dash": (0, (4.2, 2.2)),
    "dot": (0, (1, 1.7)),
}  # in widths of the line
DIAMOND: Final = 0.92  # a square on its corner looks as large as a disc
CAPITAL: Final = 0.8  # from the top of a row of a label to its baseline, over the size of its type
SHARE: Final = 0.34  # of the width that words beyond the end of the lines may take


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart in words and marks, in one language.

    Attributes
    ----------
    title, summary : str
        What it shows and where; and all it says, for those who cannot see it.
    foot : tuple of str
        Lines below it: area, sources.
    traces : tuple of dict
        As ``layers.chart_traces`` makes them; a later one lies over an earlier one.
    breaks : tuple of int
        Years before which a rule stands.
    words : tuple of Word
        What is to stand at the ends of lines and at the rules, the most needed first.
    """

    title: str
    summary: str
    foot: tuple[str, ...]
    scale: Scale
    lang: Language
    theme: Theme
    traces: tuple[Trace, ...]
    breaks: tuple[int, ...] = ()
    words: tuple[Word, ...] = ()


def draw(figure: Figure, chart: Chart, *, box: Bbox, px: float, gid: str = "chart") -> Axes:
    """Draw a chart into a box of a page and return its axes.

    Parameters
    ----------
    box : Bbox
        Points from the lower left corner of the page.
    px : float
        Points that a pixel of the page on the screen is as wide as.
    gid : str
        Of the axes; the words around them are called after it.
    """
    theme, lang, scale = chart.theme, chart.lang, chart.scale
    small = SMALL_PX * px
    said = _around(chart, box, px)
    side: Align = "right" if is_right_to_left(chart.title) else "left"
    begin = box.x1 if side == "right" else box.x0
    top = lines(
        figure, said.title.lines, (begin, box.y1), said.title.size, weight=SEMIBOLD, colour=theme.ink, align=side,
        gid=f"{gid}-title",
    )  # fmt: skip
    top = lines(figure, said.unit, (box.x0, top), UNIT_PX * px, colour=theme.muted, gid=f"{gid}-unit")
    bottom = box.y0 + len(said.foot) * LEADING * small
    lines(figure, said.foot, (box.x0, bottom - 0.3 * small), small, colour=theme.muted, gid=f"{gid}-foot")
    ticks, texts = value_ticks(finer(scale, (top - bottom - 2.6 * small) / px), lang)
    # Where even the fewest ticks are too many for a low plot, some are left out.
    span = (top - bottom - 2.6 * small) / (scale.values[1] - scale.values[0])
    every = max(1, ceil(1.3 * small / (span * (ticks[1] - ticks[0])))) if len(ticks) > 1 and span > 0 else 1
    ticks, texts = ticks[::every], texts[::every]
    left = max(width(text, small) for text in texts) + 5 * px
    right = _room(chart, box.width, px)
    inner = Bbox.from_extents(box.x0 + left, bottom + 2.3 * small, box.x1 - right, top - 0.3 * small)
    axes = _axes(figure, inner, scale, gid)
    _ground(axes, chart, inner, ticks, texts, px)
    for order, trace in enumerate(chart.traces):
        _trace(axes, trace, px, 3 + order / 100)
    field = Field(inner, Bbox.from_extents(inner.x0, inner.y0, box.x1, inner.y1), scale, px)
    for order, each in enumerate(_placed(field, chart)):
        _word(figure, axes, each, px, f"{gid}-word-{order + 1}", theme.card)
    return axes


def runs(trace: Trace) -> list[list[tuple[int, float]]]:
    """Return the unbroken strokes of a trace, each a list of years and values."""
    found = zip(trace["x"], trace["y"], strict=True)
    return [list(part) for there, part in groupby(found, lambda mark: mark[0] is not None) if there]


def marks(trace: Trace) -> list[tuple[int, float, float, str, str]]:
    """Return the marks of a trace that can be seen: year, value, size in pixels, symbol and filling."""
    if "markers" not in trace["mode"]:
        return []
    marker, n = trace["marker"], len(trace["x"])
    spread = [
        each if isinstance(each, list) else [each] * n
        for each in (marker["size"], marker.get("symbol", "circle"), marker["color"])
    ]
    rows = zip(trace["x"], trace["y"], *spread, strict=True)
    return [row for row in rows if row[0] is not None and row[2] > 0]


@dataclass(frozen=True)
class _Around:
    """The words around a plot, in the rows that its box has room for."""

    title: Fitted
    unit: list[str]
    foot: list[str]


def _around(chart: Chart, box: Bbox, px: float) -> _Around:
    """Return the words around a plot; in a low box they have fewer rows, so that the plot stays high enough to read."""
    size, small = TITLE_PX * px, SMALL_PX * px
    unit = wrapped(capital(say(chart.scale.unit, chart.lang)), box.width, UNIT_PX * px)
    for title_rows, foot_rows in ROWS:
        title = fitted(chart.title, box.width, size=size, least=size * SMALLEST, lines=title_rows, weight=SEMIBOLD)
        foot = [
            row
            for text in (chart.foot if foot_rows else ())
            for row in fitted(text, box.width, size=small, least=small, lines=foot_rows).lines
        ]
        taken = (len(title.lines) * title.size + len(unit) * UNIT_PX * px + len(foot) * small) * LEADING
        if box.height - taken >= LEAST_PLOT_PX * px:
            break
    return _Around(title, unit, foot)


def _axes(figure: Figure, inner: Bbox, scale: Scale, gid: str) -> Axes:
    page = figure.get_size_inches() * 72
    axes = figure.add_axes((inner.x0 / page[0], inner.y0 / page[1], inner.width / page[0], inner.height / page[1]))
    axes.set_gid(gid)
    axes.set(xlim=scale.years, ylim=scale.values, facecolor="none")
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    return axes


def _ground(axes: Axes, chart: Chart, inner: Bbox, ticks: list[float], texts: list[str], px: float) -> None:
    """Draw grid, axes and the rules at breaks."""
    theme = chart.theme
    years = year_ticks(chart.scale, int(inner.width / px))
    axes.spines["bottom"].set(color=theme.rule, linewidth=px)
    axes.set_xticks(years, [str(year) for year in years])
    axes.set_yticks(ticks, texts)
    type_ = {"labelsize": SMALL_PX * px, "labelcolor": theme.muted, "labelfontfamily": FAMILY}
    axes.tick_params(axis="x", length=TICK_PX * px, width=px, color=theme.rule, pad=2 * px, **type_)
    axes.tick_params(axis="y", length=0, pad=5 * px, **type_)
    for text in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        text.set_parse_math(False)
    for tick in ticks:
        axes.axhline(tick, color=theme.grid, linewidth=px, zorder=0.5)
    for year in chart.breaks:
        axes.axvline(
            year - 0.5, color=theme.rule, linewidth=px, linestyle=DASHES["dot"], zorder=1, label=f"rule {year}"
        )


def _trace(axes: Axes, trace: Trace, px: float, zorder: float) -> None:
    """Draw a line or marks; the label of each artist says whose it is and of which kind."""
    told = trace["meta"]
    name = f"{told['kind']} {told.get('source_id', '')}".strip()
    if "lines" in trace["mode"]:
        xs = [np.nan if x is None else x for x in trace["x"]]
        ys = [np.nan if y is None else y for y in trace["y"]]
        look = trace["line"]
        stroke = Line2D(
            xs, ys, color=look["color"], linewidth=look["width"] * px, linestyle=DASHES[look.get("dash", "solid")],
            alpha=trace.get("opacity"), solid_capstyle="round", solid_joinstyle="round", dash_capstyle="butt",
            zorder=zorder, clip_on=False, label=name,
        )  # fmt: skip
        axes.add_line(stroke)
    for year, value, size, symbol, filling in marks(trace):
        edge = trace["marker"].get("line", {})
        axes.add_line(
            Line2D(
                [year], [value], linestyle="none", marker="D" if symbol == "diamond" else "o",
                markersize=size * px * (DIAMOND if symbol == "diamond" else 1), markerfacecolor=filling,
                markeredgecolor=edge.get("color", filling), markeredgewidth=edge.get("width", 0) * px,
                zorder=zorder + 1, clip_on=False, label=f"mark {name}",
            )
        )  # fmt: skip


def _placed(field: Field, chart: Chart) -> list[Place]:
    strokes = [
        (run, float(trace["line"]["width"]))
        for trace in chart.traces
        if "lines" in trace["mode"]
        for run in runs(trace)
    ]
    seen = [(year, value, size) for trace in chart.traces for year, value, size, _, _ in marks(trace)]
    return place(field, chart.words, strokes, seen, [year - 0.5 for year in chart.breaks])


def _room(chart: Chart, width_pt: float, px: float) -> float:
    """Return how much of the width the words beyond the last year need."""
    span = chart.scale.years[1] - chart.scale.years[0]
    edge = [word for word in chart.words if word.year > chart.scale.years[1] - 0.12 * span]
    wide = max((word.width(px) for word in edge), default=0.0)
    return min(8 * px + wide, SHARE * width_pt)


def _word(figure: Figure, axes: Axes, placed: Place, px: float, gid: str, ground: str) -> None:
    """Write a label where there is room for it, on a ground of its own that hides the grid and no line."""
    x, top = placed.box.x0, placed.box.y1
    for order, (text, size, weight) in enumerate(placed.word.rows):
        line(
            figure, text, (x, top - CAPITAL * size * px), size * px, weight=weight, colour=placed.word.colour,
            gid=f"{gid}-{order + 1}",
        )  # fmt: skip
        top -= LINE * size * px
    axes.add_patch(
        Rectangle(
            placed.box.p0, placed.box.width, placed.box.height, transform=points(figure), facecolor=ground,
            edgecolor="none", zorder=2, clip_on=False,
        )
    )  # fmt: skip
