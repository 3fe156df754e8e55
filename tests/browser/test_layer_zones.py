"""A brought layer where the zones are told of: in the map's panel and in a zone's profile, shown and never obeyed."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import Page, expect

from geo.library.shelf import Layer
from geo.zones import zones
from tests.browser.acting import downloaded, settled
from tests.browser.server import Server, serving
from tests.browser.watching import wait_drawn
from tests.stored_layers import kept

ZONE = "Z-ARAUCA"
TITLE = "Strips <img src=x onerror=window.obeyed=1> [a](b)"
SHAPES = "key => [...document.querySelectorAll(`.leaflet-layer-${key}-pane path`)].length"


@pytest.fixture(scope="module")
def strips(env: dict[str, str]) -> Layer:  # noqa: ARG001 - which is where it is kept
    """Keep nine points in the zone, of the years 2019 to 2021, and one far from every zone."""
    middle = zones().geometry[ZONE].representative_point()
    shapes = [shapely.Point(middle.x + step / 1000, middle.y) for step in range(9)]
    years = [2019, 2019, 2020, 2021, 2021, 2021, 2021, 2021, 2021, 2020]
    frame = gpd.GeoDataFrame({"year": years}, geometry=[*shapes, shapely.Point(-40, -10)], crs="EPSG:4326")
    return kept(frame, title=TITLE, source="<b>A ministry</b>", year="year")


@pytest.fixture(scope="module")
def server(env: dict[str, str], strips: Layer) -> Iterator[Server]:  # noqa: ARG001 - there before the server starts
    with serving(env=env) as running:
        yield running
        assert running.tracebacks() == []


def test_a_layer_stands_in_the_panel_of_its_zone_and_goes_onto_the_map(page: Page, server: Server, strips: Layer):
    page.goto(f"{server.url}/?zone={ZONE}")
    frame = wait_drawn(page)
    panel = page.locator(".st-key-context-panel")
    expect(panel.get_by_role("heading", name="Your layers here")).to_be_visible()
    row = panel.locator(f".st-key-own-{strips.key} button").first  # one with a hint stands there twice
    expect(row).to_contain_text(f"{TITLE} 9 features")
    row.click()
    page.wait_for_url(lambda url: strips.key in url)
    frame.wait_for_function(f"key => ({SHAPES})(key) > 0", arg=strips.key)
    settled(page)
    row.click()
    page.wait_for_url(lambda url: strips.key not in url)
    assert page.evaluate("window.obeyed === undefined")


def test_a_zone_without_the_layer_does_not_name_it(page: Page, server: Server):
    page.goto(f"{server.url}/?zone=Z-CHACO")
    wait_drawn(page)
    panel = page.locator(".st-key-context-panel")
    expect(panel.get_by_role("heading", name="What is known")).to_be_visible()
    expect(panel.get_by_text("Your layers here")).to_have_count(0)


def test_the_profile_draws_its_trend_and_gives_the_table(page: Page, server: Server, strips: Layer, screenshot):
    page.goto(f"{server.url}/zones?zone={ZONE}")
    card = page.locator(f".st-key-chart-own-{strips.key}")
    expect(card.locator(".js-plotly-plot")).to_be_visible()
    expect(card.locator(".js-plotly-plot")).to_contain_text("Source: <b>A ministry</b>")
    expect(card.locator(".js-plotly-plot")).to_contain_text("Strips <img src=x")
    expect(card).to_contain_text("9 features")
    card.scroll_into_view_if_needed()
    screenshot("zone-own-layer")
    settled(page)  # a run of the page on its way closes what is opened
    card.locator("[data-testid=stPopover] button").click()
    expect(page.locator("[data-testid=stPopoverBody] tbody tr")).to_have_text(["20216", "20201", "20192"])
    page.keyboard.press("Escape")
    taken = downloaded(page, card.locator("[data-testid=stDownloadButton] button").first)  # a hint makes two of it
    text = taken.path().read_text(encoding="utf-8-sig")
    assert f"{ZONE},Arauca" in text
    assert "Outside every zone,,1" in text
    assert page.evaluate("window.obeyed === undefined")
