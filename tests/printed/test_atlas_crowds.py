"""Large stored layers on a printed map: all of them is there, as dark as it should be, soon, and small in a file."""

from __future__ import annotations

import io
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.figure import Figure

from geo import payloads
from geo.errors import UnknownError
from geo.mercator import to_world
from geo.selection import Where
from layers import delivery, web
from layers.printed import crowds, plate
from layers.printed.crowds import Scale
from layers.printed.extent import Extent, of_bounds
from layers.printed.painting import Put
from layers.view import ViewState
from tests.made_layers import EXTENT, points, polygons
from tests.printed.test_atlas import drawn, picture
from tests.stored_layers import kept

MANY = 30_000


@pytest.fixture(scope="module")
def areas(module_storage: Path) -> str:  # noqa: ARG001 - layers go there
    return kept(polygons(MANY), title="Areas", year="year").key


@pytest.fixture(scope="module")
def dots(module_storage: Path) -> str:  # noqa: ARG001
    return kept(points(80_000), title="Dots").key


def spread(figure_of: ViewState, extent: Extent) -> np.ndarray:
    """Return where a layer darkens the map."""
    figure, _ = drawn(figure_of, extent)
    bare, _ = drawn(figure_of.but(layers=()), extent)
    return np.abs(picture(figure).astype(int) - picture(bare)).max(axis=2)


