"""Where the rows of a table lie, once it is found, and what is to be said of cells that are no place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import CRS

from geo.coordinates import Axis
from geo.ingest.compact import Compact
from geo.ingest.grid import Grid
from geo.ingest.report import Issue
from geo.messages import Message

SAMPLE: Final = 200  # values by which a column is known
MOST: Final = 0.9  # of the values of a column, for it to be what they are
WGS_84: Final = "EPSG:4326"
# Latitudes and longitudes of South America and its seas with Panama, for columns that no name explains.
REGION: Final[dict[Axis, tuple[float, float]]] = {"lat": (-57.0, 17.0), "lon": (-93.0, -30.0)}


@dataclass(frozen=True)
class Located:
    """Where rows lie.

    Attributes
    ----------
    shapes : Compact, n shapes
        None where a row says nothing that can be read.
    crs : CRS or None
        WGS 84 for latitudes and longitudes; None where nothing says it.
    replaced : str
        The column that the geometry now stands for; "" where all are kept.
    """

    shapes: Compact
    crs: CRS | None
    issues: tuple[Issue, ...] = ()
    replaced: str = ""


def unread_cells(grid: Grid, lost: npt.NDArray[np.bool_], column: str) -> tuple[Issue, ...]:
    """Return the warning on rows whose cell in a column is no place; nothing where there is none."""
    count = int(lost.sum())
    if not count:
        return ()
    return (
        Issue(
            "COORDINATES_UNREADABLE",
            "warning",
            Message("What {n} row says in “{column}” is no place.", "What {n} rows say in “{column}” is no place.",
                    n=count, column=column),
            Message("Degrees (-4.2153 or 4°12'55\"S) or a shape as WKT were expected."),
            Message("Mend these cells, or leave them empty."),
            feature=int(grid.records[np.flatnonzero(lost)[0]]),
            count=count,
        ),
    )  # fmt: skip


def guessed(taken: Message) -> Issue:
    """Return the warning on columns that were taken for coordinates by what they hold; ``taken`` says which."""
    return Issue(
        "COORDINATES_GUESSED",
        "warning",
        Message("No column is named as latitude or longitude."),
        taken,
        Message("Name them “latitude” and “longitude” to be sure."),
    )  # fmt: skip


def matching(column: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    """Return in which cells a pattern is found."""
    return pc.match_substring_regex(column, pattern=pattern)
