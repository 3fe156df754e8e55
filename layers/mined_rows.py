"""Newly mined area in the zones: the rows of its table, and what their cells say in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo import trends
from geo.messages import Language, Message, number, say
from geo.series_notes import MINED
from geo.store import DATA, table

Cells = Mapping[str, Any]


def mined_rows(zone_id: str) -> list[dict[str, Any]]:
    """Return the rows of ``data/mined_area.csv`` of a zone; [] where the file has not been made."""
    if not (DATA / "mined_area.csv").is_file():
        return []
    rows = table("mined_area")
    return [
        {str(name): value for name, value in row.items()} for row in rows[rows["zone_id"] == zone_id].to_dict("records")
    ]


def worded(zone_id: str, lang: Language) -> list[dict[str, Any]]:
    """Return the rows of a zone with their area, detections and remarks in words."""
    return [
        row | {"area": _mined_area(row, lang), "detected": _detected(row, lang), "remarks": _remarks(row, lang)}
        for row in mined_rows(zone_id)
    ]


def _mined_area(row: Cells, lang: Language) -> str:
    if row["surveyed"] == "no":
        return say(Message("not surveyed"), lang)
    hectares = trends.rounded(float(row["mined_ha"]), MINED)
    if float(row["mined_ha"]) == 0:
        return say(Message("none detected"), lang)
    return say(Message("{n} ha", n=hectares), lang) if hectares else say(Message("under 1 ha"), lang)


def _detected(row: Cells, lang: Language) -> str:
    return "–" if row["surveyed"] == "no" else number(int(float(row["detections"])), lang)


def _remarks(row: Cells, lang: Language) -> str:
    if row["surveyed"] == "no":
        return "–"
    told = (
        (row["surveyed"] == "partly", Message("a part of the zone was surveyed")),
        (row["series_break"] == "yes", Message("break: another model and area than before")),
        (row["partial"] == "yes", Message("part of a year, larger patches only")),
    )
    return "; ".join(say(words, lang) for holds, words in told if holds) or "–"


def period(row: Cells, lang: Language) -> str:
    """Return the year, or the quarter of one, that a row speaks of."""
    year, _, quarter = str(row["period"]).partition("Q")
    return say(Message("{year}, quarter {n}", year=year, n=int(quarter)), lang) if quarter else year
