"""Armed and criminal groups: where the sources name them, in which role, since when."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geo import store

ROLES: Final = ("dominant", "contested", "present", "transit", "reported")  # from most to least hold
CONFIDENCE: Final = ("high", "medium", "low", "")


def actor(actor_id: str) -> pd.Series:
    """Return the row of a group; ``KeyError`` if there is none."""
    return store.table("actors").set_index("actor_id").loc[actor_id]


def presence(zone_id: str) -> pd.DataFrame:
    """Return who is named in a zone: strongest role first, then the best known; ended rows last.

    Returns
    -------
    DataFrame
        Columns of ``actor_presence``; no rows where no source names a group, which is not
        the same as nobody being there.
    """
    rows = store.table("actor_presence")
    here = rows[rows["zone_id"] == zone_id]
    rank = pd.DataFrame(
        {
            "ended": here["until"] != "",
            "role": here["role"].map(ROLES.index),
            "confidence": here["confidence"].map(CONFIDENCE.index),
            "actor_id": here["actor_id"],
        }
    )
    return here.loc[rank.sort_values(list(rank.columns)).index]


def zones_of(actor_id: str) -> list[str]:
    """Return the zones in which a group is named, in the table's order."""
    rows = store.table("actor_presence")
    return list(dict.fromkeys(rows.loc[rows["actor_id"] == actor_id, "zone_id"]))
