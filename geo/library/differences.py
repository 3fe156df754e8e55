"""What changed between two versions of a layer: features added, removed and changed, and in which columns.

Features are matched by their id, or by what they are (shape and columns) where that leaves fewer differences: ids that
only count the rows name other features once a row is put in between. All of it is joins on hashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.library.batches import Stream, plain, shapes_of

Kind = Literal["added", "removed", "changed"]
DECIMALS: Final = 7  # of a degree: what moves by less than a centimetre has not moved
MOST_CELLS: Final = 1000  # changed cells that are told one by one
ID: Final = "id"

Rows = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Differences:
    """How one version differs from an earlier one.

    Attributes
    ----------
    by_id : bool
        Whether features were matched by their id; otherwise by shape and columns.
    rows : DataFrame
        One row for each difference: ``kind`` (added, removed, changed), ``id`` (in the later version; of a removed
        feature in the earlier one), ``shape`` (whether it moved or changed its outline), ``columns`` (a text: those
        that changed, joined by ", "), ``lon`` and ``lat`` (the middle of where it is, or was).
    cells : DataFrame
        The first changed cells: ``id``, ``column``, ``before``, ``after``, as texts; a shape is told by no cell.
    columns : mapping
        Each column that features changed in, and how many did.
    columns_added, columns_removed : tuple of str
        Columns that only one of the versions has; they make no feature a changed one.
    """

    before: int
    after: int
    by_id: bool
    rows: pd.DataFrame
    cells: pd.DataFrame
    columns: dict[str, int]
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()

    def count(self, kind: Kind) -> int:
        """Return how many features were added, removed or changed."""
        return int((self.rows["kind"] == kind).sum())

    @property
    def moved(self) -> int:
        """How many features of both versions have another shape."""
        return int((self.rows["shape"] & (self.rows["kind"] == "changed")).sum())

    @property
    def unchanged(self) -> int:
        """How many features are the same in both."""
        return self.after - self.count("added") - self.count("changed")

    @property
    def are_none(self) -> bool:
        """Whether the versions hold the same."""
        return not len(self.rows) and not self.columns_added and not self.columns_removed


@dataclass(frozen=True)
class _Side:
    """One version: its ids, a hash of each shape and its middle, and the columns that both versions have."""

    ids: pd.Series
    shapes: Hashes
    middles: npt.NDArray[np.float64]
    cells: pd.DataFrame

    @property
    def contents(self) -> Hashes:
        """A hash of each feature's columns without its id."""
        if self.cells.empty:
            return np.zeros(len(self.ids), dtype=np.uint64)
        return np.asarray(pd.util.hash_pandas_object(self.cells, index=False), dtype=np.uint64)


@dataclass(frozen=True)
class _Match:
    """Which rows are the same feature, as two equal long arrays of positions, and the rest of both sides."""

    old: Rows
    new: Rows
    differ: npt.NDArray[np.bool_]
    removed: Rows
    added: Rows

    @property
    def weight(self) -> int:
        return len(self.removed) + len(self.added) + int(self.differ.sum())


def between(earlier: Stream, later: Stream) -> Differences:
    """Compare two versions of a layer.

    Parameters
    ----------
    earlier, later : Stream
        Features in EPSG:4326, as ``geo.library.batches`` gives them.
    """
    before = {field.name: field.type for field in earlier.attributes if field.name != ID}
    after = {field.name: field.type for field in later.attributes if field.name != ID}
    shared = {name: _common(before[name], after[name]) for name in before if name in after}
    old, new = _side(earlier, shared), _side(later, shared)
    candidates = [_by_content(old, new)]
    if old.ids.is_unique and new.ids.is_unique and old.ids.notna().all() and new.ids.notna().all():
        candidates.insert(0, _by_id(old, new))  # first, so that it wins where both tell as much
    match = min(candidates, key=lambda each: each.weight)
    changed = {name: _differ(old.cells[name], new.cells[name], match) for name in shared}
    return Differences(
        before=len(old.ids),
        after=len(new.ids),
        by_id=len(candidates) == 2 and match is candidates[0],
        rows=_rows(old, new, match, changed),
        cells=_cells(old, new, match, changed),
        columns={name: int(each.sum()) for name, each in changed.items() if each.any()},
        columns_added=tuple(name for name in after if name not in before),
        columns_removed=tuple(name for name in before if name not in after),
    )


