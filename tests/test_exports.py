"""Layers taken away and read back: nothing lost that a format can hold, nothing that could become a program."""

from __future__ import annotations

import csv
import json
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from geo.errors import CrsError, DataError
from geo.library import exports, shapefiles
from geo.library.batches import of_frame, of_parquet
from geo.library.exports import FORMATS, Export, format_of, packed, write
from geo.library.provenance import Cited, Provenance
from tests.made_layers import points, polygons

SAID = Provenance(
    key="own-12345678",
    title="Balsas en el río Puré",
    version="3",
    marking="TLP:AMBER",
    sources=(Cited(title="Informe 12", publisher="Ministério do Meio Ambiente", licence="CC BY 4.0"),),
    description="Vistas <b>desde</b> el aire & en tierra",
    as_of="2025-06",
    name="nombre",
)
HOSTILE = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://example.org","x")'


def mixed() -> gpd.GeoDataFrame:
    """Three areas: accents, nulls, dates, times, truths, a long number, several parts, a hole."""
    holed = Polygon([(-70, -2), (-69, -2), (-69, -1), (-70, -1)], [[(-69.8, -1.8), (-69.2, -1.8), (-69.5, -1.2)]])
    return gpd.GeoDataFrame(
        {
            "id": ["CO-01", "CO-02", "BR-07"],
            "nombre": ["Puré", "São Gabriel", None],
            "año de observación": [2023, 2024, 2025],
            "hectáreas": [12.5, np.nan, np.inf],
            "visto": [date(2023, 5, 1), None, date(2025, 12, 31)],
            "hora": pd.to_datetime(["2023-05-01T13:30:00Z", None, "2025-12-31T23:59:59Z"]),
            "activo": [True, False, True],
            "código": [2**40, 1, 2],
            "nota": [HOSTILE, FORMULA, "a, b\n“c”; d\x07"],
        },
        geometry=[holed, MultiPolygon([box(-68, -3, -67, -2), box(-66, -3, -65, -2)]), box(-60, 1, -59, 2)],
        crs="EPSG:4326",
    )


def saved(frame: gpd.GeoDataFrame, folder: Path, key: str, said: Provenance = SAID) -> Path:
    path = folder / f"out.{FORMATS[key].ending}"
    write(Export(of_frame(frame), said), path, format=FORMATS[key])
    return path


@pytest.mark.parametrize("key", ["gpkg", "geojson", "parquet", "kml"])
def test_a_layer_comes_back_as_it_left(tmp_path, key):
    frame, path = mixed(), saved(mixed(), tmp_path, key)
    back = gpd.read_parquet(path) if key == "parquet" else pyogrio.read_dataframe(path)
    assert list(back["id"]) == list(frame["id"])
    assert list(back["nombre"].astype(object).where(back["nombre"].notna(), None)) == ["Puré", "São Gabriel", None]
    assert [int(year) for year in back["año de observación"]] == [2023, 2024, 2025]
    assert [str(day)[:10] for day in back["visto"]][::2] == ["2023-05-01", "2025-12-31"]
    assert pd.isna(back["visto"].iloc[1])
    assert [int(number) for number in back["código"]] == [2**40, 1, 2]
    assert float(back["hectáreas"].iloc[0]) == 12.5
    assert pd.isna(back["hectáreas"].iloc[1])
    assert [bool(each) for each in back["activo"]] == [True, False, True]
    assert back.to_crs("EPSG:4326").geometry.normalize().geom_equals_exact(frame.geometry.normalize(), 1e-6).all() or (
        key in {"gpkg", "kml"}  # where every shape has several parts, or one within them
        and shapely.equals(back.geometry.to_numpy(), frame.geometry.to_numpy()).all()
    )


