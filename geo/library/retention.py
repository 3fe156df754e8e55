"""What is deleted without being asked for: layers archived long ago, where that is set, and files nobody needs.

Files that a version or a half-finished upload names are never deleted, nor young ones: whoever is storing them may
not have come to the catalogue yet. Nor is anything where another catalogue keeps its features, which may need them.
The history of exports is left alone, but for what it tells of deleted layers and the titles of those that somebody took
off the list a day ago.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Final

import sqlalchemy as sa

from geo.errors import DataError, GeoError
from geo.library import claims, database, deletion, depot, journal, unfinished
from geo.library.tables import LayerRow, VersionRow
from geo.messages import Message
from geo.storage import address

VARIABLE: Final = "FRONTERAS_RETENTION_DAYS"
YOUNG_S: Final = 3600.0  # a million features are stored in a minute; the slowest disk has an hour
EVERY_S: Final = 24 * 3600.0
LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep deleted.

    Attributes
    ----------
    layers : tuple of str
        Keys of the archived layers whose time was over.
    contents : tuple of str
        Features that no layer needed.
    halves : int
        Files and folders that were left half made.
    others : tuple of str
        The other catalogues because of which nothing but archived layers was deleted.
    """

    layers: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    halves: int = 0
    others: tuple[str, ...] = ()

    @property
    def message(self) -> Message:
        """What was deleted, in a sentence."""
        return Message(
            "Deleted: archived layers whose time was over ({layers}), features that no layer needs ({contents}), files "
            "left half made ({halves}).",
            layers=len(self.layers),
            contents=len(self.contents),
            halves=self.halves,
        )


def retention() -> timedelta | None:
    """Return how long archived layers are kept; None is for ever.

    Raises
    ------
    DataError
        If FRONTERAS_RETENTION_DAYS is no whole number of days.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if not given:
        return None
    # The bound is what a calendar holds; 0 would delete a layer as it is archived, with no way back.
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 100_000:
        raise DataError(
            Message(
                "FRONTERAS_RETENTION_DAYS is “{given}”. Set a whole number of days from 1, or nothing.", given=given
            )
        )
    return timedelta(days=int(given))


def sweep(*, now: datetime | None = None, is_only: bool = False) -> Swept:
    """Delete what is over or needed by nobody, and return what that was.

    Parameters
    ----------
    now : datetime, optional
        With its zone; the present by default.
    is_only : bool
        No other catalogue keeps features in this place any more: forget those that did.

    Raises
    ------
    DataError
        If the catalogue or the features cannot be reached.
    """
    moment = now or datetime.now(UTC)
    journal.clear_forgotten(moment)
    catalogue = database.state().catalogue
    claims.claim(catalogue)
    for other in claims.claimants() if is_only else ():
        if other != catalogue:
            claims.release(other)
    ended = _ended(moment)
    others = tuple(name for name in claims.claimants() if name != catalogue)
    if others:
        return Swept(layers=ended, others=others)
    halves = depot.tidy(older_than_s=YOUNG_S, now=moment.timestamp())
    return Swept(layers=ended, contents=_unneeded(moment), halves=halves)


def _ended(now: datetime) -> tuple[str, ...]:
    """Delete the layers that were archived longer ago than they are kept."""
    kept = retention()
    if kept is None:
        return ()
    with database.writing() as session:
        # Looked for and deleted under one lock: a layer that somebody brings back meanwhile is not among them.
        ended = tuple(session.scalars(sa.select(LayerRow.key).where(LayerRow.archived <= now - kept)))
        contents = deletion.erase(session, ended)
    deletion.clean_up(ended, contents)
    return ended


def _unneeded(now: datetime) -> tuple[str, ...]:
    """Delete features that no version and no draft names, where they are kept and on this machine."""
    with database.reading() as session:
        named = set(session.scalars(sa.select(VersionRow.content))) | unfinished.named()
    moment = now.timestamp()
    kept = depot.contents()
    old = [each for each in kept if each not in named and depot.age_s(each, now=moment) > YOUNG_S]
    gone = [each for content in old for each in deletion.let_go([content])]  # one by one, so that nobody waits for long
    for copy in depot.local() if address() else ():
        if copy in named:
            depot.is_kept(copy)  # which copies up what is only here, as after a folder was exchanged for an address
        elif copy not in kept and depot.age_s(copy, now=moment) > YOUNG_S:
            depot.forget(copy)  # another machine deleted it for good
    return tuple(gone)


def keep_sweeping(stop: Event | None = None) -> Thread:
    """Sweep now and once a day, beside the pages; several servers may do so at once.

    Parameters
    ----------
    stop : Event, optional
        Ends it when set; otherwise it ends with the process.
    """
    ending = stop or Event()

    def run() -> None:
        while not ending.is_set():
            began = time.monotonic()
            try:
                swept = sweep()
            except (GeoError, OSError) as error:
                LOG.warning("The catalogue could not be swept: %s", error)
            else:
                if swept.others:
                    LOG.warning("Nothing was swept: other catalogues keep features in the same place: %s", swept.others)
                elif swept != Swept():
                    LOG.info("%s", swept)
            ending.wait(max(0.0, EVERY_S - (time.monotonic() - began)))

    thread = Thread(target=run, name="sweep", daemon=True)
    thread.start()
    return thread
