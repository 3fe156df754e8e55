"""Slides as PPTX: real ones, with the template's placeholders, and with tables and charts that can be edited."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from geo.messages import Language, Message, say
from geo.viewer import Viewer
from layers.briefing.marking import COLOURS, GROUND
from layers.briefing.pack import map_block, native_chart, native_table
from layers.briefing.pack.master import Deck, subtitle_of, title_size
from layers.briefing.pack.settled import settle
from layers.briefing.pack.slides import (
    FIGURE_AIR,
    FIGURE_WORDS_PT,
    FOOT_PT,
    HEAD_PT,
    LINE,
    SMALL_PT,
    SUBTITLE_PT,
    Block,
    Box,
    Bullets,
    Figures,
    Foot,
    MapPicture,
    Slide,
    Table,
    Text,
    Trend,
    figure_size,
    foot_lines,
)  # fmt: skip
from layers.briefing.pack.texts import Ink, Setting, paragraph, plain, rgb, text_box, themed
from layers.printed.fitting import fitted

WHITE: Final = "#FFFFFF"
MAP_DPI: Final = 200  # of a map on a slide: sharp on a screen of 4K across
MARK: Final = (118.0, 16.0)  # points: as wide as the longest mark
NUMBER_PT: Final = 34.0  # of the foot, at its right end


class Slides:
    """A presentation that is being filled.

    Parameters
    ----------
    deck : Deck
        The template, open and empty.
    """

    def __init__(self, deck: Deck, *, lang: Language, viewer: Viewer, title: str, about: str) -> None:
        self.deck, self.lang, self.viewer = deck, lang, viewer
        self.setting = Setting(lang, deck.inks)
        self.count = 0
        properties = deck.presentation.core_properties
        properties.title, properties.subject, properties.language = plain(title)[:255], plain(about)[:255], lang
        properties.author = properties.last_modified_by = "Fronteras"
        properties.comments = properties.keywords = properties.category = ""
        properties.revision = 1

    def add(self, slide: Slide) -> None:
        """Add a slide."""
        layout = self.deck.opening if slide.is_opening else self.deck.content
        self.setting = Setting(self.lang, self.deck.opening_inks if slide.is_opening else self.deck.inks)
        made = self.deck.presentation.slides.add_slide(layout)
        _mapped(made, layout)
        self.count += 1
        self._titled(made, slide, layout)
        for order, (box, block) in enumerate(slide.blocks):
            self._block(made, box, block, order)
        foot = self.deck.opening_foot if slide.is_opening else self.deck.canvas.foot
        self._foot(made, slide.foot, foot, layout, is_opening=slide.is_opening)
        if slide.notes:
            made.notes_slide.notes_text_frame.text = plain("\n".join(slide.notes), keep_lines=True)

    def save(self, path: Path) -> None:
        """Write the presentation to a file; the same slides give the same bytes."""
        raw = path.with_name(f"{path.name}.raw")
        try:
            self.deck.presentation.save(str(raw))
            settle(raw, path)
        finally:
            raw.unlink(missing_ok=True)

    def _titled(self, made: Any, slide: Slide, layout: Any) -> None:
        """Fill title and subtitle, and take out the placeholders that nothing was written into."""
        filled = {made.shapes.title.placeholder_format.idx}
        self._written(made.shapes.title, slide.title)
        subtitle = subtitle_of(layout)
        if slide.is_opening:
            kinds = {PP_PLACEHOLDER.SUBTITLE, PP_PLACEHOLDER.BODY}
            subtitle = next((each for each in layout.placeholders if each.placeholder_format.type in kinds), None)
        if subtitle is not None and slide.subtitle:
            key = subtitle.placeholder_format.idx
            filled.add(key)
            placeholder = next(each for each in made.placeholders if each.placeholder_format.idx == key)
            self._written(placeholder, slide.subtitle)
        elif slide.subtitle:
            area = self.deck.canvas.area
            box = Box(area.x, area.y - SUBTITLE_PT * LINE - 4, area.width, SUBTITLE_PT * LINE)
            made_fit = fitted(slide.subtitle, area.width / self.deck.canvas.slack, size=SUBTITLE_PT, least=8.5)
            paragraphs = [(made_fit.lines[0] if made_fit.lines else "", Ink(made_fit.size, is_muted=True))]
            text_box(made, box, paragraphs, self.setting, name="Subtitle")
        for each in list(made.placeholders):
            if each.placeholder_format.idx not in filled:
                each.element.getparent().remove(each.element)

    def _written(self, placeholder: Any, words: str) -> None:
        placeholder.text_frame.text = plain(words)
        size = title_size(self.deck, placeholder, plain(words))
        for run in placeholder.text_frame.paragraphs[0].runs:
            run._r.get_or_add_rPr().set("lang", self.lang)  # noqa: SLF001 - python-pptx knows other names of languages
            if size is not None:
                run.font.size = Pt(size)

    def _block(self, made: Any, box: Box, block: Block, order: int) -> None:
        match block:
            case MapPicture():
                # Nobody knows how dark the ground of another template is.
                ground = "" if self.deck.is_house else WHITE
                content = map_block.picture(
                    block.snapshot, box, viewer=self.viewer, dpi=MAP_DPI, spots=block.spots, ground=ground
                )
                places = (Pt(each) for each in (box.x, box.y, box.width, box.height))
                shape = made.shapes.add_picture(BytesIO(content), *places)
                _described(shape, say(Message("Map"), self.lang), block.words)
            case Figures():
                self._figures(made, box, block)
            case Trend():
                self._trend(made, box, block)
            case Table():
                native_table.add(made, block, box, self.deck.canvas, self.setting)
            case Bullets():
                self._bullets(made, box, block, order)
            case Text():
                ink = Ink(block.size, is_muted=block.is_muted, is_bold=block.is_bold, is_accent=block.is_accent)
                text_box(made, box, [(block.text, ink)], self.setting, name=f"Text {order + 1}")

    def _figures(self, made: Any, box: Box, block: Figures) -> None:
        for order, (place, figure) in enumerate(block.boxes(self.deck.canvas, box.width)):
            at = Box(box.x + place.x, box.y + place.y, place.width, place.height)
            shape = made.shapes.add_shape(
                MSO_SHAPE.ROUNDED_RECTANGLE, *(Pt(each) for each in (at.x, at.y, at.width, at.height))
            )
            shape.name = f"Figure {order + 1}"
            shape.adjustments[0] = 4 / min(at.width, at.height)
            shape.fill.solid()
            shape.fill.fore_color.theme_color = themed(self.setting.inks.panel)
            shape.line.fill.background()
            _without_style(shape)
            frame = shape.text_frame
            frame.word_wrap = True
            frame.vertical_anchor = MSO_ANCHOR.TOP
            frame.margin_left = frame.margin_right = Pt(FIGURE_AIR)
            frame.margin_top = frame.margin_bottom = Pt(FIGURE_AIR - 2)
            size = figure_size(self.deck.canvas, figure, at.width)
            paragraph(frame, figure.value, Ink(size, is_bold=True), self.setting, is_first=True)
            paragraph(frame, figure.words, Ink(FIGURE_WORDS_PT), self.setting)
            if figure.more:
                paragraph(frame, figure.more, Ink(FIGURE_WORDS_PT, is_accent=True), self.setting)

    def _trend(self, made: Any, box: Box, block: Trend) -> None:
        canvas = self.deck.canvas
        title = canvas.height_of(block.title, box.width, HEAD_PT, bold=True)
        foot = sum(canvas.height_of(each, box.width, SMALL_PT) for each in block.foot)
        head, unit, chart, below = box.rows(title + 2, SMALL_PT * LINE + 4, 0, foot + 2)
        text_box(made, head, [(block.title, Ink(HEAD_PT, is_bold=True))], self.setting, name="Chart title")
        text_box(made, unit, [(block.unit, Ink(SMALL_PT + 0.5, is_muted=True))], self.setting, name="Chart unit")
        frame = native_chart.add(
            made, block.panel, self.lang, chart, inks=self.setting.inks, is_house=self.deck.is_house
        )
        _described(frame, block.title, block.words)
        rows = [(each, Ink(SMALL_PT, is_muted=True)) for each in block.foot]
        text_box(made, below, rows, self.setting, name="Chart footer")

    def _bullets(self, made: Any, box: Box, block: Bullets, order: int) -> None:
        rows: list[tuple[str, Ink]] = [(block.title, Ink(HEAD_PT, is_bold=True, after=4))] if block.title else []
        rows += [(each, Ink(block.size, is_bullet=True, after=3.5)) for each in block.items]
        text_box(made, box, rows, self.setting, name=f"List {order + 1}")

    def _foot(self, made: Any, foot: Foot, box: Box, layout: Any, *, is_opening: bool) -> None:
        left, right = box.columns(0, 190, gap=16)
        paragraphs = [
            (words, Ink(FOOT_PT, is_muted=is_muted, lead=lead))
            for lead, words, is_muted in foot_lines(self.deck.canvas, foot, left.width, self.lang)
        ]
        text_box(made, left, paragraphs, self.setting, name="Sources")
        dated, rest = right.rows(FOOT_PT * LINE + 4, 0, gap=3)
        text_box(made, dated, [(foot.dated, Ink(FOOT_PT, is_muted=True))], self.setting, name="Date and code",
                 align=PP_ALIGN.RIGHT)  # fmt: skip
        end = rest.right - (0 if is_opening else NUMBER_PT)
        self._mark(made, Box(end - MARK[0], rest.y, MARK[0], MARK[1]), foot)
        if not is_opening:
            self._number(made, Box(rest.right - NUMBER_PT, rest.y, NUMBER_PT, MARK[1]), layout)

    def _mark(self, made: Any, box: Box, foot: Foot) -> None:
        shape = made.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, *(Pt(each) for each in (box.x, box.y, box.width, box.height))
        )
        shape.name = "Marking"
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(GROUND)
        shape.line.fill.background()
        _without_style(shape)
        frame = shape.text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.word_wrap = False
        frame.paragraphs[0].alignment = PP_ALIGN.CENTER
        run = frame.paragraphs[0].add_run()
        run.text = foot.marking
        run.font.size, run.font.bold = Pt(9.5), True
        run.font.color.rgb = rgb(COLOURS[foot.marking])

    def _number(self, made: Any, box: Box, layout: Any) -> None:
        """Add the number of the slide: in the template's place for it, or else in the foot."""
        own = next(
            (each for each in layout.placeholders if each.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER), None
        )
        shape = text_box(
            made, box, [("", Ink(9, is_muted=True))], self.setting, name="Slide number", align=PP_ALIGN.RIGHT
        )
        if own is not None:
            properties = shape.element.nvSpPr.nvPr
            properties.append(properties.makeelement(
                qn("p:ph"), {"type": "sldNum", "sz": "quarter", "idx": str(own.placeholder_format.idx)}
            ))  # fmt: skip
            shape.element.nvSpPr.cNvSpPr.attrib.pop("txBox", None)
            for each in list(shape.element.spPr):  # place and look are the template's
                shape.element.spPr.remove(each)
        line = shape.text_frame.paragraphs[0]._p  # noqa: SLF001 - python-pptx adds no fields
        for each in list(line):
            line.remove(each)
        field = line.makeelement(qn("a:fld"), {"id": FIELD, "type": "slidenum"})
        look = field.makeelement(qn("a:rPr"), {"lang": self.lang} | ({} if own is not None else {"sz": "900"}))
        words = field.makeelement(qn("a:t"), {})
        words.text = str(self.count)
        field.extend([look, words])
        line.append(field)


FIELD: Final = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"  # any will do; the same each time


def _described(shape: Any, name: str, words: str) -> None:
    shape.name = plain(name)[:200]
    found: Sequence[Any] = shape._element.xpath(".//p:cNvPr")  # noqa: SLF001 - python-pptx has no name for it
    found[0].set("descr", plain(words))


def _mapped(made: Any, layout: Any) -> None:
    """Give a slide the map of colours of its layout where that has one of its own: slides begin with the master's."""
    own = layout.element.find(qn("p:clrMapOvr"))
    mapped = made.element.find(qn("p:clrMapOvr"))
    if own is not None and mapped is not None and own.find(qn("a:overrideClrMapping")) is not None:
        mapped.getparent().replace(mapped, deepcopy(own))


def _without_style(shape: Any) -> None:
    """Take off the shadow and the colours that a theme gives shapes."""
    style = shape.element.find(qn("p:style"))
    if style is not None:
        shape.element.remove(style)
