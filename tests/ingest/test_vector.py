"""Each format that we write ourselves, and what real vector files hold; test_realdata has the verdicts on these."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import numpy as np
import pyogrio
import pytest
from shapely.geometry import LineString, Point, Polygon

from geo import sql
from geo.ingest import settings, standby
from geo.ingest.inspection import inspect
from tests.ingest.made_files import collection, frame, js, point, shapefile, written, zipped


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


def test_parquet_with_its_own_kind_for_geometry_is_read(tmp_path):
    path, scratch = tmp_path / "made.parquet", tmp_path / "scratch"
    scratch.mkdir()
    sql.rows(
        f"COPY (SELECT 1 AS n, ST_GeomFromText('{AREA.wkt}') AS forma) TO '{path}' "
        "(FORMAT parquet, GEOPARQUET_VERSION 'NONE')"
    )
    ((layer, _),) = inspect(path, scratch).layers
    assert layer.shapes.shapes()[0].equals(AREA)


def test_a_column_that_repeats_the_bounds_is_no_attribute(tmp_path):
    path, scratch = tmp_path / "made.parquet", tmp_path / "scratch"
    scratch.mkdir()
    frame(AREA, name=["a"]).to_parquet(path, write_covering_bbox=True)
    ((layer, _),) = inspect(path, scratch).layers
    assert list(layer.table.columns) == ["name"]


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
    assert (found.report.verdict, found.report.layers[0].crs) == ("accept", "EPSG:3116")
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
    kept = standby.environment("scratch")
    assert kept["GDAL_SKIP"].split(",") == list(settings.LEFT_OUT)
    assert set(settings.GDAL) <= set(kept)
    question = "import json, pyogrio; print(json.dumps(sorted(pyogrio.list_drivers())))"
    told = subprocess.run([sys.executable, "-c", question], env=kept, capture_output=True, check=True)
    assert set(json.loads(told.stdout)) == set(settings.DRIVERS)
