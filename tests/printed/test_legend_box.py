"""The legend of a printed map: all that is seen, in its box, or smaller, or else counted."""

from __future__ import annotations

from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo.messages import say
from layers import legend
from layers.legend import Entry
from layers.looks import DEFAULT_LAYERS, LOOKS
from layers.printed.atlas import LegendGroup
from layers.printed.legend_box import height_needed
from layers.printed.legend_box import legend as drawn
from layers.view import ViewState
from tests.printed.boxes import overlaps, texts

PX = 0.64


@pytest.fixture
def figure() -> Figure:
    made = Figure(figsize=(960 / 72, 540 / 72), dpi=144)
    FigureCanvasAgg(made)
    return made


def groups(lang: str = "en") -> list[LegendGroup]:
    view = ViewState(lang=lang)
    chosen = [LOOKS[key] for key in (*DEFAULT_LAYERS, "coca", "actors")]
    return [LegendGroup(spec.key, say(spec.title, lang), tuple(legend.entries(spec, view)), spec) for spec in chosen]


def crowd(layers: int, signs: int, words: str = "Sign of something") -> list[LegendGroup]:
    spec = LOOKS["mining"]
    entries = tuple(Entry(f"{words} {n}", spec.style, 1000 * n) for n in range(signs))
    return [LegendGroup(f"l{n}", f"Layer {n}", entries, spec) for n in range(layers)]


def words(figure: Figure) -> list[str]:
    return [text for text, _ in texts(figure)]


def inside(figure: Figure, box: Bbox) -> bool:
    return all(
        box.x0 - 0.5 <= each.x0 and each.x1 <= box.x1 + 0.5 and box.y0 - 0.5 <= each.y0 and each.y1 <= box.y1 + 0.5
        for _, each in texts(figure)
    )


@pytest.mark.parametrize("lang", ["en", "es", "pt"])
@pytest.mark.parametrize("box", [(24, 40, 612, 110), (660, 70, 276, 430), (660, 70, 140, 430), (24, 20, 912, 90)])
def test_a_legend_stays_in_its_box_and_nothing_overlaps(
    figure: Figure, lang: str, box: tuple[float, float, float, float]
) -> None:
    where = Bbox.from_bounds(*box)
    used = drawn(figure, groups(lang), lang, box=where, px=PX)
    assert inside(figure, used)
    assert inside(figure, where)
    assert not overlaps(figure)
    assert figure.artists[0].get_gid() == "legend"


def test_it_says_each_layer_and_all_its_signs_with_their_counts(figure: Figure) -> None:
    drawn(figure, groups(), "en", box=Bbox.from_bounds(660, 20, 276, 500), px=PX)
    said = words(figure)
    for group in groups():
        assert group.title in said
        for entry in group.entries:
            assert entry.words in said
    assert "135" not in said  # layers have no sums of their own
    assert "51" in said


@pytest.mark.parametrize("wide", [140, 276, 450, 612, 900])
def test_what_it_asks_for_is_what_it_takes(figure: Figure, wide: float) -> None:
    high = height_needed(groups(), wide, PX)
    used = drawn(figure, groups(), "en", box=Bbox.from_bounds(24, 20, wide, high), px=PX)
    assert used.height <= high + 0.1
    assert inside(figure, used)
    assert max(each.height for _, each in texts(figure)) > 12 * PX * 0.9  # and nothing had to be set smaller


def test_wider_is_lower() -> None:
    heights = [height_needed(groups(), wide, PX) for wide in (150, 300, 600, 900)]
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] < heights[0] / 3


def test_what_does_not_fit_is_set_smaller(figure: Figure) -> None:
    high = height_needed(groups(), 276, PX)
    drawn(figure, groups(), "en", box=Bbox.from_bounds(24, 20, 276, 0.85 * high), px=PX)
    assert not any(text.startswith("and ") for text in words(figure))
    assert inside(figure, Bbox.from_bounds(24, 20, 276, 0.85 * high))


@pytest.mark.parametrize(("layers", "signs"), [(1, 200), (3, 40), (60, 1), (40, 4)])
def test_what_still_does_not_fit_is_counted(figure: Figure, layers: int, signs: int) -> None:
    box = Bbox.from_bounds(24, 20, 300, 200)
    drawn(figure, crowd(layers, signs), "en", box=box, px=PX)
    said = words(figure)
    told = [text for text in said if text.startswith("and ")]
    assert len(told) == 1
    left_out = int("".join(sign for sign in told[0] if sign.isdecimal()))
    shown = sum(text.startswith("Sign of") for text in said)
    assert shown + left_out == layers * signs
    assert shown > 20
    assert inside(figure, box)
    assert not overlaps(figure)


def test_a_layer_that_goes_on_in_the_next_column_has_its_title_there_again(figure: Figure) -> None:
    drawn(figure, crowd(1, 20), "en", box=Bbox.from_bounds(24, 20, 600, 200), px=PX)
    assert words(figure).count("Layer 0") == 2
    assert words(figure).count("continued") == 1


def test_layers_stay_whole_where_that_costs_little(figure: Figure) -> None:
    drawn(figure, crowd(3, 5), "en", box=Bbox.from_bounds(24, 20, 600, 70), px=PX)
    columns = {round(box.x0) for text, box in texts(figure) if text.startswith("Layer")}
    assert len(columns) == 3
    assert "continued" not in words(figure)


def test_a_layer_with_one_sign_of_its_name_has_one_line(figure: Figure) -> None:
    spec = LOOKS["boundaries"]
    only = LegendGroup("boundaries", "Land boundaries", (Entry("Land boundaries", spec.style, 26),), spec)
    drawn(
        figure, [only, LegendGroup("x", "Without signs", (), spec)], "en", box=Bbox.from_bounds(24, 20, 300, 90), px=PX
    )
    assert words(figure) == ["Land boundaries", "26", "Without signs"]


def test_words_of_strangers_are_written_as_they_are_and_never_too_long(figure: Figure) -> None:
    box = Bbox.from_bounds(24, 20, 200, 300)
    strange = "$x^2$ \x00\x1b & <b>" + "aeroportoclandestino" * 20
    drawn(figure, crowd(2, 2, words=strange), "en", box=box, px=PX)
    assert any(text.startswith("$x^2$") for text in words(figure))
    assert not any("\x00" in text for text in words(figure))
    assert inside(figure, box)
    assert not overlaps(figure)


def test_nothing_to_explain_takes_no_room(figure: Figure) -> None:
    assert height_needed([], 300, PX) == 0
    assert drawn(figure, [], "en", box=Bbox.from_bounds(24, 20, 200, 300), px=PX).height == 0


def test_signs_stand_beside_their_words(figure: Figure) -> None:
    drawn(figure, crowd(1, 3), "en", box=Bbox.from_bounds(24, 20, 200, 300), px=PX)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    signs = [Bbox(each.get_window_extent().get_points() / 2) for each in figure.artists if each.get_gid() != "legend"]
    beside = [box for text, box in texts(figure) if text.startswith("Sign")]
    assert len(signs) >= 3
    for box in beside:
        near = [each for each in signs if each.x1 < box.x0 and abs((each.y0 + each.y1 - box.y0 - box.y1) / 2) < 2]
        assert near
    assert not any(one.overlaps(two) for one, two in combinations(beside, 2))
