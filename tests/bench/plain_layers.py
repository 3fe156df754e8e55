"""The frames behind our map, for the plain way of drawing them."""

from __future__ import annotations

import json
from functools import cache

import geopandas as gpd

from geo.crs import DISPLAY_CRS
from layers.features import BASE_LAYERS, base_geojson, selected
from layers.looks import DEFAULT_LAYERS, specs
from layers.view import ViewState

CONFIDENCE = "high"  # the filter that both ways are asked to apply


def frames(*, is_filtered: bool = False, has_base: bool = False) -> list[gpd.GeoDataFrame]:
    """Return the rows that our map page shows by default, or with the filter on confidence, layer by layer.

    With ``has_base`` come first, as simple as we send them, the shapes of the base map: ours shows them too.
    """
    view = ViewState(confidence=(CONFIDENCE,) if is_filtered else ())
    found = [selected(spec, view) for key, spec in specs().items() if key in DEFAULT_LAYERS]
    return [frame for frame in [*(base_frames() if has_base else ()), *found] if len(frame)]


@cache
def base_frames() -> tuple[gpd.GeoDataFrame, ...]:
    """Return the shapes of our offline base map."""
    texts = (json.loads(base_geojson(name, "en")) for name in BASE_LAYERS)
    return tuple(gpd.GeoDataFrame.from_features(text, crs=DISPLAY_CRS) for text in texts)


def shapes(*, is_filtered: bool = False, has_base: bool = False) -> int:
    """Return how many shapes are on the plain map when it is drawn: one for each row that has a geometry."""
    chosen = frames(is_filtered=is_filtered, has_base=has_base)
    return sum(int((~(frame.geometry.isna() | frame.geometry.is_empty)).sum()) for frame in chosen)
