"""Public sets known by their columns, whatever their file is called: what they are, whose, and what to mind.

A suggestion to the person who brings the file; nothing of it is taken for granted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from geo.about import About
from geo.messages import Message
from geo.periods import span

TAGS: Final = "hxl"  # where ``geo.ingest.tables`` keeps the HXL tags of a frame's columns, in its ``attrs``


@dataclass(frozen=True)
class Known:
    """A recognised set.

    Attributes
    ----------
    key : str
        Stable: "ucdp_ged", "acled", "amazon_mining_watch", "unhcr_flows", "hxl".
    label : Message
        What it is, for the report.
    about : About
        Title, source, publisher, address, licence, as-of and the columns for name, category and year. Title and source
        are "" where the file does not say them (HXL).
    precision : str
        The column of codes that say how precisely a feature is placed; "" where there is none.
    areas : frozenset of str
        Values of ``precision`` whose points stand for an area: many on one spot are no hot spot.
    minded : tuple of Message
        What a reader must know before drawing conclusions.
    """

    key: str
    label: Message
    about: About
    precision: str = ""
    areas: frozenset[str] = frozenset()
    minded: tuple[Message, ...] = ()


@dataclass(frozen=True)
class _Set:
    """A set by the columns that no other has together, in lower case, and how it is described."""

    columns: frozenset[str]
    describe: Callable[[pd.DataFrame, Mapping[str, str]], Known]
    either: frozenset[str] = frozenset()  # of which one is enough


def recognise(frame: pd.DataFrame) -> Known | None:
    """Return what a frame is, if it is one of the sets that are known here.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame, n rows
        With the columns as its file names them; capitals and spaces around a name do not count.
    """
    names = {str(column).strip().casefold(): str(column) for column in frame.columns}
    for each in SETS:
        if each.columns <= names.keys() and (not each.either or each.either & names.keys()):
            return each.describe(frame, names)
    return _hxl(frame)


def _ucdp(frame: pd.DataFrame, names: Mapping[str, str]) -> Known:
    years = _years(frame, names["year"])
    return Known(
        "ucdp_ged",
        Message("UCDP Georeferenced Event Dataset"),
        About(
            title=_titled("UCDP Georeferenced Event Dataset", _only(frame, names.get("country")), years),
            source="UCDP Georeferenced Event Dataset (Sundberg and Melander 2013)",
            publisher="Uppsala Conflict Data Program",
            url="https://ucdp.uu.se/downloads/",
            licence="CC BY 4.0",
            as_of=_last(years),
            name=names.get("dyad_name", ""),
            category=names["type_of_violence"],
            year=names["year"],
            value=names["best"],
        ),
        precision=names["where_prec"],
        # UCDP's codebook: 1 the place itself, 2 near it, 3 a district, 4 a department, 5 a line or a vague area,
        # 6 the country, 7 the sea or the air.
        areas=frozenset("34567"),
        minded=(
            Message("Events with a “where_prec” of 4 stand on the centre of their department, of 6 on that of the "
                    "country: many points on one spot are no hot spot."),
            Message("“best” is the best estimate of deaths; “low” and “high” bound it."),
        ),
    )  # fmt: skip


def _acled(frame: pd.DataFrame, names: Mapping[str, str]) -> Known:
    year = names.get("year", names["event_date"])
    years = _years(frame, year)
    return Known(
        "acled",
        Message("ACLED export"),
        About(
            title=_titled("ACLED events", _only(frame, names.get("country")), years),
            source="Armed Conflict Location & Event Data (ACLED)",
            publisher="ACLED",
            url="https://acleddata.com/",
            licence="ACLED terms of use",
            as_of=_last(years),
            name=names.get("location", ""),
            category=names["event_type"],
            year=year,
            value=names.get("fatalities", ""),
        ),
        precision=names.get("geo_precision", ""),
        areas=frozenset("3"),  # ACLED's codebook: 1 the town, 2 a part of a district near it, 3 a larger region
        minded=(
            Message("ACLED's terms do not let the rows be passed on to the public: choose a marking that fits."),
            Message("Events with a “geo_precision” of 3 stand for a region, not for the town they are drawn at."),
        ),
    )


def _mining_watch(frame: pd.DataFrame, names: Mapping[str, str]) -> Known:
    year = names.get("year", "")
    years = _years(frame, year)
    return Known(
        "amazon_mining_watch",
        Message("Amazon Mining Watch: detected mining"),
        _watch_about(_titled("Amazon Mining Watch: open-pit mining", "", years), years, year,
                     value=names["mined area (ha)"]),
        minded=(
            Message("The outlines are wider than what was mined: count hectares by the column “{column}”.",
                    column=names["mined area (ha)"]),
            Message("The year 202400 is all of 2024, 202503 the third quarter of 2025."),
        ),
    )  # fmt: skip


def _mining_watch_table(frame: pd.DataFrame, names: Mapping[str, str]) -> Known:
    years = _years(frame, names["admin_year"])
    return Known(
        "amazon_mining_watch",
        Message("Amazon Mining Watch: mined hectares by municipality"),
        _watch_about(
            _titled("Amazon Mining Watch: mined area by municipality", "", years),
            years,
            names["admin_year"],
            name=names["admin_name_field"],
            category=names["admin_country"],
            value=names["intersected_area_ha"],
        ),
        minded=(Message("The year 202400 is all of 2024, 202503 the third quarter of 2025."),),
    )


def _watch_about(title: str, years: list[int], year: str, *, value: str, name: str = "", category: str = "") -> About:
    return About(
        title=title,
        source="Amazon Mining Watch",
        publisher="Earth Genome, Pulitzer Center, Amazon Conservation",
        url="https://amazonminingwatch.org/",
        licence="MIT",
        as_of=_last(years),
        name=name,
        category=category,
        year=year,
        value=value,
    )


def _unhcr(frame: pd.DataFrame, names: Mapping[str, str]) -> Known:
    years = _years(frame, names["year"])
    return Known(
        "unhcr_flows",
        Message("UNHCR: people displaced, by origin and country of asylum"),
        About(
            title=_titled("UNHCR: refugees and asylum seekers by origin and asylum", "", years),
            source="UNHCR Refugee Data Finder",
            publisher="UNHCR",
            url="https://www.unhcr.org/refugee-statistics/",
            licence="CC BY 4.0",
            as_of=_last(years),
            name=names.get("coo_name", names.get("country of origin", "")),
            category=names.get("coa_name", names.get("country of asylum", "")),
            year=names["year"],
            value=names.get("refugees", names.get("refugees under unhcr's mandate", "")),
        ),
        minded=(Message("Each row goes from one country to another: it has no place of its own on a map."),),
    )


def _hxl(frame: pd.DataFrame) -> Known | None:
    """Describe a frame by its HXL tags, kept by the reader of tables."""
    tags = {
        str(column): str(tag) for column, tag in dict(frame.attrs.get(TAGS) or {}).items() if column in frame.columns
    }
    if not tags:
        return None
    year = _tagged(tags, "#date", "+year") or _tagged(tags, "#date", "+start") or _tagged(tags, "#date", "")
    value = next(
        (
            _tagged(tags, kind, "")
            for kind in ("#affected", "#inneed", "#indicator", "#population")
            if _tagged(tags, kind, "")
        ),
        "",
    )
    years = _years(frame, year)
    return Known(
        "hxl",
        Message("A table with HXL tags"),
        About(
            title="",
            source="",
            as_of=_last(years),
            name=_tagged(tags, "#loc", "+name") or _tagged(tags, "#adm2", "+name") or _tagged(tags, "#adm1", "+name"),
            category=_tagged(tags, "#event", "") or _tagged(tags, "#sector", "") or _tagged(tags, "#cause", ""),
            year=year,
            value=value,
        ),
    )


def _tagged(tags: Mapping[str, str], kind: str, attribute: str) -> str:
    """Return the first column whose tag is of a kind and has an attribute; "" for none."""
    return next(
        (column for column, tag in tags.items() if re.match(rf"{re.escape(kind)}(?:\+|$)", tag) and attribute in tag),
        "",
    )


def _only(frame: pd.DataFrame, column: str | None) -> str:
    """Return the value that a column has in every row; "" if there are several."""
    if column is None:
        return ""
    values = frame[column].dropna().unique()
    return str(values[0])[:80] if len(values) == 1 else ""


def _years(frame: pd.DataFrame, column: str) -> list[int]:
    """Return the first and the last year of a column of years, of periods as 202503, or of dates."""
    if not column or column not in frame:
        return []
    found = {year for value in frame[column].dropna().unique()[:20_000] if (year := _year(value)) is not None}
    return [min(found), max(found)] if found else []


def _year(value: object) -> int | None:
    text = str(value).removesuffix(".0")
    if re.fullmatch(r"\d{6}", text):
        text = text[:4]
    return span(text)[0]


def _last(years: list[int]) -> str:
    return str(years[-1]) if years else ""


def _titled(what: str, where: str, years: list[int]) -> str:
    when = "" if not years else str(years[0]) if years[0] == years[-1] else f"{years[0]}–{years[-1]}"
    return ", ".join(filter(None, (what, where, when)))


SETS: Final = (
    _Set(frozenset({"type_of_violence", "where_prec", "best", "side_a", "side_b", "year"}), _ucdp,
         frozenset({"dyad_new_id", "dyad_name", "priogrid_gid"})),
    _Set(frozenset({"event_date", "event_type", "sub_event_type", "actor1"}), _acled,
         frozenset({"event_id_cnty", "data_id", "geo_precision"})),
    _Set(frozenset({"mined area (ha)"}), _mining_watch, frozenset({"polygon area (ha)", "year"})),
    _Set(frozenset({"admin_illegality_max", "intersected_area_ha", "admin_year", "admin_name_field", "admin_country"}),
         _mining_watch_table),
    _Set(frozenset({"year", "coo_iso", "coa_iso", "refugees", "asylum_seekers"}), _unhcr),
    _Set(frozenset({"year", "country of origin", "country of asylum"}), _unhcr,
         frozenset({"refugees under unhcr's mandate", "asylum-seekers"})),
)  # fmt: skip
