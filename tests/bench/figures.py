"""Samples, their median and spread, and the table of what was measured against what was asked."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

WARM_UPS = 2
SAMPLES = 7
KB, MB = 1e3, 1e6


@dataclass(frozen=True)
class Sample:
    """Repeated measurements of one thing, the first of which warmed the server up and do not count."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, measured: Sequence[float], *, warm_ups: int = WARM_UPS) -> Sample:
        return cls(tuple(measured[warm_ups:]))

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def text(self, unit: str, *, scale: float = 1, digits: int = 2) -> str:
        """Return the median and, in brackets, the least and greatest value."""
        low, high = min(self.values) * scale, max(self.values) * scale
        if len(self.values) == 1:
            return f"{self.median * scale:.{digits}f} {unit}"
        return f"{self.median * scale:.{digits}f} {unit} ({low:.{digits}f}-{high:.{digits}f})"


def p95(values: Sequence[float]) -> float:
    """Return the value that one measurement in twenty exceeds, between two neighbours where needed."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, the figure, and where something was asked the measure and its limit."""

    what: str
    figure: str
    measure: float | None = None
    limit: float | None = None
    unit: str = "x"

    @property
    def is_met(self) -> bool | None:
        """Whether the limit is kept; None where none was set."""
        return None if self.limit is None or self.measure is None else self.measure <= self.limit

    def cells(self) -> tuple[str, str, str, str, str]:
        measure = "" if self.measure is None else f"{self.measure:.2f} {self.unit}"
        limit = "" if self.limit is None else f"at most {self.limit:g} {self.unit}"
        verdict = {None: "", True: "ok", False: "MISSED"}[self.is_met]
        return self.what, self.figure, measure, limit, verdict


HEADINGS = ("what", "median (least-greatest)", "compared", "target", "")


def table(rows: Sequence[Row]) -> str:
    """Return the rows as aligned text."""
    cells = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
