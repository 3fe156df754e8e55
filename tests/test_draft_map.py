"""A layer on the map before it is stored: as it is going to look, and for the browser that brought it alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo import payloads
from geo.library import shelf
from geo.payloads import VALUE_CLASS
from geo.upload import draft_jobs, drafts
from geo.upload.draft_answers import Filled
from geo.upload.drafts import Draft
from geo.viewer import LOCAL
from layers import draft_map, legend, own_colours
from layers.delivery import Reader
from layers.looks import specs
from layers.view import ViewState
from layers.viewer_cookie import NAME
from tests.test_drafts import checked, described, ended, places

COOKIE, OTHER = "a" * 32, "b" * 32
READER = Reader(LOCAL, COOKIE)


pytestmark = pytest.mark.usefixtures("storage")


def shown(found: Draft) -> tuple[dict, draft_map.Drawn]:
    filled = Filled.of(found)
    drawn = draft_map.drawn(found, filled)
    return draft_map.entry(found, filled, drawn, READER), drawn


def path_of(address: str) -> str:
    return address.removeprefix("../..")


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=draft_map.routes()), cookies={NAME: COOKIE})


def test_the_sample_goes_to_the_browser_that_brought_the_file_alone(client: TestClient) -> None:
    found = described(checked())
    address = path_of(shown(found)[0]["url"])
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["cache-control"].startswith("private")
    assert len(answer.json()["features"]) == 12
    plain = address.split("?")[0]
    refused = [
        client.get(plain),
        client.get(f"{plain}?grant=public"),
        client.get(address.replace(found.id, "0" * 20)),
        client.get(address.replace("/1-0.", "/2-0.")),
        client.get(address.replace("/1-0.", "/1-7.")),
        client.get(address[:-1]),
        TestClient(client.app, cookies={NAME: OTHER}).get(address),
        TestClient(client.app).get(address),
    ]
    assert {(each.status_code, each.content) for each in refused} == {(404, b"Not found")}


def test_a_grant_for_one_draft_opens_no_other(client: TestClient) -> None:
    mine, other = described(checked()), described(checked())
    grant = dict(parse_qsl(urlsplit(shown(mine)[0]["url"]).query))["grant"]
    assert client.get(f"/fronteras/draft/{other.id}/1-0.geojson?grant={grant}").status_code == 404


def test_the_browser_styles_by_names_that_no_column_has(client: TestClient) -> None:
    told = json.loads(places(6))
    for number, feature in enumerate(told["features"]):
        feature["properties"] = {"id": f"x{number}", "n": "n", "k": ("one", "two")[number % 2], "v": number}
    found = described(checked(json.dumps(told).encode()), category="k", value="v", name="id", by="category")
    entry, _ = shown(found)
    properties = [each["properties"] for each in client.get(path_of(entry["url"])).json()["features"]]
    assert [each["k"] for each in properties] == ["one", "two"] * 3
    assert [each["v"] for each in properties] == ["1", "1", "2", "3", "4", "5"]
    assert [each["n"] for each in properties] == [f"x{number}" for number in range(6)]
    assert set(entry["by"]["k"]) == {"one", "two"}


@pytest.mark.parametrize("by", ["", "category", "value"])
def test_the_preview_looks_as_the_stored_layer_will(by: str) -> None:
    found = described(checked(), title="Sitios", by=by, colour="#009E73", palette="blues" if by == "value" else "")
    _, drawn = shown(found)
    lines = [
        (line.words, line.style, line.count)
        for channel in drawn.spec.channels
        for line in legend.channel_entries(drawn.spec, channel, drawn.counts[channel.column], "en")
    ]
    draft_jobs.store(found.id, LOCAL)
    key = ended(found.id).key
    stored = specs(LOCAL)[key]
    assert dict(stored.style) == dict(drawn.spec.style)
    assert [(line.words, line.style, line.count) for line in legend.entries(stored, ViewState())] == lines
    assert len(lines) == {"": 0, "category": 3, "value": 5}[by]


def test_the_tooltip_says_an_amount_in_words() -> None:
    from layers import features  # noqa: PLC0415 - what is under test here is what it makes of a class

    found = described(checked(), title="Sitios", by="value")
    draft_jobs.store(found.id, LOCAL)
    key = ended(found.id).key
    told = json.loads(features.layer_geojson(specs(LOCAL)[key], ViewState(), "en"))
    said = {line for each in told["features"] for line in each["properties"]["d"]}
    assert any("up to 3.3" in line for line in said)
    assert all(line not in {"1", "2", "3", "4", "5"} for line in said)


def test_a_thinned_sample_is_said_as_such() -> None:
    _, drawn = shown(described(checked()))
    assert draft_map.sample_words(drawn, "en") == ""
    thinned = replace(drawn, shown=3)
    assert "3 of 12" in draft_map.sample_words(thinned, "en")


def payload_with(**changes: object) -> payloads.Payload:
    base = payloads.Payload(
        content="", folder=Path(), roles=payloads.Roles(category="kind", value="n"), geometry="area", features=9,
        without_geometry=0, size=0, bounds=None, keys=("kind", VALUE_CLASS), values={"kind": tuple("abcdefgh")},
        years=None, overviews=(), classes=(1.0, 2.0, 3.0, 4.0),
    )  # fmt: skip
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("look", "by"),
    [
        pytest.param(shelf.Look(), "category", id="left open: its classes"),
        pytest.param(shelf.Look(colour="#123456"), "", id="one colour was chosen"),
        pytest.param(shelf.Look(colour="#123456", by="category"), "category", id="classes go before a colour"),
        pytest.param(shelf.Look(by="value"), "value", id="amounts"),
    ],
)
def test_the_owner_is_obeyed(look: shelf.Look, by: str) -> None:
    assert own_colours.by_of(payload_with(), look) == by
    without = payload_with(keys=(), values={}, classes=())
    assert own_colours.by_of(without, look) == ""


def test_classes_and_kinds_have_colours_of_their_own() -> None:
    (kinds,) = own_colours.channels(payload_with(), "t", shelf.Look(by="category", palette="dark2"))
    assert [style["fillColor"] for style in kinds.styles.values()] == list(own_colours.KINDS["dark2"])
    assert kinds.rest == own_colours.OTHER
    for count in range(1, 6):
        limits = tuple(float(limit) for limit in range(1, count))
        (amounts,) = own_colours.channels(payload_with(classes=limits), "t", shelf.Look(by="value", palette="reds"))
        colours = [style["fillColor"] for style in amounts.styles.values()]
        assert len(set(colours)) == len(amounts.words) == count
        assert colours[0] == own_colours.RAMPS["reds"][0]
        assert count == 1 or colours[-1] == own_colours.RAMPS["reds"][-1]


def test_what_has_no_class_is_counted_in_the_legend() -> None:
    found = described(checked(), title="t", by="category")
    _, drawn = shown(found)
    (channel,) = drawn.spec.channels
    lines = legend.channel_entries(drawn.spec, channel, {"draga": 4, "something else": 2, "": 1}, "en")
    assert [(line.words, line.count) for line in lines] == [("draga", 4), ("Other", 3)]
    assert lines[-1].style["fillColor"] == own_colours.REST


def test_a_draft_that_is_gone_is_told(client: TestClient) -> None:
    found = described(checked())
    address = path_of(shown(found)[0]["url"])
    drafts.discard(found.id, LOCAL)
    assert client.get(address).status_code == 404
