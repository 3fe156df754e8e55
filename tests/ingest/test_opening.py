"""Hostile and broken files: each ends in its verdict, and none reads another file or asks for an address."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from geo.ingest import limits
from geo.ingest.checking import check
from geo.ingest.inspection import Inspected, inspect
from geo.ingest.opening import opened
from geo.ingest.refusals import RefusalError
from geo.ingest.report import sentence
from geo.messages import LANGUAGES, say
from tests.ingest import made_files
from tests.ingest.made_files import CANARY, GOOD, Case, collection, js, point, zipped
from tests.listening import Listener

LIMIT_S = 20  # on a loaded machine; each takes well under a second
CASES = made_files.cases("http://127.0.0.1:9", Path("/secret.geojson"))


@pytest.fixture(scope="module")
def corpus(listener: Listener, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.geojson"
    secret.write_bytes(js(collection(point(), properties={"secret": CANARY})))
    return {case.name: case for case in made_files.cases(listener.url, secret)}


def inspected(case: Case, folder: Path) -> Inspected:
    path, scratch = folder / "given" / case.name, folder / "scratch"
    path.parent.mkdir()
    scratch.mkdir()
    path.write_bytes(case.content)
    return inspect(path, scratch)


def test_the_corpus_is_large_and_each_name_is_there_once():
    assert len(CASES) >= 120
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_each_file_ends_in_its_verdict(name, corpus, tmp_path, listener):
    case, began = corpus[name], time.monotonic()
    listener.paths.clear()
    found = inspected(case, tmp_path)
    issues = found.report.issues
    codes = [issue.code for issue in issues]
    assert (found.report.verdict, codes) == (case.verdict, codes)
    assert sum(layer.features for layer in found.report.layers) == case.features
    assert not case.code or case.code in codes
    if case.feature is not None:
        assert case.feature in [issue.feature for issue in issues if issue.code == case.code]
    assert time.monotonic() - began < LIMIT_S
    assert listener.paths == []
    assert CANARY not in repr([layer.frame.to_dict("list") for layer, _ in found.layers])
    for issue in issues:  # every refusal can be read, in every language
        assert all(sentence(issue, lang) and say(issue.fix, lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    "name", ["up.zip", "link.zip", "bomb.zip", "laughs.kml", "virtual.vrt", "cut.geojson", "cut.fgb"]
)
def test_the_process_of_its_own_gives_the_same_verdict(name, corpus, tmp_path):
    path = tmp_path / name
    path.write_bytes(corpus[name].content)
    with check(path) as found:
        assert found.report.verdict == "reject"
        assert not corpus[name].code or corpus[name].code in [issue.code for issue in found.report.issues]


def test_nothing_is_written_outside_the_folder_it_is_given(corpus, tmp_path):
    for name in ("up.zip", "absolute.zip", "deep-up.zip", "two.zip"):
        home = tmp_path / name
        home.mkdir()
        inspected(corpus[name], home)
        assert sorted(each.name for each in home.iterdir()) == ["given", "scratch"]
        assert [each.name for each in (home / "given").iterdir()] == [name]


def test_a_file_beyond_the_bound_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "FILE_BYTES", 10)
    path = tmp_path / "large.geojson"
    path.write_bytes(GOOD)
    with pytest.raises(RefusalError) as refusal:
        opened(path, tmp_path)
    assert refusal.value.issue.code == "FILE_TOO_LARGE"


def test_brackets_are_counted_before_a_parser_sees_them(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "VERTICES", 4)
    path = tmp_path / "many.geojson"
    path.write_bytes(GOOD)
    with pytest.raises(RefusalError) as refusal:
        opened(path, tmp_path)
    assert refusal.value.issue.code == "TOO_MANY_VERTICES"


@pytest.mark.parametrize("what", ["missing", "folder", "dangling link"])
def test_what_is_no_file_is_refused(what, tmp_path):
    path = tmp_path / "x.geojson"
    if what == "folder":
        path.mkdir()
    elif what == "dangling link":
        path.symlink_to(tmp_path / "nothing")
    with pytest.raises(RefusalError) as refusal:
        opened(path, tmp_path)
    assert refusal.value.issue.code == "FILE_MISSING"


def test_parts_stand_under_names_of_our_own(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"deep/er/na:me?.geojson": GOOD}))
    (part,) = opened(path, _made(tmp_path)).parts
    assert part.path.parent.parent == tmp_path / "scratch"
    assert (part.path.name, part.name) == ("layer.geojson", "na:me?")


def _made(folder: Path) -> Path:
    scratch = folder / "scratch"
    scratch.mkdir()
    return scratch
