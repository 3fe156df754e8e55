"""The process that parses, from without: how it is started, and the one that waits with its parsers loaded.

There is at most one that waits. It is started when somebody is about to need it, serves one check, and ends by
itself after some minutes; when this process ends its pipe closes, and it goes too.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final, cast

from geo.ingest import bounded, settings

ROOT: Final = Path(__file__).resolve().parent.parent.parent
KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
# What a step has done with goes back to the system at once, or the peaks of all steps would add up.
LETTING_GO: Final = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "MALLOC_TRIM_THRESHOLD_": "65536",
}
COMPLAINT_BYTES: Final = 2_000  # of what a process that died has said last, for the log
IDLE_S: Final = 300.0  # a person who fills in a form before they choose a file takes less


class Started:
    """A process that waits for orders, with a folder of its own for what is unpacked."""

    def __init__(self, *options: str) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="fronteras-", ignore_cleanup_errors=True)
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by ``end``
        self.process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter, no words of the file
            [sys.executable, "-m", "geo.ingest.bounded", *options],
            cwd=ROOT,
            env=environment(self.scratch),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            start_new_session=True,
        )

    @property
    def scratch(self) -> str:
        """Where it may unpack."""
        return self._scratch.name

    @property
    def said(self) -> IO[bytes]:
        """Its standard output."""
        return cast("IO[bytes]", self.process.stdout)

    def order(self, line: bytes) -> bool:
        """Hand out its orders; False where it has ended. The pipe stays open: when it closes, the process ends."""
        pipe = cast("IO[bytes]", self.process.stdin)
        try:
            pipe.write(line)
            pipe.flush()
        except OSError:
            return False
        return True

    def code(self) -> int | None:
        """Return the code that it ended with; None while it runs."""
        return self.process.poll()

    def complaint(self) -> str:
        """Return the last that it said to the standard error, in plain signs."""
        self._complaints.seek(max(0, self._complaints.seek(0, os.SEEK_END) - COMPLAINT_BYTES))
        return ascii(self._complaints.read())

    def end(self) -> None:
        """End the process and whatever it started, wait for it, and remove its folder."""
        if self.process.poll() is None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (OSError, AttributeError):  # gone already, or a system without groups
                self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self._complaints):
            with contextlib.suppress(OSError):  # it died with orders unread
                cast("IO[bytes]", pipe).close()
        self._scratch.cleanup()


def environment(scratch: str) -> Mapping[str, str]:
    """Return the environment of the process: nothing of ours that it does not need, and GDAL's settings."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {
        **kept,
        **settings.GDAL,
        "GDAL_SKIP": ",".join(settings.LEFT_OUT),
        "http_proxy": settings.CLOSED_DOOR,
        "https_proxy": settings.CLOSED_DOOR,
        "CPL_TMPDIR": scratch,
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        **LETTING_GO,
    }


class _Standby:
    """The one process that waits, if there is one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Started | None = None
        self._timer: threading.Timer | None = None

    def warm(self, idle_s: float) -> None:
        with self._lock:
            if self._waiting is not None and self._waiting.process.poll() is not None:
                self._drop()
            if self._waiting is None:
                self._waiting = Started(bounded.WARM)
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(idle_s, self._expire, (self._waiting,))
            self._timer.daemon = True
            self._timer.start()

    def take(self) -> Started | None:
        with self._lock:
            found, self._waiting = self._waiting, None
            if self._timer is not None:
                self._timer.cancel()
        if found is not None and found.process.poll() is not None:
            found.end()
            return None
        return found

    def rest(self) -> None:
        with self._lock:
            self._drop()

    def _expire(self, waiting: Started) -> None:
        with self._lock:
            if self._waiting is waiting:
                self._drop()

    def _drop(self) -> None:
        if self._waiting is not None:
            self._waiting.end()
            self._waiting = None


_STANDBY: Final = _Standby()
atexit.register(_STANDBY.rest)


def warm(*, idle_s: float = IDLE_S) -> None:
    """Let a process load its parsers and wait, where none does; it ends after ``idle_s`` without orders."""
    _STANDBY.warm(idle_s)


def rest() -> None:
    """End the process that waits, if there is one."""
    _STANDBY.rest()


def take() -> Started | None:
    """Return the process that waits, for one check; None where there is none."""
    return _STANDBY.take()
