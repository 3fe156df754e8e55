"""A backup brings everything back, on either database and across them, or says what is wrong and changes nothing."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pytest
import sqlalchemy as sa
from geopandas.testing import assert_geodataframe_equal

from geo import payloads
from geo.__main__ import main
from geo.about import About
from geo.errors import ConflictError, DataError
from geo.library import backup, database, depot, restoration, shelf
from geo.library.tables import LayerRow
from geo.viewer import LOCAL
from tests.conftest import ROOT
from tests.databases import KINDS, Databases
from tests.made_layers import points, polygons
from tests.stored_layers import kept

Files = dict[str, bytes]
REPORT = {"verdict": "accept_with_warnings", "issues": [{"code": "x", "n": 3}]}


pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Fill the catalogue with two layers in four versions and return their backup."""
    fill()
    path = tmp_path / "backup.tar.zst"
    backup.backup(path)
    return path


def fill() -> None:
    viewer = replace(LOCAL, id="ana@example.org")
    first = kept(polygons(30), title="Minería “ñ” 😀", year="year", viewer=viewer, marking="TLP:AMBER")
    more = payloads.write(polygons(40), first.about.roles)
    origin = shelf.Origin("minería.zip", "0" * 64, 12345)
    brought = shelf.Brought(about=first.about, origin=origin, report=REPORT, note="newer")
    shelf.add_version(first.key, more, brought, viewer=viewer, expected=1)
    shelf.restore(first.key, 1, viewer=viewer)
    shelf.set_visibility(first.key, "private", viewer=viewer)
    second = kept(points(20), title="Put away")
    shelf.archive(second.key, viewer=LOCAL)


def wiped(storage: Path, url: str) -> None:
    """Lose everything: the storage folder, and the tables where they are not in it."""
    shutil.rmtree(storage)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        tables = sa.MetaData()
        tables.reflect(connection)
        tables.drop_all(connection)
    database._ready.clear()
    database._seen.clear()


def features() -> dict[str, gpd.GeoDataFrame]:
    contents = {version.content for layer in shelf.layers(archived=None) for version in layer.versions}
    return {each: gpd.read_parquet(payloads.read(each).file("features")) for each in contents}


def unpacked(path: Path) -> Files:
    with pa.CompressedInputStream(str(path), "zstd") as packed, tarfile.open(fileobj=packed, mode="r|") as archive:
        return {member.name: (archive.extractfile(member) or io.BytesIO()).read() for member in archive}


def packed(path: Path, files: Files, extra: Callable[[tarfile.TarFile], None] = lambda _archive: None) -> Path:
    with pa.CompressedOutputStream(str(path), "zstd") as out, tarfile.open(fileobj=out, mode="w|") as archive:
        extra(archive)
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def test_everything_comes_back_after_everything_is_lost(url: str, storage: Path, saved: Path):
    before, frames = shelf.layers(archived=None), features()
    wiped(storage, url)
    assert shelf.layers(archived=None) == []
    told = restoration.restore(saved)
    assert (told.layers, told.versions, told.contents, told.replaced, told.missing) == (2, 4, 3, 0, ())
    assert shelf.layers(archived=None) == before
    (layer,) = [each for each in shelf.layers() if len(each.versions) == 3]
    assert [each.report for each in layer.versions] == [None, REPORT, None]
    after = features()
    assert after.keys() == frames.keys()
    for content, frame in frames.items():
        assert_geodataframe_equal(after[content], frame)
    assert depot.local() == sorted(frames)
    assert list((storage / "making").iterdir()) == []
    # It is a catalogue to work with, not a picture of one.
    again = kept(polygons(5), title="After")
    assert shelf.describe(again.key, again.about, shelf.PLAIN, viewer=LOCAL, expected=1).current.number == 2


