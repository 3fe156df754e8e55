"""What the browser is told: addresses that change with content, escaped payloads, one style for map and legend."""

import gzip
import json
import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo import store
from geo.errors import DataError
from layers import features, legend, shading, web, years
from layers.known import known
from layers.looks import specs
from layers.routes import routes
from layers.version import content_version
from layers.view import ViewState

HOME = {"lat": -14.5, "lon": -61.0, "zoom": 4.0}


def told(view, **options):
    group = web.layer_list(view, serial=1, sight=HOME, **options)
    (apply,) = group._children.values()
    return json.loads(apply.payload)


@pytest.fixture(scope="module")
def client():
    return TestClient(Starlette(routes=routes(known())))


def collection(client, view, key):
    spec = specs()[key]
    answer = client.get(
        "/fronteras/layer/" + features.address(key, view.lang, features.filter_query(spec, view)).partition("layer/")[2]
    )
    assert answer.status_code == 200
    return answer.json()["features"]


def test_default_layers_are_those_of_the_issue():
    keys = [each["key"] for each in told(ViewState())["layers"] if not each["key"].startswith("base-")]
    assert set(keys) == {"boundaries", "disputed", "zones", "crossings", "mining", "corridors"}


def test_the_map_script_does_not_change_with_data_or_language():
    def script(view):
        made = web.AtlasMap()
        web.layer_list(view, serial=1, sight=HOME)
        return re.sub("[0-9a-f]{32}", "id", made.get_root().render())

    assert script(ViewState()) == script(ViewState(lang="es", countries=("COL",)))


def test_no_script_of_the_map_comes_from_outside():
    made = web.AtlasMap()
    addresses = [address for _, address in (*made.default_js, *made.default_css)]
    assert addresses
    assert [address for address in addresses if not address.startswith("../../fronteras/assets/")] == []


def test_only_the_layers_that_obey_a_filter_get_another_address():
    before = {each["key"]: each.get("url") for each in told(ViewState())["layers"]}
    after = {each["key"]: each.get("url") for each in told(ViewState(minerals=("gold",)))["layers"]}
    assert {key for key in before if before[key] != after[key]} == {"mining"}


@pytest.mark.parametrize("text", ["</script><b>", "a\u2028b", "`${x}`", "'\"\\"])
def test_a_payload_survives_a_script(text):
    said = web.script_json({"text": text})
    assert "<" not in said
    assert "\u2028" not in said
    assert json.loads(said) == {"text": text}


def test_filtered_features_are_those_the_legend_counts(client):
    view = ViewState(countries=("PER",), confidence=("high",))
    sites = collection(client, view, "mining")
    assert 0 < len(sites) < len(store.table("mining_sites"))
    assert len(sites) == legend.count(specs()["mining"], view)
    assert {site["properties"]["confidence"] for site in sites} <= {"high", ""}


def test_a_filter_that_nothing_meets_answers_with_no_features(client):
    assert collection(client, ViewState(minerals=("tin",), countries=("CHL",)), "mining") == []


def test_an_address_with_the_data_version_is_kept_for_ever_and_others_are_not(client):
    kept = client.get(f"/fronteras/layer/zones.geojson?v={content_version()}&lang=en")
    assert "immutable" in kept.headers["cache-control"]
    assert client.get("/fronteras/layer/zones.geojson?v=old&lang=en").headers["cache-control"] == "no-cache"


