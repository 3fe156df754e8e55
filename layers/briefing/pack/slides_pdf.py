"""Slides as the pages of a PDF: the same content in the same places, drawn by matplotlib, maps as vectors."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.transforms import Bbox

from geo.messages import Language
from geo.viewer import Viewer
from layers.briefing.pack import house, map_block
from layers.briefing.pack.slides import (
    CELL_X,
    CELL_Y,
    FIGURE_AIR,
    FIGURE_WORDS_PT,
    FOOT_PT,
    HEAD_PT,
    INDENT,
    ITEM_GAP,
    LINE,
    SMALL_PT,
    SUBTITLE_PT,
    TITLE_PT,
    Block,
    Box,
    Bullets,
    Canvas,
    Figures,
    Foot,
    MapPicture,
    Slide,
    Table,
    TableRow,
    Text,
    Trend,
    figure_size,
    foot_lines,
    head_row_height,
    row_height,
)  # fmt: skip
from layers.printed import lettering, sheet, trend, writing
from layers.printed.fitting import fitted, is_right_to_left, wrapped
from layers.printed.fonts import BOLD, REGULAR, SEMIBOLD, drawable
from layers.tokens import ACCENT, INK, MUTED, PANEL, PAPER, RULE

DPI: Final = 200  # of what is drawn as pixels: crowds of shapes
CHART_PX: Final = 1.0  # points per pixel of the screen's chart
SMALLEST: Final = 0.6  # how far a title may shrink


class Pages:
    """A PDF that is being filled, page by page; only one page is in memory."""

    def __init__(self, path: Path, *, lang: Language, viewer: Viewer, title: str, about: str) -> None:
        self.lang, self.viewer = lang, viewer
        self.canvas: Canvas = house.PDF_CANVAS
        self.count = 0
        info = writing.pdf_info(writing.About(title=drawable(title), subject="", marking=about, lang=lang))
        self._pages = PdfPages(path, metadata=info)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        # What went wrong before, on a full disk say, is what is told, not that a broken file cannot be ended.
        with writing.settings(), suppress(*(Exception,) if kind else ()):  # typefaces are embedded at the end
            self._pages.close()  # type: ignore[no-untyped-call]

    def add(self, slide: Slide) -> None:
        """Draw a page."""
        self.count += 1
        figure = Figure(figsize=(self.canvas.width / 72, self.canvas.height / 72), dpi=DPI, facecolor=PAPER)
        FigureCanvasPdf(figure)
        with writing.settings():
            page = _Page(figure, self.canvas, self.lang)
            page.head(slide)
            for order, (box, block) in enumerate(slide.blocks):
                if isinstance(block, MapPicture):
                    map_block.draw(figure, page.up(box), block.snapshot, viewer=self.viewer, spots=block.spots)
                else:
                    page.block(box, block, order)
            page.foot(slide.foot, 0 if slide.is_opening else self.count)
            self._pages.savefig(figure, facecolor=PAPER)  # type: ignore[no-untyped-call]
        figure.clear()
        if any(isinstance(block, MapPicture) for _, block in slide.blocks):
            gc.collect()  # a figure is full of circles, and that of a map is large


class _Page:
    """One page: what draws each kind of block. Boxes come from the upper left corner, as slides have them."""

    def __init__(self, figure: Figure, canvas: Canvas, lang: Language) -> None:
        self.figure, self.canvas, self.lang = figure, canvas, lang

    def up(self, box: Box) -> Bbox:
        """Return a box in points from the lower left corner."""
        return Bbox.from_bounds(box.x, self.canvas.height - box.bottom, box.width, box.height)

    def text(
        self, words: str, box: Box, size: float, *, weight: int = REGULAR, colour: str = INK, align: str = "left",
        lead: str = "",
    ) -> float:  # fmt: skip
        """Write a paragraph from the top of a box on; return where it ends. A line is as high as on the slides."""
        indent = sheet.label_width(lead) * size if lead else 0.0
        rows = wrapped(words, box.width, size, weight, indent_pt=indent) or [""]
        if is_right_to_left(words) and align == "left":
            align = "right"
        x = {"left": box.x, "right": box.right}[align]
        y = box.y
        for order, row in enumerate(rows):
            at = self.canvas.height - y - size * (LINE + 0.66) / 2
            if lead and not order:
                lettering.line(self.figure, lead, (x, at), size, weight=SEMIBOLD, colour=colour)
            shift = indent if not order else 0.0
            lettering.line(self.figure, row, (x + shift, at), size, weight=weight, colour=colour,
                           align="right" if align == "right" else "left")  # fmt: skip
            y += size * LINE
        return y

    def head(self, slide: Slide) -> None:
        """Draw title, subtitle and rule."""
        title, subtitle, rule = house.TITLE, house.SUBTITLE, house.RULE
        if slide.is_opening:
            title, subtitle, rule = house.OPENING_TITLE, house.OPENING_SUBTITLE, house.OPENING_RULE
        size = 40.0 if slide.is_opening else TITLE_PT
        made = fitted(slide.title, title.width, size=size, least=size * SMALLEST,
                      lines=3 if slide.is_opening else 1, weight=BOLD)  # fmt: skip
        high = len(made.lines) * made.size * LINE
        top = title.bottom - high if slide.is_opening else title.y + (title.height - high) / 2
        self.rows(made.lines, Box(title.x, top, title.width, high), made.size, weight=BOLD)
        size = 18.0 if slide.is_opening else SUBTITLE_PT
        below = fitted(slide.subtitle, subtitle.width, size=size, least=size * 0.7,
                       lines=3 if slide.is_opening else 1)  # fmt: skip
        self.rows(below.lines, subtitle, below.size, colour=MUTED)
        sheet.panel(self.figure, self.up(rule), ACCENT)

    def rows(self, rows: Sequence[str], box: Box, size: float, *, weight: int = REGULAR, colour: str = INK) -> None:
        """Write lines that are broken already."""
        for order, row in enumerate(rows):
            at = Box(box.x, box.y + order * size * LINE, box.width + size, size * LINE)
            self.text(row, at, size, weight=weight, colour=colour)

    def block(self, box: Box, block: Block, order: int) -> None:
        """Draw a block that is no map."""
        match block:
            case Figures():
                self.figures(box, block)
            case Trend():
                trend.draw(self.figure, block.panel, self.lang, box=self.up(box), px=CHART_PX, gid=f"chart-{order}")
            case Table():
                self.table(box, block)
            case Bullets():
                self.bullets(box, block)
            case Text():
                colour = ACCENT if block.is_accent else MUTED if block.is_muted else INK
                self.text(block.text, box, block.size, weight=SEMIBOLD if block.is_bold else REGULAR, colour=colour)

    def figures(self, box: Box, block: Figures) -> None:
        """Draw key figures in their boxes."""
        for place, each in block.boxes(self.canvas, box.width):
            at = Box(box.x + place.x, box.y + place.y, place.width, place.height)
            ground = self.up(at)
            self.figure.add_artist(
                FancyBboxPatch((ground.x0, ground.y0), ground.width, ground.height, facecolor=PANEL, linewidth=0,
                               edgecolor="none", boxstyle="round,pad=0,rounding_size=4",
                               transform=lettering.points(self.figure), zorder=1)
            )  # fmt: skip
            room = Box(at.x + FIGURE_AIR, at.y + FIGURE_AIR - 2, at.width - 2 * FIGURE_AIR, at.height)
            y = self.text(each.value, room, figure_size(self.canvas, each, at.width), weight=SEMIBOLD)
            y = self.text(each.words, Box(room.x, y, room.width, 0), FIGURE_WORDS_PT)
            if each.more:
                self.text(each.more, Box(room.x, y, room.width, 0), FIGURE_WORDS_PT, colour=ACCENT)

    def bullets(self, box: Box, block: Bullets) -> None:
        """Draw a list below its title."""
        y = box.y
        if block.title:
            y = self.text(block.title, box, HEAD_PT, weight=SEMIBOLD) + 5
        for each in block.items:
            self.text("•", Box(box.x, y, INDENT, 0), block.size, colour=ACCENT)
            y = self.text(each, Box(box.x + INDENT, y, box.width - INDENT, 0), block.size) + ITEM_GAP

    def table(self, box: Box, table: Table) -> None:
        """Draw a table: its title, its headings above a strong rule, its rows above thin ones."""
        y = box.y
        if table.title:
            y = self.text(table.title, box, HEAD_PT, weight=SEMIBOLD) + 4
        if table.about:
            y = self.text(table.about, Box(box.x, y, box.width, 0), SMALL_PT, colour=MUTED) + 4
        head = TableRow(tuple(each.text for each in table.columns))
        heights = [head_row_height(self.canvas, table, box.width)]
        heights += [row_height(self.canvas, table, row, box.width) for row in table.rows]
        for order, (row, high) in enumerate(zip((head, *table.rows), heights, strict=True)):
            self.row(Box(box.x, y, box.width, high), table, row, is_head=not order)
            y += high
            colour, wide = (MUTED, 1.0) if not order else (RULE, 0.5)
            sheet.panel(self.figure, self.up(Box(box.x, y - wide / 2, box.width, wide)), colour)
        if table.more:
            self.text(table.more, Box(box.x, y + 4, box.width, 0), SMALL_PT, colour=MUTED)

    def row(self, box: Box, table: Table, row: TableRow, *, is_head: bool) -> None:
        """Draw the cells of a row; headings stand on its lower edge, numbers flush right."""
        x = box.x
        size = table.size - 1 if is_head else table.size
        for order, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True)):
            wide = column.share * box.width
            at = Box(x + CELL_X, box.y + CELL_Y, wide - 2 * CELL_X, box.height)
            is_bold = is_head or (not order and not row.is_weak)
            if is_head:
                high = self.canvas.height_of(cell, at.width, size, bold=True)
                at = Box(at.x, box.bottom - CELL_Y - high, at.width, high)
            colour = MUTED if is_head or row.is_weak else INK
            y = self.text(cell, at, size, weight=SEMIBOLD if is_bold else REGULAR, colour=colour,
                          align="right" if column.is_number else "left")  # fmt: skip
            if row.about and not order:
                self.text(row.about, Box(at.x, y, at.width, 0), table.small, colour=MUTED)
            x += wide

    def foot(self, foot: Foot, number: int) -> None:
        """Draw what nobody may cut off: sources, precision, borders, date, code, marking and the page's number."""
        sheet.panel(self.figure, self.up(house.FOOT))
        left, right = self.canvas.foot.columns(0, 190, gap=16)
        y = left.y
        for lead, words, is_muted in foot_lines(self.canvas, foot, left.width, self.lang):
            colour = MUTED if is_muted else INK
            y = self.text(words, Box(left.x, y, left.width, 0), FOOT_PT, colour=colour, lead=lead)
        self.text(foot.dated, right, FOOT_PT, colour=MUTED, align="right")
        edge = right.right - (34 if number else 0)
        mark = sheet.mark(self.figure, foot.marking, edge, self.canvas.height - right.y - 14, 0.9)
        if number:
            at = Box(right.right - 30, self.canvas.height - mark.y1 + 2, 30, 0)
            self.text(str(number), at, 9, colour=MUTED, align="right")
