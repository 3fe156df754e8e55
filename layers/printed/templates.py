"""The sheets that a map is printed on: their size, their resolution, and what kind of page each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from geo.errors import DataError
from geo.messages import Message

Kind = Literal["slide", "page", "picture", "poster"]
MM: Final = 25.4  # in an inch
PIXELS: Final = range(320, 12_001)  # of a side: less has no room for what must stand on it, more for the memory
DPI: Final = range(36, 1201)
MOST_PIXELS: Final = 40_000_000  # of a sheet: an A2 at 300 dots per inch has 35 million


@dataclass(frozen=True)
class Template:
    """A sheet.

    Attributes
    ----------
    width_in, height_in : float
        Inches, exactly; what is made of pixels rounds to whole ones.
    dpi : int
        Dots per inch.
    kind : str
        How it is laid out: a slide, a page with text below, a picture without frame, or a poster.
    """

    key: str
    title: Message
    width_in: float
    height_in: float
    dpi: int
    kind: Kind

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return round(self.width_in * self.dpi), round(self.height_in * self.dpi)


def _mm(key: str, title: Message, width: float, height: float, kind: Kind, dpi: int = 300) -> Template:
    return Template(key, title, width / MM, height / MM, dpi, kind)


TEMPLATES: Final[Mapping[str, Template]] = {
    each.key: each
    for each in (
        Template("slide", Message("Slide, 1920 × 1080"), 40 / 3, 7.5, 144, "slide"),
        Template("slide-4k", Message("Slide, 3840 × 2160"), 40 / 3, 7.5, 288, "slide"),
        Template("half-slide", Message("Half-slide picture, without frame"), 20 / 3, 7.5, 144, "picture"),
        _mm("a4", Message("Report page, A4 portrait"), 210, 297, "page"),
        _mm("a4-landscape", Message("Report page, A4 landscape"), 297, 210, "page"),
        Template("letter", Message("Report page, Letter portrait"), 8.5, 11, 300, "page"),
        Template("letter-landscape", Message("Report page, Letter landscape"), 11, 8.5, 300, "page"),
        _mm("a2", Message("Poster, A2"), 420, 594, "poster"),
        _mm("a2-landscape", Message("Poster, A2 landscape"), 594, 420, "poster"),
    )
}


def custom(width_px: int, height_px: int, dpi: int = 144) -> Template:
    """Return a sheet of a size in pixels; wide ones are laid out as slides, others as pages.

    Raises
    ------
    DataError
        If the size is one that nothing fits on, or that would not fit into the memory.
    """
    if dpi not in DPI:
        raise DataError(
            Message("A resolution of {dpi} dots per inch cannot be made. It goes from {least} to {most}.",
                    dpi=dpi, least=DPI.start, most=DPI.stop - 1)
        )  # fmt: skip
    if (
        width_px not in PIXELS
        or height_px not in PIXELS
        or width_px * height_px > MOST_PIXELS
        or max(width_px, height_px) > 4 * min(width_px, height_px)
    ):
        raise DataError(
            Message(
                "A picture of {width} × {height} pixels at {dpi} dots per inch cannot be made. Sides go from "
                "{least} to {most} pixels, one at most four times the other, {total} million in all.",
                width=width_px, height=height_px, dpi=dpi, least=PIXELS.start, most=PIXELS.stop - 1,
                total=MOST_PIXELS // 1_000_000,
            )
        )  # fmt: skip
    kind: Kind = "slide" if width_px >= 1.25 * height_px else "page"
    return Template(f"{width_px}x{height_px}@{dpi}", Message("Custom size"), width_px / dpi, height_px / dpi, dpi, kind)


def template(name: str) -> Template:
    """Return the sheet of a name: one of ``TEMPLATES``, or "1600x900" with or without "@144" behind it; "A4" is "a4".

    Raises
    ------
    DataError
        If there is none of that name.
    """
    key = name.casefold()
    if key in TEMPLATES:
        return TEMPLATES[key]
    size, at, dpi = key.partition("@")
    width, _, height = size.partition("x")
    numbers = (width, height, dpi if at else "144")
    if all(each.isascii() and each.isdecimal() and len(each) < 6 for each in numbers):
        return custom(*(int(each) for each in numbers))
    raise DataError(
        Message(
            "There is no sheet called “{name}”. Use one of {names}, or a size such as 1600x900.",
            name=name[:60],
            names=", ".join(TEMPLATES),
        )
    )
