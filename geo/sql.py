"""DuckDB with its spatial extension: the one engine that reads stored layers without loading them.

The extension comes as a Python package and is loaded from there: nothing is downloaded, nothing is
written into anybody's home.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Final

import duckdb

MEMORY: Final = "256MB"  # a tile needs a few; sorting a million cells when a layer is stored needs most of it
THREADS: Final = 1  # to a query: tiles are made side by side, and one shared by two cores costs a third more
KEY: Final = ":"  # before the names that people chose, in tables that have names of their own


def _connected() -> duckdb.DuckDBPyConnection:
    extension = files("duckdb_extension_spatial") / "extensions" / f"v{duckdb.__version__}" / "spatial.duckdb_extension"
    database = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY,
            "threads": THREADS,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            # The files of a layer are in the machine's own cache already; a second copy in our memory helps nobody.
            "enable_external_file_cache": False,
            "allocator_flush_threshold": "16MB",
        },
    )
    database.execute(f"LOAD '{str(extension).replace(chr(39), chr(39) * 2)}'")
    database.execute("SET parquet_metadata_cache = true")  # files are never changed under their names
    database.execute("SET lock_configuration = true")
    return database


class _Engine:
    """One database for the process, and a cursor of it for each thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database: duckdb.DuckDBPyConnection | None = None
        self._local = threading.local()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return this thread's cursor."""
        with self._lock:
            if self._database is None:
                self._database = _connected()
            if getattr(self._local, "of", None) is not self._database:
                self._local.of, self._local.cursor = self._database, self._database.cursor()
        found: duckdb.DuckDBPyConnection = self._local.cursor
        return found

    def abandon(self) -> None:
        """Begin anew with the next query: after an error of its own the engine answers nothing any more."""
        with self._lock:
            if self._database is getattr(self._local, "of", None):
                self._database = None


_ENGINE: Final = _Engine()


def rows(query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Run a query on this thread's cursor and return its rows.

    Raises
    ------
    duckdb.Error
        As DuckDB has it; ``duckdb.IOException`` where a file is gone.
    """
    try:
        return _run(query, values)
    except duckdb.FatalException:  # another query had the error; this one may be asked again
        return _run(query, values)


def _run(query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    try:
        found: list[tuple[Any, ...]] = _ENGINE.cursor().execute(query, list(values)).fetchall()
    except (duckdb.FatalException, duckdb.InternalException):
        _ENGINE.abandon()
        raise
    return found


def name(text: str) -> str:
    """Return a column's name as SQL writes it, whatever it holds."""
    return '"' + text.replace('"', '""') + '"'


def key(text: str) -> str:
    """Return the column of a stored layer's tables that holds one of its keys: never one of the tables' own."""
    return name(KEY + text)


def word(text: str) -> str:
    """Return a text as SQL writes it, for the places where no value can be passed."""
    return "'" + text.replace("'", "''") + "'"
