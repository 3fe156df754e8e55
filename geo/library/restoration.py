"""The catalogue out of a backup: what the file says is checked whole before anything here is changed.

Layers take the place of those that are here; the history of exports and unfinished uploads are joined to theirs.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, cast

import pyarrow as pa
import sqlalchemy as sa

from geo.about import About
from geo.errors import ConflictError, DataError
from geo.library import database, deletion, depot, journal, unfinished
from geo.library.archives import (
    BATCH,
    FORMATS,
    MANIFEST,
    MEMBER,
    ZSTD,
    Hashed,
    Kept,
    Sums,
    columns_of,
    making,
    tables_of,
)
from geo.library.tables import Base, ExportRow, Instant, LayerRow
from geo.messages import Message
from geo.storage import room

BLOCK: Final = 1 << 20
MANIFEST_BYTES: Final = 64 << 20


@dataclass(frozen=True)
class _Replaced:
    """What made room: how many layers, the keys of those that the file lacks, contents that it does not hold."""

    layers: int
    gone: set[str]
    contents: set[str]


def restore(path: Path, *, replace: bool = False) -> Kept:
    """Bring a catalogue back from a file; what it says is checked before anything is changed.

    Features and uploads are put in place first, then all rows in one transaction: at any moment the catalogue is the
    one before or the one of the file. The app may be running and shows it within a second. An unfinished upload that
    is still here stays as it is.

    Parameters
    ----------
    replace : bool
        Let go of the layers that are here, for good. Without it a catalogue that holds layers is not touched.

    Raises
    ------
    DataError
        If the file is damaged, or of a later release, or the storage folder takes nothing; the catalogue is not
        changed then.
    ConflictError
        If there are layers here and they are not to be replaced.
    """
    if not path.is_file():
        raise DataError(Message("There is no file “{path}”. Check the path.", path=str(path)))
    if not replace:
        with database.reading() as session:
            _refuse_layers(session.execute(sa.select(sa.func.count()).select_from(LayerRow)).scalar_one())
    with making() as folder:
        manifest, sums = _unpacked(path, folder)
        rows = _told(path, folder, manifest, sums)
        contents = sums.folders("features")
        with room():
            for content in contents:
                depot.mend(folder / "features" / content)
            drafts = sum(unfinished.put_back(folder / unfinished.FOLDER / each) for each in sums.folders("drafts"))
        replaced = _loaded(rows, contents, replace=replace)
    deletion.clean_up(replaced.gone, replaced.contents)
    return Kept(
        layers=len(rows["layers"]),
        versions=len(rows["versions"]),
        contents=len(contents),
        drafts=drafts,
        size=path.stat().st_size,
        made=datetime.fromisoformat(manifest["made"]),
        missing=tuple(manifest["missing"]),
        replaced=replaced.layers,
    )


def _loaded(rows: Mapping[str, list[dict[str, Any]]], contents: Iterable[str], *, replace: bool) -> _Replaced:
    """Put the rows in place of those that are here; return what that was."""
    tables = {table.name: table for table in tables_of(Base.metadata)}
    with database.writing() as session:
        here = set(session.scalars(sa.select(LayerRow.key)))
        if not replace:
            _refuse_layers(len(here))
        before = set(session.scalars(sa.select(tables["versions"].c.content)))
        for table in reversed(tables.values()):
            if table.name == ExportRow.__tablename__:
                # Codes that were given out stay good: the history is joined, never replaced.
                for start in range(0, len(rows[table.name]), BATCH):
                    same = [row["uid"] for row in rows[table.name][start : start + BATCH]]
                    session.execute(sa.delete(table).where(table.c.uid.in_(same)))
            else:
                session.execute(sa.delete(table))
        for name, table in tables.items():
            for start in range(0, len(rows[name]), BATCH):
                session.execute(sa.insert(table), rows[name][start : start + BATCH])
        for content in contents:  # under the lock that a sweep takes, too
            if not depot.is_kept(content):
                raise ConflictError(Message("The features of a layer were deleted while it was restored. Try again."))
        gone = here - {row["key"] for row in rows["layers"]}
        journal.blank(session, gone)
    return _Replaced(len(here), gone, before - set(contents))


def _refuse_layers(count: int) -> None:
    if count:
        raise ConflictError(
            Message(
                "The catalogue here holds {n} layer. Back it up, then restore with --replace, which deletes it.",
                "The catalogue here holds {n} layers. Back them up, then restore with --replace, which deletes them.",
                n=count,
            )
        )


def _unpacked(path: Path, folder: Path) -> tuple[dict[str, Any], Sums]:
    """Unpack a backup into a folder and return its manifest and what was in it."""
    sums, manifest = Sums(), None
    try:
        with _opened(path) as archive:
            for member in archive:
                name = member.name
                if manifest is not None or not member.isfile() or (name in sums.files):
                    raise _damaged(path)
                content = archive.extractfile(member)
                if content is None:
                    raise _damaged(path)
                if name == MANIFEST and member.size <= MANIFEST_BYTES:
                    manifest = json.loads(content.read())
                elif MEMBER.fullmatch(name):  # nothing that leads out of the folder
                    _copied(content, folder / name, name, sums)
                else:
                    raise _damaged(path)
    except (tarfile.TarError, EOFError, ValueError, pa.ArrowException, OSError) as error:
        if isinstance(error, DataError):
            raise
        raise _damaged(path) from error
    if not isinstance(manifest, dict) or manifest.get("program") != "Fronteras":
        raise _damaged(path)
    return manifest, sums


def _told(path: Path, folder: Path, manifest: dict[str, Any], sums: Sums) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that a backup holds, once all that its manifest lists is there and right."""
    try:
        _check(path, folder, manifest, sums)
        rows = _rows(folder, manifest, sums)
        for row in rows["versions"]:  # one that nobody could read would keep the whole catalogue from opening
            About.from_dict(row["about"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, DataError):
            raise
        raise _damaged(path) from error
    return rows


def _check(path: Path, folder: Path, manifest: Mapping[str, Any], sums: Sums) -> None:
    if manifest.get("format") not in FORMATS or manifest.get("schema") not in database.revisions():
        raise DataError(
            Message("The backup “{path}” was made by a later release of Fronteras. Restore it there.", path=str(path))
        )
    if manifest.get("files") != sums.files or set(manifest.get("tables", ())) != {
        name.split("/")[1].removesuffix(".jsonl") for name in sums.files if name.startswith("tables/")
    }:
        raise _damaged(path)
    features = folder / "features"
    for home in features.iterdir() if features.is_dir() else ():
        if not (home / depot.TOLD).is_file() or not (home / depot.FEATURES).is_file():
            raise _damaged(path)
        if depot.content_of(home) != home.name:
            raise _damaged(path)
    if any(f"drafts/{each}/{unfinished.TOLD}" not in sums.files for each in sums.folders("drafts")):
        raise _damaged(path)
    datetime.fromisoformat(manifest["made"])


def _damaged(path: Path) -> DataError:
    return DataError(
        Message(
            "“{path}” is no backup of Fronteras, or it is damaged: what it holds is not what it says. Nothing was "
            "changed. Try another backup.",
            path=str(path),
        )
    )


def _rows(folder: Path, manifest: Mapping[str, Any], sums: Sums) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table in the shape of this release."""
    told = {name: _lines(folder / "tables" / f"{name}.jsonl") for name in manifest["tables"]}
    if {name: len(rows) for name, rows in told.items()} != manifest["tables"]:
        raise DataError(Message("The backup is damaged: some of its rows are missing. Nothing was changed."))
    present = {table.name: table for table in tables_of(Base.metadata)}
    if manifest["schema"] == database.revisions()[0]:
        rows = {name: [_typed(table, row) for row in told.get(name, [])] for name, table in present.items()}
    else:
        rows = _brought_up(told, manifest["schema"], folder / "earlier.sqlite")
    named = {row["content"] for row in rows["versions"]}
    if named - set(sums.folders("features")) != set(manifest["missing"]):
        raise DataError(Message("The backup is damaged: features of a layer are missing. Nothing was changed."))
    return rows


def _brought_up(told: Mapping[str, list[dict[str, Any]]], revision: str, file: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of an earlier release as this one keeps them: through a database that takes the same steps."""
    engine = database.engine(f"sqlite:///{file}")
    try:
        with engine.begin() as connection:
            database.migrate(connection, revision)
            earlier = sa.MetaData()
            earlier.reflect(connection)
            for table in tables_of(earlier):
                if rows := [_typed(table, row) for row in told.get(table.name, [])]:
                    connection.execute(sa.insert(table), rows)
            database.migrate(connection, database.revisions()[0])
        with engine.begin() as connection:
            return {
                table.name: [dict(row) for row in connection.execute(sa.select(*columns_of(table))).mappings()]
                for table in tables_of(Base.metadata)
            }
    finally:
        engine.dispose()


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [cast("dict[str, Any]", json.loads(line)) for line in file]


def _typed(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its moments as moments; a column that the table does not have is a mistake of ours."""
    typed: dict[str, Any] = {}
    for name, value in row.items():
        kind = table.columns[name].type
        if value is not None and isinstance(kind, (Instant, sa.DateTime)):
            moment = datetime.fromisoformat(value)
            typed[name] = moment if isinstance(kind, Instant) else moment.astimezone(UTC).replace(tzinfo=None)
        else:
            typed[name] = value
    return typed


def _copied(source: IO[bytes], target: Path, name: str, sums: Sums) -> None:
    hashed = Hashed(source)
    with room():
        target.parent.mkdir(parents=True, exist_ok=True)
        file = target.open("xb")
    with file:
        while block := hashed.read(BLOCK):
            with room():
                file.write(block)
        with room():
            file.flush()
    sums.note(name, hashed.size, hashed.sha256)


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    """Open a backup, packed with zstd as we write it, or with gzip or not at all as somebody may have packed it."""
    with path.open("rb") as file:
        is_zstd = file.read(len(ZSTD)) == ZSTD
        file.seek(0)
        source = pa.CompressedInputStream(file, "zstd") if is_zstd else file
        with tarfile.open(fileobj=source, mode="r|" if is_zstd else "r|*") as archive:
            yield archive
