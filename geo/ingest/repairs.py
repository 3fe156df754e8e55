"""What is mended in a layer, one fault after the other: each step says what it found, and nothing is lost in silence.

A step takes a layer and returns it mended, with its issues and, where a shape was changed, with the first few
shapes before and after for a person to look at. Record numbers stay on the index through all of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import shapely
from pyproj import CRS

from geo.ingest import placing
from geo.ingest.cells import fit_cells
from geo.ingest.compact import Compact
from geo.ingest.dates import read_dates
from geo.ingest.individuals import individuals
from geo.ingest.kinds import WGS84, Mended, by_kind, dimension_of, kind
from geo.ingest.memory import give_back
from geo.ingest.oddities import is_thin, name_ids, name_odd_places, outline
from geo.ingest.placeless import drop_impossible, drop_unplaced
from geo.ingest.progress import Progress
from geo.ingest.raw import Raw
from geo.ingest.refusals import RefusalError, refused
from geo.ingest.validity import fold, validate
from geo.ingest.work import FILL_IN, PLACE, PREVIEWS, Work
from geo.messages import Message

CRS_TAKEN: Final = ("CRS_IMPLAUSIBLE", "CRS_GUESSED", "CRS_DECLARED")  # issues that say where a layer was taken to lie
STEPS: Final = 8  # of about the same length
# What is asked of shapes once they are in degrees: one look at them answers all of it.
LATER: Final = (shapely.is_valid, outline, is_thin, placing.is_outside, kind, dimension_of)


def mended(raw: Raw, *, declared: CRS | None = None, progress: Progress | None = None) -> list[Mended]:
    """Return a layer as it can be drawn: one, or one for each kind of shape that is mixed in it.

    Parameters
    ----------
    declared : CRS, optional
        What the person says the CRS is, for a layer that does not say it.
    progress : Progress, optional
        Told how many of the steps are done.

    Raises
    ------
    RefusalError
        If nothing in it can be drawn, or nothing tells where it lies.
    """
    shapes = raw.shapes if raw.shapes is not None else Compact([])  # who calls this asks whether it is spatial
    work = Work(raw.name, raw.table, shapes, list(raw.issues))
    raw = replace(raw, shapes=None)  # as they came they are not held any longer than they are needed
    del shapes
    try:
        return _mended(raw, work, declared, progress or Progress())
    except RefusalError as error:
        error.before = tuple(work.issues)
        raise


def _mended(raw: Raw, work: Work, declared: CRS | None, progress: Progress) -> list[Mended]:
    work.table, told = fit_cells(work.table, work.layer)
    work.issues.extend(told)
    progress.reach(1, STEPS)
    centres = drop_unplaced(work)
    progress.reach(3, STEPS)
    _some(work, raw)
    before = work.shapes
    placed = placing.placed(raw, work.shapes, centres, work.index, declared=declared)
    if placed.shapes is not before and not placed.crs.equals(WGS84):
        (work.came_valid,) = before.each(shapely.is_valid)
    work.moved(placed.shapes)
    work.issues.extend(placed.issues)
    _show_moved(work, raw, placed, before)
    _show_closed(work, raw, placed)
    del before, centres  # or the shapes would be there twice
    give_back()
    progress.reach(4, STEPS)
    drop_impossible(work, *LATER)
    progress.reach(6, STEPS)
    fold(work)
    validate(work)
    _some(work, raw)
    name_odd_places(work)
    name_ids(work)
    progress.reach(7, STEPS)
    work.table, dated = read_dates(work.table, work.layer)
    work.issues.extend(dated)
    work.issues.extend(individuals(work.table, work.layer))
    return by_kind(work, placed.crs)


def _show_moved(work: Work, raw: Raw, placed: placing.Placed, before: Compact) -> None:
    """Keep the first shapes of a layer whose axes changed places, or whose CRS is another than its file says."""
    first = np.arange(min(len(before), PREVIEWS))
    read, became = before.take(first), work.shapes.take(first)
    if placed.is_swapped:
        was = placing.in_degrees(read, placed.crs) if placed.crs.is_projected else read
        work.show_these("AXES_SWAPPED", first, was, became)
        return
    codes = [issue.code for issue in placed.issues]
    code = next((each for each in CRS_TAKEN if each in codes), "")
    if not code:
        return
    was = np.full(len(first), shapely.Point(), dtype=object)  # nowhere, where nothing said a place
    if raw.crs is not None:
        read = placing.in_degrees(read, raw.crs)
        bounds = shapely.bounds(read)
        with np.errstate(invalid="ignore"):
            there = (np.abs(bounds) <= [180, 90, 180, 90]).all(axis=1)
        was[there] = read[there]
    work.show_these(code, first, was, became)


def _show_closed(work: Work, raw: Raw, placed: placing.Placed) -> None:
    """Keep outlines that did not end where they began, beside the areas that they became."""
    for record, outlines in raw.unclosed.items():
        if record not in work.index:
            continue
        read = np.array([outlines], dtype=object)
        was = placing.in_degrees(placing.turned(read) if placed.is_swapped else read, placed.crs)
        row = np.array([work.index.get_loc(record)])
        work.show_these("RING_CLOSED", row, was, work.shapes.take(row))


def _some(work: Work, raw: Raw) -> None:
    """Refuse a layer of which nothing is left, and say why."""
    if len(work.table):
        return
    if not len(raw.table):
        raise refused(
            "LAYER_EMPTY",
            Message("The layer has no features."),
            expected=PLACE,
            fix=Message("Export it again with its features; a filter may have been on."),
            layer=work.layer,
        )
    codes = dict.fromkeys(issue.code for issue in work.issues if issue.severity == "warning")
    raise refused(
        "NOTHING_TO_DRAW",
        Message("None of the {n} features can be drawn: {codes}.", n=len(raw.table), codes=", ".join(codes) or "–"),
        expected=PLACE,
        fix=FILL_IN,
        layer=work.layer,
        feature=int(raw.table.index[0]),
    )  # fmt: skip
