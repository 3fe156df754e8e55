"""Leaflet's style as matplotlib draws it: printed features and signs look as they do in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from layers.printed.glyphs import glyph
from layers.printed.outlines import Geometries, paths, unit_shape
from layers.spec import Style
from layers.tokens import HATCHES, INK, PAPER

Colour = tuple[float, float, float, float]
Dash = tuple[float, tuple[float, ...] | None]

# What Leaflet takes where a style says nothing (leafletjs.com, Path options).
COLOUR: Final = "#3388ff"
WEIGHT: Final = 3.0
FILL_OPACITY: Final = 0.2
RADIUS: Final = 10.0
SOLID: Final[Dash] = (0.0, None)
NONE: Final[Colour] = (0.0, 0.0, 0.0, 0.0)

HATCH_PX: Final = 7.0  # from line to line of a hatch, and how wide a line is: as in static/signs.js
HATCH_LINE_PX: Final = 0.8
SIGN_HATCH: Final = (5.0, 1.4)  # the same in the legend, in the units of its sign
SIGN: Final = (26.0, 14.0)  # width and height of a sign in the legend, in the units its parts are told in
CROWD: Final = 20_000  # shapes; beyond, a file of lines would be too large to be opened


@dataclass(frozen=True)
class Look:
    """What is drawn of one feature; widths and dashes in points."""

    face: Colour
    edge: Colour
    width: float
    dash: Dash
    hatch: str  # colour of its lines; "" for none


def look(style: Style, *, px: float, is_line: bool = False, opacity: float = 1.0, ink: str = COLOUR) -> Look:
    """Return a style as it is drawn.

    Parameters
    ----------
    px : float
        Points per pixel of the page.
    is_line : bool
        Whether it is of a line, which has no fill unless its style says so.
    opacity : float
        Of the whole layer.
    ink : str
        The colour where the style names none.
    """
    stroke = str(style.get("color") or ink)
    fill, hatch = str(style.get("fillColor") or stroke), ""
    if fill.startswith("url(#"):
        found = next(each for each in HATCHES if f"url(#{each['id']})" == fill)
        fill, hatch = found["background"], found["colour"]
    width = _number(style, "weight", WEIGHT) * px
    dash = SOLID
    if style.get("dashArray") and width:
        lengths = str(style["dashArray"]).replace(",", " ").split()
        # matplotlib counts dashes in widths of the line.
        dash = (0.0, tuple(float(length) * px / width for length in lengths))
    is_filled = style.get("fill", not is_line)
    is_stroked = style.get("stroke", True) and width > 0
    return Look(
        face=to_rgba(fill, _number(style, "fillOpacity", FILL_OPACITY) * opacity) if is_filled else NONE,
        edge=to_rgba(stroke, _number(style, "opacity", 1.0) * opacity) if is_stroked else NONE,
        width=width if is_stroked else 0.0,
        dash=dash,
        hatch=hatch if is_filled else "",
    )


@dataclass(frozen=True)
class Put:
    """How geometries are put on a map, beside their style.

    Attributes
    ----------
    symbol : str
        The sign of points whose style names no shape.
    zorder : float
        Higher is drawn above; what is added later is drawn above what has the same.
    px : float
        Points per pixel of the page: styles count in those.
    opacity : float
        Of the whole layer.
    size : float
        What the radius of a point's sign is multiplied by.
    """

    symbol: str
    zorder: float
    px: float
    opacity: float = 1.0
    size: float = 1.0


def add(
    axes: Axes, geometries: Geometries, style: Style, *, symbol: str, zorder: float, px: float, opacity: float = 1.0
) -> None:
    """Draw geometries of one style, in the square world (``geo.mercator``); the rest is told as in ``Put``."""
    add_each(axes, geometries, [style] * len(geometries), Put(symbol, zorder, px, opacity))


def add_each(axes: Axes, geometries: Geometries, styles: Sequence[Style], put: Put) -> None:
    """Draw geometries of the square world, each in a style of its own, in their order: areas, lines, then points."""
    parts, owners = shapely.get_parts(geometries, return_index=True)
    is_point = shapely.get_dimensions(parts) == 0
    whole = shapely.get_dimensions(geometries)
    for dimension in (2, 1):
        rows = np.flatnonzero(whole == dimension)
        _add_shapes(axes, geometries[rows], [styles[row] for row in rows.tolist()], put, is_line=dimension == 1)
    _add_points(axes, parts[is_point], [styles[row] for row in owners[is_point].tolist()], put)


def _add_shapes(axes: Axes, shapes: Geometries, styles: Sequence[Style], put: Put, *, is_line: bool) -> None:
    if not len(shapes):
        return
    looks = looks_of(styles, px=put.px, is_line=is_line, opacity=put.opacity)
    drawn = paths(shapes)
    if not any(each.hatch for each in looks):
        _collect(axes, drawn, looks, put.zorder)
        return
    # The lines of a hatch lie between the fill and the edge.
    _collect(axes, drawn, [Look(each.face, NONE, 0.0, SOLID, "") for each in looks], put.zorder)
    for colour in dict.fromkeys(each.hatch for each in looks if each.hatch):
        chosen = [number for number, each in enumerate(looks) if each.hatch == colour]
        _hatch(axes, [drawn[number] for number in chosen], looks[chosen[0]], put)
    _collect(axes, drawn, [Look(NONE, each.edge, each.width, each.dash, "") for each in looks], put.zorder)


def _collect(axes: Axes, drawn: Sequence[Path], looks: Sequence[Look], zorder: float) -> None:
    if not any(each.face[3] or each.edge[3] for each in looks):
        return
    _add_collection(axes, PathCollection(drawn, zorder=zorder, **_drawn_as(looks)))


def _add_points(axes: Axes, points: Geometries, styles: Sequence[Style], put: Put) -> None:
    if not len(points):
        return
    looks = looks_of(styles, px=put.px, is_line=False, opacity=put.opacity)
    radii = np.array([_number(style, "radius", RADIUS) * put.size * put.px for style in styles])
    collection = PathCollection(
        [unit_shape(str(style.get("shape") or put.symbol)) for style in styles],
        sizes=np.square(radii),
        offsets=shapely.get_coordinates(points),
        offset_transform=axes.transData,
        zorder=put.zorder,
        **_drawn_as(looks),
    )
    collection.set_transform(IdentityTransform())
    _add_collection(axes, collection)


def _add_collection(axes: Axes, collection: PathCollection) -> None:
    collection.set_rasterized(len(collection.get_paths()) > CROWD)
    axes.add_collection(collection, autolim=False)


def _drawn_as(looks: Sequence[Look]) -> dict[str, Any]:
    """Return what a collection is told of how each of its paths is drawn; what is the same for all is told once."""
    return {
        "facecolors": _each([each.face for each in looks]) if any(each.face[3] for each in looks) else "none",
        "edgecolors": _each([each.edge for each in looks]) if any(each.edge[3] for each in looks) else "none",
        "linewidths": _each([each.width for each in looks]),
        "linestyles": _each([each.dash for each in looks]),
        "capstyle": "round",
        "joinstyle": "round",
    }


def looks_of(styles: Sequence[Style], *, px: float, is_line: bool, opacity: float) -> list[Look]:
    """Return each style as it is drawn; styles that are one object are read once."""
    known: dict[int, Look] = {}
    for style in styles:
        if id(style) not in known:
            known[id(style)] = look(style, px=px, is_line=is_line, opacity=opacity)
    return [known[id(style)] for style in styles]


def _each(values: list[Any]) -> list[Any]:
    return values[:1] if all(value == values[0] for value in values) else values


def _number(style: Style, name: str, otherwise: float) -> float:
    value = style.get(name)
    return otherwise if value is None else float(value)


def _hatch(axes: Axes, areas: Sequence[Path], one: Look, put: Put) -> None:
    """Draw lines at 45 degrees through the map, cut off where the areas end."""
    box, scale = axes.get_window_extent(), axes.figure.dpi / 72
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    unit = (east - west) / (box.width / scale)  # of the world, per point
    step = HATCH_PX * put.px * unit * np.sqrt(2)  # along the edge
    areas_of = Path.make_compound_path(*areas)
    box_of = areas_of.get_extents()
    left, right, low, high = max(box_of.x0, west), min(box_of.x1, east), max(box_of.y0, south), min(box_of.y1, north)
    if left >= right or low >= high:
        return
    # Lines of all areas on a map run on from one to the next: each is at a whole number of steps from one corner.
    across = np.arange(np.floor((left - west - high + south) / step), np.ceil((right - west - low + south) / step) + 1)
    begin = across * step + west - south
    lines = np.stack([np.column_stack([begin + low, np.full_like(begin, low)]),
                      np.column_stack([begin + high, np.full_like(begin, high)])], axis=1)  # fmt: skip
    colour = (*to_rgba(one.hatch)[:3], one.face[3])
    drawn = LineCollection(list(lines), colors=[colour], linewidths=[HATCH_LINE_PX * put.px], zorder=put.zorder)
    axes.add_collection(drawn, autolim=False)
    drawn.set_clip_path(areas_of, axes.transData)
    drawn.set_clip_box(axes.bbox)


def sign(style: Style, *, symbol: str, width: float, height: float, px: float) -> list[Artist]:
    """Return the sign of a legend entry: patches in points around no transform, origin lower left.

    ``set_transform`` puts each in its place; they are drawn in their order.

    Parameters
    ----------
    width, height : float
        Points; the sign is as large as fits, in their middle.
    px : float
        Points per pixel of the page: no stroke is wider than on the map.
    """
    unit = min(width / SIGN[0], height / SIGN[1])
    place = Affine2D().translate(-SIGN[0] / 2, -SIGN[1] / 2).scale(unit, unit).translate(width / 2, height / 2)
    if style.get("glyph"):
        return [_glyph(str(style["glyph"]), 13, 7, 11, place)]
    shape = str(style.get("shape") or symbol)
    stroke = 2.4 if shape == "line" else 1.3
    told = {**style, "weight": stroke, "fillOpacity": style.get("fillOpacity", 1.0), "fill": shape != "line"}
    if not style.get("fillColor"):
        told["fill"] = False
    one = look(told, px=min(unit, px) if px else unit, is_line=shape == "line", ink=INK)
    outline = _sign_outline(shape)
    out: list[Artist] = []
    if one.face[3]:
        out.append(_patch(outline, place, face=one.face))
    if one.hatch:
        step, line = SIGN_HATCH
        out.append(_patch(_sign_hatch(step), place, edge=to_rgba(one.hatch, one.face[3]), width=line * unit))
    if one.edge[3]:
        edge = (*one.edge[:3], 1.0)
        out.append(_patch(outline, place, edge=edge, width=one.width, dash=one.dash))
    if badge := style.get("badge"):
        ring = Path.circle((13, 7), 6)
        out.append(_patch(ring, place, face=to_rgba(PAPER), edge=(*one.edge[:3], 1.0), width=1.6 * unit))
        out.append(_glyph(str(badge), 13, 7, 8 if len(str(badge)) == 1 else 7, place))
    return out


def _sign_outline(shape: str) -> Path:
    if shape == "line":
        return Path([(1, 7), (25, 7)])
    if shape == "area":
        return _rounded(2, 1.5, 24, 12.5, 2)
    radius = {"circle": 4.2, "diamond": 5.5, "square": 4.0, "triangle": 5.0}[shape]
    return unit_shape(shape).transformed(Affine2D().scale(radius).translate(13, 7))


def _rounded(left: float, low: float, right: float, high: float, r: float) -> Path:
    corners = [(left, low), (right, low), (right, high), (left, high)]
    into = [(0, r), (-r, 0), (0, -r), (r, 0)]
    out_of = [(r, 0), (0, r), (-r, 0), (0, -r)]
    vertices, codes = [], []
    for number, (x, y) in enumerate(corners):
        vertices += [(x + into[number][0], y + into[number][1]), (x, y), (x + out_of[number][0], y + out_of[number][1])]
        codes += [Path.LINETO if number else Path.MOVETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, vertices[0]], [*codes, Path.CLOSEPOLY])


def _sign_hatch(step: float) -> Path:
    area = shapely.box(2, 1.5, 24, 12.5)
    lines = shapely.multilinestrings([[(x, 0), (x + 14, 14)] for x in np.arange(-14, 26, step * np.sqrt(2))])
    return paths(np.array([shapely.intersection(lines, area)], dtype=object))[0]


def _glyph(text: str, x: float, y: float, size: float, place: Affine2D) -> PathPatch:
    return _patch(glyph(text).transformed(Affine2D().scale(size).translate(x, y)), place, face=to_rgba(INK))


def _patch(
    path: Path, place: Affine2D, *, face: Colour = NONE, edge: Colour = NONE, width: float = 0.0,
    dash: Dash = SOLID,
) -> PathPatch:  # fmt: skip
    return PathPatch(
        path.transformed(place), facecolor=face if face[3] else "none", edgecolor=edge if edge[3] else "none",
        linewidth=width, linestyle=dash, capstyle="round" if dash[1] is not None else "butt", joinstyle="round",
        transform=IdentityTransform(),
    )  # fmt: skip
