"""The layers page: every layer found and opened, every change undoable, nothing shown to who may not see it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point
from streamlit.testing.v1 import AppTest

from geo import payloads
from geo.library import shelf
from geo.library.shelf import Brought, Layer
from geo.messages import LANGUAGES, Message, say
from geo.viewer import LOCAL, Viewer
from layers.library_rows import found, ordered, rows
from layers.looks import LOOKS
from tests.stored_layers import kept

ROOT = Path(__file__).resolve().parent.parent
ANA = Viewer("ana", "Ana", frozenset({"analyst"}), "TLP:RED")
HOSTILE = "<img src=x onerror=alert(1)> **bold** [x](javascript:alert(1)) $x$ :red[y] :material/home: `code`"


pytestmark = pytest.mark.usefixtures("storage")


def points(n: int = 3) -> gpd.GeoDataFrame:
    shapes = [Point(-70 + each, -3) for each in range(n)]
    return gpd.GeoDataFrame({"id": [f"P{each}" for each in range(n)], "n": range(n)}, geometry=shapes, crs="EPSG:4326")


def two_versions(title: str = "Balsas") -> Layer:
    first = kept(points(), title=title, source="Informe 12", publisher="Ministerio", licence="CC BY 4.0")
    about = replace(first.about, as_of="2025")
    stored = payloads.write(points(4).assign(n=[9, 1, 2, 3]), about.roles)
    return shelf.add_version(first.key, stored, Brought(about=about, note="Otra pasada"), viewer=LOCAL, expected=1)


def opened(key: str = "", lang: str = "en", **query: str) -> AppTest:
    app = AppTest.from_file(ROOT / "pages/shell.py", default_timeout=60)
    app.query_params["lang"] = lang
    app.run().switch_page("library.py")
    for name, value in {"layer": key, **query}.items():
        if value:
            app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def words_of(app: AppTest) -> str:
    html = [each.proto.body for each in app.get("html")]
    return "\n".join([*html, *(each.label for each in app.button), *(each.value for each in app.info)])


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_layer_is_listed_in_every_language(lang):
    own = two_versions()
    app = opened(lang=lang)
    keys = {each.key for each in app.button if each.key}
    assert {f"open-{key}" for key in (*LOOKS, own.key)} <= keys
    words = words_of(app)
    for text in ("4 points", "Ministerio", "2025", "TLP:CLEAR"):
        assert (say(Message("{n} point", "{n} points", n=4), lang) if text == "4 points" else text) in words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_general_knowledge_is_named_in_words(lang):
    sources = {row.key: row.source for row in rows(LOCAL, lang) if row.is_shipped}
    assert sources["crossings"].startswith(say(Message("general knowledge"), lang))
    assert not [key for key, source in sources.items() if "GK" in source]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", ["", "mining", "homicide", "gone"])
def test_a_layer_opens_by_its_link(lang, key):
    own = two_versions()
    app = opened(key or own.key, lang)
    if key == "gone":
        assert [say(Message("There is no layer “{key}” here. Choose one from the list.", key="gone"), lang)] == [
            each.value for each in app.warning
        ]
        return
    title = "Balsas" if not key else say(LOOKS[key].title, lang)
    assert f"<h2>{title}</h2>" in words_of(app)
    labels = [each.proto.label for each in app.get("download_button")]
    assert labels[-6:] == ["GeoPackage", "GeoJSON", "KML", "CSV", "GeoParquet", "Shapefile"]


def test_nothing_of_a_shipped_layer_can_be_changed():
    app = opened("mining")
    keys = {each.key for each in app.button}
    assert not keys & {"archive", "delete", "new-version"}
    assert not list(app.get("form"))


def test_without_own_layers_the_page_says_what_to_do():
    assert "Nobody has brought a layer yet" in words_of(opened())


def test_the_search_stands_in_the_address():
    two_versions()
    app = opened(find="BALSAS puré")
    assert "No layer fits" in "".join(each.value for each in app.info)
    app.text_input(key="library-find").set_value("balsas ministerio").run()
    assert app.query_params["find"] == "balsas ministerio"
    assert [each.key for each in app.button if each.key and each.key.startswith("open-")] == [
        f"open-{shelf.layers()[0].key}"
    ]


def test_a_layer_is_archived_and_brought_back_by_undo():
    own = two_versions()
    app = press(opened(own.key), "archive")
    assert shelf.layer(own.key).archived is not None
    assert "layer" not in app.query_params
    assert "“Balsas” is archived." in words_of(app)
    press(app, "undo")
    assert shelf.layer(own.key).archived is None


def test_an_archived_layer_is_found_and_taken_into_use():
    own = two_versions()
    shelf.archive(own.key, viewer=LOCAL)
    app = press(opened(own.key), "bring-back")
    assert shelf.layer(own.key).archived is None
    press(app, "undo")
    assert shelf.layer(own.key).archived is not None


def test_a_version_is_restored_and_that_is_undone():
    own = two_versions()
    app = press(opened(own.key), "restore-1")
    now = shelf.layer(own.key)
    assert (now.current.number, now.current.restored_from, now.current.features) == (3, 1, 3)
    assert "version 1 is restored as version 3" in words_of(app)
    press(app, "undo")
    assert shelf.layer(own.key).current.number == 2


def test_what_is_said_is_changed_as_a_new_version_and_that_is_undone():
    own = two_versions()
    app = opened(own.key)
    app.text_input(key=f"title-{own.key}-2").set_value("Balsas vistas")
    app.selectbox(key=f"marking-{own.key}-2").set_value("TLP:AMBER")
    press(app, f"save-{own.key}-2")
    now = shelf.layer(own.key)
    assert (now.title, now.about.marking, now.current.number) == ("Balsas vistas", "TLP:AMBER", 3)
    assert now.current.content == own.current.content
    press(app, "undo")
    assert shelf.layer(own.key).title == "Balsas"


def test_a_change_without_a_title_is_refused_in_a_sentence():
    own = two_versions()
    app = opened(own.key)
    app.text_input(key=f"title-{own.key}-2").set_value(" ")
    press(app, f"save-{own.key}-2")
    assert "needs a title" in "".join(each.value for each in app.error)
    assert shelf.layer(own.key).current.number == 2


def test_somebody_elses_version_is_never_overwritten():
    own = two_versions()
    app = opened(own.key)
    shelf.describe(own.key, replace(own.about, title="Theirs"), shelf.PLAIN, viewer=LOCAL, expected=2)
    app.text_input(key=f"title-{own.key}-2").set_value("Mine")
    press(app, f"save-{own.key}-2")
    assert app.error
    assert shelf.layer(own.key).title == "Theirs"
    assert app.text_input(key=f"title-{own.key}-3").value == "Mine"  # what was written is not lost
    press(app, f"save-{own.key}-3")
    assert [each.about.title for each in shelf.layer(own.key).versions] == ["Balsas", "Balsas", "Theirs", "Mine"]


def test_who_sees_it_is_changed_and_that_is_undone():
    own = two_versions()
    app = opened(own.key)
    app.selectbox(key=f"visibility-{own.key}").set_value("private").run()
    assert shelf.layer(own.key).visibility == "private"
    press(app, "undo")
    assert shelf.layer(own.key).visibility == "shared"


def test_deleting_takes_two_presses_and_says_what_goes():
    own = two_versions()
    app = press(opened(own.key), "delete")
    assert "goes with its 2 versions" in words_of(app)
    press(app, "delete-no")
    assert shelf.layer(own.key)
    press(press(app, "delete"), "delete-yes")
    assert shelf.layers(archived=None) == []
    assert "is deleted" in words_of(app)
    assert "undo" not in {each.key for each in app.button}


def test_the_comparison_counts_and_names_what_changed():
    own = two_versions()
    app = opened(own.key)
    app.session_state[f"compare-{own.key}"] = True
    app.run()
    words = words_of(app)
    assert "<b>1</b><span>added</span>" in words
    assert "<b>0</b><span>removed</span>" in words
    assert "<b>1</b><span>changed</span>" in words
    assert "<td>n</td><td>0</td><td>9</td>" in words
    assert "<td>–</td><td>2025</td>" in words  # what is said of it: as of
    assert 'alt="full circle: new, square: different"' in words


def test_hostile_words_stay_words():
    own = kept(points(), title=HOSTILE, source=HOSTILE, description=HOSTILE, licence=HOSTILE, publisher=HOSTILE)
    app = opened(own.key)
    for body in (each.proto.body for each in app.get("html")):
        assert "<img" not in body
    [label] = [each.label for each in app.button if each.key == f"open-{own.key}"]
    assert "\\<img" in label or "<img" not in label
    assert "\\[x\\]" in label


def test_the_list_holds_what_a_viewer_may_see_and_says_whose_it_is():
    mine, amber = two_versions(), kept(points(), title="Amber", marking="TLP:AMBER")
    private = kept(points(), viewer=ANA, title="Ana's own")
    shelf.set_visibility(private.key, "private", viewer=ANA)
    shelf.archive(kept(points(), title="Old").key, viewer=LOCAL)
    stranger = Viewer("x", "", frozenset({"viewer"}), "TLP:GREEN")
    assert {row.title for row in rows(stranger, "en") if not row.is_shipped} == {"Balsas", "Old"}
    listed = rows(ANA, "en")
    assert {row.title: row.whose(ANA) for row in listed if not row.is_shipped} == {
        "Balsas": "others",
        "Amber": "others",
        "Ana's own": "mine",
        "Old": "archived",
    }
    assert [row.key for row in found(listed, ANA, whose="mine")] == [private.key]
    assert [row.key for row in found(listed, ANA, markings=["TLP:AMBER"])] == [amber.key]
    assert {row.geometry for row in found(listed, ANA, geometries=["line"])} == {"line"}
    assert [row.key for row in found(listed, ANA, text="informe ministerio")] == []
    assert [row.key for row in found(listed, ANA, text="BALSAS ministerio")] == [mine.key]


@pytest.mark.parametrize(
    ("by", "first"), [("title", "Aaa"), ("changed", "Zzz"), ("features", "Departments"), ("marking", "Aaa")]
)
def test_the_list_is_sorted(by, first):
    kept(points(2), title="Aaa", marking="TLP:RED")
    kept(points(1), title="Zzz")
    listed = [row for row in rows(LOCAL, "en") if not row.is_shipped]
    more = replace(listed[0], key="d", title="Departments", features=9, marking="TLP:CLEAR", changed=None)
    assert ordered([more, *listed], by)[0].title == first


def test_a_new_version_is_brought_on_the_upload_page():
    own = two_versions()
    app = press(opened(own.key), "new-version")
    assert "The file becomes the next version of “Balsas”." in words_of(app)
    press(app, "not-aimed")
    assert "next version" not in words_of(app)


def test_a_key_in_a_link_is_no_markdown():
    app = opened("[x](javascript:alert(1))")
    assert "](" not in app.warning[0].value.replace("\\](", "").replace("\\]\\(", "")


def test_a_layer_whose_features_are_gone_says_so_and_can_be_deleted():
    own = two_versions()
    for version in own.versions:
        payloads.remove(version.content)
    app = opened(own.key)
    assert "gone from where they were kept" in app.warning[0].value
    press(press(app, "delete"), "delete-yes")
    assert shelf.layers(archived=None) == []


def test_without_the_catalogue_what_ships_is_still_there(monkeypatch):
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    app = opened("mining")
    assert "cannot be reached" in app.warning[0].value
    assert f"<h2>{say(LOOKS['mining'].title, 'en')}</h2>" in words_of(app)
