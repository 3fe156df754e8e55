"""The typefaces of printed pages, which ship with dependencies: Source Sans Pro, and DejaVu Sans for signs it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final
from unicodedata import category

import font_source_sans_pro
import matplotlib
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

FAMILY: Final = ["Source Sans Pro", "DejaVu Sans"]
REGULAR: Final = 400
SEMIBOLD: Final = 600
BOLD: Final = 700
SLANTS: Final[Mapping[tuple[int, bool], str]] = {
    (REGULAR, False): "Regular",
    (REGULAR, True): "It",
    (SEMIBOLD, False): "Semibold",
    (SEMIBOLD, True): "SemiboldIt",
    (BOLD, False): "Bold",
    (BOLD, True): "BoldIt",
}
SIGNS: Final[Mapping[tuple[bool, bool], str]] = {
    (False, False): "DejaVuSans.ttf",
    (False, True): "DejaVuSans-Oblique.ttf",
    (True, False): "DejaVuSans-Bold.ttf",
    (True, True): "DejaVuSans-BoldOblique.ttf",
}
BLANK: Final = "\u25a1"  # stands for signs that neither typeface has
PICTURED: Final = {"So", "Sk", "Mn", "Me"}  # kinds of signs that emoji are made of (Unicode's general categories)


def files(weight: int = REGULAR, *, italic: bool = False) -> tuple[Path, Path]:
    """Return the files of a weight: of Source Sans Pro, and of DejaVu Sans behind it."""
    weight = min((REGULAR, SEMIBOLD, BOLD), key=lambda each: abs(each - weight))
    folder = Path(font_source_sans_pro.font_directory)
    signs = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return folder / f"SourceSansPro-{SLANTS[weight, italic]}.ttf", signs / SIGNS[weight > REGULAR, italic]


def register() -> None:
    """Make matplotlib know the typefaces. Done once, when this module is first read."""
    entries = font_manager.fontManager.ttflist
    known = {entry.fname for entry in entries}
    for weight, italic in SLANTS:
        face, behind = files(weight, italic=italic)
        if str(face) not in known:
            font_manager.fontManager.addfont(face)
        if weight == SEMIBOLD:  # DejaVu Sans has none; without this line its bold is found with a warning
            bold = next(entry for entry in entries if entry.fname == str(behind))
            entries.append(replace(bold, weight=weight))


@lru_cache(maxsize=8192)
def drawable(text: str) -> str:
    """Return a text as the typefaces can write it, on one line and without control signs.

    A run of letters that neither has is one blank box; a pictograph, which is no part of what a text says, is left out.
    """
    known = frozenset[str]().union(*(signs_of(path) for path in files()))
    out, was_picture = "", False
    for sign in text:
        kind = category(sign)
        if kind.startswith("C") or kind in {"Zl", "Zp"}:
            written = " " if sign.isspace() else ""
        elif sign in known or sign.isspace():
            written = sign if sign in known else " "
        else:
            written = "" if kind in PICTURED or out.endswith(BLANK) else BLANK
        if not (sign == " " and was_picture and out[-1:] in ("", " ")):
            out += written
        was_picture = not written and (was_picture or kind in PICTURED)
    return out


def is_legible(text: str) -> bool:
    """Tell whether the typefaces can write any of the letters of a text."""
    return any(sign.isalnum() for sign in drawable(text))


def width(text: str, size: float, weight: int = REGULAR, *, italic: bool = False) -> float:
    """Return how wide a line stands, in points, at a size in points."""
    return _width(text, weight, italic) * size


def cap_height(size: float) -> float:
    """Return how high capitals stand above the baseline, in points."""
    return 0.66 * size  # OS/2.sCapHeight of Source Sans Pro: 660 of 1000 units


@lru_cache(maxsize=8192)
def _width(text: str, weight: int, italic: bool) -> float:
    font = _font(weight, italic)
    font.set_text(text, 0.0, flags=_UNHINTED)
    return float(font.get_width_height()[0]) / 64 / _MEASURED_AT


def _font(weight: int, italic: bool) -> FT2Font:
    # font_manager keeps a font per thread: FreeType's objects are not safe to share.
    font = font_manager.get_font([str(path) for path in files(weight, italic=italic)])
    font.set_size(_MEASURED_AT, 72)
    return font


@lru_cache(maxsize=16)
def signs_of(path: Path) -> frozenset[str]:
    """Return the signs that a typeface has."""
    return frozenset(chr(sign) for sign in font_manager.get_font(str(path)).get_charmap())


_MEASURED_AT: Final = 100.0
_UNHINTED: Final = matplotlib.ft2font.LoadFlags.NO_HINTING

register()
