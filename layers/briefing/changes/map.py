"""Where something changed, as signs on a printed map: full circles (new), hollow circles (gone), squares (revised)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from geo import whereabouts, zones
from geo.changes import Change, Kind
from geo.errors import GeoError
from geo.mercator import to_world
from geo.records import Entry
from geo.shipped import TABLES
from layers.briefing.changes.found import KIND_OF, Changes
from layers.printed.extent import Extent
from layers.tokens import COMMODITY, PAPER

CELL_PX: Final = 18.0  # what is nearer than this stands as one sign of each kind, side by side, the larger the more
LEAST_PX: Final = 4.6
GROWTH_PX: Final = 1.0  # each doubling
MOST_PX: Final = 10.0
ZORDER: Final = 60  # above all layers of a map
# The same signs and colours as where two versions of a layer are compared (``layers.difference_map``), in the order in
# which they are drawn.
FORM: Final[Mapping[Kind, str]] = {"revised": "s", "gone": "o", "new": "o"}
COLOUR: Final[Mapping[Kind, str]] = {
    "revised": COMMODITY["migrants"],
    "gone": COMMODITY["mercury"],
    "new": COMMODITY["timber"],
}
# What a figure's place hangs on: figures of the same are put in the same place, which is looked for once.
PLACED_BY: Final = ("table", "indicator", "level", "place", "country_iso3", "unit_id", "department", "border",
                    "borders", "country_or_scope", "actor_id", "parties")  # fmt: skip

Spot = tuple[Kind, float, float]  # what happened, longitude, latitude


@dataclass(frozen=True)
class Sign:
    """One sign: what it tells, where it stands in the square world, and how many things it stands for."""

    kind: Kind
    x: float
    y: float
    n: int

    @property
    def radius_px(self) -> float:
        """How large it is, in pixels of the screen."""
        return min(LEAST_PX + GROWTH_PX * math.log2(self.n), MOST_PX)


def spots(changes: Changes) -> list[Spot]:
    """Return where each thing that has a place changed, in degrees."""
    found: list[Spot] = []
    known: dict[tuple[str, ...], tuple[float, float] | None] = {}
    for each in changes.shipped:
        if not math.isnan(each.lon):
            found.append((each.kind, each.lon, each.lat))
            continue
        in_zone = each.row.get("zone_id", "")
        key = ("zone", in_zone) if in_zone else (each.table, *(each.row.get(name, "") for name in PLACED_BY))
        if key not in known:
            known[key] = _place(each)
        if (place := known[key]) is not None:
            found.append((each.kind, *place))
    for layer in changes.own:
        rows = layer.found.rows if layer.found is not None else pd.DataFrame(columns=["kind", "lon", "lat"])
        told = rows[["kind", "lon", "lat"]].dropna().itertuples(index=False, name=None)
        found += [(KIND_OF[kind], float(lon), float(lat)) for kind, lon, lat in told]
    return found


def signs(places: Iterable[Spot], extent: Extent, unit: float) -> list[Sign]:
    """Return the signs of a map, the largest first: what is near to each other stands as one sign of each kind.

    Parameters
    ----------
    unit : float
        Units of the square world in a pixel of the screen.
    """
    told = list(places)
    if not told:
        return []
    xy = to_world(np.array([[lon, lat] for _, lon, lat in told], dtype=float))
    frame = pd.DataFrame({"kind": [kind for kind, *_ in told], "x": xy[:, 0], "y": xy[:, 1]})
    frame = frame[frame["x"].between(extent.west, extent.east) & frame["y"].between(extent.south, extent.north)]
    cells = [np.floor(frame[name] / (CELL_PX * unit)).astype("int64").rename(f"cell_{name}") for name in ("x", "y")]
    made: list[Sign] = []
    for _, here in frame.groupby(cells, sort=True):
        counts = {kind: int((here["kind"] == kind).sum()) for kind in FORM}
        row = [Sign(kind, 0.0, float(here["y"].mean()), n) for kind, n in counts.items() if n]
        x = float(here["x"].mean()) - sum(each.radius_px for each in row) * unit
        for each in row:
            made.append(replace(each, x=x + each.radius_px * unit))
            x += 2 * each.radius_px * unit
    return sorted(made, key=lambda each: (-each.n, each.kind, each.x, each.y))


def draw(axes: Axes, every: Iterable[Sign], *, px: float) -> list[tuple[float, float, float]]:
    """Draw signs on a map, and return where they are and how large, in units and pixels, for names to keep off."""
    marks = []
    for number, each in enumerate(every):
        radius = each.radius_px
        sign = sign_of(each.kind, each.x, each.y, 2 * radius * px)
        sign.set(zorder=ZORDER, gid=f"change-{number + 1}")
        axes.add_line(sign)
        marks.append((each.x, each.y, radius))
    return marks


def sign_of(kind: Kind, x: float, y: float, size: float) -> Line2D:
    """Return the sign of a kind, ``size`` points across, with its middle at a place of whatever it is added to."""
    colour, is_hollow = COLOUR[kind], kind == "gone"
    return Line2D(
        [x],
        [y],
        linestyle="none",
        marker=FORM[kind],
        markersize=size * (0.88 if kind == "revised" else 1),
        markerfacecolor=(*_rgb(PAPER), 0.55) if is_hollow else colour,
        markeredgecolor=colour if is_hollow else PAPER,
        markeredgewidth=max(size * 0.17, 0.6) if is_hollow else max(size * 0.08, 0.4),
    )


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _place(change: Change) -> tuple[float, float] | None:
    """Return where a row without coordinates belongs: its zone, unit, border or country; None for none."""
    try:
        place = whereabouts.place(Entry(TABLES[change.table], change.id, change.row))
        if place is None:
            return None
        if place.zone:
            row = zones.zone(place.zone)
            return float(row["anchor_lon"]), float(row["anchor_lat"])
        if place.bounds is None:
            return None
    except (GeoError, KeyError, ValueError):  # what is gone may name what this release no longer has
        return None
    west, south, east, north = place.bounds
    return (west + east) / 2, (south + north) / 2
