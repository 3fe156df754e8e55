"""A click finds what is within eight pixels, thin things before the areas that hold them."""

from math import cos, radians

import pytest

from geo import store
from geo.rows import EQUATOR_M
from layers.identify import MOST, identify
from layers.view import ViewState

SITE = store.table("mining_sites").set_index("site_id").loc["PE-01"]
DEGREE_M = 111_320.0  # one degree along a meridian, mean
LAYERS = ("mining", "zones", "crossings")


def pixels_north(count, zoom):
    return count * EQUATOR_M * cos(radians(SITE["lat"])) / 2**zoom / DEGREE_M


def found_at(offset_px, zoom, layers=LAYERS):
    lat = SITE["lat"] + pixels_north(offset_px, zoom)
    return [each.feature for each in identify(ViewState(layers=layers), lat=lat, lon=SITE["lon"], zoom=zoom)]


@pytest.mark.parametrize("zoom", [6, 9, 12])
@pytest.mark.parametrize(("offset_px", "hit"), [(0, True), (7.5, True), (9, False)])
def test_the_reach_is_eight_pixels_at_the_zoom_of_the_click(zoom, offset_px, hit):
    assert ("mining/PE-01" in found_at(offset_px, zoom)) == hit


def test_a_site_comes_before_the_zone_that_holds_it():
    found = found_at(0, 12)
    assert found[0] == "mining/PE-01"
    assert "zones/Z-MDD" in found


def test_the_nearest_comes_first():
    found = identify(ViewState(layers=("mining",)), lat=SITE["lat"], lon=SITE["lon"], zoom=5)
    assert len(found) > 1
    assert [each.distance_m for each in found] == sorted(each.distance_m for each in found)


def test_at_most_ten_are_listed():
    assert len(identify(ViewState(layers=("mining",)), lat=SITE["lat"], lon=SITE["lon"], zoom=3)) <= MOST


def test_a_layer_that_is_off_or_filtered_out_is_not_found():
    assert found_at(0, 12, layers=("zones",)) == ["zones/Z-MDD"]
    view = ViewState(layers=("mining",), countries=("COL",))
    assert identify(view, lat=SITE["lat"], lon=SITE["lon"], zoom=12) == []


def test_the_open_sea_holds_nothing():
    assert identify(ViewState(), lat=-30.0, lon=-100.0, zoom=6) == []
