"""Where the rows of a table lie: the columns that say it are found by what they hold as well as by their names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyproj import CRS

from geo.coordinates import Axis, parse_angle
from geo.ingest.compact import Compact
from geo.ingest.drawn import is_shape, read_shapes
from geo.ingest.figures import Decimal, figures
from geo.ingest.grid import Grid
from geo.ingest.hemispheres import sides, sign_told
from geo.ingest.located import MOST, REGION, SAMPLE, WGS_84, Located, guessed, matching, unread_cells
from geo.ingest.one_column import in_one_column
from geo.ingest.parts_of_angles import CAMEL, Angle, in_parts
from geo.ingest.refusals import refused
from geo.ingest.report import Issue
from geo.ingest.utm import zoned
from geo.messages import Message
from geo.names import folded

HALF: Final = 0.5  # of a column whose name says what it is
FEW: Final = 0.2  # of the pairs of columns named as latitude and longitude

LAT: Final = re.compile(r"(?:^|[^a-z]|gps)lat(?:itude?|it)?(?:$|[^a-z]|dd|dec|geo|wgs|gd)")
LON: Final = re.compile(r"(?:^|[^a-z]|gps)l(?:on|ng|ong)(?:gitude?|itude?)?(?:$|[^a-z]|dd|dec|geo|wgs|gd)")
Y: Final = re.compile(r"(?:coord(?:enadas?)?|utm|pos|point|map|centroid)?[ _.-]*y(?:[ _.-]*(?:coord|utm|wgs84))?")
X: Final = re.compile(r"(?:coord(?:enadas?)?|utm|pos|point|map|centroid)?[ _.-]*x(?:[ _.-]*(?:coord|utm|wgs84))?")
NORTH: Final = re.compile(r"(?:.*[ _.(-])?(?:norte|northing|north)(?:[ _.)-].*)?|(?:utm|coord)[ _.-]*n")
EAST: Final = re.compile(r"(?:.*[ _.(-])?(?:este|leste|easting|east)(?:[ _.)-].*)?|(?:utm|coord)[ _.-]*e")
# “Latitud (S)”, “longitud oeste”: the header says the side, and the cells leave the sign out.
BELOW: Final[dict[Axis, re.Pattern[str]]] = {
    "lat": re.compile(r"\((?:s|sur|sul|south)\)|(?:^|[^a-z])(?:sur|sul|south)(?:$|[^a-z])"),
    "lon": re.compile(r"\((?:w|o|oeste|west)\)|(?:^|[^a-z])(?:oeste|west)(?:$|[^a-z])"),
}
NAMES: Final[tuple[tuple[int, Axis, Callable[[str], object]], ...]] = (
    (3, "lat", LAT.search), (3, "lon", LON.search),
    (2, "lat", Y.fullmatch), (2, "lon", X.fullmatch),
    (1, "lat", NORTH.fullmatch), (1, "lon", EAST.fullmatch),
)  # fmt: skip
TIMES: Final = re.compile(r"(?:[ _.*x-]*1)?[ _.-]*e([5-7])$")  # “latitudeE7”: as telephones store their traces
DEGREES: Final = r"^[+-]?[0-9]{1,2}[.,][0-9]{3}"
LARGEST: Final = 360.0  # no degree is beyond
NO_SIGN: Final = r"^[+-]?[0-9]{1,3}(?:[.,][0-9]{3}){2,}$"  # what a spreadsheet makes of -74.075833 where points group

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Half:
    """A column that may be one half of a pair of coordinates."""

    at: int
    axis: Axis
    rank: int  # 4 for an HXL tag, 3 to 1 by its name, 0 by its values alone
    is_decimal: bool
    values: Floats
    given: npt.NDArray[np.bool_]
    strange: npt.NDArray[np.bool_]
    is_turned: bool = False  # its name says south or west, and its sign was put before it
    factor: int = 1  # by which its name says that degrees were multiplied


def located(grid: Grid, decimal: Decimal) -> Located | None:
    """Return where the rows of a table lie; None where no column says it.

    Lines and areas come before points, points in two columns before points in one.

    Raises
    ------
    RefusalError
        If coordinates are there and have lost their decimal sign.
    """
    drawn = [at for at, column in enumerate(grid.columns) if is_shape(column)]
    shapes = [(at, *read_shapes(grid.columns[at])) for at in drawn]
    for at, geometry, crs in shapes:
        if (geometry.each(shapely.get_dimensions)[0] > 0).any():
            return _of_shapes(grid, at, geometry, crs)
    pair = _pair(grid, decimal)
    if pair is not None:
        return pair
    if shapes:
        return _of_shapes(grid, *shapes[0])
    return in_one_column(grid)


def _of_shapes(grid: Grid, at: int, geometry: Compact, crs: CRS | None) -> Located:
    lost = pc.is_valid(grid.columns[at]).to_numpy().astype(bool) & geometry.each(shapely.is_missing)[0]
    return Located(geometry, crs, unread_cells(grid, lost, grid.names[at]), replaced=grid.names[at])


def _pair(grid: Grid, decimal: Decimal) -> Located | None:
    """Return points from the two columns that are most likely their latitudes and longitudes."""
    parted = in_parts(grid)
    parts = {at for angle in parted or () for at in angle.columns()}
    halves = [
        half for at in range(len(grid.names)) if at not in parts and (half := _half(grid, at, decimal)) is not None
    ]
    if parted is not None and len({half.axis for half in halves if half.rank >= 3}) < 2:
        return _of_parts(grid, parted, decimal)
    halves = halves or _by_values(grid, decimal)
    pairs = [
        (lat, lon)
        for lat, lon in product(halves, halves)
        if lat.axis == "lat" and lon.axis == "lon" and lat.at != lon.at
    ]
    if not pairs:
        for at in range(len(grid.names)):
            _keeps_its_decimals(grid, at, decimal)
        return None
    lat, lon = max(
        pairs,
        key=lambda both: (
            min(both[0].rank, both[1].rank),
            both[0].is_decimal and both[1].is_decimal,
            int((both[0].given & both[1].given).sum()),
            -abs(both[0].at - both[1].at),
            -both[0].at,
        ),
    )
    for half in (lat, lon):
        if half.factor == 1:
            _keeps_its_decimals(grid, half.at, decimal)
    _is_parted_once(grid, lat, lon)
    said = Message("“{lat}” and “{lon}”", lat=grid.names[lat.at], lon=grid.names[lon.at])
    issues = [
        *unread_cells(grid, lat.strange, grid.names[lat.at]),
        *unread_cells(grid, lon.strange, grid.names[lon.at]),
    ]
    if lat.rank == 0:
        issues.append(
            guessed(
                Message("{columns} hold values as latitudes and longitudes of the region and were taken for them.",
                        columns=said)
            )
        )  # fmt: skip
    others = [grid.names[each.at] for each in halves if each.at not in (lat.at, lon.at) and each.rank >= 3]
    if others:
        issues.append(
            Issue(
                "OTHER_COORDINATES",
                "note",
                Message("More than one pair of columns holds coordinates: also {names}.", names=", ".join(others[:6])),
                Message("{columns} were used.", columns=said),
                Message("Leave out the pair that you do not want, if it is the wrong one."),
            )
        )
    issues += [_turned(grid, half) for half in (lat, lon) if half.is_turned]
    if lat.factor > 1 or lon.factor > 1:
        issues.append(_scaled(said, max(lat.factor, lon.factor)))
    if _is_geographic(lat, lon):
        lat, lon = (_with_side(grid, half, issues) for half in (lat, lon))
        return Located(Compact.points(lon.values, lat.values), CRS.from_user_input(WGS_84), tuple(issues))
    own = zoned(grid, lon.at, lat.at, lon.values, lat.values)
    if own is None:
        return Located(Compact.points(lon.values, lat.values), None, tuple(issues))
    return Located(Compact.points(own.x, own.y), own.crs, (*issues, *own.issues))


def _of_parts(grid: Grid, parted: tuple[Angle, Angle], decimal: Decimal) -> Located:
    """Return points from columns of degrees, minutes and seconds."""
    lat, lon = (angle.values(grid, decimal) for angle in parted)
    first = grid.columns[parted[0].columns()[0]]
    lost = pc.is_valid(first).to_numpy().astype(bool) & (np.isnan(lat) | np.isnan(lon))
    names = [grid.names[at] for angle in parted for at in angle.columns()]
    issue = Issue(
        "ANGLES_IN_PARTS",
        "note",
        Message("Degrees, minutes and seconds stand in columns of their own: {names}.", names=", ".join(names)),
        Message("They were put together."),
        Message("Nothing needs to be done."),
    )
    crs = CRS.from_user_input(WGS_84)
    return Located(Compact.points(lon, lat), crs, (issue, *unread_cells(grid, lost, ", ".join(names))))


def _turned(grid: Grid, half: _Half) -> Issue:
    return Issue(
        "SIGN_FROM_NAME",
        "warning",
        Message("The name of “{column}” says south or west, and its values have no sign.", column=grid.names[half.at]),
        Message("They were taken as negative: south and west of nought."),
        Message("See whether the layer lies where it should; write such values with a minus sign."),
        feature=int(grid.records[0]),
        count=int(half.given.sum()),
    )


def _with_side(grid: Grid, half: _Half, issues: list[Issue]) -> _Half:
    """Return a half of coordinates with the signs that a column of letters says, where it has none of its own."""
    told = sides(grid, half.axis)
    if told is None or half.is_turned or (half.values[half.given] < 0).any():
        return half
    side, is_below = told
    issues.append(sign_told(side, grid.names[half.at]))
    return replace(half, values=np.where(is_below, -half.values, half.values))


def _scaled(columns: Message, factor: int) -> Issue:
    return Issue(
        "COORDINATES_SCALED",
        "note",
        Message("{columns} hold degrees times {factor}, as their names say.", columns=columns, factor=factor),
        Message("They were divided by it."),
        Message("Nothing needs to be done."),
    )


def _is_geographic(lat: _Half, lon: _Half) -> bool:
    """Whether most pairs can be degrees, in either order; a few suffice where the names say that they are."""
    known = np.isfinite(lat.values) & np.isfinite(lon.values)
    far = np.maximum(np.abs(lat.values[known]), np.abs(lon.values[known]))
    enough = FEW if min(lat.rank, lon.rank) >= 3 else HALF
    return not len(far) or float((far <= 180).mean()) > enough


def _half(grid: Grid, at: int, decimal: Decimal) -> _Half | None:
    """Return a column as half of a pair if its tag or its name says so and its values do not say otherwise."""
    tag = grid.tags.get(grid.names[at], "")
    if tag.startswith("#geo") and ("+lat" in tag or "+lon" in tag):
        found: tuple[int, Axis] | None = (4, "lat" if "+lat" in tag else "lon")
    else:
        found = _by_name(grid.names[at])
    if found is None:
        return None
    rank, axis = found
    column = grid.columns[at]
    read = figures(column, decimal)
    values, strange = read.values, read.strange
    is_decimal = read.share >= HALF
    if strange.any():
        values, strange, told = _with_angles(column, values, strange)
        axis = told or axis
    given = read.given & ~strange
    if not given.any() or given.sum() < HALF * read.given.sum():
        return None
    is_turned = bool(
        rank == 3 and is_decimal and BELOW[axis].search(folded(grid.names[at])) and not (values[given] < 0).any()
    )
    times = TIMES.search(folded(grid.names[at]).strip()) if rank == 3 and is_decimal else None
    factor = 10 ** int(times[1]) if times and float(np.median(np.abs(values[given]))) > LARGEST else 1
    values = (-values if is_turned else values) / factor
    return _Half(at, axis, rank, is_decimal, values, given, strange, is_turned, factor)


def _by_name(name: str) -> tuple[int, Axis] | None:
    """Return which half of a pair a name says, and how plainly."""
    plain = TIMES.sub("", folded(CAMEL.sub(" ", name)).strip())
    return next(((rank, axis) for rank, axis, match in NAMES if match(plain)), None)


def _with_angles(
    column: pa.ChunkedArray, values: Floats, strange: npt.NDArray[np.bool_]
) -> tuple[Floats, npt.NDArray[np.bool_], Axis | None]:
    """Read as degrees, minutes and seconds what is no figure; also what letters say the column is."""
    rows = np.flatnonzero(strange)
    values, strange = values.copy(), strange.copy()
    axes: list[Axis | None] = []
    for number, row in enumerate(rows):
        if number == SAMPLE and strange[rows[:SAMPLE]].all():
            break
        angle = parse_angle(column[int(row)].as_py())
        if angle is not None:
            values[row], strange[row] = angle[0], False
            axes.append(angle[1])
    halves: tuple[Axis, Axis] = ("lat", "lon")
    told = next((axis for axis in halves if axes.count(axis) > len(rows) * HALF), None)
    return values, strange, told


def _by_values(grid: Grid, decimal: Decimal) -> list[_Half]:
    """Return two columns side by side that hold latitudes and longitudes of the region, in decimals."""
    found: list[_Half] = []
    for at, column in enumerate(grid.columns):
        head = matching(pc.drop_null(column).slice(0, SAMPLE), DEGREES)
        if not pc.any(head).as_py():
            continue
        read = figures(column, decimal)
        known = read.values[np.isfinite(read.values)]
        if not len(known) or read.share < MOST:
            continue
        for axis, (low, high) in REGION.items():
            if float(((known >= low) & (known <= high)).mean()) >= MOST:
                found.append(_Half(at, axis, 0, True, read.values, read.given & ~read.strange, read.strange))
    for first, second in product(found, found):
        if second.at == first.at + 1 and first.axis != second.axis:
            return [first, second]
    return []


def _keeps_its_decimals(grid: Grid, at: int, decimal: Decimal) -> None:
    """Refuse coordinates such as -74.075.833: a spreadsheet took the decimal point for one that groups thousands."""
    rank, _ = _by_name(grid.names[at]) or (0, None)
    if rank == 0:
        return
    column = grid.columns[at]
    grouped = pc.fill_null(pc.match_substring_regex(column, pattern=NO_SIGN), False).to_numpy().astype(bool)
    is_below = pc.fill_null(pc.starts_with(column, "-"), False).to_numpy().astype(bool)
    if rank == 3:  # in metres, nothing of the region is west or south of nought
        values = figures(column, decimal).values
        lost = grouped | ((values < -LARGEST) & (values == np.round(values)))
    else:
        lost = grouped & is_below
    if lost.sum() <= HALF * (len(column) - column.null_count):
        return
    row = int(np.flatnonzero(lost)[0])
    raise refused(
        "DECIMAL_SIGN_LOST",
        Message("“{value}” in “{column}” is no coordinate: its decimal sign was lost.",
                value=column[row].as_py()[:40], column=grid.names[at]),
        expected=Message("A spreadsheet took it for a sign that groups thousands; where it stood cannot be told."),
        fix=Message("Open the original file with the decimal sign that it uses, and export it again."),
        feature=int(grid.records[row]),
    )  # fmt: skip


def _is_parted_once(grid: Grid, lat: _Half, lon: _Half) -> None:
    """Refuse -4,2181,-69,9389: the comma parts the columns and the decimals, so there are more cells than names."""
    more = sum(issue.count for issue in grid.issues if issue.code == "UNNAMED_COLUMNS")
    known = np.concatenate([half.values[half.given] for half in (lat, lon)])
    if more < 2 or min(lat.rank, lon.rank) < 3 or (known != np.round(known)).any():
        return
    raise refused(
        "COMMA_TWICE",
        Message("The rows have {n} more cells than the header has names, and “{lat}” and “{lon}” hold whole numbers "
                "alone.", n=more, lat=grid.names[lat.at], lon=grid.names[lon.at]),
        expected=Message("It seems that a comma stands between the columns and in the figures too."),
        fix=Message("Export the table again with a semicolon between the columns, or with decimal points."),
        feature=int(grid.records[0]),
    )  # fmt: skip


def named(grid: Grid) -> dict[Axis, tuple[str, str]]:
    """Return the columns that are plainly named as latitude and longitude, each with the first value that it holds."""
    found: dict[Axis, tuple[str, str]] = {}
    for name, column in zip(grid.names, grid.columns, strict=True):
        rank, axis = _by_name(name) or (0, "lat")
        known = pc.drop_null(column)
        if rank == 3 and len(known):
            found.setdefault(axis, (name, known[0].as_py()))
    return found
