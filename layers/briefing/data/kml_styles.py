"""The looks of layers in KML (OGC 07-147r2): colours and widths as in the legend, and nothing that is fetched.

KML has no signs of its own, no dashes and no hatches. A sign would be a picture at an address, and what leaves here
names none: points are the globe's own pin and a name, both in the colour of the legend; a hatch is its ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from geo.library.texts import Look
from layers.briefing.data.styles import Rule, fill_of, hatch_of, stroke_of, weight_of

LIT: Final = 2.0  # px that a line is wider under the pointer
PIN: Final = 0.7  # of the globe's own size: some hundred must stand side by side
NAME: Final = 0.8  # of the globe's own size


def look(all_rules: list[Rule], name: str) -> Look:
    """Return rules as the styles of a layer, and which of them a feature has.

    Parameters
    ----------
    all_rules : list of Rule
        The last one is of what meets no other.
    name : str
        What the ids of the styles begin with; an XML name.
    """
    columns = [column for column, _ in all_rules[0].conditions]
    by_values = {
        tuple(str(value) for _, value in rule.conditions): number for number, rule in enumerate(all_rules[:-1])
    }

    def of(cells: Mapping[str, Any]) -> tuple[str, str]:
        values = tuple("" if (cell := cells.get(each)) is None else str(cell) for each in columns)
        number = by_values.get(values, len(all_rules) - 1)
        return f"{name}-{number}", all_rules[number].words

    return Look("".join(_style(rule, f"{name}-{number}") for number, rule in enumerate(all_rules)), of)


def _style(rule: Rule, name: str) -> str:
    pairs = "".join(
        f"<Pair><key>{key}</key><styleUrl>#{name}-{key}</styleUrl></Pair>" for key in ("normal", "highlight")
    )
    return (
        f'<Style id="{name}-normal">{_drawn(rule)}</Style>\n'
        f'<Style id="{name}-highlight">{_drawn(rule, wider=LIT)}</Style>\n'
        f'<StyleMap id="{name}">{pairs}</StyleMap>\n'
    )


def _drawn(rule: Rule, *, wider: float = 0.0) -> str:
    """Return how a rule draws points, lines and areas: a layer may hold all of them."""
    style = rule.style
    width, (line, opacity) = weight_of(style), stroke_of(style)
    colour, covered = fill_of(style)
    hatched = hatch_of(style)
    if hatched is not None:
        colour, covered = hatched["background"], min(covered, 0.6)  # what lies beneath must still be seen
    sign = line if rule.symbol == "line" or covered == 0 else colour
    drawn = f"<LineStyle><color>{_abgr(line, opacity)}</color><width>{width + wider:g}</width></LineStyle>"
    outline = int(width > 0)
    return (
        f"<IconStyle><color>{_abgr(sign, 1.0)}</color><scale>{PIN:g}</scale></IconStyle>"
        f"<LabelStyle><color>{_abgr(sign, 1.0)}</color><scale>{NAME:g}</scale></LabelStyle>{drawn}"
        f"<PolyStyle><color>{_abgr(colour, covered)}</color><fill>1</fill><outline>{outline}</outline></PolyStyle>"
    )


def _abgr(colour: str, opacity: float) -> str:
    """Return a colour as KML has it: opacity, blue, green, red, in hexadecimal digits."""
    red, green, blue = (colour[at : at + 2] for at in (1, 3, 5)) if colour.startswith("#") else ("00",) * 3
    return f"{round(255 * opacity):02x}{blue}{green}{red}".lower()
