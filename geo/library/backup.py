"""The catalogue in one file, and back: its tables as lines of JSON, and the features that any version names.

The file is a tar, packed with zstd, that needs none of our code to be read: ``tables/layers.jsonl``,
``tables/versions.jsonl``, ``tables/exports.jsonl``, ``features/{content}/…`` and last ``manifest.json`` with the
checksum of each. It says nothing of the kind of database, so what was kept in SQLite can be restored into PostgreSQL
and the other way round. The history of exports is joined to the one that is here.

Not in it: the app's secret, for whoever holds a backup could then sign addresses of restricted layers (a new one
costs readers a reload); and half-finished uploads, which nobody has accepted yet.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, cast
from uuid import uuid4

import pyarrow as pa
import sqlalchemy as sa

from geo.errors import ConflictError, DataError
from geo.library import database, depot, shelf
from geo.library.tables import Base, ExportRow, Instant, LayerRow, StateRow
from geo.messages import Message
from geo.storage import ROOT, storage

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
MEMBER: Final = re.compile(r"tables/[a-z_]{1,40}\.jsonl|features/[0-9a-f]{20}/[a-z_]{1,40}\.(parquet|json)", re.ASCII)
BLOCK: Final = 1 << 20
MANIFEST_BYTES: Final = 64 << 20
ZSTD: Final = b"\x28\xb5\x2f\xfd"
TRIES: Final = 5  # a layer that is deleted while it is copied makes us begin again
BATCH: Final = 200  # rows
OURS_ALONE: Final = 0o600  # restricted layers are in it


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a backup holds, or what a restore brought back.

    Attributes
    ----------
    missing : tuple of str
        The contents that a version names and that were gone or damaged when the backup was made.
    replaced : int
        Layers that were here before and are gone.
    """

    layers: int
    versions: int
    contents: int
    size: int
    made: datetime
    missing: tuple[str, ...] = ()
    replaced: int = 0


class _GoneError(Exception):
    """Features were deleted while the backup was made."""


@dataclass
class _Sums:
    """The size and checksum of each member, as the manifest lists them."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def note(self, name: str, size: int, sha256: str) -> None:
        self.files[name] = {"size": size, "sha256": sha256}


class _Hashed(io.RawIOBase):
    """A file whose bytes are counted and hashed while somebody reads them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._digest.update(block)
        self.size += len(block)
        return block

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


# --- out -----------------------------------------------------------------------------------------


