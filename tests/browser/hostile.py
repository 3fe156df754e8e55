"""A stored layer in which every word tries to be more: its title, its source, its columns, their values and its ids."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd
from shapely import box

from geo.library.shelf import Layer
from tests.ingest import made_injections
from tests.stored_layers import kept

WORDS: Final = made_injections.payloads()
LAT: Final = -12.6  # in the Madre de Dios zone
LON: Final = -69.9


def hostile_layer() -> Layer:
    """Store three areas beside each other, the first with its lower left corner at ``LON``, ``LAT``."""
    columns = {column: [value] * 3 for column, value in zip(WORDS, reversed(WORDS), strict=True)}
    frame = gpd.GeoDataFrame(
        pd.DataFrame({**columns, "kind": WORDS[:3], "called": WORDS[1:4], "id": WORDS[2:5]}),
        geometry=[box(LON + n / 10, LAT, LON + n / 10 + 0.09, LAT + 0.2) for n in range(3)],
        crs="EPSG:4326",
    )
    said = {name: " ".join(WORDS) for name in ("source", "publisher", "licence", "description")}
    return kept(frame, title=" ".join(WORDS[1:4]), url=WORDS[10], name="called", category="kind", **said)
