"""A house of layers for each test, and a browser that asks it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from geo import catalogue, tiles
from layers import features, tile_routes
from layers.computed_once import ComputedOnce
from layers.viewer_cookie import NAME
from tests.tile_routes.house import COOKIE, House, served, where_key


@pytest.fixture
def house(monkeypatch):
    made = House({"open": "TLP:CLEAR", "other": "TLP:CLEAR", "amber": "TLP:AMBER"}, [])
    monkeypatch.setenv("FRONTERAS_SECRET", "s" * 64)
    monkeypatch.setattr(catalogue, "by_content", made.by_content, raising=False)
    monkeypatch.setattr(features, "where", lambda spec, view: SimpleNamespace(key=where_key(spec, view)), raising=False)
    monkeypatch.setattr(tiles, "block", made.block)
    monkeypatch.setattr(tile_routes, "block_side", lambda _z: 1)
    monkeypatch.setattr(tiles, "feature", made.feature)
    monkeypatch.setattr(tile_routes, "CACHE", ComputedOnce())
    return made


@pytest.fixture
def client(house):
    assert house
    return TestClient(served(), cookies={NAME: COOKIE})
