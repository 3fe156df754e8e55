"""What stands on every printed map: the scale bar and the north arrow; the locator inset is in ``locator``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Polygon
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from matplotlib_scalebar.scalebar import ScaleBar

from geo.mercator import WORLD, world_geometry
from geo.messages import Language, Message, number, say
from geo.zones import zone
from layers.printed.extent import Extent
from layers.printed.face import Face
from layers.printed.fonts import BOLD, FAMILY, REGULAR, cap_height, width
from layers.printed.locator import inset
from layers.printed.naming import ABOVE_ALL
from layers.tokens import INK, PAPER
from layers.view import ViewState

__all__ = ["furnish", "furnish_both", "inset", "metres_per_unit", "north_arrow", "scale_bar"]

EQUATOR_M: Final = 2 * math.pi * 6_378_137  # of the sphere that Web Mercator draws
FLATTENING: Final = 1 / 298.257_223_563  # of WGS 84
ABOVE_NAMES: Final = ABOVE_ALL + 10
MARGIN_PX: Final = 8.0
PAD_PX: Final = 5.0
BAR_PX: Final = 3.2  # how thick the bar is
TYPE_PX: Final = 11.5
LONGEST: Final = 0.24  # of the map's width
LONGEST_PX: Final = 170.0
ROUND: Final = (1, 2, 5)
UNEQUAL: Final = 15.0  # degrees of latitude from which on one bar does not hold for the whole map
PANEL_ALPHA: Final = 0.86


def metres_per_unit(lat: float) -> float:
    """Return how many metres a unit of the square world is from west to east at a latitude, on the WGS 84 ellipsoid.

    Notes
    -----
    A degree of longitude on the ellipsoid, Snyder 1987, *Map projections: a working manual*, USGS PP 1395, eq. 4-21.
    """
    eccentricity2 = FLATTENING * (2 - FLATTENING)
    phi = math.radians(lat)
    return EQUATOR_M / WORLD * math.cos(phi) / math.sqrt(1 - eccentricity2 * math.sin(phi) ** 2)


def furnish(
    axes: Axes, extent: Extent, view: ViewState, *, px: float, marks: Sequence[tuple[float, float, float]] = ()
) -> tuple[Bbox, Bbox, Bbox]:
    """Draw locator, scale bar and north arrow, each in a corner of its own; return the boxes they take, in points.

    The locator is the largest: it has the first choice, and keeps off the zone of the view. The other two stand where
    readers look for them, lower left and upper right, or else across.

    Parameters
    ----------
    px : float
        Points per pixel of the screen.
    marks : sequence of (float, float, float)
        Signs that should stay visible: x and y in square-world units, radius in pixels of the screen.
    """
    small = inset(axes, extent, px=px, marks=marks, keep=_zone(view))
    face = Face.of(axes, extent)
    is_left, is_low = small.x0 < face.width / 2, small.y0 < face.height / 2
    bar = scale_bar(axes, extent, view.lang, px=px, is_right=is_left and is_low)
    arrow = north_arrow(axes, view.lang, px=px, is_left=not is_left and not is_low)
    return small, bar, arrow


def furnish_both(
    maps: Sequence[Axes], extent: Extent, view: ViewState, *, px: float,
    marks: Sequence[tuple[float, float, float]] = (),
) -> tuple[Sequence[Bbox], Sequence[Bbox]]:  # fmt: skip
    """Draw what one map has once for two of the same extent; return the boxes that are taken on each, in points.

    Scale bar and north arrow stand on the first, the locator on the second: neither map is covered by all of them.
    """
    first, second = maps
    bar, arrow = scale_bar(first, extent, view.lang, px=px), north_arrow(first, view.lang, px=px)
    return [bar, arrow], [inset(second, extent, px=px, marks=marks, keep=_zone(view))]


def _zone(view: ViewState) -> shapely.Geometry | None:
    """Return the outline of a view's zone in the square world."""
    return world_geometry(np.array([zone(view.zone).geometry], dtype=object))[0] if view.zone else None


