"""The search box: what a text may mean, best first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import places, store
from geo.messages import LANGUAGES, Language, say
from geo.places import ORDER, Hit, search

UNITS_NAMED_AMAZONAS = {"BR-AM", "CO-AMA", "PE-AMA", "VE-Z"}  # one name in four countries


def first(text: str, lang: Language = "en") -> Hit:
    return search(text, lang)[0]


def found(text: str, lang: Language = "en", limit: int = 12) -> list[tuple[str, str]]:
    return [(hit.kind, hit.id) for hit in search(text, lang, limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Catatumbo", ("zone", "Z-CATATUMBO"), id="a zone by a part of its name"),
        pytest.param("vraem", ("zone", "Z-VRAEM"), id="capitals do not count"),
        pytest.param("CUCUTA", ("zone", "Z-CUCUTA"), id="accents do not count"),
        pytest.param("colombia", ("country", "COL"), id="a country"),
        pytest.param("Brasil", ("country", "BRA"), id="a country by its name in another language"),
        pytest.param("madre de dios", ("unit", "PE-MDD"), id="a unit named in full goes before a word of a zone"),
        pytest.param("huaquillas", ("zone", "Z-TUMBES"), id="a zone by a town in its name, before the town"),
        pytest.param("iquitos peru", ("town", "PER:Iquitos"), id="a town, its country typed along"),
        pytest.param("rainbow bridge", ("", ""), id="nothing of that name"),
        pytest.param("eln", ("actor", "A-01"), id="a group by its letters"),
        pytest.param("la pampa", ("zone", "Z-MDD"), id="kinds in their order: a zone before a province of that name"),
        pytest.param("-4.21, -69.94", ("coordinates", "4.2100° S, 69.9400° W"), id="typed coordinates"),
        pytest.param("4°12'36\"S 69°56'O", ("coordinates", "4.2100° S, 69.9333° W"), id="in degrees and minutes"),
        pytest.param("", ("", ""), id="nothing typed"),
        pytest.param("   ", ("", ""), id="spaces"),
    ],
)
def test_first_hit(text: str, expected: tuple[str, str]) -> None:
    hits = found(text)
    assert (hits[0] if hits else ("", "")) == expected


def test_a_country_typed_along_tells_namesakes_apart() -> None:
    assert {id_ for kind, id_ in found("amazonas") if kind == "unit"} >= UNITS_NAMED_AMAZONAS
    assert [id_ for kind, id_ in found("amazonas colombia") if kind == "unit"] == ["CO-AMA"]


def test_beginnings_go_before_middles() -> None:
    names = [hit.title for hit in search("tumaco", "en")]
    assert names[0].startswith("Tumaco")
    middles = [hit.title for hit in search("achal", "en") if "Machala" in hit.title]
    assert middles  # found in the middle of a word, when nothing begins so


def test_ties_go_to_the_larger_town() -> None:
    limas = [hit for hit in search("lima", "en") if hit.kind == "town" and hit.title == "Lima"]
    assert limas[0].id == "PER:Lima"


def test_many_towns_never_hide_the_rest() -> None:
    hits = search("san", "es", limit=12)
    towns = [hit for hit in hits if hit.kind in {"town", "place"}]
    assert len(hits) == 12
    assert len(towns) < len(hits)


def test_a_place_on_a_corridor_and_its_town_are_one() -> None:
    leticia = [hit for hit in search("Leticia", "es") if hit.kind in {"town", "place"}]
    assert [hit.id for hit in leticia] == ["COL:Leticia"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_are_shown_in_the_language_of_the_reader(lang: Language) -> None:
    expected = {"en": "Brazil", "es": "Brasil", "pt": "Brasil"}
    assert first("Brazil", lang).title == expected[lang]
    assert all(say(hit.subtitle, lang) for hit in search("a", lang, limit=200))


def test_zones_frame_their_polygon_and_points_have_no_extent() -> None:
    zone, town = first("vraem"), first("iquitos")
    assert zone.bounds is not None
    assert zone.lat is not None
    assert zone.lon is not None
    west, south, east, north = zone.bounds
    assert west < zone.lon < east
    assert south < zone.lat < north
    assert town.bounds is None


def test_a_group_is_shown_by_the_union_of_its_zones_or_not_at_all() -> None:
    presence, shapes = store.table("actor_presence"), store.layer("zones").set_index("zone_id")
    eln = first("Ejército de Liberación Nacional", "es")
    zones = presence.loc[presence["actor_id"] == "A-01", "zone_id"]
    assert eln.bounds == pytest.approx(tuple(shapes.loc[zones].total_bounds))
    homeless = set(store.table("actors")["actor_id"]) - set(presence["actor_id"])
    assert homeless  # otherwise this proves nothing
    hits = {entry.id: entry for entry in places._index() if entry.kind == "actor"}
    assert all(hits[actor].where is None and hits[actor].bounds is None for actor in homeless)


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("zones", "zone_id", "zone"),
        ("crossings", "crossing_id", "crossing"),
        ("mining_sites", "site_id", "site"),
        ("corridors", "corridor_id", "corridor"),
        ("actors", "actor_id", "actor"),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_row_is_found_by_its_name_in_every_language(table: str, column: str, kind: str, lang: Language) -> None:
    entries = {entry.id: entry for entry in places._index() if entry.kind == kind}
    assert set(entries) == set(store.table(table)[column])
    missed = [id_ for id_, entry in entries.items() if (kind, id_) not in found(entry.names[lang], "en", limit=40)]
    assert missed == []


def test_equal_matches_stand_in_the_order_of_kinds() -> None:
    kinds = [ORDER[hit.kind] for hit in search("puerto", "es", limit=400) if hit.title.startswith("Puerto ")]
    assert kinds[:5] == sorted(kinds[:5])
    assert len(set(kinds)) > 1


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60), limit=st.integers(0, 20), lang=st.sampled_from(LANGUAGES))
def test_any_text_is_answered_within_the_limit(text: str, limit: int, lang: Language) -> None:
    hits = search(text, lang, limit)
    assert len(hits) <= limit
    assert all(hit.title and say(hit.subtitle, lang) for hit in hits)


@settings(max_examples=40, deadline=None)
@given(lat=st.floats(-55, 12), lon=st.floats(-82, -34))
def test_typed_coordinates_are_the_first_hit(lat: float, lon: float) -> None:
    hit = first(f"{lat:.5f}, {lon:.5f}")
    assert hit.kind == "coordinates"
    assert (hit.lat, hit.lon) == pytest.approx((lat, lon), abs=1e-5)