def backup(out: Path) -> Kept:
    """Write the whole catalogue to a file; the app may be running, and layers may come and go meanwhile.

    The file appears under its name when all of it is written.

    Raises
    ------
    DataError
        If the catalogue or the features cannot be read, or the file cannot be written.
    """
    part = out.with_name(f".{out.name}.{uuid4().hex[:8]}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for left in reversed(range(TRIES)):
            try:
                kept = _written(part, may_lack=not left)
                break
            except _GoneError:
                continue
        _sync(part)
        part.replace(out)
        _sync(out.parent)
    except OSError as error:
        raise DataError(
            Message(
                "The backup “{file}” cannot be written: {error}. Name another place, or make room.",
                file=str(out),
                error=error.strerror or type(error).__name__,
            )
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return kept


def _written(part: Path, *, may_lack: bool) -> Kept:
    """Write one try; without the features that are gone or damaged although the catalogue still names them."""
    made = datetime.now(UTC)
    sums, missing = _Sums(), []
    with _making() as folder:
        counts, contents, state = _dumped(folder)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OURS_ALONE)
        with (
            os.fdopen(handle, "wb") as file,
            pa.CompressedOutputStream(file, "zstd") as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
        ):
            for name in counts:
                _add(archive, f"tables/{name}.jsonl", folder / f"{name}.jsonl", made, sums)
            for content in sorted(contents):
                if not _features_added(archive, content, made, sums):
                    if not (may_lack or content in shelf.named()):
                        raise _GoneError
                    missing.append(content)
            manifest = {
                "format": FORMAT,
                "program": "Fronteras",
                "version": _version(),
                "made": made.isoformat(),
                "schema": database.revisions()[0],
                "catalogue": state,
                "tables": counts,
                "missing": missing,
                "files": sums.files,
            }
            text = json.dumps(manifest, indent=1).encode()
            archive.addfile(_member(MANIFEST, len(text), made), io.BytesIO(text))
    return Kept(
        layers=counts["layers"],
        versions=counts["versions"],
        contents=len(contents) - len(missing),
        size=part.stat().st_size,
        made=made,
        missing=tuple(missing),
    )


def _dumped(folder: Path) -> tuple[dict[str, int], set[str], str]:
    """Write every table as it was at one moment; return their rows, the contents they name and which catalogue."""
    counts: dict[str, int] = {}
    contents: set[str] = set()
    with database.snapshot() as session:
        for table in _tables(Base.metadata):
            wanted = _columns(table)
            rows = session.execute(sa.select(*wanted).order_by(*table.primary_key.columns)).mappings()
            counts[table.name] = 0
            with (folder / f"{table.name}.jsonl").open("w", encoding="utf-8") as file:
                for row in rows.yield_per(BATCH):
                    plain = {name: value.isoformat() if isinstance(value, datetime) else value
                             for name, value in row.items()}  # fmt: skip
                    file.write(json.dumps(plain) + "\n")
                    counts[table.name] += 1
                    contents |= {row["content"]} if "content" in row else set()
        state = session.scalars(sa.select(StateRow.catalogue)).one()
    return counts, contents, state


def _features_added(archive: tarfile.TarFile, content: str, made: datetime, sums: _Sums) -> bool:
    """Add a folder of features, or return False where there is none that could be restored."""
    folder = depot.fetch(content)
    if folder is None:
        return False
    try:
        if depot.content_of(folder) != content:
            return False
        # Opened all at once: what is deleted from now on can still be read to its end.
        paths = sorted(path for path in folder.iterdir() if MEMBER.fullmatch(f"features/{content}/{path.name}"))
        opened = [(path.name, path.open("rb")) for path in paths]
    except FileNotFoundError:
        return False
    try:
        for name, file in opened:
            _add_opened(archive, f"features/{content}/{name}", file, made, sums)
    finally:
        for _, file in opened:
            file.close()
    return True


def _add(archive: tarfile.TarFile, name: str, path: Path, made: datetime, sums: _Sums) -> None:
    with path.open("rb") as file:
        _add_opened(archive, name, file, made, sums)


def _add_opened(archive: tarfile.TarFile, name: str, file: IO[bytes], made: datetime, sums: _Sums) -> None:
    hashed = _Hashed(file)
    archive.addfile(_member(name, os.fstat(file.fileno()).st_size, made), cast("IO[bytes]", hashed))
    sums.note(name, hashed.size, hashed.sha256)


def _member(name: str, size: int, made: datetime) -> tarfile.TarInfo:
    told = tarfile.TarInfo(name)
    told.size, told.mtime, told.mode = size, int(made.timestamp()), OURS_ALONE
    return told


# --- back ----------------------------------------------------------------------------------------


def restore(path: Path, *, replace: bool = False) -> Kept:
    """Bring a catalogue back from a file; what it says is checked before anything is changed.

    The features are put in place first, then all rows in one transaction: at any moment the catalogue is the one
    before or the one of the file. The app may be running and shows it within a second.

    Parameters
    ----------
    replace : bool
        Let go of the layers that are here, for good. Without it a catalogue that holds layers is not touched.

    Raises
    ------
    DataError
        If the file is damaged, or of a later release; nothing is changed then.
    ConflictError
        If there are layers here and they are not to be replaced.
    """
    if not path.is_file():
        raise DataError(Message("There is no file “{path}”. Check the path.", path=str(path)))
    if not replace:
        with database.reading() as session:
            _refuse_layers(session.execute(sa.select(sa.func.count()).select_from(LayerRow)).scalar_one())
    with _making() as folder:
        manifest = _unpacked(path, folder)
        rows = _rows(folder, manifest)
        contents = sorted({name.split("/")[1] for name in manifest["files"] if name.startswith("features/")})
        for content in contents:
            depot.mend(folder / "features" / content)
        before, replaced = _loaded(rows, contents, replace=replace)
    shelf.let_go(before - set(contents))
    return Kept(
        layers=len(rows["layers"]),
        versions=len(rows["versions"]),
        contents=len(contents),
        size=path.stat().st_size,
        made=datetime.fromisoformat(manifest["made"]),
        missing=tuple(manifest["missing"]),
        replaced=replaced,
    )


def _loaded(
    rows: Mapping[str, list[dict[str, Any]]], contents: Iterable[str], *, replace: bool
) -> tuple[set[str], int]:
    """Put the rows in place of those that are here; return the contents that those named, and how many layers."""
    tables = {table.name: table for table in _tables(Base.metadata)}
    with database.writing() as session:
        replaced = session.execute(sa.select(sa.func.count()).select_from(tables["layers"])).scalar_one()
        if not replace:
            _refuse_layers(replaced)
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
    return before, replaced


def _refuse_layers(count: int) -> None:
    if count:
        raise ConflictError(
            Message(
                "The catalogue here holds {n} layer. Back it up, then restore with --replace, which deletes it.",
                "The catalogue here holds {n} layers. Back them up, then restore with --replace, which deletes them.",
                n=count,
            )
        )


def _unpacked(path: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup into a folder and return its manifest, once all that it lists is there and right."""
    sums, manifest = _Sums(), None
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
    return _checked(path, folder, manifest, sums)


def _checked(path: Path, folder: Path, manifest: Any, sums: _Sums) -> dict[str, Any]:
    if not isinstance(manifest, dict) or manifest.get("program") != "Fronteras":
        raise _damaged(path)
    if manifest.get("format") != FORMAT or manifest.get("schema") not in database.revisions():
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
    return manifest


def _damaged(path: Path) -> DataError:
    return DataError(
        Message(
            "“{path}” is no backup of Fronteras, or it is damaged: what it holds is not what it says. Nothing was "
            "changed. Try another backup.",
            path=str(path),
        )
    )


def _rows(folder: Path, manifest: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table in the shape of this release."""
    told = {name: _lines(folder / "tables" / f"{name}.jsonl") for name in manifest["tables"]}
    if {name: len(rows) for name, rows in told.items()} != manifest["tables"]:
        raise DataError(Message("The backup is damaged: some of its rows are missing. Nothing was changed."))
    present = {table.name: table for table in _tables(Base.metadata)}
    if manifest["schema"] == database.revisions()[0]:
        rows = {name: [_typed(table, row) for row in told.get(name, [])] for name, table in present.items()}
    else:
        rows = _brought_up(told, manifest["schema"], folder / "earlier.sqlite")
    named = {row["content"] for row in rows["versions"]}
    there = {name.split("/")[1] for name in manifest["files"] if name.startswith("features/")}
    if named - there != set(manifest["missing"]):
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
            for table in _tables(earlier):
                if rows := [_typed(table, row) for row in told.get(table.name, [])]:
                    connection.execute(sa.insert(table), rows)
            database.migrate(connection, database.revisions()[0])
        with engine.begin() as connection:
            return {
                table.name: [dict(row) for row in connection.execute(sa.select(*_columns(table))).mappings()]
                for table in _tables(Base.metadata)
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


def _tables(metadata: sa.MetaData) -> list[sa.Table]:
    """Return the tables that a backup holds, each after those that it refers to."""
    return [table for table in metadata.sorted_tables if table.name not in {StateRow.__tablename__, "alembic_version"}]


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns of a table but for a number that the database itself gives out."""
    return [column for column in table.columns if column is not table.autoincrement_column]


def _copied(source: IO[bytes], target: Path, name: str, sums: _Sums) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    hashed = _Hashed(source)
    with target.open("xb") as file:
        while block := hashed.read(BLOCK):
            file.write(block)
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


@contextmanager
def _making() -> Iterator[Path]:
    """Give a folder for what is half done; it is gone afterwards."""
    folder = storage() / depot.MAKING / uuid4().hex
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
