"""The shipped tables hold what was collected, to the letter, with accents, codes and positions."""

from __future__ import annotations

from typing import Final

import pandas as pd
import pytest

from data.recipe.accents import restored, restored_name, without_marks
from data.recipe.files import FACTS, facts
from data.recipe.flags import ADDED
from data.recipe.lengths import corridor_lengths_km
from data.recipe.preferred import FIGURE
from data.recipe.series import municipality_name
from data.recipe.tables import SPELT_OUT
from data.recipe.units import unit_id, unit_ids_of_zone
from geo.schemas import REFERENCES, SCHEMAS, checked, dangling
from geo.store import DATA, layer
from tests.shipped import shipped

# Facts table, shipped table, columns that name a row, and columns whose text must come through to the letter.
CARRIED: Final = [
    ("zones", "zones", ["zone_id"], ["countries", "kind", "anchor_lat", "anchor_lon", "source_ids"]),
    ("corridors", "corridors", ["corridor_id"], ["commodity", "mode", "direction", "status", "confidence", "period"]),
    ("corridor_waypoints", "corridor_waypoints", ["corridor_id", "seq"], ["country_iso3", "lat", "lon"]),
    ("crossings", "crossings", ["crossing_id"], ["country_a", "country_b", "lat", "lon", "kind", "source_ids"]),
    ("mining_sites", "mining_sites", ["site_id"], ["lat", "lon", "mineral", "setting", "status", "confidence"]),
    ("actors", "actors", ["actor_id"], ["kind", "origin_iso3", "active_since", "economies", "source_ids"]),
    ("actor_presence", "actor_presence", ["actor_id", "zone_id"], ["role", "since", "until", "confidence"]),
    ("cooperation", "cooperation", ["mechanism_id"], ["kind", "year", "parties", "borders", "themes", "source_ids"]),
    ("recommendations", "recommendations", ["rec_id"], ["country_or_scope", "theme"]),
    ("names", "names", ["key"], ["en", "es", "pt"]),
    ("indicators", "indicators", [*FIGURE, "source_id"], ["value", "unit"]),
    ("colombia_coca_municipal", "coca_municipal", ["divipola_muni", "year"], ["coca_ha", "department", "source_id"]),
]


# --- form -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_table_fits_its_schema(name):
    assert len(checked(name)) > 0


def test_every_table_has_a_schema():
    assert {path.stem for path in DATA.glob("*.csv")} == set(SCHEMAS)


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda r: f"{r[0]}.{r[1]}")
def test_references_resolve(reference):
    assert dangling(*reference) == []


def test_a_broken_table_is_refused():
    frame = checked("crossings")
    with pytest.raises(Exception, match="ford"):
        SCHEMAS["crossings"].validate(frame.assign(kind="ford"), lazy=True)


# --- nothing lost, nothing changed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts_name", "name", "key", "verbatim"), CARRIED, ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_collected_row_is_shipped_to_the_letter(facts_name, name, key, verbatim):
    collected, ours = facts(facts_name), shipped(name)
    assert ours[key].to_numpy().tolist() == collected[key].to_numpy().tolist()
    assert ours[verbatim].to_numpy().tolist() == collected[verbatim].to_numpy().tolist()


def test_every_collected_table_is_covered():
    carried = {row[0] for row in CARRIED}
    others = {"place_sources", "indicator_sources"}  # joined into sources, see test_sources.py
    drawn = {"river_lines"}  # becomes the lines of corridors.parquet
    assert {path.stem for path in FACTS.glob("*.csv")} == carried | others | drawn


@pytest.mark.parametrize(("facts_name", "name"), [(row[0], row[1]) for row in CARRIED])
def test_only_accents_are_added(facts_name, name):
    collected, ours = facts(facts_name), shipped(name)
    for column in set(collected) & set(ours) - {"note"}:
        plain = ours[column].map(without_marks)
        typed = collected[column].map(without_marks)
        for short, words in SPELT_OUT.items():
            typed = typed.str.replace(short, words, regex=False)
        if column == "municipality":  # written in capitals by the source
            plain, typed = plain.str.upper(), typed.str.upper()
        assert plain.tolist() == typed.tolist(), column


def test_notes_of_figures_begin_as_collected():
    pairs = zip(facts("indicators")["note"], shipped("indicators")["note"], strict=True)
    changed = [
        note for was, note in pairs if without_marks(note.partition(ADDED)[0]).removesuffix("; ") != without_marks(was)
    ]
    assert changed == []


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        pytest.param("Caqueta and Narino", "Caquetá and Nariño", id="departments"),
        pytest.param("Putumayo and Loreto", "Putumayo and Loreto", id="names without marks"),
        pytest.param("Union of provinces", "Union of provinces", id="an English word"),
        pytest.param("La Union bridge", "La Unión bridge", id="the same word in a name"),
        pytest.param("Canada and Peru", "Canada and Peru", id="countries stay English"),
        pytest.param("Ibibobo / Canada Oruro", "Ibibobo / Cañada Oruro", id="a place called like a country"),
        pytest.param("on the Para side", "on the Pará side", id="the state, in a phrase"),
        pytest.param("Para and para", "Para and para", id="the word alone"),
        pytest.param("Salto del Guaira - Guaira", "Salto del Guairá - Guaíra", id="one spelling, two towns"),
        pytest.param("San Carlos de Rio Negro", "San Carlos de Río Negro", id="Spanish"),
        pytest.param("Vaupes - Rio Negro to Manaus", "Vaupés - Rio Negro to Manaus", id="Portuguese"),
        pytest.param("Colombian, Bolivarian", "Colombian, Bolivarian", id="parts of words"),
    ],
)  # fmt: skip
def test_accents_in_sentences(plain, expected):
    assert restored(plain) == expected


