"""The recipe of the house's template for slides, layers/static/briefing.pptx: ``python -m layers.briefing.pack.house``.

It starts from the blank presentation that ships with python-pptx and gives it our colours, typeface and two layouts.
The typeface is Arial: it stands on every machine that opens slides, or Liberation Sans with the same widths does.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt

from layers.briefing.pack.settled import settled
from layers.briefing.pack.slides import SUBTITLE_PT, TITLE_PT, Box, Canvas
from layers.tokens import ACCENT, COMMODITY, INK, LIGHT, MUTED, PANEL, PAPER

TEMPLATE: Final = Path(__file__).resolve().parents[2] / "static" / "briefing.pptx"
WIDTH, HEIGHT, MARGIN = 960.0, 540.0, 27.0
FOOT: Final = Box(0, 488, WIDTH, 52)
CANVAS: Final = Canvas(
    WIDTH, HEIGHT,
    area=Box(MARGIN, 86, WIDTH - 2 * MARGIN, FOOT.y - 86 - 10),
    foot=Box(MARGIN, FOOT.y + 3, WIDTH - 2 * MARGIN, FOOT.height - 6),
    slack=1.14,  # Arial over Source Sans Pro, whose widths are measured
)  # fmt: skip
PDF_CANVAS: Final = replace(CANVAS, slack=1.0)  # pages are set in the typeface that is measured
TITLE: Final = Box(MARGIN, 14, WIDTH - 2 * MARGIN, 36)
SUBTITLE: Final = Box(MARGIN, 50, WIDTH - 2 * MARGIN, 22)
RULE: Final = Box(MARGIN, 76, WIDTH - 2 * MARGIN, 1.6)
NUMBER: Final = Box(WIDTH - MARGIN - 30, FOOT.y + 25, 30, 16)
OPENING_TITLE: Final = Box(64, 130, WIDTH - 128, 130)
OPENING_SUBTITLE: Final = Box(64, 276, WIDTH - 128, 90)
OPENING_RULE: Final = Box(64, 266, 120, 3)
COLOURS: Final = {
    "dk1": INK, "lt1": PAPER, "dk2": MUTED, "lt2": PANEL, "accent1": ACCENT, "accent2": COMMODITY["migrants"],
    "accent3": COMMODITY["gold"], "accent4": LIGHT.series["forest"], "accent5": COMMODITY["cocaine"],
    "accent6": LIGHT.series["state_reach"], "hlink": ACCENT, "folHlink": MUTED,
}  # fmt: skip
TYPEFACE: Final = "Arial"
KEPT: Final = {"Title Slide": "Opening", "Title Only": "Title and content"}


def made() -> bytes:
    """Return the template; the same bytes in every process."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    master = deck.slide_master
    for layout in list(deck.slide_layouts):
        if layout.name not in KEPT:
            deck.slide_layouts.remove(layout)
    _theme(master)
    _master(master)
    for layout in deck.slide_layouts:
        layout.element.cSld.set("name", KEPT[layout.name])
    opening, content = deck.slide_layouts
    _opening(opening)
    _content(content)
    properties = deck.core_properties
    properties.title, properties.author, properties.last_modified_by = "Fronteras", "Fronteras", "Fronteras"
    out = BytesIO()
    deck.save(out)
    return settled(out.getvalue())


def _theme(master: Any) -> None:
    part = next(each.target_part for each in master.part.rels.values() if each.reltype.endswith("/theme"))
    root = etree.fromstring(part.blob)
    root.set("name", "Fronteras")
    scheme = root.find(".//" + qn("a:clrScheme"))
    scheme.set("name", "Fronteras")
    for name, colour in COLOURS.items():
        slot = scheme.find(qn(f"a:{name}"))
        for child in list(slot):
            slot.remove(child)
        etree.SubElement(slot, qn("a:srgbClr")).set("val", colour.removeprefix("#"))
    fonts = root.find(".//" + qn("a:fontScheme"))
    fonts.set("name", "Fronteras")
    for kind in ("majorFont", "minorFont"):
        fonts.find(qn(f"a:{kind}")).find(qn("a:latin")).set("typeface", TYPEFACE)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001 - a theme is no part of its own in python-pptx


def _master(master: Any) -> None:
    for shape in list(master.placeholders):
        kind = shape.element.ph.get("type")
        if kind in {"dt", "ftr"}:
            shape.element.getparent().remove(shape.element)
        else:
            _placed(shape, {"title": TITLE, "sldNum": NUMBER}.get(kind, CANVAS.area))
    _sized(master, "p:titleStyle", TITLE_PT, "b", align="l")
    _sized(master, "p:bodyStyle", 14, "")
    _banded(master)
    for shape in master.placeholders:
        if shape.element.ph.get("type") == "title":
            shape.element.txBody.bodyPr.set("anchor", "ctr")
            _without_insets(shape)
        if shape.element.ph.get("type") == "sldNum":
            _number(shape)