def _side(stream: Stream, shared: dict[str, pa.DataType]) -> _Side:
    hashes, parts, ids = [np.zeros(0, dtype=np.uint64)], [], []
    middles = [np.zeros((0, 2))]
    schema = pa.schema(list(shared.items()))
    for batch in stream.batches():
        shapes = shapes_of(batch)
        hashes.append(_hashed(shapes))
        bounds = shapely.bounds(shapes).reshape(-1, 4)
        middles.append((bounds[:, :2] + bounds[:, 2:]) / 2)
        ids.append(
            batch.column(ID).cast(pa.string()) if ID in batch.schema.names else pa.nulls(batch.num_rows, pa.string())
        )
        columns = [_as(plain(batch.column(name)), kind) for name, kind in shared.items()]
        parts.append(pa.RecordBatch.from_arrays(columns, schema=schema))
    cells = (
        pa.Table.from_batches(parts, schema=schema).to_pandas() if shared else pd.DataFrame(index=range(stream.rows))
    )
    named = pa.chunked_array(ids, pa.string()).to_pandas()
    return _Side(named, np.concatenate(hashes), np.concatenate(middles), cells)


def _hashed(shapes: npt.NDArray[np.object_]) -> Hashes:
    """Return a hash of each shape that knows neither where a ring begins nor which way it runs."""
    if not len(shapes):
        return np.zeros(0, dtype=np.uint64)
    flat = shapely.force_2d(shapes)
    rounded = shapely.transform(flat, lambda xy: np.round(xy, DECIMALS) + 0.0)  # + 0.0: no minus zero
    wkb = np.asarray(shapely.to_wkb(shapely.normalize(rounded)), dtype=object)
    wkb[shapely.is_missing(shapes)] = b""
    return np.asarray(pd.util.hash_array(wkb, categorize=False), dtype=np.uint64)


