"""Storing in a process of its own: the same features as in this one, and a sentence where it fails."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import geopandas as gpd
import pytest

from geo import payloads
from geo.about import Roles
from geo.errors import DataError
from geo.library import depot, storing
from tests.made_layers import polygons

pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "checked.parquet"
    polygons(200).to_parquet(path)
    return path


def test_what_is_stored_is_what_this_process_would_store(file):
    here = payloads.write(gpd.read_parquet(file), Roles(year="year", value="area_ha"))
    assert storing.store(file, Roles(year="year", value="area_ha")) == here


def test_a_refusal_comes_back_in_its_words(file):
    with pytest.raises(DataError, match="no column “when”"):
        storing.store(file, Roles(year="when"))


def test_what_is_called_off_leaves_nothing_listed(file):
    assert storing.store(file, Roles(), is_cancelled=lambda: True) is None
    assert list(depot.contents()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="children are found by Linux's own list of them")
def test_a_process_that_is_killed_is_a_sentence(file):
    def kill() -> bool:
        for task in Path("/proc/self/task").iterdir():
            for child in (task / "children").read_text().split():
                if b"geo.library.storing" in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(int(child), signal.SIGKILL)
        return False

    with pytest.raises(DataError, match="ended early"):
        storing.store(file, Roles(), is_cancelled=kill)
    assert list(depot.contents()) == []
