"""Who is looking: the seam through which every read, route and export decides what may be seen.

Without sign-in there is one local viewer with every role. Access is decided here and in
the reads below it, never by hiding a widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

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
