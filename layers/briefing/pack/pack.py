"""The brief pack: slides of some zones, with maps, charts and tables, as PPTX or as PDF."""

from __future__ import annotations

import errno
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from geo.errors import DataError, GeoError
from geo.messages import Language, Message
from geo.viewer import LOCAL, Marking, Viewer
from geo.zones import zone
from geo.zones import zones as every_zone
from layers.briefing.changes.files import NO_SLIDES
from layers.briefing.changes.found import Changes, between
from layers.briefing.pack import master
from layers.briefing.pack.contents import Asked, slides, title_of
from layers.briefing.pack.house import PDF_CANVAS
from layers.briefing.pack.slides import Canvas, Slide
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import code_of
from layers.printed import writing
from layers.view import ViewState

ENDINGS: Final = (".pptx", ".pdf")
TIDY: Final = 20  # slides after which memory is tidied
Told = Callable[[int, int, Message], None]


def ignore(done: int, of: int, what: Message) -> None:
    """Tell nobody how far a pack is."""


@dataclass(frozen=True, kw_only=True)
class Pack:
    """What a briefer asks for.

    Attributes
    ----------
    zones : tuple of str
        Their ids, in the order of the slides.
    lang : Language
    view : ViewState
        The layers and filters of its maps; its zone, its place and its language do not count.
    template : str
        Of the slides; there is one, "slide".
    marking : Marking
        The least restrictive one that the pack is to carry.
    on : date or None
        The date on its slides; None for the newest date of what each shows.
    master : Path or None
        An organisation's own template, a .pptx file; None for the house's.
    title : str
        "" for one that names the zones.
    since : str
        A release or a day: what changed in its zones since then follows the region; "" for nothing of that.
    """

    zones: tuple[str, ...]
    lang: Language = "en"
    view: ViewState = field(default_factory=ViewState)
    template: str = "slide"
    marking: Marking = "TLP:CLEAR"
    on: date | None = None
    master: Path | None = None
    title: str = ""
    since: str = ""


@dataclass(frozen=True)
class Made:
    """A pack that was written.

    Attributes
    ----------
    path : Path
    slides : int
    marking : Marking
        What it carries.
    left_out : tuple of str
        Titles of the layers that may not leave.
    code : str
        The short code that reopens the view that it was asked for with; each map has one of its own.
    title : str
    """

    path: Path
    slides: int
    marking: Marking
    left_out: tuple[str, ...]
    code: str
    title: str


def make(pack: Pack, path: Path, *, viewer: Viewer = LOCAL, told: Told = ignore) -> Made:
    """Write a pack to a .pptx or .pdf file.

    Parameters
    ----------
    told : callable
        Called before each slide with how many zones are done, how many there are and what comes next. What it raises
        ends the work, and nothing is left behind.

    Raises
    ------
    DataError
        If there is no zone, the ending is another, the master cannot be used or is brought for pages of a PDF, the
        day is none, or the file cannot be written.
    UnknownError
        If there is no such zone or release.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise DataError(Message("A pack is written as {formats}, not as “{format}”.",
                                formats=", ".join(ENDINGS), format=ending[:20]))  # fmt: skip
    if pack.master is not None and ending != ".pptx":
        raise DataError(NO_SLIDES)
    if not pack.zones:
        raise DataError(Message("No zone is chosen. Choose at least one."))
    for zone_id in pack.zones:
        zone(zone_id)
    master.spared(pack.master, path)
    with writing.staged(path) as partial:
        _writable(path, partial)
        write = _pptx if ending == ".pptx" else _pdf
        asked, count = write(pack, partial, viewer, told)
    _keep_codes(asked)
    return _made(asked, path, count)


def _writable(path: Path, partial: Path) -> None:
    """Try early whether a file can be put there: making a pack takes a minute. ``OSError`` if it cannot."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    partial.touch()


def _pptx(pack: Pack, partial: Path, viewer: Viewer, told: Told) -> tuple[Asked, int]:
    from layers.briefing.pack.slides_pptx import Slides  # noqa: PLC0415 - each format brings a library the other does without

    deck = master.opened(pack.master)
    asked = _asked(pack, deck.canvas, viewer)
    made = Slides(deck, lang=pack.lang, viewer=viewer, title=title_of(asked), about=asked.carried)
    for slide in _each(asked, told):
        made.add(slide)
    made.save(partial)
    return asked, made.count


def _pdf(pack: Pack, partial: Path, viewer: Viewer, told: Told) -> tuple[Asked, int]:
    from layers.briefing.pack.slides_pdf import Pages  # noqa: PLC0415 - as above

    asked = _asked(pack, PDF_CANVAS, viewer)
    with Pages(partial, lang=pack.lang, viewer=viewer, title=title_of(asked), about=asked.carried) as made:
        for slide in _each(asked, told):
            made.add(slide)
    return asked, made.count


def _asked(pack: Pack, canvas: Canvas, viewer: Viewer) -> Asked:
    zones = tuple(dict.fromkeys(pack.zones))
    view = pack.view.but(page="map", zone="", feature="", lang=pack.lang, lat=None, lon=None, zoom=None)
    snapshot = Snapshot(view=view, template=pack.template, marking=pack.marking, on=pack.on, title=pack.title)
    found = _changed(pack, zones, viewer) if pack.since else None
    return Asked(zones=zones, view=view, code=code_of(pack.view.but(lang=pack.lang)),
                 marking=found.marking if found is not None else pack.marking, title=snapshot.title,
                 snapshot=replace(snapshot, title=""), viewer=viewer, canvas=canvas, found=found)  # fmt: skip


def _changed(pack: Pack, zones: tuple[str, ...], viewer: Viewer) -> Changes:
    """Return what changed in the zones; a pack of all tells of the region, also of what lies in none of them."""
    where = () if len(zones) == len(every_zone()) else zones
    return between(pack.since, viewer=viewer, zones=where, least=pack.marking)


def _each(asked: Asked, told: Told) -> Iterator[Slide]:
    for number, (done, slide) in enumerate(slides(asked)):
        told(done, len(asked.zones), Message("Slide: {title}", title=slide.title))
        yield slide
        if not number % TIDY:
            gc.collect()  # figures refer to themselves: by itself Python leaves a hundred megabytes of them lying


def _keep_codes(asked: Asked) -> None:
    """Keep the codes on the slides, so that each opens its map; the history lists the pack alone.

    The pack is there whether the catalogue can be reached or not.
    """
    from layers.briefing import history  # noqa: PLC0415 - the catalogue takes a second to load

    with suppress(GeoError):
        for view in asked.views():
            part = {"query": view.to_query(), "part_of": asked.code}
            number = history.remember("pack", part, code_of(view), title_of(asked), asked.carried, viewer=asked.viewer)
            history.forget(number, asked.viewer)


def _made(asked: Asked, path: Path, count: int) -> Made:
    return Made(
        path=path,
        slides=count,
        marking=asked.carried,
        left_out=asked.left_out,
        code=asked.code,
        title=title_of(asked),
    )
