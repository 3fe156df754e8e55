"""The catalogue's database: SQLite in the storage folder, or the PostgreSQL that FRONTERAS_DATABASE_URL names.

It is brought to the shape of this release when a process first asks for it, by whichever of
several that start together is first.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from geo.errors import DataError
from geo.library import claims
from geo.library.tables import StateRow
from geo.messages import Message
from geo.storage import storage

LOG: Final = logging.getLogger(__name__)
VARIABLE: Final = "FRONTERAS_DATABASE_URL"
FILE: Final = "catalogue.sqlite"
MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
WAIT_S: Final = 30  # for another process that is writing; its transactions take milliseconds
OURS: Final = 0x46524F4E  # names the lock that processes take on PostgreSQL while one of them migrates
STUCK_S: Final = 600  # a process that was stopped in the middle of a change holds up all others no longer than this
REACH_S: Final = 10  # for the server to answer at all
AGAIN_S: Final = 5.0  # a server that cannot be reached is not tried again for so long: a page asks a dozen times
SCRUB_MS: Final = 2_000  # for readers, before the log is left as it is
LOOK_EVERY_S: Final = 1.0  # another process's change is seen after so long
WRITES: Final = {"is_writing": True}


@dataclass(frozen=True)
class State:
    """Which catalogue this is, and how often it was changed."""

    catalogue: str
    serial: int


_ready: set[tuple[str, int]] = set()
_lock: Final = Lock()
_seen_lock: Final = Lock()
_seen: dict[str, tuple[float, State]] = {}
_failed: dict[str, float] = {}


def url() -> str:
    """Return the address of the database; the environment is read at each call, as the storage folder is.

    Raises
    ------
    DataError
        If FRONTERAS_DATABASE_URL names neither SQLite's file nor a PostgreSQL.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if not given:
        return f"sqlite:///{storage() / FILE}"
    for short in ("postgresql://", "postgres://"):  # as hosts give it out; the driver is ours to name
        if given.startswith(short):
            given = "postgresql+psycopg://" + given.removeprefix(short)
    if not given.startswith(("sqlite:///", "postgresql+psycopg://")) or given == "sqlite:///":
        raise DataError(
            Message(
                "FRONTERAS_DATABASE_URL names no database that is known here. Write "
                "postgresql://user:password@host/name, or set nothing: the catalogue is then a file in the storage "
                "folder."
            )
        )
    return given


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that reads.

    Raises
    ------
    DataError
        If the database cannot be reached or is of a later release.
    """
    with _session({}) as session:
        yield session


@contextmanager
def snapshot() -> Iterator[Session]:
    """Open a session that reads everything as it was at one moment, however long it takes. Raises as ``reading``."""
    is_shared = not url().startswith("sqlite")  # where a transaction that reads is a snapshot by itself
    with _session({"isolation_level": "REPEATABLE READ"} if is_shared else {}) as session:
        yield session


@contextmanager
def writing(*, counts: bool = True) -> Iterator[Session]:
    """Open a session that changes the catalogue: all of it or nothing, and one such session after the other.

    Parameters
    ----------
    counts : bool
        Whether layers may change, so that whoever holds them reads them anew.

    Raises
    ------
    DataError
        As ``reading``.
    """
    address = url()
    with _session(WRITES) as session:
        if session.get_bind().dialect.name == "postgresql":
            # For this transaction alone, so that a pool between us and the server hands nobody else our settings.
            session.execute(sa.text(f"SET LOCAL lock_timeout = '{WAIT_S}s'"))
            session.execute(sa.text(f"SET LOCAL idle_in_transaction_session_timeout = '{STUCK_S}s'"))
        # First of all: the row is locked until the end, so what is read from here on stays true.
        session.execute(sa.update(StateRow).values(serial=StateRow.serial + int(counts)))
        changed = _state(session)
        claims.claim(changed.catalogue)
        yield session
        session.commit()
    _notice(address, monotonic(), changed)


def scrub() -> None:
    """Empty SQLite's log, in which what was deleted still stands; PostgreSQL looks after its own.

    Where others read for longer, the next call does it, or whoever closes the last connection.
    """
    address = url()
    if not address.startswith("sqlite"):
        return
    connection = _engine(address).raw_connection()  # outside of any transaction
    try:
        connection.cursor().execute(f"PRAGMA busy_timeout = {SCRUB_MS}")
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        LOG.warning("The catalogue's log could not be emptied: %s", error)
    finally:
        connection.close()


def state() -> State:
    """Return which catalogue this is and a number that grows with each change of it.

    What this process changed is seen at once, what another one did within a second.
    """
    address = url()
    began = monotonic()
    at, known = _seen.get(address, (0.0, None))
    if known is not None and began - at < LOOK_EVERY_S:
        return known
    with reading() as session:
        found = _state(session)
    return _notice(address, began, found)


def _notice(address: str, at: float, found: State) -> State:
    """Keep what was seen last; a thread that looked before another one of ours changed something brings old news."""
    with _seen_lock:
        before, known = _seen.get(address, (0.0, found))
        is_old = known.catalogue == found.catalogue and known.serial > found.serial and at - before < LOOK_EVERY_S
        if not is_old:
            _seen[address] = (at, found)
        return known if is_old else found


def _state(session: Session) -> State:
    row = session.execute(sa.select(StateRow.catalogue, StateRow.serial)).one()
    return State(row.catalogue, row.serial)


@contextmanager
def _session(options: dict[str, Any]) -> Iterator[Session]:
    address = url()
    if monotonic() - _failed.get(address, -AGAIN_S) < AGAIN_S:
        raise _unreachable(address)
    is_open = False
    try:
        prepare(address)
        with _engine(address).connect().execution_options(**options) as connection, Session(connection) as session:
            is_open = True
            yield session
    except SQLAlchemyError as error:
        # What the driver says first; later lines may quote the values of a row, which may be restricted.
        told = str(getattr(error, "orig", None) or "").strip() or type(error).__name__
        LOG.warning("The catalogue's database: %s", told.splitlines()[0])
        if not is_open:
            _failed[address] = monotonic()
        raise _unreachable(address) from error


def _unreachable(address: str) -> DataError:
    if address.startswith("sqlite"):
        return DataError(
            Message(
                "The catalogue of layers cannot be reached or read. Check that its database runs and that the "
                "storage folder can be written; then try again."
            )
        )
    return DataError(
        Message(
            "The catalogue of layers cannot be reached or read at {host}. Check that its database runs, and what "
            "FRONTERAS_DATABASE_URL says of it; then try again.",
            host=sa.make_url(address).host or "localhost",  # never the whole address: a password is in it
        )
    )


def prepare(address: str) -> None:
    """Bring the database of an address to the shape of this release, once in a process."""
    file = sa.make_url(address).database if address.startswith("sqlite") else None
    with _lock:
        if file:
            try:
                Path(file).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                LOG.warning("The catalogue's folder: %s", error.strerror)
                raise _unreachable(address) from error
            there = Path(file).stat().st_ino if Path(file).exists() else 0  # a wiped folder begins anew
        else:
            there = 1
        if (address, there) in _ready:
            return
        with _engine(address).connect().execution_options(**WRITES) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(OURS)))
            if _upgrade(connection):
                from geo.library.adoption import adopt  # noqa: PLC0415 - it knows layers, which know this module

                adopt(connection)
        if file:
            there = Path(file).stat().st_ino
        _ready.add((address, there))
        _seen.pop(address, None)


def _upgrade(connection: sa.Connection) -> bool:
    """Run what is missing of the migrations; tell whether the database was empty."""
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and present not in revisions():
        raise DataError(
            Message(
                "The catalogue was written by a later release of Fronteras than this one. Start that release, or "
                "restore a backup that was made before the change."
            )
        )
    if present != revisions()[0]:
        migrate(connection, revisions()[0])
    return present is None


def revisions() -> list[str]:
    """Return the names of the shapes that the tables have had, the present one first."""
    return [each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()]


def migrate(connection: sa.Connection, revision: str) -> None:
    """Bring the tables that a connection reaches to a later shape, within its transaction."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def engine(address: str) -> sa.Engine:
    """Return a new engine for a database, which the caller disposes of."""
    if not address.startswith("sqlite"):
        waiting = {"connect_timeout": REACH_S} if address.startswith("postgresql") else {}
        return sa.create_engine(
            address, pool_pre_ping=True, pool_size=5, max_overflow=10, connect_args=waiting, json_serializer=_json
        )
    # A connection for each use: opening one takes 0.1 ms, and none is left on a file that was wiped or restored.
    made = sa.create_engine(address, poolclass=sa.NullPool, connect_args={"timeout": WAIT_S}, json_serializer=_json)
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


@lru_cache(maxsize=16)
def _engine(address: str) -> sa.Engine:
    return engine(address)


def _json(value: Any) -> str:
    """Write JSON that PostgreSQL takes too: it knows no NaN and no Infinity, which become null."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return json.dumps(json.loads(json.dumps(value), parse_constant=lambda _sign: None))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say ourselves where a transaction begins
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",  # readers do not wait for the one who writes
        "synchronous = FULL",  # what was accepted survives a power cut
        "foreign_keys = ON",
        "secure_delete = ON",  # what was deleted on request is not left in free pages; Debian has it so by default
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    # The lock is taken at once: a transaction that reads first and writes later can be refused in the middle.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
