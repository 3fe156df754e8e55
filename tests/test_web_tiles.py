"""The measuring tools of large layers, by hand: which tile holds a place, what it says, how much ink a picture has."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tests.bench.figures import p95
from tests.bench.ink import WORLD_M, Window, drawn_by_matplotlib, ink, painted
from tests.browser.made_tiles import tile as made_tile
from tests.web_tiles import around, content, middle_of, spread, tile_of, tiles_holding


@pytest.mark.parametrize(
    ("lon", "lat", "zoom", "tile"),
    [
        pytest.param(0, 0, 0, (0, 0, 0), id="the world"),
        pytest.param(-60, -10, 1, (1, 0, 1), id="south-western quarter"),
        pytest.param(-60, 10, 1, (1, 0, 0), id="rows are counted from the north"),
        pytest.param(179.9, -84.9, 3, (3, 7, 7), id="the last tile"),
    ],
)
def test_the_tile_of_a_place(lon: float, lat: float, zoom: int, tile):
    assert tile_of(lon, lat, zoom) == tile
    assert tile_of(*middle_of(tile), zoom) == tile


def test_tiles_come_fullest_first():
    places = [(-60.0, -10.0)] * 3 + [(60.0, 10.0)] * 2 + [(60.0, -10.0)]
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(place) for place in places], crs=4326)
    assert tiles_holding(frame, 1) == [(1, 0, 1), (1, 1, 0), (1, 1, 1)]
    assert tiles_holding(frame, 1, least=2) == [(1, 0, 1), (1, 1, 0)]


def test_a_spread_keeps_both_ends():
    tiles = [(5, number, 0) for number in range(10)]
    assert spread(tiles, 4) == [(5, 0, 0), (5, 3, 0), (5, 6, 0), (5, 9, 0)]
    assert spread(tiles[:2], 4) == tiles[:2]


def test_a_view_at_the_edge_of_the_world_asks_for_no_tile_beyond():
    assert around(-179, 0, 2, width=3, height=2) == [(2, 0, 1), (2, 1, 1), (2, 0, 2), (2, 1, 2)]


def test_a_tile_says_its_features_and_counts():
    square = shapely.box(0, 0, 40, 40)
    body = made_tile(
        *(0, 0, 0),
        features=[({"id": "a"}, square), ({"id": "a"}, square), ({"id": "b"}, square)],
        cells=[({"n": 3, "s": 0}, shapely.MultiPoint([(8, 8), (24, 8)])), ({"n": 1, "s": 0}, shapely.Point(8, 24))],
    )
    assert content(body).ids == {"a", "b"}
    assert content(body).counted == 7  # two cells of three and one of one
    assert content(b"") == content(made_tile(0, 0, 0))


def test_ink_is_the_area_that_is_painted():
    metres = WORLD_M / (256 * 2**4)  # of a pixel at zoom 4
    frame = gpd.GeoDataFrame(
        {"confidence": ["high", "low"]},
        geometry=[shapely.box(10, -20, 20, -10), shapely.box(30, -20, 40, -10)],
        crs=3857,
    )
    frame = frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), lambda xy: xy * metres), crs=3857)
    window = Window(zoom=4, west=2048, north=2048, width=60, height=40)  # its corner is 0, 0
    look = {
        "style": {"stroke": False, "fillColor": "#000000", "fillOpacity": 1},
        "by": {"confidence": {"low": {"fillOpacity": 0.5}}},
    }
    picture = drawn_by_matplotlib(frame, window, look)
    assert picture.shape == (40, 60, 3)
    assert ink(picture) == pytest.approx(100 + 50, rel=0.01)
    assert painted(picture) == 200
    assert ink(np.full((5, 5, 3), 255, dtype=np.uint8)) == 0


def test_one_in_twenty_is_slower():
    assert p95(list(range(101))) == 95
    assert p95([7]) == 7
