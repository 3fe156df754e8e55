"""The locator inset: a small map of what is around, with the frame of the printed map on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from geo import store
from geo.mercator import to_world
from geo.store import STORE
from layers.printed.extent import Extent
from layers.printed.face import Face
from layers.printed.naming import ABOVE_ALL
from layers.tokens import ACCENT, PAPER, RULE

Corner = Literal["upper left", "lower right", "upper right", "lower left"]
SOUTH_AMERICA: Final = (-83.0, -56.5, -33.5, 13.5)
AMERICAS: Final = (-170.0, -58.0, -20.0, 72.0)
EARTH: Final = (-180.0, -60.0, 180.0, 76.0)
FILLED: Final = 0.8  # of a side of the locator: a wider frame asks for a wider map
HIGH: Final = 0.3  # of the map's height
WIDE: Final = 0.2  # of its width
HIGH_PX: Final = 180.0
LEAST_PX: Final = 7.0  # a side of the frame
MARGIN_PX: Final = 8.0
GROUND: Final = "#FDFCFA"
SHORES: Final = "#DDD6C6"
FINENESS: Final = 300  # parts of a locator's height below which a detail of a coast is left out
CELLS: Final = 8  # of a locator's height: a line hides as many as it runs through
BASE_ORDER: Final = 10.0  # of what lies below the layers
MOST_PATHS: Final = 500  # of a layer: more are everywhere
REGION_FINENESS: Final = 1e-4  # of the world's side, some 4 km: to find how much land lies in a corner
SPARSE: Final = 200  # vertices of a line below which its legs are long
ZORDER: Final = ABOVE_ALL + 20


def inset(
    axes: Axes,
    extent: Extent,
    *,
    px: float,
    corner: Corner | None = None,
    marks: Sequence[tuple[float, float, float]] = (),
    taken: Sequence[Bbox] = (),
    keep: shapely.Geometry | None = None,
) -> Bbox:
    """Draw a small map of the region with the frame of a map on it; return the box it takes, in points on the axes.

    Parameters
    ----------
    px : float
        Points per pixel of the screen.
    corner : str, optional
        Where it stands; without it, where the fewest ``marks`` are and nothing is ``taken``.
    marks : sequence of (float, float, float)
        Signs that should stay visible: x and y in square-world units, radius in pixels of the screen.
    taken : sequence of Bbox
        What else stands on the map, in points on the axes.
    keep : Geometry, optional
        What the map is about, in square-world units: the last thing to be hidden.
    """
    face = Face.of(axes, extent)
    around = _around(extent)
    high = min(HIGH * face.height, HIGH_PX * px, WIDE * face.width * around.height / around.width)
    wide = high * around.width / around.height
    boxes = {each: _box(face, each, wide, high, MARGIN_PX * px) for each in get_args(Corner)}
    box = boxes[corner or _emptiest(face, boxes, marks, taken, keep)]
    _draw(face, box, around, extent, px)
    return box


def _around(extent: Extent) -> Extent:
    """Return the region that a locator shows: the smallest in which the frame has room."""
    for west, south, east, north in (SOUTH_AMERICA, AMERICAS, EARTH):
        (left, bottom), (right, top) = to_world(np.array([(west, south), (east, north)])).tolist()
        if (
            left <= extent.west and extent.east <= right and bottom <= extent.south and extent.north <= top
            and extent.width < FILLED * (right - left) and extent.height < FILLED * (top - bottom)
        ):  # fmt: skip
            break
    return Extent(left, bottom, right, top)


def _box(face: Face, corner: Corner, wide: float, high: float, margin: float) -> Bbox:
    x = margin if corner.endswith("left") else face.width - margin - wide
    y = margin if corner.startswith("lower") else face.height - margin - high
    return Bbox.from_bounds(x, y, wide, high)


def _emptiest(
    face: Face,
    boxes: dict[Corner, Bbox],
    marks: Sequence[tuple[float, float, float]],
    taken: Sequence[Bbox],
    keep: shapely.Geometry | None,
) -> Corner:
    """Return the corner where the least would be hidden of what the layers have drawn, and then of the region's land.

    A layer of figures by unit is drawn as land is, so where it has ended the sea is the better ground.
    """
    signs = np.array(marks, dtype=float).reshape(-1, 3)[:, :2]
    spots = face.spots(np.vstack([signs, *_traces(face.axes)]))

    about = shapely.transform(keep, face.spots) if keep is not None else shapely.Polygon()
    land = shapely.transform(STORE.get(("region", store.data_version()), _region), face.spots)

    def hidden(corner: Corner) -> tuple[bool, float, int, float]:
        box = boxes[corner]
        inside = spots[np.all((spots >= box.p0) & (spots <= box.p1), axis=1)]
        cells = np.unique(((inside - box.p0) / (box.height / CELLS)).astype(int), axis=0)
        shares = [
            round(shapely.clip_by_rect(each, *box.extents).area / (box.width * box.height), 2) for each in (about, land)
        ]
        return any(box.overlaps(each) for each in taken), shares[0], len(cells), shares[1]

    return min(boxes, key=hidden)  # the first of equals, in the order of Corner


def _region() -> shapely.Geometry:
    """Return the region's land in square-world units, coarse: only how much of it lies in a corner counts."""
    countries = store.layer("countries")
    land = shapely.transform(shapely.union_all(countries.geometry[countries["in_region"]].to_numpy()), to_world)
    return shapely.simplify(land, REGION_FINENESS)


