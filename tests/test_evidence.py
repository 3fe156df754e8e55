"""How strong, how old and how exact: the evidence columns follow their published rule."""

from __future__ import annotations

import pytest

from data.recipe.evidence import as_of, reliability, strength
from geo.schemas import SCHEMAS
from tests.shipped import shipped

GRADED = sorted(name for name in SCHEMAS if "evidence" in SCHEMAS[name].columns)


@pytest.mark.parametrize(
    ("source_ids", "confidence", "expected"),
    [
        pytest.param("UN-EVOA", "", "strong", id="one publisher graded B"),
        pytest.param("IC-TRIB;EE-PUTMAN", "high", "strong", id="two publishers graded C"),
        pytest.param("IC-TRIB;IC-PERAMZ", "high", "moderate", id="one publisher twice"),
        pytest.param("IC-TRIB;EE-PUTMAN", "medium", "moderate", id="medium confidence is never strong"),
        pytest.param("UN-EVOA", "low", "weak", id="low confidence is weak"),
        pytest.param("GK", "", "weak", id="general knowledge alone"),
        pytest.param("GK;GEONAMES", "high", "weak", id="a gazetteer claims nothing"),
        pytest.param("TG-GEME;GEONAMES", "", "weak", id="a site whose reliability cannot be judged"),
        pytest.param("LIT-BORDERCOOP;GK", "", "unverified", id="an AI-assisted text alone"),
        pytest.param("LIT-BORDERCOOP;LIT-SMUGGLING", "", "unverified", id="two AI-assisted texts"),
        pytest.param("LIT-BORDERCOOP;LIT-IDEI-2019", "", "moderate", id="an AI-assisted text beside a policy paper"),
    ],
)
def test_strength_of_evidence(source_ids, confidence, expected):
    assert strength(source_ids.split(";"), confidence) == expected


def test_best_source_grades_a_row():
    assert reliability(["GK", "IC-TRIB", "UN-EVOA"]) == "B"
    assert reliability(["GEONAMES"]) == ""
    assert reliability(["GK", "GEONAMES"]) == "F"


def test_as_of_is_the_latest_year_of_a_source_that_claims_something():
    assert as_of(["IC-TRIB", "IC-PERAMZ", "GEONAMES"]) == "2015"
    assert as_of(["AMW"]) == "2025"  # published in 2026, detections to 2025
    assert as_of(["GK"]) == ""


@pytest.mark.parametrize(
    ("name", "row_id", "precision_km"),
    [
        pytest.param("crossings", "X-ECU-PER-01", "0.5", id="a bridge"),
        pytest.param("crossings", "X-COL-PER-01", "2", id="a town"),
        pytest.param("crossings", "X-COL-ECU-01", "25", id="a bridge whose point is approximate"),
        pytest.param("mining_sites", "PE-01", "20", id="the radius around a scar"),
        pytest.param("mining_sites", "CO-01", "25", id="a scar whose point is approximate: the wider"),
        pytest.param("mining_sites", "PE-18", "10", id="a district on the point of its town"),
        pytest.param("mining_sites", "BR-26", "", id="no rule covers it"),
        pytest.param("corridors", "COR-03", "", id="a corridor is schematic"),
    ],
)
def test_precision(name, row_id, precision_km):
    rows = shipped(name)
    assert rows.loc[rows.iloc[:, 0] == row_id, "precision_km"].tolist() == [precision_km]


def test_approximate_points_are_never_precise():
    for name, column in (("crossings", "note"), ("mining_sites", "why")):
        rows = shipped(name)
        approximate = rows[rows[column].str.contains("point approximate")]
        assert (approximate["precision_km"].astype(float) >= 25).all()


@pytest.mark.parametrize("name", GRADED)
def test_general_knowledge_alone_is_never_more_than_weak(name):
    rows = shipped(name)
    alone = rows["source_ids"].map(lambda ids: not set(ids.split(";")) - {"GK", "GEONAMES", "AIRPORTS"})
    assert set(rows.loc[alone, "evidence"]) <= {"weak"}
    assert set(rows.loc[alone, "confidence"]) <= {"", "low"}


def test_claims_of_ai_assisted_texts_alone_are_unverified():
    for name in GRADED:
        rows = shipped(name)
        alone = rows["source_ids"].map(
            lambda ids: set(ids.split(";")) - {"GK"} <= {"LIT-BORDERCOOP", "LIT-SMUGGLING"} and ids != "GK"
        )
        assert (rows.loc[alone, "evidence"] == "unverified").all()
        assert (rows.loc[~alone, "evidence"] != "unverified").all()
