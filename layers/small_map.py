"""A small map in SVG: land, countries and units around some shapes, as one picture that needs nothing else.

Plate carrée with the scale of the middle latitude: at the size of a stamp no other projection would look different.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geo import store
from geo.errors import DataError
from layers.tokens import BOUNDARY, LAND, LAND_OUTSIDE, RULE, SEA

Bounds = tuple[float, float, float, float]
SMALLEST: Final = 0.01  # degrees, about a kilometre: nearer, nothing around a shape is left to see
MARGIN: Final = 0.18  # of a shape's extent, on each side
UNITS_BELOW: Final = 25.0  # degrees across, from which first-level units only blacken the picture
MOST_POINTS: Final = 400  # of one shape: more are a cloud
FARTHEST_PX: Final = 20_000  # coordinates beyond are not drawn; SVG readers lose their precision there
WORLD: Final[Bounds] = (-180.0, -85.0, 180.0, 85.0)
REGION: Final[Bounds] = (-95.0, -57.0, -28.0, 17.0)


@dataclass(frozen=True)
class SmallMap:
    """A window on the world: its bounds in degrees, fitted to a picture of a width and a height in pixels."""

    bounds: Bounds
    width: int
    height: int

    @classmethod
    def around(cls, bounds: Bounds, width: int, height: int, *, margin: float = MARGIN) -> SmallMap:
        """Return a map that shows bounds with a margin, widened in one direction to fit the picture."""
        west, south, east, north = bounds
        pad = max((east - west) * margin, (north - south) * margin, SMALLEST / 2)
        west, south, east, north = west - pad, max(south - pad, -89.0), east + pad, min(north + pad, 89.0)
        squeeze = _squeeze(south, north)
        across, up = (east - west) * squeeze, north - south
        if across * height < up * width:
            more = (up * width / height / squeeze - (east - west)) / 2
            west, east = west - more, east + more
        else:
            more = (across * height / width - up) / 2
            south, north = south - more, north + more
        return cls((west, south, east, north), width, height)

    @property
    def span(self) -> float:
        """How many degrees it is across."""
        return self.bounds[2] - self.bounds[0]

    def pixels(self, degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return longitude and latitude as pixels from the upper left corner, to a tenth."""
        west, _, east, north = self.bounds
        scale = self.width / (east - west)
        down = scale / _squeeze(self.bounds[1], self.bounds[3])
        spots: npt.NDArray[np.float64] = np.column_stack(
            [(degrees[:, 0] - west) * scale, (north - degrees[:, 1]) * down]
        )
        return spots.round(1)

    def has(self, shape: shapely.Geometry) -> bool:
        """Whether some of a shape is in the window."""
        return not shape.is_empty and bool(shapely.box(*self.bounds).intersects(shapely.box(*shape.bounds)))

    def svg(self, inside: str, title: str) -> str:
        """Return the picture: the land below, ``inside`` upon it, and ``title`` for who cannot see it."""
        return framed(f"{_land(self)}{inside}", self.width, self.height, title)

    def path(self, shape: shapely.Geometry) -> str:
        """Return the lines and outlines of a shape as the data of an SVG path; "" where it has none."""
        return "".join(self._drawn(line, is_closed) for line, is_closed in _lines(shape))

    def dots(self, shape: shapely.Geometry, radius: float, paint: str) -> str:
        """Return the points of a shape as circles."""
        flat = [each for each in _leaves(shape) if each.geom_type == "Point" and not each.is_empty][:MOST_POINTS]
        spots = self._seen(np.array([(each.x, each.y) for each in flat], dtype=np.float64).reshape(-1, 2))
        return "".join(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" {paint}/>' for x, y in spots)

    def _drawn(self, line: npt.NDArray[np.float64], is_closed: bool) -> str:
        spots = self._seen(line)
        if len(spots) < 2:
            return ""
        kept = spots[np.r_[True, (np.diff(spots, axis=0) != 0).any(axis=1)]]
        if len(kept) < 2:
            kept = np.vstack([kept[:1], kept[:1] + 0.5])  # smaller than a tenth of a pixel, and there all the same
        told = " ".join(f"{x:g},{y:g}" for x, y in kept)
        return f"M{told}{'Z' if is_closed else ''}"

    def _seen(self, line: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        spots = self.pixels(line[np.isfinite(line).all(axis=1)])
        return spots[(np.abs(spots) < FARTHEST_PX).all(axis=1)]


def framed(inside: str, width: int, height: int, title: str) -> str:
    """Return a picture of a size on the colour of the sea; only the title may hold what others wrote."""
    words = escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{words}"><title>{words}</title><rect width="{width}" height="{height}" fill="{SEA}"/>'
        f'{inside}<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" fill="none" stroke="{RULE}"/></svg>'
    )


def united(boxes: Iterable[Bounds]) -> Bounds:
    """Return the box around boxes, at least one."""
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def _squeeze(south: float, north: float) -> float:
    """Return how long a degree of longitude is to one of latitude, in the middle of a map."""
    return max(math.cos(math.radians((max(south, -85.0) + min(north, 85.0)) / 2)), 0.1)


def _leaves(shape: shapely.Geometry) -> Iterator[shapely.Geometry]:
    for part in shapely.get_parts(shape):
        if part.geom_type == "GeometryCollection" or part.geom_type.startswith("Multi"):
            yield from _leaves(part)
        else:
            yield part


def _lines(shape: shapely.Geometry) -> Iterator[tuple[npt.NDArray[np.float64], bool]]:
    """Yield the lines of a shape, valid or not, and whether each is an outline."""
    for part in _leaves(shape):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                yield shapely.get_coordinates(ring), True
        elif part.geom_type in {"LineString", "LinearRing"}:
            yield shapely.get_coordinates(part), False


@lru_cache(maxsize=64)  # the previews of one repair often share a window; each takes some thousand characters
def _land(drawn: SmallMap) -> str:
    """Return what is around the shapes: land, boundaries of countries, and of units where there is room for them."""
    try:
        countries = store.layer("countries")
        units = store.layer("units") if drawn.span < UNITS_BELOW else None
    except DataError:  # a picture without land is better than a report without pictures
        return ""
    out = []
    for fill, rows in ((LAND_OUTSIDE, countries[~countries["in_region"]]), (LAND, countries[countries["in_region"]])):
        if path := _clipped(drawn, np.asarray(rows.geometry.to_numpy(), dtype=object)):
            out.append(f'<path d="{path}" fill="{fill}" stroke="{BOUNDARY}" stroke-width=".7" fill-rule="evenodd"/>')
    if units is not None and (path := _clipped(drawn, np.asarray(units.geometry.to_numpy(), dtype=object))):
        out.append(f'<path d="{path}" fill="none" stroke="{RULE}" stroke-width=".6"/>')
    return "".join(out)


def _clipped(drawn: SmallMap, shapes: npt.NDArray[np.object_]) -> str:
    """Return what of shapes lies in a window, with a little more, so that no edge of a clip is seen as a boundary."""
    west, south, east, north = drawn.bounds
    pad = (east - west) * 0.02
    window = (west - pad, south - pad, east + pad, north + pad)
    near = shapes[shapely.intersects(shapely.box(*window), shapely.envelope(shapes))]
    simple = shapely.simplify(near, drawn.span / drawn.width * 0.4, preserve_topology=True)
    return "".join(drawn.path(each) for each in shapely.clip_by_rect(simple, *window) if not each.is_empty)
