"""Which CRS metres may be in: those of the region that put them on its land, each with where that is.

Zones of UTM look all alike: the same figures lie in Peru in one and in Brazil in the next, and both are land. So
nothing is chosen here. The list goes to the person who knows what the file is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from geo import store
from geo.crs import DISPLAY_CRS
from geo.errors import DataError
from geo.ingest.report import Issue

# SIRGAS 2000 / UTM from 17N to 22N and 17S to 25S, which WGS 84 / UTM agrees with to a metre; the zones of
# MAGNA-SIRGAS (Colombia), its single origin, the polyconic of Brazil and the bands of POSGAR 2007 (Argentina).
SYSTEMS: Final = (*range(31971, 31986), *range(3114, 3119), 9377, 5880, *range(5343, 5350))
SHORT: Final = ("SIRGAS 2000 / ", "MAGNA-SIRGAS / ", "MAGNA-SIRGAS 2018 / ")
SAMPLE: Final = 200  # features that are looked at
MARGIN: Final = 0.5  # degrees: layers of a border reach a little beyond the zone they are kept in
BEYOND_EQUATOR: Final = 10.0  # and Amazonian offices keep a northern zone south of the equator, in negative northings
MOST: Final = 0.9  # of the features, for a system to be likely
SHOWN: Final = 12
PLACES: Final = 2  # names of units for each system

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """A system that puts a layer on land: its code, a short name, and the units it lies in then, the largest first."""

    code: str
    name: str
    places: tuple[str, ...]
    share: float

    def __str__(self) -> str:
        """Return it on one line; names of units are names in every language."""
        return f"{self.code} = {self.name} ({', '.join(self.places)})"


def candidates(centres: Floats) -> tuple[Candidate, ...]:
    """Return the systems in which points lie on land of the region and within the area that the system is made for.

    Parameters
    ----------
    centres : float64, n x 2
        East and north, finite.

    Returns
    -------
    tuple of Candidate
        Those that put most points on land first; none where the shipped units cannot be read.
    """
    try:
        store.layer("units")
    except DataError:
        return ()
    step = max(1, len(centres) // SAMPLE)
    points = centres[::step][:SAMPLE]
    found = [each for code in SYSTEMS if (each := _candidate(code, points)) is not None]
    return tuple(sorted(found, key=lambda each: -each.share)[:SHOWN])


def codes(issue: Issue) -> tuple[str, ...]:
    """Return the codes of the systems that the remedy of an issue lists, for a page that lets a person choose."""
    return tuple(str(issue.fix.values.get("codes", "")).split())


def _candidate(code: int, points: Floats) -> Candidate | None:
    crs = CRS.from_epsg(code)
    used = crs.area_of_use
    try:
        x, y = Transformer.from_crs(crs, DISPLAY_CRS, always_xy=True).transform(points[:, 0], points[:, 1])
    except ProjError:
        return None
    if used is None:
        return None
    x, y = np.asarray(x), np.asarray(y)
    south = MARGIN if not crs.name.endswith("N") else BEYOND_EQUATOR
    with np.errstate(invalid="ignore"):
        fits = (x >= used.west - MARGIN) & (x <= used.east + MARGIN)
        fits &= (y >= used.south - south) & (y <= used.north + MARGIN)
    if fits.mean() < MOST:
        return None
    units = store.layer("units")
    where, unit = units.sindex.query(gpd.points_from_xy(x[fits], y[fits]), predicate="intersects")
    share = len(np.unique(where)) / len(points)
    if share < MOST:
        return None
    names = units["name"].iloc[unit].value_counts().index[:PLACES]
    name = crs.name
    for prefix in SHORT:
        name = name.removeprefix(prefix)
    return Candidate(f"EPSG:{code}", name, tuple(map(str, names)), share)
