"""The looks of the layers that people brought: read off what they said of them, in colours of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from geo.about import Roles
from geo.messages import Message
from geo.payloads import Geometry, Payload
from geo.seeds import Record
from layers import own_colours
from layers.spec import Field, LayerSpec

ORDER: Final[Mapping[Geometry, int]] = {"area": 25, "line": 45, "point": 58}
SYMBOLS: Final[Mapping[Geometry, Literal["area", "line", "circle"]]] = {
    "area": "area",
    "line": "line",
    "point": "circle",
}


def spec_of(record: Record, payload: Payload) -> LayerSpec:
    """Return the look of a stored layer."""
    layer = record.layer
    if layer is None:
        raise ValueError("a layer that somebody brought has versions")
    about, look = layer.about, layer.current.look
    return LayerSpec(
        record=record,
        title=as_written(about.title),
        group="yours",
        order=ORDER[payload.geometry],
        symbol=SYMBOLS[payload.geometry],
        style=own_colours.style(payload, about.title, look),
        channels=own_colours.channels(payload, about.title, look),
        fields=tuple(
            Field(name, as_written(name)) for name in payload.columns if name not in _told_elsewhere(payload.roles)
        ),
    )


def as_written(text: str) -> Message:
    """Return a text of somebody else as a message: said as it stands in every language."""
    return Message("{words}", words=text)


def _told_elsewhere(roles: Roles) -> set[str]:
    return {roles.name, "confidence", "as_of", "precision_km", "reliability"}
