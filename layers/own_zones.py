"""Where brought layers lie, in words: the zones that one touches, the layers that reach into a zone, and the file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from math import isclose, nan
from typing import Any, Final

import pandas as pd

from geo import zone_tables
from geo.catalogue import own_records
from geo.downloads import safe_cell
from geo.errors import UnknownError
from geo.messages import Language, Message, say
from geo.names import country_name, name_of
from geo.seeds import Record
from geo.viewer import MARKINGS, Viewer
from geo.zone_tables import OUTSIDE, Among, Measure, ZoneTable
from geo.zones import zone
from layers.zone_amounts import amount, features, total, unit_of

COLUMNS: Final = (
    "layer", "source", "as_of", "marking", "zone_id", "zone", "year", "features", "area_km2", "length_km",
    "value_column", "value_sum", "value_is_estimated", "value_mean", "value_features",
)  # fmt: skip
ELSEWHERE: Final[dict[Among, Message]] = {
    "zones": Message("Outside every zone"),
    "border_zones": Message("Farther than 50 km from a land border"),
}
SAME: Final = 1e-9  # of a sum: what cutting and adding up in another order leave
HEADS: Final[dict[Measure, Message]] = {"area_km2": Message("Area inside"), "length_km": Message("Length inside")}


@dataclass(frozen=True)
class Touched:
    """One row of the table: a zone with what of a layer lies in it, in words.

    ``size`` is "" for points; ``total`` and ``mean`` of the values are "" where no column holds them, and a total of
    which a part is estimated begins with "≈".
    """

    zone_id: str
    name: str
    features: str
    size: str
    total: str = ""
    mean: str = ""


@dataclass(frozen=True)
class Here:
    """A brought layer that reaches into a zone: its record, its table, and in words what lies there and its marking."""

    record: Record
    table: ZoneTable
    amount: str


def place_name(zone_id: str, among: Among, lang: Language) -> str:
    """Return the name of a zone, or of the border that a border zone follows."""
    if among == "zones":
        return name_of(zone_id, lang)
    return " – ".join(country_name(iso3, lang) for iso3 in zone_id.split("-"))


def touched(table: ZoneTable, among: Among, lang: Language) -> list[Touched]:
    """Return the zones that a layer touches, most first, and at the end what lies in none, if anything does."""
    rows = [(str(each), row) for each, row in table.touched.iterrows()]
    named = [(zone_id, place_name(zone_id, among, lang), row) for zone_id, row in rows]
    if table.outside.any():
        named.append((OUTSIDE, say(ELSEWHERE[among], lang), table.outside))
    largest = float(table.touched[table.measure].max()) if rows else float(table.outside[table.measure])
    unit = unit_of(table.measure, largest)
    return [
        Touched(
            zone_id,
            name,
            amount(row["features"], unit_of("features", 0), lang),
            amount(row[table.measure], unit, lang) if table.measure != "features" else "",
            _total(row, lang) if table.value else "",
            total(mean_of(row), lang, exact=False) if table.value else "",
        )
        for zone_id, name, row in named
    ]


def is_estimated(row: pd.Series) -> bool:
    """Tell whether the sum of values in a row of a zone table rests on features of which only a part lies there."""
    return not isclose(row["value"], row["value_whole"], rel_tol=SAME)


def mean_of(row: pd.Series) -> float:
    """Return the mean of the values in a row of a zone table, each feature whole; NaN where none names one."""
    return float(row["value_whole"] / row["valued"]) if row["valued"] else nan


def _total(row: pd.Series, lang: Language) -> str:
    estimated = is_estimated(row)
    if not row["valued"] and not estimated:
        return total(nan, lang, exact=True)
    return f"{'≈ ' if estimated else ''}{total(float(row['value']), lang, exact=not estimated)}"


def layers_in(zone_id: str, viewer: Viewer, lang: Language) -> list[Here]:
    """Return the brought layers that a viewer may see and that have something in a zone, by title."""
    west, south, east, north = zone(zone_id).geometry.bounds
    found = []
    for record in own_records(viewer):
        payload = record.payload
        if payload is None or payload.bounds is None:
            continue
        left, bottom, right, top = payload.bounds
        if left > east or right < west or bottom > north or top < south:
            continue
        try:
            table = zone_tables.of_payload(payload)
        except UnknownError:  # deleted since it was listed
            continue
        row = table.rows.loc[zone_id]
        if row["features"]:
            amounts = [_amount(table, row, lang), record.marking if record.marking != MARKINGS[0] else ""]
            found.append(Here(record, table, " · ".join(filter(None, amounts))))
    return found


def csv_of(record: Record, table: ZoneTable, among: Among, lang: Language) -> bytes:
    """Return a zone table as CSV: each zone as a whole (``year`` empty), then by year where features are dated.

    UTF-8 with a byte order mark, without which Excel reads it as Latin-1; no cell can be taken for a formula. What no
    zone holds has an empty ``zone_id``.
    """
    about = record.layer.about if record.layer is not None else None
    who = (about.title, about.source, about.as_of, about.marking) if about is not None else (record.key, "", "", "")
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    whole = table.rows[(table.rows != 0).any(axis=1)].reset_index().assign(year="")
    for rows in (whole, table.yearly):
        for row in rows.to_dict("records"):
            place = say(ELSEWHERE[among], lang)
            if row["zone_id"] != OUTSIDE:
                place = place_name(row["zone_id"], among, lang)
            sizes = (f"{row['area_km2']:.6g}", f"{row['length_km']:.6g}")
            cells = (*who, row["zone_id"], place, row["year"], row["features"], *sizes, *_value_cells(table, row))
            writer.writerow([safe_cell(cell) for cell in cells])
    return content.getvalue().encode("utf-8-sig")


def _value_cells(table: ZoneTable, row: dict[str, Any]) -> tuple[object, ...]:
    """Return what a row of the file says of the values: nothing where no column holds them."""
    known = pd.Series(row)
    if not table.value:
        return ("",) * 5
    if not row["valued"] and not is_estimated(known):
        return table.value, "", "", "", 0
    mean = f"{mean_of(known):.6g}" if row["valued"] else ""
    return table.value, f"{row['value']:.12g}", "yes" if is_estimated(known) else "no", mean, row["valued"]


def _amount(table: ZoneTable, row: pd.Series, lang: Language) -> str:
    """Return what of a layer lies in a zone: how many features, and their area or length inside."""
    count = features(int(row["features"]), lang)
    if table.measure == "features":
        return count
    size = float(row[table.measure])
    return f"{count} · {amount(size, unit_of(table.measure, size), lang)}"


def by_year(table: ZoneTable, zone_id: str, lang: Language) -> pd.DataFrame:
    """Return the figures of a zone for each year in words, newest first; the columns are named in the language."""
    found = table.series(zone_id)
    unit = unit_of(table.measure, max(found.values(), default=0.0))
    rows = [(year, amount(found[year], unit, lang)) for year in sorted(found, reverse=True)]
    words = say(Message("Figure ({unit})", unit=unit.words), lang)
    return pd.DataFrame(rows, columns=[say(Message("Year"), lang), words])
