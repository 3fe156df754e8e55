"""What each shipped table must look like: columns in order, codes, ranges and keys, as pandera schemas.

Only tests and the recipe load this module: pandera is a package of the development environment. References
between tables are in ``REFERENCES``, which ``dangling`` follows.
"""

from __future__ import annotations

from typing import Final

import pandas as pd
import pandera.pandas as pa

from geo.store import table
from geo.terms import LABELS

ISO3: Final = r"[A-Z]{3}"
LIST_OF_ISO3: Final = rf"{ISO3}(;{ISO3})*"
BORDER: Final = rf"{ISO3}-{ISO3}"
UNIT_ID: Final = r"[A-Z]{2}-[A-Z0-9]{1,3}"
YEAR: Final = r"\d{4}"
PERIOD: Final = r"\d{4}s?(-\d{4})?"
SOURCES: Final = r"[^;]+(;[^;]+)*"
# The land and waters that the tables speak of, with a margin: degrees.
SOUTHERNMOST, NORTHERNMOST, WESTERNMOST, EASTERNMOST = -56.0, 16.0, -94.0, -28.0


def text(pattern: str | None = None, *, blank: bool = False, unique: bool = False) -> pa.Column:
    """Return a column of text: never empty unless ``blank``, matching ``pattern`` where it is not empty."""
    checks = [] if blank else [pa.Check.str_length(min_value=1)]
    if pattern:
        checks.append(pa.Check.str_matches(rf"^(?:{pattern}){'?' if blank else ''}$"))
    return pa.Column(str, checks, unique=unique)


def code(kind: str, *, blank: bool = False) -> pa.Column:
    """Return a column of codes that ``geo.terms`` has a label for; "" too where ``blank``."""
    codes = [*LABELS[kind], ""] if blank else [known for known in LABELS[kind] if known]
    return pa.Column(str, pa.Check.isin(codes))


def one_of(*values: str) -> pa.Column:
    """Return a column that holds one of a few words."""
    return pa.Column(str, pa.Check.isin(values))


def number(low: float, high: float, *, nullable: bool = False) -> pa.Column:
    """Return a column of numbers within a range."""
    return pa.Column(float, pa.Check.in_range(low, high), nullable=nullable)


LATITUDE: Final = number(SOUTHERNMOST, NORTHERNMOST)
LONGITUDE: Final = number(WESTERNMOST, EASTERNMOST)
FLAG: Final = one_of("", "yes")
EVIDENCE: Final = {
    "as_of": text(YEAR, blank=True),
    "precision_km": number(0.1, 100, nullable=True),
    "confidence": code("confidence", blank=True),
    "reliability": code("reliability", blank=True),
    "evidence": code("evidence"),
}


def schema(columns: dict[str, pa.Column], key: list[str] | None = None) -> pa.DataFrameSchema:
    """Return the schema of a table: these columns and no others, in this order, with a unique key."""
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=key or [next(iter(columns))])


