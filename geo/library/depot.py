"""Where the features of layers are kept for good: the storage folder, or any address that fsspec can write to.

With an address (``s3://bucket/folder``, ``file:///mnt/share``) the storage folder is this machine's copy: features
are written there first, then copied up, ``payload.json`` last; what is not here yet is fetched when it is first
asked for. A folder is named after its content, so a copy is right or absent. Whoever adds or removes holds the
catalogue's lock (``geo.library.database.writing``); everything here may be called twice.
"""

from __future__ import annotations

import errno
import filecmp
import hashlib
import os
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from geo.errors import ConflictError, DataError
from geo.library import elsewhere
from geo.library.elsewhere import Elsewhere, reached
from geo.messages import Message
from geo.storage import storage

LAYERS: Final = "layers"
MAKING: Final = "making"
TOLD: Final = "payload.json"  # a folder without it is not there yet, or not any more
FEATURES: Final = "features.parquet"
MEMBERS: Final = frozenset({TOLD, FEATURES, "shapes.parquet", "cells.parquet"})
ATTEMPTS: Final = 3
PAUSE_S: Final = 0.3
CONTENT: Final = re.compile(r"[0-9a-f]{20}", re.ASCII)
MEMBER: Final = re.compile(r"[a-z_]{1,40}\.(parquet|json)", re.ASCII)


def content_of(folder: Path) -> str:
    """Return what a folder of features is called by its content."""
    digest = hashlib.sha256((folder / TOLD).read_bytes())
    with (folder / FEATURES).open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:20]


def publish(folder: Path, *, anew: bool = False) -> None:
    """Keep a folder of features for good; nothing happens where that is done already.

    Parameters
    ----------
    folder : Path
        In the storage folder, complete, under the name of its content.
    anew : bool
        Even where it is done already: what is kept may be damaged.

    Raises
    ------
    DataError
        If the address cannot be written to.
    ConflictError
        If the folder is deleted at this moment.
    """
    with suppress(OSError):
        os.utime(folder)  # somebody needs it: it is not swept in the next hour
    away = elsewhere.named()
    if away is None:
        return
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _copy_up(away, folder, anew=anew)
            return
        except DataError as error:
            if not (folder / TOLD).is_file():  # somebody deleted the same features just now
                raise deleted_meanwhile() from error
            if attempt == ATTEMPTS:
                raise
        time.sleep(PAUSE_S)  # they may be at it: files go from the address first, then from here


def deleted_meanwhile() -> ConflictError:
    """Return the error for whoever saves features that somebody else deletes at the same moment."""
    return ConflictError(Message("The features of this layer were deleted while it was saved. Bring the file again."))


def damaged() -> DataError:
    """Return the error for whoever reads features that are not what was stored."""
    return DataError(Message("The features of a layer were damaged where they are kept. Restore them from a backup."))


def _copy_up(away: Elsewhere, folder: Path, *, anew: bool) -> None:
    with reached():
        if not anew and _is_whole(away, folder.name):
            return
        away.files.makedirs(away.path(LAYERS, folder.name), exist_ok=True)
        away.files.makedirs(away.path(MAKING), exist_ok=True)
        for path in sorted(folder.iterdir(), key=lambda path: (path.name == TOLD, path.name)):
            # Under a name of its own first: a file that is there is whole, on any kind of address.
            half = away.path(MAKING, f"{uuid4().hex}-{path.name}")
            away.files.put_file(str(path), half)
            away.files.mv(half, away.path(LAYERS, folder.name, path.name))


def is_kept(content: str) -> bool:
    """Tell whether features are kept for good; what is only on this machine is copied up first.

    Whoever lets a version name them asks, under the catalogue's lock, so that none is ever named that is not there.

    Raises
    ------
    DataError
        If the address cannot be reached.
    """
    if not CONTENT.fullmatch(content):
        return False
    here = storage() / LAYERS / content
    if (here / TOLD).is_file():
        publish(here)
        return True
    away = elsewhere.named()
    if away is None:
        return False
    with reached():
        return _is_whole(away, content)


def _is_whole(away: Elsewhere, content: str) -> bool:
    """Tell whether every file is there: one who deletes may have met one who copied the same up, file by file."""
    return set(away.names(LAYERS, content)) >= MEMBERS


def fetch(content: str) -> Path | None:
    """Return the folder of features in the storage folder, fetched if need be; None where there are none.

    Raises
    ------
    DataError
        If the address cannot be read, or what it holds is not what was stored.
    """
    if not CONTENT.fullmatch(content):
        return None
    here = storage() / LAYERS / content
    if (here / TOLD).is_file():
        return here
    away = elsewhere.named()
    if away is None:
        return None
    making = storage() / MAKING / uuid4().hex
    with reached():
        if not away.exists(LAYERS, content, TOLD):
            return None
        making.mkdir(parents=True)
        try:
            for path in away.files.ls(away.path(LAYERS, content), detail=False):
                name = str(path).rstrip("/").rpartition("/")[2]
                if MEMBER.fullmatch(name):
                    away.files.get_file(path, str(making / name))
            if content_of(making) != content:
                raise damaged()
            put_in_place(making, here)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return here


def told_elsewhere(content: str) -> str | None:
    """Return the ``payload.json`` of features that are kept at another address; None where there are none.

    Raises
    ------
    DataError
        If the address cannot be read.
    """
    away = elsewhere.named() if CONTENT.fullmatch(content) else None
    if away is None:
        return None
    with reached():
        try:
            return str(away.files.cat_file(away.path(LAYERS, content, TOLD)).decode())
        except FileNotFoundError:
            return None


