"""The names that a link may use in this release, gathered from the rows that define them."""

from __future__ import annotations

from geo import store
from geo.errors import DataError
from geo.shipped import TABLES
from geo.viewer import LOCAL, Viewer
from layers.looks import BASEMAPS, DEFAULT_LAYERS, specs
from layers.tokens import COMMODITY
from layers.view import Known

PAGES = ("map", "zones", "layers", "briefing", "records", "upload", "methods")


def known(viewer: Viewer = LOCAL) -> Known:
    """Return what links may name; what depends on a file that cannot be read is empty."""
    try:
        zones = store.table("zones")
        zone_ids, kinds = frozenset(zones["zone_id"]), frozenset(zones["kind"])
        countries = frozenset(iso3 for cell in zones["countries"] for iso3 in cell.split(";"))
        crossings = store.table("crossings")
        countries |= frozenset(crossings["country_a"]) | frozenset(crossings["country_b"])
        minerals = frozenset(store.table("mining_sites")["mineral"])
    except DataError:  # the page that needs the file says so; links still open
        zone_ids = kinds = countries = minerals = frozenset()
    return Known(
        pages=frozenset(PAGES),
        layers=tuple(specs(viewer)),
        default_layers=DEFAULT_LAYERS,
        zones=zone_ids,
        basemaps=tuple(BASEMAPS),
        filters={
            "country": countries,
            "kind": kinds,
            "commodity": frozenset(COMMODITY),
            "mineral": minerals,
            "confidence": frozenset({"high", "medium", "low"}),
        },
        tables=frozenset(TABLES),
    )