SERIES_KEY: Final = {
    "indicator": text(r"[a-z0-9_]+"),
    "level": code("level"),
    "place": text(),
    "country_iso3": text(ISO3),
}
SCHEMAS: Final[dict[str, pa.DataFrameSchema]] = {
    "sources": schema(
        {
            "source_id": text(r"[A-Za-z0-9_\-]+"),
            "title": text(),
            "publisher": text(blank=True),
            "year": text(YEAR, blank=True),
            "url": text(r"https?://\S+", blank=True),
            "licence": text(),
            "publisher_class": code("publisher_class"),
            "reliability": code("reliability", blank=True),
            "how_verified": text(),
        }
    ),
    "names": schema({"key": text(), "en": text(), "es": text(), "pt": text()}),
    "indicator_terms": schema(
        {
            "indicator": text(r"[a-z0-9_]+"),
            "label": text(),
            "unit_label": text(),
            "group": code("indicator_group"),
            "aggregation": text(),
            "decimals": text(r"[0-3]"),
        }
    ),
    "indicators": schema(
        {
            **SERIES_KEY,
            "unit_id": text(rf"{UNIT_ID}|{ISO3}", blank=True),
            "year": pa.Column(int, pa.Check.in_range(1985, 2026)),
            "value": number(0, 1e11),
            "unit": code("unit"),
            "source_id": text(),
            "preferred": one_of("", "yes", "no", "both"),
            "partial": FLAG,
            "series_break": FLAG,
            "doubtful": FLAG,
            "note": text(blank=True),
        },
        [*SERIES_KEY, "year", "source_id"],
    ),
    "coca_municipal": schema(
        {
            "divipola_dept": text(r"\d{2}"),
            "department": text(),
            "divipola_muni": text(r"\d{5}"),
            "municipality": text(),
            "year": pa.Column(int, pa.Check.in_range(2001, 2024)),
            "coca_ha": number(0, 1e5),
            "source_id": text(),
            "doubtful": FLAG,
        },
        ["divipola_muni", "year"],
    ),
    "preferred_sources": schema(
        {
            "indicator": text(r"[a-z0-9_]+"),
            "level": code("level"),
            "country_iso3": text(ISO3, blank=True),
            "place": text(blank=True),
            "first_year": text(YEAR, blank=True),
            "last_year": text(YEAR, blank=True),
            "source_ids": text(SOURCES),
            "reason": text(),
            "said_by": text(),
        },
        ["indicator", "level", "country_iso3", "place", "first_year", "last_year", "source_ids"],
    ),
    "flag_rules": schema(
        {
            "flag": one_of("partial", "series_break", "doubtful"),
            "indicator": text(r"[a-z0-9_]+"),
            "level": code("level", blank=True),
            "country_iso3": text(ISO3, blank=True),
            "place": text(blank=True),
            "source_id": text(blank=True),
            "first_year": text(YEAR),
            "last_year": text(YEAR),
            "value": number(0, 1e11, nullable=True),
            "reason": text(),
            "said_by": text(),
        },
        ["flag", "indicator", "level", "country_iso3", "place", "source_id", "first_year", "value"],
    ),
    "zones": schema(
        {
            "zone_id": text(r"Z-[A-Z]+"),
            "name": text(),
            "countries": text(LIST_OF_ISO3),
            "kind": code("zone_kind"),
            "anchor_lat": LATITUDE,
            "anchor_lon": LONGITUDE,
            "unit_ids": text(rf"{UNIT_ID}(;{UNIT_ID})*"),
            "admin1_units": text(),
            "definition": text(),
            "method": text(blank=True),
            "why": text(),
            "source_ids": text(SOURCES),
            **EVIDENCE,
        }
    ),
    "corridors": schema(
        {
            "corridor_id": text(r"COR-\d{2}"),
            "name": text(),
            "commodity": code("commodity"),
            "mode": code("mode"),
            "direction": code("direction"),
            "status": code("corridor_status"),
            "period": text(PERIOD),
            "why": text(),
            "source_ids": text(SOURCES),
            "length_km": number(1, 10_000),
            **EVIDENCE,
        }
    ),
    "corridor_waypoints": schema(
        {
            "corridor_id": text(r"COR-\d{2}"),
            "seq": pa.Column(int, pa.Check.ge(1)),
            "place": text(),
            "country_iso3": text(ISO3),
            "lat": LATITUDE,
            "lon": LONGITUDE,
            "mode_to_next": code("mode", blank=True),
        },
        ["corridor_id", "seq"],
    ),
    "crossings": schema(
        {
            "crossing_id": text(rf"X-{BORDER}-\d{{2}}"),
            "name": text(),
            "country_a": text(ISO3),
            "country_b": text(ISO3),
            "place_a": text(),
            "place_b": text(),
            "lat": LATITUDE,
            "lon": LONGITUDE,
            "kind": code("crossing_kind"),
            "note": text(),
            "source_ids": text(SOURCES),
            "border": text(BORDER),
            "formality": code("formality"),
            **EVIDENCE,
        }
    ),
    "mining_sites": schema(
        {
            "site_id": text(r"[A-Z]{2}-\d{2}"),
            "name": text(),
            "country_iso3": text(ISO3),
            "admin1": text(),
            "lat": LATITUDE,
            "lon": LONGITUDE,
            "mineral": code("mineral"),
            "setting": code("setting"),
            "status": code("site_status"),
            "period": text(r"\d{4}s?-\d{4}"),
            "why": text(),
            "source_ids": text(SOURCES),
            **EVIDENCE,
        }
    ),
    "actors": schema(
        {
            "actor_id": text(r"A-\d{2}"),
            "name": text(),
            "kind": code("actor_kind"),
            "origin_iso3": text(ISO3),
            "active_since": text(r"\d{4}s?", blank=True),
            "status": text(),
            "economies": text(),
            "why": text(),
            "source_ids": text(SOURCES),
            **EVIDENCE,
        }
    ),
    "actor_presence": schema(
        {
            "actor_id": text(r"A-\d{2}"),
            "zone_id": text(r"Z-[A-Z]+"),
            "role": code("role"),
            "since": text(r"\d{4}s?", blank=True),
            "until": text(YEAR, blank=True),
            "source_ids": text(SOURCES),
            **EVIDENCE,
        },
        ["actor_id", "zone_id"],
    ),
    "cooperation": schema(
        {
            "mechanism_id": text(r"M-\d{2}"),
            "name": text(),
            "kind": code("mechanism_kind"),
            "year": text(r"\d{4}s?", blank=True),
            "parties": text(),
            "borders": text(rf"(?:{BORDER}|regional|global|maritime)(?:;{BORDER})*"),
            "themes": text(),
            "status": text(),
            "why": text(),
            "source_ids": text(SOURCES),
            **EVIDENCE,
        }
    ),
    "recommendations": schema(
        {
            "rec_id": text(r"REC-\d{2}"),
            "country_or_scope": text(),
            "theme": text(),
            "summary": text(),
            "source_ids": text(SOURCES),
            **EVIDENCE,
        }
    ),
    "zone_series": schema(
        {
            "zone_id": text(r"Z-[A-Z]+"),
            "indicator": text(r"[a-z0-9_]+"),
            "level": one_of(*LABELS["level"], "municipality"),  # a municipality is named by its DIVIPOLA code
            "place": text(),
            "country_iso3": text(LIST_OF_ISO3),
            "source_id": text(),
            "relation": code("relation"),
            "preferred": one_of("yes", "no"),
            "note": text(blank=True),
        },
        ["zone_id", "indicator", "level", "place", "country_iso3", "source_id"],
    ),
    "mined_area": schema(
        {
            "zone_id": text(r"Z-[A-Z]+"),
            "period": text(r"\d{4}(Q[1-4])?"),
            "year": pa.Column(int, pa.Check.in_range(2018, 2026)),
            "surveyed": code("surveyed"),
            "mined_ha": pa.Column(float, pa.Check.ge(0), nullable=True, coerce=True),  # empty: nothing was looked for
            "detections": text(r"\d+", blank=True),
            "partial": FLAG,
            "series_break": FLAG,
            "source_id": text(),
            "method": text(),
            "note": text(blank=True),
        },
        ["zone_id", "period"],
    ),
}

