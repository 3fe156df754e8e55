"""What left the app, kept in the catalogue: so that any of it can be made again, and its code opens the view.

A row holds a view and choices, never a feature. What its owner takes off the list is no longer told to anybody; the
code still opens the view, since it stands on paper elsewhere. Of what showed a layer that was deleted less is left.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from geo.errors import UnknownError
from geo.library import database
from geo.library.tables import ExportRow
from geo.messages import Message
from geo.viewer import MARKINGS, Marking, Viewer

CODE_LENGTH: Final = 8
UNDO: Final = timedelta(days=1)  # for so long what was taken off the list can be put back
TELLING: Final = frozenset({"at", "feature", "id", "q", "find"})  # of a view's link (``layers.view``): a place, a name


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that left the app.

    Attributes
    ----------
    code : str
        Eight letters and digits, without dash.
    query : mapping
        The view, as the query of its link.
    asked : mapping
        All other choices, so that the same can be made again; whoever wrote them knows what they mean.
    data : str
        The version of the shipped data.
    """

    id: int
    code: str
    kind: str
    query: Mapping[str, str]
    asked: Mapping[str, Any]
    title: str
    marking: Marking
    by: str
    at: datetime
    data: str


def add(
    *, code: str, kind: str, query: Mapping[str, str], asked: Mapping[str, Any], title: str, marking: Marking,
    data: str, viewer: Viewer,
) -> int:  # fmt: skip
    """Keep an export and return its number; one that is there already, the same in all, becomes the latest.

    Raises
    ------
    DataError
        If the catalogue cannot be reached.
    """
    values = {"code": code, "kind": kind, "title": title, "marking": marking, "by": viewer.id, "data": data}
    with database.writing(counts=False) as session:
        same = [getattr(ExportRow, name) == value for name, value in values.items()]
        for row in session.scalars(sa.select(ExportRow).where(*same)):
            if row.query == dict(query) and row.asked == dict(asked):
                row.at, row.forgotten = datetime.now(UTC), None
                return row.id
        made = ExportRow(uid=uuid4().hex, query=dict(query), asked=dict(asked), at=datetime.now(UTC), **values)
        session.add(made)
        session.flush()
        return made.id


def entries(viewer: Viewer, *, limit: int) -> list[Entry]:
    """Return what a viewer exported, the latest first; who looks after the app sees everybody's."""
    wanted = sa.select(ExportRow).where(ExportRow.forgotten.is_(None), _seen_by(viewer))
    with database.reading() as session:
        rows = session.scalars(wanted.order_by(ExportRow.at.desc(), ExportRow.id.desc()).limit(limit)).all()
        return [_entry(row) for row in rows]


def entry(number: int, viewer: Viewer) -> Entry:
    """Return one export of the list.

    Raises
    ------
    UnknownError
        If there is none of that number for this viewer.
    """
    wanted = sa.select(ExportRow).where(ExportRow.id == number, ExportRow.forgotten.is_(None), _seen_by(viewer))
    with database.reading() as session:
        row = session.scalar(wanted)
        if row is None:
            raise _gone()
        return _entry(row)


def take_off(number: int, viewer: Viewer) -> None:
    """Take an export off the list; ``put_back`` undoes it within a day. ``UnknownError`` if it is not there."""
    _mark(number, viewer, datetime.now(UTC))


def put_back(number: int, viewer: Viewer) -> None:
    """Put an export on the list again. ``UnknownError`` if that time is over."""
    _mark(number, viewer, None)


def _mark(number: int, viewer: Viewer, moment: datetime | None) -> None:
    with database.writing(counts=False) as session:
        row = session.scalar(sa.select(ExportRow).where(ExportRow.id == number, _seen_by(viewer)))
        is_over = row is None or (moment is None and row.forgotten is not None and row.forgotten < _over())
        if row is None or is_over:
            raise _gone()
        row.forgotten = moment


def found(codes: Collection[str]) -> Entry | None:
    """Return the latest export that carries one of some codes, whoever made it: a code is there to be passed on.

    Only the code and the view of it are for everybody; the title and the choices are those of its maker.
    """
    wanted = sa.select(ExportRow).where(ExportRow.code.in_(codes)).order_by(ExportRow.at.desc(), ExportRow.id.desc())
    with database.reading() as session:
        row = session.scalar(wanted.limit(1))
        return None if row is None else _entry(row)


def clear_forgotten(now: datetime) -> int:
    """Wipe titles and choices of what was taken off the list more than a day ago; return of how many.

    The code and the view stay. Nothing else of the history is ever deleted by itself.
    """
    old = sa.and_(ExportRow.forgotten < _over(now), sa.or_(ExportRow.title != "", ExportRow.by != ""))
    with database.reading() as session:
        ids = session.scalars(sa.select(ExportRow.id).where(old)).all()
    if not ids:
        return 0
    with database.writing(counts=False) as session:
        session.execute(sa.update(ExportRow).where(ExportRow.id.in_(ids), old).values(title="", asked={}, by=""))
    return len(ids)


def blank(session: Session, keys: Collection[str]) -> None:
    """Leave of the exports that showed layers no more than opens their codes: these layers are deleted for good.

    The view stays, without where the map stood, which feature was open and what was looked for.
    """
    columns = (sa.cast(ExportRow.query, sa.Text), sa.cast(ExportRow.asked, sa.Text))
    for key in keys:
        is_named = sa.or_(*(column.contains(key, autoescape=True) for column in columns))
        for row in session.scalars(sa.select(ExportRow).where(is_named)):
            row.query = {name: value for name, value in row.query.items() if name not in TELLING}
            row.title, row.asked, row.by, row.forgotten = "", {}, "", _over()


def _over(now: datetime | None = None) -> datetime:
    return (now or datetime.now(UTC)) - UNDO


def _seen_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    markings = [each for each in MARKINGS if viewer.may_see(each)]
    mine = sa.true() if "admin" in viewer.roles else ExportRow.by == viewer.id
    return sa.and_(ExportRow.marking.in_(markings), mine)


def _entry(row: ExportRow) -> Entry:
    return Entry(
        id=row.id,
        code=row.code,
        kind=row.kind,
        query=row.query,
        asked=row.asked,
        title=row.title,
        marking=cast(Marking, row.marking),
        by=row.by,
        at=row.at,
        data=row.data,
    )


def _gone() -> UnknownError:
    return UnknownError(Message("This export is no longer in the history. Make it again from the map."))
