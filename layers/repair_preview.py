"""A shape before and after it was mended, on the map around it, with what changed marked.

Three pictures: before, after, and where that is. What was mended in place is drawn in one window twice; what moved
has a window at each place, and both places on the third.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Final
from urllib.parse import quote

import numpy as np
import shapely

from geo import store
from geo.errors import DataError
from geo.ingest.checking import Preview
from geo.messages import Language, Message, say
from geo.names import country_name, place_name
from layers.small_map import MARGIN, REGION, WORLD, Bounds, SmallMap, framed, united
from layers.tokens import ACCENT, COMMODITY, INK, MUTED, PAPER

SIZE: Final = (252, 180)  # of before and after
LOCATOR: Final = (140, 180)
MOVED: Final = frozenset({"AXES_SWAPPED", "CRS_IMPLAUSIBLE", "CRS_GUESSED", "CRS_DECLARED"})
MOVED_SPAN: Final = 8.0  # degrees shown around a place that moved: enough to see in which country it lies
WIDE: Final = 120.0  # degrees, from which a locator would show the same again
NEAR: Final = 0.15  # of a shape's extent: what changed within less is shown from near
NEARER: Final = 0.06  # of that extent, which the picture then shows at least
MANY_POINTS: Final = 60
ALL_OF_IT: Final = 0.8  # of an outline: where all is another, a mark on all of it marks nothing
MARK: Final = COMMODITY["gold"]
SAFE: Final = " '=/:;,.()"  # in a data address; the rest is written as percent signs, the hash of a colour among them

TITLES: Final = {
    "before": Message("Before"),
    "after": Message("After"),
    "where": Message("Where it is"),
    "both": Message("Both places"),
}
LEGEND_MOVED: Final = Message("Hollow or dashed: where the file puts it. Filled: where it was put.")
LEGEND: Final = Message("Dashed: as the file has it. Filled: as it is kept. Yellow: what changed.")


@dataclass(frozen=True)
class Picture:
    """One of the pictures of a repair: what it is called, where that is, what it shows in words, and the SVG."""

    title: str
    place: str
    words: str
    svg: str
    width: int

    @property
    def image(self) -> str:
        """The picture as an HTML image, for places that let no SVG through."""
        address = quote(self.svg.replace('"', "'"), safe=SAFE)
        return (
            f'<img alt="{escape(self.words)}" width="{self.width}" height="{SIZE[1]}" '
            f'src="data:image/svg+xml,{address}">'
        )


@lru_cache(maxsize=64)  # a page runs anew at each click; one report shows a dozen repairs of some 50 kB each
def pictures(preview: Preview, lang: Language) -> tuple[Picture, ...]:
    """Return before, after and where it is; nothing where the shape cannot be read."""
    try:
        before, after = (_finite(shape) for shape in preview.shapes())
    except (shapely.errors.GEOSException, ValueError):
        return ()
    if after.is_empty:
        return ()
    if preview.code in MOVED:
        return _moved(preview, before, after, lang)
    return _in_place(preview, before, after, lang)


def _in_place(
    preview: Preview, before: shapely.Geometry, after: shapely.Geometry, lang: Language
) -> tuple[Picture, ...]:
    """Return the pictures of a shape that stayed where it was; of a large one with a small fault, the fault."""
    bounds = united([_bounds(shape) for shape in (before, after) if not shape.is_empty])
    is_wide = bounds[2] - bounds[0] > WIDE
    window = SmallMap.around(bounds, *SIZE, margin=0.02 if is_wide else MARGIN)
    changed = _changed(window, before, after)
    if changed.bounds is not None and _size(changed.bounds) < NEAR * _size(bounds) and _is_fine(before):
        near = _grown(changed.bounds, NEARER * _size(bounds))
        window = SmallMap.around(near, *SIZE)
        changed = replace(_changed(window, before, after), fault=changed.fault)
    where = {"before": _where(before, lang), "after": _where(after, lang)}
    told = {which: _words(preview, which, where[which], lang) for which in where}
    drawn = {
        "before": _halo(window, changed.dropped) + _before(window, before) + _ring(window, changed.fault),
        "after": _halo(window, changed.made) + _after(window, after) + _ring(window, changed.fault),
    }
    out = [
        Picture(say(TITLES[each], lang), where[each], told[each], window.svg(drawn[each], told[each]), SIZE[0])
        for each in drawn
    ]
    return (*out, _locator(preview, after.bounds, lang)) if not is_wide else tuple(out)


def _moved(preview: Preview, before: shapely.Geometry, after: shapely.Geometry, lang: Language) -> tuple[Picture, ...]:
    """Return the pictures of a shape that was put elsewhere."""
    there = SmallMap.around(_grown(after.bounds, MOVED_SPAN), *SIZE)
    place = _where(after, lang)
    words = _words(preview, "after", place, lang)
    second = Picture(say(TITLES["after"], lang), place, words, there.svg(_after(there, after), words), SIZE[0])
    place = _where(before, lang)
    words = _words(preview, "before", place, lang)
    if before.is_empty:
        first = Picture(say(TITLES["before"], lang), place, words, _nowhere(words), SIZE[0])
        return first, second, _locator(preview, after.bounds, lang)
    here = SmallMap.around(_grown(before.bounds, MOVED_SPAN), *SIZE)
    first = Picture(say(TITLES["before"], lang), place, words, here.svg(_before(here, before), words), SIZE[0])
    return first, second, _both(before, after, lang)


@dataclass(frozen=True)
class _Change:
    """What of an outline was dropped, what was made, and where the first fault was if only the order changed."""

    dropped: shapely.Geometry
    made: shapely.Geometry
    fault: tuple[float, float] | None = None

    @property
    def bounds(self) -> Bounds | None:
        """The box around all of it; None where nothing is known to have changed."""
        boxes = [_bounds(each) for each in (self.dropped, self.made) if not each.is_empty]
        return united([*boxes, (*self.fault, *self.fault)] if self.fault else boxes) if boxes or self.fault else None


def _changed(window: SmallMap, before: shapely.Geometry, after: shapely.Geometry) -> _Change:
    """Return what differs between two outlines, to the width of a line in the picture."""
    near = window.span / window.width
    dropped = made = old = shapely.LineString()
    try:
        old, new = _outline(before), _outline(after)
        dropped = shapely.difference(old, shapely.buffer(new, near, quad_segs=1)) if not new.is_empty else old
        made = shapely.difference(new, shapely.buffer(old, near, quad_segs=1)) if not old.is_empty else new
    except shapely.errors.GEOSException:  # an outline that no library follows has no difference to show
        return _Change(dropped, made)
    if dropped.length > ALL_OF_IT * old.length:
        dropped = shapely.LineString()
    spot = shapely.is_valid_reason(before).partition("[")[2].rstrip("]").split() if not before.is_empty else []
    if len(spot) < 2 or dropped.length + made.length > near:
        return _Change(dropped, made)
    return _Change(shapely.LineString(), shapely.LineString(), (float(spot[0]), float(spot[1])))


def _ring(window: SmallMap, fault: tuple[float, float] | None) -> str:
    if fault is None:
        return ""
    x, y = window.pixels(np.array([fault]))[0]
    return f'<circle cx="{x:g}" cy="{y:g}" r="9" fill="none" stroke="{MARK}" stroke-width="3"/>'


def _size(bounds: Bounds) -> float:
    return max(bounds[2] - bounds[0], bounds[3] - bounds[1])


def _grown(bounds: Bounds, least: float) -> Bounds:
    """Return bounds that are at least so many degrees wide and high."""
    west, south, east, north = bounds
    wide, high = max(0.0, least - (east - west)) / 2, max(0.0, least - (north - south)) / 2
    return west - wide, south - high, east + wide, north + high


def _is_fine(shape: shapely.Geometry) -> bool:
    """Whether an outline has so many points that a fault among them would not be seen in a picture of it all."""
    return int(shapely.get_num_coordinates(shape)) > MANY_POINTS


def _outline(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the lines of a shape, of an area its outlines, valid or not."""
    lines = [shapely.boundary(part) if shapely.get_dimensions(part) == 2 else part for part in shapely.get_parts(shape)]
    return shapely.union_all(shapely.node(shapely.GeometryCollection(lines))) if lines else shapely.LineString()


