"""The trend of a brought layer in a zone: what is drawn, what is left open, and what is said below it."""

from __future__ import annotations

import csv
import io
import json
import re

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from geo import catalogue, zone_tables
from geo.messages import LANGUAGES
from geo.viewer import LOCAL, Viewer
from geo.zone_tables import OUTSIDE, ZoneTable, of_frame
from geo.zones import zones
from layers import own_trends, own_zones
from layers.own_trends import Told, figure, has_trend, remarks
from layers.tokens import DARK, LIGHT
from layers.zone_amounts import FEATURES, HECTARES, KM, KM2, amount, unit_of
from tests.conftest import ROOT
from tests.stored_layers import kept
from tests.test_charts import contrast

TOLD = Told("Strips", "A ministry")
ZONE = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], index=pd.Index(["A"], name="zone_id"), crs="EPSG:4326")


def points(*years: int | None, elsewhere: tuple[int, ...] = ()) -> ZoneTable:
    """Return the table of points of these years in the zone, and of others outside it."""
    column = pd.array([*years, *elsewhere], dtype="Int16")
    shapes = [shapely.Point(0.5, 0.5)] * len(years) + [shapely.Point(9, 9)] * len(elsewhere)
    layer = gpd.GeoDataFrame({"first_year": column, "last_year": column}, geometry=shapes, crs="EPSG:4326")
    return of_frame(layer, ZONE)


def drawn(chart, kind: str = "line") -> list[tuple[int | None, float | None]]:
    return [pair for trace in chart.data if trace.meta["kind"] == kind for pair in zip(trace.x, trace.y, strict=True)]


def words(chart) -> str:
    return " ".join(note.text for note in chart.layout.annotations)


def test_a_year_without_a_feature_is_zero_where_the_layer_has_others_of_that_year():
    chart = figure(points(2020, 2020, 2022, elsewhere=(2021,)), "A", "Darién", TOLD, "en")
    assert drawn(chart) == [(2020, 2), (2021, 0), (2022, 1)]
    assert "Zero: the layer has features of that year, none of them here." in words(chart)


def test_a_year_of_which_the_layer_knows_nothing_is_a_gap():
    chart = figure(points(2019, 2020, 2022, 2024, 2025), "A", "Darién", TOLD, "en")
    assert drawn(chart) == [(2019, 1), (2020, 1), (None, None), (2022, 1), (None, None), (2024, 1), (2025, 1)]
    assert chart.data[0].connectgaps is False
    assert list(chart.data[0].marker.size) == [0, 0, 0, own_trends.ALONE_PX, 0, 0, own_trends.NEWEST_PX]
    assert "A gap: the layer has no feature of that year" in words(chart)
    assert "Zero" not in words(chart)


def test_with_features_of_no_year_no_zero_is_drawn():
    table = points(2020, 2023, None, elsewhere=(2021, 2022))
    chart = figure(table, "A", "Darién", TOLD, "en")
    assert drawn(chart) == [(2020, 1), (None, None), (2023, 1)]
    assert "1 feature names no year and is not shown: a gap is not zero." in words(chart).replace("<br>", " ")


@pytest.mark.parametrize(
    ("as_of", "partial"),
    [
        pytest.param("2022-06-30", [(2022, 1)], id="a day in the last year"),
        pytest.param("2022-06", [(2022, 1)], id="a month of it"),
        pytest.param("2022-12-31", [], id="its last day"),
        pytest.param("2022-12", [], id="its last month"),
        pytest.param("2022", [], id="a year"),
        pytest.param("2023-06-30", [], id="a later year"),
        pytest.param("<b>2022-06</b>", [], id="anything else"),
    ],
)
def test_a_part_of_a_year_is_a_mark_that_no_line_reaches(as_of, partial):
    chart = figure(points(2020, 2021, 2022), "A", "Darién", Told("Strips", "A ministry", as_of), "en")
    assert drawn(chart, "partial") == partial
    assert ((2022, 1) in drawn(chart)) is not bool(partial)
    assert ("2022: only a part of the year" in words(chart)) is bool(partial)


