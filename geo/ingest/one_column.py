"""Latitude and longitude together in one column: found by its name, or else by what it holds."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import CRS

from geo.coordinates import parse_coordinates
from geo.ingest.compact import Compact
from geo.ingest.figures import MISSING
from geo.ingest.grid import Grid
from geo.ingest.located import MOST, REGION, SAMPLE, WGS_84, Located, guessed, matching, unread_cells
from geo.messages import Message
from geo.names import folded

PAIR: Final = re.compile(
    r"coord|ubica|localiz|location|lat.?l(?:on|ng)|geo_?(?:point|ref|loc)|posici|posic|gps|punto|ponto"
)
TWO_DEGREES: Final = r"^[\s(\[]*[+-]?[0-9]{1,3}[.,][0-9]+°?[\s,;/]+[+-]?[0-9]{1,3}[.,][0-9]+[\s)\]]*$"
EXACT: Final = r"[.,][0-9]{3,}\D+[0-9]+[.,][0-9]{3,}"
# Latitude, longitude, height and accuracy, as phones write them down (ODK, KoboToolbox).
BY_PHONE: Final = re.compile(r"\s*([+-]?\d{1,2}\.\d+ [+-]?\d{1,3}\.\d+)(?: -?\d+(?:\.\d+)?){1,2}\s*")


def in_one_column(grid: Grid) -> Located | None:
    """Return points from a column that holds latitude and longitude together, by its name or else by its values."""
    named = [at for at, name in enumerate(grid.names) if PAIR.search(folded(name))]
    for at in named:
        head = [_both(text) for text in pc.drop_null(grid.columns[at]).slice(0, SAMPLE).to_pylist()]
        if head and sum(each is not None for each in head) >= MOST * len(head):
            return _of_pairs(grid, at)
    for at, column in enumerate(grid.columns):
        head = pc.drop_null(column).slice(0, SAMPLE)
        if not len(head) or pc.mean(pc.cast(matching(head, TWO_DEGREES), pa.float64())).as_py() < MOST:
            continue
        if not pc.any(matching(head, EXACT)).as_py():
            continue
        pairs = [pair for text in head.to_pylist() if (pair := _both(text)) is not None and _is_here(pair)]
        if len(pairs) >= MOST * len(head):
            return _of_pairs(grid, at, is_guessed=True)
    return None


def _of_pairs(grid: Grid, at: int, *, is_guessed: bool = False) -> Located:
    cells = grid.columns[at].to_pylist()
    pairs = [_both(text) if text is not None else None for text in cells]
    lat, lon = np.array([pair or (np.nan, np.nan) for pair in pairs], dtype=np.float64).reshape(-1, 2).T
    lost = np.asarray([
        pair is None and text is not None and text.casefold() not in MISSING
        for pair, text in zip(pairs, cells, strict=True)
    ])  # fmt: skip
    issues = unread_cells(grid, lost, grid.names[at])
    if is_guessed:
        said = Message("“{column}” holds latitudes and longitudes of the region and was taken for them.",
                       column=grid.names[at])  # fmt: skip
        issues = (guessed(said), *issues)
    return Located(Compact.points(lon, lat), CRS.from_user_input(WGS_84), issues)


def _both(text: str) -> tuple[float, float] | None:
    """Return the latitude and longitude of a cell that holds both."""
    by_phone = BY_PHONE.fullmatch(text)
    return parse_coordinates(by_phone[1] if by_phone else text)


def _is_here(pair: tuple[float, float]) -> bool:
    """Whether a latitude and a longitude, or the other way round, lie in the region."""
    return any(
        REGION["lat"][0] <= lat <= REGION["lat"][1] and REGION["lon"][0] <= lon <= REGION["lon"][1]
        for lat, lon in (pair, pair[::-1])
    )
