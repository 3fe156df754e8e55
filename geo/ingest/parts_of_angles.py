"""Degrees, minutes and seconds that stand in columns of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.coordinates import Axis
from geo.ingest.figures import Decimal, figures
from geo.ingest.grid import Grid
from geo.names import folded

WORDS: Final = re.compile(r"[a-z]+")
CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
AXIS: Final = re.compile(r"(?P<lat>lat\w*|norte|north|sul|sur)|(?P<lon>lon\w*|lng|oeste|west|este)")
PARTS: Final = (
    re.compile(r"g|gr|gra|grad\w*|grau\w*|deg\w*|d"),
    re.compile(r"m|min\w*"),
    re.compile(r"s|seg\w*|sec\w*"),
)
SIDE: Final = re.compile(r"h|hem\w*|ns|ew|we|dir\w*|orient\w*|cardinal|sentido|letra")
WESTERN: Final = frozenset("swo")

Floats = npt.NDArray[np.float64]


@dataclass
class Angle:
    """The columns of one half of a pair, by what they hold, and its values once they are read."""

    axis: Axis
    parts: dict[int, int] = field(default_factory=dict)
    side: int | None = None

    def columns(self) -> list[int]:
        """Return its columns, degrees first."""
        return [self.parts[part] for part in sorted(self.parts)]

    def values(self, grid: Grid, decimal: Decimal) -> Floats:
        """Return degrees; NaN where a part is no figure, or minutes and seconds are sixty or more."""
        read = [figures(grid.columns[at], decimal) for at in self.columns()]
        degrees = read[0].values
        total = np.abs(degrees)
        is_wrong = read[0].strange.copy()
        for power, each in enumerate(read[1:], start=1):
            more = np.where(each.given, each.values, 0.0)
            is_wrong |= each.strange | (more < 0) | (more >= 60)
            total = total + more / 60**power
        cells = grid.columns[self.parts[0]].to_pylist()
        is_below = np.array([bool(cell) and cell.lstrip()[0] in "-−" for cell in cells])  # “-0” has a sign too
        if self.side is not None:
            letters = grid.columns[self.side].to_pylist()
            is_below |= np.array([bool(letter) and folded(letter).strip()[:1] in WESTERN for letter in letters])
        return np.where(is_wrong, np.nan, np.where(is_below, -total, total))


def in_parts(grid: Grid) -> tuple[Angle, Angle] | None:
    """Return latitude and longitude as columns of degrees, minutes and, mostly, seconds; None where there are none."""
    found: dict[Axis, Angle] = {"lat": Angle("lat"), "lon": Angle("lon")}
    for at, name in enumerate(grid.names):
        words = WORDS.findall(folded(CAMEL.sub(" ", name)))
        axes = [match for word in words if (match := AXIS.fullmatch(word)) is not None]
        if len(axes) != 1:
            continue
        angle = found["lat" if axes[0]["lat"] else "lon"]
        rest = [word for word in words if not AXIS.fullmatch(word)]
        part = next((number for number, said in enumerate(PARTS) if any(said.fullmatch(word) for word in rest)), None)
        if part is not None:
            angle.parts.setdefault(part, at)
        elif any(SIDE.fullmatch(word) for word in rest):
            angle.side = at
    if any(not {0, 1} <= set(angle.parts) for angle in found.values()):
        return None
    return found["lat"], found["lon"]
