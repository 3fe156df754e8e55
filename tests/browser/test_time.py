"""The time player: years pass in the browser, and the page learns the one on which a person stops."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from geo import catalogue
from layers import years
from layers.looks import specs
from tests.browser.test_map import click_at, comes_to_say, opened, query, redrawn
from tests.browser.watching import wait_still

BOXES = """names => Object.fromEntries(
    names.map(name => [name, document.querySelector(name).getBoundingClientRect().toJSON()]))"""
OTHERS = (".leaflet-control-zoom", ".leaflet-control-scale", ".leaflet-control-attribution")
PARTS = (".time-play", ".time-back", ".time-on", ".time-slider", ".time-speed", ".time-all", ".time-year")
NOTE = """() => { window.seen = [];
    map.on('fronteras:drawn', () => seen.push(Number(document.querySelector('.time-year').textContent))); }"""
CUT = """() => [...document.querySelectorAll('.time *')]
    .some(node => node.clientWidth && node.scrollWidth > node.clientWidth + 1)"""
SEEN = "() => document.querySelector('.time-year').textContent"
FIGURE = "unit => fronteras.manager.layers.get('coca').entry.values[unit][1]"
FAST = "() => { document.querySelector('.time-speed').value = 'fast'; fronteras.manager.time.speed = 'fast'; }"


def figure_of(frame, unit: str, year: int) -> None:
    """Wait until the map shows a unit's figure of a year."""
    frame.wait_for_function(f"([unit, year]) => ({FIGURE})(unit).includes(`(${{year}})`)", arg=[unit, year])


def sent(page) -> list[int]:
    """Return a list that grows by the length of each message from the page to the server from now on."""
    frames: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(len(frame))))
    return frames


def test_playing_runs_through_years_without_a_run_of_the_page(page, base_url):
    asked = sent(page)
    opened(page, base_url, "?layers=coca&year=2003")
    frame = wait_still(page)
    frame.evaluate(NOTE)
    before = len(asked)
    frame.evaluate(FAST)
    frame.locator(".time-play").click()
    frame.wait_for_function("() => seen.includes(2007)")
    assert len(asked) == before, "the page was told while the years were playing"
    assert query(page)["year"] == "2003"
    frame.locator(".time-play").click()
    stopped = int(frame.evaluate(SEEN))
    page.wait_for_url(f"**year={stopped}")
    shown = list(dict.fromkeys(frame.evaluate("seen")))
    assert shown[:4] == [2004, 2005, 2006, 2007], "each year is drawn before the next one"
    figure_of(frame, "CO-NAR", stopped)
    expect(page.locator(".st-key-layer-panel .count")).to_contain_text(str(stopped))
    wait_still(page)
    assert int(frame.evaluate(SEEN)) == stopped


def test_playing_stops_at_the_last_year_and_begins_again(page, base_url):
    frame = opened(page, base_url, "?layers=mined&year=2022")
    frame.evaluate(FAST)
    frame.locator(".time-play").click()
    page.wait_for_url("**year=2024")
    expect(frame.locator(".time-play")).to_have_attribute("aria-label", "Play the years")
    frame.locator(".time-play").click()
    frame.wait_for_function(f"() => ({SEEN})() === '2018'")


def test_the_slider_is_moved_by_keys_and_rests_as_one_step_back(page, base_url):
    frame = opened(page, base_url, "?layers=coca&year=2010")
    slider = frame.get_by_role("slider", name="Year")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "2014"
    figure_of(frame, "CO-NAR", 2014)
    page.wait_for_url("**year=2014")
    expect(slider).to_be_focused()
    page.go_back()
    figure_of(frame, "CO-NAR", 2010)
    assert frame.evaluate(SEEN) == "2010"
    comes_to_say(page, year="2010")


def test_ten_steps_leave_undated_layers_and_the_map_alone(page, base_url):
    frame = opened(page, base_url, "?at=-12.5000,-70.5000,6&year=2010")
    nodes = "['zones', 'crossings', 'boundaries'].map(key => document.querySelector(`.leaflet-layer-${key}-pane path`))"
    frame.evaluate(f"window.here = [document.querySelector('#map_div'), ...{nodes}]; window.centre = map.getCenter()")
    for _ in range(5):
        redrawn(page, frame.locator(".time-on").click)
    for _ in range(5):
        redrawn(page, frame.locator(".time-back").click)
    assert frame.evaluate("here.every(node => node.isConnected) && map.getCenter().equals(centre)")