def test_features_of_several_years_are_named():
    layer = gpd.GeoDataFrame(
        {"first_year": [2019], "last_year": [2021]}, geometry=[shapely.Point(0.5, 0.5)], crs="EPSG:4326"
    )
    table = of_frame(layer, ZONE)
    assert table.series("A") == {2019: 1, 2020: 1, 2021: 1}
    assert [each.id for each in remarks(table, "A", TOLD)][1] == "A feature of several years counts in each of them."


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        pytest.param(points(2020, 2021), True, id="two years"),
        pytest.param(points(2020, 2020), False, id="one year"),
        pytest.param(points(None, None), False, id="no year"),
        pytest.param(points(None, elsewhere=(2020, 2021)), False, id="nothing dated here"),
        pytest.param(points(elsewhere=(2020, 2021)), False, id="nothing here"),
    ],
)
def test_one_figure_is_no_trend(table, expected):
    assert has_trend(table, "A") is expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_somebody_wrote_is_shown_and_never_obeyed(lang):
    told = Told('<b>bold</b> & "x" {n} ' + "very " * 60 + "long", "<script>alert(1)</script>", marking="TLP:AMBER")
    chart = figure(points(2020, 2021), "A", "Darién", told, lang)
    assert not re.search(r"<(?!/?b>|br>)", words(chart))  # ours alone: bold and new lines
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; " in words(chart)
    assert "{n}" in words(chart)
    assert "&lt;script&gt;" in words(chart)
    assert "TLP:AMBER" in words(chart)
    assert "…" in words(chart)
    assert "<script>" in chart.layout.meta["summary"]  # plain text, which the page escapes


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("colour", ["#FFFFFF", "#000000", "#56B4E9", "#FEE391", "#0072B2", ""])
def test_any_colour_of_a_layer_can_be_read_on_the_card(theme, colour):
    chart = figure(points(2020, 2021), "A", "Darién", Told("S", "s", colour=colour), "en", dark=theme is DARK)
    assert contrast(chart.data[0].line.color, theme.card) >= 4.5


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        pytest.param(12345, FEATURES, "12\u202f345", id="features are counted exactly"),
        pytest.param(0.479834, HECTARES, "48 ha", id="three digits"),
        pytest.param(0.00012345, HECTARES, "0.0123 ha", id="of little ones too"),
        pytest.param(47983.4, KM2, "48\u202f000 km²", id="and of large ones"),
        pytest.param(0.0, KM, "0 km", id="nothing"),
    ],
)
def test_amounts_have_no_more_digits_than_they_deserve(value, unit, expected):
    assert amount(value, unit, "en") == expected


def test_hectares_give_way_to_square_kilometres():
    assert [unit_of("area_km2", each) for each in (99.9, 100)] == [HECTARES, KM2]


# --- stored layers ----------------------------------------------------------------------------


def spots(*zone_ids: str, **columns: list) -> gpd.GeoDataFrame:
    shapes = [zones().geometry[each].representative_point() for each in zone_ids]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


@pytest.mark.usefixtures("storage")
def test_layers_in_a_zone_are_those_that_reach_into_it_and_may_be_seen():
    kept(spots("Z-VRAEM", "Z-VRAEM"), title="Two here")
    kept(spots("Z-DARIEN"), title="Elsewhere")
    secret = kept(spots("Z-VRAEM"), title="Secret", marking="TLP:RED")
    here = own_zones.layers_in("Z-VRAEM", LOCAL, "en")
    assert [(each.record.layer.title, each.amount) for each in here] == [
        ("Secret", "1 feature · TLP:RED"),
        ("Two here", "2 features"),
    ]
    guest = Viewer("guest", "", frozenset({"viewer"}), "TLP:GREEN")
    assert [each.record.layer.title for each in own_zones.layers_in("Z-VRAEM", guest, "en")] == ["Two here"]
    assert secret.key.startswith("own-")


