"""Grants: one string all day for one browser, and nothing at all for any other."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo import grants
from geo.errors import GeoError, UnknownError
from geo.storage import ROOT, storage
from geo.viewer import LOCAL, MARKINGS
from tests.conftest import ROOT as TREE

COOKIE, OTHER = "c" * 32, "o" * 32
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 15, tzinfo=UTC)
SECRET = "s" * 64


@pytest.fixture(autouse=True)
def _secret(monkeypatch, tmp_path):
    monkeypatch.setenv("FRONTERAS_SECRET", SECRET)
    monkeypatch.setenv("FRONTERAS_STORAGE", str(tmp_path / "kept"))


def token(content="layer-1", viewer=LOCAL, cookie=COOKIE, now=NOON):
    return grants.grant(content, viewer, cookie, now=now)


@pytest.mark.parametrize("ceiling", MARKINGS)
def test_a_grant_says_what_its_viewer_may_see(ceiling):
    mine = token(viewer=replace(LOCAL, ceiling=ceiling))
    assert grants.granted(mine, "layer-1", COOKIE, now=NOON) == ceiling


def test_it_is_one_string_all_day_and_another_the_next():
    first = token(now=datetime(2026, 3, 14, tzinfo=UTC))
    lima = timezone(timedelta(hours=-5))
    assert token(now=datetime(2026, 3, 14, 18, 59, 59, tzinfo=lima)) == first
    assert token(now=MIDNIGHT) != first


@pytest.mark.parametrize(
    "change",
    [{"content": "layer-2"}, {"cookie": OTHER}, {"viewer": replace(LOCAL, id="ana")}, {"now": MIDNIGHT},
     {"viewer": replace(LOCAL, ceiling="TLP:GREEN")}],
)  # fmt: skip
def test_whatever_it_is_bound_to_changes_it(change):
    assert token(**change) != token()


@pytest.mark.parametrize(
    ("asked", "content", "cookie", "now"),
    [
        pytest.param(token, "layer-1", OTHER, NOON, id="foreign: another browser's cookie"),
        pytest.param(token, "layer-1", "", NOON, id="foreign: no cookie"),
        pytest.param(lambda: token(cookie=""), "layer-1", "", NOON, id="made without a cookie, sent without one"),
        pytest.param(token, "layer-2", COOKIE, NOON, id="another layer's content"),
        pytest.param(token, "layer-1", COOKIE, MIDNIGHT + grants.GRACE, id="expired, and an hour beyond"),
        pytest.param(token, "layer-1", COOKIE, MIDNIGHT + timedelta(days=400), id="long expired"),
        pytest.param(lambda: "", "layer-1", COOKIE, NOON, id="empty"),
        pytest.param(lambda: grants.PUBLIC, "layer-1", COOKIE, NOON, id="public"),
        pytest.param(lambda: "4" + token(viewer=replace(LOCAL, ceiling="TLP:CLEAR"))[1:], "layer-1", COOKIE, NOON,
                     id="forged: a higher ceiling"),
        pytest.param(lambda: token().replace(f".{NOON.toordinal()}.", ".999999."), "layer-1", COOKIE, NOON,
                     id="forged: a later day"),
        pytest.param(lambda: token() + "\n", "layer-1", COOKIE, NOON, id="a line end behind it"),
        pytest.param(lambda: "٤" + token()[1:], "layer-1", COOKIE, NOON, id="a digit of another script"),
        pytest.param(lambda: "\udcff" * 70, "layer-1", COOKIE, NOON, id="no text at all"),
    ],
)  # fmt: skip
def test_what_is_not_valid_looks_all_the_same(asked, content, cookie, now):
    with pytest.raises(UnknownError) as refused:
        grants.granted(asked(), content, cookie, now=now)
    assert refused.value.message == grants.NOT_VALID


def test_it_is_accepted_for_an_hour_beyond_its_day():
    last = MIDNIGHT + timedelta(minutes=59, seconds=59)
    assert grants.granted(token(), "layer-1", COOKIE, now=last) == "TLP:RED"
    assert grants.read(token(), "layer-1", COOKIE, now=NOON).until == MIDNIGHT + timedelta(hours=1)


def test_another_secret_accepts_nothing(monkeypatch):
    mine = token()
    monkeypatch.setenv("FRONTERAS_SECRET", "t" * 64)
    with pytest.raises(UnknownError):
        grants.granted(mine, "layer-1", COOKIE, now=NOON)


@given(at=st.integers(0, 200), character=st.characters())
def test_a_grant_altered_in_any_character_is_refused(at, character):
    mine = token()
    at %= len(mine)
    assume(mine[at] != character)
    with pytest.raises(UnknownError):
        grants.granted(mine[:at] + character + mine[at + 1 :], "layer-1", COOKIE, now=NOON)


@given(st.text(), st.text(), st.text(min_size=1), st.text(min_size=1))
def test_a_grant_is_for_one_content_and_one_cookie_whatever_they_hold(content, other_content, cookie, other_cookie):
    mine = token(content, cookie=cookie)
    assert grants.granted(mine, content, cookie, now=NOON) == LOCAL.ceiling
    assume((content, cookie) != (other_content, other_cookie))
    with pytest.raises(UnknownError):
        grants.granted(mine, other_content, other_cookie, now=NOON)


def test_it_may_stand_in_an_address_and_names_nobody():
    viewer = replace(LOCAL, id="ana.perez@example.org")
    mine = token(viewer=viewer, cookie="K" * 20 + "-random-id-1")
    assert set(mine) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    for told in (viewer.id, "ana", "KKKK", "random", SECRET[:8]):
        assert told not in mine


@pytest.mark.parametrize("marking", MARKINGS)
def test_only_what_is_clear_needs_no_grant(marking):
    mine = grants.segment(marking, "layer-1", LOCAL, COOKIE)
    assert (mine == "public") == (marking == "TLP:CLEAR")
    if mine != "public":
        assert grants.granted(mine, "layer-1", COOKIE) == "TLP:RED"


# --- the secret -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "changeme", "x" * 31, "x" * 20 + " " * 20])
def test_a_secret_that_is_too_short_says_what_to_do(monkeypatch, text):
    monkeypatch.setenv("FRONTERAS_SECRET", text)
    with pytest.raises(GeoError, match=r"FRONTERAS_SECRET .* long random text") as refused:
        token()
    assert not isinstance(refused.value, UnknownError)


def test_without_one_it_is_made_once_and_only_this_user_reads_it(monkeypatch):
    monkeypatch.delenv("FRONTERAS_SECRET")
    mine = token()
    file = storage() / "secret"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in storage().iterdir()] == ["secret"]
    assert token() == mine
    file.unlink()
    assert token() != mine


def test_many_who_start_at_once_end_with_one_secret(monkeypatch):
    monkeypatch.delenv("FRONTERAS_SECRET")
    for _ in range(20):
        (storage() / "secret").unlink(missing_ok=True)
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(lambda _: grants.secret(), range(8)))) == 1


def test_two_processes_write_the_same_address(monkeypatch):
    monkeypatch.delenv("FRONTERAS_SECRET")
    code = f"from geo import grants, viewer; print(grants.grant('layer-1', viewer.LOCAL, {COOKIE!r}))"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=TREE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        for _ in range(2)
    ]
    said = {process.communicate(timeout=60)[0].strip() for process in started}
    assert len(said) == 1
    assert grants.granted(said.pop(), "layer-1", COOKIE) == "TLP:RED"


def test_a_damaged_secret_is_not_used(monkeypatch):
    monkeypatch.delenv("FRONTERAS_SECRET")
    storage().mkdir()
    (storage() / "secret").write_text("")
    with pytest.raises(GeoError, match="damaged"):
        token()


def test_a_folder_that_cannot_be_written_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.delenv("FRONTERAS_SECRET")
    (tmp_path / "file").touch()
    monkeypatch.setenv("FRONTERAS_STORAGE", str(tmp_path / "file" / "kept"))
    with pytest.raises(GeoError, match="FRONTERAS_SECRET"):
        token()


@pytest.mark.parametrize("text", [None, ""])
def test_things_are_kept_in_the_tree_unless_said_otherwise(monkeypatch, text):
    if text is None:
        monkeypatch.delenv("FRONTERAS_STORAGE")
    else:
        monkeypatch.setenv("FRONTERAS_STORAGE", text)
    assert storage() == ROOT / "storage"
    assert Path(ROOT) == TREE
