"""From a dropped file to its trend, in a real browser: what a person who brings a file goes through."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pytest
import shapely
from playwright.sync_api import FilePayload, Page, expect

from geo.library import database, shelf
from geo.upload import drafts
from geo.viewer import LOCAL
from geo.zones import zones
from tests.browser.acting import drop, settled
from tests.browser.harmless import traces
from tests.browser.server import Server, answer, serving
from tests.browser.watching import map_frame, wait_drawn, wait_until
from tests.ingest.made_files import zipped
from tests.ingest.made_injections import files, payloads
from tests.stored_layers import storage_in

ZONE: Final = "Z-ARAUCA"
SHAPES: Final = "() => document.querySelectorAll('[class*=leaflet-layer-draft-][class$=-pane] path').length"
FILLS: Final = (
    "() => [...document.querySelectorAll('[class*=leaflet-layer-draft-][class$=-pane] path')]"
    ".map((path) => path.getAttribute('fill'))"
)
COUNT: Final = 40
KINDS: Final = ("dragado", "excavación", "pista")


def squares() -> gpd.GeoDataFrame:
    """Return forty squares of some kilometres in the zone, dated 2019 to 2023."""
    middle = zones().geometry[ZONE].representative_point()
    shapes = [
        shapely.box(x, y, x + 0.02, y + 0.02)
        for x, y in ((middle.x + number % 8 / 40, middle.y + number // 8 / 40) for number in range(COUNT))
    ]
    return gpd.GeoDataFrame(
        {
            "nombre": [f"Sitio Ñ{number}" for number in range(COUNT)],
            "tipo": [KINDS[number % 3] for number in range(COUNT)],
            "year": [2019 + number % 5 for number in range(COUNT)],
            "ha": [number * 2.5 for number in range(COUNT)],
        },
        geometry=shapes,
        crs="EPSG:4326",
    )


def geojson(folder: Path) -> Path:
    path = folder / "mineria.geojson"
    squares().to_file(path, driver="GeoJSON")
    return path


def shapefile(folder: Path) -> Path:
    """Return a zipped Shapefile in MAGNA-SIRGAS / Colombia Bogotá, its texts in Latin-1 and no .cpg to say so."""
    inside = folder / "shape"
    inside.mkdir()
    squares().to_crs("EPSG:3116").to_file(inside / "mineria.shp", driver="ESRI Shapefile", encoding="ISO-8859-1")
    members = {path.name: path.read_bytes() for path in inside.iterdir() if path.suffix != ".cpg"}
    path = folder / "mineria_3116.zip"
    path.write_bytes(zipped(members))
    return path


def table(folder: Path) -> Path:
    """Return a table as an office in the region saves it: semicolons, decimal commas, Latin-1."""
    frame = squares()
    centres = frame.geometry.representative_point()
    rows = ["Nombre;Tipo;Año;Área (ha);Latitud;Longitud"]
    for row, centre in zip(frame.itertuples(), centres, strict=True):
        numbers = (f"{value:.6f}".replace(".", ",") for value in (row.ha, centre.y, centre.x))
        rows.append(";".join([row.nombre, row.tipo, str(row.year), *numbers]))
    path = folder / "mineria.csv"
    path.write_bytes("\r\n".join(rows).encode("latin-1"))
    return path


def geoparquet(folder: Path) -> Path:
    path = folder / "mineria.parquet"
    squares().to_parquet(path)
    return path


def large(folder: Path) -> Path:
    """Return a file whose check takes some seconds."""
    x, y = np.meshgrid(np.arange(-75, -55, 0.1), np.arange(-15, 0, 0.1))
    shapes = shapely.buffer(shapely.points(x.ravel(), y.ravel()), 0.02, quad_segs=4)
    path = folder / "large.geojson"
    gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=list(shapes), crs="EPSG:4326").to_file(path, driver="GeoJSON")
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with storage_in(tmp_path_factory.mktemp("storage")) as env, serving(env=env) as running:
        yield running
        assert running.tracebacks() == []


@dataclass
class Desk:
    """The upload page as a person uses it."""

    page: Page
    url: str

    def drop(self, file: Path | FilePayload, lang: str = "en") -> None:
        drop(self.page, f"{self.url}/upload?lang={lang}", file)

    def press(self, key: str) -> None:
        self.page.locator(f".st-key-{key} button").first.click()

    def at(self, step: int) -> None:
        expect(self.page.locator("ol.rail li.here b")).to_have_text(str(step))

    def write(self, field: str, words: str) -> None:
        box = self.page.locator(f".st-key-field-{field} input")
        box.fill(words)
        box.blur()
        wait_until(self.page, lambda: words in {each.answers.get(field) for each in drafts.drafts(LOCAL)})
        settled(self.page)

    def describe(self) -> None:
        self.press("describe")
        self.at(3)
        wait_drawn(self.page)

    def save(self) -> None:
        self.press("save")
        expect(self.page.locator(".stored")).to_be_visible()


def is_listed(title: str) -> bool:
    """Tell whether the catalogue lists a layer; it is asked for as a process does that has not asked before."""
    database._seen.clear()
    return title in {layer.title for layer in shelf.layers()}


@pytest.fixture
def desk(page: Page, server: Server) -> Desk:
    return Desk(page, server.url)


@pytest.mark.parametrize("make", [geojson, shapefile, table, geoparquet])
def test_a_dropped_file_goes_all_the_way_to_its_trend(
    desk: Desk, make: Callable[[Path], Path], tmp_path: Path, screenshot: Callable[[str], Path]
):
    page = desk.page
    desk.drop(make(tmp_path))
    expect(page.locator(".st-key-describe button")).to_be_visible()
    screenshot(f"upload-report-{make.__name__}")
    desk.describe()
    frame = map_frame(page)
    assert frame is not None
    frame.wait_for_function(f"n => ({SHAPES})() === n", arg=COUNT)
    legend = page.locator(".draft-legend li span")
    expect(legend).to_have_text(sorted(KINDS))  # accents and all
    desk.write("title", f"Minería {make.__name__}")
    expect(page.locator(".draft-legend b").first).to_have_text(f"Minería {make.__name__}")
    desk.press("save")  # the source is a must, and says so beside the field
    expect(page.locator(".st-key-field-source p.wrong")).to_be_visible()
    desk.write("source", "Una oficina de la frontera")
    screenshot(f"upload-describe-{make.__name__}")
    desk.save()
    zones_of = page.locator("[class*=st-key-layer-zones-]").first
    expect(zones_of).to_contain_text("Arauca")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    screenshot(f"upload-stored-{make.__name__}")
    page.get_by_role("link", name="Open on the map").click()
    page.wait_for_url(lambda url: "/upload" not in url)
    settled(page)  # until then the map may be the one of the page before
    frame = wait_drawn(page)
    assert is_listed(f"Minería {make.__name__}")
    (layer,) = [each for each in shelf.layers() if each.title == f"Minería {make.__name__}"]
    assert layer.key in page.url
    drawn = "key => document.querySelectorAll(`.leaflet-layer-${key}-pane path`).length"
    frame.wait_for_function(f"key => ({drawn})(key) > 0", arg=layer.key)


@pytest.mark.parametrize(
    "name", ["amw_mining_2024_area_year.geojson", "departamentos_col_magna3116_latin1.zip",
             "anac_aerodromos_publicos.csv", "amw_mining_2024.parquet"],
)  # fmt: skip
def test_a_real_file_goes_all_the_way(desk: Desk, realdata: Path, name: str):
    page = desk.page
    desk.drop(realdata / name)
    expect(page.locator(".st-key-describe button")).to_be_visible()
    desk.describe()
    frame = map_frame(page)
    assert frame is not None
    frame.wait_for_function(f"() => ({SHAPES})() > 0")
    desk.write("source", "Given in the README of the real data")
    desk.save()
    expect(page.locator("[class*=st-key-layer-zones-table-] , [class*=st-key-layer-zones-]").first).to_be_visible()


def test_the_map_follows_the_colours_that_are_chosen(desk: Desk, tmp_path: Path):
    page = desk.page
    desk.drop(geojson(tmp_path))
    desk.describe()
    frame = map_frame(page)
    assert frame is not None
    frame.wait_for_function(f"n => ({SHAPES})() === n", arg=COUNT)
    frame.evaluate("window.here = document.querySelector('[class*=leaflet-layer-draft-] path')")
    assert set(frame.evaluate(FILLS)) == {"#0072B2", "#D55E00", "#009E73"}
    page.get_by_role("radio", name="By value").click()
    frame.wait_for_function(f"() => new Set(({FILLS})()).size === 5")
    expect(page.locator(".draft-legend li")).to_have_count(5)
    desk.press("pick-palette-blues")
    frame.wait_for_function(f"() => ({FILLS})().includes('#08519C')")
    page.get_by_role("radio", name="One colour").click()
    desk.press("pick-colour-3")
    frame.wait_for_function(f"() => new Set(({FILLS})()).size === 1")
    frame.wait_for_function(f"() => ({FILLS})()[0] === '#CC79A7'")
    assert frame.evaluate("here.isConnected"), "the map was drawn again"


def test_a_refused_file_says_why_and_what_to_do(desk: Desk, tmp_path: Path, screenshot: Callable[[str], Path]):
    (tmp_path / "mapa.pdf").write_bytes(b"%PDF-1.7\nnothing to map")
    desk.drop(tmp_path / "mapa.pdf")
    expect(desk.page.locator(".st-key-another button")).to_be_visible()
    expect(desk.page.locator(".st-key-findings")).to_contain_text("PDF")
    expect(desk.page.locator(".st-key-describe")).to_have_count(0)
    screenshot("upload-refused")
    desk.press("another")
    desk.at(1)


def test_the_server_holds_no_byte_of_a_file_that_is_on_disk(desk: Desk, tmp_path: Path):
    desk.drop(geojson(tmp_path))
    status, body = answer(f"{desk.url}/_stcore/metrics")
    assert status == 200
    assert "cache_memory_bytes" in body.decode()
    assert "UploadedFileManager" not in body.decode()


def test_a_file_that_is_too_large_is_told_at_once(page: Page, server: Server, tmp_path: Path):
    page.goto(f"{server.url}/upload?lang=es")
    zone = page.locator("[data-testid=stFileUploaderDropzone]")
    zone.wait_for()
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(101 * 1024 * 1024)
    page.locator("input[type=file]").set_input_files(tmp_path / "large.csv")
    zone.locator("[role=alert]").wait_for(state="attached")
    assert "100 MB" in zone.evaluate("(zone) => getComputedStyle(zone, '::after').content")


def test_a_check_shows_its_stages_and_is_called_off(desk: Desk, tmp_path: Path, screenshot: Callable[[str], Path]):
    desk.drop(large(tmp_path))
    expect(desk.page.locator("ol.stages li.now")).to_be_visible()
    screenshot("upload-progress")
    desk.press("cancel")
    expect(desk.page.locator(".st-key-again button")).to_be_visible()
    expect(desk.page.locator("[data-testid=stAlert]")).to_contain_text("called off")
    desk.press("discard")
    desk.at(1)
    expect(desk.page.locator(".st-key-unfinished .gone").first).to_be_visible()


def test_a_killed_server_takes_the_check_up_again(page: Page, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory):
    with storage_in(tmp_path_factory.mktemp("killed")) as env:
        with serving(env=env) as first:
            Desk(page, first.url).drop(large(tmp_path))
            expect(page.locator("ol.stages li.now")).to_be_visible()
            page.goto("about:blank")  # a page whose server is gone asks for it again and again
            os.kill(first.pid, signal.SIGKILL)
        with serving(env=env) as second:
            page.goto(f"{second.url}/upload")  # the same browser: it is back at its file
            expect(page.locator("[data-testid=stAlert]")).to_contain_text("stopped in the middle")
            Desk(page, second.url).press("again")
            expect(page.locator(".st-key-describe button")).to_be_visible()
            page.goto("about:blank")  # as above
            assert second.tracebacks() == []


def test_a_reload_and_a_page_change_lose_nothing(desk: Desk, tmp_path: Path):
    page = desk.page
    desk.drop(geojson(tmp_path))
    desk.describe()
    desk.write("title", "Half of a description")
    page.reload()
    desk.at(3)
    expect(page.locator(".st-key-field-title input")).to_have_value("Half of a description")
    page.locator(".st-key-header").get_by_role("link", name="Records").click()
    page.wait_for_url(lambda url: "/records" in url)
    page.locator(".st-key-header").get_by_role("link", name="Upload").click()
    desk.at(3)
    expect(page.locator(".st-key-field-title input")).to_have_value("Half of a description")
    desk.press("aside")
    desk.at(1)
    expect(page.locator(".st-key-unfinished")).to_contain_text("Half of a description")


def test_saving_is_undone(desk: Desk, tmp_path: Path):
    desk.drop(geojson(tmp_path))
    desk.describe()
    desk.write("title", "To be undone")
    desk.write("source", "Notes")
    desk.save()
    assert is_listed("To be undone")
    desk.press("undo")
    desk.at(3)
    assert not is_listed("To be undone")
    expect(desk.page.locator(".st-key-field-source input")).to_have_value("Notes")


@pytest.mark.parametrize("name", files())
def test_words_of_a_file_are_shown_and_never_obeyed(desk: Desk, name: str):
    page = desk.page
    content = {"name": name, "mimeType": "application/octet-stream", "buffer": files()[name]}
    desk.drop(content)
    expect(page.locator(".st-key-describe button, .st-key-another button")).to_be_visible()
    assert traces(page) == []
    if page.locator(".st-key-describe").count():
        desk.describe()
        frame = map_frame(page)
        assert frame is not None
        frame.wait_for_function(f"() => ({SHAPES})() > 0")
        frame.locator("[class*=leaflet-layer-draft-] path").first.hover(force=True)
        expect(frame.locator(".tip")).to_be_visible()
        page.locator(".st-key-rows summary").click()
        expect(page.locator(".st-key-rows canvas").first).to_be_visible()
        desk.write("title", payloads()[1])
        desk.write("source", payloads()[2])
        assert traces(page) == []
        desk.save()
        expect(page.locator(".stored")).to_contain_text("onerror")
        assert traces(page) == []
        desk.press("another")
    else:
        desk.press("another")
        expect(page.locator(".st-key-unfinished")).to_be_visible()
    desk.at(1)
    assert traces(page) == []


@pytest.mark.parametrize("lang", ["es", "pt"])
def test_no_english_word_of_the_uploader_is_seen(desk: Desk, lang: str):
    page = desk.page
    page.goto(f"{desk.url}/upload?lang={lang}")
    zone = page.locator("[data-testid=stFileUploaderDropzone]")
    zone.wait_for()
    seen = zone.evaluate(
        "(zone) => [...zone.querySelectorAll('p, span')].filter((each) => !each.children.length"
        " && each.textContent.trim()"
        " && !each.closest('[data-testid=stIconMaterial]') && parseFloat(getComputedStyle(each).fontSize) > 0)"
        ".map((each) => each.textContent)"
    )
    assert seen == []
    ours = zone.locator("button p").evaluate("(p) => getComputedStyle(p, '::after').content")
    assert ours not in {"none", "normal", '""'}


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (900, 1100)])
def test_nothing_is_cut_off(open_page, server: Server, tmp_path: Path, width: int, height: int):
    desk = Desk(open_page(width=width, height=height), server.url)
    desk.drop(geojson(tmp_path))
    expect(desk.page.locator(".st-key-describe button")).to_be_visible()
    assert desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    desk.describe()
    assert desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    desk.press("aside")


def test_the_map_leads_here(desk: Desk):
    page = desk.page
    page.goto(desk.url)
    page.locator(".st-key-bring a").click()
    page.wait_for_url(lambda url: "/upload" in url)
    desk.at(1)
