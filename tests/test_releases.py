"""Digests of releases: whole, small, right, and made by one command."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from data.recipe import releases as recipe
from geo import changes, digests, store
from geo.errors import DataError, UnknownError
from geo.messages import say
from geo.records import ids
from geo.shipped import TABLES
from tests.conftest import ROOT

SMALL = 500_000  # bytes of a digest


@pytest.fixture(scope="module")
def today() -> pd.DataFrame:
    return digests.today()


def test_every_release_but_the_one_being_made_has_a_digest():
    told = re.findall(r"^## (\d+\.\d+\.\d+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(told[1:]) <= {each.version for each in digests.releases()}, (
        "run python -m data.recipe.releases --at COMMIT"
    )


def test_the_newest_digest_is_what_the_data_say_or_the_data_have_changed(today: pd.DataFrame):
    newest = digests.releases()[-1]
    before = digests.read(newest)
    if newest.data == store.data_version():
        assert_frame_equal(before, today)
        assert changes.between(before, today) == ()
    else:
        assert len(before)


def test_digests_are_small_and_named_after_what_they_say():
    files = sorted(digests.RELEASES.glob("*.parquet"))
    assert {path.stem for path in files} == {each.digest for each in digests.releases()}
    for path in files:
        content = path.read_bytes()
        assert len(content) < SMALL
        assert digests.named(content) == path.stem


def test_a_digest_holds_every_row_by_its_address(today: pd.DataFrame):
    for key in TABLES:
        assert tuple(today.loc[today["table"] == key, "id"]) == ids(key)


def test_a_digest_holds_figures_as_they_stood_and_long_texts_as_fingerprints(today: pd.DataFrame):
    figures = today[today["table"] == "indicators"]
    raw = pd.read_csv(store.DATA / "indicators.csv", dtype=str, keep_default_na=False)
    assert figures["value"].tolist() == raw["value"].tolist()
    sources = today[today["table"] == "sources"].set_index("source_id")
    licences = pd.read_csv(store.DATA / "sources.csv", dtype=str, keep_default_na=False).set_index("source_id")
    longest = licences["how_verified"].str.len().idxmax()
    assert len(licences["how_verified"][longest]) > digests.LONG
    assert re.fullmatch(r"…#[0-9a-f]{10}", sources["how_verified"][longest])


def test_the_same_data_give_the_same_bytes(today: pd.DataFrame):
    content = digests.packed(today)
    assert content == digests.packed(digests.of_folder(store.DATA))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param("POLYGON((0 0,1 0,1 1,0 0))", "POLYGON((1 1,0 0,1 0,1 1))", True, id="begun elsewhere"),
        pytest.param("POLYGON((0 0,1 0,1 1,0 0))", "POLYGON((0 0,1 1,1 0,0 0))", True, id="the other way round"),
        pytest.param("POINT(1 2)", "POINT(1.000001 2)", True, id="ten centimetres away"),
        pytest.param("POINT(1 2)", "POINT(1.0001 2)", False, id="ten metres away"),
        pytest.param("LINESTRING(0 0,1 1)", "LINESTRING(0 0,1 1,2 2)", False, id="one corner more"),
    ],
)
def test_a_fingerprint_is_of_the_outline_not_of_how_it_is_written(one: str, other: str, is_same: bool):
    prints = {digests.fingerprint(shapely.from_wkt(each)) for each in (one, other)}
    assert (len(prints) == 1) == is_same


@pytest.mark.parametrize("shape", [None, shapely.Point(), shapely.Point(float("nan"), 1)])
def test_what_has_no_place_has_no_fingerprint(shape: shapely.Geometry | None):
    assert digests.fingerprint(shape) == ""


# --- the recipe -------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give data of two tables."""
    made = tmp_path / "data"
    made.mkdir()
    for name in ("crossings.csv", "actors.csv"):
        (made / name).write_bytes((store.DATA / name).read_bytes())
    return made


def test_one_call_adds_a_release_and_releases_of_the_same_data_share_a_digest(folder: Path, tmp_path: Path):
    into = tmp_path / "releases"
    first = recipe.add(folder, "1.9.0", date(2027, 1, 1), into=into)
    second = recipe.add(folder, "1.10.0", date(2027, 1, 1), into=into)
    assert (first.digest, first.data) == (second.digest, second.data)
    assert first.data == store.version_of(folder)
    path = folder / "actors.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("active; talks", "quiet; talks", 1), encoding="utf-8")
    third = recipe.add(folder, "2.0.0", date(2027, 2, 1), into=into)
    assert third.digest != first.digest
    assert digests.releases(into) == (first, second, third)
    (told,) = changes.between(digests.read(first, into), digests.read(third, into))
    assert (told.kind, told.table) == ("revised", "actors")
    # A release made again takes the place of itself, and what nobody needs is gone.
    for each in (first, second):
        recipe.add(folder, each.version, each.on, into=into)
    assert [path.stem for path in into.glob("*.parquet")] == [third.digest]
    assert [each.version for each in digests.releases(into)] == ["1.9.0", "1.10.0", "2.0.0"]


def test_a_release_is_found_by_its_version_or_the_others_are_named():
    newest = digests.releases()[-1]
    assert digests.release(f" v{newest.version} ") == newest
    with pytest.raises(UnknownError) as refused:
        digests.release("9.9.9")
    assert newest.version in say(refused.value.message, "es")


def test_a_damaged_digest_is_said_in_a_sentence(folder: Path, tmp_path: Path):
    into = tmp_path / "releases"
    made = recipe.add(folder, "1.0.0", date(2027, 1, 1), into=into)
    (into / f"{made.digest}.parquet").write_bytes(b"rotten")
    with pytest.raises(DataError, match=made.digest):
        digests.read(made, into)
    (into / "releases.csv").write_text("version,on\n1.0.0,yesterday\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"releases\.csv"):
        digests.releases(into)
    with pytest.raises(DataError):
        digests.read(replace(made, digest="missing"), into)
