"""What looks like a mistake and is kept: features and ids that are there twice, slivers, places outside the region."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.ingest import placing
from geo.ingest.compact import Geometries, Mask
from geo.ingest.signs import without_sign
from geo.ingest.work import Work, rows_of
from geo.messages import Message

# Columns that number the features themselves; others that end in "id" name what a feature belongs to.
IDS: Final = frozenset({
    "id", "fid", "ogc_fid", "gid", "oid", "uid", "uuid", "guid", "objectid", "object_id", "globalid", "global_id",
    "feature_id", "featureid", "record_id", "event_id", "event_id_cnty", "identificador",
})  # fmt: skip
IDS_PIECE: Final = 20_000  # that are there as Python's own texts at one time
IDS_DIFFERENT: Final = 0.5  # of the values, for them to be ids
SLIVER_M: Final = 1.0  # areas narrower than this are what is left between two outlines, not places
MIXING: Final = np.uint64(0x9E3779B97F4A7C15)
METRES_PER_DEGREE: Final = 111_320.0


def name_odd_places(work: Work) -> None:
    """Say which features are there twice, are slivers or lie outside the region; they are kept."""
    outlines, thin, away = work.measured(outline, is_thin, placing.is_outside)
    _name_twins(work, outlines)
    _name_slivers(work, thin)
    told = placing.outside(away, work.index, work.layer)
    if told:
        bounds = work.shapes.keep(away).each(shapely.bounds)[0]
        remedy = without_sign((bounds[:, :2] + bounds[:, 2:]) / 2)
        told = told if remedy is None else [replace(each, fix=remedy) for each in told]
    work.issues.extend(told)


def outline(shapes: Geometries) -> npt.NDArray[np.uint64]:
    """Return a number for each shape that is the same for shapes with the same bounds and as many vertices."""
    facts = np.column_stack([shapely.bounds(shapes), shapely.get_num_coordinates(shapes).astype(np.float64)])
    found = np.zeros(len(shapes), dtype=np.uint64)
    for column in np.ascontiguousarray(facts.T).view(np.uint64):
        found = (found ^ column) * MIXING
        found ^= found >> np.uint64(32)
    return found


def is_thin(shapes: Geometries) -> Mask:
    """Whether shapes are areas narrower than a metre."""
    area, around = shapely.area(shapes), shapely.length(shapes)
    found: Mask = (area > 0) & (2 * area * METRES_PER_DEGREE < SLIVER_M * around)
    return found


def _name_twins(work: Work, outlines: npt.NDArray[np.uint64]) -> None:
    """Say which features are there twice, with the same place and the same attributes."""
    in_order = np.sort(outlines)
    same = np.isin(outlines, in_order[1:][in_order[1:] == in_order[:-1]])
    if not same.any():  # few are left to be looked at closely
        return
    table = work.table[same].astype(str)
    table["shape"] = work.shapes.keep(same).wkb().to_pandas().to_numpy()
    twins = np.zeros(len(same), dtype=bool)
    twins[np.flatnonzero(same)] = table.duplicated().to_numpy()
    if twins.any():
        work.tell(
            "DUPLICATE_FEATURES",
            Message("{n} feature repeats another one in place and attributes; it was kept.",
                    "{n} features repeat others in place and attributes; they were kept.", n=int(twins.sum())),
            Message("Expected is each feature once; counts would be too high."),
            Message("Take the repetitions out of the file, unless they are meant."),
            twins,
        )  # fmt: skip


def name_ids(work: Work) -> None:
    """Say where a column that numbers the features gives one number twice: versions are compared by it."""
    for name in work.table.columns:
        if str(name).casefold() not in IDS:
            continue
        given, numbers = _numbers(work.table[name])
        order = np.sort(numbers[given])
        again = order[1:][order[1:] == order[:-1]]
        if not given.any() or len(order) - len(again) < IDS_DIFFERENT * len(order):
            continue  # one number for all, or a few: no number of the feature, whatever its name
        rows = np.flatnonzero(given & np.isin(numbers, again))
        twice = rows_of(rows[pd.Series(numbers[rows]).duplicated().to_numpy()], len(numbers))
        if twice.any():
            work.tell(
                "DUPLICATE_IDS",
                Message("{n} feature has an id in “{column}” that another one has already.",
                        "{n} features have ids in “{column}” that others have already.",
                        n=int(twice.sum()), column=str(name)),
                Message("Expected is an id of its own for each feature; versions of a layer are compared by it."),
                Message("Give each feature its own id, or leave the column out."),
                twice,
            )  # fmt: skip


def _numbers(ids: pd.Series) -> tuple[Mask, npt.NDArray[np.uint64]]:
    """Return where ids are given, and a number for each that is the same for the same ids."""
    given, numbers = np.zeros(len(ids), dtype=bool), np.zeros(len(ids), dtype=np.uint64)
    for start in range(0, len(ids), IDS_PIECE):
        rows = slice(start, start + IDS_PIECE)
        piece = ids.iloc[rows]
        words = piece.astype(str).to_numpy(dtype=object)
        given[rows] = piece.notna().to_numpy(dtype=bool) & np.array([bool(word.strip()) for word in map(str, words)])
        numbers[rows] = pd.util.hash_array(words, categorize=False)
    return given, numbers


def _name_slivers(work: Work, thin: Mask) -> None:
    if thin.any():
        work.tell(
            "SLIVERS",
            Message("{n} area is narrower than a metre; it was kept.",
                    "{n} areas are narrower than a metre; they were kept.", n=int(thin.sum())),
            Message("Such slivers are left where two outlines do not quite meet."),
            Message("Take them out of the file, unless they are meant."),
            thin,
            note=True,
        )  # fmt: skip
