"""Tiles of stored layers: nothing is lost, filters count, sizes are bounded, and bad questions have one answer."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, Polygon, box

from geo import payloads, tiles
from geo.about import Roles
from geo.errors import UnknownError
from geo.payloads import Payload
from geo.selection import EVERYTHING, Where
from tests.made_layers import points, polygons
from tests.web_tiles import content

Store = Callable[..., Payload]


@pytest.fixture(scope="module")
def store(module_storage: Path) -> Store:  # noqa: ARG001 - features go there
    return payloads.write


@pytest.fixture(scope="module")
def crowd(store: Store) -> Payload:
    return store(polygons(20_000), Roles(year="year"))


def frame(*geometry, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs="EPSG:4326")


def counted(payload: Payload, zoom: int, where: Where = EVERYTHING) -> int:
    """Return how many features all tiles of a zoom hold: once each, as itself or in a cell."""
    ids, cells = set(), 0
    for x in range(2**zoom):
        for y in range(2**zoom):
            found = content(tiles.tile(payload, zoom, x, y, where))
            ids |= found.ids
            cells += found.counted
    return len(ids) + cells


@pytest.mark.parametrize("zoom", [0, 2, 4])
def test_no_feature_is_lost_at_any_zoom(crowd, zoom):
    assert counted(crowd, zoom) == crowd.features == 20_000


def test_points_and_lines_are_not_lost_either(store):
    many = store(points(30_000))
    assert counted(many, 2) == 30_000
    roads = store(frame(*[LineString([(x, 0), (x + 1e-4, 1e-4)]) for x in np.linspace(-70, -50, 500)]))
    assert counted(roads, 3) == 500


@settings(max_examples=15, deadline=None)
@given(
    places=st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=30),
    zoom=st.integers(0, 3),
)
def test_wherever_features_lie_each_is_counted_once(store, places, zoom):
    payload = store(frame(*[Point(place) for place in places]))
    assert counted(payload, zoom) == len(places)


@pytest.mark.parametrize(
    "where",
    [
        pytest.param(Where({"confidence": ("high",)}), id="a class"),
        pytest.param(Where(year=2010), id="a year"),
        pytest.param(Where({"confidence": ("low", "medium")}, 2024), id="both"),
        pytest.param(Where(year=1950), id="a year before all"),
    ],
)
def test_a_filter_lets_through_what_it_lets_through_of_the_frame(crowd, where):
    made = polygons(20_000)
    kept = where.mask(made.assign(first_year=made["year"], last_year=made["year"]))
    assert counted(crowd, 2, where) == int(kept.sum())


def test_no_tile_is_too_large_and_each_says_what_the_style_reads(store):
    payload = store(polygons(60_000, seed=3))
    west, south, east, north = gpd.read_parquet(payload.file("features")).bounds.median()
    lon, lat = (west + east) / 2, (south + north) / 2
    for zoom in range(15):
        x = int((lon + 180) / 360 * 2**zoom)
        y = int((0.5 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / 2 / np.pi) * 2**zoom)
        body = tiles.tile(payload, zoom, x, y, EVERYTHING)
        assert len(body) <= tiles.MOST_BYTES
        for layer in pyogrio.list_layers(body)[:, 0] if body else ():
            columns = set(pyogrio.read_info(body, layer=layer)["fields"]) - {"mvt_id"}
            assert columns == ({"id", "confidence"} if layer == "features" else {"n", "s", "confidence"})


def test_only_the_columns_asked_for_travel(crowd):
    body = tiles.tile(crowd, 0, 0, 0, EVERYTHING, columns=())
    assert "confidence" not in set(pyogrio.read_info(body, layer="cells")["fields"])


def test_a_cell_lies_where_its_feature_does(store):
    payload = store(frame(box(-60.0001, -5.0001, -60, -5)))
    body = tiles.tile(payload, 4, 5, 8, EVERYTHING)
    cell = pyogrio.read_dataframe(body, layer="cells")
    (lon, lat), (x, y) = (-60.00005, -5.00005), shapely.get_coordinates(cell.geometry)[0]
    there = (
        ((lon + 180) / 360 * 16 - 5) * 4096,
        (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 16 * 4096 - 8 * 4096,
    )
    assert x == pytest.approx(there[0], abs=8)  # half a pixel
    assert 4096 - y == pytest.approx(there[1], abs=8) or y == pytest.approx(there[1], abs=8)  # GDAL turns rows around


@pytest.mark.parametrize(
    ("z", "x", "y"),
    [(-1, 0, 0), (0, 1, 0), (0, 0, -1), (3, 8, 0), (3, 0, 8), (23, 0, 0), (99, 5, 5), (10**9, 0, 0)],
)
def test_a_tile_outside_the_world_is_unknown(crowd, z, x, y):
    with pytest.raises(UnknownError):
        tiles.tile(crowd, z, x, y, EVERYTHING)


def test_where_nothing_lies_the_tile_is_empty(crowd):
    assert tiles.tile(crowd, 4, 0, 0, EVERYTHING) == b""
    assert tiles.tile(crowd, 22, 0, 0, EVERYTHING) == b""


def test_a_feature_to_be_lit_carries_what_its_style_reads(store):
    payload = store(frame(box(-60, -5, -59, -4)).assign(confidence="low", note="long"))
    lit = json.loads(tiles.feature(payload, "1"))
    assert lit["properties"] == {"id": "1", "confidence": "low"}
    assert shapely.geometry.shape(lit["geometry"]).equals(box(-60, -5, -59, -4))


def test_a_layer_deleted_meanwhile_is_unknown(store):
    payload = store(frame(box(-60, -5, -59, -4)))
    assert tiles.tile(payload, 3, 2, 4, EVERYTHING)
    payloads.remove(payload.content)
    with pytest.raises(UnknownError):
        tiles.tile(payload, 3, 2, 4, EVERYTHING)
    with pytest.raises(UnknownError):
        tiles.feature(payload, "1")
    with pytest.raises(UnknownError):
        payloads.read(payload.content)


def test_a_file_torn_away_under_a_tile_is_unknown(store):
    payload = store(frame(box(-62, -5, -61, -4)))
    shutil.rmtree(payload.folder)
    with pytest.raises(UnknownError):
        tiles.tile(payload, 3, 2, 4, EVERYTHING)


def test_what_crosses_the_antimeridian_is_on_both_sides(store):
    payload = store(frame(box(170, -10, 190, 10)))
    west, east = (content(tiles.tile(payload, 1, x, 0, EVERYTHING)).ids for x in (0, 1))
    assert west == east == {"1"}
    assert content(tiles.tile(payload, 3, 4, 4, EVERYTHING)).ids == frozenset()


def test_a_layer_that_reaches_the_poles_has_tiles_to_the_edge(store):
    payload = store(frame(box(-180, 60, 180, 90), Point(0, 90), Point(0, -90)))
    assert content(tiles.tile(payload, 2, 1, 0, EVERYTHING)).ids
    assert counted(payload, 1) == 3


def test_empty_geometries_are_set_aside_and_counted(store):
    payload = store(frame(None, Polygon(), box(0, 0, 1, 1)))
    assert (payload.features, payload.without_geometry) == (1, 2)


def test_one_feature_of_a_million_vertices_is_cut_in_time(store):
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    radius = 4 + 0.3 * np.sin(90 * angle) + 0.001 * np.sin(40_000 * angle)
    payload = store(frame(Polygon(np.column_stack([-60 + radius * np.cos(angle), radius * np.sin(angle)]))))
    for zoom in (2, 5, 8, 11, 14):
        x, y = int((-56 + 180) / 360 * 2**zoom), int(0.5 * 2**zoom)
        began = time.perf_counter()
        body = tiles.tile(payload, zoom, x, y, EVERYTHING)
        assert 0 < len(body) <= tiles.MOST_BYTES, zoom
        assert time.perf_counter() - began < 5, zoom


def test_a_feature_can_be_had_whole(crowd):
    ids = gpd.read_parquet(crowd.file("features"), columns=["id", "geometry"])
    told = json.loads(tiles.feature(crowd, ids["id"].iloc[7]))
    assert shapely.from_geojson(json.dumps(told["geometry"])).equals(ids.geometry.iloc[7])
    with pytest.raises(UnknownError):
        tiles.feature(crowd, "no such feature")


def test_names_of_columns_and_values_are_no_sql(store):
    odd = 'a"b; DROP TABLE x --'
    frame_ = frame(Point(-60, 0), Point(-60, 1), **{odd: ["it's", "'; SELECT 1"]})
    payload = store(frame_, Roles(category=odd))
    body = tiles.tile(payload, 0, 0, 0, Where({odd: ("it's",)}))
    assert content(body).ids | set() == {"1"}
    assert list(pyogrio.read_dataframe(body, layer="features")[odd]) == ["it's"]


def test_a_layer_of_several_kinds_is_drawn_with_all_of_them(store):
    mixed = frame(
        Point(-60, 0), MultiPoint([(-61, 0), (-62, 0)]), LineString([(-60, 1), (-50, 1)]), box(-70, -5, -60, -1)
    )
    payload = store(mixed)
    assert payload.geometry == "area"
    assert counted(payload, 1) == 4


def test_dates_of_all_kinds_become_years(store):
    cells = pd.Series([2020, "2019-05-01", pd.Timestamp("2021-02-03"), 202403, "since 2015", None], dtype=object)
    payload = store(frame(*[Point(-60, y) for y in range(6)], when=cells), Roles(year="when"))
    rows = gpd.read_parquet(payload.file("features")).set_index("id")
    assert rows["first_year"].sort_index().astype(object).where(rows["first_year"].notna(), None).tolist() == [
        2020, 2019, 2021, 2024, 2015, None,
    ]  # fmt: skip
    assert payload.years == (2015, 2024)


@pytest.mark.parametrize(("zoom", "side"), [(0, 4), (2, 2), (6, 2), (9, 4)])
def test_a_block_holds_the_tiles_that_one_by_one_would_be(crowd, zoom, side):
    x, y = (0, 0) if zoom < 3 else (int((-62 + 180) / 360 * 2**zoom) // side * side, 2**zoom // 2)
    together = tiles.block(crowd, zoom, x, y, Where(year=2010), side=side)
    assert len(together) == min(side, 2**zoom) ** 2
    for place, body in together.items():
        alone = tiles.tile(crowd, zoom, *place, Where(year=2010))
        assert len(body) == len(alone)
        assert content(body) == content(alone)
