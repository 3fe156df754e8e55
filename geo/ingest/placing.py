"""Where a layer lies: its CRS, declared or guessed, the order of its axes, and what lies outside the region."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from geo.crs import DISPLAY_CRS
from geo.heights import moved
from geo.ingest.compact import Compact, Geometries
from geo.ingest.raw import Raw
from geo.ingest.refusals import refused
from geo.ingest.report import Issue, listed
from geo.messages import Message

REGION: Final = (-95.0, -60.0, -25.0, 20.0)  # South America with Central America's south and the islands, degrees
FEW: Final = 0.05  # shares of a layer's features that say where it lies
MOST: Final = 0.95
NEAR: Final = 5.0  # degrees beside the area of a CRS where layers still are: all of Colombia in its Bogotá zone
WEB: Final = CRS("EPSG:3857")
COLOMBIA: Final = CRS("EPSG:9377")  # MAGNA-SIRGAS / Origen-Nacional, official since 2020
# Metres as they only come in these systems here: (west, south, east, north). UTM zones look all alike.
TELLING: Final = ((WEB, (-10_600_000.0, -8_500_000.0, -2_700_000.0, 2_300_000.0)),
                  (COLOMBIA, (4_200_000.0, 1_000_000.0, 5_800_000.0, 3_200_000.0)))  # fmt: skip
DECLARE: Final = Message(
    "Say the CRS (in the command: --crs EPSG:3116, for example), or export the file again with its CRS; a Shapefile "
    "says it in its .prj file."
)
WHERE: Final = Message("Expected are coordinates in the CRS that the file names.")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Placed:
    """A layer in longitude and latitude on WGS 84, the CRS it came in, and what was assumed."""

    shapes: Compact
    crs: CRS
    issues: tuple[Issue, ...] = ()
    is_swapped: bool = False


def placed(raw: Raw, shapes: Compact, centres: Floats, index: pd.Index, *, declared: CRS | None = None) -> Placed:
    """Return a layer in longitude and latitude.

    Parameters
    ----------
    shapes : Compact, n shapes
        Those with finite coordinates, at least one.
    centres : float64, n x 2
        The middle of the bounds of each of them.
    index : Index, n values
        The number of each in the file.
    declared : CRS, optional
        What the person says the CRS is; it counts for layers that say none, or one that cannot be.

    Raises
    ------
    RefusalError
        If nothing says where the coordinates are and they do not show it.
    """
    crs, issues = _crs(raw, centres, declared)
    is_swapped = _is_swapped(centres, crs)
    if is_swapped:
        shapes = shapes.map(turned)
        issues = (*issues, _swapped(raw.name, index))
    if crs != CRS(DISPLAY_CRS):
        shapes = shapes.map(lambda piece: in_degrees(piece, crs))
        if not _is_wgs84(crs):
            issues = (*issues, _reprojected(raw.name, crs))
    return Placed(shapes, crs, issues, is_swapped)


def turned(shapes: Geometries) -> Geometries:
    """Return shapes with x and y in each other's place."""
    return moved(shapes, lambda xy: xy[:, ::-1])


def in_degrees(shapes: Geometries, crs: CRS) -> Geometries:
    """Return shapes of a CRS in longitude and latitude on WGS 84; heights stay what they are in the file."""
    change = _to_degrees(crs)
    return moved(shapes, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))


def is_outside(shapes: Geometries) -> npt.NDArray[np.bool_]:
    """Whether shapes lie outside the region with all they have."""
    west, south, east, north = REGION
    bounds = shapely.bounds(shapes)
    found: npt.NDArray[np.bool_] = (
        (bounds[:, 0] > east) | (bounds[:, 2] < west) | (bounds[:, 1] > north) | (bounds[:, 3] < south)
    )
    return found


def outside(away: npt.NDArray[np.bool_], index: pd.Index, layer: str) -> list[Issue]:
    """Return what is to be said of the features that lie outside the region; they are kept."""
    if not away.any():
        return []
    first = int(index[int(np.flatnonzero(away)[0])])
    issue = Issue(
        "OUTSIDE_REGION",
        "warning",
        Message("{n} feature lies outside South America.", "{n} features lie outside South America.",
                n=int(away.sum())),
        Message("Expected are longitudes from 95° W to 25° W and latitudes from 60° S to 20° N."),
        Message("Check these coordinates: a lost minus sign, the order of the two, the CRS."),
        layer=layer,
        feature=first,
        count=int(away.sum()),
        records=listed(index[away]),
    )  # fmt: skip
    if away.all():
        issue = replace(
            issue,
            code="LAYER_OUTSIDE_REGION",
            found=Message("The whole layer lies outside South America."),
            feature=None,
            records=(),
        )
    return [issue]


def code(crs: CRS | None) -> str | None:
    """Return a CRS as its authority's code, else by the name of its WKT2, else None."""
    if crs is None:
        return None
    authority = crs.to_authority()
    return ":".join(authority) if authority else (crs.name or None)


