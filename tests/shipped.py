"""The shipped tables as they stand in their files, for tests that compare text."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from geo.store import DATA


@lru_cache(maxsize=32)
def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False)


def shipped(name: str, **values: str) -> pd.DataFrame:
    """Return the rows of a shipped table that hold the given values, every cell as the text in the file."""
    rows = _read(name)
    for column, value in values.items():
        rows = rows[rows[column] == value]
    return rows.copy()
