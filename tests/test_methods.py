"""The methods page says of every layer what it shows, how sure it is, under which terms, and hands it out."""

from __future__ import annotations

import io
import json

import geopandas as gpd
import pytest
from streamlit.testing.v1 import AppTest

from geo import downloads, store
from geo.catalogue import features
from geo.errors import UnknownError
from geo.messages import LANGUAGES, Language, say
from layers.looks import specs
from layers.methods import indicator_notes, marks, method, preferences
from layers.version import APP_VERSION
from tests.conftest import ROOT

LAYERS = list(specs())


def opened(lang: Language = "en") -> AppTest:
    app = AppTest.from_file(ROOT / "pages/shell.py", default_timeout=60)
    app.query_params["lang"] = lang
    return app.switch_page("methods.py").run()


def words_of(app: AppTest) -> str:
    html = " ".join(str(element.proto.body) for element in app.get("html"))
    return html + " ".join(each.value for each in app.markdown)


@pytest.mark.parametrize("key", LAYERS)
def test_every_layer_has_sources_terms_and_an_age(key: str) -> None:
    found = method(specs()[key])
    known = set(store.table("sources")["source_id"])
    assert found.sources
    assert {source.source_id for source in found.sources} <= known
    assert sum(count for _, count in found.licences) == len(found.sources)
    assert all(licence for licence, _ in found.licences)
    dated = [source for source in found.sources if source.year]
    assert found.as_of[:2] in ({"19", "20"} if dated else {""})


@pytest.mark.parametrize("key", LAYERS)
def test_every_layer_is_handed_out_as_geojson_and_geoparquet(key: str) -> None:
    whole = json.loads(downloads.layer_geojson(key), parse_constant=pytest.fail)
    assert [feature["id"] for feature in whole["features"]] == list(features(key).index)
    assert "crs" not in whole
    taken = gpd.read_parquet(io.BytesIO(downloads.layer_geoparquet(key)))
    assert taken.crs is not None
    assert taken.crs.to_epsg() == 4326
    assert len(taken) >= len(features(key))


def test_figures_are_handed_out_to_the_digit() -> None:
    whole = json.loads(downloads.layer_geojson("coca"))
    narino = next(feature for feature in whole["features"] if feature["id"] == "CO-NAR")
    assert narino["properties"]["coca_cultivation_ha_2012"] == 10733
    beni = next(feature for feature in whole["features"] if feature["id"] == "BO-B")
    assert beni["properties"]["coca_cultivation_ha_2012"] is None  # Bolivia has one figure for all of it


def test_an_unknown_layer_says_what_to_do() -> None:
    with pytest.raises(UnknownError, match="layer panel"):
        downloads.layer_geojson("no-such")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_describes_every_layer(lang: Language) -> None:
    app = opened(lang)
    assert not app.exception
    assert not app.warning
    said = words_of(app)
    for key, spec in specs().items():
        assert f'id="layer-{key}"' in said
        assert f'href="#layer-{key}"' in said
        assert say(spec.record.method, lang) in said
        assert app.get("download_button")
    assert len(app.get("download_button")) == 2 * len(specs())


def test_the_index_leads_only_to_what_is_there() -> None:
    said = words_of(opened())
    anchors = {part.split('"')[0] for part in said.split('href="#')[1:]}
    assert anchors
    assert all(f'id="{anchor}"' in said for anchor in anchors)


def test_the_page_states_grades_breaks_boundaries_and_versions() -> None:
    said = words_of(opened())
    for must in ("Admiralty", "no endorsement", "never joined", "no growth", "not a zero"):
        assert must in said
    assert APP_VERSION in said
    assert store.data_version() in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_indicators_preferences_and_marks_are_said_in_words(lang: Language) -> None:
    rows = [*indicator_notes(lang), *preferences(lang), *marks(lang)]
    assert len(indicator_notes(lang)) == len(store.table("indicator_terms"))
    assert len(preferences(lang)) == len(store.table("preferred_sources"))
    assert all(subject and reason and "_" not in subject for subject, reason in rows)