def scale_bar(axes: Axes, extent: Extent, lang: Language, *, px: float, is_right: bool = False) -> Bbox:
    """Draw a scale bar in the lower left corner of a map, or the right one; return the box it takes, in points.

    It holds for the latitude of the middle of the map, and says for which one where that matters.

    Parameters
    ----------
    px : float
        Points per pixel of the screen.
    """
    face = Face.of(axes, extent)
    unit_m = metres_per_unit(extent.centre_lat)
    metres = _round_below(min(LONGEST, LONGEST_PX * px / face.width) * extent.width * unit_m)
    words = _length(metres, lang)
    _, south, _, north = extent.degrees()
    if north - south > UNEQUAL:
        words = say(Message("{length} {place}", length=words, place=_latitude(extent.centre_lat)), lang)
    size, pad, margin = TYPE_PX * px, PAD_PX * px, MARGIN_PX * px
    long = metres / unit_m / extent.width * face.width
    wide = max(long, width(words, size)) + 2 * pad
    left = face.width - margin - wide if is_right else margin
    box = Bbox.from_bounds(left, margin, wide, 2 * pad + 1.5 * size + BAR_PX * px)
    _panel(face, box, px)
    axes.add_artist(
        _Bar(
            unit_m,
            box=box,
            face=face,
            fixed_value=metres,
            fixed_units="m",
            width_fraction=BAR_PX * px / face.height,
            rotation="horizontal-only",
            location="lower left",
            bbox_to_anchor=(box.x0 + pad, box.y0 + pad),
            bbox_transform=face.transform,
            border_pad=0,
            pad=0,
            sep=0.2 * size,
            frameon=False,
            color=INK,
            scale_formatter=lambda _value, _unit: words,
            font_properties={"family": FAMILY, "size": size, "weight": REGULAR},
        )
    )
    return box


class _Bar(ScaleBar):  # type: ignore[misc]  # its package says nothing of types
    """A scale bar that knows its box before it is drawn, and whose group in an SVG has a name."""

    def __init__(self, *args: Any, box: Bbox, face: Face, **options: Any) -> None:
        super().__init__(*args, **options)
        self._box, self._plate = box, face
        self.set_zorder(ABOVE_NAMES + 1)
        self.set_gid("scale-bar")

    def get_window_extent(self, renderer: Any = None) -> Bbox:  # noqa: ARG002 - as every artist has it
        return self._box.transformed(self._plate.transform)

    def draw(self, renderer: Any, *args: Any, **options: Any) -> None:
        renderer.open_group("scale-bar", gid=self.get_gid())
        super().draw(renderer, *args, **options)
        renderer.close_group("scale-bar")


def north_arrow(axes: Axes, lang: Language, *, px: float, is_left: bool = False) -> Bbox:
    """Draw a north arrow in the upper right corner of a map, or the left one; return the box it takes, in points.

    Web Mercator has north upwards everywhere.
    """
    face = Face.of(axes, Extent(0, 0, 1, 1))
    letter, size = say(Message("N"), lang), 13 * px
    wide, high = 24 * px, 42 * px
    margin = MARGIN_PX * px
    left = margin if is_left else face.width - margin - wide
    box = Bbox.from_bounds(left, face.height - margin - high, wide, high)
    _panel(face, box, px)
    x, top = (box.x0 + box.x1) / 2, box.y1 - 5 * px - cap_height(size)
    axes.add_artist(
        Text(x, top, letter, color=INK, fontfamily=FAMILY, fontsize=size, fontweight=BOLD, horizontalalignment="center",
             verticalalignment="baseline", parse_math=False, transform=face.transform, zorder=ABOVE_NAMES + 2,
             gid="north.letter")
    )  # fmt: skip
    tip, foot, half = top - 4 * px, box.y0 + 5 * px, 6.5 * px
    for side, colour in ((-1, INK), (1, PAPER)):
        axes.add_artist(
            Polygon(
                [(x, tip), (x + side * half, foot), (x, foot + 4.5 * px)], closed=True, facecolor=colour,
                edgecolor=INK, linewidth=0.7 * px, joinstyle="miter", transform=face.transform,
                zorder=ABOVE_NAMES + 1, gid="north" if side < 0 else None,
            )
        )  # fmt: skip
    return box


def _panel(face: Face, box: Bbox, px: float) -> None:
    """Lay a ground of paper through which the map still shows."""
    face.axes.add_artist(
        FancyBboxPatch(
            (box.x0, box.y0), box.width, box.height, boxstyle=f"round,pad=0,rounding_size={3 * px}", facecolor=PAPER,
            edgecolor="none", linewidth=0, alpha=PANEL_ALPHA, transform=face.transform, zorder=ABOVE_NAMES,
        )
    )  # fmt: skip


def _round_below(metres: float) -> float:
    """Return the longest length of 1, 2 or 5 times a power of ten that is not longer."""
    power = 10.0 ** math.floor(math.log10(metres))
    return max(each for each in ROUND if each * power <= metres) * power


def _length(metres: float, lang: Language) -> str:
    """Say a round length."""
    if metres < 1000:
        return say(Message("{amount} m", amount=number(metres, lang)), lang)
    return say(Message("{amount} km", amount=number(metres / 1000, lang)), lang)


def _latitude(lat: float) -> Message:
    """Say where a scale holds, to whole degrees."""
    degrees = round(abs(lat))
    if not degrees:
        return Message("at the equator")
    return Message("at {degrees}° S", degrees=degrees) if lat < 0 else Message("at {degrees}° N", degrees=degrees)
