"""Killed at any moment, the catalogue opens, every listed layer reads, nothing accepted is lost, and a sweep cleans up.

And several at once: each save is kept, or somebody is told that it was not.
"""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import pytest

from geo import payloads
from geo.errors import ConflictError
from geo.library import backup, database, depot, retention, shelf
from geo.storage import storage
from geo.upload import drafts
from geo.viewer import LOCAL
from tests import dying
from tests.databases import Databases, Kind
from tests.dying import CONTEXT, KILLED, begin, ended
from tests.made_layers import polygons
from tests.stored_layers import kept

STORING = ["features are written", "all files are written", "the folder has its name"]
COPYING = [
    "a file was copied away",
    "payload.json is half copied",
    "payload.json lacks its name",
    "all is copied away",
]
COMMITTING = ["the rows are written", "it is committed"]
SAVED = "it is committed"


@dataclass(frozen=True)
class Place:
    """A catalogue that this process and those it starts share."""

    env: dict[str, str]

    def killed(self, moment: str, job: object, *args: object) -> None:
        assert ended(begin(self.env, job, *args, dies_when=moment)) == KILLED
        database._seen.clear()  # a reader would wait for a second

    def done(self, job: object, *args: object) -> None:
        assert ended(begin(self.env, job, *args)) == 0
        database._seen.clear()


@pytest.fixture
def place(databases: Databases, database_kind: Kind, keeping: str, tmp_path: Path, monkeypatch) -> Place:
    env = {"FRONTERAS_DATABASE_URL": databases.fresh(database_kind), "FRONTERAS_STORAGE": str(tmp_path / "storage")}
    if keeping == "away":
        env |= {"FRONTERAS_STORAGE": f"file://{tmp_path}/away", "FRONTERAS_CACHE": str(tmp_path / "cache")}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return Place(env)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture
def keeping() -> str:
    """Say where features are kept, "here" in a folder or "away" at an address; a test may say otherwise."""
    return "here"


on_both = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)


def assert_whole() -> None:
    """Every listed version reads; after a sweep nothing else is there."""
    named = set()
    for layer in shelf.layers(archived=None):
        for version in layer.versions:
            payload = payloads.read(version.content)
            assert len(gpd.read_parquet(payload.file("features"))) == version.features == payload.features
            assert payload.file("shapes").is_file()
            assert payload.file("cells").is_file()
            named.add(version.content)
    retention.sweep(now=datetime.now(UTC) + timedelta(hours=2))
    assert set(depot.contents()) == set(depot.local()) == named
    assert list((storage() / "making").iterdir()) == []
    away = storage().parent / "away" / "making"
    assert not away.is_dir() or list(away.iterdir()) == []


@on_both
@pytest.mark.parametrize(
    ("keeping", "moment"),
    [*(("here", each) for each in STORING + COMMITTING), *(("away", each) for each in COPYING + COMMITTING)],
)
def test_a_layer_is_stored_or_not_at_all(place: Place, moment: str):
    before = kept(polygons(9), title="Before")
    place.killed(moment, dying.add, "New")
    assert [each.title for each in shelf.layers()] == (["Before", "New"] if moment == SAVED else ["Before"])
    assert shelf.layer(before.key) == before
    place.done(dying.add, "Again")  # the same features, on what was left
    assert "Again" in {each.title for each in shelf.layers()}
    if "FRONTERAS_CACHE" in place.env:
        shutil.rmtree(storage() / "layers")  # as another machine finds them
    assert_whole()


@on_both
@pytest.mark.parametrize(
    ("keeping", "moment"), [*(("here", each) for each in STORING), *(("away", each) for each in COPYING)]
)
def test_what_a_kill_left_is_swept(place: Place, moment: str):
    kept(polygons(9), title="Before")
    place.killed(moment, dying.add, "New")
    assert_whole()


@on_both
@pytest.mark.parametrize("moment", [STORING[-1], *COMMITTING])
def test_a_version_is_added_or_not_at_all(place: Place, moment: str):
    layer = kept(polygons(9), title="One")
    place.killed(moment, dying.add_version, layer.key, 12)
    versions = shelf.layer(layer.key).versions
    assert [each.features for each in versions] == ([9, 12] if moment == SAVED else [9])
    assert versions[0] == layer.current
    assert_whole()
    place.done(dying.add_version, layer.key, 15)
    assert shelf.layer(layer.key).current.features == 15


@on_both
@pytest.mark.parametrize(
    ("keeping", "moment"),
    [
        *(("here", each) for each in [*COMMITTING, "the copy here is going"]),
        *(("away", each) for each in ["payload.json is deleted away", "the copy here is going"]),
    ],
)
def test_a_layer_is_deleted_or_not_at_all(place: Place, moment: str):
    going, staying = kept(polygons(9), title="Going"), kept(polygons(12), title="Staying")
    place.killed(moment, dying.delete, going.key)
    assert {each.title for each in shelf.layers()} == (
        {"Going", "Staying"} if moment == "the rows are written" else {"Staying"}
    )
    assert shelf.layer(staying.key) == staying
    assert_whole()


