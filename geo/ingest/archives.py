"""Archives: looked through before anything is unpacked, and unpacked under names of our own."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from geo.ingest import formats, limits
from geo.ingest.printable import printable
from geo.ingest.refusals import BOUNDED, SEND_AGAIN, SPLIT, RefusalError, refused
from geo.messages import Message

BLOCK: Final = 1 << 20
ENCRYPTED: Final = 0x1
PACK_AGAIN: Final = Message("Pack the files again as a plain ZIP archive: no folders above it, no links, no password.")
PLAIN: Final = Message("Expected is an archive of plain files.")
BROKEN: Final = (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True)
class Member:
    """A file in an archive that is worth a look: its path there, and how it begins."""

    info: zipfile.ZipInfo
    path: PurePosixPath
    head: bytes

    @property
    def kind(self) -> formats.Format | formats.Other:
        """What it is by its first bytes."""
        return formats.known(self.head)


def members(path: Path) -> tuple[Member, ...]:
    """Return the files of an archive, in the order of their names.

    Raises
    ------
    RefusalError
        If it is damaged or encrypted, has too many members, one that leads outside or is a link, two of one name,
        or unpacks to more than the bounds.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            _check(infos, path.stat().st_size)
            shown = [info for info in infos if not info.is_dir() and not _is_clutter(info.filename)]
            found = []
            for info in sorted(shown, key=lambda each: each.filename):
                with archive.open(info) as file:
                    found.append(Member(info, PurePosixPath(info.filename), file.read(formats.HEAD)))
            return tuple(found)
    except RefusalError:
        raise
    except BROKEN as error:
        raise _damaged() from error


def unpack(path: Path, wanted: Sequence[tuple[Member, Path]]) -> None:
    """Write members to the paths that were chosen for them.

    Raises
    ------
    RefusalError
        If one is damaged, or has more in it than the archive says.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for member, out in wanted:
                left = member.info.file_size
                with archive.open(member.info) as packed, out.open("xb") as made:
                    while block := packed.read(BLOCK):
                        left -= len(block)
                        if left < 0:
                            raise _bomb()
                        made.write(block)
    except RefusalError:
        raise
    except BROKEN as error:
        raise _damaged() from error


def _check(infos: Sequence[zipfile.ZipInfo], packed: int) -> None:
    if len(infos) > limits.MEMBERS:
        raise refused(
            "ARCHIVE_TOO_MANY_MEMBERS",
            Message("The archive has {n} members; at most {most} are read.", n=len(infos), most=limits.MEMBERS),
            expected=BOUNDED,
            fix=SPLIT,
        )
    for info in infos:
        _check_member(info)
    total = sum(info.file_size for info in infos)
    if total > limits.UNPACKED_BYTES or (total > limits.RATIO_FREE_BYTES and total > limits.RATIO * packed):
        raise _bomb()
    names = [info.filename.casefold() for info in infos]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise refused(
            "ARCHIVE_DUPLICATE_MEMBER",
            Message("The archive has two members called “{name}”.", name=printable(twice)),
            expected=PLAIN,
            fix=PACK_AGAIN,
        )


def _check_member(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    parts = name.replace("\\", "/").split("/")
    if "\0" in name or name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        raise refused(
            "ARCHIVE_TRAVERSAL",
            Message("The archive has a member that leads out of it: “{name}”.", name=printable(name)),
            expected=PLAIN,
            fix=PACK_AGAIN,
        )
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise refused(
            "ARCHIVE_LINK",
            Message("The archive has a link or a device instead of a file: “{name}”.", name=printable(name)),
            expected=PLAIN,
            fix=PACK_AGAIN,
        )
    if info.flag_bits & ENCRYPTED:
        raise refused(
            "ARCHIVE_ENCRYPTED",
            Message("The archive is protected by a password: “{name}”.", name=printable(name)),
            expected=PLAIN,
            fix=PACK_AGAIN,
        )


def _is_clutter(name: str) -> bool:
    """Whether a member is what a system leaves behind: resource forks, thumbnails, hidden files."""
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name.startswith(".") or path.name.casefold() in {"thumbs.db", "desktop.ini"}


def _bomb() -> RefusalError:
    return refused(
        "ARCHIVE_BOMB",
        Message(
            "The archive unpacks to more than {most} MB or to more than {ratio} times its size.",
            most=limits.UNPACKED_BYTES // limits.MB,
            ratio=limits.RATIO,
        ),
        expected=BOUNDED,
        fix=SPLIT,
    )


def _damaged() -> RefusalError:
    return refused(
        "ARCHIVE_BROKEN",
        Message("The archive is damaged, cut short, or packed in a way that is not read."),
        expected=PLAIN,
        fix=SEND_AGAIN,
    )
