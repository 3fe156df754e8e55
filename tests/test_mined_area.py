"""Newly mined area: the published column shared out, never the outline's own area, and no figure where none looked."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from data.recipe import mined_area as recipe
from data.recipe.files import InputAbsent, facts, reviewed
from geo.crs import to_measure_crs
from geo.store import DATA, layer, table

TOTALS_HA = {"2023": 25_806.41, "2024": 78_930.74, "2025Q4": 6_002.92}  # sums of the published column
ZONE_IDS = facts("zones")["zone_id"].tolist()


def outlines(*squares: tuple[float, float, float], mined: list[float]) -> gpd.GeoDataFrame:
    """Return square outlines (west, south, side in degrees) with their mined hectares."""
    shapes = [shapely.box(west, south, west + side, south + side) for west, south, side in squares]
    return to_measure_crs(gpd.GeoDataFrame({"mined_ha": mined}, geometry=shapes, crs="EPSG:4326"), role="squares")


@pytest.mark.parametrize(
    ("squares", "mined", "expected_ha", "count"),
    [
        pytest.param([(0.1, 0.1, 0.1)], [8.0], 8.0, 1, id="inside: the whole column"),
        pytest.param([(0.9, 0.1, 0.2)], [8.0], 4.0, 1, id="half inside: half of it"),
        pytest.param([(2.0, 2.0, 0.1)], [8.0], 0.0, 0, id="outside"),
        pytest.param([(1.0, 0.1, 0.1)], [8.0], 0.0, 0, id="touching along the edge is outside"),
        pytest.param([(0.1, 0.1, 0.1), (0.9, 0.5, 0.2)], [8.0, 2.0], 9.0, 2, id="two add up"),
        pytest.param([(0.1, 0.1, 0.1)], [0.0], 0.0, 1, id="an outline without mined area still counts as detected"),
    ],
)
def test_the_column_is_shared_out_by_the_part_inside(squares, mined, expected_ha, count):
    hectares, detections = recipe.shared_out(outlines(*squares, mined=mined), shapely.box(0, 0, 1, 1))
    assert hectares == pytest.approx(expected_ha, rel=1e-6)
    assert detections == count


def test_two_halves_of_a_zone_add_up_to_the_whole():
    drawn = outlines((0.4, 0.2, 0.3), (0.45, 0.6, 0.2), mined=[10.0, 3.0])
    west, east = shapely.box(0, 0, 0.5, 1), shapely.box(0.5, 0, 1, 1)
    whole, _ = recipe.shared_out(drawn, shapely.union_all([west, east]))
    assert recipe.shared_out(drawn, west)[0] + recipe.shared_out(drawn, east)[0] == pytest.approx(whole)


def test_there_is_a_row_for_each_zone_and_period():
    rows = table("mined_area")
    expected = [(zone_id, period) for zone_id in ZONE_IDS for period in TOTALS_HA]
    assert list(zip(rows["zone_id"], rows["period"], strict=True)) == expected
    assert rows.groupby("period")["year"].first().to_dict() == {"2023": 2023, "2024": 2024, "2025Q4": 2025}


def test_the_break_and_the_partial_year_are_flagged():
    rows = table("mined_area").groupby("period")[["partial", "series_break"]].agg(set)
    assert rows["series_break"].to_dict() == {"2023": {""}, "2024": {"yes"}, "2025Q4": {""}}
    assert rows["partial"].to_dict() == {"2023": {""}, "2024": {""}, "2025Q4": {"yes"}}


@pytest.mark.parametrize("period", TOTALS_HA)
def test_all_zones_together_never_exceed_what_was_published(period):
    rows = table("mined_area").query("period == @period")
    assert 0 < rows["mined_ha"].sum() <= TOTALS_HA[period]


def test_not_surveyed_is_never_zero():
    rows = table("mined_area")
    unseen = rows["surveyed"] == "no"
    assert rows.loc[unseen, "mined_ha"].isna().all()
    assert (rows.loc[unseen, "detections"] == "").all()
    assert rows.loc[unseen, "note"].str.startswith("Not surveyed").all()
    assert rows.loc[~unseen, "mined_ha"].notna().all()
    # Surveyed with nothing found: the Javari has no open pits, only dredges.
    assert rows.loc[rows["zone_id"] == "Z-JAVARI", "mined_ha"].tolist() == [0, 0, 0]


def test_coverage_is_decided_for_every_zone():
    coverage = reviewed("mining_coverage")
    assert coverage["zone_id"].tolist() == ZONE_IDS
    assert ((coverage["note"] == "") == (coverage["surveyed"] == "yes")).all()


def test_madre_de_dios_stays_below_its_department():
    """The publisher's figure for the department in 2024 is 25,650 ha; the zone is most of its belt."""
    rows = table("mined_area").set_index(["zone_id", "period"])["mined_ha"]
    assert 0.8 * 25_650 < rows["Z-MDD", "2024"] < 25_650


@pytest.mark.parametrize("period", recipe.PERIODS, ids=lambda period: period.period)
def test_the_union_of_the_zones_holds_less_than_the_whole(realdata, period):
    drawn = recipe.read_outlines(realdata / period.file_name)
    assert drawn["mined_ha"].sum() == pytest.approx(TOTALS_HA[period.period], abs=0.01)
    together, _ = recipe.shared_out(drawn, shapely.union_all(layer("zones").geometry.values))
    rows = table("mined_area").query("period == @period.period")
    # Where zones overlap, ground counts in each of them: the sum is at least the union.
    assert together <= rows["mined_ha"].sum() + 0.2
    assert together <= TOTALS_HA[period.period]


def test_no_zone_outside_the_detectors_area_has_a_detection(realdata):
    coverage = reviewed("mining_coverage").set_index("zone_id")["surveyed"]
    for period in recipe.PERIODS:
        drawn = recipe.read_outlines(realdata / period.file_name)
        for row in layer("zones").itertuples():
            if coverage[row.zone_id] == "no":
                assert recipe.shared_out(drawn, row.geometry)[1] == 0, (row.zone_id, period.period)


def test_the_outlines_own_area_is_not_the_mined_area(realdata):
    drawn = recipe.read_outlines(realdata / "amw_mining_new_2023.geojson")
    assert drawn.geometry.is_valid.all()
    assert drawn.area.sum() / 1e4 > 6 * drawn["mined_ha"].sum()


def test_without_the_detections_the_command_says_so(tmp_path, capsys):
    before = (DATA / "mined_area.csv").read_bytes()
    assert recipe.main(["--realdata", str(tmp_path)]) == 1
    assert "--realdata" in capsys.readouterr().out
    assert (DATA / "mined_area.csv").read_bytes() == before
    with pytest.raises(InputAbsent):
        recipe.read_outlines(tmp_path / "amw_mining_new_2023.geojson")
