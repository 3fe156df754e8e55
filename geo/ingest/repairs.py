"""What is mended in a layer, one fault after the other: each step says what it found, and nothing is lost in silence.

A step takes a layer and returns it mended, with its issues and, where a shape was changed, with the first few
shapes before and after for a person to look at. Record numbers stay on the index through all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geo.ingest import placing
from geo.ingest.cells import fit_cells
from geo.ingest.dates import read_dates
from geo.ingest.raw import Raw
from geo.ingest.refusals import RefusalError, refused
from geo.ingest.report import Issue, Severity, listed
from geo.messages import Message
from geo.shapes import within_the_globe

CRS_TAKEN: Final = ("CRS_IMPLAUSIBLE", "CRS_GUESSED", "CRS_DECLARED")  # issues that say where a layer was taken to lie
PREVIEWS: Final = 5  # shapes of each kind of repair that are kept before and after
FARTHEST: Final = 1e8  # metres: more than twice round the Earth, in any system
# Columns that number the features themselves; others that end in "id" name what a feature belongs to.
IDS: Final = frozenset({
    "id", "fid", "ogc_fid", "gid", "oid", "uid", "uuid", "guid", "objectid", "object_id", "globalid", "global_id",
    "feature_id", "featureid", "record_id", "event_id", "event_id_cnty", "identificador",
})  # fmt: skip
IDS_DIFFERENT: Final = 0.5  # of the values, for them to be ids
KINDS: Final = ("points", "lines", "areas")
SLIVER_M: Final = 1.0  # areas narrower than this are what is left between two outlines, not places
WGS84: Final = CRS("EPSG:4326")
METRES_PER_DEGREE: Final = 111_320.0
LOOK: Final = Message("See whether the result is right; if not, mend the feature in the file and bring it again.")
PLACE: Final = Message("Expected is a geometry with coordinates on every feature.")
FILL_IN: Final = Message("Fill in the place of these features in the file, if it is known, and bring it again.")
VALID: Final = Message("Expected are outlines that neither cross nor touch themselves (OGC Simple Features).")
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

Geometries = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Repair:
    """A shape before and after it was mended, in degrees: what a person is shown.

    Attributes
    ----------
    code : str
        That of the issue.
    layer : str
        The layer's name in the file.
    feature : int
        The number of the record, from 1.
    before, after : Geometry
        Longitude and latitude; ``before`` may be invalid.
    """

    code: str
    layer: str
    feature: int
    before: shapely.Geometry
    after: shapely.Geometry


@dataclass(frozen=True)
class Mended:
    """A layer that can be drawn: valid shapes of one kind in WGS 84, and the CRS it came in."""

    name: str
    frame: gpd.GeoDataFrame
    crs: CRS
    issues: tuple[Issue, ...] = ()
    repairs: tuple[Repair, ...] = ()


@dataclass
class _Work:
    """A layer on its way through the steps."""

    layer: str
    frame: gpd.GeoDataFrame
    issues: list[Issue] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    came_valid: Mask | None = None  # before it was brought to degrees, which can turn a thin outline over

    @property
    def shapes(self) -> Geometries:
        return np.asarray(self.frame.geometry.to_numpy(), dtype=object)

    def keep(self, kept: Mask) -> None:
        self.frame = cast(gpd.GeoDataFrame, self.frame[kept])
        self.came_valid = None if self.came_valid is None else self.came_valid[kept]

    def reshape(self, shapes: Geometries) -> None:
        made = gpd.GeoSeries(shapes, index=self.frame.index, crs=self.frame.crs)
        self.frame = cast(gpd.GeoDataFrame, self.frame.set_geometry(made))

    def tell(
        self, name: str, found: Message, expected: Message, fix: Message, rows: Mask, *, note: bool = False
    ) -> None:
        first = int(self.frame.index[int(np.flatnonzero(rows)[0])])
        severity: Severity = "note" if note else "warning"
        self.issues.append(
            Issue(
                name, severity, found, expected, fix, layer=self.layer, feature=first, count=int(rows.sum()),
                records=listed(self.frame.index[rows]),
            )
        )  # fmt: skip

    def show(self, name: str, rows: Mask, before: Geometries, after: Geometries) -> None:
        for row in np.flatnonzero(rows)[:PREVIEWS]:
            self.repairs.append(Repair(name, self.layer, int(self.frame.index[row]), before[row], after[row]))


def mended(raw: Raw, *, declared: CRS | None = None) -> list[Mended]:
    """Return a layer as it can be drawn: one, or one for each kind of shape that is mixed in it.

    Parameters
    ----------
    declared : CRS, optional
        What the person says the CRS is, for a layer that does not say it.

    Raises
    ------
    RefusalError
        If nothing in it can be drawn, or nothing tells where it lies.
    """
    frame = cast(gpd.GeoDataFrame, raw.frame)
    work = _Work(raw.name, frame, list(raw.issues))
    try:
        return _mended(raw, work, declared)
    except RefusalError as error:
        error.before = tuple(work.issues)
        raise


def _mended(raw: Raw, work: _Work, declared: CRS | None) -> list[Mended]:
    work.frame, told = fit_cells(work.frame, work.layer)
    work.issues.extend(told)
    _drop_missing(work)
    _drop_infinite(work)
    _flatten(work)
    _some(work, raw)
    before = work.shapes
    placed = placing.placed(raw, work.frame, declared=declared)
    if placed.frame is not work.frame and not placed.crs.equals(WGS84):
        work.came_valid = shapely.is_valid(before)
    work.frame = placed.frame
    work.issues.extend(placed.issues)
    _show_moved(work, raw, placed, before)
    _show_closed(work, raw, placed)
    _drop_impossible(work)
    _fold(work)
    _validate(work)
    _some(work, raw)
    _name_twins(work)
    _name_ids(work)
    _name_slivers(work)
    work.issues.extend(placing.outside(work.frame, work.layer))
    work.frame, dated = read_dates(work.frame, work.layer)
    work.issues.extend(dated)
    return _by_kind(work, placed.crs)


def _show_moved(work: _Work, raw: Raw, placed: placing.Placed, before: Geometries) -> None:
    """Keep the first shapes of a layer whose axes changed places, or whose CRS is another than its file says."""
    every = np.ones(len(before), dtype=bool)
    if placed.is_swapped:
        was = gpd.GeoSeries(before, crs=placed.crs).to_crs(WGS84) if placed.crs.is_projected else before
        work.show("AXES_SWAPPED", every, np.asarray(was, dtype=object), work.shapes)
        return
    codes = [issue.code for issue in placed.issues]
    code = next((each for each in CRS_TAKEN if each in codes), "")
    if not code:
        return
    first = np.arange(len(before)) < PREVIEWS
    was = np.full(len(before), shapely.Point(), dtype=object)  # nowhere, where nothing said a place
    if raw.crs is not None:
        read = np.asarray(gpd.GeoSeries(before[first], crs=raw.crs).to_crs(WGS84).to_numpy(), dtype=object)
        bounds = shapely.bounds(read)
        with np.errstate(invalid="ignore"):
            there = (np.abs(bounds) <= [180, 90, 180, 90]).all(axis=1)
        was[np.flatnonzero(first)[there]] = read[there]
    work.show(code, first, was, work.shapes)


def _show_closed(work: _Work, raw: Raw, placed: placing.Placed) -> None:
    """Keep outlines that did not end where they began, beside the areas that they became."""
    for record, outlines in raw.unclosed.items():
        if record not in work.frame.index:
            continue
        flat = shapely.transform(outlines, lambda xy: xy[:, ::-1]) if placed.is_swapped else outlines
        was = gpd.GeoSeries([flat], crs=placed.crs).to_crs(WGS84).iloc[0]
        work.repairs.append(Repair("RING_CLOSED", work.layer, record, was, work.frame.geometry.loc[record]))


def _some(work: _Work, raw: Raw) -> None:
    """Refuse a layer of which nothing is left, and say why."""
    if not work.frame.empty:
        return
    if not len(raw.frame):
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
        Message("None of the {n} features can be drawn: {codes}.", n=len(raw.frame), codes=", ".join(codes) or "–"),
        expected=PLACE,
        fix=FILL_IN,
        layer=work.layer,
        feature=int(raw.frame.index[0]),
    )  # fmt: skip


def _drop_missing(work: _Work) -> None:
    shapes = work.shapes
    missing = shapely.is_missing(shapes)
    empty = ~missing & shapely.is_empty(shapes)
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
    work.keep(~(missing | empty))


def _drop_infinite(work: _Work) -> None:
    coordinates, rows = shapely.get_coordinates(work.shapes, return_index=True)
    if not len(coordinates):
        return
    no_number = ~np.isfinite(coordinates).all(axis=1)
    far = ~no_number & (np.abs(np.where(np.isfinite(coordinates), coordinates, 0)) > FARTHEST).any(axis=1)
    nan, beyond = _rows(rows[no_number], len(work.frame)), _rows(rows[far], len(work.frame))
    beyond &= ~nan
    zero = shapely.bounds(work.shapes)
    nowhere = (zero == 0).all(axis=1)
    if nan.any():
        found = Message(
            "{n} feature has coordinates that are no numbers (NaN or infinite) and was set aside.",
            "{n} features have coordinates that are no numbers (NaN or infinite) and were set aside.",
            n=int(nan.sum()),
        )
        work.tell("COORDINATES_NOT_FINITE", found, PLACE, FILL_IN, nan)
    if beyond.any():
        _tell_impossible(work, beyond)
    if nowhere.any():
        found = Message(
            "{n} feature lies at 0, 0, which stands for an unknown place, and was set aside.",
            "{n} features lie at 0, 0, which stands for an unknown place, and were set aside.",
            n=int(nowhere.sum()),
        )
        work.tell("COORDINATES_ZERO", found, PLACE, FILL_IN, nowhere)
    work.keep(~(nan | beyond | nowhere))


def _rows(found: npt.NDArray[np.int64], length: int) -> Mask:
    mask = np.zeros(length, dtype=bool)
    mask[found] = True
    return mask


def _tell_impossible(work: _Work, rows: Mask) -> None:
    found = Message(
        "{n} feature has coordinates that are nowhere on Earth and was set aside.",
        "{n} features have coordinates that are nowhere on Earth and were set aside.",
        n=int(rows.sum()),
    )
    work.tell("COORDINATES_IMPOSSIBLE", found, placing.WHERE, FILL_IN, rows)


def _flatten(work: _Work) -> None:
    high = shapely.has_z(work.shapes) | shapely.has_m(work.shapes)
    if not high.any():
        return
    work.tell(
        "HEIGHTS_DROPPED",
        Message("{n} feature has heights or measures, which were left out.",
                "{n} features have heights or measures, which were left out.", n=int(high.sum())),
        Message("The map draws places in two dimensions."),
        Message("Nothing needs to be done."),
        high,
        note=True,
    )  # fmt: skip
    work.reshape(shapely.force_2d(work.shapes))


def _drop_impossible(work: _Work) -> None:
    """Set aside what is nowhere on the globe once it is in degrees: beyond a pole, or more than a turn away."""
    bounds = shapely.bounds(work.shapes)
    with np.errstate(invalid="ignore"):
        wrong = ~np.isfinite(bounds).all(axis=1) | (np.abs(bounds[:, [1, 3]]) > 90.000001).any(axis=1)
        wrong |= (np.abs(bounds[:, [0, 2]]) > 540).any(axis=1)
    if wrong.any():
        _tell_impossible(work, wrong)
        work.keep(~wrong)


def _fold(work: _Work) -> None:
    """Cut what crosses the antimeridian in two, as RFC 7946 asks."""
    before = work.shapes
    bounds = shapely.bounds(before)
    wide = (bounds[:, 0] < -180) | (bounds[:, 2] > 180) | (bounds[:, 2] - bounds[:, 0] > 180)
    if not wide.any():
        return
    after = before.copy()
    for row in np.flatnonzero(wide):
        after[row] = within_the_globe(before[row])
    changed = wide & ~shapely.equals(before, after)
    work.reshape(after)
    if changed.any():
        work.tell(
            "ANTIMERIDIAN_CUT",
            Message("{n} feature crosses the antimeridian and was cut there.",
                    "{n} features cross the antimeridian and were cut there.", n=int(changed.sum())),
            Message("Expected are longitudes from -180 to 180 (RFC 7946)."),
            LOOK,
            changed,
        )  # fmt: skip
        work.show("ANTIMERIDIAN_CUT", changed, before, after)
    work.keep(~shapely.is_empty(after))


def _validate(work: _Work) -> None:
    """Mend shapes that are not valid, with a word on each reason; set aside those of which nothing is left."""
    before = work.shapes
    broken = ~shapely.is_valid(before)
    if not broken.any():
        return
    after = before.copy()
    # An area stays an area: what falls flat when a ring is mended is no feature of its own.
    after[broken] = shapely.make_valid(before[broken], method="structure", keep_collapsed=False)
    flat = broken & (shapely.is_empty(after) | (shapely.get_dimensions(after) < shapely.get_dimensions(before)))
    reasons = pd.Series(shapely.is_valid_reason(before[broken])).str.partition("[")[0].to_numpy(dtype=object)
    every = np.full(len(before), "", dtype=object)
    every[broken] = reasons
    for reason in dict.fromkeys(reasons):
        rows = (every == reason) & ~flat
        if work.came_valid is not None and (turned := rows & work.came_valid).any():
            _tell_turned(work, turned)
            rows &= ~work.came_valid
        if rows.any():
            words = REASONS.get(str(reason), Message("a rule for shapes is broken"))
            work.tell(
                "GEOMETRY_INVALID",
                Message("{n} geometry was not valid and was mended: {reason}.",
                        "{n} geometries were not valid and were mended: {reason}.", n=int(rows.sum()), reason=words),
                VALID,
                LOOK,
                rows,
            )  # fmt: skip
    turned = broken & ~flat & (work.came_valid if work.came_valid is not None else np.zeros(len(before), dtype=bool))
    work.show("GEOMETRY_INVALID", broken & ~flat & ~turned, before, after)
    work.show("GEOMETRY_INVALID_AFTER_REPROJECTION", turned, before, after)
    if flat.any():
        found = Message(
            "{n} geometry has no extent (an area without an inside, a line without a length) and was set aside.",
            "{n} geometries have no extent (areas without an inside, lines without a length) and were set aside.",
            n=int(flat.sum()),
        )
        work.tell("GEOMETRY_COLLAPSED", found, PLACE, FILL_IN, flat)
    work.reshape(after)
    work.keep(~flat)


def _tell_turned(work: _Work, rows: Mask) -> None:
    found = Message(
        "{n} geometry was valid in its own CRS, not in longitude and latitude, and was mended.",
        "{n} geometries were valid in their own CRS, not in longitude and latitude, and were mended.",
        n=int(rows.sum()),
    )
    nothing = Message("Nothing needs to be done.")
    work.tell("GEOMETRY_INVALID_AFTER_REPROJECTION", found, VALID, nothing, rows, note=True)


def _name_twins(work: _Work) -> None:
    """Say which features are there twice, with the same place and the same attributes; they are kept."""
    shapes = work.shapes
    outlines = np.column_stack([shapely.bounds(shapes), shapely.get_num_coordinates(shapes)])
    same = pd.DataFrame(outlines).duplicated(keep=False).to_numpy()  # few are left to be looked at closely
    if not same.any():
        return
    table = pd.DataFrame(work.frame[same].drop(columns=work.frame.geometry.name)).astype(str)
    table["shape"] = shapely.to_wkb(shapes[same])
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


def _name_ids(work: _Work) -> None:
    """Say where a column that numbers the features gives one number twice: versions are compared by it."""
    for name in work.frame.columns:
        if str(name).casefold() not in IDS:
            continue
        ids = work.frame[name]
        given = ids.notna() & (ids.astype(str).str.strip() != "")
        if not given.any() or ids[given].nunique() < IDS_DIFFERENT * given.sum():
            continue  # one number for all, or a few: no number of the feature, whatever its name
        twice = (given & ids.where(given).duplicated()).to_numpy(dtype=bool)
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


def _name_slivers(work: _Work) -> None:
    shapes = work.shapes
    area, around = shapely.area(shapes), shapely.length(shapes)
    thin = (area > 0) & (2 * area * METRES_PER_DEGREE < SLIVER_M * around)
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


def _by_kind(work: _Work, crs: CRS) -> list[Mended]:
    """Return the layer, or one for each kind of shape where points, lines and areas are mixed in it."""
    shapes = work.shapes
    collections = shapely.get_type_id(shapes) == int(shapely.GeometryType.GEOMETRYCOLLECTION)
    dimensions = shapely.get_dimensions(shapes)
    if not collections.any() and len(np.unique(dimensions)) == 1:
        return [Mended(work.layer, work.frame, crs, tuple(work.issues), tuple(work.repairs))]
    parts = {int(row): _parts(shapes[row]) for row in np.flatnonzero(collections)}
    found = sorted({*dimensions[~collections], *(each for row in parts.values() for each in row)})
    if collections.any():
        work.tell(
            "COLLECTION_SPLIT",
            Message("{n} feature is a collection of shapes and was split by kind.",
                    "{n} features are collections of shapes and were split by kind.", n=int(collections.sum())),
            Message("Expected are points, lines or areas, one kind in a layer."),
            LOOK,
            collections,
        )  # fmt: skip
    if len(found) > 1:
        work.tell(
            "MIXED_KINDS_SPLIT",
            Message("Points, lines and areas are mixed in one layer; it was split by kind."),
            Message("Expected are points, lines or areas, one kind in a layer."),
            Message("Nothing needs to be done; each kind can be stored as a layer of its own."),
            np.ones(len(shapes), dtype=bool),
        )
    out: list[Mended] = []
    for dimension in found:
        rows = np.flatnonzero(
            [int(dimension) in parts[row] if row in parts else kind == dimension for row, kind in enumerate(dimensions)]
        )
        kept = work.frame.iloc[rows]
        made = np.array(
            [parts[row][int(dimension)] if row in parts else shapes[row] for row in map(int, rows)], dtype=object
        )
        frame = kept.set_geometry(gpd.GeoSeries(made, index=kept.index, crs=kept.crs))
        name = work.layer if len(found) == 1 else f"{work.layer} ({KINDS[int(dimension)]})"
        # What was found in the file's layer is told once, with the first of those made of it.
        told = (tuple(work.issues), tuple(work.repairs)) if not out else ((), ())
        out.append(Mended(name, cast(gpd.GeoDataFrame, frame), crs, *told))
    return out


def _parts(collection: shapely.Geometry) -> dict[int, shapely.Geometry]:
    """Return the shapes in a collection by dimension, each kind as one."""
    simple = list(_simple(collection))
    kinds = {0: shapely.multipoints, 1: shapely.multilinestrings, 2: shapely.multipolygons}
    by_dimension = {
        dimension: [each for each in simple if shapely.get_dimensions(each) == dimension] for dimension in kinds
    }
    made = {
        dimension: found[0] if len(found) == 1 else kinds[dimension](found)
        for dimension, found in by_dimension.items()
        if found
    }
    return {
        dimension: shape if shape.is_valid else shapely.make_valid(shape, method="structure", keep_collapsed=False)
        for dimension, shape in made.items()
    }


def _simple(shape: shapely.Geometry) -> Iterable[shapely.Geometry]:
    """Yield the points, lines and polygons of a shape, however deep; the door bounds how deep they can be."""
    if shape.is_empty:
        return
    parts = shapely.get_parts(shape)
    if len(parts) == 1 and parts[0].geom_type == shape.geom_type:
        yield shape
        return
    for part in parts:
        yield from _simple(part)