@pytest.mark.parametrize("key", ["gpkg", "geojson", "parquet", "kml", "shp"])
@pytest.mark.parametrize(
    "shapes",
    [
        pytest.param(["POINT Z (-70 -4 120)", "POINT Z (-71 -5 0.5)"], id="points"),
        pytest.param(["POLYGON Z ((-70 -4 1, -69 -4 2, -69 -3 3, -70 -4 1))",
                      "POLYGON ((-60 -4, -59 -4, -59 -3, -60 -4))"],
                     id="areas, one of them flat"),
    ],
)  # fmt: skip
def test_heights_leave_with_their_layer(tmp_path, shapes, key):
    frame = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=shapely.from_wkt(shapes), crs="EPSG:4326")
    path = saved(frame, tmp_path, key)
    back = gpd.read_parquet(path) if key == "parquet" else pyogrio.read_dataframe(path)
    for was, became in zip(frame.geometry, back.geometry, strict=True):
        assert shapely.normalize(shapely.force_2d(became)).equals(shapely.normalize(shapely.force_2d(was)))
        if was.has_z:
            assert np.unique(shapely.get_coordinates(became, include_z=True)[:, 2]) == pytest.approx(
                np.unique(shapely.get_coordinates(was, include_z=True)[:, 2])
            )
    assert "NaN" not in path.read_bytes().decode("latin-1") or key != "geojson"
    if key == "parquet":
        told = json.loads(pq.read_metadata(path).metadata[b"geo"])["columns"]["geometry"]["geometry_types"]
        assert told == sorted({each.split(" (")[0].title() for each in shapes})


def test_times_keep_their_moment(tmp_path):
    for key in ("gpkg", "geojson", "parquet"):
        path = saved(mixed(), tmp_path, key)
        back = gpd.read_parquet(path) if key == "parquet" else pyogrio.read_dataframe(path)
        moment = pd.to_datetime(back["hora"], utc=True).iloc[0]
        assert moment == datetime(2023, 5, 1, 13, 30, tzinfo=UTC), key


def test_a_geopackage_says_what_it_holds(tmp_path):
    told = pyogrio.read_info(saved(mixed(), tmp_path, "gpkg"))
    said = told["layer_metadata"]
    assert said["licence"] == "CC BY 4.0"
    assert said["marking"] == "TLP:AMBER"
    assert said["as_of"] == "2025-06"
    assert said["version"] == "3"
    assert said["key"] == "own-12345678"
    assert "Informe 12" in said["source"]
    assert said["IDENTIFIER"] == SAID.title
    assert "TLP:AMBER" in said["DESCRIPTION"]
    assert told["geometry_type"] == "MultiPolygon"


@pytest.mark.parametrize("names", [["fid", "geom"], ["Name", "name", "NAME"], ["geometry_", "", " "]])
def test_names_that_a_geopackage_would_stumble_over_are_kept(tmp_path, names):
    cells = {name: [f"cell {place}"] for place, name in enumerate(names)}
    frame = gpd.GeoDataFrame(pd.DataFrame(cells), geometry=[Point(-70, 1)], crs="EPSG:4326")
    back = pyogrio.read_dataframe(saved(frame, tmp_path, "gpkg"))
    assert sorted(str(each) for each in back.drop(columns="geometry").iloc[0]) == sorted(
        cell for [cell] in cells.values()
    )


def test_geojson_follows_the_standard(tmp_path):
    whole = json.loads(saved(mixed(), tmp_path, "geojson").read_text(encoding="utf-8"))
    assert "crs" not in whole
    assert whole["fronteras"]["marking"] == "TLP:AMBER"
    assert whole["fronteras"]["sources"] == [
        {"title": "Informe 12", "publisher": "Ministério do Meio Ambiente", "licence": "CC BY 4.0"}
    ]
    first, _, third = whole["features"]
    assert first["id"] == "CO-01"
    assert "id" not in first["properties"]
    outer, hole = (shapely.LinearRing(ring) for ring in first["geometry"]["coordinates"])
    assert outer.is_ccw
    assert not hole.is_ccw
    assert first["properties"]["hora"] == "2023-05-01T13:30:00Z"
    assert third["properties"]["hectáreas"] is None  # JSON has no infinity


def test_no_markup_stands_in_a_geojson(tmp_path):
    text = saved(mixed(), tmp_path, "geojson").read_text(encoding="utf-8")
    assert "<" not in text
    assert ">" not in text
    assert json.loads(text)["features"][0]["properties"]["nota"] == HOSTILE


