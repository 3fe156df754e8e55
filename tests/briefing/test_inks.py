"""Texts on templates whose ground is not what their theme says: they can be read, in colours of the theme."""

from __future__ import annotations

from pathlib import Path

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from layers.briefing.pack import house, master
from layers.briefing.pack.inks import READABLE, SEEN, Inks, contrast
from layers.briefing.pack.slides import Canvas, Figures, figure_size
from layers.profile import Figure
from tests.briefing import odd_masters
from tests.briefing.masters import organisation
from tests.briefing.test_odd_masters import made_with

OFFICE = {  # the theme that python-pptx ships, which the templates here are made from
    "tx1": "000000", "bg1": "FFFFFF", "tx2": "1F497D", "bg2": "EEECE1", "accent2": "C0504D", "accent3": "9BBB59",
    "accent4": "8064A2", "accent5": "4BACC6", "accent6": "F79646",
}  # fmt: skip


def rgb(text: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(text)
    return red / 255, green / 255, blue / 255


@pytest.mark.parametrize(("one", "two", "ratio"), [
    ("000000", "FFFFFF", 21.0), ("777777", "FFFFFF", 4.48), ("123456", "123456", 1.0),
])  # fmt: skip
def test_contrast_is_that_of_wcag(one: str, two: str, ratio: float):
    assert contrast(rgb(one), rgb(two)) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(("ground", "behind"), [
    ("202124", "202124"), ("picture", "10302A"), ("gradient", "252558"), ("shape", "202124"), ("darkened", "0F243E"),
    ("FFF7D6", "FFF7D6"),
])  # fmt: skip
def test_texts_can_be_read_on_a_ground_that_a_master_paints(ground: str, behind: str, tmp_path: Path):
    inks = master.opened(odd_masters.painted(tmp_path / "theirs.pptx", ground)).inks
    theme = OFFICE | {"accent1": "005EB8"}
    on = rgb(behind)
    assert contrast(rgb(theme[inks.text]), on) >= READABLE
    assert contrast(rgb(theme[inks.muted]), on) >= READABLE
    assert contrast(rgb(theme[inks.said]), on) >= READABLE
    assert contrast(rgb(theme[inks.accent]), on) >= SEEN
    assert contrast(rgb(theme[inks.text]), rgb(theme[inks.panel])) >= READABLE
    assert contrast(rgb(theme[inks.said]), rgb(theme[inks.panel])) >= READABLE


def test_the_roles_of_a_theme_are_kept_where_they_can_be_read(tmp_path: Path):
    assert master.opened(organisation(tmp_path / "light.pptx")).inks == Inks()
    dark = master.opened(odd_masters.dark(tmp_path / "dark.pptx")).inks
    assert (dark.text, dark.muted, dark.panel) == ("tx1", "tx2", "bg2")


def test_an_accent_that_is_lost_in_the_ground_gives_way_to_the_next(tmp_path: Path):
    found = master.opened(odd_masters.painted(tmp_path / "theirs.pptx", "10302A", accent="14403A"))
    assert found.inks.accent == "accent2"


def test_slides_take_the_map_of_colours_of_their_layout(tmp_path: Path):
    template = odd_masters.painted(tmp_path / "theirs.pptx", "override")
    deck = Presentation(str(made_with(template, tmp_path / "made.pptx")))
    for slide in deck.slides:
        mapped = slide.element.find(".//" + qn("a:overrideClrMapping"))
        assert (mapped.get("bg1"), mapped.get("tx1")) == ("dk1", "lt1")


def test_texts_of_slides_take_the_colours_that_can_be_read_and_no_typeface(tmp_path: Path):
    template = odd_masters.painted(tmp_path / "theirs.pptx", "202124")
    deck = Presentation(str(made_with(template, tmp_path / "made.pptx")))
    used = {
        each.get("val")
        for slide in deck.slides
        for each in slide.element.iterfind(".//" + qn("a:rPr") + "//" + qn("a:schemeClr"))
    }
    assert used == {"bg1", "bg2"}
    for slide in deck.slides:
        assert slide.element.xpath(".//a:latin | .//a:buFont") == []


@pytest.mark.parametrize(("width", "is_smaller"), [(200.0, False), (70.0, True)])
def test_a_figure_stands_on_one_line_of_its_box(width: float, is_smaller: bool):
    figure = Figure("2\u202f830\u202f000", "Venezuelans living abroad")
    canvas = Canvas(720, 540, house.CANVAS.area, house.CANVAS.foot, slack=1.28)
    size = figure_size(canvas, figure, width)
    assert (size < figure_size(canvas, figure, 500)) == is_smaller
    assert canvas.lines(figure.value, width - 14, size, bold=True) == 1
    assert Figures((figure,), columns=1).height(canvas, width) > 0
