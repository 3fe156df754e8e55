"""The layers that people brought, in their versions: read, added, restored, put away, deleted.

A version is never changed. Everything that changes a layer adds a version or is undone by
another call; only ``delete`` is for good.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from geo import payloads
from geo.about import About, plain
from geo.errors import AccessError, ConflictError, DataError, UnknownError
from geo.library import database, deletion, depot
from geo.library.tables import LayerRow, VersionRow
from geo.messages import Message
from geo.payloads import Geometry, Payload
from geo.store import STORE
from geo.viewer import LOCAL, Viewer

Visibility = Literal["private", "shared"]
By = Literal["", "category", "value"]
VERSIONS: Final = selectinload(LayerRow.versions).defer(VersionRow.report)
PREFIX: Final = "own-"  # of the keys; shipped layers have names


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a layer is drawn, as far as its owner chose; "" leaves it to ``layers/own.py``.

    Attributes
    ----------
    colour : str
        Of the whole layer, as "#rrggbb".
    by : str
        What gives features their colour: the role "category" or "value".
    palette : str
        Name of the colours of the classes, as ``layers/own.py`` knows them.
    """

    colour: str = ""
    by: By = ""
    palette: str = ""


PLAIN: Final = Look()


@dataclass(frozen=True)
class Origin:
    """The file that a version was read from: its name, the SHA-256 of its bytes, how many they were."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a layer.

    Attributes
    ----------
    content : str
        Which payload holds its features (``geo.payloads.read``).
    by : str
        Id of the viewer who saved it.
    at : datetime
        When, in UTC.
    note : str
        Why, in the words of that viewer.
    restored_from : int or None
        The number of the version that was brought back by this one.
    """

    number: int
    content: str
    about: About
    look: Look
    origin: Origin | None
    by: str
    at: datetime
    features: int
    geometry: Geometry
    bounds: tuple[float, float, float, float] | None
    note: str = ""
    restored_from: int | None = None
    row: int = field(default=0, repr=False, compare=False)  # where the catalogue keeps it

    @property
    def report(self) -> Mapping[str, Any] | None:
        """What the check of its file found, as ``geo.ingest.telling.packed`` gives it; read when it is asked for.

        It may be as long as all else that is kept of a version a thousand times over.
        """
        with database.reading() as session:
            return session.scalar(sa.select(VersionRow.report).where(VersionRow.id == self.row))


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer with its versions, oldest first; those that the viewer who asked may see."""

    key: str
    owner: str
    visibility: Visibility
    created: datetime
    archived: datetime | None
    versions: tuple[Version, ...]

    @property
    def current(self) -> Version:
        """The version that is shown."""
        return self.versions[-1]

    @property
    def about(self) -> About:
        """What is said of the layer now."""
        return self.current.about

    @property
    def title(self) -> str:
        """What the layer is called."""
        return self.about.title

    def version(self, number: int) -> Version:
        """Return a version by its number; ``UnknownError`` if there is none."""
        for each in self.versions:
            if each.number == number:
                return each
        raise UnknownError(Message("“{title}” has no version {number}.", title=self.title, number=number))

    def is_changed_by(self, viewer: Viewer) -> bool:
        """Tell whether a viewer may change the layer: its owner, and who looks after the app."""
        return viewer.id == self.owner or "admin" in viewer.roles


# --- reading ----------------------------------------------------------------------------------


def layers(viewer: Viewer = LOCAL, *, archived: bool | None = False) -> list[Layer]:
    """Return the layers that a viewer may see, by title.

    Parameters
    ----------
    archived : bool or None
        Those in use, those put away, or (None) both.
    """
    seen = [_as_seen(each, viewer) for each in _all().values()]
    wanted = [each for each in seen if each and (archived is None or (each.archived is not None) == archived)]
    return sorted(wanted, key=lambda each: (each.title.casefold(), each.key))


def layer(key: str, viewer: Viewer = LOCAL) -> Layer:
    """Return a layer; ``UnknownError`` if there is none, or none for this viewer: the two look the same."""
    found = _all().get(key)
    seen = _as_seen(found, viewer) if found is not None else None
    if seen is None:
        raise _unknown(key)
    return seen


def holding(content: str, viewer: Viewer = LOCAL) -> tuple[Layer, Version]:
    """Return a layer and the latest of its versions with this content, if a viewer may see one."""
    for each in layers(viewer, archived=None):
        for version in reversed(each.versions):
            if version.content == content:
                return each, version
    raise UnknownError(Message("This layer is no longer here. Choose another one from the layer panel."))


def named() -> frozenset[str]:
    """Return the contents that any version names, for whoever sweeps what is not needed."""
    return frozenset(version.content for each in _all().values() for version in each.versions)


def _all() -> Mapping[str, Layer]:
    """Return every layer, whoever may see it; read anew when the catalogue has changed."""
    key = ("shelf", database.url(), database.state())
    if STORE.find(key) is None:  # what it was before the change is of no use to anybody
        STORE.drop(lambda each: isinstance(each, tuple) and each[:2] == key[:2])
    return STORE.get(key, _read)


def _read() -> Mapping[str, Layer]:
    with database.reading() as session:
        rows = session.scalars(sa.select(LayerRow).options(VERSIONS)).all()
        return {row.key: _layer(row) for row in rows if row.versions}


def _as_seen(found: Layer, viewer: Viewer) -> Layer | None:
    """Return a layer as a viewer may see it, without versions marked beyond; None if not at all."""
    # A grant was made for one content by a page that its viewer was looking at.
    is_theirs = found.owner == viewer.id or bool({"admin", "granted"} & viewer.roles)
    if not viewer.may_see(found.about.marking) or not (found.visibility == "shared" or is_theirs):
        return None
    versions = tuple(each for each in found.versions if viewer.may_see(each.about.marking))
    return found if versions == found.versions else replace(found, versions=versions)


def _layer(row: LayerRow) -> Layer:
    return Layer(
        key=row.key,
        owner=row.owner,
        visibility=cast(Visibility, row.visibility),
        created=row.created,
        archived=row.archived,
        versions=tuple(_version(each) for each in row.versions),
    )


def _version(row: VersionRow) -> Version:
    return Version(
        number=row.number,
        content=row.content,
        about=About.from_dict(row.about),
        look=Look(**{name: row.look[name] for name in ("colour", "by", "palette") if name in row.look}),
        origin=Origin(**row.origin) if row.origin else None,
        by=row.by,
        at=row.at,
        features=row.features,
        geometry=cast(Geometry, row.geometry),
        bounds=cast("tuple[float, float, float, float] | None", tuple(row.bounds) if row.bounds else None),
        note=row.note,
        restored_from=row.restored_from,
        row=row.id,
    )


# --- changing ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What a new version is made of, beside its payload.

    Attributes
    ----------
    about : About
        With the columns as the person knows them; the payload's own names are written.
    """

    about: About
    look: Look = PLAIN
    origin: Origin | None = None
    report: Mapping[str, Any] | None = None
    note: str = ""