def test_the_run_that_learns_the_year_draws_nothing_again(page, base_url):
    frame = opened(page, base_url, "?year=2010")
    redrawn(page, frame.locator(".time-on").click)
    frame.evaluate("window.here = document.querySelector('.leaflet-layer-mining-pane path')")
    redrawn(page, lambda: page.wait_for_url("**year=2011"))
    assert frame.evaluate("here.isConnected")


def test_a_step_shows_the_sites_that_a_link_of_that_year_shows(page, base_url):
    frame = opened(page, base_url, "?layers=mining&year=1986")
    first = frame.evaluate("document.querySelectorAll('.leaflet-layer-mining-pane path').length")
    for _ in range(3):
        redrawn(page, frame.locator(".time-on").click)
    page.wait_for_url("**year=1989")
    sites = catalogue.features("mining")
    expected = [int(((sites["first_year"] <= year) & (sites["last_year"] >= year)).sum()) for year in (1986, 1989)]
    now = frame.evaluate("document.querySelectorAll('.leaflet-layer-mining-pane path').length")
    assert [first, now] == expected
    assert first < now


def test_all_years_takes_the_year_away(page, base_url):
    frame = opened(page, base_url, "?layers=mining&year=1986")
    frame.locator(".time-all").click()
    page.wait_for_url(lambda url: "year=" not in url)
    paths = "n => document.querySelectorAll('.leaflet-layer-mining-pane path').length === n"
    frame.wait_for_function(paths, arg=len(catalogue.features("mining")))
    expect(frame.locator(".time-all")).to_have_attribute("aria-pressed", "true")
    offered = years.years_of(specs()["mining"])
    assert frame.evaluate(SEEN) == f"{offered[0]}–{offered[-1]}"


def test_a_click_while_it_plays_asks_about_the_year_on_the_map(page, base_url):
    frame = opened(page, base_url, "?layers=coca&year=2001&at=1.5000,-78.0000,7")
    frame.evaluate(FAST)
    frame.locator(".time-play").click()
    frame.wait_for_function(f"() => Number(({SEEN})()) >= 2004")
    click_at(page, 1.5, -78.0)
    stopped = int(frame.evaluate(SEEN))
    expect(page.locator(".st-key-context-panel dl.pairs").first).to_contain_text(f"Coca cultivation, {stopped}")
    comes_to_say(page, year=str(stopped))


def test_a_change_of_the_page_while_it_plays_does_not_set_it_back(page, base_url):
    frame = opened(page, base_url, "?layers=coca,zones&year=2001")
    frame.evaluate(FAST)
    frame.locator(".time-play").click()
    frame.wait_for_function(f"() => Number(({SEEN})()) >= 2003")
    frame.evaluate("fronteras.manager.time.speed = 'slow'")  # so that the run comes in during a pause
    frame.evaluate(NOTE)
    page.locator(".st-key-on-crossings label").first.click()
    frame.wait_for_function("() => fronteras.manager.layers.has('crossings')")
    frame.wait_for_function("before => seen.length > before + 1", arg=frame.evaluate("seen.length"))
    frame.locator(".time-play").click()
    years_seen = frame.evaluate("seen")
    assert years_seen == sorted(years_seen)
    page.wait_for_url(f"**year={frame.evaluate(SEEN)}")


@pytest.mark.parametrize("lang", ["en", "es", "pt"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (820, 1100)])
def test_the_player_is_whole_and_covers_no_other_control(open_page, base_url, lang, width, height):
    page = open_page(width=width, height=height)
    frame = opened(page, base_url, f"?lang={lang}&layers=coca,mining&basemap=atlas")
    boxes = frame.evaluate(BOXES, [".time", *OTHERS, *PARTS])
    bar = boxes.pop(".time")
    for name, box in boxes.items():
        if name in PARTS:
            assert box["left"] >= bar["left"], name
            assert box["right"] <= bar["right"], name
            assert name == ".time-year" or min(box["width"], box["height"]) >= 24, name
        else:
            apart = box["right"] <= bar["left"] or box["left"] >= bar["right"]
            assert apart or box["bottom"] <= bar["top"] or box["top"] >= bar["bottom"], name
    inner = frame.evaluate("[innerWidth, innerHeight]")
    assert bar["left"] >= 0
    assert bar["right"] <= inner[0]
    assert bar["bottom"] <= inner[1]
    assert not frame.evaluate(CUT)


def test_without_a_dated_layer_there_is_no_player(page, base_url):
    frame = opened(page, base_url, "?layers=zones,crossings")
    assert frame.locator(".time").count() == 0
    redrawn(page, page.locator(".st-key-on-mining label").first.click)
    expect(frame.locator(".time")).to_be_visible()
    offered = years.years_of(specs()["mining"])
    assert frame.locator(".time-slider").get_attribute("max") == str(len(offered) - 1)
