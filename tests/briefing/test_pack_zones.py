"""The slides of single zones: whoever is named stands on one, and none looks unfinished."""

from __future__ import annotations

import pytest

from geo import answers_on_borders, zones
from geo.viewer import LOCAL
from layers.briefing.pack import contents, house, pack
from layers.briefing.pack.pack import Pack
from layers.briefing.pack.slides import Bullets, Slide, Table
from layers.profile_lists import listing

pytestmark = pytest.mark.usefixtures("storage")

INLAND = ("Z-VRAEM", "Z-CAUCA", "Z-YUNGAS")
FEW = "Z-DARIEN"  # on whose border one mechanism answers
MANY = "Z-PUNO"  # whose lists are long


def slides_of(zone_id: str, part: str) -> list[Slide]:
    asked = pack._asked(Pack(zones=(zone_id,)), house.CANVAS, LOCAL)
    return [slide for _, slide in contents.slides(asked) if part in slide.title]


def rows_of(slides: list[Slide], title: str) -> list[str]:
    tables = [block for slide in slides for _, block in slide.blocks if isinstance(block, Table)]
    return [row.cells[0] for table in tables if table.title == title for row in table.rows]


@pytest.mark.parametrize("zone_id", [*INLAND, FEW, MANY])
def test_every_group_corridor_crossing_and_site_stands_on_a_slide(zone_id: str):
    slides = slides_of(zone_id, ": groups") + slides_of(zone_id, ": crossings")
    assert 1 <= len(slides) <= 2
    for key in ("groups", "corridors", "crossings", "sites"):
        found = listing(key, zone_id, "en")
        assert rows_of(slides, found.title) == [row.name for row in found.rows]


@pytest.mark.parametrize("zone_id", INLAND)
def test_a_zone_inside_one_country_says_why_no_border_answers_and_what_its_country_is_party_to(zone_id: str):
    (slide,) = slides_of(zone_id, "cooperation")
    (gaps,) = [block for _, block in slide.blocks if isinstance(block, Bullets)]
    assert gaps.items[0].startswith("The zone lies inside ")
    tables = [block for _, block in slide.blocks if isinstance(block, Table)]
    assert [table.title.partition(" of ")[0] for table in tables] == ["Mechanisms", "What speaks"]
    assert [row.cells[0] for row in tables[0].rows] == list(answers_on_borders.beyond_borders(zone_id)["name"])
    assert slide.foot.sources != "–"


def test_what_speaks_of_an_economy_is_counted_once_and_is_no_mechanism_of_a_border_of_the_zone():
    rows = answers_on_borders.beyond_borders(FEW)
    assert rows["mechanism_id"].is_unique
    assert all(rows["economies"])
    on_borders = set(zones.borders_of(FEW).index)
    assert not any(on_borders & set(cell.split(";")) for cell in rows["borders"])
    parties = set(zones.countries(FEW))
    assert all(parties & set(cell.split(";")) for cell in rows["parties"])


def test_a_slide_with_one_mechanism_also_tells_what_else_speaks_of_the_zone():
    (slide,) = slides_of(FEW, "cooperation")
    assert rows_of([slide], "Cooperation on its borders")
    assert rows_of([slide], "Not of its borders, and of what is known here")
