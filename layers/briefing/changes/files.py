"""What changed as a file: the list as CSV, a map with the list beside it as picture or page, or slides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from geo.errors import DataError
from geo.messages import Language, Message
from geo.viewer import LOCAL, Marking, Viewer
from layers.briefing import told
from layers.briefing.changes import words as changes
from layers.briefing.changes.found import MAP_LAYERS
from layers.briefing.changes.words import Changes
from layers.briefing.snapshot import Snapshot
from layers.printed import writing
from layers.printed.writing import FORMATS
from layers.view import ViewState

ENDINGS: Final = ("csv", "pptx", *FORMATS)
NO_SLIDES: Final = Message("A template is for slides. Ask for a file that ends in .pptx, or leave the template out.")


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for: since when, of which zones, and how it is to stand on a sheet.

    Attributes
    ----------
    since : str
        A release or a day, as it was asked for.
    snapshot : Snapshot
        Template, words, marking and date; its view is the map below the signs.
    """

    since: str
    zones: tuple[str, ...]
    snapshot: Snapshot
    ending: str

    def to_dict(self) -> dict[str, Any]:
        """Return what is asked for, to be kept as JSON."""
        return {**self.snapshot.to_dict(), "since": self.since, "zones": list(self.zones), "format": self.ending}

    @classmethod
    def from_dict(cls, said: Mapping[str, Any], viewer: Viewer = LOCAL) -> Order:
        """Read what ``to_dict`` gave."""
        snapshot, _ = Snapshot.from_dict(said, viewer)
        zones = tuple(map(str, said.get("zones", ())))
        return cls(since=str(said["since"]), zones=zones, snapshot=snapshot, ending=str(said.get("format", "png")))


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was written, as the history lists it."""

    title: str
    marking: Marking
    code: str


def ordered(
    found: Changes, lang: Language, *, template: str = "slide", on: date | None = None, ending: str = "png"
) -> Order:
    """Return the order of what was found: the map of its zones, or of the region."""
    since = found.since.release.version if found.since.is_release else found.since.day.isoformat()
    view = ViewState(lang=lang, layers=MAP_LAYERS, zone=found.zones[0] if len(found.zones) == 1 else "")
    snapshot = Snapshot(view=view, template=template, marking=found.marking, on=on)
    return Order(since=since, zones=found.zones, snapshot=snapshot, ending=ending)


def make(order: Order, path: Path, *, viewer: Viewer = LOCAL, master: Path | None = None) -> Made:
    """Look what changed, and write it. Raises as ``layers.briefing.changes.words.between`` and ``write``."""
    found = changes.between(order.since, viewer=viewer, zones=order.zones, least=order.snapshot.marking)
    return write(found, order, path, viewer=viewer, master=master)


def write(found: Changes, order: Order, path: Path, *, viewer: Viewer = LOCAL, master: Path | None = None) -> Made:
    """Write what changed to a file in the format of its ending, whole or not at all.

    Parameters
    ----------
    master : Path, optional
        An organisation's own template for slides, a .pptx file; other formats have none.

    Raises
    ------
    DataError
        If the ending is none of ``ENDINGS``, a template is brought for another format than slides or cannot be used,
        the folder is not there or the disk is full.
    """
    ending = path.suffix.removeprefix(".").lower()
    if ending not in ENDINGS:
        raise DataError(
            Message("What changed is written as {formats}, not as “{format}”.", formats=", ".join(ENDINGS),
                    format=ending[:20])
        )  # fmt: skip
    if master is not None and ending != "pptx":
        raise DataError(NO_SLIDES)
    view = order.snapshot.view
    if ending == "csv":
        writing.write(changes.packed_csv(found, view.lang), path)
        title = order.snapshot.title or changes.heading(found, view.lang)[0]
        return Made(title=title, marking=found.marking, code=told.code_of(view))
    asked = replace(order.snapshot, marking=found.marking)
    if ending == "pptx":
        from layers.briefing.pack import change_slides  # noqa: PLC0415 - each format brings a library the others do without

        words = change_slides.write(found, asked, path, viewer=viewer, template=master)
        return Made(title=asked.title or changes.heading(found, view.lang)[0], marking=words.marking, code=words.code)
    from layers.briefing import picture  # noqa: PLC0415 - as above
    from layers.briefing.changes import sheet as changes_sheet  # noqa: PLC0415 - as above

    composed = changes_sheet.compose(found, asked, viewer=viewer)
    picture.write(composed, path)
    return Made(title=composed.told.title, marking=composed.told.marking, code=composed.told.code)
