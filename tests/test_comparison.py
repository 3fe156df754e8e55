"""What the divider is told: two years or two layers, each on its side, and each side a view of its own."""

import pytest

from geo.messages import LANGUAGES
from layers import comparison, shading, web
from layers.looks import specs
from layers.view import ViewState
from tests.test_web import told
from tests.test_years import entries


def test_two_years_draw_each_dated_layer_on_both_sides():
    view = ViewState(layers=("coca", "mining", "zones"), year=2005, compare="2020")
    shown = entries(view)
    assert {key: each.get("side") for key, each in shown.items() if not key.startswith("base-")} == {
        "coca": "left",
        "coca@right": "right",
        "mining": "left",
        "mining@right": "right",
        "zones": None,
    }
    assert shown["mining@right"]["url"] == entries(ViewState(layers=("mining",), year=2020))["mining"]["url"]
    assert "year=2020" in shown["coca@right"]["values_url"]
    assert shown["coca"]["dated"]
    assert "dated" not in shown["coca@right"], "the player would step it"
    assert told(view)["compare"] | {"label": ""} == {"kind": "years", "left": "2005", "right": "2020", "label": ""}


def test_two_layers_lie_on_one_side_each():
    view = ViewState(layers=("coca", "homicide", "zones"), compare="coca:homicide")
    sides = {key: each.get("side") for key, each in entries(view).items() if not key.startswith("base-")}
    assert sides == {"coca": "left", "homicide": "right", "zones": None}
    assert told(view)["compare"]["right"] == "Homicide rate"


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(ViewState(layers=("zones",), compare="2019"), id="nothing that is on has years"),
        pytest.param(ViewState(layers=("zones", "coca"), compare="coca:mining"), id="one of the layers is off"),
        pytest.param(ViewState(layers=("zones", "coca")), id="nothing is compared"),
    ],
)
def test_a_comparison_that_cannot_be_drawn_draws_none(view):
    assert told(view)["compare"] is None
    assert not [each for each in told(view)["layers"] if "side" in each]
    assert comparison.of_side(view, "right", web.shown(view)) == view
    assert comparison.captions(view, web.shown(view)) == {}


def test_each_side_is_a_view_of_its_own():
    view = ViewState(layers=("coca", "mining", "zones"), compare="2020")
    assert comparison.of_side(view, "right", web.shown(view)).year == 2020
    assert comparison.of_side(view, "left", web.shown(view)) == view
    pair = view.but(compare="mining:coca")
    assert comparison.of_side(pair, "left", web.shown(view)).layers == ("mining", "zones")
    assert comparison.of_side(pair, "right", web.shown(view)).layers == ("coca", "zones")
    assert comparison.of_side(pair, "", web.shown(view)) == pair


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_year_the_left_caption_says_what_is_shown(lang):
    figures = ViewState(layers=("homicide",), compare="2015", lang=lang)
    assert comparison.captions(figures, web.shown(figures))["left"] == str(
        shading.shown_year(specs()["homicide"], None)
    )
    sites = ViewState(layers=("mining",), compare="2015", lang=lang)
    assert comparison.captions(sites, web.shown(sites))["left"] == told(sites)["time"]["texts"]["all"]
