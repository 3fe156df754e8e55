"""Colour tokens of the atlas look: maps, figures and panels all read these.

Warm paper, quiet land and sea; one accent. Commodities are hues of Okabe and Ito's
palette for colour blindness (jfly.uni-koeln.de/color), amounts are ColorBrewer ramps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PAPER: Final = "#FBFAF7"
PANEL: Final = "#F1EEE7"
INK: Final = "#1F2933"
MUTED: Final = "#52606D"  # 6.4:1 on paper
ACCENT: Final = "#9C4221"

LAND: Final = "#F4F1EA"
LAND_OUTSIDE: Final = "#EAE6DC"
SEA: Final = "#DCE6EC"
RIVER: Final = "#A9C4D4"
BOUNDARY: Final = "#6B6B6B"
RULE: Final = "#B8AF9F"  # edges of legend boxes

YLORBR: Final = ("#FFFFD4", "#FED98E", "#FE9929", "#D95F0E", "#993404")
COMMODITY: Final[Mapping[str, str]] = {
    "cocaine": "#CC79A7",
    "gold": "#E69F00",
    "migrants": "#0072B2",
    "arms": "#1F2933",
    "fuel": "#56B4E9",
    "timber": "#009E73",
    "mercury": "#D55E00",
    "contraband": "#7A7A7A",
    "wildlife": "#6A3D9A",
    "marijuana": "#7A8B22",
}

HATCHES: Final[tuple[dict[str, str], ...]] = (  # brown areas; units without a figure
    {"id": "hatch-brown", "colour": "#993404", "background": "#F3D9B8"},
    {"id": "hatch-none", "colour": "#D5CFC2", "background": "#F4F1EA"},
)


@dataclass(frozen=True, kw_only=True)
class Theme:
    """What a figure is drawn with, on light or on dark.

    Attributes
    ----------
    card : str
        The ground that figures stand on; hollow marks are filled with it.
    ink, muted : str
        Text; muted text still has 4.5:1 on the card (WCAG 2.2 AA).
    grid, rule : str
        Grid lines; the rules at breaks of a series.
    rival : str
        Lines of sources that are not preferred.
    series : mapping
        Hue by subject: the darkest class of the map's ramp for the same figures, or the hue of the
        commodity, made strong enough for a line (3:1 on the card).
    """

    card: str
    ink: str
    muted: str
    grid: str
    rule: str
    rival: str
    series: Mapping[str, str]


LIGHT: Final = Theme(
    card="#FFFFFF",
    ink=INK,
    muted=MUTED,
    grid="#E7E3DA",
    rule="#8A8578",
    rival="#6B6B6B",
    series={
        "coca": "#993404",
        "mining": "#A36A00",
        "forest": "#006D2C",
        "violence": "#A50F15",
        "people": "#0072B2",
        "state_reach": "#54278F",
        "enforcement": "#37536B",
    },
)
DARK: Final = Theme(
    card="#1E242B",
    ink="#EDE9E0",
    muted="#AAB2BA",
    grid="#39424C",
    rule="#98A0A8",
    rival="#A3A9AF",
    series={
        "coca": "#F0915A",
        "mining": "#E6AB45",
        "forest": "#62C08A",
        "violence": "#F58A84",
        "people": "#62B4E4",
        "state_reach": "#B99CE6",
        "enforcement": "#9DB8CE",
    },
)
