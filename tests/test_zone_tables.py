"""What of a layer lies in each zone: counted by hand, and the laws that every layer keeps."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.recipe import mined_area as recipe
from geo import payloads, zone_tables
from geo.crs import GEOD, to_measure_crs
from geo.errors import CrsError, UnknownError
from geo.measures import areas_km2, lengths_km
from geo.payloads import Roles
from geo.store import table
from geo.zone_tables import OUTSIDE, of_frame, of_payload
from geo.zones import zones
from tests.made_layers import points, polygons

CELL_KM2 = 12_308.78  # one degree by one degree at the equator: 111.3 km by 110.6 km
DEGREE_KM = 111.319  # along the equator


def zones_of(**boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Return boxes (west, south, east, north) as zones."""
    ids = pd.Index(list(boxes), name="zone_id")
    return gpd.GeoDataFrame(geometry=[shapely.box(*each) for each in boxes.values()], index=ids, crs="EPSG:4326")


def layer_of(*shapes: shapely.Geometry, **columns: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4326")


# A is the first degree east, B the next; C lies over both of them, half a degree of each.
THREE = zones_of(A=(0, 0, 1, 1), B=(1, 0, 2, 1), C=(0.5, 0, 1.5, 1))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param([(0.2, 0.5)], {"A": 1}, id="inside one"),
        pytest.param([(0.7, 0.5)], {"A": 1, "C": 1}, id="where two overlap it counts in both"),
        pytest.param([(0.0, 0.5)], {"A": 1}, id="on the outer edge is inside"),
        pytest.param([(1.0, 0.5)], {"A": 1, "B": 1, "C": 1}, id="on a shared edge is inside both"),
        pytest.param([(5, 5)], {OUTSIDE: 1}, id="outside every zone"),
        pytest.param([(0.2, 0.5), (0.2, 0.5), (1.8, 0.1), (9, 9)], {"A": 2, "B": 1, OUTSIDE: 1}, id="each by itself"),
        pytest.param([], {}, id="no feature"),
    ],
)
def test_points_count_where_they_lie(at, expected):
    found = of_frame(layer_of(*(shapely.Point(each) for each in at)), THREE)
    assert {str(zone): n for zone, n in found.rows["features"].items() if n} == expected
    assert found.features == len(at)
    assert (found.rows[["area_km2", "length_km"]] == 0).all(axis=None)
    assert found.measure == "features"


@pytest.mark.parametrize(
    ("box", "features", "cells"),
    [
        pytest.param((0.1, 0.2, 0.3, 0.4), {"A": 1}, {"A": 0.04}, id="wholly inside counts whole"),
        pytest.param((-0.1, 0.2, 0.1, 0.4), {"A": 1}, {"A": 0.02, OUTSIDE: 0.02}, id="half of it inside"),
        pytest.param((-1, 0, 0, 1), {OUTSIDE: 1}, {OUTSIDE: 1}, id="touching along an edge is outside"),
        pytest.param((0.6, 0, 0.9, 1), {"A": 1, "C": 1}, {"A": 0.3, "C": 0.3}, id="in two that overlap: in both"),
        pytest.param(
            (0.9, 0, 1.1, 1),
            {"A": 1, "B": 1, "C": 1},
            {"A": 0.1, "B": 0.1, "C": 0.2},
            id="over an edge: a part in each, and nothing outside",
        ),
        pytest.param(
            (0, 0, 3, 1),
            {"A": 1, "B": 1, "C": 1},
            {"A": 1, "B": 1, "C": 1, OUTSIDE: 1},
            id="larger than the zones: it is no feature outside, but a part of it is",
        ),
    ],
)
def test_of_an_area_only_the_part_inside_counts(box, features, cells):
    found = of_frame(layer_of(shapely.box(*box)), THREE)
    assert {str(zone): n for zone, n in found.rows["features"].items() if n} == features
    area = {str(zone): km2 for zone, km2 in found.rows["area_km2"].items() if km2}
    assert area == pytest.approx({zone: part * CELL_KM2 for zone, part in cells.items()}, rel=1e-4)
    assert found.measure == "area_km2"


