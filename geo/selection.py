"""What the filters of a view let through, said once for frames and once for stored layers.

A filter on confidence or year never hides what is not graded or not dated: absence of a grade
is not a low grade.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from geo import sql

LENIENT: Final = frozenset({"confidence"})  # columns in which nothing said passes any filter


def holds(cells: pd.Series, wanted: Iterable[str]) -> pd.Series:
    """Return where a cell, possibly several values joined by ";", holds any wanted value."""
    alternatives = "|".join(re.escape(value) for value in wanted)
    return cells.astype(str).str.contains(rf"(?:^|;)(?:{alternatives})(?:;|$)", regex=True)


@dataclass(frozen=True)
class Where:
    """Which features are shown: wanted values by column, and a year.

    Attributes
    ----------
    members : mapping of str to tuple of str
        Column to the values of which a feature must hold one.
    year : int or None
        The feature's years, ``first_year`` to ``last_year``, must hold it.
    """

    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    year: int | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What tells two selections apart, for caches."""
        return (tuple(sorted(self.members.items())), self.year)

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """Return where the rows of a frame are let through."""
        keep = pd.Series(True, index=frame.index)
        for column, wanted in self.members.items():
            found = holds(frame[column], wanted)
            keep &= found | (frame[column] == "") if column in LENIENT else found
        if self.year is not None:
            keep &= frame["first_year"].isna() | (frame["first_year"] <= self.year)
            keep &= frame["last_year"].isna() | (frame["last_year"] >= self.year)
        return keep

    def condition(self) -> tuple[str, list[object]]:
        """Return the same as an SQL condition on a stored layer's tables, and its values."""
        parts, values = ["true"], list[object]()
        for column, wanted in self.members.items():
            held = f"list_has_any(string_split({sql.key(column)}, ';'), ?)"
            parts.append(f"({held} OR {sql.key(column)} = '')" if column in LENIENT else held)
            values.append(list(wanted))
        if self.year is not None:
            parts.append("(first_year IS NULL OR first_year <= ?) AND (last_year IS NULL OR last_year >= ?)")
            values += [self.year, self.year]
        return " AND ".join(parts), values


EVERYTHING: Final = Where()
