"""How much a picture is painted: our map beside the same layer drawn by GeoDataFrame.plot on an Agg canvas.

The measure is ink: how far each pixel is from the white ground, summed. So a half-covered pixel counts half, and
nothing depends on where exactly the two renderers put the edge of a stroke.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Frame, Page

MERCATOR = "EPSG:3857"
WORLD_M = 2 * 20_037_508.342789244  # width and height of the square of Web Mercator
WHITE = 255
SEEN = 10  # a pixel this much darker than the ground, of 765, counts as painted
LEAFLET = {  # what an area looks like where its style says nothing
    "stroke": True, "color": "#3388ff", "weight": 3, "opacity": 1, "dashArray": None, "fillColor": None,
    "fillOpacity": 0.2,
}  # fmt: skip
Picture = NDArray[np.uint8]  # rows, columns, red-green-blue

ONLY_ONE_LAYER = """key => {
  const pane = map.getPane(`layer-${key}`);
  for (const each of document.querySelectorAll(".leaflet-map-pane > .leaflet-pane")) {
    if (each !== pane) each.style.visibility = "hidden";
  }
  for (const each of document.querySelectorAll(".leaflet-control-container")) each.style.visibility = "hidden";
  map.getContainer().style.background = "#fff";
  const corner = map.getPixelBounds().min, size = map.getSize();
  return {zoom: map.getZoom(), west: corner.x, north: corner.y, width: size.x, height: size.y};
}"""
LOOK = "key => { const {style, by} = fronteras.manager.layers.get(key).entry; return {style, by}; }"


@dataclass(frozen=True)
class Window:
    """What a map shows: its zoom, its upper left corner in pixels of the whole world, its size in pixels."""

    zoom: float
    west: float
    north: float
    width: int
    height: int


def shown(page: Page, frame: Frame, key: str) -> tuple[Picture, Window]:
    """Return the picture that a map paints of one layer alone on white, and what part of the world it is."""
    window = Window(**frame.evaluate(ONLY_ONE_LAYER, key))
    page.wait_for_timeout(200)  # hidden panes leave the screen with the next frame
    return pixels(frame.locator("#map_div").screenshot()), window


def pixels(png: bytes) -> Picture:
    """Return a PNG as rows, columns and colours."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def drawn_by_matplotlib(frame: gpd.GeoDataFrame, window: Window, look: Mapping[str, Any]) -> Picture:
    """Return the picture of a layer as GeoDataFrame.plot draws it, with a style of Leaflet's, on white.

    Parameters
    ----------
    frame : GeoDataFrame
        Areas, with the columns that ``look["by"]`` names.
    look : mapping
        ``style`` (Leaflet's path options) and ``by`` (column to value to what it changes).
    """
    figure = Figure(figsize=(window.width / 72, window.height / 72), dpi=72, facecolor="white")  # a point is a pixel
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    metres = WORLD_M / (256 * 2**window.zoom)
    west, north = window.west * metres - WORLD_M / 2, WORLD_M / 2 - window.north * metres
    east, south = west + window.width * metres, north - window.height * metres
    near = frame.to_crs(MERCATOR).cx[west:east, south:north]
    for rows, style in _styled(near, look):
        rows.plot(ax=axes, aspect=None, **_as_patches(LEAFLET | style))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[:, :, :3].copy()


def _as_patches(style: Mapping[str, Any]) -> dict[str, Any]:
    """Return a style of Leaflet's in the words of matplotlib's patches; a point is a pixel here."""
    weight = float(style["weight"]) if style["stroke"] else 0.0
    face = to_rgba(style["fillColor"] or style["color"], float(style["fillOpacity"]))
    dashes = tuple(float(length) for length in str(style["dashArray"] or "").replace(",", " ").split())
    return {
        "facecolor": face,
        "edgecolor": to_rgba(style["color"], float(style["opacity"])) if weight else "none",
        "linewidth": weight,
        "linestyle": (0, tuple(length / weight for length in dashes)) if dashes and weight else "solid",
        "joinstyle": "round",
    }


def _styled(frame: gpd.GeoDataFrame, look: Mapping[str, Any]) -> list[tuple[gpd.GeoDataFrame, dict]]:
    """Return the rows that look alike with their style."""
    parts = [(frame, dict(look["style"]))]
    for column, classes in dict(look.get("by") or {}).items():
        if column in frame:
            parts = [
                (rows[rows[column] == value], style | classes.get(str(value), {}))
                for rows, style in parts
                for value in rows[column].unique()
            ]
    return parts


def ink(picture: Picture) -> float:
    """Return how far a picture is from white, in pixels of pure black."""
    return float((WHITE - picture.astype(np.float64)).sum() / (3 * WHITE))


def painted(picture: Picture) -> int:
    """Return how many pixels are not white to the eye."""
    return int(((WHITE - picture.astype(np.int64)).sum(axis=2) > SEEN).sum())