def _halo(window: SmallMap, lines: shapely.Geometry) -> str:
    path = window.path(lines)
    return (
        f'<path d="{path}" fill="none" stroke="{MARK}" stroke-width="7" stroke-opacity=".75" stroke-linecap="round"/>'
        if path
        else ""
    )


def _before(window: SmallMap, shape: shapely.Geometry) -> str:
    paint = f'stroke="{INK}" stroke-width="1.5" stroke-dasharray="4 2.5"'
    return _shape(window, shape, paint, INK, f'fill="{PAPER}" stroke="{INK}" stroke-width="1.6"')


def _after(window: SmallMap, shape: shapely.Geometry) -> str:
    paint = f'stroke="{ACCENT}" stroke-width="1.7" stroke-linejoin="round"'
    return _shape(window, shape, paint, ACCENT, f'fill="{ACCENT}" stroke="{PAPER}" stroke-width="1.2"')


def _shape(window: SmallMap, shape: shapely.Geometry, lines: str, colour: str, points: str) -> str:
    path = window.path(shape)
    fill = (
        f'fill="{colour}" fill-opacity=".18" fill-rule="evenodd"'
        if shapely.get_dimensions(shape) > 1
        else 'fill="none"'
    )
    return (f'<path d="{path}" {fill} {lines}/>' if path else "") + window.dots(shape, 4.5, points)


