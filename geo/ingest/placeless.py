"""What has no place: features without geometry, at 0, 0, or with coordinates that nothing on Earth has."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from geo import heights
from geo.ingest import placing
from geo.ingest.compact import Floats, Geometries, Mask
from geo.ingest.work import FILL_IN, FLAT, KEEP_ORIGINAL, NOTHING, PLACE, Measure, Work, measures_dropped, rows_of
from geo.messages import Message

LOOK_OUTLINE: Final = Message(
    "See whether the outline is right; if not, take that corner out and bring the file again."
)
FARTHEST: Final = 1e8  # metres: more than twice round the Earth, in any system


def drop_unplaced(work: Work) -> Floats:
    """Set aside what has no place: no geometry, an empty one, or coordinates that nothing on Earth has.

    Returns
    -------
    float64, n x 2
        The middle of each shape that is left.
    """
    missing, empty, nan, beyond, nowhere, cornered, high, centres = work.shapes.each(
        shapely.is_missing, shapely.is_empty, _has_no_number, _is_far, _is_nowhere, _reaches_nowhere, _is_high, _centre
    )
    if missing.any():
        found = Message(
            "{n} feature has no geometry, or one that cannot be read, and was set aside.",
            "{n} features have no geometry, or one that cannot be read, and were set aside.",
            n=int(missing.sum()),
        )
        work.tell("GEOMETRY_MISSING", found, PLACE, FILL_IN, missing)
    if empty.any():
        found = Message(
            "{n} feature has an empty geometry and was set aside.",
            "{n} features have an empty geometry and were set aside.",
            n=int(empty.sum()),
        )
        work.tell("GEOMETRY_EMPTY", found, PLACE, FILL_IN, empty)
    if nan.any():
        found = Message(
            "{n} feature has coordinates that are no numbers (NaN or infinite) and was set aside.",
            "{n} features have coordinates that are no numbers (NaN or infinite) and were set aside.",
            n=int(nan.sum()),
        )
        work.tell("COORDINATES_NOT_FINITE", found, PLACE, FILL_IN, nan)
    beyond &= ~nan
    if beyond.any():
        _tell_impossible(work, beyond)
    if nowhere.any():
        found = Message(
            "{n} feature lies at 0, 0, which stands for an unknown place, and was set aside.",
            "{n} features lie at 0, 0, which stands for an unknown place, and were set aside.",
            n=int(nowhere.sum()),
        )
        work.tell("COORDINATES_ZERO", found, PLACE, FILL_IN, nowhere)
    gone = missing | empty | nan | beyond | nowhere
    cornered &= ~gone
    if cornered.any():
        found = Message(
            "{n} feature has a corner at 0, 0, which stands for an unknown place; it was kept.",
            "{n} features have a corner at 0, 0, which stands for an unknown place; they were kept.",
            n=int(cornered.sum()),
        )
        work.tell("CORNER_AT_ZERO", found, PLACE, LOOK_OUTLINE, cornered)
    work.keep(~gone)
    if high[~gone].any():
        _heed_heights(work)
    return centres[~gone] if gone.any() else centres


def _centre(shapes: Geometries) -> Floats:
    """Return the middle of the bounds of shapes."""
    bounds = shapely.bounds(shapes)
    centres: Floats = bounds[:, :2] / 2 + bounds[:, 2:] / 2
    return centres


def _has_no_number(shapes: Geometries) -> Mask:
    """Whether shapes have coordinates that are NaN or infinite."""
    coordinates, rows = shapely.get_coordinates(shapes, return_index=True)
    return rows_of(rows[~np.isfinite(coordinates).all(axis=1)], len(shapes))


def _is_far(shapes: Geometries) -> Mask:
    coordinates, rows = shapely.get_coordinates(shapes, return_index=True)
    finite = np.where(np.isfinite(coordinates), coordinates, 0)
    return rows_of(rows[(np.abs(finite) > FARTHEST).any(axis=1)], len(shapes))


def _is_nowhere(shapes: Geometries) -> Mask:
    """Whether shapes are at 0, 0 with all they have."""
    found: Mask = (shapely.bounds(shapes) == 0).all(axis=1)
    return found


def _reaches_nowhere(shapes: Geometries) -> Mask:
    """Whether shapes reach out to 0, 0 and no farther: with one corner that was never measured."""
    bounds = shapely.bounds(shapes)
    rows = np.flatnonzero(((bounds[:, 0] == 0) | (bounds[:, 2] == 0)) & (bounds[:, 0] < bounds[:, 2]))
    coordinates, which = shapely.get_coordinates(shapes[rows], return_index=True)
    return rows_of(rows[which[(coordinates == 0).all(axis=1)]], len(shapes))


def _is_high(shapes: Geometries) -> Mask:
    """Whether shapes have heights or measures."""
    found: Mask = shapely.has_z(shapes) | shapely.has_m(shapes)
    return found


def _tell_impossible(work: Work, rows: Mask) -> None:
    found = Message(
        "{n} feature has coordinates that are nowhere on Earth and was set aside.",
        "{n} features have coordinates that are nowhere on Earth and were set aside.",
        n=int(rows.sum()),
    )
    work.tell("COORDINATES_IMPOSSIBLE", found, placing.WHERE, FILL_IN, rows)


def _heed_heights(work: Work) -> None:
    """Keep heights for downloads; those that stand for none go, and so do measures, for which downloads have no place.

    Heights that are 0 all over a layer are what KML and CAD write for flat shapes.
    """
    high, measured, told, torn = work.shapes.each(shapely.has_z, shapely.has_m, heights.says_a_height, heights.is_torn)
    none = torn if told.any() else high
    kept = high & ~none
    if measured.any():
        found = measures_dropped(int(measured.sum()))
        work.tell("MEASURES_DROPPED", found, FLAT, KEEP_ORIGINAL, measured, note=True)
    if kept.any():
        found = Message(
            "{n} feature has heights. They are kept and stand in downloads; maps and figures are made without them.",
            "{n} features have heights. They are kept and stand in downloads; maps and figures are made without them.",
            n=int(kept.sum()),
        )
        work.tell("HEIGHTS_KEPT", found, FLAT, NOTHING, kept, note=True)
    if none.any():
        found = Message(
            "{n} feature has heights that stand for none (all are 0, or some are no numbers); they were left out.",
            "{n} features have heights that stand for none (all are 0, or some are no numbers); they were left out.",
            n=int(none.sum()),
        )
        work.tell("HEIGHTS_DROPPED", found, FLAT, NOTHING, none, note=True)
    if not kept.any():
        work.moved(work.shapes.map(shapely.force_2d))
    elif measured.any() or none.any():
        work.moved(work.shapes.map(lambda shapes: heights.only_whole(heights.without_measures(shapes))))


def drop_impossible(work: Work, *later: Measure) -> None:
    """Set aside what is nowhere on the globe once it is in degrees: beyond a pole, or more than a turn away.

    ``later`` is what the next steps will ask of the shapes: one look at them answers all of it.
    """
    with np.errstate(invalid="ignore"):
        wrong, *_ = work.measured(is_impossible, is_wide, *later)
    if wrong.any():
        _tell_impossible(work, wrong)
        work.keep(~wrong)


def is_impossible(shapes: Geometries) -> Mask:
    """Whether shapes, in degrees, reach beyond a pole or more than a turn away."""
    bounds = shapely.bounds(shapes)
    wrong: Mask = ~np.isfinite(bounds).all(axis=1) | (np.abs(bounds[:, [1, 3]]) > 90.000001).any(axis=1)
    wrong |= (np.abs(bounds[:, [0, 2]]) > 540).any(axis=1)
    return wrong


def is_wide(shapes: Geometries) -> Mask:
    """Whether shapes reach beyond the antimeridian, or all around the globe."""
    bounds = shapely.bounds(shapes)
    found: Mask = (bounds[:, 0] < -180) | (bounds[:, 2] > 180) | (bounds[:, 2] - bounds[:, 0] > 180)
    return found
