"""Every code of the tables can be said, and every name found with or without its accents."""

from __future__ import annotations

import pytest

from geo.errors import UnknownError
from geo.names import country_name, folded, name_of, place_name
from geo.store import table
from geo.terms import codes, kinds, label, terms, unit_label

CODED = [
    ("zones", "kind", "zone_kind"),
    ("corridors", "commodity", "commodity"),
    ("corridors", "mode", "mode"),
    ("corridors", "direction", "direction"),
    ("corridors", "status", "corridor_status"),
    ("corridors", "confidence", "confidence"),
    ("corridors", "evidence", "evidence"),
    ("corridors", "reliability", "reliability"),
    ("crossings", "kind", "crossing_kind"),
    ("crossings", "formality", "formality"),
    ("crossings", "evidence", "evidence"),
    ("mining_sites", "mineral", "mineral"),
    ("mining_sites", "setting", "setting"),
    ("mining_sites", "status", "site_status"),
    ("mining_sites", "confidence", "confidence"),
    ("actors", "kind", "actor_kind"),
    ("actors", "economies", "economy"),
    ("actor_presence", "role", "role"),
    ("cooperation", "kind", "mechanism_kind"),
    ("cooperation", "themes", "theme"),
    ("recommendations", "theme", "recommendation_theme"),
    ("indicators", "indicator", "indicator"),
    ("indicators", "level", "level"),
    ("indicators", "unit", "unit"),
    ("indicator_terms", "group", "indicator_group"),
    ("sources", "publisher_class", "publisher_class"),
    ("sources", "reliability", "reliability"),
]


@pytest.mark.parametrize(("name", "column", "kind"), CODED)
def test_every_code_of_the_tables_has_a_label(name, column, kind):
    held = {code for cell in table(name)[column].unique() for code in cell.split(";")}
    assert {code for code in held if not label(kind, code)} == set()


def test_no_label_is_a_code():
    looks_coded = [term for term in terms() if "_" in term or not term.strip()]
    assert looks_coded == []


def test_labels_of_one_kind_differ():
    for kind in kinds():
        said = [label(kind, code) for code in codes(kind) if kind not in {"unit", "scope"}]
        assert len(said) == len(set(said)), kind


def test_an_unknown_code_is_named():
    with pytest.raises(UnknownError, match="crossing kind called “ford”"):
        label("crossing_kind", "ford")


def test_every_indicator_has_a_unit():
    assert all(unit_label(code) for code in codes("indicator"))
    assert unit_label("coca_cultivation_ha") == "hectares"


@pytest.mark.parametrize(
    ("key", "lang", "said"),
    [
        pytest.param("PER:Inapari", "pt", "Iñapari", id="as collected"),
        pytest.param("PER:Iñapari", "pt", "Iñapari", id="with its accents"),
        pytest.param("Z-JAVARI", "es", "Valle del Yavarí", id="a zone"),
        pytest.param("COL:Leticia", "pt", "Letícia", id="a name that differs by language"),
        pytest.param("PER:Nowhere", "es", "Nowhere", id="an unknown place keeps its own name"),
        pytest.param("ECU", "pt", "Equador", id="a country"),
    ],
)
def test_names_in_three_languages(key, lang, said):
    assert name_of(key, lang) == said


def test_places_and_countries():
    assert place_name("Panamá", "PAN", "en") == "Panama City"
    assert country_name("GTM", "pt") == "Guatemala"
    assert country_name("DOM", "es") == "República Dominicana"


def test_every_country_of_a_mechanism_has_a_name():
    tokens = {party for cell in table("cooperation")["parties"] for party in cell.split(";")}
    countries = {token for token in tokens if len(token) == 3}
    assert [iso3 for iso3 in countries if country_name(iso3, "en") == iso3] == []


@pytest.mark.parametrize(
    ("name", "key"),
    [("zones", "zone_id"), ("crossings", "crossing_id"), ("corridors", "corridor_id"), ("mining_sites", "site_id"),
     ("actors", "actor_id")],
)  # fmt: skip
def test_every_row_with_an_id_has_a_name_in_three_languages(name, key):
    missing = [row_id for row_id in table(name)[key] for lang in ("en", "es", "pt") if name_of(row_id, lang) == row_id]
    assert missing == []


def test_every_waypoint_and_twin_town_has_a_name():
    keys = {row["key"] for row in table("names").to_dict("records")}
    known = {folded(key) for key in keys}
    places = {f"{row['country_iso3']}:{row['place']}" for row in table("corridor_waypoints").to_dict("records")}
    for side in "ab":
        places |= {f"{row[f'country_{side}']}:{row[f'place_{side}']}" for row in table("crossings").to_dict("records")}
    assert sorted(place for place in places if folded(place) not in known) == []
