"""The catalogue: versions are never overwritten, and nobody sees or changes what is not theirs. On both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo import catalogue, payloads
from geo.about import About, Roles
from geo.errors import AccessError, ConflictError, DataError, UnknownError
from geo.library import depot, shelf
from geo.library.shelf import PLAIN, Brought, Look, Origin
from geo.viewer import LOCAL, Viewer
from tests.made_layers import polygons

ANA = Viewer("ana", "Ana", frozenset({"viewer", "analyst"}), "TLP:AMBER")
LUIS = Viewer("luis", "Luis", frozenset({"viewer", "analyst"}), "TLP:RED")
ADMIN = Viewer("root", "", frozenset({"admin"}), "TLP:RED")
ABOUT = About(title="Pits", source="The tests", year="year", marking="TLP:GREEN")


pytestmark = pytest.mark.usefixtures("url")


def features(n: int = 5, seed: int = 1) -> payloads.Payload:
    return payloads.write(polygons(n, seed=seed), Roles(year="year"))


def pits(viewer=ANA, **how) -> shelf.Layer:
    return shelf.add(features(), Brought(about=ABOUT), viewer=viewer, **how)


def test_what_was_said_of_a_layer_comes_back_as_it_was():
    brought = Brought(
        about=replace(ABOUT, description="Where “they” dig: ñ, 水", precision_km=0.5, reliability="B"),
        look=Look(colour="#123456", by="category", palette="dark2"),
        origin=Origin("pits.zip", "0" * 64, 12),
        report={"file": "pits.zip", "issues": [1, None, "x"]},
        note="first",
    )
    kept = shelf.add(features(), brought, viewer=ANA).current
    assert (kept.number, kept.features, kept.geometry, kept.by) == (1, 5, "area", "ana")
    assert Brought(
        about=kept.about, look=kept.look, origin=kept.origin, report=kept.report, note=kept.note
    ) == brought  # fmt: skip
    assert kept.at.utcoffset() is not None


def test_each_change_is_a_version_and_the_old_ones_still_read():
    layer = pits()
    layer = shelf.describe(layer.key, replace(layer.about, title="Open pits"), PLAIN, viewer=ANA, expected=1)
    layer = shelf.add_version(
        layer.key, features(7, 2), Brought(about=layer.about, note="July"), viewer=ANA, expected=2
    )
    layer = shelf.restore(layer.key, 1, viewer=ANA)
    assert [(each.number, each.about.title, each.features) for each in layer.versions] == [
        (1, "Pits", 5), (2, "Open pits", 5), (3, "Open pits", 7), (4, "Pits", 5),
    ]  # fmt: skip
    assert layer.current.restored_from == 1
    assert [len(catalogue.of_version(layer, each).read()) for each in layer.versions] == [5, 5, 7, 5]
    assert set(depot.contents()) == {layer.versions[0].content, layer.versions[2].content}


CHANGES = {
    "add_version": lambda key: shelf.add_version(key, features(7, 2), Brought(about=ABOUT), viewer=ANA, expected=1),
    "describe": lambda key: shelf.describe(key, ABOUT, PLAIN, viewer=ANA, expected=1),
    "take_back": lambda key: shelf.take_back(key, 1, viewer=ANA),
}


@pytest.mark.parametrize("change", CHANGES)
def test_who_saw_an_older_version_overwrites_nothing(change):
    layer = pits()
    shelf.describe(layer.key, layer.about, Look(colour="#000000"), viewer=ANA, expected=1)
    with pytest.raises(ConflictError, match="version 2"):
        CHANGES[change](layer.key)
    assert len(shelf.layer(layer.key, ANA).versions) == 2


def test_a_save_is_undone_with_what_it_brought_and_nothing_else():
    layer = pits()
    layer = shelf.add_version(layer.key, features(7, 2), Brought(about=ABOUT), viewer=ANA, expected=1)
    gone = layer.current.content
    layer = shelf.take_back(layer.key, 2, viewer=ANA)
    assert layer is not None
    assert [each.number for each in layer.versions] == [1]
    assert gone not in depot.contents()
    assert shelf.take_back(layer.key, 1, viewer=ANA) is None
    assert (shelf.layers(ANA), list(depot.contents())) == ([], [])


def test_features_that_two_layers_share_stay_until_the_last_is_deleted():
    first, second = pits(), pits(LUIS)
    assert first.current.content == second.current.content
    shelf.delete(first.key, viewer=ANA)
    assert len(catalogue.features(second.key, LUIS)) == 5
    shelf.delete(second.key, viewer=LUIS)
    assert list(depot.contents()) == []


def test_only_the_owner_and_an_admin_change_a_layer():
    key = pits().key
    for change in (
        lambda viewer: shelf.describe(key, ABOUT, PLAIN, viewer=viewer, expected=1),
        lambda viewer: shelf.archive(key, viewer=viewer),
        lambda viewer: shelf.set_visibility(key, "private", viewer=viewer),
        lambda viewer: shelf.delete(key, viewer=viewer),
    ):
        with pytest.raises(AccessError):
            change(LUIS)
    shelf.archive(key, viewer=ADMIN)
    assert shelf.layers(ANA) == []
    assert [each.key for each in shelf.layers(ANA, archived=True)] == [key]
    with pytest.raises(UnknownError):
        catalogue.record(key, ANA)
    shelf.bring_back(key, viewer=ANA)
    assert [each.key for each in shelf.layers(ANA)] == [key]


def test_what_is_private_or_marked_beyond_is_as_if_it_were_not():
    mine = pits(visibility="private")
    red = shelf.add(features(3, 3), Brought(about=replace(ABOUT, marking="TLP:RED")), viewer=LUIS)
    assert [each.key for each in shelf.layers(LUIS)] == [red.key]
    assert [each.key for each in shelf.layers(ANA)] == [mine.key]
    assert {each.key for each in shelf.layers(ADMIN)} == {mine.key, red.key}
    for key, viewer in ((mine.key, LUIS), (red.key, ANA), ("own-none", ANA)):
        with pytest.raises(UnknownError, match=f"no layer “{key}”"):
            shelf.layer(key, viewer)
        with pytest.raises(UnknownError):
            shelf.delete(key, viewer=viewer)
        with pytest.raises(UnknownError):
            catalogue.rows(key, viewer)
    with pytest.raises(UnknownError):
        catalogue.by_content(mine.current.content, LUIS)


def test_an_older_version_marked_beyond_is_not_shown_with_the_layer():
    layer = shelf.add(features(), Brought(about=replace(ABOUT, marking="TLP:RED")), viewer=LUIS)
    shelf.describe(layer.key, ABOUT, PLAIN, viewer=LUIS, expected=1)
    assert [each.number for each in shelf.layer(layer.key, ANA).versions] == [2]
    assert [each.number for each in shelf.layer(layer.key, LUIS).versions] == [1, 2]


@pytest.mark.parametrize("about", [replace(ABOUT, title=" "), replace(ABOUT, source="")], ids=["title", "source"])
def test_a_layer_without_title_or_source_is_refused(about):
    with pytest.raises(DataError, match="title and a source"):
        shelf.add(features(), Brought(about=about), viewer=LOCAL)
    assert shelf.layers() == []


def test_nobody_marks_a_layer_beyond_what_they_see():
    with pytest.raises(AccessError, match="up to TLP:AMBER"):
        shelf.add(features(), Brought(about=replace(ABOUT, marking="TLP:RED")), viewer=ANA)
    assert shelf.layers(ADMIN) == []


def test_other_columns_take_the_features_anew():
    layer = pits()
    with pytest.raises(DataError, match="bring the file again"):
        shelf.describe(layer.key, replace(layer.about, year=""), PLAIN, viewer=ANA, expected=1)


def test_features_deleted_while_they_are_saved_are_a_conflict():
    payload = features()
    payloads.remove(payload.content)
    with pytest.raises(ConflictError):
        shelf.add(payload, Brought(about=ABOUT), viewer=ANA)
    assert shelf.layers(ADMIN) == []


def test_signs_that_no_database_takes_are_not_kept():
    about = About(title="Bal\x00sas \udcff\x1b[31m", source="Línea 1\nlínea 2", publisher="\u200fشركة")
    brought = Brought(about=about, origin=Origin("pits\udcff.zip", "0" * 64, 12), note="a\x00b")
    layer = shelf.add(features(), brought, viewer=ANA)
    assert (layer.title, layer.about.source, layer.about.publisher) == ("Balsas [31m", about.source, about.publisher)
    assert layer.current.origin == Origin("pits.zip", "0" * 64, 12)
    assert layer.current.note == "ab"


@pytest.mark.parametrize("km", [float("nan"), float("inf"), -1.0])
def test_a_precision_that_is_none_is_refused(km: float):
    with pytest.raises(DataError, match="Give kilometres from 0"):
        About(title="Balsas", source="x", precision_km=km).checked()


@pytest.mark.parametrize("words", [{"title": "\x00"}, {"source": "\x1b"}])
def test_a_title_of_control_signs_alone_is_none(words: dict[str, str]):
    with pytest.raises(DataError, match="needs a title and a source"):
        About(**{"title": "Balsas", "source": "x"} | words).checked()
