"""Which features lie in which zone, and how much of each: what ``geo.zone_tables`` adds up."""

from __future__ import annotations

from functools import cached_property
from typing import Final, NamedTuple, cast

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.measures import areas_km2, lengths_km, summed

POLYGON: Final = 3  # shapely's type id; multi-part shapes and collections have higher ones
AREA, LINE = 2, 1  # dimensions
HEAVY: Final = 2000  # vertices of a polygon: some ten times those of a zone
ROUNDING: Final = 1e-9  # of a whole: less than this outside is what cutting leaves

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]


class Found(NamedTuple):
    """Which features of a batch lie in which zone (``zone`` and ``row`` go together), and how much of each.

    ``zone_size`` holds area and length inside (two columns); ``whole`` and ``outside`` the same of each feature. All
    three are empty where there are points alone. ``rows`` is the number of features.
    """

    zone: Ints
    row: Ints
    rows: int
    zone_size: Floats
    whole: Floats
    outside: Floats


class ZoneShapes:
    """The outlines of zones, ready to be asked what lies in them.

    Parameters
    ----------
    known : GeoDataFrame, n rows
        The zones: valid polygons in EPSG:4326 on their ids.
    """

    def __init__(self, known: gpd.GeoDataFrame) -> None:
        self.ids = [str(each) for each in known.index]
        # Copies of their own: preparing a shape writes on it, and another thread may be asking the same shape.
        self._shapes = shapely.from_wkb(shapely.to_wkb(np.asarray(known.geometry.to_numpy(), dtype=object)))
        shapely.prepare(self._shapes)
        self._bounds = shapely.bounds(self._shapes)

    def holding(self, where: Floats | Geometries) -> Found:
        """Return what lies where of features: coordinates of points (n, 2) or any valid shapes (n), in degrees."""
        return self._points(cast(Floats, where)) if where.ndim == 2 else self._any(np.asarray(where, dtype=object))

    def _points(self, xy: Floats) -> Found:
        x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
        rows = []
        for shape, (west, south, east, north) in zip(self._shapes, self._bounds, strict=True):
            near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
            rows.append(near[shapely.intersects_xy(shape, x[near], y[near])] if len(near) else near)
        zone = np.repeat(np.arange(len(rows)), [len(each) for each in rows])
        none = np.empty((0, 2))
        return Found(zone, np.concatenate(rows), len(xy), none, none, none)

    def _any(self, geometry: Geometries) -> Found:
        """Return what lies where of shapes of any kind, collections among them, part by part."""
        n = len(geometry)
        parts, owner = _parts(geometry)
        kinds = shapely.get_dimensions(parts)
        pairs, size, outside, whole = [], [], np.zeros((n, 2)), np.zeros((n, 2))
        points = self._points(shapely.get_coordinates(parts[kinds == 0]))
        pairs.append(points.zone * n + owner[kinds == 0][points.row])
        size.append(np.zeros((len(points.row), 2)))
        for kind, at in ((AREA, 0), (LINE, 1)):
            mine = owner[kinds == kind]
            found = self._cut(parts[kinds == kind], kind)
            pairs.append(found.zone * n + mine[found.row])
            size.append(np.zeros((len(found.row), 2)))
            size[-1][:, at] = found.zone_size
            whole[:, at] = summed(found.whole, mine, n)
            outside[:, at] = summed(found.outside, mine, n)
        pair, at_pair = np.unique(np.concatenate(pairs), return_inverse=True)
        sizes = np.concatenate(size)
        zone_size = np.column_stack([summed(sizes[:, at], at_pair, len(pair)) for at in (0, 1)])
        return Found(pair // n, pair % n, n, zone_size, whole, outside)

    def _cut(self, parts: Geometries, kind: int) -> Found:
        """Return how much of each line or polygon lies in which zone; sizes have one column here."""
        whole = _size(parts, kind)
        bounds = shapely.bounds(parts)
        zone, row, inside = [], [], []
        is_covered = np.zeros(len(parts), dtype=bool)
        for number, shape in enumerate(self._shapes):
            near = np.flatnonzero(_overlap(bounds, self._bounds[number]))
            is_within = shapely.covers(shape, parts[near])
            covered, cut = near[is_within], near[~is_within]
            is_covered[covered] = True
            seen = _clipped(parts[cut], self._bounds[number]) if kind == AREA else parts[cut]
            meets = shapely.intersects(shape, seen)
            cut, sizes = cut[meets], _inside(shape, seen[meets], kind)
            holds = sizes > ROUNDING * whole[cut]  # else it only touches the edge
            row.append(np.concatenate([covered, cut[holds]]))
            inside.append(np.concatenate([whole[covered], sizes[holds]]))
            zone.append(np.full(len(row[-1]), number))
        zones_of, rows_of, sizes_of = np.concatenate(zone), np.concatenate(row), np.concatenate(inside)
        held = summed(sizes_of, rows_of, len(parts))
        # Zones overlap: of what reaches into several, nothing may be taken away twice.
        for members, together in self._groups:
            mine = members[zones_of]
            several = np.flatnonzero((np.bincount(rows_of[mine], minlength=len(parts)) > 1) & ~is_covered)
            if len(several):
                twice = summed(sizes_of[mine], rows_of[mine], len(parts))[several]
                seen = _clipped(parts[several], shapely.bounds(together)) if kind == AREA else parts[several]
                held[several] += _inside(together, seen, kind) - twice
        outside = np.where(is_covered, 0.0, whole - held)
        outside[outside < ROUNDING * whole] = 0.0
        return Found(zones_of, rows_of, len(parts), sizes_of, whole, outside)

    @cached_property
    def _groups(self) -> list[tuple[NDArray[np.bool_], BaseGeometry]]:
        """Which zones touch one another, directly or through others, and the shape of each such group."""
        group = np.arange(len(self._shapes))
        for one, other in zip(*shapely.STRtree(self._shapes).query(self._shapes, predicate="intersects"), strict=True):
            group[group == group[one]] = group[other]
        found = []
        for members in (group == each for each in np.unique(group)):
            if members.sum() > 1:
                found.append((members, shapely.union_all(self._shapes[members])))
                shapely.prepare(found[-1][1])
        return found


def _inside(shape: BaseGeometry, parts: Geometries, kind: int) -> Floats:
    """Return how much of each line or polygon a prepared shape holds.

    Lines are cut step by step: cut as a whole, a track that goes there and back would count once.
    """
    if kind == AREA:
        around = shapely.covered_by(shape, parts)
        sizes = np.full(len(parts), _size(np.array([shape]), kind)[0])
        sizes[~around] = _size(shapely.intersection(shape, parts[~around]), kind)
        return sizes
    xy, line = shapely.get_coordinates(parts, return_index=True)
    at = np.flatnonzero(line[1:] == line[:-1])
    bounds = np.hstack([np.minimum(xy[at], xy[at + 1]), np.maximum(xy[at], xy[at + 1])])
    at = at[_overlap(bounds, shapely.bounds(shape))]
    steps = shapely.linestrings(np.stack([xy[at], xy[at + 1]], axis=1))
    meets = shapely.intersects(shape, steps)
    at, steps = at[meets], steps[meets]
    length = lengths_km(steps)
    is_cut = ~shapely.covers(shape, steps)
    length[is_cut] = _size(shapely.intersection(shape, steps[is_cut]), kind)
    return summed(length, line[at], len(parts))


def _clipped(parts: Geometries, bounds: Floats) -> Geometries:
    """Return polygons of which the heavy ones hold no more than lies in a box: the rest only takes time."""
    heavy = np.flatnonzero(shapely.get_num_coordinates(parts) > HEAVY)
    if not len(heavy):
        return parts
    within = shapely.clip_by_rect(parts[heavy], *bounds)
    is_good = shapely.is_valid(within)  # GEOS clips in a hurry; what it breaks is cut whole
    out = parts.copy()
    out[heavy[is_good]] = within[is_good]
    return out


def _size(geometry: Geometries, kind: int) -> Floats:
    """Return the area or the length of shapes, of which other parts do not count."""
    parts, owner = _parts(geometry)
    of_kind = shapely.get_dimensions(parts) == kind
    sizes = areas_km2(parts[of_kind]) if kind == AREA else lengths_km(parts[of_kind])
    return summed(sizes, owner[of_kind], len(geometry))


def _parts(geometry: Geometries) -> tuple[Geometries, Ints]:
    """Return the single points, lines and polygons of shapes, and to which shape each belongs."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    while (shapely.get_type_id(parts) > POLYGON).any():  # collections hold multi-part shapes
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    return parts, owner


def _overlap(bounds: Floats, box: Floats) -> NDArray[np.bool_]:
    west, south, east, north = box
    found: NDArray[np.bool_] = (
        (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    )
    return found
