"""A view and its link: any view comes back the same, whatever else a link says is named and left out."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.messages import LANGUAGES, say
from layers.view import MAX_ZOOM, MIN_ZOOM, YEARS, Known, ViewState

KNOWN = Known(
    pages=frozenset({"map", "zones"}),
    layers=("zones", "mining", "coca"),
    default_layers=("zones",),
    zones=frozenset({"Z-VRAEM", "Z-DARIEN"}),
    basemaps=("atlas", "osm"),
    filters={
        "country": frozenset({"COL", "PER"}),
        "kind": frozenset({"brown_area"}),
        "commodity": frozenset({"gold", "cocaine"}),
        "mineral": frozenset({"gold"}),
        "confidence": frozenset({"high", "low"}),
    },
    tables=frozenset({"zones"}),
)


def some(values: object) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(values)), unique=True).map(tuple)


POSITION = st.one_of(
    st.just((None, None, None)),
    st.tuples(st.floats(-85, 85), st.floats(-180, 180), st.floats(MIN_ZOOM, MAX_ZOOM)),
)
COMPARE = st.one_of(
    st.just(""),
    st.integers(*YEARS).map(str),
    st.permutations(KNOWN.layers).map(lambda layers: ":".join(layers[:2])),
)


@st.composite
def views(draw: st.DrawFn) -> ViewState:
    lat, lon, zoom = draw(POSITION)
    return ViewState(
        page=draw(st.sampled_from(sorted(KNOWN.pages))),
        lang=draw(st.sampled_from(LANGUAGES)),
        zone=draw(st.sampled_from(["", *sorted(KNOWN.zones)])),
        feature=draw(st.sampled_from(["", "mining/PE-01", "zones/Z-VRAEM"])),
        layers=draw(st.none() | some(KNOWN.layers)),
        opacity=tuple(draw(st.dictionaries(st.sampled_from(KNOWN.layers), st.integers(0, 100))).items()),
        countries=draw(some(KNOWN.filters["country"])),
        zone_kinds=draw(some(KNOWN.filters["kind"])),
        commodities=draw(some(KNOWN.filters["commodity"])),
        minerals=draw(some(KNOWN.filters["mineral"])),
        confidence=draw(some(KNOWN.filters["confidence"])),
        year=draw(st.none() | st.integers(*YEARS)),
        compare=draw(COMPARE),
        lat=lat,
        lon=lon,
        zoom=zoom,
        basemap=draw(st.sampled_from(KNOWN.basemaps)),
        table=draw(st.sampled_from(["", "zones"])),
        record=draw(st.text(max_size=20)),
        text=draw(st.text(max_size=20)),
    )


@given(views())
def test_a_view_comes_back_from_its_link(view):
    found, problems = ViewState.from_query(view.to_query(), KNOWN, page=view.page)
    assert problems == []
    assert found == view


@given(views())
def test_a_link_says_only_what_differs_from_the_default(view):
    default = ViewState()
    differing = [
        each.name
        for each in fields(ViewState)
        if each.name != "page" and getattr(view, each.name) != getattr(default, each.name)
    ]
    assert (view.to_query() == {}) == (differing == [])


@given(
    st.dictionaries(
        st.sampled_from(
            ["zone", "layers", "at", "year", "compare", "opacity", "lang", "country", "basemap", "feature", "zzz"]
        ),
        st.text(max_size=30),
    )
)
def test_no_link_can_break_a_view(query):
    view, problems = ViewState.from_query(query, KNOWN)
    assert ViewState.from_query(view.to_query(), KNOWN)[0] == view
    assert all("{what}" not in say(problem, "es") for problem in problems)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param({"zone": "Z-OLD"}, "Z-OLD", id="a zone of an older release"),
        pytest.param({"layers": "zones,gone"}, "gone", id="one layer of two is gone"),
        pytest.param({"year": "1066"}, "1066", id="a year without figures"),
        pytest.param({"at": "nan,0,4"}, "nan,0,4", id="a position that is no number"),
        pytest.param({"at": "-10,-60"}, "-10,-60", id="a position without zoom"),
        pytest.param({"country": "QQQ"}, "QQQ", id="an unknown country"),
        pytest.param({"compare": "1066"}, "1066", id="a comparison with a year without figures"),
        pytest.param({"compare": "zones:gone"}, "zones:gone", id="a comparison with a layer that is gone"),
        pytest.param({"compare": "zones:zones"}, "zones:zones", id="a comparison of a layer with itself"),
        pytest.param({"compare": "zones"}, "zones", id="a comparison of one layer"),
        pytest.param({"lang": "de"}, "de", id="a language we do not speak"),
        pytest.param({"feature": "mining"}, "mining", id="a feature without id"),
    ],
)
def test_what_a_link_asks_in_vain_is_named(query, said):
    view, problems = ViewState.from_query(query, KNOWN)
    assert len(problems) == 1
    assert said in say(problems[0], "en")
    assert view.zone == ""


def test_a_link_of_layers_that_are_all_gone_shows_the_usual_ones():
    view, problems = ViewState.from_query({"layers": "gone,lost"}, KNOWN)
    assert view.layers is None
    assert len(problems) == 2


def test_a_link_of_two_layers_of_which_one_is_gone_keeps_the_other():
    view, _ = ViewState.from_query({"layers": "zones,gone"}, KNOWN)
    assert view.layers == ("zones",)


def test_no_layer_on_is_not_the_default():
    view, _ = ViewState.from_query({"layers": "none"}, KNOWN)
    assert view.layers == ()
