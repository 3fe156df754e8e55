"""Two years or two layers side by side: what lies left and right of the divider on the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from geo.messages import Message, say
from layers import years
from layers.spec import LayerSpec
from layers.view import ViewState

Side = Literal["left", "right"]
RIGHT: Final = "@right"  # ends the key of a layer's second drawing


@dataclass(frozen=True)
class Comparison:
    """A comparison that can be drawn: of two years, or of two layers.

    Attributes
    ----------
    year : int or None
        The year right of the divider; None when layers are compared.
    layers : tuple of str
        The layers that lie on one side only, left and right; empty when years are compared.
    """

    year: int | None = None
    layers: tuple[str, ...] = ()

    def side_of(self, key: str) -> Side | None:
        """Return the one side on which a layer is drawn; None for both."""
        if key not in self.layers:
            return None
        return "left" if key == self.layers[0] else "right"


def read(view: ViewState, shown: list[LayerSpec]) -> Comparison | None:
    """Return the comparison of a view; None where there is none, or the layers that are on do not allow it."""
    if view.compare.isdecimal():
        return Comparison(year=int(view.compare)) if any(years.dated(spec) for spec in shown) else None
    pair = tuple(filter(None, view.compare.split(":")))
    return Comparison(layers=pair) if pair and set(pair) <= {spec.key for spec in shown} else None


def of_side(view: ViewState, side: str, shown: list[LayerSpec]) -> ViewState:
    """Return what a view shows on one side of the divider: another year, or one layer less."""
    compared = read(view, shown)
    if compared is None or side not in ("left", "right"):
        return view
    if compared.year is not None:
        return view.but(year=compared.year) if side == "right" else view
    keys = [spec.key for spec in shown if compared.side_of(spec.key) in (None, side)]
    return view.but(layers=tuple(keys), compare="")


def sides(view: ViewState, shown: list[LayerSpec]) -> tuple[ViewState, ...]:
    """Return the views left and right of the divider; without a comparison the view alone."""
    if read(view, shown) is None:
        return (view,)
    return of_side(view, "left", shown), of_side(view, "right", shown)


def told(view: ViewState, shown: list[LayerSpec]) -> dict[str, Any] | None:
    """Return what the divider in the browser is told: its captions and how it is named; None for no divider."""
    compared = read(view, shown)
    if compared is None:
        return None
    titles = captions(view, shown)
    return {
        "kind": "layers" if compared.year is None else "years",
        "left": titles["left"],
        "right": titles["right"],
        "label": say(Message("Divider of the comparison, left and right arrow keys move it"), view.lang),
    }


def captions(view: ViewState, shown: list[LayerSpec]) -> Mapping[str, str]:
    """Return the words of each side: the years, or the layers' titles; empty without a comparison."""
    compared = read(view, shown)
    if compared is None:
        return {}
    if compared.year is not None:
        return {"left": years.words(view, shown), "right": str(compared.year)}
    titles = {spec.key: say(spec.title, view.lang) for spec in shown}
    return {"left": titles[compared.layers[0]], "right": titles[compared.layers[1]]}
