"""The report as a person meets it in Chromium: on a page of the app, and as the page to take away."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from shapely.geometry import Point

from geo.messages import LANGUAGES, say
from layers.report_words import TITLES, VERDICTS
from tests.browser.acting import downloaded
from tests.browser.conftest import HERE, SCREENSHOTS
from tests.browser.harmless import traces
from tests.browser.server import ROOT, Server, serving
from tests.ingest import made_injections
from tests.ingest.made_files import BOWTIE, GOOD, area, collection, js, point, shapefile, square
from tests.listening import Listener

BAD = js(collection(area(BOWTIE), area(square()[:-1]), point(0, 0), None, point(70, -4), area(), area()))
FILES = {
    "a good one.geojson": GOOD,
    "a bad one.geojson": BAD,
    "a refused one.zip": shapefile(crs=None, shapes=[Point(250_000, 9_534_000)]),
    "a swapped one.geojson": js(collection(point(-4, -70), point(2, -75))),
}
VERDICT = {"a good one.geojson": "accept", "a bad one.geojson": "accept_with_warnings", "a refused one.zip": "reject"}


@pytest.fixture(scope="module")
def files(listener: Listener) -> dict[str, bytes]:
    return {**FILES, **made_injections.files(listener.url)}


@pytest.fixture(scope="module")
def reports(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("files")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    env = {"FRONTERAS_TEST_FILES": str(folder), "PYTHONPATH": str(ROOT)}
    with serving(HERE / "report_page.py", env=env) as server:
        yield server
        assert server.tracebacks() == []


@pytest.fixture
def opened(page: Page, reports: Server, files: dict[str, bytes]) -> Callable[..., Page]:
    """Give a function that opens the report on a file and waits until all of it is there."""

    def open_report(name: str, lang: str = "en", more: str = "") -> Page:
        page.goto(f"{reports.url}/?file={sorted(files).index(name)}&lang={lang}{more}")
        expect(page.get_by_test_id("stDownloadButton")).to_have_count(3)
        return page

    return open_report


def taken(page: Page, ending: str, folder: Path) -> Path:
    """Return a file that the report offers, as it was downloaded."""
    told = downloaded(page, page.locator(f'[class*="st-key-report-get-{ending}-"]').get_by_role("button").first)
    path = folder / told.suggested_filename
    told.save_as(path)
    return path


def address(path: Path) -> str:
    """Return a page as an address of its own: a watched page opens no files."""
    return f"data:text/html;base64,{base64.b64encode(path.read_bytes()).decode()}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", VERDICT)
def test_the_verdict_and_what_to_do_come_first(name, lang, opened):
    page = opened(name, lang)
    page.set_viewport_size({"width": 1000, "height": 1400})
    banner = page.locator(".report .verdict")
    expect(banner).to_contain_text(say(VERDICTS[VERDICT[name]], lang))
    steps = page.locator(".report ol.todo li")
    expect(steps.first).to_be_visible()
    assert banner.bounding_box()["y"] < steps.first.bounding_box()["y"] < 400
    for picture in page.locator(".report figure img").all():
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 100  # 0 where the picture cannot be drawn
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"report-{VERDICT[name]}-{lang}.png")


def test_a_layer_that_moved_shows_both_places(opened, screenshot):
    page = opened("a swapped one.geojson")
    repairs = page.locator(".report .repair")
    expect(repairs).to_have_count(2)
    expect(repairs.first.locator("figcaption")).to_have_text(
        [re.compile("^Before at sea"), re.compile("^After Amazonas, Colombia"), "Both places"]
    )
    screenshot("report-moved")


def test_repairs_are_shown_before_and_after(opened):
    page = opened("a bad one.geojson")
    repairs = page.locator(".report .repair")
    expect(repairs).to_have_count(2)  # the bowtie, and the outline that was closed
    expect(repairs.first.locator("img")).to_have_count(3)
    expect(page.locator(".report .issue", has_text="RING_CLOSED").locator("img")).to_have_count(3)


def test_a_stored_report_without_its_shapes_says_the_rest(opened):
    page = opened("a bad one.geojson", more="&bare=1")
    expect(page.locator(".report .issue", has_text="RING_CLOSED")).to_be_visible()
    expect(page.locator(".report img")).to_have_count(0)


def test_issues_can_be_narrowed_to_what_matters(opened):
    page = opened(next(name for name in made_injections.files() if name.startswith("'")))
    notes = page.locator(".report h2", has_text=say(TITLES["know"], "en"))
    expect(notes).to_have_count(1)
    page.get_by_role("button", name=re.compile("^To look at")).click()
    expect(notes).to_have_count(0)
    expect(page.locator(".report .issue")).not_to_have_count(0)


def test_the_three_files_say_what_the_page_says(opened, tmp_path, open_page):
    page = opened("a bad one.geojson", "es")
    told = json.loads(taken(page, "json", tmp_path).read_bytes())
    assert (told["file"], told["verdict"]) == ("a bad one.geojson", "accept_with_warnings")
    rows = taken(page, "csv", tmp_path).read_bytes().decode("utf-8-sig").splitlines()
    assert len(rows) == len(told["issues"]) + 1
    there = open_page(width=900, height=1200)
    there.goto(address(taken(page, "html", tmp_path)))
    expect(there.locator(".verdict")).to_contain_text(say(VERDICTS["accept_with_warnings"], "es"))
    expect(there.locator("script")).to_have_count(0)
    expect(there.locator("figure svg")).to_have_count(6)
    assert there.evaluate("document.documentElement.scrollWidth <= innerWidth")
    there.screenshot(path=SCREENSHOTS / "report-as-a-page-es.png", full_page=True)


@pytest.mark.parametrize("order", range(len(made_injections.files())))
def test_words_of_a_file_stay_words(order, opened, tmp_path, open_page, listener):
    listener.paths.clear()
    name = list(made_injections.files(listener.url))[order]
    page = opened(name)
    assert traces(page) == []
    there = open_page()
    there.goto(address(taken(page, "html", tmp_path)))
    expect(there.locator("h1")).to_contain_text(name[:12])
    assert traces(there) == []
    cells = taken(page, "csv", tmp_path).read_bytes().decode("utf-8-sig")
    assert not re.search(r'(?:^|,)"?[=+@\t-](?![0-9.]+(?:,|$))', cells, re.MULTILINE)
    assert listener.paths == []


def test_the_question_finds_words_that_did_not_stay_words(open_page):
    page = open_page()
    for word in made_injections.payloads()[:5]:
        page.set_content(f"<h1 title='{word}'>{word}</h1>")
        assert traces(page), word
