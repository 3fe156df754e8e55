"""Layers with more features than a frame should hold, printed from what their tiles are cut from.

Shapes large enough to be seen are drawn as themselves; the others are counted in cells, and each cell is a square,
or for points a sign, as dark as what lies in it: so nothing is ever left out. The rules are the browser's
(static/painter.js).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
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
from layers.printed.outlines import Geometries, turns, within
from layers.printed.painting import CROWD, Look, look
from layers.printed.signs import size_at, unit_at
from layers.spec import LayerSpec, Style

MANY: Final = 64  # so many signs on one spot look like more of them
FINER: Final = 1  # a sheet shows cells at most half as large as the screen: a poster has dots for a million of them
DEEPEST: Final = 22


@dataclass(frozen=True)
class Crowd:
    """What is seen of a layer, in the square world of the map."""

    shapes: Geometries
    ids: tuple[str, ...]
    styles: tuple[Style, ...]
    centres: np.ndarray  # of cells, n x 2
    cell_styles: tuple[Style, ...]
    n: np.ndarray
    area: np.ndarray
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


def draw(
    axes: Axes, spec: LayerSpec, payload: Payload, where: Where, extent: Extent, scale: Scale, *, opacity: float
) -> Crowd:
    """Draw what an extent holds of a stored layer, and say what it is.

    Raises
    ------
    UnknownError
        If the layer was deleted meanwhile.
    """
    margin = 16 * unit_at(scale.zoom)
    seen = _asked(spec, payload, where, extent, scale, margin)
    put: dict[str, Any] = {"symbol": spec.symbol, "zorder": spec.order, "px": scale.px, "opacity": opacity}
    if payload.geometry == "point":
        _signs(axes, seen, extent, scale, put)
        return seen
    painting.add_each(axes, seen.shapes, seen.styles, **put)
    if len(seen.n):
        _squares(axes, seen, payload, extent, scale, put)
    return seen


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
    shapes, ids, styles, centres, cell_styles, n, area = [], [], [], [], [], [], []
    side = pixel(scale.step) * payload.cell_px
    for turn, box in boxes(extent, margin):
        found = prints.shapes(payload, box, scale.step, where, columns)
        here = replace(extent, west=extent.west - turn * WORLD, east=extent.east - turn * WORLD)
        here = replace(here, west=max(here.west, 0.0), east=min(here.east, float(WORLD)))
        rows, cut = within(found.shapes, here, margin)
        shapes.append(shapely.transform(cut, lambda xy, by=turn * WORLD: xy + np.array([by, 0])) if turn else cut)
        ids += [found.ids[row] for row in rows]
        styles += [_styles(spec, columns, found.values)[row] for row in rows] if len(rows) else []
        cells = prints.cells(payload, box, scale.step, where, columns)
        centres.append(np.column_stack([(cells.column + 0.5) * side + turn * WORLD, (cells.row + 0.5) * side]))
        cell_styles += _styles(spec, columns, cells.values)
        n.append(cells.n)
        area.append(cells.area)
    return Crowd(
        np.concatenate(shapes), tuple(ids), tuple(styles), np.concatenate(centres), tuple(cell_styles),
        np.concatenate(n), np.concatenate(area), side,
    )  # fmt: skip


def _columns(spec: LayerSpec, payload: Payload) -> tuple[str, ...]:
    return tuple(channel.column for channel in spec.channels if channel.column in payload.keys)


def _styles(spec: LayerSpec, columns: Sequence[str], values: prints.Words) -> tuple[Style, ...]:
    """Return the style of each row; those that look alike share one."""
    known = {told: spec.style_for(dict(zip(columns, told, strict=True))) for told in dict.fromkeys(values)}
    return tuple(known[told] for told in values)


def _squares(
    axes: Axes, seen: Crowd, payload: Payload, extent: Extent, scale: Scale, put: Mapping[str, Any]
) -> None:  # fmt: skip
    """Draw areas and lines too small to be seen, as squares with as much ink as they would have."""
    page = unit_at(scale.zoom)
    is_line = payload.geometry == "line"
    looks = [look(style, px=scale.px, is_line=is_line, opacity=put["opacity"]) for style in seen.cell_styles]
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
        plate.squares(axes, seen.centres, sides, colours, extent, pixel(scale.step), zorder=put["zorder"])
        return
    half = sides[:, None] / 2 * np.ones((1, 4))
    corners = np.stack([half * [-1, 1, 1, -1], half * [-1, -1, 1, 1]], axis=2) + seen.centres[:, None, :]
    drawn = PolyCollection(list(corners), facecolors=colours, edgecolors="none", zorder=put["zorder"])
    axes.add_collection(drawn, autolim=False)


def _ink(one: Look) -> tuple[float, ...]:
    return one.edge if one.edge[3] else one.face


def _side(mean: np.ndarray, stroke: np.ndarray, *, is_line: bool) -> np.ndarray:
    """Return the side of the square that has the ink of an area, or of a line, of a side and a stroke."""
    if is_line:
        return stroke
    # The figures are those of static/painter.js, and how they were found is said there.
    wide = mean**2 + 2 * mean * stroke + np.pi / 4 * stroke**2
    narrow = mean**2 + 4.2 * mean * stroke + 0.25 * stroke**2
    return np.sqrt(np.minimum(wide, narrow))


def _alike(opacity: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return the opacity of n signs on one spot."""
    return 1 - (1 - np.minimum(opacity, 1.0)) ** n


def _signs(axes: Axes, seen: Crowd, extent: Extent, scale: Scale, put: Mapping[str, Any]) -> None:
    """Draw points, and the layer's sign for each cell of those too many to be told apart."""
    points, owners = shapely.get_coordinates(seen.shapes, return_index=True)
    where = np.concatenate([points, seen.centres])
    n = np.concatenate([np.ones(len(points), dtype=np.int64), np.minimum(seen.n, MANY)])
    styles = [*(seen.styles[owner] for owner in owners), *seen.cell_styles]
    size = size_at(scale.zoom)
    if len(where) > CROWD:
        plate.signs(axes, where, n, styles, extent, scale.px, size * unit_at(scale.zoom), pixel(scale.step), **put)
        return
    # Which sign lies on top is left to chance, the same every time: in the order of rows, each row would cover the last.
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
    painting.add_each(axes, shapely.points(where[order]), chosen, size=size, **put)


def _darker(style: Style, n: int) -> Style:
    if n == 1:
        return style
    told = {"fillOpacity": painting.FILL_OPACITY, "opacity": 1.0}
    return {**style, **{name: 1 - (1 - float(style.get(name) or told[name])) ** n for name in told}}
