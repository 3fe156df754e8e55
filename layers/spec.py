"""What the map, the legend, the card, the export and the methods page need to know of a layer.

A ``LayerSpec`` is a catalogue record and its look, said once and as data. Every renderer
reads it, so the browser map, the legend and the printed page cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from geo.messages import Message
from geo.seeds import Record

Style = Mapping[
    str, str | float | None
]  # Leaflet's path options: color, weight, dashArray, fillColor, fillOpacity, radius, shape
Group = Literal["borders", "zones", "economies", "routes", "yours", "figures"]

GROUPS: Final[Mapping[Group, Message]] = {
    "borders": Message("Borders"),
    "zones": Message("Zones"),
    "economies": Message("Illicit economies"),
    "routes": Message("Routes"),
    "yours": Message("Yours"),
    "figures": Message("Figures by unit"),
}


@dataclass(frozen=True)
class Channel:
    """One visual variable driven by one column: what each value looks like.

    Attributes
    ----------
    column : str
        Column of the features.
    kind : str
        Kind of term, for ``geo.terms.label``.
    styles : mapping
        Value of the column to what it changes of the style.
    plain : frozenset of str
        Values that look like the layer itself and need no line in the legend.
    rest : Message or None
        What the values without a style of their own are called in the legend; None where it has no line for them.
    words : mapping
        What a value is called, where ``kind`` does not say it.
    heading : Message or None
        What the values are of, where they do not say it themselves; it stands above them in the legend.
    """

    column: str
    kind: str
    styles: Mapping[str, Style]
    plain: frozenset[str] = frozenset()
    rest: Message | None = None
    words: Mapping[str, Message] = field(default_factory=dict)
    heading: Message | None = None


@dataclass(frozen=True)
class Labels:
    """When and how the names of a layer stand on the map."""

    look: Literal["country", "zone", "town", "place", "river"]
    from_zoom: float
    priority: int  # higher is placed first
    to_zoom: float = 99
    centred: bool = False
    column: str = ""  # what the label says instead of the name


@dataclass(frozen=True)
class Field:
    """One line of a feature's card: a column, its label, and how its value is said."""

    column: str
    label: Message
    kind: str = ""  # a kind of term; "text" for a sentence of the tables; "" for the value as it is


@dataclass(frozen=True)
class Shades:
    """Classes of a figure: upper limits, colours, and how a figure is written."""

    limits: tuple[float, ...]  # ascending; the last class has no upper limit
    colours: tuple[str, ...]  # one more than limits
    digits: int = 0
    carried_years: int = 0  # how long a survey speaks for a unit that has no later one


@dataclass(frozen=True, kw_only=True)
class LayerSpec:
    """A layer's record and its look; the only place where the look is said."""

    record: Record
    title: Message
    group: Group
    order: int  # higher is drawn above
    symbol: Literal["line", "area", "circle", "diamond", "square"]
    style: Style
    channels: tuple[Channel, ...] = ()
    labels: Labels | None = None
    fields: tuple[Field, ...] = ()
    shades: Shades | None = None
    default: bool = False
    marks: bool = False  # badges, mode glyphs and arrows along lines

    @property
    def key(self) -> str:
        """The layer's key, as links know it."""
        return self.record.key

    def style_for(self, values: Mapping[str, object]) -> dict[str, str | float | None]:
        """Return the style of a feature with these column values, as the browser computes it too."""
        style = dict(self.style)
        for channel in self.channels:
            if channel.column in values:
                style |= channel.styles.get(str(values[channel.column]), {})
        return style
