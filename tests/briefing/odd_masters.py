"""Templates as strangers bring them: odd in shape, or with more in them than masters and layouts."""

from __future__ import annotations

import zipfile
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml.ns import qn
from pptx.util import Inches

from tests.briefing.masters import organisation

ADDRESS = "http://outside.example/tracker.png"
SPIES = (
    "outside.example",
    "vbaProject",
    "customXml",
    "thumbnail",
    "Secret agenda",
    "docProps/app.xml",
    "commentAuthors",
)
MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
SPACES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def laden(path: Path) -> Path:
    """Write a template with all that should not travel: links, macros, slides, custom data, a password to change it."""
    deck = Presentation(str(organisation(path)))
    master, layout = deck.slide_master, next(each for each in deck.slide_layouts if each.name == "Title Only")
    logo = next(each for each in master.shapes if each.name == "Logo")
    blip = next(logo.element.iter(qn("a:blip")))
    blip.set(qn("r:link"), master.part.rels.get_or_add_ext_rel(RELATIONSHIP_TYPE.IMAGE, ADDRESS))
    seen = next(logo.element.iter(qn("p:cNvPr")))
    click = etree.SubElement(seen, qn("a:hlinkClick"))
    click.set(qn("r:id"), master.part.rels.get_or_add_ext_rel(RELATIONSHIP_TYPE.HYPERLINK, ADDRESS))
    linked = deepcopy(logo.element)
    next(linked.iter(qn("p:cNvPr"))).set("name", "Linked")
    far = next(linked.iter(qn("a:blip")))
    for name in list(far.attrib):
        del far.attrib[name]
    far.set(qn("r:link"), layout.part.rels.get_or_add_ext_rel(RELATIONSHIP_TYPE.IMAGE, ADDRESS))
    for each in list(linked.iter(qn("a:hlinkClick"))):
        each.getparent().remove(each)
    layout.shapes._spTree.append(linked)
    deck.slides[0].shapes.title.text = "Secret agenda"
    jump = etree.SubElement(next(layout.placeholders[0].element.iter(qn("p:cNvPr"))), qn("a:hlinkClick"))
    jump.set(qn("r:id"), layout.part.relate_to(deck.slides[0].part, RELATIONSHIP_TYPE.SLIDE))
    jump.set("action", "ppaction://hlinksldjump")
    main = deck.part
    lock = etree.SubElement(main._element, qn("p:modifyVerifier"))
    main._element.remove(lock)
    main._element.find(qn("p:defaultTextStyle")).addnext(lock)
    for name, kind in (("/ppt/vbaProject.bin", "vbaProject"), ("/customXml/item1.xml", "customXml")):
        part = Part(PackURI(name), "application/octet-stream", deck.part.package, b"<a>Secret agenda</a>")
        main.relate_to(part, f"{RELATIONS}/{kind}")
    deck.save(str(path))
    return path


def of_kind(path: Path, kind: str) -> Path:
    """Write a whole template whose content is said to be of another kind: "template", "macro" or "slideshow"."""
    said = {
        "template": MAIN.replace("presentation.main", "template.main"),
        "slideshow": MAIN.replace("presentation.main", "slideshow.main"),
        "macro": "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    }[kind]
    whole = organisation(path.with_name("whole.pptx"))
    with zipfile.ZipFile(whole) as read, zipfile.ZipFile(path, "w") as write:
        for name in read.namelist():
            content = read.read(name)
            write.writestr(name, content.replace(MAIN.encode(), said.encode()) if name.startswith("[Con") else content)
    whole.unlink()
    return path


def portrait(path: Path) -> Path:
    """Write a template that is higher than wide."""
    return organisation(path, width=7.5, height=13.333)


def locked(path: Path) -> Path:
    """Write what an encrypted presentation begins like."""
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096))
    return path


