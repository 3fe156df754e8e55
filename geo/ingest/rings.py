"""Outlines as a file drew them before they were closed: read from WKB by hand, as GEOS reads no open ring."""

from __future__ import annotations

import struct
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

POLYGON: Final = 3
MULTIPOLYGON: Final = 6
Z, M = 0x80000000, 0x40000000  # the flags of PostGIS; ISO has thousands instead
FLAGS: Final = 0xE0000000
MOST: Final = 10_000  # vertices and parts: a preview needs no more

Ring = npt.NDArray[np.float64]


def open_rings(wkb: bytes) -> shapely.Geometry:
    """Return the outlines of an area as lines that end where the file ends them; empty where there are none.

    Parameters
    ----------
    wkb : bytes
        Of a Polygon or a MultiPolygon, in either byte order, flat or with heights and measures. Nothing in it is
        trusted: what runs beyond its end, or has more vertices than a preview shows, gives nothing.
    """
    try:
        kind, _, count = _head(wkb, 0)
        if kind == MULTIPOLYGON:
            at, rings = 9, []
            for _ in range(count):
                at, more = _polygon(wkb, at)
                rings += more
        else:
            _, rings = _polygon(wkb, 0)
    except (struct.error, ValueError, IndexError):
        return shapely.MultiLineString()
    return shapely.MultiLineString([ring for ring in rings if len(ring) > 1 and np.isfinite(ring).all()])


def _head(wkb: bytes, at: int) -> tuple[int, int, int]:
    """Return the kind of a shape, how many figures a vertex has, and how many parts there are."""
    told, count = struct.unpack_from(f"{_order(wkb, at)}II", wkb, at + 1)
    thousands, kind = divmod(told & ~FLAGS, 1000)
    if count > MOST:
        raise ValueError(count)
    return kind, 2 + bool(told & Z) + bool(told & M) + {1: 1, 2: 1, 3: 2}.get(thousands, 0), count


def _order(wkb: bytes, at: int) -> str:
    return "<" if wkb[at] == 1 else ">"


def _polygon(wkb: bytes, at: int) -> tuple[int, list[Ring]]:
    """Return where a polygon ends, and its rings."""
    kind, width, count = _head(wkb, at)
    order = _order(wkb, at)
    if kind != POLYGON:
        raise ValueError(kind)
    at += 9
    rings: list[Ring] = []
    for _ in range(count):
        (vertices,) = struct.unpack_from(f"{order}I", wkb, at)
        if vertices > MOST:
            raise ValueError(vertices)
        ring = np.frombuffer(wkb, dtype=f"{order}f8", count=vertices * width, offset=at + 4)
        at += 4 + ring.nbytes
        rings.append(ring.reshape(vertices, width)[:, :2].astype(np.float64))
    return at, rings
