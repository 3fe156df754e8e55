"""The foot of a sheet: what nobody may cut off from a map. Sources, precision, borders, marking, date and code."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo.messages import Message, say
from layers.briefing.told import Told
from layers.printed.fitting import Fitted, fitted
from layers.printed.fonts import BOLD, SEMIBOLD, width
from layers.printed.sheet import LEADING, Type, block, box, label_width, labelled, line, mark, panel, qr
from layers.tokens import INK, MUTED

SOURCES = Message("Sources")
PRECISION = Message("Precision")


@dataclass(frozen=True)
class Foot:
    """A foot that is fitted to a width, and not drawn yet.

    Attributes
    ----------
    height : float
        Points, with its margins.
    """

    told: Told
    unit: float
    margin: float
    size: float
    sources: Fitted
    precision: Fitted
    disclaimer: Fitted
    aside: float
    height: float


def planned(told: Told, width_pt: float, *, margin: float, unit: float, size: float, lines: int) -> Foot:
    """Fit the words of a sheet into a foot.

    Parameters
    ----------
    width_pt, margin : float
        Of the sheet, and of what stays free left and right of the words, in points.
    unit : float
        How large the sheet is: 1 for a slide and for an A4 page.
    size : float
        Of the type, in points.
    lines : int
        Lines of sources at most.
    """
    side = 44 * unit if told.address else 0.0
    aside = max(width(told.marking, 10.5 * unit, BOLD) + 20 * unit, width(_code(told), size),
                width(_date(told), size)) + (side + 8 * unit if side else 0.0)  # fmt: skip
    room = width_pt - 2 * margin - aside - 24 * unit
    least = size * 0.8

    def made(words: str, label: Message | None, most: int) -> Fitted:
        indent = label_width(say(label, told.lang)) if label else 0.0
        return fitted(words, room, size=size, least=least, lines=most, indent=indent)

    sources, precision = made(told.sources, SOURCES, lines), made(told.precision or "–", PRECISION, max(2, lines - 1))
    disclaimer = made(told.disclaimer, None, 2)
    text = sum(len(each.lines) * each.size * LEADING for each in (sources, precision, disclaimer)) + 3 * unit
    least_high = 19 * unit + 2 * size * LEADING + 6 * unit
    return Foot(
        told, unit, margin, size, sources, precision, disclaimer, aside, max(text, least_high, side) + 18 * unit
    )


def draw(figure: Figure, foot: Foot, where: Bbox) -> None:
    """Draw a foot into a box that is as high as it asks for."""
    told, unit, size = foot.told, foot.unit, foot.size
    panel(figure, where, gid="foot")
    left, right, top = where.x0 + foot.margin, where.x1 - foot.margin, where.y1 - 9 * unit
    y = labelled(figure, say(SOURCES, told.lang), foot.sources, left, top, gid="sources") - 1.5 * unit
    y = labelled(figure, say(PRECISION, told.lang), foot.precision, left, y, gid="precision") - 1.5 * unit
    block(figure, foot.disclaimer.lines, left, y, Type(foot.disclaimer.size, colour=MUTED), gid="disclaimer")
    y = mark(figure, told.marking, right, top, unit).y0 - 4 * unit - size
    line(figure, _date(told), right, y, Type(size, SEMIBOLD, INK), gid="date", align="right")
    y -= size * LEADING
    line(figure, _code(told), right, y, Type(size, colour=MUTED), gid="code", align="right")
    if told.address:
        qr(figure, told.address, box(right - foot.aside, top - 44 * unit, 44 * unit, 44 * unit))


def _date(told: Told) -> str:
    return say(Message("As of {date}", date=told.on), told.lang) if told.on else say(Message("Undated"), told.lang)


def _code(told: Told) -> str:
    return say(Message("View {code}", code=told.code), told.lang)
