"""Two versions of a layer compared: every difference once, none that is not there, and fast."""

from __future__ import annotations

import time

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, Polygon, box

from geo.library.batches import of_frame
from geo.library.differences import Differences, between
from tests.made_layers import polygons


def layer(*rows: tuple[object, ...], columns: tuple[str, ...] = ("id", "name", "year")) -> gpd.GeoDataFrame:
    """Return points at (0, 0), (1, 0) ... unless the last cell of a row is a geometry."""
    cells, shapes = [], []
    for place, row in enumerate(rows):
        *values, last = row
        is_shape = hasattr(last, "geom_type")
        cells.append(values if is_shape else [*values, last])
        shapes.append(last if is_shape else Point(place, 0))
    return gpd.GeoDataFrame(pd.DataFrame(cells, columns=list(columns)), geometry=shapes, crs="EPSG:4326")


def told(found: Differences) -> list[tuple[object, ...]]:
    return [tuple(row) for row in found.rows[["kind", "id", "shape", "columns"]].itertuples(index=False)]


def compared(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> Differences:
    return between(of_frame(one), of_frame(other))


FIRST = layer(("A", "Puré", 2023), ("B", "Içana", 2024), ("C", None, 2025))


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        pytest.param(FIRST, [], id="the same"),
        pytest.param(FIRST.iloc[::-1], [], id="in another order"),
        pytest.param(FIRST.iloc[:2], [("removed", "C", False, "")], id="one gone"),
        pytest.param(
            pd.concat([FIRST, layer(("D", "x", 2026, Point(9, 9)))], ignore_index=True),
            [("added", "D", False, "")],
            id="one more",
        ),
        pytest.param(FIRST.assign(year=[2023, 2020, 2025]), [("changed", "B", False, "year")], id="a cell"),
        pytest.param(
            FIRST.assign(name=["Puré", "Icana", "x"], year=[2023, 2024, 2026]),
            [("changed", "B", False, "name"), ("changed", "C", False, "name, year")],
            id="cells, one of them from nothing",
        ),
        pytest.param(
            FIRST.set_geometry([Point(0, 0), Point(1, 0.5), Point(2, 0)], crs="EPSG:4326"),
            [("changed", "B", True, "")],
            id="a shape",
        ),
        pytest.param(
            FIRST.set_geometry([Point(0, 0), Point(1, 4e-8), Point(2, 0)], crs="EPSG:4326"), [], id="by a hair"
        ),
        pytest.param(FIRST.assign(year=[2023.0, 2024.0, 2025.0]), [], id="a year as a figure"),
        pytest.param(FIRST.assign(year=["2023", "2024", "2025"]), [], id="a year as a text"),
    ],
)
def test_what_changed_by_id(later, expected):
    assert told(compared(FIRST, later)) == expected


def test_each_difference_has_its_place():
    later = pd.concat([FIRST.iloc[1:], layer(("D", "x", 1, box(4, 2, 6, 3)))], ignore_index=True).assign(year=[1, 2, 3])
    rows = compared(FIRST, later).rows
    assert {row.id: (row.lon, row.lat) for row in rows.itertuples()} == {
        "D": (5.0, 2.5), "A": (0.0, 0.0), "B": (1.0, 0.0), "C": (2.0, 0.0),
    }  # fmt: skip


def test_the_start_and_the_direction_of_a_ring_are_no_change():
    one = layer(("A", "x", 1, Polygon([(0, 0), (2, 0), (2, 1), (0, 1)])))
    other = layer(("A", "x", 1, Polygon([(2, 1), (2, 0), (0, 0), (0, 1)])))
    assert compared(one, other).are_none


def test_columns_that_come_and_go_change_no_feature():
    found = compared(FIRST, FIRST.drop(columns="year").assign(depth=[1, 2, 3]))
    assert (found.columns_added, found.columns_removed) == (("depth",), ("year",))
    assert not len(found.rows)
    assert not found.are_none
    assert found.unchanged == 3


