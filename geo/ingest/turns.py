"""Whose turn it is: a machine checks few files at once, and the others wait in the order in which they came.

A turn is a lock on a file, which the system gives back when its holder ends in whatever way. Those who wait in one
process come one after the other; processes of one machine take what is free.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

AT_ONCE: Final = 2  # checks on one machine: each takes a processor and up to some gigabytes
LOOK_S: Final = 0.05  # between two looks at whether a turn is free
WAITING: Final[deque[object]] = deque()


@contextlib.contextmanager
def turn(*, is_cancelled: Callable[[], bool], on_wait: Callable[[], None]) -> Iterator[bool]:
    """Wait until fewer checks than ``AT_ONCE`` run on this machine, and hold the turn; False when called off.

    Parameters
    ----------
    is_cancelled : callable
        Asked often while waiting.
    on_wait : callable
        Called once if there is a wait at all.
    """
    me, held = object(), None
    WAITING.append(me)
    try:
        has_waited = False
        while True:
            held = _free() if WAITING[0] is me else None
            if held is not None or is_cancelled():
                break
            if not has_waited:
                has_waited = True
                on_wait()
            time.sleep(LOOK_S)
    finally:
        WAITING.remove(me)
    if held is None:
        yield False
        return
    try:
        yield True
    finally:
        os.close(held)


def _free() -> int | None:
    """Return a lock that nobody holds, as an open file; None where there is none."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return os.open(os.devnull, os.O_RDONLY)  # a system that cannot count does not wait
    folder = _folder()
    for number in range(AT_ONCE):
        lock = os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
        else:
            return lock
    return None


def _folder() -> Path:
    """Return where the locks of this machine's user are."""
    folder = Path(tempfile.gettempdir()) / f"fronteras-turns-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
