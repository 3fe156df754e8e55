"""What is made is kept within a bound, and given again."""

from __future__ import annotations

import gc
import os
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from geo.store import Store
from layers import tile_routes
from layers.computed_once import ComputedOnce
from layers.looks import specs
from tests.tile_routes.house import AT, served


def test_a_tile_holds_what_the_style_reads(client, house):
    client.get(f"/fronteras/tiles/open/public{AT}?mineral=gold")
    columns = tuple(channel.column for channel in specs()["mining"].channels)
    assert house.made == [("open", 4, 5, 8, (("mineral", "gold"),), columns)]


def test_a_warm_tile_is_not_made_again(client, house):
    for _ in range(3):
        client.get(f"/fronteras/tiles/open/public{AT}")
    assert len(house.made) == 1
    tile_routes.clear("other")
    client.get(f"/fronteras/tiles/open/public{AT}")
    assert len(house.made) == 1
    tile_routes.clear("open")
    assert tile_routes.CACHE.size == 0
    client.get(f"/fronteras/tiles/open/public{AT}")
    assert len(house.made) == 2


@pytest.mark.parametrize(
    ("query", "made"),
    [
        pytest.param("?x=1", 1, id="a parameter that means nothing"),
        pytest.param("?mineral=unobtainium", 1, id="a value that is not known"),
        pytest.param("?zone=CAT&at=1,2,3&lang=es&year=abc", 1, id="what a tile does not obey"),
        pytest.param("?kind=border", 1, id="a filter that this layer does not obey"),
        pytest.param("?mineral=gold", 2, id="a filter"),
        pytest.param("?year=2020", 2, id="a year, since the layer is dated"),
    ],
)
def test_only_what_the_layer_obeys_makes_another_tile(client, house, query, made):
    client.get(f"/fronteras/tiles/open/public{AT}")
    client.get(f"/fronteras/tiles/open/public{AT}{query}")
    assert len(house.made) == made


def test_the_same_filters_in_another_order_are_the_same_tile(client, house):
    client.get(f"/fronteras/tiles/open/public{AT}?mineral=gold,tin&confidence=high")
    client.get(f"/fronteras/tiles/open/public{AT}?confidence=high&mineral=tin,gold")
    assert len(house.made) == 1


def test_the_bound_of_bytes_holds_and_memory_comes_back(house, monkeypatch):
    monkeypatch.setattr(tile_routes, "CACHE", ComputedOnce(max_bytes=2_000_000))
    browser = TestClient(served())
    tracemalloc.start()
    try:
        for x in range(100):
            house.body = os.urandom(100_000)  # cannot be compressed
            assert browser.get(f"/fronteras/tiles/open/public/9/{x}/1.mvt").status_code == 200
            assert tile_routes.CACHE.size <= 2_000_000
        house.body = b""
        held = tracemalloc.get_traced_memory()[0]
        asked = len(house.made)
        browser.get("/fronteras/tiles/open/public/9/99/1.mvt")
        assert len(house.made) == asked  # the last one is kept
        browser.get("/fronteras/tiles/open/public/9/0/1.mvt")
        assert len(house.made) == asked + 1  # the first one made way
        assert 1_500_000 < tile_routes.CACHE.size <= 2_000_000
        tile_routes.clear("open")
        gc.collect()
        assert tile_routes.CACHE.size == 0
        assert held - tracemalloc.get_traced_memory()[0] > 1_500_000
    finally:
        tracemalloc.stop()


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 60)), max_size=60))
def test_a_store_never_holds_more_than_its_bounds(kept):
    store = Store(4, 100, weigh=len)
    for key, size in kept:
        store.keep(key, b"x" * size)
        held = [found for each in range(9) if (found := store.find(each)) is not None]
        assert store.size == sum(map(len, held)) <= 100
        assert len(held) <= 4
        assert store.find(key) == b"x" * size
    store.keep("huge", b"x" * 101)
    assert store.find("huge") is None
