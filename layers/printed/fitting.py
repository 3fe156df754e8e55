"""Texts fitted into a width: broken into lines, made smaller, and at last cut off with an ellipsis."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final
from unicodedata import bidirectional

from layers.printed.fonts import REGULAR, drawable, width

ELLIPSIS: Final = "…"
STEP: Final = 0.96  # by how much type is made smaller at a time


@dataclass(frozen=True)
class Fitted:
    """Lines and the size of their type, in points; ``is_cut`` where something had to be left out."""

    lines: tuple[str, ...]
    size: float
    is_cut: bool = False


def wrapped(text: str, width_pt: float, size_pt: float, weight: int = REGULAR, *, indent_pt: float = 0.0) -> list[str]:
    """Return a text in lines no wider than a width, broken between words, and within one that is too long.

    Parameters
    ----------
    width_pt, size_pt : float
        Points.
    weight : int
        Of the type: 400, 600 or 700.
    indent_pt : float
        How much of the first line is taken already, in points.
    """
    lines: list[str] = []
    line, used, room = "", 0.0, width_pt - indent_pt
    space = width(" ", size_pt, weight)
    for word in drawable(text).split(" "):
        wide = width(word, size_pt, weight)  # by word, as words come again: a line is as wide as its words and spaces
        if used + (space if line else 0.0) + wide <= room:
            used += (space if line else 0.0) + wide
            line = f"{line} {word}" if line else word
            continue
        if line or (indent_pt and not lines):
            lines.append(line)
            room = width_pt
        *whole, line = _broken(word, width_pt, size_pt, weight)
        used = width(line, size_pt, weight)
        lines.extend(whole)
    return [*lines, line] if line else lines


def fitted(
    text: str, width_pt: float, *, size: float, least: float, lines: int = 1, weight: int = REGULAR,
    indent: float = 0.0,
) -> Fitted:  # fmt: skip
    """Return a text in at most so many lines: at the size asked for, or smaller, or else cut off.

    Parameters
    ----------
    width_pt : float
        Points.
    size, least : float
        Of the type, in points: what is wished for, and below which it may not go.
    indent : float
        How much of the first line is taken already, as a part of the type's size.
    """
    tried = size
    while True:
        made = wrapped(text, width_pt, tried, weight, indent_pt=indent * tried)
        if len(made) <= lines:
            return Fitted(tuple(made), tried)
        if tried <= least:
            break
        tried = max(tried * STEP, least)
    kept = made[:lines]
    room = width_pt - (indent * tried if lines == 1 else 0.0)
    kept[-1] = shortened(f"{kept[-1]} {made[lines]}", room, tried, weight, always=True)
    return Fitted(tuple(kept), tried, is_cut=True)


def shortened(text: str, width_pt: float, size_pt: float, weight: int = REGULAR, *, always: bool = False) -> str:
    """Return a text cut off with an ellipsis so that it fits one line; ``always`` cuts one that fits too."""
    text = drawable(text)
    if not always and width(text, size_pt, weight) <= width_pt:
        return text

    def cut(count: int) -> str:
        return text[:count].rstrip(" ,;·") + ELLIPSIS

    # By halving: to set a long text anew for each sign that it loses takes seconds.
    return cut(bisect_right(range(1, len(text) + 1), width_pt, key=lambda count: width(cut(count), size_pt, weight)))


def is_right_to_left(text: str) -> bool:
    """Return whether a text begins on the right: whether its first letter is of a script that does."""
    for sign in text:
        if (kind := bidirectional(sign)) in {"L", "R", "AL"}:
            return kind != "L"
    return False


def _broken(word: str, width_pt: float, size_pt: float, weight: int) -> list[str]:
    """Return a word in pieces that fit; one piece where it fits as it is."""
    pieces = []
    while width(word, size_pt, weight) > width_pt and len(word) > 1:
        counts = range(2, len(word) + 1)  # a piece has one sign at least
        kept = 1 + bisect_right(counts, width_pt, key=lambda count: width(word[:count], size_pt, weight))
        pieces.append(word[:kept])
        word = word[kept:]
    return [*pieces, word]
