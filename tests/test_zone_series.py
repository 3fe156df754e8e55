"""The written table of series: every zone, every figure it speaks of, and how their places lie to it."""

from __future__ import annotations

from itertools import groupby

import pytest

from geo.indicators import all_figures, figures
from geo.series_notes import DRAWN_YEARS, NOTES, RELATIONS
from geo.store import table
from geo.terms import codes, label

SERIES = ["indicator", "level", "place", "country_iso3", "source_id"]
ROWS = table("zone_series")
ZONES = table("zones").set_index("zone_id")

# Coca of Tumaco and Tibú is shown from the municipal table, which holds the same figures.
SHOWN_ELSEWHERE = {
    ("coca_cultivation_ha", "Tumaco (municipality, Nariño)"),
    ("coca_cultivation_ha", "Tibú (municipality, Norte de Santander)"),
}
NO_ZONE = {"Alto Chicama", "Bajo Huallaga", "Tigre", "Fitzcarrald"}  # coca zones of Peru that touch none of ours

# What says nothing of a zone although its country has it: figures of another landscape or another border.
NOT_EVERYWHERE = {
    "evoa_ha", "evoa_illicit_ha", "coca_cultivation_ha_us", "coca_leaf_seized_kg", "mining_new_ha", "deforestation_ha",
    "primary_forest_loss_ha", "irregular_entries", "migrant_entries", "migrant_exits",
}  # fmt: skip


def test_every_zone_has_series_and_no_other_name_has():
    assert set(ROWS["zone_id"]) == set(ZONES.index)


def test_every_row_joins_to_figures():
    known = set(all_figures()[SERIES].itertuples(index=False, name=None))
    assert [row for row in ROWS[SERIES].itertuples(index=False, name=None) if row not in known] == []


def test_no_row_stands_twice():
    assert not ROWS.duplicated(["zone_id", *SERIES]).any()


def test_codes_are_known():
    assert set(ROWS["relation"]) == set(RELATIONS)
    assert set(ROWS["preferred"]) == {"yes", "no"}
    notes = {note for cell in ROWS["note"] for note in cell.split(";") if note}
    assert notes == set(NOTES)
    assert all(label("series_note", note) for note in notes)
    assert set(ROWS["level"]) <= set(codes("level"))


def test_one_place_has_one_relation_to_a_zone():
    places = ROWS.drop_duplicates(["zone_id", "level", "place", "country_iso3", "relation"])
    assert not places.duplicated(["zone_id", "level", "place", "country_iso3"]).any()


@pytest.mark.parametrize("zone_id", ZONES.index)
def test_every_unit_of_a_zone_is_tied_with_all_its_figures(zone_id):
    units = set(ZONES.loc[zone_id, "unit_ids"].split(";"))
    held = all_figures()
    held = held[held["unit_id"].isin(units) & (held["level"] == "admin1")]
    wanted = set(held[SERIES].itertuples(index=False, name=None))
    tied = set(ROWS.loc[ROWS["zone_id"] == zone_id, SERIES].itertuples(index=False, name=None))
    assert sorted(wanted - tied) == []


@pytest.mark.parametrize("zone_id", ZONES.index)
def test_every_country_of_a_zone_is_tied_with_its_figures(zone_id):
    countries = set(ZONES.loc[zone_id, "countries"].split(";"))
    held = all_figures()
    held = held[(held["level"] == "country") & held["country_iso3"].isin(countries)]
    held = held[~held["indicator"].isin(NOT_EVERYWHERE)]
    wanted = set(held[SERIES].itertuples(index=False, name=None))
    mine = ROWS[(ROWS["zone_id"] == zone_id) & (ROWS["level"] == "country")]
    assert sorted(wanted - set(mine[SERIES].itertuples(index=False, name=None))) == []
    assert set(mine["country_iso3"]) == countries
    assert set(mine["relation"]) == {"contains"}


def test_every_area_that_has_figures_belongs_to_a_zone():
    held = all_figures()
    held = held[held["level"] == "zone"]
    tied = set(ROWS[["indicator", "place"]].itertuples(index=False, name=None))
    missing = set(held[["indicator", "place"]].itertuples(index=False, name=None)) - tied - SHOWN_ELSEWHERE
    assert {place for _, place in missing} == NO_ZONE


