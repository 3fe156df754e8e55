"""The comparison: each side of the divider shows its own year or layer, and answers for it."""

from __future__ import annotations

import io
from urllib.parse import unquote

import pytest
from PIL import Image, ImageColor
from playwright.sync_api import expect

from layers import shading
from layers.looks import specs
from layers.view import ViewState
from tests.browser.acting import choose
from tests.browser.server import serving
from tests.browser.test_map import CENTRE, click_at, drag_map, opened, query, redrawn
from tests.browser.test_time import figure_of, sent
from tests.browser.watching import wait_still

NARINO = "at=1.5000,-78.0000,8"  # a unit that fills the middle of the map
YEARS = "?layers=coca&year=2004&compare=2020&" + NARINO
LAYERS = "?layers=crossings,mining&compare=crossings:mining"
PANE_AT = """([x, y]) => { const node = document.elementFromPoint(x, y).closest('.leaflet-pane');
    return node ? node.className.match(/leaflet-layer-(\\S+)-pane/)?.[1] || '' : ''; }"""
HIDDEN_HIT = """([key, side]) => {
    const x = fronteras.manager.swipe.x();
    return [...document.querySelectorAll(`[class*="leaflet-layer-${key}-pane"] path`)].filter(path => {
        const box = path.getBoundingClientRect(), at = [box.left + box.width / 2, box.top + box.height / 2];
        if (side === 'left' ? at[0] < x + 20 : at[0] > x - 20) return false;
        const top = document.elementFromPoint(...at);
        return top && top.closest('.leaflet-pane') === path.closest('.leaflet-pane');
    }).length; }"""
SEEN_HIT = """([key, side]) => {
    const x = fronteras.manager.swipe.x();
    return [...document.querySelectorAll(`[class*="leaflet-layer-${key}-pane"] path`)].filter(path => {
        const box = path.getBoundingClientRect(), at = [box.left + box.width / 2, box.top + box.height / 2];
        if (side === 'left' ? at[0] > x - 20 : at[0] < x + 20) return false;
        return document.elementFromPoint(...at) === path;
    }).length; }"""

WITHIN_CLIP = """([key, ...shares]) => {
    const pane = document.querySelector(`[class*="leaflet-layer-${key}-pane"]`);
    const clip = new Path2D(), pen = document.createElement('canvas').getContext('2d');
    const corners = pane.style.clipPath.match(/-?[\\d.]+px -?[\\d.]+px/g).map(each => each.split(' ').map(parseFloat));
    corners.forEach(([x, y], number) => (number ? clip.lineTo(x, y) : clip.moveTo(x, y)));
    return shares.map(share => {
        const at = map.containerPointToLayerPoint([map.getSize().x * share, 200]);
        return pen.isPointInPath(clip, at.x, at.y); }); }"""


def divider(frame):
    return frame.locator(".swipe")


def middle(page) -> tuple[float, float]:
    """Return the middle of the map on the page, where a new divider stands."""
    box = page.locator("iframe").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def colour(page, x: float, y: float) -> tuple[int, ...]:
    """Return the colour that is on the screen."""
    image = Image.open(io.BytesIO(page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1})))
    return image.convert("RGB").getpixel((0, 0))


def compares(page, what: str) -> None:
    """Wait until the address holds a comparison."""
    page.wait_for_url(lambda url: f"compare={what}" in unquote(url))


def choose_kind(page, text: str) -> None:
    """Pick what is compared; while the page runs, the choice may stand there twice."""
    choice = page.get_by_role("radiogroup", name="What to compare").get_by_text(text)
    expect(choice).to_have_count(1)
    choice.click()


def ink(year: int) -> tuple[int, ...]:
    """Return the colour of the class that Nariño is in."""
    spec = specs()["coca"]
    shown = shading.shade(spec, ViewState(year=year)).values.loc["CO-NAR"]
    assert not shown["doubt"]
    return ImageColor.getrgb(shading.shades_of(spec).colours[int(shown["shade"])])


def test_two_years_are_painted_left_and_right_of_the_divider(page, base_url):
    opened(page, base_url, YEARS + "&opacity=coca:100")
    x, y = middle(page)
    left, right = colour(page, x - 30, y + 60), colour(page, x + 30, y + 60)
    assert left != right
    expected = ink(2004), ink(2020)
    for seen, said, other in ((left, expected[0], expected[1]), (right, expected[1], expected[0])):
        near = [sum(abs(a - b) for a, b in zip(seen, each, strict=True)) for each in (said, other)]
        assert near[0] < near[1]


