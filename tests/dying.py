"""Jobs on the catalogue for processes of their own: some are killed at a named moment, as a power cut would."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from functools import wraps
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from fsspec.implementations.local import LocalFileSystem
from sqlalchemy.orm import Session

from geo import payloads, pyramid
from geo.errors import ConflictError
from geo.library import backup, database, depot, restoration, retention, shelf, unfinished
from geo.viewer import LOCAL
from tests.made_layers import polygons
from tests.stored_layers import kept

CONTEXT: Final = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.dying"])  # a process then starts in a tenth of a second, not in three
SECONDS: Final = 120
KILLED: Final = -signal.SIGKILL


def die(*_args: object, **_options: object) -> None:
    """End this process at once: nothing is flushed, closed or cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


# --- moments -------------------------------------------------------------------------------------


def _instead(owner: Any, name: str) -> None:
    setattr(owner, name, die)


def _after(owner: Any, name: str, *, of: Callable[..., bool] = lambda *_args, **_options: True) -> None:
    """Die when a function has done its work, for a call that is meant."""
    original = getattr(owner, name)

    @wraps(original)
    def then(*args: Any, **options: Any) -> Any:
        done = original(*args, **options)
        if of(*args, **options):
            die()
        return done

    setattr(owner, name, then)


def _before(owner: Any, name: str, *, of: Callable[..., bool]) -> None:
    original = getattr(owner, name)

    @wraps(original)
    def then(*args: Any, **options: Any) -> Any:
        if of(*args, **options):
            die()
        return original(*args, **options)

    setattr(owner, name, then)


def _half_a_told_file() -> None:
    original = LocalFileSystem.put_file

    def half(self: LocalFileSystem, source: str, target: str, **options: Any) -> None:
        if source.endswith(depot.TOLD):
            text = Path(source).read_bytes()
            Path(target).write_bytes(text[: len(text) // 2])
            die()
        original(self, source, target, **options)

    LocalFileSystem.put_file = half


MOMENTS: Final[Mapping[str, Callable[[], None]]] = {
    "features are written": lambda: _instead(pyramid, "write"),
    "all files are written": lambda: _instead(depot, "put_in_place"),
    "the folder has its name": lambda: _after(depot, "put_in_place"),
    "a file was copied away": lambda: _after(LocalFileSystem, "put_file"),
    "payload.json is half copied": _half_a_told_file,
    "payload.json lacks its name": lambda: _before(
        LocalFileSystem, "mv", of=lambda _self, _source, target, **_options: str(target).endswith(depot.TOLD)
    ),
    "all is copied away": lambda: _after(depot, "publish"),
    "the rows are written": lambda: sa.event.listen(sa.engine.Engine, "commit", die),
    "it is committed": lambda: _after(Session, "commit"),
    "payload.json is deleted away": lambda: _after(LocalFileSystem, "rm_file"),
    "the copy here is going": lambda: _before(
        depot.shutil, "rmtree", of=lambda path, **_o: Path(path).name.startswith(".")
    ),
    "a backup is unpacked": lambda: _after(restoration, "_unpacked"),
    "an upload comes back": lambda: _before(unfinished, "put_back", of=lambda *_: True),
    "a folder is put back": lambda: _after(depot, "mend"),
    "a backup is half written": lambda: _after(backup, "_features_added"),
}


# --- jobs ----------------------------------------------------------------------------------------


def add(title: str, n: int = 12) -> None:
    """Store a layer."""
    kept(polygons(n), title=title)


def add_version(key: str, n: int) -> None:
    """Store another version of a layer, after the one that is there."""
    layer = shelf.layer(key)
    brought = shelf.Brought(about=layer.about, note=f"{n} features")
    payload = payloads.write(polygons(n), layer.about.roles)
    shelf.add_version(key, payload, brought, viewer=LOCAL, expected=layer.current.number)


def delete(key: str) -> None:
    """Delete a layer."""
    shelf.delete(key, viewer=LOCAL)


def restore(path: str) -> None:
    """Restore a backup in place of what is there."""
    restoration.restore(Path(path), replace=True)


def back_up(path: str) -> None:
    """Make a backup."""
    backup.backup(Path(path))


def open_catalogue() -> None:
    """Make the catalogue where there is none."""
    database.prepare(database.url())


def save_at_once(barrier: Barrier, said: Any, key: str, n: int) -> None:
    """Save a version at the same moment as others; tells "saved" or "conflict"."""
    layer = shelf.layer(key)
    payload = payloads.write(polygons(n), layer.about.roles)
    barrier.wait(SECONDS)
    try:
        shelf.add_version(key, payload, shelf.Brought(about=layer.about, note=str(n)), viewer=LOCAL, expected=1)
        said.put((n, "saved"))
    except ConflictError:
        said.put((n, "conflict"))


def come_and_go(barrier: Barrier, said: Any, rounds: int) -> None:
    """Store and delete the same features over and over; what was saved must read until it is deleted."""
    outcomes = []
    barrier.wait(SECONDS)
    for number in range(rounds):
        try:
            layer = kept(polygons(12), title=f"{os.getpid()} {number}")
        except ConflictError as error:
            outcomes.append(type(error).__name__)
            continue
        outcomes.append("read" if payloads.read(layer.current.content).features == 12 else "lost")
        if number < rounds - 1:
            shelf.delete(layer.key, viewer=LOCAL)
        if number % 3 == 0:
            retention.sweep()
    said.put(outcomes)


def seen_features(said: Any) -> None:
    """Tell the title of each layer and how many features are read for it."""
    found = {}
    for layer in shelf.layers():
        found[layer.title] = len(payloads.pd.read_parquet(payloads.read(layer.current.content).file("features")))
    said.put(found)


def begin(env: Mapping[str, str], job: Callable[..., None], *args: object, dies_when: str = "") -> ForkServerProcess:
    """Start a job in a process that has these variables in its environment."""
    process = CONTEXT.Process(target=_run, args=(dict(env), job, args, dies_when))
    process.start()
    return process


def ended(process: ForkServerProcess) -> int | None:
    """Wait for a process and return how it ended."""
    process.join(SECONDS)
    if process.is_alive():
        process.kill()
        raise TimeoutError("a process did not end")
    return process.exitcode


def _run(env: Mapping[str, str], job: Callable[..., None], args: tuple[object, ...], dies_when: str) -> None:
    os.environ.update(env)
    if dies_when:
        if job is not open_catalogue:
            shelf.layers()
        MOMENTS[dies_when]()
    job(*args)
