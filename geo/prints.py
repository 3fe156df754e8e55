"""What a printed map shows of a stored layer: shapes as fine as its dots, and counts where they are too small.

Nothing is loaded whole: the tables that tiles are cut from (``geo/tiles.py``) are asked for one part of the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import duckdb
import numpy as np
import numpy.typing as npt
import shapely

from geo import pyramid, sql
from geo.errors import UnknownError
from geo.mercator import WORLD, pixel
from geo.payloads import Payload
from geo.selection import EVERYTHING, Where
from geo.shapes import DEEPEST
from geo.stored import GONE

Box = tuple[float, float, float, float]  # west, south, east, north in units of the square world
Floats = npt.NDArray[np.float64]
Words = tuple[tuple[str, ...], ...]
EVERYWHERE: Final[Box] = (0.0, 0.0, float(WORLD), float(WORLD))


@dataclass(frozen=True)
class Shapes:
    """Features that are drawn as themselves, in the order of their rows.

    Attributes
    ----------
    ids : tuple of str
    values : tuple of tuple of str
        What each says in the columns asked for.
    shapes : array of geometries
        In the square world.
    """

    ids: tuple[str, ...]
    values: Words
    shapes: npt.NDArray[np.object_]


@dataclass(frozen=True)
class Cells:
    """Cells with how many features lie in each that are too small, or too many, to be drawn as themselves.

    Attributes
    ----------
    side : float
        Of a cell, in units.
    column, row : array of int
        From the west and from the south.
    values : tuple of tuple of str
        What the features of a cell say in the columns asked for: a cell comes once for each.
    n : array of int
        Features.
    area : array of float
        Of all of them, in square units.
    """

    side: float
    column: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    values: Words
    n: npt.NDArray[np.int64]
    area: Floats


def shapes(
    payload: Payload, box: Box, zoom: int, where: Where = EVERYTHING, columns: tuple[str, ...] = (), *, only: str = ""
) -> Shapes:
    """Return the features that a map of this zoom draws as themselves within a box.

    Parameters
    ----------
    zoom : int
        At which a pixel is as large as a dot of the map.
    columns : tuple of str
        Keys of the payload.
    only : str
        The id of the one feature that is wanted, drawn at this zoom or not.

    Raises
    ------
    UnknownError
        If the layer was deleted meanwhile.
    """
    condition, values = where.condition()
    if only:
        condition, values = f"{condition} AND id = ?", [*values, only]
    else:
        condition = f"{condition} AND drawn_from <= {int(zoom)}"
    told = "".join(f", {sql.key(column)}" for column in columns)
    shape = next((f"shape_{each}" for each in payload.overviews if each >= zoom), "shape")
    # A simplified copy is there only for what is drawn at its zoom.
    shape = f"coalesce({shape}, shape)" if only and shape != "shape" else shape
    rows = _rows(
        f"SELECT {shape}, id{told} FROM {_table(payload, 'shapes')} WHERE {_meets(box)} AND {condition} "
        "ORDER BY file_row_number",
        values,
    )
    return Shapes(
        ids=tuple(row[1] for row in rows),
        values=tuple(row[2:] for row in rows),
        shapes=np.array(shapely.from_wkb([bytes(row[0]) for row in rows]), dtype=np.object_),
    )


def cells(
    payload: Payload, box: Box, zoom: int, where: Where = EVERYTHING, columns: tuple[str, ...] = ()
) -> Cells:  # fmt: skip
    """Return the cells of a zoom that lie within a box: what ``shapes`` leaves out there is counted in them.

    Raises
    ------
    UnknownError
        If the layer was deleted meanwhile.
    """
    side = pixel(zoom) * payload.cell_px
    if zoom >= DEEPEST:
        none = np.zeros(0, dtype=np.int64)
        return Cells(side, none, none, (), none, np.zeros(0))
    condition, values = where.condition()
    level = pyramid.level_of(zoom)
    finer = level - zoom
    west, south, east, north = (int(edge // side) for edge in box)
    told = "".join(f", {sql.key(column)}" for column in columns)
    rows = _rows(
        f"SELECT cx >> {finer} AS across, cy >> {finer} AS up, sum(n)::BIGINT, sum(area){told} "
        f"FROM {_table(payload, 'cells')} WHERE level = {level} AND drawn_from > {int(zoom)} "
        f"AND cx >= {west << finer} AND cx < {(east + 1) << finer} "
        f"AND cy >= {south << finer} AND cy < {(north + 1) << finer} "
        f"AND {condition} GROUP BY across, up{told} ORDER BY ALL",
        values,
    )
    numbers = np.array([row[:4] for row in rows], dtype=float).reshape(-1, 4)
    return Cells(
        side=side,
        column=numbers[:, 0].astype(np.int64),
        row=numbers[:, 1].astype(np.int64),
        values=tuple(row[4:] for row in rows),
        n=numbers[:, 2].astype(np.int64),
        area=numbers[:, 3],
    )


def counts(payload: Payload, box: Box, column: str, where: Where = EVERYTHING) -> Mapping[str, int]:
    """Return how many features within a box hold each value of a key; of all together under "" without a key.

    Raises
    ------
    UnknownError
        If the layer was deleted meanwhile.
    """
    condition, values = where.condition()
    told = sql.key(column) if column else "''"
    rows = _rows(
        f"SELECT {told}, count(*) FROM {_table(payload, 'shapes')} WHERE {_meets(box)} AND {condition} "
        "GROUP BY 1 ORDER BY 2 DESC, 1",
        values,
    )
    return {str(value): int(n) for value, n in rows}


def _table(payload: Payload, name: Literal["shapes", "cells"]) -> str:
    return f"read_parquet({sql.word(str(payload.file(name)))}, file_row_number = true)"


def _meets(box: Box) -> str:
    west, south, east, north = box
    return f"xmin <= {east!r} AND xmax >= {west!r} AND ymin <= {north!r} AND ymax >= {south!r}"


def _rows(query: str, values: list[object]) -> list[tuple[Any, ...]]:
    try:
        return sql.rows(query, values)
    except duckdb.IOException as error:
        raise UnknownError(GONE) from error
