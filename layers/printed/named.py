"""What a map says of itself to those who write on it: names that may stand there, and what they should keep off."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Named:
    """A name that may stand on the map.

    Attributes
    ----------
    text : str
        As it is written.
    x, y : float
        Where, in the square world.
    look : str
        "country", "zone", "city", "town", "place" or "river".
    priority : float
        Higher is placed first.
    is_point : bool
        Whether it stands beside a point, or else on the middle of what it names.
    centred : bool
        Whether it stands on the middle of an area.
    radius_px : float
        Of the sign it stands beside, or of a circle that fits into the country it names, in pixels of the page.
    """

    text: str
    x: float
    y: float
    look: str
    priority: float
    is_point: bool
    centred: bool
    radius_px: float = 0.0
