"""Signs that were left out: 74.08 for 74.08° W puts Bogotá into the Indian Ocean.

Nothing is moved: what lies elsewhere may belong there. The report says where it would lie with a minus sign.
"""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo import store
from geo.errors import DataError
from geo.messages import Message

SAMPLE: Final = 200  # features that are looked at
MOST: Final = 0.9  # of them on land of the region, for a sign to be what is missing
PLACES: Final = 3  # names of units

Floats = npt.NDArray[np.float64]


def without_sign(centres: Floats) -> Message | None:
    """Return the remedy for places outside the region that lie in it once a sign is put before them; else None.

    Parameters
    ----------
    centres : float64, n x 2
        Longitude and latitude of what lies outside.
    """
    step = max(1, len(centres) // SAMPLE)
    points = centres[::step][:SAMPLE]
    try:
        units = store.layer("units")
    except DataError:
        return None
    for turn in ((-1, 1), (-1, -1), (1, -1)):
        if any((points[:, axis] <= 0).any() for axis in (0, 1) if turn[axis] < 0):
            continue
        x, y = (points * turn).T
        where, unit = units.sindex.query(gpd.points_from_xy(x, y), predicate="intersects")
        if len(np.unique(where)) < MOST * len(points):
            continue
        places = ", ".join(map(str, units["name"].iloc[unit].value_counts().index[:PLACES]))
        return _remedy(turn, places)
    return None


def _remedy(turn: tuple[int, int], places: str) -> Message:
    if turn == (-1, 1):
        return Message("With a minus sign before the longitude (west) this would lie in “{places}”. Write it so, and "
                       "bring the file again.", places=places)  # fmt: skip
    if turn == (1, -1):
        return Message("With a minus sign before the latitude (south) this would lie in “{places}”. Write it so, and "
                       "bring the file again.", places=places)  # fmt: skip
    return Message("With a minus sign before both, latitude (south) and longitude (west), this would lie in "
                   "“{places}”. Write it so, and bring the file again.", places=places)  # fmt: skip
