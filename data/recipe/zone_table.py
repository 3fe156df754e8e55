"""The table of zones in ``data/README.md``: area, whether the anchor lies inside, and pairwise overlaps.

``python -m data.recipe.zone_table`` writes it between its two markers; a test compares them.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from data.recipe.files import DATA, facts
from geo.crs import DISPLAY_CRS, to_measure_crs
from geo.store import layer

BEGIN: Final = "<!-- zones: begin -->"
END: Final = "<!-- zones: end -->"
SMALLEST_KM2: Final = 1.0  # zones that only touch along a line share less


def overlaps() -> pd.DataFrame:
    """Return the pairs of zones that share ground, in the order of the facts.

    Returns
    -------
    DataFrame
        ``zone_a``, ``zone_b``, ``overlap_km2`` (EPSG:6933, at least one).
    """
    shapes = layer("zones").set_index("zone_id").geometry
    pairs = [(a, b) for a, b in combinations(shapes.index, 2) if shapes[a].intersects(shapes[b])]
    shared = gpd.GeoDataFrame(geometry=[shapely.intersection(shapes[a], shapes[b]) for a, b in pairs], crs=DISPLAY_CRS)
    km2 = to_measure_crs(shared, role="overlaps").area / 1e6
    frame = pd.DataFrame(pairs, columns=["zone_a", "zone_b"]).assign(overlap_km2=km2)
    return frame[frame["overlap_km2"] >= SMALLEST_KM2].reset_index(drop=True)


def zone_table() -> str:
    """Return the Markdown table: one row per zone."""
    known = layer("zones").set_index("zone_id")
    anchors = facts("zones").set_index("zone_id")[["anchor_lat", "anchor_lon"]].astype(float)
    pairs = overlaps()
    lines = ["| zone | area, km² | anchor inside | overlaps with, km² |", "| --- | ---: | --- | --- |"]
    for zone_id, zone in known.iterrows():
        anchor = shapely.Point(anchors.at[zone_id, "anchor_lon"], anchors.at[zone_id, "anchor_lat"])
        inside = "yes" if zone.geometry.covers(anchor) else "no, see method"
        mine = pairs[(pairs["zone_a"] == zone_id) | (pairs["zone_b"] == zone_id)]
        others = [(row.zone_b if row.zone_a == zone_id else row.zone_a, row.overlap_km2) for row in mine.itertuples()]
        shared = "; ".join(f"{other} {km2:,.0f}" for other, km2 in others)
        lines.append(f"| {zone_id} | {zone['area_km2']:,.0f} | {inside} | {shared or '–'} |")
    return "\n".join(lines) + "\n"


def write() -> None:
    """Put the table between its markers in ``data/README.md``."""
    path = DATA / "README.md"
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n{zone_table()}{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    write()