@pytest.mark.parametrize(
    ("line", "features", "degrees"),
    [
        pytest.param([(0.1, 0), (0.4, 0)], {"A": 1}, {"A": 0.3}, id="inside, along the edge"),
        pytest.param([(-1, 0.5), (0, 0.5)], {OUTSIDE: 1}, {OUTSIDE: 1}, id="ending on the edge is outside"),
        pytest.param(
            [(-1, 0.1), (2, 0.1)], {"A": 1, "B": 1, "C": 1}, {"A": 1, "B": 1, "C": 1, OUTSIDE: 1}, id="through all"
        ),
    ],
)  # fmt: skip
def test_of_a_line_only_the_part_inside_counts(line, features, degrees):
    found = of_frame(layer_of(shapely.LineString(line)), THREE)
    assert {str(zone): n for zone, n in found.rows["features"].items() if n} == features
    length = {str(zone): km for zone, km in found.rows["length_km"].items() if km}
    assert length == pytest.approx({zone: part * DEGREE_KM for zone, part in degrees.items()}, rel=1e-3)
    assert found.measure == "length_km"


def test_a_track_there_and_back_counts_both_ways():
    track = shapely.LineString([(0.2, 0.5), (-0.8, 0.5), (0.2, 0.5)])
    found = of_frame(layer_of(track), THREE)
    assert found.rows.loc["A", "length_km"] == pytest.approx(0.4 * DEGREE_KM, rel=1e-3)
    assert found.outside["length_km"] == pytest.approx(1.6 * DEGREE_KM, rel=1e-3)


def test_a_feature_of_many_parts_is_one_feature():
    parts = [shapely.Point(0.1, 0.1), shapely.box(0.2, 0.2, 0.3, 0.3), shapely.LineString([(0.4, 0.4), (0.4, 0.5)])]
    collection = shapely.GeometryCollection([*parts, shapely.MultiPoint([(1.6, 0.5), (0.1, 0.2), (9, 9)])])
    row = of_frame(layer_of(collection), THREE).rows.loc["A"]
    assert (row["features"], of_frame(layer_of(collection), THREE).rows.loc[OUTSIDE, "features"]) == (1, 0)
    assert row["area_km2"] == pytest.approx(0.01 * CELL_KM2, rel=1e-4)  # the outline of an area is no line
    assert row["length_km"] == pytest.approx(11.06, rel=1e-3)


def test_a_feature_counts_in_every_year_of_its_span():
    layer = layer_of(
        *(shapely.Point(0.1, 0.1) for _ in range(6)),
        first_year=pd.array([2019, 2020, 2020, None, 2022, None], dtype="Int16"),
        last_year=pd.array([2021, 2020, None, 2021, 2021, None], dtype="Int16"),
    )
    found = of_frame(layer, THREE)
    # 2019-2021; 2020; only a first year; only a last year; backwards; no year.
    assert found.yearly[found.yearly["zone_id"] == "A"].set_index("year")["features"].to_dict() == {
        2019: 1, 2020: 3, 2021: 3, 2022: 1,
    }  # fmt: skip
    assert (found.features, found.undated, found.spanning, found.years) == (6, 1, 2, (2019, 2020, 2021, 2022))
    assert found.rows.loc["A", "features"] == 6


def dated(*years: tuple[float, int | None]) -> gpd.GeoDataFrame:
    """Return points by longitude, each of one year."""
    column = pd.array([year for _, year in years], dtype="Int16")
    return layer_of(*(shapely.Point(lon, 0.5) for lon, _ in years), first_year=column, last_year=column)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        pytest.param(dated((0.1, 2020), (0.2, 2022)), {2020: 1, 2022: 1}, id="no feature anywhere is a gap"),
        pytest.param(dated((0.1, 2020), (9, 2021), (0.2, 2022)), {2020: 1, 2021: 0, 2022: 1}, id="elsewhere is a zero"),
        pytest.param(dated((0.1, 2020), (9, 2021), (9, None)), {2020: 1}, id="one without a year: no zero is known"),
        pytest.param(dated((9, 2020)), {2020: 0}, id="nothing here"),
        pytest.param(layer_of(shapely.Point(0.1, 0.1)), {}, id="not dated"),
    ],
)
def test_a_zero_is_said_only_where_it_is_known(layer, expected):
    assert of_frame(layer, THREE).series("A") == expected


def values_of(table: zone_tables.ZoneTable) -> dict[str, tuple[float, float, int]]:
    """Return for each zone that holds anything the sum of values, the sum of the whole ones and how many."""
    held = table.rows[(table.rows[["features", "value"]] != 0).any(axis=1)]
    columns = (round(held["value"], 4), held["value_whole"], held["valued"])
    return {str(zone): row for zone, *row in zip(held.index, *columns, strict=True)}


