"""Corridors as lines: legs in order, along the river where it is known, with their marks where they belong."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from shapely import LineString

from data.recipe.files import facts
from data.recipe.routes import leg_line
from geo import routes
from geo.crs import GEOD
from geo.errors import CrsError, UnknownError
from geo.store import layer, table

degrees = st.tuples(st.floats(-80, -35), st.floats(-54, 12))


def test_each_pair_of_waypoints_is_a_leg():
    waypoints, legs = facts("corridor_waypoints"), routes.legs()
    assert len(legs) == len(waypoints) - waypoints["corridor_id"].nunique() == 387
    last = waypoints.astype({"seq": int}).groupby("corridor_id")["seq"].max()
    assert legs.groupby("corridor_id")["seq"].max().add(1).to_dict() == last.to_dict()


def test_legs_run_from_waypoint_to_waypoint():
    stops = table("corridor_waypoints").set_index(["corridor_id", "seq"])
    for leg in routes.legs().itertuples():
        ends = [leg.geometry.coords[0], leg.geometry.coords[-1]]
        for end, seq, place in zip(ends, (leg.seq, leg.seq + 1), (leg.from_place, leg.to_place), strict=True):
            stop = stops.loc[(leg.corridor_id, seq)]
            assert end == pytest.approx((stop["lon"], stop["lat"]), abs=1e-5)
            assert place == stop["place"]


def test_a_river_leg_follows_the_vertices_in_order():
    vertices = facts("river_lines").astype({"seq": int, "order": int, "lat": float, "lon": float})
    legs = routes.legs().set_index(["corridor_id", "seq"])
    for key, leg in vertices.groupby(["corridor_id", "seq"]):
        drawn = shapely.get_coordinates(legs.loc[key].geometry)[1:-1]
        assert np.allclose(drawn, leg.sort_values("order")[["lon", "lat"]], atol=1.1e-5), key
    assert int(legs["follows_river"].sum()) == vertices.groupby(["corridor_id", "seq"]).ngroups == 99
    assert set(legs.loc[legs["follows_river"], "mode"]) == {"river"}


def test_lengths_are_geodesic_and_add_up_to_the_corridor():
    legs = routes.legs()
    measured = [GEOD.geometry_length(line) / 1000 for line in legs.geometry]
    assert legs["length_km"].tolist() == pytest.approx(measured, abs=0.06)
    summed = legs.groupby("corridor_id")["length_km"].sum()
    corridors = table("corridors").set_index("corridor_id")["length_km"]
    assert summed.to_dict() == pytest.approx(corridors.astype(float).to_dict(), abs=2)


@pytest.mark.parametrize(
    ("mode", "end", "vertices"),
    [
        pytest.param("road", (-60.0, -20.0), 2, id="a road is straight"),
        pytest.param("air", (-69.0, -10.0), 2, id="a short flight is straight"),
        pytest.param("air", (-60.0, -10.0), 12, id="a long one bends: 1,096 km, a point each 100"),
    ],
)
def test_only_a_long_flight_is_densified(mode, end, vertices):
    line = leg_line((-70.0, -10.0), end, mode=mode, river=None)
    assert len(line.coords) == vertices
    assert line.coords[0] == (-70.0, -10.0)
    assert line.coords[-1] == end


def test_a_long_flight_is_the_geodesic():
    line = leg_line((-75.0, -10.0), (-55.0, -12.0), mode="air", river=None)
    _, _, metres = GEOD.inv(-75, -10, -55, -12)
    assert GEOD.geometry_length(line) == pytest.approx(metres, rel=1e-6)


def frame(*lines: LineString, crs: str | None = "EPSG:4326", index: list[str] | None = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(lines), crs=crs, index=index)


@pytest.mark.parametrize(
    ("points", "lat", "lon", "bearing"),
    [
        pytest.param([(-70, 0), (-70, 2)], 1.0, -70.0, 0.0, id="north"),
        pytest.param([(-70, 0), (-68, 0)], 0.0, -69.0, 90.0, id="east along the equator"),
        pytest.param([(-70, 2), (-70, 0)], 1.0, -70.0, 180.0, id="south"),
        pytest.param([(-68, 0), (-70, 0)], 0.0, -69.0, 270.0, id="west"),
        pytest.param([(-70, 0), (-69, 0), (-69, 3)], 1.0, -69.0, 0.0, id="the middle is by length, not by vertex"),
        pytest.param([(-70, 5), (-70, 5)], 5.0, -70.0, 0.0, id="a leg without length"),
    ],
)
def test_the_glyph_stands_at_the_middle(points, lat, lon, bearing):
    marks = routes.leg_marks(frame(LineString(points))).iloc[0]
    assert (marks["lat"], marks["lon"]) == pytest.approx((lat, lon), abs=0.01)
    assert marks["bearing"] == pytest.approx(bearing, abs=0.5)


def test_the_arrow_stands_beyond_the_glyph_in_the_direction_of_the_flow():
    marks = routes.leg_marks(frame(LineString([(-70, 0), (-60, 0)]))).iloc[0]
    assert marks["arrow_lon"] > marks["lon"]
    assert marks["arrow_bearing"] == pytest.approx(90, abs=0.5)


@example(start=(-35.0, -14.0), end=(-80.0, -54.0))  # across the continent, where it turns most
@given(start=degrees, end=degrees)
def test_turning_a_leg_around_turns_the_bearing_around(start, end):
    line = LineString([start, end])
    there, back = routes.mark(line, share=0.5), routes.mark(line.reverse(), share=0.5)
    assert there[:2] == pytest.approx(back[:2], abs=1e-6)
    if GEOD.geometry_length(line) > 1000:
        # A straight line in degrees turns on the globe: over 4 % of the longest one by little more than a degree.
        assert (there[2] - back[2]) % 360 == pytest.approx(180, abs=2)


def test_marks_are_the_same_in_any_crs_and_on_the_callers_index():
    legs = frame(LineString([(-70, -10), (-66, -12)]), LineString([(-60, 4), (-61, 2)]), index=["b", "a"])
    before = legs.copy()
    marks = routes.leg_marks(legs)
    assert list(marks.index) == ["b", "a"]
    moved = routes.leg_marks(legs.to_crs("EPSG:3395"))
    assert moved.to_numpy() == pytest.approx(marks.to_numpy(), abs=1e-6)
    assert legs.equals(before)


def test_no_legs_have_no_marks():
    assert len(routes.leg_marks(frame())) == 0


def test_legs_without_a_crs_are_refused():
    with pytest.raises(CrsError, match="legs"):
        routes.leg_marks(frame(LineString([(0, 0), (1, 1)]), crs=None))


def test_every_mark_lies_on_its_leg():
    legs = routes.legs()
    marks = routes.leg_marks(legs)
    points = gpd.GeoSeries(gpd.points_from_xy(marks["lon"], marks["lat"]), index=legs.index, crs=legs.crs)
    assert points.distance(gpd.GeoSeries(legs.geometry)).max() < 1e-6
    assert marks["bearing"].between(0, 360).all()


def test_an_unknown_corridor_is_named_in_the_message():
    assert routes.corridor("COR-02")["commodity"] == "cocaine"
    assert routes.legs_of("COR-02")["seq"].tolist() == sorted(routes.legs_of("COR-02")["seq"])
    with pytest.raises(UnknownError, match="COR-99"):
        routes.legs_of("COR-99")


def test_legs_are_in_the_shipped_crs():
    assert layer("corridors").crs == "EPSG:4326"
    assert layer("corridors").geometry.is_valid.all()
