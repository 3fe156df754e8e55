"""The upload page: from a file to a layer by its steps, as a person goes, without a browser."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from geo.library import depot, shelf
from geo.messages import LANGUAGES, Language
from geo.upload import draft_jobs, drafts
from geo.upload.draft_answers import Filled
from geo.upload.drafts import Draft
from geo.viewer import LOCAL
from tests.conftest import ROOT
from tests.ingest.verdicts import REAL, REJECT, Real
from tests.test_drafts import checked, described, ended, places, received

SECONDS = 60


pytestmark = pytest.mark.usefixtures("storage")


def opened(lang: Language = "en") -> AppTest:
    """Open the page through the shell, as a reader does."""
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=SECONDS)
    if lang != "en":
        app.query_params["lang"] = lang
    app.switch_page("upload.py")
    return app.run()


def dropped(content: bytes, name: str, lang: Language = "en") -> AppTest:
    """Drop a file and wait until its check has ended."""
    app = opened(lang)
    app.file_uploader[0].set_value((name, content, "application/octet-stream")).run()
    return settled(app)


def settled(app: AppTest) -> AppTest:
    """Wait until no job runs for the draft that is open, and run the page as its fragment would."""
    ended(str(app.session_state["upload"]))
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def draft_of(app: AppTest) -> Draft:
    return drafts.draft(str(app.session_state["upload"]), LOCAL)


def field(app: AppTest, name: str) -> str:
    """Return the widget key of a field of the open draft."""
    return f"d-{name}-{app.session_state['upload']}"


def control(app: AppTest, name: str) -> Any:
    """Return a row of buttons of which one is chosen."""
    return next(each for each in app.get("button_group") if each.key == field(app, name))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_desk_takes_a_file_and_says_its_bounds(lang: Language) -> None:
    app = opened(lang)
    assert not app.exception
    assert len(app.file_uploader) == 1
    said = html(app)
    assert "GeoPackage" in said
    assert "100 MB" in said
    assert 'class="here" aria-current="step"' in said


def test_a_journey_from_file_to_zones_and_back() -> None:
    app = dropped(places(), "sitios_2024.geojson")
    assert 'aria-current="step"><b>2</b>' in html(app)
    press(app, "describe")
    assert 'aria-current="step"><b>3</b>' in html(app)
    assert app.text_input(key=field(app, "title")).value == "Sitios 2024"
    assert app.selectbox(key=field(app, "name")).value == "nombre"
    assert app.selectbox(key=field(app, "year")).value == "fecha"
    assert app.selectbox(key=field(app, "category")).value == "tipo"
    assert app.selectbox(key=field(app, "value")).value == "ha"
    for kind in ("draga", "pista", "cruce"):
        assert f"<span>{kind}</span><b>4</b>" in html(app)  # the legend, live

    press(app, "save")  # no source yet: a sentence beside the field, and nothing stored
    assert "Name the source" in html(app)
    assert shelf.layers(LOCAL) == []
    app.text_input(key=field(app, "source")).set_value("Field notes").run()
    assert "Name the source" not in html(app)
    app.selectbox(key=field(app, "marking")).set_value("TLP:GREEN").run()
    press(app, "save")
    settled(app)
    (layer,) = shelf.layers(LOCAL)
    assert (layer.title, layer.about.source, layer.about.marking) == ("Sitios 2024", "Field notes", "TLP:GREEN")
    assert (layer.visibility, layer.current.features) == ("private", 12)
    assert "is stored as version 1" in html(app)
    on_map = next(link.proto for link in app.get("page_link") if link.proto.label == "Open on the map")
    assert layer.key in on_map.query_string

    press(app, "undo")
    assert shelf.layers(LOCAL) == []
    assert depot.contents() == []
    assert app.text_input(key=field(app, "source")).value == "Field notes"
    press(app, "save")
    settled(app)
    assert len(shelf.layers(LOCAL)) == 1


def test_saving_is_undone_by_a_later_session_and_a_deleted_layer_is_off_the_list() -> None:
    first, second = (described(checked(places(n)), title=f"Sitios {n}") for n in (12, 13))
    for each in (first, second):
        draft_jobs.store(each.id, LOCAL)
    ended(second.id)
    key = ended(first.id).key
    app = opened()
    shelf.delete(key, viewer=LOCAL)  # the file it came from goes with it
    press(app, f"look-{first.id}")
    assert [each.key for each in app.button if str(each.key).startswith("look-")] == [f"look-{second.id}"]
    press(app, f"look-{second.id}")
    press(app, "undo")
    assert shelf.layers(LOCAL) == []
    assert app.text_input(key=field(app, "title")).value == "Sitios 13"


def test_the_legend_follows_what_is_chosen() -> None:
    app = dropped(places(), "sitios.geojson")
    press(app, "describe")
    control(app, "by").set_value("value").run()
    assert not app.exception
    assert "<span>up to 3.3</span><b>3</b>" in html(app)
    press(app, "pick-palette-blues")
    assert "%2308519C" in html(app) or "#08519C" in html(app)
    app.selectbox(key=field(app, "value")).set_value("").run()
    assert "<span>up to 3.3</span>" not in html(app)
    control(app, "by").set_value("").run()
    press(app, "pick-colour-2")
    assert draft_of(app).answers["colour"] == "#009E73"
    assert "<b>12</b>" in html(app)


def test_streamlit_forgets_the_bytes_of_a_file() -> None:
    app = opened()
    app.file_uploader[0].set_value(("sitios.geojson", places(), "")).run()
    assert app.session_state["upload-drop"] == 1
    assert draft_of(app).original.read_bytes() == places()
    settled(app)
    press(app, "aside")
    assert app.file_uploader[0].value is None


def test_a_refused_file_says_why_and_stores_nothing() -> None:
    app = dropped(b"%PDF-1.7 nothing to map", "mapa.pdf")
    assert draft_of(app).state == "refused"
    assert "PDF" in html(app)
    assert [button.key for button in app.button if button.key == "describe"] == []
    press(app, "another")
    assert len(app.file_uploader) == 1
    assert "mapa.pdf" in html(app)  # among the unfinished


def test_a_missing_reference_system_is_declared_and_checked_again() -> None:
    metres = json.loads(places(3))
    for number, feature in enumerate(metres["features"]):
        feature["geometry"]["coordinates"] = [1_000_000 + 1000 * number, 1_000_000]
    app = dropped(json.dumps(metres).encode(), "metros.geojson")
    assert draft_of(app).state == "refused"
    choice = app.selectbox(key=f"crs-{app.session_state['upload']}")
    assert any("Bogota" in option for option in choice.options)
    choice.set_value("EPSG:3116").run()
    press(app, "declare")
    settled(app)
    assert (draft_of(app).state, draft_of(app).crs) == ("checked", "EPSG:3116")


def test_several_layers_are_chosen_from(realdata: Path) -> None:
    app = dropped((realdata / "uaca_estrada.GPKG").read_bytes(), "uaca_estrada.GPKG")
    choice = app.radio(key=f"layer-{app.session_state['upload']}")
    assert len(choice.options) == 9
    choice.set_value(6).run()
    press(app, "describe")
    assert app.text_input(key=field(app, "title")).value == "Br156 points"
    press(app, "to-report")
    app.radio(key=f"layer-{app.session_state['upload']}").set_value(1).run()
    press(app, "describe")
    assert app.text_input(key=field(app, "title")).value == "Aldeias"


def test_an_unfinished_upload_is_found_by_a_new_session_and_discarded_with_a_way_back() -> None:
    found = described(checked(), title="Half of it")
    app = opened()
    assert "Half of it" in html(app)
    press(app, f"on-{found.id}")
    assert app.text_input(key=field(app, "title")).value == "Half of it"
    press(app, "aside")
    press(app, f"off-{found.id}")
    assert not drafts.draft(found.id, LOCAL).is_open
    press(app, f"back-{found.id}")
    assert drafts.draft(found.id, LOCAL).answers["title"] == "Half of it"


def test_a_check_whose_server_is_gone_is_offered_again() -> None:
    found = received()
    with drafts.changing(found.id) as change:
        change(lambda each: replace(each, state="checking"))  # and nobody holds its job
    app = opened()
    press(app, f"on-{found.id}")
    assert "stopped in the middle" in app.warning[0].value
    press(app, "again")
    settled(app)
    assert draft_of(app).state == "checked"


def test_progress_is_shown_and_can_be_called_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_jobs, "_check", wait_for_cancel)
    app = opened()
    app.file_uploader[0].set_value(("sitios.geojson", places(), "")).run()
    said = html(app)
    assert 'role="status"' in said
    assert "Waiting for its turn" in said
    press(app, "cancel")
    settled(app)
    assert draft_of(app).state == "cancelled"


def test_the_farthest_stage_is_the_one_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [
        drafts.Progress(stage, "2026-11-22T00:00:00+00:00", share)
        for stage, share in (("opening", None), ("mending", 0.4), ("reading", 1.0), ("done", None))
    ]
    monkeypatch.setattr(draft_jobs, "_check", wait_for_cancel)
    monkeypatch.setattr(drafts, "progress", lambda _found: told)
    app = opened()
    app.file_uploader[0].set_value(("sitios.geojson", places(), "")).run()
    said = html(app)
    assert '<li class="now"><span>Checking and mending shapes</span><div class="bar"><i style="width:40%">' in said
    assert '<li class="done"><span>Reading the features</span>' in said
    press(app, "cancel")
    settled(app)


def wait_for_cancel(draft_id: str) -> None:
    until = time.monotonic() + SECONDS
    while not drafts.is_cancelled(draft_id) and time.monotonic() < until:
        time.sleep(0.02)
    with drafts.changing(draft_id) as change:
        change(lambda each: replace(each, state="cancelled"))


def test_names_of_people_must_be_agreed_to() -> None:
    found = described(checked(), names_found=True)
    app = opened()
    press(app, f"on-{found.id}")
    press(app, "save")
    assert draft_of(app).state == "checked"
    assert "names of people" in html(app)
    app.checkbox(key=field(app, "names_agreed")).check().run()
    press(app, "save")
    settled(app)
    assert draft_of(app).state == "stored"


def test_the_next_version_takes_over_what_was_said_and_a_conflict_says_what_to_do() -> None:
    first = described(checked(), title="Sitios", publisher="Equipo", marking="TLP:GREEN")
    draft_jobs.store(first.id, LOCAL)
    key = ended(first.id).key
    app = dropped(places(13), "otra.geojson")
    press(app, "describe")
    app.selectbox(key=field(app, "target")).set_value(key).run()
    assert app.text_input(key=field(app, "title")).value == "Sitios"
    assert app.selectbox(key=field(app, "marking")).value == "TLP:GREEN"
    assert control(app, "by").value == "category"
    control(app, "by").set_value("").run()
    assert Filled.of(draft_of(app)).look.colour  # one colour is one that is named: left open it would be classes
    other = described(checked(places(14)), title="Sitios", target=key, expected=1)
    draft_jobs.store(other.id, LOCAL)  # somebody else is faster
    assert ended(other.id).version == 2
    app.run()
    assert "is at version 2 now" in app.warning[0].value
    press(app, "after")
    press(app, "save")
    settled(app)
    assert "is stored as version 3" in html(app)
    assert [each.features for each in shelf.layer(key, LOCAL).versions] == [12, 14, 13]


def test_words_of_a_file_are_never_markup() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    told = json.loads(places(6))
    for number, feature in enumerate(told["features"]):
        feature["properties"] = {hostile: f"{hostile}{number % 2}", "nombre": hostile, "**bold**": "](javascript:x)"}
    app = dropped(json.dumps(told).encode(), f"{hostile}.geojson")
    press(app, "describe")
    app.text_input(key=field(app, "title")).set_value(hostile).run()
    app.text_input(key=field(app, "source")).set_value(hostile).run()
    app.selectbox(key=field(app, "category")).set_value(hostile).run()
    assert not app.exception
    press(app, "save")
    settled(app)
    assert "&lt;img" in html(app)
    press(app, "another")
    assert "<img src=x" not in html(app)


@pytest.mark.parametrize("real", REAL, ids=lambda real: real.name)
def test_every_real_file_gets_its_verdict_from_the_page(realdata: Path, real: Real) -> None:
    app = dropped((realdata / real.name).read_bytes(), real.name)
    found = draft_of(app)
    told = drafts.findings(found).report
    assert told.verdict == real.verdict
    assert tuple(layer.features for layer in told.layers) == real.features
    assert (found.state == "refused") == (real.verdict == REJECT)
    assert ("describe" in {button.key for button in app.button}) == (found.state == "checked")
