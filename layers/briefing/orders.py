"""What a briefer asks to be made, as the history keeps it: a picture, a pack, a map in one file, data, or what changed.

An order is JSON and nothing else, so that a process of its own can carry it out, and anybody can do so again later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, get_args

from geo.errors import DataError, GeoError
from geo.messages import Message, say
from geo.names import name_of
from geo.viewer import LOCAL, Marking, Viewer
from layers.briefing import filing, history, told
from layers.briefing.history import Export, Kind
from layers.briefing.snapshot import Snapshot
from layers.printed import writing

Told = Callable[[int, int, Message], None]
ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {  # of what pages offer, the usual one first
    "snapshot": ("png", "svg", "pdf"),
    "pack": ("pptx", "pdf"),
    "html": ("html",),
    "data": ("gpkg", "geojson", "kml", "zip", "csv"),
    "changes": ("png", "pptx", "pdf", "svg", "csv"),
    "chart": ("png", "svg", "csv", "pdf"),
}
CANNOT: Final = Message("This export was kept by another release and cannot be made again here. Open its view instead.")


def ignore(_done: int, _of: int, _what: Message) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """One thing to be made.

    Attributes
    ----------
    kind : str
        One of ``layers.briefing.history.KINDS``.
    asked : mapping
        JSON: what ``Snapshot.to_dict`` gives, and what the kind needs beside it.
    ending : str
        Of the file, which says its format.
    """

    kind: Kind
    asked: Mapping[str, Any]
    ending: str

    @classmethod
    def of(cls, kind: Kind, snapshot: Snapshot, ending: str, **more: Any) -> Order:
        """Return the order of a view; ``more`` is what the kind needs beside it, as JSON."""
        return cls(kind=kind, asked={**snapshot.to_dict(), "format": ending, **more}, ending=ending)

    @classmethod
    def again(cls, export: Export) -> Order:
        """Return the order that an export in the history came from.

        Raises
        ------
        DataError
            If this release does not know how to make it.
        """
        kind = next((each for each in get_args(Kind) if each == export.kind and each in ENDINGS), None)
        if kind is None:
            raise DataError(CANNOT)
        ending = str(export.asked.get("format", ENDINGS[kind][0]))  # a command keeps none: it names a file instead
        if ending not in ENDINGS[kind]:
            raise DataError(CANNOT)
        return cls(kind=kind, asked=export.asked, ending=ending)

    def snapshot(self, viewer: Viewer = LOCAL) -> Snapshot:
        """Return the view that is asked for, without what this viewer may not see."""
        return Snapshot.from_dict(self.asked, viewer)[0]

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones of a pack, or those that changes are looked for in."""
        return tuple(map(str, self.asked.get("zones", ())))


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was made, as the history lists it."""

    title: str
    marking: Marking
    code: str


def make(order: Order, path: Path, *, viewer: Viewer = LOCAL, hear: Told = ignore, master: Path | None = None) -> Made:
    """Make what is asked for and write it to a file; nothing is left behind where it cannot be made.

    Parameters
    ----------
    hear : callable
        Is told how far it is; may raise to stop.
    master : Path, optional
        The organisation's own template for slides.

    Raises
    ------
    DataError
        In a sentence: what is asked for cannot be made, or the disk takes no more.
    """
    makers = {"snapshot": _picture, "pack": _pack, "html": _html, "data": _data, "changes": _changes, "chart": _chart}
    if order.kind not in makers or order.ending not in ENDINGS[order.kind]:
        raise DataError(CANNOT)
    return makers[order.kind](order, path, _With(viewer, hear, master))


@dataclass(frozen=True)
class _With:
    viewer: Viewer
    hear: Told
    master: Path | None


def _picture(order: Order, path: Path, given: _With) -> Made:
    from layers.briefing import picture  # noqa: PLC0415 - each kind brings a library that the others do without

    composed = picture.compose(order.snapshot(given.viewer), viewer=given.viewer)
    picture.write(composed, path)
    return Made(title=composed.told.title, marking=composed.told.marking, code=composed.told.code)


def _pack(order: Order, path: Path, given: _With) -> Made:
    from layers.briefing.pack import pack  # noqa: PLC0415 - as above

    snapshot = order.snapshot(given.viewer)
    asked = pack.Pack(
        zones=order.zones, lang=snapshot.view.lang, view=snapshot.view, template=snapshot.template,
        marking=snapshot.marking, on=snapshot.on, master=_master(order, given), title=snapshot.title,
        since=str(order.asked.get("since", "")),
    )  # fmt: skip
    made = pack.make(asked, path, viewer=given.viewer, told=given.hear)
    return Made(title=made.title, marking=made.marking, code=made.code)


def _master(order: Order, given: _With) -> Path | None:
    if order.asked.get("master") and given.master is None:
        raise DataError(
            Message(
                "These slides were made with the template “{name}”, which is not kept. Bring it again, then make them.",
                name=str(order.asked["master"]),
            )
        )
    return given.master


def _html(order: Order, path: Path, given: _With) -> Made:
    from layers.briefing.one_file import page  # noqa: PLC0415 - as above

    snapshot = order.snapshot(given.viewer)
    writing.write(page.html(snapshot, viewer=given.viewer), path)
    return made_of(snapshot, given.viewer)


def _data(order: Order, path: Path, given: _With) -> Made:
    from layers.briefing.data import writing as data  # noqa: PLC0415 - as above

    snapshot = order.snapshot(given.viewer)
    data.write_data(snapshot, path, viewer=given.viewer)
    return made_of(snapshot, given.viewer)


def _changes(order: Order, path: Path, given: _With) -> Made:
    from layers.briefing.changes import files as changes_files  # noqa: PLC0415 - as above

    asked = changes_files.Order.from_dict(order.asked, given.viewer)
    made = changes_files.make(asked, path, viewer=given.viewer, master=_master(order, given))
    return Made(title=made.title, marking=made.marking, code=made.code)


def _chart(order: Order, path: Path, given: _With) -> Made:
    from layers.briefing import chart  # noqa: PLC0415 - as above

    composed = chart.again(order.asked, given.viewer)
    chart.write(composed, path)
    return Made(title=composed.told.title, marking=composed.told.marking, code=composed.told.code)


def made_of(snapshot: Snapshot, viewer: Viewer = LOCAL) -> Made:
    """Return what the history lists of a view that was taken away."""
    view = snapshot.view
    return Made(
        title=snapshot.title or told.suggested_title(view),
        marking=told.leaving(view, asked=snapshot.marking, viewer=viewer).marking,
        code=told.code_of(view),
    )


def title_of(order: Order, viewer: Viewer = LOCAL) -> str:
    """Return what an order is of, before it is made."""
    snapshot = order.snapshot(viewer)
    lang = snapshot.view.lang
    if snapshot.title:
        return snapshot.title
    if order.kind == "pack":
        if len(order.zones) == 1:
            return name_of(order.zones[0], lang)
        return say(Message("{n} zone", "{n} zones", n=len(order.zones)), lang)
    if order.kind == "changes":
        return say(Message("What changed"), lang)
    return told.suggested_title(snapshot.view)


def taken(order: Order, *, viewer: Viewer = LOCAL) -> bytes:
    """Make what is asked for, remember it and return it as the bytes of a file.

    Raises
    ------
    DataError
        As ``make``.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"made.{order.ending}"
        made = make(order, path, viewer=viewer)
        content = path.read_bytes()
    with suppress(GeoError):  # it was made, though the list cannot be reached
        remember(order, made, viewer=viewer)
    return content


def remember(order: Order, made: Made, *, viewer: Viewer = LOCAL) -> None:
    """Keep in the history that something was made; ``DataError`` if the catalogue cannot be reached."""
    history.remember(order.kind, order.asked, made.code, made.title, made.marking, viewer=viewer)


def file_name(order: Order, made: Made) -> str:
    """Return what the file of an order is to be called."""
    template = str(order.asked.get("template", ""))
    kinds = {"snapshot": "" if template == "slide" else template, "pack": "briefing", "html": "map"}
    return filing.file_name(made.title, kinds.get(order.kind, order.kind), made.code, order.ending)
