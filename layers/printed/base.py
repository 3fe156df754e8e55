"""The land that everything lies on: the browser's offline base map, as fine as a sheet can show."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes

from geo import store
from geo.mercator import pixel, world_geometry
from geo.messages import Language
from geo.names import country_name
from layers import features
from layers.printed import painting
from layers.printed.extent import Extent
from layers.printed.named import Named
from layers.printed.outlines import Geometries, within
from layers.printed.painting import Put
from layers.printed.signs import size_at, unit_at
from layers.spec import Style
from layers.tokens import LAND, LAND_OUTSIDE, RIVER, SEA
from layers.view import ViewState

STEPS: Final = (3, 5, 7, 9, 11)  # zooms for which the base map is kept; the last is as fine as the data
TOLERANCE_PX: Final = 0.5  # what leaving out vertices may move an outline, at the zoom of the step
SMALLEST_PX: Final = 1.0  # side of the smallest island, at the zoom of the step
LAND_ORDER: Final = -90.0
FIRST_ORDER: Final = 6.0  # lakes, rivers, unit lines and towns lie between the figures and what is drawn on them
MARGIN_PX: Final = 12.0
RIVERS_FROM: Final = 5.0  # zoom from which rivers are named
COUNTRY_PX: Final = 26.0  # a country is named where a circle of this radius fits into what is seen of it
CITY: Final = 1_000_000  # people, from which a town's name is set larger
COUNTRY_PRIORITY, TOWN_PRIORITY, RIVER_PRIORITY = 9e9, 2e9, 1e9  # as the browser's labels have them


@dataclass(frozen=True)
class Ground:
    """The base map for one step of zooms, in the square world."""

    iso3: tuple[str, ...]
    in_region: tuple[bool, ...]
    land: Geometries
    unit_lines: Geometries
    lined: tuple[str, ...]  # of which country each of the unit lines is
    lakes: Geometries
    rivers: Geometries
    river_names: tuple[str, ...]


def ground(zoom: float) -> Ground:
    """Return the base map as fine as a zoom can show."""
    step = next((each for each in STEPS if each >= zoom), STEPS[-1])
    return store.STORE.get(("printed ground", step, store.data_version()), lambda: _ground(step))


def units(zoom: float) -> tuple[Geometries, pd.Index]:
    """Return the first-level units as fine as a zoom can show, and their ids: the shapes of every figure layer."""
    step = next((each for each in STEPS if each >= zoom), STEPS[-1])
    frame = store.layer("units")

    def read() -> Geometries:
        simple = _simple(_world(frame), _tolerance(step))
        return _without_specks(simple, (SMALLEST_PX * pixel(step)) ** 2)

    made = store.STORE.get(("printed units", step, store.data_version()), read)
    return made, pd.Index(frame["unit_id"])


def draw(
    axes: Axes, view: ViewState, extent: Extent, *, px: float, zoom: float, fine: float, whole: Container[str] = ()
) -> Iterator[Named]:
    """Draw the base map and give the names that it has.

    Parameters
    ----------
    whole : container of str
        Countries that are shaded as one: no line between their units may say that those have figures of their own.
    zoom, fine : float
        What decides how much is shown, and how fine lines can be: a page has more dots than a screen.
    """
    made = ground(fine)
    margin = MARGIN_PX * unit_at(zoom)
    axes.set_facecolor(SEA)
    rows, land = within(made.land, extent, margin)
    shore: Style = {"color": "#CFC8B8", "weight": 0.6, "fillOpacity": 1.0}
    styles: list[Style] = [{**shore, "fillColor": LAND if inside else LAND_OUTSIDE} for inside in (False, True)]
    chosen = [styles[made.in_region[row]] for row in rows]
    lines = made.unit_lines[[country not in whole for country in made.lined]]
    painting.add_each(axes, land, chosen, Put("area", LAND_ORDER, px))
    drawn: tuple[tuple[Geometries, Style, str], ...] = (
        (made.lakes, {"stroke": False, "fillColor": SEA, "fillOpacity": 1.0}, "area"),
        (made.rivers, {"color": RIVER, "weight": 0.9}, "line"),
        (lines, {"color": "#D9D2C3", "weight": 0.7}, "line"),
    )
    for number, (shapes, style, symbol) in enumerate(drawn):
        _, seen = within(shapes, extent, margin)
        painting.add(axes, seen, style, symbol=symbol, zorder=FIRST_ORDER + 1 + number, px=px)
    yield from _countries(view.lang, rows, land, made, extent, zoom)
    yield from _towns(axes, extent, zoom, px)
    if zoom >= RIVERS_FROM:
        yield from _rivers(made, extent)


def _countries(
    lang: Language, rows: np.ndarray, land: Geometries, made: Ground, extent: Extent, zoom: float
) -> Iterator[Named]:
    """Yield the countries' names where most of what is seen of each lies."""
    frame = shapely.box(extent.west, extent.south, extent.east, extent.north)
    for row, shape in zip(rows, land, strict=True):
        if not made.in_region[row]:
            continue
        parts = shapely.get_parts(shapely.clip_by_rect(shape, *frame.bounds))
        parts = parts[shapely.get_dimensions(parts) == 2]
        if not len(parts):
            continue
        largest = shapely.simplify(parts[np.argmax(shapely.area(parts))], 2 * unit_at(zoom))
        if largest.is_empty or not largest.is_valid:
            largest = shapely.make_valid(largest)
        circle = shapely.maximum_inscribed_circle(largest, 4 * unit_at(zoom))
        if shapely.length(circle) < COUNTRY_PX * unit_at(zoom) and zoom > 5:
            continue
        x, y = shapely.get_coordinates(circle)[0]
        weight = COUNTRY_PRIORITY + float(shapely.area(largest)) / unit_at(zoom) ** 2
        room = float(shapely.length(circle)) / unit_at(zoom)
        name = country_name(made.iso3[row], lang)
        yield Named(name, x, y, "country", weight, is_point=False, centred=True, radius_px=room)


