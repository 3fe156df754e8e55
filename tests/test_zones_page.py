"""The zones page: every zone opens, lists hold what lies in it, charts and files the figures of the facts."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo import actors, cooperation, records, sources, store, trends, zones
from geo.messages import LANGUAGES, Language
from layers import charts, profile, profile_lists, profile_trends
from layers.profile_lists import LISTS, listing
from layers.view import ViewState
from tests.conftest import ROOT

IDS = sorted(store.table("zones")["zone_id"])
SPOKEN = {"Z-VRAEM", "Z-CATATUMBO", "Z-ARCOMINERO", "Z-CHACO", "Z-DARIEN"}  # opened in every language
CODE = re.compile(r"\b(?:Z|X|COR|A|M)-[A-Z0-9]+\b|\b[a-z]+_[a-z_]+\b")  # raw ids, codes and column names
STYLES = re.compile(r"<style>.*?</style>", re.DOTALL)
TAGS = re.compile(r"<[^>]+>")


def opened(zone_id: str = "", lang: Language = "en") -> AppTest:
    """Open the page through the shell, as a reader does."""
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=60)
    if zone_id:
        app.query_params["zone"] = zone_id
    if lang != "en":
        app.query_params["lang"] = lang
    app.switch_page("zones.py")
    return app.run()


def html(app: AppTest) -> str:
    """Return everything that the page says as HTML."""
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def words(app: AppTest) -> str:
    return unescape(TAGS.sub(" ", STYLES.sub("", html(app))))


@pytest.mark.parametrize(
    ("zone_id", "lang"), [(zone_id, lang) for zone_id in IDS for lang in LANGUAGES if lang == "en" or zone_id in SPOKEN]
)
def test_every_zone_opens_and_says_no_code(zone_id: str, lang: Language) -> None:
    app = opened(zone_id, lang)
    assert not app.exception
    assert not app.error
    assert not app.warning
    said = words(app)
    assert profile.subtitle(zone_id, lang) in said
    assert CODE.findall(said) == []


def test_without_a_zone_all_thirty_are_offered() -> None:
    app = opened()
    assert not app.exception
    offered = {str(button.key).removeprefix("zone-open-") for button in app.button if "zone-open-" in str(button.key)}
    assert len(offered) == len(IDS) == 30
    entries = {entry.zone_id: entry for entry in profile.overview("en")}
    assert set(entries) == offered
    catatumbo = entries["Z-CATATUMBO"]
    assert catatumbo.headline is not None
    assert catatumbo.headline.value == "48\u202f000"
    assert (catatumbo.sites, catatumbo.crossings) == (0, 2)
    app.button(key="zone-open-Z-CATATUMBO").click().run()
    assert app.session_state["view"].zone == "Z-CATATUMBO"
    app.button(key="zone-none").click().run()
    assert app.session_state["view"].zone == ""


def test_an_unknown_zone_is_named_and_the_overview_shown() -> None:
    app = opened("Z-NOWHERE")
    assert not app.exception
    assert "Z-NOWHERE" in app.warning[0].value
    assert app.selectbox(key="zone-sort").value == "name"


def test_the_next_zone_is_the_next_in_the_list_and_the_map_forgets_where_it_stood() -> None:
    ids = profile.order("en")
    app = opened(ids[0])
    app.session_state["view"] = app.session_state["view"].but(lat=-4.0, lon=-70.0, zoom=6.0)
    app.button(key="zone-after").click().run()
    view = app.session_state["view"]
    assert (view.zone, view.lat) == (ids[1], None)
    app.button(key="zone-before").click().run()
    app.button(key="zone-before").click().run()
    assert app.session_state["view"].zone == ids[-1]


def test_the_page_leaves_the_position_and_the_layers_of_the_map_alone() -> None:
    app = opened("Z-VRAEM")
    kept = app.session_state["view"].but(lat=-4.0, lon=-70.0, zoom=6.0, layers=("mining",), year=2018)
    app.session_state["view"] = kept
    app.run()
    assert app.session_state["view"] == kept
    on_map = next(link.proto for link in app.get("page_link") if link.proto.label == "Show on the map")
    assert on_map.query_string == "zone=Z-VRAEM&layers=mining%2Czones&year=2018"


def test_charts_are_drawn_only_when_they_are_opened() -> None:
    app = opened("Z-DARIEN")
    near = [panel for panel in trends.panels("Z-DARIEN") if panel.relation in {"is", "inside"}]
    assert len(app.get("plotly_chart")) == len(near) + 1  # and the one beside the map
    choco = next(expander for expander in app.expander if expander.label.startswith("Chocó"))
    assert choco.label == "Chocó (Colombia) · 18 charts"


def test_a_subject_leaves_its_charts_alone() -> None:
    app = opened("Z-CATATUMBO")
    app.get("button_group")[0].set_value(["violence"]).run()
    assert not app.exception
    shown = profile_trends.parts("Z-CATATUMBO", "en", ["violence"])
    assert {panel.group for part in shown for panel in part.panels} == {"violence"}
    drawn = sum(len(bundle.panels) for part in shown for bundle in part.bundles if bundle.is_open)
    assert len(app.get("plotly_chart")) == drawn + 1


@pytest.mark.parametrize("zone_id", IDS)
def test_every_panel_stands_in_exactly_one_part(zone_id: str) -> None:
    parts = [part for part in profile_trends.parts(zone_id, "en") if part.key != "lead"]
    shown = [panel.key for part in parts for panel in part.panels]
    assert sorted(shown) == sorted(panel.key for panel in trends.panels(zone_id))
    keys = [bundle.key for part in parts for bundle in part.bundles]
    assert len(keys) == len(set(keys))
    for part in parts:
        assert sum(len(bundle.panels) for bundle in part.bundles if bundle.is_open) <= profile_trends.OPEN_AT_MOST


@pytest.mark.parametrize("zone_id", IDS)
def test_every_row_of_every_list_leads_to_a_record_with_a_source(zone_id: str) -> None:
    for key in LISTS:
        found = listing(key, zone_id, "en")
        assert sum(heading.share for heading in found.headings) == 100
        assert found.empty
        for row in found.rows:
            assert row.name
            assert len(row.cells) == len(found.headings) - 1
            entry = records.find(row.table, row.record)
            assert sources.sources_of(";".join(records.sources_of(entry)))


def test_lists_hold_what_lies_in_the_zone() -> None:
    for zone_id in IDS:
        for key, rows in (
            ("sites", zones.sites_in(zone_id)["site_id"]),
            ("crossings", zones.crossings_in(zone_id)["crossing_id"]),
            ("corridors", zones.corridors_through(zone_id)["corridor_id"]),
            ("units", zones.units_of(zone_id).index),
        ):
            assert [row.record for row in listing(key, zone_id, "en").rows] == list(rows)
        presence = actors.presence(zone_id)["actor_id"]
        assert [row.record for row in listing("groups", zone_id, "en").rows] == [f"{one}.{zone_id}" for one in presence]
        mechanisms = cooperation.on_borders(zones.borders_of(zone_id).index)["mechanism_id"]
        assert {row.record for row in listing("mechanisms", zone_id, "en").rows} == set(mechanisms)


def test_reported_low_and_ended_presence_looks_weak() -> None:
    rows = {row.record: row for row in listing("groups", "Z-PUTUMAYO", "en").rows}
    table = store.table("actor_presence").set_index(["actor_id", "zone_id"])
    for record, row in rows.items():
        found = table.loc[tuple(record.split("."))]
        weak = found["role"] == "reported" or found["confidence"] == "low" or found["until"] != ""
        assert row.is_weak == weak
    assert any(row.is_weak for row in rows.values())


def test_unverified_mechanisms_are_last_and_say_so() -> None:
    grades = [row.cells[-1] for row in listing("mechanisms", "Z-PUTUMAYO", "en").rows]
    assert "Unverified" in grades
    assert grades == sorted(grades, key=lambda grade: grade == "Unverified")


def test_not_surveyed_never_looks_like_none_found() -> None:
    assert {row.cells[0] for row in listing("mined", "Z-TUMBES", "en").rows} == {"not surveyed"}
    assert {row.cells[0] for row in listing("mined", "Z-VRAEM", "en").rows} == {"none detected"}
    assert not profile_lists.is_surveyed("Z-TUMBES")
    assert profile_lists.is_surveyed("Z-PUNO")  # in part
    figures = {row.name: row.cells[0] for row in listing("mined", "Z-MDD", "en").rows}
    assert figures == {"2023": "1\u202f989 ha", "2024": "23\u202f400 ha", "2025, quarter 4": "1\u202f294 ha"}


def test_an_empty_list_says_what_to_do() -> None:
    said = words(opened("Z-VRAEM"))
    assert "This zone reaches no land boundary, so it has no crossing." in said
    assert "No mining site is known inside this zone." in said


@pytest.mark.parametrize("zone_id", ["Z-VRAEM", "Z-CATATUMBO", "Z-DARIEN", "Z-TUMACO", "Z-MDD"])
def test_each_figure_of_a_chart_leads_to_its_own_record(zone_id: str) -> None:
    for panel in trends.panels(zone_id):
        table = charts.small_table(panel, "en")
        links = profile_trends.figure_links(panel)
        assert len(links) == len(table)
        for (key, record), year in zip(links, table["Year"], strict=True):
            row = records.find(key, record).row
            assert int(row["year"]) == year
            assert row["source_id"] in {line.source_id for line in panel.lines}


def test_the_file_of_a_zone_holds_the_figures_of_the_facts() -> None:
    content = profile_trends.csv_of(trends.panels("Z-VRAEM")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    coca = {
        (row["year"], row["source_id"]): float(row["value"])
        for row in rows
        if (row["indicator"], row["place"]) == ("coca_cultivation_ha", "VRAEM")
    }
    facts = pd.read_csv(store.DATA / "facts" / "indicators.csv", keep_default_na=False, dtype={"year": str})
    facts = facts[(facts["indicator"] == "coca_cultivation_ha") & (facts["place"] == "VRAEM")]
    assert coca == {(row.year, row.source_id): row.value for row in facts.itertuples()}
    assert len(rows) == sum(len(line.points) for panel in trends.panels("Z-VRAEM") for line in panel.lines)


def test_a_cell_of_the_file_is_never_a_formula() -> None:
    point = trends.Point(2020, -1.5, note="=HYPERLINK(1)")
    line = trends.Line("AMW", (point,))
    panel = trends.Panel("homicides_count", "violence", "people", "admin1", "@place", "COL", "contains", (line,))
    row = next(csv.DictReader(io.StringIO(profile_trends.csv_of([panel]).decode("utf-8-sig"))))
    assert (row["value"], row["note"], row["place"]) == ("-1.5", "'=HYPERLINK(1)", "'@place")


def test_key_figures_are_those_of_the_facts() -> None:
    figures = profile.key_figures("Z-CATATUMBO", "en")
    assert figures[0] == profile.Figure(
        "48\u202f000", "Coca cultivation, Catatumbo, 2024 (hectares)", "+598 % since 2014"
    )
    assert [figure.value for figure in figures[2:]] == ["0", "2", "1", "6"]


def test_sources_of_a_profile_are_those_of_its_rows() -> None:
    for zone_id in IDS:
        cited = profile.cited(zone_id)
        assert cited["zone"]
        assert cited["figures"]
        assert set(cited) <= set(profile.CITED_FOR)
        every = {source for ids in cited.values() for source in ids}
        assert len(sources.sources_of(every)) == len(every)
        for row in store.table("crossings").loc[zones.crossings_in(zone_id).index, "source_ids"]:
            assert set(row.split(";")) <= every


def test_overlaps_are_mutual_and_smaller_than_both_zones() -> None:
    known = zones.zones()["area_km2"]
    for zone_id in IDS:
        for other, shared in zones.overlaps_of(zone_id)["area_km2"].items():
            assert shared == pytest.approx(zones.overlaps_of(str(other)).loc[zone_id, "area_km2"], rel=1e-6)
            assert shared < min(known[zone_id], known[other])
        assert zone_id not in zones.overlaps_of(zone_id).index


def test_a_link_to_a_profile_reopens_it() -> None:
    link = ViewState(page="zones", zone="Z-DARIEN", lang="pt").link()
    assert link == "zones?lang=pt&zone=Z-DARIEN"
    assert "Darién" in words(opened("Z-DARIEN", "pt"))
