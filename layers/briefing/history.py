"""The history of exports: kept by pages and commands alike, so that any picture can be made again from its code.

``/?v=K7QF2MXX`` opens the view of a code, whoever made it. What the code's maker called it and chose beside the view
is theirs alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, product
from typing import Any, Final, Literal, get_args

from geo import store
from geo.errors import UnknownError
from geo.library import journal
from geo.messages import Message
from geo.viewer import LOCAL, Marking, Viewer
from layers.briefing import told
from layers.known import known
from layers.view import ViewState

Kind = Literal["snapshot", "chart", "pack", "html", "data", "changes"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
# What is read for what was written: base32 has neither 0 nor 1 nor 8, and 1 is as like an I as an L.
READ_AS: Final[Mapping[str, str]] = {"0": "O", "1": "IL", "8": "B"}
LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
READINGS: Final = 64  # of a code with many ones; more are a riddle and no code


@dataclass(frozen=True, kw_only=True)
class Export:
    """One thing that left the app.

    Attributes
    ----------
    id : int
    kind : str
        One of ``KINDS``, or one of another release.
    code : str
        As it stands on the sheet: "K7QF-2MXX".
    query : mapping
        The view, as the query of its link.
    asked : mapping
        What ``Snapshot.to_dict`` or its like gave: all that is needed to make it again.
    title : str
    marking : Marking
        What it carried when it was made.
    at : datetime
        When, in UTC.
    data_version : str
        Of the shipped data.
    """

    id: int
    kind: str
    code: str
    query: Mapping[str, str]
    asked: Mapping[str, Any]
    title: str
    marking: Marking
    at: datetime
    data_version: str


def remember(
    kind: Kind, asked: Mapping[str, Any], told_code: str, title: str, marking: Marking, *, viewer: Viewer = LOCAL
) -> int:
    """Keep that something was made, and return its number in the history; making the same again adds no row.

    Parameters
    ----------
    asked : mapping
        Must be JSON. Its "query" is the view that the code opens (``Snapshot.to_dict`` has it); without one the
        code opens the map as it is at first.
    told_code : str
        The code that stands on what was made, with or without dash.

    Raises
    ------
    DataError
        If the catalogue cannot be reached; what was made is there nevertheless.
    UnknownError
        If the code is none.
    """
    query = {str(name): str(value) for name, value in dict(asked.get("query") or {}).items()}
    (code,) = _readings(told_code)[:1] or (None,)
    if code is None:
        raise _unknown(told_code)
    return journal.add(
        code=code, kind=kind, query=query, asked=dict(asked), title=title, marking=marking,
        data=store.data_version(), viewer=viewer,
    )  # fmt: skip


def remembered(viewer: Viewer = LOCAL, limit: int = 100) -> list[Export]:
    """Return what a viewer made, the latest first; nothing that was taken off the list."""
    return [_export(each) for each in journal.entries(viewer, limit=limit)]


def export(number: int, viewer: Viewer = LOCAL) -> Export:
    """Return one of them by its number; ``UnknownError`` with a sentence if it is not there for this viewer."""
    return _export(journal.entry(number, viewer))


def forget(number: int, viewer: Viewer = LOCAL) -> None:
    """Take an export off the list; its code still opens the view. ``UnknownError`` if it is not there."""
    journal.take_off(number, viewer)


def recall(number: int, viewer: Viewer = LOCAL) -> None:
    """Undo ``forget``, within a day; ``UnknownError`` afterwards."""
    journal.put_back(number, viewer)


@dataclass(frozen=True)
class Opened:
    """What a code leads to: the query of its view, and whether that shows other data today than it did."""

    query: Mapping[str, str]
    code: str
    has_changed: bool

    @property
    def note(self) -> Message | None:
        """What to tell the reader; None where all is as it was."""
        if not self.has_changed:
            return None
        return Message(
            "The data have changed since the code {code} was made. The view is the same; what it shows may differ "
            "from the picture that carries the code.",
            code=self.code,
        )


def view_of(code: str, viewer: Viewer = LOCAL) -> dict[str, str]:
    """Return the query of the view that a code stands for. Raises as ``opened``."""
    return dict(opened(code, viewer).query)


def opened(code: str, viewer: Viewer = LOCAL) -> Opened:
    """Return what a code leads to; in any case, with or without dash, 0 read as O, 1 as I or L, 8 as B.

    Layers that this viewer may not see, or that this release lacks, are left out when the query is read.

    Raises
    ------
    UnknownError
        If no export that was made here carries the code.
    DataError
        If the catalogue cannot be reached.
    """
    readings = _readings(code)
    found = journal.found(readings) if readings else None
    if found is None:
        raise _unknown(code)
    view, problems = ViewState.from_query(found.query, known(viewer))
    today = told.code_of(view).replace("-", "")
    return Opened(found.query, _dashed(found.code), bool(problems) or today != found.code)


def _export(one: journal.Entry) -> Export:
    return Export(
        id=one.id,
        kind=one.kind,
        code=_dashed(one.code),
        query=one.query,
        asked=one.asked,
        title=one.title,
        marking=one.marking,
        at=one.at,
        data_version=one.data,
    )


def _readings(code: str) -> list[str]:
    """Return what somebody may have meant who typed a code; the first is the code itself where it is one."""
    typed = "".join(sign for sign in code.strip().upper()[:40] if sign.isalnum())
    if len(typed) != journal.CODE_LENGTH:
        return []
    each = product(*(READ_AS.get(sign, sign) for sign in typed))
    return [word for word in islice(map("".join, each), READINGS) if set(word) <= LETTERS]


def _dashed(code: str) -> str:
    half = journal.CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def _unknown(code: str) -> UnknownError:
    return UnknownError(
        Message(
            "No view with the code “{code}” was exported here. Check the eight letters and digits, or open the full "
            "link that the file holds.",
            code=code.strip()[:20],
        )
    )
