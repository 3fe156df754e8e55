"""The layers page as a person meets it: find a layer, open it, take it away, put it away, bring a version back."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from playwright.sync_api import Page, expect
from shapely import Point

from geo import payloads
from geo.library import shelf
from geo.library.shelf import Brought, Layer
from geo.messages import LANGUAGES
from geo.viewer import LOCAL
from tests.browser.acting import choose, downloaded, settled
from tests.browser.harmless import traces
from tests.browser.server import Server, serving
from tests.browser.watching import wait_drawn
from tests.ingest import made_injections
from tests.made_layers import points, polygons
from tests.stored_layers import kept

SIZES = {"desk": (1440, 900), "laptop": (1280, 720), "tablet": (820, 1180)}


@pytest.fixture(scope="module")
def balsas(env: dict[str, str]) -> Layer:  # noqa: ARG001 - the storage is there
    """A layer of two versions: twenty polygons left out, seven changed."""
    first = kept(
        polygons(200),
        title="Balsas en el río Puré",
        source="Informe 12",
        publisher="Ministerio del Ambiente",
        licence="CC BY 4.0",
        marking="TLP:AMBER",
        year="year",
    )
    later = polygons(200).iloc[20:].copy()
    later.iloc[:7, later.columns.get_loc("area_ha")] = 1.0
    brought = Brought(about=replace(first.about, as_of="2025-09"), note="Otra pasada")
    stored = payloads.write(later, first.about.roles)
    return shelf.add_version(first.key, stored, brought, viewer=LOCAL, expected=1)


@pytest.fixture(scope="module")
def others(env: dict[str, str]) -> list[Layer]:  # noqa: ARG001 - as above
    return [
        kept(points(30), title="Pistas sin permiso", source="ANAC"),
        kept(points(10), title="Por archivar", source="x"),
    ]


@pytest.fixture(scope="module")
def hostile(env: dict[str, str]) -> Layer:  # noqa: ARG001 - as above
    """A layer in which every word tries to be more, in two versions; and one for each such word as a title."""
    words = made_injections.payloads()
    for each in words:
        kept(points(3), title=each, source=each)
    frame = gpd.GeoDataFrame(
        pd.DataFrame({name: [value, value] for name, value in zip(words, reversed(words), strict=True)}),
        geometry=[Point(-70, -3), Point(-69, -2)],
        crs="EPSG:4326",
    )
    every = " ".join(words)
    said = dict.fromkeys(("source", "description", "publisher", "licence", "url"), every)
    first = kept(frame, title=f"Hostile {every}", **said, name=words[0], category=words[1])
    later = frame.assign(**{words[2]: "x", words[3]: list(words[:2])})
    stored = payloads.write(later, first.about.roles)
    origin = shelf.Origin(words[0], "0" * 64, 1)
    brought = Brought(about=replace(first.about, as_of=words[4]), note=every, origin=origin)
    return shelf.add_version(first.key, stored, brought, viewer=LOCAL, expected=1)


@pytest.fixture(scope="module")
def server(env: dict[str, str], balsas: Layer, others: list[Layer]) -> Iterator[Server]:  # noqa: ARG001 - as above
    with serving(env=env) as running:
        yield running
        assert running.tracebacks() == []


def opened(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.url}/layers{query}")
    expect(page.locator(".st-key-footer")).to_contain_text("Fronteras")
    settled(page)


def row(page: Page, key: str):
    return page.locator(f".st-key-open-{key} button")


def test_a_layer_is_searched_for_opened_and_left_by_back(page, server, balsas):
    opened(page, server)
    box = page.get_by_role("searchbox", name="Search the layers")
    box.fill("puré ministerio")
    box.press("Enter")
    expect(row(page, "mining")).to_have_count(0)
    row(page, balsas.key).click()
    expect(page.get_by_role("heading", name=balsas.title)).to_be_visible()
    expect(page).to_have_url(re.compile(f"layer={balsas.key}"))
    wait_drawn(page)
    page.go_back()
    expect(page.get_by_role("heading", name=balsas.title)).to_have_count(0)
    expect(page).to_have_url(re.compile("find=pur"))
    expect(row(page, balsas.key)).to_be_visible()
    expect(row(page, "mining")).to_have_count(0)
    page.go_back()
    expect(row(page, "mining")).to_be_visible()


def test_every_format_is_taken_away_and_read(page, server, balsas, tmp_path):
    opened(page, server, f"?layer={balsas.key}")
    files = page.locator(".st-key-card-files")
    for name in ("GeoPackage", "GeoJSON", "KML", "CSV", "GeoParquet", "Shapefile"):
        taken = downloaded(page, files.get_by_role("button", name=name, exact=True))
        path = tmp_path / taken.suggested_filename
        taken.save_as(path)
        assert path.stem == "balsas-en-el-rio-pure-v2-TLP-AMBER", name
        if name == "CSV":
            with zipfile.ZipFile(path) as opened_zip:
                assert {Path(each).suffix for each in opened_zip.namelist()} == {".txt", ".csv", ".json"}
                text = opened_zip.read(f"{path.stem}.csv").decode("utf-8-sig")
            assert len(text.splitlines()) == 181
        else:
            back = gpd.read_parquet(path) if name == "GeoParquet" else pyogrio.read_dataframe(path)
            assert len(back) == 180, name
        path.unlink()


def test_an_earlier_version_is_taken_away(page, server, balsas, tmp_path):
    opened(page, server, f"?layer={balsas.key}")
    choose(page, page.locator(".st-key-card-files").get_by_role("combobox"), "version 1")
    expect(page.locator(".st-key-card-files [data-version='1']")).to_be_visible()
    taken = downloaded(page, page.locator(".st-key-card-files").get_by_role("button", name="GeoPackage"))
    taken.save_as(tmp_path / "out.gpkg")
    assert taken.suggested_filename == "balsas-en-el-rio-pure-v1-TLP-AMBER.gpkg"
    assert len(pyogrio.read_dataframe(tmp_path / "out.gpkg")) == 200


def test_the_catalogue_is_taken_away(page, server, balsas, tmp_path):
    opened(page, server)
    downloaded(page, page.get_by_role("button", name="STAC and DCAT")).save_as(tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as found:
        told = json.loads(found.read(f"{balsas.key}/collection.json"))
    assert told["title"] == balsas.title


def test_a_layer_is_put_away_and_that_is_undone(page, server, others):
    layer = others[1]
    opened(page, server, f"?layer={layer.key}")
    wait_drawn(page)  # else its map would still ask for a layer that is put away
    page.locator(".st-key-archive button").click()
    expect(page.locator(".st-key-library-done")).to_contain_text("is archived")
    expect(row(page, layer.key)).to_have_count(0)
    page.locator(".st-key-undo button").click()
    expect(page.locator(".st-key-library-done")).to_have_count(0)
    expect(row(page, layer.key)).to_be_visible()
    opened(page, server, f"?layer={layer.key}")
    expect(page.locator(".st-key-archive button")).to_be_visible()


def test_a_version_is_restored_and_that_is_undone(page, server, balsas):
    opened(page, server, f"?layer={balsas.key}")
    card = page.locator(".st-key-library-card")
    card.get_by_role("button", name="Restore").click()
    expect(card.locator(".st-key-version-3")).to_contain_text("version 1 restored")
    expect(card).to_contain_text("200 areas · version 3")
    page.locator(".st-key-undo button").click()
    expect(card.locator(".st-key-version-3")).to_have_count(0)
    expect(card).to_contain_text("180 areas · version 2")


def test_two_versions_are_compared(page, server, balsas, screenshot):
    opened(page, server, f"?layer={balsas.key}")
    page.locator(".st-key-library-card").get_by_text("What changed", exact=True).click()
    figures = page.locator(".st-key-library-card .figures")
    expect(figures).to_contain_text("20removed")
    expect(figures).to_contain_text("7changed")
    expect(page.locator(".differences").last).to_contain_text("area_ha")
    screenshot("layers-compared")


def test_a_layer_opens_on_the_map(page, server, balsas):
    opened(page, server, f"?layer={balsas.key}")
    page.locator(".st-key-card-actions").get_by_text("Open on the map").click()
    page.wait_for_url(lambda url: "/layers" not in url)
    settled(page)  # until then the map may be the one of the card
    frame = wait_drawn(page)
    assert frame.evaluate("key => fronteras.manager.layers.has(key)", balsas.key)
    assert "layer=" not in page.url.partition("?")[2].replace("layers=", "")


@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_the_screen(open_page, server, balsas, size):
    page = open_page(width=SIZES[size][0], height=SIZES[size][1])
    for lang in LANGUAGES:
        for query in ("", f"&layer={balsas.key}"):
            opened(page, server, f"?lang={lang}{query}")
            if query:
                wait_drawn(page)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (lang, query)
            assert page.locator("[data-testid=stException]").count() == 0
            bring = page.locator(".st-key-bring-layer a")
            assert bring.evaluate("e => e.getBoundingClientRect().right <= innerWidth")


def test_words_that_try_to_be_more_stay_words(page, env, hostile):
    """In titles, sources, columns, values, notes and the name of a file; in list, card, comparison and form."""
    with serving(env=env) as running:
        opened(page, running, f"?layer={hostile.key}")
        wait_drawn(page)
        assert traces(page) == []
        card = page.locator(".st-key-library-card")
        card.get_by_text("What changed", exact=True).click()
        expect(page.locator(".differences").last).to_be_visible()
        card.get_by_text("Zones it touches", exact=True).click()
        expect(
            page.locator(f".st-key-card-zones-{hostile.key} [data-testid=stAlert], .st-key-among-{hostile.key}").first
        ).to_be_visible()
        card.get_by_text("Change what is said of it", exact=True).click()
        card.locator(".st-key-delete button").click()
        expect(page.locator(".st-key-card-deleting")).to_contain_text("Hostile")
        assert traces(page) == []
        page.locator(".st-key-close-card button").click()
        expect(page.locator(".library-head")).to_be_visible()
        expect(page.locator("iframe")).to_have_count(0)
        assert traces(page) == []
        page.goto("about:blank")  # a page whose server is gone asks for it again and again
        assert running.tracebacks() == []
