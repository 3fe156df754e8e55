"""Zone tables of a million points beside the plainest thing that could answer: one query of a spatial index."""

from __future__ import annotations

import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np

from geo import zone_tables
from geo.payloads import Payload
from geo.zone_tables import OUTSIDE, Tally, ZoneTable
from geo.zones import zones
from tests.bench.figures import Row
from tests.bench.run import Run


def rows(run: Run) -> list[Row]:
    """Measure the tables, by zone and by year, from the frame in memory and from the stored file; take turns."""
    layer = run.layers.points
    shapes = zones().geometry
    frame = layer.frame.assign(first_year=layer.frame["year"], last_year=layer.frame["year"])
    payload = layer.payload
    index = frame.sindex
    ways: dict[str, Callable[[], object]] = {
        "query": lambda: index.query(shapes, predicate="intersects"),
        "index": lambda: gpd.GeoSeries(frame.geometry.to_numpy()).sindex.query(shapes, predicate="intersects"),
        "frame": lambda: zone_tables.of_frame(frame),
        "file": lambda: counted(payload),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in run.turns("zone tables"):
        for name, way in ways.items():
            began = time.perf_counter()
            answer = way()
            seconds[name].append(time.perf_counter() - began)
            if name == "query":
                found = np.bincount(answer[0], minlength=len(shapes))
            elif name != "index":
                assert answer.rows["features"].drop(OUTSIDE).tolist() == found.tolist(), "the two do not agree"
    took = {name: run.sample(values) for name, values in seconds.items()}
    ready = took["query"].median
    return [
        Row("zone tables by year of 1,000,000 stored points: to one query of a spatial index",
            took["file"].text("s"), took["file"].median / ready, 5),
        Row("    of the same points in memory", took["frame"].text("s"), took["frame"].median / ready, 5),
        Row("    one query, the index ready", took["query"].text("s")),
        Row("    one query with making the index: tables from the file to it",
            took["index"].text("s"), took["file"].median / took["index"].median),
    ]  # fmt: skip


def counted(payload: Payload) -> ZoneTable:
    """Return the table of a stored layer, read and counted anew."""
    tally = Tally(zone_tables.places("zones"))
    for batch in zone_tables.batches(payload):
        tally.add(batch)
    return tally.table()
