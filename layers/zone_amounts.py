"""How the figures of a zone table are said: their unit, and no more digits than they deserve."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isnan, log10
from typing import Final

from geo.messages import Language, Message, number, say
from geo.zone_tables import Measure

HA_PER_KM2: Final = 100.0
HECTARES_BELOW_KM2: Final = 100.0  # 10,000 ha: mines and fields are spoken of in hectares, forests in square kilometres
DIGITS: Final = 3  # of an area or a length: outlines of zones are proxies, and three digits are generous


@dataclass(frozen=True)
class Unit:
    """What figures are counted in.

    Attributes
    ----------
    measure : Measure
        The column of the zone table.
    factor : float
        By how much a figure of the table is multiplied.
    sign : str
        What stands after a figure, the same in every language; "" for a number of features.
    words : Message
        What stands at an axis or above a column.
    """

    measure: Measure
    factor: float
    sign: str
    words: Message


FEATURES: Final = Unit("features", 1.0, "", Message("number of features"))
HECTARES: Final = Unit("area_km2", HA_PER_KM2, "ha", Message("hectares"))
KM2: Final = Unit("area_km2", 1.0, "km²", Message("square kilometres"))
KM: Final = Unit("length_km", 1.0, "km", Message("kilometres"))


def unit_of(measure: Measure, largest: float) -> Unit:
    """Return the unit for figures of which one is the largest."""
    if measure == "features":
        return FEATURES
    if measure == "length_km":
        return KM
    return HECTARES if largest < HECTARES_BELOW_KM2 else KM2


def rounded(value: float, unit: Unit) -> float:
    """Return a figure of a zone table in a unit, with honest precision."""
    scaled = value * unit.factor
    if unit.measure == "features" or scaled == 0:
        return round(scaled)
    kept = round(scaled, DIGITS - 1 - floor(log10(abs(scaled))))
    return int(kept) if float(kept).is_integer() else kept


def amount(value: float, unit: Unit, lang: Language) -> str:
    """Return a figure of a zone table in words, with its unit."""
    shown = rounded(value, unit)
    digits = None if shown == 0 or abs(shown) >= 1 else DIGITS - 1 - floor(log10(abs(shown)))
    return f"{number(shown, lang, digits=digits)} {unit.sign}".rstrip()


def total(value: float, lang: Language, *, exact: bool) -> str:
    """Return a sum or a mean of somebody's values in words: as it is, or what was estimated with honest precision."""
    if exact or not value or isnan(value):
        return number(int(value) if value.is_integer() else value, lang)
    digits = max(0, DIGITS - 1 - floor(log10(abs(value))))
    return number(round(value, DIGITS - 1 - floor(log10(abs(value)))), lang, digits=digits)


def features(n: int, lang: Language) -> str:
    """Return a number of features in words."""
    return say(Message("{n} feature", "{n} features", n=int(n)), lang)
