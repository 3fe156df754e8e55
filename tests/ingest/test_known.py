"""Public sets are known by their columns, and what is suggested of them is right."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from geo.ingest import known, tables
from geo.messages import LANGUAGES, say

REAL = {
    "ucdp_ged_colombia_hxl.csv": "ucdp_ged",
    "unhcr_flows_south_america.csv": "unhcr_flows",
    "amw_mining_by_municipality_year.csv": "amazon_mining_watch",
    "amw_mining_2024_area_year.geojson": "amazon_mining_watch",
    "amw_mining_new_2023.geojson": "amazon_mining_watch",
    "amw_mining_new_2025Q4.geojson": "amazon_mining_watch",
    "airstrips_clandestine_brazil.csv": None,
    "anac_aerodromos_publicos.csv": None,
    "divipola_municipios_colombia.csv": None,
    "osm_runway_points.geojson": None,
}
ACLED = pd.DataFrame({
    "event_id_cnty": ["COL1", "COL2"], "event_date": ["2023-05-01", "2024-01-31"], "year": [2023, 2024],
    "event_type": ["Battles", "Protests"], "sub_event_type": ["Armed clash", "Peaceful protest"],
    "actor1": ["a", "b"], "country": ["Colombia", "Colombia"], "location": ["Tibú", "Cúcuta"],
    "geo_precision": [1, 3], "fatalities": [2, 0],
})  # fmt: skip


def read(folder, name: str) -> pd.DataFrame:
    return tables.read(folder / name)[0][0].frame if name.endswith(".csv") else gpd.read_file(folder / name)


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_known_by_their_columns(realdata, name):
    frame = read(realdata, name)
    found = known.recognise(frame)
    assert (found and found.key) == REAL[name]
    if found is not None:
        about = found.about
        assert about.title
        assert about.source
        assert about.licence
        for column in (about.name, about.category, about.year, found.precision, found.about.value):
            assert column == "" or column in frame
        assert all(say(each, lang) for each in (found.label, *found.minded) for lang in LANGUAGES)


def test_events_of_ucdp_are_described(realdata):
    found = known.recognise(read(realdata, "ucdp_ged_colombia_hxl.csv"))
    assert found is not None
    assert found.about.title == "UCDP Georeferenced Event Dataset, Colombia, 1989–2018"
    assert (found.about.year, found.about.category, found.about.as_of) == ("year", "type_of_violence", "2018")
    assert (found.precision, found.about.value) == ("where_prec", "best")
    assert {"4", "6"} <= found.areas
    assert "1" not in found.areas


def test_a_year_of_mining_watch_is_the_first_four_digits(realdata):
    found = known.recognise(read(realdata, "amw_mining_2024_area_year.geojson"))
    assert found is not None
    assert (found.about.as_of, found.about.year, found.about.value) == ("2024", "year", "Mined area (ha)")


def test_an_export_of_acled_is_known_in_any_capitals():
    found = known.recognise(ACLED.rename(columns=str.upper))
    assert found is not None
    assert (found.key, found.about.title) == ("acled", "ACLED events, Colombia, 2023–2024")
    assert (found.about.category, found.precision, found.about.value) == ("EVENT_TYPE", "GEO_PRECISION", "FATALITIES")


def test_no_column_may_lack():
    assert known.recognise(ACLED.drop(columns="sub_event_type")) is None


def test_tags_say_what_columns_are(tmp_path):
    path = tmp_path / "x.csv"
    tags = "#loc+name,#date +start,#affected+killed,#geo+lat,#geo+lon"
    path.write_text(f"Sitio,Fecha,Personas,y,x\n{tags}\nTibú,2024-05-01,3,8.6,-72.7\n", encoding="utf-8")
    found = known.recognise(tables.read(path)[0][0].frame)
    assert found is not None
    assert (found.key, found.about.title) == ("hxl", "")
    assert (found.about.name, found.about.year, found.about.value, found.about.as_of) == (
        "Sitio",
        "Fecha",
        "Personas",
        "2024",
    )


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"a": [1]}), pd.DataFrame({1: [2], "lat": [3]})])
def test_what_is_not_known_is_not_guessed(frame):
    assert known.recognise(frame) is None


def test_values_that_are_no_years_are_passed_over():
    frame = ACLED.assign(year=[float("nan"), float("inf")])
    found = known.recognise(frame)
    assert found is not None
    assert found.about.as_of == ""
