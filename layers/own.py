"""The looks of the layers that people brought: read off what they said of them, in colours of their own."""

from __future__ import annotations

from typing import Final
from zlib import crc32

from geo.about import Roles
from geo.messages import Message
from geo.payloads import Geometry, Payload
from geo.seeds import Record
from layers.spec import Channel, Field, LayerSpec, Style
from layers.tokens import PAPER

# Okabe and Ito's palette without the yellow and black of our own signs: told apart with any colour vision.
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#8A5A00")
CROWD: Final = 5000  # features; more lie on one another at the scale of a country
MANY: Final = 6  # classes that a map can tell apart; the rest look like the layer itself


def spec_of(record: Record, payload: Payload) -> LayerSpec:
    """Return the look of a stored layer."""
    layer = record.layer
    if layer is None:
        raise ValueError("a layer that somebody brought has versions")
    about, look = layer.about, layer.current.look
    colour = look.colour or COLOURS[crc32(about.title.encode()) % len(COLOURS)]  # the same title, the same colour
    return LayerSpec(
        record=record,
        title=as_written(about.title),
        group="yours",
        order={"area": 25, "line": 45, "point": 58}[payload.geometry],
        symbol={"area": "area", "line": "line", "point": "circle"}[payload.geometry],  # type: ignore[arg-type]
        style=_style(payload, colour),
        channels=tuple(_channels(payload, colour)),
        fields=tuple(
            Field(name, as_written(name)) for name in payload.columns if name not in _told_elsewhere(payload.roles)
        ),
    )


def as_written(text: str) -> Message:
    """Return a text of somebody else as a message: said as it stands in every language."""
    return Message("{words}", words=text)


def _told_elsewhere(roles: Roles) -> set[str]:
    return {roles.name, "confidence", "as_of", "precision_km", "reliability"}


def _style(payload: Payload, colour: str) -> Style:
    """Return the layer's sign; where there are many they are faint, so that the eye sees how many lie on one spot."""
    crowded = payload.features > CROWD
    if payload.geometry == "point":
        edge: Style = {"stroke": False} if crowded else {"color": PAPER, "weight": 0.8}
        radius, fill = (3, 0.4) if crowded else (4, 0.85)
        return {"shape": "circle", "radius": radius, "fillColor": colour, "fillOpacity": fill, **edge}
    if payload.geometry == "line":
        return {"color": colour, "weight": 2, "opacity": 0.6 if crowded else 0.9, "fill": False}
    return {"color": colour, "weight": 1, "opacity": 0.6 if crowded else 0.9, "fillColor": colour, "fillOpacity": 0.35}


def _channels(payload: Payload, colour: str) -> list[Channel]:
    category, channels = payload.roles.category, []
    if category in payload.keys and category != "confidence":
        values = sorted(value for value in payload.values[category][:MANY] if value)
        what = "color" if payload.geometry == "line" else "fillColor"
        styles: dict[str, Style] = {
            value: _in_colour(payload, what, each) for value, each in zip(values, COLOURS, strict=False)
        }
        channels.append(Channel(category, "", styles))
    if "confidence" in payload.keys:
        faint = _faint(payload.geometry, colour)
        channels.append(Channel("confidence", "confidence", {"high": {}, "medium": {}, "low": faint, "": faint}))
    return channels


def _faint(geometry: Geometry, colour: str) -> Style:
    """Return what weak evidence looks like: hollow, dotted or pale."""
    if geometry == "point":
        return {"stroke": True, "fillColor": PAPER, "fillOpacity": 0.9, "color": colour, "weight": 1.2}
    return {"dashArray": "1 6", "lineCap": "round"} if geometry == "line" else {"fillOpacity": 0.1, "dashArray": "2 2"}


def _in_colour(payload: Payload, what: str, colour: str) -> Style:
    return {what: colour, "color": colour} if payload.geometry == "area" else {what: colour}
