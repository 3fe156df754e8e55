"""Made and real layers in a storage folder of their own, for servers that tests and bench start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd

from geo import payloads
from geo.grants import PUBLIC
from geo.payloads import About, Payload
from tests.conftest import REALDATA
from tests.made_layers import points, polygons
from tests.web_tiles import Tile

STORAGE: Final = "FRONTERAS_STORAGE"
REAL_FILE: Final = "amw_mining_2024.parquet"


@contextmanager
def storage_in(folder: Path) -> Iterator[dict[str, str]]:
    """Let this process store layers in a folder; gives the environment of a server that shall find them."""
    before = os.environ.get(STORAGE)
    os.environ[STORAGE] = str(folder)
    try:
        yield {STORAGE: str(folder)}
    finally:
        if before is None:
            del os.environ[STORAGE]
        else:
            os.environ[STORAGE] = before


@dataclass(frozen=True)
class Stored:
    """A stored layer and the frame it was made from."""

    payload: Payload
    frame: gpd.GeoDataFrame

    @property
    def key(self) -> str:
        """The layer's key, as links know it."""
        return self.payload.key

    @property
    def template(self) -> str:
        """The path of its tiles, with {z}, {x} and {y}."""
        return f"/fronteras/tiles/{self.payload.content}/{PUBLIC}/{{z}}/{{x}}/{{y}}.mvt"

    def path(self, tile: Tile) -> str:
        """Return the path of one tile."""
        z, x, y = tile
        return self.template.format(z=z, x=x, y=y)


def stored(frame: gpd.GeoDataFrame, title: str) -> Stored:
    """Store a layer whose column ``year`` dates its features, in the folder that the environment names."""
    about = About(title=title, source="Made from a seed for tests", year="year" if "year" in frame else "")
    return Stored(payloads.write(frame, about), frame)


def large() -> Stored:
    """Store 235,000 made polygons."""
    return stored(polygons(), "Made polygons, 235,000")


def many_points() -> Stored:
    """Store a million made points."""
    return stored(points(), "Made points, 1,000,000")


def few(layer: Stored, lon: float, lat: float, n: int = 200) -> Stored:
    """Store the n features of a layer that lie nearest to a position."""
    corners = layer.frame.bounds.to_numpy()
    away = abs((corners[:, 0] + corners[:, 2]) / 2 - lon) + abs((corners[:, 1] + corners[:, 3]) / 2 - lat)
    return stored(layer.frame.iloc[away.argsort()[:n]].reset_index(drop=True), f"Made polygons, {n}")


def real_mining() -> Stored | None:
    """Store the real mining detections of 2024, where they are."""
    path = REALDATA / REAL_FILE
    if not path.is_file():
        return None
    return stored(gpd.read_parquet(path), "Real mining detections, 2024")
