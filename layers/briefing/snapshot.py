"""What a briefer asks for: a view as a picture on a sheet. Kept with each export, so that it can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self, cast

from geo.messages import Message
from geo.viewer import LOCAL, Marking, Viewer, marking_of
from layers.known import known
from layers.printed.extent import SCREEN_PX
from layers.view import ViewState

LONGEST: Final = 300  # letters of a title or subtitle that is taken as it is; the rest is cut off
SCREEN: Final = range(100, 10_001)  # pixels of a side of the map on the page


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A view, and how it is to stand on a sheet.

    Attributes
    ----------
    view : ViewState
        Layers, filters, place and language.
    template : str
        A name that ``layers.printed.templates.template`` knows.
    title, subtitle : str
        In the briefer's words; "" for those that the view suggests.
    marking : Marking
        The least restrictive one that the sheet is to carry; it never lowers what the layers carry.
    on : date or None
        The date on the sheet; None for the newest date of what it shows.
    screen_px : (int, int)
        Width and height of the map on the page that the view comes from.
    """

    view: ViewState
    template: str = "slide"
    title: str = ""
    subtitle: str = ""
    marking: Marking = "TLP:CLEAR"
    on: date | None = None
    screen_px: tuple[int, int] = SCREEN_PX

    def __post_init__(self) -> None:
        """Keep texts to one line and to what can be printed, and the screen to what there is."""
        for name in ("title", "subtitle"):
            text = "".join(sign if sign.isprintable() else " " for sign in getattr(self, name))
            object.__setattr__(self, name, " ".join(text.split())[:LONGEST])
        if any(side not in SCREEN for side in self.screen_px):
            object.__setattr__(self, "screen_px", SCREEN_PX)

    def to_dict(self) -> dict[str, Any]:
        """Return what is asked for, to be kept as JSON."""
        return {
            "query": self.view.but(page="map").to_query(),
            "template": self.template,
            "title": self.title,
            "subtitle": self.subtitle,
            "marking": self.marking,
            "on": self.on.isoformat() if self.on else None,
            "screen_px": list(self.screen_px),
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any], viewer: Viewer = LOCAL) -> tuple[Self, list[Message]]:
        """Read what ``to_dict`` gave; the second value says what this release or this viewer no longer has."""
        view, problems = ViewState.from_query(told.get("query", {}), known(viewer))
        made = cls(
            view=view,
            template=str(told.get("template", "slide")),
            title=str(told.get("title", "")),
            subtitle=str(told.get("subtitle", "")),
            marking=marking_of(str(told.get("marking", "TLP:CLEAR"))),
            on=date.fromisoformat(told["on"]) if told.get("on") else None,
            screen_px=cast("tuple[int, int]", tuple(told.get("screen_px", SCREEN_PX))),
        )
        return made, problems
