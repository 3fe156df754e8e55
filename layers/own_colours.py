"""The colours of the layers that people brought: one for all, by class of a column, or by how much there is.

What the owner chose is obeyed; what they left open is ours to choose, the same way each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zlib import crc32

from geo.messages import Message
from geo.payloads import VALUE_CLASS, Geometry, Payload
from layers.spec import Channel, Style
from layers.tokens import PAPER

if TYPE_CHECKING:
    from geo.library.shelf import By, Look

# Okabe and Ito's palette without the yellow and black of our own signs: told apart with any colour vision.
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#8A5A00")
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "okabe": COLOURS,
    "dark2": ("#1B9E77", "#D95F02", "#7570B3", "#E7298A", "#66A61E", "#A6761D"),  # ColorBrewer
}
# ColorBrewer's ramps of six without the palest, which the land would swallow; from little to much.
RAMPS: Final[Mapping[str, tuple[str, ...]]] = {
    "ylorbr": ("#FEE391", "#FEC44F", "#FE9929", "#D95F0E", "#993404"),
    "blues": ("#C6DBEF", "#9ECAE1", "#6BAED6", "#3182BD", "#08519C"),
    "greens": ("#C7E9C0", "#A1D99B", "#74C476", "#31A354", "#006D2C"),
    "reds": ("#FCBBA1", "#FC9272", "#FB6A4A", "#DE2D26", "#A50F15"),
    "purples": ("#DADAEB", "#BCBDDC", "#9E9AC8", "#756BB1", "#54278F"),
}
REST: Final = "#7A7A7A"  # of what is in none of the classes that have a colour
NO_VALUE: Final[Style] = {"fillColor": PAPER, "fillOpacity": 0.9}
CROWD: Final = 5000  # features; more lie on one another at the scale of a country
MANY: Final = 6  # classes that a map can tell apart; the rest look like one another
DIGITS: Final = 3  # of a limit between classes, as a legend says it

OTHER: Final = Message("Other")


def colour_of(title: str, look: Look) -> str:
    """Return the one colour of a layer: its owner's choice, else one that goes with its title."""
    return look.colour or COLOURS[crc32(title.encode()) % len(COLOURS)]


def by_of(payload: Payload, look: Look) -> By:
    """Return what gives features their colour: as its owner chose; left open, its classes where it has some."""
    if look.by == "value":
        return "value" if VALUE_CLASS in payload.keys else ""
    if look.by == "category" or not look.colour:
        category = payload.roles.category
        return "category" if category in payload.keys and category != "confidence" else ""
    return ""


def style(payload: Payload, title: str, look: Look) -> Style:
    """Return the layer's sign; where there are many they are faint, so that the eye sees how many lie on one spot."""
    by = by_of(payload, look)
    colour = REST if by == "category" else ramp(look)[-1] if by == "value" else colour_of(title, look)
    crowded = payload.features > CROWD
    if payload.geometry == "point":
        edge: Style = {"stroke": False} if crowded else {"color": PAPER, "weight": 0.8}
        radius, fill = (3, 0.4) if crowded else (4, 0.85)
        return {"shape": "circle", "radius": radius, "fillColor": colour, "fillOpacity": fill, **edge}
    if payload.geometry == "line":
        return {"color": colour, "weight": 2, "opacity": 0.6 if crowded else 0.9, "fill": False}
    fill = 0.75 if by == "value" else 0.35
    return {"color": colour, "weight": 1, "opacity": 0.6 if crowded else 0.9, "fillColor": colour, "fillOpacity": fill}


def channels(payload: Payload, title: str, look: Look) -> tuple[Channel, ...]:
    """Return what the columns change of the sign: its colour, and how faint weak evidence is."""
    by = by_of(payload, look)
    out = [_kinds(payload, look)] if by == "category" else [_amounts(payload, look)] if by == "value" else []
    if "confidence" in payload.keys:
        faint = _faint(payload.geometry, colour_of(title, look) if not by else REST)
        out.append(Channel("confidence", "confidence", {"high": {}, "medium": {}, "low": faint, "": faint}))
    return tuple(out)


def ramp(look: Look) -> tuple[str, ...]:
    """Return the colours of amounts."""
    return RAMPS.get(look.palette, RAMPS["ylorbr"])


def _kinds(payload: Payload, look: Look) -> Channel:
    """Return a colour for each of the most frequent values of the column of classes."""
    category = payload.roles.category
    colours = KINDS.get(look.palette, COLOURS)
    values = sorted(value for value in payload.values[category][:MANY] if value)
    styles = {value: _in_colour(payload.geometry, each) for value, each in zip(values, colours, strict=False)}
    return Channel(category, "", styles, rest=OTHER, heading=Message("{words}", words=category))


def _amounts(payload: Payload, look: Look) -> Channel:
    """Return a colour for each class of the column of amounts, and words for each."""
    colours, count = ramp(look), len(payload.classes) + 1
    # Fewer classes than colours keep the two ends: little stays pale, much stays dark.
    chosen = [colours[round(number * (len(colours) - 1) / max(1, count - 1))] for number in range(count)]
    styles = {
        str(number): _in_colour(payload.geometry, colour, edge=colours[-1]) for number, colour in enumerate(chosen, 1)
    }
    words = {str(number): each for number, each in enumerate(class_words(payload.classes), 1)}
    of = Message("{words}", words=payload.roles.value)
    return Channel(VALUE_CLASS, "", styles, rest=Message("No value"), words=words, heading=of)


def class_words(limits: tuple[float, ...]) -> list[Message]:
    """Return what the classes between these limits are called, the lowest first."""
    edges = [float(f"{limit:.{DIGITS}g}") for limit in limits]
    if not edges:
        return [Message("All")]
    between = [Message("{low} – {high}", low=low, high=high) for low, high in pairwise(edges)]
    return [Message("up to {high}", high=edges[0]), *between, Message("more than {low}", low=edges[-1])]


def _in_colour(geometry: Geometry, colour: str, edge: str = "") -> Style:
    if geometry == "line":
        return {"color": colour}
    if geometry == "point":
        return {"fillColor": colour, "color": edge, "weight": 0.6} if edge else {"fillColor": colour}
    return {"fillColor": colour, "color": edge or colour}


def _faint(geometry: Geometry, colour: str) -> Style:
    """Return what weak evidence looks like: hollow, dotted or pale."""
    if geometry == "point":
        return {"stroke": True, "fillColor": PAPER, "fillOpacity": 0.9, "color": colour, "weight": 1.2}
    return {"dashArray": "1 6", "lineCap": "round"} if geometry == "line" else {"fillOpacity": 0.1, "dashArray": "2 2"}
