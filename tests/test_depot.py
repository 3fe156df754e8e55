"""Where features are kept: in a folder or at an address, whole or not at all, fetched when somebody asks."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from pathlib import Path

import fsspec
import pytest

from geo import payloads
from geo.errors import DataError
from geo.library import claims, depot
from geo.storage import address, storage
from tests.made_layers import points

NEVER = "0" * 20
HOUR_S = 3600


@pytest.fixture(params=["folder", "file", "memory"])
def place(request, tmp_path: Path, monkeypatch) -> str:
    """Set where features are kept, in three ways; gives the kind."""
    if request.param == "folder":
        monkeypatch.setenv("FRONTERAS_STORAGE", str(tmp_path / "storage"))
        return "folder"
    url = f"file://{tmp_path}/away" if request.param == "file" else f"memory://{tmp_path.name}"
    monkeypatch.setenv("FRONTERAS_STORAGE", url)
    monkeypatch.setenv("FRONTERAS_CACHE", str(tmp_path / "storage"))
    return str(request.param)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("FRONTERAS_STORAGE", f"file://{tmp_path}/away")
    monkeypatch.setenv("FRONTERAS_CACHE", str(tmp_path / "storage"))


def stored(text: str = "features") -> str:
    """Keep a made folder of features as ``geo.payloads`` does; return its content."""
    making = storage() / "making" / "one"
    making.mkdir(parents=True)
    for name in ("features.parquet", "shapes.parquet", "cells.parquet"):
        (making / name).write_text(f"{text} {name}")
    (making / "payload.json").write_text("{}")
    home = storage() / "layers" / depot.content_of(making)
    depot.put_in_place(making, home)
    depot.publish(home)
    return home.name


def forgotten_here(content: str) -> None:
    """Take this machine's copy away, as a new machine has none."""
    (storage() / "layers" / content).rename(storage() / "gone")


def age(path: Path, seconds: float) -> None:
    before = path.stat().st_mtime - seconds
    for each in (path, *path.rglob("*")):
        os.utime(each, (before, before))


@pytest.mark.usefixtures("place")
def test_what_is_kept_can_be_had_and_what_is_withdrawn_is_gone():
    content = stored()
    assert depot.contents() == [content]
    found = depot.fetch(content)
    assert found is not None
    assert found.name == content
    depot.withdraw(content)
    assert (depot.contents(), depot.fetch(content), depot.local()) == ([], None, [])
    depot.withdraw(content)  # a second time is no error


@pytest.mark.usefixtures("elsewhere")
def test_what_is_kept_away_comes_whole_to_a_machine_that_has_none():
    content = stored()
    forgotten_here(content)
    found = depot.fetch(content)
    assert found == storage() / "layers" / content
    assert {each.name for each in found.iterdir()} == {each.name for each in (storage() / "gone").iterdir()}
    assert depot.content_of(found) == content
    assert list((storage() / "making").iterdir()) == []


@pytest.mark.usefixtures("elsewhere")
def test_several_at_once_fetch_the_same():
    content = stored()
    forgotten_here(content)
    found: list[Path | None] = []
    threads = [threading.Thread(target=lambda: found.append(depot.fetch(content))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [storage() / "layers" / content] * 8
    assert depot.content_of(found[0] or Path()) == content


@pytest.mark.parametrize("content", ["", "..", "../secret", NEVER, "x" * 5000, "\0", "0" * 19 + "\n"])
@pytest.mark.usefixtures("place")
def test_what_is_not_there_is_none(content: str):
    assert depot.fetch(content) is None
    depot.withdraw(content)


@pytest.mark.usefixtures("elsewhere")
def test_half_a_copy_is_not_there_and_the_same_again_completes_it(tmp_path: Path):
    content = stored()
    away = tmp_path / "away" / "layers" / content
    (away / "payload.json").unlink()
    (away / "shapes.parquet").unlink()
    assert depot.contents() == []
    depot.publish(storage() / "layers" / content)
    forgotten_here(content)
    found = depot.fetch(content)
    assert found is not None
    assert (found / "shapes.parquet").read_text() == "features shapes.parquet"


@pytest.mark.usefixtures("elsewhere")
def test_damaged_features_are_not_shown(tmp_path: Path):
    content = stored()
    forgotten_here(content)
    (tmp_path / "away" / "layers" / content / "features.parquet").write_text("others")
    with pytest.raises(DataError, match="damaged"):
        depot.fetch(content)
    assert depot.local() == []


@pytest.mark.usefixtures("elsewhere")
def test_nothing_but_files_of_a_layer_is_fetched(tmp_path: Path):
    content = stored()
    (tmp_path / "away" / "layers" / content / "evil.sh").write_text("")
    forgotten_here(content)
    found = depot.fetch(content)
    assert found is not None
    assert not (found / "evil.sh").exists()


def test_an_address_that_does_not_answer_is_said_without_its_password(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("FRONTERAS_STORAGE", "memory://user:word@place/folder")
    monkeypatch.setenv("FRONTERAS_CACHE", str(tmp_path / "storage"))

    def broken(*_args: object, **_options: object) -> bool:
        raise ConnectionError("https://user:word@place")

    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "exists", broken)
    with pytest.raises(DataError, match="cannot be reached: ConnectionError") as refused:
        depot.fetch(NEVER)
    assert "word" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("s3://bucket/folder", "pip install s3fs", id="its package is not here"),
        pytest.param("nothing://bucket", "no kind of address known here", id="no such protocol"),
        pytest.param("://bucket", "no kind of address known here", id="no protocol"),
        pytest.param("https://example.invalid/x", "no kind of address known here", id="nothing can be written there"),
        pytest.param("file://", "names no folder there", id="no folder"),
        pytest.param("ftp://127.0.0.1:1/x", "cannot be reached: ConnectionRefusedError", id="nobody answers"),
    ],
)
def test_an_address_that_cannot_be_used_names_the_remedy(monkeypatch, url: str, words: str):
    monkeypatch.setenv("FRONTERAS_STORAGE", url)
    with pytest.raises(DataError, match=words):
        depot.contents()


