"""The face of a printed map, measured in points from its lower left corner: where names and furniture stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D, Transform

from layers.printed.extent import Extent
from layers.printed.lettering import points


@dataclass(frozen=True)
class Face:
    """Axes that show an extent: their size in points, and the way from square-world units to points on them."""

    axes: Axes
    extent: Extent
    width: float
    height: float

    @classmethod
    def of(cls, axes: Axes, extent: Extent) -> Face:
        """Return the face of axes as they stand on their figure now."""
        return cls(axes, extent, *(float(side) for side in _placed(axes)[2:]))

    @property
    def transform(self) -> Transform:
        """What takes points on the face to pixels, at whatever resolution the figure is written."""
        x, y = _placed(self.axes)[:2]
        return Affine2D().translate(x, y) + points(_figure(self.axes))

    def spots(self, xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return square-world units (n x 2) as points on the face."""
        one = self.extent
        return (xy - (one.west, one.south)) * (self.width / one.width, self.height / one.height)


def _placed(axes: Axes) -> tuple[float, float, float, float]:
    """Return left, bottom, width and height of axes in points."""
    where = axes.get_position(original=True)
    across, up = (side * 72 for side in _figure(axes).get_size_inches())
    return where.x0 * across, where.y0 * up, where.width * across, where.height * up


def _figure(axes: Axes) -> Figure:
    return cast(Figure, axes.figure)  # sheets have no figures within figures
