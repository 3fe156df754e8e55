"""The template that slides are made with: the house's, or an organisation's own with its logo, typeface and colours.

Of an organisation's file only the masters and layouts are used; its slides go. Layouts are chosen by the kinds of
their placeholders, since their names are in any language.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.oxml.ns import qn
from pptx.package import Package

from geo.errors import DataError
from geo.messages import Message
from layers.briefing.pack import house, stripped
from layers.briefing.pack.inks import Inks, inks_of
from layers.briefing.pack.slides import LINE, Box, Canvas

OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")  # how old and encrypted Office files begin
MOST_BYTES: Final = 60_000_000  # of a master: logos and pictures, no films
MOST_UNPACKED: Final = 400_000_000
MOST_RATIO: Final = 200  # of a member that is large: more is a bomb, not a slide
MOST_MEMBERS: Final = 5000
EMU: Final = 12_700  # in a point
FOOT_PT: Final = 47.0
SUBTITLE_PT: Final = 20.0
GAP_PT: Final = 8.0
LEAST_AREA: Final = (540.0, 270.0)  # points: less has no room for a map beside its figures
BACKDROP: Final = 0.4  # of the slide: a picture larger than this lies behind everything
TITLES: Final = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
LEAST_TITLE_PT: Final = 14.0
LEAST_SHARE: Final = 0.7  # of what is smaller than that to begin with, as subtitles are
FEET: Final = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
WIDEST: Final = 1.28  # of the typefaces in use over ours: Verdana


@dataclass(frozen=True)
class Deck:
    """An open template.

    Attributes
    ----------
    opening, content : SlideLayout
        Of the title slide and of every other.
    canvas : Canvas
        What slides of the content layout offer.
    opening_foot : Box
        Where the foot of the title slide stands.
    inks, opening_inks : Inks
        Colours that can be read on the content layout, and at the foot of the title slide.
    is_house : bool
        Whether it is ours.
    """

    presentation: Any
    opening: Any
    content: Any
    canvas: Canvas
    opening_foot: Box
    is_house: bool
    inks: Inks
    opening_inks: Inks


def opened(path: Path | None) -> Deck:
    """Open a template without its slides; the house's where there is no other.

    Raises
    ------
    DataError
        If the file cannot be read, is no presentation, or has no layout that a map fits on.
    """
    if path is None:
        deck = _presentation(house.TEMPLATE)
        opening, layout = deck.slide_layouts
        return Deck(deck, opening, layout, house.CANVAS, house.CANVAS.foot, True, Inks(), Inks())
    _checked(path)
    deck = _presentation(path)
    size = (deck.slide_width / EMU, deck.slide_height / EMU)
    layouts = [layout for master in deck.slide_masters for layout in master.slide_layouts]
    content = _content(layouts, size)
    if content is None and size[0] < size[1]:
        raise DataError(
            Message(
                "The slides of “{name}” are higher than wide: no room for a map beside its figures. Bring a template "
                "in landscape, or use the house’s.",
                name=path.name,
            )
        )
    if content is None:
        raise DataError(
            Message(
                "“{name}” has no layout with a title above and room below for a map. Add one such as “Title only”, "
                "or use the house’s template.",
                name=path.name,
            )
        )
    opening = next((each for each in layouts if _kinds(each) >= {PP_PLACEHOLDER.CENTER_TITLE}), content[0])
    layout, canvas = content
    foot = _opening_foot(opening, size)
    inks = inks_of(layout, canvas.area), inks_of(opening, foot)
    return Deck(deck, opening, layout, canvas, foot, False, *inks)


def _checked(path: Path) -> None:
    """Refuse what is no presentation before anything is unpacked."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(
                Message("“{name}” is larger than {mb} MB. Take films and unused pictures out of the template.",
                        name=path.name, mb=MOST_BYTES // 1_000_000)
            )  # fmt: skip
        with path.open("rb") as file:
            is_ole = file.read(len(OLE)) == OLE
        if is_ole:
            raise DataError(
                Message(
                    "“{name}” is locked with a password, or of PowerPoint 2003 or older. Save it as .pptx without a "
                    "password and bring it again.",
                    name=path.name,
                )
            )
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except DataError:
        raise
    except OSError as error:
        raise DataError(
            Message("The template “{name}” cannot be read ({why}).", name=path.name,
                    why=error.strerror or type(error).__name__)
        ) from error  # fmt: skip
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _refused(path) from error
    large = [each for each in members if each.file_size > 1_000_000]
    if (
        len(members) > MOST_MEMBERS
        or sum(each.file_size for each in members) > MOST_UNPACKED
        or any(each.file_size > MOST_RATIO * max(each.compress_size, 1) for each in large)
    ):
        raise DataError(
            Message("“{name}” unpacks to far more than a template holds. It was not opened.", name=path.name)
        )
    if not {"[Content_Types].xml", "ppt/presentation.xml"} <= {each.filename for each in members}:
        raise _refused(path)


