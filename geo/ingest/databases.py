"""GeoPackages: an SQLite file may run code of its own when it is read, so its schema is looked at first."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Final

from geo.ingest import limits
from geo.ingest.refusals import DATA_ITSELF, EXPORT_AGAIN, FORMATS, SEND_AGAIN, RefusalError, refused
from geo.ingest.report import Issue
from geo.messages import Message

MODULES: Final = frozenset({"rtree", "fts3", "fts4", "fts5"})  # what a GeoPackage itself may ask of SQLite
MODULE: Final = re.compile(r"\busing\s+[\"'\[`]?(\w+)", re.IGNORECASE)
SCHEMA_ROWS: Final = 20_000
ACTIONS: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})


def check(path: Path) -> list[Issue]:
    """Look at the schema of a GeoPackage and return what is left out of it: views, which are questions, not data.

    Raises
    ------
    RefusalError
        If it cannot be read, is no GeoPackage, or has virtual tables that could lead to other files.
    """
    schema, listed = _schema(path)
    if not any(name == "gpkg_contents" for _, name, _ in schema):
        raise refused(
            "FORMAT_UNKNOWN",
            Message("By its content this is {format}, which is not read as a layer.", format="SQLite"),
            expected=FORMATS,
            fix=EXPORT_AGAIN,
        )
    for kind, name, sql in schema:
        module = MODULE.search(sql) if kind == "table" and "virtual" in sql[:40].casefold() else None
        if module is not None and module[1].casefold() not in MODULES:
            raise refused(
                "REFERENCE_ELSEWHERE",
                Message("The table “{name}” is a window on something outside the file.", name=name[:80]),
                expected=DATA_ITSELF,
                fix=EXPORT_AGAIN,
            )
    views = {name for kind, name, _ in schema if kind == "view"} & set(listed)
    return [
        Issue(
            "VIEW_LEFT_OUT",
            "warning",
            Message("The layer “{name}” is a view on other tables and was not read.", name=name[:80]),
            Message("Expected are tables, which hold their data themselves."),
            Message("Save the view as a layer of its own and bring that."),
            layer=name,
        )
        for name in sorted(views)
    ]


def tables(path: Path) -> list[str]:
    """Return the tables of features of a GeoPackage that ``check`` let pass, in the order of their entry."""
    schema, listed = _schema(path)
    kept = {name for kind, name, sql in schema if kind == "table" and "virtual" not in sql[:40].casefold()}
    return [name for name in listed if name in kept]


def _schema(path: Path) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Return type, name and definition of everything in the schema, and the names of the layers."""
    try:
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            # Nothing but reading: no attaching, no functions, no pragmas of the file's own making.
            database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in ACTIONS else sqlite3.SQLITE_DENY)
            rows = database.execute("SELECT type, name, sql FROM sqlite_master LIMIT ?", (SCHEMA_ROWS,)).fetchall()
            schema = [(str(kind), str(name), str(sql or "")) for kind, name, sql in rows]
            is_package = any(kind == "table" and name == "gpkg_contents" for kind, name, _ in schema)
            question = "SELECT table_name FROM gpkg_contents WHERE data_type = 'features' LIMIT ?"
            listed = [str(name) for (name,) in database.execute(question, (limits.LAYERS,))] if is_package else []
        finally:
            database.close()
    except sqlite3.Error as error:
        raise _damaged(str(error)) from error
    return schema, listed


def _damaged(words: str) -> RefusalError:
    return refused(
        "FILE_BROKEN",
        Message("The file is damaged or cut short: {reason}.", reason=words[:200]),
        expected=Message("Expected is a whole file."),
        fix=SEND_AGAIN,
    )
