"""What a backup file is made of: which members it may have, and what is known of each.

It is a tar, packed with zstd, that needs none of our code to be read: ``tables/layers.jsonl``,
``tables/versions.jsonl``, ``tables/exports.jsonl``, ``features/{content}/…``, ``drafts/{id}/…`` and last
``manifest.json`` with the checksum of each. It says nothing of the kind of database, so what was kept in SQLite can be
restored into PostgreSQL and the other way round.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final
from uuid import uuid4

import sqlalchemy as sa

from geo.library import depot
from geo.library.tables import StateRow
from geo.storage import room, storage

FORMAT: Final = 2
FORMATS: Final = frozenset({1, FORMAT})  # 1 had no drafts
MANIFEST: Final = "manifest.json"
MEMBER: Final = re.compile(
    r"tables/[a-z_]{1,40}\.jsonl"
    r"|features/[0-9a-f]{20}/[a-z_]{1,40}\.(parquet|json)"
    r"|drafts/[0-9a-f]{20}/(draft\.json|original|checked-[0-9]{1,9}/[\w-]{1,40}\.(parquet|json))",
    re.ASCII,
)
ZSTD: Final = b"\x28\xb5\x2f\xfd"
BATCH: Final = 200  # rows


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a backup holds, or what a restore brought back.

    Attributes
    ----------
    drafts : int
        Half-finished uploads.
    missing : tuple of str
        The contents that a version names and that were gone or damaged when the backup was made.
    replaced : int
        Layers that were here before and are gone.
    """

    layers: int
    versions: int
    contents: int
    drafts: int
    size: int
    made: datetime
    missing: tuple[str, ...] = ()
    replaced: int = 0


@dataclass
class Sums:
    """The size and checksum of each member, as the manifest lists them."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def note(self, name: str, size: int, sha256: str) -> None:
        """Keep what a member is."""
        self.files[name] = {"size": size, "sha256": sha256}

    def folders(self, kind: str) -> list[str]:
        """Return the names of the folders of a kind ("features", "drafts") that have members."""
        return sorted({name.split("/")[1] for name in self.files if name.startswith(f"{kind}/")})


class Hashed(io.RawIOBase):
    """A file whose bytes are counted and hashed while somebody reads them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        block = self._file.read(size)
        self._digest.update(block)
        self.size += len(block)
        return block

    @property
    def sha256(self) -> str:
        """The checksum of what was read so far."""
        return self._digest.hexdigest()


@contextmanager
def making() -> Iterator[Path]:
    """Give a folder for what is half done, on the disk of the storage folder; it is gone afterwards.

    Raises as ``geo.storage.room``.
    """
    folder = storage() / depot.MAKING / uuid4().hex
    with room():
        folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tables_of(metadata: sa.MetaData) -> list[sa.Table]:
    """Return the tables that a backup holds, each after those that it refers to."""
    return [table for table in metadata.sorted_tables if table.name not in {StateRow.__tablename__, "alembic_version"}]


def columns_of(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns of a table but for a number that the database itself gives out."""
    return [column for column in table.columns if column is not table.autoincrement_column]