def _nowhere(words: str) -> str:
    """Return a picture that says that there is none: the coordinates are nowhere on Earth."""
    x, y = SIZE[0] / 2 - 16, SIZE[1] / 2 - 16
    cross = f'<path d="M{x:g},{y:g}l32,32m0,-32l-32,32" stroke="{MUTED}" stroke-width="3"/>'
    return framed(cross, *SIZE, words)


def _locator(preview: Preview, bounds: Bounds, lang: Language) -> Picture:
    """Return the region, or the world, with a mark where a shape is."""
    words = _words(preview, "where", _where(shapely.box(*bounds), lang), lang)
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    window = SmallMap.around(REGION if _within(bounds, REGION) else _round(bounds), *LOCATOR)
    corners = window.pixels(np.array([[bounds[0], bounds[3]], [bounds[2], bounds[1]], [x, y]]))
    (left, top), (right, bottom), (at, down) = corners
    if max(right - left, bottom - top) > 12:
        mark = (
            f'<rect x="{left:g}" y="{top:g}" width="{right - left:g}" height="{bottom - top:g}" fill="{ACCENT}" '
            f'fill-opacity=".15" stroke="{ACCENT}" stroke-width="1.8"/>'
        )
    else:
        mark = f'<circle cx="{at:g}" cy="{down:g}" r="6" fill="none" stroke="{ACCENT}" stroke-width="2.4"/>'
        mark += f'<circle cx="{at:g}" cy="{down:g}" r="1.6" fill="{ACCENT}"/>'
    return Picture(say(TITLES["where"], lang), "", words, window.svg(mark, words), LOCATOR[0])


