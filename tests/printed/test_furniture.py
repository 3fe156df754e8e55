"""Scale bar, north arrow and locator: right for the latitude, each in a corner of its own, always there."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from pyproj import Geod

from geo import store
from geo.mercator import WORLD, to_world
from geo.zones import zones
from layers.printed import furniture, locator
from layers.printed.extent import Extent, of_bounds, of_view
from layers.view import ViewState

PX = 0.64
POINTS = (612.0, 400.0)  # of the axes
GEOD = Geod(ellps="WGS84")


@pytest.fixture
def axes() -> Axes:
    return made()


def made() -> Axes:
    figure = Figure(figsize=(960 / 72, 540 / 72), dpi=144)
    FigureCanvasAgg(figure)
    return figure.add_axes((24 / 960, 70 / 540, POINTS[0] / 960, POINTS[1] / 540))


def showing(axes: Axes, extent: Extent) -> Extent:
    axes.set(xlim=(extent.west, extent.east), ylim=(extent.south, extent.north))
    return extent


def around(lat: float, lon: float, degrees: float) -> Extent:
    half = degrees / 2
    return of_bounds((lon - half, lat - half, lon + half, lat + half), shape=POINTS[0] / POINTS[1])


def bar_of(axes: Axes) -> furniture._Bar:
    axes.figure.canvas.draw()
    return next(each for each in axes.artists if isinstance(each, furniture._Bar))


@pytest.mark.parametrize("lat", [-54.0, -33.5, -15.0, 0.0, 4.6, 12.0, 60.0])
@pytest.mark.parametrize("degrees", [0.3, 3.0, 12.0])
def test_the_bar_is_as_long_as_the_earth_says(axes: Axes, lat: float, degrees: float) -> None:
    extent = showing(axes, around(lat, -70.0, degrees))
    furniture.scale_bar(axes, extent, "en", px=PX)
    info = bar_of(axes).info
    said = info.value * {"m": 1, "km": 1000}[info.units]
    span = (info.length_px / WORLD) * 360  # degrees of longitude that the bar is drawn over
    _, _, there = GEOD.inv(-70.0, extent.centre_lat, -70.0 + span, extent.centre_lat)
    assert there == pytest.approx(said, rel=0.002)


@pytest.mark.parametrize("lat", [-54.0, -15.0, 0.0, 45.0])
def test_a_unit_of_the_world_is_measured_on_the_ellipsoid(lat: float) -> None:
    (x, _), (x2, _) = to_world(np.array([(-70.0, lat), (-69.99, lat)]))
    _, _, there = GEOD.inv(-70.0, lat, -69.99, lat)
    assert furniture.metres_per_unit(lat) * (x2 - x) == pytest.approx(there, rel=1e-6)


@pytest.mark.parametrize(
    ("degrees", "lang", "words"),
    [(0.05, "en", "5 km"), (3, "en", "100 km"), (3, "es", "100 km"), (45, "en", "1\u202f000 km at 15° S"),
     (11, "pt", "200 km")],
)  # fmt: skip
def test_it_says_a_round_length_and_where_it_holds(axes: Axes, degrees: float, lang: str, words: str) -> None:
    extent = showing(axes, around(-14.0, -60.0, degrees))
    furniture.scale_bar(axes, extent, lang, px=PX)
    assert bar_of(axes).info.scale_text.startswith(words.split(" at ", maxsplit=1)[0])
    assert ("°" in bar_of(axes).info.scale_text) == (" at " in words)


def test_near_the_equator_it_says_so(axes: Axes) -> None:
    extent = showing(axes, around(0.0, -60.0, 40))
    furniture.scale_bar(axes, extent, "en", px=PX)
    assert bar_of(axes).info.scale_text == "1\u202f000 km at the equator"


def test_the_box_it_gives_holds_all_that_is_drawn(axes: Axes) -> None:
    for degrees in (0.2, 2, 20, 60):
        extent = showing(axes, around(-10.0, -60.0, degrees))
        box = furniture.scale_bar(axes, extent, "es", px=PX)
        drawn = bar_of(axes).info.window_extent
        told = bar_of(axes).get_window_extent()
        assert Bbox.union([told, drawn]).bounds == pytest.approx(told.bounds)
        assert box.width < 0.4 * POINTS[0]
        for each in list(axes.artists) + list(axes.patches):
            each.remove()


@pytest.mark.parametrize("zone_id", [*zones().index[:12], ""])
def test_the_three_stand_apart_and_on_the_map(axes: Axes, zone_id: str) -> None:
    view = ViewState(lang="pt", zone=zone_id)
    extent = showing(axes, of_view(view, shape=POINTS[0] / POINTS[1]))
    boxes = furniture.furnish(axes, extent, view, px=PX)
    for one, two in combinations(boxes, 2):
        assert not one.overlaps(two)
    for box in boxes:
        assert Bbox.union([box, Bbox.from_bounds(0, 0, *POINTS)]).bounds == (0, 0, *POINTS)
    gids = {each.get_gid() for each in axes.get_children()}
    assert {"scale-bar", "north", "inset", "inset.frame"} <= gids


@pytest.mark.parametrize(("is_right", "is_up"), [*product((False, True), repeat=2)])
def test_the_locator_stands_where_the_fewest_signs_are(axes: Axes, is_right: bool, is_up: bool) -> None:
    extent = showing(axes, around(-10.0, -60.0, 10))
    dice = np.random.default_rng(3)
    spots = dice.uniform((0.0, 0.0), (1.0, 1.0), (400, 2))
    is_there = ((spots[:, 0] > 0.5) == is_right) & ((spots[:, 1] > 0.5) == is_up)
    marks = [(extent.west + x * extent.width, extent.south + y * extent.height, 4.0) for x, y in spots[~is_there]]
    box = locator.inset(axes, extent, px=PX, marks=marks)
    assert (box.x0 > POINTS[0] / 2, box.y0 > POINTS[1] / 2) == (is_right, is_up)


def test_it_keeps_off_lines_that_layers_have_drawn(axes: Axes) -> None:
    extent = showing(axes, around(-10.0, -60.0, 10))
    west, north, wide, high = extent.west, extent.north, extent.width, extent.height
    leg = Path([(west, north - 0.15 * high), (west + 0.4 * wide, north - 0.15 * high)])
    before = locator.inset(axes, extent, px=PX)
    axes.add_collection(PathCollection([leg], zorder=40.0), autolim=False)
    after = locator.inset(axes, extent, px=PX)
    assert (before.x0 < POINTS[0] / 2, before.y0 > POINTS[1] / 2) == (True, True)
    assert (after.x0, after.y0) != (before.x0, before.y0)


def test_it_keeps_off_land_where_no_line_tells_what_is_on_it(axes: Axes) -> None:
    """Figures by unit are painted as land is; here inland Brazil is in the upper left, the ocean to the right."""
    extent = showing(axes, around(-15.0, -42.0, 20))
    box = locator.inset(axes, extent, px=PX)
    x, y = (extent.west + box.x0 / POINTS[0] * extent.width, extent.south + box.y0 / POINTS[1] * extent.height)
    x1, y1 = (extent.west + box.x1 / POINTS[0] * extent.width, extent.south + box.y1 / POINTS[1] * extent.height)
    countries = store.layer("countries")
    land = shapely.transform(countries.geometry[countries["in_region"]].to_numpy(), to_world)
    assert shapely.area(shapely.clip_by_rect(land, x, y, x1, y1)).sum() < 0.1 * (x1 - x) * (y1 - y)


FRAMES = [
    around(-10.0, -60.0, 5), around(-10.0, -60.0, 0.001), around(-15.0, -60.0, 60), around(0.0, 0.0, 160),
    around(-10.0, -179.9, 4), around(-10.0, 179.9, 4), around(50.0, 20.0, 5), around(-54.0, -70.0, 5),
    around(83.0, -60.0, 3), around(-82.0, -60.0, 3),
]  # fmt: skip


@pytest.mark.parametrize("extent", FRAMES)
def test_a_frame_is_always_seen_on_the_locator(axes: Axes, extent: Extent) -> None:
    box = locator.inset(axes, showing(axes, extent), px=PX)
    frame = next(each for each in axes.patches if each.get_gid() == "inset.frame")
    assert min(frame.get_width(), frame.get_height()) > 2 * PX
    seen = Bbox.from_bounds(frame.get_x(), frame.get_y(), frame.get_width(), frame.get_height())
    assert Bbox.union([box, seen]).bounds == pytest.approx(box.bounds)


def test_the_frame_is_where_the_map_is() -> None:
    south, north = ((f := framed(around(lat, -65.0, 6))) and f.y0 + f.y1 for lat in (-40.0, 5.0))
    assert south < north
    west, east = (framed(around(-10.0, lon, 6)).x0 for lon in (-75.0, -45.0))
    assert west < east


def framed(extent: Extent) -> Bbox:
    axes = made()
    box = locator.inset(axes, showing(axes, extent), px=PX, corner="upper left")
    frame = next(each for each in axes.patches if each.get_gid() == "inset.frame")
    return Bbox.from_bounds(frame.get_x() - box.x0, frame.get_y() - box.y0, frame.get_width(), frame.get_height())