def test_no_markup_becomes_a_balloon_of_a_kml(tmp_path):
    """A globe reads names, descriptions and values as HTML once the XML is parsed."""
    hostile = Provenance(**{**vars(SAID), "title": HOSTILE, "name": "nota"})
    path = saved(mixed(), tmp_path, "kml", hostile)
    texts = [node.text or "" for node in ElementTree.parse(path).iter()]  # noqa: S314 - our own file
    assert not [text for text in texts if "<script" in text]
    assert [text for text in texts if "&lt;script&gt;" in text]
    assert "Informe 12" in path.read_text(encoding="utf-8")
    assert "TLP:AMBER" in path.read_text(encoding="utf-8")


def test_every_kind_of_shape_has_its_kml(tmp_path):
    shapes = [
        "POINT (-70 1)",
        "POINT Z (-70 1 250)",
        "LINESTRING (-70 1, -69 2)",
        "MULTIPOINT ((-70 1), (-69 2))",
        "MULTILINESTRING ((-70 1, -69 2), (-68 1, -67 2))",
        "MULTIPOLYGON (((-70 1, -69 1, -69 2, -70 1)), ((-6 1, -5 1, -5 2, -6 1), (-5.3 2, -5.2 2, -5.2 3, -5.3 2)))",
        "GEOMETRYCOLLECTION (POINT (-70 1), LINESTRING (-70 1, -69 2))",
    ]
    frame = gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=gpd.GeoSeries.from_wkt(shapes), crs="EPSG:4326")
    back = pyogrio.read_dataframe(saved(frame, tmp_path, "kml"))
    assert [shape.wkt for shape in shapely.force_2d(back.geometry)] == [
        shapely.force_2d(shapely.from_wkt(shape)).wkt for shape in shapes
    ]
    assert back.geometry.iloc[1].z == 250


