"""Drafts outlive the page, the connection and the server: whatever is killed when, nothing is half there or lost."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Thread

import geopandas as gpd
import pytest
import shapely

from geo import payloads
from geo.errors import ConflictError, DataError, GeoError, UnknownError
from geo.ingest import limits, standby
from geo.library import depot, shelf
from geo.upload import column_facts, draft_answers, draft_jobs, drafts, samples
from geo.upload.column_facts import ColumnFacts
from geo.upload.draft_answers import Filled
from geo.upload.drafts import Draft
from geo.viewer import LOCAL, Viewer
from tests.conftest import ROOT

OTHER = Viewer("somebody else", "", frozenset({"analyst"}), "TLP:RED")
SECONDS = 60


pytestmark = pytest.mark.usefixtures("storage")


def places(n: int = 12) -> bytes:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [-70 + number / 10, -4.2]},
            "properties": {
                "nombre": f"Sitio {number}",
                "tipo": ("draga", "pista", "cruce")[number % 3],
                "fecha": f"{2018 + number % 5}-03-01",
                "ha": number * 1.5,
            },
        }
        for number in range(n)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def received(content: bytes | None = None, name: str = "sitios.geojson") -> Draft:
    return drafts.receive(io.BytesIO(places() if content is None else content), name, viewer=LOCAL)


def ended(draft_id: str) -> Draft:
    """Return a draft once no job runs for it."""
    until = time.monotonic() + SECONDS
    while (found := drafts.draft(draft_id, LOCAL)).state in drafts.RUNNING:
        assert time.monotonic() < until, "the job did not end"
        time.sleep(0.02)
    return found


def checked(content: bytes | None = None, name: str = "sitios.geojson") -> Draft:
    found = received(content, name)
    draft_jobs.check(found.id, LOCAL)
    return ended(found.id)


def described(found: Draft, **answers: object) -> Draft:
    told = draft_answers.describing(found, 0) | {"source": "Field notes", **answers}
    return drafts.fill(found.id, LOCAL, **told)


def test_a_file_is_kept_as_it_came_and_only_its_owner_sees_it() -> None:
    content = places()
    found = received(content, "../../sit\x1b[31mios.geojson")
    assert found.original.read_bytes() == content
    assert (found.size, found.sha256) == (len(content), sha256(content).hexdigest())
    assert "\x1b" not in found.name
    assert [each.id for each in drafts.drafts(LOCAL)] == [found.id]
    assert drafts.drafts(OTHER) == []
    for ask in (drafts.draft, drafts.discard, drafts.cancel, drafts.fill, draft_jobs.check):
        with pytest.raises(UnknownError):
            ask(found.id, OTHER)
    assert drafts.draft(found.id, LOCAL) == found


@pytest.mark.parametrize("name", ["", "..", "../drafts", "0" * 19, "0" * 21, "G" * 20, "0" * 20])
def test_no_other_name_is_a_draft(name: str) -> None:
    received()
    with pytest.raises(UnknownError):
        drafts.draft(name, LOCAL)


def test_a_file_that_is_too_large_leaves_nothing(monkeypatch: pytest.MonkeyPatch, storage: Path) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", 100)
    with pytest.raises(GeoError, match="more than"):
        received(b"x" * 101)
    assert list((storage / "drafts").iterdir()) == []


def test_a_check_leaves_report_layers_facts_and_sample() -> None:
    found = checked()
    assert (found.state, found.check, found.problem) == ("checked", 1, None)
    told = drafts.findings(found)
    assert told.report.verdict == "accept"
    assert len(told.layers[0].frame) == 12
    assert {each.name for each in draft_jobs.prepared(found, 0)} >= {"nombre", "tipo", "fecha", "ha"}
    assert len(gpd.read_parquet(draft_jobs.sample_file(found, 0))) == 12
    assert [each.stage for each in drafts.progress(found)][-1] == draft_jobs.PREPARING


def test_a_refused_file_keeps_its_report() -> None:
    found = checked(b"%PDF-1.7 no layer at all", "mapa.pdf")
    assert found.state == "refused"
    assert drafts.findings(found).report.verdict == "reject"


def test_a_declared_system_is_obeyed_by_the_next_check() -> None:
    metres = json.loads(places(3))
    for number, feature in enumerate(metres["features"]):
        feature["geometry"]["coordinates"] = [1_000_000 + 1000 * number, 1_000_000]
    found = checked(json.dumps(metres).encode())
    assert found.state == "refused"
    draft_jobs.check(found.id, LOCAL, crs="EPSG:3116")
    found = ended(found.id)
    assert (found.state, found.check, found.crs) == ("checked", 2, "EPSG:3116")
    lon, lat = drafts.findings(found).layers[0].frame.geometry.iloc[0].coords[0]
    assert (lon, lat) == pytest.approx((-74.0775, 4.5962), abs=0.01)  # the origin of MAGNA Bogotá


def test_what_is_filled_in_stays_and_two_tabs_do_not_undo_each_other() -> None:
    found = received()
    names = [f"field-{number}" for number in range(20)]
    threads = [Thread(target=drafts.fill, args=(found.id, LOCAL), kwargs={name: name}) for name in names]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert drafts.draft(found.id, LOCAL).answers == {name: name for name in names}


def test_the_first_stage_shows_within_a_second_though_no_process_is_warm() -> None:
    standby.rest()
    found = received(places(60_000))
    began = time.monotonic()
    draft_jobs.check(found.id, LOCAL)
    shown: dict[str, float] = {}
    while {"opening", "reading"} - set(shown):
        assert time.monotonic() - began < SECONDS
        for each in drafts.progress(found):
            shown.setdefault(each.stage, time.monotonic() - began)
        time.sleep(0.01)
    assert shown["waiting"] < 1  # somebody else's check may run before this one
    assert shown["opening"] < 1  # which needs no interpreter to have started
    assert shown["opening"] < shown["reading"]
    ended(found.id)


def test_a_check_can_be_called_off_and_taken_up_again() -> None:
    found = received()
    (found.folder / drafts.CANCEL).touch()  # before its process has read anything
    draft_jobs.check(found.id, LOCAL)  # a new beginning forgets the old wish
    drafts.cancel(found.id, LOCAL)
    found = ended(found.id)
    assert found.state == "cancelled"
    draft_jobs.check(found.id, LOCAL)
    assert ended(found.id).state == "checked"


def test_a_discarded_draft_can_be_had_back_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    found, other = checked(), received()
    assert not drafts.discard(found.id, LOCAL).is_open
    assert drafts.bring_back(found.id, LOCAL).is_open
    drafts.discard(found.id, LOCAL)
    present = drafts.now()
    monkeypatch.setattr(drafts, "now", lambda: present + drafts.UNDO - timedelta(minutes=1))
    assert drafts.sweep(at_once=True) == []
    monkeypatch.setattr(drafts, "now", lambda: present + drafts.UNDO + timedelta(minutes=1))
    assert drafts.sweep(at_once=True) == [found.id]
    assert not found.folder.exists()
    monkeypatch.setattr(drafts, "now", lambda: present + drafts.FORGOTTEN + timedelta(days=1))
    assert drafts.sweep(at_once=True) == [other.id]


def test_so_many_unfinished_uploads_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST", 1)
    found = received()
    with pytest.raises(GeoError, match="unfinished"):
        received()
    drafts.discard(found.id, LOCAL)
    received()


# --- into the catalogue -----------------------------------------------------------------------


def test_a_draft_becomes_a_layer_with_its_origin_and_report_and_back() -> None:
    found = described(checked(), title="Sitios", marking="TLP:AMBER", visibility="shared", by="value", palette="blues")
    draft_jobs.store(found.id, LOCAL)
    found = ended(found.id)
    assert (found.state, found.version) == ("stored", 1)
    layer = shelf.layer(found.key, LOCAL)
    current = layer.current
    assert current.origin == shelf.Origin("sitios.geojson", found.sha256, found.size)
    assert current.report is not None
    assert (layer.title, layer.visibility, current.about.marking) == ("Sitios", "shared", "TLP:AMBER")
    assert (current.about.name, current.about.year, current.about.category) == ("nombre", "fecha", "tipo")
    assert current.look == shelf.Look(by="value", palette="blues")
    assert payloads.read(current.content).years == (2018, 2022)
    back = draft_jobs.take_back(found.id, LOCAL)
    assert (back.state, back.key) == ("checked", "")
    assert back.answers["title"] == "Sitios"
    assert shelf.layers(LOCAL) == []
    assert depot.contents() == []
    draft_jobs.store(found.id, LOCAL)
    assert ended(found.id).state == "stored"


def test_without_title_or_source_nothing_is_stored() -> None:
    found = described(checked(), source=" ")
    with pytest.raises(DataError, match="source"):
        draft_jobs.store(found.id, LOCAL)
    assert drafts.draft(found.id, LOCAL).state == "checked"


def test_a_file_can_be_the_next_version_and_a_later_one_is_never_overwritten() -> None:
    first = described(checked(), title="Sitios")
    draft_jobs.store(first.id, LOCAL)
    key = ended(first.id).key
    mine, yours = (described(checked(places(n)), title="Sitios", target=key, expected=1) for n in (13, 14))
    draft_jobs.store(mine.id, LOCAL)
    assert ended(mine.id).version == 2
    draft_jobs.store(yours.id, LOCAL)
    refused = ended(yours.id)
    assert refused.state == "checked"
    assert refused.problem is not None
    assert "version" in refused.problem.id
    assert [each.features for each in shelf.layer(key, LOCAL).versions] == [12, 13]
    assert len(depot.contents()) == 2  # what the refused one had written is gone
    drafts.fill(yours.id, LOCAL, expected=2)
    draft_jobs.store(yours.id, LOCAL)
    assert ended(yours.id).version == 3
    with pytest.raises(ConflictError):
        draft_jobs.take_back(mine.id, LOCAL)
    draft_jobs.take_back(yours.id, LOCAL)
    assert shelf.layer(key, LOCAL).current.number == 2


# --- the server is killed ---------------------------------------------------------------------

KILLED = """
import io, os, signal, sys, time
from geo import payloads
from geo.upload import draft_answers, draft_jobs, drafts, samples
from geo.ingest import checking
from geo.library import shelf, storing
from geo.viewer import LOCAL
from tests.test_drafts import places

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def dies(module, name, *, after=False, when=lambda *args: True):
    real = getattr(module, name)
    def instead(*args, **kwargs):
        if not when(*args):
            return real(*args, **kwargs)
        if after:
            real(*args, **kwargs)
        die()
    setattr(module, name, instead)

