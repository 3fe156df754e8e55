"""The process in which a file is parsed: bounded in time and memory, and alone when it dies.

``run`` waits for its turn, takes the process that is warm or starts one, and always returns: with what the process
wrote, or with the reason why it did not. The process gets one JSON line of orders, tells each stage on a line of its
output and writes ``report.json`` and the layers.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from geo.ingest import limits, standby
from geo.ingest.bounded import OUT_OF_MEMORY, SHARE
from geo.ingest.progress import STAGES, Progress
from geo.ingest.turns import turn

Outcome = Literal["done", "died", "timeout", "memory", "cancelled"]
STEP_S: Final = 0.05  # how often the clock and a wish to cancel are looked at
LOG: Final = logging.getLogger(__name__)
REPORT: Final = "report.json"


@dataclass(frozen=True)
class Orders:
    """What the process is to do: the file, what the person calls it, where to write, the CRS a person declared."""

    path: str
    name: str
    out: str
    crs: str = ""
    keep: bool = True  # write the layers, not the report alone


def warm() -> None:
    """Make the next check quick: a page calls this when a person may bring a file soon.

    One process loads the parsers and waits, however often this is called; it ends after some minutes without a
    file, and when this process ends.
    """
    standby.warm()


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
        Wall time after which the process is ended, from when its turn comes.
    memory : int
        Bytes of address space that it may take, where the system can bound it.
    progress : Progress, optional
        Told each stage as it begins, and how much of it is done.
    is_cancelled : callable
        Asked often; the process is ended when it says so.
    """
    heard = _Heard(progress or Progress())
    with turn(is_cancelled=is_cancelled, on_wait=lambda: heard.line(b"waiting")) as is_ours:
        if not is_ours:
            return "cancelled"
        heard.line(b"opening")  # a process that is not warm takes a while to say so itself
        line = json.dumps({**vars(orders), "memory": memory, "seconds": seconds}).encode() + b"\n"
        waiting = standby.take()
        try:
            if waiting is not None:
                outcome = _run(waiting, line, seconds, heard, is_cancelled)
                if outcome != "died" or heard.has_begun:
                    return outcome  # else it died before it saw the file: another one can do it
            return _run(standby.Started(), line, seconds, heard, is_cancelled)
        finally:
            if waiting is not None:  # who brings one file often brings the next
                standby.warm()


def _run(
    started: standby.Started, line: bytes, seconds: float, heard: _Heard, is_cancelled: Callable[[], bool]
) -> Outcome:
    """Hand out the orders, wait, and end the process."""
    try:
        started.order(line)  # one that has ended already is found to have said nothing
        outcome = _watched(started, seconds, heard, is_cancelled)
        if outcome == "died":
            LOG.warning("The check of a file ended with code %s: %s", started.code(), started.complaint())
        return outcome
    finally:
        started.end()


def _watched(started: standby.Started, seconds: float, heard: _Heard, is_cancelled: Callable[[], bool]) -> Outcome:
    """Wait, telling stages, until the process ends or has to be ended."""
    until = time.monotonic() + seconds
    rest = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(started.said, selectors.EVENT_READ)
        while True:
            if is_cancelled():
                return "cancelled"
            if time.monotonic() > until:
                return "timeout"
            if not waiting.select(STEP_S):
                continue
            block = os.read(started.said.fileno(), 4096)
            if not block:
                break
            *lines, rest = (rest + block[-1000:]).split(b"\n")
            for line in lines:
                heard.has_begun = True
                heard.line(line)
    try:
        code = started.process.wait(max(0.1, until - time.monotonic()))
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
        self.has_begun = self.is_done = False

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