def test_csv_is_safe_to_open_and_says_where_each_point_lies(tmp_path):
    frame = gpd.GeoDataFrame(
        {"id": ["1", "2"], "=cmd()": [FORMULA, "@SUM(A1)"], "n": [-3, None], "texto": ["-12.5", "+fuera"]},
        geometry=[Point(-70.1234567, -4.2), Point(-69, 1)],
        crs="EPSG:4326",
    )
    path = saved(frame, tmp_path, "csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as opened:
        head, first, second = csv.reader(opened)
    assert head == ["id", "'=cmd()", "n", "texto", "lon", "lat", "wkt"]
    assert first == ["1", f"'{FORMULA}", "-3.0", "-12.5", "-70.1234567", "-4.2", "POINT (-70.1234567 -4.2)"]
    assert second[1:4] == ["'@SUM(A1)", "", "'+fuera"]
    told = json.loads(path.with_name("out.csv-metadata.json").read_text(encoding="utf-8"))
    assert told["dc:license"] == "CC BY 4.0"
    assert told["dc:accessRights"] == "TLP:AMBER"
    assert told["url"] == "out.csv"


def test_a_csv_to_take_away_comes_with_what_is_said_of_it():
    name, content = packed(Export(of_frame(mixed()), SAID), format=FORMATS["csv"], lang="es")
    assert name == "balsas-en-el-rio-pure-v3-TLP-AMBER.zip"
    with zipfile.ZipFile(_file(content)) as opened:
        assert opened.namelist() == [
            "README.txt",
            "balsas-en-el-rio-pure-v3-TLP-AMBER.csv",
            "balsas-en-el-rio-pure-v3-TLP-AMBER.csv-metadata.json",
        ]
        assert "TLP:AMBER" in opened.read("README.txt").decode()


def _file(content: bytes):
    from io import BytesIO  # noqa: PLC0415

    return BytesIO(content)


def test_geoparquet_carries_what_is_said_of_it(tmp_path):
    metadata = pq.read_metadata(saved(mixed(), tmp_path, "parquet")).metadata
    said, geo = json.loads(metadata[b"fronteras"]), json.loads(metadata[b"geo"])
    assert said["licence"] == "CC BY 4.0"
    assert said["version"] == "3"
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["geometry_types"] == ["MultiPolygon", "Polygon"]
    assert geo["columns"]["geometry"]["bbox"] == [-70, -3, -59, 2]


def test_a_shapefile_says_what_it_lost(tmp_path):
    path = saved(mixed().assign(larga="ñ" * 200), tmp_path, "shp")
    with zipfile.ZipFile(path) as opened:
        names = opened.namelist()
        readme = opened.read("README.txt").decode()
        stem = SAID.stem
        assert opened.read(f"{stem}.cpg") == b"UTF-8"
    assert {f"{stem}.{ending}" for ending in ("shp", "shx", "dbf", "prj", "cpg")} <= set(names)
    back = pyogrio.read_dataframe(f"/vsizip/{path}/{stem}.shp")
    assert list(back.columns) == [
        "id", "nombre", "ano_de_obs", "hectareas", "visto", "hora", "activo", "codigo", "nota", "larga", "geometry",
    ]  # fmt: skip
    assert "ano_de_obs  año de observación" in readme
    assert "3 texts end after 254 bytes" in readme
    assert "TLP:AMBER" in readme
    assert "CC BY 4.0" in readme
    assert back["nombre"].iloc[1] == "São Gabriel"
    assert back["larga"].iloc[0] == "ñ" * 127  # no half sign at the end
    assert list(back["codigo"]) == [2**40, 1, 2]
    assert str(back["visto"].iloc[0])[:10] == "2023-05-01"
    assert back["hora"].iloc[0].startswith("2023-05-01T13:30")
    assert shapely.equals(back.geometry.to_numpy(), mixed().geometry.to_numpy()).all()


def test_a_shapefile_is_one_for_each_kind_of_shape(tmp_path):
    shapes = [Point(-70, 1), box(-69, 1, -68, 2), shapely.from_wkt("LINESTRING (-70 1, -69 2)"), None]
    shapes.append(shapely.from_wkt("GEOMETRYCOLLECTION (POINT (-60 1), POLYGON ((-60 1, -59 1, -59 2, -60 1)))"))
    frame = gpd.GeoDataFrame({"n": range(5)}, geometry=shapes, crs="EPSG:4326")
    path = saved(frame, tmp_path, "shp")
    rows = {
        kind: list(pyogrio.read_dataframe(f"/vsizip/{path}/{SAID.stem}-{kind}.shp")["n"])
        for kind in ("points", "lines", "areas")
    }
    assert rows == {"points": [0, 3, 4], "lines": [2], "areas": [1, 4]}


def test_what_does_not_fit_into_a_shapefile_is_refused(tmp_path, monkeypatch):
    wide = gpd.GeoDataFrame({f"c{n}": [n] for n in range(256)}, geometry=[Point(0, 0)], crs="EPSG:4326")
    with pytest.raises(DataError, match="256 columns; a Shapefile holds 255"):
        saved(wide, tmp_path, "shp")
    monkeypatch.setattr(shapefiles, "MOST_BYTES", 400)
    with pytest.raises(DataError, match="too large for a Shapefile"):
        saved(mixed(), tmp_path, "shp")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", FORMATS)
def test_a_file_that_fails_leaves_what_was_there(tmp_path, monkeypatch, key):
    path = tmp_path / f"out.{FORMATS[key].ending}"
    path.write_text("before")

    def fails(*_each: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "_WRITERS", {key: fails})
    with pytest.raises(DataError, match="No space left on device"):
        write(Export(of_frame(mixed()), SAID), path, format=FORMATS[key])
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("key", FORMATS)
def test_a_layer_in_another_reference_system_is_brought_to_wgs_84(tmp_path, key):
    frame = gpd.GeoDataFrame({"id": ["1"]}, geometry=[Point(1_000_000, 1_000_000)], crs="EPSG:3116")
    path = saved(frame, tmp_path, key)
    if key == "csv":
        text = path.read_text(encoding="utf-8-sig")
        lon, lat = (float(cell) for cell in text.splitlines()[1].split(",")[1:3])
    else:
        back = gpd.read_parquet(path) if key == "parquet" else pyogrio.read_dataframe(path)
        lon, lat = back.geometry.iloc[0].x, back.geometry.iloc[0].y
    assert (lon, lat) == pytest.approx((-74.0775079, 4.5962004), abs=1e-5)


def test_without_a_reference_system_nothing_leaves(tmp_path):
    with pytest.raises(CrsError):
        saved(gpd.GeoDataFrame({"n": [1]}, geometry=[Point(0, 0)]), tmp_path, "gpkg")


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [("a.gpkg", "", "gpkg"), ("a.JSON", "", "geojson"), ("a.zip", "", "shp"), ("a.txt", "csv", "csv")],
)
def test_the_ending_names_the_format(path, name, expected):
    assert format_of(Path(path), name).key == expected


