"""Made and real layers in a storage folder of their own, for servers that tests and bench start."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from geo import payloads
from geo.about import About
from geo.grants import PUBLIC
from geo.library import shelf
from geo.library.shelf import Brought, Layer
from geo.payloads import Payload
from geo.viewer import LOCAL, Viewer
from tests.conftest import REALDATA
from tests.made_layers import POINTS, POLYGONS, points, polygons
from tests.web_tiles import Tile, middle_of, tiles_holding

STORAGE: Final = "FRONTERAS_STORAGE"
FEW: Final = 200  # features of the small layer that the large one is measured beside
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

    layer: Layer
    frame: gpd.GeoDataFrame

    @property
    def payload(self) -> Payload:
        """Where its features are."""
        return payloads.read(self.layer.current.content)

    @property
    def key(self) -> str:
        """The layer's key, as links know it."""
        return self.layer.key

    @property
    def template(self) -> str:
        """The path of its tiles, with {z}, {x} and {y}."""
        return f"/fronteras/tiles/{self.payload.content}/{PUBLIC}/{{z}}/{{x}}/{{y}}.mvt"

    def path(self, tile: Tile) -> str:
        """Return the path of one tile."""
        z, x, y = tile
        return self.template.format(z=z, x=x, y=y)


def kept(frame: gpd.GeoDataFrame, *, viewer: Viewer = LOCAL, key: str = "", **said: Any) -> Layer:
    """Store a layer of which this much is said, in the folder that the environment names."""
    about = About(**{"title": "Made", "source": "Made from a seed for tests", **said})
    return shelf.add(payloads.write(frame, about.roles), Brought(about=about), viewer=viewer, key=key)


def stored(frame: gpd.GeoDataFrame, title: str) -> Stored:
    """Store a layer whose column ``year`` dates its features."""
    return Stored(kept(frame, title=title, year="year" if "year" in frame else ""), frame)


class MadeLayers:
    """The layers that tests and bench look at, each stored when it is first asked for.

    Parameters
    ----------
    env : mapping
        What a server needs in its environment to find them: as ``storage_in`` gives it.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env

    @cached_property
    def polygons(self) -> Stored:
        """235,000 made polygons."""
        return stored(polygons(), f"Made polygons, {POLYGONS:,}")

    @cached_property
    def points(self) -> Stored:
        """A million made points."""
        return stored(points(), f"Made points, {POINTS:,}")

    @cached_property
    def dense(self) -> tuple[float, float]:
        """Longitude and latitude of where the made polygons are densest at street level."""
        return middle_of(tiles_holding(self.polygons.frame, 12)[0])

    @cached_property
    def few(self) -> Stored:
        """The 200 made polygons that lie nearest to the densest place."""
        lon, lat = self.dense
        corners = self.polygons.frame.bounds.to_numpy()
        away = abs((corners[:, 0] + corners[:, 2]) / 2 - lon) + abs((corners[:, 1] + corners[:, 3]) / 2 - lat)
        nearest = self.polygons.frame.iloc[away.argsort()[:FEW]].reset_index(drop=True)
        return stored(nearest, f"Made polygons, {FEW}")

    @cached_property
    def real_mining(self) -> Stored | None:
        """The real mining detections of 2024, where they are."""
        path = REALDATA / REAL_FILE
        return stored(gpd.read_parquet(path), "Real mining detections, 2024") if path.is_file() else None
