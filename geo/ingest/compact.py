"""Geometries of a layer as WKB, in pieces: a third of the memory of shapes, which are made for one piece at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

ROWS: Final = 4096  # of a piece at most
BYTES: Final = 4_000_000  # of a piece, unless a single shape has more
POINT_BYTES: Final = 21  # byte order, type, x and y

Geometries = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Compact:
    """Geometries in the order of their rows, None where one is missing. They are never changed.

    Parameters
    ----------
    pieces : sequence of arrays of WKB
        None in them is a missing geometry; every other cell is what GEOS can read.
    """

    def __init__(self, pieces: Sequence[pa.BinaryArray]) -> None:
        self._pieces = tuple(piece for piece in pieces if len(piece))

    @classmethod
    def of(cls, shapes: Geometries) -> Self:
        """Return shapes in their compact form."""
        sizes = shapely.get_num_coordinates(shapes).astype(np.int64) * 16 + 16
        return cls([_packed(shapes[rows]) for rows in cuts(sizes)])

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """Return several one after the other."""
        return cls([piece for part in parts for piece in part.wkb().chunks])

    @classmethod
    def points(cls, x: Floats, y: Floats) -> Self:
        """Return points, none where a coordinate is missing."""
        pieces = []
        for rows in cuts(np.full(len(x), POINT_BYTES)):
            known = ~(np.isnan(x[rows]) | np.isnan(y[rows]))
            shapes = np.full(len(known), None, dtype=object)
            shapes[known] = shapely.points(x[rows][known], y[rows][known])
            pieces.append(_packed(shapes))
        return cls(pieces)

    def __len__(self) -> int:
        return sum(map(len, self._pieces))

    def each(self, *measures: Callable[[Geometries], npt.NDArray[Any]]) -> tuple[npt.NDArray[Any], ...]:
        """Return what each function gives for the shapes, n values or rows each; the shapes are made once for all."""
        nothing = np.empty(0, dtype=object)
        empty = [measure(nothing) for measure in measures]
        found = tuple(np.empty((len(self), *each.shape[1:]), dtype=each.dtype) for each in empty)
        start = 0
        for shapes in self.pieces():
            for values, measure in zip(found, measures, strict=True):
                values[start : start + len(shapes)] = measure(shapes)
            start += len(shapes)
        return found

    def pieces(self) -> Iterator[Geometries]:
        """Yield the shapes, a piece at a time."""
        for piece in self._pieces:
            yield _unpacked(piece)

    def map(self, change: Callable[[Geometries], Geometries]) -> Compact:
        """Return the shapes that a function makes of them, piece by piece."""
        return Compact([_packed(change(shapes)) for shapes in self.pieces()])

    def handed_over(self) -> Compact:
        """Return the shapes and hold none any longer: who made them may still hold this."""
        pieces, self._pieces = self._pieces, ()
        return Compact(pieces)

    def keep(self, kept: Mask) -> Compact:
        """Return the shapes of some rows."""
        if kept.all():
            return self
        out, start = [], 0
        for piece in self._pieces:
            out.append(piece.filter(pa.array(kept[start : start + len(piece)])))
            start += len(piece)
        return Compact(out)

    def take(self, rows: npt.NDArray[np.int64] | Sequence[int]) -> Geometries:
        """Return the shapes of rows by their place, in any order."""
        wanted = np.asarray(rows, dtype=np.int64)
        out = np.full(len(wanted), None, dtype=object)
        start = 0
        for piece in self._pieces:
            here = np.flatnonzero((wanted >= start) & (wanted < start + len(piece)))
            if len(here):
                out[here] = _unpacked(piece.take(pa.array(wanted[here] - start)))
            start += len(piece)
        return out

    def put(self, rows: npt.NDArray[np.int64], shapes: Geometries) -> Compact:
        """Return the shapes with those of some rows, in rising order, in the place of what was there."""
        out, start = [], 0
        for piece in self._pieces:
            here = slice(*np.searchsorted(rows, [start, start + len(piece)]))
            if here.stop > here.start:
                cells = piece.to_numpy(zero_copy_only=False).copy()
                cells[rows[here] - start] = shapely.to_wkb(shapes[here])
                out.append(pa.array(cells, type=pa.binary()))
            else:
                out.append(piece)
            start += len(piece)
        return Compact(out)

    def shapes(self) -> Geometries:
        """Return all shapes at once."""
        return self.take(np.arange(len(self)))

    def runs(self, most: int) -> Iterator[tuple[slice, pa.ChunkedArray]]:
        """Yield rows and their WKB, so many pieces at a time."""
        start = 0
        for at in range(0, len(self._pieces), most):
            run = pa.chunked_array(self._pieces[at : at + most], type=pa.binary())
            yield slice(start, start + len(run)), run
            start += len(run)

    def wkb(self) -> pa.ChunkedArray:
        """Return the shapes as WKB, without a copy."""
        return pa.chunked_array(self._pieces, type=pa.binary())


def cuts(sizes: npt.NDArray[np.int64]) -> Iterator[slice]:
    """Yield the rows of pieces that hold neither too many shapes nor too many bytes.

    Parameters
    ----------
    sizes : int64, n values
        Bytes of each shape, roughly.
    """
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, min(start + ROWS, int(np.searchsorted(ends, before + BYTES, side="right"))))
        yield slice(start, stop)
        start = stop


def _packed(shapes: Geometries) -> pa.BinaryArray:
    return pa.array(shapely.to_wkb(shapes), type=pa.binary())


def _unpacked(piece: pa.BinaryArray) -> Geometries:
    return np.asarray(shapely.from_wkb(piece.to_numpy(zero_copy_only=False)), dtype=object)
