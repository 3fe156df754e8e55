"""Where the features of layers are kept for good: the storage folder, or any address that fsspec can write to.

With an address (``s3://bucket/folder``, ``file:///mnt/share``) the storage folder is this machine's copy: features
are written there first, then copied up, ``payload.json`` last; what is not here yet is fetched when it is first
asked for. A folder is named after its content, so a copy is right or absent. Whoever adds or removes holds the
catalogue's lock (``geo.library.database.writing``); everything here may be called twice.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from geo.errors import ConflictError, DataError
from geo.messages import Message
from geo.storage import address, storage

LAYERS: Final = "layers"
MAKING: Final = "making"
CATALOGUES: Final = "catalogues"
TOLD: Final = "payload.json"  # a folder without it is not there yet, or not any more
FEATURES: Final = "features.parquet"
CONTENT: Final = re.compile(r"[0-9a-f]{20}", re.ASCII)
MEMBER: Final = re.compile(r"[a-z_]{1,40}\.(parquet|json)", re.ASCII)
PACKAGES: Final = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs",
                   "sftp": "paramiko", "ssh": "paramiko", "webdav": "webdav4", "hdfs": "pyarrow"}  # fmt: skip

_claimed: set[tuple[str, str]] = set()  # what this process has written down already


@dataclass(frozen=True)
class _Away:
    """An address beyond the storage folder: its file system, and our place in it."""

    files: Any  # fsspec publishes no types
    root: str

    def path(self, *parts: str) -> str:
        return "/".join((self.root, *parts))

    def holds(self, content: str) -> bool:
        self.files.invalidate_cache()
        return bool(self.files.exists(self.path(LAYERS, content, TOLD)))


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
    away = _away()
    if away is None:
        return
    try:
        _copy_up(away, folder, anew=anew)
    except DataError as error:
        if not (folder / TOLD).is_file():  # somebody deleted the same features just now
            raise deleted_meanwhile() from error
        raise


def deleted_meanwhile() -> ConflictError:
    """Return the error for whoever saves features that somebody else deletes at the same moment."""
    return ConflictError(Message("The features of this layer were deleted while it was saved. Bring the file again."))


def _copy_up(away: _Away, folder: Path, *, anew: bool) -> None:
    with _reached():
        if away.holds(folder.name) and not anew:
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
    away = _away()
    if away is None:
        return False
    with _reached():
        return away.holds(content)


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
    away = _away()
    if away is None:
        return None
    making = storage() / MAKING / uuid4().hex
    with _reached():
        if not away.holds(content):
            return None
        making.mkdir(parents=True)
        try:
            for path in away.files.ls(away.path(LAYERS, content), detail=False):
                name = str(path).rstrip("/").rpartition("/")[2]
                if MEMBER.fullmatch(name):
                    away.files.get_file(path, str(making / name))
            if content_of(making) != content:
                raise DataError(
                    Message("The features of a layer were damaged where they are kept. Restore them from a backup.")
                )
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
    away = _away() if CONTENT.fullmatch(content) else None
    if away is None:
        return None
    with _reached():
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
    except OSError:
        if not (home / TOLD).is_file():
            raise
    _sync(home.parent)


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
        damaged = storage() / MAKING / uuid4().hex
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
    away = _away()
    if away is not None:
        with _reached():
            folder = away.path(LAYERS, content)
            with suppress(FileNotFoundError):  # another machine is at it, too
                if away.holds(content):
                    away.files.rm_file(away.path(LAYERS, content, TOLD))
                if away.files.exists(folder):
                    away.files.rm(folder, recursive=True)
    forget(content)


def forget(content: str) -> None:
    """Delete this machine's folder of features, which is all there is where no address is named."""
    gone = storage() / MAKING / uuid4().hex
    gone.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        (storage() / LAYERS / content).rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def contents() -> list[str]:
    """Return the content of every folder of features that is kept, whether a layer names it or not.

    Raises
    ------
    DataError
        If the address cannot be read.
    """
    away = _away()
    if away is None:
        return local()
    with _reached():
        return sorted(name for name in _names(away, LAYERS) if CONTENT.fullmatch(name) and away.holds(name))


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


def claim(catalogue: str) -> None:
    """Write down that a catalogue keeps features here, so that no other one takes them for unused.

    Raises
    ------
    DataError
        If the address cannot be written to.
    """
    claimed = (address() or str(storage()), catalogue)
    if claimed in _claimed:
        return
    away = _away()
    if away is None:
        folder = storage() / CATALOGUES
        folder.mkdir(parents=True, exist_ok=True)
        (folder / catalogue).touch()
        _claimed.add(claimed)
        return
    with _reached():
        if catalogue not in _names(away, CATALOGUES):
            away.files.makedirs(away.path(CATALOGUES), exist_ok=True)
            away.files.pipe_file(away.path(CATALOGUES, catalogue), b"Fronteras\n")
    _claimed.add(claimed)