def _refused(path: Path) -> DataError:
    return DataError(
        Message("“{name}” is no PowerPoint presentation, or is damaged. Save the template as .pptx and bring it again.",
                name=path.name)
    )  # fmt: skip


def _presentation(path: Path) -> Any:
    try:
        package = Package.open(str(path))
        stripped.strip(package)
        deck = package.main_document_part.presentation
        # What is broken further down shows when it is looked at.
        for master in deck.slide_masters:
            for layout in master.slide_layouts:
                _kinds(layout)
        if not deck.slide_width or not deck.slide_height:
            raise _refused(path)
    except DataError:
        raise
    except OSError as error:
        raise DataError(
            Message("The template “{name}” cannot be read ({why}).", name=path.name,
                    why=error.strerror or type(error).__name__)
        ) from error  # fmt: skip
    except (
        PythonPptxError, etree.LxmlError, zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, KeyError, TypeError,
        AttributeError, IndexError, AssertionError, EOFError, NotImplementedError, RuntimeError,
    ) as error:  # fmt: skip
        raise _refused(path) from error
    return deck


def spared(template: Path | None, target: Path) -> None:
    """Refuse to write slides over the template that they are made with.

    Raises
    ------
    DataError
        If both are the same file.
    """
    if template is not None and template.resolve() == target.resolve():
        raise DataError(
            Message("“{name}” is the template: slides written there would replace it. Give them another name.",
                    name=target.name)
        )  # fmt: skip


def _kinds(layout: Any) -> set[Any]:
    return {each.placeholder_format.type for each in layout.placeholders}


def _content(layouts: list[Any], size: tuple[float, float]) -> tuple[Any, Canvas] | None:
    """Return the layout with a title and least beside it that has room for a map; None where none has."""
    found = []
    for order, layout in enumerate(layouts):
        title = next((each for each in layout.placeholders if each.placeholder_format.type in TITLES), None)
        if title is None or title.width is None or title.height is None:
            continue
        canvas = _canvas(layout, _box(title), size)
        if canvas is None:
            continue
        others = len(_kinds(layout) - TITLES - FEET)
        centred = title.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE
        found.append(((centred, others, order), layout, canvas))
    if not found:
        return None
    _, layout, canvas = min(found, key=lambda each: each[0])
    return layout, canvas


def _canvas(layout: Any, title: Box, size: tuple[float, float]) -> Canvas | None:
    """Return what is free below the title and above the footers, beside logos and bands; None if it is too little."""
    width, height = size
    left = title.x if title.x < 0.1 * width else 0.04 * width  # a title elsewhere says nothing of the margins
    right = min(max(title.right, width - left), width)  # beside the title may be a logo, and below that there is room
    free = Box(left, title.bottom + GAP_PT, right - left, _foot_top(layout, height) - title.bottom - 2 * GAP_PT)
    for taken in _furniture(layout, size):
        free = _beside(free, taken)
    if subtitle_of(layout) is None:
        free = replace(free, y=free.y + SUBTITLE_PT, height=free.height - SUBTITLE_PT)
    area, foot = free.rows(0, FOOT_PT, gap=GAP_PT)
    if area.width < LEAST_AREA[0] or area.height < LEAST_AREA[1]:
        return None
    return Canvas(width, height, area, foot, WIDEST)


