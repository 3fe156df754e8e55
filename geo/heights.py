"""Heights of shapes: they go with a layer from the file that brought it to the files it leaves in; maps are flat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import shapely

Geometries = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def moved(shapes: Geometries, change: Callable[[Floats], Floats]) -> Geometries:
    """Return shapes with other x and y; heights stay as they are, and flat shapes flat.

    Parameters
    ----------
    change : callable
        Takes and returns x and y, n x 2.
    """
    high = shapely.has_z(shapes)
    out = np.asarray(shapes, dtype=object).copy()
    out[~high] = shapely.transform(out[~high], change)
    if high.any():
        out[high] = shapely.transform(
            out[high], lambda xyz: np.column_stack([change(xyz[:, :2]), xyz[:, 2]]), include_z=True
        )
    return out


def without_measures(shapes: Geometries) -> Geometries:
    """Return shapes without the measures (M) of their vertices."""
    measured = shapely.has_m(shapes)
    if not measured.any():
        return shapes
    out, high = shapes.copy(), measured & shapely.has_z(shapes)
    out[measured & ~high] = shapely.force_2d(shapes[measured & ~high])
    out[high] = shapely.from_wkb(shapely.to_wkb(shapes[high], output_dimension=3))
    return out


def says_a_height(shapes: Geometries) -> Mask:
    """Whether shapes have a height other than 0, with one on every vertex."""
    lowest, highest = _span(shapes)
    found: Mask = np.isfinite(lowest) & ((lowest != 0) | (highest != 0))
    return found


def is_torn(shapes: Geometries) -> Mask:
    """Whether shapes have heights on some of their vertices, and none on others."""
    found: Mask = shapely.has_z(shapes) & ~np.isfinite(_span(shapes)[0])
    return found


def only_whole(shapes: Geometries) -> Geometries:
    """Return shapes, flat where one has no height on some of its vertices."""
    torn = is_torn(shapes)
    if not torn.any():
        return shapes
    out = shapes.copy()
    out[torn] = shapely.force_2d(shapes[torn])
    return out


def _span(shapes: Geometries) -> tuple[Floats, Floats]:
    """Return the lowest and the highest height of each shape; NaN without one, or where one is no number."""
    lowest, highest = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    high = np.flatnonzero(shapely.has_z(shapes))
    if len(high):
        xyz, row = shapely.get_coordinates(shapes[high], include_z=True, return_index=True)
        z = np.where(np.isfinite(xyz[:, 2]), xyz[:, 2], np.nan)
        starts = np.flatnonzero(np.diff(row, prepend=-1))
        at = high[row[starts]]
        lowest[at], highest[at] = np.minimum.reduceat(z, starts), np.maximum.reduceat(z, starts)
    return lowest, highest
