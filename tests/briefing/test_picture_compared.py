"""Views that compare: both sides stand on the sheet, in one extent, each under its caption, with one legend."""

from __future__ import annotations

import re

import pytest

from geo.messages import LANGUAGES
from layers import comparison, shading
from layers.briefing import picture
from layers.briefing.told import leaving
from layers.looks import specs
from layers.printed import aside
from layers.printed.compared import Both
from layers.printed.templates import TEMPLATES
from tests.briefing.sheets import overlap, plain, sheet, view_of, words, words_of_pdf, words_of_svg
from tests.briefing.test_picture import boxes, check, restricted

__all__ = ["restricted"]  # a fixture

YEARS = "layers=coca,mining,corridors,boundaries&year=2005&compare=2020"
LAYERS = "layers=coca,homicide,zones&compare=coca:homicide"
ZONE = "zone=Z-PUTUMAYO&layers=mining,corridors,zones,boundaries&year=2005&compare=2020"


@pytest.mark.parametrize("query", [YEARS, LAYERS, ZONE], ids=["years", "layers", "zone"])
@pytest.mark.parametrize(
    ("template", "lang"), [(each, LANGUAGES[n % 3]) for n, each in enumerate([*TEMPLATES, "320x320", "1280x320"])]
)
def test_both_sides_stand_beside_one_another_on_every_sheet(template: str, lang: str, query: str):
    made = sheet(f"{query}&lang={lang}", template)
    check(made, has_aside=query == ZONE and made.template.kind != "picture", is_compared=True)
    first, second = (each for each in made.figure.axes if (each.get_gid() or "").startswith("map"))
    assert first.get_xlim() == second.get_xlim() == (made.frame.west, made.frame.east)
    assert first.get_ylim() == second.get_ylim() == (made.frame.south, made.frame.north)
    one, other = boxes(made.figure)["map"], boxes(made.figure)["map-second"]
    assert (one.width, one.height) == pytest.approx((other.width, other.height))
    assert one.width / one.height == pytest.approx(made.frame.width / made.frame.height, rel=1e-3)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("query", [YEARS, LAYERS])
def test_the_captions_are_those_of_the_screen_in_every_format(query: str, lang: str, tmp_path):
    made, path = sheet(f"{query}&lang={lang}"), tmp_path / "sheet.pdf"
    view = view_of(f"{query}&lang={lang}")
    said = comparison.captions(view, list(leaving(view).layers))
    by_name = {each.get_gid(): each.get_text() for each in made.figure.texts}
    assert {side: by_name[f"caption-{side}"] for side in ("left", "right")} == said
    picture.write(made, path)
    for found in (words_of_svg(picture.packed(made, "svg")), words_of_pdf(path)):
        assert all(plain(each) in plain(found) for each in said.values())


def test_each_map_shows_its_own_year_and_the_legend_counts_both():
    both = {group.key: group for group in sheet(YEARS).drawn.legend}
    alone = [
        {group.key: group for group in sheet(YEARS.replace("year=2005&compare=2020", f"year={year}")).drawn.legend}
        for year in (2005, 2020)
    ]
    for key in ("mining", "corridors", "coca"):
        counts = [{each.words: each.count for each in side[key].entries} for side in alone]
        found = {each.words: (each.count, each.second) for each in both[key].entries if isinstance(each, Both)}
        assert found.keys() == counts[0].keys() | counts[1].keys()
        assert any(first != second for first, second in found.values())
    assert both["coca"].title.startswith("Coca cultivation 2005 → 2020")
    assert both["mining"].title == "Mining sites · 2005 → 2020"
    assert "→" not in both["boundaries"].title


def test_a_layer_of_one_side_is_drawn_and_counted_on_that_side():
    made = sheet(LAYERS)
    shown = {group.key: group.title for group in made.drawn.legend}
    assert set(shown) == {"coca", "homicide", "zones"}
    assert len(shown) == len(made.drawn.legend)
    assert not any("→" in each for each in shown.values())
    assert not [each for group in made.drawn.legend if group.key != "zones" for each in group.entries
                if isinstance(each, Both)]  # fmt: skip


def test_sources_and_years_are_those_of_both_sides():
    made = sheet(YEARS)
    assert "(2005, 2020)" in made.told.sources
    assert made.told.subtitle.endswith("2005 and 2020 compared")
    only_later = sheet("layers=corridors&year=1985&compare=2020")
    assert "Corridors" in only_later.told.sources, "what is on the second map alone has sources, too"
    assert "not tracks" in only_later.told.disclaimer


def test_figures_beside_the_maps_count_both_years():
    view = view_of("layers=mining&year=2005&compare=2020")
    (figure,) = aside.counted(view, list(leaving(view).layers), sheet(YEARS).frame)
    assert re.fullmatch(r"\d+ → \d+", figure.value)
    assert figure.more == "2005 → 2020"


def test_a_comparison_that_cannot_be_drawn_is_one_map(restricted: str):
    check(sheet("layers=zones&compare=2019"), has_aside=False)
    check(sheet(f"layers=zones,{restricted}&compare=zones:coca"), has_aside=False)


def test_the_same_layer_in_a_year_before_any_figure_has_a_map_of_its_own():
    assert shading.shown_year(specs()["coca"], 1985) is None
    made = sheet("layers=coca&year=1985&compare=2020")
    check(made, has_aside=False, is_compared=True)
    assert made.drawn.legend[0].title.startswith("Coca cultivation – → 2020")


def test_long_captions_are_broken_and_keep_off_the_maps(restricted: str, monkeypatch: pytest.MonkeyPatch):
    long = "Posts of the patrol along the river and all that was ever said of them " * 4
    monkeypatch.setattr(comparison, "captions", lambda *_: {"left": long, "right": "2019"})
    found = boxes(sheet(f"layers={restricted},zones&compare={restricted}:zones", "half-slide").figure)
    assert not overlap(found["caption-left"], found["map"], by=0.75)
    assert not overlap(found["caption-left"], found["caption-right"], by=0.75)
    assert "…" in words(sheet(f"layers={restricted},zones&compare={restricted}:zones", "half-slide").figure)
