"""Tens of thousands of small things as one picture under a map: as shapes they would be slow, and a file of them vast.

Opacities that lie over one another multiply what is left to be seen; their logarithms add up. So each thing adds
its own to the dots it covers, in any order, and the picture is made at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.transforms import Affine2D

from layers.printed.extent import Extent
from layers.printed.painting import RADIUS, Put, look
from layers.spec import Style

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MOST_DOTS: Final = 6_000_000  # of a picture: they take a hundred megabytes while it is made
OPAQUE: Final = 0.995  # more has no logarithm
FINE: Final = 4  # parts of a dot's side that say how much of it an edge covers


class Plate:
    """A picture of an extent, made of dots of a size in units."""

    def __init__(self, extent: Extent, dot: float) -> None:
        self.dot = dot
        self.west, self.south = extent.west, extent.south
        self.columns, self.rows = int(np.ceil(extent.width / dot - 1e-9)), int(np.ceil(extent.height / dot - 1e-9))
        self.ink = np.zeros((4, self.rows * self.columns), dtype=np.float32)  # red, green, blue times dark; dark

    def add(self, column: Ints, row: Ints, dark: Floats, colour: Floats) -> None:
        """Darken dots; those beyond the edge are left out."""
        kept = (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows) & (dark > 0)
        if not kept.any():
            return
        at = row[kept] * self.columns + column[kept]
        for band in range(3):
            np.add.at(self.ink[band], at, (dark[kept] * colour[kept, band]).astype(np.float32))
        np.add.at(self.ink[3], at, dark[kept].astype(np.float32))

    def print(self, axes: Axes, *, zorder: float, opacity: float = 1.0) -> None:
        """Put the picture on a map."""
        dark = self.ink[3]
        picture = np.zeros((self.rows * self.columns, 4), dtype=np.uint8)
        some = np.flatnonzero(dark)
        for band in range(3):
            picture[some, band] = np.round(255 * np.minimum(self.ink[band, some] / dark[some], 1.0))
        picture[some, 3] = np.round(255 * opacity * (1 - np.exp(-dark[some])))
        axes.add_artist(Picture(self, picture.reshape(self.rows, self.columns, 4), zorder=zorder))


class Picture(Artist):
    """A picture that lies on the dots of the sheet as it is: matplotlib's own would be sampled anew in the process."""

    def __init__(self, plate: Plate, dots: npt.NDArray[np.uint8], *, zorder: float) -> None:
        super().__init__()
        self.dots = dots  # the first row is the lowest
        self.box = (
            (plate.west, plate.south),
            (plate.west + plate.columns * plate.dot, plate.south + plate.rows * plate.dot),
        )
        self.set_zorder(zorder)

    def draw(self, renderer: RendererBase) -> None:
        """Draw it: whole in vector files, on the sheet's own dots in others."""
        if self.axes is None or not self.get_visible():
            return
        (left, low), (right, high) = self.axes.transData.transform(self.box)
        gc = renderer.new_gc()
        gc.set_clip_rectangle(self.axes.bbox)
        if renderer.option_scale_image():
            renderer.draw_image(gc, left, low, self.dots, Affine2D().scale(right - left, high - low))
        else:
            rows = np.arange(round(high) - round(low)) * self.dots.shape[0] // (round(high) - round(low))
            columns = np.arange(round(right) - round(left)) * self.dots.shape[1] // (round(right) - round(left))
            renderer.draw_image(gc, round(left), round(low), np.ascontiguousarray(self.dots[rows][:, columns]))
        gc.restore()


def squares(axes: Axes, plate: Plate, centres: Floats, sides: Floats, colours: Floats, *, zorder: float) -> None:
    """Draw squares on a picture of dots.

    Parameters
    ----------
    centres, sides : array
        In the square world.
    colours : array, n x 4
        Red, green, blue and opacity, 0 to 1.
    """
    dot = plate.dot
    x, y = (centres[:, 0] - plate.west) / dot, (centres[:, 1] - plate.south) / dot
    column, row, half = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64), sides / dot / 2
    reach = int(np.ceil(half.max() + 0.5))
    across = [_overlap(x, half, column + step) for step in range(-reach, reach + 1)]
    up = [_overlap(y, half, row + step) for step in range(-reach, reach + 1)]
    for right, wide in enumerate(across, -reach):
        for high, tall in enumerate(up, -reach):
            covered = np.minimum(colours[:, 3] * wide * tall, OPAQUE)
            plate.add(column + right, row + high, -np.log1p(-covered), colours[:, :3])
    plate.print(axes, zorder=zorder)


def _overlap(middle: Floats, half: Floats, dot: Ints) -> Floats:
    """Return how much of a dot's width lies in what reaches so far on both sides of a middle."""
    return np.asarray(np.clip(np.minimum(dot + 1, middle + half) - np.maximum(dot, middle - half), 0.0, 1.0))


def signs(
    axes: Axes, plate: Plate, where: Floats, n: Ints, styles: Sequence[Style], put: Put, *, page: float
) -> None:  # fmt: skip
    """Draw round signs on a picture of dots, each as dark as so many on one spot.

    Parameters
    ----------
    where : array, n x 2
        In the square world.
    page : float
        Side of a pixel of the page, in units.
    """
    dot = plate.dot
    column = np.floor((where[:, 0] - plate.west) / dot).astype(np.int64)
    row = np.floor((where[:, 1] - plate.south) / dot).astype(np.int64)
    alike: dict[int, list[int]] = {}
    for number, style in enumerate(styles):
        alike.setdefault(id(style), []).append(number)
    for numbers in alike.values():
        style = styles[numbers[0]]
        one = look(style, px=put.px)
        told = style.get("radius")
        radius = float(RADIUS if told is None else told) * put.size * page / dot
        edge = one.width / put.px * page / dot / 2 if one.edge[3] else 0.0
        rows = np.array(numbers)
        for (inner, outer), (*colour, share) in (((0.0, radius), one.face), ((radius - edge, radius + edge), one.edge)):
            if outer <= inner or not share:
                continue
            dark = -np.log1p(-min(share, OPAQUE)) * n[rows]
            shades = np.tile(np.array(colour), (len(rows), 1))
            for right, high, covered in _ring(inner, outer):
                plate.add(column[rows] + right, row[rows] + high, dark * covered, shades)
    plate.print(axes, zorder=put.zorder, opacity=put.opacity)


def _ring(inner: float, outer: float) -> list[tuple[int, int, float]]:
    """Return the dots around a middle that a ring covers, and how much of each."""
    reach = int(np.ceil(outer)) + 1
    fine = (np.arange(-reach * FINE, (reach + 1) * FINE) + 0.5) / FINE - 0.5
    away = np.hypot(fine[:, None], fine[None, :])
    inside = ((away < outer) & (away >= inner)).astype(float)
    side = 2 * reach + 1
    share = inside.reshape(side, FINE, side, FINE).mean(axis=(1, 3))
    return [
        (right - reach, high - reach, float(share[high, right]))
        for high in range(side)
        for right in range(side)
        if share[high, right] > 0
    ]
