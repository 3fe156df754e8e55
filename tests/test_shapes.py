"""From features to what tiles are cut from: the globe's edges, broken geometry, and from which zoom each is drawn."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geo import shapes
from geo.errors import CrsError
from geo.mercator import MAX_LAT, WORLD, pixel, tile_box, to_world


def frame(*geometry, crs: str | None = "EPSG:4326") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(geometry), crs=crs)


def square(lon: float, lat: float, side_m: float) -> Polygon:
    half = side_m / 2 / 111_320
    return box(lon - half, lat - half, lon + half, lat + half)


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        pytest.param(0, 0, (WORLD / 2, WORLD / 2), id="the middle"),
        pytest.param(-180, MAX_LAT, (0, WORLD), id="the north-western corner"),
        pytest.param(180, -90, (WORLD, 0), id="the pole lies on the edge"),
        pytest.param(-90, 0, (WORLD / 4, WORLD / 2), id="a quarter round"),
    ],
)
def test_the_world_is_a_square(lon, lat, expected):
    assert to_world(np.array([[lon, lat]], dtype=float))[0] == pytest.approx(expected, abs=0.01)


def test_tiles_fill_the_world():
    assert tile_box(0, 0, 0) == (0, 0, WORLD, WORLD)
    assert tile_box(1, 1, 0) == (WORLD / 2, WORLD / 2, WORLD, WORLD)  # rows are counted from the north
    assert tile_box(1, 0, 1, buffer_px=16)[0] == -16 * pixel(1)


@pytest.mark.parametrize(
    ("geometry", "parts"),
    [
        pytest.param(box(170, 0, 190, 10), [(-180, 0, -170, 10), (170, 0, 180, 10)], id="beyond 180"),
        pytest.param(
            Polygon([(170, 0), (-170, 0), (-170, 10), (170, 10)]),
            [(-180, 0, -170, 10), (170, 0, 180, 10)],
            id="a ring that jumps to the other side",
        ),
        pytest.param(
            LineString([(170, 0), (-170, 0)]), [(-180, 0, -170, 0), (170, 0, 180, 0)], id="a line goes the short way"
        ),
        pytest.param(box(-180, -90, 180, 90), [(-180, -90, 180, 90)], id="the whole world is no crossing"),
        pytest.param(Point(190, 5), [(-170, 5, -170, 5)], id="a point beyond 180"),
        pytest.param(
            MultiPolygon([box(170, 0, 180, 5), box(-180, 0, -170, 5)]),
            [(-180, 0, -170, 5), (170, 0, 180, 5)],
            id="already cut",
        ),
        pytest.param(box(-70, -5, -60, 5), [(-70, -5, -60, 5)], id="nowhere near"),
    ],
)
def test_what_crosses_the_antimeridian_is_cut_there(geometry, parts):
    found = shapely.get_parts(shapes.within_the_globe(geometry))
    assert np.array(sorted(tuple(part.bounds) for part in found)) == pytest.approx(np.array(parts))


def test_what_cannot_be_drawn_is_left_out_and_the_rest_is_mended():
    bowtie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    given = frame(None, Polygon(), Point(np.nan, 1), Point(np.inf, 1), bowtie, shapely.Point(1, 2, 3))
    found = shapes.drawable(given)
    assert list(found.index) == [4, 5]
    assert found.geometry.is_valid.all()
    assert found.geometry.iloc[1].z == 3
    assert not shapely.has_z(shapely.from_wkb(shapes.table(found)["shape"])).any()


def test_a_frame_without_a_crs_is_refused():
    with pytest.raises(CrsError, match="no CRS"):
        shapes.drawable(frame(Point(0, 0), crs=None))


@pytest.mark.parametrize(
    ("side_m", "first_zoom"),
    [
        pytest.param(224, 11, id="5 ha: 1.46 pixels at zoom 10, 2.9 at 11"),
        pytest.param(10_000, 5, id="100 km2: 2 pixels at zoom 5"),
        pytest.param(5_000_000, 0, id="a continent"),
        pytest.param(0.5, shapes.DEEPEST, id="half a metre"),
    ],
)
def test_a_shape_is_drawn_once_it_measures_a_pixel_and_a_half(side_m, first_zoom):
    assert shapes.table(frame(square(-60, 0, side_m)))["drawn_from"].tolist() == [first_zoom]


def test_a_long_thin_shape_is_drawn_by_its_length():
    road = LineString([(-60, 0), (-50, 0)])
    assert shapes.table(frame(road))["drawn_from"].tolist() == [0]


def test_points_are_seen_apart_until_they_are_too_many_for_their_tile():
    few = frame(*shapely.points(np.random.default_rng(1).uniform(-61, -60, (50, 2))))
    assert set(shapes.table(few)["drawn_from"]) == {0}
    stacked = frame(*[Point(-60, 1)] * (shapes.TILE_POINTS + 1))
    assert set(shapes.table(stacked)["drawn_from"]) == {shapes.DEEPEST}


def test_of_too_many_shapes_the_largest_are_drawn():
    rng = np.random.default_rng(1)
    sides = rng.permutation(np.r_[np.full(20_000, 3000.0), np.full(200, 12_000.0)])
    crowd = frame(
        *[square(lon, lat, side) for (lon, lat), side in zip(rng.uniform(-61, -60, (20_200, 2)), sides, strict=True)]
    )
    table = shapes.table(crowd)
    assert table.loc[sides == 12_000, "drawn_from"].max() < table.loc[sides == 3000, "drawn_from"].min()


def test_a_heavy_outline_has_simpler_copies_for_small_zooms():
    angle = np.linspace(0, 2 * np.pi, 200_000, endpoint=False)
    wave = 1 + 0.01 * np.sin(5000 * angle)
    coast = Polygon(np.column_stack([-60 + 5 * wave * np.cos(angle), 5 * wave * np.sin(angle)]))
    table = shapes.table(frame(coast))
    counts = {
        name: shapely.get_num_coordinates(shapely.from_wkb(table[name].iloc[0])) for name in table if "shape" in name
    }
    assert counts["shape"] > 190_000
    kept = [counts[name] for name in ("shape_3", "shape_6", "shape_9", "shape_12") if name in counts]
    assert len(kept) >= 2
    assert kept == sorted(kept)
    assert kept[-1] < counts["shape"] / 2


def test_the_poles_stay_within_the_square():
    table = shapes.table(shapes.drawable(frame(box(-180, 80, 180, 90), Point(0, -90))))
    assert table[["xmin", "ymin"]].to_numpy().min() >= 0
    assert table[["xmax", "ymax"]].to_numpy().max() <= WORLD
    assert table["anchor_y"].between(0, WORLD - 1).all()


def test_an_empty_part_of_a_wide_shape_is_left_out():
    wide = shapely.GeometryCollection([shapely.Polygon(), shapely.Point(200, 0), shapely.box(170, 0, 190, 1)])
    assert shapes.within_the_globe(wide).bounds == (-180, 0, 180, 1)