def release(catalogue: str) -> None:
    """Forget that a catalogue kept features here: it is gone, or keeps them elsewhere now.

    Raises
    ------
    DataError
        If the address cannot be written to.
    """
    _claimed.discard((address() or str(storage()), catalogue))
    away = _away()
    if away is None:
        (storage() / CATALOGUES / Path(catalogue).name).unlink(missing_ok=True)
        return
    with _reached(), suppress(FileNotFoundError):
        away.files.rm_file(away.path(CATALOGUES, Path(catalogue).name))


def claimants() -> list[str]:
    """Return the catalogues that ever kept features here.

    Raises
    ------
    DataError
        If the address cannot be read.
    """
    away = _away()
    if away is None:
        folder = storage() / CATALOGUES
        return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    with _reached():
        return sorted(_names(away, CATALOGUES))


def tidy(*, older_than_s: float, now: float | None = None) -> int:
    """Delete what was left half made, here and where features are kept; return how many files or folders.

    Raises
    ------
    DataError
        If the address cannot be reached.
    """
    moment = time.time() if now is None else now
    gone = 0
    making = storage() / MAKING
    for path in making.iterdir() if making.is_dir() else ():
        if moment - _touched(path) > older_than_s:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
            gone += not path.exists()
    away = _away()
    if away is None:
        return gone
    with _reached():
        halves = [away.path(MAKING, name) for name in _names(away, MAKING)]
        # A folder whose last file never came; nobody reads it, and storing the same again completes it.
        rests = [
            away.path(LAYERS, name, each)
            for name in _names(away, LAYERS)
            if CONTENT.fullmatch(name) and not away.holds(name)
            for each in _names(away, f"{LAYERS}/{name}")
        ]
        for file in (*halves, *rests):
            written = _written_at(away, file)
            if written is not None and moment - written > older_than_s:
                with suppress(FileNotFoundError):
                    away.files.rm_file(file)
                    gone += 1
    return gone


def _away() -> _Away | None:
    """Return the address that the environment names; None where the storage folder is all there is."""
    url = address()
    if not url:
        return None
    import fsspec  # noqa: PLC0415 - most installations keep to their folder

    protocol = url.partition("://")[0]
    try:
        files, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
    except ImportError as error:
        raise DataError(
            Message(
                "Layers are to be kept at an address that begins with {protocol}://, for which the package {package} "
                "is missing. Install it: .venv/bin/python -m pip install {package}",
                protocol=protocol,
                package=PACKAGES.get(protocol, protocol),
            )
        ) from error
    except ValueError as error:
        raise DataError(
            Message(
                "FRONTERAS_STORAGE begins with {protocol}://, which is no kind of address known here. Name a folder, "
                "or an address such as s3://bucket/folder.",
                protocol=protocol,
            )
        ) from error
    return _Away(files, str(root).rstrip("/"))


@contextmanager
def _reached() -> Iterator[None]:
    """Say in a sentence that the address did not answer, whatever its package raises; never the address itself.

    It may hold a password.
    """
    try:
        yield
    except DataError:
        raise
    except Exception as error:  # each package has errors of its own
        raise DataError(
            Message(
                "Where layers are kept ({protocol}://…) cannot be reached: {error}. Try again; if it lasts, check "
                "FRONTERAS_STORAGE and its credentials.",
                protocol=address().partition("://")[0],
                error=type(error).__name__,
            )
        ) from error


def _names(away: _Away, folder: str) -> list[str]:
    away.files.invalidate_cache()
    try:
        found = away.files.ls(away.path(*folder.split("/")), detail=False)
    except FileNotFoundError:
        return []
    return [str(path).rstrip("/").rpartition("/")[2] for path in found]


def _stored_at(content: str) -> float | None:
    away = _away()
    if away is None:
        return None
    with _reached():
        return _written_at(away, away.path(LAYERS, content, TOLD))


def _written_at(away: _Away, path: str) -> float | None:
    """Return when a file was written, as far as its kind of address knows."""
    try:
        moment = away.files.modified(path)
    except (NotImplementedError, FileNotFoundError):
        return None
    return moment.timestamp() if isinstance(moment, datetime) else None


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