@pytest.mark.parametrize(
    ("shapes", "tonnes", "expected"),
    [
        pytest.param(
            [shapely.Point(0.2, 0.5), shapely.Point(0.7, 0.5), shapely.Point(0.8, 0.5), shapely.Point(9, 9)],
            [10, 2.5, None, 7],
            {"A": [12.5, 12.5, 2], "C": [2.5, 2.5, 1], OUTSIDE: [7, 7, 1]},
            id="points whole; one without a value is no zero",
        ),
        pytest.param(
            [shapely.box(-0.3, 0, 0.1, 0.5), shapely.box(0.1, 0.1, 0.2, 0.2)],
            [100, 3],
            {"A": [28, 103, 2], OUTSIDE: [75, 0, 0]},
            id="of an area the part that lies inside",
        ),
        pytest.param(
            [shapely.LineString([(0.75, 0), (1.75, 0)])],
            [40],
            {"A": [10, 40, 1], "B": [30, 40, 1], "C": [30, 40, 1]},
            id="of a line too, in each of two that overlap",
        ),
        pytest.param(
            [shapely.GeometryCollection([shapely.Point(1.7, 0.5), shapely.box(0.1, 0.1, 0.2, 0.2)])],
            [6],
            {"A": [6, 6, 1], "B": [0, 6, 1]},
            id="the value goes with what of a feature has a size",
        ),
        pytest.param(
            [shapely.Point(0.2, 0.5)] * 4,
            ["12", "n. d.", float("inf"), "1e3"],
            {"A": [1012, 1012, 2]},
            id="words and infinity are no amounts",
        ),
    ],
)
def test_values_are_summed_by_zone(shapes, tonnes, expected):
    found = of_frame(layer_of(*shapes, tonnes=tonnes), THREE, value="tonnes")
    assert values_of(found) == {zone: pytest.approx(row, rel=1e-3) for zone, row in expected.items()}
    assert found.value == "tonnes"


@pytest.mark.parametrize("cells", [["gold", "silver"], [None, None], [True, False], [True, None]])
def test_a_column_without_numbers_has_no_sum(cells):
    found = of_frame(layer_of(shapely.Point(0.2, 0.5), shapely.Point(0.2, 0.5), kind=cells), THREE, value="kind")
    assert found.value == ""


def test_values_of_years_are_those_of_the_features_of_the_year():
    layer = dated((0.1, 2020), (0.2, 2020), (0.3, 2021)).assign(cases=[1, 2, 4])
    yearly = of_frame(layer, THREE, value="cases").yearly
    assert yearly.set_index(["zone_id", "year"])["value"].to_dict() == {("A", 2020): 3, ("A", 2021): 4}


def test_the_zone_with_most_comes_first():
    squares = (shapely.box(0.1, 0.1, 0.2, 0.2), shapely.box(0.1, 0.3, 0.2, 0.4), shapely.box(1.6, 0.1, 1.9, 0.9))
    assert of_frame(layer_of(*squares), THREE).touched.index.tolist() == ["B", "A"]  # one larger before two smaller
    centres = (each.centroid for each in squares)
    assert of_frame(layer_of(*centres), THREE).touched.index.tolist() == ["A", "B"]
    assert of_frame(layer_of(shapely.Point(9, 9)), THREE).touched.empty


def test_without_a_crs_nothing_is_counted():
    with pytest.raises(CrsError):
        of_frame(gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)]), THREE)


def test_what_cannot_be_drawn_is_left_out():
    found = of_frame(layer_of(shapely.Point(0.1, 0.1), shapely.Point(), None), THREE)
    assert (found.features, found.rows.loc["A", "features"]) == (1, 1)


def test_a_heavy_polygon_is_measured_like_a_light_one():
    """It is clipped to the surroundings of each zone first: with 20,000 vertices the same to a millionth."""
    angle = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    radius = 0.9 + 0.001 * np.sin(angle * 500)  # a ragged shore
    heavy = shapely.Polygon(np.column_stack([1 + radius * np.cos(angle), 0.9 + radius * np.sin(angle)]))
    rows = of_frame(layer_of(heavy), THREE).rows
    for zone_id, shape in THREE.geometry.items():
        parts = shapely.get_parts(shapely.intersection(heavy, shape))
        assert rows.loc[zone_id, "area_km2"] == pytest.approx(areas_km2(parts).sum(), rel=1e-6)
    inside = shapely.get_parts(shapely.difference(heavy, shapely.union_all(THREE.geometry)))
    assert rows.loc[OUTSIDE, "area_km2"] == pytest.approx(areas_km2(inside).sum(), rel=1e-6)


# --- laws -----------------------------------------------------------------------------------

