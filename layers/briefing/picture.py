"""A view on a sheet: title, map, legend, sources, precision, borders, marking, date and code, always all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

from geo.errors import DataError
from geo.messages import Message
from geo.viewer import LOCAL, Viewer
from layers.briefing import filing
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import Told, leaving, suggested_subtitle, suggested_title, told
from layers.printed import aside, compared, foot, layout, mapped, sheet, writing
from layers.printed import extent as extents
from layers.printed.atlas import Drawn
from layers.printed.extent import Extent
from layers.printed.fonts import is_legible
from layers.printed.templates import Template, template
from layers.printed.writing import FORMATS, Format
from layers.spec import LayerSpec
from layers.view import ViewState

__all__ = ["FORMATS", "Composed", "compose", "file_name", "packed", "write"]

PASSES: Final = 6  # in which a layout comes to rest; three or four do
LEGEND_GUESS: Final = 0.13  # of the height of a sheet, before it is known what the map shows


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
    view = snapshot.view
    allowed = leaving(view, asked=snapshot.marking, viewer=viewer)
    plan = _planned(snapshot, asked, allowed.layers, viewer)
    placed = plan.placed
    figure = sheet.blank(asked)
    sheet.heading(figure, plan.head, placed.head)
    if placed.aside is None:
        placed = aside.draw_counts(figure, aside.counted(view, allowed.layers, plan.frame), placed)
    drawn = mapped.draw(figure, view, allowed.layers, plan.frame, placed)
    if placed.aside is not None:
        aside.draw(figure, view.zone, view.lang, placed)
    foot.draw(figure, plan.foot, placed.foot)
    return Composed(figure, asked, plan.words, drawn, plan.frame)


@dataclass(frozen=True)
class _Plan:
    """What stands where, before anything is drawn."""

    words: Told
    frame: Extent
    placed: layout.Layout
    head: sheet.Head
    foot: foot.Foot


def _planned(snapshot: Snapshot, asked: Template, layers: Sequence[LayerSpec], viewer: Viewer) -> _Plan:
    """Lay a sheet out: words and legend depend on what the map shows, and the map's shape on how much they are."""
    scale = layout.scale(asked)
    has_aside = bool(snapshot.view.zone) and scale.form != "picture"
    beside = scale.form == "wide" and not has_aside and bool(layers)  # the legend has a column of its own
    shape, legend, foot_height = scale.width / scale.height, 0.0 if beside else LEGEND_GUESS * scale.height, 0.0
    frame_of = partial(extents.of_view, snapshot.view, screen_px=snapshot.screen_px)
    captions = mapped.captions(snapshot.view, layers)
    is_above: bool | None = None  # of two maps; settled once, as what stands on them depends on it
    for number in range(PASSES):
        frame = frame_of(shape=shape)
        words = told(snapshot, frame, viewer=viewer)
        head, below = _headed(words, snapshot.view, layers, scale), foot.planned(words, scale)
        foot_height = max(foot_height, below.height)  # it never gives back what it took, so this comes to rest
        laid_out = partial(
            layout.laid_out, scale, head=head.height, foot=foot_height, has_aside=has_aside, has_column=beside
        )
        placed = laid_out(legend=legend)
        if captions:
            placed, is_above = compared.parted(placed, captions, frame_of, is_above=is_above)
        if number == 1 and not beside:
            legend = mapped.legend_height(asked, snapshot.view, layers, frame, placed)
            placed = laid_out(legend=legend)
            if captions:
                placed, _ = compared.parted(placed, captions, frame_of, is_above=is_above)
        if placed.shape == shape:
            break
        shape = placed.shape
    return _Plan(words, frame, placed, head, below)


def _headed(words: Told, view: ViewState, layers: Sequence[LayerSpec], scale: layout.Scale) -> sheet.Head:
    """Fit title and subtitle; in the place of one that no typeface here can write stands what the view suggests.

    The file's metadata hold what was asked for.
    """
    title = words.title if is_legible(words.title) else suggested_title(view)
    subtitle = words.subtitle if is_legible(words.subtitle) else suggested_subtitle(view, layers)
    return sheet.headed(title, subtitle, scale)


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
    return filing.file_name(told.title, "" if template.key == "slide" else template.key, told.code, ending)


def _known_format(name: str) -> Format:
    for each in FORMATS:
        if each == name:
            return each
    raise DataError(
        Message("A picture is written as {formats}, not as “{format}”.", formats=", ".join(FORMATS), format=name[:20])
    )
