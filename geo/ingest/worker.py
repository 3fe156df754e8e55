"""The process in which a file is parsed: bounded in time and memory, and alone when it dies.

``run`` starts it and always returns: with what the process wrote, or with the reason why it did not. The process
gets one JSON line of orders, tells each stage on a line of its output and writes ``report.json`` and the layers.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal, cast

from geo.ingest import limits, settings
from geo.ingest.progress import STAGES, Progress

Outcome = Literal["done", "died", "timeout", "memory", "cancelled"]
ROOT: Final = Path(__file__).resolve().parent.parent.parent
SHARE: Final = "share"  # what a line begins with that tells how much of a stage is done
STEP_S: Final = 0.05  # how often the clock and a wish to cancel are looked at
OUT_OF_MEMORY: Final = 71  # exit code: no parser uses it
COMPLAINT_BYTES: Final = 2_000  # of what a process that died has said last, for the log
LOG: Final = logging.getLogger(__name__)
REPORT: Final = "report.json"
KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Orders:
    """What the process is to do: the file, what the person calls it, where to write, the CRS a person declared."""

    path: str
    name: str
    out: str
    crs: str = ""
    keep: bool = True  # write the layers, not the report alone


def run(
    orders: Orders,
    *,
    seconds: float = limits.SECONDS,
    memory: int = limits.MEMORY_BYTES,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Run one check in a process of its own and return how it ended; the folder of the orders has what it wrote.

    Parameters
    ----------
    seconds : float
        Wall time after which the process is ended.
    memory : int
        Bytes of address space that it may take, where the system can bound it.
    progress : Progress, optional
        Told each stage as it begins, and how much of it is done.
    is_cancelled : callable
        Asked often; the process is ended when it says so.
    """
    with tempfile.TemporaryDirectory(prefix="fronteras-") as scratch, tempfile.TemporaryFile() as complaints:
        told = json.dumps({**vars(orders), "scratch": scratch, "memory": memory, "seconds": seconds})
        process = subprocess.Popen(  # our own module, by our own interpreter, with no words of the file
            [sys.executable, "-m", "geo.ingest.worker"],
            cwd=ROOT,
            env=environment(scratch),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        )
        try:
            outcome = _watched(process, told, seconds, progress or Progress(), is_cancelled)
        finally:
            _end(process)
        if outcome == "died":
            complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - COMPLAINT_BYTES))
            LOG.warning("The check of a file ended with code %s: %s", process.returncode, ascii(complaints.read()))
        return outcome


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
    }


def _watched(
    process: subprocess.Popen[bytes],
    told: str,
    seconds: float,
    progress: Progress,
    is_cancelled: Callable[[], bool],
) -> Outcome:
    """Hand out the orders and wait, telling stages, until the process ends or has to be ended."""
    until = time.monotonic() + seconds
    pipe_in, pipe_out = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    try:
        pipe_in.write(told.encode())
        pipe_in.close()
    except OSError:
        return "died"
    heard, rest = _Heard(progress), b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe_out, selectors.EVENT_READ)
        while True:
            if is_cancelled():
                return "cancelled"
            if time.monotonic() > until:
                return "timeout"
            if not waiting.select(STEP_S):
                continue
            block = os.read(pipe_out.fileno(), 4096)
            if not block:
                break
            *lines, rest = (rest + block[-1000:]).split(b"\n")
            for line in lines:
                heard.line(line)
    try:
        code = process.wait(max(0.1, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return "timeout"
    if code == OUT_OF_MEMORY:
        return "memory"
    if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
        return "timeout"
    return "done" if code == 0 and heard.is_done else "died"


class _Heard:
    """What a process says of itself, line by line; a file may have made it say anything."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._last = progress, ""
        self.is_done = False

    def line(self, line: bytes) -> None:
        word, _, share = line.decode("ascii", errors="ignore").partition(" ")
        if word in STAGES:
            self.is_done |= word == "done"
            if word != self._last:
                self._last = word
                self._progress.begin(word)
        elif word == SHARE:
            with contextlib.suppress(ValueError):
                self._progress.reach(min(max(float(share), 0.0), 1.0), 1.0)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it started, and wait for it."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (OSError, AttributeError):  # gone already, or a system without groups
            process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None and not pipe.closed:
            try:
                pipe.close()
            except OSError:  # it died with orders unread
                continue


def main() -> int:
    """Read the orders, bound this process, and do them; what is said goes to standard output by stages."""
    orders = json.loads(sys.stdin.buffer.read())
    _bound(memory=int(orders["memory"]), seconds=float(orders["seconds"]))
    _tell("opening")  # before the parsers are loaded, which takes longer
    told = Progress(_tell, _tell_share)
    try:
        from geo.ingest.writing import write  # noqa: PLC0415 - parsers are loaded when the bounds are set

        write(orders, told)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # at once: what is left of memory may not do for more
    _tell("done")
    return 0


def _tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def _tell_share(share: float) -> None:
    _tell(f"{SHARE} {share:.2f}")


def _bound(*, memory: int, seconds: float) -> None:
    """Bound what this process may take, on systems that can."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    bounds = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: int(seconds) + 5,  # the clock on the wall comes first
        resource.RLIMIT_FSIZE: limits.OUTPUT_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in bounds.items():
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (least, hard))
        except (OSError, ValueError):  # a system that names a bound but does not set it
            continue


if __name__ == "__main__":
    sys.exit(main())
