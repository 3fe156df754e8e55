"""Bodies that take a while to make: made once however many ask at once, and kept within a bound of bytes.

Several may be made together, where that is cheaper: who asks for one of them waits for all, and finds the others kept.

Whoever asks waits without a thread. A few threads do the work, so that a burst of tiles leaves the pages
some of the machine. What nobody waits for any more, because the map moved on, is not begun.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, cast

from starlette.requests import Request

from geo.store import Store
from layers.answers import pack

MAX_BYTES: Final = 64 * 2**20  # of compressed bodies: some thousand views of a dense layer
MAX_ENTRIES: Final = 20_000
WORKERS: Final = 2  # one query uses several cores already
Key = tuple[Hashable, ...]  # begins with the content that it belongs to


class Gone(Exception):  # noqa: N818 - nothing went wrong
    """The client went away before its answer was there."""


Bodies = Mapping[Key, bytes]


@dataclass
class _Flight:
    """Bodies that are being made, and how many wait for them."""

    made: Future[Bodies] = field(default_factory=Future)
    waiting: int = 0


class ComputedOnce:
    """Packed bodies by key: kept, being made, or to be made.

    Parameters
    ----------
    max_bytes, max_entries : int
        Bounds of what is kept; what was not asked for longest goes first.
    workers : int
        How many bodies are made at once.
    """

    def __init__(self, *, max_bytes: int = MAX_BYTES, max_entries: int = MAX_ENTRIES, workers: int = WORKERS) -> None:
        self._kept = Store(max_entries, max_bytes, weigh=_weigh)
        self._contents: set[Hashable] = set()  # of which something was kept
        self._flights: dict[Key, _Flight] = {}
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="tiles")

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return self._kept.size

    async def get(self, key: Key, together: Key, make: Callable[[], Bodies], request: Request) -> bytes:
        """Return the packed body of a key, making it unless it is kept or being made.

        Parameters
        ----------
        key : tuple
            What is asked for; begins with the content.
        together : tuple
            Names what ``make`` makes at once, the body of the key among it; begins with the content too.
        make : callable
            Returns bodies, not packed, by key.

        Raises
        ------
        Gone
            If the client of the request went away; the body is made for others who wait, or never begun.
        Exception
            Whatever ``make`` raises, for everybody who waits; it is not kept.
        """
        with self._lock:
            kept = self._kept.find(key)
            if kept is not None:
                return cast(bytes, kept)
            flight = self._flights.get(together)
            if flight is None:
                flight = self._flights[together] = _Flight()
                flight.made = self._pool.submit(self._make, together, flight, make)
            flight.waiting += 1
        try:
            return (await _unless_gone(flight.made, request))[key]
        finally:
            self._leave(together, flight)

    def holds(self, content: Hashable) -> bool:
        """Return whether something may be kept of a content."""
        return content in self._contents

    def clear(self, content: Hashable) -> None:
        """Let go whatever belongs to a content, what is being made of it too."""
        with self._lock:
            self._contents.discard(content)
            self._kept.drop(lambda key: cast(Key, key)[0] == content)
            for key in [key for key in self._flights if key[0] == content]:
                del self._flights[key]

    def _make(self, together: Key, flight: _Flight, make: Callable[[], Bodies]) -> Bodies:
        packed: Bodies = {}
        try:
            packed = {key: pack(body) for key, body in make().items()}
            return packed
        finally:
            with self._lock:
                # After clear() it is no longer wanted, or is being made anew.
                if self._flights.get(together) is flight:
                    del self._flights[together]
                    for key, body in packed.items():
                        self._kept.keep(key, body)
                        self._contents.add(key[0])

    def _leave(self, together: Key, flight: _Flight) -> None:
        with self._lock:
            flight.waiting -= 1
            if flight.waiting == 0 and flight.made.cancel() and self._flights.get(together) is flight:
                del self._flights[together]


async def _unless_gone(made: Future[Bodies], request: Request) -> Bodies:
    """Wait for bodies or for the client to go, whichever comes first; neither disturbs the others who wait."""
    answer = asyncio.wrap_future(made)
    gone = asyncio.ensure_future(_gone(request))
    try:
        waiting: set[asyncio.Future[Any]] = {answer, gone}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
        answer.add_done_callback(_look)
    if not answer.done():
        raise Gone
    return answer.result()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _look(answer: asyncio.Future[Bodies]) -> None:
    """Look at an outcome that nobody waits for, so that asyncio does not complain of it."""
    if not answer.cancelled():
        answer.exception()


def _weigh(packed: bytes) -> int:
    return sys.getsizeof(packed) + 512  # the key and the places in two tables
