"""What stands on and around features: badges, signs of the mode and arrows along corridors, rings of precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from geo.mercator import WORLD, to_world
from layers import features
from layers.printed import painting
from layers.printed.extent import Extent
from layers.printed.glyphs import glyph
from layers.printed.outlines import Geometries, within
from layers.printed.painting import COLOUR, Colour, Put
from layers.spec import LayerSpec, Style
from layers.tokens import INK, PAPER
from layers.words import is_number

MARKS_FROM: Final = 5.0  # zoom from which there are marks along corridors at all: layers.features says which
Floats = npt.NDArray[np.float64]

RINGS_FROM: Final = 6.0  # zoom from which rings are drawn
RING: Final[Style] = {"color": "#7A5C2E", "weight": 1.0, "opacity": 0.6, "dashArray": "2 4", "fill": False}
ROUND: Final = 32  # vertices to a quarter of a ring
EQUATOR_KM: Final = 40_075.017  # of the WGS 84 ellipsoid, as Web Mercator has it
# In pixels of the page, as static/manager.css has them: the radius with its edge, the edge, and the size of the type.
BADGE: Final = (8.5, 2.0, 10.0)
GLYPH: Final = (7.5, 1.0, 11.0)
ARROW_PX: Final = 6.0
ARROW: Final = Path(
    [(-5, -5.5), (5, -5.5), (0, 5.5), (-5, -5.5)], [Path.MOVETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
)


@dataclass(frozen=True)
class Mark:
    """A mark that is on the map: its kind, where it stands and its radius in pixels of the page."""

    kind: str
    text: str
    x: float
    y: float
    radius_px: float


def along(
    axes: Axes, spec: LayerSpec, corridors: gpd.GeoDataFrame, extent: Extent, put: Put, *, zoom: float
) -> list[Mark]:
    """Draw the marks along corridors that have their zoom, and say which."""
    if zoom < MARKS_FROM:
        return []
    told = [each for each in features.corridor_marks(corridors) if each["properties"]["z"] <= zoom]
    if not told:
        return []
    degrees = np.array([each["geometry"]["coordinates"] for each in told], dtype=float)
    rows, points = within(np.asarray(shapely.points(to_world(degrees)), dtype=object), extent, 0.0)
    out = []
    for kind in ("arrow", "glyph", "badge"):
        chosen = [(told[row]["properties"], point) for row, point in zip(rows, points, strict=True)]
        chosen = [(each, point) for each, point in chosen if each["mark"] == kind]
        if chosen:
            colours = [to_rgba(str(spec.style_for(each).get("color") or COLOUR), put.opacity) for each, _ in chosen]
            where = shapely.get_coordinates([point for _, point in chosen])
            out += _draw(axes, kind, [each for each, _ in chosen], where, colours, put)
    return out


def _draw(
    axes: Axes, kind: str, told: Sequence[dict[str, Any]], where: Floats, colours: list[Colour], put: Put
) -> list[Mark]:
    paper, ink = to_rgba(PAPER, put.opacity), to_rgba(INK, put.opacity)
    if kind == "arrow":
        turned = [ARROW.transformed(Affine2D().rotate_deg(-float(each["b"]))) for each in told]
        _stamp(axes, turned, where, put, edgecolors=[paper], linewidths=[1.6 * put.px], facecolors="none")
        _stamp(axes, turned, where, put, facecolors=colours, edgecolors="none")
        return [Mark(kind, "", x, y, ARROW_PX) for x, y in where.tolist()]
    radius, edge, size = BADGE if kind == "badge" else GLYPH
    middle = radius - edge / 2
    ground = Path.circle((0, 0), middle) if kind == "badge" else _rounded(middle, 3.5)
    _stamp(axes, [ground], where, put, facecolors=[paper], edgecolors=colours, linewidths=[edge * put.px])
    letters = [glyph(each["t"]).transformed(Affine2D().scale(size)) for each in told]
    _stamp(axes, letters, where, put, facecolors=[ink], edgecolors="none")
    return [Mark(kind, str(each["t"]), x, y, radius) for each, (x, y) in zip(told, where.tolist(), strict=True)]


def _stamp(axes: Axes, outlines: Sequence[Path], where: Floats, put: Put, **looks: Any) -> None:
    """Draw outlines told in pixels of the page around places in the square world."""
    collection = PathCollection(
        outlines, sizes=[put.px**2], offsets=where, offset_transform=axes.transData, joinstyle="round",
        zorder=put.zorder, **looks,
    )  # fmt: skip
    collection.set_transform(IdentityTransform())
    axes.add_collection(collection, autolim=False)


def _rounded(half: float, r: float) -> Path:
    box = shapely.box(-half + r, -half + r, half - r, half - r).buffer(r, quad_segs=6)
    return Path(np.asarray(box.exterior.coords), closed=True)


def rings(axes: Axes, frame: gpd.GeoDataFrame, points: Geometries, inside: npt.NDArray[np.bool_], put: Put) -> int:
    """Draw a ring of the precision radius around each point known no better than so, and say how many are seen.

    Parameters
    ----------
    points : array
        The features of the frame in the square world.
    inside : array of bool
        Which of them are on the map, and not beyond its edge.
    """
    if "precision_km" not in frame:
        return 0
    km = np.array([float(str(cell)) if is_number(cell) else 0.0 for cell in frame["precision_km"]])
    wide = (km >= features.RING_KM) & (shapely.get_type_id(points) == shapely.GeometryType.POINT)
    stretched = np.cosh(np.pi * (2 * shapely.get_y(points[wide]) / WORLD - 1))  # of Mercator at this latitude
    circles = shapely.buffer(points[wide], km[wide] / EQUATOR_KM * WORLD * stretched, quad_segs=ROUND)
    painting.add_each(axes, circles, [RING] * len(circles), put)
    return int((wide & inside).sum())
