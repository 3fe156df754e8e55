"""Length of each corridor, along its waypoints and, on rivers, along the river."""

from __future__ import annotations

import pandas as pd

from data.recipe.files import facts
from geo.crs import GEOD


def corridor_lengths_km() -> dict[str, float]:
    """Return the geodesic length of each corridor in km, WGS 84.

    A leg runs straight from waypoint to waypoint unless ``river_lines.csv`` holds vertices for it. Roads
    are longer than the straight lines that stand for them, so a corridor's length is a lower bound.
    """
    river = facts("river_lines").astype({"seq": int, "order": int, "lat": float, "lon": float})
    waypoints = facts("corridor_waypoints").astype({"seq": int, "lat": float, "lon": float})
    vertices = pd.concat([waypoints.assign(order=0), river])
    lengths_km = {}
    for corridor_id, line in vertices.sort_values(["corridor_id", "seq", "order"]).groupby("corridor_id"):
        lengths_km[str(corridor_id)] = GEOD.line_length(line["lon"], line["lat"]) / 1000
    return lengths_km
