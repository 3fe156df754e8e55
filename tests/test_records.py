"""Every shipped row has an address that resolves to it, words in three languages, a source and a download."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape
from streamlit.testing.v1 import AppTest

from geo import downloads, records, store
from geo.errors import UnknownError
from geo.frames import frame, point
from geo.messages import LANGUAGES, Language
from geo.names import folded
from geo.records import Chosen
from geo.shipped import TABLES
from geo.whereabouts import place
from tests.conftest import ROOT

FACTS = store.DATA / "facts"
EVERYWHERE = np.array([], dtype=np.intp)

# The tables of the facts and how many rows each has: issue 2, "Done when" 3.
COUNTED = {
    "zones": 30, "corridors": 45, "crossings": 126, "mining_sites": 135, "actors": 68, "actor_presence": 133,
    "cooperation": 84, "indicators": 15037, "recommendations": 67, "corridor_waypoints": 432,
}  # fmt: skip
KEYS = list(TABLES)
NO_NAMES = re.compile(r"^[a-z]+(_[a-z]+)+$")  # what a column name or a code looks like


def facts(name: str) -> pd.DataFrame:
    return pd.read_csv(FACTS / f"{name}.csv", keep_default_na=False, dtype=str)


def everything(key: str) -> records.Positions:
    return np.arange(len(records.frame(key)))


@pytest.mark.parametrize(("key", "count"), COUNTED.items())
def test_every_row_of_the_facts_has_an_address_that_resolves_to_it(key: str, count: int) -> None:
    rows = facts(key)
    assert len(rows) == count
    addresses = [records.id_of(TABLES[key], row) for row in rows.to_dict("records")]
    assert len(set(addresses)) == count
    for address, (_, row) in zip(addresses, rows.iterrows(), strict=True):
        found = records.find(key, address)
        assert found.id == address
        for column in ("lat", "lon", "value"):
            if column in row:
                assert float(found.row[column]) == float(row[column])
        if "name" in row:
            assert folded(found.text("name")) == folded(row["name"])


def test_every_municipal_figure_has_an_address() -> None:
    rows = facts("colombia_coca_municipal")
    assert len(rows) == 4572
    for row in rows.to_dict("records"):
        found = records.find("coca_municipal", f"{row['divipola_muni']}.{row['year']}")
        assert float(found.row["coca_ha"]) == float(row["coca_ha"])


@pytest.mark.parametrize("key", KEYS)
def test_addresses_are_unique_and_lead_back(key: str) -> None:
    ids = records.ids(key)
    assert len(ids) == len(records.frame(key)) > 0
    for id_ in ids[:: max(len(ids) // 50, 1)]:
        assert records.find(key, id_).id == id_


@pytest.mark.parametrize("key", KEYS)
def test_every_row_leads_to_sources_that_exist(key: str) -> None:
    known = set(store.table("sources")["source_id"])
    if TABLES[key].source_column:
        cells = records.frame(key)[TABLES[key].source_column]
        assert all(set(str(cell).split(";")) <= known and cell for cell in cells)
    ids = records.ids(key)
    for id_ in ids[:: max(len(ids) // 200, 1)]:
        sources = records.sources_of(records.find(key, id_))
        assert sources
        assert set(sources) <= known
    assert set(records.cited(key, everything(key)[:300])) <= known


def test_a_source_names_the_tables_that_cite_it() -> None:
    rows = facts("mining_sites")
    citing = {table.key: count for table, count in records.citing("AMW")}
    assert citing["mining_sites"] == sum("AMW" in cell.split(";") for cell in rows["source_ids"])
    assert "sources" not in citing
    assert records.citing("no-such-source") == []


def test_columns_named_here_are_those_of_the_files() -> None:
    for key, table in TABLES.items():
        described = {column.name for column in table.columns} | set(table.id_columns)
        rows = records.frame(key)
        assert described <= set(rows.columns), key
        shipped = {column for column in rows if (rows[column].astype(str) != "").any()}
        # What a file holds and nobody can read is either kept for the map or forgotten.
        kept = {"name", "country_a", "country_b", "unit_ids", "in_region", "scale", "rank", "note", "kind"}
        assert shipped - described <= kept, key


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_rows_are_said_in_words(key: str, lang: Language) -> None:
    shown = records.shown(key, lang)
    assert len(shown) == len(records.frame(key))
    headings = [column.label.id for column in TABLES[key].columns if column.is_listed]
    assert len(set(headings)) == len(headings)
    for column in TABLES[key].columns:
        if not column.is_listed or column.kind in records.NUMERIC or column.kind == "verbatim":
            continue
        raw = {text for text in shown[column.name].unique() if NO_NAMES.fullmatch(text)}
        assert not raw, f"{column.name} shows {sorted(raw)[:3]}"
    some = records.find(key, records.ids(key)[0])
    assert records.title(some, lang)
    assert records.details(some, lang)


@pytest.mark.parametrize(
    ("key", "asked", "expected"),
    [
        pytest.param("crossings", Chosen(text="cucuta venezuela"), "X-COL-VEN-04", id="all words, without accents"),
        pytest.param("actors", Chosen(text="eln"), "A-01", id="letters in a name"),
        pytest.param("zones", Chosen(values={"countries": ["GUY"]}), None, id="no zone of Guyana"),
        pytest.param("corridors", Chosen(values={"commodity": ["gold"]}), "COR-08", id="a term"),
        pytest.param("cooperation", Chosen(values={"parties": ["URY"]}), "M-23", id="one of several in a cell"),
        pytest.param("cooperation", Chosen(quick="no-border"), "M-48", id="mechanisms without a border pair"),
    ],
)
def test_searching(key: str, asked: Chosen, expected: str | None) -> None:
    positions = records.chosen(key, asked, "en")
    found = records.ids_at(key, positions)
    assert (expected in found) if expected else found == []
    assert len(found) < len(records.frame(key))


def test_quick_questions_answer_what_the_issue_asks_for() -> None:
    without_zone = set(facts("actors")["actor_id"]) - set(facts("actor_presence")["actor_id"])
    asked = records.chosen("actors", Chosen(quick="no-zone"), "en")
    assert set(records.ids_at("actors", asked)) == without_zone
    rows = facts("cooperation")
    pairless = rows[~rows["borders"].str.contains("[A-Z]{3}-[A-Z]{3}", regex=True)]
    asked = records.chosen("cooperation", Chosen(quick="no-border"), "en")
    assert set(records.ids_at("cooperation", asked)) == set(pairless["mechanism_id"])


def test_years_bound_the_figures() -> None:
    first, last = records.years("indicators") or (0, 0)
    assert (first, last) == (1985, 2026)
    some = records.chosen("indicators", Chosen(years=(2012, 2013), values={"indicator": ["coca_cultivation_ha"]}), "es")
    rows = records.frame("indicators").iloc[some]
    assert set(rows["year"]) == {2012, 2013}
    assert set(rows["indicator"]) == {"coca_cultivation_ha"}


@pytest.mark.parametrize(
    ("key", "id_"), [("no_such_table", "1"), ("crossings", "X-XX"), ("indicators", ""), ("sources", "a.b;--")]
)
def test_an_unknown_address_says_what_to_do(key: str, id_: str) -> None:
    with pytest.raises(UnknownError, match=r"Choose one|Look for it"):
        records.find(key, id_)


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(UnknownError, match="Choose one"):
        records.chosen("zones", Chosen(quick="no-such"), "en")


# Where rows stand on the map.


@pytest.mark.parametrize(
    "key", [key for key in KEYS if TABLES[key].whereabouts not in {"none", "actor", "borders", "scope"}]
)
def test_rows_with_a_place_lead_to_the_map(key: str) -> None:
    ids = records.ids(key)
    for id_ in ids[:: max(len(ids) // 60, 1)]:
        where = place(records.find(key, id_))
        assert where is not None
        assert where.zone or where.bounds
        if where.bounds:
            west, south, east, north = where.bounds
            assert -120 < west <= east < -25
            assert -60 < south <= north < 35


def test_what_has_no_place_says_so() -> None:
    homeless = records.chosen("actors", Chosen(quick="no-zone"), "en")
    assert all(place(records.find("actors", each)) is None for each in records.ids_at("actors", homeless))
    wide = records.chosen("cooperation", Chosen(quick="no-border"), "en")
    assert all(place(records.find("cooperation", each)) is None for each in records.ids_at("cooperation", wide))
    assert place(records.find("recommendations", "REC-01")) is None  # the whole region
    assert place(records.find("sources", "AMW")) is None


def test_a_figure_leads_to_its_unit_its_layer_and_its_year() -> None:
    found = place(records.find("indicators", "coca_cultivation_ha.admin1.COL.narino.2012.co_odc_simci_municipal"))
    assert found is not None
    assert (found.layer, found.feature, found.year) == ("coca", "CO-NAR", 2012)
    valley = place(records.find("indicators", "coca_cultivation_ha.zone.PER.vraem.2023.pe_devida_simci_2024"))
    assert valley is not None
    assert valley.zone == "Z-VRAEM"


@given(
    lat=st.floats(-55, 12),
    lon=st.floats(-82, -35),
    high=st.floats(0, 30),
    wide=st.floats(0, 30),
)
def test_a_frame_holds_its_box(lat: float, lon: float, high: float, wide: float) -> None:
    at_lat, at_lon, zoom = frame((lon, lat, lon + wide, lat + high))
    assert 3 <= zoom <= 11
    assert lon - 1e-9 <= at_lon <= lon + wide + 1e-9
    assert lat - 1e-6 <= at_lat <= lat + high + 1e-6
    if zoom > 3:
        assert wide / 360 * 256 * 2**zoom <= 640  # pixels
    assert frame(point(lat, lon))[:2] == (lat, lon)


# Files to take away.


@pytest.mark.parametrize("key", KEYS)
def test_csv_holds_every_row_and_column(key: str) -> None:
    content = downloads.csv(key, everything(key))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    has_sources = TABLES[key].source_column and key != "sources"
    assert rows[0] == [*records.frame(key).columns, *(["sources"] if has_sources else [])]
    assert len(rows) == len(records.frame(key)) + 1
    assert all(row[-1] for row in rows) or not has_sources


def test_csv_says_in_words_who_says_so() -> None:
    listed = csv.DictReader(io.StringIO(downloads.csv("cooperation", everything("cooperation")).decode("utf-8-sig")))
    pact = next(row for row in listed if row["mechanism_id"] == "M-31")
    assert pact["sources"].endswith("; General knowledge of the analyst, no source read")
    assert pact["status"] == "dormant, later overtaken by ACTO agenda (status: general knowledge of the analyst)"


def test_csv_keeps_figures_to_the_digit() -> None:
    shipped = {records.id_of(TABLES["indicators"], row): row["value"] for row in facts("indicators").to_dict("records")}
    taken = csv.DictReader(io.StringIO(downloads.csv("indicators", everything("indicators")).decode("utf-8-sig")))
    for id_, row in zip(records.ids("indicators"), taken, strict=True):
        assert float(row["value"]) == float(shipped[id_])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("-4.21", "-4.21"),
        ("+57", "+57"),
        ("-1e-5", "-1e-5"),
        (-4.21, -4.21),
        ("Puente", "Puente"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell: object, expected: object) -> None:
    assert downloads.safe_cell(cell) == expected


@given(st.text(max_size=30))
def test_a_safe_cell_never_starts_a_formula(text: str) -> None:
    safe = str(downloads.safe_cell(text))
    assert safe.lstrip("'") == text.lstrip("'")
    if safe[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        float(safe)


@pytest.mark.parametrize("key", [key for key in KEYS if TABLES[key].has_geometry])
def test_geojson_is_what_rfc_7946_wants(key: str) -> None:
    whole = json.loads(downloads.geojson(key, everything(key)), parse_constant=pytest.fail)
    assert set(whole) == {"type", "features"}  # no crs member: it is WGS 84
    assert [feature["id"] for feature in whole["features"]] == list(records.ids(key))
    for feature in whole["features"]:
        drawn = shape(feature["geometry"])
        west, south, east, north = drawn.bounds
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90
        for part in getattr(drawn, "geoms", [drawn]):
            if part.geom_type == "Polygon":
                assert shapely.is_ccw(part.exterior)
                assert not any(shapely.is_ccw(hole) for hole in part.interiors)


def test_geojson_holds_only_the_chosen_rows() -> None:
    chosen = records.chosen("crossings", Chosen(values={"kind": ["informal"]}), "en")
    whole = json.loads(downloads.geojson("crossings", chosen))
    assert {feature["properties"]["kind"] for feature in whole["features"]} == {"informal"}
    assert whole["features"][0]["geometry"]["coordinates"][0] < 0  # longitude first


def test_a_table_without_shapes_says_so() -> None:
    with pytest.raises(UnknownError, match="Download it as CSV"):
        downloads.geojson("sources", EVERYWHERE)


# The page.


def opened(lang: Language = "en", **query: str) -> AppTest:
    app = AppTest.from_file(ROOT / "pages/shell.py", default_timeout=60)
    for name, value in {"lang": lang, **query}.items():
        app.query_params[name] = value
    return app.switch_page("records.py").run()


def html_of(app: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in app.get("html"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_opens_every_table(lang: Language) -> None:
    app = opened(lang)
    for key in KEYS:
        app.button(key=f"table-{key}-{'here' if key == KEYS[0] else 'there'}").click().run()
        assert not app.exception, key
        assert not app.error, key
        assert not app.warning, key
        shown = app.dataframe[0].value
        assert 0 < len(shown) <= 500, key
        assert [name for name in shown.columns if "_" in name] == []  # headings, not names of columns


def test_a_link_opens_the_card_of_its_row() -> None:
    app = opened(table="crossings", id="X-COL-VEN-04")
    text = html_of(app)
    assert "Francisco de Paula Santander" in text
    assert "How well it is known" in text
    assert "Las trochas entre Colombia y Venezuela" in text  # one of its sources
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert "feature=crossings%2FX-COL-VEN-04" in links["Show on the map"]


def test_a_link_to_a_row_far_down_turns_to_its_page() -> None:
    wanted = "coca_cultivation_ha.zone.PER.vraem.2023.pe_devida_simci_2024"
    app = opened(table="indicators", id=wanted)
    assert "38 253" in html_of(app).replace("\u202f", " ")
    shown = app.dataframe[0].value
    assert ((shown["Place"] == "VRAEM") & (shown["Year"] == 2023) & (shown["Figure"] == 38253)).any()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param({"table": "no_such"}, "which this release does not have", id="unknown table"),
        pytest.param({"table": "zones", "id": "Z-ATLANTIS"}, "Look for it in the list", id="unknown row"),
    ],
)
def test_a_link_to_nothing_says_what_to_do_and_goes_on(query: dict[str, str], said: str) -> None:
    app = opened(**query)
    assert not app.exception
    assert any(said in warning.value for warning in app.warning)
    assert len(app.dataframe) == 1


def test_searching_and_filtering_narrow_the_list() -> None:
    app = opened(table="actors")
    app.text_input(key="records-text").set_value("tren").run()
    assert len(app.dataframe[0].value) == len(records.chosen("actors", Chosen(text="tren"), "en")) < 68
    assert "Tren de Aragua" in set(app.dataframe[0].value["Group"])
    assert app.query_params["q"] in ("tren", ["tren"])
    app.text_input(key="records-text").set_value("no such group anywhere").run()
    assert len(app.dataframe) == 0
    assert any("Take away a word" in info.value for info in app.info)


def test_a_quick_question_shows_groups_without_a_zone() -> None:
    app = opened(table="actors")
    app.button_group(key="quick-actors").set_value("no-zone").run()
    assert len(app.dataframe[0].value) == len(records.chosen("actors", Chosen(quick="no-zone"), "en"))
