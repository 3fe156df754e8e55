"""A layer of 235,000 polygons as a person meets it: seen whole, panned, looked at from near, clicked, and gone."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pytest
from playwright.sync_api import Frame, Page, expect

from geo.library import shelf
from geo.viewer import LOCAL
from tests.bench.ink import ink, shown
from tests.browser.server import Server, serving
from tests.browser.test_map import click_at, drag_map, opened, query
from tests.browser.watching import wait_still
from tests.made_layers import polygons
from tests.stored_layers import MadeLayers, Stored, storage_in, stored

STREET = 14  # zoom: a block of houses is 20 px wide
PAINTINGS = "() => performance.getEntriesByName('fronteras:painted').length"
AT_REST = "key => fronteras.drawn && !fronteras.manager.layers.get(key).waiting"


@pytest.fixture(scope="module")
def layers(tmp_path_factory) -> Iterator[MadeLayers]:
    with storage_in(tmp_path_factory.mktemp("storage")) as env:
        yield MadeLayers(env)


@pytest.fixture(scope="module")
def large(layers: MadeLayers) -> Stored:
    return layers.polygons


@pytest.fixture(scope="module")
def doomed(layers: MadeLayers, large: Stored) -> Stored:  # noqa: ARG001 - both are there before the server starts
    return stored(polygons(20_000, seed=3), "Made polygons, to be deleted")


@pytest.fixture(scope="module")
def server(layers: MadeLayers, large: Stored, doomed: Stored) -> Iterator[Server]:  # noqa: ARG001 - as above
    with serving(env=layers.env) as running:
        yield running
        assert running.tracebacks() == []


def looking(layer: Stored, lat: float, lon: float, zoom: int) -> str:
    return f"?layers={layer.key}&at={lat:.4f},{lon:.4f},{zoom}"


def look_at(frame: Frame, lat: float, lon: float, zoom: int) -> None:
    frame.evaluate("([lat, lon, zoom]) => { map.setView([lat, lon], zoom); }", [lat, lon, zoom])


def painted_again(frame: Frame, layer: Stored, act) -> None:
    """Do something that moves the map and wait until the last visible tile of the layer is painted."""
    before = frame.evaluate(PAINTINGS)
    act()
    frame.wait_for_function(f"before => ({PAINTINGS})() > before", arg=before)
    frame.wait_for_function(AT_REST, arg=layer.key)


def lone_polygon(frame: gpd.GeoDataFrame, lon: float, lat: float):
    """Return a polygon near a place that is large enough to be hit and has no other within a click's reach."""
    near = frame.cx[lon - 0.3 : lon + 0.3, lat - 0.3 : lat + 0.3]
    middles = near.representative_point()
    for row in np.flatnonzero(near["area_ha"].between(20, 60)):
        if len(near.sindex.query(middles.iloc[row].buffer(0.001))) == 1:  # degrees: 12 px at street level
            return near.iloc[row], middles.iloc[row]
    raise AssertionError("no polygon stands alone there")


def test_one_pans_goes_near_and_reads_the_card_of_a_polygon(
    page: Page, server: Server, layers: MadeLayers, large: Stored, screenshot
):
    lon, lat = layers.dense
    frame = opened(page, server.url, looking(large, lat, lon, 7))
    expect(page.locator(f".st-key-on-{large.key}")).to_contain_text("235")
    painted_again(frame, large, lambda: drag_map(page, 300, 120))
    wanted, middle = lone_polygon(large.frame, lon, lat)
    painted_again(frame, large, lambda: look_at(frame, middle.y, middle.x, STREET))
    wait_still(page)  # the component tells the page of the move, which writes it into the address
    click_at(page, middle.y, middle.x)
    page.wait_for_url(lambda url: "feature=" in url)
    assert query(page)["feature"] == f"{large.key}/{wanted['id']}"
    panel = page.locator(".st-key-context-panel")
    expect(panel).to_contain_text(f"{wanted['area_ha']:g}")
    expect(panel).to_contain_text(str(wanted["year"]))
    expect(panel).to_contain_text("Made from a seed for tests")
    expect(frame.locator("path.lit")).to_have_count(1)
    screenshot("large-layer-card")


def test_from_far_one_sees_where_there_are_more(page: Page, server: Server, large: Stored, screenshot):
    frame = opened(page, server.url, looking(large, -4, -62.5, 4))
    screenshot("large-layer-far")
    picture, window = shown(page, frame, large.key)
    centres = large.frame.representative_point().to_crs(3857).get_coordinates().to_numpy()
    world_m = 2 * 20_037_508.342789244
    pixels = (centres * [1, -1] / world_m + 0.5) * 256 * 2**window.zoom - [window.west, window.north]
    side = 40
    counts, _, _ = np.histogram2d(
        pixels[:, 1], pixels[:, 0], bins=[np.arange(0, window.height, side), np.arange(0, window.width, side)]
    )
    squares = {
        (row, column): ink(picture[row * side : (row + 1) * side, column * side : (column + 1) * side])
        for row, column in np.argwhere(counts > 0)
    }
    few = [squares[row, column] for row, column in np.argwhere((counts > 20) & (counts < 100))]
    many = [squares[row, column] for row, column in np.argwhere(counts > 3000)]
    assert few
    assert many
    assert min(few) > 0, "features that are few were lost"
    assert np.median(many) > 4 * np.median(few)
    pacific = picture[side * 8 : side * 12, side : side * 3]
    assert ink(pacific) == 0


def test_a_layer_deleted_while_it_is_open_leaves_a_sentence(page: Page, server: Server, doomed: Stored, watch):
    watch.expected.extend([".mvt", "Failed to load resource"])  # tiles of what is gone are refused
    lon, lat = doomed.frame.geometry.iloc[0].centroid.coords[0]
    frame = opened(page, server.url, looking(doomed, lat, lon, 8))
    shelf.delete(doomed.key, viewer=LOCAL)
    look_at(frame, lat, lon, 11)
    expect(frame.locator(".notice")).to_contain_text("could not be loaded")
    page.reload()
    expect(page.get_by_text("which this release does not have").first).to_be_visible()
    assert page.locator(".stException").count() == 0