@on_both
@pytest.mark.parametrize(
    "moment", ["a backup is unpacked", "a folder is put back", "an upload comes back", *COMMITTING]
)
def test_a_restore_is_done_or_not_at_all(place: Place, moment: str, tmp_path: Path):
    kept(polygons(9), title="Old")
    drafts.receive(BytesIO(b"{}"), "half.geojson", viewer=LOCAL)
    backup.backup(tmp_path / "backup")
    shelf.delete(shelf.layers()[0].key, viewer=LOCAL)
    kept(polygons(12), title="Present")
    shutil.rmtree(drafts.home())
    place.killed(moment, dying.restore, str(tmp_path / "backup"))
    assert [each.title for each in shelf.layers()] == (["Old"] if moment == SAVED else ["Present"])
    assert len(drafts.drafts(LOCAL)) == (moment in COMMITTING)
    assert_whole()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_half_a_backup_is_none(place: Place, tmp_path: Path):
    kept(polygons(9), title="One")
    place.killed("a backup is half written", dying.back_up, str(tmp_path / "backup"))
    assert not (tmp_path / "backup").exists()
    assert_whole()


@on_both
def test_a_catalogue_is_made_or_not_at_all(place: Place):
    place.killed("the rows are written", dying.open_catalogue)
    assert shelf.layers() == []
    kept(polygons(9), title="One")
    assert_whole()


@on_both
def test_processes_that_save_at_once_overwrite_nothing(place: Place):
    layer = kept(polygons(9), title="One")
    barrier, said = CONTEXT.Barrier(3), CONTEXT.Queue()
    processes = [begin(place.env, dying.save_at_once, barrier, said, layer.key, n) for n in (12, 15, 18)]
    outcomes = dict(said.get(timeout=dying.SECONDS) for _ in processes)
    assert [ended(each) for each in processes] == [0, 0, 0]
    assert sorted(outcomes.values()) == ["conflict", "conflict", "saved"]
    database._seen.clear()
    (saved,) = [n for n, outcome in outcomes.items() if outcome == "saved"]
    versions = shelf.layer(layer.key).versions
    assert [(each.number, each.features) for each in versions] == [(1, 9), (2, saved)]
    assert_whole()


@on_both
@pytest.mark.usefixtures("place")
def test_threads_that_save_at_once_overwrite_nothing():
    layer = kept(polygons(9), title="One")
    ready = [payloads.write(polygons(n)) for n in (12, 15, 18, 21)]
    barrier = threading.Barrier(len(ready))
    outcomes: dict[int, str] = {}

    def save(payload: payloads.Payload) -> None:
        barrier.wait(30)
        try:
            brought = shelf.Brought(about=layer.about)
            done = shelf.add_version(layer.key, payload, brought, viewer=LOCAL, expected=1)
            outcomes[payload.features] = f"saved as {done.current.number}"
        except ConflictError as error:
            outcomes[payload.features] = str(error)

    threads = [threading.Thread(target=save, args=(each,)) for each in ready]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (saved,) = [n for n, outcome in outcomes.items() if outcome == "saved as 2"]
    assert sum("Somebody saved version 2 of “One” meanwhile" in each for each in outcomes.values()) == 3
    assert [each.features for each in shelf.layer(layer.key).versions] == [9, saved]


@on_both
@pytest.mark.usefixtures("place")
def test_whoever_saves_after_a_conflict_keeps_both():
    layer = kept(polygons(9), title="One")
    mine, theirs = payloads.write(polygons(12)), payloads.write(polygons(15))
    brought = shelf.Brought(about=layer.about)
    shelf.add_version(layer.key, theirs, brought, viewer=LOCAL, expected=1)
    with pytest.raises(ConflictError):
        shelf.add_version(layer.key, mine, brought, viewer=LOCAL, expected=1)
    assert depot.fetch(mine.content) is not None  # still there to be saved
    shelf.add_version(layer.key, mine, brought, viewer=LOCAL, expected=2)
    assert [each.features for each in shelf.layer(layer.key).versions] == [9, 15, 12]


@on_both
@pytest.mark.parametrize("keeping", ["here", "away"])
def test_the_same_features_come_and_go_at_once_without_a_loss(place: Place):
    # One deletes the last layer that names them while another has just written them and is about to name them.
    barrier, said = CONTEXT.Barrier(3), CONTEXT.Queue()
    processes = [begin(place.env, dying.come_and_go, barrier, said, 7) for _ in range(3)]
    outcomes = [each for _ in processes for each in said.get(timeout=dying.SECONDS)]
    assert [ended(each) for each in processes] == [0, 0, 0]
    assert set(outcomes) <= {"read", "ConflictError"}
    assert outcomes.count("read") > len(processes)
    database._seen.clear()
    assert_whole()


def test_servers_with_folders_of_their_own_share_one_catalogue_and_one_store(
    databases: Databases, tmp_path: Path, monkeypatch
):
    shared = {
        "FRONTERAS_DATABASE_URL": databases.fresh("postgresql"),
        "FRONTERAS_STORAGE": f"file://{tmp_path}/away",
    }
    servers = [shared | {"FRONTERAS_CACHE": str(tmp_path / name)} for name in ("one", "two", "three")]
    stored = [begin(env, dying.add, f"From {n}", 9 + n) for n, env in enumerate(servers)]
    assert [ended(each) for each in stored] == [0, 0, 0]
    for env in servers:
        said = CONTEXT.Queue()
        reader = begin(env, dying.seen_features, said)
        assert said.get(timeout=dying.SECONDS) == {f"From {n}": 9 + n for n in range(3)}
        assert ended(reader) == 0
    for name, value in servers[0].items():
        monkeypatch.setenv(name, value)
    for layer in shelf.layers():
        shelf.delete(layer.key, viewer=LOCAL)
    assert depot.contents() == []
    for env in servers[1:]:
        said = CONTEXT.Queue()
        reader = begin(env, dying.seen_features, said)
        assert said.get(timeout=dying.SECONDS) == {}
        assert ended(reader) == 0
