"""What a server holds in memory for a layer of a million points, while it is looked at and after it is gone."""

from __future__ import annotations

import gc
from contextlib import suppress

import httpx2

from geo.library import shelf
from geo.viewer import LOCAL
from tests.bench.figures import MB, Row
from tests.bench.run import Run
from tests.bench.tile_times import timed
from tests.browser.server import resident_mb, serving, wait_idle
from tests.stored_layers import stored
from tests.web_tiles import spread, tiles_holding

ZOOMS = range(15)
TILES_EACH = 40
EVERY = 10  # tiles between two looks at the memory


def rows(run: Run) -> list[Row]:
    """Ask for hundreds of tiles of the layer and watch the process; then delete the layer."""
    # A copy of its own: it is deleted, and the others still need theirs.
    own = stored(run.layers.points.frame.iloc[::-1], "Made points, to be deleted")
    file_mb = own.payload.size / MB
    with serving(env=run.layers.env) as server, httpx2.Client(base_url=server.url, timeout=60) as client:
        wait_idle(server.pid)
        fresh = resident_mb(server.pid)
        # The engine stays, whatever layer is looked at: it is started by a small one first.
        few = run.layers.few
        for zoom in ZOOMS:
            timed(client, few.path(tiles_holding(few.frame, zoom)[0]))
        before = resident_mb(server.pid)
        most = before
        for zoom in ZOOMS:
            for number, tile in enumerate(spread(tiles_holding(own.frame, zoom), 6 if run.is_quick else TILES_EACH)):
                timed(client, own.path(tile))
                if number % EVERY == 0:
                    most = max(most, resident_mb(server.pid))
        after = resident_mb(server.pid)
        most = max(most, after)
        shelf.delete(own.key, viewer=LOCAL)
        with suppress(RuntimeError):  # the refusal is what tells the server that the layer is gone
            timed(client, own.path(tiles_holding(own.frame, 4)[0]))
        wait_idle(server.pid)
        left = resident_mb(server.pid)
    gc.collect()
    return [
        Row("server memory for 1,000,000 points, to their GeoParquet", f"{after - before:.0f} MB of {file_mb:.1f} MB",
            (after - before) / file_mb, 3),
        Row("    at its highest meanwhile", f"{most - before:.0f} MB", (most - before) / file_mb),
        Row("    held after the layer is deleted", f"{left - before:.0f} MB", (left - before) / file_mb),
        Row("    of the server before, with its engine", f"{before:.0f} MB; {fresh:.0f} MB without"),
    ]  # fmt: skip
