"""A view in one file, opened from the disk in Chromium with all traffic refused: it shows every layer, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from layers.briefing.one_file import page as one_file
from layers.briefing.one_file import tiles as page_tiles
from layers.briefing.snapshot import Snapshot
from layers.delivery import VARIABLE
from layers.features import BASE_LAYERS
from layers.looks import LOOKS
from layers.view import ViewState
from tests.browser.conftest import SCREENSHOTS
from tests.browser.harmless import traces
from tests.browser.hostile import LAT, LON, WORDS, hostile_layer
from tests.browser.watching import DRAWN, SLOW_S, Watch
from tests.made_layers import polygons
from tests.stored_layers import kept

Opener = Callable[..., Page]
INK = """() => {
  const out = {};
  for (const [key, {group, entry, features}] of fronteras.manager.layers) {
    const pane = fronteras.map.getPane(`layer-${key}`);
    if (entry.kind !== "tiles") {
      const shapes = group.getLayers().length;
      const drawn = (path) => (path.getAttribute("d") || "").length > 4;
      const paths = [...pane.querySelectorAll("path")].filter(drawn).length;
      out[key] = entry.interactive ? Math.min(shapes, paths) : pane.querySelectorAll("canvas").length && shapes;
      continue;
    }
    out[key] = 0;
    for (const canvas of pane.querySelectorAll("canvas")) {
      const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 3; at < data.length; at += 4) if (data[at]) out[key] += 1;
    }
  }
  return out;
}"""


@dataclass
class Closed(Watch):
    """Takes whatever is asked for beside one file as a problem."""

    file: str = ""

    def is_ours(self, url: str) -> bool:
        return url == self.file or url.startswith("data:")


pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Give a function that writes a view to a file and opens it; nothing may be asked for and nothing may go wrong."""
    watches, contexts = [], []

    def opening(view: ViewState, *, width: int = 1440, height: int = 900, **options: object) -> Page:
        path = tmp_path / "map.html"
        path.write_bytes(one_file.html(Snapshot(view=view, **options)))  # type: ignore[arg-type]
        watch = Closed(file=path.as_uri())
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        context.set_default_timeout(SLOW_S * 1000)
        watch.attach(context)
        watches.append(watch)
        contexts.append(context)
        page = context.new_page()
        page.goto(watch.file)
        page.wait_for_function(DRAWN)
        return page

    yield opening
    for context in contexts:
        context.close()
    for watch in watches:
        assert watch.problems() == []


def test_every_layer_is_drawn_from_the_file(opened: Opener):
    page = opened(ViewState(layers=tuple(LOOKS)), title="Every layer")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "one-file.png")
    drawn = page.evaluate(INK)
    shown = set(LOOKS) | {f"base-{name}" for name in BASE_LAYERS if name != "towns"}  # towns come nearer
    assert {key for key, n in drawn.items() if n} == shown
    assert drawn["crossings"] > 100
    assert drawn["coca"] > 200
    page.evaluate("() => { fronteras.map.setView([-4.2, -69.9], 8, {animate: false}); }")
    page.wait_for_function("() => fronteras.manager.layers.has('base-towns')")
    assert page.evaluate("() => document.querySelectorAll('.mark-badge, .mark-glyph, .mark-arrow').length") > 0
    expect(page.locator(".label-town").first).to_be_visible()


def test_layers_are_switched_legends_follow_the_year_and_cards_open(opened: Opener):
    page = opened(ViewState(zone="Z-PUTUMAYO", layers=("zones", "mining", "coca"), lang="es"))
    expect(page.locator("h1")).to_contain_text("Putumayo")
    expect(page.locator(".figure").first).to_be_visible()
    mining = page.locator('.layer[data-key="mining"]')
    before = mining.locator(".count").inner_text()
    mining.locator("input").uncheck()
    page.wait_for_function("() => !fronteras.manager.layers.has('mining')")
    expect(mining.locator(".legend")).to_be_hidden()
    mining.locator("input").check()
    page.wait_for_function("() => fronteras.manager.layers.has('mining')")
    page.locator(".time-slider").fill("4")
    expect(mining.locator(".count")).not_to_have_text(before)
    page.locator(".time-all").click()
    expect(mining.locator(".count")).to_have_text(before)
    spot = page.evaluate(
        """() => {
          const [{_point: at}] = fronteras.manager.layers.get("mining").group.getLayers()
            .filter((each) => fronteras.map.getBounds().pad(-0.2).contains(each.getLatLng()));
          const {x, y} = fronteras.map.layerPointToContainerPoint(at);
          const box = fronteras.map.getContainer().getBoundingClientRect();
          return [box.x + x, box.y + y];
        }"""
    )
    page.mouse.click(*spot)
    card = page.locator("#card")
    expect(card.locator(".of")).to_contain_text("Sitios mineros")
    expect(card.locator("ol.sources li").first).to_be_visible()
    expect(card.locator("dl").first).to_contain_text("Mineral")
    assert page.evaluate("() => document.querySelectorAll('path.lit').length") == 1
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_what_is_on_the_map_can_be_chosen_from_a_list_by_keyboard(opened: Opener):
    page = opened(ViewState(layers=("zones", "coca")))
    page.locator("#lists summary").focus()
    page.keyboard.press("Enter")
    zones = page.locator("#lists button", has_text="VRAEM")
    zones.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#card h2")).to_contain_text("VRAEM")
    expect(page.locator("#card")).to_contain_text("How it was drawn")
    page.wait_for_function("() => fronteras.map.getZoom() > 5")
    assert page.locator("#lists small").count() > 20  # units, each with its figure
    assert page.locator("#lists h3").all_inner_texts() == ["Named zones", "Coca cultivation"]


