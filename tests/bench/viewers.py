"""Fifty people panning over the 235,000 polygons at once, and somebody who uses the page meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict

from tests.bench.figures import Row, Sample, p95
from tests.bench.large_layer import SMALL_LAYER, address, place, toggle
from tests.bench.panning import Measured, Plan
from tests.bench.run import Run
from tests.bench.visits import visit
from tests.browser.server import ROOT, serving, wait_idle
from tests.web_tiles import middle_of, tiles_holding

VIEWERS = 50
PLACES = 10  # people look at what others look at
SECONDS = 40.0
PAUSE_S = 3.0  # that a viewer looks at a view; real ones look longer
RUN_UP_S = 5.0  # until half of the viewers are there


def rows(run: Run) -> list[Row]:
    """Let the viewers pan from a process of their own, and time clicks on the page in Chromium until they stop."""
    large = run.layers.polygons
    places = [middle_of(tile) for tile in tiles_holding(large.frame, 8)[:PLACES]]  # where most features lie
    starts = [places[number % PLACES] for number in range(VIEWERS)]
    seconds = 15.0 if run.is_quick else SECONDS
    reruns: list[float] = []
    with serving(env=run.layers.env) as server:
        wait_idle(server.pid)
        where = address(server.url, [large.key, SMALL_LAYER], *place(run, 7), 7)
        with visit(run.browser, where) as visited:
            toggle(visited, SMALL_LAYER)
            plan = Plan(f"{server.url}{large.template}", starts, seconds, PAUSE_S)
            until = time.monotonic() + seconds - 2
            crowd = started(plan)
            time.sleep(RUN_UP_S)
            while time.monotonic() < until:
                reruns.append(toggle(visited, SMALL_LAYER)[0])
            measured = ended(crowd, seconds)
        tracebacks = len(server.tracebacks())
    return [*crowd_rows(measured, seconds, tracebacks), rerun_row(reruns)]


def crowd_rows(measured: Measured, seconds: float, tracebacks: int) -> list[Row]:
    """Return what the viewers saw."""
    tiles_ms = [each * 1e3 for each in measured.tile_s]
    many = f"{len(tiles_ms):,} tiles, {len(tiles_ms) / seconds:.0f} a second"
    errors = "; ".join([*measured.errors[:2], f"{tracebacks} tracebacks of the server"])
    views = f"{len(measured.views_s):,} views"
    return [
        Row(f"a tile for {VIEWERS} viewers who pan every {PAUSE_S:g} s, p95", many, p95(tiles_ms), 500, "ms"),
        Row("    errors", errors, len(measured.errors) + tracebacks, 0, "errors"),
        Row("    a whole view, p95", views, p95(measured.views_s) * 1e3, unit="ms"),
    ]


def rerun_row(reruns: list[float]) -> Row:
    """Return how long a click on the page took until the map was drawn, beside the crowd."""
    sample = Sample(tuple(reruns))
    figure = f"{sample.text('s')}, n={len(reruns)}"
    return Row("    a rerun of the page in Chromium meanwhile", figure, sample.median, 1.0, "s")


def started(plan: Plan) -> subprocess.Popen[str]:
    """Start the crowd in a process of its own, so that its work is not the server's."""
    command = [sys.executable, "-m", "tests.bench.panning"]
    crowd = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert crowd.stdin is not None
    crowd.stdin.write(json.dumps(asdict(plan)))
    crowd.stdin.close()
    crowd.stdin = None  # communicate() would write to it
    return crowd


def ended(crowd: subprocess.Popen[str], seconds: float) -> Measured:
    """Wait for the crowd and return what it measured."""
    output, _ = crowd.communicate(timeout=seconds + 60)
    return Measured(**json.loads(output))
