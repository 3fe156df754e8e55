"""The same questions to a frame and to a stored layer have the same answers."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from geo import payloads
from geo.about import About, Roles
from geo.errors import UnknownError
from geo.rows import NEAREST, Click, FrameRows
from geo.selection import EVERYTHING, Where
from geo.stored import StoredRows
from tests.made_layers import polygons

YEARS = st.one_of(st.none(), st.integers(1995, 2030))
CLASSES = st.lists(st.sampled_from(["high", "medium", "low"]), max_size=2, unique=True).map(tuple)
COUNTRIES = st.lists(st.sampled_from(["COL", "PER", "BRA", "O'Higgins"]), max_size=2, unique=True).map(tuple)


def made() -> gpd.GeoDataFrame:
    """Return 300 polygons, some of them ungraded, undated or of two countries."""
    frame = polygons(300, seed=5)
    frame.loc[::7, "confidence"] = ""
    countries = ["COL", "COL;PER", "BRA", "", "O'Higgins;BRA"]
    frame["countries"] = [countries[row % 5] for row in range(len(frame))]
    frame["year"] = frame["year"].astype("Int64")
    frame.loc[::11, "year"] = None
    return frame


@pytest.fixture(scope="module")
def both(module_storage: Path) -> tuple[FrameRows, StoredRows]:  # noqa: ARG001 - features go there
    stored = StoredRows(payloads.write(made(), Roles(year="year")))
    frame = made().set_index("id")
    return FrameRows(frame.assign(first_year=frame["year"], last_year=frame["year"])), stored


def wheres() -> st.SearchStrategy[Where]:
    def chosen(confidence, countries, year):
        members = {"confidence": confidence, "countries": countries}
        return Where({column: wanted for column, wanted in members.items() if wanted}, year)

    return st.builds(chosen, CLASSES, COUNTRIES, YEARS)


@settings(deadline=None, max_examples=40)
@given(where=wheres())
def test_a_filter_lets_the_same_features_through(both, where):
    frame, stored = both
    assert stored.count(where) == frame.count(where)
    assert stored.counts("confidence", where) == frame.counts("confidence", where)
    assert set(stored.head(1000, where).index) == set(frame.frame(where).index) == set(stored.frame(where).index)


@settings(deadline=None, max_examples=40)
@given(row=st.integers(0, 299), zoom=st.floats(3, 14), where=wheres())
def test_a_click_finds_the_same_features(both, row, zoom, where):
    frame, stored = both
    point = frame.features.geometry.iloc[row].representative_point()
    click = Click(point.y, point.x, zoom)
    ours, theirs = stored.near(click, where), frame.near(click, where)
    assert [each.distance_m for each in ours] == pytest.approx([each.distance_m for each in theirs], abs=1.0)
    assert len(ours) <= NEAREST
    if where == EVERYTHING:
        assert frame.features.index[row] in {each.id for each in ours} or len(ours) == NEAREST


@pytest.mark.usefixtures("storage")
def test_a_row_is_told_with_what_is_said_of_its_layer():
    about = About(title="Made", source="The tests", as_of="2025", precision_km=0.5, reliability="B")
    rows = StoredRows(payloads.write(made(), about.roles), about)
    row = rows.row("A7") if rows.row("A7") is not None else rows.head(1).iloc[0]
    assert (row["as_of"], row["precision_km"], row["reliability"]) == ("2025", 0.5, "B")
    assert rows.row("nobody") is None


@pytest.mark.parametrize(
    ("geometry", "metres_off", "is_hit"),
    [
        pytest.param(Point(-60, 0), 900, True, id="a point within eight pixels"),
        pytest.param(Point(-60, 0), 1400, False, id="a point beyond"),
        pytest.param(LineString([(-61, 0), (-59, 0)]), 900, True, id="a line"),
        pytest.param(box(-60.5, -1, -59.5, 0), 900, False, id="an area is hit inside only"),
        pytest.param(box(-60.001, -0.001, -60, 0), 900, True, id="unless nobody could hit it"),
    ],
)
@pytest.mark.usefixtures("storage")
def test_what_a_click_reaches(geometry, metres_off, is_hit):
    frame = gpd.GeoDataFrame(geometry=[geometry], index=["1"], crs="EPSG:4326")
    click = Click(metres_off / 111_320, -60, 10)  # eight pixels are 1,223 m
    for rows in (FrameRows(frame), StoredRows(payloads.write(frame))):
        assert [each.id for each in rows.near(click)] == (["1"] if is_hit else [])


@pytest.mark.usefixtures("storage")
def test_a_deleted_layer_is_unknown():
    rows = StoredRows(payloads.write(made()))
    payloads.remove(rows.payload.content)
    for question in (
        lambda: rows.count(Where(year=2001)),
        lambda: rows.head(1),
        lambda: rows.row("A1"),
        rows.frame,
        lambda: rows.near(Click(0, -60, 5)),
    ):
        with pytest.raises(UnknownError, match="no longer here"):
            question()
