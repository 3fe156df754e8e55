"""Which figures are partial years, stand at a break of their series, or are doubtful."""

from __future__ import annotations

import pandas as pd


def partial(frame: pd.DataFrame) -> pd.Series:
    return frame["note"].str.contains("PARTIAL YEAR:").map({True: "yes", False: ""})


def series_break(frame: pd.DataFrame) -> pd.Series:
    return frame["note"].str.contains("SERIES BREAK:").map({True: "yes", False: ""})


def doubtful(frame: pd.DataFrame) -> pd.Series:
    return frame["note"].str.contains(r"\bCHECK\b").map({True: "yes", False: ""})