def _both(before: shapely.Geometry, after: shapely.Geometry, lang: Language) -> Picture:
    """Return one map with both places, and an arrow from the one to the other."""
    bounds = united([before.bounds, after.bounds])
    window = SmallMap.around(REGION if _within(bounds, REGION) else _round(bounds), *LOCATOR)
    ends = np.array([[(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] for box in (before.bounds, after.bounds)])
    (x, y), (to_x, to_y) = window.pixels(ends)
    length = max(float(np.hypot(to_x - x, to_y - y)), 1.0)
    along, across = (to_x - x) / length, (to_y - y) / length
    tip_x, tip_y = to_x - along * 7, to_y - across * 7
    head = (
        f"M{tip_x:.1f},{tip_y:.1f}L{tip_x - along * 8 - across * 4:.1f},{tip_y - across * 8 + along * 4:.1f}"
        f"L{tip_x - along * 8 + across * 4:.1f},{tip_y - across * 8 - along * 4:.1f}Z"
    )
    marks = (
        f'<path d="M{x:g},{y:g}L{tip_x:.1f},{tip_y:.1f}" stroke="{INK}" stroke-width="1.6" fill="none"/>'
        f'<path d="{head}" fill="{INK}"/>'
        f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{PAPER}" stroke="{INK}" stroke-width="1.8"/>'
        f'<circle cx="{to_x:g}" cy="{to_y:g}" r="5" fill="{ACCENT}" stroke="{PAPER}" stroke-width="1.4"/>'
    )
    words = say(Message("The place before, hollow, and the place after, filled."), lang)
    return Picture(say(TITLES["both"], lang), "", words, window.svg(marks, words), LOCATOR[0])


def _round(bounds: Bounds) -> Bounds:
    """Return bounds of a locator for a place that is not of the region: a good part of the world, with the region."""
    west, south, east, north = united([bounds, REGION])
    return max(west, WORLD[0]), max(south, WORLD[1]), min(east, WORLD[2]), min(north, WORLD[3])


def _bounds(shape: shapely.Geometry) -> Bounds:
    """Return the box around all coordinates: that of a broken area leaves out holes that lie outside of it."""
    xy = shapely.get_coordinates(shape)
    (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _within(bounds: Bounds, of: Bounds) -> bool:
    return bounds[0] >= of[0] and bounds[1] >= of[1] and bounds[2] <= of[2] and bounds[3] <= of[3]


def _finite(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape that can be drawn; nothing where a coordinate is no number or far from any globe."""
    xy = shapely.get_coordinates(shape)
    return shape if len(xy) and np.isfinite(xy).all() and np.abs(xy).max() <= 540 else shapely.Point()


def _words(preview: Preview, which: str, where: str, lang: Language) -> str:
    """Return what a picture shows, for who cannot see it."""
    told = {
        "before": Message("Record {n} before: {where}.", n=preview.feature, where=where),
        "after": Message("Record {n} after: {where}.", n=preview.feature, where=where),
        "where": Message("Where record {n} is: {where}.", n=preview.feature, where=where),
    }
    return say(told[which], lang)


def _where(shape: shapely.Geometry, lang: Language) -> str:
    """Return the unit and the country that a shape's middle is in, as people name places."""
    if shape.is_empty:
        return say(Message("nowhere on Earth"), lang)
    west, south, east, north = shape.bounds
    spot = shapely.Point((west + east) / 2, (south + north) / 2)
    try:
        units, countries = store.layer("units"), store.layer("countries")
    except DataError:
        return f"{spot.y:.2f}, {spot.x:.2f}"
    rows = units.sindex.query(spot, predicate="intersects")
    if len(rows):
        unit = units.iloc[int(rows[0])]
        iso3 = str(unit["country_iso3"])
        return f"{place_name(str(unit['name']), iso3, lang)}, {country_name(iso3, lang)}"
    rows = countries.sindex.query(spot, predicate="intersects")
    if len(rows):
        country = countries.iloc[int(rows[0])]
        named = country_name(str(country["country_iso3"]), lang)
        return str(country["name"]) if named == country["country_iso3"] else named
    return say(Message("at sea"), lang)
