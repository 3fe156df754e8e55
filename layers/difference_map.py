"""Where two versions of a layer differ: a small map with a sign for each feature that came, went or changed."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final
from urllib.parse import quote

import numpy as np

from geo.library.differences import Differences, Kind
from geo.messages import Language, Message, say
from layers.small_map import SmallMap
from layers.tokens import COMMODITY, PAPER

SIZE: Final = (520, 320)
MOST: Final = 3000  # signs of a kind: more are a cloud, and the picture travels in the page
SAFE: Final = " '=/:;,.()"  # in a data address; the rest is written as percent signs
# Told apart by their form too: full, hollow, square. In the order in which they are drawn.
PAINT: Final[Mapping[Kind, str]] = {
    "changed": f'fill="{COMMODITY["migrants"]}" stroke="{PAPER}" stroke-width=".8"',
    "removed": f'fill="{PAPER}" fill-opacity=".4" stroke="{COMMODITY["mercury"]}" stroke-width="1.6"',
    "added": f'fill="{COMMODITY["timber"]}" stroke="{PAPER}" stroke-width=".8"',
}
SAID: Final[Mapping[Kind, Message]] = {
    "added": Message("full circle: new"),
    "removed": Message("hollow circle: gone"),
    "changed": Message("square: different"),
}


def image(found: Differences, lang: Language) -> str:
    """Return the map as an HTML image; "" where nothing that differs has a place."""
    placed = found.rows[np.isfinite(found.rows["lon"]) & np.isfinite(found.rows["lat"])]
    if placed.empty:
        return ""
    box = (placed["lon"].min(), placed["lat"].min(), placed["lon"].max(), placed["lat"].max())
    west, south, east, north = (float(edge) for edge in box)
    around = max(1.0 - (east - west), 0) / 2, max(1.0 - (north - south), 0) / 2  # a degree at least: to see where it is
    window = SmallMap.around((west - around[0], south - around[1], east + around[0], north + around[1]), *SIZE)
    signs = []
    for kind in PAINT:
        here = placed[placed["kind"] == kind].head(MOST)
        spots = window.pixels(here[["lon", "lat"]].to_numpy(dtype=np.float64))
        signs += [_sign(kind, x, y) for x, y in spots]
    words = legend(found, lang)
    address = quote(window.svg("".join(signs), words).replace('"', "'"), safe=SAFE)
    return f'<img alt="{escape(words)}" width="{SIZE[0]}" height="{SIZE[1]}" src="data:image/svg+xml,{address}">'


def legend(found: Differences, lang: Language) -> str:
    """Return what the signs that are there mean."""
    return ", ".join(say(words, lang) for kind, words in SAID.items() if found.count(kind))


def _sign(kind: Kind, x: float, y: float) -> str:
    if kind == "changed":
        return f'<rect x="{x - 3:g}" y="{y - 3:g}" width="6" height="6" {PAINT[kind]}/>'
    return f'<circle cx="{x:g}" cy="{y:g}" r="3.6" {PAINT[kind]}/>'
