"""The foot of a sheet: what nobody may cut off from a map. Sources, precision, borders, marking, date and code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo.messages import Message, say
from layers.briefing.told import Told
from layers.printed.fitting import Fitted, fitted
from layers.printed.fonts import REGULAR, SEMIBOLD, width
from layers.printed.layout import Scale, box
from layers.printed.lettering import LEADING
from layers.printed.sheet import Type, block, label_width, labelled, mark, mark_width, panel, qr
from layers.tokens import INK, MUTED

SOURCES = Message("Sources")
PRECISION = Message("Precision")
BASE_PRECISION: Final = Message("generalised for 1:10 million")  # of the base map, where there is nothing else
PAD: Final = 9  # units above and below the words
GAP: Final = 1.5  # units between them
QR_SIDE: Final = 48  # units: 17 mm on a slide of 34 cm, read from a screen without stooping


@dataclass(frozen=True)
class Foot:
    """A foot that is fitted to a width, and not drawn yet.

    Attributes
    ----------
    height : float
        Points, with its margins.
    """

    told: Told
    label: Message
    unit: float
    margin: float
    size: float
    sources: Fitted
    precision: Fitted
    disclaimer: Fitted
    aside: float
    height: float


def planned(told: Told, scale: Scale, *, label: Message = PRECISION) -> Foot:
    """Fit the words of a sheet into its foot; ``label`` is what its second part, ``Told.precision``, is called."""
    unit, margin, size, lines = scale.unit, scale.margin, scale.foot_size * scale.unit, scale.foot_lines
    side = QR_SIDE * unit if told.address else 0.0
    column = max(mark_width(told.marking, unit), width(coded(told), size), width(dated(told), size, SEMIBOLD))
    aside = column + (side + 8 * unit if side else 0.0)
    room = scale.width - 2 * margin - aside - 24 * unit
    least = size * 0.8

    def made(words: str, label: Message | None, most: int, size: float = size) -> Fitted:
        indent = label_width(say(label, told.lang)) if label else 0.0
        return fitted(words, room, size=size, least=least, lines=most, indent=indent)

    base = say(BASE_PRECISION, told.lang)
    sources, precision = made(told.sources, SOURCES, lines), made(told.precision or base, label, max(2, lines - 1))
    disclaimer = made(told.disclaimer, None, 2, min(sources.size, precision.size))  # never larger than what it follows
    text = sum(len(each.lines) * each.size * LEADING for each in (sources, precision, disclaimer)) + 2 * GAP * unit
    least_high = 19 * unit + 2 * size * LEADING + 6 * unit
    return Foot(
        told,
        label,
        unit,
        margin,
        size,
        sources,
        precision,
        disclaimer,
        aside,
        max(text, least_high, side) + 2 * PAD * unit,
    )


def draw(figure: Figure, foot: Foot, where: Bbox) -> None:
    """Draw a foot into a box that is as high as it asks for."""
    told, unit, size = foot.told, foot.unit, foot.size
    panel(figure, where, gid="foot")
    left, right, top = where.x0 + foot.margin, where.x1 - foot.margin, where.y1 - PAD * unit
    y = labelled(figure, say(SOURCES, told.lang), foot.sources, (left, top), gid="sources") - GAP * unit
    y = labelled(figure, say(foot.label, told.lang), foot.precision, (left, y), gid="precision") - GAP * unit
    block(figure, foot.disclaimer.lines, (left, y), Type(foot.disclaimer.size, colour=MUTED), gid="disclaimer")
    y = mark(figure, told.marking, right, top, unit).y0 - 4 * unit
    y = block(figure, [dated(told)], (right, y), Type(size, SEMIBOLD, INK, "right"), gid="date")
    block(figure, [coded(told)], (right, y), Type(size, REGULAR, MUTED, "right"), gid="code")
    if told.address:
        side = QR_SIDE * unit
        qr(figure, told.address, box(right - foot.aside, top - side, side, side))


def dated(told: Told) -> str:
    """Return the line that says of when a sheet is."""
    return say(Message("As of {date}", date=told.on), told.lang) if told.on else say(Message("Undated"), told.lang)


def coded(told: Told) -> str:
    """Return the line that says under which code its view opens again."""
    return say(Message("View {code}", code=told.code), told.lang)
