"""What the made layers promise, on which the figures of the bench rest."""

from __future__ import annotations

import pytest

from geo.crs import MEASURE_CRS
from tests.made_layers import EXTENT, LARGEST_EVERY, LARGEST_HA, POINTS, POLYGONS, points, polygons


@pytest.fixture(scope="module")
def many():
    return polygons()


def test_there_are_as_many_as_the_bench_says(many):
    assert len(many) == POLYGONS == 235_000
    assert len(points()) == POINTS == 1_000_000
    assert many["id"].is_unique


def test_sizes_are_small_with_some_of_100_km2(many):
    area_ha = many.to_crs(MEASURE_CRS).area / 1e4
    assert area_ha.median() == pytest.approx(5.0, rel=0.02)
    said = many["area_ha"] > 1  # smaller ones are rounded to a hundredth of a hectare: no figure to compare with
    assert (area_ha / many["area_ha"])[said].between(0.98, 1.02).all()
    assert (many["area_ha"] == LARGEST_HA).sum() >= POLYGONS // LARGEST_EVERY


def test_rings_are_valid_and_irregular(many):
    assert many.is_valid.all()
    corners = many.geometry.count_coordinates() - 1  # a ring repeats its first
    assert (corners.min(), corners.max()) == (5, 25)


def test_they_lie_in_clusters_of_the_basin(many):
    west, south, east, north = many.total_bounds
    assert west > EXTENT[0] - 4
    assert south > EXTENT[1] - 4
    assert east < EXTENT[2] + 4
    assert north < EXTENT[3] + 4
    cells = many.representative_point().get_coordinates().round().value_counts()
    assert cells.head(60).sum() > len(many) / 2  # half of them in 60 of some 700 square degrees


def test_every_year_and_grade_is_there(many):
    assert sorted(many["year"].unique()) == list(range(2001, 2026))
    assert set(many["confidence"]) == {"high", "medium", "low"}


@pytest.mark.parametrize("make", [polygons, points])
def test_a_seed_gives_the_same_bytes(make, tmp_path):
    written = []
    for number, seed in enumerate((7, 7, 8)):
        path = tmp_path / f"{number}.parquet"
        make(3000, seed=seed).to_parquet(path)
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert written[0] != written[2]
