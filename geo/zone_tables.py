"""What of a layer lies in each zone, and in which year: number of features, area, length, and the sum of its values.

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

Where a column says how much there is of a feature (the role ``value``), each zone has the sum of it: whole for what
lies inside, and for an area or a line that reaches out, the same part of its value as of its area or length. That part
is an estimate, as if the value were spread evenly (areal weighting: Goodchild and Lam 1980, Geo-Processing 1, 297-312).
A rate or a share cannot be summed; beside the sum stands what its mean needs, in which each feature of the zone has
one voice, whole.

Layers are read in batches and only sums are kept, so a layer need not fit in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geo import shapes
from geo.crs import to_display_crs
from geo.errors import UnknownError
from geo.measures import summed
from geo.payloads import YEARS, Payload, amounts
from geo.store import STORE, data_version, layer
from geo.stored import GONE
from geo.zone_shapes import Floats, Found, Geometries, Ints, ZoneShapes
from geo.zones import zones

Among = Literal["zones", "border_zones"]
Measure = Literal["features", "area_km2", "length_km"]

OUTSIDE: Final = ""  # stands where a zone's id stands: what no zone holds
MEASURES: Final[tuple[Measure, ...]] = ("features", "area_km2", "length_km")
VALUES: Final = ("value", "value_whole", "valued")
COLUMNS: Final = len(MEASURES) + len(VALUES)
BATCH: Final = 65_536  # features: a batch of points and what is computed of it stay in a processor's cache
WKB_POINT: Final = 21  # bytes: byte order, kind, two numbers
POINT_HEAD: Final = np.frombuffer(shapely.to_wkb(shapely.Point(0, 0), byte_order=1), dtype=np.uint8)[:5]
POINT: Final = 0  # shapely's type id
YEARS_APART: Final = 1 << 20  # more than any year


@dataclass(frozen=True)
class ZoneTable:
    """What of a layer lies where and when.

    Attributes
    ----------
    rows : DataFrame
        On the index ``zone_id``: every zone in the order in which they were given, then ``OUTSIDE``; ``features``
        (int), ``area_km2``, ``length_km`` (float); then, all zero where no column holds the role ``value``, its sum
        ``value``, the sum ``value_whole`` of the same features with nothing of them cut off, and how many of them
        name one, ``valued`` (int).
    yearly : DataFrame
        ``zone_id``, ``year`` and the columns of ``rows``: one row for each zone and year that holds something, zones
        in the same order, oldest year first.
    features : int
        How many the layer has; ``undated`` of them name no year, ``spanning`` name more than one.
    years : tuple of int
        The years in which the layer has a feature anywhere, ascending.
    area_km2, length_km : float
        Of the whole layer.
    value : str
        The column whose numbers are summed, as the layer calls it; "" where there is none.
    """

    rows: pd.DataFrame
    yearly: pd.DataFrame
    features: int
    undated: int
    spanning: int
    years: tuple[int, ...]
    area_km2: float
    length_km: float
    value: str = ""

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
        tally = Tally(places(among), value=payload.roles.value)
        for batch in batches(payload):
            tally.add(batch)
        return tally.table()

    return STORE.get(("zone table", payload.content, among, data_version()), compute)


def of_frame(frame: gpd.GeoDataFrame, among: Among | gpd.GeoDataFrame = "zones", *, value: str = "") -> ZoneTable:
    """Return the table of any features.

    Parameters
    ----------
    frame : GeoDataFrame
        Points, lines, areas or all of them, in any declared CRS; ``first_year`` and ``last_year``, whole numbers or
        nothing, where features are dated. What cannot be drawn (see ``geo.shapes.drawable``) is left out.
    among : "zones", "border_zones" or GeoDataFrame
        The zones: polygons on a unique text index, in any declared CRS.
    value : str
        The column of which the sum is asked; "" for none.

    Raises
    ------
    CrsError
        If a frame carries no CRS.
    """
    known = to_display_crs(among, role="zones") if isinstance(among, gpd.GeoDataFrame) else places(among)
    tally = Tally(known, value=value)
    drawn = _drawable(frame)
    years = [_numbers(drawn[name]) if name in drawn else np.zeros(len(drawn), dtype=np.int64) for name in YEARS]
    geometry = np.asarray(drawn.geometry.to_numpy(), dtype=object)
    worth = amounts(drawn[value]) if value else None
    for start in range(0, len(drawn), BATCH):
        part = slice(start, start + BATCH)
        values = None if worth is None else worth[part]
        tally.add(Batch(_coordinates_of(geometry[part]), years[0][part], years[1][part], values))
    return tally.table()


def places(among: Among) -> gpd.GeoDataFrame:
    """Return the polygons of the named zones, or of the zones of 50 km along each land border, on their ids."""
    if among == "zones":
        return zones()[["geometry"]]
    return layer("border_zones").set_index("border")[["geometry"]]


class Batch(NamedTuple):
    """Some features.

    Coordinates of points (n, 2) or any valid shapes (n), in degrees; their years, 0 for none; and their values, NaN
    for none.
    """

    where: Floats | Geometries
    first: Ints
    last: Ints
    values: Floats | None = None


class Tally:
    """Sums of a layer by zone and span of years, to which batch after batch is added.

    Parameters
    ----------
    known : GeoDataFrame, n rows
        The zones: valid polygons in EPSG:4326 on their ids.
    value : str
        What the layer calls the values of the batches; "" where they have none.
    """

    def __init__(self, known: gpd.GeoDataFrame, *, value: str = "") -> None:
        self._zones = ZoneShapes(known)
        self._value = value
        # By first and last year: zones and the outside by ``MEASURES`` and ``VALUES``; then the layer itself.
        self._sums: dict[tuple[int, int], Floats] = {}

    def add(self, batch: Batch) -> None:
        """Count the features of a batch."""
        if not len(batch.first):
            return
        found = self._zones.holding(batch.where)
        n = len(self._zones.ids)
        spans, code = _spans(batch.first, batch.last)
        cell, cells = found.zone * len(spans) + code[found.row], n * len(spans)
        sums = np.zeros((n + 2, len(spans), COLUMNS))
        for at, (inside, outside, whole) in _counted(found, batch.values):
            sums[:n, :, at] = summed(inside, cell, cells).reshape(n, -1)
            sums[n, :, at] = summed(outside, code, len(spans))
            sums[n + 1, :, at] = summed(whole, code, len(spans))
        for number, span in enumerate(spans):
            self._sums[span] = self._sums.get(span, 0.0) + sums[:, number]

    def table(self) -> ZoneTable:
        """Return what was counted so far."""
        nothing = np.zeros((len(self._zones.ids) + 2, COLUMNS))
        whole = sum(self._sums.values(), nothing)
        by_year: dict[int, Floats] = {}
        for (first, last), sums in self._sums.items():
            for year in range(first, last + 1) if first else ():
                by_year[year] = by_year.get(year, nothing) + sums
        years = sorted(by_year)
        ids = [*self._zones.ids, OUTSIDE]
        each = np.array([by_year[year][:-1] for year in years]).reshape(-1, len(ids), COLUMNS).transpose(1, 0, 2)
        listed = pd.DataFrame({"zone_id": np.repeat(ids, len(years)), "year": years * len(ids)})
        yearly = _measured(listed, each.reshape(-1, COLUMNS))
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
            value=self._value if whole[-1, COLUMNS - 1] else "",
        )


def _spans(first: Ints, last: Ints) -> tuple[list[tuple[int, int]], Ints]:
    """Return the spans of years that occur, and the number of each feature's span; (0, 0) is no year."""
    begin = np.where(first == 0, last, first)
    end = np.where(last == 0, first, last)
    begin, end = np.minimum(begin, end), np.maximum(begin, end)
    code, pairs = pd.factorize(begin * YEARS_APART + end)
    return [(int(pair // YEARS_APART), int(pair % YEARS_APART)) for pair in pairs], code.astype(np.int64)


def _counted(found: Found, values: Floats | None) -> Iterator[tuple[int, tuple[Floats, Floats, Floats]]]:
    """Yield by column of a table what counts in each zone, for each pair, and outside and as a whole, for each row."""
    is_out = np.ones(found.rows)
    is_out[found.row] = 0.0
    one = np.ones(found.rows)
    yield 0, (one[found.row], is_out, one)
    for at in (0, 1) if found.whole.size else ():
        yield at + 1, (found.zone_size[:, at], found.outside[:, at], found.whole[:, at])
    if values is not None:
        known = np.isfinite(values)
        worth = np.where(known, values, 0.0)
        inside, outside = _shares(found, is_out)
        yield 3, (worth[found.row] * inside, worth * outside, worth)
        for at, each in ((4, worth), (5, known.astype(np.float64))):
            yield at, (each[found.row], each * is_out, each)


def _shares(found: Found, is_out: Floats) -> tuple[Floats, Floats]:
    """Return the share of each feature that lies in a zone, for each pair, and outside all of them, for each row.

    Shares are of the area of a feature, else of its length; one that has neither lies whole where any of it lies.
    """
    if not found.whole.size:
        return np.ones(len(found.row)), is_out
    rows = np.arange(found.rows)
    kind = np.where(found.whole[:, 0] > 0, 0, 1)
    whole = found.whole[rows, kind]
    has_size, whole = whole > 0, np.where(whole > 0, whole, 1.0)
    inside = found.zone_size[np.arange(len(found.row)), kind[found.row]] / whole[found.row]
    return np.where(has_size[found.row], inside, 1.0), np.where(has_size, found.outside[rows, kind] / whole, is_out)


def _measured(listed: pd.DataFrame, sums: Floats) -> pd.DataFrame:
    columns = dict(zip((*MEASURES, *VALUES), sums.T, strict=True))
    return listed.assign(**{**columns, **{name: columns[name].astype(np.int64) for name in ("features", "valued")}})


def batches(payload: Payload) -> Iterator[Batch]:
    """Read the shapes, years and values of a stored layer, so many features at a time."""
    try:
        file = pq.ParquetFile(payload.file("features"))
        dated = [name for name in YEARS if name in file.schema_arrow.names]
        value = payload.roles.value
        columns = ["geometry", *dated, *([value] if value else [])]
        for batch in file.iter_batches(batch_size=BATCH, columns=columns):
            years = [_numbers(batch[name].to_pandas()) for name in dated]
            first, last = years or [np.zeros(len(batch), dtype=np.int64)] * 2
            values = amounts(batch[value].to_pandas()) if value else None
            yield Batch(_decoded(batch["geometry"]), first, last, values)
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
