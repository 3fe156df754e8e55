"""Border zones: the distance is a distance on the ground, and no ground of a third country slips in."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import borders
from geo.buffers import within_km
from geo.crs import GEOD, to_measure_crs
from geo.errors import UnknownError
from geo.store import layer

PAIRS = [
    "ARG-BOL", "ARG-BRA", "ARG-CHL", "ARG-PRY", "ARG-URY", "BOL-BRA", "BOL-CHL", "BOL-PER", "BOL-PRY",
    "BRA-COL", "BRA-GUF", "BRA-GUY", "BRA-PER", "BRA-PRY", "BRA-SUR", "BRA-URY", "BRA-VEN", "CHL-PER",
    "COL-ECU", "COL-PAN", "COL-PER", "COL-VEN", "ECU-PER", "GUF-SUR", "GUY-SUR", "GUY-VEN",
]  # fmt: skip


def nearest_km(point: shapely.Point, line: shapely.Geometry) -> float:
    """Return the geodesic distance from a point to a line, measured to points 200 m apart on it."""
    lon, lat = shapely.get_coordinates(shapely.segmentize(line, 0.002)).T
    _, _, metres = GEOD.inv(np.full_like(lon, point.x), np.full_like(lat, point.y), lon, lat)
    return float(metres.min() / 1000)


@settings(max_examples=25, deadline=None)
@given(
    lat=st.floats(-55, 15),
    slope=st.floats(-2, 2),
    distance_km=st.floats(5, 150),
    share=st.floats(0, 1, exclude_max=True),
)
def test_the_edge_lies_at_the_distance_at_any_latitude(lat, slope, distance_km, share):
    line = shapely.LineString([(-70.0, lat), (-69.0, lat + slope / 2), (-67.5, lat)])
    edge = within_km(line, distance_km=distance_km).exterior
    assert nearest_km(edge.interpolate(share, normalized=True), line) == pytest.approx(distance_km, rel=0.006)


@pytest.mark.parametrize("lat", [0, -33, -55])
def test_a_circle_has_the_area_of_a_circle(lat):
    circle = gpd.GeoDataFrame(geometry=[within_km(shapely.Point(-70, lat), distance_km=100)], crs="EPSG:4326")
    assert to_measure_crs(circle, role="circle").area.iloc[0] / 1e6 == pytest.approx(np.pi * 100**2, rel=0.005)


def test_a_polygon_keeps_its_inside():
    square = shapely.box(-70, -10, -69, -9)
    assert within_km(square, distance_km=1).contains(square)


@pytest.mark.parametrize("distance_km", [0, -1, 501, float("nan")])
def test_a_distance_out_of_bounds_is_refused(distance_km):
    with pytest.raises(ValueError, match="between 0 and 500"):
        within_km(shapely.Point(-70, 0), distance_km=distance_km)


def test_a_zone_is_clipped_to_land_on_both_sides():
    line = shapely.LineString([(-70, -10), (-70, -9)])
    west, east = shapely.box(-72, -12, -70, -7), shapely.box(-70, -12, -69.9, -7)
    zone = borders.border_zone(line, width_km=50, land=shapely.union_all([west, east]))
    assert zone.bounds[2] == pytest.approx(-69.9)
    assert zone.bounds[0] == pytest.approx(-70 - 50 / 109.6, abs=0.003)  # a degree of longitude at 9.5 S is 109.8 km


def test_there_is_a_line_and_a_zone_for_each_pair():
    assert list(borders.boundaries().index) == PAIRS
    assert list(borders.border_zones().index) == PAIRS


def test_lengths_are_those_of_the_lines():
    lines = borders.boundaries()
    measured = [GEOD.geometry_length(line) / 1000 for line in lines.geometry]
    assert lines["length_km"].tolist() == pytest.approx(measured, rel=0.001)


# The CIA World Factbook's lengths; ours are of a generalised line, so they are shorter, never longer.
@pytest.mark.parametrize(
    ("key", "official_km"), [("ARG-BOL", 942), ("COL-PAN", 339), ("BRA-URY", 1050), ("CHL-PER", 168)]
)
def test_lengths_are_near_the_official_ones(key, official_km):
    assert 0.65 * official_km < borders.boundaries()["length_km"][key] <= 1.02 * official_km


def test_each_zone_reaches_50_km_and_no_further_and_stays_in_its_two_countries():
    lines, zones = borders.boundaries(), borders.border_zones()
    outlines = layer("countries").set_index("country_iso3").geometry
    assert zones.geometry.is_valid.all()
    for key, zone in zones.iterrows():
        ring = shapely.get_coordinates(zone.geometry)[::97]
        far_km = max(nearest_km(shapely.Point(xy), lines.geometry[key]) for xy in ring)
        assert 49 < far_km < 50.4, key
        both = shapely.union_all([outlines[zone["country_a"]], outlines[zone["country_b"]]])
        assert zone.geometry.difference(both).area < 1e-5, key


def test_areas_are_those_of_the_zones():
    zones = borders.border_zones()
    measured = to_measure_crs(zones, role="zones").area / 1e6
    assert zones["area_km2"].tolist() == pytest.approx(measured.tolist(), abs=1)


def test_a_border_is_found_by_either_order_and_an_unknown_one_is_named():
    assert borders.border_key("VEN", "COL") == "COL-VEN"
    assert borders.border("COL-VEN").length > 10
    with pytest.raises(UnknownError, match="CHL-URY"):
        borders.border("CHL-URY")
