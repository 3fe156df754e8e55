"""Layers that release 0.2 kept as folders alone, taken into a catalogue that is just being made."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from geo import payloads
from geo.about import About
from geo.library import depot
from geo.library.shelf import PREFIX, Brought, new
from geo.viewer import LOCAL


def adopt(connection: sa.Connection) -> None:
    """Give each stored folder that says what it is a place in the catalogue, by the key that links knew it by."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        for content in depot.local():
            told = payloads.told_about(content)
            if told is not None:
                session.add(new(content, Brought(about=About.from_dict(told)), viewer=LOCAL, key=PREFIX + content[:8]))
        session.commit()
