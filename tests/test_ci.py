"""CI's look at a test run: a skip that nobody allowed fails it, and so does one without a browser or PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.databases import NONE_HERE

BROWSER = '<testcase classname="tests.browser.test_map" name="test_it_opens"/>'
POSTGRESQL = '<testcase classname="tests.test_shelf" name="test_a_layer_is_kept[postgresql]"/>'
PLAIN = '<testcase classname="tests.test_zones" name="test_area"/>'


def skipped(reason: str, classname: str = "tests.test_zones") -> str:
    return f'<testcase classname="{classname}" name="test_a"><skipped message="{reason}"/></testcase>'


@pytest.mark.parametrize(
    ("cases", "exit_code", "said"),
    [
        pytest.param([PLAIN, BROWSER, POSTGRESQL], 0, "0 skipped", id="nothing skipped"),
        pytest.param(
            [BROWSER, POSTGRESQL, skipped("the real files are not here (../shared/realdata)")],
            0,
            "1 skipped, 0",
            id="allowed skip",
        ),
        pytest.param([BROWSER, POSTGRESQL, skipped("too slow today")], 1, "too slow today", id="a skip without leave"),
        pytest.param([PLAIN, POSTGRESQL], 1, "0 browser tests ran", id="no browser test"),
        pytest.param(
            [PLAIN, POSTGRESQL, skipped("no Chromium is here", "tests.browser.test_map")],
            1,
            "0 browser tests ran",
            id="no Chromium",
        ),
        pytest.param([PLAIN, BROWSER], 1, "0 on PostgreSQL", id="no test on PostgreSQL"),
        pytest.param(
            [BROWSER, POSTGRESQL, skipped(NONE_HERE)], 1, "1 of them without leave", id="no PostgreSQL for one of them"
        ),
    ],
)
def test_a_run_is_judged_by_what_it_left_out(tmp_path: Path, cases: list[str], exit_code: int, said: str):
    results = tmp_path / "tests.xml"
    results.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>", encoding="utf-8")
    command = [sys.executable, str(ROOT / ".ci" / "check_tests.py"), str(results)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stdout) == (exit_code, True), done.stdout + done.stderr