def _towns(axes: Axes, extent: Extent, zoom: float, px: float) -> Iterator[Named]:
    if zoom < features.SHOWN_FROM["towns"]:
        return
    towns = _known_towns()
    shown = towns[towns["from"] <= zoom]
    rows, points = within(np.asarray(shown["point"].to_numpy(), dtype=object), extent, 0.0)
    radius = 1.6 * size_at(zoom)
    style: Style = {"shape": "circle", "radius": radius, "stroke": False, "fillColor": "#52606D", "fillOpacity": 0.9}
    painting.add(axes, points, style, symbol="circle", zorder=FIRST_ORDER + 4, px=px)
    for (x, y), (_, town) in zip(shapely.get_coordinates(points), shown.iloc[rows].iterrows(), strict=True):
        weight = TOWN_PRIORITY + float(town["population"])
        look = "city" if town["population"] >= CITY else "town"
        yield Named(str(town["name"]), x, y, look, weight, is_point=True, centred=False, radius_px=radius)


def _known_towns() -> pd.DataFrame:
    def read() -> pd.DataFrame:
        frame = store.layer("towns")
        frame = frame[frame["population"] >= features.SMALLEST_TOWN].sort_values("population", ascending=False)
        told = pd.DataFrame(frame[["name", "population"]])
        return told.assign(
            **{"from": [features.town_zoom(int(each)) for each in frame["population"]]},
            point=world_geometry(np.asarray(frame.geometry.to_numpy(), dtype=object)),
        )

    return store.STORE.get(("printed towns", store.data_version()), read)


def _rivers(made: Ground, extent: Extent) -> Iterator[Named]:
    """Yield each river's name once, in the middle of the longest stretch that is seen."""
    rows, seen = within(made.rivers, extent, 0.0)
    box = (extent.west, extent.south, extent.east, extent.north)
    found: dict[str, tuple[float, shapely.Geometry]] = {}
    for row, line in zip(rows, seen, strict=True):
        name = made.river_names[row]
        inside = shapely.line_merge(shapely.clip_by_rect(line, *box))
        for part in shapely.get_parts(inside):
            if name and part.length > found.get(name, (0.0,))[0]:
                found[name] = (part.length, part)
    for name, (length, part) in found.items():
        middle = part.interpolate(0.5, normalized=True)
        weight = RIVER_PRIORITY + length / extent.width
        yield Named(name, middle.x, middle.y, "river", weight, is_point=False, centred=True)


def _tolerance(step: int) -> float:
    return 0.0 if step == STEPS[-1] else TOLERANCE_PX * pixel(step)


def _ground(step: int) -> Ground:
    tolerance = _tolerance(step)
    countries, rivers = store.layer("countries"), store.layer("rivers")
    frame = store.layer("units")
    lines = _inner_lines(_simple(_world(frame), tolerance), frame["country_iso3"])
    return Ground(
        iso3=tuple(countries["country_iso3"]),
        in_region=tuple(bool(each) for each in countries["in_region"]),
        land=_without_specks(_simple(_world(countries), tolerance), (SMALLEST_PX * pixel(step)) ** 2),
        unit_lines=np.array(list(lines.values()), dtype=object),
        lined=tuple(lines),
        lakes=_world(store.layer("lakes")),
        rivers=shapely.simplify(_world(rivers), tolerance),
        river_names=tuple(str(each) for each in rivers["name"]),
    )


def _world(frame: pd.DataFrame) -> Geometries:
    return world_geometry(np.asarray(frame.geometry.to_numpy(), dtype=object))


def _simple(areas: Geometries, tolerance: float) -> Geometries:
    """Return areas with fewer vertices, neighbours still sharing theirs."""
    return np.asarray(shapely.coverage_simplify(areas, tolerance), dtype=object) if tolerance else areas


def _without_specks(areas: Geometries, smallest: float) -> Geometries:
    """Return areas without the islands too small to be seen; the largest part of each stays."""
    parts, owners = shapely.get_parts(areas, return_index=True)
    size = shapely.area(parts)
    largest = np.zeros(len(areas))
    np.maximum.at(largest, owners, size)
    kept = (size >= smallest) | (size == largest[owners])
    return np.asarray(shapely.multipolygons(parts[kept], indices=owners[kept]), dtype=object)


def _inner_lines(units: Geometries, countries: pd.Series) -> dict[str, shapely.Geometry]:
    """Return, per country, the lines that two of its units share: neither coast nor boundary."""
    out = {}
    for country in dict.fromkeys(countries):
        rings = shapely.get_rings(shapely.get_parts(units[(countries == country).to_numpy()]))
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        same = ring[1:] == ring[:-1]
        ends = np.stack([xy[:-1][same], xy[1:][same]], axis=1)
        swapped = (ends[:, 0, 0] > ends[:, 1, 0]) | ((ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1]))
        ends[swapped] = ends[swapped][:, ::-1]
        segments, counts = np.unique(ends.reshape(-1, 4), axis=0, return_counts=True)
        shared = segments[counts > 1].reshape(-1, 2, 2)
        if len(shared):
            out[str(country)] = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(shared)))
    return out