{armed}
found = drafts.receive(io.BytesIO(places()), "sitios.geojson", viewer=LOCAL)
print(found.id, flush=True)
{before_check}
draft_jobs.check(found.id, LOCAL)
while drafts.draft(found.id, LOCAL).state == "checking":
    time.sleep(0.01)
found = drafts.draft(found.id, LOCAL)
told = draft_answers.describing(found, 0)
drafts.fill(found.id, LOCAL, **{{**told, "source": "Field notes"}})
{before_store}
draft_jobs.store(found.id, LOCAL)
while drafts.draft(found.id, LOCAL).state == "storing":
    time.sleep(0.01)
print("never killed", flush=True)
"""
TOLD = 'dies(drafts, "write_json", after={after}, when=lambda path, told: {when})'
STATE = 'path.name == "draft.json" and told.get("state") == "{state}"'


def killed(*, armed: str = "", before_check: str = "", before_store: str = "") -> str:
    """Run a server that kills itself at a point; return the id of the draft that it had begun, or ""."""
    script = KILLED.format(armed=armed, before_check=before_check, before_store=before_store)
    process = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert process.returncode == -signal.SIGKILL, process.stdout + process.stderr
    return process.stdout.strip()


def finished(found: Draft) -> Draft:
    """Take up a draft where it was left, as a person does, until it is stored."""
    if found.state == "waiting":
        draft_jobs.check(found.id, LOCAL)
        found = ended(found.id)
    if found.state == "checked":
        if "described" not in found.answers:
            found = described(found)
        draft_jobs.store(found.id, LOCAL)
        found = ended(found.id)
    return found


POINTS = {
    "while the file is received": ({"armed": 'dies(drafts.os, "fsync")'}, "none"),
    "before the draft is written": ({"armed": TOLD.format(after=False, when=STATE.format(state="waiting"))}, "none"),
    "between file and check": ({"before_check": "die()"}, "waiting"),
    "as the check is begun": ({"before_check": 'dies(draft_jobs, "_check")'}, "waiting"),
    "while the parser runs": ({"before_check": 'dies(draft_jobs._Stages, "begin", after=True)'}, "waiting"),
    "while layers are kept": ({"before_check": 'dies(drafts.shutil, "move", after=True)'}, "waiting"),
    "between layers and sample": ({"before_check": 'dies(samples, "sample")'}, "waiting"),
    "before the check is told": (
        {"before_check": TOLD.format(after=False, when=STATE.format(state="checked"))},
        "waiting",
    ),
    "when the check is told": (
        {"before_check": TOLD.format(after=True, when=STATE.format(state="checked"))},
        "checked",
    ),
    "as storing is begun": ({"before_store": 'dies(draft_jobs, "_store")'}, "checked"),
    "while features are stored": ({"before_store": 'dies(storing.subprocess, "Popen", after=True)'}, "checked"),
    "between features and catalogue": ({"before_store": 'dies(storing, "store", after=True)'}, "checked"),
    "between catalogue and draft": ({"before_store": 'dies(shelf, "add", after=True)'}, "stored"),
    "when storing is told": ({"before_store": TOLD.format(after=True, when=STATE.format(state="stored"))}, "stored"),
}


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_server_loses_nothing_and_leaves_nothing_half(point: str) -> None:
    where, expected = POINTS[point]
    draft_id = killed(**where)
    if expected == "none":  # the browser was still sending: the person sees that it did not arrive
        assert drafts.drafts(LOCAL) == []
        assert shelf.layers(LOCAL) == []
        return
    (found,) = drafts.drafts(LOCAL)
    assert found.id == draft_id
    assert found.state == expected
    assert found.original.read_bytes() == places()
    if expected == "checked" and where.get("before_store"):
        assert found.answers["source"] == "Field notes"
        assert found.problem is not None
    listed = shelf.layers(LOCAL)
    assert len(listed) == (expected == "stored")
    found = finished(found)
    assert found.state == "stored"
    (layer,) = shelf.layers(LOCAL)
    assert (layer.key, len(layer.versions)) == (found.key, 1)
    assert payloads.read(layer.current.content).features == 12


def test_what_a_dead_server_stored_unseen_is_stored_once() -> None:
    found = described(checked(), title="Sitios")
    draft_jobs.store(found.id, LOCAL)
    stored = ended(found.id)
    with drafts.changing(found.id) as change:  # another server looked a moment before it could see the layer
        change(lambda each: replace(each, state="checked", key="", version=0, content=""))
    drafts.fill(found.id, LOCAL, title="Sitios, again")
    draft_jobs.store(found.id, LOCAL)
    assert ended(found.id).key == stored.key
    assert [layer.title for layer in shelf.layers(LOCAL)] == ["Sitios, again"]
    assert len(depot.contents()) == 1


def test_two_servers_run_one_job() -> None:
    found = received()
    handle = drafts.held(found)
    assert handle is not None
    with drafts.changing(found.id) as change:
        change(lambda each: replace(each, state="checking"))
    try:
        assert draft_jobs.check(found.id, LOCAL).state == "checking"  # the other's: nothing is begun
        assert drafts.draft(found.id, LOCAL).state == "checking"
    finally:
        os.close(handle)
    assert drafts.draft(found.id, LOCAL).state == "waiting"  # now that its holder is gone
    assert drafts.draft(found.id, LOCAL).problem == drafts.INTERRUPTED


# --- what columns hold, and what is made of it --------------------------------------------------


def parquet(folder: Path, **columns: list[object]) -> Path:
    n = len(next(iter(columns.values())))
    frame = gpd.GeoDataFrame(columns, geometry=[shapely.Point(-70, number / 100) for number in range(n)], crs=4326)
    frame.rename_axis("record").to_parquet(folder / "layer.parquet", index=True)
    return folder / "layer.parquet"


def test_columns_are_told_by_what_is_in_them(tmp_path: Path) -> None:
    file = parquet(
        tmp_path,
        name=["a", "b", None, " "],
        year=[2019, 2020, None, 2020],
        n=[1, 2, 3, 3],
        share=[0.5, float("inf"), float("nan"), 2.0],
    )
    by_name = {each.name: each for each in column_facts.facts(file)}
    assert set(by_name) == {"name", "year", "n", "share"}
    assert (by_name["name"].kind, by_name["name"].filled, by_name["name"].distinct) == ("text", 2, 2)
    assert (by_name["year"].dated, by_name["n"].dated) == (1.0, 0.0)
    assert by_name["n"].top[0] == ("3", 2)
    assert (by_name["share"].low, by_name["share"].high) == (0.5, 2.0)


def column(name: str, kind: str = "text", distinct: int = 90, dated: float = 0.0) -> ColumnFacts:
    return ColumnFacts(name, kind, 100, distinct, dated, (("a", 1),), 0.0, 9.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "role", "expected"),
    [
        pytest.param(column("NOMBRE_MPIO"), "name", "NOMBRE_MPIO", id="a name in Spanish"),
        pytest.param(column("Nome"), "name", "Nome", id="a name in Portuguese"),
        pytest.param(column("Mining seen up to 20 km of airstrip location"), "name", "", id="a question is no name"),
        pytest.param(column("tipo", distinct=4), "category", "tipo", id="few values are classes"),
        pytest.param(column("tipo", distinct=90), "category", "", id="many values are none"),
        pytest.param(column("Área (ha)", "number"), "value", "Área (ha)", id="hectares"),
        pytest.param(column("Cód_município", "number"), "value", "", id="a code is no amount"),
        pytest.param(column("objectid", "number"), "value", "", id="nor is a number of a row"),
        pytest.param(column("fecha", dated=1.0), "year", "fecha", id="a date"),
        pytest.param(column("fecha", dated=0.1), "year", "", id="no date in it"),
        pytest.param(column("cuando", "date", dated=1.0), "year", "cuando", id="a column of dates needs no name"),
        pytest.param(column("Fonte"), "source_column", "Fonte", id="a source"),
        pytest.param(column("precision_km", "number"), "precision", "precision_km", id="kilometres"),
    ],
)
def test_parts_are_guessed_by_name_and_content(given: ColumnFacts, role: str, expected: str) -> None:
    assert column_facts.guessed([given], 100)[role] == expected


def test_a_sample_is_bounded_and_keeps_positions(tmp_path: Path) -> None:
    file = parquet(tmp_path, number=list(range(10_000)))
    found = samples.sample(file, most=100)
    assert len(found) == 100
    assert found["number"].tolist() == found.index.tolist() == list(range(0, 10_000, 100))
    circles = gpd.GeoDataFrame(geometry=[shapely.Point(x, 0).buffer(3, 500) for x in range(5)], crs=4326)
    light = samples.lighter(circles, vertices=400)
    assert int(shapely.get_num_coordinates(light.geometry.to_numpy()).sum()) <= 400
    assert not light.geometry.is_empty.any()


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        pytest.param({}, set(), id="enough"),
        pytest.param({"title": "  "}, {"title"}, id="no title"),
        pytest.param({"title": "x" * 161}, {"title"}, id="a title too long"),
        pytest.param({"url": "javascript:alert(1)"}, {"url"}, id="an address that runs"),
        pytest.param({"url": "https://example.org/data?x=1"}, set(), id="an address"),
        pytest.param({"as_of": "2024-02-30"}, {"as_of"}, id="a day that is none"),
        pytest.param({"as_of": "2024-02"}, set(), id="a month"),
        pytest.param({"precision_km": -1}, {"precision_km"}, id="less than no distance"),
        pytest.param({"reliability": "G"}, {"reliability"}, id="no grade"),
        pytest.param({"colour": "red;}"}, {"colour"}, id="no colour"),
        pytest.param({"names_found": True}, {"names_agreed"}, id="people named"),
        pytest.param({"names_found": True, "names_agreed": True}, set(), id="and agreed to"),
        pytest.param({"marking": "TLP:WHITE", "by": "rainbow"}, set(), id="what is none is as if not said"),
    ],
)
def test_answers_are_looked_through(answers: dict[str, object], wrong: set[str]) -> None:
    found = received()
    found = drafts.fill(found.id, LOCAL, **{"title": "Sitios", "source": "Notes", **answers})
    filled = Filled.of(found)
    assert set(filled.problems()) == wrong
    assert filled.about.marking == "TLP:CLEAR"
    assert filled.by == ""


@pytest.mark.parametrize(
    ("code", "expected"),
    [("EPSG:3116", True), ("EPSG:0", False), ("ESRI:102033", True), ("/etc/passwd", False), ("+proj=utm", False)],
)
def test_only_codes_are_reference_systems(code: str, expected: bool) -> None:
    assert draft_answers.is_crs(code) is expected


def test_the_usual_systems_have_names() -> None:
    assert "Bogota" in draft_answers.systems()["EPSG:3116"]
