"""The features of a layer, asked the same way whether they are in memory or stay in their file.

A shipped layer is a frame of some hundred rows; a stored one may have a million, and none of the
questions that a page asks needs them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Final, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.mercator import pixel, to_world, world_geometry
from geo.selection import EVERYTHING, Where

REACH_PX: Final = 8.0  # how far from a thin thing a click may land
NEAREST: Final = 10  # features told of one click
EQUATOR_M: Final = 156_543.034  # metres in a pixel at zoom 0 on the equator, tiles of 256 px


@dataclass(frozen=True)
class Click:
    """A place on the map and the zoom at which it was pointed at; degrees on WGS 84 and Leaflet's zoom."""

    lat: float
    lon: float
    zoom: float

    @property
    def point(self) -> tuple[float, float]:
        """The place in units of ``geo.mercator``."""
        x, y = to_world(np.array([[self.lon, self.lat]]))[0]
        return float(x), float(y)

    @property
    def reach(self) -> float:
        """Eight pixels, in units."""
        return float(REACH_PX * pixel(0) / 2.0**self.zoom)

    def metres(self, units: float) -> float:
        """Return a short distance in units as metres at the latitude of the click."""
        return units / pixel(0) * EQUATOR_M * cos(radians(self.lat))


@dataclass(frozen=True)
class Near:
    """A feature within reach of a click: how far, and how large (square units; 0 for points and lines)."""

    id: str
    distance_m: float
    area: float


class Rows(Protocol):
    """What can be asked of a layer's features."""

    def count(self, where: Where = EVERYTHING) -> int:
        """Return how many features are let through."""

    def counts(self, column: str, where: Where = EVERYTHING) -> Mapping[str, int]:
        """Return how many features hold each value of a column."""

    def head(self, n: int, where: Where = EVERYTHING) -> pd.DataFrame:
        """Return the first n features without their geometry, on the index ``id``."""

    def frame(self, where: Where = EVERYTHING) -> gpd.GeoDataFrame:
        """Return the features with their geometry in EPSG:4326, all of them: for layers known to be small."""

    def row(self, feature_id: str) -> pd.Series | None:
        """Return one feature, or None."""

    def near(self, click: Click, where: Where = EVERYTHING) -> list[Near]:
        """Return the features within reach of a click, nearest first, ten at most.

        An area is hit inside only, unless it is so small on the screen that nobody can: then it is
        reached like a point.
        """

    def years(self) -> tuple[int, int] | None:
        """Return the first and last year of any feature, or None where none is dated."""

    def spans(self) -> pd.DataFrame:
        """Return ``first_year`` and ``last_year`` of each feature of a dated layer, on the index ``id``."""


@dataclass(frozen=True)
class FrameRows:
    """The features of a frame in EPSG:4326 on a unique text index ``id``."""

    features: gpd.GeoDataFrame

    def frame(self, where: Where = EVERYTHING) -> gpd.GeoDataFrame:
        """Return the rows that are let through."""
        return self.features[where.mask(self.features)]

    def count(self, where: Where = EVERYTHING) -> int:
        """Return how many rows are let through."""
        return int(where.mask(self.features).sum())

    def counts(self, column: str, where: Where = EVERYTHING) -> Mapping[str, int]:
        """Return how many rows hold each value."""
        found = self.frame(where)[column].astype(str).value_counts()
        return {str(value): int(n) for value, n in found.items()}

    def head(self, n: int, where: Where = EVERYTHING) -> pd.DataFrame:
        """Return the first rows, without geometry."""
        return pd.DataFrame(self.frame(where).head(n).drop(columns=self.features.geometry.name))

    def row(self, feature_id: str) -> pd.Series | None:
        """Return one row, or None."""
        return self.features.loc[feature_id] if feature_id in self.features.index else None

    def near(self, click: Click, where: Where = EVERYTHING) -> list[Near]:
        """Return the rows within reach, by the frame's spatial index."""
        shown = self.frame(where)
        margin = 360 * click.reach / pixel(0) / 256
        box = shapely.box(click.lon - margin, click.lat - margin, click.lon + margin, click.lat + margin)
        found = shown.iloc[shown.sindex.query(box, predicate="intersects")]
        shapes = world_geometry(np.asarray(found.geometry.to_numpy(), dtype=object))
        away = shapely.distance(shapes, shapely.Point(click.point))
        bounds, area = shapely.bounds(shapes), shapely.area(shapes)
        large = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) if len(shapes) else area
        hit = (away <= click.reach) & ((away == 0) | (area == 0) | (large <= 2 * click.reach))
        order = np.lexsort((area[hit], away[hit]))[:NEAREST]
        rows = np.flatnonzero(hit)[order]
        return [Near(str(found.index[each]), click.metres(float(away[each])), float(area[each])) for each in rows]

    def years(self) -> tuple[int, int] | None:
        """Return the years that the rows span."""
        if "first_year" not in self.features:
            return None
        first, last = self.features["first_year"].min(), self.features["last_year"].max()
        return None if pd.isna(first) or pd.isna(last) else (int(first), int(last))

    def spans(self) -> pd.DataFrame:
        """Return the years of each row."""
        return pd.DataFrame(self.features[["first_year", "last_year"]])
