"""The two ends of every table: a collected file comes in as text, a shipped one goes out as bytes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import pandas as pd

DATA: Final = Path(__file__).resolve().parent.parent
FACTS: Final = DATA / "facts"
RECIPE: Final = DATA / "recipe"


class InputAbsent(Exception):  # noqa: N818 - a state of the machine, not an error of the recipe
    """What a file is made from is not on this machine; the text says what, and how to get it."""


@lru_cache(maxsize=64)
def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


def facts(name: str) -> pd.DataFrame:
    """Return a copy of the collected table ``data/facts/{name}.csv``, every cell as the text that was typed.

    Nothing is parsed: ``39.910`` stays ``39.910`` and the municipality ``05001`` keeps its zero.
    """
    return _read(FACTS / f"{name}.csv").copy()


def reviewed(name: str) -> pd.DataFrame:
    """Return a copy of the hand-written table ``data/recipe/{name}.csv``, every cell as text."""
    return _read(RECIPE / f"{name}.csv").copy()


def csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""Return the bytes of a shipped table: UTF-8, a header, commas, ``\n``, no index."""
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
