"""Shapes that break a rule: across the antimeridian, or not valid. They are mended, with a word on each reason."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.heights import only_whole
from geo.ingest.compact import Geometries, Mask
from geo.ingest.placeless import is_wide
from geo.ingest.work import FILL_IN, LOOK, NOTHING, PLACE, PREVIEWS, VALID, Work, rows_of
from geo.messages import Message
from geo.shapes import within_the_globe

POLYGON: Final = int(shapely.GeometryType.POLYGON)
DEGREES: Final = Message("Expected are longitudes from -180 to 180 (RFC 7946).")
REASONS: Final = {
    "Self-intersection": Message("an outline crosses itself"),
    "Ring Self-intersection": Message("an outline touches itself"),
    "Hole lies outside shell": Message("a hole lies outside its area"),
    "Holes are nested": Message("a hole lies in another hole"),
    "Interior is disconnected": Message("a hole cuts its area in two"),
    "Nested shells": Message("an area lies in another one of the same feature"),
    "Duplicate Rings": Message("an outline is there twice"),
    "Too few points in geometry component": Message("a line or an outline has too few points"),
}


def fold(work: Work) -> None:
    """Cut what crosses the antimeridian in two, as RFC 7946 asks."""
    before = work.shapes
    rows = np.flatnonzero(work.measured(is_wide)[0])
    if not len(rows):
        return
    wide = before.take(rows)
    cut = only_whole(np.array([within_the_globe(shape) for shape in wide], dtype=object))
    changed = rows_of(rows[~shapely.equals(wide, cut)], len(before))
    work.put(rows, cut)
    around = rows_of(rows[_is_a_turn(wide)], len(before))
    if around.any():
        work.tell(
            "LONGITUDES_TURNED",
            Message("{n} feature has longitudes beyond 180°, which are counted from 0 to 360; they were put right.",
                    "{n} features have longitudes beyond 180°, which are counted from 0 to 360; they were put right.",
                    n=int(around.sum())),
            DEGREES,
            NOTHING,
            around,
            note=True,
        )  # fmt: skip
    changed &= ~around
    if changed.any():
        work.tell(
            "ANTIMERIDIAN_CUT",
            Message("{n} feature crosses the antimeridian and was cut there.",
                    "{n} features cross the antimeridian and were cut there.", n=int(changed.sum())),
            DEGREES,
            LOOK,
            changed,
        )  # fmt: skip
        work.show("ANTIMERIDIAN_CUT", changed, before, work.shapes)
    work.keep(~rows_of(rows[shapely.is_empty(cut)], len(before)))


def _is_a_turn(wide: Geometries) -> Mask:
    """Whether shapes lie beyond the antimeridian with all they have, so that a whole turn brings them back uncut."""
    bounds = shapely.bounds(wide)
    found: Mask = (bounds[:, 0] >= 180) | (bounds[:, 2] <= -180)
    return found


def validate(work: Work) -> None:
    """Mend shapes that are not valid, with a word on each reason; set aside those of which nothing is left."""
    before = work.shapes
    (valid,) = work.measured(shapely.is_valid)
    rows = np.flatnonzero(~valid)
    if not len(rows):
        return
    broken = before.take(rows)
    # An area stays an area: what falls flat when a ring is mended is no feature of its own.
    sound = only_whole(shapely.make_valid(_shell_first(broken), method="structure", keep_collapsed=False))
    is_flat = shapely.is_empty(sound) | (shapely.get_dimensions(sound) < shapely.get_dimensions(broken))
    reasons = pd.Series(shapely.is_valid_reason(broken)).str.partition("[")[0].to_numpy(dtype=object)
    is_turned = ~is_flat & (False if work.came_valid is None else work.came_valid[rows])
    for reason in dict.fromkeys(reasons):
        same = (reasons == reason) & ~is_flat
        if (same & is_turned).any():
            _tell_turned(work, rows_of(rows[same & is_turned], len(before)))
        same &= ~is_turned
        if same.any():
            words = REASONS.get(str(reason), Message("a rule for shapes is broken"))
            work.tell(
                "GEOMETRY_INVALID",
                Message("{n} geometry was not valid and was mended: {reason}.",
                        "{n} geometries were not valid and were mended: {reason}.", n=int(same.sum()), reason=words),
                VALID,
                LOOK,
                rows_of(rows[same], len(before)),
            )  # fmt: skip
    for code, some in (
        ("GEOMETRY_INVALID", ~is_flat & ~is_turned),
        ("GEOMETRY_INVALID_AFTER_REPROJECTION", is_turned),
    ):
        few = np.flatnonzero(some)[:PREVIEWS]
        work.show_these(code, rows[few], broken[few], sound[few])
    flat = rows_of(rows[is_flat], len(before))
    if flat.any():
        found = Message(
            "{n} geometry has no extent (an area without an inside, a line without a length) and was set aside.",
            "{n} geometries have no extent (areas without an inside, lines without a length) and were set aside.",
            n=int(flat.sum()),
        )
        work.tell("GEOMETRY_COLLAPSED", found, PLACE, FILL_IN, flat)
    work.put(rows, sound)
    work.keep(~flat)


def _shell_first(broken: Geometries) -> Geometries:
    """Return shapes, those polygons turned inside out whose outline was written behind a hole in it."""
    out = broken.copy()
    for row in np.flatnonzero((shapely.get_type_id(broken) == POLYGON) & (shapely.get_num_interior_rings(broken) > 0)):
        rings = shapely.polygons(shapely.get_rings(broken[row]))
        sizes = shapely.area(rings)
        if sizes[0] < sizes.max():
            first = int(np.argmax(sizes))
            holes = [ring.exterior for number, ring in enumerate(rings) if number != first]
            out[row] = shapely.Polygon(rings[first].exterior, holes)
    return out


def _tell_turned(work: Work, rows: Mask) -> None:
    found = Message(
        "{n} geometry was valid in its own CRS, not in longitude and latitude, and was mended.",
        "{n} geometries were valid in their own CRS, not in longitude and latitude, and were mended.",
        n=int(rows.sum()),
    )
    work.tell("GEOMETRY_INVALID_AFTER_REPROJECTION", found, VALID, NOTHING, rows, note=True)
