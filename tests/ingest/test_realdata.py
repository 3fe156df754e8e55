"""Every real file by others ends in the verdict of the table, by the command that a person would call."""

from __future__ import annotations

import json

import pytest

from geo.__main__ import main
from geo.ingest.report import Report
from layers.report_words import steps
from tests.ingest.verdicts import ACCEPT, REAL, REJECT, Real


def test_the_table_has_every_real_file(realdata):
    assert {path.name for path in realdata.iterdir()} == {real.name for real in REAL}


def test_every_row_of_the_table_says_why():
    assert [real.name for real in REAL if len(real.why) < 10] == []
    assert [real.name for real in REAL if (real.verdict == ACCEPT) == bool(real.codes)] == []
    assert [real.name for real in REAL if (real.verdict == REJECT) == bool(real.features)] == []


@pytest.mark.parametrize("real", REAL, ids=lambda real: real.name)
def test_each_real_file_gets_its_verdict_by_command(real: Real, realdata, capsys):
    assert main(["check", str(realdata / real.name), "--json"]) == (1 if real.verdict == REJECT else 0)
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["verdict"]) == (real.name, real.verdict)
    assert tuple(layer["features"] for layer in told["layers"]) == real.features
    assert {layer["crs"] for layer in told["layers"]} == ({real.crs} if real.crs else set())
    serious = {issue["code"] for issue in told["issues"] if issue["severity"] != "note"}
    assert serious == set(real.codes)
    assert set(real.notes) <= {issue["code"] for issue in told["issues"]}


def test_a_report_of_nothing_found_still_says_what_to_do():
    assert len(steps(Report("a.geojson"), "en")) == 1
