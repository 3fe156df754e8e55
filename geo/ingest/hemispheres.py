"""Signs of coordinates that stand in a column of their own: N or S beside the latitude, E or W beside the longitude."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from geo.coordinates import HEMISPHERES, Axis
from geo.ingest.grid import Grid
from geo.ingest.parts_of_angles import AXIS, CAMEL, SIDE, WORDS
from geo.ingest.report import Issue
from geo.messages import Message
from geo.names import folded

REFERENCE: Final = "ref"  # GPSLatitudeRef, as cameras write it


def sides(grid: Grid, axis: Axis) -> tuple[str, npt.NDArray[np.bool_]] | None:
    """Return the column that says the side of a half of coordinates, and which rows are south or west.

    A column counts by its name and by what it holds: letters of that axis alone. In Spanish S and N are yes and no
    too, so that letters without such a name say nothing.
    """
    for name, column in zip(grid.names, grid.columns, strict=True):
        words = [word for word in WORDS.findall(folded(CAMEL.sub(" ", name))) if not AXIS.fullmatch(word)]
        if not any(word == REFERENCE or SIDE.fullmatch(word) for word in (*words, "".join(words))):
            continue
        signs = {
            cell: HEMISPHERES.get(folded(cell).strip(" .")) for cell in pc.unique(pc.drop_null(column)).to_pylist()
        }
        if not signs or any(sign is None or sign[0] != axis for sign in signs.values()):
            continue
        below = {cell for cell, sign in signs.items() if sign is not None and sign[1] < 0}
        return name, np.array([cell in below for cell in column.to_pylist()], dtype=bool)
    return None


def sign_told(side: str, column: str) -> Issue:
    """Return the note on a sign that another column said."""
    return Issue(
        "SIGN_FROM_COLUMN",
        "note",
        Message("“{side}” says on which side of nought the values of “{column}” lie.", side=side, column=column),
        Message("Those south or west of it were taken as negative."),
        Message("Nothing needs to be done."),
    )
