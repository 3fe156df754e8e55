"""Tiles over HTTP from a server of their own: how long a cold and a warm one takes, how large it is, what it counts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx2
import numpy as np

from tests.bench.figures import KB, Row, p95
from tests.bench.run import Run
from tests.browser.server import serving, wait_idle
from tests.stored_layers import REAL_FILE, Stored
from tests.web_tiles import Content, content, spread, tiles_holding

FAR_ZOOMS = range(4)
NEAR_ZOOMS = range(4, 15)
TILES_EACH = 12  # of a zoom, from its fullest tile to an almost empty one
WARM_ROUNDS = 3
COUNTED_ZOOMS = (2, 4)


@dataclass
class Times:
    """What was measured of the tiles of one layer."""

    far_cold_s: list[float] = field(default_factory=list)
    cold_s: list[float] = field(default_factory=list)
    warm_s: list[float] = field(default_factory=list)
    size: list[int] = field(default_factory=list)  # bytes, uncompressed


def rows(run: Run) -> list[Row]:
    """Measure the made layers and the real mining detections, one server for all of them."""
    each = 3 if run.is_quick else TILES_EACH
    began = time.monotonic()
    large, many = run.layers.polygons, run.layers.points
    found = [Row("making and storing 235,000 polygons and 1,000,000 points", f"{time.monotonic() - began:.0f} s")]
    named = {"235,000 polygons": large, "1,000,000 points": many, "real mining": run.layers.real_mining}
    with (
        serving(env=run.layers.env) as server,
        httpx2.Client(base_url=server.url, timeout=60, trust_env=False) as client,
    ):
        wait_idle(server.pid)
        # It starts the engine; and no tile of this zoom is measured below.
        first_s, _ = timed(client, large.path(tiles_holding(large.frame, NEAR_ZOOMS.stop)[0]))
        found.append(Row("first tile after the start of the server", f"{1e3 * first_s:.0f} ms"))
        for name, layer in named.items():
            if layer is None:
                found.append(Row(f"tiles of {name}", f"skipped: {REAL_FILE} is not here (../shared/realdata)"))
                continue
            found += time_rows(name, measure(client, layer, each))
            if layer is large:
                found += [count_row(client, layer, zoom) for zoom in COUNTED_ZOOMS]
    return found


def timed(client: httpx2.Client, path: str) -> tuple[float, bytes]:
    """Ask for a path and return the seconds until all of it was there, and its body uncompressed.

    Raises
    ------
    RuntimeError
        If the answer is neither a tile nor an empty one.
    """
    began = time.perf_counter()
    answer = client.get(path)
    seconds = time.perf_counter() - began
    if answer.status_code not in {200, 204}:
        raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:200]}")
    return seconds, answer.content


def measure(client: httpx2.Client, layer: Stored, each: int) -> Times:
    """Ask for tiles that nobody asked for before, then for the same ones again."""
    into = Times()
    for zoom in (*FAR_ZOOMS, *NEAR_ZOOMS):
        tiles = spread(tiles_holding(layer.frame, zoom), each)
        cold = [timed(client, layer.path(tile)) for tile in tiles]
        (into.far_cold_s if zoom in FAR_ZOOMS else into.cold_s).extend(seconds for seconds, _ in cold)
        into.size.extend(len(body) for _, body in cold)
        for _ in range(WARM_ROUNDS):
            into.warm_s.extend(timed(client, layer.path(tile))[0] for tile in tiles)
    return into


def spell(values: Sequence[float]) -> str:
    """Return median and extremes of measurements in seconds, as milliseconds."""
    low, middle, high = min(values) * 1e3, float(np.median(values)) * 1e3, max(values) * 1e3
    return f"{middle:.0f} ms ({low:.0f}-{high:.0f}), n={len(values)}"


def time_rows(name: str, times: Times) -> list[Row]:
    """Return what was asked of the tiles of a layer, and what was found."""
    return [
        Row(f"warm tile of {name}, p95", spell(times.warm_s), p95(times.warm_s) * 1e3, 20, "ms"),
        Row("    cold tile at zoom 4 to 14, p95", spell(times.cold_s), p95(times.cold_s) * 1e3, 400, "ms"),
        Row("    cold tile at zoom 0 to 3, slowest", spell(times.far_cold_s), max(times.far_cold_s) * 1e3, 1500, "ms"),
        Row("    largest tile", f"{max(times.size) / KB:.0f} kB", max(times.size) / KB, 500, "kB"),
    ]


def count_row(client: httpx2.Client, layer: Stored, zoom: int) -> Row:
    """Return how many features the tiles of a zoom lack: what is drawn as itself and what is counted, summed."""
    said = [content(timed(client, layer.path(tile))[1]) for tile in tiles_holding(layer.frame, zoom)]
    total = features_in(said)
    missing = abs(total - layer.payload.features)
    return Row(
        f"    features in the tiles of zoom {zoom}", f"{total:,} of {layer.payload.features:,}", missing, 0, "missing"
    )


def features_in(tiles: Sequence[Content]) -> int:
    """Return the features of several tiles; one that reaches into a neighbour is one."""
    return len(frozenset().union(*(each.ids for each in tiles))) + sum(each.counted for each in tiles)