def test_a_layer_lies_on_its_side_only_also_while_the_map_is_dragged(page, base_url):
    frame = opened(page, base_url, LAYERS)
    for key, side in (("crossings", "left"), ("mining", "right")):
        assert frame.evaluate(HIDDEN_HIT, [key, side]) == 0
        assert frame.evaluate(SEEN_HIT, [key, side]) > 3
    x, y = middle(page)
    page.mouse.move(x - 120, y)
    page.mouse.down()
    page.mouse.move(x - 60, y + 20, steps=6)
    for key, side in (("crossings", "left"), ("mining", "right")):
        assert frame.evaluate(HIDDEN_HIT, [key, side]) == 0
        assert frame.evaluate(SEEN_HIT, [key, side]) > 3
    page.mouse.up()


def test_the_divider_moves_by_keys_and_by_drag_and_the_map_stays(page, base_url):
    messages = sent(page)
    opened(page, base_url, YEARS)
    frame = wait_still(page)
    before, centre = len(messages), frame.evaluate(CENTRE)
    divider(frame).focus()
    for key in ("ArrowRight", "ArrowRight", "PageDown", "End", "Home"):
        page.keyboard.press(key)
    expect(divider(frame)).to_have_attribute("aria-valuenow", "0")
    for _ in range(5):
        page.keyboard.press("PageUp")
    expect(divider(frame)).to_have_attribute("aria-valuenow", "50")
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 140, y + 30, steps=10)
    page.mouse.up()
    width = page.locator("iframe").bounding_box()["width"]
    assert int(divider(frame).get_attribute("aria-valuenow")) == pytest.approx(50 + 14000 / width, abs=1)
    wait_still(page)
    assert frame.evaluate(CENTRE) == centre
    assert len(messages) == before, "moving the divider told the page something"
    inner = page.locator("iframe").bounding_box()
    at = [x + 70 - inner["x"], y + 60 - inner["y"]]
    assert frame.evaluate(PANE_AT, at) == "coca"
    drag_map(page, -90, 0)
    assert frame.evaluate(CENTRE) != centre
    assert frame.evaluate(PANE_AT, at) == "coca"
    assert frame.evaluate(PANE_AT, [at[0] + 90, at[1]]) == "coca@right"


@pytest.mark.parametrize(("offset", "year"), [(-0.3, 2004), (0.3, 2020)])
def test_a_click_is_answered_with_the_year_of_its_side(page, base_url, offset, year):
    opened(page, base_url, YEARS)
    click_at(page, 1.5, -78.0 + offset)
    panel = page.locator(".st-key-context-panel dl.pairs").first
    expect(panel).to_contain_text(f"Coca cultivation, {year}")
    assert query(page)["year"] == "2004"
    assert query(page)["compare"] == "2020"


def test_a_click_finds_only_the_layers_of_its_side(page, base_url):
    """La Pampa is a mining site in Madre de Dios; left of the divider only the zone is there to be found."""
    frame = opened(page, base_url, "?layers=crossings,mining,zones&compare=crossings:mining&at=-12.9392,-71.0000,8")
    click_at(page, -12.9392, -70.0014)
    panel = page.locator(".st-key-context-panel")
    expect(panel.locator("h2")).to_contain_text("La Pampa")
    panel.get_by_role("button", name="Close").click()
    expect(panel.locator("h2")).not_to_contain_text("La Pampa")
    divider(frame).focus()
    page.keyboard.press("End")
    click_at(page, -12.9392, -70.0014)
    page.wait_for_url("**zone=Z-MDD**")
    assert "feature" not in query(page)


def test_the_player_steps_the_left_year_only(page, base_url):
    frame = opened(page, base_url, YEARS)
    frame.evaluate("window.here = document.querySelector('[class*=\"layer-coca@right-pane\"] path')")
    redrawn(page, frame.locator(".time-on").click)
    figure_of(frame, "CO-NAR", 2005)
    expect(frame.locator(".swipe-left")).to_have_text("2005")
    expect(frame.locator(".swipe-right")).to_have_text("2020")
    page.wait_for_url("**year=2005**")
    assert "(2020)" in frame.evaluate("fronteras.manager.layers.get('coca@right').entry.values['CO-NAR'][1]")
    assert frame.evaluate("here.isConnected")


def test_names_stand_only_where_their_layer_is_shown(page, base_url):
    frame = opened(page, base_url, "?layers=crossings,mining&compare=crossings:mining&at=-4.4000,-79.1000,9")
    sides = """() => { const x = fronteras.manager.swipe.x();
        return [...document.querySelectorAll('.label-place')].map(node => {
            const box = node.getBoundingClientRect();
            return [node.parentElement.dataset.side, box.left < x - box.width, box.left > x + box.width]; }); }"""
    frame.wait_for_function(f"() => new Set(({sides})().map(each => each[0])).size === 2")
    names = frame.evaluate(sides)
    assert {side for side, *_ in names} == {"left", "right"}
    assert not [side for side, far_left, far_right in names if far_right and side == "left"]
    assert not [side for side, far_left, far_right in names if far_left and side == "right"]


