"""What is new, gone or revised between two digests of the shipped data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.digests import FIXED, MARK
from geo.shipped import TABLES

Kind = Literal["new", "gone", "revised"]
KINDS: Final[tuple[Kind, ...]] = ("new", "gone", "revised")
UNSAID: Final = ""  # of a long text: a digest knows that it changed, not what it said


@dataclass(frozen=True)
class Cell:
    """One cell that was revised: its column, and what stood and stands there, as in the files.

    A long text is known by its fingerprint alone: both sides are "" then, and ``is_long`` says why.
    """

    column: str
    before: str
    after: str
    is_long: bool = False


@dataclass(frozen=True)
class Change:
    """One row that is new, gone or revised.

    Attributes
    ----------
    table : str
        Key of the shipped table.
    id : str
        The address of the row.
    row : mapping
        Its cells as they are, or for a row that is gone as they were; fingerprints where texts are long.
    cells : tuple of Cell
        What was revised, in the order of the table's columns.
    is_moved : bool
        Whether its shape is another one.
    lon, lat : float
        Degrees; NaN where the row has no place of its own.
    """

    kind: Kind
    table: str
    id: str
    row: Mapping[str, str]
    cells: tuple[Cell, ...]
    is_moved: bool
    lon: float
    lat: float


def between(before: pd.DataFrame, after: pd.DataFrame) -> tuple[Change, ...]:
    """Compare two digests (``geo.digests``).

    Returns
    -------
    tuple of Change
        By table in the order of ``geo.shipped``, in each the new, the gone and the revised, in the order of the rows.
        A column that only one of the releases filled tells of no revision.
    """
    found: list[Change] = []
    for key in TABLES:
        sides = [_only(key, side) for side in (before, after)]
        if all(len(side) for side in sides):
            found += _of_table(key, *sides)
        else:
            found += [*_whole(key, "new", sides[1]), *_whole(key, "gone", sides[0])]
    return tuple(found)


def _only(key: str, side: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one table, with the columns that any of them fills."""
    rows = side[side["table"] == key]
    return rows[[name for name in rows if name in FIXED or bool((rows[name] != "").any())]]


def _of_table(key: str, before: pd.DataFrame, after: pd.DataFrame) -> list[Change]:
    old, new = (side.set_index(_once(side["id"])) for side in (before, after))
    both = new.index[new.index.isin(old.index)]
    then, now = old.loc[both], new.loc[both]
    moved = _moved(then, now)
    differ = {
        name: np.asarray(then[name].to_numpy(dtype=object) != now[name].to_numpy(dtype=object), dtype=bool)
        for name in _compared(key, then, now)
    }
    found = np.flatnonzero(np.logical_or.reduce([moved, *differ.values()]))
    pairs = zip(found, _records(then.iloc[found]), _records(now.iloc[found]), strict=True)
    revised = [
        _change(
            key,
            "revised",
            late,
            tuple(_cell(name, early[name], late[name]) for name, each in differ.items() if each[at]),
            is_moved=bool(moved[at]),
        )
        for at, early, late in pairs
    ]
    return [
        *_whole(key, "new", new[~new.index.isin(old.index)]),
        *_whole(key, "gone", old[~old.index.isin(new.index)]),
        *revised,
    ]


def _once(ids: pd.Series) -> pd.Index:
    """Return ids of which each stands once: a release that had one twice is compared row by row."""
    turn = ids.groupby(ids).cumcount()
    return pd.Index(np.where(turn == 0, ids, ids + "#" + turn.astype(str)))


def _compared(key: str, then: pd.DataFrame, now: pd.DataFrame) -> list[str]:
    """Return the columns of a table that both digests know, in the order in which the table is told."""
    told = dict.fromkeys(["name", *(column.name for column in TABLES[key].columns)])
    return [name for name in told if name in then and name in now and name not in FIXED]


def _moved(then: pd.DataFrame, now: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which rows have another shape; a row that has none in one of the digests has not moved."""
    one, other = then["shape"].to_numpy(), now["shape"].to_numpy()
    return np.asarray((one != other) & (one != "") & (other != ""), dtype=bool)


def _cell(column: str, before: str, after: str) -> Cell:
    if before.startswith(MARK) or after.startswith(MARK):
        return Cell(column, UNSAID, UNSAID, is_long=True)
    return Cell(column, before, after)


def _whole(key: str, kind: Kind, rows: pd.DataFrame) -> list[Change]:
    return [_change(key, kind, row, (), is_moved=False) for row in _records(rows)]


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as mappings; columns in one go, as pandas takes texts out of a row of eighty one by one."""
    columns = [rows[name].to_numpy(dtype=object) for name in rows]
    return [dict(zip(rows, values, strict=True)) for values in zip(*columns, strict=True)]


def _change(key: str, kind: Kind, row: Mapping[str, Any], cells: tuple[Cell, ...], *, is_moved: bool) -> Change:
    said = {name: value for name, value in row.items() if name not in FIXED and value}
    return Change(kind, key, row["id"], said, cells, is_moved, row["lon"], row["lat"])
