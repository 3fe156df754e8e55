"""Views on sheets: all that must stand on one is there, nothing overlaps, nothing leaves the page."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from PIL import Image

from geo.errors import DataError
from geo.messages import LANGUAGES
from layers.briefing import picture
from layers.briefing.marking import COLOURS, GROUND
from layers.briefing.told import PUBLIC_URL, suggested_title
from layers.printed.templates import TEMPLATES
from tests.briefing.sheets import ALWAYS, BESIDE, COMPARED, ON_THE_MAP, boxes, overlap, plain, sheet, view_of, words
from tests.stored_layers import kept

HAIR = 0.75  # points: serifs and the edges of boxes
LONG = "A title that says too much of everything and then goes on to say it once more " * 4
HEBREW = "אזורי גבול: נתיבים, כרייה וקוקה לאורך הנהר"
VIEWS = {
    "region": {},
    "zone": {"query": "zone=Z-PUTUMAYO"},
    "empty": {"query": "layers=none"},
    "figures": {"query": "layers=coca,boundaries&year=2019"},
    "long title": {"title": LONG, "subtitle": LONG},
    "right to left": {"title": HEBREW, "subtitle": HEBREW},
    "street": {"query": "at=-4.2150,-69.9406,14"},
    "antimeridian": {"query": "at=-14.5,-179.5,4"},
}


@pytest.fixture
def restricted(storage: Path) -> str:  # noqa: ARG001 - it goes there
    """Return the key of a stored layer under TLP:AMBER+STRICT."""
    spots = gpd.GeoDataFrame(
        {"name": ["One", "Two"]}, geometry=[shapely.Point(-70, -4), shapely.Point(-68, -3)], crs="EPSG:4326"
    )
    return kept(spots, title="Posts & <places>, $5", marking="TLP:AMBER+STRICT").key


def check(composed: picture.Composed, *, has_aside: bool, is_compared: bool = False) -> None:
    """See that all is there, on the page, and beside one another; the locator of two maps is on the second."""
    found = boxes(composed.figure)
    wide, high = composed.template.width_in * 72, composed.template.height_in * 72
    assert found.keys() >= ALWAYS | (BESIDE if has_aside else set()) | (COMPARED if is_compared else set())
    assert is_compared or not found.keys() & COMPARED
    on_maps = {(each, "map-second" if is_compared and each == "inset" else "map") for each in ON_THE_MAP}
    for name, box in found.items():
        assert box.x0 > -HAIR, name
        assert box.y0 > -HAIR, name
        assert box.x1 < wide + HAIR, name
        assert box.y1 < high + HAIR, name
    for one, other in combinations(sorted(found), 2):
        if (one, other) in on_maps or (other, one) in on_maps:
            assert overlap(found[one], found[other], by=HAIR), f"{one} is not on the map"
            continue
        assert not overlap(found[one], found[other], by=HAIR), f"{one} and {other}"


@pytest.mark.parametrize("zone", ["", "Z-PUTUMAYO"])
@pytest.mark.parametrize(
    ("template", "lang"),
    [*((each, LANGUAGES[n % 3]) for n, each in enumerate(TEMPLATES)), ("slide", "es"), ("slide", "pt")],
)
def test_all_that_must_stand_on_a_sheet_does_beside_one_another(template: str, lang: str, zone: str):
    made = sheet(f"lang={lang}" + (f"&zone={zone}" if zone else ""), template)
    check(made, has_aside=bool(zone) and TEMPLATES[template].kind != "picture")


@pytest.mark.parametrize("template", ["slide", "a4", "half-slide"])
@pytest.mark.parametrize("name", VIEWS)
def test_hard_views_are_good_sheets(name: str, template: str):
    options = VIEWS[name]
    made = sheet(str(options.get("query", "")), template, **{k: v for k, v in options.items() if k != "query"})
    check(made, has_aside="zone=" in str(options.get("query", "")) and template != "half-slide")


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_sheet_of_a_restricted_layer_carries_its_mark(template: str, restricted: str):
    made = sheet(f"layers={restricted},boundaries", template)
    check(made, has_aside=False)
    assert made.told.marking == "TLP:AMBER+STRICT"
    (mark,) = [each for each in made.figure.findobj() if each.get_gid() == "marking-text"]
    (ground,) = [each for each in made.figure.findobj() if each.get_gid() == "marking"]
    assert mark.get_text() == "TLP:AMBER+STRICT"
    assert mark.get_color() == COLOURS["TLP:AMBER+STRICT"]
    assert ground.get_facecolor()[:3] == (0, 0, 0)
    assert GROUND == "#000000"


def test_what_strangers_wrote_stands_as_they_wrote_it(restricted: str):
    made = sheet(f"layers={restricted}", title="$x_1$ & <b> \\frac{1}{2}")
    assert "$x_1$ & <b> \\frac{1}{2}" in words(made.figure)
    assert "Posts & <places>, $5" in words(made.figure)


@pytest.mark.parametrize("template", ["320x320", "1280x320", "600x1600@72"])
def test_sizes_of_ones_own_have_room_for_all(template: str):
    check(sheet("zone=Z-CUCUTA", template), has_aside=True)


def test_the_code_is_a_qr_where_there_is_a_public_address(monkeypatch: pytest.MonkeyPatch):
    assert "qr" not in boxes(sheet().figure)
    monkeypatch.setenv(PUBLIC_URL, "https://fronteras.example")
    made = sheet()
    check(made, has_aside=False)
    assert "qr" in boxes(made.figure)


def test_the_date_is_the_one_asked_for():
    assert plain("22 de noviembre de 2026") in plain(words(sheet("lang=es", on=date(2026, 11, 22)).figure))


def test_what_is_no_sheet_or_no_format_is_said(tmp_path):
    with pytest.raises(DataError, match="no sheet called"):
        sheet(template="a9")
    with pytest.raises(DataError, match=r"not as .gif"):
        picture.write(sheet(), tmp_path / "map.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said_and_nothing_is_left_behind(tmp_path):
    with pytest.raises(DataError, match="could not be written"):
        picture.write(sheet(), tmp_path / "none" / "map.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("title", "template", "name"),
    [
        ("Putumayo – Sucumbíos", "slide", "fronteras-putumayo-sucumbios-{}.png"),
        ("", "a4", "fronteras-south-america-borders-and-illicit-economies-a4-{}.png"),
        (HEBREW, "slide", "fronteras-{}.png"),
        (LONG, "slide", "fronteras-a-title-that-says-too-much-of-everything-and-then-goes-on-{}.png"),
    ],
)
def test_a_file_is_called_after_what_is_on_it(title: str, template: str, name: str):
    made = sheet(title=title, template=template)
    found = picture.file_name(made.told, made.template, "png")
    assert found.isascii()
    assert found.startswith(name.partition("{")[0][:50])
    assert found.endswith(made.told.code.replace("-", "") + ".png")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_code_of_the_table_of_sources_stands_on_a_sheet(lang: str):
    named = sheet(f"lang={lang}").told.sources
    assert not re.findall(r"\b(GK|AMW)\b", named)


def test_a_title_that_no_typeface_can_write_gives_way_to_what_the_view_suggests_and_stays_in_the_file():
    chinese = "边境地区：走私、采矿"
    made = sheet("zone=Z-CUCUTA&lang=es", title=chinese, subtitle="🚤🚢")
    assert made.told.title == chinese
    written = {each.get_gid(): each.get_text() for each in made.figure.texts}
    assert written["title"] == suggested_title(view_of("zone=Z-CUCUTA&lang=es"))
    assert written["subtitle"].startswith("Zona")
    info = Image.open(BytesIO(picture.packed(made, "png"))).info
    assert info["Title"] == chinese
