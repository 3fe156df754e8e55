"""The yearly figures: which source is preferred, what is flagged, and values that a reader can check."""

from __future__ import annotations

import re
from typing import Final

import pytest

from data.recipe.flags import WORDS
from data.recipe.preferred import FIGURE
from tests.shipped import shipped

# --- conflicts between sources ----------------------------------------------------------------------------------------


def conflict(**figure: str) -> dict[str, str]:
    """Return source -> preferred mark for one figure."""
    rows = shipped("indicators", **figure)
    return dict(zip(rows["source_id"], rows["preferred"], strict=True))


def test_every_conflict_is_decided():
    rows = shipped("indicators")
    rival = rows.groupby(FIGURE)["source_id"].transform("nunique") > 1
    assert (rows["preferred"] != "").tolist() == rival.tolist()
    for figure, group in rows[rival].groupby(FIGURE):
        marks = group["preferred"].value_counts()
        assert (marks.get("yes", 0) == 1 and "both" not in marks) or (
            marks.get("both", 0) > 1 and "yes" not in marks
        ), figure


COCA: Final = "coca_cultivation_ha"
DRUGS: Final = "drugs_seized_total_kg"
RATE: Final = "homicide_rate_per_100k"
STOCK: Final = "venezuelan_migrants_stock"


@pytest.mark.parametrize(
    ("indicator", "place", "year", "expected"),
    [
        (COCA, "Colombia", "2009", {"co_simci_national_published": "yes", "justf_unodc_2009": "no"}),
        (COCA, "Colombia", "2001", {"co_simci_national_published": ""}),  # the municipal sum is not a national row
        (COCA, "Peru", "2011", {"ljzac_pe_2012": "yes", "countervortex_pe_2011": "no"}),
        (COCA, "Norte de La Paz", "2018", {"money_bo_2019": "yes", "dca_gt_bo_2018": "no"}),
        (COCA, "Peru", "2020", {"pe_devida_dept_2020_2024": "yes", "larepublica_pe_2020": "no"}),
        ("coca_cultivation_ha_us", "Peru", "2020", {"larepublica_pe_2020": ""}),  # another method, its own id
        ("displaced_persons", "Colombia", "2023", {"unhcr_refugees_pkg_2026": "both", "idmc_idps_pkg_2026": "both"}),
        (RATE, "Venezuela", "2022", {"owid_unodc_homicide_2025": "both", "riotimes_insight_2022": "both"}),
        (RATE, "Ecuador", "2023", {"owid_unodc_homicide_2025": "yes", "sumitme_insight_2023": "no"}),
        # The README names the count at year end, the notes on violence the series of the ministry.
        (
            "homicides_count", "Ecuador", "2022",
            {"planv_ec_2023": "both", "ec_mdi_homicides_2014_2025": "both", "machala_ec_2023": "no"},
        ),
        (DRUGS, "Panama", "2021", {"prensalatina_pa_2021": "yes", "minseg_pa_incsr": "no"}),
        (
            DRUGS, "Panama", "2022",
            {"prensa_pa_2023": "yes", "minseg_pa_incsr": "no", "noticias100_pa_2022": "no"},
        ),
        (
            DRUGS, "Ecuador", "2021",
            {"hespress_ec_2021": "yes", "vanguardia_ec_2024": "no", "dialogo_ec_2021": "no"},
        ),
        (STOCK, "Peru", "2019", {"unhcr_refugees_pkg_2026": "yes", "fatima_2019": "no"}),
        (STOCK, "Peru", "2021", {"unhcr_refugees_pkg_2026": "yes", "r4v_cnn_2021": "no"}),
        (STOCK, "Peru", "2022", {"unhcr_refugees_pkg_2026": "yes", "r4v_2022": "no"}),
        # Two counters, two ids, no conflict.
        ("murders_social_leaders", "Colombia", "2020", {"confidencial_lideres_2020": ""}),
        ("murders_social_leaders_defensoria", "Colombia", "2020", {"confidencial_lideres_2020": ""}),
        # From the notes: departments of Colombia by the police from 2010, and three more.
        ("homicides_count", "Cauca", "2010", {"co_muni_homicides_1990_2013": "no", "co_police_dept_2010_2022": "yes"}),
        ("homicides_count", "Cauca", "2009", {"co_muni_homicides_1990_2013": ""}),
        ("cocaine_seized_kg", "Peru", "2024", {"sarmiento_insight_2024": "both", "zazoom_pe_2024": "both"}),
        ("cocaine_seized_kg", "Bolivia", "2019", {"unodc_seizures_1990_2019": "yes", "eldeber_felcn_2024": "no"}),
        (
            "mining_area_ha", "Terra Indígena Yanomami", "2022",
            {"gazeta_yanomami_2023": "yes", "g1_yanomami_ipam_2024": "no"},
        ),
    ],
)  # fmt: skip
def test_the_preferred_source_is_the_one_that_the_facts_name(indicator, place, year, expected):
    assert conflict(indicator=indicator, place=place, year=year) == expected


def test_every_decision_names_a_source_of_that_series():
    rows = shipped("indicators")
    for rule in shipped("preferred_sources").to_dict("records"):
        fits = rows["source_id"].isin(rule["source_ids"].split(";"))
        for column in ("indicator", "level", "country_iso3", "place"):
            fits &= (rows[column] == rule[column]) | (rule[column] == "")
        fits &= rows["year"].between(rule["first_year"] or "0", rule["last_year"] or "9999")
        assert set(rows.loc[fits, "source_id"]) == set(rule["source_ids"].split(";")), rule


