"""Who may not see a tile is told the same as who asks for nothing."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from geo.viewer import LOCAL
from layers import tile_routes
from layers.viewer_cookie import NAME
from tests.tile_routes.house import AT, BODY, OTHER, amber, served, told


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(f"nothing/public{AT}", id="unknown content"),
        pytest.param(f"amber/public{AT}", id="public, for what is not"),
        pytest.param("amber/{foreign}" + AT, id="another browser's grant"),
        pytest.param("amber/{open}" + AT, id="another layer's grant"),
        pytest.param("amber/{low}" + AT, id="a grant of somebody who may see less"),
        pytest.param("amber/{old}" + AT, id="an expired grant"),
        pytest.param("amber/{mine}x" + AT, id="a forged grant"),
        pytest.param(f"amber/x{AT}", id="no grant at all"),
        pytest.param("open/{foreign}" + AT, id="a wrong grant for what is public"),
        pytest.param("amber/public/feature.geojson?id=a", id="a feature of what is not public"),
        pytest.param("open/public/feature.geojson?id=none", id="an unknown feature"),
        pytest.param("open/public/feature.geojson", id="no feature"),
        pytest.param(f"open/public/feature.geojson?id={'a' * 1001}", id="an endless id"),
        *(
            pytest.param(f"open/public/{place}.mvt", id=f"place {place}")
            for place in (
                "1e3/0/0", "4/-1/0", "4/0/-1", "-1/0/0", "4/16/0", "4/0/16", "23/0/0", "99999999999999999999/0/0",
                "4/99999999999999999999999/0", "٣/0/0", "3/٣/0", "a/0/0", "4/b/0", "4/0/c", "4.0/0/0", "4/1.5/0",
                "+4/0/0", "04/0/0", "0x4/0/0", "4/0/ ", "4/0/%0a0", "4/0/0%0a", "nan/0/0", "0/0/1", "4/1_0/0",
                "{z}/{x}/{y}",
            )
        ),
        pytest.param("open/public/4/5", id="no tile's address"),
        pytest.param("open/public/4/5/8/9.mvt", id="too many numbers"),
        pytest.param("open/public/4/5/8.png", id="another kind"),
        pytest.param("", id="nothing below"),
    ],
)  # fmt: skip
def test_every_refusal_is_the_same(client, house, caplog, path):
    caplog.set_level(logging.WARNING)
    granted = {
        "mine": amber(), "foreign": amber(OTHER), "open": amber(content="open"), "z": "{z}", "x": "{x}", "y": "{y}",
        "low": amber(viewer=replace(LOCAL, ceiling="TLP:GREEN")),
        "old": amber(now=datetime(2020, 1, 1, tzinfo=UTC)),
    }  # fmt: skip
    answer = client.get(f"/fronteras/tiles/{path.format(**granted)}")
    assert answer.status_code == 404
    assert told(answer) == told(client.get(f"/fronteras/tiles/never/public{AT}"))
    assert answer.headers["cache-control"] == "no-store"
    assert [each for each in house.made if len(each) > 2] == []
    assert [record for record in caplog.records if record.name != "httpx2"] == []


def test_a_grant_lets_its_browser_in_and_no_other(client):
    address = f"/fronteras/tiles/amber/{amber()}{AT}"
    assert client.get(address).content == BODY
    alone = TestClient(served())
    assert alone.get(address).status_code == 404
    assert TestClient(served(), cookies={NAME: OTHER}).get(address).status_code == 404
    assert client.get(address).status_code == 200


def test_an_unfit_secret_tells_a_stranger_nothing(client, monkeypatch):
    mine = amber()
    monkeypatch.setenv("FRONTERAS_SECRET", "short")
    assert told(client.get(f"/fronteras/tiles/amber/{mine}{AT}")) == told(client.get("/fronteras/tiles/x"))


@pytest.mark.parametrize("failure", [None, OSError("the file is gone")])
def test_a_layer_deleted_while_its_tile_is_made_is_not_found(client, house, caplog, failure):
    def delete():
        del house.markings["open"]
        tile_routes.clear("open")

    house.failure, house.meanwhile = failure, delete
    answer = client.get(f"/fronteras/tiles/open/public{AT}")
    assert len(house.made) == 1
    assert told(answer) == told(client.get("/fronteras/tiles/x"))
    assert tile_routes.CACHE.size == 0
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_deleted_layer_is_not_served_from_what_is_kept_and_its_memory_comes_back(client, house):
    assert client.get(f"/fronteras/tiles/open/public{AT}").status_code == 200
    del house.markings["open"]  # as another process deletes it: nobody tells us
    assert client.get(f"/fronteras/tiles/open/public{AT}").status_code == 404
    assert tile_routes.CACHE.size == 0


def test_a_refusal_takes_nothing_from_those_who_may_see(client):
    assert client.get(f"/fronteras/tiles/amber/{amber()}{AT}").status_code == 200
    held = tile_routes.CACHE.size
    assert client.get(f"/fronteras/tiles/amber/public{AT}").status_code == 404
    assert tile_routes.CACHE.size == held > 0
