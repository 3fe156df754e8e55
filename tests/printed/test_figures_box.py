"""Key figures in boxes: all of them there, in line, none over another."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo.messages import LANGUAGES
from geo.store import table
from layers import profile
from layers.printed import figures_box
from tests.printed.boxes import overlaps, texts

BOX = Bbox.from_extents(10, 10, 330, 310)


def drawn(figures, px: float = 0.9) -> tuple[Figure, Bbox]:
    figure = Figure(figsize=(340 / 72, 320 / 72))
    return figure, figures_box.draw(figure, figures, box=BOX, px=px)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("zone_id", list(table("zones")["zone_id"])[::3])
def test_every_key_figure_stands_in_its_box(zone_id: str, lang):
    for figures in (profile.first_figures(zone_id, lang), profile.key_figures(zone_id, lang)):
        figure, taken = drawn(figures)
        said = " ".join(text for text, _ in texts(figure))
        assert overlaps(figure) == []
        assert all(each.value in said for each in figures)
        for _, box in texts(figure):
            assert taken.x0 <= box.x0
            assert box.x1 <= taken.x1 + 0.5
            assert taken.y0 <= box.y0 + 1
            assert box.y1 <= taken.y1 + 1
        assert taken.height == pytest.approx(figures_box.height_needed(figures, BOX.width, 0.9))


def test_texts_of_any_length_are_fitted():
    long = profile.Figure("123 456 789 012", "words that go on and on " * 20, "more of them " * 10)
    figure, taken = drawn([long, profile.Figure("$1$", "x", ""), long])
    assert overlaps(figure) == []
    assert all(box.x1 <= taken.x1 + 0.5 for _, box in texts(figure))
    assert "$1$" in [text for text, _ in texts(figure)]


def test_no_figures_take_no_room():
    figure, taken = drawn([])
    assert taken.height == 0
    assert texts(figure) == []
