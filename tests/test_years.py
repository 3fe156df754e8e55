"""What the time player is told: the years a layer has, and addresses that a run of the page would give too."""

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo import catalogue, indicators, store
from geo.messages import LANGUAGES
from layers import features, shading, years
from layers.known import known
from layers.looks import specs
from layers.routes import routes
from layers.view import YEARS, ViewState
from tests.test_web import told

DATED = [key for key, spec in specs().items() if years.dated(spec)]
FIGURES = [key for key, spec in specs().items() if spec.shades is not None]


def entries(view: ViewState) -> dict[str, dict]:
    return {each["key"]: each for each in told(view)["layers"]}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=routes(known())))


def route(address: str) -> str:
    return address.removeprefix("../..")


def test_dated_layers_are_figures_and_what_says_from_when_to_when():
    assert set(DATED) == {*FIGURES, "mining", "corridors"}


@pytest.mark.parametrize("key", FIGURES)
def test_a_figure_offers_its_years(key):
    assert years.years_of(specs()[key]) == indicators.years(specs()[key].record.indicator)


def test_features_offer_the_years_they_span_within_what_a_view_may_ask_for():
    sites = catalogue.features("mining")
    offered = years.years_of(specs()["mining"])
    assert sites["first_year"].min() < YEARS[0]
    assert offered[0] == YEARS[0]
    assert offered[-1] == min(int(sites["last_year"].max()), YEARS[1], datetime.now(tz=UTC).year)
    assert offered == list(range(offered[0], offered[-1] + 1))


def test_several_layers_offer_every_year_that_one_of_them_has():
    layers = [specs()["mined"], specs()["schooling"]]
    assert years.offered(layers) == [2000, 2005, 2010, 2015, *range(2018, 2025)]
    assert years.offered([specs()["zones"]]) == []


def test_the_player_is_told_years_year_and_what_all_means():
    said = told(ViewState(layers=("coca", "zones")))["time"]
    assert said["years"] == indicators.years("coca_cultivation_ha")
    assert said["year"] is None
    assert said["latest"] == shading.shown_year(specs()["coca"], None)
    assert said["all"] is False
    assert told(ViewState(layers=("coca", "mining"), year=2012))["time"]["all"] is True
    assert told(ViewState(layers=("zones", "crossings")))["time"] is None


def test_a_year_that_no_layer_has_is_shown_as_it_was_asked_for():
    said = told(ViewState(layers=("mined",), year=1999))["time"]
    assert said["year"] == said["years"][0] == 1999


@pytest.mark.parametrize("key", DATED)
@pytest.mark.parametrize("view", [ViewState(lang="es", countries=("COL",), confidence=("high",)), ViewState(year=2012)])
def test_the_browser_writes_the_address_that_a_run_of_the_page_would_give(key, view):
    name = "values_url" if key in FIGURES else "url"
    at = entries(view.but(layers=(key,)))[key][name.replace("url", "at")]
    asked = entries(view.but(layers=(key,), year=2015))[key]
    assert asked["dated"] is True
    assert at.count(years.PLACE) == 1
    assert at.replace(years.PLACE, "2015") == asked[name]
    assert at.replace(f"&year={years.PLACE}", "") == entries(view.but(layers=(key,), year=None))[key][name]


def test_undated_layers_are_not_told_of_years():
    shown = entries(ViewState(layers=("zones", "crossings", "mining"), year=2012))
    for key in ("zones", "crossings"):
        assert not {"dated", "at"} & set(shown[key])
        assert "year" not in shown[key]["url"]


@given(year=st.integers(*YEARS).map(str), query=st.sampled_from(["", "?v=1", "?v=1&year=1999", "?year=1999&v=1"]))
def test_the_year_comes_last_in_an_address_and_once(year, query):
    address = years.with_year(f"../../x/{{z}}.mvt{query}", year)
    assert address.startswith("../../x/{z}.mvt?")
    assert address.endswith(f"year={year}")
    assert address.count("year=") == 1
    assert ("v=1" in address) == ("v=1" in query)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", ["coca", "hdi"])
def test_a_figures_address_answers_with_class_and_words_of_the_year(client, key, lang):
    view = ViewState(lang=lang, year=2012, layers=(key,))
    answer = client.get(route(entries(view)[key]["values_url"]))
    assert answer.json() == json.loads(
        json.dumps(shading.tooltip_values(specs()[key], shading.shade(specs()[key], view), lang))
    )
    assert "immutable" in answer.headers["cache-control"]


def test_a_figures_address_without_year_answers_with_the_year_that_opens_the_layer(client):
    answer = client.get(route(entries(ViewState(layers=("homicide",)))["homicide"]["values_url"]))
    year = shading.shown_year(specs()["homicide"], None)
    assert any(words.find(f"({year})") > 0 for _, words in answer.json().values())


def test_a_figures_address_obeys_the_country_filter(client):
    view = ViewState(layers=("coca",), year=2012, countries=("PER",))
    answer = client.get(route(entries(view)["coca"]["values_url"])).json()
    assert answer
    assert {unit[:3] for unit in answer} == {"PE-"}


def test_figures_travel_compressed_and_old_addresses_are_not_kept(client):
    address = "/fronteras/figures/homicide.json?v=old&lang=en&year=2015"
    answer = client.get(address, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "no-cache"
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert plain.json() == answer.json()
    assert len(gzip.compress(plain.content)) < len(plain.content) / 2


@pytest.mark.parametrize("key", ["zones", "mining", "nothing", "base-units"])
def test_only_figures_have_values(client, key):
    assert client.get(f"/fronteras/figures/{key}.json").status_code == 404


def test_a_figures_address_says_what_is_missing(client, monkeypatch, tmp_path):
    monkeypatch.setattr(store, "DATA", tmp_path)
    answer = client.get("/fronteras/figures/coca.json?lang=en&year=2015")
    assert answer.status_code == 503
    assert "make data" in answer.json()["error"]


def test_the_payload_holds_no_figures():
    """Values travel by address and stay in the browser: a run of the page sends none of them."""
    said = json.dumps(told(ViewState(layers=("homicide",), year=2015)))
    assert "per 100" not in said
    assert len(said) < 20_000


def test_the_features_of_a_year_are_those_of_its_address(client):
    at = entries(ViewState(layers=("mining",)))["mining"]["at"]
    answer = client.get(route(at.replace(years.PLACE, "1995"))).json()
    assert len(answer["features"]) == len(features.selected(specs()["mining"], ViewState(year=1995)))
