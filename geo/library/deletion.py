"""Deletion for good: the rows of layers, what the history of exports told of them, the files they came from, features.

Backups and files that were taken away before keep what they hold. PostgreSQL overwrites deleted rows when it vacuums.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from geo import payloads
from geo.errors import UnknownError
from geo.library import claims, database, journal, unfinished
from geo.library.tables import LayerRow, StateRow, VersionRow

LOG: Final = logging.getLogger(__name__)


def erase(session: Session, keys: Collection[str]) -> set[str]:
    """Delete the rows of layers and what exports told of them, in a session that changes the catalogue.

    Returns
    -------
    set of str
        The contents that their versions named, for ``let_go`` once that is committed.
    """
    contents = set(session.scalars(sa.select(VersionRow.content).where(VersionRow.layer_key.in_(keys))))
    session.execute(sa.delete(VersionRow).where(VersionRow.layer_key.in_(keys)))
    session.execute(sa.delete(LayerRow).where(LayerRow.key.in_(keys)))
    journal.blank(session, keys)
    return contents


def clean_up(keys: Collection[str], contents: Collection[str]) -> None:
    """Delete what erased layers leave on disk: features that nobody else names, and the uploads that they came from."""
    unfinished.remove_stored(keys)
    for content in contents:
        let_go([content])  # one by one, so that nobody waits for long
    database.scrub()


def let_go(contents: Collection[str]) -> list[str]:
    """Delete the payloads among these that no version names; what was deleted is returned.

    While it decides nobody can add a version: ``shelf.add`` looks for its payload under the same lock. Nothing is
    deleted where another catalogue, which may name them, keeps features in the same place.
    """
    gone: list[str] = []
    with database.writing() as session:
        others = set(claims.claimants()) - {session.scalars(sa.select(StateRow.catalogue)).one()}
        if others:
            LOG.warning("Features that no layer needs stay: the catalogues %s keep theirs in the same place.", others)
            return gone
        for content in contents:
            used = session.scalar(sa.select(sa.func.count()).where(VersionRow.content == content))
            if not used:
                try:
                    payloads.remove(content)
                    gone.append(content)
                except UnknownError:  # somebody else did it
                    continue
    return gone