def subtitle_of(layout: Any) -> Any | None:
    """Return the placeholder of a layout that has room for a line of text above the content; None if it has none."""
    deck_height = layout.part.package.presentation_part.presentation.slide_height
    for each in layout.placeholders:
        kind = each.placeholder_format.type
        low = each.height is not None and each.height <= 0.12 * deck_height
        if kind in {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.SUBTITLE} and low and each.top < 0.3 * deck_height:
            return each
    return None


def _foot_top(layout: Any, height: float) -> float:
    """Return where the footers of a layout begin; near the lower edge where it has none."""
    tops = [
        _box(each).y
        for each in layout.placeholders
        if each.placeholder_format.type in FEET and each.top is not None and _box(each).y > 0.7 * height
    ]
    return min([*tops, height * 0.975])


def _opening_foot(layout: Any, size: tuple[float, float]) -> Box:
    width, height = size
    bottom = _foot_top(layout, height)
    free = Box(0.04 * width, bottom - FOOT_PT - GAP_PT, 0.92 * width, FOOT_PT)
    for taken in _furniture(layout, size):
        moved = _beside(free, taken)
        free = moved if moved.height >= FOOT_PT and moved.width > 0.5 * width else free
    return free


def _furniture(layout: Any, size: tuple[float, float]) -> list[Box]:
    """Return where a layout and its master have logos and bands; what fills the slide is its ground."""
    every = [*layout.shapes, *layout.slide_master.shapes]
    boxes = [
        _box(each)
        for each in every
        if not each.is_placeholder and None not in (each.left, each.top, each.width, each.height)
    ]
    return [each for each in boxes if each.width * each.height < BACKDROP * size[0] * size[1]]


def _beside(free: Box, taken: Box) -> Box:
    """Return the largest part of a box that something does not lie on."""
    if (
        taken.x >= free.right or taken.right <= free.x or taken.y >= free.bottom or taken.bottom <= free.y
    ):  # fmt: skip
        return free
    parts = (
        Box(free.x, free.y, taken.x - GAP_PT - free.x, free.height),
        Box(taken.right + GAP_PT, free.y, free.right - taken.right - GAP_PT, free.height),
        Box(free.x, free.y, free.width, taken.y - GAP_PT - free.y),
        Box(free.x, taken.bottom + GAP_PT, free.width, free.bottom - taken.bottom - GAP_PT),
    )
    return max(parts, key=lambda each: max(each.width, 0) * max(each.height, 0))


def _box(shape: Any) -> Box:
    return Box(shape.left / EMU, shape.top / EMU, shape.width / EMU, shape.height / EMU)


def title_size(deck: Deck, placeholder: Any, text: str) -> float | None:
    """Return the points at which a title or subtitle fits its placeholder; None where the template's own do."""
    box = _box(placeholder)
    own = _own_size(placeholder)
    is_bold = placeholder.placeholder_format.type in TITLES
    size = own
    while size > min(LEAST_TITLE_PT, LEAST_SHARE * own):
        high = deck.canvas.lines(text, box.width - 15, size, bold=is_bold) * size * LINE
        if high <= box.height - 2:
            break
        size -= 1
    return None if size == own else size


def _own_size(placeholder: Any) -> float:
    """Return the size of a placeholder's letters, as the layout, the master or the master's styles have it."""
    kind = placeholder.placeholder_format.type
    layout = placeholder.part.slide_layout
    key = placeholder.placeholder_format.idx
    chain = [each for each in layout.placeholders if each.placeholder_format.idx == key]
    chain += [each for each in layout.slide_master.placeholders if each.placeholder_format.type in TITLES & {kind}]
    for each in chain:
        for run in each.element.iter(qn("a:defRPr")):
            if run.get("sz"):
                return int(run.get("sz")) / 100
    style = "p:titleStyle" if kind in TITLES else "p:bodyStyle"
    for run in layout.slide_master.element.iterfind(".//" + qn(style) + "//" + qn("a:defRPr")):
        if run.get("sz"):
            return int(run.get("sz")) / 100
    return 18.0