@pytest.mark.usefixtures("storage")
def test_the_file_holds_the_whole_and_the_years_and_no_formula():
    frame = spots("Z-VRAEM", "Z-VRAEM", "Z-DARIEN", year=[2020, 2021, 2021])
    layer = kept(frame, title="=HYPERLINK(1)", source="@SUM(1)", year="year", as_of="2021")
    record = catalogue.record(layer.key)
    table = zone_tables.of_payload(record.payload)
    rows = list(csv.DictReader(io.StringIO(own_zones.csv_of(record, table, "zones", "es").decode("utf-8-sig"))))
    assert {row["layer"] for row in rows} == {"'=HYPERLINK(1)"}
    assert {row["source"] for row in rows} == {"'@SUM(1)"}
    whole = {row["zone_id"]: int(row["features"]) for row in rows if not row["year"]}
    assert (whole["Z-VRAEM"], whole["Z-DARIEN"], whole.get(OUTSIDE)) == (2, 1, None)
    yearly = {row["year"]: int(row["features"]) for row in rows if row["year"] and row["zone_id"] == "Z-VRAEM"}
    assert yearly == {"2020": 1, "2021": 1}


@pytest.mark.usefixtures("storage")
def test_the_sum_and_the_mean_of_a_value_stand_in_the_table_and_in_the_file():
    frame = spots("Z-VRAEM", "Z-VRAEM", "Z-DARIEN", **{"<b>ha": [10.5, 1200, None]})
    layer = kept(frame, value="<b>ha")
    record = catalogue.record(layer.key)
    table = zone_tables.of_payload(record.payload)
    assert [(row.zone_id, row.total, row.mean) for row in own_zones.touched(table, "zones", "en")] == [
        ("Z-VRAEM", "1\u202f210.5", "605"), ("Z-DARIEN", "–", "–"),
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(own_zones.csv_of(record, table, "zones", "en").decode("utf-8-sig"))))
    written = {row["zone_id"]: [row[each] for each in row if each.startswith("value_")] for row in rows}
    assert written["Z-VRAEM"] == ["<b>ha", "1210.5", "no", "605.25", "2"]
    assert written["Z-DARIEN"] == ["<b>ha", "", "", "", "0"]
    said = html(shown(layer.key))
    assert "Sum of “&lt;b&gt;ha”" in said
    assert "≈" not in said


def test_a_sum_with_a_part_of_a_feature_is_an_estimate():
    halves = gpd.GeoDataFrame({"t": [1000.0]}, geometry=[shapely.box(-0.5, 0, 1, 0.5)], crs="EPSG:4326")
    row = own_zones.touched(of_frame(halves, ZONE, value="t"), "zones", "en")[0]
    assert (row.total, row.mean) == ("≈ 667", "1\u202f000")


@pytest.mark.usefixtures("storage")
def test_border_zones_are_named_by_their_countries():
    layer = kept(spots("Z-CATATUMBO"), title="Near a border")
    table = zone_tables.of_payload(catalogue.record(layer.key).payload, "border_zones")
    assert "Colombia – Venezuela" in [row.name for row in own_zones.touched(table, "border_zones", "es")]


def page(zone_id: str, name: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=60)
    app.query_params["zone"] = zone_id
    if name != "map.py":
        app.switch_page(name)
    return app.run()


