"""Each repair by itself: squares and points that a reader can check by hand, before and after."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from pyproj import CRS
from shapely import from_wkt
from shapely.geometry import GeometryCollection, LineString, MultiPoint, MultiPolygon, Point, Polygon, box

from geo.ingest import candidates, placing
from geo.ingest.dates import read_dates
from geo.ingest.raw import Raw, numbered
from geo.ingest.refusals import RefusalError
from geo.ingest.repairs import mended
from geo.messages import LANGUAGES, say

BOWTIE = Polygon([(-70, -4), (-69, -3), (-69, -4), (-70, -3)])


def raw(*shapes, crs="EPSG:4326", **columns):
    table = columns or {"n": list(range(len(shapes)))}
    frame = numbered(gpd.GeoDataFrame(table, geometry=list(shapes), crs=crs))
    return Raw.of("made", frame)


def codes(layer):
    return [issue.code for issue in layer.issues]


def test_a_sound_layer_stays_as_it_is():
    given_ = raw(box(-70, -4, -69, -3), box(-68, -4, -67, -3))
    (layer,) = mended(given_)
    assert (layer.issues, layer.repairs) == ((), ())
    assert layer.frame.equals(given_.frame)


def test_what_comes_in_is_not_changed():
    given_ = raw(BOWTIE, Point(-4, -70), None)
    before = given_.frame.copy()
    mended(given_)
    assert given_.frame.equals(before)


def test_a_bowtie_becomes_two_triangles_and_shows_before_and_after():
    (layer,) = mended(raw(box(-68, -4, -67, -3), BOWTIE))
    assert codes(layer) == ["GEOMETRY_INVALID"]
    assert layer.issues[0].feature == 2
    (repair,) = layer.repairs
    assert repair.feature == 2
    assert not repair.before.is_valid
    assert repair.after.area == pytest.approx(0.5)  # two triangles, a quarter of a square degree each
    assert isinstance(layer.frame.geometry.iloc[1], MultiPolygon)


def test_previews_are_few_however_many_are_mended():
    (layer,) = mended(raw(*[BOWTIE] * 40))
    assert layer.issues[0].count == 40
    assert len(layer.repairs) == 5


@pytest.mark.parametrize(
    ("shapes", "code", "left"),
    [
        pytest.param([Point(-70, -4), None], "GEOMETRY_MISSING", 1, id="none"),
        pytest.param([Point(-70, -4), Point()], "GEOMETRY_EMPTY", 1, id="empty"),
        pytest.param([Point(-70, -4), Point(np.nan, 1)], "COORDINATES_NOT_FINITE", 1, id="NaN"),
        pytest.param([Point(-70, -4), Point(np.inf, 1)], "COORDINATES_NOT_FINITE", 1, id="infinite"),
        pytest.param([Point(-70, -4), Point(1e308, 1)], "COORDINATES_IMPOSSIBLE", 1, id="1e308"),
        pytest.param([Point(-70, -4), Point(-70, 91)], "COORDINATES_IMPOSSIBLE", 1, id="beyond the pole"),
        pytest.param([Point(-70, -4), Point(0, 0)], "COORDINATES_ZERO", 1, id="at 0, 0"),
        pytest.param([box(-70, -4, -69, -3), Polygon([(-70, -4), (-69, -4), (-70, -4)])], "GEOMETRY_COLLAPSED", 1,
                     id="flat"),
        pytest.param([LineString([(-70, -4), (-71, -5)]), LineString([(-70, np.nan), (-71, -5)])],
                     "COORDINATES_NOT_FINITE", 1, id="one vertex of a line"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_set_aside_with_its_number(shapes, code, left):
    (layer,) = mended(raw(*shapes))
    (issue,) = layer.issues
    assert (issue.code, issue.severity, issue.feature, issue.count) == (code, "warning", 2, 1)
    assert len(layer.frame) == left


def test_a_layer_of_which_nothing_is_left_says_why():
    with pytest.raises(RefusalError) as refusal:
        mended(raw(None, Point(np.nan, 1)))
    assert refusal.value.issue.code == "NOTHING_TO_DRAW"
    assert [issue.code for issue in refusal.value.before] == ["GEOMETRY_MISSING", "COORDINATES_NOT_FINITE"]


@pytest.mark.parametrize(
    ("shapes", "told", "left"),
    [
        pytest.param(["POINT Z (-70 -4 120)"], {"HEIGHTS_KEPT": 1}, ["POINT Z (-70 -4 120)"], id="kept"),
        pytest.param(["POINT Z (-70 -4 0)"] * 2, {"HEIGHTS_DROPPED": 2}, ["POINT (-70 -4)"] * 2, id="all 0"),
        pytest.param(["POINT Z (-70 -4 0)", "POINT Z (-71 -4 9)", "POINT (-72 -4)"], {"HEIGHTS_KEPT": 2},
                     ["POINT Z (-70 -4 0)", "POINT Z (-71 -4 9)", "POINT (-72 -4)"], id="one at the sea"),
        pytest.param(["LINESTRING Z (-70 -4 1, -71 -4 NaN)", "LINESTRING Z (-70 -4 1, -71 -4 2)"],
                     {"HEIGHTS_KEPT": 1, "HEIGHTS_DROPPED": 1},
                     ["LINESTRING (-70 -4, -71 -4)", "LINESTRING Z (-70 -4 1, -71 -4 2)"], id="torn"),
        pytest.param(["POINT ZM (-70 -4 120 7)", "POINT M (-71 -4 7)"], {"MEASURES_DROPPED": 2, "HEIGHTS_KEPT": 1},
                     ["POINT Z (-70 -4 120)", "POINT (-71 -4)"], id="measures"),
        pytest.param(["POINT M (-71 -4 7)"], {"MEASURES_DROPPED": 1}, ["POINT (-71 -4)"], id="only measures"),
    ],
)  # fmt: skip
def test_heights_are_kept_where_they_say_something_and_measures_go(shapes, told, left):
    (layer,) = mended(raw(*map(from_wkt, shapes)))
    assert {issue.code: issue.count for issue in layer.issues} == told
    assert [each.wkt for each in layer.frame.geometry] == left


@pytest.mark.parametrize(
    ("crs", "place"),
    [
        pytest.param("EPSG:22185", (-60, -34), id="Argentina's zone 5"),
        pytest.param("EPSG:22173", (-66, -40), id="Argentina's zone 3, POSGAR 98"),
        pytest.param("EPSG:31982", (-51, -3), id="UTM"),
        pytest.param("EPSG:9377", (-70, -4), id="Colombia's single origin"),
    ],
)
def test_northings_before_eastings_are_known_by_the_area_of_their_system(crs, place):
    (metres,) = gpd.GeoSeries([Point(place)], crs="EPSG:4326").to_crs(crs)
    for given_, told in ((metres, False), (Point(metres.y, metres.x), True)):
        (layer,) = mended(raw(given_, crs=crs))
        assert ("AXES_SWAPPED" in codes(layer)) is told
        assert layer.frame.geometry.iloc[0].coords[0] == pytest.approx(place, abs=1e-6)


def test_a_layer_far_from_the_middle_of_its_system_stays_where_it_is():
    (metres,) = gpd.GeoSeries([Point(-77.5, 6)], crs="EPSG:4326").to_crs("EPSG:3116")  # the Chocó, from Bogotá
    (layer,) = mended(raw(metres, crs="EPSG:3116"))
    assert codes(layer) == ["REPROJECTED"]


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        pytest.param(Polygon([(-70, -4), (-69, -4), (0, 0), (-70, -3)]), True, id="an area"),
        pytest.param(MultiPoint([(-70, -4), (0, 0)]), True, id="points"),
        pytest.param(LineString([(-1, -1), (0, 0), (1, 1)]), False, id="through it"),
        pytest.param(LineString([(-70, 1), (0, 1)]), False, id="at the meridian"),
    ],
)
def test_a_corner_that_was_never_measured_is_told(shape, told):
    (layer,) = mended(raw(shape))
    assert ("CORNER_AT_ZERO" in codes(layer)) is told


def test_an_outline_behind_its_hole_is_an_area_with_a_hole():
    hole, outline = box(-69.8, -3.8, -69.2, -3.2), box(-70, -4, -69, -3)
    (layer,) = mended(raw(Polygon(hole.exterior, [outline.exterior])))
    assert (codes(layer), layer.frame.area.sum()) == (["GEOMETRY_INVALID"], pytest.approx(0.64))


def test_longitudes_of_a_whole_turn_are_put_right_and_nothing_is_cut():
    (layer,) = mended(raw(box(290, -4, 291, -3), box(-69, -4, -68, -3)))
    assert [(issue.code, issue.count) for issue in layer.issues] == [("LONGITUDES_TURNED", 1)]
    assert tuple(layer.frame.total_bounds) == (-70, -4, -68, -3)


def test_heights_outlast_every_repair():
    bowtie = Polygon([(-70, -4, 10), (-69, -3, 20), (-69, -4, 10), (-70, -3, 20)])
    (mended_,) = mended(raw(bowtie)).pop().frame.geometry
    assert sorted({z for part in mended_.geoms for _, _, z in part.exterior.coords}) == [10, 15, 20]
    (turned,) = mended(raw(Point(-4, -70, 120))).pop().frame.geometry
    (metres,) = mended(raw(Point(500_000, 9_557_000, 120), crs="EPSG:32719")).pop().frame.geometry
    for each in (turned, metres):
        assert (each.x, each.y, each.z) == pytest.approx((-70 if each is turned else -69, -4, 120), abs=0.01)
    (cut,) = mended(raw(LineString([(179, -4, 5), (181, -4, 5)]))).pop().frame.geometry
    assert {z for part in cut.geoms for _, _, z in part.coords} == {5}


@pytest.mark.parametrize(
    ("shapes", "crs", "declared", "code", "found"),
    [
        pytest.param([Point(-70, -4)], None, None, "CRS_ASSUMED", "EPSG:4326", id="degrees"),
        pytest.param([Point(-7.8e6, -4.5e5)], None, None, "CRS_GUESSED", "EPSG:3857", id="web metres"),
        pytest.param([Point(4.9e6, 2.1e6)], None, None, "CRS_GUESSED", "EPSG:9377", id="Colombia's single origin"),
        pytest.param([Point(1e6, 1e6)], None, "EPSG:3116", "CRS_DECLARED", "EPSG:3116", id="declared"),
        pytest.param([Point(-7.8e6, -4.5e5)], "EPSG:4326", None, "CRS_IMPLAUSIBLE", "EPSG:3857", id="not degrees"),
        pytest.param([Point(-70, -4)], "EPSG:31976", None, "CRS_IMPLAUSIBLE", "EPSG:4326", id="not metres"),
    ],
)
def test_a_crs_that_is_not_said_is_guessed_and_the_guess_is_stated(shapes, crs, declared, code, found):
    (layer,) = mended(raw(*shapes, crs=crs), declared=CRS(declared) if declared else None)
    assert code in codes(layer)
    assert placing.code(layer.crs) == found


@pytest.mark.parametrize("at", [(500_000, 9_500_000), (1_000_000, 1_000_000)])
def test_metres_of_any_zone_are_never_guessed(at):
    with pytest.raises(RefusalError) as refusal:
        mended(raw(Point(at), crs=None))
    assert refusal.value.issue.code == "CRS_MISSING"
    assert "--crs" in say(refusal.value.issue.fix, "en")


@pytest.mark.parametrize(
    ("at", "likely"),
    [
        pytest.param((250_000, 9_534_000), {"EPSG:31979": "Loreto", "EPSG:31982": "Pará"}, id="UTM south"),
        pytest.param((500_000, 100_000), {"EPSG:31972": "Caquetá", "EPSG:31976": "Amapá"}, id="UTM north"),
        pytest.param((500_000, -100_000), {"EPSG:31973": "Amazonas"}, id="UTM north, south of the equator"),
        pytest.param((1_000_000, 1_000_000), {"EPSG:3116": "Bogotá D.C.", "EPSG:3118": "Vichada"}, id="MAGNA"),
        pytest.param((4_500_000, 7_000_000), {"EPSG:5346": "Santiago del Estero"}, id="POSGAR"),
    ],
)
def test_metres_without_a_zone_are_refused_with_the_systems_that_put_them_on_land(at, likely):
    with pytest.raises(RefusalError) as refusal:
        mended(raw(Point(at), crs=None))
    fix = say(refusal.value.issue.fix, "en")
    assert likely.keys() <= set(candidates.codes(refusal.value.issue))
    for code, place in likely.items():
        (crs,) = [each for each in fix.split("; ") if code in each.partition(" (")[0]]
        assert place in crs


def test_metres_that_are_nowhere_on_land_get_no_list():
    with pytest.raises(RefusalError) as refusal:
        mended(raw(Point(50_000_000, 50_000_000), crs=None))
    assert candidates.codes(refusal.value.issue) == ()


def test_a_layer_that_is_taken_elsewhere_than_its_file_says_shows_both_places():
    (layer,) = mended(raw(Point(-70, -4), crs="EPSG:31976"))
    (repair,) = layer.repairs
    assert (repair.code, repair.feature) == ("CRS_IMPLAUSIBLE", 1)
    assert repair.before.x == pytest.approx(-55.5, abs=1)  # where the zone counts its metres from
    assert (repair.after.x, repair.after.y) == (-70, -4)


def test_a_layer_whose_file_puts_it_nowhere_shows_where_it_was_taken():
    (layer,) = mended(raw(*[Point(-7.8e6 - n, -4.5e5) for n in range(9)], crs="EPSG:4326"))
    assert [(each.code, each.before.is_empty) for each in layer.repairs] == [("CRS_IMPLAUSIBLE", True)] * 5
    assert layer.repairs[0].after.x == pytest.approx(-70.07, abs=0.01)


def test_northings_before_eastings_show_both_places_in_degrees():
    there = gpd.GeoSeries([Point(-51.5, -4)], crs="EPSG:4326").to_crs("EPSG:31982").iloc[0]
    (layer,) = mended(raw(Point(there.y, there.x), crs="EPSG:31982"))
    (repair,) = layer.repairs
    assert not repair.before.within(box(-95, -60, -25, 20))
    assert repair.after.distance(Point(-51.5, -4)) < 1e-6


def test_ids_that_are_there_twice_are_named():
    layers = mended(raw(*[Point(-70 - n, -4) for n in range(4)], OBJECTID=[1, 2, 2, None], id_dpto=[5, 5, 5, 5]))
    (issue,) = layers[0].issues
    assert (issue.code, issue.severity, issue.feature, issue.count) == ("DUPLICATE_IDS", "warning", 3, 1)
    assert "OBJECTID" in say(issue.found, "en")


@pytest.mark.parametrize("ids", [[0, 0, 0, 0], [None, None, None, None], ["", "", "a", "b"], [1, 2, 3, 4]])
def test_columns_that_number_nothing_are_not_taken_for_ids(ids):
    (layer,) = mended(raw(*[Point(-70 - n, -4) for n in range(4)], id=ids))
    assert codes(layer) == []


def test_an_issue_lists_the_records_that_have_it():
    (layer,) = mended(raw(*[BOWTIE, Point(-70, -4).buffer(1)] * 150))
    (issue,) = [each for each in layer.issues if each.code == "GEOMETRY_INVALID"]
    assert (issue.count, issue.feature, len(issue.records)) == (150, 1, 100)
    assert issue.records[:3] == (1, 3, 5)


def test_one_wrong_place_does_not_move_the_others():
    (layer,) = mended(raw(*[Point(-70 - n / 10, -4) for n in range(9)], Point(500_000, 9_500_000)))
    assert codes(layer) == ["COORDINATES_IMPOSSIBLE"]
    assert len(layer.frame) == 9


def test_axes_that_changed_places_are_put_right():
    (layer,) = mended(raw(Point(-4, -70), Point(2, -75), crs=None))
    assert codes(layer) == ["CRS_ASSUMED", "AXES_SWAPPED"]
    assert [(each.x, each.y) for each in layer.frame.geometry] == [(-70, -4), (-75, 2)]
    assert [(each.before.x, each.after.x) for each in layer.repairs] == [(-4, -70), (2, -75)]


def test_northings_before_eastings_are_put_right():
    there = gpd.GeoSeries([Point(-51.5, -4)], crs="EPSG:4326").to_crs("EPSG:31982").iloc[0]
    (layer,) = mended(raw(Point(there.y, there.x), crs="EPSG:31982"))
    assert "AXES_SWAPPED" in codes(layer)
    assert layer.frame.geometry.iloc[0].distance(Point(-51.5, -4)) < 1e-6


@pytest.mark.parametrize("shape", [Point(-50, -40), Point(-40, -50)])
def test_axes_that_could_be_either_stay(shape):
    (layer,) = mended(raw(shape))
    assert "AXES_SWAPPED" not in codes(layer)
    assert layer.frame.geometry.iloc[0] == shape


def test_what_lies_elsewhere_is_said_and_kept():
    (layer,) = mended(raw(Point(-70, -4), Point(100, 50)))
    assert (codes(layer), layer.issues[0].feature, len(layer.frame)) == (["OUTSIDE_REGION"], 2, 2)
    (layer,) = mended(raw(Point(100, 50)))
    assert codes(layer) == ["LAYER_OUTSIDE_REGION"]


def test_the_antimeridian_cuts_in_two():
    (layer,) = mended(raw(Polygon([(179, -20), (-179, -20), (-179, -19), (179, -19)])))
    assert codes(layer)[0] == "ANTIMERIDIAN_CUT"
    assert layer.frame.total_bounds.tolist() == [-180, -20, 180, -19]
    assert layer.frame.area.sum() == pytest.approx(2)


def test_a_collection_gives_its_parts_to_the_layers_of_their_kind():
    both = GeometryCollection([Point(-70, -4), GeometryCollection([box(-70, -4, -69, -3), Point(-71, -5)])])
    points, areas = mended(raw(both, Point(-72, -6), box(-68, -4, -67, -3)))
    assert (points.name, areas.name) == ("made (points)", "made (areas)")
    assert points.frame.index.tolist() == [1, 2]
    assert areas.frame.index.tolist() == [1, 3]
    assert isinstance(points.frame.geometry.iloc[0], MultiPoint)
    assert codes(points) == ["COLLECTION_SPLIT", "MIXED_KINDS_SPLIT"]
    assert areas.issues == ()


def test_a_collection_of_one_kind_stays_one_layer():
    (layer,) = mended(raw(GeometryCollection([Point(-70, -4), Point(-71, -5)]), Point(-72, -6)))
    assert (layer.name, codes(layer)) == ("made", ["COLLECTION_SPLIT"])


def test_twins_are_those_with_the_same_place_and_attributes():
    (layer,) = mended(raw(*[Point(-70, -4)] * 3, a=["x", "x", "y"]))
    assert [(each.code, each.count, each.feature) for each in layer.issues] == [("DUPLICATE_FEATURES", 1, 2)]
    assert len(layer.frame) == 3


def test_another_crs_is_brought_to_degrees_with_a_note():
    (layer,) = mended(raw(box(500_000, 200_000, 600_000, 300_000), crs="EPSG:31976"))
    assert [(issue.code, issue.severity) for issue in layer.issues] == [("REPROJECTED", "note")]
    assert layer.frame.total_bounds == pytest.approx((-51, 1.8, -50.1, 2.7), abs=0.1)


@pytest.mark.parametrize(
    ("values", "read", "code"),
    [
        pytest.param(["28/12/1961", "02/01/1857"], ["1961-12-28", "1857-01-02"], "DATES_READ", id="day first"),
        pytest.param(["12/28/2021", "01/02/2020"], ["2021-12-28", "2020-01-02"], "DATES_READ", id="month first"),
        pytest.param(["01/02/2020", "03/04/2021"], ["2020-02-01", "2021-04-03"], "DATES_AMBIGUOUS", id="either"),
        pytest.param(["28-12-61", "02.01.24"], ["2061-12-28", "2024-01-02"], "DATES_READ", id="two digits"),
        pytest.param(["2020/3/5", "2021/12/31"], ["2020-03-05", "2021-12-31"], "DATES_READ", id="year first"),
        pytest.param(["20240315", "20231231"], ["2024-03-15", "2023-12-31"], "DATES_READ", id="compact"),
        pytest.param(["12 de marzo de 2021", "1º de agosto de 2020"], ["2021-03-12", "2020-08-01"], "DATES_READ",
                     id="Spanish"),
        pytest.param(["12 de março de 2021", "3 fev 2020"], ["2021-03-12", "2020-02-03"], "DATES_READ",
                     id="Portuguese"),
        pytest.param(["semana 14 de 2023", "Semana 2, 2024"], ["2023-W14", "2024-W02"], "DATES_READ", id="weeks"),
        pytest.param(["2023W14", "week 53/2020"], ["2023-W14", "2020-W53"], "DATES_READ", id="weeks in figures"),
        pytest.param(["2023-W14-3", "2020W537"], ["2023-04-05", "2021-01-03"], "DATES_READ", id="days of weeks"),
        pytest.param(["March 12, 2021", "Aug 3 2020"], ["2021-03-12", "2020-08-03"], "DATES_READ", id="English"),
        pytest.param(["28/12/2021 10:30", "02/01/2022 00:00:00"], ["2021-12-28T10:30", "2022-01-02"], "DATES_READ",
                     id="with a time"),
        pytest.param(["2021-03-12", "2020-01-02"], ["2021-03-12", "2020-01-02"], None, id="as they should be"),
        pytest.param(["2023-W14", "2023-W15"], ["2023-W14", "2023-W15"], None, id="weeks as they should be"),
        pytest.param(["S1 2023", "Sem. 2 2023"], ["S1 2023", "Sem. 2 2023"], None, id="half years"),
        pytest.param(["semana 60 de 2023"], ["semana 60 de 2023"], None, id="no week"),
        pytest.param(["Leticia", "3 de Febrero"], ["Leticia", "3 de Febrero"], None, id="names"),
        pytest.param(["1.2.3", "10/20"], ["1.2.3", "10/20"], None, id="numbers"),
        pytest.param(["31/02/2021", "99/99/9999"], ["31/02/2021", "99/99/9999"], None, id="no days"),
    ],
)  # fmt: skip
def test_dates_are_read_in_the_forms_people_write(values, read, code):
    frame = raw(*[Point(-70, -4)] * len(values), when=values).frame
    out, issues = read_dates(frame, "made")
    assert out["when"].tolist() == read
    assert [issue.code for issue in issues] == ([code] if code else [])
    assert all(f"{values[0]} became {read[0]}" in say(issue.found, "en") for issue in issues)  # before and after
    assert frame["when"].tolist() == values


def test_what_is_no_date_among_dates_stays_and_is_named():
    frame = raw(*[Point(-70, -4)] * 5, when=["28/12/1961", "time immemorial", None, "13/01/1900", "14/02/1901"]).frame
    out, issues = read_dates(frame, "made")
    assert out["when"].tolist()[:2] == ["1961-12-28", "time immemorial"]
    assert [(issue.code, issue.feature) for issue in issues] == [("DATES_READ", None), ("DATE_UNREADABLE", 2)]


COORDINATE = st.one_of(st.floats(-200, 200), st.floats(), st.sampled_from([0.0, 180.0, -180.0, 90.0, 1e8, 5e-324]))
FINITE = COORDINATE.filter(np.isfinite)  # a ring with NaN cannot even be built
RING = st.lists(st.tuples(FINITE, FINITE), min_size=3, max_size=7)


@given(st.lists(st.one_of(st.builds(Point, COORDINATE, COORDINATE), RING.map(Polygon), st.none()), max_size=6))
def test_whatever_the_shapes_what_is_left_can_be_drawn(shapes):
    try:
        layers = mended(raw(*shapes, crs=None))
    except RefusalError as refusal:
        layers = []
        said = [say(refusal.issue.found, lang) for lang in LANGUAGES]
        event(refusal.issue.code)
    else:
        said = []
    assert all(said)
    for layer in layers:
        assert len(layer.frame)
        assert layer.frame.is_valid.all()
        assert np.isfinite(layer.frame.total_bounds).all()
        west, south, east, north = layer.frame.total_bounds
        assert -180 <= west <= east <= 180
        assert -90.001 <= south <= north <= 90.001
        assert set(layer.frame.index) <= set(range(1, len(shapes) + 1))
