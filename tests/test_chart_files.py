"""What a page offers of a chart: three files under a marking that can be raised, in the reader's language."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from geo.messages import LANGUAGES, Message, say
from geo.viewer import MARKINGS


def offered(lang: str, zone: str, least: str) -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs the text of this function by itself

    from geo.headlines import headlines  # noqa: PLC0415
    from geo.seeds import RECORDS  # noqa: PLC0415
    from layers.view import ViewState  # noqa: PLC0415
    from pages import chart_files  # noqa: PLC0415

    st.session_state["view"] = ViewState(lang=lang, zone=zone)
    if least == "TLP:RED":
        from dataclasses import replace  # noqa: PLC0415

        chart_files.of_layer(replace(RECORDS["mining"], marking="TLP:RED"), zone, "zones", "test")
    elif least == "TLP:CLEAR":
        chart_files.of_panel(headlines(zone)[0], zone, "test")
    else:
        chart_files.rows(lambda marking: {"marking": marking}, "A chart", least, zone, "test")


def run(lang: str, zone: str = "Z-MDD", least: str = "TLP:CLEAR") -> AppTest:
    app = AppTest.from_function(offered, args=(lang, zone, least), default_timeout=60).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_chart_is_offered_as_three_files(lang):
    app = run(lang)
    buttons = app.get("download_button")
    assert [button.proto.label for button in buttons] == ["PNG", "SVG", "CSV"]
    assert len({button.proto.id for button in buttons}) == 3
    assert app.selectbox[0].label == say(Message("Marking"), lang)
    assert app.selectbox[0].options == [each for each in MARKINGS if each != "TLP:RED"]


def test_a_marking_is_never_lowered():
    app = run("en", least="TLP:AMBER")
    assert app.selectbox[0].options == ["TLP:AMBER", "TLP:AMBER+STRICT"]
    assert app.selectbox[0].value == "TLP:AMBER"


def test_buttons_keep_their_place_when_the_marking_changes():
    app = run("en")
    before = [button.proto.id for button in app.get("download_button")]
    app.selectbox[0].select("TLP:GREEN").run()
    assert not app.exception
    assert [button.proto.id for button in app.get("download_button")] == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_offered_of_what_is_for_those_present_alone(lang):
    app = run(lang, least="TLP:RED")
    assert not app.get("download_button")
    assert "TLP:RED" in app.caption[0].value
