"""The map page as a person meets it: chosen, filtered, clicked, measured, linked, gone back from."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Error, Page, expect

from geo import store
from tests.browser.acting import choose, settled
from tests.browser.watching import drawings, map_frame, wait_drawn, wait_still

CENTRE = "() => [map.getCenter().lat, map.getCenter().lng, map.getZoom()]"
SHAPES = "key => [...document.querySelectorAll(`.leaflet-layer-${key}-pane path`)].length"


def opened(page: Page, base_url: str, query: str = ""):
    page.goto(f"{base_url}/{query}")
    frame = wait_drawn(page)
    settled(page)
    return frame


def redrawn(page: Page, act) -> None:
    """Do something that changes the map and wait until it is drawn again."""
    before = drawings(page)
    act()
    wait_drawn(page, beyond=before)


def choices(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def query(page: Page) -> dict[str, str]:
    return choices(page.url)


def comes_to_say(page: Page, **expected: str) -> None:
    """Wait until the address holds these choices: a run of the page may change it a moment after the map."""
    page.wait_for_url(lambda url: expected.items() <= choices(url).items())


def drag_map(page: Page, dx: int, dy: int) -> None:
    box = page.locator("iframe").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=8)
    page.mouse.up()
    wait_still(page)


def click_at(page: Page, lat: float, lon: float) -> None:
    box = page.locator("iframe").bounding_box()
    point = map_frame(page).evaluate(
        "([lat, lon]) => { const p = map.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }", [lat, lon]
    )
    page.mouse.click(box["x"] + point[0], box["y"] + point[1])


def comes_to(frame, centre: list[float]) -> None:
    """Wait until the map looks where it is expected to, within two pixels: Leaflet rounds by itself."""
    there = """([lat, lng, zoom]) => {
        const pixels = 2 * 360 / 256 / 2 ** zoom, now = map.getCenter();
        return map.getZoom() === zoom && Math.abs(now.lat - lat) < pixels && Math.abs(now.lng - lng) < pixels;
    }"""
    try:
        frame.wait_for_function(there, arg=centre)
    except Error as error:
        raise AssertionError(f"the map is at {frame.evaluate(CENTRE)}, not at {centre}; {frame.page.url}") from error


def comes_near(frame, lat: float, lon: float, *, degrees: float) -> None:
    """Wait until the middle of the map is near a position."""
    frame.wait_for_function(
        "([lat, lng, by]) => Math.abs(map.getCenter().lat - lat) < by && Math.abs(map.getCenter().lng - lng) < by",
        arg=[lat, lon, degrees],
    )


@pytest.mark.parametrize("lang", ["en", "es", "pt"])
def test_the_default_view_is_drawn_in_each_language(page, base_url, screenshot, lang):
    frame = opened(page, base_url, f"?lang={lang}")
    assert frame.evaluate(SHAPES, "mining") == len(store.table("mining_sites"))
    assert frame.evaluate(SHAPES, "crossings") == len(store.table("crossings"))
    assert frame.evaluate(SHAPES, "zones") == len(store.table("zones"))
    assert page.locator("html").get_attribute("lang") == lang
    screenshot(f"map-{lang}")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720)])
def test_a_chosen_zone_is_framed_and_its_first_trend_is_on_the_screen(open_page, base_url, width, height):
    page = open_page(width=width, height=height)
    frame = opened(page, base_url)
    redrawn(page, lambda: choose(page, page.locator(".st-key-zone input"), "VRAEM"))
    comes_to_say(page, zone="Z-VRAEM")
    wait_still(page)
    bounds = frame.evaluate(
        "() => { const b = map.getBounds(); return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; }"
    )
    west, south, east, north = store.layer("zones").set_index("zone_id").loc[["Z-VRAEM"]].total_bounds
    assert bounds[0] < west
    assert bounds[1] < south
    assert bounds[2] > east
    assert bounds[3] > north
    chart = page.locator(".st-key-context-panel .js-plotly-plot").first
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box["y"] + box["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_filter_changes_what_is_drawn_and_rebuilds_nothing(page, base_url):
    frame = opened(page, base_url)
    frame.evaluate(
        "window.here = [document.querySelector('#map_div'), "
        "document.querySelector('.leaflet-layer-base-land-pane canvas'), "
        "document.querySelector('.leaflet-layer-crossings-pane path')]"
    )
    sites = store.table("mining_sites")
    page.locator(".st-key-filters summary").click()
    page.locator(".st-key-filter-confidence input").wait_for()
    redrawn(page, lambda: choose(page, page.locator(".st-key-filter-confidence input"), "High"))
    high = int((sites["confidence"] == "high").sum())
    frame.wait_for_function("n => document.querySelectorAll('.leaflet-layer-mining-pane path').length === n", arg=high)
    comes_to_say(page, confidence="high")
    same = frame.evaluate(
        "here[0] === document.querySelector('#map_div') && here[1].isConnected && here[2].isConnected"
    )
    assert same, "an untouched layer was drawn again"
    expect(page.locator(".st-key-on-mining")).to_contain_text("51")


def test_values_that_differ_only_in_digits_are_not_stale(page, base_url):
    """streamlit-folium's own hash takes "…_2020" and "…_2021" for the same map; ours must not."""
    told = "() => fronteras.manager.layers.get('coca').entry.values['CO-NAR'][1]"
    frame = opened(page, base_url, "?layers=coca&year=2012")
    assert "(2012)" in frame.evaluate(told)
    page.evaluate("history.pushState({}, '', '?layers=coca&year=2013')")
    redrawn(page, lambda: page.evaluate("window.dispatchEvent(new PopStateEvent('popstate'))"))
    frame.wait_for_function(f"() => ({told})().includes('(2013)')")
    assert "(2013)" in frame.evaluate(told)


