"""Evidence columns: how old, how exact, how sure and how well sourced a row is."""

from __future__ import annotations

import pandas as pd

from data.recipe.files import facts

SOURCE_COLUMNS = ["source_id", "title", "publisher", "year", "url", "licence", "publisher_class", "reliability", "how_verified"]


def source_rows() -> pd.DataFrame:
    frame = pd.concat([facts("place_sources").assign(licence="not stated"), facts("indicator_sources")])
    return frame.assign(publisher_class="", reliability="")[SOURCE_COLUMNS]


def with_evidence(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    years = facts("place_sources").set_index("source_id")["year"]
    frame = frame.assign(
        as_of=[max((years.get(s, "") for s in ids.split(";")), default="") for ids in frame["source_ids"]],
        precision_km="",
    )
    if "confidence" not in frame:
        frame["confidence"] = ""
    return frame.assign(reliability="", evidence="")