def dark(path: Path) -> Path:
    """Write a template with light letters on a dark ground, by the map of colours of its master."""
    deck = Presentation(str(organisation(path)))
    colours = deck.slide_master.element.find(qn("p:clrMap"))
    for name, slot in {"bg1": "dk1", "tx1": "lt1", "bg2": "dk2", "tx2": "lt2"}.items():
        colours.set(name, slot)
    ground = etree.fromstring(
        f'<p:bg {SPACES}><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
    )
    held = deck.slide_master.element.cSld
    for each in held.findall(qn("p:bg")):
        held.remove(each)
    held.insert(0, ground)
    deck.save(str(path))
    return path


def crowded(path: Path, n: int = 200) -> Path:
    """Write a template with many slides of its own."""
    deck = Presentation(str(organisation(path)))
    for _ in range(n):
        deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Secret agenda"
    deck.save(str(path))
    return path


def gapped(path: Path) -> Path:
    """Write a template whose placeholders have odd numbers and whose layouts lack dates, footers and slide numbers."""
    deck = Presentation(str(organisation(path)))
    for layout in deck.slide_layouts:
        for order, shape in enumerate(list(layout.placeholders)):
            if shape.element.ph.get("type") in {"dt", "ftr", "sldNum"}:
                shape.element.getparent().remove(shape.element)
            elif shape.element.ph.get("idx"):
                shape.element.ph.set("idx", str(1000 + 37 * order))
    deck.slide_width = Inches(13.333)
    deck.save(str(path))
    return path


def painted(path: Path, ground: str, accent: str = "005EB8") -> Path:
    """Write a template with black texts by its theme whose master paints another ground behind them."""
    deck = Presentation(str(organisation(path)))
    held = deck.slide_master.element.cSld
    for each in held.findall(qn("p:bg")):
        held.remove(each)
    if ground == "override":
        for layout in deck.slide_layouts:
            mapped = layout.element.find(qn("p:clrMapOvr"))
            for each in list(mapped):
                mapped.remove(each)
            colours = dict(deck.slide_master.element.find(qn("p:clrMap")).attrib)
            colours |= {"bg1": "dk1", "tx1": "lt1", "bg2": "dk2", "tx2": "lt2"}
            etree.SubElement(mapped, qn("a:overrideClrMapping"), colours)
    elif ground == "shape":
        _covered(deck, "202124")
    else:
        held.insert(0, etree.fromstring(f"<p:bg {SPACES}><p:bgPr>{_fill(deck, ground)}<a:effectLst/></p:bgPr></p:bg>"))
    _accented(deck.slide_master, accent)
    deck.save(str(path))
    return path


def _fill(deck: Any, ground: str) -> str:
    if ground == "picture":
        out = BytesIO()
        Image.new("RGB", (64, 48), "#10302A").save(out, "JPEG")
        _, key = deck.slide_master.part.get_or_add_image_part(out)
        return f'<a:blipFill><a:blip r:embed="{key}"/><a:stretch><a:fillRect/></a:stretch></a:blipFill>'
    if ground == "gradient":
        ends = ((0, "1A1A40"), (100_000, "303070"))
        stops = "".join(f'<a:gs pos="{at}"><a:srgbClr val="{each}"/></a:gs>' for at, each in ends)
        return f'<a:gradFill><a:gsLst>{stops}</a:gsLst><a:lin ang="0"/></a:gradFill>'
    if ground == "darkened":
        return '<a:solidFill><a:schemeClr val="tx2"><a:lumMod val="50000"/></a:schemeClr></a:solidFill>'
    return f'<a:solidFill><a:srgbClr val="{ground}"/></a:solidFill>'


def _covered(deck: Any, colour: str) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, deck.slide_width, deck.slide_height)
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour)
    deck.slide_master.shapes._spTree.insert(2, shape.element)


def _accented(master: Any, colour: str) -> None:
    part = next(each.target_part for each in master.part.rels.values() if each.reltype.endswith("/theme"))
    root = etree.fromstring(part.blob)
    slot = root.find(".//" + qn("a:accent1"))
    slot[0].set("val", colour)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
