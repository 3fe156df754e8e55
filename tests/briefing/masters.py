"""Templates of a made organisation, whole and broken, for tests of packs."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

TYPEFACE = "Georgia"
ACCENT = "005EB8"


def organisation(path: Path, *, width: float = 13.333, height: float = 7.5) -> Path:
    """Write a template with a logo, a band, its own typeface and colours, layouts in another order, and two slides."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(width), Inches(height)
    master = deck.slide_master
    _theme(master)
    for shape in master.placeholders:
        kind = shape.element.ph.get("type")
        places = {
            "title": (0.6, 0.35, width - 3.2, 0.9), "body": (0.6, 1.5, width - 1.2, height - 2.7),
            "dt": (0.6, height - 0.5, 2, 0.35), "ftr": (3.5, height - 0.5, 4, 0.35),
            "sldNum": (width - 1.6, height - 0.5, 1, 0.35),
        }[kind]  # fmt: skip
        shape.left, shape.top, shape.width, shape.height = (Inches(each) for each in places)
    for layout in deck.slide_layouts:
        for shape in layout.placeholders:
            if shape.element.ph.get("type") in {"title", "dt", "ftr", "sldNum"}:
                transform = shape.element.spPr.find(qn("a:xfrm"))
                if transform is not None:  # where the master has them
                    shape.element.spPr.remove(transform)
    _logo(master, width - 2.1, 0.35)
    _band(master, height)
    listed = deck.slide_layouts._sldLayoutIdLst
    for each in reversed(list(listed)):  # the layout that Office puts first comes last
        listed.remove(each)
        listed.append(each)
    for n in range(2):
        deck.slides.add_slide(deck.slide_layouts[n])
    deck.save(str(path))
    return path


def _theme(master: Any) -> None:
    part = next(each.target_part for each in master.part.rels.values() if each.reltype.endswith("/theme"))
    root = etree.fromstring(part.blob)
    for kind in ("majorFont", "minorFont"):
        root.find(".//" + qn(f"a:{kind}")).find(qn("a:latin")).set("typeface", TYPEFACE)
    slot = root.find(".//" + qn("a:clrScheme")).find(qn("a:accent1"))
    for child in list(slot):
        slot.remove(child)
    etree.SubElement(slot, qn("a:srgbClr")).set("val", ACCENT)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _logo(master: Any, x: float, y: float) -> None:
    """Put a picture on the master, as python-pptx lets one only be put on a slide."""
    out = BytesIO()
    Image.new("RGB", (150, 80), "#005EB8").save(out, "PNG")
    _, key = master.part.get_or_add_image_part(out)
    tree = master.shapes._spTree
    left, top, wide, high = (int(Inches(each)) for each in (x, y, 1.5, 0.8))
    tree.append(
        etree.fromstring(
            '<p:pic xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
            'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><p:nvPicPr>'
            '<p:cNvPr id="77" name="Logo"/><p:cNvPicPr/><p:nvPr userDrawn="1"/></p:nvPicPr><p:blipFill>'
            f'<a:blip r:embed="{key}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm>'
            f'<a:off x="{left}" y="{top}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
        )
    )


def _band(master: Any, height: float) -> None:
    """Put a band along the left edge."""
    layout = master.slide_layouts[0]
    slide = layout.part.package.presentation_part.presentation.slides.add_slide(layout)
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Pt(18), Inches(height))
    shape.name = "Band"
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(ACCENT)
    master.shapes._spTree.append(shape.element)


def broken(path: Path, how: str) -> Path:
    """Write a file that no pack can be made with."""
    if how == "text":
        path.write_text("This is no presentation.")
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "hello")
    elif how == "bomb":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", b" " * 50_000_000)
            archive.writestr("ppt/presentation.xml", "<a/>")
    elif how == "cut":
        whole = organisation(path.with_name("whole.pptx")).read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    elif how == "xml":
        _changed(path, "ppt/slideMasters/slideMaster1.xml", b"<p:sldMaster")
    elif how == "entities":
        _changed(
            path, "ppt/presentation.xml",
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        )  # fmt: skip
    elif how == "no master":
        _changed(path, "ppt/_rels/presentation.xml.rels", b"<Relationships/>")
    else:
        deck = Presentation()
        for layout in list(deck.slide_layouts):
            if layout.name != "Blank":
                deck.slide_layouts.remove(layout)
        deck.save(str(path))
    return path


def _changed(path: Path, member: str, content: bytes) -> None:
    whole = organisation(path.with_name("whole.pptx"))
    with zipfile.ZipFile(whole) as read, zipfile.ZipFile(path, "w") as write:
        for name in read.namelist():
            write.writestr(name, content if name == member else read.read(name))
