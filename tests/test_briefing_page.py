"""The briefing page: what is asked for, what is left out, what is made and what was made, without a browser."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from geo.library.shelf import Layer
from geo.messages import LANGUAGES, Language, say
from geo.viewer import LOCAL
from layers.briefing import history, making
from layers.briefing.orders import ENDINGS
from layers.briefing.snapshot import Snapshot
from layers.printed.templates import TEMPLATES
from layers.view import ViewState
from tests.conftest import ROOT
from tests.made_layers import points
from tests.stored_layers import kept

SECONDS = 120


pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def amber() -> Layer:
    return kept(points(12), title="Balsas", marking="TLP:AMBER")


@pytest.fixture
def red() -> Layer:
    return kept(points(9), title="Fuentes <b>vivas</b>", marking="TLP:RED")


def opened(lang: Language = "en", **query: str) -> AppTest:
    """Open the page through the shell, as a reader does."""
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=SECONDS)
    for name, value in {**query, **({"lang": lang} if lang != "en" else {})}.items():
        app.query_params[name] = value
    app.switch_page("briefing.py")
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def choice(app: AppTest, key: str) -> Any:
    """Return a row of buttons of which one is chosen."""
    return next(each for each in app.get("button_group") if each.key == key)


def chosen(app: AppTest, key: str, value: str) -> AppTest:
    choice(app, key).set_value(value).run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def take(app: AppTest) -> Any:
    """Return the one primary action where it is a download."""
    (found,) = [each.proto for each in app.get("download_button") if each.proto.type == "primary"]
    return found


def ended() -> making.Job:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        (job,) = making.jobs(LOCAL)
        if job.state not in making.RUNNING:
            return job
        time.sleep(0.1)
    raise TimeoutError


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_shows_the_sheet_and_one_way_to_take_it(lang: Language) -> None:
    app = opened(lang, zone="Z-DARIEN")
    assert not app.error
    assert "Dari" in app.text_input[0].placeholder
    assert take(app).label.endswith("PNG")
    assert "fronteras-darien" in html(app)
    assert len(app.get("image")) == 1
    assert choice(app, "briefing-lang").value == lang
    assert 'class="empty"' in html(app)  # nothing was taken away yet


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_opens(lang: Language) -> None:
    app = opened(lang, zone="Z-DARIEN")
    for kind in ("pack", "html", "data", "changes"):
        chosen(app, "briefing-kind", kind)
        assert not app.error
        assert app.button(key="make").proto.type == "primary"


def test_a_title_belongs_to_its_view_and_is_kept_over_a_change_of_page() -> None:
    app = opened(zone="Z-DARIEN")
    app.text_input[0].set_value("A title of our own").run()
    assert "fronteras-a-title-of-our-own" in html(app)
    app.switch_page("methods.py").run()
    app.switch_page("briefing.py").run()
    assert app.text_input[0].value == "A title of our own"
    app.query_params["zone"] = "Z-VRAEM"
    app.run()
    assert app.text_input[0].value == ""


def test_the_language_of_the_sheet_is_chosen_apart_from_that_of_the_page() -> None:
    app = chosen(opened(zone="Z-DARIEN"), "briefing-lang", "pt")
    assert app.text_input[0].placeholder == "Darién e Urabá"
    assert app.text_input[0].label == "Title"


def test_the_marking_is_raised_and_never_lowered(amber: Layer, red: Layer) -> None:
    app = opened(layers=f"{amber.key},{red.key},zones")
    marking = app.selectbox(key="briefing-marking")
    assert [each.partition(" ")[0] for each in marking.options] == ["TLP:AMBER", "TLP:AMBER+STRICT"]
    assert marking.value == "TLP:AMBER"
    assert "At least TLP:AMBER, because of “Balsas”." in html(app)
    marking.set_value("TLP:AMBER+STRICT").run()
    assert 'data-tlp="TLP:AMBER+STRICT"' in html(app)
    app.query_params["layers"] = "zones"
    app.run()
    assert app.selectbox(key="briefing-marking").value == "TLP:AMBER+STRICT"  # raised once, it stays until lowered


@pytest.mark.parametrize("kind", [kind for kind in ENDINGS if kind not in {"chart", "changes"}])
def test_a_layer_that_may_not_leave_is_named(kind: str, red: Layer) -> None:
    app = chosen(opened(layers=f"{red.key},zones"), "briefing-kind", kind)
    (told,) = [text for text in html(app).split("\n") if 'class="left-out"' in text]
    assert "Left out: “Fuentes &lt;b&gt;vivas&lt;/b&gt;”. It is TLP:RED" in told


def test_sizes_of_ones_own_are_taken_or_told_why_not() -> None:
    app = opened(layers="none")
    assert app.selectbox(key="briefing-sheet").options[:-1] == [say(each.title, "en") for each in TEMPLATES.values()]
    app.selectbox(key="briefing-sheet").set_value("own").run()
    app.number_input(key="briefing-width").set_value(800).run()
    app.number_input(key="briefing-height").set_value(600).run()
    assert "800 × 600 pixels" in html(app)
    app.number_input(key="briefing-height").set_value(12).run()
    assert "A picture of 800 × 12 pixels" in html(app)


def test_slides_are_made_of_chosen_zones_and_called_off() -> None:
    app = chosen(opened(zone="Z-DARIEN"), "briefing-kind", "pack")
    assert app.multiselect(key="briefing-zones").value == ["Z-DARIEN"]
    app.multiselect(key="briefing-zones").set_value([]).run()
    assert app.button(key="make").disabled
    chosen(app, "briefing-which", "all")
    assert "30 zones · PPTX" in html(app)
    press(app, "make")
    (job,) = making.jobs(LOCAL)
    assert len(job.order.zones) == 30
    assert 'class="making"' in html(app)
    press(app, f"cancel-{job.id}")
    assert ended().state == "cancelled"
    app.run()
    assert "Called off" in app.info[0].value
    assert not app.button(key="make").disabled


def test_data_are_made_and_kept_until_they_are_put_away() -> None:
    app = chosen(opened(layers="zones"), "briefing-kind", "data")
    app.radio(key="briefing-format-data").set_value("geojson").run()
    press(app, "make")
    job = ended()
    assert (job.state, job.problem) == ("done", None)
    app.run()
    assert take(app).label == "Download"
    assert job.name in html(app)
    app.radio(key="briefing-format-data").set_value("kml").run()  # another order: what was made waits below
    assert app.button(key="make")
    press(app, f"away-{job.id}")
    assert making.jobs(LOCAL) == []


def remembered() -> history.Export:
    snapshot = Snapshot(view=ViewState(zone="Z-DARIEN", layers=("zones",)), title="Río <i>Atrato</i>")
    number = history.remember(
        "snapshot", {**snapshot.to_dict(), "format": "png"}, "ABCD-EFGH", snapshot.title, "TLP:GREEN"
    )
    return history.export(number)


def test_what_left_is_listed_with_the_way_to_its_view() -> None:
    one = remembered()
    app = opened()
    assert "Río &lt;i&gt;Atrato&lt;/i&gt;" in html(app)
    assert "ABCD-EFGH" in html(app)
    link = next(each.proto for each in app.get("page_link") if each.proto.label == "Open the view")
    assert parse_qs(link.query_string) == {"zone": ["Z-DARIEN"], "layers": ["zones"]}
    press(app, f"forget-{one.id}")
    assert history.remembered() == []
    assert "is off the list" in html(app)
    press(app, "undo")
    assert [each.id for each in history.remembered()] == [one.id]


def test_what_left_is_made_again() -> None:
    one = remembered()
    press(opened(), f"again-{one.id}")
    job = ended()
    assert (job.state, job.title) == ("done", one.title)
    assert making.content(job.id, LOCAL).startswith(b"\x89PNG")