def add(
    payload: Payload, brought: Brought, *, viewer: Viewer, visibility: Visibility = "shared", key: str = ""
) -> Layer:
    """Bring a new layer into the catalogue, as its version 1.

    Parameters
    ----------
    key : str
        What links shall know it by; by default one that nobody had before.

    Raises
    ------
    DataError
        If title or source is missing.
    AccessError
        If it is marked beyond what the viewer may see.
    ConflictError
        If the payload was deleted meanwhile.
    """
    _check(brought.about, viewer)
    with database.writing() as session:
        row = new(payload.content, brought, viewer=viewer, visibility=visibility, key=key)
        session.add(row)
        session.flush()
        added = row.key
    return layer(added, viewer)


def _check(about: About, viewer: Viewer) -> None:
    """Refuse what lacks a must, and a marking under which the viewer would not see their own layer."""
    about.checked()
    if not viewer.may_see(about.marking):
        raise AccessError(
            Message(
                "You may see what is marked up to {ceiling}, so you cannot mark a layer {marking}. Choose a marking "
                "up to yours.",
                ceiling=viewer.ceiling,
                marking=about.marking,
            )
        )


def new(
    content: str, brought: Brought, *, viewer: Viewer, visibility: Visibility = "shared", key: str = ""
) -> LayerRow:
    """Return the row of a new layer with its version 1, to be added to a session."""
    now = datetime.now(UTC)
    return LayerRow(
        key=key or PREFIX + secrets.token_hex(4),
        owner=viewer.id,
        visibility=visibility,
        created=now,
        archived=None,
        versions=[_written(content, 1, brought, viewer, now)],
    )


def add_version(key: str, payload: Payload, brought: Brought, *, viewer: Viewer, expected: int) -> Layer:
    """Add a version with other features.

    Parameters
    ----------
    expected : int
        The number of the version that the viewer saw as the latest.

    Raises
    ------
    UnknownError, AccessError
        If there is no such layer for the viewer, or they may not change it.
    ConflictError
        If somebody saved another version meanwhile: nothing was written.
    """
    _check(brought.about, viewer)
    with database.writing() as session:
        row = _mine(session, key, viewer)
        _append(row, payload.content, brought, viewer, expected)
    return layer(key, viewer)


