"""Layers with more features than a frame should hold, printed from what their tiles are cut from.

Shapes large enough to be seen are drawn as themselves; the others are counted in cells, and each cell is a square,
or for points a sign, as dark as what lies in it: so nothing is ever left out. The rules are the browser's
(static/painter.js).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from geo import prints
from geo.mercator import WORLD, pixel
from geo.payloads import Payload
from geo.prints import Box
from geo.selection import Where
from layers.printed import painting, plate
from layers.printed.extent import Extent
from layers.printed.outlines import Geometries, moved_by, turns, within
from layers.printed.painting import CROWD, Look, Put, looks_of
from layers.printed.signs import unit_at
from layers.spec import LayerSpec, Style

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MANY: Final = 64  # so many signs on one spot look like more of them
FINER: Final = 1  # a sheet shows cells at most half as large as the screen: a poster has dots for a million of them
DEEPEST: Final = 22


@dataclass(frozen=True)
class Crowd:
    """What is seen of a layer, in the square world of the map."""

    shapes: Geometries
    styles: tuple[Style, ...]
    centres: Floats  # of cells, n x 2
    cell_styles: tuple[Style, ...]
    n: Ints
    area: Floats
    side: float


@dataclass(frozen=True)
class Scale:
    """How a crowd is drawn: points per pixel of the page, the zoom of the page, of the dots, and of the cells."""

    px: float
    zoom: float
    fine: float

    @property
    def step(self) -> int:
        """The zoom that is asked for."""
        return max(0, min(round(self.fine), round(self.zoom) + FINER, DEEPEST))

    def plate(self, extent: Extent) -> plate.Plate:
        """Return a picture of an extent whose dots are those of the sheet, or as many of them as make one."""
        dot = unit_at(self.fine)
        coarser = max(1, int(2 ** (self.fine - self.zoom - FINER)))
        while extent.width * extent.height / (dot * coarser) ** 2 > plate.MOST_DOTS:
            coarser += 1
        return plate.Plate(extent, dot * coarser)


def draw(
    axes: Axes, spec: LayerSpec, payload: Payload, where: Where, extent: Extent, scale: Scale, put: Put
) -> None:  # fmt: skip
    """Draw what an extent holds of a stored layer.

    Raises
    ------
    UnknownError
        If the layer was deleted meanwhile.
    """
    margin = 16 * unit_at(scale.zoom)
    seen = _asked(spec, payload, where, extent, scale, margin)
    if payload.geometry == "point":
        _signs(axes, seen, extent, scale, put)
        return
    painting.add_each(axes, seen.shapes, seen.styles, put)
    if len(seen.n):
        _squares(axes, seen, extent, scale, put, is_line=payload.geometry == "line")


def boxes(extent: Extent, margin: float = 0.0) -> Iterator[tuple[int, Box]]:
    """Yield by how many worlds each part of an extent is moved, and the box that it is in the world itself."""
    for turn in turns(extent):
        moved = turn * WORLD
        west, east = max(0.0, extent.west - moved - margin), min(float(WORLD), extent.east - moved + margin)
        yield turn, (west, max(0.0, extent.south - margin), east, min(float(WORLD), extent.north + margin))


def counted(payload: Payload, where: Where, extent: Extent, column: str) -> dict[str, int]:
    """Return how many features within an extent hold each value of a key."""
    out: dict[str, int] = {}
    for _, box in boxes(extent):
        for value, n in prints.counts(payload, box, column, where).items():
            out[value] = out.get(value, 0) + n
    return out


def one(spec: LayerSpec, payload: Payload, feature_id: str, zoom: int) -> tuple[Geometries, tuple[Style, ...]]:
    """Return one feature and its style; nothing where there is none of that id."""
    columns = _columns(spec, payload)
    found = prints.shapes(payload, prints.EVERYWHERE, zoom, columns=columns, only=feature_id)
    return found.shapes, _styles(spec, columns, found.values)


def _asked(spec: LayerSpec, payload: Payload, where: Where, extent: Extent, scale: Scale, margin: float) -> Crowd:
    columns = _columns(spec, payload)
    shapes, centres, n, area = [], [], [], []
    styles, cell_styles = list[Style](), list[Style]()
    side = pixel(scale.step) * payload.cell_px
    for turn, box in boxes(extent, margin):
        found = prints.shapes(payload, box, scale.step, where, columns)
        here = replace(extent, west=extent.west - turn * WORLD, east=extent.east - turn * WORLD)
        here = replace(here, west=max(here.west, 0.0), east=min(here.east, float(WORLD)))
        rows, cut = within(found.shapes, here, margin)
        shapes.append(moved_by(cut, turn * WORLD))
        looks = _styles(spec, columns, found.values)
        styles += [looks[row] for row in rows]
        cells = prints.cells(payload, box, scale.step, where, columns)
        centres.append(np.column_stack([(cells.column + 0.5) * side + turn * WORLD, (cells.row + 0.5) * side]))
        cell_styles += _styles(spec, columns, cells.values)
        n.append(cells.n)
        area.append(cells.area)
    return Crowd(
        np.concatenate(shapes), tuple(styles), np.concatenate(centres), tuple(cell_styles),
        np.concatenate(n), np.concatenate(area), side,
    )  # fmt: skip


def _columns(spec: LayerSpec, payload: Payload) -> tuple[str, ...]:
    return tuple(channel.column for channel in spec.channels if channel.column in payload.keys)


def _styles(spec: LayerSpec, columns: Sequence[str], values: prints.Words) -> tuple[Style, ...]:
    """Return the style of each row; those that look alike share one."""
    known = {told: spec.style_for(dict(zip(columns, told, strict=True))) for told in dict.fromkeys(values)}
    return tuple(known[told] for told in values)


def _squares(axes: Axes, seen: Crowd, extent: Extent, scale: Scale, put: Put, *, is_line: bool) -> None:
    """Draw areas and lines too small to be seen, as squares with as much ink as they would have."""
    page = unit_at(scale.zoom)
    looks = looks_of(seen.cell_styles, px=scale.px, is_line=is_line, opacity=put.opacity)
    colours = np.array([_ink(each) for each in looks])
    stroke = np.array([each.width if each.edge[3] else 0.0 for each in looks]) / scale.px * page
    own = _side(np.sqrt(seen.area / np.maximum(seen.n, 1)), stroke, is_line=is_line)
    # n squares of side w dropped in a cell of side c cover, of the (c + w)² they can reach, 1 - (1 - w² / (c + w)²)^n.
    reach = seen.side + own
    part = (own / reach) ** 2
    covered = _alike(part, seen.n)
    sides = reach * np.sqrt(covered)
    opacity = _alike(colours[:, 3] * part, seen.n) / np.maximum(covered, 1e-12)
    colours[:, 3] = np.clip(opacity, 0.0, 1.0)
    if len(colours) > CROWD:
        plate.squares(axes, scale.plate(extent), seen.centres, sides, colours, zorder=put.zorder)
        return
    half = sides[:, None] / 2 * np.ones((1, 4))
    corners = np.stack([half * [-1, 1, 1, -1], half * [-1, -1, 1, 1]], axis=2) + seen.centres[:, None, :]
    drawn = PolyCollection(list(corners), facecolors=colours, edgecolors="none", zorder=put.zorder)
    axes.add_collection(drawn, autolim=False)


def _ink(one: Look) -> tuple[float, ...]:
    return one.edge if one.edge[3] else one.face


def _side(mean: Floats, stroke: Floats, *, is_line: bool) -> Floats:
    """Return the side of the square that has the ink of an area, or of a line, of a side and a stroke."""
    if is_line:
        return stroke
    # The figures are those of static/painter.js, and how they were found is said there.
    wide = mean**2 + 2 * mean * stroke + np.pi / 4 * stroke**2
    narrow = mean**2 + 4.2 * mean * stroke + 0.25 * stroke**2
    return np.asarray(np.sqrt(np.minimum(wide, narrow)))


def _alike(opacity: Floats, n: Ints) -> Floats:
    """Return the opacity of n signs on one spot."""
    return np.asarray(1 - (1 - np.minimum(opacity, 1.0)) ** n)


def _signs(axes: Axes, seen: Crowd, extent: Extent, scale: Scale, put: Put) -> None:
    """Draw points, and the layer's sign for each cell of those too many to be told apart."""
    points, owners = shapely.get_coordinates(seen.shapes, return_index=True)
    where = np.concatenate([points, seen.centres])
    n = np.concatenate([np.ones(len(points), dtype=np.int64), np.minimum(seen.n, MANY)])
    styles = [*(seen.styles[owner] for owner in owners), *seen.cell_styles]
    if len(where) > CROWD:
        plate.signs(axes, scale.plate(extent), where, n, styles, put, page=unit_at(scale.zoom))
        return
    # Which sign lies on top is left to chance, the same every time: in the order of rows each would cover the last.
    with np.errstate(over="ignore"):
        units = where.astype(np.int64).astype(np.uint64)
        chance = ((units[:, 0] * np.uint64(0x9E3779B1)) ^ units[:, 1]) * np.uint64(0x85EBCA6B) & np.uint64(0xFFFFFFFF)
    order = np.argsort(chance, kind="stable")
    darker: dict[tuple[int, int], Style] = {}
    for row in order:
        key = (id(styles[row]), int(n[row]))
        if key not in darker:
            darker[key] = _darker(styles[row], int(n[row]))
    chosen = [darker[id(styles[row]), int(n[row])] for row in order]
    painting.add_each(axes, np.asarray(shapely.points(where[order]), dtype=object), chosen, put)


def _darker(style: Style, n: int) -> Style:
    if n == 1:
        return style
    told = {"fillOpacity": painting.FILL_OPACITY, "opacity": 1.0}
    return {**style, **{name: 1 - (1 - float(style.get(name) or told[name])) ** n for name in told}}
