"""The catalogue in one file: its tables as lines of JSON, the features that any version names, unfinished uploads.

Not in it: the app's secret, for whoever holds a backup could then sign addresses of restricted layers (a new one
costs readers a reload); and what was thrown away.
"""

from __future__ import annotations

import errno
import io
import json
import os
import tarfile
import tomllib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, cast
from uuid import uuid4

import pyarrow as pa
import sqlalchemy as sa

from geo.errors import DataError
from geo.library import database, depot, shelf, unfinished
from geo.library.archives import (
    BATCH,
    FORMAT,
    MANIFEST,
    MEMBER,
    Hashed,
    Kept,
    Sums,
    columns_of,
    making,
    tables_of,
)
from geo.library.tables import Base, StateRow
from geo.messages import Message
from geo.storage import ROOT, room

TRIES: Final = 5  # a layer that is deleted while it is copied makes us begin again
OURS_ALONE: Final = 0o600  # restricted layers are in it


class _GoneError(Exception):
    """Features were deleted while the backup was made."""


def backup(out: Path) -> Kept:
    """Write the whole catalogue to a file; the app may be running, and layers may come and go meanwhile.

    The file appears under its name when all of it is written.

    Raises
    ------
    DataError
        If the catalogue or the features cannot be read, or the file cannot be written.
    """
    part = out.parent / f".{out.name}.{uuid4().hex[:8]}.part"
    try:
        if out.exists() and not out.is_file():  # a device would be gone, with a file in its place
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EISDIR if out.is_dir() else errno.EEXIST))
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
        with suppress(OSError):
            part.unlink()
    return kept


def _written(part: Path, *, may_lack: bool) -> Kept:
    """Write one try; without the features that are gone or damaged although the catalogue still names them."""
    made = datetime.now(UTC)
    sums, missing = Sums(), []
    with making() as folder:
        with room():
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
            drafts = 0
            for files in unfinished.opened():
                drafts += 1
                for name, one in files.items():
                    _add_opened(archive, name, one, made, sums)
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
        drafts=drafts,
        size=part.stat().st_size,
        made=made,
        missing=tuple(missing),
    )


def _dumped(folder: Path) -> tuple[dict[str, int], set[str], str]:
    """Write every table as it was at one moment; return their rows, the contents they name and which catalogue."""
    counts: dict[str, int] = {}
    contents: set[str] = set()
    with database.snapshot() as session:
        for table in tables_of(Base.metadata):
            wanted = columns_of(table)
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


def _features_added(archive: tarfile.TarFile, content: str, made: datetime, sums: Sums) -> bool:
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


def _add(archive: tarfile.TarFile, name: str, path: Path, made: datetime, sums: Sums) -> None:
    with path.open("rb") as file:
        _add_opened(archive, name, file, made, sums)


def _add_opened(archive: tarfile.TarFile, name: str, file: IO[bytes], made: datetime, sums: Sums) -> None:
    hashed = Hashed(file)
    archive.addfile(_member(name, os.fstat(file.fileno()).st_size, made), cast("IO[bytes]", hashed))
    sums.note(name, hashed.size, hashed.sha256)


def _member(name: str, size: int, made: datetime) -> tarfile.TarInfo:
    told = tarfile.TarInfo(name)
    told.size, told.mtime, told.mode = size, int(made.timestamp()), OURS_ALONE
    return told


def _version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
