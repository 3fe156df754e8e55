"""What of a layer lies in each zone, and in which year: number of features, area and length.

How it counts
-------------
A zone counts each feature that lies in it at least in part, and of its area or length the part inside only. A point
on the edge lies inside, as everywhere in ``geo.zones``; an area or a line that only touches the edge does not.
Zones overlap, and what lies in two of them counts in both: figures of zones are never added up. Beside the zones
stands one row more, ``OUTSIDE``: the features of which nothing lies in any zone, and the area and length of
all features, or parts of them, that no zone holds.

A feature counts in every year from its ``first_year`` to its ``last_year``, whole, as the map shows it in each of
these years; so years of such a layer are never added up either. Of a feature with only one of the two, that year
counts. Features without a year count in the whole and in no year. Features of a layer that lie on one another
count one by one, and so do their areas.

Layers are read in batches and only sums are kept, so a layer need not fit in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo import shapes
from geo.crs import to_display_crs
from geo.errors import UnknownError
from geo.measures import areas_km2, lengths_km, summed
from geo.payloads import YEARS, Payload
from geo.store import STORE, data_version, layer
from geo.stored import GONE
from geo.zones import zones

Among = Literal["zones", "border_zones"]
Measure = Literal["features", "area_km2", "length_km"]

OUTSIDE: Final = ""  # stands where a zone's id stands: what no zone holds
MEASURES: Final[tuple[Measure, ...]] = ("features", "area_km2", "length_km")
BATCH: Final = 65_536  # features: a batch of points and what is computed of it stay in a processor's cache
WKB_POINT: Final = 21  # bytes: byte order, kind, two numbers
POINT_HEAD: Final = np.frombuffer(shapely.to_wkb(shapely.Point(0, 0), byte_order=1), dtype=np.uint8)[:5]
POINT, POLYGON = 0, 3  # shapely's type ids; multi-part shapes and collections have higher ones
AREA, LINE = 2, 1  # dimensions
HEAVY: Final = 2000  # vertices of a polygon: some ten times those of a zone
YEARS_APART: Final = 1 << 20  # more than any year
ROUNDING: Final = 1e-9  # of a whole: less than this outside is what cutting leaves

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class ZoneTable:
    """What of a layer lies where and when.

    Attributes
    ----------
    rows : DataFrame
        On the index ``zone_id``: every zone in the order in which they were given, then ``OUTSIDE``; ``features``
        (int), ``area_km2``, ``length_km`` (float).
    yearly : DataFrame
        ``zone_id``, ``year``, ``features``, ``area_km2``, ``length_km``: one row for each zone and year that holds
        something, zones in the same order, oldest year first.
    features : int
        How many the layer has; ``undated`` of them name no year, ``spanning`` name more than one.
    years : tuple of int
        The years in which the layer has a feature anywhere, ascending.
    area_km2, length_km : float
        Of the whole layer.
    """

    rows: pd.DataFrame
    yearly: pd.DataFrame
    features: int
    undated: int
    spanning: int
    years: tuple[int, ...]
    area_km2: float
    length_km: float

    @property
    def measure(self) -> Measure:
        """What says most of such features: their area, else their length, else how many they are."""
        return "area_km2" if self.area_km2 else "length_km" if self.length_km else "features"

    @property
    def touched(self) -> pd.DataFrame:
        """The zones that hold something, most first: by area or length where features have one, then by number."""
        found = self.rows[(self.rows["features"] > 0) & (self.rows.index != OUTSIDE)]
        return found.sort_values([self.measure, "features"], ascending=False, kind="stable")

    @property
    def outside(self) -> pd.Series:
        """What no zone holds."""
        return cast(pd.Series, self.rows.loc[OUTSIDE])

    def series(self, zone_id: str, measure: Measure | None = None) -> dict[int, float]:
        """Return the figure of a zone for each year of which one can be given, oldest first.

        A year in which the zone holds nothing is zero where the layer has features of that year elsewhere and
        every feature names its year. Else nobody knows, and the year is left out: the layer may not cover it, or a
        feature without a year may belong to it. Nor does zero say that somebody looked.
        """
        here = self.yearly[self.yearly["zone_id"] == zone_id].set_index("year")[measure or self.measure]
        known = here.index if self.undated else self.years
        return {int(year): float(here.get(year, 0.0)) for year in known}


def of_payload(payload: Payload, among: Among = "zones") -> ZoneTable:
    """Return the table of a stored layer, computed once for its content and the shipped zones.

    Raises
    ------
    UnknownError
        Once the layer is deleted.
    """

    def compute() -> ZoneTable:
        tally = Tally(places(among))
        for batch in batches(payload):
            tally.add(batch)
        return tally.table()

    return STORE.get(("zone table", payload.content, among, data_version()), compute)


def of_frame(frame: gpd.GeoDataFrame, among: Among | gpd.GeoDataFrame = "zones") -> ZoneTable:
    """Return the table of any features.

    Parameters
    ----------
    frame : GeoDataFrame
        Points, lines, areas or all of them, in any declared CRS; ``first_year`` and ``last_year``, whole numbers or
        nothing, where features are dated. What cannot be drawn (see ``geo.shapes.drawable``) is left out.
    among : "zones", "border_zones" or GeoDataFrame
        The zones: polygons on a unique text index, in any declared CRS.

    Raises
    ------
    CrsError
        If a frame carries no CRS.
    """
    tally = Tally(to_display_crs(among, role="zones") if isinstance(among, gpd.GeoDataFrame) else places(among))
    drawn = _drawable(frame)
    years = [_numbers(drawn[name]) if name in drawn else np.zeros(len(drawn), dtype=np.int64) for name in YEARS]
    geometry = np.asarray(drawn.geometry.to_numpy(), dtype=object)
    for start in range(0, len(drawn), BATCH):
        part = slice(start, start + BATCH)
        tally.add(Batch(_coordinates_of(geometry[part]), years[0][part], years[1][part]))
    return tally.table()


def places(among: Among) -> gpd.GeoDataFrame:
    """Return the polygons of the named zones, or of the zones of 50 km along each land border, on their ids."""
    if among == "zones":
        return zones()[["geometry"]]
    return layer("border_zones").set_index("border")[["geometry"]]


class Batch(NamedTuple):
    """Some features: coordinates of points (n, 2) or any valid shapes (n), in degrees, and their years, 0 for none."""

    where: Floats | Geometries
    first: Ints
    last: Ints


class _Found(NamedTuple):
    """Which features of a batch lie in which zone (``zone`` and ``row`` go together), and how much of each.

    ``zone_size`` holds area and length inside (two columns); ``whole`` and ``outside`` the same of each feature.
    """

    zone: Ints
    row: Ints
    zone_size: Floats
    whole: Floats
    outside: Floats


class Tally:
    """Sums of a layer by zone and span of years, to which batch after batch is added.

    Parameters
    ----------
    known : GeoDataFrame, n rows
        The zones: valid polygons in EPSG:4326 on their ids.
    """

    def __init__(self, known: gpd.GeoDataFrame) -> None:
        self._ids = [str(each) for each in known.index]
        # Copies of their own: preparing a shape writes on it, and another thread may be asking the same shape.
        self._shapes = shapely.from_wkb(shapely.to_wkb(np.asarray(known.geometry.to_numpy(), dtype=object)))
        shapely.prepare(self._shapes)
        self._bounds = shapely.bounds(self._shapes)
        # By first and last year: zones and the outside by features, area and length; then the layer itself.
        self._sums: dict[tuple[int, int], Floats] = {}

    def add(self, batch: Batch) -> None:
        """Count the features of a batch."""
        if not len(batch.first):
            return
        if batch.where.ndim == 2:
            found = self._points(cast(Floats, batch.where))
        else:
            found = self._any(np.asarray(batch.where, dtype=object))
        n = len(self._ids)
        spans, code = _spans(batch.first, batch.last)
        is_in = np.zeros(len(code), dtype=bool)
        is_in[found.row] = True
        sums = np.zeros((n + 2, len(spans), 3))
        cell, cells = found.zone * len(spans) + code[found.row], n * len(spans)
        sums[:n, :, 0] = np.bincount(cell, minlength=cells).reshape(n, -1)
        sums[n, :, 0] = np.bincount(code[~is_in], minlength=len(spans))
        sums[n + 1, :, 0] = np.bincount(code, minlength=len(spans))
        for at in (0, 1) if found.whole.size else ():
            sums[:n, :, at + 1] = summed(found.zone_size[:, at], cell, cells).reshape(n, -1)
            sums[n, :, at + 1] = summed(found.outside[:, at], code, len(spans))
            sums[n + 1, :, at + 1] = summed(found.whole[:, at], code, len(spans))
        for number, span in enumerate(spans):
            self._sums[span] = self._sums.get(span, 0.0) + sums[:, number]

    def table(self) -> ZoneTable:
        """Return what was counted so far."""
        nothing = np.zeros((len(self._ids) + 2, 3))
        whole = sum(self._sums.values(), nothing)
        by_year: dict[int, Floats] = {}
        for (first, last), sums in self._sums.items():
            for year in range(first, last + 1) if first else ():
                by_year[year] = by_year.get(year, nothing) + sums
        years = sorted(by_year)
        ids = [*self._ids, OUTSIDE]
        each = np.array([by_year[year][:-1] for year in years]).reshape(-1, len(ids), 3).transpose(1, 0, 2)
        listed = pd.DataFrame({"zone_id": np.repeat(ids, len(years)), "year": years * len(ids)})
        yearly = _measured(listed, each.reshape(-1, 3))
        holds = (yearly[list(MEASURES)] != 0).any(axis=1)
        return ZoneTable(
            rows=_measured(pd.DataFrame(index=pd.Index(ids, name="zone_id")), whole[:-1]),
            yearly=yearly[holds].reset_index(drop=True),
            features=int(whole[-1, 0]),
            undated=int(self._sums.get((0, 0), nothing)[-1, 0]),
            spanning=int(sum(sums[-1, 0] for (first, last), sums in self._sums.items() if first != last)),
            years=tuple(years),
            area_km2=float(whole[-1, 1]),
            length_km=float(whole[-1, 2]),
        )

    def _points(self, xy: Floats) -> _Found:
        x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
        rows = []
        for shape, (west, south, east, north) in zip(self._shapes, self._bounds, strict=True):
            near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
            rows.append(near[shapely.intersects_xy(shape, x[near], y[near])] if len(near) else near)
        zone = np.repeat(np.arange(len(rows)), [len(each) for each in rows])
        none = np.empty((0, 2))
        return _Found(zone, np.concatenate(rows), none, none, none)

    def _any(self, geometry: Geometries) -> _Found:
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
        return _Found(pair // n, pair % n, zone_size, whole, outside)

    def _cut(self, parts: Geometries, kind: int) -> _Found:
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
        return _Found(zones_of, rows_of, sizes_of, whole, outside)

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


def _spans(first: Ints, last: Ints) -> tuple[list[tuple[int, int]], Ints]:
    """Return the spans of years that occur, and the number of each feature's span; (0, 0) is no year."""
    begin = np.where(first == 0, last, first)
    end = np.where(last == 0, first, last)
    begin, end = np.minimum(begin, end), np.maximum(begin, end)
    code, pairs = pd.factorize(begin * YEARS_APART + end)
    return [(int(pair // YEARS_APART), int(pair % YEARS_APART)) for pair in pairs], code.astype(np.int64)


def _measured(listed: pd.DataFrame, sums: Floats) -> pd.DataFrame:
    columns = dict(zip(MEASURES, sums.T, strict=True))
    return listed.assign(**{**columns, "features": sums[:, 0].astype(np.int64)})


def batches(payload: Payload) -> Iterator[Batch]:
    """Read the shapes and years of a stored layer, so many features at a time."""
    try:
        file = pq.ParquetFile(payload.file("features"))
        columns = ["geometry", *(name for name in YEARS if name in file.schema_arrow.names)]
        for batch in file.iter_batches(batch_size=BATCH, columns=columns):
            years = [_numbers(batch[name].to_pandas()) for name in columns[1:]]
            first, last = years or [np.zeros(len(batch), dtype=np.int64)] * 2
            yield Batch(_decoded(batch["geometry"]), first, last)
    except OSError as error:
        raise UnknownError(GONE) from error


def _decoded(column: pa.BinaryArray) -> Floats | Geometries:
    """Return shapes from WKB; where all are points their coordinates, which are at fixed places in it."""
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    if not column.null_count and (np.diff(offsets) == WKB_POINT).all():
        data = np.frombuffer(column.buffers()[2], dtype=np.uint8)[offsets[0] : offsets[-1]].reshape(-1, WKB_POINT)
        if (data[:, :5] == POINT_HEAD).all():
            return np.ascontiguousarray(data[:, 5:]).view("<f8")
    return cast(Geometries, shapely.from_wkb(column.to_numpy(zero_copy_only=False)))


def _coordinates_of(geometry: Geometries) -> Floats | Geometries:
    """Return the coordinates where all shapes are points, else the shapes."""
    if (shapely.get_type_id(geometry) == POINT).all():
        return cast(Floats, shapely.get_coordinates(geometry))
    return geometry


def _drawable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what can be drawn, in degrees; points in their places need no mending and are not copied."""
    shown = to_display_crs(frame, role="features")
    geometry = np.asarray(shown.geometry.to_numpy(), dtype=object)
    if (shapely.get_type_id(geometry) == POINT).all():
        x, y = shapely.get_x(geometry), shapely.get_y(geometry)
        if ((np.abs(x) <= 180) & (np.abs(y) <= 90)).all():  # false for an empty point too
            return shown
    return shapes.drawable(frame)


def _numbers(cells: pd.Series) -> Ints:
    """Return years as whole numbers, 0 where there is none."""
    return cast(Ints, pd.to_numeric(cells, errors="coerce").fillna(0).to_numpy(dtype=np.int64))