def test_a_phone_shows_the_map_first_and_nothing_beside_the_screen(opened: Opener):
    page = opened(ViewState(), width=390, height=844)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#map").bounding_box()["height"] > 400
    assert page.locator("#map").bounding_box()["y"] < 200
    expect(page.locator(".legend").first).to_be_hidden()
    page.get_by_text("Layers", exact=True).click()
    expect(page.locator(".legend").first).to_be_visible()
    expect(page.locator(".foot .tlp")).to_have_text("TLP:CLEAR")


def test_a_large_layer_is_painted_also_nearer_than_its_deepest_tiles(opened: Opener, monkeypatch):
    frame = polygons(6000).assign(owner=lambda rows: "Owner of " + rows["id"])
    monkeypatch.setenv(VARIABLE, "0")
    monkeypatch.setattr(page_tiles, "MOST_BYTES", 60_000)
    layer = kept(frame, title="Many", year="year")
    page = opened(ViewState(layers=(layer.key,)))
    assert page.evaluate(INK)[layer.key] > 3000
    row = frame.iloc[frame.geometry.to_crs("EPSG:6933").area.argmax()]
    largest = row.geometry.representative_point()
    page.evaluate(f"() => {{ fronteras.map.setView([{largest.y}, {largest.x}], 13, {{animate: false}}); }}")
    page.wait_for_timeout(500)
    page.wait_for_function(f"() => fronteras.manager.layers.get('{layer.key}').group.grid.isPainted()")
    assert page.evaluate(INK)[layer.key] > 3000
    frame_box = page.locator("#map").bounding_box()
    page.mouse.click(frame_box["x"] + frame_box["width"] / 2, frame_box["y"] + frame_box["height"] / 2)
    expect(page.locator("#card h2")).to_have_text(f"Many {row['id']}")
    expect(page.locator("#card")).to_contain_text("Made from a seed for tests")
    expect(page.locator("#card dl").first).to_contain_text(f"Owner of {row['id']}")
    expect(page.locator("#card .evidence")).to_contain_text("Confidence")
    page.locator("#lists summary").click()
    expect(page.locator("#lists")).to_contain_text("Too many to be listed")


@pytest.mark.parametrize("delivery", ["whole", "tiled"])
def test_words_of_strangers_stay_words(opened: Opener, monkeypatch, delivery: str):
    if delivery == "tiled":
        monkeypatch.setenv(VARIABLE, "0")
    layer = hostile_layer()
    view = ViewState(layers=(layer.key, "zones"), lat=LAT + 0.1, lon=LON + 0.04, zoom=10)
    page = opened(view, title=" ".join(WORDS[:6]), subtitle=" ".join(WORDS[6:12]))
    expect(page.locator(f'.layer[data-key="{layer.key}"]')).to_contain_text(WORDS[1])
    frame_box = page.locator("#map").bounding_box()
    page.mouse.move(frame_box["x"] + frame_box["width"] / 2 + 3, frame_box["y"] + frame_box["height"] / 2)
    page.mouse.click(frame_box["x"] + frame_box["width"] / 2, frame_box["y"] + frame_box["height"] / 2)
    expect(page.locator("#card .of")).to_contain_text(WORDS[1])
    expect(page.locator("#card h2")).to_contain_text(WORDS[1])
    page.locator(".all-sources summary").click()
    page.wait_for_timeout(300)
    assert traces(page) == []
    assert page.locator("img:not([src^='data:image/svg'])").count() == 0
