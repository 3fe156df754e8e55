"""A view on a sheet: title, map, legend, sources, precision, borders, marking, date and code, always all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from unicodedata import combining, normalize

from matplotlib.figure import Figure

from geo.errors import DataError
from geo.messages import Message
from geo.viewer import LOCAL, Viewer
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import Told, leaving, told
from layers.printed import extent as extents
from layers.printed import aside, foot, layout, sheet, writing
from layers.printed.extent import Extent
from layers.printed.templates import Template, template
from layers.printed.writing import FORMATS, Format
from layers.tokens import SEA
from layers.view import ViewState

if TYPE_CHECKING:
    from layers.printed.atlas import Drawn

__all__ = ["FORMATS", "Composed", "compose", "file_name", "packed", "write"]

PASSES: Final = 3  # in which a layout comes to rest


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
    figure = sheet.blank(asked)
    view = snapshot.view
    allowed = leaving(view, asked=snapshot.marking, viewer=viewer)
    plan = _planned(snapshot, layout.scale(asked), viewer)
    placed, words = plan.placed, plan.words
    sheet.heading(figure, plan.head, placed.head)
    axes = sheet.axes(figure, placed.map)
    axes.set_gid("map")
    drawn = _map(axes, view, allowed.layers, plan.frame, placed.px)
    if placed.aside is not None:
        aside.draw(figure, view.zone, view.lang, placed)
    foot.draw(figure, plan.foot, placed.foot)
    return Composed(figure, asked, words, drawn, plan.frame)


@dataclass(frozen=True)
class _Plan:
    """What stands where, before anything is drawn."""

    words: Told
    frame: Extent
    placed: layout.Layout
    head: sheet.Head
    foot: foot.Foot


def _planned(snapshot: Snapshot, scale: layout.Scale, viewer: Viewer) -> _Plan:
    """Lay a sheet out: the words depend on what the map shows, and the map's shape on how much there is to say."""
    has_aside = bool(snapshot.view.zone) and scale.form != "picture"
    shape, plan = scale.width / scale.height, None
    for _ in range(PASSES):
        frame = extents.of_view(snapshot.view, shape=shape, screen_px=snapshot.screen_px)
        words = told(snapshot, frame, viewer=viewer)
        head = sheet.headed(words.title, words.subtitle, scale)
        below = foot.planned(words, scale)
        placed = layout.laid_out(
            scale, head=head.height, foot=below.height, legend=60 * scale.unit, has_aside=has_aside
        )
        if plan is not None and placed == plan.placed:
            return plan
        shape = placed.shape
        frame = extents.of_view(snapshot.view, shape=shape, screen_px=snapshot.screen_px)
        plan = _Plan(words, frame, placed, head, below)
    return cast(_Plan, plan)


def _map(axes, view, layers, frame, px):  # type: ignore[no-untyped-def]
    try:
        from layers.printed import atlas  # noqa: PLC0415
    except ImportError:
        axes.set_xlim(frame.west, frame.east)
        axes.set_ylim(frame.south, frame.north)
        axes.axhspan(frame.south, frame.north, color=SEA)
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


def packed(composed: Composed, kind: str) -> bytes:
    """Return a sheet as the bytes of a file: "png", "svg" or "pdf". The same view gives the same bytes.

    Raises
    ------
    DataError
        If the format is another.
    """
    chosen = _known_format(kind)
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
