"""What every chart has around its lines: ground and axes, the title, the unit and the footer."""

from __future__ import annotations

import html
import textwrap
from typing import Any, Final

from layers.tokens import Theme

FONT: Final = '"Source Sans", "Source Sans 3", "Source Sans Pro", sans-serif'
# How a page shows a figure: nothing to press, nothing that leads away.
CONFIG: Final = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False}
TITLE_PX: Final = 13
UNIT_PX: Final = 11
SMALL_PX: Final = 10
LETTER: Final = 0.5  # mean width of a letter over its height, in a humanist sans serif


def look(theme: Theme) -> dict[str, Any]:
    """Return the ground, the type and the manners of every chart."""
    hover = {"family": FONT, "size": 12, "color": theme.ink}
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": SMALL_PX, "color": theme.muted},
        "hoverlabel": {"bgcolor": theme.card, "bordercolor": theme.grid, "font": hover, "align": "left"},
        "hovermode": "closest",
        "showlegend": False,
        "dragmode": False,
        "template": None,
    }


def axis(theme: Theme, span: tuple[float, float]) -> dict[str, Any]:
    """Return an axis over a span, which nobody can move."""
    return {
        "range": list(span),
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": SMALL_PX, "color": theme.muted},
    }


def ground(theme: Theme) -> dict[str, Any]:
    """Return what the axis of years has beside that: its line and its ticks."""
    ticks = {"ticks": "outside", "ticklen": 3, "tickcolor": theme.rule, "tickformat": "d"}
    return {"showgrid": False, "linecolor": theme.rule, **ticks}


def corners(head: list[str], unit: str, foot: list[str], left_px: int, theme: Theme) -> list[dict[str, Any]]:
    """Return title, unit and footer as annotations flush with the left edge."""
    corner = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - left_px, "showarrow": False, "align": "left"}
    above = corner | {"yref": "paper", "y": 1, "yanchor": "bottom"}
    bold = "<br>".join(f"<b>{html.escape(row, quote=False)}</b>" for row in head)
    small = "<br>".join(html.escape(row, quote=False) for row in foot)
    return [
        above | {"yshift": SMALL_PX + 10, "text": bold, "font": {"size": TITLE_PX, "color": theme.ink}},
        above | {"yshift": 5, "text": html.escape(unit, quote=False), "font": {"size": UNIT_PX}},
        corner | {"yref": "paper", "y": 0, "yanchor": "top", "yshift": -20, "text": small, "font": {"size": SMALL_PX}},
    ]


def wrapped(text: str, width_px: int, size_px: int, *, lines: int) -> list[str]:
    """Return a text in at most so many lines; what does not fit ends in an ellipsis."""
    letters = int((width_px - 12) / (size_px * LETTER))
    return textwrap.wrap(text, letters, max_lines=lines, placeholder=" …") or [text]


def capital(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]
