"""Every real vector file by others, and each format that we write ourselves: what is read, and the verdict."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import numpy as np
import pyogrio
import pytest
from shapely.geometry import LineString, Point, Polygon

from geo.ingest import settings, worker
from geo.ingest.inspection import inspect
from tests.ingest.made_files import collection, frame, js, point, shapefile, written, zipped

ACCEPT, WARN = "accept", "accept_with_warnings"

# file, verdict, features of each layer, CRS that it came in, code that says why it is not plainly accepted
REAL = [
    ("airstrips_clandestine_brazil.geojson", ACCEPT, [1269], "EPSG:4326", ""),
    ("amw_mining_2024.parquet", ACCEPT, [5232], "EPSG:4326", ""),
    ("amw_mining_2024_area_year.geojson", ACCEPT, [5232], "EPSG:4326", "CRS_MEMBER_OLD"),
    ("amw_mining_new_2023.geojson", WARN, [5573], "EPSG:4326", "GEOMETRY_INVALID"),  # 80 outlines touch themselves
    ("amw_mining_new_2025Q4.geojson", ACCEPT, [1293], "EPSG:4326", "CRS_MEMBER_OLD"),
    ("amw_yanomami_mining_2021_2022.kml", ACCEPT, [400], "EPSG:4326", "HEIGHTS_DROPPED"),
    ("br156_road_utm22n.zip", ACCEPT, [7], "EPSG:31976", "REPROJECTED"),
    ("colombia_departments.topo.json", WARN, [34], "EPSG:4326", "GEOMETRY_INVALID"),  # one department
    ("departamentos_col_magna3116_latin1.zip", WARN, [33], "EPSG:3116", "GEOMETRY_INVALID"),  # four departments
    ("flota_amapa_utm22n.zip", ACCEPT, [1], "EPSG:31976", "REPROJECTED"),
    ("ibge_municipios_acre.json", ACCEPT, [22], "EPSG:4326", ""),
    ("ibge_municipios_amazonas.json", WARN, [62], "EPSG:4326", "GEOMETRY_INVALID"),  # two municipalities
    ("ibge_municipios_roraima.json", ACCEPT, [15], "EPSG:4326", ""),
    ("osm_admin1_nine_countries.geojson", WARN, [182], "EPSG:4326", "GEOMETRY_INVALID"),  # ten units
    ("osm_country_outlines.geojson", WARN, [14], "EPSG:4326", "GEOMETRY_INVALID"),  # eight countries
    ("osm_runway_points.geojson", ACCEPT, [2409], "EPSG:4326", "CRS_MEMBER_OLD"),
    ("osm_runways.kmz", ACCEPT, [2409], "EPSG:4326", "HEIGHTS_DROPPED"),
    ("osm_runways_waypoints.gpx", ACCEPT, [400], "EPSG:4326", ""),  # four of its five layers are empty
    ("peru_departamentos.geojson", ACCEPT, [25], "EPSG:4326", "CRS_MEMBER_OLD"),
    ("peru_provincias.geojson", ACCEPT, [197], "EPSG:4326", "DATES_READ"),
    # The coast of North America is in it too, and a river and three units are not valid.
    ("south_america_50m.topojson", WARN, [174, 67, 1, 8, 45, 13, 27], "EPSG:4326", "OUTSIDE_REGION"),
    ("uaca_estrada.GPKG", ACCEPT, [7, 55, 4, 1, 1, 3, 60, 420, 840], "EPSG:31976", "REPROJECTED"),
]  # fmt: skip


def test_the_table_has_every_real_file_that_is_no_table(realdata):
    aside = {".csv", ".md"}
    there = {path.name for path in realdata.iterdir() if path.suffix not in aside}
    assert there == {name for name, *_ in REAL}


@pytest.mark.parametrize(("name", "verdict", "features", "crs", "code"), REAL, ids=[row[0] for row in REAL])
def test_each_real_file_gets_the_right_verdict(name, verdict, features, crs, code, realdata, tmp_path):
    report = inspect(realdata / name, tmp_path).report
    codes = [issue.code for issue in report.issues]
    assert (report.verdict, [layer.features for layer in report.layers]) == (verdict, features)
    assert {layer.crs for layer in report.layers} == {crs}
    assert not code or code in codes


def test_words_keep_their_accents_without_a_cpg_file(realdata, tmp_path):
    ((layer, _),) = inspect(realdata / "departamentos_col_magna3116_latin1.zip", tmp_path).layers
    assert {"Nariño", "Córdoba"} <= set(layer.frame["name"])
    west, south, east, north = layer.frame.total_bounds
    assert (west, south, east, north) == pytest.approx((-81.7, -4.2, -66.9, 14.3), abs=0.2)


def test_a_package_gives_its_layers_by_name(realdata, tmp_path):
    found = inspect(realdata / "uaca_estrada.GPKG", tmp_path).report
    assert [layer.name for layer in found.layers][:3] == ["br156_line", "aldeias", "ecoregions"]


AREA = Polygon([(-70, -4), (-69, -4), (-69, -3), (-70, -4)])


@pytest.mark.parametrize(
    ("ending", "driver"),
    [(".geojson", "GeoJSON"), (".gpkg", "GPKG"), (".fgb", "FlatGeobuf"), (".geojsonl", "GeoJSONSeq")],
)
def test_what_is_written_is_read_again(ending, driver, tmp_path):
    made = frame(AREA, AREA.buffer(1), name=["Nariño", "Acre"], year=[2020, 2021])
    path = tmp_path / f"made{ending}"
    path.write_bytes(written(made, ending, driver)[f"layer{ending}"])
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    ((layer, _),) = inspect(path, scratch).layers
    assert list(layer.frame["name"]) == ["Nariño", "Acre"] if driver != "FlatGeobuf" else True
    assert sorted(layer.frame["year"]) == [2020, 2021]
    assert layer.frame.area.sum() == pytest.approx(made.area.sum(), rel=1e-5)
    assert layer.frame.index.tolist() == [1, 2]


def test_geoparquet_is_read_in_its_own_crs(tmp_path):
    out = io.BytesIO()
    frame(Point(-70, -4), Point(-71, -5), name=["a", "b"]).to_crs("EPSG:3116").to_parquet(out)
    path = tmp_path / "made.parquet"
    path.write_bytes(out.getvalue())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = inspect(path, scratch)
    assert found.report.layers[0].crs == "EPSG:3116"
    assert np.allclose(found.layers[0][0].frame.geometry.x, [-70, -71])


def test_an_archive_of_two_shapefiles_gives_two_layers(tmp_path):
    files = {
        f"folder/{name}{path[5:]}": content
        for name, shape in (("roads", LineString([(-70, -4), (-71, -5)])), ("sites", Point(-70, -4)))
        for path, content in written(frame(shape), ".shp", "ESRI Shapefile").items()
    }
    path = tmp_path / "two.zip"
    path.write_bytes(zipped(files))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = inspect(path, scratch).report
    assert [(layer.name, layer.geometry_types) for layer in found.layers] == [
        ("roads", ("LineString",)),
        ("sites", ("Point",)),
    ]


def test_a_declared_crs_counts_where_the_file_says_none(tmp_path):
    from pyproj import CRS  # noqa: PLC0415

    path = tmp_path / "metres.zip"
    path.write_bytes(shapefile(crs=None, shapes=[Point(1_000_000, 1_000_000)]))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = inspect(path, scratch, declared=CRS("EPSG:3116"))
    assert (found.report.verdict, found.report.layers[0].crs) == (ACCEPT, "EPSG:3116")
    assert found.layers[0][0].frame.geometry.x.tolist() == pytest.approx([-74.0775], abs=0.001)


def test_records_keep_their_numbers_when_some_are_set_aside(tmp_path):
    path = tmp_path / "made.geojson"
    path.write_bytes(js(collection(None, point(), None, point(-71))))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    ((layer, _),) = inspect(path, scratch).layers
    assert layer.frame.index.tolist() == [2, 4]


def test_gdal_is_started_with_the_drivers_that_are_needed_and_no_others():
    # What GDAL has and is not named in either list would be open to any file.
    assert set(pyogrio.list_drivers()) - set(settings.LEFT_OUT) == set(settings.DRIVERS)
    kept = worker.environment("scratch")
    assert kept["GDAL_SKIP"].split(",") == list(settings.LEFT_OUT)
    assert set(settings.GDAL) <= set(kept)
    question = "import json, pyogrio; print(json.dumps(sorted(pyogrio.list_drivers())))"
    told = subprocess.run([sys.executable, "-c", question], env=kept, capture_output=True, check=True)
    assert set(json.loads(told.stdout)) == set(settings.DRIVERS)
