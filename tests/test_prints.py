"""What a printed map asks of a stored layer: nothing is lost between shapes and cells, filters count, boxes hold."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo import payloads, prints
from geo.about import Roles
from geo.errors import UnknownError
from geo.mercator import pixel, world_geometry
from geo.payloads import Payload
from geo.selection import Where
from tests.made_layers import points, polygons

MANY = 20_000


@pytest.fixture(scope="module")
def frame() -> gpd.GeoDataFrame:
    return polygons(MANY)


@pytest.fixture(scope="module")
def crowd(frame: gpd.GeoDataFrame, module_storage: Path) -> Payload:  # noqa: ARG001 - it goes there
    return payloads.write(frame, Roles(year="year"))


@pytest.mark.parametrize("zoom", [0, 3, 4, 7, 10, 14, 15, 18])
def test_every_feature_is_a_shape_or_is_counted_in_a_cell(crowd: Payload, zoom: int) -> None:
    shapes = prints.shapes(crowd, prints.EVERYWHERE, zoom)
    cells = prints.cells(crowd, prints.EVERYWHERE, zoom)
    assert len(shapes.ids) + cells.n.sum() == MANY
    assert len(set(shapes.ids)) == len(shapes.ids)


@pytest.mark.usefixtures("storage")
def test_points_too_are_all_there() -> None:
    payload = payloads.write(points(MANY))
    for zoom in (2, 5, 8):
        found = len(prints.shapes(payload, prints.EVERYWHERE, zoom).ids)
        assert found + prints.cells(payload, prints.EVERYWHERE, zoom).n.sum() == MANY


def test_a_cell_lies_where_its_features_do(crowd: Payload, frame: gpd.GeoDataFrame) -> None:
    cells = prints.cells(crowd, prints.EVERYWHERE, 5)
    assert cells.side == pixel(5)
    anchors = shapely.get_coordinates(shapely.centroid(shapely.envelope(world_geometry(frame.geometry.to_numpy()))))
    known = {(int(x), int(y)) for x, y in anchors // cells.side}
    assert {(int(x), int(y)) for x, y in zip(cells.column, cells.row, strict=True)} <= known


def test_a_box_holds_what_meets_it(crowd: Payload, frame: gpd.GeoDataFrame) -> None:
    world = world_geometry(frame.geometry.to_numpy())
    bounds = shapely.bounds(world)
    box = tuple(float(each) for each in np.quantile(bounds, 0.4, axis=0)[:2]) + tuple(
        float(each) for each in np.quantile(bounds, 0.7, axis=0)[2:]
    )
    west, south, east, north = box
    meets = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    found = prints.shapes(crowd, (west, south, east, north), 18)
    assert set(found.ids) == set(frame["id"][meets])
    assert prints.counts(crowd, (west, south, east, north), "") == {"": int(meets.sum())}


def test_filters_and_years_count(crowd: Payload, frame: gpd.GeoDataFrame) -> None:
    where = Where({"confidence": ("high",)}, 2010)
    wanted = int(((frame["confidence"] == "high") & (frame["year"] == 2010)).sum())
    shapes = prints.shapes(crowd, prints.EVERYWHERE, 6, where, ("confidence",))
    cells = prints.cells(crowd, prints.EVERYWHERE, 6, where, ("confidence",))
    assert len(shapes.ids) + cells.n.sum() == wanted
    assert {*shapes.values, *cells.values} == {("high",)}
    assert prints.counts(crowd, prints.EVERYWHERE, "confidence", where) == {"high": wanted}


def test_one_feature_is_found_however_small(crowd: Payload, frame: gpd.GeoDataFrame) -> None:
    smallest = str(frame.loc[frame["area_ha"].idxmin(), "id"])
    found = prints.shapes(crowd, prints.EVERYWHERE, 3, columns=("confidence",), only=smallest)
    assert found.ids == (smallest,)
    assert not found.shapes[0].is_empty
    assert prints.shapes(crowd, prints.EVERYWHERE, 3, only="'; DROP").ids == ()


@pytest.mark.usefixtures("storage")
def test_a_layer_that_is_gone_is_said_to_be() -> None:
    payload = payloads.write(polygons(50))
    payloads.remove(payload.content)
    for ask in (prints.shapes, prints.cells):
        with pytest.raises(UnknownError):
            ask(payload, prints.EVERYWHERE, 5)