def test_figures_shown_from_the_municipal_table_are_the_same():
    same = {"Tumaco (municipality, Nariño)": "52835", "Tibú (municipality, Norte de Santander)": "54810"}
    for place, code in same.items():
        area = figures("coca_cultivation_ha", "zone", place, "COL")
        municipal = figures("coca_cultivation_ha", "municipality", code, "COL")
        assert area[["year", "value"]].values.tolist() == municipal[["year", "value"]].values.tolist()


@pytest.mark.parametrize(
    ("zone_id", "codes_of"),
    [
        ("Z-CATATUMBO", "54810 54250 54800 54206 54670 54344 54720 54245"),
        ("Z-TUMACO", "52835 52079 52621 52427 52520"),
        ("Z-CAUCA", "19110 19780 19142 19212 19455 19821 19364 19698 19050 19256 19418 19809 19318"),
        ("Z-PUTUMAYO", "86568 86757 86865 86573"),
    ],
)
def test_the_municipalities_of_a_definition_are_inside(zone_id, codes_of):
    mine = ROWS[(ROWS["zone_id"] == zone_id) & (ROWS["level"] == "municipality") & (ROWS["relation"] == "inside")]
    assert set(codes_of.split()) <= set(mine["place"])


@pytest.mark.parametrize(
    ("zone_id", "place"),
    [
        ("Z-VRAEM", "VRAEM"),
        ("Z-CATATUMBO", "Catatumbo"),
        ("Z-DARIEN", "Darién Gap"),
        ("Z-CAUCA", "Northern and Pacific Cauca (thirteen municipalities of the zone)"),
    ],
)
def test_a_zone_of_its_own_figures_is_itself(zone_id, place):
    assert set(ROWS.loc[(ROWS["zone_id"] == zone_id) & (ROWS["place"] == place), "relation"]) == {"is"}


def test_the_preferred_figure_of_a_year_is_on_a_preferred_line():
    rows = all_figures().merge(ROWS, on=SERIES, suffixes=("_of_figure", ""))
    lost = rows[(rows["preferred_of_figure"] == "yes") & (rows["preferred"] == "no")]
    assert lost[[*SERIES, "year"]].values.tolist() == []


def test_rivals_that_count_different_things_are_both_preferred_and_never_one_line():
    venezuela = ROWS[(ROWS["place"] == "Venezuela") & (ROWS["indicator"] == "homicide_rate_per_100k")]
    assert set(venezuela["preferred"]) == {"yes"}
    assert set(venezuela.loc[venezuela["note"] == "other_rules", "source_id"]) == {"riotimes_insight_2022"}


def test_every_panel_has_a_preferred_source():
    some = ROWS.groupby(["zone_id", *SERIES[:4]])["preferred"].agg(lambda column: "yes" in set(column))
    assert some.all()


def test_the_sources_of_a_takeover_share_no_drawn_year():
    rows = ROWS[ROWS["note"].isin(DRAWN_YEARS)]
    for _, pair in rows.groupby(["zone_id", *SERIES[:4]]):
        assert set(pair["note"]) == set(DRAWN_YEARS)
    assert DRAWN_YEARS["to_2009"][1] + 1 == DRAWN_YEARS["from_2010"][0]


def test_names_that_several_countries_share_are_tied_by_country():
    amazonas = ROWS[(ROWS["place"] == "Amazonas") & (ROWS["level"] == "admin1")]
    pairs = set(amazonas[["zone_id", "country_iso3"]].itertuples(index=False, name=None))
    assert ("Z-CONDOR", "PER") in pairs
    assert ("Z-CONDOR", "COL") not in pairs
    assert {country for zone, country in pairs if zone == "Z-YANOMAMI"} == {"BRA", "VEN"}
    assert {country for zone, country in pairs if zone == "Z-TRAPECIO"} == {"COL", "BRA"}


def test_rows_stand_in_reading_order():
    """What counts the zone itself, its parts, its units, joint regions, its countries, its neighbours."""

    def step(row):
        if row["relation"] != "contains":
            return {"is": 0, "inside": 1, "neighbour": 6}[row["relation"]]
        if row["level"] == "zone":
            return 4 if "joint_region" in row["note"] else 2
        return {"municipality": 2, "admin1": 3, "country": 5}[row["level"]]

    for zone_id, rows in groupby(ROWS.to_dict("records"), key=lambda row: row["zone_id"]):
        steps = [step(row) for row in rows]
        assert steps == sorted(steps), zone_id
    assert list(dict.fromkeys(ROWS["zone_id"])) == list(ZONES.index)
