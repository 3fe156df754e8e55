"""Which part of the world is printed: never less than the screen showed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import DataError
from geo.mercator import WORLD
from geo.zones import zones
from layers.printed.extent import LEAST, home, of_bounds, of_view
from layers.printed.templates import MOST_PIXELS, TEMPLATES, template
from layers.view import HOME, HOME_PX, MIN_ZOOM, REGION, ViewState

shapes = st.floats(0.3, 4)
TOLERANCE = 1e-6


@given(st.floats(-70, 70), st.floats(-179, 179), st.floats(3, 14), shapes)
def test_all_that_the_screen_showed_is_on_the_map(lat: float, lon: float, zoom: float, shape: float):
    view = ViewState(lat=lat, lon=lon, zoom=zoom)
    found = of_view(view, shape=shape, screen_px=(740, 700))
    unit = WORLD / 256 / 2**view.zoom
    assert found.width >= 740 * unit * (1 - TOLERANCE)
    assert found.height >= 700 * unit * (1 - TOLERANCE)
    assert math.isclose(found.width / found.height, shape, rel_tol=TOLERANCE)
    assert math.isclose((found.west + found.east) / 2, (view.lon / 360 + 0.5) * WORLD, rel_tol=1e-6, abs_tol=1)
    assert math.isclose(found.centre_lat, view.lat, abs_tol=2)


@given(shapes)
def test_every_zone_lies_in_its_frame(shape: float):
    for bounds in zones().geometry.bounds.itertuples(index=False):
        west, south, east, north = of_bounds(bounds, shape=shape).degrees()
        assert west < bounds.minx
        assert south < bounds.miny
        assert east > bounds.maxx
        assert north > bounds.maxy


def test_a_place_without_size_is_framed_by_some_kilometres():
    found = of_bounds((-70, -4, -70, -4), shape=1)
    assert found.width == pytest.approx(LEAST)


def test_the_zoom_is_that_of_the_screen():
    view = ViewState(lat=0, lon=-60, zoom=6)
    assert of_view(view, shape=740 / 700).zoom(740) == pytest.approx(6)


def test_sheets_have_the_pixels_that_they_promise():
    assert template("slide").pixels == (1920, 1080)
    assert template("slide-4k").pixels == (3840, 2160)
    assert template("a4").pixels == (2480, 3508)
    assert template("letter-landscape").pixels == (3300, 2550)
    assert template("a2").pixels == (4961, 7016)
    assert template("1600x900").pixels == (1600, 900)
    assert template("1200x1600@300").kind == "page"
    assert template("A4") is template("a4")
    assert template("1600X900@144").pixels == (1600, 900)
    assert all(width * height <= MOST_PIXELS for width, height in (each.pixels for each in TEMPLATES.values()))


@pytest.mark.parametrize(
    "name", ["", "A3", "0x0", "100x100", "99999x10", "4000x400", "1600x900@5", "1e3x900", "x", "²x²", "1600x900@"]
)
def test_a_sheet_that_cannot_be_made_is_refused_with_what_can(name: str):
    with pytest.raises(DataError):
        template(name)


def test_the_home_view_is_that_of_the_screen_or_the_whole_continent():
    wide = of_view(ViewState(), shape=1.5)
    assert wide == of_view(ViewState(lat=HOME[0], lon=HOME[1], zoom=HOME[2]), shape=1.5)
    west, south, east, north = of_view(ViewState(), shape=0.8).degrees()
    assert west < -81.4 < -34.7 < east  # Punta Pariñas, Ponta do Seixas
    assert south < -55.9 < 12.5 < north  # Cape Horn, Punta Gallinas


@pytest.mark.parametrize(("screen_px", "expected"), [
    pytest.param((740, 700), HOME, id="a desk"),
    pytest.param(HOME_PX, HOME, id="the smallest that still opens as a desk does"),
    pytest.param((390, 523), (-26.17, -58.0, 3.0), id="a phone"),
    pytest.param((1200, 590), (-26.17, -58.0, 3.25), id="low and wide"),
    pytest.param((320, 420), (-26.17, -58.0, MIN_ZOOM), id="too small for the whole at the least zoom"),
])  # fmt: skip
def test_a_small_map_opens_on_the_continent_whole(screen_px: tuple[int, int], expected: tuple[float, float, float]):
    assert home(screen_px) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("shape", [0.7, 1.5])
def test_what_a_phone_shows_of_the_continent_is_on_its_export(shape: float):
    west, south, east, north = of_view(ViewState(), shape=shape, screen_px=(390, 523)).degrees()
    assert west < REGION[0] < REGION[2] < east
    assert south < REGION[1] < REGION[3] < north


@pytest.mark.parametrize("dpi", [1, 35, 1201, 99999])
def test_a_resolution_that_cannot_be_made_is_refused_with_what_can(dpi: int):
    with pytest.raises(DataError, match="from 36 to 1"):
        template(f"1600x900@{dpi}")
