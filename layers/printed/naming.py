"""Names on a printed map: the most important first, beside what they name, never over each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.patheffects import Stroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from layers.printed.extent import Extent
from layers.printed.fitting import wrapped
from layers.printed.fonts import BOLD, FAMILY, REGULAR, SEMIBOLD, drawable, width
from layers.printed.plate import Plate
from layers.tokens import INK, PAPER

if TYPE_CHECKING:
    from layers.printed.atlas import Named

MOST: Final = 400  # names on a sheet: more are a texture
HALO_PX: Final = 2.6
HALO_ALPHA: Final = 0.88
ABOVE_ALL: Final = 900  # of the layers on a map
RISE: Final = 0.76  # of the size of type: how far a line reaches above its baseline
FALL: Final = 0.24  # and below
LEADING: Final = 1.1
GAP_PX: Final = 3.0  # between a sign and its name
APART_PX: Final = (3.0, 1.5)  # between two names, across and up
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
        How long a line may be before it is broken in two.
    covers : int
        How many signs a name may stand upon where there is no better place.
    """

    size_px: float
    colour: str
    weight: int = REGULAR
    is_italic: bool = False
    is_upper: bool = False
    spacing: float = 0.0
    line_px: float = 1e9
    covers: int = 0


LOOKS: Final[Mapping[str, Look]] = {
    "country": Look(14, "#6B675C", SEMIBOLD, is_upper=True, spacing=0.09, covers=99),
    "zone": Look(13, "#7B341E", BOLD, line_px=130, covers=6),
    "town": Look(12, "#3E4C59", line_px=150),
    "place": Look(12, INK, line_px=150),
    "river": Look(12, "#52789A", is_italic=True, covers=1),
}


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
    """A place where a name may stand: its lower left corner, and which side its lines are flush with."""

    block: _Block
    x: float
    y: float
    align: float  # 0 flush left, 0.5 centred, 1 flush right

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
    """
    plate = Plate.of(axes, extent)
    for n, spot in enumerate(_placed(plate, names, marks, px, taken)):
        _write(plate, spot, f"name-{n + 1}", px)


def _placed(
    plate: Plate,
    names: Sequence[Named],
    marks: Sequence[tuple[float, float, float]],
    px: float,
    taken: Sequence[Bbox],
) -> Iterator[_Spot]:
    """Yield where the names stand that found a place."""
    ordered = sorted(names, key=lambda name: (-name.priority, name.text, name.x, name.y))
    at = plate.spots(np.array([(name.x, name.y) for name in ordered], dtype=float).reshape(-1, 2))
    inside = ((at >= 0) & (at <= (plate.width, plate.height))).all(axis=1)
    known = [(name, *spot) for name, spot, seen in zip(ordered, at.tolist(), inside, strict=True) if seen][:MOST]
    spots = [list(_spots(name, x, y, px)) for name, x, y in known]
    covered = _covered([spot.box for each in spots for spot in each], _discs(plate, marks, px))
    edge, (across, up) = EDGE_PX * px, (APART_PX[0] * px, APART_PX[1] * px)
    full = np.array([each.extents for each in taken], dtype=float).reshape(-1, 4)
    said: dict[str, list[tuple[float, float]]] = {}
    start = 0
    for (name, x, y), each in zip(known, spots, strict=True):
        counts, start = covered[start : start + len(each)], start + len(each)
        near = said.setdefault(name.text.casefold(), [])
        if any((x - a) ** 2 + (y - b) ** 2 < (TWICE_PX * px) ** 2 for a, b in near):
            continue
        for best in np.argsort(counts, kind="stable"):
            spot = each[best]
            if counts[best] > spot.block.look.covers:
                break
            west, south, east, north = spot.box
            if west < edge or south < edge or east > plate.width - edge or north > plate.height - edge:
                continue
            if not (
                (full[:, 0] < east + across) & (full[:, 2] > west - across)
                & (full[:, 1] < north + up) & (full[:, 3] > south - up)
            ).any():  # fmt: skip
                full = np.vstack([full, spot.box])
                near.append((x, y))
                yield spot
                break


def _spots(name: Named, x: float, y: float, px: float) -> Iterator[_Spot]:
    """Yield where a name may stand, the best place first: beside a point, or around the middle of what it names."""
    for block in _blocks(name, px):
        wide, high = block.width, block.height
        off = (name.radius_px + GAP_PX) * px
        if name.is_point and not name.centred:
            slant = 0.7 * off
            middle = y - high / 2
            yield _Spot(block, x + off, middle, 0)
            yield _Spot(block, x + slant, y + slant - 0.1 * high, 0)
            yield _Spot(block, x + slant, y - slant - 0.9 * high, 0)
            yield _Spot(block, x - off - wide, middle, 1)
            yield _Spot(block, x - slant - wide, y + slant - 0.1 * high, 1)
            yield _Spot(block, x - slant - wide, y - slant - 0.9 * high, 1)
            yield _Spot(block, x - wide / 2, y + off, 0.5)
            yield _Spot(block, x - wide / 2, y - off - high, 0.5)
        else:
            for dx, dy in ((0, 0), (0, 1.1), (0, -1.1), (0, 2.2), (0, -2.2), (0.4, 0), (-0.4, 0)):
                yield _Spot(block, x + dx * wide - wide / 2, y + dy * block.size - high / 2, 0.5)


def _blocks(name: Named, px: float) -> Iterator[_Block]:
    """Yield a name in lines: on one where it is short, else on two, and then on one after all."""
    look = LOOKS.get(name.look, LOOKS["place"])
    size = look.size_px * px
    text = drawable(name.text.upper() if look.is_upper else name.text).strip()
    if not text:
        return

    def block(lines: Sequence[str]) -> _Block:
        return _Block(look, tuple(lines), tuple(_width(line, look, size) for line in lines), size)

    whole = block([text])
    if whole.width > look.line_px * px:
        yield block(wrapped(text, max(whole.width * 0.6, look.line_px * px), size, look.weight))
    yield whole


def _width(line: str, look: Look, size: float) -> float:
    return width(line, size, look.weight, italic=look.is_italic) + look.spacing * size * (len(line) - 1)


def _discs(plate: Plate, marks: Sequence[tuple[float, float, float]], px: float) -> npt.NDArray[np.object_]:
    """Return the boxes of signs, in points."""
    every = np.array(marks, dtype=float).reshape(-1, 3)
    at, radius = plate.spots(every[:, :2]), every[:, 2:] * px
    return np.asarray(shapely.box(*np.hstack([at - radius, at + radius]).T), dtype=object)


def _covered(
    boxes: Sequence[tuple[float, float, float, float]], discs: npt.NDArray[np.object_]
) -> npt.NDArray[np.int_]:
    """Return how many signs each box stands upon."""
    if not boxes or not len(discs):
        return np.zeros(len(boxes), dtype=int)
    of_box, _ = shapely.STRtree(discs).query(shapely.box(*np.array(boxes).T))
    return np.bincount(of_box, minlength=len(boxes))


def _write(plate: Plate, spot: _Spot, gid: str, px: float) -> None:
    """Write the lines of a name: a halo that is a shape below, and above it text that stays text."""
    block, look = spot.block, spot.block.look
    y = spot.y + block.height - RISE * block.size
    for line, wide in zip(block.lines, block.widths, strict=True):
        x = spot.x + (block.width - wide) * spot.align
        for part, ahead in _parts(line, look, block.size):
            for order in (0, 1):
                made = Text(
                    x + ahead, y, part, color=look.colour, fontfamily=FAMILY, fontsize=block.size,
                    fontweight=look.weight, fontstyle="italic" if look.is_italic else "normal",
                    verticalalignment="baseline", parse_math=False, transform=plate.transform,
                    zorder=ABOVE_ALL + order, gid=gid if order and not ahead and line is block.lines[0] else None,
                )  # fmt: skip
                if not order:
                    made.set_path_effects(
                        [Stroke(linewidth=2 * HALO_PX * px, foreground=PAPER, alpha=HALO_ALPHA, joinstyle="round")]
                    )
                plate.axes.add_artist(made)
        y -= LEADING * block.size


def _parts(line: str, look: Look, size: float) -> Iterator[tuple[str, float]]:
    """Yield what is written at once and how far from the start: a line, or each letter of a spaced one."""
    if not look.spacing:
        yield line, 0.0
        return
    for n, sign in enumerate(line):
        if sign != " ":
            yield sign, width(line[:n], size, look.weight) + look.spacing * size * n