def blurred(change: np.ndarray, side: int = 4) -> np.ndarray:
    rows, columns = (each // side * side for each in change.shape)
    return change[:rows, :columns].reshape(rows // side, side, columns // side, side).mean(axis=(1, 3))


def test_a_large_layer_is_never_loaded_whole(areas: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (spec,) = web.shown(ViewState(layers=(areas,)))
    assert spec.record.payload is not None
    assert spec.record.payload.size > delivery.STORED_BYTES

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the whole layer was read")

    drawn(ViewState(layers=()), of_bounds(EXTENT, shape=1.5))  # the base map is read
    monkeypatch.setattr(gpd, "read_parquet", refused)
    _, told = drawn(ViewState(layers=(areas,)), of_bounds(EXTENT, shape=1.5))
    assert sum(entry.count for entry in told.legend[0].entries) == MANY


@pytest.mark.parametrize("zoom", [3, 5, 7, 9, 12])
def test_what_is_seen_is_counted(areas: str, zoom: float) -> None:
    frame = polygons(MANY)
    lon, lat = frame.geometry.iloc[0].centroid.coords[0]
    view = ViewState(layers=(areas,), lat=lat, lon=lon, zoom=zoom)
    extent = of_bounds((lon - 1, lat - 1, lon + 1, lat + 1), shape=1.5)
    west, south, east, north = extent.degrees()
    _, told = drawn(view, extent)
    bounds = frame.bounds
    inside = (bounds.minx <= east) & (bounds.maxx >= west) & (bounds.miny <= north) & (bounds.maxy >= south)
    assert sum(entry.count for entry in told.legend[0].entries) == pytest.approx(int(inside.sum()), abs=2)


def test_filters_and_year_are_obeyed(areas: str) -> None:
    view = ViewState(layers=(areas,), confidence=("high",), year=2010)
    frame = polygons(MANY)
    _, told = drawn(view, of_bounds(EXTENT, shape=1.2))
    (entry,) = told.legend[0].entries
    wanted = (frame["confidence"] == "high") & (frame["year"] == 2010)
    assert entry.count == pytest.approx(int(wanted.sum()), rel=0.02)  # those beyond the extent


@pytest.mark.parametrize("layer", ["areas", "dots"])
def test_picture_and_shapes_darken_the_same_places(
    layer: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crowd becomes a picture of dots; with fewer it would be shapes, and look much the same."""
    view, extent = ViewState(layers=(request.getfixturevalue(layer),)), of_bounds(EXTENT, shape=1.5)
    monkeypatch.setattr(crowds, "CROWD", 0)
    as_picture = blurred(spread(view, extent))
    monkeypatch.setattr(crowds, "CROWD", 10**9)
    as_shapes = blurred(spread(view, extent))
    assert as_picture.sum() == pytest.approx(as_shapes.sum(), rel=0.15)
    assert np.corrcoef(as_picture.ravel(), as_shapes.ravel())[0, 1] > 0.95


@pytest.mark.usefixtures("module_storage")
def test_each_of_a_few_small_areas_in_a_crowd_can_be_seen() -> None:
    """One lonely site of five hectares in a layer of thousands leaves ink on the map of a continent."""
    crowd = polygons(MANY)
    crowd = crowd[crowd.bounds.minx > -70].reset_index(drop=True)
    lonely = crowd.iloc[[0]].assign(id="lonely", geometry=[shapely.Point(-72.0, -11.0).buffer(0.001)])
    key = kept(
        gpd.GeoDataFrame(pd.concat([crowd, lonely], ignore_index=True), crs=crowd.crs), title="With a lonely one"
    ).key
    around = of_bounds((-76, -15, -60, 0), shape=1.5)
    figure, _ = drawn(ViewState(layers=(key,)), around)
    bare, _ = drawn(ViewState(layers=()), around)
    place = figure.axes[0].transData.transform(to_world(np.array([[-72.0, -11.0]])))[0]
    change = np.abs(picture(figure).astype(int) - picture(bare)).max(axis=2)
    column, row = int(place[0]), change.shape[0] - 1 - int(place[1])
    assert change[row - 1 : row + 2, column - 1 : column + 2].max() > 40


def test_a_chosen_feature_of_a_crowd_is_lit(areas: str) -> None:
    frame = polygons(MANY)
    largest = frame.loc[frame["area_ha"].idxmax()]
    lon, lat = largest.geometry.centroid.coords[0]
    extent = of_bounds((lon - 0.3, lat - 0.3, lon + 0.3, lat + 0.3), shape=1.5)
    plain = picture(drawn(ViewState(layers=(areas,)), extent)[0]).astype(int)
    lit = picture(drawn(ViewState(layers=(areas,), feature=f"{areas}/{largest['id']}"), extent)[0])
    assert np.abs(lit - plain).max() > 40


def test_a_map_of_a_large_layer_is_a_small_file(areas: str) -> None:
    figure, _ = drawn(ViewState(layers=(areas,)), of_bounds(EXTENT, shape=1.5))
    out = io.BytesIO()
    figure.savefig(out, format="pdf")
    assert len(out.getvalue()) < 3_000_000


@pytest.mark.usefixtures("module_storage")
def test_a_hundred_thousand_areas_take_seconds() -> None:
    key = kept(polygons(100_000), title="All of them", year="year").key
    view = ViewState(layers=(key,))
    extent = of_bounds(EXTENT, shape=1.5)
    drawn(view, extent)
    begun = time.perf_counter()
    figure, told = drawn(view, extent)
    picture(figure)
    assert time.perf_counter() - begun < 6  # half a second on an idle machine
    # A few lie beyond the box of their clusters' centres.
    assert sum(entry.count for entry in told.legend[0].entries) == pytest.approx(100_000, rel=1e-3)


@pytest.mark.usefixtures("module_storage")
def test_a_layer_that_is_deleted_meanwhile_is_a_sentence() -> None:
    layer = kept(polygons(8000, seed=7), title="Soon gone")
    (spec,) = [each for each in web.shown(ViewState(layers=(layer.key,))) if each.key == layer.key]
    payload = spec.record.payload
    assert payload is not None
    payloads.remove(payload.content)
    axes = Figure().add_axes((0, 0, 1, 1))
    with pytest.raises(UnknownError):
        crowds.draw(axes, spec, payload, Where(), of_bounds(EXTENT, shape=1.5), Scale(0.75, 4, 4), Put("area", 1, 0.75))


def test_dark_adds_up_in_any_order() -> None:
    """Two signs of opacity a on one spot are as dark as 1 - (1 - a)²."""
    extent = Extent(0, 0, 10, 10)
    centres, sides = np.array([[5.5, 5.5], [5.5, 5.5], [2.5, 2.5]]), np.array([1.0, 1.0, 1.0])
    colours = np.array([[1.0, 0.0, 0.0, 0.4]] * 3)
    found = []
    for order in ([0, 1, 2], [2, 1, 0]):
        axes = Figure().add_axes((0, 0, 1, 1))
        plate.squares(axes, plate.Plate(extent, 1.0), centres[order], sides[order], colours[order], zorder=1)
        found.extend(each.dots for each in axes.artists if isinstance(each, plate.Picture))
    assert (found[0] == found[1]).all()
    assert found[0][5, 5].tolist() == [255, 0, 0, round(255 * (1 - 0.6**2))]
    assert found[0][2, 2].tolist() == [255, 0, 0, round(255 * 0.4)]
    assert np.count_nonzero(found[0][:, :, 3]) == 2