def _crs(raw: Raw, centres: Floats, declared: CRS | None) -> tuple[CRS, tuple[Issue, ...]]:
    """Return the CRS of a layer by what most of its features show: a single wrong one says nothing of the rest."""
    issues: tuple[Issue, ...] = ()
    in_degrees = float((np.abs(centres) <= 180.5).all(axis=1).mean()) > 0.5
    if raw.crs is not None:
        if _can_be(raw.crs, centres, in_degrees=in_degrees):
            return raw.crs, ()
        issues = (_implausible(raw.name, raw.crs),)
    if declared is not None and _is_on_earth(declared):
        return declared, (*issues, _assumed("CRS_DECLARED", raw.name, declared, "note"))
    if in_degrees:
        return CRS(DISPLAY_CRS), (*issues, _assumed("CRS_ASSUMED", raw.name, CRS(DISPLAY_CRS), "warning"))
    for known, (west, south, east, north) in TELLING:
        x, y = centres[:, 0], centres[:, 1]
        if ((x >= west) & (x <= east) & (y >= south) & (y <= north)).mean() >= MOST:
            return known, (*issues, _assumed("CRS_GUESSED", raw.name, known, "warning"))
    raise refused(
        "CRS_IMPLAUSIBLE" if issues else "CRS_MISSING",
        Message("Nothing rightly says in which CRS the coordinates are, nor do they show it: x from {west} to {east}.",
                west=float(round(centres[:, 0].min())), east=float(round(centres[:, 0].max()))),
        expected=WHERE,
        fix=_which(centres),
        layer=raw.name,
    )  # fmt: skip


def _which(centres: Floats) -> Message:
    """Return the remedy for metres of which nobody knows the zone: the likely ones, and where each would put the layer.

    None is chosen, even where it is the only one: a layer in the wrong country looks right on a map.
    """
    from geo.ingest.candidates import candidates  # noqa: PLC0415 - loads the units, which few files need

    likely = candidates(centres)
    if not likely:
        return DECLARE
    return Message(
        "Say the CRS that puts it where it should lie (in the command: --crs {first}), or export the file again with "
        "its CRS; a Shapefile says it in its .prj file. On land of the region it would lie in: {likely}.",
        likely="; ".join(map(str, likely)),
        first=likely[0].code,
        codes=" ".join(each.code for each in likely),
    )


def _can_be(crs: CRS, centres: Floats, *, in_degrees: bool) -> bool:
    """Whether most coordinates can be of a CRS: degrees are small, and within 180 m of an origin there is no layer."""
    if not _is_on_earth(crs):
        return False
    if crs.is_geographic:
        return float((np.abs(centres) <= 540).all(axis=1).mean()) > 0.5
    return not (crs.is_projected and in_degrees)


def _is_on_earth(crs: CRS) -> bool:
    """Whether places of a CRS can be told in degrees: neither on the Moon nor on a plane that is tied to nothing."""
    try:
        _to_degrees(crs)
    except ProjError:
        return False
    return True


def _is_swapped(centres: Floats, crs: CRS) -> bool:
    """Whether nearly all features lie where they should when x and y change places, and nearly none as they are.

    That is the region, or the area that a projected CRS is made for: eastings of Gauss-Krüger zones are of the size of
    northings, so that either order lies in the region.
    """
    bounds = [(REGION, REGION)]
    if crs.is_projected and crs.area_of_use is not None:
        west, south, east, north = crs.area_of_use.bounds
        near = (west - NEAR, south - NEAR, east + NEAR, north + NEAR)
        bounds.append((near, crs.area_of_use.bounds))
    as_is, turned_round = _degrees(centres, crs), _degrees(centres[:, ::-1], crs)
    return any(
        bool(_within(as_is, far).mean() <= FEW and _within(turned_round, near).mean() >= MOST) for far, near in bounds
    )


def _degrees(xy: Floats, crs: CRS) -> Floats:
    if crs == CRS(DISPLAY_CRS) or crs.is_geographic:
        return xy
    return np.column_stack(_to_degrees(crs).transform(xy[:, 0], xy[:, 1]))


@lru_cache(maxsize=4)
def _to_degrees(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs, DISPLAY_CRS, always_xy=True)


def _within(lonlat: Floats, bounds: tuple[float, float, float, float]) -> npt.NDArray[np.bool_]:
    west, south, east, north = bounds
    x, y = lonlat[:, 0], lonlat[:, 1]
    found: npt.NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return found


def _is_wgs84(crs: CRS) -> bool:
    return code(crs) in {"EPSG:4326", "OGC:CRS84", "EPSG:4979"}


def _implausible(layer: str, crs: CRS) -> Issue:
    return Issue(
        "CRS_IMPLAUSIBLE",
        "warning",
        Message("The file names the CRS {crs}, but its coordinates cannot be that.", crs=code(crs) or crs.name),
        WHERE,
        DECLARE,
        layer=layer,
    )


def _assumed(name: str, layer: str, crs: CRS, severity: str) -> Issue:
    return Issue(
        name,
        "note" if severity == "note" else "warning",
        Message("The layer names no CRS; its coordinates were taken as {crs}.", crs=code(crs) or crs.name),
        WHERE,
        Message("See whether the layer lies where it should. If not, export it again with its CRS."),
        layer=layer,
    )


def _swapped(layer: str, index: pd.Index) -> Issue:
    return Issue(
        "AXES_SWAPPED",
        "warning",
        Message("Latitude and longitude had changed places; they were put right."),
        Message("Expected is longitude first, then latitude."),
        Message("See whether the layer lies where it should; then export it with longitude first."),
        layer=layer,
        feature=int(index[0]),
        count=len(index),
        records=listed(index),
    )


def _reprojected(layer: str, crs: CRS) -> Issue:
    return Issue(
        "REPROJECTED",
        "note",
        Message("The layer is in {crs} and was brought to longitude and latitude.", crs=code(crs) or crs.name),
        Message("The map is in WGS 84 (EPSG:4326)."),
        Message("Nothing needs to be done."),
        layer=layer,
    )
