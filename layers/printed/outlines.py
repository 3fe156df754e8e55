"""Geometries as paths that matplotlib draws, many at once, and the part of the world that a map holds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.path import Path

from geo.mercator import WORLD
from layers.printed.extent import Extent

Geometries = npt.NDArray[np.object_]
Rows = npt.NDArray[np.int64]

CORNERS: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    "diamond": ((0, 1), (1, 0), (0, -1), (-1, 0)),
    "square": ((-1, 1), (1, 1), (1, -1), (-1, -1)),
    "triangle": ((0, 1), (1, -0.8), (-1, -0.8)),
}
LIGHT: Final = 200  # vertices; a shape with fewer is drawn whole where it reaches over the edge


def paths(geometries: Geometries) -> list[Path]:
    """Return lines and areas as one path each; holes turn the other way round, so that they stay empty."""
    parts, owners = shapely.get_parts(shapely.orient_polygons(geometries), return_index=True)
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, of_part = shapely.get_rings(parts[is_area], return_index=True)
    lines = np.concatenate([rings, parts[~is_area]])
    owner = np.concatenate([owners[is_area][of_part], owners[~is_area]])
    is_ring = np.arange(len(lines)) < len(rings)
    order = np.argsort(owner, kind="stable")
    lines, owner, is_ring = lines[order], owner[order], is_ring[order]
    vertices = shapely.get_coordinates(lines)
    counts = shapely.get_num_coordinates(lines)
    ends = np.cumsum(counts)
    codes = np.full(len(vertices), Path.LINETO, dtype=Path.code_type)
    codes[ends - counts] = Path.MOVETO
    codes[ends[is_ring] - 1] = Path.CLOSEPOLY
    upto = np.r_[0, np.cumsum(np.bincount(owner, weights=counts, minlength=len(geometries)))].astype(int)
    return [Path(vertices[first:last], codes[first:last]) for first, last in pairwise(upto.tolist())]


def turns(extent: Extent) -> range:
    """Return by how many worlds to move what is drawn: more than once where an edge lies beyond the antimeridian."""
    return range(math.floor(extent.west / WORLD), math.ceil(extent.east / WORLD))


def within(geometries: Geometries, extent: Extent, margin: float) -> tuple[Rows, Geometries]:
    """Return what of some geometries lies on a map: their positions, and they themselves, cut off beyond the edge.

    Parameters
    ----------
    geometries : array
        In the square world.
    margin : float
        How far beyond the edge they go on, in units, so that no stroke along a cut is seen.
    """
    found_rows, found = [], []
    bounds = shapely.bounds(geometries)
    for turn in turns(extent):
        moved = turn * WORLD
        west, east = extent.west - moved - margin, extent.east - moved + margin
        south, north = extent.south - margin, extent.north + margin
        here = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        rows = np.flatnonzero(here)
        inside = (
            (bounds[rows, 0] >= west)
            & (bounds[rows, 2] <= east)
            & (bounds[rows, 1] >= south)
            & (bounds[rows, 3] <= north)
        )
        cut = geometries[rows].copy()
        large = ~inside & (shapely.get_num_coordinates(cut) > LIGHT)
        cut[large] = shapely.clip_by_rect(cut[large], west, south, east, north)
        kept = ~shapely.is_empty(cut)
        rows, cut = rows[kept], cut[kept]
        found_rows.append(rows)
        found.append(moved_by(cut, moved))
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=object)
    return np.concatenate(found_rows), np.concatenate(found)


def moved_by(geometries: Geometries, units: float) -> Geometries:
    """Return geometries so many units further east."""
    if not units or not len(geometries):
        return geometries
    return np.asarray(shapely.transform(geometries, lambda xy: xy + np.array([units, 0.0])), dtype=object)


@lru_cache(maxsize=8)
def unit_shape(name: str) -> Path:
    """Return the outline of a point's sign of radius 1 around the origin, as the browser draws it; y grows upwards."""
    if name not in CORNERS:
        return Path.unit_circle()
    return Path(np.array([*CORNERS[name], CORNERS[name][0]], dtype=float), closed=True)