def _content(layout: Any) -> None:
    for shape in list(layout.placeholders):
        kind = shape.element.ph.get("type")
        if kind in {"dt", "ftr"}:
            shape.element.getparent().remove(shape.element)
        elif kind == "sldNum":
            _placed(shape, NUMBER)
    _rectangle(layout, RULE, "accent1", "Rule", at=2)
    layout.shapes._spTree.append(_subtitle())  # noqa: SLF001 - layouts offer no way to add a placeholder


def _opening(layout: Any) -> None:
    for shape in list(layout.placeholders):
        kind = shape.element.ph.get("type")
        if kind in {"dt", "ftr", "sldNum"}:
            shape.element.getparent().remove(shape.element)
        else:
            is_title = kind == "ctrTitle"
            _placed(shape, OPENING_TITLE if is_title else OPENING_SUBTITLE)
            _without_insets(shape)
            shape.element.txBody.bodyPr.set("anchor", "b" if is_title else "t")
            _own_style(shape, 40 if is_title else 18, bold=is_title, colour="tx1" if is_title else "tx2")
    _rectangle(layout, OPENING_RULE, "accent1", "Rule", at=2)


def _placed(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = (Pt(each) for each in (box.x, box.y, box.width, box.height))


def _without_insets(shape: Any) -> None:
    for side in ("lIns", "tIns", "rIns", "bIns"):
        shape.element.txBody.bodyPr.set(side, "0")


def _sized(master: Any, style: str, size: float, bold: str, *, align: str = "l") -> None:
    for level in master.element.find(".//" + qn(style)):
        if level.tag.endswith("pPr"):
            level.set("algn", align)
            found = level.find(qn("a:defRPr"))
            found.set("sz", str(int(size * 100)))
            if bold:
                found.set("b", "1")


def _own_style(shape: Any, size: float, *, bold: bool, colour: str, align: str = "l") -> None:
    """Give a placeholder the look of its first level."""
    found = shape.element.txBody.find(qn("a:lstStyle"))
    for child in list(found):
        found.remove(child)
    level = etree.SubElement(found, qn("a:lvl1pPr"), marL="0", indent="0", algn=align)
    etree.SubElement(level, qn("a:buNone"))
    run = etree.SubElement(level, qn("a:defRPr"), sz=str(int(size * 100)), b="1" if bold else "0")
    etree.SubElement(etree.SubElement(run, qn("a:solidFill")), qn("a:schemeClr"), val=colour)


def _number(shape: Any) -> None:
    _without_insets(shape)
    shape.element.txBody.bodyPr.set("anchor", "ctr")
    _own_style(shape, 9, bold=False, colour="tx2", align="r")


def _banded(master: Any) -> None:
    _rectangle(master, FOOT, "bg2", "Foot", at=2)


def _rectangle(owner: Any, box: Box, colour: str, name: str, *, at: int) -> None:
    """Put a filled box into a master or a layout, behind its placeholders."""
    tree = owner.shapes._spTree  # noqa: SLF001 - masters and layouts offer no way to add a shape
    number = max((int(each.get("id")) for each in tree.iter(qn("p:cNvPr"))), default=1) + 1
    x, y, width, height = (int(Pt(each)) for each in (box.x, box.y, box.width, box.height))
    tree.insert(
        at,
        etree.fromstring(
            f'<p:sp xmlns:p="{_P}" xmlns:a="{_A}"><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr/>'
            f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" '
            f'cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>'
            f'<a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr>'
            "<p:txBody><a:bodyPr/><a:lstStyle/><a:p/></p:txBody></p:sp>"
        ),
    )


def _subtitle() -> Any:
    x, y, width, height = (int(Pt(each)) for each in (SUBTITLE.x, SUBTITLE.y, SUBTITLE.width, SUBTITLE.height))
    return etree.fromstring(
        f'<p:sp xmlns:p="{_P}" xmlns:a="{_A}"><p:nvSpPr><p:cNvPr id="90" name="Subtitle"/><p:cNvSpPr><a:spLocks '
        'noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="body" sz="quarter" idx="13"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm>'
        f'<a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm></p:spPr><p:txBody><a:bodyPr lIns="0" '
        'tIns="0" rIns="0" bIns="0" anchor="t"><a:normAutofit/></a:bodyPr><a:lstStyle><a:lvl1pPr marL="0" indent="0">'
        f'<a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/><a:defRPr sz="{int(SUBTITLE_PT * 100)}"><a:solidFill>'
        '<a:schemeClr val="tx2"/></a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle><a:p><a:r><a:rPr lang="en"/>'
        "<a:t>Subtitle</a:t></a:r></a:p></p:txBody></p:sp>"
    )


_P: Final = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"


if __name__ == "__main__":
    TEMPLATE.write_bytes(made())
