"""How a layer reaches the browser: whole as GeoJSON, or cut into tiles. The one place that decides it.

What a page is about to send is measured; beyond a bound it is tiled. Nobody is asked, nothing is
refused and nothing is left out.
"""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from geo import catalogue, grants, store
from geo.payloads import Payload
from geo.seeds import Record
from geo.viewer import LOCAL, Viewer
from layers import features
from layers.spec import LayerSpec
from layers.version import APP_VERSION, version_of
from layers.view import ViewState

VARIABLE: Final = "FRONTERAS_GEOJSON_BYTES"
WHOLE_BYTES: Final = 150_000  # compressed: some 2,000 small polygons, which a browser draws in a tenth of a second
STORED_BYTES: Final = 500_000  # of GeoParquet: beyond, not even the measuring is worth its while


def bound() -> int:
    """Return the most bytes that a layer may have, compressed, to be sent whole."""
    return int(os.environ.get(VARIABLE) or WHOLE_BYTES)


def is_tiled(spec: LayerSpec) -> bool:
    """Tell whether a layer is cut into tiles: by its size with no filter, so that a filter changes no look.

    Figures by unit are not: their shapes are one file for all of them, and the unit's figure is what is sent.
    """
    if spec.shades is not None:
        return False
    payload = spec.record.payload
    if payload is not None and payload.size > STORED_BYTES:
        return True
    return whole_bytes(spec) > bound()


def whole_bytes(spec: LayerSpec) -> int:
    """Return the compressed size of all of a layer's features as the browser would get them."""
    version = version_of(spec.record)

    def measure() -> int:
        view = ViewState()
        return len(gzip.compress(features.layer_geojson(spec, view, view.lang), compresslevel=6))

    return store.STORE.get(("whole bytes", spec.key, version), measure)


def payload_of(spec: LayerSpec) -> Payload:
    """Return what the tiles of a layer are cut from."""
    return catalogue.payload(spec.key, [channel.column for channel in spec.channels])


@dataclass(frozen=True)
class Reader:
    """Who reads, and the cookie of the browser they read in: what not everybody may see has an address for it alone."""

    viewer: Viewer = LOCAL
    cookie: str = ""


ANYBODY: Final = Reader()


def delivered(spec: LayerSpec, view: ViewState, reader: Reader = ANYBODY) -> dict[str, Any]:
    """Return what the browser is told of where a layer's features are."""
    query = features.filter_query(spec, view)
    record = spec.record
    if not is_tiled(spec):
        granted = _granted(record, spec.key, reader)
        url = features.address(spec.key, view.lang, query, grant=granted, version=version_of(record))
        return {"kind": "features", "url": url}
    payload = payload_of(spec)
    granted = _granted(record, payload.content, reader)
    query = {"v": APP_VERSION, **query}  # another release may style by other columns
    return {
        "kind": "tiles",
        "url": f"../../fronteras/tiles/{payload.content}/{granted}/{{z}}/{{x}}/{{y}}.mvt?{urlencode(query, safe=',')}",
        "geometry": payload.geometry,
        "interactive": False,
        "cell": payload.cell_px,
        "n": payload.features,
    }


def _granted(record: Record, what: str, reader: Reader) -> str:
    return grants.segment(record.marking, what, reader.viewer, reader.cookie, is_private=record.is_private)