# Table, column, what it points to: (table, column). Cells may hold several keys, ";"-joined.
REFERENCES: Final[tuple[tuple[str, str, str, str], ...]] = (
    *((name, "source_ids", "sources", "source_id") for name in SCHEMAS if "source_ids" in SCHEMAS[name].columns),
    *(
        (name, "source_id", "sources", "source_id")
        for name in SCHEMAS
        if "source_id" in SCHEMAS[name].columns and name != "sources"
    ),
    ("indicators", "indicator", "indicator_terms", "indicator"),
    ("actor_presence", "actor_id", "actors", "actor_id"),
    ("actor_presence", "zone_id", "zones", "zone_id"),
    ("corridor_waypoints", "corridor_id", "corridors", "corridor_id"),
    ("zone_series", "zone_id", "zones", "zone_id"),
    ("mined_area", "zone_id", "zones", "zone_id"),
)


def checked(name: str) -> pd.DataFrame:
    """Return a shipped table that fits its schema.

    Raises
    ------
    pandera.errors.SchemaErrors
        With every column and row that does not fit.
    """
    return SCHEMAS[name].validate(table(name), lazy=True)


def dangling(name: str, column: str, to_table: str, to_column: str) -> list[str]:
    """Return the keys in a column that no row of the other table has, sorted; "" points nowhere."""
    held = {key for cell in table(name)[column].unique() for key in str(cell).split(";") if key}
    return sorted(held - set(table(to_table)[to_column]))
