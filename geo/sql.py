"""DuckDB with its spatial extension: the one engine that reads stored layers without loading them.

The extension comes as a Python package and is loaded from there: nothing is downloaded, nothing is
written into anybody's home.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import duckdb

MEMORY: Final = "256MB"  # a tile needs a few; sorting a million cells when a layer is stored needs most of it
THREADS: Final = 2


@cache
def _database() -> duckdb.DuckDBPyConnection:
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


_LOCAL: Final = threading.local()
_STARTING: Final = threading.Lock()


def rows(query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Run a query on this thread's cursor and return its rows.

    Raises
    ------
    duckdb.Error
        As DuckDB has it; ``duckdb.IOException`` where a file is gone.
    """
    cursor = getattr(_LOCAL, "cursor", None)
    if cursor is None:
        with _STARTING:
            cursor = _LOCAL.cursor = _database().cursor()
    found: list[tuple[Any, ...]] = cursor.execute(query, list(values)).fetchall()
    return found


def name(text: str) -> str:
    """Return a column's name as SQL writes it, whatever it holds."""
    return '"' + text.replace('"', '""') + '"'


def word(text: str) -> str:
    """Return a text as SQL writes it, for the places where no value can be passed."""
    return "'" + text.replace("'", "''") + "'"
