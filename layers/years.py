"""Layers that obey the year: which they are, the years they offer, and their addresses in each.

The time player runs in the browser. It is given addresses with a place for the year, so a
step asks for what the page itself would ask for, and a run of the page draws nothing again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from geo import catalogue, indicators
from geo.messages import Language, Message, say
from layers import features, shading
from layers.spec import LayerSpec
from layers.view import YEARS, ViewState

PLACE: Final = "{year}"  # stands in an address where the browser writes the year


def dated(spec: LayerSpec) -> bool:
    """Tell whether a layer obeys the year: figures by unit, and features that say from when to when."""
    return spec.shades is not None or "years" in spec.record.filters


def years_of(spec: LayerSpec) -> list[int]:
    """Return the years a dated layer offers, ascending: those with figures, or those its features span.

    A span is cut to the years that a view may ask for, and does not reach beyond this year.
    """
    if spec.shades is not None:
        return indicators.years(spec.record.indicator)
    first, last = catalogue.rows(spec.key).years() or (1, 0)
    today = datetime.now(tz=UTC).year
    return list(range(max(first, YEARS[0]), min(last, YEARS[1], today) + 1))


def offered(layers: Iterable[LayerSpec]) -> list[int]:
    """Return every year that any of these layers offers, ascending."""
    return sorted({year for spec in layers if dated(spec) for year in years_of(spec)})


def latest(layers: Iterable[LayerSpec]) -> int | None:
    """Return the year that dated layers show when none is asked for: that of the first figures, or the last year."""
    layers = list(layers)
    for spec in layers:
        if spec.shades is not None and (year := shading.shown_year(spec, None)) is not None:
            return year
    return max(offered(layers), default=None)


def player(view: ViewState, layers: list[LayerSpec], *, heard: int = 0) -> dict[str, Any] | None:
    """Return what the time player in the browser is told; None where there are no two years to go between.

    Parameters
    ----------
    layers : list of LayerSpec
        The layers that are on.
    heard : int
        The stamp of the last year that the page took over from the player; a page that has
        not yet heard of the player's own year must not set it back.

    Returns
    -------
    dict
        ``years`` ascending, the year asked for among them; ``year``, or None for all; ``latest``, the
        year that figures show then; ``all``, whether there is a layer that can show all years.
    """
    years = sorted({*offered(layers), *([view.year] if view.year is not None else [])})
    if len(years) == 1 or not offered(layers):
        return None
    return {
        "years": years,
        "year": view.year,
        "latest": latest(layers),
        "all": any(dated(spec) and spec.shades is None for spec in layers),
        "heard": heard,
        "texts": _texts(view.lang),
    }


def words(view: ViewState, layers: list[LayerSpec]) -> str:
    """Return the year that a view shows, in words."""
    if view.year is not None:
        return str(view.year)
    if any(dated(spec) and spec.shades is None for spec in layers):
        return say(Message("All years"), view.lang)
    return str(latest(layers) or "–")


def stepping(told: dict[str, Any], spec: LayerSpec, view: ViewState) -> dict[str, Any]:
    """Return what is told of a layer with its addresses for any year, when it obeys the year."""
    if not dated(spec):
        return told
    name = "url" if spec.shades is None else "values_url"
    address = told[name] if view.year is None else with_year(told[name], str(view.year))
    return told | {"dated": True, name: address, name.replace("url", "at"): with_year(address, PLACE)}


def with_year(address: str, year: str) -> str:
    """Return an address with the year as its last parameter: from there the browser takes it away for all years."""
    path, _, query = address.partition("?")
    others = [part for part in query.split("&") if part and not part.startswith("year=")]
    return f"{path}?{'&'.join([*others, f'year={year}'])}"


def values_address(spec: LayerSpec, view: ViewState) -> str:
    """Return the address of a figure layer's values, relative to the map's frame."""
    query = features.filter_query(spec, view)
    if view.year is not None:
        query["year"] = str(view.year)
    return features.address(spec.key, view.lang, query, folder="figures", suffix="json")


def _texts(lang: Language) -> dict[str, str]:
    texts = {
        "label": Message("Time"),
        "play": Message("Play the years"),
        "pause": Message("Pause"),
        "back": Message("Previous year"),
        "on": Message("Next year"),
        "year": Message("Year"),
        "speed": Message("Speed"),
        "slow": Message("Slow"),
        "normal": Message("Normal"),
        "fast": Message("Fast"),
        "all": Message("All years"),
    }
    return {name: say(text, lang) for name, text in texts.items()}