def test_ten_toggles_leave_the_other_layers_alone(page, base_url):
    frame = opened(page, base_url)
    frame.evaluate("window.here = document.querySelector('.leaflet-layer-zones-pane path')")
    for _ in range(10):
        redrawn(page, page.locator(".st-key-on-crossings label").first.click)
    assert frame.evaluate("here.isConnected")
    assert frame.evaluate(SHAPES, "crossings") == len(store.table("crossings"))
    page.wait_for_url(lambda url: choices(url) == {})


def test_a_filter_that_leaves_nothing_says_so(page, base_url):
    opened(page, base_url, "?mineral=tin&country=CHL")
    expect(page.get_by_text("With these filters nothing is left of")).to_be_visible()


def test_back_returns_through_zone_pan_page_and_language(page, base_url):
    frame = opened(page, base_url)
    home = frame.evaluate(CENTRE)
    redrawn(page, lambda: choose(page, page.locator(".st-key-zone input"), "Darién"))
    comes_to_say(page, zone="Z-DARIEN")
    wait_still(page)
    framed = frame.evaluate(CENTRE)
    drag_map(page, 120, 60)
    page.wait_for_url(re.compile("at="))
    panned = frame.evaluate(CENTRE)
    assert panned != framed
    at = query(page)["at"]
    page.locator(".st-key-lang-es button").first.click()
    expect(page.locator(".st-key-lang-es button").first).to_be_disabled()
    page.locator("[class*=st-key-nav-zones] a").click()
    page.wait_for_url(re.compile("/zones"))
    comes_to_say(page, zone="Z-DARIEN")

    page.go_back()
    page.wait_for_url(lambda url: "/zones" not in url)
    frame = wait_still(page)
    page.wait_for_url(lambda url: choices(url) == {"zone": "Z-DARIEN", "lang": "es", "at": at})
    assert frame.evaluate(CENTRE) == pytest.approx(panned, abs=1e-3)
    page.go_back()
    expect(page.locator(".st-key-lang-en button").first).to_be_disabled()
    page.go_back()
    comes_to(frame, framed)
    page.wait_for_url(lambda url: choices(url) == {"zone": "Z-DARIEN"})
    page.go_back()
    comes_to(frame, home)
    page.wait_for_url(lambda url: choices(url) == {})


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("?lang=pt&zone=Z-VRAEM&layers=coca,zones,boundaries&year=2018", id="a zone over coca of a year"),
        pytest.param(
            "?at=-4.2100,-69.9400,7&country=BRA,COL&confidence=high&opacity=corridors:40", id="a place with filters"
        ),
        pytest.param("?feature=mining/PE-01&at=-12.9000,-70.0000,8&basemap=atlas", id="an open card"),
    ],
)
def test_a_link_reopens_its_view(open_page, base_url, link):
    first = open_page()
    opened(first, base_url, link)
    frame = wait_still(first)
    told = query(first)
    seen = (
        frame.evaluate(CENTRE),
        frame.evaluate("[...fronteras.manager.layers.keys()].sort()"),
        first.locator("h2").first.inner_text(),
    )
    second = open_page()
    opened(second, base_url, first.url.removeprefix(f"{base_url}/"))
    frame = wait_still(second)
    assert query(second) == told
    assert frame.evaluate(CENTRE) == pytest.approx(seen[0], abs=1e-3)
    assert frame.evaluate("[...fronteras.manager.layers.keys()].sort()") == seen[1]
    expect(second.locator("h2").first).to_have_text(seen[2])


