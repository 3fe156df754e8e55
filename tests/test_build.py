"""The committed files of ``data/`` are what the recipe makes of the committed facts."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

from data import build
from data.recipe.files import DATA, InputAbsent
from tests.conftest import ROOT

OUTPUTS: Final = build.outputs()
WRITTEN_BY_HAND: Final = {"zone_series.csv"}  # a reviewed table, which nothing derives


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: output.name)
def test_the_committed_file_equals_its_rebuild(output):
    try:
        content = output.make()
    except InputAbsent as absent:
        pytest.skip(f"{output.name} was left out: {absent}")
    assert (DATA / output.name).read_bytes() == content


def test_every_data_file_is_made_by_the_recipe():
    made = {output.name for output in OUTPUTS}
    lying_there = {path.name for path in DATA.iterdir() if path.suffix in {".csv", ".parquet", ".geojson"}}
    assert lying_there - made == WRITTEN_BY_HAND
    assert made <= lying_there


def test_every_file_says_what_it_is_made_from():
    assert [output.name for output in OUTPUTS if not output.reads] == []


def test_check_finds_a_changed_file(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "DATA", tmp_path)
    monkeypatch.setattr(build, "outputs", lambda: [build.Output("names.csv", ("facts/names.csv",), lambda: b"key\n")])
    assert build.main(["--check"]) == 1
    assert "names.csv: DIFFERS from its rebuild; read facts/names.csv" in capsys.readouterr().out
    assert not (tmp_path / "names.csv").exists()  # a check writes nothing
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0


def test_an_absent_input_is_said_and_its_file_stays(tmp_path, monkeypatch, capsys):
    def make() -> bytes:
        raise InputAbsent("The npm packages are not here: run “npm ci” first.")

    (tmp_path / "land.parquet").write_bytes(b"as committed")
    monkeypatch.setattr(build, "DATA", tmp_path)
    monkeypatch.setattr(build, "outputs", lambda: [build.Output("land.parquet", (), make)])
    assert build.main([]) == 0
    assert "land.parquet: left out. The npm packages are not here" in capsys.readouterr().out
    assert (tmp_path / "land.parquet").read_bytes() == b"as committed"


def test_an_unknown_file_is_refused(capsys):
    with pytest.raises(SystemExit):
        build.main(["--only", "rivers.doc"])
    assert "no file rivers.doc; there are: sources.csv" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["data/build.py"], ["-m", "data.build"]], ids=["as a file", "as a module"])
def test_it_starts_from_the_folder_of_the_project(command):
    done = subprocess.run(
        [sys.executable, *command, "--check", "--only", "names.csv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "names.csv: unchanged; read facts/names.csv\n")