def test_a_comparison_is_chosen_linked_and_left_with_back(page, open_page, base_url):
    opened(page, base_url, "?layers=coca,zones")
    page.locator(".st-key-compare summary").click()
    choose_kind(page, "Two years")
    page.wait_for_url("**compare=**")
    told = query(page)
    assert int(told["year"]) < int(told["compare"])
    choose(page, page.locator(".st-key-compare-year input"), "2016")
    compares(page, "2016")
    other = open_page()
    frame = opened(other, base_url, page.url.removeprefix(f"{base_url}/"))
    expect(frame.locator(".swipe-left")).to_have_text(told["year"])
    expect(frame.locator(".swipe-right")).to_have_text("2016")
    page.go_back()
    compares(page, told["compare"])
    page.go_back()
    page.wait_for_url(lambda url: "compare" not in url)
    expect(page.locator("iframe").content_frame.locator(".swipe")).to_have_count(0)


def test_two_layers_are_chosen_and_ended(page, base_url):
    frame = opened(page, base_url, "?layers=crossings,mining,zones")
    page.locator(".st-key-compare summary").click()
    choose_kind(page, "Two layers")
    compares(page, "crossings:mining")
    expect(frame.locator(".swipe-left")).to_have_text("Crossings")
    choose(page, page.locator(".st-key-compare-left input"), "Homicide")
    compares(page, "homicide:mining")
    expect(frame.locator(".swipe-left")).to_have_text("Homicide rate")
    choose_kind(page, "No comparison")
    page.wait_for_url(lambda url: "compare" not in url)
    assert set(query(page)["layers"].split(",")) == {"crossings", "homicide", "mining", "zones"}


def test_without_years_the_panel_says_what_to_turn_on(page, base_url):
    opened(page, base_url, "?layers=zones,boundaries&compare=2019")
    page.locator(".st-key-compare summary").click()
    expect(page.get_by_text("No layer that is on has years.")).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "es", "pt"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720)])
def test_captions_cover_no_control_wherever_the_divider_stands(open_page, base_url, lang, width, height):
    page = open_page(width=width, height=height)
    frame = opened(page, base_url, f"{LAYERS}&lang={lang}")
    inner = frame.evaluate("innerWidth")
    for share in (0.05, 0.5, 0.97):
        frame.evaluate("share => fronteras.manager.swipe._set(share)", share)
        boxes = frame.evaluate(
            """() => ['.leaflet-control-zoom', '.swipe-left', '.swipe-right'].map(name => {
                const node = document.querySelector(name), box = node.getBoundingClientRect();
                return getComputedStyle(node).visibility === 'hidden' ? null : [box.left, box.right]; })"""
        )
        for caption in filter(None, boxes[1:]):
            assert caption[0] >= boxes[0][1], share
            assert caption[1] <= inner, share
        assert any(boxes[1:]), share


@pytest.fixture(scope="module")
def tiled(tmp_path_factory):
    """Serve the app so that every layer of features comes as tiles, and return its address."""
    env = {"FRONTERAS_GEOJSON_BYTES": "0", "FRONTERAS_STORAGE": str(tmp_path_factory.mktemp("storage"))}
    with serving(env=env) as server:
        yield server.url
        assert server.tracebacks() == []


def test_tiles_step_through_years_and_end_at_the_divider_too(page, tiled):
    frame = opened(page, tiled, "?layers=mining,zones&year=2005&compare=2020")
    address = "key => fronteras.manager.layers.get(key).group.grid.source.url"
    assert frame.evaluate(address, "mining").endswith("year=2005")
    assert frame.evaluate(address, "mining@right").endswith("year=2020")
    frame.evaluate(
        "window.here = [...document.querySelectorAll('canvas')].filter(node => !node.closest('[class*=mining-pane]'))"
    )
    for _ in range(2):
        redrawn(page, frame.locator(".time-on").click)
    assert frame.evaluate(address, "mining").endswith("year=2007")
    assert frame.evaluate(address, "mining@right").endswith("year=2020")
    assert frame.evaluate("here.length > 2 && here.every(node => node.isConnected)")
    page.wait_for_url("**year=2007**")
    assert frame.evaluate(WITHIN_CLIP, ["mining", 0.4, 0.6]) == [True, False]
    assert frame.evaluate(WITHIN_CLIP, ["mining@right", 0.4, 0.6]) == [False, True]
