"""Which colours of a template can be read on its ground.

A template says by its theme what is text and what is ground, but many paint the ground themselves: black behind texts
that the theme has as black, a photograph, a gradient in the colour of the first accent. So the ground is looked at, and
texts take the first colour of the theme that stands out from it: one of the theme still, for whoever changes that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]
from PIL import Image
from pptx.oxml.ns import qn

from layers.briefing.pack.slides import Box

READABLE: Final = 4.5  # to one: texts, WCAG 2.2 success criterion 1.4.3
SEEN: Final = 2.8  # lines and bullets; WCAG asks 3, but Office's own blue, 5B9BD5, has 2.98 on white
TEXTS: Final = ("tx1", "bg1", "tx2", "bg2")
MUTED: Final = ("tx2", "bg2")
PANELS: Final = ("bg2", "tx2", "bg1", "tx1")
ACCENTS: Final = ("accent1", "accent2", "accent3", "accent4", "accent5", "accent6")
COVERING: Final = 0.9  # of the part for content: what covers as much is its ground
EMU: Final = 12_700

Colour = tuple[float, float, float]  # red, green and blue, 0 to 1


@dataclass(frozen=True)
class Inks:
    """Colours of a theme, as its map of colours names them.

    Attributes
    ----------
    text, muted : str
        Of texts.
    accent : str
        Of lines and bullets.
    panel : str
        Of what lies below a figure.
    said : str
        Of words that stand out on a panel.
    """

    text: str = "tx1"
    muted: str = "tx2"
    accent: str = "accent1"
    panel: str = "bg2"
    said: str = "accent1"


def inks_of(layout: Any, area: Box) -> Inks:
    """Return the colours that can be read on a layout; those of the theme's own roles where its ground is not known.

    Parameters
    ----------
    area : Box
        The part of the slide that texts stand in.
    """
    theme = _theme(layout)
    ground = _ground(layout, area, theme)
    if ground is None or not {*TEXTS, *ACCENTS} <= theme.keys():
        return Inks()
    text = _first(TEXTS, theme, READABLE, ground)
    muted = _first((*MUTED, text), theme, READABLE, ground)
    panel = _first(PANELS, theme, READABLE, theme[text])
    accent = _first((*ACCENTS, text), theme, SEEN, ground)
    said = _first((accent, text), theme, READABLE, ground, theme[panel])
    return Inks(text, muted, accent, panel, said)


def contrast(one: Colour, two: Colour) -> float:
    """Return how far two colours stand apart, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((_luminance(one), _luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _first(names: Iterable[str], theme: Mapping[str, Colour], least: float, *grounds: Colour) -> str:
    """Return the first colour that stands out from every ground, or the one that does most."""
    known = [(name, min(contrast(theme[name], each) for each in grounds)) for name in names]
    return next((name for name, apart in known if apart >= least), max(known, key=lambda each: each[1])[0])


def _theme(layout: Any) -> dict[str, Colour]:
    """Return the colours of a theme by the names that a layout knows them by."""
    master = layout.slide_master
    part = next(each.target_part for each in master.part.rels.values() if each.reltype.endswith("/theme"))
    scheme = etree.fromstring(part.blob).find(".//" + qn("a:clrScheme"))
    slots = {each.tag.rpartition("}")[2]: found for each in scheme if (found := _colour(each, {})) is not None}
    roles = dict(master.element.find(qn("p:clrMap")).attrib)
    override = layout.element.find(".//" + qn("a:overrideClrMapping"))
    roles |= dict(override.attrib) if override is not None else {}
    return slots | {role: slots[slot] for role, slot in roles.items() if slot in slots}


def _ground(layout: Any, area: Box, theme: Mapping[str, Colour]) -> Colour | None:
    """Return the colour behind the content: of the last shape that covers it, or else of the background."""
    master = layout.slide_master
    owners = [layout] if layout.element.get("showMasterSp") == "0" else [master, layout]
    covering = [
        (owner, shape)
        for owner in owners
        for shape in owner.shapes
        if not shape.is_placeholder and _covers(shape, area) and shape.element.find(".//" + qn("a:noFill")) is None
    ]
    if covering:
        owner, shape = covering[-1]
        return _fill(shape.element, owner.part, theme)
    for owner in (layout, master):
        ground = owner.element.cSld.find(qn("p:bg"))
        if ground is not None:
            return _fill(ground, owner.part, theme)
    return theme.get("bg1")


def _covers(shape: Any, area: Box) -> bool:
    if None in (shape.left, shape.top, shape.width, shape.height):
        return False
    left, top = shape.left / EMU, shape.top / EMU
    across = min(left + shape.width / EMU, area.right) - max(left, area.x)
    down = min(top + shape.height / EMU, area.bottom) - max(top, area.y)
    return bool(max(across, 0) * max(down, 0) >= COVERING * area.width * area.height)


def _fill(element: Any, part: Any, theme: Mapping[str, Colour]) -> Colour | None:
    """Return the colour of a fill, on the whole; None where nobody can say."""
    blip = element.find(".//" + qn("a:blip"))
    if blip is not None:
        return _of_picture(part, blip.get(qn("r:embed")))
    reference = element.find(qn("p:bgRef"))
    if reference is not None:
        return _colour(reference, theme)
    solid = element.find(".//" + qn("a:solidFill"))
    stops = element.findall(".//" + qn("a:gradFill") + "//" + qn("a:gs"))
    found = [_colour(each, theme) for each in (stops or [solid]) if each is not None]
    known = [each for each in found if each is not None]
    return _mean(known) if known else None


def _of_picture(part: Any, key: str | None) -> Colour | None:
    try:
        with Image.open(BytesIO(part.related_part(key).blob)) as picture:
            red, green, blue = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
    except (KeyError, OSError, ValueError, Image.DecompressionBombError):  # a drawing of Windows, say
        return None
    return red / 255, green / 255, blue / 255


def _mean(colours: list[Colour]) -> Colour:
    red, green, blue = (sum(parts) / len(colours) for parts in zip(*colours, strict=True))
    return red, green, blue


def _colour(owner: Any, theme: Mapping[str, Colour]) -> Colour | None:
    """Return the colour that an element holds, with the lightening and darkening that Office writes most."""
    for each in owner:
        kind = each.tag.rpartition("}")[2] if isinstance(each.tag, str) else ""
        found = theme.get(each.get("val", "")) if kind == "schemeClr" else None
        if kind in {"srgbClr", "sysClr"}:
            found = _of_hex(each.get("lastClr" if kind == "sysClr" else "val", ""))
        elif kind == "prstClr":
            found = {"white": (1.0, 1.0, 1.0), "black": (0.0, 0.0, 0.0)}.get(each.get("val", ""))
        if found is not None:
            return _shaded(found, each)
    return None


def _of_hex(text: str) -> Colour | None:
    try:
        red, green, blue = bytes.fromhex(text)
    except ValueError:
        return None
    return red / 255, green / 255, blue / 255


def _shaded(colour: Colour, element: Any) -> Colour:
    for each in element:
        share = int(each.get("val", "0")) / 100_000 if each.get("val", "").lstrip("-").isdigit() else 0.0
        kind = each.tag.rpartition("}")[2]
        if kind in {"lumMod", "shade"}:
            colour = _clipped(part * share for part in colour)
        elif kind == "lumOff":
            colour = _clipped(part + share for part in colour)
        elif kind == "tint":
            colour = _clipped(1 - (1 - part) * share for part in colour)
    return colour


def _clipped(parts: Iterable[float]) -> Colour:
    red, green, blue = (min(max(each, 0.0), 1.0) for each in parts)
    return red, green, blue