def _traces(axes: Axes) -> Iterator[npt.NDArray[np.float64]]:
    """Yield places along the lines that the layers have drawn, in square-world units."""
    for drawn in axes.collections:
        if drawn.get_zorder() <= BASE_ORDER or drawn.get_offset_transform() == axes.transData:
            continue  # the base map; signs, which are told apart
        for path in drawn.get_paths()[:MOST_PATHS]:
            points = np.asarray(path.vertices, dtype=float)
            if 1 < len(points) <= SPARSE:  # long straight legs
                steps = np.linspace(0, 1, CELLS, endpoint=False)[:, None, None]
                points = (points[:-1] + steps * np.diff(points, axis=0)).reshape(-1, 2)
            yield points


def _draw(face: Face, box: Bbox, around: Extent, extent: Extent, px: float) -> None:
    scale = box.width / around.width

    def on_box(xy: npt.ArrayLike) -> npt.NDArray[np.float64]:
        return np.asarray((np.asarray(xy) - (around.west, around.south)) * scale + (box.x0, box.y0), dtype=float)

    ground = Rectangle(
        (box.x0, box.y0), box.width, box.height, facecolor=GROUND, edgecolor=RULE, linewidth=0.8 * px,
        transform=face.transform, zorder=ZORDER, gid="inset",
    )  # fmt: skip
    face.axes.add_artist(ground)
    for shapes, colour in _lands(around):
        path = Path(on_box(shapes.vertices), shapes.codes)
        land = PathPatch(
            path, facecolor=colour, edgecolor=PAPER, linewidth=0.45 * px, joinstyle="round",
            transform=face.transform, zorder=ZORDER + 1,
        )  # fmt: skip
        face.axes.add_artist(land)
        land.set_clip_path(ground)
    (west, south), (east, north) = on_box([(extent.west, extent.south), (extent.east, extent.north)]).tolist()
    west, east = _kept((west, east), (box.x0 + px, box.x1 - px), LEAST_PX * px)
    south, north = _kept((south, north), (box.y0 + px, box.y1 - px), LEAST_PX * px)
    face.axes.add_artist(
        Rectangle(
            (west, south), east - west, north - south, facecolor=ACCENT + "22", edgecolor=ACCENT, linewidth=1.8 * px,
            joinstyle="miter", transform=face.transform, zorder=ZORDER + 2, gid="inset.frame",
        )
    )  # fmt: skip


def _kept(side: tuple[float, float], room: tuple[float, float], least: float) -> tuple[float, float]:
    """Return where a side of the frame begins and ends: within a room, at its edge where it lies beyond it."""
    middle, half = sum(side) / 2, max(side[1] - side[0], least) / 2
    start = min(max(middle - half, room[0]), room[1] - least)
    return start, max(min(middle + half, room[1]), start + least)


def _lands(around: Extent) -> list[tuple[Path, str]]:
    """Return the countries of a region as paths in square-world units, those of our region darker."""
    key = ("locator", store.data_version(), around)
    return STORE.get(key, lambda: _paths(around))


def _paths(around: Extent) -> list[tuple[Path, str]]:
    countries = store.layer("countries")
    step = around.height / FINENESS
    window = shapely.box(around.west, around.south, around.east, around.north)
    out = []
    for is_ours, colour in ((False, SHORES), (True, "#CFC5AE")):
        some = countries.geometry[countries["in_region"] == is_ours].to_numpy()
        shapes = shapely.transform(shapely.get_parts(some), to_world)
        shapes = shapes[shapely.intersects(shapely.envelope(shapes), window)]
        shapes = shapely.get_parts(shapely.simplify(shapes, step))
        shapes = shapes[shapely.area(shapes) > 4 * step * step]
        rings = [np.asarray(each.exterior.coords) for each in shapes]
        if rings:
            out.append((Path.make_compound_path(*(Path(ring, closed=True) for ring in rings)), colour))
    return out
