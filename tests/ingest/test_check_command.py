"""``python -m geo check`` and ``add``: exit codes, JSON, languages, and what becomes of a process that dies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from geo.__main__ import main
from geo.ingest import standby, telling, worker
from geo.ingest.checking import check
from geo.library import shelf
from tests.conftest import ROOT
from tests.ingest.made_files import BOWTIE, GOOD, area, collection, js, point, shapefile

pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def file(tmp_path):
    def made(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return made


@pytest.mark.parametrize(
    ("content", "code", "verdict"),
    [
        pytest.param(GOOD, 0, "accept", id="accepted"),
        pytest.param(js(collection(area(BOWTIE))), 0, "accept_with_warnings", id="with warnings"),
        pytest.param(GOOD[:-20], 1, "reject", id="refused"),
    ],
)
def test_exit_code_and_json_follow_the_verdict(content, code, verdict, file, capsys):
    assert main(["check", file("a.geojson", content), "--json"]) == code
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == verdict


def test_json_has_the_shape_of_the_design(file, capsys):
    main(["check", file("a.geojson", js(collection(area(BOWTIE), None))), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["file", "verdict", "layers", "issues"]
    assert told["file"] == "a.geojson"
    (layer,) = told["layers"]
    assert layer == {"name": "a", "features": 1, "geometry_types": ["MultiPolygon"], "crs": "EPSG:4326"}
    for issue in told["issues"]:
        assert list(issue) == ["code", "severity", "layer", "feature", "message", "fix"]
    assert [(each["code"], each["feature"]) for each in told["issues"]] == [
        ("GEOMETRY_INVALID", 1),
        ("GEOMETRY_MISSING", 2),
    ]


def test_nothing_but_json_goes_to_standard_output(file):
    command = [sys.executable, "-m", "geo", "check", file("a.geojson", GOOD[:-20]), "--json", "--lang", "pt"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert json.loads(done.stdout)["verdict"] == "reject"


def test_a_reader_that_goes_away_is_no_error(file):
    path = file("a.geojson", js(collection(area(BOWTIE))))
    command, env = [sys.executable, "-m", "geo", "check", path], {**os.environ, "PYTHONUNBUFFERED": ""}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()  # as “| head -0” does
        said = process.stderr.read().decode()
        assert (process.wait(60), said) == (0, "")


def test_text_says_verdict_layer_and_issue_in_the_readers_language(file, capsys):
    path = file("a.geojson", js(collection(area(BOWTIE))))
    said = {}
    for lang in ("en", "es", "pt"):
        main(["check", path, "--lang", lang])
        said[lang] = capsys.readouterr().out
        assert "GEOMETRY_INVALID" in said[lang]
    assert "accepted with warnings" in said["en"]
    assert len(set(said.values())) == 3


@pytest.mark.parametrize("wrong", [["check"], ["check", "a", "--crs", "EPSG:nonsense"], ["check", "a", "--lang", "xx"]])
def test_a_call_that_cannot_be_understood_ends_in_2(wrong):
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2


def test_a_missing_file_is_refused_with_a_report(tmp_path, capsys):
    assert main(["check", str(tmp_path / "nothing.zip"), "--json"]) == 1
    assert [each["code"] for each in json.loads(capsys.readouterr().out)["issues"]] == ["FILE_MISSING"]


def test_a_crs_can_be_declared(file, capsys):
    from shapely.geometry import Point  # noqa: PLC0415

    path = file("a.zip", shapefile(crs=None, shapes=[Point(1_000_000, 1_000_000)]))
    assert main(["check", path, "--json"]) == 1
    assert main(["check", path, "--crs", "EPSG:3116"]) == 0
    assert "EPSG:3116" in capsys.readouterr().out


def test_names_from_a_file_cannot_move_the_terminal(file, capsys):
    content = js(collection(None, point(), properties={"a\x1b[2Jb\u202ec": "<script>"}, name="x\x1b]0;y\x07\nz"))
    assert main(["check", file("a\x1b[31m.geojson", content)]) == 0
    assert main(["check", file(os.fsdecode(b"a\xff.geojson"), content), "--json"]) == 0
    said = capsys.readouterr().out
    assert [sign for sign in said if not sign.isprintable() and sign != "\n"] == []


SAID = ["--title", "Made", "--source", "The tests"]


def test_add_refuses_what_the_check_refuses_in_the_same_words(file, capsys):
    path = file("a.kml", b"<!DOCTYPE kml [<!ENTITY a 'b'>]><kml/>")
    assert main(["add", path, *SAID]) == 1
    assert "XML_ENTITIES" in capsys.readouterr().err
    assert shelf.layers() == []


def test_add_asks_for_a_layer_where_there_are_several(file, capsys):
    path = file("a.geojson", js(collection(point(), area())))
    assert main(["add", path, *SAID]) == 1
    assert "--layer" in capsys.readouterr().err
    assert main(["add", path, *SAID, "--layer", "nothing"]) == 1
    assert main(["add", path, *SAID, "--layer", "a (areas)"]) == 0
    (layer,) = shelf.layers()
    stored = layer.current
    assert (stored.geometry, stored.features) == ("area", 1)


def test_add_stores_what_was_mended(file):
    assert main(["add", file("a.geojson", js(collection(point(-4, -70), point(-5, -71)))), *SAID]) == 0
    (layer,) = shelf.layers()
    assert layer.current.bounds == pytest.approx((-71, -5, -70, -4))
    kept = telling.unpacked_repairs(layer.current.report)  # to be looked at later: what was moved, and from where
    assert [(each.code, each.feature) for each in kept] == [("AXES_SWAPPED", 1), ("AXES_SWAPPED", 2)]


def test_a_check_keeps_layers_and_previews_until_it_is_closed(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_bytes(js(collection(area(BOWTIE), area())))
    stages = []
    with check(path, name="theirs.geojson", stage=stages.append) as found:
        assert found.report.file == "theirs.geojson"
        (layer,) = found.layers
        assert layer.frame.is_valid.all()
        (preview,) = layer.repairs
        before, after = preview.shapes()
        assert (preview.feature, before.is_valid, after.is_valid) == (1, False, True)
        folder = found.folder
        assert folder is not None
        assert folder.is_dir()
    assert not folder.exists()
    assert stages[0] == "opening"
    assert stages[-1] == "done"


# What happens to the process, put in the place of its own beginning.
DEATHS = {
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "crashed": "import ctypes; ctypes.string_at(0)",
    "raised": "import sys; sys.modules['geo.ingest.writing'] = None",
    "left early": "import sys; sys.exit(0)",
    "writes nonsense": "import sys; print('done', flush=True); sys.exit(0)",
}


@pytest.mark.parametrize("death", DEATHS)
def test_a_process_that_dies_is_an_error_in_the_report(death, tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(DEATHS[death])
    usual = standby.environment
    monkeypatch.setattr(standby, "environment", lambda scratch: {**usual(scratch), "PYTHONPATH": str(tmp_path)})
    path = tmp_path / "a.geojson"
    path.write_bytes(GOOD)
    found = check(path)
    assert found.report.verdict == "reject"
    assert [issue.code for issue in found.report.issues] == ["PARSER_DIED"]
    assert found.layers == ()


def test_a_check_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("import time; time.sleep(60)")
    usual = standby.environment
    monkeypatch.setattr(standby, "environment", lambda scratch: {**usual(scratch), "PYTHONPATH": str(tmp_path)})
    path = tmp_path / "a.geojson"
    path.write_bytes(GOOD)
    began = time.monotonic()
    found = check(path, seconds=1)
    assert [issue.code for issue in found.report.issues] == ["TIME_EXCEEDED"]
    assert time.monotonic() - began < 20


def test_a_check_that_takes_too_much_memory_is_ended(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_bytes(GOOD)
    orders = worker.Orders(str(path), "a.geojson", str(tmp_path))
    assert worker.run(orders, memory=120_000_000) in {"memory", "died"}


def test_a_check_can_be_called_off(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_bytes(GOOD)
    assert [issue.code for issue in check(path, is_cancelled=lambda: True).report.issues] == ["CANCELLED"]


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(home))
    path = tmp_path / "a.geojson"
    path.write_bytes(GOOD[:-20])
    check(path)
    path.write_bytes(GOOD)
    with check(path):
        pass
    assert [each for each in home.iterdir() if not each.name.startswith("fronteras-turns")] == []
