"""Figures by unit: which figure each first-level unit shows in a year, and its class.

Where a country has figures for its units they are shown; where it has only its own, the
whole country is shaded as one; where there is neither, it is hatched: no figure is not zero.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pandas as pd

from geo import catalogue, indicators, store
from geo.messages import Language, Message, number, say
from geo.terms import unit_label
from layers.spec import LayerSpec, Shades
from layers.view import ViewState

COUNTRY: Final = "country"  # the figure is the country's
UNIT: Final = "admin1"  # it is the unit's own
ENOUGH: Final = 0.5  # a year with fewer figures than this share of the best year does not open a layer


@dataclass(frozen=True)
class Shading:
    """What a figure layer shows.

    Attributes
    ----------
    year : int or None
        The year shown: the one asked for, or the last before it with figures.
    values : DataFrame, one row per first-level unit
        On the unit's id: value (NaN for no figure), shade (class number, -1 for no figure),
        level, doubt, year and source_id of the figure.
    """

    year: int | None
    values: pd.DataFrame

    def counts(self) -> dict[int, int]:
        """Return how many units are in each class; -1 counts those without a figure."""
        return {int(shade): int(n) for shade, n in self.values["shade"].value_counts().items()}


def shown_year(spec: LayerSpec, asked: int | None) -> int | None:
    """Return the year a figure layer shows: the one asked for or the last before it with figures.

    Without one, the last year with at least half as many figures as the best year has: a year that has
    only begun to be published says little. Where figures are carried forward the last year says all.
    """
    years = indicators.years(spec.record.indicator)
    if asked is not None:
        return max((year for year in years if year <= asked), default=None)
    if not years or _carried(spec):
        return max(years, default=None)
    sizes = {year: int(_figures(spec.record.indicator, year)["value"].notna().sum()) for year in years}
    return max(year for year in years if sizes[year] >= ENOUGH * max(sizes.values()))


def shade(spec: LayerSpec, view: ViewState) -> Shading:
    """Return the figures of a layer in the year of a view, joined to first-level units."""
    shades = shades_of(spec)
    year = shown_year(spec, view.year)
    joined = _joined(spec, year)
    if view.countries:
        countries = catalogue.features(spec.key)["country_iso3"]
        joined = joined.assign(value=joined["value"].where(countries.isin(view.countries)))
    classes = [-1 if value != value else bisect_right(shades.limits, value) for value in joined["value"]]
    return Shading(year, joined.assign(shade=classes))


def shades_of(spec: LayerSpec) -> Shades:
    """Return the classes of a figure layer; ``TypeError`` for any other layer, which is a bug."""
    if spec.shades is None:
        raise TypeError(f"{spec.key} is no layer of figures")
    return spec.shades


def _carried(spec: LayerSpec) -> bool:
    return shades_of(spec).carried_years > 0


def _joined(spec: LayerSpec, year: int | None) -> pd.DataFrame:
    """Return the figures of a year; where surveys are years apart, each unit's last one before it."""
    indicator = spec.record.indicator
    if year is None:
        return _figures(indicator, 0)
    joined = _figures(indicator, year)
    for earlier in sorted(indicators.years(indicator), reverse=True):
        if year > earlier >= year - shades_of(spec).carried_years:
            joined = joined.where(joined["value"].notna(), _figures(indicator, earlier))
    return joined


def _figures(indicator: str, year: int) -> pd.DataFrame:
    """Return the figures of exactly one year on the units' ids; NaN where there is none."""

    def read() -> pd.DataFrame:
        units = store.layer("units").set_index("unit_id")["country_iso3"]
        found = indicators.by_unit(indicator, year)
        found = found.assign(doubt=found["partial"] | found["doubtful"])[
            ["unit_id", "country_iso3", "value", "doubt", "year", "source_id"]
        ]
        own = found[found["unit_id"] != ""].set_index("unit_id").drop(columns="country_iso3").reindex(units.index)
        whole = (
            found[found["unit_id"] == ""].set_index("country_iso3").drop(columns="unit_id").reindex(units.to_numpy())
        )
        whole.index = units.index
        has_units = units.isin(found.loc[found["unit_id"] != "", "country_iso3"])
        joined = own.astype(object).where(has_units, whole.astype(object))
        level = has_units.map({True: UNIT, False: COUNTRY})
        return joined.assign(level=level, value=joined["value"].astype(float), doubt=joined["doubt"] == True)  # noqa: E712 - a cell may be empty

    return store.STORE.get(("shading", indicator, year, store.data_version()), read)


def tooltip_values(spec: LayerSpec, shading: Shading, lang: Language) -> dict[str, list[object]]:
    """Return, per unit with a figure, its class, its figure in words and whether it is the country's or doubtful."""
    digits = shades_of(spec).digits
    unit = say(unit_label(spec.record.indicator), lang)
    out: dict[str, list[object]] = {}
    for unit_id, row in shading.values[shading.values["shade"] >= 0].iterrows():
        figure = f"{number(row['value'], lang, digits=digits)} {unit} ({int(row['year'])})"
        if row["level"] == COUNTRY:
            figure = say(Message("{figure}, figure of the whole country", figure=figure), lang)
        if row["doubt"]:
            figure = say(Message("{figure}, partial or doubtful", figure=figure), lang)
        out[str(unit_id)] = [style_name(row), figure]
    return out


def style_name(row: pd.Series) -> str:
    """Return what the style of a unit is called: its class, whether it is doubtful and whether its country's."""
    if row["shade"] < 0:
        return "none"
    return f"{row['shade']}{'d' if row['doubt'] else ''}{'c' if row['level'] == COUNTRY else ''}"


def shade_labels(spec: LayerSpec, lang: Language) -> list[str]:
    """Return the words of each class, from lowest to highest."""
    limits = [number(limit, lang) for limit in shades_of(spec).limits]
    inner = [f"{low} – {high}" for low, high in pairwise(limits)]
    return [
        say(Message("under {limit}", limit=limits[0]), lang),
        *inner,
        say(Message("{limit} and more", limit=limits[-1]), lang),
    ]