degrees = st.floats(-0.5, 3.5, allow_nan=False).map(lambda value: round(value, 3))
sides = st.integers(1, 900).map(lambda thousandths: thousandths / 1000)
boxes = st.builds(lambda x, y, w, h: shapely.box(x, y, x + w, y + h), degrees, degrees, sides, sides)
corners = st.tuples(degrees, degrees)
triangles = st.lists(corners, min_size=3, max_size=3).map(shapely.Polygon).filter(lambda each: each.area > 1e-4)
lines = st.lists(corners, min_size=2, max_size=4).map(shapely.LineString).filter(lambda each: each.length > 1e-3)
spots = corners.map(shapely.Point)
years = st.none() | st.integers(2018, 2021)
features = st.lists(
    st.tuples(
        st.one_of(boxes, triangles, lines, spots),
        years,
        years,
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


def drawn(rows) -> gpd.GeoDataFrame:
    shapes, first, last = zip(*rows, strict=True)
    return layer_of(*shapes, first_year=pd.array(first, dtype="Int16"), last_year=pd.array(last, dtype="Int16"))


def same(one: zone_tables.ZoneTable, other: zone_tables.ZoneTable, *, rel: float = 1e-9) -> bool:
    assert (one.features, one.undated, one.spanning, one.years) == (
        other.features, other.undated, other.spanning, other.years,
    )  # fmt: skip
    pd.testing.assert_frame_equal(one.rows, other.rows, rtol=rel, atol=1e-6)
    pd.testing.assert_frame_equal(one.yearly, other.yearly, rtol=rel, atol=1e-6)
    return True


@settings(max_examples=60)
@given(features)
def test_parts_add_up_to_the_whole_on_a_partition(rows):
    # Along no edge runs a line of whole thousandths: it would lie in the zones on both sides.
    cells = {f"{x}/{y}": (x, y, x + 1, y + 1) for x in np.arange(-1, 5) + 0.0005 for y in np.arange(-1, 5) + 0.0005}
    found = of_frame(drawn(rows), zones_of(**cells))
    inside = found.rows.drop(OUTSIDE)
    assert inside["area_km2"].sum() == pytest.approx(found.area_km2, rel=1e-7, abs=1e-9)
    assert inside["length_km"].sum() == pytest.approx(found.length_km, rel=1e-5, abs=1e-9)  # geodesic, cut or not
    assert inside["features"].sum() >= found.features
    sized = [shape.length > 0 for shape, *_ in rows]  # a point counts whole
    layer = drawn(rows).assign(cases=1.0)[sized]
    assert of_frame(layer, zones_of(**cells), value="cases").rows["value"].sum() == pytest.approx(len(layer), rel=1e-5)
    assert found.rows.loc[OUTSIDE, "features"] == 0
    assert found.rows.loc[OUTSIDE, "area_km2"] == pytest.approx(0, abs=1e-6)


@settings(max_examples=60)
@given(features)
def test_inside_of_the_union_and_outside_are_the_whole(rows):
    layer = drawn(rows)
    found = of_frame(layer, THREE)
    one = of_frame(layer, zones_of(ALL=(0, 0, 2, 1)))
    for measure in ("features", "area_km2", "length_km"):
        assert found.rows.loc[OUTSIDE, measure] == pytest.approx(one.rows.loc[OUTSIDE, measure], rel=1e-5, abs=1e-5)
    assert one.rows["features"].sum() == found.features
    assert one.rows["area_km2"].sum() == pytest.approx(found.area_km2, rel=1e-7, abs=1e-9)


@settings(max_examples=60)
@given(features, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert same(of_frame(drawn(rows), THREE), of_frame(drawn(shuffled), THREE))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.one_of(boxes, spots), years, years), min_size=1, max_size=6))
def test_the_crs_does_not_matter(rows):
    # A point on an edge may fall to either side of it on the way back: half a metre away it cannot.
    rows = [(shapely.transform(shape, lambda xy: xy + 5e-6), first, last) for shape, first, last in rows]
    layer = drawn(rows)
    for crs in ("EPSG:3857", "EPSG:6933"):  # in which the edges of a box stay straight
        assert same(of_frame(layer, THREE), of_frame(layer.to_crs(crs), THREE.to_crs(crs)), rel=1e-6)


@settings(max_examples=60)
@given(features)
def test_years_hold_each_feature_of_one_year_once(rows):
    layer = drawn([(shape, first, first) for shape, first, _ in rows])
    found = of_frame(layer, THREE)
    for zone_id, row in found.rows.iterrows():
        here = found.yearly[found.yearly["zone_id"] == zone_id]
        undated = of_frame(layer[layer["first_year"].isna()], THREE).rows.loc[zone_id]
        for measure in ("features", "area_km2", "length_km"):
            assert here[measure].sum() + undated[measure] == pytest.approx(row[measure], rel=1e-9, abs=1e-6)


