"""Two maps of a comparison on one sheet: how they stand, their captions, and the one legend of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from matplotlib.figure import Figure

from geo.messages import say
from layers import comparison, years
from layers.legend import Entry
from layers.printed import layout, seen, sheet
from layers.printed.extent import Extent
from layers.printed.fitting import Fitted, fitted
from layers.printed.fonts import SEMIBOLD
from layers.printed.layout import Layout
from layers.printed.lettering import LEADING
from layers.printed.seen import LegendGroup
from layers.spec import LayerSpec
from layers.tokens import INK
from layers.view import ViewState

TYPE_PX: Final = 15.0  # pixels of the legend: a caption is larger than its words
LEAST: Final = 0.8  # how far it may shrink
ROWS: Final = 2
BELOW: Final = 0.35  # of its size: between it and its map
SIDES: Final = ("left", "right")


@dataclass(frozen=True)
class Both(Entry):
    """A line of the legend of two maps; ``count`` is how many features carry its sign on the first."""

    second: int


def parted(
    placed: Layout, captions: Sequence[str], frame_of: Callable[..., Extent], *, is_above: bool | None = None
) -> tuple[Layout, bool]:
    """Return a layout with a map for each caption, and whether they stand one above the other.

    Parameters
    ----------
    frame_of : callable
        What a map shows whose width is so many times its height.
    is_above : bool, optional
        How they stand; without it, so that what the view shows is larger.
    """
    if is_above is None:
        upright, beside = (_parted(placed, captions, is_above=each) for each in (True, False))
        scales = [each.map.width / frame_of(shape=each.shape).width for each in (upright, beside)]
        is_above = scales[0] > scales[1]
    return _parted(placed, captions, is_above=is_above), is_above


def _parted(placed: Layout, captions: Sequence[str], *, is_above: bool) -> Layout:
    bare = layout.parted(placed, 0.0, is_above=is_above)
    return layout.parted(placed, max(map(_height, _fitted(captions, bare))), is_above=is_above)


def _fitted(captions: Sequence[str], placed: Layout) -> list[Fitted]:
    """Return captions in the width of their maps, all in one size."""
    size = TYPE_PX * placed.legend_px
    fit = partial(fitted, width_pt=placed.map.width, least=size * LEAST, lines=ROWS, weight=SEMIBOLD)
    smallest = min(fit(each, size=size).size for each in captions)
    return [fit(each, size=smallest) for each in captions]


def _height(words: Fitted) -> float:
    return (len(words.lines) * LEADING + BELOW) * words.size


def caption(figure: Figure, captions: Sequence[str], placed: Layout) -> None:
    """Write above each of two maps what it shows."""
    for side, words, where in zip(SIDES, _fitted(captions, placed), placed.captions, strict=True):
        look = sheet.Type(words.size, SEMIBOLD, INK)
        sheet.block(figure, words.lines, (where.x0, where.y0 + _height(words)), look, gid=f"caption-{side}")


def legend(
    view: ViewState, layers: Sequence[LayerSpec], first: Sequence[LegendGroup], second: Sequence[LegendGroup]
) -> tuple[LegendGroup, ...]:
    """Return one legend for two maps: each layer and each sign once, with how often it is seen on either.

    Parameters
    ----------
    layers : sequence of LayerSpec
        Of both maps, in drawing order.
    first, second : sequence of LegendGroup
        The legends of the two.
    """
    sides = comparison.sides(view, list(layers))
    known = [{group.key: group for group in groups} for groups in (first, second)]
    out = []
    for spec in reversed(layers):
        groups = [each.get(spec.key) for each in known]
        found = [group for group in groups if group is not None]
        if not found:
            continue
        if not years.dated(spec) or view.compare.count(":"):
            entries = found[0].entries if len(found) == 1 else _united(*(group.entries for group in found))
            out.append(replace(found[0], entries=entries))
            continue
        title = seen.title(spec, *sides)
        entries = _united(*(group.entries if group else () for group in groups))
        alone = say(spec.title, view.lang)  # of a layer without classes, whose one line is called as it is
        entries = tuple(replace(each, words=title) if each.words == alone else each for each in entries)
        out.append(LegendGroup(spec.key, title, entries, spec))
    return tuple(out)


def _united(first: Sequence[Entry], second: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the lines of two legends of a layer in their order; one that only the second has stands where it does."""
    counts = [{each.words: each.count for each in entries} for entries in (first, second)]
    out, place = list(first), 0
    for each in second:
        at = next((n for n, one in enumerate(out) if one.words == each.words), None)
        if at is None:
            out.insert(place, each)
            at = place
        place = at + 1
    return tuple(
        Both(each.words, each.style, counts[0].get(each.words, 0), counts[1].get(each.words, 0)) for each in out
    )
