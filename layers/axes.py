"""Axes of the small charts: which years and values they span, and the few ticks they carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10
from typing import Final

from geo.messages import Language, Message, number
from geo.terms import label
from geo.trends import Panel, breaks

THOUSANDS_FROM: Final = 10_000
MILLIONS_FROM: Final = 5_000_000
MANY_YEARS_PX: Final = 46  # a year written out and the air it needs
LEAST_TICK_PX: Final = 34  # between two ticks of a high plot
NICE: Final = (1, 2, 2.5, 5, 10)
# These move within a narrow band far from zero; the others stand on zero, so that heights can be compared.
FROM_LOWEST: Final = frozenset({"subnational_hdi", "mean_years_schooling", "electricity_access_pct"})


@dataclass(frozen=True)
class Scale:
    """The span of a chart.

    Attributes
    ----------
    years : (float, float)
        With half a year of air on both sides.
    values : (float, float)
        In the unit of the panel.
    factor : int
        By how much the tick labels are divided: 1, a thousand or a million.
    unit : Message
        What the tick labels count.
    step : float
        Distance of the ticks, in the unit of the panel.
    """

    years: tuple[float, float]
    values: tuple[float, float]
    factor: int
    unit: Message
    step: float


def scale_of(panel: Panel) -> Scale:
    """Return the span of a panel; every figure that may be drawn lies inside it."""
    points = [point for line in panel.lines for point in line.points if not point.replaced]
    values = [point.value for point in points]
    return scale(
        [point.year for point in points],
        values,
        Message(label("unit", panel.unit)),
        low=min(values) if panel.indicator in FROM_LOWEST else min(0.0, *values),
        air=0.16 if breaks(panel) else 0.06,  # above the line stand the words at a break
    )


def scale(
    years: Sequence[int], values: Sequence[float], unit: Message, *, low: float = 0.0, air: float = 0.06
) -> Scale:
    """Return the span of figures.

    Parameters
    ----------
    low : float
        Where the axis of values begins at the latest.
    air : float
        What part of the height stays free above the highest.
    """
    high = max(values) if max(values) > low else low + 1.0
    step = _nice_step((high - low) / 3)
    bottom = floor(low / step) * step
    top = max(high + (high - bottom) * air, bottom + step)
    factor = 1
    if high >= MILLIONS_FROM:
        factor, unit = 1_000_000, Message("million {unit}", unit=unit)
    elif high >= THOUSANDS_FROM:
        factor, unit = 1_000, Message("thousand {unit}", unit=unit)
    return Scale((min(years) - 0.6, max(years) + 0.6), (bottom, top), factor, unit, step)


def finer(scale: Scale, height_px: float) -> Scale:
    """Return a scale with as many ticks as a plot of a height has room for; whole numbers stay whole."""
    span = scale.values[1] - scale.values[0]
    whole = scale.step >= scale.factor

    def has_room(step: float) -> bool:
        return step / span * height_px >= LEAST_TICK_PX and (not whole or (step / scale.factor).is_integer())

    power = 10.0 ** floor(log10(scale.step))
    steps = sorted({nice * power / down for nice in NICE for down in (1, 10) if nice * power / down <= scale.step})
    return replace(scale, step=next((step for step in steps if has_room(step)), scale.step))


def value_ticks(scale: Scale, lang: Language) -> tuple[list[float], list[str]]:
    """Return the ticks of the value axis and what they say in the language."""
    first = ceil(scale.values[0] / scale.step - 1e-9)
    last = floor(scale.values[1] / scale.step + 1e-9)
    ticks = [round(index * scale.step, 10) for index in range(first, last + 1)]
    shown = scale.step / scale.factor
    digits = max(0, -floor(log10(shown) + 1e-9))
    digits += 0 if round(shown, digits) == round(shown, 10) else 1
    return ticks, [number(tick / scale.factor, lang, digits=digits) for tick in ticks]


def year_ticks(scale: Scale, width_px: int) -> list[int]:
    """Return whole years, evenly spaced and as many as there is room for."""
    first, last = ceil(scale.years[0]), floor(scale.years[1])
    room = max(2, width_px // MANY_YEARS_PX - 1)
    step = next(step for step in (1, 2, 5, 10, 20) if (last - first) / step <= room)
    return [year for year in range(first, last + 1) if year % step == 0] or [first]


def _nice_step(rough: float) -> float:
    power = 10.0 ** floor(log10(rough))
    return next(nice for nice in NICE if nice * power >= rough * 0.999) * power