@settings(max_examples=60)
@given(boxes)
def test_a_polygon_wholly_inside_counts_its_whole_area(box):
    found = of_frame(layer_of(box), zones_of(ALL=(-1, -1, 5, 5)))
    assert found.rows.loc["ALL", "area_km2"] == found.area_km2 == areas_km2(np.array([box]))[0]


@settings(max_examples=60)
@given(boxes | triangles)
def test_areas_are_those_of_the_equal_area_system(shape):
    fine = gpd.GeoDataFrame(geometry=[shapely.segmentize(shape, 0.002)], crs="EPSG:4326")
    projected = to_measure_crs(fine, role="shapes").area.iloc[0] / 1e6
    assert areas_km2(np.array([shape]))[0] == pytest.approx(projected, rel=1e-6)


def test_a_hole_is_no_area_and_a_line_is_measured_on_the_ground():
    ring = shapely.box(0, 0, 1, 1).difference(shapely.box(0.25, 0.25, 0.75, 0.75))
    assert areas_km2(np.array([ring, shapely.box(0, 0, 1, 1)]))[0] == pytest.approx(0.75 * CELL_KM2, rel=1e-4)
    line = shapely.MultiLineString([[(-70, -4), (-69, -3)], [(-60, 0), (-60, 1), (-61, 1)]])
    assert lengths_km(np.array([line]))[0] == pytest.approx(GEOD.geometry_length(line) / 1000, rel=1e-12)
    assert lengths_km(np.array([shapely.Point(0, 0)])).tolist() == [0]


# --- stored layers, the shipped zones, real files ----------------------------------------------


@pytest.mark.usefixtures("storage")
@pytest.mark.parametrize("made", [polygons, points])
def test_a_stored_layer_counts_like_its_frame_whatever_the_batches(made, monkeypatch):
    frame = made(3000)
    frame["tonnes"] = np.arange(len(frame)) % 7.0
    payload = payloads.write(frame, Roles(year="year", value="tonnes"))
    with monkeypatch.context() as small:
        small.setattr(zone_tables, "BATCH", 700)
        stored = of_payload(payload)
    assert of_payload(payload) is stored  # computed once for its content
    years_of = frame.assign(first_year=frame["year"], last_year=frame["year"])
    assert same(stored, of_frame(years_of, value="tonnes"), rel=1e-6)
    assert stored.rows["valued"].sum() > 0
    assert stored.undated == 0
    assert stored.rows.index.tolist() == [*zones().index, OUTSIDE]
    along = of_payload(payload, "border_zones")
    assert "COL-VEN" in along.rows.index
    assert along.features == 3000


@pytest.mark.usefixtures("storage")
def test_a_deleted_layer_is_no_longer_there():
    payload = payloads.write(points(20, seed=77), Roles())
    payload.file("features").unlink()
    with pytest.raises(UnknownError):
        of_payload(payload)


def test_points_are_counted_as_a_spatial_index_finds_them():
    frame = points(50_000)
    zone, row = frame.sindex.query(zones().geometry, predicate="intersects")
    found = of_frame(frame)
    assert found.rows["features"].drop(OUTSIDE).tolist() == np.bincount(zone, minlength=len(zones())).tolist()
    assert found.outside["features"] == len(frame) - len(np.unique(row))


@pytest.mark.parametrize("period", recipe.PERIODS, ids=lambda period: period.period)
def test_detections_are_those_of_the_shipped_table(realdata, period):
    outlines = recipe.read_outlines(realdata / period.file_name)
    found = of_frame(outlines.to_crs("EPSG:4326")).rows
    shipped = table("mined_area").query("period == @period.period").set_index("zone_id")
    surveyed = shipped[shipped["surveyed"] != "no"]
    assert found.loc[surveyed.index, "features"].tolist() == surveyed["detections"].astype(int).tolist()
    assert (found.loc[shipped.index.difference(surveyed.index), "features"] == 0).all()
    for zone_id in ("Z-MDD", "Z-YANOMAMI"):
        shape = to_measure_crs(zones().loc[[zone_id]], role="zone").geometry.iloc[0]
        projected = shapely.area(shapely.intersection(outlines.geometry.values, shape)).sum() / 1e6
        assert found.loc[zone_id, "area_km2"] == pytest.approx(projected, rel=1e-3)  # edges straight in degrees
