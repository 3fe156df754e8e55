"""Evidence columns: how old, how exact, how sure and how well sourced a row is.

One rule for all tables, written out in ``data/README.md``. What no rule covers is left empty, which the
product shows as "not graded" and never filters away silently.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import pandas as pd

from data.recipe.files import facts, reviewed

SOURCE_COLUMNS: Final = [
    "source_id", "title", "publisher", "year", "url", "licence", "publisher_class", "reliability", "how_verified",
]  # fmt: skip

# Admiralty reliability by class of publisher (DESIGN section 3). A database only says where a place is.
RELIABILITY: Final = {
    "official": "B", "un": "B", "intergovernmental": "B", "court": "B", "peer_reviewed": "B",
    "press": "C", "ngo": "C", "university": "C", "policy_text": "C",
    "other": "F", "ai_assisted": "F", "none": "F",
    "database": "",
}  # fmt: skip
CLAIMS_NOTHING: Final = {"database", "none"}  # a gazetteer, and general knowledge without a source
LICENCES: Final = {  # stated in the title of the source, or by the publisher of the data itself
    "AMW": "CC BY 4.0 (cite Earth Genome)",
    "GEONAMES": "CC BY 4.0 (credit GeoNames)",
    "NE-RIV10": "public domain",
}
LATEST_DATA: Final = {"AMW": "2025"}  # published in 2026, detections to the third quarter of 2025

APPROXIMATE_KM: Final = 25.0  # "point approximate": README of the facts, up to tens of kilometres
TOWN_KM: Final = 2.0  # a gazetteer's point of a town, against its edge
BRIDGE_KM: Final = 0.5
DISTRICT_KM: Final = 10.0  # a mining district that stands on the point of its town or airfield
SCAR_RADIUS: Final = re.compile(r"within (\d+) km")


@lru_cache(maxsize=1)
def _sources() -> pd.DataFrame:
    place = facts("place_sources").assign(licence="not stated")
    place["licence"] = place["source_id"].map(LICENCES).fillna(place["licence"])
    frame = pd.concat([place, reviewed("own_sources"), facts("indicator_sources")], ignore_index=True)
    publishers = reviewed("publisher_classes").set_index("publisher")
    frame["publisher_class"] = (
        frame["publisher"].map(publishers["publisher_class"]).where(frame["publisher"] != "", "none")
    )
    unreviewed = sorted(set(frame.loc[frame["publisher_class"].isna(), "publisher"]))
    if unreviewed:
        raise ValueError(f"publisher_classes.csv wants a line for: {'; '.join(unreviewed)}")
    spelling = publishers.loc[publishers["spelling"] != "", "spelling"]  # with accents, where the name has any
    frame["publisher"] = frame["publisher"].map(spelling).fillna(frame["publisher"])
    frame["reliability"] = frame["publisher_class"].map(RELIABILITY)
    frame["year"] = frame["year"].str.removesuffix(".0")  # a spreadsheet's idea of a year
    return frame[SOURCE_COLUMNS]


def source_rows() -> pd.DataFrame:
    """Return every source of every table with its class of publisher and its reliability."""
    return _sources().copy()


@lru_cache(maxsize=1)
def _source_facts() -> dict[str, dict[str, str]]:
    return {row["source_id"]: row for row in _sources().to_dict("records")}


def with_evidence(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with ``as_of``, ``precision_km``, ``confidence``, ``reliability`` and ``evidence``.

    Parameters
    ----------
    table : str
        Name of the table; crossings and mining sites have a position, the others none of their own.
    frame : DataFrame, n rows
        With ``source_ids`` and, where the facts give it, ``confidence``.
    """
    source_ids = [ids.split(";") for ids in frame["source_ids"]]
    confidence = frame["confidence"] if "confidence" in frame else pd.Series("", index=frame.index)
    position = {"crossings": _crossing_precision_km, "mining_sites": _site_precision_km}.get(table)
    rows = frame.to_dict("records")
    return frame.drop(columns="confidence", errors="ignore").assign(
        as_of=[as_of(ids) for ids in source_ids],
        precision_km=[_written(position(row)) if position else "" for row in rows],
        confidence=confidence,
        reliability=[reliability(ids) for ids in source_ids],
        evidence=[strength(ids, grade) for ids, grade in zip(source_ids, confidence, strict=True)],
    )


def as_of(source_ids: list[str]) -> str:
    """Return the latest year of the sources that claim something; "" when none is dated."""
    dated = [LATEST_DATA.get(source_id) or _source_facts()[source_id]["year"] for source_id in _claiming(source_ids)]
    return max(dated, default="")


def reliability(source_ids: list[str]) -> str:
    """Return the best Admiralty letter among the sources, general knowledge being F; "" for gazetteers alone."""
    return min((grade for s in source_ids if (grade := _source_facts()[s]["reliability"])), default="")


def strength(source_ids: list[str], confidence: str) -> str:
    """Return how strong the evidence of a row is: strong, moderate, weak or unverified.

    Sources graded A to C carry a claim. Two publishers that do, or one graded B, are strong; one graded C is
    moderate; none is weak. Medium confidence in the facts is never more than moderate, low never more than
    weak. A claim that only an AI-assisted text makes is unverified.
    """
    claiming = _claiming(source_ids)
    if claiming and all(_source_facts()[s]["publisher_class"] == "ai_assisted" for s in claiming):
        return "unverified"
    carrying = {_source_facts()[s]["publisher"]: _source_facts()[s]["reliability"] for s in claiming}
    grades = [grade for grade in carrying.values() if grade in {"A", "B", "C"}]
    if confidence == "low" or not grades:
        return "weak"
    carried_well = len(grades) > 1 or grades[0] < "C"
    return "strong" if carried_well and confidence in {"", "high"} else "moderate"


def _claiming(source_ids: list[str]) -> list[str]:
    return [s for s in source_ids if _source_facts()[s]["publisher_class"] not in CLAIMS_NOTHING]


def _crossing_precision_km(row: dict[str, str]) -> float:
    if "point approximate" in row["note"]:
        return APPROXIMATE_KM
    return BRIDGE_KM if row["kind"] == "bridge" else TOWN_KM


def _site_precision_km(row: dict[str, str]) -> float | None:
    """Return the radius that a site's note gives, the wider where two rules meet; None where none does."""
    radii = [float(km) for km in SCAR_RADIUS.findall(row["why"])]
    if "point approximate" in row["why"]:
        radii.append(APPROXIMATE_KM)
    if not radii and {"GEONAMES", "AIRPORTS"} & set(row["source_ids"].split(";")):
        return DISTRICT_KM
    return max(radii, default=None)


def _written(precision_km: float | None) -> str:
    return "" if precision_km is None else f"{precision_km:g}"
