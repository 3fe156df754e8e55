"""What of an organisation's template may travel with a pack: masters, layouts, themes, their pictures and typefaces.

Everything else is taken out before anything is made with it: macros, links to other files and addresses, embedded
documents, comments, tags, custom data, thumbnails, and the slides with all that hangs on them. Nothing is fetched.
"""

from __future__ import annotations

from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]
from pptx.opc.constants import CONTENT_TYPE
from pptx.opc.package import XmlPart
from pptx.oxml.ns import qn

RELATIONS: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
KINDS: Final = frozenset({CONTENT_TYPE.PML_PRESENTATION_MAIN, CONTENT_TYPE.PML_PRES_MACRO_MAIN,
                          CONTENT_TYPE.PML_TEMPLATE_MAIN, CONTENT_TYPE.PML_SLIDESHOW_MAIN})  # fmt: skip
KEPT: Final = frozenset(
    {
        "slideMaster",
        "slideLayout",
        "theme",
        "themeOverride",
        "image",
        "hdphoto",
        "notesMaster",
        "presProps",
        "viewProps",
        "tableStyles",
        "font",
    }
)  # last words of kinds of relations
ALONE: Final = frozenset({"hlinkClick", "hlinkHover", "hlinkMouseOver", "audioFile", "videoFile", "wavAudioFile",
                          "tags", "custData", "snd", "sldId", "handoutMasterId"})  # fmt: skip # go without their shape
SECTIONS: Final = "{http://schemas.microsoft.com/office/powerpoint/2010/main}sectionLst"  # of slides that are gone
SHAPES: Final = (qn("p:spTree"), qn("p:grpSp"))


def strip(package: Any) -> None:
    """Take out of an open presentation all that is no master, layout, theme, picture or typeface.

    Parameters
    ----------
    package : pptx.package.Package
        Is changed.

    Raises
    ------
    ValueError
        If it is no presentation, template or show.
    """
    main = package.main_document_part
    if main._content_type not in KINDS:  # noqa: SLF001 - as below; python-pptx would keep the one that is asked for
        raise ValueError(main._content_type)  # noqa: SLF001
    for key, relation in list(package._rels.items()):  # noqa: SLF001 - python-pptx drops no relation of a package
        if relation.is_external or relation.target_part is not main:
            package.drop_rel(key)
    main._content_type = CONTENT_TYPE.PML_PRESENTATION_MAIN  # noqa: SLF001 - a template gives a presentation
    for each in [*main._element.iter(qn("p:modifyVerifier"), qn("p:custShowLst"), SECTIONS)]:  # noqa: SLF001
        parent = each.getparent()
        if parent.tag == qn("p:ext"):  # an extension without its content is invalid
            each, parent = parent, parent.getparent()  # noqa: PLW2901 - the extension goes instead
        parent.remove(each)
    seen: set[int] = set()
    waiting = [main]
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        _strip(part)
        waiting += [each.target_part for each in part.rels.values()]


def _strip(part: Any) -> None:
    """Drop the relations of a part that may not travel, and what names them in it."""
    gone = {
        key for key, one in part.rels.items() if one.is_external or one.reltype.rsplit("/", 1)[-1] not in KEPT
    }  # fmt: skip
    if not gone:
        return
    if isinstance(part, XmlPart):
        _unnamed(part._element, gone)  # noqa: SLF001 - python-pptx gives no other way to it
    elif part.blob.lstrip()[:1] == b"<":
        root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
        _unnamed(root, gone)
        part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001
    for key in gone:
        part.rels.pop(key)


def _unnamed(root: Any, gone: set[str]) -> None:
    """Take out of a part what names relations that are gone: a link alone, or else the whole shape that rests on it."""
    named = [each for each in root.iter(etree.Element) if any(_names(each, key) for key in gone)]
    for each in named:
        if not _is_in(each, root):
            continue
        if etree.QName(each).localname == "blip":
            for key in [name for name in each.attrib if name.startswith(RELATIONS) and each.get(name) in gone]:
                del each.attrib[key]
            if any(name.startswith(RELATIONS) for name in each.attrib):  # the picture is in the file as well
                continue
        _remove(each, root)


def _names(element: Any, key: str) -> bool:
    return any(name.startswith(RELATIONS) and value == key for name, value in element.attrib.items())


def _is_in(element: Any, root: Any) -> bool:
    return element is root or any(each is root for each in element.iterancestors())


def _remove(element: Any, root: Any) -> None:
    """Remove an element that cannot stand without what is gone, or the nearest thing around it that can be missed."""
    if etree.QName(element).localname in ALONE:
        element.getparent().remove(element)
        return
    for each in [element, *element.iterancestors()]:
        parent = each.getparent()
        if parent is None:
            break
        if parent.tag in SHAPES:
            parent.remove(each)
            for timing in [*root.iter(qn("p:timing"))]:  # it names shapes by number
                timing.getparent().remove(timing)
            return
        if each.tag in {qn("p:bg"), qn("p:ext"), qn("a:ext")}:
            parent.remove(each)
            return
        if each.tag == qn("a:blipFill"):  # in a list of fills of a theme, where each has its number
            plain = etree.SubElement(parent, qn("a:solidFill"))
            etree.SubElement(plain, qn("a:schemeClr"), val="phClr")
            parent.replace(each, plain)
            return
    element.getparent().remove(element)
