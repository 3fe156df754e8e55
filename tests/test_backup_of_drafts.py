"""A half-finished upload survives the loss of the machine: it comes out of a backup as it went in, and is finished."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from geo.__main__ import main
from geo.errors import DataError
from geo.library import backup, restoration, shelf, unfinished
from geo.upload import draft_jobs, drafts
from geo.viewer import LOCAL
from tests.made_layers import polygons
from tests.stored_layers import kept
from tests.test_backup import packed, unpacked
from tests.test_drafts import checked, described, ended, received

pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.tar.zst"


def test_an_unfinished_upload_is_finished_after_everything_was_lost(storage: Path, file: Path, capsys):
    found = described(checked())
    waiting = received(name="later.geojson")
    findings = drafts.findings(found)
    assert main(["backup", "--out", str(file)]) == 0
    assert "0 layers (0 versions) and 2 unfinished uploads" in capsys.readouterr().out
    shutil.rmtree(storage)
    assert main(["restore", str(file)]) == 0
    assert "2 unfinished uploads" in capsys.readouterr().out
    back = drafts.draft(found.id, LOCAL)
    assert {each.id for each in drafts.drafts(LOCAL)} == {found.id, waiting.id}
    assert back.answers == found.answers
    assert back.original.read_bytes() == drafts.draft(waiting.id, LOCAL).original.read_bytes()
    assert drafts.findings(back).report == findings.report
    draft_jobs.store(back.id, LOCAL)
    assert ended(back.id).state == "stored"
    assert [each.title for each in shelf.layers()] == [back.answers["title"]]


def test_what_was_stored_or_thrown_away_is_not_in_a_backup(file: Path):
    drafts.discard(received().id, LOCAL)
    stored = described(checked())
    draft_jobs.store(stored.id, LOCAL)
    assert ended(stored.id).state == "stored"
    assert backup.backup(file).drafts == 0
    assert [name for name in unpacked(file) if name.startswith("drafts/")] == []


def test_an_upload_that_is_still_here_stays_as_it_is(file: Path):
    found = described(checked())
    backup.backup(file)
    drafts.fill(found.id, LOCAL, title="Newer")
    assert restoration.restore(file, replace=True).drafts == 0
    assert drafts.draft(found.id, LOCAL).answers["title"] == "Newer"


def test_an_upload_out_of_an_old_backup_has_its_days_from_now_on(storage: Path, file: Path, monkeypatch):
    found = received()
    long_ago = drafts.now() - drafts.FORGOTTEN - timedelta(days=1)
    with monkeypatch.context() as patched:
        patched.setattr(drafts, "now", lambda: long_ago)
        drafts.fill(found.id, LOCAL, title="Old")
    backup.backup(file)
    shutil.rmtree(storage)
    restoration.restore(file)
    assert drafts.sweep(at_once=True) == []
    assert drafts.draft(found.id, LOCAL).answers["title"] == "Old"


def test_a_job_that_ran_while_the_backup_was_made_is_told_of_as_interrupted(storage: Path, file: Path):
    found = checked()
    with drafts.changing(found.id) as change:
        change(lambda each: drafts.replace(each, state="storing"))
    handle = drafts.held(found)
    backup.backup(file)
    assert handle is not None
    shutil.rmtree(storage)
    restoration.restore(file)
    back = drafts.draft(found.id, LOCAL)
    assert back.state == "checked"
    assert back.problem == drafts.NOT_STORED


def test_an_upload_that_goes_while_it_is_copied_keeps_nothing_else_from_the_backup(file: Path, monkeypatch):
    going, staying = sorted([received().id, received().id])
    layer = kept(polygons(5), title="Layer")
    opened = unfinished._files

    def vanishing(folder: Path, stack: object) -> unfinished.Files:
        if folder.name == going:
            (folder / "original").unlink()
        return opened(folder, stack)

    monkeypatch.setattr(unfinished, "_files", vanishing)
    assert backup.backup(file).drafts == 1
    names = set(unpacked(file))
    assert f"drafts/{staying}/original" in names
    assert not any(going in name for name in names)
    assert any(layer.current.content in name for name in names)


@pytest.mark.parametrize(
    "name",
    ["drafts/{id}/secret", "drafts/{id}/../../evil", "drafts/evil/original", "drafts/{id}/checked-1/../../x.json",
     "drafts/{id}/job.lock"],
)  # fmt: skip
def test_no_other_file_comes_in_with_an_upload(name: str, file: Path, tmp_path: Path):
    found = received()
    backup.backup(file)
    path = packed(tmp_path / "evil.tar.zst", {name.format(id=found.id): b"x"} | unpacked(file))
    with pytest.raises(DataError, match="damaged"):
        restoration.restore(path)
    assert list(tmp_path.rglob("evil")) == []


def test_an_upload_without_its_notes_is_refused(file: Path, tmp_path: Path):
    found = received()
    backup.backup(file)
    files = unpacked(file)
    manifest = json.loads(files["manifest.json"])
    del files[f"drafts/{found.id}/draft.json"], manifest["files"][f"drafts/{found.id}/draft.json"]
    path = packed(tmp_path / "half.tar.zst", files | {"manifest.json": json.dumps(manifest).encode()})
    with pytest.raises(DataError, match="damaged"):
        restoration.restore(path)
