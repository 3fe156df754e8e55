"""The rules of marking (FIRST, TLP 2.0): what leaves carries the most restrictive marking of anything on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from geo.errors import DataError
from geo.messages import Message
from geo.viewer import MARKINGS, Marking
from layers.spec import LayerSpec

NEVER: Final[Marking] = "TLP:RED"  # for the eyes and ears of those present: it enters no file
# Of the letters and the ground of each mark, as the standard gives them; the ground is black for all.
COLOURS: Final[Mapping[Marking, str]] = {
    "TLP:CLEAR": "#FFFFFF",
    "TLP:GREEN": "#33FF00",
    "TLP:AMBER": "#FFC000",
    "TLP:AMBER+STRICT": "#FFC000",
    "TLP:RED": "#FF2B2B",
}
GROUND: Final = "#000000"


@dataclass(frozen=True)
class Cleared:
    """The layers that may leave, those that may not, and the marking of the whole."""

    layers: tuple[LayerSpec, ...]
    left_out: tuple[LayerSpec, ...]
    marking: Marking


def cleared(layers: Iterable[LayerSpec], *, asked: Marking = "TLP:CLEAR") -> Cleared:
    """Return what of some layers may leave, and under which marking.

    Parameters
    ----------
    asked : Marking
        The least restrictive marking that the whole is to carry; it raises the marking and never lowers it.

    Raises
    ------
    DataError
        If TLP:RED is asked for: a file under it may not be made.
    """
    if asked == NEVER:
        raise DataError(
            Message("Nothing is exported under {marking}: it is for those present alone. Show it on the screen.",
                    marking=NEVER)
        )  # fmt: skip
    every = tuple(layers)
    kept = tuple(each for each in every if each.record.marking != NEVER)
    left_out = tuple(each for each in every if each.record.marking == NEVER)
    return Cleared(kept, left_out, highest([asked, *(each.record.marking for each in kept)]))


def highest(markings: Iterable[Marking]) -> Marking:
    """Return the most restrictive of some markings; TLP:CLEAR of none."""
    return max(markings, key=MARKINGS.index, default="TLP:CLEAR")


def offered(least: Marking) -> tuple[Marking, ...]:
    """Return the markings that something may be raised to, from the one it must carry at least."""
    return tuple(each for each in MARKINGS[MARKINGS.index(least) :] if each != NEVER)