@pytest.mark.parametrize("source", KINDS)
@pytest.mark.parametrize("target", KINDS)
def test_a_backup_of_one_database_goes_into_another(
    source: str, target: str, databases: Databases, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", databases.fresh(source))
    fill()
    before = shelf.layers(archived=None)
    backup.backup(tmp_path / "backup.tar.zst")
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", databases.fresh(target))
    monkeypatch.setenv("FRONTERAS_STORAGE", str(tmp_path / "another"))
    restoration.restore(tmp_path / "backup.tar.zst")
    assert shelf.layers(archived=None) == before
    assert len(features()) == 3
    kept(polygons(5), title="After")  # the numbers that the database gives out go on


def test_a_backup_restores_to_an_address_and_mends_what_is_damaged_there(saved: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("FRONTERAS_STORAGE", f"file://{tmp_path}/away")
    monkeypatch.setenv("FRONTERAS_CACHE", str(tmp_path / "cache"))
    restoration.restore(saved)
    (layer, _) = shelf.layers(archived=None)
    away = tmp_path / "away" / "layers" / layer.current.content
    (away / "features.parquet").write_bytes(b"rotten")
    (tmp_path / "cache" / "layers" / layer.current.content / "shapes.parquet").write_bytes(b"rotten")
    restoration.restore(saved, replace=True)
    shutil.rmtree(tmp_path / "cache" / "layers")
    assert len(features()) == 3


def test_a_backup_of_an_earlier_release_is_brought_up(url: str, storage: Path, saved: Path, tmp_path: Path):
    files = unpacked(saved)
    manifest = json.loads(files["manifest.json"]) | {"schema": "0001"}
    earlier = packed(tmp_path / "earlier.tar.zst", files | {"manifest.json": json.dumps(manifest).encode()})
    before = shelf.layers(archived=None)
    wiped(storage, url)
    restoration.restore(earlier)
    assert shelf.layers(archived=None) == before


@pytest.mark.usefixtures("url")
def test_layers_that_are_here_are_replaced_only_when_that_is_said(saved: Path, storage: Path):
    before = shelf.layers(archived=None)
    newer = kept(polygons(7), title="Newer")
    with pytest.raises(ConflictError, match="holds 3 layers"):
        restoration.restore(saved)
    assert len(shelf.layers(archived=None)) == 3
    told = restoration.restore(saved, replace=True)
    assert told.replaced == 3
    assert shelf.layers(archived=None) == before
    assert newer.current.content not in depot.local()
    assert list((storage / "making").iterdir()) == []


@pytest.mark.usefixtures("url")
def test_a_restore_that_fails_leaves_what_was_there(saved: Path, monkeypatch):
    kept(polygons(7), title="Newer")
    before = shelf.layers(archived=None)
    insert = sa.insert

    def broken(table: sa.Table) -> sa.Insert:
        if table.name == "versions":
            raise sa.exc.OperationalError("", {}, Exception("the disk is full"))
        return insert(table)

    with monkeypatch.context() as patched:
        patched.setattr("geo.library.restoration.sa.insert", broken)
        with pytest.raises(DataError, match="cannot be reached"):
            restoration.restore(saved, replace=True)
    assert shelf.layers(archived=None) == before
    assert len(features()) == 4


def test_nothing_of_a_restore_that_failed_is_seen(url: str, saved: Path, monkeypatch):
    before = [each.key for each in shelf.layers(archived=None)]
    with monkeypatch.context() as patched:
        patched.setattr("geo.library.depot.is_kept", lambda _content: False)
        with pytest.raises(ConflictError, match="while it was restored"):
            restoration.restore(saved, replace=True)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        there = connection.execute(sa.select(LayerRow.key)).scalars().all()
    assert sorted(there) == sorted(before)


DAMAGE: dict[str, Callable[[Files], Files]] = {
    "no manifest": lambda files: {name: each for name, each in files.items() if name != "manifest.json"},
    "a file changed": lambda files: {
        name: each[:-1] + b"x" if name.endswith("shapes.parquet") else each for name, each in files.items()
    },
    "rows changed": lambda files: {
        name: each.replace(b"Put away", b"Put here") if name.endswith("layers.jsonl") or "versions" in name else each
        for name, each in files.items()
    },
    "a file missing": lambda files: {name: each for name, each in files.items() if not name.endswith("cells.parquet")},
    "a file too many": lambda files: {"features/" + "0" * 20 + "/payload.json": b"{}"} | files,
    "the manifest first": lambda files: {"manifest.json": files["manifest.json"]} | files,
    "no JSON": lambda files: files | {"manifest.json": b"{"},
    "somebody else's": lambda files: files | {"manifest.json": b'{"program": "Other"}'},
    "a path that leads out": lambda files: {"../../evil.json": b"{}"} | files,
    "an absolute path": lambda files: {"/evil.json": b"{}"} | files,
    "a path through a folder": lambda files: {"features/../../evil.json": b"{}"} | files,
    "another name": lambda files: {"tables/layers.txt": b"{}"} | files,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_backup_is_refused_before_anything_changes(damage: str, saved: Path, tmp_path: Path, storage: Path):
    before = shelf.layers(archived=None)
    path = packed(tmp_path / "damaged.tar.zst", DAMAGE[damage](unpacked(saved)))
    with pytest.raises(DataError, match="no backup of Fronteras, or it is damaged"):
        restoration.restore(path, replace=True)
    assert shelf.layers(archived=None) == before
    assert list(tmp_path.rglob("evil*")) == []
    assert list((storage / "making").iterdir()) == []


def told_otherwise(files: Files, name: str, content: bytes) -> Files:
    """Return a backup in which one member says something else and the manifest knows of it."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"][name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return files | {name: content, "manifest.json": json.dumps(manifest).encode()}


ROWS: dict[str, Callable[[dict[str, object]], object]] = {
    "not about anything": lambda row: row | {"about": {"publisher": "x"}},
    "a column too many": lambda row: row | {"evil": 1},
    "no content": lambda row: {name: value for name, value in row.items() if name != "content"},
    "a moment that is none": lambda row: row | {"at": 17},
    "no row at all": lambda _row: [1],
}


@pytest.mark.parametrize("damage", ROWS)
def test_rows_that_nobody_could_read_are_refused_whoever_wrote_them(damage: str, saved: Path, tmp_path: Path):
    before, files = shelf.layers(archived=None), unpacked(saved)
    rows = [json.loads(line) for line in files["tables/versions.jsonl"].decode().splitlines()]
    rows[-1] = ROWS[damage](rows[-1])
    content = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    path = packed(tmp_path / "odd.tar.zst", told_otherwise(files, "tables/versions.jsonl", content))
    assert main(["restore", str(path), "--replace"]) == 1
    assert shelf.layers(archived=None) == before


def test_a_full_disk_is_not_taken_for_a_damaged_backup(saved: Path, monkeypatch, capsys):
    before = shelf.layers(archived=None)
    written = []

    class Full(io.BytesIO):
        def write(self, _block) -> int:
            written.append(1)
            raise OSError(28, "No space left on device")

    opening = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, mode="r", *a, **k: Full() if mode == "xb" else opening(path, mode, *a, **k)
    )
    assert main(["restore", str(saved), "--replace"]) == 1
    assert written
    told = capsys.readouterr().err
    assert "No space left on device" in told
    assert "damaged" not in told
    assert shelf.layers(archived=None) == before


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_nothing_but_files_is_taken_from_a_backup(kind: bytes, saved: Path, tmp_path: Path):
    def link(archive: tarfile.TarFile) -> None:
        member = tarfile.TarInfo("tables/layers.jsonl")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)

    path = packed(tmp_path / "linked.tar.zst", unpacked(saved), link)
    with pytest.raises(DataError, match="damaged"):
        restoration.restore(path, replace=True)


@pytest.mark.parametrize("share", [0, 0.001, 0.5, 0.99])
def test_a_backup_cut_short_is_refused(share: float, saved: Path, tmp_path: Path):
    path = tmp_path / "short.tar.zst"
    whole = saved.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(DataError, match="damaged"):
        restoration.restore(path, replace=True)
    assert len(shelf.layers(archived=None)) == 2


def test_a_backup_of_a_later_release_is_refused_as_such(saved: Path, tmp_path: Path):
    files = unpacked(saved)
    for change in ({"format": 3}, {"schema": "9999"}):
        manifest = json.loads(files["manifest.json"]) | change
        path = packed(tmp_path / "later.tar.zst", files | {"manifest.json": json.dumps(manifest).encode()})
        with pytest.raises(DataError, match="later release"):
            restoration.restore(path, replace=True)


def test_a_backup_that_somebody_packed_otherwise_is_read(saved: Path, tmp_path: Path, storage: Path):
    with pa.CompressedInputStream(str(saved), "zstd") as source:
        plain = source.read()
    (tmp_path / "plain.tar").write_bytes(plain)
    (tmp_path / "packed.tar.gz").write_bytes(gzip.compress(plain))
    for name in ("plain.tar", "packed.tar.gz"):
        shutil.rmtree(storage)
        assert restoration.restore(tmp_path / name).layers == 2


def test_what_a_backup_holds_is_for_its_owner_and_without_the_secret(saved: Path):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert {name.split("/")[0] for name in unpacked(saved)} == {"tables", "features", "manifest.json"}
    assert list(saved.parent.glob("*.part")) == []


def test_features_that_are_gone_or_damaged_are_told_and_the_rest_is_saved(tmp_path: Path, capsys):
    gone, damaged, whole = (kept(polygons(5 + each), title=str(each)) for each in range(3))
    depot.forget(gone.current.content)
    payloads.read(damaged.current.content).file("features").write_bytes(b"rotten")
    path = tmp_path / "backup.tar.zst"
    assert main(["backup", "--out", str(path)]) == 1
    told = capsys.readouterr()
    assert "3 layers (3 versions)" in told.out
    assert gone.current.content in told.err
    assert damaged.current.content in told.err
    assert main(["restore", str(path), "--replace"]) == 0
    assert "came without their features" in capsys.readouterr().err
    assert len(shelf.layers()) == 3
    assert payloads.read(whole.current.content).features == 7


@pytest.mark.usefixtures("url")
def test_layers_that_go_while_a_backup_is_made_are_left_out_of_it(tmp_path: Path, monkeypatch):
    going, staying = kept(polygons(5), title="Going"), kept(polygons(6), title="Staying")
    fetch, is_first = depot.fetch, [True]

    def deleting(content: str) -> Path | None:
        if is_first.pop() if is_first else False:
            shelf.delete(going.key, viewer=LOCAL)
        return fetch(content)

    monkeypatch.setattr("geo.library.depot.fetch", deleting)
    told = backup.backup(tmp_path / "backup.tar.zst")
    monkeypatch.undo()
    assert (told.layers, told.missing) == (1, ())
    rows = unpacked(tmp_path / "backup.tar.zst")["tables/layers.jsonl"].decode().splitlines()
    assert [json.loads(row)["key"] for row in rows] == [staying.key]


def test_a_backup_that_cannot_be_written_says_so_and_keeps_the_last_one(saved: Path, tmp_path: Path):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "no file")
    for no_file in (tmp_path / "folder", Path(), tmp_path / "no file", saved / "under a file"):
        with pytest.raises(DataError, match="cannot be written"):
            backup.backup(no_file)
    whole = saved.read_bytes()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("geo.library.backup._add_opened", lambda *_args: (_ for _ in ()).throw(OSError(28, "No space")))
        with pytest.raises(DataError, match="No space"):
            backup.backup(saved)
    assert saved.read_bytes() == whole
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


def test_the_commands_tell_what_they_did_in_the_readers_language(tmp_path: Path, storage: Path, capsys):
    kept(polygons(5), title="One")
    path = tmp_path / "backup.tar.zst"
    assert main(["backup", "--out", str(path)]) == 0
    assert "1 layer (1 version)" in capsys.readouterr().out
    assert main(["restore", str(path)]) == 1
    assert "restore with --replace" in capsys.readouterr().err
    shutil.rmtree(storage)
    assert main(["restore", str(path)]) == 0
    assert "1 layer (1 version)" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "nothing")]) == 1
    assert "Check the path" in capsys.readouterr().err


def test_make_backs_up_and_restores(tmp_path: Path, storage: Path):
    kept(polygons(5), title="One")
    path = tmp_path / "backup.tar.zst"
    subprocess.run(["make", "backup", f"FILE={path}"], cwd=ROOT, check=True, capture_output=True)
    shutil.rmtree(storage)
    done = subprocess.run(["make", "restore", f"FILE={path}"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert "1 layer (1 version)" in done.stdout
    assert [each.title for each in shelf.layers()] == ["One"]
    refused = subprocess.run(["make", "restore"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "make restore FILE=" in refused.stderr


def test_about_is_all_that_is_said(saved: Path):
    (row, *_) = [json.loads(line) for line in unpacked(saved)["tables/versions.jsonl"].decode().splitlines()]
    assert About.from_dict(row["about"]).source == "Made from a seed for tests"
    assert "id" not in row
