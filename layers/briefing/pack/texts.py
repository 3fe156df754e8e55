"""Texts on slides: boxes, paragraphs and what of a stranger's text may stand in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from geo.messages import Language
from layers.briefing.pack.inks import Inks
from layers.briefing.pack.slides import INDENT, Box
from layers.printed.fitting import is_right_to_left

# XML has no place for these; a line of a slide none for the others.
CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
EMU: Final = 12_700


@dataclass(frozen=True)
class Ink:
    """How a paragraph is set; sizes and air in points, ``lead`` a word before it in bold."""

    size: float
    is_muted: bool = False
    is_bold: bool = False
    is_accent: bool = False
    is_bullet: bool = False
    after: float = 0.0
    lead: str = ""


@dataclass(frozen=True)
class Setting:
    """What all texts of a slide have in common: their language, and the colours that can be read on its ground."""

    lang: Language
    inks: Inks


def plain(text: str, *, keep_lines: bool = False) -> str:
    """Return a text without signs that a slide cannot hold; on one line, unless its lines are kept."""
    kept = CONTROL.sub("", text)
    return kept if keep_lines else " ".join(kept.split("\n"))


def rgb(colour: str) -> Any:
    """Return a colour such as "#9C4221" as slides have it."""
    return RGBColor.from_string(colour.removeprefix("#"))  # type: ignore[no-untyped-call]


def themed(name: str) -> Any:
    """Return the colour of a theme by the name that its files have for it, such as "tx1"."""
    return MSO_THEME_COLOR.from_xml(name)


def text_box(
    slide: Any, box: Box, paragraphs: Sequence[tuple[str, Ink]], setting: Setting, *, name: str,
    align: PP_ALIGN | None = None,
) -> Any:  # fmt: skip
    """Add a box with paragraphs, set from its top, and return it."""
    shape = slide.shapes.add_textbox(*(Pt(each) for each in (box.x, box.y, box.width, box.height)))
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for order, (words, ink) in enumerate(paragraphs):
        paragraph(frame, words, ink, setting, is_first=not order, align=align)
    return shape


def paragraph(
    frame: Any, words: str, ink: Ink, setting: Setting, *, is_first: bool = False, align: PP_ALIGN | None = None
) -> None:
    """Add a paragraph to a frame of text."""
    made = frame.paragraphs[0] if is_first else frame.add_paragraph()
    made.space_before, made.space_after = Pt(0), Pt(ink.after)
    made.alignment = align if align is not None else PP_ALIGN.LEFT
    if is_right_to_left(words):
        made._p.get_or_add_pPr().set("rtl", "1")  # noqa: SLF001 - python-pptx has no name for it
    if ink.is_bullet:
        _bulleted(made, setting.inks.accent)
    if ink.lead:
        _run(made, f"{ink.lead} ", ink, setting, is_bold=True)
    _run(made, words, ink, setting, is_bold=ink.is_bold)


def _run(made: Any, words: str, ink: Ink, setting: Setting, *, is_bold: bool) -> None:
    run = made.add_run()
    run.text = plain(words)
    run.font.size, run.font.bold = Pt(ink.size), is_bold
    inks = setting.inks
    run.font.color.theme_color = themed(inks.said if ink.is_accent else inks.muted if ink.is_muted else inks.text)
    run._r.get_or_add_rPr().set("lang", setting.lang)  # noqa: SLF001 - python-pptx knows other names of languages


def _bulleted(made: Any, ink: str) -> None:
    look = made._p.get_or_add_pPr()  # noqa: SLF001 - python-pptx has no bullets
    look.set("marL", str(int(INDENT * EMU)))
    look.set("indent", str(-int(INDENT * EMU)))
    colour = look.makeelement(qn("a:buClr"), {})
    colour.append(look.makeelement(qn("a:schemeClr"), {"val": ink}))
    look.append(colour)
    look.append(look.makeelement(qn("a:buFontTx"), {}))  # in the typeface of the text, which is the theme's
    look.append(look.makeelement(qn("a:buChar"), {"char": "•"}))
