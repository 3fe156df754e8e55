"""Who is looking: the seam through which every read, route and export decides what may be seen.

Without sign-in there is one local viewer with every role. Access is decided here and in
the reads below it, never by hiding a widget.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from geo.errors import DataError
from geo.messages import Message

Marking = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]  # FIRST, TLP 2.0
MARKINGS: Final[tuple[Marking, ...]] = get_args(Marking)  # from least to most restrictive


@dataclass(frozen=True)
class Viewer:
    """A person as far as access goes."""

    id: str
    name: str
    roles: frozenset[str]
    ceiling: Marking

    def may_see(self, marking: Marking) -> bool:
        """Return whether what carries this marking may be shown to the viewer."""
        return MARKINGS.index(marking) <= MARKINGS.index(self.ceiling)


LOCAL: Final = Viewer("local", "", frozenset({"viewer", "briefer", "analyst", "admin"}), "TLP:RED")


def marking_of(text: str) -> Marking:
    """Return the marking that a text names: “TLP:GREEN”, “GREEN”, “tlp green” or “amber strict”.

    Raises
    ------
    DataError
        If it names none.
    """
    for marking in MARKINGS:
        if _letters(marking) in {_letters(text), f"TLP{_letters(text)}"}:
            return marking
    raise DataError(Message("“{text}” is no marking. Use one of {names}.", text=text[:40], names=", ".join(MARKINGS)))


def _letters(text: str) -> str:
    return re.sub(r"[\s:+_-]", "", text).upper()
