"""The zones page as a person meets it: opened from the list, read, followed to a record, back, and to the map."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geo import store
from geo.names import name_of
from layers import profile
from tests.browser.acting import downloaded, settled
from tests.browser.test_map import choices, comes_to_say
from tests.browser.watching import drawings, wait_drawn, wait_still

SHAPES = "key => [...document.querySelectorAll(`.leaflet-layer-${key}-pane path`)].length"
BOUNDS = "() => { const b = map.getBounds(); return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; }"
CUT = """() => [...document.querySelectorAll('.st-key-zones-page *')].filter(node => {
  const box = node.getBoundingClientRect();
  return box.width && box.height && box.right > window.innerWidth + 1 && !node.closest('.listing, .figures-table');
}).length"""


def frames(page: Page, zone_id: str) -> bool:
    """Tell whether the map shows the whole zone."""
    west, south, east, north = wait_still(page).evaluate(BOUNDS)
    shape = store.layer("zones").set_index("zone_id").loc[[zone_id]].total_bounds
    return west < shape[0] and south < shape[1] and east > shape[2] and north > shape[3]


def test_a_zone_opens_from_the_list_and_leads_to_a_record_and_to_the_map(page: Page, base_url: str, screenshot):
    page.goto(f"{base_url}/zones")
    expect(page.locator(".zone-row")).to_have_count(len(store.table("zones")))
    screenshot("zones-all")
    page.get_by_role("button", name="Darién and Urabá").click()
    expect(page.locator(".st-key-zones-page h1")).to_have_text("Darién and Urabá")
    page.wait_for_url(lambda url: choices(url) == {"zone": "Z-DARIEN"})
    assert frames(page, "Z-DARIEN")
    expect(page.locator(".st-key-zone-facts .js-plotly-plot")).to_be_visible()
    expect(page.locator(".st-key-footer")).to_be_visible()
    screenshot("zone-darien")

    page.locator(".listing a", has_text="Clan del Golfo").click()
    page.wait_for_url(re.compile("/records"))
    comes_to_say(page, table="actor_presence")
    card = page.locator(".st-key-record-panel")
    expect(card.locator("h2")).to_contain_text("Clan del Golfo")
    expect(card.locator("ol.sources li")).not_to_have_count(0)

    page.go_back()
    expect(page.locator(".st-key-zones-page h1")).to_have_text("Darién and Urabá")
    page.get_by_role("link", name="Show on the map").first.click()
    page.wait_for_url(lambda url: "/zones" not in url)
    expect(page.locator(".st-key-context-panel h2")).to_have_text("Darién and Urabá")
    assert frames(page, "Z-DARIEN")
    comes_to_say(page, zone="Z-DARIEN")


def test_the_next_zone_moves_the_same_map(page: Page, base_url: str):
    page.goto(f"{base_url}/zones?zone=Z-ARAUCA")
    frame = wait_drawn(page)
    assert frames(page, "Z-ARAUCA")
    frame.evaluate("window.here = document.querySelector('.leaflet-layer-crossings-pane path')")
    before = drawings(page)
    page.locator(".st-key-zone-after button").first.click()
    following = profile.order("en")[profile.order("en").index("Z-ARAUCA") + 1]
    expect(page.locator(".st-key-zones-page h1")).to_have_text(name_of(following, "en"))
    page.wait_for_url(lambda url: choices(url) == {"zone": following})
    wait_drawn(page, beyond=before)
    assert frames(page, following)
    assert frame.evaluate("here.isConnected"), "the map was built again"
    assert frame.evaluate(SHAPES, "crossings") >= len(store.table("crossings"))  # rings of the radius are paths too


def test_figures_open_as_a_table_and_closed_charts_on_demand(page: Page, base_url: str):
    page.goto(f"{base_url}/zones?zone=Z-CATATUMBO")
    expect(page.locator(".st-key-footer")).to_be_visible()
    page.locator(".st-key-zone-facts [data-testid=stPopover] button").click()
    table = page.locator(".figures-table")
    expect(table.locator("tbody tr")).not_to_have_count(0)
    expect(table.locator("tbody tr").first).to_contain_text("2024")
    buttons = page.locator("[data-testid=stPopoverBody] [data-testid=stDownloadButton] button >> visible=true")
    for kind, begins in (("PNG", b"\x89PNG"), ("SVG", b"<?xml"), ("CSV", b"\xef\xbb\xbfmarking,title")):
        taken = downloaded(page, buttons.filter(has_text=kind).first)
        assert taken.suggested_filename.startswith("fronteras-coca-cultivation-catatumbo-chart-")
        assert Path(taken.path()).read_bytes().startswith(begins)
    page.keyboard.press("Escape")
    settled(page)
    before = -1
    while before != page.locator(".js-plotly-plot").count():  # open charts come one by one
        before = page.locator(".js-plotly-plot").count()
        page.wait_for_timeout(1500)
    page.get_by_text("Norte de Santander (Colombia) ·").click()
    expect(page.locator(".js-plotly-plot")).to_have_count(before + 18)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (900, 1000)])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_nothing_is_cut_off(open_page, base_url, lang, width, height):
    page = open_page(width=width, height=height)
    page.goto(f"{base_url}/zones?zone=Z-ARCOMINERO&lang={lang}")
    expect(page.locator(".st-key-footer")).to_be_visible()
    wait_still(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate(CUT) == 0
    if width > 1080:  # the map and the first trend stand on the first screen
        box = page.locator(".st-key-zone-facts .js-plotly-plot").bounding_box()
        assert box["y"] + box["height"] <= height