def put_in_place(made: Path, home: Path) -> None:
    """Give a folder its lasting name, at once and for good; somebody else may have put the same there before.

    What is in it is on the disk before its name is, so that a power cut leaves all of it or nothing.
    """
    for path in made.iterdir():
        _sync(path)
    _sync(made)
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.rename(home)
    except OSError as error:
        if not (home / TOLD).is_file():
            if error.errno != errno.EXDEV:
                raise
            beside = _beside(home)  # layers are on a disk of their own, mounted or linked into the storage folder
            try:
                shutil.copytree(made, beside)
                put_in_place(beside, home)
            finally:
                shutil.rmtree(beside, ignore_errors=True)
    _sync(home.parent)


def _beside(home: Path) -> Path:
    """Return a name on the same disk as a folder of features that is taken for none."""
    return home.with_name(f".{uuid4().hex}")


def mend(made: Path) -> None:
    """Keep a folder of features that is known to be right, in place of what may be damaged here or where it is kept.

    Parameters
    ----------
    made : Path
        Called by its content, on the disk of the storage folder; it is moved.

    Raises
    ------
    DataError
        If the address cannot be written to.
    """
    home = storage() / LAYERS / made.name
    if home.is_dir() and not _are_same(made, home):
        damaged = _beside(home)
        home.rename(damaged)
        shutil.rmtree(damaged, ignore_errors=True)
    put_in_place(made, home)
    publish(home, anew=True)


def _are_same(one: Path, other: Path) -> bool:
    names = sorted(path.name for path in one.iterdir())
    if names != sorted(path.name for path in other.iterdir()):
        return False
    return filecmp.cmpfiles(one, other, names, shallow=False)[0] == names


def withdraw(content: str) -> None:
    """Delete a folder of features, here and where it is kept; nothing happens if there is none.

    It is gone at once for everybody who asks from now on; another machine's copy is swept there.

    Raises
    ------
    DataError
        If the address cannot be written to.
    """
    if not CONTENT.fullmatch(content):
        return
    away = elsewhere.named()
    if away is not None:
        with reached():
            folder = away.path(LAYERS, content)
            with suppress(FileNotFoundError):  # another machine is at it, too
                if away.exists(LAYERS, content, TOLD):
                    away.files.rm_file(away.path(LAYERS, content, TOLD))
                if away.files.exists(folder):
                    away.files.rm(folder, recursive=True)
    forget(content)


def forget(content: str) -> None:
    """Delete this machine's folder of features, which is all there is where no address is named."""
    home = storage() / LAYERS / content
    gone = _beside(home)
    with suppress(FileNotFoundError):
        home.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def contents() -> list[str]:
    """Return the content of every folder of features that is kept, whether a layer names it or not.

    Raises
    ------
    DataError
        If the address cannot be read.
    """
    away = elsewhere.named()
    if away is None:
        return local()
    with reached():
        return sorted(
            name for name in away.names(LAYERS) if CONTENT.fullmatch(name) and away.exists(LAYERS, name, TOLD)
        )


def local() -> list[str]:
    """Return the content of every folder of features on this machine."""
    home = storage() / LAYERS
    return sorted(each.name for each in home.iterdir() if CONTENT.fullmatch(each.name)) if home.is_dir() else []


def age_s(content: str, *, now: float | None = None) -> float:
    """Return for how many seconds nobody has stored this content; 0 where that is not known.

    Raises
    ------
    DataError
        If the address cannot be read.
    """
    moment = time.time() if now is None else now
    times = [] if (stored := _stored_at(content)) is None else [stored]
    with suppress(OSError):
        times.append((storage() / LAYERS / content).stat().st_mtime)
    return max(0.0, moment - max(times)) if times else 0.0


def tidy(*, older_than_s: float, now: float | None = None) -> int:
    """Delete what was left half made, here and where features are kept; return how many files or folders.

    Raises
    ------
    DataError
        If the address cannot be reached.
    """
    moment = time.time() if now is None else now
    gone = 0
    for path in (*(storage() / MAKING).glob("*"), *(storage() / LAYERS).glob(".*")):
        if moment - _touched(path) > older_than_s:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
            gone += not path.exists()
    away = elsewhere.named()
    if away is None:
        return gone
    with reached():
        halves = [(MAKING, name) for name in away.names(MAKING)]
        # A folder whose last file never came; nobody reads it, and storing the same again completes it.
        rests = [
            (LAYERS, name, each)
            for name in away.names(LAYERS)
            if CONTENT.fullmatch(name) and not away.exists(LAYERS, name, TOLD)
            for each in away.names(LAYERS, name)
        ]
        for file in (*halves, *rests):
            written = away.written_at(*file)
            if written is not None and moment - written > older_than_s:
                with suppress(FileNotFoundError):
                    away.files.rm_file(away.path(*file))
                    gone += 1
    return gone


def _stored_at(content: str) -> float | None:
    away = elsewhere.named()
    if away is None:
        return None
    with reached():
        return away.written_at(LAYERS, content, TOLD)


def _touched(path: Path) -> float:
    """Return when anything in a folder last changed; a big file may be written for a long time."""
    times = [0.0]
    for each in (path, *path.rglob("*")):
        with suppress(OSError):
            times.append(each.stat().st_mtime)
    return max(times)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