@pytest.mark.parametrize(("path", "name"), [("a.txt", ""), ("a", ""), ("a.gpkg", "dwg")])
def test_an_unknown_format_is_refused_with_those_there_are(path, name):
    with pytest.raises(DataError, match=r"\.gpkg, \.geojson, \.kml, \.csv, \.parquet, \.zip"):
        format_of(Path(path), name)


@pytest.mark.parametrize("key", FORMATS)
def test_a_layer_without_features_is_a_file_all_the_same(tmp_path, key):
    assert saved(points(1).iloc[:0], tmp_path, key).stat().st_size > 0


def test_a_stored_file_is_read_batch_by_batch(tmp_path):
    frame = polygons(10_000)
    frame.to_parquet(tmp_path / "in.parquet", row_group_size=4096)
    stream = of_parquet(tmp_path / "in.parquet", without=["area_ha"])
    assert [batch.num_rows for batch in stream.batches()] == [4096, 4096, 1808]
    assert [field.name for field in stream.attributes] == ["id", "year", "confidence"]
    assert stream.kinds == {"Polygon"}
    tracemalloc.start()
    write(Export(stream, SAID), tmp_path / "out.geojson", format=FORMATS["geojson"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < (tmp_path / "out.geojson").stat().st_size * 1.5
    assert len(pyogrio.read_dataframe(tmp_path / "out.geojson")) == 10_000


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
CELLS = st.one_of(
    st.lists(st.none() | WORDS, min_size=3, max_size=3),
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=3, max_size=3),
    st.lists(st.none() | st.floats(), min_size=3, max_size=3),
    st.lists(st.none() | st.booleans(), min_size=3, max_size=3),
    st.lists(st.none() | st.dates(), min_size=3, max_size=3),
    st.lists(st.none() | st.lists(st.integers(0, 9), max_size=3), min_size=3, max_size=3),
)
SHAPES = st.lists(
    st.sampled_from(
        [
            None,
            Point(-70, 1),
            shapely.from_wkt("LINESTRING (-70 1, -69 2)"),
            box(-70, 1, -69, 2),
            MultiPolygon([box(-70, 1, -69, 2), box(-60, 1, -59, 2)]),
            shapely.from_wkt("GEOMETRYCOLLECTION (POINT (-60 1), LINESTRING (-70 1, -69 2))"),
        ]
    ),
    min_size=3,
    max_size=3,
)


@settings(max_examples=40, deadline=None)
@given(columns=st.dictionaries(WORDS, CELLS, max_size=4), shapes=SHAPES, key=st.sampled_from(list(FORMATS)))
def test_whatever_a_layer_is_made_of_it_leaves_and_comes_back_whole(tmp_path_factory, columns, shapes, key):
    frame = gpd.GeoDataFrame(pd.DataFrame(columns, index=range(3), dtype=object), geometry=shapes, crs="EPSG:4326")
    path = saved(frame, tmp_path_factory.mktemp("out"), key)
    if key == "csv":
        with path.open(encoding="utf-8-sig", newline="") as opened:
            assert len(list(csv.reader(opened))) == 4
    elif key == "shp":
        with zipfile.ZipFile(path) as opened:
            assert opened.testzip() is None
    else:
        back = gpd.read_parquet(path) if key == "parquet" else pyogrio.read_dataframe(path)
        assert len(back) == 3
        assert list(back.geometry.isna() | back.geometry.is_empty) == [each is None for each in shapes]
