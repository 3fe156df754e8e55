"""Layers that not everybody may see: by their keys too they need a grant, and without it they are not there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo import grants
from geo.viewer import LOCAL
from layers import features, looks
from layers.known import known
from layers.routes import routes
from layers.version import content_version
from layers.viewer_cookie import NAME

COOKIE, OTHER = "c" * 32, "o" * 32


@pytest.fixture
def client(monkeypatch):
    """Return a browser; the layers ``mining`` (features) and ``coca`` (figures) are TLP:AMBER."""
    monkeypatch.setenv("FRONTERAS_SECRET", "s" * 64)
    marked = dict(looks.LOOKS)
    for key in ("mining", "coca"):
        marked[key] = replace(marked[key], record=replace(marked[key].record, marking="TLP:AMBER"))
    monkeypatch.setattr(looks, "LOOKS", marked)
    return TestClient(Starlette(routes=routes(known())), cookies={NAME: COOKIE})


def address(key, grant=grants.PUBLIC):
    kind = {"folder": "figures", "suffix": "json"} if key == "coca" else {}
    return features.address(key, "en", {"year": "2020"}, grant=grant, **kind).removeprefix("../..")


@pytest.mark.parametrize("key", ["mining", "coca"])
def test_a_grant_lets_its_browser_in(client, key):
    answer = client.get(address(key, grants.segment("TLP:AMBER", key, LOCAL, COOKIE)))
    assert answer.status_code == 200
    assert answer.headers["cache-control"].startswith("private, max-age=")
    assert answer.json()


@pytest.mark.parametrize("key", ["mining", "coca"])
def test_nothing_else_does_and_all_look_as_if_there_were_nothing(client, key):
    nothing = client.get("/fronteras/layer/nothing.geojson")
    low = replace(LOCAL, ceiling="TLP:GREEN")
    refused = [
        address(key),
        address(key, ""),
        address(key, "forged"),
        address(key, grants.grant(key, LOCAL, OTHER)),
        address(key, grants.grant("crossings", LOCAL, COOKIE)),
        address(key, grants.grant(key, low, COOKIE)),
    ]
    for each in refused:
        answer = client.get(each)
        assert (answer.status_code, answer.content) == (404, nothing.content)
        assert answer.headers == nothing.headers
    mine = address(key, grants.grant(key, LOCAL, COOKIE))
    assert TestClient(client.app).get(mine).status_code == 404


def test_an_old_address_of_a_granted_layer_is_not_kept(client):
    mine = address("mining", grants.grant("mining", LOCAL, COOKIE)).replace(content_version(), "old")
    assert client.get(mine).headers["cache-control"] == "private, no-cache"


def test_what_is_for_everybody_has_no_grant_in_its_address(client):
    assert "grant" not in address("crossings", grants.segment("TLP:CLEAR", "crossings", LOCAL, COOKIE))
    answer = TestClient(client.app).get(address("crossings"))
    assert (answer.status_code, "public" in answer.headers["cache-control"]) == (200, True)


def test_features_that_a_browser_has_are_not_sent_again(client):
    tag = client.get(address("crossings")).headers["etag"]
    assert client.get(address("crossings"), headers={"if-none-match": tag}).status_code == 304


def test_health_says_that_a_secret_is_unfit_and_not_how(client, monkeypatch):
    assert client.get("/fronteras/health").status_code == 200
    monkeypatch.setenv("FRONTERAS_SECRET", "hunter2")
    answer = client.get("/fronteras/health")
    assert answer.status_code == 503
    assert "FRONTERAS_SECRET" in answer.json()["problem"]
    assert "hunter2" not in answer.text
