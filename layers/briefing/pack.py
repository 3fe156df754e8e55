"""The brief pack: slides of some zones, with maps, charts and tables, as PPTX or as PDF."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from geo.errors import DataError
from geo.messages import Language, Message
from geo.viewer import LOCAL, Marking, Viewer
from layers.view import ViewState

ENDINGS: Final = (".pptx", ".pdf")
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
    """

    zones: tuple[str, ...]
    lang: Language = "en"
    view: ViewState = ViewState()
    template: str = "slide"
    marking: Marking = "TLP:CLEAR"
    on: date | None = None
    master: Path | None = None
    title: str = ""


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
        The short code that reopens its first map.
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
        If there is no zone, the ending is another, the master cannot be used, or the file cannot be written.
    UnknownError
        If there is no such zone.
    """
    raise NotImplementedError


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Give a file beside a path that takes its place when all went well, and is gone when it did not.

    Raises
    ------
    DataError
        If there is no such folder, nothing may be written there, or there is no room.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise _unwritable(path, error) from error
    beside = Path(name)
    try:
        yield beside
        beside.chmod(0o644)
        os.replace(beside, path)  # noqa: PTH105 - what a crash at this moment leaves is one whole file or the other
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        beside.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> DataError:
    return DataError(
        Message(
            "“{path}” could not be written ({why}). Choose another folder, or make room, and try again.",
            path=str(path), why=error.strerror or type(error).__name__,
        )
    )  # fmt: skip