def test_ids_that_only_count_rows_are_not_believed():
    """A row put in first gives every later one another number."""
    one = layer(*((str(n + 1), f"site {n}", n, Point(n, 0)) for n in range(20)))
    rows = [("0", Point(-1, 0)), *((f"site {n}", Point(n, 0)) for n in range(20))]
    other = layer(*((str(place + 1), name, place - 1, shape) for place, (name, shape) in enumerate(rows)))
    found = compared(one, other)
    assert not found.by_id
    assert told(found) == [("added", "1", False, "")]


def test_without_ids_features_are_known_by_shape_then_by_what_they_say():
    columns = ("name", "year")
    one = layer(
        ("a", 1, Point(0, 0)), ("b", 2, Point(1, 0)), ("c", 3, Point(2, 0)), ("d", 4, Point(3, 0)), columns=columns
    )
    other = layer(
        ("a", 1, Point(0, 0)),  # the same
        ("b", 9, Point(1, 0)),  # another year in the same place
        ("c", 3, Point(2, 5)),  # the same words in another place
        ("e", 7, Point(9, 9)),  # a new one; d is gone
        columns=columns,
    )
    found = compared(one, other)
    assert [(kind, shape, names) for kind, _, shape, names in told(found)] == [
        ("added", False, ""),
        ("removed", False, ""),
        ("changed", False, "year"),
        ("changed", True, ""),
    ]
    assert (found.moved, found.unchanged, found.columns) == (1, 1, {"year": 1})


def test_doubles_are_counted_not_joined_with_each_other():
    twice = layer(("x", 1, Point(0, 0)), ("x", 1, Point(0, 0)), columns=("name", "year"))
    thrice = layer(*[("x", 1, Point(0, 0))] * 3, columns=("name", "year"))
    found = compared(twice, thrice)
    assert (found.count("added"), found.count("removed"), found.count("changed")) == (1, 0, 0)


def test_ids_given_twice_are_not_matched_by():
    found = compared(layer(("A", "x", 1), ("A", "y", 2)), layer(("A", "x", 1), ("A", "y", 3)))
    assert not found.by_id
    assert [row[0] for row in told(found)] == ["changed"]


def test_changed_cells_are_told_before_and_after():
    found = compared(FIRST, FIRST.assign(name=["Puré", None, "<b>x</b>"], year=[2023, 2024, 2026]))
    assert found.cells.to_dict("records") == [
        {"id": "B", "column": "name", "before": "Içana", "after": ""},
        {"id": "C", "column": "name", "before": "", "after": "<b>x</b>"},
        {"id": "C", "column": "year", "before": "2025", "after": "2026"},
    ]


@pytest.mark.parametrize(("one", "other", "counts"), [(0, 3, (3, 0)), (3, 0, (0, 3)), (0, 0, (0, 0))])
def test_a_version_without_features_can_be_compared(one, other, counts):
    found = compared(FIRST.iloc[:one], FIRST.iloc[:other])
    assert (found.count("added"), found.count("removed")) == counts


def test_dates_lists_and_nothing_at_all_compare():
    frame = layer(("A", "x", 1), ("B", "y", 2)).assign(
        seen=pd.to_datetime(["2024-01-01", None]), tags=[["a"], None], empty=None
    )
    later = frame.assign(seen=pd.to_datetime(["2024-01-02", None]), tags=[["a", "b"], None])
    assert compared(frame, frame).are_none
    assert told(compared(frame, later)) == [("changed", "A", False, "seen, tags")]


def test_a_hundred_thousand_polygons_are_compared_in_seconds():
    one = polygons(100_000)
    other = one.iloc[1000:].copy()
    other.iloc[:500, other.columns.get_loc("year")] = 1999
    shapes = other.geometry.to_numpy().copy()
    shapes[-300:] = box(0, 0, 1, 1)
    other = other.set_geometry(gpd.GeoSeries(shapes, index=other.index, crs=one.crs))
    begun = time.perf_counter()
    found = compared(one, other)
    taken = time.perf_counter() - begun
    assert (found.count("added"), found.count("removed"), found.count("changed")) == (0, 1000, 800)
    assert (found.moved, found.columns, found.by_id) == (300, {"year": 500}, True)
    assert taken < 20, f"{taken:.1f} s"
