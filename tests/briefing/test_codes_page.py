"""A short code in the address opens its view, in whatever way it is typed, and says where the data have changed."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from geo import store
from geo.messages import LANGUAGES, Language
from layers.briefing import history
from layers.briefing.told import code_of
from layers.view import ViewState
from tests.conftest import ROOT

VIEW = ViewState(layers=("crossings", "zones"), countries=("COL",))


pytestmark = pytest.mark.usefixtures("storage")


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert not app.error
    return app


def kept() -> str:
    code = code_of(VIEW)
    history.remember("snapshot", {"query": VIEW.to_query()}, code, "Title", "TLP:CLEAR")
    return code


def test_a_code_opens_its_view_and_the_address_becomes_its_link():
    code = kept()
    app = opened(v=code.lower().replace("-", " "))
    assert app.session_state["view"] == VIEW
    assert not app.warning
    assert {name: app.query_params[name] for name in app.query_params} == VIEW.to_query()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_code_opens_in_the_language_that_stands_beside_it(lang: Language):
    app = opened(v=kept(), lang=lang)
    assert app.session_state["view"] == VIEW.but(lang=lang)
    assert not app.warning


def test_a_code_of_other_data_opens_with_a_note(monkeypatch):
    code = kept()
    with monkeypatch.context() as changed:
        changed.setattr(store, "data_version", lambda: "00000000")
        app = opened(v=code)
    assert app.session_state["view"] == VIEW
    (note,) = app.warning
    assert code in note.value


@pytest.mark.parametrize("typed", ["AAAA-AAAA", "<b>x</b>", ""])
def test_a_code_that_nobody_made_opens_the_map_with_a_sentence(typed: str):
    app = opened(v=typed, zone="Z-VRAEM")
    assert app.session_state["view"] == ViewState(zone="Z-VRAEM")
    assert len(app.warning) == 1


def test_a_catalogue_that_is_away_is_said(monkeypatch):
    kept()
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    app = opened(v=code_of(VIEW))
    assert app.session_state["view"] == ViewState()
    assert app.warning
