"""Texts on sheets: as wide as they are drawn, broken where they must be, and cut off only at last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from layers.printed import fitting, fonts
from layers.printed.fitting import ELLIPSIS, fitted, is_right_to_left, shortened, wrapped
from layers.printed.lettering import line
from layers.printed.writing import settings

TEXT = "Boundaries and names shown do not imply endorsement. Dashed boundaries are disputed."
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "S")), max_size=200)


@pytest.mark.parametrize(
    "text", [TEXT, "Río Içá – Três Fronteiras", "AVATAR To. WAY", "גבול 12 ק״מ", "±20 km · 1\u202f000 ≥ ◆"]
)
@pytest.mark.parametrize("weight", [fonts.REGULAR, fonts.SEMIBOLD, fonts.BOLD])
def test_a_line_is_as_wide_as_it_is_drawn(text: str, weight: int):
    figure = Figure((20, 1), dpi=300)
    drawn = line(figure, text, (10, 10), 9, weight=weight)
    with settings():
        box = drawn.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert box.width / 300 * 72 == pytest.approx(fonts.width(text, 9, weight), rel=0.02, abs=0.7)


@given(WORDS, st.floats(30, 300))
def test_no_line_is_wider_than_its_room_and_no_sign_is_lost(text: str, room: float):
    lines = wrapped(text, room, 8)
    assert all(fonts.width(each, 8) <= room + 0.5 for each in lines if len(each) > 1)
    assert "".join(lines).replace(" ", "") == fonts.drawable(text).replace(" ", "")


def test_an_indent_takes_room_from_the_first_line_alone():
    first, *others = wrapped(TEXT, 200, 8, indent_pt=150)
    assert fonts.width(first, 8) <= 50
    assert max(fonts.width(each, 8) for each in others) > 150


def test_type_is_made_smaller_before_anything_is_cut_off():
    assert fitted(TEXT, 1000, size=9, least=6).size == 9
    smaller = fitted(TEXT, 0.8 * fonts.width(TEXT, 9), size=9, least=6)
    assert smaller.lines == (TEXT,)
    assert 6 <= smaller.size < 9
    assert not smaller.is_cut
    cut = fitted(TEXT, 0.5 * fonts.width(TEXT, 9), size=9, least=6)
    assert cut.is_cut
    assert cut.size == 6
    assert cut.lines[0].endswith(ELLIPSIS)
    assert fonts.width(cut.lines[0], 6) <= 0.5 * fonts.width(TEXT, 9)


def test_a_word_without_spaces_is_broken_and_a_short_text_left_alone():
    lines = wrapped("x" * 300, 100, 8)
    assert len(lines) > 5
    assert shortened("Leticia", 100, 8) == "Leticia"
    assert wrapped("", 100, 8) == []


def test_what_no_typeface_has_is_a_box_and_control_signs_are_gone():
    assert fonts.drawable("a世b\u202e\x00\tc\nd") == "a" + fonts.BLANK + "b c d"
    assert fonts.drawable("1\u202f000 × $5 ◆ שלום") == "1\u202f000 × $5 ◆ שלום"


@pytest.mark.parametrize(
    ("text", "written", "is_legible"),
    [
        ("边境地区：走私、采矿", fonts.BLANK, False),
        ("类别13 🚤", f"{fonts.BLANK}13 ", True),
        ("🚤🚢 Frontera 🇨🇴🇵🇪 👩‍👩‍👧 sur", "Frontera sur", True),
        ("🚤", "", False),
        ("a\u2028b", "a b", True),
    ],
)
def test_a_run_of_foreign_letters_is_one_box_and_pictographs_are_left_out(text: str, written: str, is_legible: bool):
    assert fonts.drawable(text) == written
    assert fonts.drawable(written) == written
    assert fonts.is_legible(text) is is_legible


@pytest.mark.parametrize("text", ["Clase de nombre muy largo " * 200, "x" * 5000])
def test_a_text_of_any_length_is_cut_off_with_few_looks(text: str, monkeypatch: pytest.MonkeyPatch):
    looks = []
    monkeypatch.setattr(fitting, "width", lambda *told: looks.append(told) or fonts.width(*told))
    cut = shortened(text, 150, 8)
    assert len(looks) < 50
    assert fonts.width(cut, 8) <= 150
    assert fonts.width(cut.replace(ELLIPSIS, text[len(cut) - 1 : len(cut) + 2]) + ELLIPSIS, 8) > 150


@pytest.mark.parametrize(
    ("text", "expected"),
    [("שלום", True), ("مرحبا", True), ("12 שלום", True), ("Rio שלום", False), ("", False), ("12", False)],
)
def test_the_first_letter_says_where_a_text_begins(text: str, expected: bool):
    assert is_right_to_left(text) is expected


def test_the_typefaces_are_found_without_a_word_on_standard_error(caplog: pytest.LogCaptureFixture):
    figure = Figure((4, 1), dpi=100)
    for weight in (fonts.REGULAR, fonts.SEMIBOLD, fonts.BOLD):
        line(figure, "Rio ◆ שלום", (10, 10), 9, weight=weight)
    with settings():
        FigureCanvasAgg(figure).draw()
    assert caplog.records == []