def test_the_local_folder_is_never_called_like_the_address(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("FRONTERAS_STORAGE", "s3://bucket/folder")
    monkeypatch.delenv("FRONTERAS_CACHE", raising=False)
    assert address() == "s3://bucket/folder"
    assert storage().name == "storage"
    monkeypatch.setenv("FRONTERAS_STORAGE", str(tmp_path))
    monkeypatch.setenv("FRONTERAS_CACHE", str(tmp_path / "cache"))
    assert (address(), storage()) == ("", tmp_path)


@pytest.mark.usefixtures("place")
def test_a_content_is_as_old_as_its_last_storing():
    content = stored()
    assert depot.age_s(content) < 60
    assert depot.age_s(content, now=(storage() / "layers" / content).stat().st_mtime + HOUR_S) >= HOUR_S - 60
    assert depot.age_s(NEVER) == 0


def test_what_was_left_half_made_is_tidied_when_it_is_old(place: str, tmp_path: Path):
    content = stored()
    half = storage() / "making" / "half"
    half.mkdir()
    (half / "features.parquet").write_text("")
    if place == "file":
        (tmp_path / "away" / "making" / "half-features.parquet").write_text("")
        (tmp_path / "away" / "layers" / NEVER).mkdir()
        (tmp_path / "away" / "layers" / NEVER / "features.parquet").write_text("")
    assert depot.tidy(older_than_s=HOUR_S) == 0
    age(tmp_path, 2 * HOUR_S)
    assert depot.tidy(older_than_s=HOUR_S) == (3 if place == "file" else 1)
    assert (depot.contents(), half.exists()) == ([content], False)


@pytest.mark.usefixtures("place")
def test_every_catalogue_that_keeps_features_here_is_known():
    assert claims.claimants() == []
    for name in ("a" * 32, "b" * 32, "a" * 32):
        claims.claim(name)
    assert claims.claimants() == ["a" * 32, "b" * 32]


@pytest.fixture
def another_disk(tmp_path: Path, monkeypatch) -> Path:
    """Let the folder of layers be linked to a disk of its own, so that nothing can be renamed across."""
    monkeypatch.setenv("FRONTERAS_STORAGE", str(tmp_path / "storage"))
    (tmp_path / "disk").mkdir()
    storage().mkdir()
    (storage() / "layers").symlink_to(tmp_path / "disk")
    rename = Path.rename

    def within(path: Path, target: Path) -> Path:
        if path.resolve().is_relative_to(tmp_path / "disk") != target.parent.resolve().is_relative_to(
            tmp_path / "disk"
        ):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", within)
    return tmp_path / "disk"


def test_layers_may_be_kept_on_a_disk_of_their_own(another_disk: Path):
    content = stored()
    assert [each.name for each in another_disk.iterdir()] == [content]
    shutil.rmtree(storage() / "making")
    assert stored() == content  # once more, where it is there already
    shutil.copytree(another_disk / content, storage() / "making" / content, dirs_exist_ok=True)
    (another_disk / content / "shapes.parquet").write_text("rotten")
    depot.mend(storage() / "making" / content)
    assert (another_disk / content / "shapes.parquet").read_text() == "features shapes.parquet"
    depot.forget(content)
    assert list(another_disk.iterdir()) == []


def test_what_was_left_half_copied_there_is_swept(another_disk: Path):
    (another_disk / ".half").mkdir()
    age(another_disk / ".half", 2 * HOUR_S)
    assert depot.tidy(older_than_s=HOUR_S) == 1
    assert list(another_disk.iterdir()) == []


@pytest.mark.parametrize("made", [lambda path: path.write_text("a file"), lambda path: path.symlink_to("/dev/full")])
def test_a_storage_folder_that_takes_nothing_is_told_of(tmp_path: Path, monkeypatch, made):
    made(tmp_path / "no-folder")
    monkeypatch.setenv("FRONTERAS_STORAGE", str(tmp_path / "no-folder"))
    with pytest.raises(DataError, match="no-folder takes nothing: Not a directory"):
        payloads.write(points(3))
