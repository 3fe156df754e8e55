"""A table of slides as one that PowerPoint can edit: thin rules, no fills, what rests on weak evidence in grey."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]
from pptx.oxml.ns import qn
from pptx.util import Pt

from layers.briefing.pack.slides import (
    CELL_X,
    CELL_Y,
    HEAD_PT,
    LINE,
    SMALL_PT,
    Box,
    Canvas,
    Table,
    TableRow,
    head_row_height,
    row_height,
)  # fmt: skip
from layers.briefing.pack.texts import Ink, Setting, plain, text_box

NO_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's own: no fill, no grid
RULE_EMU: Final = 6_350  # half a point


def add(slide: Any, table: Table, box: Box, canvas: Canvas, setting: Setting) -> None:
    """Add a table with its title above and what is cut off below; rows are as high as their texts ask for."""
    y = box.y
    if table.title:
        title = Box(box.x, y, box.width, HEAD_PT * LINE + 4)
        text_box(slide, title, [(table.title, Ink(HEAD_PT, is_bold=True))], setting, name="Table title")
        y = title.bottom
    if table.about:
        about = Box(box.x, y, box.width, canvas.height_of(table.about, box.width, SMALL_PT) + 4)
        text_box(slide, about, [(table.about, Ink(SMALL_PT, is_muted=True))], setting, name="Table note")
        y = about.bottom
    heights = [head_row_height(canvas, table, box.width)]
    heights += [row_height(canvas, table, row, box.width) for row in table.rows]
    places = (Pt(each) for each in (box.x, y, box.width, sum(heights)))
    frame = slide.shapes.add_table(1, 1, *places)
    frame.name = plain(table.title)[:200] or "Table"
    made = frame._element.graphic.graphicData.tbl  # noqa: SLF001 - cell by cell takes a hundred times as long
    fresh = _table(table, box.width, heights, setting)
    made.getparent().replace(made, fresh)
    if table.more:
        below = Box(box.x, y + sum(heights) + 4, box.width, SMALL_PT * LINE + 2)
        text_box(slide, below, [(table.more, Ink(SMALL_PT, is_muted=True))], setting, name="Table rest")


def _table(table: Table, width: float, heights: list[float], setting: Setting) -> Any:
    made = etree.Element(qn("a:tbl"), nsmap={"a": "http://schemas.openxmlformats.org/drawingml/2006/main"})
    etree.SubElement(etree.SubElement(made, qn("a:tblPr"), firstRow="1"), qn("a:tableStyleId")).text = NO_STYLE
    grid = etree.SubElement(made, qn("a:tblGrid"))
    for column in table.columns:
        etree.SubElement(grid, qn("a:gridCol"), w=str(int(Pt(column.share * width))))
    head = TableRow(tuple(each.text for each in table.columns))
    for order, (row, height) in enumerate(zip((head, *table.rows), heights, strict=True)):
        line = etree.SubElement(made, qn("a:tr"), h=str(int(Pt(height))))
        for at, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True)):
            look = _Look(setting, is_head=not order, is_first=not at, is_weak=row.is_weak, is_number=column.is_number)
            _cell(line, cell, row.about if not at else "", (table.size, table.small), look)
    return made


class _Look:
    def __init__(self, setting: Setting, *, is_head: bool, is_first: bool, is_weak: bool, is_number: bool) -> None:
        self.lang, self.is_head, self.is_number = setting.lang, is_head, is_number
        self.is_bold = is_head or (is_first and not is_weak)
        self.muted = setting.inks.muted
        self.colour = self.muted if is_head or is_weak else setting.inks.text


def _cell(line: Any, words: str, about: str, sizes: tuple[float, float], look: _Look) -> None:
    cell = etree.SubElement(line, qn("a:tc"))
    body = etree.SubElement(cell, qn("a:txBody"))
    etree.SubElement(body, qn("a:bodyPr"))
    etree.SubElement(body, qn("a:lstStyle"))
    _line(body, words, sizes[0] - 1 if look.is_head else sizes[0], look, bold=look.is_bold, colour=look.colour)
    if about:
        _line(body, about, sizes[1], look, bold=False, colour=look.muted)
    edges = {"marL": CELL_X, "marR": CELL_X, "marT": CELL_Y, "marB": CELL_Y}
    properties = etree.SubElement(
        cell, qn("a:tcPr"), {name: str(int(Pt(each))) for name, each in edges.items()},
        anchor="b" if look.is_head else "t",
    )  # fmt: skip
    for side in ("lnL", "lnR", "lnT"):
        etree.SubElement(etree.SubElement(properties, qn(f"a:{side}"), w="0"), qn("a:noFill"))
    rule = etree.SubElement(properties, qn("a:lnB"), w=str(RULE_EMU * 2 if look.is_head else RULE_EMU))
    fill = etree.SubElement(rule, qn("a:solidFill"))
    shade = etree.SubElement(fill, qn("a:schemeClr"), val=look.muted)
    if not look.is_head:
        etree.SubElement(shade, qn("a:alpha"), val="35000")
    etree.SubElement(properties, qn("a:noFill"))


def _line(body: Any, words: str, size: float, look: _Look, *, bold: bool, colour: str) -> None:
    line = etree.SubElement(body, qn("a:p"))
    etree.SubElement(line, qn("a:pPr"), algn="r" if look.is_number else "l")
    run = etree.SubElement(line, qn("a:r"))
    properties = etree.SubElement(run, qn("a:rPr"), lang=look.lang, sz=str(int(size * 100)), b="1" if bold else "0")
    etree.SubElement(etree.SubElement(properties, qn("a:solidFill")), qn("a:schemeClr"), val=colour)
    etree.SubElement(run, qn("a:t")).text = plain(words)
