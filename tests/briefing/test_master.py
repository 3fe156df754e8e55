"""Packs with an organisation's own template: its logo, typeface and colours stay; a broken one is a sentence."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Inches

from geo.errors import DataError
from layers.briefing.pack import master
from layers.briefing.pack.pack import Pack, make
from layers.briefing.pack.slides import Box
from tests.briefing.masters import TYPEFACE, broken, organisation

ZONE = "Z-CUCUTA"
EMU = 12_700


pytestmark = pytest.mark.usefixtures("module_storage")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    path = folder / "pack.pptx"
    make(Pack(zones=(ZONE,), lang="pt", master=organisation(folder / "ours.pptx")), path)
    return path


def box(shape: Any) -> Box:
    return Box(*(each / EMU for each in (shape.left, shape.top, shape.width, shape.height)))


def lie_over(one: Box, other: Box) -> bool:
    return (
        one.x < other.right - 1 and other.x < one.right - 1 and one.y < other.bottom - 1 and other.y < one.bottom - 1
    )  # fmt: skip


def test_layouts_are_chosen_by_their_placeholders_and_nothing_else_of_the_file_is_kept(made: Path):
    deck = Presentation(str(made))
    assert {slide.slide_layout.name for slide in deck.slides} == {"Title Slide", "Title Only"}
    assert deck.slides[0].slide_layout.name == "Title Slide"
    with zipfile.ZipFile(made) as archive:
        slides = [name for name in archive.namelist() if name.startswith("ppt/slides/slide")]
        theme = archive.read("ppt/theme/theme1.xml").decode()
    assert len(slides) == len(deck.slides)
    assert TYPEFACE in theme


def test_logo_and_band_stay_and_nothing_lies_over_them(made: Path):
    deck = Presentation(str(made))
    furniture = {each.name: box(each) for each in deck.slide_master.shapes if each.name in {"Logo", "Band"}}
    assert furniture.keys() == {"Logo", "Band"}
    for slide in list(deck.slides)[1:]:
        for shape in slide.shapes:
            if shape.name == "Slide number":
                continue
            for name, taken in furniture.items():
                assert not lie_over(box(shape), taken), (slide.shapes.title.text_frame.text, shape.name, name)


def test_everything_stands_on_the_slide(made: Path):
    deck = Presentation(str(made))
    for slide in deck.slides:
        for shape in slide.shapes:
            where = box(shape)
            assert where.x >= -0.1
            assert where.y >= -0.1
            assert where.right <= deck.slide_width / EMU + 0.1
            assert where.bottom <= deck.slide_height / EMU + 0.1


def test_text_has_no_typeface_or_colour_of_ours_but_for_the_mark(made: Path):
    for slide in Presentation(str(made)).slides:
        tree = slide.shapes._spTree
        assert tree.xpath(".//a:r//a:latin") == []
        marks = [each for each in slide.shapes if each.name == "Marking"]
        assert len(marks) == 1
        fixed = {each.get("val") for each in tree.xpath(".//a:srgbClr")}
        assert fixed <= {"000000", "FFFFFF"}


def test_charts_have_the_first_accent_of_the_template(made: Path):
    charts = [s.chart for slide in Presentation(str(made)).slides for s in slide.shapes if s.has_chart]
    assert charts
    for chart in charts:
        assert chart._chartSpace.xpath(".//c:ser[1]/c:spPr//a:schemeClr/@val")[0] == "accent1"


def test_a_template_of_other_proportions_has_room_too(tmp_path: Path):
    path = tmp_path / "pack.pptx"
    make(Pack(zones=(ZONE,), master=organisation(tmp_path / "old.pptx", width=10.0)), path)
    deck = Presentation(str(path))
    assert deck.slide_width == Inches(10)
    assert all(box(shape).right <= 720.1 for slide in deck.slides for shape in slide.shapes)


@pytest.mark.parametrize("how", ["text", "empty", "zip", "bomb", "cut", "xml", "entities", "no master", "blank"])
def test_what_is_no_template_is_refused_in_a_sentence(how: str, tmp_path: Path):
    path = broken(tmp_path / "theirs.pptx", how)
    words = {"bomb": "unpacks to far more", "blank": "has no layout with a title"}.get(how, "is no PowerPoint|damaged")
    with pytest.raises(DataError, match=words) as refused:
        make(Pack(zones=(ZONE,), master=path), tmp_path / "pack.pptx")
    assert "theirs.pptx" in str(refused.value.message.values)
    assert not (tmp_path / "pack.pptx").exists()


def test_a_template_that_is_not_there_is_a_sentence(tmp_path: Path):
    with pytest.raises(DataError, match="cannot be read"):
        master.opened(tmp_path / "none.pptx")
