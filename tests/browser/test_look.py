"""What a screen owes its reader: the map's own size in the export, no word of Streamlit's, one action in sight."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from geo.messages import Message, say
from layers.briefing import history
from layers.printed.extent import home
from layers.view import HOME, MAX_ZOOM, MIN_ZOOM, REGION
from tests.browser.acting import SLOW_MS, downloaded, drop, options, settled
from tests.browser.server import Server, serving
from tests.browser.watching import MAP_FRAME, wait_drawn
from tests.stored_layers import storage_in

SENT = """() => {
  const told = (window.__GLOBAL_DATA__.previous_data || {}).last_active_drawing;
  const {x, y} = map.getSize();
  return told && !told.moved && told.size[0] === x && told.size[1] === y && [x, y];
}"""
AT = """([lat, lon, zoom]) => {
  const pixels = 2 * 360 / 256 / 2 ** zoom, now = map.getCenter();
  return map.getZoom() === zoom && Math.abs(now.lat - lat) < pixels && Math.abs(now.lng - lon) < pixels;
}"""
HOLDS = "([west, south, east, north]) => map.getBounds().contains([[south, west], [north, east]])"
# What has the keyboard and shows no outline; a field says it by its border.
UNSEEN = """() => {
  const node = document.activeElement;
  const {outlineStyle, outlineWidth} = getComputedStyle(node);
  const lit = node.matches("input, textarea") || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2);
  return lit ? [] : [`${node.tagName} ${node.textContent.slice(0, 40)}`];
}"""
# Captions and hints that are thinned out, or not in one of the colours that stand 4.5:1 from paper and panel.
PALE = """() => {
  const wrong = [];
  const muted = "rgb(82, 96, 109)";
  for (const node of document.querySelectorAll("[data-testid=stCaptionContainer]")) {
    const {color, opacity} = getComputedStyle(node);
    if (color !== muted || opacity !== "1") wrong.push(`${node.textContent.slice(0, 40)} ${color} ${opacity}`);
  }
  for (const node of document.querySelectorAll("input[placeholder]")) {
    const {color, opacity} = getComputedStyle(node, "::placeholder");
    if (color !== muted || opacity !== "1") wrong.push(`${node.placeholder} ${color} ${opacity}`);
  }
  return wrong;
}"""
SAID_BEFORE = "element => getComputedStyle(element, '::before').content"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with storage_in(tmp_path_factory.mktemp("storage")) as env, serving(env=env) as running:
        yield running
        assert running.tracebacks() == []


def test_what_nobody_moved_is_exported_in_the_size_of_its_window(open_page, server: Server):
    page = open_page(width=1700, height=760)
    page.goto(f"{server.url}/?layers=zones&at=-4.2000,-69.9000,7")
    frame = wait_drawn(page)
    size = frame.wait_for_function(SENT, timeout=SLOW_MS).json_value()
    page.locator(".st-key-on-crossings label").click()  # answered after the report, as all that a page sends
    page.wait_for_url(lambda url: "crossings" in url)
    settled(page)
    page.get_by_role("link", name="Export this view").click()
    expect(page.locator("[class*=st-key-briefing-sheet] img")).to_be_visible(timeout=SLOW_MS)
    downloaded(page, page.locator(".st-key-briefing-action button[kind=primary]"))
    expect(page.locator(".export").first).to_be_visible(timeout=SLOW_MS)
    assert history.remembered()[0].asked["screen_px"] == size


def test_a_phone_opens_on_the_continent_whole_and_a_link_where_it_says(open_page, server: Server):
    page = open_page(width=390, height=844)
    page.goto(server.url)
    frame = wait_drawn(page)
    size = frame.wait_for_function(SENT, timeout=SLOW_MS).json_value()
    lat, lon, zoom = home(tuple(size))
    frame.wait_for_function(AT, arg=[lat, lon, zoom])
    assert frame.evaluate(HOLDS, list(REGION))
    page.set_viewport_size({"width": 1440, "height": 900})  # turned, or put on a desk
    frame.wait_for_function(AT, arg=list(HOME))
    settled(page)
    assert "at=" not in page.url
    page.goto(f"{server.url}/?at=-4.2000,-69.9000,7")
    page.set_viewport_size({"width": 390, "height": 844})
    wait_drawn(page).wait_for_function(AT, arg=[-4.2, -69.9, 7])


@pytest.mark.parametrize(("asked", "least_or_most"), [(1, MIN_ZOOM), (19, MAX_ZOOM)])
def test_a_map_goes_no_farther_than_its_link(page, server: Server, asked: int, least_or_most: float):
    page.goto(server.url)
    frame = wait_drawn(page)
    settled(page)
    frame.evaluate("zoom => { map.setZoom(zoom, {animate: false}); }", asked)
    page.wait_for_url(lambda url: "at=" in url)
    assert page.url.endswith(f"%2C{least_or_most:g}")
    assert frame.evaluate("map.getZoom()") == least_or_most
    settled(page)


def test_a_window_that_changes_its_size_says_so(open_page, server: Server):
    page = open_page(width=1440, height=900)
    page.goto(server.url)
    frame = wait_drawn(page)
    first = frame.wait_for_function(SENT, timeout=SLOW_MS).json_value()
    page.set_viewport_size({"width": 1300, "height": 800})
    frame.wait_for_function(f"first => {{ const now = ({SENT})(); return now && now[0] < first; }}", arg=first[0])


def test_what_is_chosen_while_the_map_still_loads_is_on_it(page, server: Server):
    held: list[Route] = []  # the page asks for the script ahead of the map's frame

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/map.js", hold)
    page.goto(f"{server.url}/?layers=zones")
    expect(page.locator(".st-key-footer")).to_contain_text("Fronteras", timeout=SLOW_MS)
    until = time.monotonic() + SLOW_MS / 1000
    while not any(MAP_FRAME in route.request.frame.url for route in held):
        assert time.monotonic() < until, "the map's script was not asked for"
        page.wait_for_timeout(50)
    settled(page)
    page.locator(".st-key-on-crossings label").click()
    page.wait_for_url(lambda url: "crossings" in url)
    settled(page)
    for route in held:
        route.continue_()
    frame = wait_drawn(page)
    frame.wait_for_function("() => document.querySelector('.leaflet-layer-crossings-pane path')", timeout=SLOW_MS)


def test_a_map_ends_with_the_window_whatever_is_said_of_its_link(page, server: Server):
    page.goto(f"{server.url}/?zone=XX&layers=nonsense&year=abc")
    wait_drawn(page)
    expect(page.locator(".st-key-link-problems [data-testid=stAlert]")).to_have_count(3)
    expect(page.locator(".st-key-map-frame iframe")).to_be_in_viewport(ratio=0.99)
    settled(page)


@pytest.mark.parametrize("lang", ["es", "pt"])
def test_no_english_word_of_a_list_or_a_field_is_seen(page, server: Server, lang: str):
    page.goto(f"{server.url}/zones?lang={lang}")
    nothing = options(page, page.locator("[data-testid=stSelectbox] input").first, "zzzz").locator("span")
    expect(nothing).to_have_css("font-size", "0px")
    assert say(Message("Nothing fits. Try fewer letters."), lang) == nothing.evaluate(SAID_BEFORE).strip('"')
    page.keyboard.press("Escape")
    page.goto(f"{server.url}/?lang={lang}")
    wait_drawn(page)
    search = page.locator(".st-key-search input")
    search.press_sequentially("Leti")
    expect(page.get_by_text("Press Enter")).to_be_hidden()
    search.fill("")
    settled(page)


def test_the_layer_is_saved_from_wherever_one_is_in_the_form(open_page, server: Server, tmp_path: Path):
    page = open_page(width=1280, height=720)
    (tmp_path / "posts.csv").write_text("name,lat,lon,kind\n" + "".join(f"p{n},-4.{n},-69.{n},a\n" for n in range(9)))
    drop(page, f"{server.url}/upload", tmp_path / "posts.csv")
    page.locator(".st-key-describe button").click(timeout=SLOW_MS)
    save = page.locator(".st-key-save button")
    expect(save).to_be_visible(timeout=SLOW_MS)
    settled(page)
    expect(save).to_be_in_viewport(ratio=0.99)
    wait_drawn(page)
    page.locator(".st-key-more summary").click()
    settled(page)
    licence = page.locator(".st-key-more [data-testid=stSelectbox] input").first
    offered = options(page, licence, "Ours alone")
    expect(offered.locator("[data-item-hl]").first).to_have_css("font-size", "0px")
    licence.press("Enter")
    settled(page)
    expect(save).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("address", ["/layers", "/briefing"])
def test_the_keyboard_leaves_a_sign_wherever_it_is(page, server: Server, address: str):
    page.goto(f"{server.url}{address}")
    expect(page.locator(".st-key-footer")).to_contain_text("Fronteras", timeout=SLOW_MS)
    settled(page)
    unseen = []
    for _step in range(24):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        unseen += page.evaluate(UNSEEN)
    assert unseen == []


@pytest.mark.parametrize("address", ["/", "/layers", "/briefing", "/upload"])
def test_small_words_stand_out_from_their_ground(page, server: Server, address: str):
    page.goto(f"{server.url}{address}")
    expect(page.locator(".st-key-footer")).to_contain_text("Fronteras", timeout=SLOW_MS)
    settled(page)
    assert page.evaluate(PALE) == []


@pytest.mark.parametrize("address", ["/layers?layer=zones", "/briefing", "/zones", "/upload"])
def test_a_phone_shows_whole_columns(open_page, server: Server, address: str):
    page = open_page(width=390, height=844)
    page.goto(f"{server.url}{address}")
    expect(page.locator(".st-key-footer")).to_contain_text("Fronteras", timeout=SLOW_MS)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    outside = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stMain] :is(p, dd, button, iframe, img)')]"
        ".filter((node) => !node.closest('.st-key-nav') && node.getBoundingClientRect().right > innerWidth + 1)"
        ".map((node) => node.outerHTML.slice(0, 120))"
    )
    assert outside == []
    assert page.locator(".st-key-header").evaluate("node => node.getBoundingClientRect().height") < 110
