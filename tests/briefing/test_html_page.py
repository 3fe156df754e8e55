"""A view as one file of HTML: whole, closed to the network, marked, bounded, and the same each time."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from datetime import date
from hashlib import sha256

import geopandas as gpd
import pytest
from shapely import Point, box

from geo.errors import DataError
from geo.messages import LANGUAGES, say
from layers import cards as whole_cards
from layers import features, shading
from layers.briefing.one_file import cards as page_cards
from layers.briefing.one_file import columns as page_columns
from layers.briefing.one_file import page
from layers.briefing.one_file import tiles as page_tiles
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import code_of
from layers.delivery import VARIABLE
from layers.looks import specs
from layers.view import ViewState
from tests.briefing.one_file import OneFile
from tests.conftest import ROOT
from tests.made_layers import polygons
from tests.stored_layers import kept

pytestmark = pytest.mark.usefixtures("storage")


def made(view: ViewState, **options: object) -> OneFile:
    return OneFile(page.html(Snapshot(view=view, **options)).decode())  # type: ignore[arg-type]


def test_every_layer_of_the_view_is_in_the_file_with_its_cards():
    view = ViewState(layers=("zones", "crossings", "coca", "corridors"), countries=("PER",))
    file = made(view)
    bundle, entries = file.bundle, {each["key"]: each for each in file.spec["layers"]}
    for key in ("zones", "crossings", "corridors"):
        expected = set(features.selected(specs()[key], view).index)
        shapes = {each["properties"].get("id") for each in bundle["features"][key]["features"]}
        assert shapes - {None} == expected == set(bundle["cards"][key])
        assert entries[key]["url"].removeprefix("inline:") in bundle["features"]
    assert {f"base-{name}" for name in features.BASE_LAYERS} <= set(bundle["features"]) & set(entries)
    assert len(bundle["features"]["units"]["features"]) > 200
    card = next(iter(bundle["cards"]["crossings"].values()))
    assert card["t"]
    assert card["s"]
    assert bundle["sources"][card["s"][0]]["title"]


def test_figures_and_features_are_there_for_every_year():
    file = made(ViewState(layers=("coca", "mining"), year=2019))
    values = file.bundle["values"]["coca"]
    assert values["2019"] != values["2010"] != {}
    shown = shading.shade(specs()["coca"], ViewState(year=2010))
    assert set(values["2010"]) == set(shown.values.index[shown.values["shade"] >= 0])
    spans = {
        each["properties"]["id"]: each["properties"]["y"] for each in file.bundle["features"]["mining"]["features"]
    }
    in_2019 = {each for each, (first, last) in spans.items() if (first or 0) <= 2019 <= (last or 9999)}
    assert in_2019 == set(features.selected(specs()["mining"], ViewState(year=2019)).index) < set(spans)
    counts = file.bundle["legends"]["mining"]
    assert counts["2019"][1] == str(len(in_2019)) != counts[""][1]
    assert file.spec["time"]["year"] == 2019
    assert f">{len(in_2019)}<" in file.text  # the panel opens with the counts of the view's year


def test_both_years_of_a_comparison_are_in_the_file():
    file = made(ViewState(layers=("coca",), year=2019, compare="1986"))  # before the first figure
    entries = {each["key"]: each for each in file.spec["layers"]}
    assert entries["coca@right"]["values_url"] == "inline:coca?year=1986"
    assert file.bundle["values"]["coca"]["1986"] == {}
    assert file.spec["compare"]["right"] == "1986"


def test_the_page_allows_itself_its_own_scripts_and_nothing_else():
    file = made(ViewState(layers=("zones",)))
    scripts, styles = file.elements("script"), file.elements("style")
    assert len(scripts) == 2
    assert len(styles) == 1
    for each in (*scripts, *styles):
        assert f"'sha256-{base64.b64encode(sha256(each.encode()).digest()).decode()}'" in file.policy
    assert file.policy.startswith("default-src 'none'")
    assert "unsafe" not in file.policy
    assert not re.search(r'(?:src|href)="(?!data:|https?://)', file.text.replace(scripts[0], ""))
    assert not re.search(r"<(?:link|iframe|object|embed|base)\b", file.text)
    assert not re.search(r'src="https?:', file.text.replace(scripts[0], ""))
    assert 'url("source-sans' not in file.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_that_must_be_said_stands_in_the_page(lang):
    view = ViewState(layers=("zones", "corridors", "disputed"), lang=lang)
    file = made(view, title="Título propio", marking="TLP:AMBER", on=date(2026, 11, 1))
    assert f'<html lang="{lang}">' in file.text
    words = file.words
    for part in ("Título propio", "TLP:AMBER", code_of(view), "Natural Earth", "GeoNames", "2026"):
        assert part in words
    for spec in (specs()[key] for key in ("zones", "corridors", "disputed")):
        assert say(spec.title, lang) in words
    assert words.count("TLP:AMBER") >= 2  # head and foot


def test_what_is_for_those_present_alone_is_nowhere_in_the_file():
    shapes = gpd.GeoDataFrame({"said": ["Nobody-reads-this"]}, geometry=[Point(-70, -4)], crs="EPSG:4326")
    red = kept(shapes, title="Red-titled", marking="TLP:RED", name="said")
    amber = kept(shapes.assign(said="Amber-says"), title="Amber-titled", marking="TLP:AMBER", name="said")
    file = made(ViewState(layers=(red.key, amber.key, "zones"), feature=f"{red.key}/1"))
    whole = file.text + str(file.bundle)
    for part in ("Red-titled", "Nobody-reads-this"):
        assert part not in whole
    assert red.key not in file.spec["titles"]
    assert amber.key in file.spec["titles"]
    assert "Amber-says" in whole
    assert 'data-tlp="TLP:AMBER"' in file.text
    with pytest.raises(DataError):
        made(ViewState(layers=("zones",)), marking="TLP:RED")


def test_a_view_with_nothing_on_is_a_map_all_the_same():
    file = made(ViewState(layers=()))
    assert {each["key"] for each in file.spec["layers"]} == {f"base-{name}" for name in features.BASE_LAYERS}
    assert "Natural Earth" in file.words


def test_words_of_strangers_end_no_element():
    words = "</script></style></textarea><script>window.hit=1</script><!-- \" ' & \u2028"
    shapes = gpd.GeoDataFrame({"named": [words]}, geometry=[Point(-70, -4)], crs="EPSG:4326")
    layer = kept(shapes, title=words, source=words, url="javascript:alert(1)", name="named", category="named")
    file = made(ViewState(layers=(layer.key,)), title=words, subtitle=words)
    assert "window.hit" not in " ".join(file.elements("script"))
    assert file.text.count("<script") == file.text.count("</script>") == 4
    assert file.bundle["cards"][layer.key]["1"]["t"] == words
    assert 'href="javascript:' not in file.text
    assert all("url" not in each for each in file.bundle["sources"])


def test_a_large_layer_comes_as_tiles_of_a_bounded_size_and_the_page_says_so(monkeypatch):
    layer = kept(polygons(6000), title="Many", year="year")
    monkeypatch.setenv(VARIABLE, "0")
    monkeypatch.setattr(page_tiles, "MOST_BYTES", 60_000)
    view = ViewState(layers=(layer.key,))
    file = made(view)
    assert "Many: 6 000 features, drawn from a reduced copy" in file.words
    told, body = file.bundle["tiles"][layer.key], file.unpacked("tiles-0")
    assert sum(length for *_, length in told["index"]) == len(body)
    assert 3 <= told["whole"] < 14
    assert {str(zoom) for zoom, *_ in told["index"]} <= set(told["ranges"])
    entry = next(each for each in file.spec["layers"] if each["key"] == layer.key)
    assert entry["kind"] == "tiles"
    assert "dated" not in entry
    assert file.bundle["large"][layer.key]["t"] == "Many"
    monkeypatch.setattr(page_tiles, "MOST_BYTES", 4_000_000)
    assert len(made(view).text) > len(file.text)


def test_features_of_a_large_layer_have_the_same_cards_as_those_of_a_small_one(monkeypatch):
    frame = polygons(4000).assign(
        owner=[None if n % 3 == 0 else f"Owner {n % 7}" for n in range(4000)], said=["&<b>"] * 4000
    )
    layer = kept(frame, title="Many", year="year", name="owner", as_of="2024-05-01")
    view = ViewState(layers=(layer.key,), confidence=("high",))
    monkeypatch.setattr(page_cards, "MOST_ALONE", 0)
    file = made(view)
    assert file.bundle["tiles"].keys() == {layer.key}
    table = json.loads(file.unpacked("columns-0"))
    expected = features.selected(specs()[layer.key], view)
    assert sorted(table["ids"]) == sorted(expected.index)

    def cell(column, row):
        return column["words"][column["at"][row]] if "at" in column else column["words"][row]

    for row in (0, 1, 2, 3, len(table["ids"]) - 1):
        card = whole_cards.of_row(specs()[layer.key], expected.loc[table["ids"][row]], view)
        lines = [(line["label"], cell(line, row)) for line in table["l"]]
        assert tuple(line for line in lines if line[1]) == card.lines
        assert tuple(map(tuple, cell(table["e"], row))) == card.evidence
        assert (cell(table["t"], row) or f"Many {table['ids'][row]}") == card.title


def test_cards_of_a_large_layer_leave_out_what_has_no_room_and_the_page_says_so(monkeypatch):
    frame = polygons(4000).assign(long=lambda rows: [sha256(each.encode()).hexdigest() for each in rows["id"]])
    layer = kept(frame, title="Many", year="year")
    monkeypatch.setattr(page_columns, "MOST_BYTES", 60_000)
    file = made(ViewState(layers=(layer.key, "mining")))
    labels = [line["label"] for line in json.loads(file.unpacked("columns-0"))["l"]]
    assert "area_ha" in labels
    assert "long" not in labels
    assert "The cards of Many leave out long, for want of room." in file.words
    assert "Many shows all its years here" in file.words
    monkeypatch.setattr(page_columns, "MOST_BYTES", 10)
    monkeypatch.setattr(page_cards, "MOST_ALONE", 0)
    file = made(ViewState(layers=(layer.key, "mining"), year=2010))
    assert file.spec["columns"] == {}
    assert "The cards of Many tell its classes and its source alone" in file.words
    assert "Many shows 2010 here, whichever year is chosen" in file.words


def test_tiles_are_finer_where_the_view_looks():
    layer = kept(polygons(6000), title="Many", year="year")
    spec = specs()[layer.key]
    near = page.extent.of_bounds((-60.2, -4.2, -60.0, -4.0), shape=1)
    cut = page_tiles.cut(spec, ViewState(layers=(layer.key,)), near, share=1)
    assert cut.whole_to < max(cut.ranges)
    west, east, north, south = cut.ranges[max(cut.ranges)]
    assert (east - west + 1) * (south - north + 1) < 600


def test_cards_beyond_the_room_are_short_and_the_page_says_so(monkeypatch):
    shapes = gpd.GeoDataFrame(
        {"named": ["a", "b", "c"], "long": ["x" * 300] * 3}, geometry=[box(-70, -4, -69, -3)] * 3, crs="EPSG:4326"
    )
    layer = kept(shapes, title="Wordy", name="named")
    monkeypatch.setattr(page_cards, "MOST_CHARACTERS", 400)
    file = made(ViewState(layers=(layer.key,)))
    cards = file.bundle["cards"][layer.key]
    assert ["l" in cards[each] for each in ("1", "2", "3")] == [True, False, False]
    assert "Of 2 features only their names and sources are in this file" in file.words


@pytest.mark.slow
def test_the_same_view_gives_the_same_bytes_in_two_processes():
    program = (
        "import sys; from hashlib import sha256; from layers.briefing.one_file import page; "
        "from layers.briefing.snapshot import Snapshot; from layers.view import ViewState; "
        "view = ViewState(layers=('zones', 'crossings', 'coca'), lang='es'); "
        "sys.stdout.write(sha256(page.html(Snapshot(view=view))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_a_layer_that_somebody_brought_says_when_its_features_are_shown():
    # It ended with a KeyError: what is read of a stored layer has its own column of dates and not ours.
    columns = {"sitio": ["a", "b", "c"], "fecha": ["2018-03-01", "2021", None]}
    frame = gpd.GeoDataFrame(columns, geometry=[Point(-70 + at, -4) for at in range(3)], crs=4326)
    layer = kept(frame, year="fecha")
    file = made(ViewState(layers=(layer.key,), year=2018))
    told = {
        each["properties"]["id"]: each["properties"]["y"] for each in file.bundle["features"][layer.key]["features"]
    }
    assert told == {"1": [2018, 2018], "2": [2021, 2021], "3": [None, None]}
    assert "first_year" not in json.dumps(file.bundle["cards"][layer.key])