def _common(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Return the kind in which two columns of a name are compared: a year may be a number here and a text there."""
    kinds = [plain(pa.nulls(0, kind)).type for kind in (one, other)]
    if kinds[0] == kinds[1]:
        return pa.string() if pa.types.is_temporal(kinds[0]) else kinds[0]
    if all(pa.types.is_integer(kind) for kind in kinds):
        return pa.int64()
    return (
        pa.float64() if all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in kinds) else pa.string()
    )


def _as(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if column.type == kind:
        return column
    if pa.types.is_floating(column.type) and kind == pa.string():
        # 12.0 here is the 12 that stands there as a text.
        whole = pc.equal(pc.floor(column), column)
        return pc.if_else(whole, column.cast(pa.int64(), safe=False).cast(kind), column.cast(kind))
    return column.cast(kind, safe=False)


def _by_id(old: _Side, new: _Side) -> _Match:
    joined = pd.merge(
        pd.DataFrame({"key": old.ids, "old": np.arange(len(old.ids))}),
        pd.DataFrame({"key": new.ids, "new": np.arange(len(new.ids))}),
        on="key",
    )
    old_rows, new_rows = joined["old"].to_numpy(np.int64), joined["new"].to_numpy(np.int64)
    differ = (old.shapes[old_rows] != new.shapes[new_rows]) | (old.contents[old_rows] != new.contents[new_rows])
    return _Match(old_rows, new_rows, differ, _rest(len(old.ids), old_rows), _rest(len(new.ids), new_rows))


def _by_content(old: _Side, new: _Side) -> _Match:
    """Match what is the same first, then what lies in the same place, then what says the same of another place."""
    old_contents, new_contents = old.contents, new.contents
    keys = (
        (_both(old.shapes, old_contents), _both(new.shapes, new_contents), False),
        (old.shapes, new.shapes, False),
        (old_contents, new_contents, True),
    )
    left, right = np.arange(len(old.ids)), np.arange(len(new.ids))
    pairs: list[tuple[Rows, Rows]] = []
    for old_key, new_key, is_single in keys:
        old_rows, new_rows = _paired(old_key, new_key, left, right, is_single=is_single)
        pairs.append((old_rows, new_rows))
        left, right = np.setdiff1d(left, old_rows), np.setdiff1d(right, new_rows)
    old_rows, new_rows = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    differ = np.arange(len(old_rows)) >= len(pairs[0][0])
    return _Match(old_rows, new_rows, differ, left, right)


def _both(one: Hashes, other: Hashes) -> Hashes:
    return np.asarray(pd.util.hash_pandas_object(pd.DataFrame({"a": one, "b": other}), index=False), dtype=np.uint64)


def _paired(old_key: Hashes, new_key: Hashes, left: Rows, right: Rows, *, is_single: bool) -> tuple[Rows, Rows]:
    """Return the rows whose keys are equal, the first with the first where several are.

    Parameters
    ----------
    is_single : bool
        Only keys that stand once on each side: what many say alike is no name.
    """
    sides = []
    for key, rows in ((old_key, left), (new_key, right)):
        frame = pd.DataFrame({"key": key[rows], "row": rows})
        grouped = frame.groupby("key")["row"]
        frame["turn"] = grouped.cumcount()
        sides.append(frame[grouped.transform("size") == 1] if is_single else frame)
    joined = pd.merge(*sides, on=["key", "turn"])
    return joined["row_x"].to_numpy(np.int64), joined["row_y"].to_numpy(np.int64)


def _rest(n: int, rows: Rows) -> Rows:
    mask = np.ones(n, dtype=bool)
    mask[rows] = False
    return np.flatnonzero(mask)


def _differ(old: pd.Series, new: pd.Series, match: _Match) -> npt.NDArray[np.bool_]:
    """Return for each pair that differs whether this column does; two missing values are the same."""
    one = old.iloc[match.old[match.differ]].reset_index(drop=True)
    other = new.iloc[match.new[match.differ]].reset_index(drop=True)
    same = (one == other).fillna(False).to_numpy(bool) | (one.isna() & other.isna()).to_numpy(bool)
    return np.asarray(~same, dtype=bool)


def _rows(old: _Side, new: _Side, match: _Match, changed: dict[str, npt.NDArray[np.bool_]]) -> pd.DataFrame:
    old_rows, new_rows = match.old[match.differ], match.new[match.differ]
    names = np.full(len(old_rows), "", dtype=object)
    for name, each in changed.items():
        joint = np.where(names == "", "", ", ")
        names = np.where(each, names + joint + name, names)
    differ = pd.DataFrame(
        {
            "kind": "changed",
            ID: new.ids.iloc[new_rows].to_numpy(),
            "shape": old.shapes[old_rows] != new.shapes[new_rows],
            "columns": names,
            **_place(new, new_rows),
        }
    )
    # A pair whose hashes differ but whose cells do not is one of whole numbers too long for their kind: no change.
    differ = differ[differ["shape"] | (differ["columns"] != "")]
    parts = [
        pd.DataFrame({"kind": "added", ID: new.ids.iloc[match.added].to_numpy(), **_place(new, match.added)}),
        pd.DataFrame({"kind": "removed", ID: old.ids.iloc[match.removed].to_numpy(), **_place(old, match.removed)}),
        differ,
    ]
    told = [part.sort_values(ID, key=_counted, kind="stable") for part in parts if len(part)]
    whole = pd.concat(told or parts[2:], ignore_index=True)
    filled = whole.assign(shape=whole["shape"].eq(True) if "shape" in whole else False)
    filled["columns"] = filled["columns"].fillna("") if "columns" in filled else ""
    return filled[["kind", ID, "shape", "columns", "lon", "lat"]]


def _place(side: _Side, rows: Rows) -> dict[str, npt.NDArray[np.float64]]:
    return {"lon": side.middles[rows, 0], "lat": side.middles[rows, 1]}


def _counted(ids: pd.Series) -> pd.Series:
    """Return what sorts ids as people do: 2 before 10, whatever stands before the number."""
    texts = ids.fillna("").astype(str)
    numbers = texts.str.extract(r"(\d+)", expand=False).str.zfill(20).fillna("")
    return texts.str.extract(r"^(\D*)", expand=False).fillna("") + numbers + texts


def _cells(old: _Side, new: _Side, match: _Match, changed: dict[str, npt.NDArray[np.bool_]]) -> pd.DataFrame:
    old_rows, new_rows = match.old[match.differ], match.new[match.differ]
    parts = []
    for name, each in changed.items():
        found = np.flatnonzero(each)[:MOST_CELLS]
        parts.append(
            pd.DataFrame(
                {
                    ID: new.ids.iloc[new_rows[found]].to_numpy(),
                    "column": name,
                    "before": [_text(cell) for cell in old.cells[name].iloc[old_rows[found]]],
                    "after": [_text(cell) for cell in new.cells[name].iloc[new_rows[found]]],
                    "row": new_rows[found],
                }
            )
        )
    whole = pd.concat(parts) if parts else pd.DataFrame(columns=[ID, "column", "before", "after", "row"])
    ordered = whole.sort_values(ID, key=_counted, kind="stable").head(MOST_CELLS)
    return ordered[[ID, "column", "before", "after"]].reset_index(drop=True)


def _text(cell: Any) -> str:
    if pd.isna(cell):
        return ""
    return f"{cell:g}" if isinstance(cell, float) else str(cell)
