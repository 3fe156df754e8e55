"""Tiles of a layer that is really stored."""

from __future__ import annotations

import logging

import geopandas as gpd
import pytest
from starlette.testclient import TestClient

from geo import payloads, tiles
from layers import tile_routes
from layers.computed_once import ComputedOnce
from layers.viewer_cookie import NAME
from tests import made_layers
from tests.stored_layers import kept
from tests.tile_routes.house import COOKIE, amber, served, told
from tests.web_tiles import content


@pytest.fixture
def stored(monkeypatch, storage):  # noqa: ARG001 - it goes there
    """Store a layer of 50 made polygons that is TLP:AMBER."""
    monkeypatch.setenv("FRONTERAS_SECRET", "s" * 64)
    monkeypatch.setattr(tile_routes, "CACHE", ComputedOnce())
    layer = kept(made_layers.polygons(50), marking="TLP:AMBER")
    return payloads.read(layer.current.content)


def browser():
    return TestClient(served(), cookies={NAME: COOKIE})


def test_a_stored_layer_travels_under_a_grant_until_it_is_deleted(stored):
    start = f"/fronteras/tiles/{stored.content}/{amber(content=stored.content)}"
    asker = browser()
    answer = asker.get(f"{start}/0/0/0.mvt")
    assert answer.status_code == 200
    said = content(answer.content)
    assert len(said.ids) + said.counted == 50
    feature_id = gpd.read_parquet(stored.file("features"), columns=["id", "geometry"])["id"].iloc[0]
    lit = asker.get(f"{start}/feature.geojson", params={"id": feature_id})
    assert lit.json()["properties"]["id"] == feature_id
    nothing = told(asker.get("/fronteras/tiles/never/public/0/0/0.mvt"))
    assert told(asker.get(f"/fronteras/tiles/{stored.content}/public/0/0/0.mvt")) == nothing
    assert told(asker.get(f"{start}/feature.geojson?id=none")) == nothing
    payloads.remove(stored.content)
    assert told(asker.get(f"{start}/0/0/0.mvt")) == nothing
    assert told(asker.get(f"{start}/feature.geojson", params={"id": feature_id})) == nothing


@pytest.mark.parametrize("path", ["3/2/4.mvt", "feature.geojson?id=1"])
def test_a_stored_layer_deleted_while_its_tile_is_made_is_not_found(stored, monkeypatch, caplog, path):
    def without_files(real):
        def made(payload, *asked, **how):
            payloads.remove(payload.content)
            return real(payload, *asked, **how)

        return made

    monkeypatch.setattr(tiles, "block", without_files(tiles.block))
    monkeypatch.setattr(tiles, "feature", without_files(tiles.feature))
    asker = browser()
    answer = asker.get(f"/fronteras/tiles/{stored.content}/{amber(content=stored.content)}/{path}")
    assert told(answer) == told(asker.get("/fronteras/tiles/x"))
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