def test_features_travel_compressed(client):
    answer = client.get("/fronteras/layer/boundaries.geojson", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    plain = client.get("/fronteras/layer/boundaries.geojson", headers={"accept-encoding": "identity"})
    assert plain.json() == answer.json()
    assert len(gzip.compress(plain.content)) < len(plain.content) / 2


@pytest.mark.parametrize(
    "path", ["layer/nothing.geojson", "layer/base-nothing.geojson", "assets/x/..%2F..%2Fapp.py", "assets/x/app.py"]
)
def test_what_is_not_served_is_not_found(client, path):
    assert client.get(f"/fronteras/{path}").status_code == 404


def test_scripts_go_out_as_scripts(client):
    answer = client.get("/fronteras/assets/any/map.js")
    assert answer.headers["content-type"].startswith("text/javascript")


def test_health_names_both_versions(client):
    said = client.get("/fronteras/health").json()
    assert said["status"] == "ok"
    assert said["data"] == store.data_version()
    assert said["app"]


def test_health_says_what_is_wrong(client, monkeypatch, tmp_path):
    monkeypatch.setattr(store, "DATA", tmp_path)
    answer = client.get("/fronteras/health")
    assert answer.status_code == 503
    assert "make data" in answer.json()["problem"]


def test_a_figure_layer_never_shows_absence_as_zero():
    spec = specs()["coca"]
    shown = shading.shade(spec, ViewState(year=2020))
    brazil = [unit for unit in shown.values.index if unit.startswith("BR-")]
    assert (shown.values.loc[brazil, "shade"] == -1).all()
    assert shown.values.loc["CO-NAR", "value"] > 20_000
    assert not set(brazil) & set(shading.tooltip_values(spec, shown, "en"))


def test_a_country_figure_shades_only_countries_without_unit_figures():
    shown = shading.shade(specs()["coca"], ViewState(year=2020)).values
    assert set(shown.loc[[u for u in shown.index if u.startswith("BO-")], "level"]) == {"country"}
    assert "country" not in set(shown.loc[[u for u in shown.index if u.startswith("CO-")], "level"])


def test_the_year_of_a_figure_layer_is_the_asked_one_or_the_last_before_it():
    spec = specs()["coca"]
    assert shading.shown_year(spec, 2012) == 2012
    assert shading.shown_year(spec, None) == shading.shown_year(spec, 2029)
    assert shading.shown_year(spec, 1990) is None


@pytest.mark.parametrize("key", [key for key in specs() if specs()[key].shades is None])
def test_map_and_legend_style_a_feature_alike(key):
    spec = specs()[key]
    entry = web.entry(spec, ViewState())
    for _, row in features.selected(spec, ViewState()).iterrows():
        browser = dict(entry["style"])
        for column, classes in entry["by"].items():
            browser |= classes.get(row[column], {})
        assert browser == spec.style_for(row.to_dict())


@pytest.mark.parametrize("key", [key for key in specs() if specs()[key].shades is None])
def test_every_value_of_a_channel_has_a_look(key):
    spec = specs()[key]
    frame = features.selected(spec, ViewState())
    for channel in spec.channels:
        assert set(frame[channel.column]) <= set(channel.styles)


def test_without_a_year_a_layer_opens_on_one_that_is_well_covered():
    """Homicide rates of the newest year are those of three Chilean regions only."""
    spec = specs()["homicide"]
    shown = shading.shade(spec, ViewState())
    assert shown.year < max(years.years_of(spec))
    assert (shown.values["shade"] >= 0).sum() > 100


def test_a_survey_speaks_until_the_next_one_and_says_its_year():
    spec = specs()["electricity"]
    shown = shading.shade(spec, ViewState(year=2017))
    figures = shown.values[shown.values["shade"] >= 0]
    assert len(set(figures["year"])) > 1
    assert figures["year"].between(2007, 2017).all()
    for unit_id, (_, words) in shading.tooltip_values(spec, shown, "en").items():
        assert words.endswith((f"({int(figures.loc[unit_id, 'year'])})", "country", "doubtful"))


def test_a_yearly_figure_is_never_carried_into_another_year():
    shown = shading.shade(specs()["coca"], ViewState(year=2022)).values  # Bolivia has no figure for 2022
    assert (shown.loc[[unit for unit in shown.index if unit.startswith("BO-")], "shade"] == -1).all()


@pytest.mark.parametrize(
    ("path", "lang"), [("/", "en"), ("/?lang=es", "es"), ("/records?lang=pt", "pt"), ("/?lang=xx", "en")]
)
def test_the_start_page_speaks_the_language_and_hints_only_at_what_is_there(client, path, lang):
    page = client.get(path).text
    assert f'<html lang="{lang}">' in page
    assert "<title>Fronteras</title>" in page
    hints = re.findall(r'rel="(?:prefetch|stylesheet)" href="(fronteras/[^"]+)"', page.replace("&amp;", "&"))
    assert any(hint.endswith("page.css") for hint in hints)
    assert any("base-land" in hint for hint in hints) == path.startswith("/?") or path == "/"
    for hint in hints:
        assert client.get(f"/{hint}").status_code == 200, hint


def test_without_front_end_files_the_map_says_which_command_fetches_them(client, monkeypatch, tmp_path):
    monkeypatch.setattr(web, "BUNDLES", {"map.js": (tmp_path / "leaflet.js",)})
    assert web.missing_assets() == ["leaflet.js"]
    with pytest.raises(DataError, match="make assets"):
        web.AtlasMap()
    assert client.get("/fronteras/health").json()["missing_assets"] == ["leaflet.js"]