def html(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


@pytest.mark.usefixtures("storage")
def test_the_profile_of_a_zone_tells_of_the_layers_there():
    kept(spots("Z-VRAEM", "Z-VRAEM", year=[2020, 2021]), title="Strips <i>seen</i>", year="year")
    kept(spots("Z-VRAEM"), title="Undated <i>strips</i>")
    app = page("Z-VRAEM", "zones.py")
    assert not app.exception
    said = html(app)
    assert '<a href="#own">' in said
    assert "Undated &lt;i&gt;strips&lt;/i&gt;</b><br>1 feature" in said
    assert "<i>s" not in said
    charts = [each.proto.spec for each in app.get("plotly_chart") if "Strips &lt;i&gt;seen" in each.proto.spec]
    assert len(charts) == 1
    empty = html(page("Z-DARIEN", "zones.py"))
    assert '<a href="#own">' not in empty


@pytest.mark.usefixtures("storage")
def test_the_panel_of_a_zone_names_its_layers_and_shows_one_on_the_map():
    layer = kept(spots("Z-VRAEM", "Z-VRAEM"), title="Strips [here](x)")
    app = page("Z-VRAEM", "map.py")
    assert not app.exception
    button = app.button(key=f"own-{layer.key}")
    assert button.label == r"Strips \[here\]\(x\) :gray[2 features]"
    button.click().run()
    assert layer.key in app.session_state["view"].layers
    app.button(key=f"own-{layer.key}").click().run()
    assert layer.key not in (app.session_state["view"].layers or ())


ALONE = """
import streamlit as st
from layers.view import ViewState
from pages import layer_zones
from pages.errors import shown_errors
st.session_state["view"] = ViewState(page="layers", lang=st.query_params.get("lang", "en"))
with shown_errors("en"):
    layer_zones.show(st.query_params["key"], st.session_state["view"])
"""


def shown(key: str, lang: str = "en") -> AppTest:
    """Run the part of a page that tells of the zones of a layer."""
    app = AppTest.from_string(ALONE, default_timeout=60)
    app.query_params["key"], app.query_params["lang"] = key, lang
    app = app.run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("storage")
def test_a_layer_names_its_zones_most_first_and_draws_the_first():
    squares = spots("Z-VRAEM", "Z-DARIEN", "Z-DARIEN", "Z-DARIEN", year=[2019, 2019, 2020, 2020])
    apart = gpd.GeoDataFrame({"year": [2019]}, geometry=[shapely.Point(-40, -10)], crs="EPSG:4326")
    layer = kept(pd.concat([squares, apart], ignore_index=True), year="year")
    app = shown(layer.key)
    said = html(app)
    names = re.findall(r'href="zones\?zone=(Z-[A-Z]+)"', said)
    assert names == ["Z-DARIEN", "Z-VRAEM"]
    assert re.findall(r"<td>(\d+)</td>", said) == ["3", "1", "1"]
    assert said.index("Outside every zone") > said.index("VRAEM")
    assert app.selectbox(key=f"trend-of-{layer.key}-zones").value == "Z-DARIEN"
    assert "Darién" in json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]["meta"]["summary"]
    app.selectbox(key=f"trend-of-{layer.key}-zones").set_value("Z-VRAEM").run()
    assert "VRAEM" in app.get("plotly_chart")[0].proto.spec
    assert "lang=pt" in html(shown(layer.key, "pt"))  # a link keeps the reader's language


@pytest.mark.usefixtures("storage")
def test_without_years_there_is_a_table_and_no_chart():
    layer = kept(spots("Z-VRAEM"))
    app = shown(layer.key)
    assert "VRAEM" in html(app)
    assert not app.get("plotly_chart")
    assert "says which year" in app.caption[0].value
    one = shown(kept(spots("Z-VRAEM", year=[2020]), year="year").key)
    assert not one.get("plotly_chart")
    assert "are of 2020: one year is no trend" in one.caption[0].value


@pytest.mark.usefixtures("storage")
def test_a_layer_far_from_every_zone_says_so_and_leads_to_the_map(monkeypatch):
    links = []
    monkeypatch.setattr("streamlit.page_link", lambda page, **said: links.append((page, said["query_params"])))
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(-40, -10)], crs="EPSG:4326")
    layer = kept(frame)
    app = shown(layer.key)
    assert "touches none of the named zones" in app.info[0].value
    assert links[0][0] == "map.py"
    assert layer.key in links[0][1]["layers"]


@pytest.mark.usefixtures("storage")
def test_a_layer_that_is_gone_is_a_sentence():
    assert "There is no layer" in shown("own-00000000").error[0].value