def describe(key: str, about: About, look: Look, *, viewer: Viewer, expected: int, note: str = "") -> Layer:
    """Change what is said of a layer, or its look: a new version of the same features. Raises as ``add_version``.

    Raises
    ------
    DataError
        If the columns that mean something are not the same: that takes the features anew (``add_version``).
    """
    _check(about, viewer)
    with database.writing() as session:
        row = _mine(session, key, viewer)
        last = _version(row.versions[-1])
        if about.roles != last.about.roles:
            raise DataError(
                Message("Which columns mean what is set when the features are stored; bring the file again.")
            )
        report = row.versions[-1].report
        brought = Brought(about=about, look=look, origin=last.origin, report=report, note=note)
        _append(row, last.content, brought, viewer, expected)
    return layer(key, viewer)


def restore(key: str, number: int, *, viewer: Viewer) -> Layer:
    """Bring an earlier version back, as a new one; the ones between stay. Raises as ``add_version``."""
    with database.writing() as session:
        row = _mine(session, key, viewer)
        old = _layer(row).version(number)
        report = next(each.report for each in row.versions if each.number == number)
        brought = Brought(about=old.about, look=old.look, origin=old.origin, report=report, note=old.note)
        _append(row, old.content, brought, viewer, row.versions[-1].number)
        row.versions[-1].restored_from = number
    return layer(key, viewer)


def archive(key: str, *, viewer: Viewer) -> Layer:
    """Put a layer away: no map or list shows it until it is brought back."""
    return _set(key, viewer, archived=datetime.now(UTC))


def bring_back(key: str, *, viewer: Viewer) -> Layer:
    """Take an archived layer into use again."""
    return _set(key, viewer, archived=None)


def set_visibility(key: str, visibility: Visibility, *, viewer: Viewer) -> Layer:
    """Share a layer with all who may see its marking, or keep it to oneself."""
    return _set(key, viewer, visibility=visibility)


def delete(key: str, *, viewer: Viewer) -> None:
    """Delete a layer for good: its versions, the files they came from, what the history of exports told of it.

    Raises as ``add_version``.
    """
    with database.writing() as session:
        _mine(session, key, viewer)
        contents = deletion.erase(session, [key])
    deletion.clean_up([key], contents)


def take_back(key: str, number: int, *, viewer: Viewer) -> Layer | None:
    """Undo the saving of the latest version, for good; None if it was the only one and the layer is gone.

    Raises
    ------
    ConflictError
        If it is not the latest any more.
    """
    with database.writing() as session:
        row = _mine(session, key, viewer)
        if row.versions[-1].number != number:
            raise _conflict(row)
        content = row.versions[-1].content
        is_only = len(row.versions) == 1
        if is_only:
            deletion.erase(session, [key])
        else:
            session.delete(row.versions[-1])
    deletion.let_go([content])
    return None if is_only else layer(key, viewer)


def _set(key: str, viewer: Viewer, **values: Any) -> Layer:
    with database.writing() as session:
        row = _mine(session, key, viewer)
        for name, value in values.items():
            setattr(row, name, value)
    return layer(key, viewer)


def _mine(session: Session, key: str, viewer: Viewer) -> LayerRow:
    """Return a layer that a viewer may change."""
    row = session.scalar(sa.select(LayerRow).where(LayerRow.key == key).options(VERSIONS))
    if row is None or not row.versions or (seen := _as_seen(_layer(row), viewer)) is None:
        raise _unknown(key)
    if not seen.is_changed_by(viewer):
        raise AccessError(
            Message("“{title}” belongs to somebody else. Bring a layer of your own, or ask them.", title=seen.title)
        )
    return row


def _append(row: LayerRow, content: str, brought: Brought, viewer: Viewer, expected: int) -> None:
    last = row.versions[-1].number
    if last != expected:
        raise _conflict(row)
    row.versions.append(_written(content, last + 1, brought, viewer, datetime.now(UTC)))


def _written(content: str, number: int, brought: Brought, viewer: Viewer, now: datetime) -> VersionRow:
    if not depot.is_kept(content):
        raise depot.deleted_meanwhile()
    payload = payloads.read(content)
    return VersionRow(
        number=number,
        content=payload.content,
        about=brought.about.plain().with_roles(payload.roles).to_dict(),
        look=asdict(brought.look),
        origin=asdict(brought.origin) | {"name": plain(brought.origin.name)} if brought.origin else None,
        report=dict(brought.report) if brought.report else None,
        by=viewer.id,
        at=now,
        features=payload.features,
        geometry=payload.geometry,
        bounds=list(payload.bounds) if payload.bounds else None,
        note=plain(brought.note),
        restored_from=None,
    )


def _conflict(row: LayerRow) -> ConflictError:
    last = _version(row.versions[-1])
    return ConflictError(
        Message(
            "Somebody saved version {number} of “{title}” meanwhile. Look at it, then save yours after it.",
            number=last.number,
            title=last.about.title,
        )
    )


def _unknown(key: str) -> UnknownError:
    return UnknownError(Message("There is no layer “{key}” here. Choose one from the layer panel.", key=key))
