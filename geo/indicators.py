"""Yearly figures as they ship: by place, and by unit for maps.

Two tables are read: ``data/indicators.csv`` and ``data/coca_municipal.csv``. The latter is offered as the
level ``municipality`` of coca cultivation, its places being the DIVIPOLA codes of Colombia.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import pandas as pd

from geo.store import STORE, data_version, table

COLUMNS: Final = [
    "indicator", "level", "place", "country_iso3", "unit_id", "year", "value", "unit", "source_id", "preferred",
    "partial", "series_break", "doubtful", "note",
]  # fmt: skip
FLAGS: Final = ["partial", "series_break", "doubtful"]
DTYPES: Final = {"year": "int64", "value": "float64", **dict.fromkeys(FLAGS, "bool")}
MUNICIPAL: Final = "coca_cultivation_ha"  # the one indicator that has figures by municipality
# A figure without a rival stands behind one that won, before one that lost; "both": none may stand for the other.
RANK: Final = {"yes": 0, "both": 0, "": 1, "no": 2}


def all_figures() -> pd.DataFrame:
    """Return every figure that ships, one row each.

    Returns
    -------
    DataFrame
        The columns of ``COLUMNS``; ``year`` int, ``value`` float in ``unit``, the flags as bool,
        ``preferred`` "yes", "no", "both" where rivals count different things, or "" where there is none.
    """

    def compute() -> pd.DataFrame:
        municipal = table("coca_municipal")
        rows = pd.DataFrame(
            {
                "indicator": MUNICIPAL,
                "level": "municipality",
                "place": municipal["divipola_muni"],
                "country_iso3": "COL",
                "unit_id": "",
                "year": municipal["year"],
                "value": municipal["coca_ha"],
                "unit": "ha",
                "source_id": municipal["source_id"],
                "preferred": "",
                **dict.fromkeys([*FLAGS, "note"], ""),
                "doubtful": municipal["doubtful"],
            }
        )
        both = pd.concat([table("indicators"), rows], ignore_index=True)[COLUMNS]
        return both.assign(**{flag: both[flag] == "yes" for flag in FLAGS})

    return STORE.get(("figures", data_version()), compute)


def figures(indicator: str, level: str, place: str, country_iso3: str, source_id: str | None = None) -> pd.DataFrame:
    """Return the figures of one place, by source and year.

    Names repeat across borders (Amazonas in four countries), so a place is always a name and a country.

    Parameters
    ----------
    indicator, level, place, country_iso3 : str
        As the tables spell them; at level ``municipality`` the place is its DIVIPOLA code.
    source_id : str, optional
        Only the figures of this source.

    Returns
    -------
    DataFrame
        The columns of ``all_figures``; no rows where nothing is known.
    """
    rows = records(indicator, level, place, country_iso3)
    kept = [row for row in rows if source_id in (None, row["source_id"])]
    return pd.DataFrame(kept, columns=COLUMNS).astype(DTYPES)


def records(indicator: str, level: str, place: str, country_iso3: str) -> list[dict[str, object]]:
    """Return the same figures as plain rows, shared and not to be written on; [] where nothing is known."""
    return _by_place().get((indicator, level, place, country_iso3), [])


def by_unit(indicator: str, year: int) -> pd.DataFrame:
    """Return the figures of one year for a map: by first-level unit, else for the whole country.

    A country that has any unit with a figure in that year is shown by units alone, so that no area is
    coloured twice. Of several sources the preferred one speaks, of equals the one with the longer series.

    Returns
    -------
    DataFrame
        ``unit_id`` ("" for a whole country), ``country_iso3``, ``value``, ``unit``, ``year``,
        ``source_id`` and the flags as bool; at most one row per unit and per country.
    """
    rows = _of_indicator(indicator)
    rows = rows[(rows["year"] == year) & rows["level"].isin(["admin1", "country"])]
    # A whole year goes before a part of one, a firm figure before a doubtful one.
    best = rows.sort_values(
        ["rank", "partial", "doubtful", "length", "source_id"], ascending=[True, True, True, False, True], kind="stable"
    ).drop_duplicates(["level", "place", "country_iso3"])
    units = best[best["level"] == "admin1"]
    countries = best[(best["level"] == "country") & ~best["country_iso3"].isin(units["country_iso3"])]
    found = pd.concat([units, countries.assign(unit_id="")])
    columns = ["unit_id", "country_iso3", "value", "unit", "year", "source_id", *FLAGS]
    return found.sort_values(["country_iso3", "unit_id"])[columns].reset_index(drop=True)


def years(indicator: str) -> list[int]:
    """Return the years for which a map has at least one figure of a whole year, oldest first."""
    rows = _of_indicator(indicator)
    rows = rows[rows["level"].isin(["admin1", "country"]) & ~rows["partial"]]
    return sorted(int(year) for year in rows["year"].unique())


def _by_place() -> dict[tuple[object, ...], list[dict[str, object]]]:
    def compute() -> dict[tuple[object, ...], list[dict[str, object]]]:
        found: dict[tuple[object, ...], list[dict[str, object]]] = defaultdict(list)
        for row in all_figures().sort_values(["year", "source_id"], kind="stable").to_dict("records"):
            found[row["indicator"], row["level"], row["place"], row["country_iso3"]].append(row)
        return dict(found)

    return STORE.get(("figures by place", data_version()), compute)


def _of_indicator(indicator: str) -> pd.DataFrame:
    """Return the figures of an indicator with the rank of each among its rivals and the length of its series."""

    def compute() -> pd.DataFrame:
        rows = all_figures()
        rows = rows[rows["indicator"] == indicator]
        series = rows.groupby(["level", "place", "country_iso3", "source_id"])
        return rows.assign(rank=rows["preferred"].map(RANK), length=series["year"].transform("size"))

    return STORE.get(("figures of", indicator, data_version()), compute)
