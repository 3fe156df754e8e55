"""What is deleted without being asked for: only what is over, needed by nobody and old, and of this catalogue alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from geo import payloads
from geo.__main__ import main
from geo.errors import DataError
from geo.library import claims, database, deletion, depot, retention, shelf
from geo.viewer import LOCAL
from tests.conftest import ROOT
from tests.databases import Databases
from tests.made_layers import polygons
from tests.stored_layers import kept

LATER = timedelta(hours=2)


pytestmark = pytest.mark.usefixtures("url")


@pytest.fixture
def storage(database_url: str, tmp_path: Path, monkeypatch) -> Path:
    """Keep features in a folder, and with PostgreSQL at an address; gives the folder of this machine."""
    monkeypatch.delenv("FRONTERAS_RETENTION_DAYS", raising=False)
    folder = tmp_path / "storage"
    if database_url.startswith("sqlite"):
        monkeypatch.setenv("FRONTERAS_STORAGE", str(folder))
    else:
        away_from_here(tmp_path, monkeypatch)
    return folder


def away_from_here(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("FRONTERAS_STORAGE", f"file://{tmp_path}/away")
    monkeypatch.setenv("FRONTERAS_CACHE", str(tmp_path / "storage"))


def later(**time: float) -> datetime:
    return datetime.now(UTC) + timedelta(**time)


def test_archived_layers_are_kept_for_ever_unless_a_time_is_set(monkeypatch):
    archived, used = kept(polygons(5)), kept(polygons(6))
    shelf.archive(archived.key, viewer=LOCAL)
    assert retention.sweep(now=later(days=10_000)) == retention.Swept()
    monkeypatch.setenv("FRONTERAS_RETENTION_DAYS", "30")
    assert retention.sweep(now=later(days=29)) == retention.Swept()
    swept = retention.sweep(now=later(days=31))
    assert swept.layers == (archived.key,)
    assert [each.key for each in shelf.layers(archived=None)] == [used.key]
    assert depot.contents() == [used.current.content]


def test_what_another_layer_still_names_outlives_the_archived_one(monkeypatch):
    payload = payloads.write(polygons(5))
    first, second = (
        shelf.add(payload, shelf.Brought(about=shelf.About(title=title, source="S")), viewer=LOCAL) for title in "ab"
    )
    shelf.archive(first.key, viewer=LOCAL)
    monkeypatch.setenv("FRONTERAS_RETENTION_DAYS", "1")
    swept = retention.sweep(now=later(days=2))
    assert (swept.layers, swept.contents) == ((first.key,), ())
    assert shelf.layer(second.key).current.content == payload.content
    assert depot.contents() == [payload.content]


def test_a_layer_brought_back_is_not_deleted(monkeypatch):
    layer = kept(polygons(5))
    shelf.archive(layer.key, viewer=LOCAL)
    shelf.bring_back(layer.key, viewer=LOCAL)
    monkeypatch.setenv("FRONTERAS_RETENTION_DAYS", "1")
    assert retention.sweep(now=later(days=365)) == retention.Swept()


def test_features_of_old_versions_are_never_swept():
    layer = kept(polygons(5))
    payload = payloads.write(polygons(6))
    shelf.add_version(layer.key, payload, shelf.Brought(about=layer.about), viewer=LOCAL, expected=1)
    shelf.archive(layer.key, viewer=LOCAL)
    assert retention.sweep(now=later(days=9999)) == retention.Swept()
    assert len(depot.contents()) == 2


def test_features_that_no_layer_needs_go_when_they_are_old():
    layer, unused = kept(polygons(5)), payloads.write(polygons(6))
    assert retention.sweep() == retention.Swept()
    assert retention.sweep(now=later(minutes=50)) == retention.Swept()
    assert retention.sweep(now=later(hours=2)).contents == (unused.content,)
    assert depot.contents() == [layer.current.content]


def test_storing_the_same_again_makes_it_young_again(tmp_path: Path):
    unused = payloads.write(polygons(6))
    for folder in (tmp_path / "storage" / "layers" / unused.content, tmp_path / "away" / "layers" / unused.content):
        for path in (folder, *folder.rglob("*")) if folder.is_dir() else ():
            os.utime(path, (0, 0))
    payloads.write(polygons(6))
    assert retention.sweep() == retention.Swept()


def test_what_a_half_finished_upload_names_is_needed(storage: Path):
    unused = payloads.write(polygons(6))
    draft = storage / "drafts" / "0123"
    draft.mkdir(parents=True)
    (draft / "draft.json").write_text(json.dumps({"deep": [{"content": unused.content}]}))
    assert retention.sweep(now=later(days=1)) == retention.Swept()
    (draft / "draft.json").unlink()
    assert retention.sweep(now=later(days=1)).contents == (unused.content,)


def test_a_folder_that_this_release_cannot_read_is_left_alone(storage: Path, monkeypatch):
    folder = storage / "layers" / ("0" * 20)
    folder.mkdir(parents=True)
    (folder / "payload.json").write_text(json.dumps({"format": 99}))
    monkeypatch.setenv("FRONTERAS_STORAGE", str(storage))  # its own, not a copy of what is kept elsewhere
    assert retention.sweep(now=later(days=1)) == retention.Swept()
    assert folder.is_dir()


def test_what_was_left_half_made_goes(storage: Path):
    half = storage / "making" / "half"
    half.mkdir(parents=True)
    (half / "features.parquet").write_text("")
    assert retention.sweep().halves == 0
    assert retention.sweep(now=later(hours=2)).halves == 1
    assert not half.exists()


def test_nothing_is_deleted_where_another_catalogue_keeps_its_features(databases: Databases, monkeypatch, url: str):
    # As after a slip in FRONTERAS_DATABASE_URL: the new catalogue is empty and knows none of the folders.
    layer = kept(polygons(5))
    mine = database.state().catalogue
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", databases.fresh("sqlite"))
    other = database.state().catalogue
    swept = retention.sweep(now=later(days=1))
    assert (swept.contents, swept.others) == ((), (mine,))
    same = kept(polygons(5))
    shelf.delete(same.key, viewer=LOCAL)
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", url)
    assert payloads.read(layer.current.content).features == 5
    assert retention.sweep(now=later(days=1)).others == (other,)
    unused = payloads.write(polygons(8))
    assert retention.sweep(now=later(days=1), is_only=True).contents == (unused.content,)
    assert claims.claimants() == [mine]
    assert payloads.read(layer.current.content).features == 5


def test_features_named_between_a_look_and_a_deletion_stay(monkeypatch):
    payload = payloads.write(polygons(5))
    let_go = deletion.let_go

    def too_late(contents: list[str]) -> list[str]:
        shelf.add(payload, shelf.Brought(about=shelf.About(title="T", source="S")), viewer=LOCAL)
        return let_go(contents)

    monkeypatch.setattr("geo.library.deletion.let_go", too_late)
    assert retention.sweep(now=later(days=1)).contents == ()
    assert depot.contents() == [payload.content]


def test_copies_of_what_was_deleted_elsewhere_go_and_what_is_only_here_is_kept_for_good(tmp_path: Path, monkeypatch):
    away_from_here(tmp_path, monkeypatch)
    only_here, deleted = kept(polygons(5)), payloads.write(polygons(6))
    away = tmp_path / "away" / "layers"
    for content in (only_here.current.content, deleted.content):
        for path in (away / content).iterdir():
            path.unlink()
        (away / content).rmdir()
    retention.sweep(now=later(hours=2))
    assert depot.contents() == depot.local() == [only_here.current.content]


def test_a_time_that_is_none_is_refused_and_nothing_is_deleted(monkeypatch):
    layer = kept(polygons(5))
    shelf.archive(layer.key, viewer=LOCAL)
    for days in ("0", "-1", "soon", "1.5", "²", "9" * 50):
        monkeypatch.setenv("FRONTERAS_RETENTION_DAYS", days)
        with pytest.raises(DataError, match="whole number of days"):
            retention.sweep(now=later(days=365))
    assert len(shelf.layers(archived=True)) == 1


def test_the_command_tells_what_it_deleted(capsys):
    assert main(["sweep"]) == 0
    assert "features that no layer needs (0)" in capsys.readouterr().out
    claims.claim("a" * 32)
    assert main(["sweep"]) == 1
    assert "--only-catalogue" in capsys.readouterr().err
    assert main(["sweep", "--only-catalogue"]) == 0
    assert main(["sweep"]) == 0


def test_a_server_sweeps_at_its_start_and_outlives_a_catalogue_that_cannot_be_reached(monkeypatch, caplog):
    stop, swept = threading.Event(), threading.Event()

    def once(failing: Callable[[], retention.Swept]) -> None:
        stop.clear()
        swept.clear()

        def run() -> retention.Swept:
            swept.set()
            return failing()

        monkeypatch.setattr(retention, "sweep", run)
        thread = retention.keep_sweeping(stop)
        assert swept.wait(10)
        stop.set()
        thread.join(10)
        assert not thread.is_alive()

    once(retention.Swept)
    once(lambda: replace(retention.Swept(), others=("a",)))
    assert "other catalogues" in caplog.text

    def unreachable() -> retention.Swept:
        raise DataError(retention.Message("not there"))

    once(unreachable)
    assert "could not be swept: not there" in caplog.text


def test_two_servers_may_sweep_at_once():
    kept(polygons(5))
    unused = [payloads.write(polygons(6 + number)).content for number in range(5)]
    gone: list[str] = []
    threads = [
        threading.Thread(target=lambda: gone.extend(retention.sweep(now=later(hours=2)).contents)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(gone) == sorted(unused)
    assert len(depot.contents()) == 1


SERVED = """
import asyncio, sys
import app

async def serve():
    async with app.lifespan(None):
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(serve())
"""


def test_the_app_sweeps_at_its_start(storage: Path):
    # Old enough by its times, as a kill of last week left it.
    half = storage / "making" / "half"
    half.mkdir(parents=True)
    os.utime(half, (0, 0))
    with subprocess.Popen([sys.executable, "-c", SERVED], cwd=ROOT, stdin=subprocess.PIPE) as app:
        until = time.monotonic() + 60
        while half.exists() and time.monotonic() < until and app.poll() is None:
            time.sleep(0.1)
        assert app.stdin is not None
        app.stdin.close()
    assert not half.exists()
