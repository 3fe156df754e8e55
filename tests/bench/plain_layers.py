"""The frames behind our default layers, for the plain way of drawing them."""

from __future__ import annotations

import geopandas as gpd

from layers.features import selected
from layers.looks import DEFAULT_LAYERS
from layers.spec import specs
from layers.view import ViewState

CONFIDENCE = "high"  # the filter that both ways are asked to apply


def frames(*, is_filtered: bool) -> list[gpd.GeoDataFrame]:
    """Return the rows that our map page shows by default, or with the filter on confidence, layer by layer."""
    view = ViewState(confidence=(CONFIDENCE,) if is_filtered else ())
    return [frame for key, spec in specs().items() if key in DEFAULT_LAYERS and len(frame := selected(spec, view))]


def features(*, is_filtered: bool) -> int:
    """Return how many shapes are on the plain map when it is drawn: one for each row that has a geometry."""
    return sum(
        int((~(frame.geometry.isna() | frame.geometry.is_empty)).sum()) for frame in frames(is_filtered=is_filtered)
    )
