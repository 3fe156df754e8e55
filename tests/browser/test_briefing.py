"""From the map to a file in the hand: pictures, slides, markings, and the same again from the list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Download, Locator, Page, expect
from pptx import Presentation

from geo.library.shelf import Layer
from geo.messages import LANGUAGES
from tests.browser.acting import choose, downloaded, options, settled
from tests.browser.server import Server, serving
from tests.browser.watching import wait_drawn
from tests.made_layers import points
from tests.stored_layers import kept

SIZES = {"desk": (1440, 900), "laptop": (1280, 720), "tablet": (820, 1180)}
PACK_MS = 240_000


@pytest.fixture(scope="module")
def amber(env: dict[str, str]) -> Layer:  # noqa: ARG001 - the storage is there
    return kept(points(40), title="Balsas en el río Puré", marking="TLP:AMBER")


@pytest.fixture(scope="module")
def red(env: dict[str, str]) -> Layer:  # noqa: ARG001 - as above
    return kept(points(20), title="Fuentes <img src=x onerror=alert(1)>", marking="TLP:RED")


@pytest.fixture(scope="module")
def server(env: dict[str, str], amber: Layer, red: Layer) -> Iterator[Server]:  # noqa: ARG001 - as above
    with serving(env=env) as running:
        yield running
        assert running.tracebacks() == []


def opened(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.url}/briefing{query}")
    expect(page.locator(".st-key-footer")).to_contain_text("Fronteras")
    settled(page)


def main_action(page: Page) -> Locator:
    return page.locator(".st-key-briefing-action button[kind=primary]")


def content(download: Download, folder: Path) -> bytes:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path.read_bytes()


def kind(page: Page, name: str) -> None:
    page.locator(".st-key-briefing-kind").get_by_text(name, exact=True).click()
    expect(main_action(page)).to_be_visible()
    settled(page)


def test_what_is_on_the_map_is_exported_as_it_is_seen(page: Page, server: Server, tmp_path: Path, screenshot):
    page.goto(f"{server.url}/?layers=crossings,zones&at=-4.2000,-69.9000,7")
    frame = wait_drawn(page)
    before = frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]")
    frame.evaluate("() => { map.panBy([180, 60], {animate: false}); }")
    page.wait_for_url(lambda url: "-69.9000" not in url)
    settled(page)
    seen = parse_qs(urlsplit(page.url).query)
    assert before != frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]")
    page.get_by_role("link", name="Export this view").click()
    page.wait_for_url(re.compile("/briefing"))
    assert parse_qs(urlsplit(page.url).query) == seen
    expect(page.locator("[class*=st-key-briefing-sheet] img")).to_be_visible()
    screenshot("briefing-picture")
    download = downloaded(page, main_action(page))
    picture = Image.open(BytesIO(content(download, tmp_path)))
    assert picture.size == (1920, 1080)
    assert [round(each) for each in picture.info["dpi"]] == [144, 144]
    assert re.fullmatch(r"fronteras-[a-z-]+-[A-Z2-7]{8}\.png", download.suggested_filename)

    row = page.locator(".export").first  # a download runs nothing: the list finds it by itself
    expect(row).to_contain_text("Picture · PNG")
    settled(page)
    page.get_by_role("link", name="Open the view").first.click()
    page.wait_for_url(lambda url: "/briefing" not in url)
    assert parse_qs(urlsplit(page.url).query) == seen


def test_the_marking_follows_what_is_shown_and_the_same_is_made_again(page, server, amber, red, tmp_path, screenshot):
    opened(page, server, f"?layers={amber.key},{red.key},zones")
    expect(page.locator(".left-out")).to_contain_text(f"Left out: “{red.title}”")
    offered = options(page, page.get_by_role("combobox", name="Marking"))
    expect(offered).to_have_count(2)
    offered.nth(1).click()
    expect(page.locator(".st-key-briefing-action .tlp")).to_have_text("TLP:AMBER+STRICT")
    screenshot("briefing-left-out")
    first = content(downloaded(page, main_action(page)), tmp_path)
    told = Image.open(BytesIO(first)).text
    assert told["Disclaimer"] == "TLP:AMBER+STRICT"
    assert red.title not in " ".join(told.values())

    expect(page.locator(".export").first).to_contain_text("TLP:AMBER+STRICT")
    settled(page)
    page.get_by_role("button", name="Make again").first.click()
    ready = page.locator(".st-key-briefing-jobs [data-testid=stDownloadButton] button")
    expect(ready).to_be_visible(timeout=90_000)
    assert content(downloaded(page, ready), tmp_path) == first


def test_slides_of_two_zones_are_made_and_thirty_called_off(page, server, tmp_path, screenshot):
    opened(page, server, "?zone=Z-DARIEN")
    kind(page, "Slides")
    choose(page, page.locator(".st-key-briefing-zones input"), "VRAEM")
    expect(page.locator(".st-key-briefing-action")).to_contain_text("2 zones")
    settled(page)
    main_action(page).click()
    expect(page.locator(".making")).to_be_visible()
    expect(page.locator(".making")).to_contain_text("of 2", timeout=PACK_MS)
    screenshot("briefing-slides-making")
    page.get_by_role("link", name="Methods").click()  # it goes on while its page is not looked at
    expect(page.locator(".st-key-footer")).to_be_visible()
    page.get_by_role("link", name="Briefing").click()
    download_button = page.locator(".st-key-briefing-action [data-testid=stDownloadButton] button")
    expect(download_button).to_be_visible(timeout=PACK_MS)
    download = downloaded(page, download_button)
    deck = Presentation(BytesIO(content(download, tmp_path)))
    titles = [slide.shapes.title.text for slide in deck.slides if slide.shapes.title is not None]
    assert "Darién and Urabá" in titles
    assert "VRAEM" in " ".join(titles)

    page.locator(".st-key-briefing-which").get_by_text("All 30 zones").click()
    expect(page.locator(".st-key-briefing-action")).to_contain_text("30 zones")
    settled(page)
    main_action(page).click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Called off; nothing was made.")).to_be_visible()
    expect(main_action(page)).to_have_text("Make the slides")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_cut_off(open_page, server, size, lang):
    width, height = SIZES[size]
    page = open_page(width=width, height=height)
    opened(page, server, f"?zone=Z-DARIEN&lang={lang}")
    expect(page.locator("[class*=st-key-briefing-sheet] img")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    box = main_action(page).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    if size != "tablet":  # there the form stands above the sheet
        sheet = page.locator("[class*=st-key-briefing-sheet] img").bounding_box()
        assert sheet is not None
        assert sheet["y"] + sheet["height"] <= height + 1, "the sheet is not seen at once"
