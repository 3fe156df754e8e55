"""One rule decides by measured bytes whether a layer travels whole or in tiles; either way it looks the same."""

from __future__ import annotations

import gzip

import pytest

from geo import catalogue, grants, payloads, tiles
from geo.errors import UnknownError
from geo.library import shelf
from geo.viewer import Viewer
from layers import cards, delivery, features, legend, tables, web
from layers.delivery import Reader, delivered, is_tiled
from layers.identify import identify
from layers.looks import LOOKS, specs
from layers.methods import method
from layers.view import ViewState
from tests.made_layers import points, polygons
from tests.stored_layers import kept

PUBLIC = Viewer("anybody", "", frozenset(), "TLP:CLEAR")
READER = Reader(cookie="a" * 24)


pytestmark = pytest.mark.usefixtures("storage")


def own(frame, **about):
    key = kept(frame, **{"source": "The tests", **about}).key
    return specs()[key]


def test_every_shipped_layer_travels_whole_and_within_the_bound():
    for spec in LOOKS.values():
        if spec.shades is None:
            body = gzip.compress(features.layer_geojson(spec, ViewState(), "en"), compresslevel=6)
            assert len(body) <= delivery.WHOLE_BYTES
            assert delivered(spec, ViewState())["kind"] == "features"


def test_the_bound_is_on_what_is_measured(monkeypatch):
    spec = own(polygons(300))
    size = delivery.whole_bytes(spec)
    for bound, tiled in ((size, False), (size - 1, True), (0, True)):
        monkeypatch.setenv(delivery.VARIABLE, str(bound))
        assert is_tiled(spec) is tiled
    monkeypatch.delenv(delivery.VARIABLE)
    assert not is_tiled(spec)


def test_a_layer_too_large_is_tiled_whatever_the_filter_leaves_of_it():
    spec = own(polygons(20_000), year="year")
    for view in (ViewState(), ViewState(year=1950), ViewState(confidence=("high",))):
        told = delivered(spec, view)
        assert told["kind"] == "tiles"
        assert told["n"] == 20_000
    assert delivered(spec, ViewState(year=2010, confidence=("high",)))["url"].endswith("&confidence=high&year=2010")


def test_what_the_page_sends_stays_small_however_large_its_layers():
    keys = [own(polygons(20_000)).key, own(points(60_000)).key]
    group = web.layer_list(ViewState(layers=tuple(keys)), serial=1, sight={"lat": 0, "lon": -60, "zoom": 4})
    (child,) = group._children.values()
    assert len(child.payload) < 20_000


def test_a_shipped_layer_can_be_cut_too(monkeypatch):
    monkeypatch.setenv(delivery.VARIABLE, "0")
    told = delivered(specs()["zones"], ViewState(countries=("COL",)))
    assert told["kind"] == "tiles"
    content = told["url"].split("/")[4]
    record = catalogue.by_content(content)
    assert (record.key, record.payload.features) == ("zones", 30)
    assert {"kind", "countries"} <= set(record.payload.keys)
    assert shelf.layers() == []  # it is no layer of somebody's


def test_what_is_not_for_everybody_has_an_address_for_one_browser(monkeypatch):
    spec = own(polygons(300), marking="TLP:AMBER")
    whole = delivered(spec, ViewState(), READER)["url"]
    assert "grant=" in whole
    monkeypatch.setenv(delivery.VARIABLE, "0")
    tiled = delivered(spec, ViewState(), READER)["url"]
    assert grants.PUBLIC not in tiled.split("/")
    assert tiled == delivered(spec, ViewState(), READER)["url"]  # two runs of a page, one address
    assert tiled != delivered(spec, ViewState(), Reader(cookie="b" * 24))["url"]
    assert spec.key not in specs(PUBLIC)
    with pytest.raises(UnknownError):
        catalogue.by_content(spec.record.payload.content, PUBLIC)


@pytest.mark.parametrize("bound", ["0", ""], ids=["tiled", "whole"])
def test_legend_count_click_card_and_table_are_the_same_either_way(monkeypatch, bound):
    monkeypatch.setenv(delivery.VARIABLE, bound)
    frame = polygons(300).set_index("id", drop=False)
    spec = own(frame, year="year", licence="CC BY 4.0", as_of="2025")
    view = ViewState(layers=(spec.key,), confidence=("high",))
    high = frame[frame["confidence"] == "high"]
    assert legend.count(spec, view) == len(high)
    assert [(each.words, each.count) for each in legend.entries(spec, view)] == [("High confidence", len(high))]
    row = high.iloc[0]
    inside = row.geometry.representative_point()
    found = identify(view, lat=inside.y, lon=inside.x, zoom=14)
    assert found[0].feature == f"{spec.key}/{row['id']}"
    card = cards.card(found[0].feature, view)
    assert card.title == f"Made {row['id']}"
    assert dict(card.lines)["area_ha"]
    assert [source.title for source in card.sources] == ["The tests"]
    assert dict(card.evidence)["As of"] == "2025"
    assert len(tables.table(spec, view)) == len(high)
    assert f"Made ({len(high)})" in tables.summary(view)
    assert method(spec).licences == (("CC BY 4.0", 1),)


def test_the_layer_of_a_link_may_be_gone():
    spec = own(polygons(30))
    view = ViewState(layers=(spec.key,))
    payloads.remove(spec.record.payload.content)
    assert web.problem(spec) is not None
    assert web.shown(view) == []
    assert identify(view, lat=0, lon=-60, zoom=5) == []
    with pytest.raises(UnknownError):
        cards.card(f"{spec.key}/A1", view)


def test_weak_evidence_looks_weak_and_classes_have_colours():
    frame = points(60)
    frame["kind"] = ["strip", "camp", "barge"] * 20
    spec = own(frame, category="kind")
    styles = {
        kind: spec.style_for({"kind": kind, "confidence": "high"})["fillColor"] for kind in ("strip", "camp", "barge")
    }
    assert len(set(styles.values())) == 3
    weak = spec.style_for({"kind": "strip", "confidence": "low"})
    assert weak["fillColor"] != styles["strip"]
    assert weak["color"] != weak["fillColor"]  # a hollow sign needs an edge


@pytest.mark.parametrize("bound", ["0", ""], ids=["tiled", "whole"])
@pytest.mark.parametrize(
    "name", ["area", "shape", "n", "id", "s", "level", "drawn_from", "as_of", "evidence", "Ñ \"x'"]
)
def test_no_name_or_value_of_a_column_is_mistaken_for_ours(monkeypatch, name, bound):
    monkeypatch.setenv(delivery.VARIABLE, bound)
    frame = polygons(30)
    odd = {
        name: [f"class {row % 3}" for row in range(30)],
        "precision_km": "some",
        "reliability": "good",
        "source_ids": "x;y",
    }
    spec = own(frame.assign(**odd), category=name)
    view = ViewState(layers=(spec.key,))
    assert sum(each.count for each in legend.entries(spec, view) if each.words.startswith("class")) == 30
    delivered(spec, view)
    for zoom in (0, 14):
        x, y = (0, 0) if zoom == 0 else (5000, 8000)
        tiles.tile(delivery.payload_of(spec), zoom, x, y, features.where(spec, view), (name, "confidence"))
    row = frame.geometry.iloc[0].representative_point()
    card = cards.card(identify(view, lat=row.y, lon=row.x, zoom=14)[0].feature, view)
    assert "good" in dict(card.lines).values() or "good" not in dict(card.evidence).values()
    assert len(tables.table(spec, view)) == 30
