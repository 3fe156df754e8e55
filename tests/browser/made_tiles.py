"""Vector tiles made by hand, and a stand-in for the server that gives them out as a test wants."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

import shapely
from playwright.sync_api import Route
from shapely.geometry.base import BaseGeometry

EXTENT: Final = 4096  # units along a tile's side
BUFFER: Final = 256  # units beyond the edge
ADDRESS: Final = re.compile(r"/fronteras/tiles/([^/]+)/([^/]+)/(?:(\d+)/(\d+)/(\d+)\.mvt|feature\.geojson\?id=(.+))")
Properties = Mapping[str, str | int]
Feature = tuple[Properties, BaseGeometry]


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _field(number: int, value: bytes | int) -> bytes:
    """Return a field of a protocol buffer: a number as it is, anything else with its length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _commands(parts: list[list[tuple[int, int]]], kind: int) -> bytes:
    """Return parts as the commands of a vector tile: move to, line to, close; each place relative to the last."""
    numbers, last = list[int](), (0, 0)
    for part in parts:
        places = part[:-1] if kind == 3 else part  # a ring is closed by a command
        for at, place in enumerate(places):
            if kind == 1:
                numbers += [len(places) << 3 | 1] if at == 0 else []
            elif at < 2:
                numbers.append(1 << 3 | 1 if at == 0 else (len(places) - 1) << 3 | 2)
            numbers += [(step << 1) ^ (step >> 31) for step in (place[0] - last[0], place[1] - last[1])]
            last = place
        numbers += [15] if kind == 3 else []
    return b"".join(_varint(number) for number in numbers)


def _parts(geometry: BaseGeometry) -> tuple[int, list[list[tuple[int, int]]]]:
    """Return a geometry's kind (1 points, 2 lines, 3 areas) and its parts in whole units."""
    kind = geometry.geom_type.removeprefix("Multi")
    pieces = list(geometry.geoms) if hasattr(geometry, "geoms") else [geometry]
    if kind == "Point":
        return 1, [[(round(each.x), round(each.y)) for each in pieces]]
    lines = pieces if kind == "LineString" else [ring for each in pieces for ring in (each.exterior, *each.interiors)]
    return 2 if kind == "LineString" else 3, [[(round(x), round(y)) for x, y in line.coords] for line in lines]


def _layer(name: str, features: Sequence[Feature]) -> bytes:
    keys = sorted({key for properties, _ in features for key in properties})
    values = list(dict.fromkeys(value for properties, _ in features for value in properties.values()))
    body = _field(15, 2) + _field(1, name.encode()) + _field(5, EXTENT)
    for properties, geometry in features:
        kind, parts = _parts(geometry)
        tags = [number for key, value in properties.items() for number in (keys.index(key), values.index(value))]
        told = _field(2, b"".join(_varint(tag) for tag in tags)) + _field(3, kind) + _field(4, _commands(parts, kind))
        body += _field(2, told)
    body += b"".join(_field(3, key.encode()) for key in keys)
    for value in values:
        body += _field(4, _field(4, value) if isinstance(value, int) else _field(1, value.encode()))
    return _field(3, body)


def tile(z: int, x: int, y: int, features: Sequence[Feature] = (), cells: Sequence[Feature] = ()) -> bytes:
    """Return a tile of features and of cells, all in degrees; b"" where nothing of them lies.

    A feature is clipped to the tile and 16 px around it; a cell's places are those in the tile.
    """

    def within(geometry: BaseGeometry, margin: int) -> BaseGeometry:
        world = EXTENT * 2**z

        def units(places: list[list[float]]) -> list[list[float]]:
            return [
                [
                    (lon / 360 + 0.5) * world - x * EXTENT,
                    (0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / 2 / math.pi) * world - y * EXTENT,
                ]
                for lon, lat in places
            ]

        box = shapely.box(-margin, -margin, EXTENT + margin, EXTENT + margin)
        return shapely.intersection(shapely.transform(geometry, units), box)

    body = b""
    for name, given, margin in (("features", features, BUFFER), ("cells", cells, 0)):
        here = [(properties, within(geometry, margin)) for properties, geometry in given]
        if kept := [each for each in here if not each[1].is_empty]:
            body += _layer(name, kept)
    return body


@dataclass
class TileServer:
    """Answers what the map asks for below ``/fronteras/tiles``, in place of the app.

    Attributes
    ----------
    status : mapping of grant to int
        What is answered instead of a tile.
    asked : list of str
        The paths that were asked for.
    held : list
        While ``is_holding``, what waits for an answer.
    """

    features: Sequence[Feature] = ()
    cells: Sequence[Feature] = ()
    status: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    held: list[Route] = field(default_factory=list)
    is_holding: bool = False

    def __call__(self, route: Route) -> None:
        """Take in a question of the browser."""
        self.asked.append(urlsplit(route.request.url).path)
        if self.is_holding:
            self.held.append(route)
        else:
            self.answer(route)

    def answer(self, route: Route) -> None:
        """Answer a question: a tile, a feature as GeoJSON, or the status that the grant has."""
        found = ADDRESS.search(route.request.url)
        assert found, route.request.url
        _, grant, z, x, y, feature = found.groups()
        if grant in self.status:
            route.fulfill(status=self.status[grant], body="")
        elif feature:
            (wanted,) = [each for each in self.features if each[0]["id"] == unquote(feature)]
            body = {"type": "Feature", "properties": dict(wanted[0]), "geometry": wanted[1].__geo_interface__}
            route.fulfill(status=200, body=json.dumps(body), content_type="application/geo+json")
        else:
            body = tile(int(z), int(x), int(y), self.features, self.cells)
            route.fulfill(status=200, body=body, content_type="application/vnd.mapbox-vector-tile")

    def release(self) -> None:
        """Answer what waits, and from now on at once."""
        self.is_holding = False
        for route in self.held:
            self.answer(route)
        self.held.clear()
