"""A layer put together from what its parser gives: columns, shapes as WKB, and what it calls its CRS."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.ingest import limits
from geo.ingest.compact import Compact, cuts
from geo.ingest.drawn import NESTED_WKB
from geo.ingest.printable import printable
from geo.ingest.raw import Raw, numbered
from geo.ingest.refusals import BOUNDED, SEND_AGAIN, SPLIT, RefusalError, refused, too_many_columns
from geo.ingest.report import Issue, listed
from geo.ingest.rings import open_rings
from geo.messages import Message

WGS84: Final = CRS("EPSG:4326")
EPSG_4979: Final = "EPSG:4979"  # WGS 84 with heights, as GDAL calls 3D GeoJSON; heights are kept, not heeded
UNDEFINED: Final = re.compile(r"undefined", re.IGNORECASE)
LEVEL_BYTES: Final = 9  # what one level of WKB takes at least: byte order, type and count
SIMPLE: Final = 3  # points, lines and polygons, which hold no other shapes
UNCLOSED: Final = 5  # outlines that are kept as they came, to be shown
Columns = dict[str, npt.NDArray[Any] | pd.Series]


@dataclass(frozen=True)
class Shapes:
    """The geometries of a layer, which of them had an open ring, and the first of these outlines as they came."""

    geometry: Compact
    closed: npt.NDArray[np.bool_]
    unclosed: Mapping[int, shapely.Geometry] = field(default_factory=dict)


class ShapesMade:
    """Geometries of a layer while they are read, piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[pa.BinaryArray] = []
        self._closed: list[npt.NDArray[np.bool_]] = []
        self._unclosed: dict[int, shapely.Geometry] = {}
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def add(self, cells: list[Any]) -> None:
        """Add WKB; None for what is no geometry."""
        wkb = np.empty(len(cells), dtype=object)
        wkb[:] = cells
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
        lost = shapely.is_missing(geometry) & np.array([value is not None for value in wkb], dtype=bool)
        closed = np.zeros(len(wkb), dtype=bool)
        if lost.any():
            mended = shapely.from_wkb(wkb[lost], on_invalid="fix")
            closed[np.flatnonzero(lost)[~shapely.is_missing(mended) & ~shapely.is_empty(mended)]] = True
            for row in np.flatnonzero(closed)[: UNCLOSED - len(self._unclosed)]:
                self._unclosed[self._rows + int(row)] = open_rings(wkb[row])
            wkb[lost] = shapely.to_wkb(mended)
        self._pieces.append(pa.array(wkb, type=pa.binary()))
        self._closed.append(closed)
        self._rows += len(wkb)

    def all(self) -> Shapes:
        """Return what was added."""
        closed = np.concatenate([np.zeros(0, dtype=bool), *self._closed])
        return Shapes(Compact(self._pieces), closed, self._unclosed)


def assembled(
    name: str,
    columns: Columns,
    shapes: Shapes,
    crs: CRS | None,
    *,
    records: npt.NDArray[np.int64] | None = None,
) -> Raw:
    """Return a layer from its parts; names of columns that are empty, twice there or too long are mended."""
    made: dict[str, pd.Series] = {}
    taken = {"geometry"}
    for given in list(columns):
        wanted = printable(given) or "column"
        name_ = wanted
        while name_.casefold() in taken:
            name_ = f"{wanted}_{len(made) + 1}"
        taken.add(name_.casefold())
        made[name_] = _plain(columns.pop(given))
    table, closed = pd.DataFrame(made, index=range(len(shapes.closed)), copy=False), shapes.closed
    table = numbered(table, None if records is None else cast(Any, records))
    issues = []
    if closed.any():
        issues.append(
            Issue(
                "RING_CLOSED",
                "warning",
                Message("{n} outline did not end where it began and was closed.",
                        "{n} outlines did not end where they began and were closed.", n=int(closed.sum())),
                Message("The first and the last point of a ring are the same."),
                Message("See whether the last side is right; if not, mend the outline and bring the file again."),
                layer=name,
                feature=int(table.index[int(np.flatnonzero(closed)[0])]),
                count=int(closed.sum()),
                records=listed(table.index[closed]),
            )
        )  # fmt: skip
    unclosed = {int(table.index[row]): outlines for row, outlines in shapes.unclosed.items()}
    return Raw(name, table, shapes.geometry, crs, tuple(issues), unclosed)


def _plain(given: npt.NDArray[Any] | pd.Series) -> pd.Series:
    """Return values that a table can hold: lists and objects as JSON, bytes as nothing."""
    if isinstance(given, pd.Series) and isinstance(given.dtype, pd.StringDtype):
        return given.reset_index(drop=True)
    values = np.asarray(given.to_numpy()) if isinstance(given, pd.Series) else given
    if values.dtype != object or pd.api.types.infer_dtype(values, skipna=True) in {"string", "empty"}:
        return pd.Series(values)
    out = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        if isinstance(value, (list, dict, np.ndarray)):
            listed = value.tolist() if isinstance(value, np.ndarray) else value
            out[row] = json.dumps(listed, ensure_ascii=False, default=str)
        else:
            out[row] = None if isinstance(value, bytes) else value
    return pd.Series(out)


def shapes_of(wkb: npt.NDArray[np.object_]) -> Shapes:
    """Return geometries, and which of them had an open ring that was closed; the WKB is let go of meanwhile."""
    shapes = ShapesMade()
    for rows in cuts(np.fromiter((0 if each is None else len(each) for each in wkb), dtype=np.int64, count=len(wkb))):
        shapes.add(list(wkb[rows]))
        wkb[rows] = None
    return shapes.all()


def is_deep(wkb: bytes) -> bool:
    """Whether WKB holds shapes in one another: GEOS reads them by calling itself until the process ends."""
    if len(wkb) <= LEVEL_BYTES * limits.DEPTH:
        return False
    kind = int.from_bytes(wkb[1:5], "little" if wkb[0] == 1 else "big") & 0x0FFFFFFF  # without the flags of PostGIS
    return kind % 1000 > SIMPLE and len(NESTED_WKB.findall(wkb)) > limits.DEPTH


def crs_of(told: object) -> CRS | None:
    """Return a CRS from a code, WKT or PROJJSON; None for none, and for what PROJ does not know.

    A local one, and what GDAL calls undefined, say nothing of where on Earth they are.
    """
    if not told:
        return None
    try:
        found = CRS.from_user_input(cast(Any, told))
    except CRSError:
        return None
    if found.is_engineering or UNDEFINED.match(found.name):
        return None
    return WGS84 if found.to_string() == EPSG_4979 else found


def check_counts(features: int, columns: int, layer: str) -> None:
    """Refuse a layer with more features or columns than are read."""
    if features > limits.FEATURES:
        raise refused(
            "TOO_MANY_FEATURES",
            Message("The layer has {n} features; at most {most} are read.", n=features, most=limits.FEATURES),
            expected=BOUNDED,
            fix=SPLIT,
            layer=layer,
        )
    if columns > limits.COLUMNS:
        raise too_many_columns(columns, layer)


def broken(words: str, layer: str, *, feature: int | None = None) -> RefusalError:
    """Return the refusal of a file that its parser gave up on, with the feature where its place is known."""
    shown = re.sub(r"'?/[^\s']*/([^\s'/]+)'?", r"\1", words.partition("; It might help")[0])[:300]
    return refused(
        "FILE_BROKEN",
        Message("The file is damaged or cut short: {reason}.", reason=shown.rstrip(". ")),
        expected=Message("Expected is a whole file."),
        fix=SEND_AGAIN,
        layer=layer if feature is None else "",
        feature=feature,
    )
