"""Names on a printed map: the most important first, beside what they name, never over each other."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

from layers.printed.extent import Extent
from layers.printed.face import Face
from layers.printed.fitting import wrapped
from layers.printed.fonts import BOLD, FAMILY, REGULAR, SEMIBOLD, drawable, is_legible, width
from layers.printed.named import Named
from layers.tokens import INK, PAPER

MOST: Final = 400  # names on a sheet: more are a texture
HALO_PX: Final = 2.6
HALO_ALPHA: Final = 0.88
ABOVE_ALL: Final = 900  # of the layers on a map
RISE: Final = 0.76  # of the size of type: how far a line reaches above its baseline
FALL: Final = 0.24  # and below
LEADING: Final = 1.1
GAP_PX: Final = 3.0  # between a sign and its name
APART_PX: Final = (4.0, 2.5)  # between two names, across and up
EDGE_PX: Final = 4.0  # between a name and the frame
TWICE_PX: Final = 90.0  # nearer than this, the same name need not be said twice


@dataclass(frozen=True)
class Look:
    """How the names of a kind are set; sizes in pixels of the screen, as ``labels.js`` and ``manager.css`` have them.

    Attributes
    ----------
    spacing : float
        Between letters, as a part of the type's size.
    line_px : float
        How long a line may be before it is broken.
    covers : int
        How many signs a name may stand upon where there is no better place.
    sign_cost : float
        How bad it is to stand upon one.
    line_cost : float
        How bad it is to lie across a line; a country's name had better do that than leave the country.
    grows, most_px : float
        By how much the type is larger where there is more room around a name, and how large at most.
    """

    size_px: float
    colour: str
    weight: int = REGULAR
    is_italic: bool = False
    is_upper: bool = False
    spacing: float = 0.0
    line_px: float = 150
    covers: int = 0
    sign_cost: float = 1.0
    line_cost: float = 0.8
    grows: float = 0.0
    most_px: float = 0.0


LOOKS: Final[Mapping[str, Look]] = {
    "country": Look(11, "#6B675C", SEMIBOLD, is_upper=True, spacing=0.09, line_px=62, covers=99, line_cost=0.3,
                    grows=0.2, most_px=17),
    "zone": Look(13, "#7B341E", BOLD, line_px=130, covers=6, sign_cost=0.8),
    "city": Look(13, INK, SEMIBOLD, covers=1),
    "town": Look(12, "#3E4C59"),
    "place": Look(12, INK),
    "river": Look(12, "#52789A", is_italic=True, covers=1),
}  # fmt: skip
# Where a name may stand, the best place first: beside a point, as (right, up) of it; and around the middle of an area,
# as a part of its width and in heights of its type.
BESIDE: Final = ((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1))
CENTRED: Final = tuple(
    (dx, dy) for dy in (0.0, 0.6, -0.6, 1.2, -1.2, 1.8, -1.8, 2.6, -2.6) for dx in (0.0, 0.25, -0.25)
)
SLANT: Final = 0.7  # how far a corner of a name is from a sign, as a part of how far its side would be
WORSE_SIDE: Final = 0.12  # what each next place costs, in signs hidden
WORSE_BLOCK: Final = 1.5  # and a name on more lines, or on fewer, than is best
MOST_LINES: Final = 3
DASH: Final = re.compile(r" ([-–—/]) ")


@dataclass(frozen=True)
class _Block:
    """A name in lines, in points."""

    look: Look
    lines: tuple[str, ...]
    widths: tuple[float, ...]
    size: float

    @property
    def width(self) -> float:
        return max(self.widths)

    @property
    def height(self) -> float:
        return self.size * (RISE + FALL + LEADING * (len(self.lines) - 1))


@dataclass(frozen=True)
class _Spot:
    """A place where a name may stand: its lower left corner, which side its lines are flush with, how bad it is."""

    block: _Block
    x: float
    y: float
    align: float  # 0 flush left, 0.5 centred, 1 flush right
    cost: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.x, self.y, self.x + self.block.width, self.y + self.block.height


def place(
    axes: Axes,
    names: Sequence[Named],
    marks: Sequence[tuple[float, float, float]],
    extent: Extent,
    *,
    px: float,
    taken: Sequence[Bbox] = (),
    lines: Sequence[shapely.Geometry] = (),
) -> None:
    """Write names on a map: each at the best free place beside what it names, or not at all.

    Parameters
    ----------
    names : sequence of Named
        In any order; the higher ``priority`` is placed first.
    marks : sequence of (float, float, float)
        Signs to keep off: x and y in square-world units, radius in pixels of the screen.
    px : float
        Points per pixel of the screen.
    taken : sequence of Bbox
        What else stands on the map, in points from the lower left corner of the axes.
    lines : sequence of Geometry
        What names lie across only where there is no better place, in the square world.
    """
    face = Face.of(axes, extent)
    outlines: list[Path] = []
    for n, spot in enumerate(_placed(face, names, marks, px, taken, lines)):
        outlines += _write(face, spot, f"name-{n + 1}")
    if outlines:
        halo = PathPatch(
            Path.make_compound_path(*outlines), facecolor="none", edgecolor=PAPER, linewidth=2 * HALO_PX * px,
            alpha=HALO_ALPHA, joinstyle="round", transform=face.transform, zorder=ABOVE_ALL, gid="halos",
        )  # fmt: skip
        axes.add_artist(halo)


def _placed(
    face: Face,
    names: Sequence[Named],
    marks: Sequence[tuple[float, float, float]],
    px: float,
    taken: Sequence[Bbox],
    lines: Sequence[shapely.Geometry],
) -> Iterator[_Spot]:
    """Yield where the names stand that found a place."""
    ordered = sorted(names, key=lambda name: (-name.priority, name.text, name.x, name.y))
    at = face.spots(np.array([(name.x, name.y) for name in ordered], dtype=float).reshape(-1, 2))
    inside = np.all((at >= 0) & (at <= (face.width, face.height)), axis=1).tolist()
    known = [(name, *spot) for name, spot, seen in zip(ordered, at.tolist(), inside, strict=True) if seen][:MOST]
    spots = [list(_spots(name, x, y, px)) for name, x, y in known]
    boxes = [spot.box for each in spots for spot in each]
    crossed = _crossed(boxes, face, lines)
    covered = _covered(
        boxes,
        _discs(face, [*marks, *((each.x, each.y, each.radius_px) for each in names if each.is_point)], px),
    )
    full: list[Sequence[float]] = [each.extents for each in taken]
    said: dict[str, list[tuple[float, float]]] = {}
    start = 0
    for (name, x, y), each in zip(known, spots, strict=True):
        these, start = slice(start, start + len(each)), start + len(each)
        near = said.setdefault(name.text.casefold(), [])
        if any(math.hypot(x - a, y - b) < TWICE_PX * px for a, b in near):
            continue
        spot = _best(each, covered[these], crossed[these], full, face, px)
        if spot is not None:
            full.append(spot.box)
            near.append((x, y))
            yield spot


def _best(
    spots: Sequence[_Spot], covered: npt.NDArray[np.int_], crossed: npt.NDArray[np.int_],
    full: Sequence[Sequence[float]], face: Face, px: float,
) -> _Spot | None:  # fmt: skip
    """Return the best free place, weighing how far it is from where a name belongs against what it would hide."""
    if not spots:
        return None
    boxes = np.array([spot.box for spot in spots])
    look, edge = spots[0].block.look, EDGE_PX * px
    is_free = (
        (covered <= look.covers)
        & (boxes[:, :2] >= edge).all(axis=1)
        & (boxes[:, 2:] <= (face.width - edge, face.height - edge)).all(axis=1)
    )
    if full:
        apart = np.array(APART_PX) * px
        others = np.array(full, dtype=float)
        touched = (boxes[:, None, :2] < others[None, :, 2:] + apart) & (
            boxes[:, None, 2:] > others[None, :, :2] - apart
        )
        is_free &= ~np.any(np.all(touched, axis=2), axis=1)
    if not is_free.any():
        return None
    cost = np.array([spot.cost for spot in spots]) + look.sign_cost * covered + look.line_cost * crossed
    return spots[int(np.argmin(np.where(is_free, cost, np.inf)))]


def _spots(name: Named, x: float, y: float, px: float) -> Iterator[_Spot]:
    """Yield where a name may stand: beside a point, or around the middle of what it names."""
    for worse, block in enumerate(_blocks(name, px)):
        wide, high = block.width, block.height
        if not name.is_point or name.centred:
            for dx, dy in CENTRED:
                cost = worse * WORSE_BLOCK + 0.5 * abs(dy) + 2 * abs(dx)
                yield _Spot(block, x + dx * wide - wide / 2, y + dy * block.size - high / 2, 0.5, cost)
            continue
        off = (name.radius_px + GAP_PX) * px
        for order, (dx, dy) in enumerate(BESIDE):
            is_slanted = bool(dx and dy)
            away = off * (SLANT if is_slanted else 1)
            overlap = 0.12 * block.size if is_slanted else 0.0  # capitals do not fill their box
            left = x + dx * away - wide * (1 - dx) / 2
            bottom = y + dy * (away - overlap) - high * (1 - dy) / 2
            yield _Spot(block, left, bottom, (1 - dx) / 2, worse * WORSE_BLOCK + order * WORSE_SIDE)


def _blocks(name: Named, px: float) -> Iterator[_Block]:
    """Yield a name in lines, the best way first: a long one on as few lines as keep it short, then on one after all."""
    look = LOOKS.get(name.look, LOOKS["place"])
    wished = min(max(look.size_px, name.radius_px * look.grows), look.most_px) if look.grows else look.size_px
    size = wished * px
    text = drawable(name.text.upper() if look.is_upper else name.text).strip()
    if not is_legible(text):
        return
    whole = _width(text, look, size)
    room = max(look.line_px, 1.7 * name.radius_px if look.grows else 0.0) * px
    lines = _short(text, whole, math.ceil(whole / room), look, size)
    for each in [lines] if len(lines) == 1 else [lines, [text]]:
        yield _Block(look, tuple(each), tuple(_width(line, look, size) for line in each), size)


def _short(text: str, whole: float, wished: int, look: Look, size: float) -> list[str]:
    """Return a name on few lines, all about as long; a dash stays on the line before it, and no word is broken."""
    tied = DASH.sub("\u00a0\\1 ", text)
    count = min(wished, MOST_LINES)
    narrow = max([whole / count, *(_width(word, look, size) for word in tied.split(" "))])
    while count > 1 and narrow < whole:
        lines = wrapped(tied, narrow, size, look.weight)
        if len(lines) <= count:
            return [line.replace("\u00a0", " ") for line in lines]
        narrow *= 1.04
    return [text]


def _width(line: str, look: Look, size: float) -> float:
    return width(line, size, look.weight, italic=look.is_italic) + look.spacing * size * (len(line) - 1)


def _discs(face: Face, marks: Sequence[tuple[float, float, float]], px: float) -> npt.NDArray[np.object_]:
    """Return the boxes of signs, in points."""
    every = np.unique(np.array(marks, dtype=float).reshape(-1, 3).round(), axis=0)  # none is counted twice
    at, radius = face.spots(every[:, :2]), every[:, 2:] * px
    return np.asarray(shapely.box(*np.hstack([at - radius, at + radius]).T), dtype=object)


def _covered(
    boxes: Sequence[tuple[float, float, float, float]], discs: npt.NDArray[np.object_]
) -> npt.NDArray[np.int_]:
    """Return how many signs each box stands upon."""
    if not boxes or not len(discs):
        return np.zeros(len(boxes), dtype=int)
    of_box, _ = shapely.STRtree(discs).query(shapely.box(*np.array(boxes).T))
    return np.bincount(of_box, minlength=len(boxes))


def _crossed(
    boxes: Sequence[tuple[float, float, float, float]], face: Face, lines: Sequence[shapely.Geometry]
) -> npt.NDArray[np.int_]:  # fmt: skip
    """Return how many lines each box lies across."""
    parts, owners = shapely.get_parts(np.array(lines, dtype=object), return_index=True)
    places, of_part = shapely.get_coordinates(parts, return_index=True)
    if not boxes or len(places) < 2:
        return np.zeros(len(boxes), dtype=int)
    spots = face.spots(places)
    legs = np.flatnonzero(of_part[1:] == of_part[:-1])
    tree = shapely.STRtree(shapely.linestrings(np.stack([spots[legs], spots[legs + 1]], axis=1)))
    box, leg = tree.query(shapely.box(*np.array(boxes).T), predicate="intersects")
    found = np.unique(np.column_stack([box, owners[of_part[legs[leg]]]]), axis=0)
    return np.bincount(found[:, 0], minlength=len(boxes))


def _write(face: Face, spot: _Spot, gid: str) -> Iterator[Path]:
    """Write the lines of a name, and yield the outlines that its halo follows: shapes, so that the name stays text."""
    block, look = spot.block, spot.block.look
    y = spot.y + block.height - RISE * block.size
    for line, wide in zip(block.lines, block.widths, strict=True):
        x = spot.x + (block.width - wide) * spot.align
        for part, ahead in _parts(line, look, block.size):
            face.axes.add_artist(
                Text(
                    x + ahead, y, part, color=look.colour, fontfamily=FAMILY, fontsize=block.size,
                    fontweight=look.weight, fontstyle="italic" if look.is_italic else "normal",
                    verticalalignment="baseline", parse_math=False, transform=face.transform, zorder=ABOVE_ALL + 1,
                    gid=gid if not ahead and line is block.lines[0] else None,
                )
            )  # fmt: skip
            vertices, codes = _outline(part, look.weight, look.is_italic)
            yield Path(vertices * block.size + (x + ahead, y), codes)
        y -= LEADING * block.size


@lru_cache(maxsize=2048)
def _outline(text: str, weight: int, is_italic: bool) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8]]:
    """Return the outlines of letters as large as one point, their baseline at 0: vertices and codes of a path."""
    style = FontProperties(family=FAMILY, weight=weight, style="italic" if is_italic else "normal")
    vertices, codes = text_to_path.get_text_path(style, text)
    scaled = np.asarray(vertices, dtype=float).reshape(-1, 2) / text_to_path.FONT_SCALE
    return scaled, np.asarray(codes, dtype=np.uint8)


def _parts(line: str, look: Look, size: float) -> Iterator[tuple[str, float]]:
    """Yield what is written at once and how far from the start: a line, or each letter of a spaced one."""
    if not look.spacing:
        yield line, 0.0
        return
    for n, sign in enumerate(line):
        if sign != " ":
            yield sign, width(line[:n], size, look.weight) + look.spacing * size * n
