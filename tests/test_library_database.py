"""The catalogue's database: made and migrated once, by whoever comes first, and told apart from a later one."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from streamlit.testing.v1 import AppTest

from geo import catalogue, payloads
from geo.errors import DataError
from geo.library import database, depot, shelf
from geo.library.tables import Base
from geo.store import STORE
from geo.viewer import LOCAL
from tests.conftest import ROOT
from tests.made_layers import polygons
from tests.stored_layers import kept

PREPARED = """
import sys
from geo.library import database
sys.stdin.readline()  # all begin together
database.prepare(database.url())
print(database.state().catalogue)
"""


pytestmark = pytest.mark.usefixtures("storage")


def at_revision(address: str, revision: str) -> None:
    """Make the tables as an earlier release made them."""
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def asked(address: str, sql: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        done = connection.execute(sa.text(sql))
        rows = [tuple(row) for row in done] if done.returns_rows else []
    engine.dispose()
    return rows


def test_an_empty_database_gets_the_tables_that_the_models_describe(url: str):
    database.prepare(url)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == "0003"
    engine.dispose()
    assert (shelf.layers(), database.state().serial) == ([], 0)
    assert len(database.state().catalogue) == 32


def test_a_catalogue_of_an_earlier_release_keeps_its_layers(url: str):
    at_revision(url, "0001")
    content, day = payloads.write(polygons(5)).content, datetime(2026, 1, 2, tzinfo=UTC)
    earlier = sa.MetaData()
    engine = sa.create_engine(url)
    earlier.reflect(engine)
    layer = {"key": "own-1", "owner": "local", "visibility": "shared", "created": day}
    version = {"layer_key": "own-1", "number": 1, "content": content, "about": {"title": "Old", "source": "S"}}
    version |= {"look": {}, "by": "local", "at": day, "features": 5, "geometry": "area", "note": ""}
    with engine.begin() as connection:
        connection.execute(sa.insert(earlier.tables["layers"]).values(layer))
        connection.execute(sa.insert(earlier.tables["versions"]).values(version))
        connection.execute(sa.update(earlier.tables["state"]).values(serial=41))
    engine.dispose()
    (found,) = shelf.layers()
    assert (found.title, found.current.content, found.current.look) == ("Old", content, shelf.PLAIN)
    assert found.created.year == 2026
    assert database.state().serial == 41
    assert shelf.archive("own-1", viewer=LOCAL).archived is not None


@pytest.mark.parametrize("revision", ["", "0001"], ids=["nothing there", "an earlier release's"])
def test_processes_that_start_together_make_one_catalogue(url: str, revision: str):
    if revision:
        at_revision(url, revision)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PREPARED],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    told = []
    for process in started:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    for process in started:
        out, error = process.communicate(timeout=60)
        assert process.returncode == 0, error
        told.append(out.strip())
    assert set(told) == {database.state().catalogue}
    assert asked(url, "SELECT count(*) FROM state") == [(1,)]


def test_a_catalogue_of_a_later_release_is_refused_with_a_sentence(url: str):
    database.prepare(url)
    asked(url, "UPDATE alembic_version SET version_num = '9999'")
    database._ready.clear()
    with pytest.raises(DataError, match="later release"):
        shelf.layers()
    assert asked(url, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_migration_that_fails_changes_nothing(url: str, monkeypatch):
    at_revision(url, "0001")

    def broken(_connection: sa.Connection) -> bool:
        raise sa.exc.OperationalError("", {}, Exception("the disk is full"))

    command_upgrade = command.upgrade

    def half(config: Config, revision: str) -> None:
        command_upgrade(config, revision)
        broken(config.attributes["connection"])

    monkeypatch.setattr("geo.library.database.command.upgrade", half)
    with pytest.raises(DataError, match="cannot be reached or read"):
        shelf.layers()
    assert asked(url, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert "catalogue" not in {each["name"] for each in sa.inspect(sa.create_engine(url)).get_columns("state")}
    monkeypatch.undo()


def test_a_database_that_is_not_there_is_said_in_a_sentence_without_its_password(monkeypatch, caplog):
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", "postgres://somebody:xyzzy@127.0.0.1:9/nothing")
    with pytest.raises(DataError, match="Check that its database runs") as refused:
        shelf.layers()
    assert "refused" in caplog.text  # for whoever looks after the app
    assert "xyzzy" not in str(refused.value) + caplog.text


@pytest.mark.usefixtures("url")
def test_layers_of_release_02_are_taken_in_once_by_the_key_that_links_know(storage: Path):
    contents = []
    for number, title in enumerate(("First", "Second")):
        stored = payloads.write(polygons(5 + number))
        told = stored.folder / "payload.json"
        facts = json.loads(told.read_text()) | {
            "format": payloads.WITH_ABOUT,
            "about": {"title": title, "source": "S", "marking": "TLP:AMBER", "year": "year"},
        }
        del facts["roles"]
        told.write_text(json.dumps(facts))
        contents.append(stored.content)
    STORE.drop(lambda _key: True)  # another process than the one that stored them
    (storage / "layers" / ("0" * 20)).mkdir()  # of a release before that: no longer read, never deleted
    found = shelf.layers()
    assert [(each.title, each.about.marking, each.key) for each in found] == [
        ("First", "TLP:AMBER", f"own-{contents[0][:8]}"),
        ("Second", "TLP:AMBER", f"own-{contents[1][:8]}"),
    ]
    assert found[0].about.year == payloads.read(contents[0]).roles.year == "year"
    shelf.delete(found[0].key, viewer=LOCAL)
    database._ready.clear()  # the next start
    assert [each.title for each in shelf.layers()] == ["Second"]


@pytest.mark.usefixtures("url")
def test_what_json_cannot_say_is_kept_as_nothing_on_both_databases():
    report = {"share": math.nan, "most": math.inf, "texts": ["\0", "ñ", "😀"]}
    payload = payloads.write(polygons(5))
    brought = shelf.Brought(about=kept(polygons(6)).about, report=report, note="before\0after")
    version = shelf.add(payload, brought, viewer=LOCAL).current
    assert version.report == {"share": None, "most": None, "texts": ["\0", "ñ", "😀"]}
    assert version.note == "beforeafter"


@pytest.mark.usefixtures("url")
def test_moments_come_back_with_their_zone():
    layer = kept(polygons(5))
    assert abs((datetime.now(UTC) - layer.created).total_seconds()) < 60
    assert layer.current.at.utcoffset() is not None


def test_what_a_thread_saved_is_listed_for_it_at_once_however_many_look(url: str, monkeypatch):
    # Each look takes its time, as on a busy server; none may put an older state over a newer one.
    assert url
    contents = [payloads.write(polygons(3 + number)) for number in range(6)]
    faults: list[BaseException] = []
    is_done = threading.Event()
    monkeypatch.setattr(database, "LOOK_EVERY_S", 0.05)

    def look() -> None:
        while not is_done.is_set():
            shelf.layers()

    def save(payload: payloads.Payload) -> None:
        try:
            about = shelf.About(title=payload.content, source="S")
            layer = shelf.add(payload, shelf.Brought(about=about), viewer=LOCAL)
            assert layer.key in {each.key for each in shelf.layers()}
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            faults.append(error)

    lookers = [threading.Thread(target=look) for _ in range(3)]
    savers = [threading.Thread(target=save, args=(each,)) for each in contents]
    for thread in (*lookers, *savers):
        thread.start()
    for thread in savers:
        thread.join()
    is_done.set()
    for thread in lookers:
        thread.join()
    assert faults == []
    assert len(shelf.layers()) == 6


@pytest.mark.usefixtures("url")
def test_a_version_names_only_features_that_are_kept():
    payload = payloads.write(polygons(5))
    depot.withdraw(payload.content)
    with pytest.raises(shelf.ConflictError, match="deleted while it was saved"):
        shelf.add(payload, shelf.Brought(about=shelf.About(title="T", source="S")), viewer=LOCAL)
    assert shelf.layers() == []


def test_what_was_deleted_is_not_left_in_the_file(storage: Path):
    words = "Words that nobody shall read again"
    staying = kept(polygons(5), title="Staying")
    going = kept(polygons(6), title=words, description=words * 100)
    assert words.encode() in b"".join(path.read_bytes() for path in storage.glob("catalogue.sqlite*"))
    shelf.delete(going.key, viewer=LOCAL)
    assert words.encode() not in b"".join(path.read_bytes() for path in storage.glob("catalogue.sqlite*"))
    assert shelf.layers() == [staying]


@pytest.mark.usefixtures("url")
def test_reports_are_read_only_when_they_are_asked_for_and_travel_with_their_features(monkeypatch):
    asked_for: list[str] = []
    monkeypatch.setattr(database, "_engine", watched(database._engine, asked_for))
    report = {"issues": ["x" * 1000]}
    about = shelf.About(title="T", source="S")
    layer = shelf.add(payloads.write(polygons(5)), shelf.Brought(about=about, report=report), viewer=LOCAL)
    layer = shelf.describe(layer.key, about, shelf.Look(colour="#123456"), viewer=LOCAL, expected=1)
    layer = shelf.restore(layer.key, 1, viewer=LOCAL)
    asked_for.clear()
    STORE.drop(lambda _key: True)
    (listed,) = shelf.layers()
    assert asked_for
    assert [sql for sql in asked_for if "report" in sql] == []
    assert [each.report for each in listed.versions] == [report] * 3


def watched(engine_of: Callable[[str], sa.Engine], asked_for: list[str]) -> Callable[[str], sa.Engine]:
    """Return what gives the engine of an address, writing down each statement that goes through it."""

    def engine(address: str) -> sa.Engine:
        found = engine_of(address)
        if not sa.event.contains(found, "before_cursor_execute", note):
            sa.event.listen(found, "before_cursor_execute", note)
        return found

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        asked_for.append(statement)

    return engine


@pytest.mark.usefixtures("url")
def test_only_the_catalogue_as_it_is_now_is_held_in_memory():
    STORE.drop(lambda _key: True)
    for number in range(4):
        kept(polygons(5 + number))
    held = [key for key in STORE._values if isinstance(key, tuple) and key[0] == "shelf"]
    assert held == [("shelf", database.url(), database.state())]


def test_a_catalogue_that_is_away_takes_nothing_else_with_it(monkeypatch, databases):
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", databases.fresh("postgresql"))
    kept(polygons(5), title="Mine")
    assert [each.own_source for each in catalogue.own_records()] != []
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", "postgres://somebody:xyzzy@127.0.0.1:9/nothing")
    assert catalogue.own_records() == []
    assert "Check that its database runs" in str((catalogue.trouble() or shelf.Message("")).id)
    assert len(catalogue.features("crossings")) > 100
    app = AppTest.from_file(ROOT / "pages/shell.py", default_timeout=60).run()
    assert not app.exception
    assert any("Check that its database runs" in each.value for each in app.warning)


def test_features_that_are_gone_are_told_beside_the_others():
    gone, there = kept(polygons(5), title="Gone"), kept(polygons(6), title="There")
    assert catalogue.trouble() is None
    depot.forget(gone.current.content)
    assert [each.key for each in catalogue.own_records()] == [there.key]
    assert "Restore them from a backup" in str((catalogue.trouble() or shelf.Message("")).id)


def test_a_server_that_does_not_answer_is_not_waited_for_again_and_again(url: str, monkeypatch):
    tried: list[str] = []

    def refused(address: str) -> sa.Engine:
        tried.append(address)
        raise sa.exc.OperationalError("", {}, Exception("timeout expired"))

    with monkeypatch.context() as patched:
        patched.setattr(database, "_engine", refused)
        for _ in range(5):
            with pytest.raises(DataError, match="cannot be reached"):
                shelf.layers()
    assert tried == [database.url()] == [url]
    monkeypatch.setattr(database, "AGAIN_S", 0.0)
    assert shelf.layers() == []


@pytest.mark.parametrize(
    "given",
    ["nonsense", "mysql://me:word@host/name", "oracle://", "sqlite://", "sqlite:///", "postgresql+asyncpg://host/name",
     "http://host"],
)  # fmt: skip
def test_a_database_of_another_kind_is_refused_with_the_remedy(given: str, monkeypatch):
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", given)
    with pytest.raises(DataError, match=r"Write postgresql://user:password@host/name, or set nothing") as refused:
        shelf.layers()
    assert "word@" not in str(refused.value).replace("password@", "")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_server_that_does_not_answer_is_named_without_its_password(scheme: str, monkeypatch, caplog):
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", f"{scheme}://me:xyzzy@127.0.0.1:1/name")
    with pytest.raises(DataError, match=r"cannot be reached or read at 127\.0\.0\.1") as refused:
        shelf.layers()
    assert "xyzzy" not in f"{refused.value} {caplog.text}"
