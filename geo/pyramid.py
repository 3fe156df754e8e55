"""Counts per cell: what stands on the map for features too small or too many to be drawn as themselves.

A pyramid is made once, when a layer is stored. Its levels are three zooms apart; a tile between two
levels adds up the cells of the finer one. Each feature is counted in one cell, the one that holds its
anchor, at every zoom before the one it is drawn from.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from geo import sql
from geo.mercator import TILE_PX, pixel

LEVELS: Final = (3, 6, 9, 12, 14)
ROW_GROUP: Final = 8192
NEVER: Final = -1  # of a feature that is drawn as itself at every zoom


def level_of(zoom: int) -> int:
    """Return the level whose cells a tile of this zoom adds up."""
    return next((level for level in LEVELS if level >= zoom), LEVELS[-1])


def write(shapes: Path, cells: Path, *, keys: Sequence[str], cell_px: int, deepest: int) -> None:
    """Write the pyramid of a table of shapes.

    Parameters
    ----------
    shapes : Path
        GeoParquet as ``geo.payloads`` writes it.
    cells : Path
        Parquet to be written: level, cx, cy (cells from the west and the south), drawn_from, the keys, first_year,
        last_year, n (features) and area (square units, their sum).
    keys : sequence of str
        The columns that style and filters need.
    cell_px : int
        Side of a cell in pixels at the zoom of its level.
    deepest : int
        The greatest ``drawn_from`` of the layer.
    """
    by = ", ".join(["level", "cx", "cy", "drawn_from", *(sql.key(key) for key in keys), "first_year", "last_year"])
    source = f"read_parquet({sql.word(str(shapes))})"
    levels = []
    for before, level in zip((NEVER, *LEVELS), LEVELS, strict=False):
        if before + 1 >= deepest:
            break
        side = int(pixel(level) * cell_px)
        levels.append(
            f"SELECT {level}::TINYINT AS level, anchor_x // {side} AS cx, anchor_y // {side} AS cy, * "
            f"FROM {source} WHERE drawn_from > {before + 1}"
        )
    chosen = " UNION ALL ".join(levels) or f"SELECT 0::TINYINT AS level, 0 AS cx, 0 AS cy, * FROM {source} LIMIT 0"
    row = TILE_PX // cell_px  # cells of a tile lie together, so that few row groups hold them
    sql.rows(
        f"COPY (SELECT {by}, count(*)::INTEGER AS n, sum(area) AS area FROM ({chosen}) GROUP BY {by} "
        f"ORDER BY level, cx // {row}, cy // {row}, {by}) "
        f"TO {sql.word(str(cells))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )
