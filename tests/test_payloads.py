"""Stored layers: the same content once, whole or not at all, and refused with a sentence."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
from shapely import Point, box

from geo import payloads
from geo.__main__ import main
from geo.about import Roles
from geo.errors import CrsError, DataError, UnknownError
from geo.library import depot, shelf
from tests.made_layers import polygons

pytestmark = pytest.mark.usefixtures("storage")


def frame(*geometry, crs="EPSG:4326", **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=crs)


def test_the_same_layer_is_stored_once_and_another_beside_it():
    first, again = payloads.write(polygons(50)), payloads.write(polygons(50))
    other = payloads.write(polygons(50), Roles(year="year"))
    assert first == again
    assert set(depot.contents()) == {first.content, other.content}


def test_nothing_half_written_is_listed(storage, monkeypatch):
    def broken(*_args, **_options):
        raise OSError("the disk is full")

    monkeypatch.setattr("geo.pyramid.write", broken)
    with pytest.raises(DataError, match="takes nothing"):
        payloads.write(polygons(50))
    assert list(depot.contents()) == []
    assert list((storage / "making").iterdir()) == []


def test_a_folder_of_another_format_is_not_read():
    stored = payloads.write(polygons(50))
    other = stored.folder.parent / ("0" * 20)
    other.mkdir()
    told = json.loads((stored.folder / "payload.json").read_text())
    (other / "payload.json").write_text(json.dumps(told | {"format": 0}))
    with pytest.raises(UnknownError):
        payloads.read(other.name)


@pytest.mark.parametrize("content", ["", "..", "../secret", "0" * 20, "x" * 5000, "\0"])
def test_what_is_not_there_is_unknown(content):
    with pytest.raises(UnknownError):
        payloads.read(content)


@pytest.mark.parametrize(
    ("given", "roles", "error", "words"),
    [
        pytest.param(frame(Point(0, 0), crs=None), Roles(), CrsError, "no CRS", id="no CRS"),
        pytest.param(frame(None, None), Roles(), DataError, "geometry", id="nothing to draw"),
        pytest.param(frame(Point(0, 0), a=[1]), Roles(year="b"), DataError, "has: a", id="column"),
    ],
)
def test_what_cannot_be_stored_is_refused_with_a_sentence(given, roles, error, words):
    with pytest.raises(error, match=words):
        payloads.write(given, roles)


def test_features_are_named_by_their_id_or_numbered():
    named = payloads.write(frame(Point(0, 0), Point(1, 1), id=["a", "b"]))
    twice = payloads.write(frame(Point(0, 0), Point(1, 1), id=["a", "a"]))
    ids = [set(gpd.read_parquet(each.file("features"))["id"]) for each in (named, twice)]
    assert ids == [{"a", "b"}, {"1", "2"}]


def test_values_stand_by_how_often_they_are_and_by_name():
    stored = payloads.write(
        frame(*[Point(n, 0) for n in range(5)], kind=["z", "c", "b", "z", "a"]), Roles(category="kind")
    )
    assert stored.values["kind"] == ("z", "a", "b", "c")


def test_any_crs_is_brought_to_degrees():
    stored = payloads.write(frame(box(0, 0, 111_320, 111_320), crs="EPSG:3857"))
    assert stored.bounds == pytest.approx((0, 0, 1, 1), abs=0.001)


def test_somebody_elses_scale_of_confidence_is_no_filter():
    assert payloads.write(frame(Point(0, 0), confidence=["87 %"])).keys == ()
    assert payloads.write(frame(Point(0, 0), confidence=["high"])).keys == ("confidence",)


def test_the_command_stores_lists_and_deletes(tmp_path, capsys):
    file = tmp_path / "made.geojson"
    polygons(20).to_file(file, driver="GeoJSON")
    assert main(["add", str(file), "--title", "Made", "--source", "The tests", "--year", "year"]) == 0
    assert "20 features" in capsys.readouterr().out
    assert main(["list", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["title"], told["features"], told["marking"]) == ("Made", 20, "TLP:CLEAR")
    assert main(["remove", told["key"]]) == 0
    assert "“Made” is deleted" in capsys.readouterr().out
    assert (shelf.layers(), list(depot.contents())) == ([], [])
    assert main(["remove", told["key"]]) == 1
    assert "python -m geo list" in capsys.readouterr().err


def test_the_command_says_what_a_file_lacks_in_the_readers_language(tmp_path, capsys):
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n")
    assert main(["add", str(table), "--title", "T", "--source", "S", "--lang", "es"]) == 1
    assert "no puede leerse" in capsys.readouterr().err
    assert main(["add", str(tmp_path / "nothing.geojson"), "--title", "T", "--source", "S"]) == 1
    with pytest.raises(SystemExit) as wrong:
        main(["add", str(table)])
    assert wrong.value.code == 2


@pytest.mark.parametrize(
    ("name", "features", "years"),
    [
        ("amw_mining_2024_area_year.geojson", 5232, (2024, 2024)),
        ("amw_mining_2024.parquet", 5232, (2024, 2024)),
        ("osm_runway_points.geojson", 2409, None),
        ("departamentos_col_magna3116_latin1.zip", 33, None),
    ],
)
def test_real_files_are_stored(realdata, name, features, years):
    year = ["--year", "year"] if years else []
    assert main(["add", str(realdata / name), "--title", name, "--source", "Others", *year]) == 0
    (layer,) = shelf.layers()
    stored = payloads.read(layer.current.content)
    assert (stored.features, stored.years) == (features, years)
