"""The same layer delivered as GeoJSON and as tiles, seen side by side.

``python -m tests.browser.two_deliveries`` writes docs/images/tiles-beside-geojson.png anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, sync_playwright

from layers.delivery import VARIABLE
from tests.bench.ink import Picture, Window, pixels
from tests.browser.chromium import FLAGS, chromium_path
from tests.browser.server import ROOT, Server, serving
from tests.browser.watching import wait_still
from tests.made_layers import polygons
from tests.stored_layers import Stored, storage_in, stored
from tests.web_tiles import TILE_PX, middle_of, tiles_holding

PICTURE: Final = ROOT / "docs" / "images" / "tiles-beside-geojson.png"
ZOOM: Final = 12
FEATURES: Final = 700
SEEN: Final = 0.25  # of the contrast between ink and ground, whatever the colour of the layer
HIDE: Final = (
    "() => { for (const each of document.querySelectorAll('.leaflet-control-container')) each.style.display = 'none'; }"
)
WINDOW: Final = """() => { const corner = map.getPixelBounds().min, size = map.getSize();
  return {zoom: map.getZoom(), west: corner.x, north: corner.y, width: size.x, height: size.y}; }"""


def some_polygons() -> Stored:
    """Store some hundreds of polygons that lie together, few enough to be sent whole."""
    many = polygons(235_000)
    lon, lat = middle_of(tiles_holding(many, ZOOM)[0])
    corners = many.bounds.to_numpy()
    away = np.hypot((corners[:, 0] + corners[:, 2]) / 2 - lon, (corners[:, 1] + corners[:, 3]) / 2 - lat)
    return stored(many.iloc[away.argsort()[:FEATURES]].reset_index(drop=True), "Made polygons")


@dataclass(frozen=True)
class Deliveries:
    """Two servers that show one layer: whole, and cut into tiles."""

    layer: Stored
    whole: Server
    tiled: Server


@contextmanager
def deliveries(folder: Path) -> Iterator[Deliveries]:
    """Store the layer and start both servers."""
    with ExitStack() as stack:
        env = stack.enter_context(storage_in(folder))
        layer = some_polygons()
        whole = stack.enter_context(serving(env=env))
        tiled = stack.enter_context(serving(env={**env, VARIABLE: "0"}))
        yield Deliveries(layer, whole, tiled)


def seen(browser: Browser, server: Server, layer: Stored, *, density: float = 1) -> tuple[Picture, Window, str]:
    """Return the picture of the map over the layer's middle, what it shows, and how the layer came: its kind."""
    west, south, east, north = layer.payload.bounds or (0, 0, 0, 0)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, device_scale_factor=density)
    page = context.new_page()
    page.goto(f"{server.url}/?layers={layer.key}&at={(south + north) / 2:.4f},{(west + east) / 2:.4f},{ZOOM}")
    frame = wait_still(page)  # names settle a moment after the map
    kind = frame.evaluate("key => fronteras.manager.layers.get(key).entry.kind", layer.key)
    window = Window(**frame.evaluate(WINDOW))
    frame.evaluate(HIDE)
    picture = pixels(frame.locator("#map_div").screenshot())
    context.close()
    return picture, window, kind


def differing(one: Picture, other: Picture) -> np.ndarray:
    """Return where two pictures differ so much that it may be seen."""
    return (np.abs(one.astype(np.int16) - other.astype(np.int16)) > SEEN * contrast(one)).any(axis=2)


def contrast(picture: Picture) -> float:
    """Return how far the strongest ink is from the ground, of 255 in one colour."""
    return float(np.abs(picture - np.median(picture, axis=(0, 1))).max())


def softened(picture: Picture, side: int = 4) -> np.ndarray:
    """Return the mean colour of each square of some pixels: what is left when the eye does not look at edges."""
    rows, columns = picture.shape[0] // side, picture.shape[1] // side
    return picture[: rows * side, : columns * side].reshape(rows, side, columns, side, 3).mean(axis=(1, 3))


def seams(window: Window, shape: tuple[int, ...], *, density: float = 1, within: int = 2) -> np.ndarray:
    """Return which pixels of a picture lie within some pixels of the page from the edge of a tile."""
    rows = (np.arange(shape[0]) / density + window.north) % TILE_PX
    columns = (np.arange(shape[1]) / density + window.west) % TILE_PX
    near_row = (rows < within) | (rows >= TILE_PX - within)
    near_column = (columns < within) | (columns >= TILE_PX - within)
    return near_row[:, None] | near_column[None, :]


def side_by_side(left: Picture, right: Picture, side: int = 560) -> Image.Image:
    """Return the middles of two pictures beside each other, each with its name below."""
    gap, foot = 16, 34
    sheet = Image.new("RGB", (2 * side + gap, side + foot), "#FBFAF7")
    pen = ImageDraw.Draw(sheet)
    for at, (picture, name) in enumerate(((left, "as GeoJSON"), (right, "as vector tiles"))):
        top, start = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
        sheet.paste(Image.fromarray(picture[top : top + side, start : start + side]), (at * (side + gap), 0))
        pen.text((at * (side + gap), side + 8), name, fill="#1F2933", font=ImageFont.load_default(16))
    return sheet


def main() -> None:
    """Write the picture for the documentation."""
    with (
        TemporaryDirectory() as folder,
        deliveries(Path(folder)) as both,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        whole, _, _ = seen(browser, both.whole, both.layer)
        tiled, _, _ = seen(browser, both.tiled, both.layer)
        browser.close()
    side_by_side(whole, tiled).save(PICTURE, optimize=True)
    print(
        f"{PICTURE.name}: {differing(whole, tiled).mean():.3%} of the map's pixels differ "
        f"by more than {SEEN:.0%} of the contrast."
    )


if __name__ == "__main__":
    main()
