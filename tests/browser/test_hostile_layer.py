"""A layer in which every word tries to be more, on the map: legend, tooltip, card, table, zone panel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from geo.library.shelf import Layer
from tests.browser.harmless import traces
from tests.browser.hostile import LAT, LON, WORDS, hostile_layer
from tests.browser.server import Server, serving
from tests.browser.test_map import click_at, opened
from tests.stored_layers import storage_in


@pytest.fixture(scope="module", params=["whole", "tiled"])
def served(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Layer]]:
    with storage_in(tmp_path_factory.mktemp("storage")) as env:
        layer = hostile_layer()
        bound = {"FRONTERAS_GEOJSON_BYTES": "0"} if request.param == "tiled" else {}
        with serving(env={**env, **bound}) as server:
            yield server, layer
            assert server.tracebacks() == []


def test_words_of_a_layer_stay_words_wherever_the_map_tells_them(page: Page, served):
    server, layer = served
    frame = opened(page, server.url, f"?layers={layer.key},zones&at={LAT + 0.1},{LON + 0.15},10")
    expect(page.locator(f".st-key-on-{layer.key}")).to_contain_text(WORDS[1])
    legend = page.locator(".st-key-layer-panel")
    expect(legend).to_contain_text(WORDS[0])
    page.locator("iframe").hover(position={"x": 350, "y": 350})
    click_at(page, LAT + 0.1, LON + 0.04)
    expect(page.locator(".st-key-context-panel h2")).to_have_text(WORDS[1])
    expect(page.locator(".st-key-context-panel")).to_contain_text(WORDS[4])
    page.get_by_text("Table of what the map shows").click()
    expect(page.locator(".st-key-below [data-testid=stDataFrame]")).to_be_visible()
    assert traces(page) == []
    assert frame.locator(".leaflet-container").count() == 1


def test_words_of_a_layer_stay_words_in_the_panel_of_its_zone(page: Page, served):
    server, layer = served
    opened(page, server.url, f"?layers={layer.key}&zone=Z-MDD")
    expect(page.locator(".st-key-context-panel")).to_contain_text(WORDS[1])
    assert traces(page) == []
    page.goto(f"{server.url}/methods")
    expect(page.get_by_text(WORDS[1]).first).to_be_attached()
    assert traces(page) == []
