"""A view on a sheet of paper: title, map, legend, sources, precision, borders, marking, date and code, always all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

from matplotlib.figure import Figure

from geo.errors import DataError
from geo.messages import Message
from geo.viewer import LOCAL, Viewer
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import Told, leaving, told
from layers.printed import extent as extents
from layers.printed import foot, layout, sheet, writing
from layers.printed.extent import Extent
from layers.printed.templates import Template, template
from layers.printed.writing import FORMATS, Format

if TYPE_CHECKING:
    from layers.printed.atlas import Drawn

__all__ = ["FORMATS", "Composed", "compose", "file_name", "packed", "write"]


@dataclass(frozen=True)
class Composed:
    """A sheet that is ready to be written, in whatever format."""

    figure: Figure
    template: Template
    told: Told
    drawn: Drawn
    frame: Extent


def compose(snapshot: Snapshot, *, viewer: Viewer = LOCAL) -> Composed:
    """Return a view on a sheet, with all that must stand on it.

    Raises
    ------
    DataError
        If there is no such sheet, TLP:RED is asked for, or a file behind a layer cannot be read.
    """
    asked = template(snapshot.template)
    scale = layout.scale(asked)
    figure = sheet.blank(asked)
    allowed = leaving(snapshot.view, asked=snapshot.marking, viewer=viewer)
    has_side = bool(snapshot.view.zone) and scale.form != "picture"
    shape = scale.width / scale.height
    for _ in range(2):  # the words depend on what the map shows, and the map's shape on how much there is to say
        frame = extents.of_view(snapshot.view, shape=shape, screen_px=snapshot.screen_px)
        words = told(snapshot, frame, viewer=viewer)
        width = scale.width - 2 * scale.margin
        head = sheet.headed(words.title, words.subtitle, width, scale.unit, size=scale.title)
        below = foot.planned(words, scale.width, margin=scale.margin, unit=scale.unit, size=scale.foot_size * scale.unit,
                             lines=scale.foot_lines)  # fmt: skip
        placed = layout.laid_out(
            scale, head=head.height + layout.TOP * scale.margin, foot=below.height, legend=60 * scale.unit,
            has_side=has_side,
        )  # fmt: skip
        shape = placed.shape
    frame = extents.of_view(snapshot.view, shape=shape, screen_px=snapshot.screen_px)
    sheet.heading(figure, head, placed.head)
    axes = sheet.axes(figure, placed.map)
    axes.set_gid("map")
    drawn = _map(axes, snapshot.view, allowed.layers, frame, placed.px)
    foot.draw(figure, below, placed.foot)
    return Composed(figure, asked, words, drawn, frame)


def _map(axes, view, layers, frame, px):  # type: ignore[no-untyped-def]
    try:
        from layers.printed import atlas  # noqa: PLC0415
    except ImportError:
        axes.set_xlim(frame.west, frame.east)
        axes.set_ylim(frame.south, frame.north)
        axes.add_patch(
            __import__("matplotlib.patches").patches.Rectangle(
                (frame.west, frame.south), frame.width, frame.height, color="#DCE6EC"
            )
        )
        return None
    return atlas.draw(axes, view, layers, frame, px=px)


def format_of(path: Path) -> Format:
    """Return the format that the ending of a file names.

    Raises
    ------
    DataError
        If it is none of ``FORMATS``.
    """
    return _known_format(path.suffix.removeprefix(".").lower())


def packed(composed: Composed, format: str) -> bytes:
    """Return a sheet as the bytes of a file: "png", "svg" or "pdf". The same view gives the same bytes.

    Raises
    ------
    DataError
        If the format is another.
    """
    chosen = _known_format(format)
    one = composed.told
    about = writing.About(
        title=one.title,
        subject=". ".join(part.rstrip(".") for part in (one.subtitle, one.precision, one.disclaimer) if part) + ".",
        sources="; ".join(one.all_sources),
        marking=one.marking,
        link=one.link,
        lang=one.lang,
        keywords=(one.code,),
    )
    return writing.packed(composed.figure, chosen, about, pixels=composed.template.pixels, dpi=composed.template.dpi)


def write(composed: Composed, path: Path) -> None:
    """Write a sheet to a file in the format of its ending, whole or not at all.

    Raises
    ------
    DataError
        If the ending is none of ``FORMATS``, the folder is not there or the disk is full.
    """
    writing.write(packed(composed, format_of(path)), path)


def file_name(told: Told, template: Template, ending: str) -> str:
    """Return a name for a file that says what is on it, in ASCII: "fronteras-putumayo-k7qf2mxx.png"."""
    plain = "".join(sign for sign in normalize("NFKD", told.title) if not combining(sign))
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")
    kind = "" if template.key == "slide" else re.sub(r"[^a-z0-9]+", "-", template.key)
    code = told.code.replace("-", "")
    return "-".join(part for part in ("fronteras", words, kind, code) if part) + f".{ending}"


def _known_format(name: str) -> Format:
    for each in FORMATS:
        if each == name:
            return each
    raise DataError(
        Message("A picture is written as {formats}, not as “{format}”.", formats=", ".join(FORMATS), format=name[:20])
    )
