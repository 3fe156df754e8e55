"""Treaties, commissions, patrols and plans: what answers on which border."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from geo import store

PAIR = re.compile(r"[A-Z]{3}-[A-Z]{3}")


def pairs(cell: str) -> list[str]:
    """Return the borders named in a ``borders`` cell; "regional", "maritime" and the like name none."""
    return [token for token in cell.split(";") if PAIR.fullmatch(token)]


def of_countries(countries: Iterable[str]) -> pd.DataFrame:
    """Return the mechanisms to which any of these countries (ISO 3166-1 alpha-3) is a party, in the table's order."""
    wanted = set(countries)
    rows = store.table("cooperation")
    return rows[[bool(wanted.intersection(cell.split(";"))) for cell in rows["parties"]]]


def on_borders(borders: Iterable[str]) -> pd.DataFrame:
    """Return the mechanisms that name any of these borders ("COL-VEN"), in the table's order."""
    wanted = set(borders)
    rows = store.table("cooperation")
    return rows[[bool(wanted.intersection(pairs(cell))) for cell in rows["borders"]]]