def test_a_click_on_a_site_opens_its_card_with_sources(page, base_url):
    site = store.table("mining_sites").set_index("site_id").loc["PE-01"]
    opened(page, base_url, "?at=-12.9392,-70.0014,9")
    click_at(page, site["lat"], site["lon"])
    panel = page.locator(".st-key-context-panel")
    expect(panel.locator("h2")).to_contain_text("La Pampa")
    expect(panel.locator("ol.sources li")).not_to_have_count(0)
    expect(panel.locator("ol.sources a").first).to_have_attribute("href", re.compile("^https?://"))
    comes_to_say(page, feature="mining/PE-01")
    panel.get_by_role("button", name="Close").click()
    expect(panel.locator("h2")).not_to_contain_text("La Pampa")


def test_a_click_on_a_zone_chooses_it_where_one_is_looking(page, base_url):
    frame = opened(page, base_url, "?layers=zones&at=-12.5000,-73.8000,7")
    before = frame.evaluate(CENTRE)
    click_at(page, -12.5, -73.8167)
    expect(page.locator(".st-key-context-panel h2")).to_contain_text("VRAEM")
    assert frame.evaluate(CENTRE) == before


def test_a_click_is_heard_after_coming_back_from_another_page(page, base_url):
    """The frame of the map is a new one then, and the first click in it must not pass for the last one of the old."""
    sites = store.table("mining_sites").set_index("site_id")
    opened(page, base_url, "?layers=mining&at=-12.9392,-70.0014,9")
    click_at(page, sites.loc["PE-01", "lat"], sites.loc["PE-01", "lon"])
    panel = page.locator(".st-key-context-panel")
    expect(panel.locator("h2")).to_contain_text("La Pampa")
    panel.get_by_role("button", name="Close").click()
    expect(panel.locator("h2")).not_to_contain_text("La Pampa")
    page.locator("[class*=st-key-nav-zones] a").click()
    page.wait_for_url(re.compile("/zones"))
    page.locator("[class*=st-key-nav-map] a").click()
    page.wait_for_url(lambda url: "/zones" not in url)
    wait_still(page)
    click_at(page, sites.loc["PE-01", "lat"], sites.loc["PE-01", "lon"])
    expect(panel.locator("h2")).to_contain_text("La Pampa")


