"""Zones of UTM that a table says itself: in a column of zones, or in the names of its east and north."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.crs import DISPLAY_CRS
from geo.ingest.grid import Grid
from geo.ingest.report import Issue
from geo.messages import Message
from geo.names import folded

ZONE_NAME: Final = re.compile(r"(?:^|[^a-z])(?:zonas?|zone|huso|fuso)(?:$|[^a-z])|^utm$")
SIDE_NAME: Final = re.compile(r"hemisf|hemisph")
DATUM_NAME: Final = re.compile(r"(?:^|[^a-z])(?:datum|src|crs|sistema|proyeccion|projecao|elipsoide)(?:$|[^a-z])")
ZONE: Final = re.compile(
    r"(?:utm[ _-]?)?(?:(?:zona|zone|huso|fuso)[ _-]?)?0?(1[7-9]|2[0-5])[ °_-]*(norte|north|sur|sul|south|[c-x])?"
)
SIDES: Final = "norte|north|sur|sul|south|[c-x]"
IN_DATUM: Final = re.compile(  # “WGS 84 / UTM zone 19S”
    rf".*\butm[ _-]*(?:(?:zona|zone|huso|fuso)[ _-]*)?0?(1[7-9]|2[0-5])[ °_-]*({SIDES})?(?:[^a-z0-9].*)?"
)
CODE_NAME: Final = re.compile(r"(?:^|[^a-z])(?:epsg|srid|crs|src|sistema)(?:$|[^a-z])")
CODE: Final = re.compile(r"(?:epsg[: ]*)?([0-9]{4,5})(?:[.,]0+)?")
IN_NAME: Final = re.compile(r"(?:^|[^0-9])(1[7-9]|2[0-5])[ _-]?([nsklmp])(?:$|[^a-z0-9])")
SIDE: Final = re.compile(r"(?:hemisferio |hemisphere )?(n|s)(?:orte|orth|ur|ul|outh)?")
SOUTH: Final = frozenset("cdefghjklms")  # bands of UTM south of the equator, and S for "south": band S is in Mexico
MOST_SYSTEMS: Final = 20  # of one table
HIGHEST_NORTH: Final = 3_000_000.0  # metres: the region ends at 1,500,000 north of the equator, at 3,500,000 south
DATUMS: Final[tuple[tuple[re.Pattern[str], int, int], ...]] = (  # what is added to a zone for the north, the south
    (re.compile(r"psad[ _-]?(?:19)?56|provisional"), 24_800, 24_860),
    (re.compile(r"sad[ _-]?(?:19)?69"), 29_150, 29_170),
    (re.compile(r"sirgas(?:[ _-]?2000)?"), 31_954, 31_960),
    (re.compile(r"wgs[ _-]?(?:19)?84"), 32_600, 32_700),
)
WGS84: Final = DATUMS[-1]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Zoned:
    """Points whose zones a table says.

    Attributes
    ----------
    x, y : float64, n values
        East and north in ``crs``; longitude and latitude where the rows are in several zones.
    crs : CRS
        What all rows are in.
    """

    x: Floats
    y: Floats
    crs: CRS
    issues: tuple[Issue, ...]


def zoned(grid: Grid, east: int, north: int, x: Floats, y: Floats) -> Zoned | None:
    """Return points in the zones that a table says for them; None where it says none, or not for every point.

    Parameters
    ----------
    east, north : int
        Their columns.
    x, y : float64, n values
        What these hold, in metres; NaN where there is nothing.
    """
    names = [folded(name) for name in grid.names]
    coded = _by_code(grid, names, x, y)
    if coded is not None:
        return coded
    found = _by_column(grid, names, y) or _by_name(grid, names, (east, north), y)
    if found is None:
        return None
    said, codes = found
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any() or (codes[known] == 0).any():
        return None
    datum = _datum(grid, names, (east, north))
    systems = sorted({int(code) for code in codes[known]})
    made = {code: CRS.from_epsg(_epsg(code, datum or WGS84)) for code in systems}
    issue = _said(said, [f"EPSG:{_epsg(code, datum or WGS84)}" for code in systems], is_datum_said=datum is not None)
    return _placed(made, codes, x, y, issue)


def _by_code(grid: Grid, names: list[str], x: Floats, y: Floats) -> Zoned | None:
    """Return points in the systems whose codes a column holds for all of them; None where there is no such column."""
    known = np.isfinite(x) & np.isfinite(y)
    for at, name in enumerate(names):
        if not CODE_NAME.search(name):
            continue
        codes = np.array([int(match[1]) if match else 0 for match in _read(grid, at, CODE)], dtype=np.int64)
        systems = sorted({int(code) for code in codes[known]})
        try:
            made = {code: CRS.from_epsg(code) for code in systems}
        except CRSError:
            continue
        if made and len(made) <= MOST_SYSTEMS and all(crs.is_projected for crs in made.values()):
            return _placed(made, codes, x, y, _said_by_code(grid.names[at], systems))
    return None


def _placed(made: dict[int, CRS], codes: Codes, x: Floats, y: Floats, issue: Issue) -> Zoned:
    """Return points each in its own system: as they are where there is one system, in degrees where there are more."""
    known = np.isfinite(x) & np.isfinite(y)
    if len(made) == 1:
        return Zoned(x, y, next(iter(made.values())), (issue,))
    lon, lat = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for code, crs in made.items():
        rows = known & (codes == code)
        lon[rows], lat[rows] = Transformer.from_crs(crs, DISPLAY_CRS, always_xy=True).transform(x[rows], y[rows])
    return Zoned(lon, lat, CRS(DISPLAY_CRS), (issue,))


def _by_column(grid: Grid, names: list[str], north: Floats) -> tuple[str, Codes] | None:
    """Return the column of zones and the zone of each row: below nought in the south, 0 where there is none."""
    sides = next((_read(grid, at, SIDE) for at, name in enumerate(names) if SIDE_NAME.search(name)), None)
    for at, name in enumerate(names):
        if not ZONE_NAME.search(name) and not DATUM_NAME.search(name):
            continue
        zones = _read(grid, at, ZONE if ZONE_NAME.search(name) else IN_DATUM)
        if not any(zones):
            continue
        codes = np.zeros(len(zones), dtype=np.int64)
        for row, zone in enumerate(zones):
            if zone is not None:
                own = sides[row] if sides is not None else None
                side = zone[2] or (own[1] if own is not None else "")
                codes[row] = _signed(int(zone[1]), side, float(north[row]))
        return grid.names[at], codes
    return None


def _by_name(grid: Grid, names: list[str], pair: tuple[int, int], north: Floats) -> tuple[str, Codes] | None:
    """Return the zone that the names of both columns say, as in “ESTE_WGS84_18S”."""
    told = [match for at in pair if (match := IN_NAME.search(names[at])) is not None]
    if not told or len({(each[1], each[2]) for each in told}) > 1:
        return None
    zone = _signed(int(told[0][1]), told[0][2], float(np.nanmedian(north)))
    return grid.names[pair[0]], np.full(len(north), zone, dtype=np.int64)


def _read(grid: Grid, at: int, pattern: re.Pattern[str]) -> list[re.Match[str] | None]:
    """Return what a pattern finds in each cell of a column, which is asked once of each different cell."""
    coded = pc.dictionary_encode(grid.columns[at].combine_chunks())
    words = [pattern.fullmatch(folded(cell).strip()) for cell in coded.dictionary.to_pylist()]
    return [None if index is None else words[index] for index in coded.indices.to_pylist()]


def _signed(zone: int, side: str, north: float) -> int:
    """Return a zone, below nought in the south, which a letter says, or else how large the northing is."""
    is_south = side[0] in SOUTH if side else north > HIGHEST_NORTH
    return -zone if is_south else zone


def _datum(grid: Grid, names: list[str], pair: tuple[int, int]) -> tuple[re.Pattern[str], int, int] | None:
    """Return the datum that the names of the columns say, or a column of datums that holds only one."""
    words = [names[at] for at in pair]
    for at, name in enumerate(names):
        if DATUM_NAME.search(name) or ZONE_NAME.search(name):
            cells = pc.unique(pc.drop_null(grid.columns[at])).to_pylist()
            words += [name, *(folded(cell) for cell in cells[:50])]
    found = [datum for datum in DATUMS if any(datum[0].search(word) for word in words)]
    return found[0] if len(found) == 1 else None


def _epsg(zone: int, datum: tuple[re.Pattern[str], int, int]) -> int:
    return abs(zone) + (datum[1] if zone > 0 else datum[2])


def _said_by_code(column: str, codes: list[int]) -> Issue:
    return Issue(
        "CRS_FROM_COLUMNS",
        "note",
        Message("“{column}” says the CRS: the coordinates were taken as {codes}.",
                column=column, codes=", ".join(f"EPSG:{code}" for code in codes)),
        Message("The table names it."),
        Message("See whether the layer lies where it should."),
    )  # fmt: skip


def _said(column: str, codes: list[str], *, is_datum_said: bool) -> Issue:
    return Issue(
        "CRS_FROM_COLUMNS",
        "note" if is_datum_said else "warning",
        Message("“{column}” says the UTM zone: the coordinates were taken as {codes}.",
                column=column, codes=", ".join(codes)),
        Message("The table names the datum.") if is_datum_said
        else Message("The table names no datum; WGS 84 was assumed, which SIRGAS 2000 agrees with to a metre."),
        Message("See whether the layer lies where it should.") if is_datum_said
        else Message("If the datum is an older one (PSAD56, SAD69), everything lies some hundred metres off: name "
                     "it in a column “datum”."),
    )  # fmt: skip
