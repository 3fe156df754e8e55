"""Figures by unit: which figure each first-level unit shows in a year, and its class.

Where a country has figures for its units they are shown; where it has only its own, the
whole country is shaded as one; where there is neither, it is hatched: no figure is not zero.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from geo import catalogue, indicators
from geo.messages import Language, Message, number, say
from geo.terms import unit_label
from layers.spec import LayerSpec
from layers.view import ViewState

COUNTRY: str = "country"  # the figure is the country's
DOUBT: str = "doubt"  # partial, or marked to be checked


@dataclass(frozen=True)
class Shading:
    """What a figure layer shows.

    Attributes
    ----------
    year : int or None
        The year shown: the one asked for, or the last before it with figures.
    values : DataFrame, one row per unit
        On the unit's id: value, shade (class number or -1 for no figure), level, note flags.
    """

    year: int | None
    values: pd.DataFrame

    def counts(self) -> dict[int, int]:
        """Return how many units are in each class; -1 counts those without a figure."""
        return {int(shade): int(n) for shade, n in self.values["shade"].value_counts().items()}


def shown_year(spec: LayerSpec, asked: int | None) -> int | None:
    """Return the year a figure layer shows: the one asked for or the last before it with figures."""
    years = indicators.years(spec.record.indicator)
    if asked is None:
        return max(years, default=None)
    return max((year for year in years if year <= asked), default=None)


def shade(spec: LayerSpec, view: ViewState) -> Shading:
    """Return the figures of a layer in the year of a view, joined to first-level units."""
    assert spec.shades is not None  # noqa: S101 - a figure layer always has classes
    units = catalogue.features(spec.key)
    year = shown_year(spec, view.year)
    joined = pd.DataFrame({"value": float("nan"), "level": "", "doubt": False}, index=units.index)
    joined["level"] = joined["level"].astype(object)
    if year is not None:
        figures = indicators.by_unit(spec.record.indicator, year)
        by_unit = figures[figures["unit_id"] != ""].set_index("unit_id")
        by_country = figures[figures["unit_id"] == ""].set_index("country_iso3")
        covered = set(by_unit["country_iso3"])
        for unit_id, country in units["country_iso3"].items():
            if unit_id in by_unit.index:
                row, level = by_unit.loc[unit_id], "admin1"
            elif country not in covered and country in by_country.index:
                row, level = by_country.loc[country], COUNTRY
            else:
                continue
            doubt = bool(row["partial"] or row["doubtful"])
            joined.loc[unit_id, ["value", "level", "doubt"]] = [row["value"], level, doubt]
    if view.countries:
        joined.loc[~units["country_iso3"].isin(view.countries), ["value", "level"]] = [float("nan"), ""]
    limits = spec.shades.limits
    joined["shade"] = [-1 if value != value else bisect_right(limits, value) for value in joined["value"]]
    return Shading(year, joined)


def tooltip_values(spec: LayerSpec, shading: Shading, lang: Language) -> dict[str, list[object]]:
    """Return, per unit with a figure, its class, its figure in words and whether it is the country's or doubtful."""
    assert spec.shades is not None  # noqa: S101
    unit = say(unit_label(spec.record.indicator), lang)
    out: dict[str, list[object]] = {}
    for unit_id, row in shading.values[shading.values["shade"] >= 0].iterrows():
        figure = f"{number(row['value'], lang, digits=spec.shades.digits)} {unit} ({shading.year})"
        if row["level"] == COUNTRY:
            figure = say(Message("{figure}, figure of the whole country", figure=figure), lang)
        if row["doubt"]:
            figure = say(Message("{figure}, partial or doubtful", figure=figure), lang)
        style = f"{row['shade']}{'d' if row['doubt'] else ''}{'c' if row['level'] == COUNTRY else ''}"
        out[str(unit_id)] = [style, figure]
    return out


def shade_labels(spec: LayerSpec, lang: Language) -> list[str]:
    """Return the words of each class, from lowest to highest."""
    assert spec.shades is not None  # noqa: S101
    limits = [number(limit, lang) for limit in spec.shades.limits]
    inner = [f"{low} – {high}" for low, high in pairwise(limits)]
    return [
        say(Message("under {limit}", limit=limits[0]), lang),
        *inner,
        say(Message("{limit} and more", limit=limits[-1]), lang),
    ]


def years_of(layers: list[LayerSpec]) -> list[int]:
    """Return every year in which any of these figure layers has figures, ascending."""
    return sorted({year for spec in layers for year in indicators.years(spec.record.indicator)})