# --- flags ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", sorted(WORDS))
def test_a_flag_is_the_words_of_the_note(flag):
    rows = shipped("indicators")
    said = rows["note"].str.contains(WORDS[flag][1], regex=True)
    assert (rows[flag] == "yes").tolist() == said.tolist()


def flagged(flag: str, **figure: str) -> set[tuple[str, str]]:
    """Return place and year of the flagged figures of a kind."""
    rows = shipped("indicators", **{flag: "yes"}, **figure)
    return set(zip(rows["place"], rows["year"], strict=True))


def test_breaks_that_the_notes_of_the_facts_name():
    mining = flagged("series_break", indicator="mining_new_ha")
    assert ("Madre de Dios", "2024") in mining
    assert ("Madre de Dios", "2019") in mining  # 2018 is the stock, so 2019 is no fall
    assert ("Pando", "2020") in mining  # nothing was detected in 2019: the break is at the next figure
    assert ("Cajamarca", "2019") not in mining  # no figure of 2018, so no step
    assert {year for _, year in mining} <= {"2019", "2020", "2021", "2022", "2024"}
    seizures = flagged("series_break", indicator="cocaine_seized_kg", source_id="unodc_seizures_1990_2019")
    assert {year for _, year in seizures} == {"2010"}
    assert len(seizures) == 13
    assert ("La Paz", "2018") in flagged("series_break", indicator="homicides_count", country_iso3="BOL")


def test_partial_years_that_the_notes_of_the_facts_name():
    ecuador = flagged("partial", indicator="homicides_count", country_iso3="ECU", year="2023")
    assert {place for place, _ in ecuador} == {
        "Ecuador", "El Oro", "Esmeraldas", "Guayas", "Los Ríos", "Manabí", "Pichincha", "Santa Elena",
    }  # fmt: skip
    mining = shipped("indicators", indicator="mining_new_ha", year="2025")
    assert set(mining["partial"]) == {"yes"}


def test_doubts_that_the_notes_of_the_facts_name():
    coca = flagged("doubtful", indicator="coca_cultivation_ha", level="admin1", country_iso3="COL")
    assert {year for _, year in coca} == {"2001", "2009"}
    assert len(coca) == 48
    peru = flagged("doubtful", indicator="coca_cultivation_ha", level="admin1", country_iso3="PER")
    assert {year for _, year in peru} == {"2012", "2013", "2014", "2015", "2016"}
    assert ("Chile", "2023") in flagged("doubtful", indicator="venezuelan_migrants_stock")
    assert {
        ("Ecuador", "2019"),
        ("Argentina", "2011"),
        ("Argentina", "2018"),
        ("Argentina", "2019"),
        ("Chile", "2019"),
    } <= (flagged("doubtful", indicator="cocaine_seized_kg"))
    prodes = flagged("doubtful", indicator="deforestation_ha", source_id="inpe_prodes_2004_2019")
    assert {year for _, year in prodes} == {"2019"}
    assert len(prodes) == 10
    municipal = shipped("coca_municipal", doubtful="yes")
    assert set(municipal["year"]) == {"2001", "2009"}


# --- figures that a reader can check ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "place", "year", "value"),
    [
        ("coca_cultivation_ha", "VRAEM", "2018", "24111"),
        ("coca_cultivation_ha", "VRAEM", "2023", "38253"),
        ("mining_new_ha", "Madre de Dios", "2018", "42908.7"),
        ("mining_new_ha", "Madre de Dios", "2024", "25650"),
        ("darien_crossings", "Darién Gap", "2020", "6465"),
        ("darien_crossings", "Darién Gap", "2023", "520085"),
        ("darien_crossings", "Darién Gap", "2024", "302203"),
    ],
)
def test_figures_to_the_digit(indicator, place, year, value):
    rows = shipped("indicators", indicator=indicator, place=place, year=year)
    assert rows.loc[rows["preferred"] != "no", "value"].tolist() == [value]


@pytest.mark.parametrize(("year", "low", "high"), [("2012", 4_300, 4_500), ("2024", 47_500, 48_500)])
def test_catatumbo_coca(year, low, high):
    rows = shipped("indicators", indicator=COCA, place="Catatumbo", year=year)
    assert [low < float(value) < high for value in rows["value"]] == [True]


@pytest.mark.parametrize(("year", "thousand_ha"), [("2001", 145), ("2012", 48), ("2013", 48), ("2024", 261)])
def test_colombian_coca(year, thousand_ha):
    rows = shipped("indicators", indicator=COCA, place="Colombia", year=year)
    preferred = rows[rows["preferred"] != "no"]
    assert [round(float(value) / 1000) for value in preferred["value"]] == [thousand_ha]


def test_tumaco_has_coca_in_every_year():
    tumaco = shipped("coca_municipal", divipola_muni="52835")
    assert tumaco["year"].tolist() == [str(year) for year in range(2001, 2025)]
    assert tumaco["municipality"].unique().tolist() == ["Tumaco"]


def test_no_figure_is_written_for_a_machine():
    assert [value for value in shipped("indicators")["value"] if not re.fullmatch(r"\d+(\.\d+)?", value)] == []
