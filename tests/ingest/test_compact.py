"""Shapes held as WKB in pieces answer as the shapes themselves do, wherever one piece ends and the next begins."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point, Polygon, box

from geo.ingest import compact
from geo.ingest.compact import Compact, cuts

BOWTIE = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
SHAPES = np.array(
    [Point(1, 2), None, BOWTIE, box(0, 0, 1, 1), Point(), LineString([(0, 0, 5), (1, 1, 6)]),
     MultiPoint([(0, 0), (3, 3)]), GeometryCollection([Point(0, 0), box(2, 2, 3, 3)]), Point(np.inf, 1), None],
    dtype=object,
)  # fmt: skip


@pytest.fixture(params=[1, 3, 4096], ids=lambda rows: f"{rows} a piece")
def made(request, monkeypatch):
    monkeypatch.setattr(compact, "ROWS", request.param)
    return Compact.of(SHAPES)


def same(found, expected):
    return [None if each is None else each.wkb for each in found] == [
        None if each is None else each.wkb for each in expected
    ]


def test_shapes_come_back_as_they_were_the_broken_ones_too(made):
    assert len(made) == len(SHAPES)
    assert same(made.shapes(), SHAPES)
    assert same(made.take([8, 0, 3]), SHAPES[[8, 0, 3]])


def test_measures_are_those_of_the_shapes(made):
    bounds, empty, kinds = made.each(shapely.bounds, shapely.is_empty, shapely.get_type_id)
    assert np.array_equal(bounds, shapely.bounds(SHAPES), equal_nan=True)
    assert empty.tolist() == shapely.is_empty(SHAPES).tolist()
    assert kinds.tolist() == shapely.get_type_id(SHAPES).tolist()


def test_nothing_has_measures_of_no_rows():
    (bounds,) = Compact([]).each(shapely.bounds)
    assert bounds.shape == (0, 4)


def test_some_are_kept_changed_or_put_in_the_place_of_others(made):
    kept = ~shapely.is_missing(SHAPES)
    assert same(made.keep(kept).shapes(), SHAPES[kept])
    assert same(made.map(shapely.force_2d).shapes(), shapely.force_2d(SHAPES))
    rows = np.array([0, 2, 9])
    other = np.array([Point(7, 7), None, box(4, 4, 5, 5)], dtype=object)
    expected = SHAPES.copy()
    expected[rows] = other
    assert same(made.put(rows, other).shapes(), expected)
    assert same(made.shapes(), SHAPES)  # as it was


def test_who_hands_over_holds_nothing(made):
    taken = made.handed_over()
    assert len(made) == 0
    assert same(taken.shapes(), SHAPES)


def test_points_lack_where_a_coordinate_does():
    found = Compact.points(np.array([1.0, np.nan, 3.0]), np.array([4.0, 5.0, np.nan])).shapes()
    assert same(found, [Point(1, 4), None, None])


def test_pieces_are_bounded_by_rows_and_by_bytes():
    sizes = np.full(10_000, 10)
    assert [rows.stop - rows.start for rows in cuts(sizes)] == [4096, 4096, 1808]
    large = np.array([3_000_000, 3_000_000, 9_000_000, 10, 10])
    assert [(rows.start, rows.stop) for rows in cuts(large)] == [(0, 1), (1, 2), (2, 3), (3, 5)]
    assert list(cuts(np.array([], dtype=np.int64))) == []
