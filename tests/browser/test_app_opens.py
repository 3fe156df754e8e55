"""The app as a stranger finds it: it answers, draws its map, and asks no other machine for anything."""

from __future__ import annotations

import http.client
import json
import statistics
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.server import answer
from tests.browser.watching import wait_drawn


@pytest.mark.parametrize("address", ["_stcore/health", "fronteras/health"])
def test_it_says_that_it_is_well(base_url: str, address: str):
    status, body = answer(f"{base_url}/{address}")
    assert status == 200, body


def test_its_health_names_app_and_data(base_url: str):
    health = json.loads(answer(f"{base_url}/fronteras/health")[1])
    assert (health["status"], health["missing_assets"]) == ("ok", [])
    assert health["app"]
    assert health["data"]


def test_answers_on_a_kept_connection_come_at_once(base_url: str):
    """Headers and body are two packets; held back until the first is acknowledged, the second comes 40 ms late."""
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=10)
    seconds = []
    for _ in range(60):
        began = time.perf_counter()
        connection.request("GET", "/fronteras/health")
        assert connection.getresponse().read()
        seconds.append(time.perf_counter() - began)
    connection.close()
    assert statistics.quantiles(seconds[20:], n=4)[0] < 0.03  # the app may still be warming: not each is as quick


def test_the_map_is_drawn(page: Page, base_url: str, screenshot):
    page.goto(base_url)
    frame = wait_drawn(page)
    assert frame.locator("path.leaflet-interactive").count() > 100  # the default layers have some hundreds of shapes
    assert page.title() == "Fronteras"
    screenshot("map-default")
