"""A folium map that is as folium makes it, but asks our own server for Leaflet: the baselines stand on it."""

from __future__ import annotations

from typing import Final

import folium
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from layers.view import HOME
from tests.browser.server import ROOT

LEAFLET: Final = Mount("/fronteras/leaflet", StaticFiles(directory=ROOT / "node_modules" / "leaflet" / "dist"))


def bare_map() -> folium.Map:
    """Return an empty map at our home view, without tiles: none of the measured ways waits for a network."""
    bare = folium.Map(location=HOME[:2], zoom_start=int(HOME[2]), tiles=None)
    bare.default_js = [("leaflet", "../../fronteras/leaflet/leaflet.js")]
    bare.default_css = [("leaflet_css", "../../fronteras/leaflet/leaflet.css")]
    return bare
