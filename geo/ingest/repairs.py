"""What is mended in a layer, one fault after the other: each step says what it found, and nothing is lost in silence.

A step takes a layer and returns it mended, with its issues and, where a shape was changed, with the first few
shapes before and after for a person to look at. Record numbers stay on the index through all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geo.ingest import placing
from geo.ingest.cells import fit_cells
from geo.ingest.compact import Compact, Floats, Geometries, Mask
from geo.ingest.dates import read_dates
from geo.ingest.individuals import individuals
from geo.ingest.memory import give_back
from geo.ingest.progress import Progress
from geo.ingest.raw import Raw, framed
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
IDS_PIECE: Final = 20_000  # that are there as Python's own texts at one time
IDS_DIFFERENT: Final = 0.5  # of the values, for them to be ids
STEPS: Final = 8  # of about the same length
KINDS: Final = ("points", "lines", "areas")
SLIVER_M: Final = 1.0  # areas narrower than this are what is left between two outlines, not places
TYPES: Final = (
    "Point", "LineString", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
    "GeometryCollection",
)  # fmt: skip
MIXING: Final = np.uint64(0x9E3779B97F4A7C15)
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

Measure = Callable[[Geometries], npt.NDArray[Any]]
Rows = npt.NDArray[np.int64]


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
    """A layer that can be drawn: columns, valid shapes of one kind in WGS 84, and the CRS they came in.

    Attributes
    ----------
    table : DataFrame, n rows
        The columns, on the index ``record``.
    shapes : Compact, n shapes
    types : tuple of str
        The kinds of shapes as GeoJSON calls them, most frequent first.
    crs : CRS
        That the layer came in.
    """

    name: str
    table: pd.DataFrame
    shapes: Compact
    types: tuple[str, ...]
    crs: CRS
    issues: tuple[Issue, ...] = ()
    repairs: tuple[Repair, ...] = ()

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """All of it as one frame, made anew: the geometry takes several times the memory in it."""
        return framed(self.table, self.shapes, WGS84)


@dataclass
class _Work:
    """A layer on its way through the steps."""

    layer: str
    table: pd.DataFrame
    shapes: Compact
    issues: list[Issue] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    came_valid: Mask | None = None  # before it was brought to degrees, which can turn a thin outline over
    _known: dict[Measure, npt.NDArray[Any]] = field(default_factory=dict)  # what was measured of the shapes

    @property
    def index(self) -> pd.Index:
        return self.table.index

    def keep(self, kept: Mask) -> None:
        if kept.all():
            return
        self.table, self.shapes = self.table[kept], self.shapes.keep(kept)
        self._known = {measure: values[kept] for measure, values in self._known.items()}
        self.came_valid = None if self.came_valid is None else self.came_valid[kept]

    def measured(self, *measures: Measure) -> tuple[npt.NDArray[Any], ...]:
        """Return what functions give for the shapes: each is asked once, and those that are new all at once."""
        new = [measure for measure in measures if measure not in self._known]
        if new:
            self._known.update(zip(new, self.shapes.each(*new), strict=True))
        return tuple(self._known[measure] for measure in measures)

    def moved(self, shapes: Compact) -> None:
        """Take other shapes, of which nothing is known."""
        if shapes is not self.shapes:
            self.shapes, self._known = shapes, {}

    def put(self, rows: Rows, shapes: Geometries) -> None:
        """Take other shapes in some rows, and measure them again."""
        self.shapes = self.shapes.put(rows, shapes)
        for measure, values in self._known.items():
            values[rows] = measure(shapes)

    def tell(
        self, name: str, found: Message, expected: Message, fix: Message, rows: Mask, *, note: bool = False
    ) -> None:
        first = int(self.index[int(np.flatnonzero(rows)[0])])
        severity: Severity = "note" if note else "warning"
        self.issues.append(
            Issue(
                name, severity, found, expected, fix, layer=self.layer, feature=first, count=int(rows.sum()),
                records=listed(self.index[rows]),
            )
        )  # fmt: skip

    def show(self, name: str, rows: Mask, before: Compact, after: Compact) -> None:
        """Keep the first of some rows, as they were and as they are; both are of the rows that are there now."""
        first = np.flatnonzero(rows)[:PREVIEWS]
        self.show_these(name, first, before.take(first), after.take(first))

    def show_these(self, name: str, rows: Rows, before: Geometries, after: Geometries) -> None:
        for row, was, became in zip(rows, before, after, strict=True):
            self.repairs.append(Repair(name, self.layer, int(self.index[row]), was, became))


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
    work = _Work(raw.name, raw.table, shapes, list(raw.issues))
    raw = replace(raw, shapes=None)  # as they came they are not held any longer than they are needed
    del shapes
    try:
        return _mended(raw, work, declared, progress or Progress())
    except RefusalError as error:
        error.before = tuple(work.issues)
        raise


def _mended(raw: Raw, work: _Work, declared: CRS | None, progress: Progress) -> list[Mended]:
    work.table, told = fit_cells(work.table, work.layer)
    work.issues.extend(told)
    progress.reach(1, STEPS)
    centres = _drop_unplaced(work)
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
    _drop_impossible(work)
    progress.reach(6, STEPS)
    _fold(work)
    _validate(work)
    _some(work, raw)
    _name_odd_places(work)
    _name_ids(work)
    progress.reach(7, STEPS)
    work.table, dated = read_dates(work.table, work.layer)
    work.issues.extend(dated)
    work.issues.extend(individuals(work.table, work.layer))
    return _by_kind(work, placed.crs)


def _show_moved(work: _Work, raw: Raw, placed: placing.Placed, before: Compact) -> None:
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


def _show_closed(work: _Work, raw: Raw, placed: placing.Placed) -> None:
    """Keep outlines that did not end where they began, beside the areas that they became."""
    for record, outlines in raw.unclosed.items():
        if record not in work.index:
            continue
        read = np.array([outlines], dtype=object)
        was = placing.in_degrees(placing.turned(read) if placed.is_swapped else read, placed.crs)
        row = np.array([work.index.get_loc(record)])
        work.show_these("RING_CLOSED", row, was, work.shapes.take(row))


def _some(work: _Work, raw: Raw) -> None:
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


def _drop_unplaced(work: _Work) -> Floats:
    """Set aside what has no place: no geometry, an empty one, or coordinates that nothing on Earth has.

    Returns
    -------
    float64, n x 2
        The middle of each shape that is left.
    """
    missing, empty, nan, beyond, nowhere, high, centres = work.shapes.each(
        shapely.is_missing, shapely.is_empty, _has_no_number, _is_far, _is_nowhere, _is_high, _centre
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
    work.keep(~gone)
    _flatten(work, high[~gone])
    return centres[~gone] if gone.any() else centres


def _centre(shapes: Geometries) -> Floats:
    """Return the middle of the bounds of shapes."""
    bounds = shapely.bounds(shapes)
    centres: Floats = (bounds[:, :2] + bounds[:, 2:]) / 2
    return centres


def _has_no_number(shapes: Geometries) -> Mask:
    """Whether shapes have coordinates that are NaN or infinite."""
    coordinates, rows = shapely.get_coordinates(shapes, return_index=True)
    return _rows(rows[~np.isfinite(coordinates).all(axis=1)], len(shapes))


def _is_far(shapes: Geometries) -> Mask:
    coordinates, rows = shapely.get_coordinates(shapes, return_index=True)
    finite = np.where(np.isfinite(coordinates), coordinates, 0)
    return _rows(rows[(np.abs(finite) > FARTHEST).any(axis=1)], len(shapes))


def _is_nowhere(shapes: Geometries) -> Mask:
    """Whether shapes are at 0, 0 with all they have."""
    found: Mask = (shapely.bounds(shapes) == 0).all(axis=1)
    return found


def _is_high(shapes: Geometries) -> Mask:
    """Whether shapes have heights or measures."""
    found: Mask = shapely.has_z(shapes) | shapely.has_m(shapes)
    return found


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


def _flatten(work: _Work, high: Mask) -> None:
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
    work.moved(work.shapes.map(shapely.force_2d))


def _drop_impossible(work: _Work) -> None:
    """Set aside what is nowhere on the globe once it is in degrees: beyond a pole, or more than a turn away."""
    with np.errstate(invalid="ignore"):
        wrong, *_ = work.measured(_is_impossible, _is_wide, *LATER)  # all that will be asked, at once
    if wrong.any():
        _tell_impossible(work, wrong)
        work.keep(~wrong)


def _is_impossible(shapes: Geometries) -> Mask:
    bounds = shapely.bounds(shapes)
    wrong: Mask = ~np.isfinite(bounds).all(axis=1) | (np.abs(bounds[:, [1, 3]]) > 90.000001).any(axis=1)
    wrong |= (np.abs(bounds[:, [0, 2]]) > 540).any(axis=1)
    return wrong


def _is_wide(shapes: Geometries) -> Mask:
    """Whether shapes reach beyond the antimeridian, or all around the globe."""
    bounds = shapely.bounds(shapes)
    found: Mask = (bounds[:, 0] < -180) | (bounds[:, 2] > 180) | (bounds[:, 2] - bounds[:, 0] > 180)
    return found


def _fold(work: _Work) -> None:
    """Cut what crosses the antimeridian in two, as RFC 7946 asks."""
    before = work.shapes
    rows = np.flatnonzero(work.measured(_is_wide)[0])
    if not len(rows):
        return
    wide = before.take(rows)
    cut = np.array([within_the_globe(shape) for shape in wide], dtype=object)
    changed = _rows(rows[~shapely.equals(wide, cut)], len(before))
    work.put(rows, cut)
    if changed.any():
        work.tell(
            "ANTIMERIDIAN_CUT",
            Message("{n} feature crosses the antimeridian and was cut there.",
                    "{n} features cross the antimeridian and were cut there.", n=int(changed.sum())),
            Message("Expected are longitudes from -180 to 180 (RFC 7946)."),
            LOOK,
            changed,
        )  # fmt: skip
        work.show("ANTIMERIDIAN_CUT", changed, before, work.shapes)
    work.keep(~_rows(rows[shapely.is_empty(cut)], len(before)))


def _validate(work: _Work) -> None:
    """Mend shapes that are not valid, with a word on each reason; set aside those of which nothing is left."""
    before = work.shapes
    (valid,) = work.measured(shapely.is_valid)
    rows = np.flatnonzero(~valid)
    if not len(rows):
        return
    broken = before.take(rows)
    # An area stays an area: what falls flat when a ring is mended is no feature of its own.
    sound = np.asarray(shapely.make_valid(broken, method="structure", keep_collapsed=False), dtype=object)
    is_flat = shapely.is_empty(sound) | (shapely.get_dimensions(sound) < shapely.get_dimensions(broken))
    reasons = pd.Series(shapely.is_valid_reason(broken)).str.partition("[")[0].to_numpy(dtype=object)
    is_turned = ~is_flat & (False if work.came_valid is None else work.came_valid[rows])
    for reason in dict.fromkeys(reasons):
        same = (reasons == reason) & ~is_flat
        if (same & is_turned).any():
            _tell_turned(work, _rows(rows[same & is_turned], len(before)))
        same &= ~is_turned
        if same.any():
            words = REASONS.get(str(reason), Message("a rule for shapes is broken"))
            work.tell(
                "GEOMETRY_INVALID",
                Message("{n} geometry was not valid and was mended: {reason}.",
                        "{n} geometries were not valid and were mended: {reason}.", n=int(same.sum()), reason=words),
                VALID,
                LOOK,
                _rows(rows[same], len(before)),
            )  # fmt: skip
    for code, some in (
        ("GEOMETRY_INVALID", ~is_flat & ~is_turned),
        ("GEOMETRY_INVALID_AFTER_REPROJECTION", is_turned),
    ):
        few = np.flatnonzero(some)[:PREVIEWS]
        work.show_these(code, rows[few], broken[few], sound[few])
    flat = _rows(rows[is_flat], len(before))
    if flat.any():
        found = Message(
            "{n} geometry has no extent (an area without an inside, a line without a length) and was set aside.",
            "{n} geometries have no extent (areas without an inside, lines without a length) and were set aside.",
            n=int(flat.sum()),
        )
        work.tell("GEOMETRY_COLLAPSED", found, PLACE, FILL_IN, flat)
    work.put(rows, sound)
    work.keep(~flat)


def _tell_turned(work: _Work, rows: Mask) -> None:
    found = Message(
        "{n} geometry was valid in its own CRS, not in longitude and latitude, and was mended.",
        "{n} geometries were valid in their own CRS, not in longitude and latitude, and were mended.",
        n=int(rows.sum()),
    )
    nothing = Message("Nothing needs to be done.")
    work.tell("GEOMETRY_INVALID_AFTER_REPROJECTION", found, VALID, nothing, rows, note=True)


def _name_odd_places(work: _Work) -> None:
    """Say which features are there twice, are slivers or lie outside the region; they are kept."""
    outlines, thin, away = work.measured(_outline, _is_thin, placing.is_outside)
    _name_twins(work, outlines)
    _name_slivers(work, thin)
    work.issues.extend(placing.outside(away, work.index, work.layer))


def _outline(shapes: Geometries) -> npt.NDArray[np.uint64]:
    """Return a number for each shape that is the same for shapes with the same bounds and as many vertices."""
    facts = np.column_stack([shapely.bounds(shapes), shapely.get_num_coordinates(shapes).astype(np.float64)])
    found = np.zeros(len(shapes), dtype=np.uint64)
    for column in np.ascontiguousarray(facts.T).view(np.uint64):
        found = (found ^ column) * MIXING
        found ^= found >> np.uint64(32)
    return found


def _is_thin(shapes: Geometries) -> Mask:
    """Whether shapes are areas narrower than a metre."""
    area, around = shapely.area(shapes), shapely.length(shapes)
    found: Mask = (area > 0) & (2 * area * METRES_PER_DEGREE < SLIVER_M * around)
    return found


def _name_twins(work: _Work, outlines: npt.NDArray[np.uint64]) -> None:
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


def _name_ids(work: _Work) -> None:
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
        twice = _rows(rows[pd.Series(numbers[rows]).duplicated().to_numpy()], len(numbers))
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


def _name_slivers(work: _Work, thin: Mask) -> None:
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
    kinds, dimensions = work.measured(_kind, _dimension)
    collections = kinds == int(shapely.GeometryType.GEOMETRYCOLLECTION)
    if not collections.any() and len(np.unique(dimensions)) == 1:
        told = tuple(work.issues), tuple(work.repairs)
        return [Mended(work.layer, work.table, shapes, _types(kinds), crs, *told)]
    split = np.flatnonzero(collections)
    parts = [_parts(shape) for shape in shapes.take(split)]
    found = sorted({*map(int, np.unique(dimensions[~collections])), *(each for row in parts for each in row)})
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
        kept = (dimensions == dimension) & ~collections
        kept[split] = [dimension in each for each in parts]
        rows = np.cumsum(kept)[split[kept[split]]] - 1  # where collections are among those kept
        made = np.array([each[dimension] for each in parts if dimension in each], dtype=object)
        name = work.layer if len(found) == 1 else f"{work.layer} ({KINDS[dimension]})"
        # What was found in the file's layer is told once, with the first of those made of it.
        told = (tuple(work.issues), tuple(work.repairs)) if not out else ((), ())
        own = shapes.keep(kept).put(rows, made)
        out.append(Mended(name, work.table[kept], own, _types(own.each(_kind)[0]), crs, *told))
    return out


def _kind(shapes: Geometries) -> npt.NDArray[np.int8]:
    return np.asarray(shapely.get_type_id(shapes), dtype=np.int8)


def _dimension(shapes: Geometries) -> npt.NDArray[np.int8]:
    return np.asarray(shapely.get_dimensions(shapes), dtype=np.int8)


def _types(kinds: npt.NDArray[np.int8]) -> tuple[str, ...]:
    """Return kinds of shapes as GeoJSON calls them, most frequent first."""
    return tuple(TYPES[int(kind)] for kind in pd.Series(kinds).value_counts().index)


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


# What is asked of shapes once they are in degrees: one look at them answers all of it.
LATER: Final = (shapely.is_valid, _outline, _is_thin, placing.is_outside, _kind, _dimension)
