"""Large layers in a map of one file: as tiles, whole as far as the file may grow, and finer where the view looks.

A tile holds what is large enough to be seen at its zoom and counts of the rest, so nothing is dropped; nearer than
the deepest tiles the browser draws the same tiles larger.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from geo import tiles
from geo.mercator import WORLD, to_world
from geo.payloads import Payload
from geo.selection import Where
from layers import delivery, features
from layers.printed.extent import Extent
from layers.spec import LayerSpec
from layers.view import MAX_ZOOM, MIN_ZOOM, ViewState

MOST_BYTES: Final = 6_000_000  # compressed, of all large layers: 8 MB in the letters of the file
MOST_TILES: Final = 2500  # of a level: cutting more takes longer than a person waits
GROWTH: Final = 3.0  # what a level takes of the one before it, where features are many
SIDE: Final = 16  # tiles along the side of a block that is cut at once: the whole continent at zoom 6
LEVEL: Final = 6  # of zlib, as the file packs them

Range = tuple[int, int, int, int]  # first and last column, first and last row


@dataclass
class Cut:
    """The tiles of a layer.

    Attributes
    ----------
    ranges : dict
        Zoom to the columns and rows that were cut; a tile among them that is not there is empty.
    index : list of (zoom, column, row, bytes)
        The tiles in the order of ``body``.
    whole_to : int
        The zoom to which all of the layer was cut.
    """

    ranges: dict[int, Range] = field(default_factory=dict)
    index: list[tuple[int, int, int, int]] = field(default_factory=list)
    body: bytes = b""
    whole_to: int = 0


def cut(spec: LayerSpec, view: ViewState, extent: Extent, *, share: int) -> Cut:
    """Return the tiles of a layer as the filters of a view leave it.

    Parameters
    ----------
    share : int
        How many layers the room in the file is shared by.
    """
    payload, where = delivery.payload_of(spec), features.where(spec, view)
    columns = tuple(channel.column for channel in spec.channels)
    made, room = Cut(), MOST_BYTES // share
    everywhere = _layer_extent(payload)
    near = _common(everywhere, extent)
    is_whole, packed, before = True, 0, 1
    for zoom in range(int(MIN_ZOOM), int(MAX_ZOOM) + 1):
        level = None
        for box in (everywhere, near) if is_whole else (near,):
            wanted = _range(box, zoom)
            expected = packed * GROWTH * _size(wanted) / (4 * before)  # a tile of the level before is four of this one
            if _size(wanted) <= MOST_TILES and expected <= room:
                level = _level(payload, zoom, wanted, where, columns, room)
            if level is not None:
                break
            is_whole = False
        if level is None:
            break
        index, body, packed = level
        before = _size(wanted)
        room -= packed
        made.ranges[zoom] = wanted
        made.index += index
        made.body += body
        made.whole_to = zoom if is_whole else made.whole_to
    return made


def _level(
    payload: Payload, zoom: int, wanted: Range, where: Where, columns: tuple[str, ...], room: int
) -> tuple[list[tuple[int, int, int, int]], bytes, int] | None:
    """Return the tiles of a zoom and their compressed size; None where they do not fit."""
    index, parts, packed, packer = [], [], 0, zlib.compressobj(LEVEL)
    for x, y in _blocks(wanted):
        side = min(SIDE, 2**zoom - max(x, y))
        for (column, row), body in tiles.block(payload, zoom, x, y, where, columns, side=side).items():
            if body and wanted[0] <= column <= wanted[1] and wanted[2] <= row <= wanted[3]:
                index.append((zoom, column, row, len(body)))
                parts.append(body)
                packed += len(packer.compress(body))
        if packed > room:
            return None
    packed += len(packer.flush())
    return None if packed > room else (index, b"".join(parts), packed)


def _blocks(wanted: Range) -> Iterator[tuple[int, int]]:
    for y in range(wanted[2], wanted[3] + 1, SIDE):
        for x in range(wanted[0], wanted[1] + 1, SIDE):
            yield x, y


def _range(box: Extent, zoom: int) -> Range:
    last, tile = 2**zoom - 1, WORLD / 2**zoom

    def clipped(value: float) -> int:
        return int(max(0, min(last, value)))

    return (
        clipped(box.west / tile),
        clipped(box.east / tile),
        clipped((WORLD - box.north) / tile),
        clipped((WORLD - box.south) / tile),
    )


def _size(wanted: Range) -> int:
    return (wanted[1] - wanted[0] + 1) * (wanted[3] - wanted[2] + 1)


def _layer_extent(payload: Payload) -> Extent:
    if payload.bounds is None:
        return Extent(0, 0, WORLD, WORLD)
    corners = to_world(np.array([payload.bounds[:2], payload.bounds[2:]], dtype=float))
    (west, south), (east, north) = corners
    return Extent(float(west), float(south), float(east), float(north))


def _common(one: Extent, other: Extent) -> Extent:
    """Return what two extents share; a point of the first where that is nothing."""
    west, south = max(one.west, other.west), max(one.south, other.south)
    return Extent(west, south, max(west, min(one.east, other.east)), max(south, min(one.north, other.north)))
