"""A layer on its way through the checks: its columns, its shapes, what was measured of them and what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.ingest.compact import Compact, Geometries, Mask
from geo.ingest.report import Issue, Severity, listed
from geo.messages import Message

PREVIEWS: Final = 5  # shapes of each kind of repair that are kept before and after
LOOK: Final = Message("See whether the result is right; if not, mend the feature in the file and bring it again.")
PLACE: Final = Message("Expected is a geometry with coordinates on every feature.")
FILL_IN: Final = Message("Fill in the place of these features in the file, if it is known, and bring it again.")
FLAT: Final = Message("The map draws places in two dimensions.")
NOTHING: Final = Message("Nothing needs to be done.")
KEEP_ORIGINAL: Final = Message("Keep the original file if they are needed: it is the one that has them.")
VALID: Final = Message("Expected are outlines that neither cross nor touch themselves (OGC Simple Features).")

Measure = Callable[[Geometries], npt.NDArray[Any]]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Repair:
    """A shape before and after it was mended, in degrees: what a person is shown.

    Attributes
    ----------
    code : str
        That of the issue.
    layer : str
        The layer's name in the file.
    feature : int
        The number of the record, from 1.
    before, after : Geometry
        Longitude and latitude; ``before`` may be invalid.
    """

    code: str
    layer: str
    feature: int
    before: shapely.Geometry
    after: shapely.Geometry


@dataclass
class Work:
    """A layer on its way through the steps."""

    layer: str
    table: pd.DataFrame
    shapes: Compact
    issues: list[Issue] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    came_valid: Mask | None = None  # before it was brought to degrees, which can turn a thin outline over
    _known: dict[Measure, npt.NDArray[Any]] = field(default_factory=dict)  # what was measured of the shapes

    @property
    def index(self) -> pd.Index:
        """The numbers of the records that are left."""
        return self.table.index

    def keep(self, kept: Mask) -> None:
        """Set the other rows aside, and what was measured of them."""
        if kept.all():
            return
        self.table, self.shapes = self.table[kept], self.shapes.keep(kept)
        self._known = {measure: values[kept] for measure, values in self._known.items()}
        self.came_valid = None if self.came_valid is None else self.came_valid[kept]

    def measured(self, *measures: Measure) -> tuple[npt.NDArray[Any], ...]:
        """Return what functions give for the shapes: each is asked once, and those that are new all at once."""
        new = [measure for measure in measures if measure not in self._known]
        if new:
            self._known.update(zip(new, self.shapes.each(*new), strict=True))
        return tuple(self._known[measure] for measure in measures)

    def moved(self, shapes: Compact) -> None:
        """Take other shapes, of which nothing is known."""
        if shapes is not self.shapes:
            self.shapes, self._known = shapes, {}

    def put(self, rows: Rows, shapes: Geometries) -> None:
        """Take other shapes in some rows, and measure them again."""
        self.shapes = self.shapes.put(rows, shapes)
        for measure, values in self._known.items():
            values[rows] = measure(shapes)

    def tell(
        self, name: str, found: Message, expected: Message, fix: Message, rows: Mask, *, note: bool = False
    ) -> None:
        """Write down what was found in some rows."""
        first = int(self.index[int(np.flatnonzero(rows)[0])])
        severity: Severity = "note" if note else "warning"
        self.issues.append(
            Issue(
                name, severity, found, expected, fix, layer=self.layer, feature=first, count=int(rows.sum()),
                records=listed(self.index[rows]),
            )
        )  # fmt: skip

    def show(self, name: str, rows: Mask, before: Compact, after: Compact) -> None:
        """Keep the first of some rows, as they were and as they are; both are of the rows that are there now."""
        first = np.flatnonzero(rows)[:PREVIEWS]
        self.show_these(name, first, before.take(first), after.take(first))

    def show_these(self, name: str, rows: Rows, before: Geometries, after: Geometries) -> None:
        """Keep shapes as they were and as they are, to be looked at."""
        for row, was, became in zip(rows, before, after, strict=True):
            self.repairs.append(Repair(name, self.layer, int(self.index[row]), was, became))


def rows_of(found: npt.NDArray[np.int64], length: int) -> Mask:
    """Return a mask of so many rows that is true for those found."""
    mask = np.zeros(length, dtype=bool)
    mask[found] = True
    return mask


def measures_dropped(n: int) -> Message:
    """Return what is said where the vertices of some features carry measures."""
    return Message(
        "{n} feature has measures (M) on its vertices, which were left out.",
        "{n} features have measures (M) on their vertices, which were left out.",
        n=n,
    )
