"""What is on a map as data: the filtered features, with looks, sources and marking, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from pyogrio.errors import DataLayerError
from shapely import Point, box

from geo.errors import DataError
from geo.library import exports
from geo.messages import say
from layers import features, shading
from layers.__main__ import main
from layers.briefing.data import styles as data_styles
from layers.briefing.data import writing as data
from layers.briefing.snapshot import Snapshot
from layers.legend import count
from layers.looks import LOOKS, specs
from layers.view import ViewState
from tests.made_layers import polygons
from tests.stored_layers import kept

SEVERAL = ViewState(layers=("zones", "crossings", "mining", "coca"), countries=("PER",), year=2019)
TABLES = {"named_zones": "zones", "crossings": "crossings", "mining_sites": "mining"}


pytestmark = pytest.mark.usefixtures("storage")


def written(view: ViewState, path: Path, **options: object) -> Path:
    data.write_data(Snapshot(view=view, **options), path)  # type: ignore[arg-type]
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(".")] == []
    return path


def named_points(**said: object) -> str:
    frame = gpd.GeoDataFrame(
        {"named": ["=1+1", "b"], "kind": ["x", ""]}, geometry=[Point(-70, -3), Point(-69, -2)], crs="EPSG:4326"
    )
    return kept(frame, **{"title": "Named points", "name": "named", "category": "kind", **said}).key


def test_a_geopackage_has_a_table_for_each_layer_as_the_filters_have_it(tmp_path):
    path = written(SEVERAL, tmp_path / "map.gpkg", marking="TLP:GREEN")
    for table, key in TABLES.items():
        expected = features.selected(specs()[key], SEVERAL)
        found = pyogrio.read_dataframe(path, layer=table)
        assert sorted(found["id"]) == sorted(expected.index)
        assert found.crs == "EPSG:4326"
        about = pyogrio.read_info(path, layer=table)
        assert about["layer_metadata"]["marking"] == "TLP:GREEN"
        assert "not only what its frame shows" in about["layer_metadata"]["DESCRIPTION"]
    assert about["dataset_metadata"]["marking"] == "TLP:GREEN"
    with closing(sqlite3.connect(path)) as file:
        cited = dict(file.execute("SELECT layer, count(*) FROM sources GROUP BY layer").fetchall())
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert cited["mining_sites"] > 50


def test_units_leave_with_the_figure_that_the_map_shows_its_year_and_its_source(tmp_path):
    found = pyogrio.read_dataframe(written(SEVERAL, tmp_path / "map.gpkg"), layer="coca_cultivation").set_index("id")
    shown = shading.shade(specs()["coca"], SEVERAL).values
    known = found[found["value"].notna()]
    assert len(known) == (shown["shade"] >= 0).sum() > 5
    pd.testing.assert_series_equal(known["value"].sort_index(), shown["value"].reindex(known.index).sort_index())
    assert set(known["year"].astype(int)) == {2019}
    assert known["source"].str.len().min() > 5
    assert set(known["country_iso3"]) == {"PER"}
    assert found.loc[found["value"].isna(), ["year", "source_id"]].isna().all(axis=None)
    assert known["unit"].unique().tolist() == ["hectares"]


@pytest.mark.parametrize("key", [key for key, spec in LOOKS.items() if spec.channels])
def test_every_feature_meets_one_rule_of_its_look(key: str):
    rules = data_styles.rules(LOOKS[key], "en")
    frame = features.selected(LOOKS[key], ViewState())
    met = pd.Series(0, index=frame.index)
    for rule in rules:
        hit = pd.Series(bool(rule.conditions), index=frame.index)
        for column, value in rule.conditions:
            hit &= frame[column].astype(str) == str(value)
        for each in frame.index[hit]:
            columns = {channel.column: frame[channel.column][each] for channel in LOOKS[key].channels}
            assert rule.style == LOOKS[key].style_for(columns)
        met += hit
    assert set(met.unique()) <= {0, 1}
    assert rules[-1].conditions == ()  # what no rule names is drawn all the same
    assert rules[-1].style == LOOKS[key].style


def test_looks_are_sound_xml_and_stand_where_qgis_reads_them(tmp_path):
    path = written(ViewState(layers=tuple(LOOKS)), tmp_path / "map.gpkg")
    with closing(sqlite3.connect(path)) as file:
        file.row_factory = sqlite3.Row
        rows = file.execute("SELECT * FROM layer_styles").fetchall()
        tables = {each[0] for each in file.execute("SELECT table_name FROM gpkg_geometry_columns")}
    assert {row["f_table_name"] for row in rows} == tables
    assert len(rows) == len(LOOKS)
    for row in rows:
        style = ET.fromstring(row["styleQML"])  # noqa: S314 - our own
        symbols = style.findall("./renderer-v2/symbols/symbol")
        assert {rule.get("symbol") for rule in style.iter("rule")} == {symbol.get("name") for symbol in symbols}
        assert all(prop.get("v") not in ("", "None", "nan") for prop in style.iter("prop"))
        assert ET.fromstring(row["styleSLD"]).tag.endswith("StyledLayerDescriptor")  # noqa: S314 - our own
        assert row["useAsDefault"] == 1
        assert row["f_geometry_column"] == "geom"


def test_a_collection_of_geojson_says_of_each_feature_its_layer(tmp_path):
    told = json.loads(written(SEVERAL, tmp_path / "map.geojson", marking="TLP:AMBER").read_text(encoding="utf-8"))
    by_layer = pd.Series([each["properties"]["layer"] for each in told["features"]]).value_counts()
    for key in TABLES.values():
        assert by_layer[key] == count(specs()[key], SEVERAL)
    assert told["fronteras"]["marking"] == "TLP:AMBER"
    assert {each["key"] for each in told["fronteras"]["layers"]} == set(by_layer.index)
    assert all(each["sources"] for each in told["fronteras"]["layers"])
    assert len(gpd.read_file(tmp_path / "map.geojson")) == len(told["features"])


def test_kml_has_a_folder_for_each_layer_and_no_id_twice(tmp_path):
    view = ViewState(layers=("zones", "brown-areas", "actors"))  # which share their ids
    path = written(view, tmp_path / "map.kml")
    assert {name: len(pyogrio.read_dataframe(path, layer=name)) for name, _ in pyogrio.list_layers(path)} == {
        "Named zones": 30,
        "Brown areas": count(specs()["brown-areas"], view),
        "Armed and criminal groups": count(specs()["actors"], view),
    }
    ids = re.findall(r'<Placemark id="([^"]+)"', path.read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids)) > 60


def test_one_layer_is_a_csv_without_formulas_and_several_are_refused_with_what_to_do(tmp_path):
    path = written(ViewState(layers=(named_points(),)), tmp_path / "map.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert [row["named"] for row in rows] == ["'=1+1", "b"]
    assert (rows[0]["lon"], rows[0]["lat"]) == ("-70", "-3") or float(rows[0]["lon"]) == -70
    assert json.loads((tmp_path / "map.csv-metadata.json").read_text(encoding="utf-8"))["dc:title"] == "Named points"
    with pytest.raises(DataError, match=r"\.zip"):
        written(SEVERAL, tmp_path / "several.csv")
    assert not (tmp_path / "several.csv").exists()


def test_a_zip_holds_a_csv_for_each_layer_and_a_text(tmp_path):
    path = written(SEVERAL, tmp_path / "map.zip")
    with zipfile.ZipFile(path) as packed:
        names = set(packed.namelist())
        text = packed.read("README.txt").decode()
        zones = list(csv.DictReader(io.StringIO(packed.read("named-zones.csv").decode("utf-8-sig"))))
    assert {"named-zones.csv", "crossings.csv", "mining-sites.csv", "coca-cultivation.csv"} <= names
    assert "TLP:CLEAR" in text
    assert "Licence" in text
    assert len(zones) == count(specs()["zones"], SEVERAL)


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "kml", "zip"])
def test_what_is_for_those_present_alone_stays(tmp_path, ending: str):
    red = named_points(title="Red-titled", marking="TLP:RED")
    path = written(ViewState(layers=(red, "zones")), tmp_path / f"map.{ending}")
    content = path.read_bytes()
    if ending == "zip":
        with zipfile.ZipFile(path) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist()) + str(packed.namelist()).encode()
    assert b"Red-titled" not in content
    assert b"red_titled" not in content
    assert b"red-titled" not in content
    with pytest.raises(DataError, match="TLP:RED"):
        written(ViewState(layers=(red,)), tmp_path / f"none.{ending}")
    assert not (tmp_path / f"none.{ending}").exists()


def test_the_strictest_layer_marks_the_whole(tmp_path):
    amber = named_points(marking="TLP:AMBER")
    told = json.loads(written(ViewState(layers=(amber, "zones")), tmp_path / "map.geojson").read_text(encoding="utf-8"))
    assert told["fronteras"]["marking"] == "TLP:AMBER"
    assert {each["marking"] for each in told["fronteras"]["layers"]} == {"TLP:CLEAR", "TLP:AMBER"}


@pytest.mark.parametrize("ending", ["gpkg", "geojson"])
def test_a_large_layer_leaves_as_the_filters_have_it_batch_by_batch(tmp_path, ending: str):
    frame = polygons(9000)
    layer = kept(frame, title="Many", year="year")
    view = ViewState(layers=(layer.key,), year=2010, confidence=("high",))
    expected = count(specs()[layer.key], view)
    assert 0 < expected < 2000
    found = pyogrio.read_dataframe(written(view, tmp_path / f"map.{ending}"))
    assert len(found) == expected == ((frame["year"] == 2010) & (frame["confidence"] == "high")).sum()
    whole = written(view.but(year=None, confidence=()), tmp_path / f"whole.{ending}")
    assert len(pyogrio.read_dataframe(whole)) == 9000


def test_a_column_called_as_ours_keeps_its_words(tmp_path):
    frame = gpd.GeoDataFrame({"layer": ["theirs"]}, geometry=[box(-70, -3, -69, -2)], crs="EPSG:4326")
    key = kept(frame, title="Their layer").key
    told = json.loads(written(ViewState(layers=(key, "zones")), tmp_path / "map.geojson").read_text(encoding="utf-8"))
    theirs = next(each["properties"] for each in told["features"] if "theirs" in each["properties"].values())
    assert theirs["layer"] == "theirs"
    assert key in theirs.values()


@pytest.mark.parametrize("error", [
    DataLayerError("Error while writing batch to OGR layer: sqlite3_exec(COMMIT) failed: database or disk is full"),
    sqlite3.OperationalError("database or disk is full"),
])  # fmt: skip
def test_a_disk_that_gdal_finds_full_is_a_sentence(error: Exception, tmp_path, monkeypatch):
    def full(*_: object, **__: object) -> str:
        raise error

    monkeypatch.setattr(exports, "geopackage", full)
    with pytest.raises(DataError, match=r"cannot be written \(No space left on device\)"):
        written(SEVERAL, tmp_path / "map.gpkg")
    assert [each for each in tmp_path.iterdir() if each.name != "storage"] == []


def test_a_file_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "map.gpkg"
    path.write_bytes(b"before")

    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "geopackage", full)
    with pytest.raises(DataError, match="No space left"):
        written(SEVERAL, path)
    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    with pytest.raises(DataError):
        written(SEVERAL, tmp_path / "nowhere" / "map.kml")
    with pytest.raises(DataError, match=r"\.gpkg"):
        written(SEVERAL, tmp_path / "map.docx")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DataError, match="directory"):
        written(ViewState(layers=("zones",)), tmp_path / "folder.csv")
    assert {each.name for each in tmp_path.iterdir() if each.is_file()} == {"map.gpkg"}


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "kml", "zip"])
def test_the_same_map_gives_the_same_bytes(tmp_path, ending: str):
    view = ViewState(layers=("zones", "crossings"))
    one, other = (written(view, tmp_path / f"{name}.{ending}").read_bytes() for name in ("one", "other"))
    assert one == other


def test_kml_draws_as_the_legend_does_and_names_no_address(tmp_path):
    view = ViewState(layers=("zones", "corridors", "crossings", "coca"), lang="es")
    root = ET.fromstring(written(view, tmp_path / "map.kml").read_text(encoding="utf-8"))  # noqa: S314 - our own
    space = {"k": "http://www.opengis.net/kml/2.2"}
    ids = {each.get("id") for each in root.iterfind(".//k:StyleMap", space)}
    placemarks = root.findall(".//k:Placemark", space)
    assert {each.findtext("k:styleUrl", "", space).removeprefix("#") for each in placemarks} <= ids
    assert {each.findtext("k:key", "", space) for each in root.iterfind(".//k:Pair", space)} == {"normal", "highlight"}
    assert root.find(".//k:href", space) is None
    folders = {each.findtext("k:name", "", space): each for each in root.iterfind("./k:Document/k:Folder", space)}
    zones = folders[say(LOOKS["zones"].title, "es")]
    for zone in zones.findall("k:Placemark", space):
        told = {each.get("name"): each.text for each in zone.iter(f"{{{space['k']}}}SimpleData")}
        style = LOOKS["zones"].style_for(told)
        name = zone.findtext("k:styleUrl", "", space).removeprefix("#")
        drawn = root.find(f".//k:Style[@id='{name}-normal']", space)
        line = drawn.findtext("k:LineStyle/k:color", "", space)
        assert line[2:] == "".join(reversed(re.findall("..", str(style["color"]).removeprefix("#").lower())))
        assert float(drawn.findtext("k:LineStyle/k:width", "", space)) == style["weight"]
        assert zone.findtext("k:name", "", space)
        assert f"name: {told['name']}" in zone.findtext("k:description", "", space)


def test_elements_of_kml_stand_in_the_order_of_its_schema(tmp_path):
    """OGC 07-147r2: what stands elsewhere is not read by all. (With its schema at hand the files are valid.)"""
    order = ("name", "description", "styleUrl", "Style", "StyleMap", "ExtendedData", "Schema", "Folder", "Placemark")
    root = ET.fromstring(written(SEVERAL, tmp_path / "map.kml").read_text(encoding="utf-8"))  # noqa: S314 - our own
    for name in ("Document", "Folder", "Placemark"):
        for each in root.iter(f"{{http://www.opengis.net/kml/2.2}}{name}"):
            places = [order.index(tag) for child in each if (tag := child.tag.rpartition("}")[2]) in order]
            ranks = [3 if place == 4 else place for place in places]
            assert ranks == sorted(ranks)


def test_columns_that_differ_in_capitals_alone_keep_their_cells_and_the_look_its_column(tmp_path):
    frame = gpd.GeoDataFrame(
        {"Kind": ["u", "v"], "kind": ["p", "q"], "Name": ["N1", "N2"], "name": ["n1", "n2"], "id": ["1/2 b", "é<"]},
        geometry=[Point(-70, -3), Point(-69, -2)],
        crs="EPSG:4326",
    )
    view = ViewState(layers=(kept(frame, title="Two kinds", category="kind", name="name").key,))
    found = pyogrio.read_dataframe(written(view, tmp_path / "map.kml"))
    assert found["Kind"].tolist() == ["u", "v"]
    assert found["kind_2"].tolist() == ["p", "q"]
    assert found["Name"].tolist() == ["n1", "n2"]  # what KML calls it
    assert "<b>p</b>" in found["description"][0]
    path = written(view, tmp_path / "map.gpkg")
    assert pyogrio.read_dataframe(path)["kind_2"].tolist() == ["p", "q"]
    with closing(sqlite3.connect(path)) as file:
        (qml,) = file.execute("SELECT styleQML FROM layer_styles").fetchone()
    assert "\"kind_2\" = 'p'" in {rule.get("filter") for rule in ET.fromstring(qml).iter("rule")}  # noqa: S314 - our own


def test_two_layers_of_one_title_are_two_tables(tmp_path):
    view = ViewState(layers=(named_points(), named_points()))
    path = written(view, tmp_path / "map.gpkg")
    names = [name for name, geometry in pyogrio.list_layers(path) if geometry]
    assert names == ["named_points", "named_points_2"]
    with closing(sqlite3.connect(path)) as file:
        titles = [each for (each,) in file.execute("SELECT identifier FROM gpkg_contents WHERE data_type='features'")]
        version = file.execute("PRAGMA user_version").fetchone()[0]
    assert titles == ["Named points", "Named points_2"]
    assert version == 10200  # of newer ones QGIS of Debian 12 warns
    for ending in ("kml", "zip"):
        written(view, tmp_path / f"map.{ending}")
    assert len(pyogrio.list_layers(tmp_path / "map.kml")) == 2


def test_odd_cells_are_read_back_as_they_were(tmp_path):
    """Nothing at all, days before 1970, figures that are none, and cells that a spreadsheet would reckon with."""
    frame = gpd.GeoDataFrame(
        {
            "day": [date(1492, 10, 12), date(1969, 12, 31), None],
            "none": [None, None, None],
            "figure": [float("inf"), -1.5, float("nan")],
            "large": [2**40, -(2**53), 0],
            "said": ["=1+1", "@SUM(A1)", "</description>]]>&\x07"],
        },
        geometry=[Point(-70, -3), Point(-71, -3), Point(180, -3)],
        crs="EPSG:4326",
    )
    view = ViewState(layers=(kept(frame, title="Odd").key,))
    for ending in ("gpkg", "geojson", "kml"):
        found = gpd.read_file(written(view, tmp_path / f"map.{ending}")).set_index("figure").sort_index()
        assert len(found) == 3
        assert str(found["day"].iloc[0]).startswith("1969-12-31")
        assert float(found["large"].iloc[0]) == -(2**53)
        assert found["said"].iloc[0] == "@SUM(A1)"
        assert found["none"].isna().all()
    table = pd.read_csv(written(view, tmp_path / "map.csv"))
    assert set(table["said"].str[:2]) == {"'=", "'@", "</"}
    assert sorted(table["day"].dropna()) == ["1492-10-12", "1969-12-31"]
    assert table["figure"].isna().sum() == 2


def test_a_layer_of_points_and_areas_is_drawn_by_qgis_in_its_own_way(tmp_path):
    """QGIS opens such a table as one layer of each kind, and a look for areas would leave the points unseen."""
    mixed = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[Point(-70, -3), box(-70, -5, -69, -4)], crs="EPSG:4326")
    path = written(ViewState(layers=(kept(mixed, title="Mixed").key, named_points())), tmp_path / "map.gpkg")
    with closing(sqlite3.connect(path)) as file:
        defaults = dict(file.execute("SELECT f_table_name, useAsDefault FROM layer_styles"))
    assert defaults == {"mixed": 0, "named_points": 1}


# --- the commands -----------------------------------------------------------------------------


def test_the_commands_write_both_and_say_what_was_left_out(tmp_path, capsys):
    red = named_points(title="Red-titled", marking="TLP:RED")
    asked = ["--view", f"?layers=zones,{red}", "--tlp", "green"]
    for command, name in (("html", "map.html"), ("data", "map.gpkg")):
        assert main([command, *asked, "--out", str(tmp_path / name)]) == 0
        out, err = capsys.readouterr()
        assert "TLP:GREEN" in out
        assert "Red-titled" in err
        assert (tmp_path / name).stat().st_size > 10_000


def test_the_commands_refuse_with_a_sentence(tmp_path, capsys):
    for call in (
        ["html", "--out", str(tmp_path / "map.pdf")],
        ["data", "--out", str(tmp_path / "map.docx")],
        ["data", "--view", "layers=none", "--out", str(tmp_path / "map.gpkg")],
        ["data", "--zone", "Z-NOWHERE", "--out", str(tmp_path / "map.gpkg")],
        ["html", "--zone", "Z-VRAEM", "--tlp", "red", "--out", str(tmp_path / "map.html")],
    ):
        assert main(call) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") >= 1
    with pytest.raises(SystemExit) as stopped:
        main(["data"])
    assert stopped.value.code == 2
    assert list(tmp_path.glob("map.*")) == []
