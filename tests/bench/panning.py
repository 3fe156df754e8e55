"""Viewers who pan and zoom over a layer's tiles, simulated over HTTP in a process of their own.

``python -m tests.bench.panning`` reads a plan (JSON) from its input and prints what it measured (JSON). Each viewer
looks at a window of tiles, asks for those it does not have yet, all at once and over at most six connections as a
browser does, looks at them for a while, and moves on by up to a tile and a half.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import httpx2

from tests.web_tiles import Tile, around

CONNECTIONS = 6  # of a browser to one server
WINDOW = (5, 4)  # tiles across and down: a map of some 1000 by 700 pixels
ZOOMS = (5, 12)  # each viewer keeps to one of these and those between
ARRIVING_S = 10.0  # until the last viewer has come


@dataclass(frozen=True)
class Plan:
    """What the viewers are asked to do."""

    address: str  # with {z}, {x} and {y}
    starts: Sequence[tuple[float, float]]  # longitude, latitude: one viewer each
    seconds: float
    pause_s: float  # between the last tile of a view and the next move
    seed: int = 1


@dataclass
class Measured:
    """What came of it."""

    tile_s: list[float] = field(default_factory=list)
    views_s: list[float] = field(default_factory=list)  # until the last tile of a view was there
    errors: list[str] = field(default_factory=list)


async def one_viewer(plan: Plan, number: int, until: float, into: Measured) -> None:
    """Pan about from one start until the time is up."""
    chance = random.Random(plan.seed * 1000 + number)  # noqa: S311 - nothing secret hangs on it
    lon, lat = plan.starts[number]
    zoom = chance.randint(*ZOOMS)
    held: set[Tile] = set()
    limits = httpx2.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    async with httpx2.AsyncClient(limits=limits, timeout=30, trust_env=False) as client:
        await asyncio.sleep(chance.uniform(0, ARRIVING_S))
        while time.monotonic() < until:
            wanted = [tile for tile in around(lon, lat, zoom, width=WINDOW[0], height=WINDOW[1]) if tile not in held]
            held.update(wanted)
            began = time.monotonic()
            await asyncio.gather(*(_fetch(client, plan.address, tile, into) for tile in wanted))
            into.views_s.append(time.monotonic() - began)
            await asyncio.sleep(plan.pause_s * chance.uniform(0.7, 1.3))
            step, turn = chance.uniform(0.5, 1.5) * 360 / 2**zoom, chance.uniform(0, 2 * math.pi)
            lon, lat = lon + step * math.cos(turn), lat + step * math.sin(turn)


async def _fetch(client: httpx2.AsyncClient, address: str, tile: Tile, into: Measured) -> None:
    z, x, y = tile
    began = time.monotonic()
    try:
        answer = await client.get(address.format(z=z, x=x, y=y))
    except httpx2.HTTPError as error:
        into.errors.append(f"{tile}: {type(error).__name__} {error}")
        return
    into.tile_s.append(time.monotonic() - began)
    if answer.status_code not in {200, 204}:
        into.errors.append(f"{tile}: {answer.status_code}")


async def all_viewers(plan: Plan) -> Measured:
    """Let all viewers pan at the same time."""
    into = Measured()
    until = time.monotonic() + plan.seconds
    await asyncio.gather(*(one_viewer(plan, number, until, into) for number in range(len(plan.starts))))
    return into


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(all_viewers(Plan(**json.load(sys.stdin)))))))