@pytest.mark.parametrize(
    ("name", "country", "expected"),
    [
        ("Rio Branco", "BRA", "Rio Branco"),
        ("Rio Branco", "URY", "Río Branco"),
        ("Guaira", "BRA", "Guaíra"),
        ("Guaira", "PRY", "Guairá"),
        ("Para", "BRA", "Pará"),
        ("Concepcion", "PRY", "Concepción"),
        ("Panama", "PAN", "Panamá"),
        ("Cuyuni-Mazaruni", "GUY", "Cuyuni-Mazaruni"),
    ],
)
def test_places_are_spelt_as_their_country_does(name, country, expected):
    assert restored_name(name, country) == expected


@pytest.mark.parametrize(
    ("capitals", "expected"),
    [
        ("BELÉN DE LOS ANDAQUÍES", "Belén de los Andaquíes"),
        ("LA VICTORIA (Pacoa)", "La Victoria (Pacoa)"),
        ("MIRITÍ-PARANÁ", "Mirití-Paraná"),
        ("INIRIDA", "Inírida"),
        ("LOS ANDES", "Los Andes"),
    ],
)
def test_municipalities_are_not_in_capitals(capitals, expected):
    assert municipality_name(capitals) == expected


def test_municipality_codes_are_those_of_the_national_list(realdata):
    listed = pd.read_csv(realdata / "divipola_municipios_colombia.csv", dtype=str, keep_default_na=False)
    names = dict(zip(listed["COD_MPIO"].str.zfill(5), listed["NOM_MPIO"].map(without_marks), strict=True))
    ours = shipped("coca_municipal").drop_duplicates("divipola_muni")
    first_words = {
        row.divipola_muni: without_marks(row.municipality).upper().split(" (")[0].split()[-1]
        for row in ours.itertuples()
    }
    # The list spells some names out ("San Andrés de Tumaco"), or differently ("Barranco Minas").
    unlike = [code for code, word in first_words.items() if code not in names or word[:5] not in names[code]]
    assert len(unlike) <= 5, {code: (first_words[code], names.get(code)) for code in unlike}


def test_units_are_found_by_name_and_country():
    assert unit_id("Nariño", "COL") == unit_id("Narino", "COL") == "CO-NAR"
    assert [unit_id("Amazonas", iso3) for iso3 in ("COL", "BRA", "VEN", "PER")] == ["CO-AMA", "BR-AM", "VE-Z", "PE-AMA"]
    assert unit_ids_of_zone("Amazonas (COL);Loreto", "COL;PER") == "CO-AMA;PE-LOR"
    with pytest.raises(KeyError, match="Amazonas"):
        unit_ids_of_zone("Amazonas", "COL;PER")  # both have one


def test_every_unit_of_a_figure_is_drawn():
    drawn = set(layer("units")["unit_id"])
    used = shipped("indicators").query("level == 'admin1'")["unit_id"]
    # Panamá Oeste (2014) lies inside Panamá in the source of the outlines.
    assert set(used) - drawn == {"PA-10"}
    assert {unit for cell in shipped("zones")["unit_ids"] for unit in cell.split(";")} <= drawn


# --- places -----------------------------------------------------------------------------------------------------------


def test_borders_are_pairs_in_alphabetical_order():
    crossings = shipped("crossings")
    assert (crossings["country_a"] < crossings["country_b"]).all()
    assert (crossings["border"] == crossings["country_a"] + "-" + crossings["country_b"]).all()
    pairs = {b for cell in shipped("cooperation")["borders"] for b in cell.split(";") if "-" in b}
    assert [pair for pair in pairs if pair.split("-") != sorted(pair.split("-"))] == []


def test_waypoints_are_numbered_without_a_gap():
    for _, legs in shipped("corridor_waypoints").groupby("corridor_id"):
        assert legs["seq"].astype(int).tolist() == list(range(1, len(legs) + 1))
        assert (legs["mode_to_next"] != "").tolist() == [True] * (len(legs) - 1) + [False]


def test_corridor_lengths_follow_the_rivers():
    lengths = corridor_lengths_km()
    # Iquitos to Manaus is some 1,450 km in a straight line and more along the river.
    assert 1600 < lengths["COR-02"] < 3000
    assert {row.corridor_id: float(row.length_km) for row in shipped("corridors").itertuples()} == {
        corridor: round(km, 1) for corridor, km in lengths.items()
    }


def test_corridors_are_as_long_as_their_legs():
    legs = layer("corridors").groupby("corridor_id")["length_km"].agg(["sum", "size"])
    lengths = shipped("corridors").set_index("corridor_id")["length_km"].astype(float)
    # Every length is rounded to 0.1 km.
    assert ((legs["sum"] - lengths).abs() <= 0.05 * (legs["size"] + 1) + 1e-9).all()