def test_search_finds_and_goes_there(page, base_url):
    frame = opened(page, base_url)
    page.locator(".st-key-search input").fill("leticia")
    page.keyboard.press("Enter")
    first = page.locator(".st-key-hits button").first
    expect(first).to_contain_text("Leticia")
    redrawn(page, first.click)
    comes_near(frame, -4.2, -69.9, degrees=1.0)
    assert frame.evaluate(CENTRE)[2] > 5
    wait_still(page)
    page.locator(".st-key-search input").fill("-12,6 -69,19")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-hits button").first).to_contain_text("12")
    redrawn(page, page.locator(".st-key-hits button").first.click)
    comes_near(frame, -12.6, -69.19, degrees=0.01)


def test_a_distance_can_be_measured_and_opens_no_card(page, base_url):
    frame = opened(page, base_url, "?at=-10.0000,-65.0000,6")
    frame.locator(".polyline-measure-unicode-icon").first.click()
    click_at(page, -10.0, -66.0)
    click_at(page, -10.0, -64.0)
    expect(frame.locator(".polyline-measure-tooltip-total").last).to_contain_text(re.compile(r"[1-9]"))
    wait_still(page)
    told = frame.locator(".polyline-measure-tooltip-total").last.inner_text()
    assert float(re.search(r"[\d.]+", told.replace(",", "")).group()) == pytest.approx(
        219.2, abs=2
    )  # two degrees at 10 S
    assert "feature" not in query(page)


def test_an_old_link_opens_with_a_sentence(page, base_url):
    opened(page, base_url, "?zone=Z-GONE&layers=zones,gone&year=1492")
    for part in ("Z-GONE", "gone", "1492"):
        expect(page.get_by_text(f"“{part}”").first).to_be_visible()


def test_a_layer_that_cannot_be_loaded_is_said(page, base_url, watch):
    watch.expected.extend(["mining.geojson", "Failed to load resource", "503"])
    page.route("**/layer/mining.geojson*", lambda route: route.fulfill(status=503, body="{}"))
    page.goto(base_url)
    expect(page.frame_locator("iframe").locator(".notice")).to_contain_text("could not be loaded")  # for eight seconds
    frame = wait_drawn(page)
    assert frame.evaluate(SHAPES, "zones") > 0


def test_words_of_the_data_are_never_run(page, base_url):
    """A tooltip shows markup in a name as text."""
    words = {"id": "X", "n": "<img src=x onerror=window.pwned=1>", "d": ["${window.pwned=1}"], "confidence": "high"}
    site = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [-65, -10]}, "properties": words}
    hostile = {"type": "FeatureCollection", "features": [site]}
    page.route("**/layer/mining.geojson*", lambda route: route.fulfill(json=hostile))
    frame = opened(page, base_url, "?layers=mining&at=-10.0000,-65.0000,8")
    box = page.locator("iframe").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(frame.locator(".leaflet-tooltip")).to_contain_text("<img src=x")
    assert frame.evaluate("window.pwned") is None


@pytest.mark.parametrize("width", [820, 1024])
def test_on_a_tablet_the_panels_stack_and_nothing_is_cut(open_page, base_url, width):
    page = open_page(width=width, height=1100)
    opened(page, base_url)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    frames = page.locator("iframe").bounding_box()
    panel = page.locator(".st-key-layer-panel").bounding_box()
    assert frames["width"] > width * 0.9
    assert panel["y"] >= frames["y"] + frames["height"] - 2


def test_without_websocket_a_sentence_says_what_to_do(page, base_url, watch):
    watch.expected.append("WebSocket")
    page.add_init_script("delete window.WebSocket")
    page.goto(f"{base_url}/?lang=es", wait_until="domcontentloaded")
    expect(page.locator("#no-connection")).to_contain_text("WebSocket")


def test_towns_are_asked_for_only_when_somebody_comes_near(page, base_url):
    frame = opened(page, base_url)
    assert not frame.evaluate("fronteras.manager.layers.has('base-towns')")
    frame.evaluate("map.setView([-15.8, -47.9], 8)")
    frame.wait_for_function("() => fronteras.manager.layers.has('base-towns')")
    expect(frame.locator(".label-town", has_text="Brasília").first).to_be_visible()
