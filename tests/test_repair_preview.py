"""A repair as small maps: what is shown where, and that a person sees what changed."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, box

from geo.ingest.checking import Preview
from layers.repair_preview import MARK, MOVED, pictures
from layers.small_map import SmallMap, framed
from layers.tokens import LAND, SEA

BOWTIE = Polygon([(-70, -4), (-69, -3), (-69, -4), (-70, -3)])
SQUARE = box(-70, -4, -69, -3)
HALO = f'stroke="{MARK}" stroke-width="7"'
RING = f'stroke="{MARK}" stroke-width="3"'


def shown(code, before, after, lang="en"):
    return pictures(Preview(code, "x", 7, shapely.to_wkb(before, hex=True), shapely.to_wkb(after, hex=True)), lang)


def test_a_crossing_is_ringed_before_and_after():
    before, after, where = shown("GEOMETRY_INVALID", BOWTIE, shapely.make_valid(BOWTIE))
    assert [each.title for each in (before, after, where)] == ["Before", "After", "Where it is"]
    assert (before.place, after.words) == ("Amazonas, Brazil", "Record 7 after: Amazonas, Brazil.")
    assert RING in before.svg
    assert RING in after.svg
    assert HALO not in before.svg + after.svg


def test_the_side_that_closes_an_outline_is_marked_after_and_not_before():
    lines = MultiLineString([[(-70, -4), (-69, -4), (-69, -3), (-70, -3)]])
    before, after, _ = shown("RING_CLOSED", lines, SQUARE)
    assert HALO not in before.svg
    assert HALO in after.svg


def test_a_hole_that_lay_outside_is_in_the_picture_and_marked_as_dropped():
    outside = Polygon(SQUARE.exterior.coords, [[(-68, -4), (-67, -4), (-67, -3), (-68, -4)]])
    before, after, _ = shown("GEOMETRY_INVALID", outside, SQUARE)
    assert HALO in before.svg
    assert HALO not in after.svg
    (drawn,) = re.findall(r'd="(M[^"]*)" fill="#1F2933"', before.svg)
    spots = np.array([pair.split(",") for pair in re.findall(r"[\d.-]+,[\d.-]+", drawn)], dtype=float)
    assert spots.min() >= 0
    assert spots[:, 0].max() <= before.width


@pytest.mark.parametrize("code", sorted(MOVED))
def test_what_moved_has_both_places_on_one_map(code):
    before, after, both = shown(code, Point(-4, -70), Point(-70, -4))
    assert [each.title for each in (before, after, both)] == ["Before", "After", "Both places"]
    assert (before.place, after.place) == ("at sea", "Amazonas, Colombia")
    assert both.svg.count("<circle") == 2


def test_what_was_nowhere_says_so():
    before, after, where = shown("CRS_GUESSED", Point(), Point(-70, -4))
    assert before.place == "nowhere on Earth"
    assert LAND in after.svg
    assert where.title == "Where it is"


def test_both_edges_of_the_world_are_in_one_picture():
    wide = Polygon([(170, -20), (-170, -20), (-170, -10), (170, -10)])
    cut = MultiPolygon([box(170, -20, 180, -10), box(-180, -20, -170, -10)])
    before, after = shown("ANTIMERIDIAN_CUT", wide, cut)
    assert HALO in after.svg
    assert HALO not in before.svg  # all of it is another: a mark on all would mark nothing


def test_a_small_fault_of_a_large_outline_is_shown_from_near():
    ring = list(Point(-70, -4).buffer(5, quad_segs=50).exterior.coords)
    spoilt = Polygon([*ring[:50], (ring[50][0] + 0.02, ring[50][1] + 0.02), ring[49], *ring[51:]])
    assert not spoilt.is_valid
    before, _, where = shown("GEOMETRY_INVALID", spoilt, shapely.make_valid(spoilt))
    assert len(re.findall(r"<path", before.svg)) >= 2
    (drawn,) = re.findall(r'd="(M[^"]*)" fill="#1F2933"', before.svg)
    far = np.array([pair.split(",") for pair in re.findall(r"[\d.-]+,[\d.-]+", drawn)], dtype=float)
    assert np.ptp(far[:, 0]) > 3 * before.width  # most of the outline lies beyond the picture
    assert "<rect" in where.svg


def test_words_are_in_the_readers_language_and_codes_are_not_shown():
    before, *_ = shown("GEOMETRY_INVALID", BOWTIE, shapely.make_valid(BOWTIE), "es")
    assert before.place == "Amazonas, Brasil"
    assert "GEOMETRY" not in before.svg


def test_an_image_holds_the_picture_and_nothing_that_ends_its_address():
    before, *_ = shown("GEOMETRY_INVALID", BOWTIE, shapely.make_valid(BOWTIE))
    (address,) = re.findall(r'src="data:image/svg\+xml,([^"]*)"', before.image)
    assert not set('#<>"') & set(address)


@pytest.mark.parametrize("wkb", ["", "00", "zz", "0101"])
def test_shapes_that_cannot_be_read_are_not_shown(wkb):
    assert pictures(Preview("GEOMETRY_INVALID", "x", 1, wkb, wkb), "en") == ()


def test_a_map_keeps_shapes_in_their_proportions():
    window = SmallMap.around((-70, 59, -68, 61), 200, 100)
    (left, top), (right, bottom) = window.pixels(np.array([[-70, 61], [-68, 59]], dtype=float))
    assert (right - left) / (bottom - top) == pytest.approx(0.5, abs=0.02)  # at 60 degrees, a degree is half as wide


def test_the_title_of_a_picture_is_escaped():
    assert "<script" not in framed("", 10, 10, "<script>")
    assert SEA in framed("", 10, 10, "x")


COORDINATE = st.one_of(st.floats(-200, 200), st.sampled_from([0.0, 180.0, -180.0, 90.0, 1e300, 5e-324, np.inf, np.nan]))


@settings(max_examples=60)
@given(
    ring=st.lists(st.tuples(COORDINATE, COORDINATE), min_size=3, max_size=8),
    code=st.sampled_from(["GEOMETRY_INVALID", "RING_CLOSED", "AXES_SWAPPED", "ANTIMERIDIAN_CUT"]),
)
def test_whatever_the_shape_pictures_are_drawn_or_none(ring, code):
    try:
        before, after = LineString(ring), Polygon(ring)
    except (ValueError, shapely.errors.GEOSException):
        return
    for picture in shown(code, after, before) + shown(code, before, after):
        assert "nan" not in picture.svg
        assert "inf" not in picture.svg.replace("infinit", "")
