"""Exports in a process of their own: made, told of, called off, lost with their server, and swept."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from geo.errors import DataError, UnknownError
from geo.messages import say
from geo.viewer import LOCAL, Viewer
from layers.briefing import history, making, orders
from layers.briefing.making import Job
from layers.briefing.orders import Order
from layers.briefing.snapshot import Snapshot
from layers.view import ViewState

OTHER = Viewer("other", "", frozenset({"viewer"}), "TLP:GREEN")
SECONDS = 90


pytestmark = pytest.mark.usefixtures("storage")


def picture(**changes: object) -> Order:
    return Order.of("snapshot", Snapshot(view=ViewState(layers=()), template="480x320@72", **changes), "png")


def pack(*zones: str) -> Order:
    return Order.of("pack", Snapshot(view=ViewState(layers=("zones",))), "pptx", zones=list(zones))


def started(order: Order) -> Job:
    return making.start(order, viewer=LOCAL)


def ended(job: Job) -> Job:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        found = making.job(job.id, LOCAL)
        if found.state not in making.RUNNING:
            return found
        time.sleep(0.05)
    raise TimeoutError(found)


def test_what_is_asked_for_is_made_beside_the_server_and_remembered() -> None:
    done = ended(started(picture(title="Río Puré")))
    assert (done.state, done.problem) == ("done", None)
    assert making.content(done.id, LOCAL).startswith(b"\x89PNG")
    assert (done.title, done.name[:18]) == ("Río Puré", "fronteras-rio-pure")
    assert [each.id for each in making.jobs(LOCAL)] == [done.id]
    (kept,) = history.remembered()
    assert (kept.kind, kept.title, kept.marking) == ("snapshot", "Río Puré", "TLP:CLEAR")
    again = ended(started(Order.again(kept)))
    assert making.content(again.id, LOCAL) == making.content(done.id, LOCAL)


def test_a_job_is_called_off_and_leaves_no_file() -> None:
    job = started(pack("Z-DARIEN", "Z-VRAEM", "Z-CATATUMBO", "Z-CHACO"))
    until = time.monotonic() + SECONDS
    while making.job(job.id, LOCAL).state == "waiting" and time.monotonic() < until:
        time.sleep(0.05)
    making.cancel(job.id, LOCAL)
    assert ended(job).state == "cancelled"
    assert list(job.folder.glob("*made*")) == []
    assert history.remembered() == []
    with pytest.raises(UnknownError):
        making.content(job.id, LOCAL)


def test_one_that_waits_is_called_off_before_it_begins() -> None:
    with making._SLOTS:
        job = started(picture())
        assert job.state == "waiting"
        making.cancel(job.id, LOCAL)
        assert ended(job).state == "cancelled"


def test_what_cannot_be_made_is_told_in_a_sentence() -> None:
    failed = ended(started(picture(marking="TLP:RED")))
    assert failed.state == "failed"
    assert failed.problem is not None
    assert "Nothing is exported under TLP:RED" in say(failed.problem, "en")


def test_a_template_is_named_as_it_was_brought(storage: Path) -> None:
    order = Order.of("pack", Snapshot(view=ViewState()), "pptx", zones=["Z-DARIEN"], master="../Más allá.pptx")
    job = ended(making.start(order, viewer=LOCAL, master=("../Más allá.pptx", b"no slides at all")))
    assert [each.name for each in storage.rglob("*.pptx")] == ["_Más allá.pptx"]
    assert job.problem is not None
    assert "Más allá.pptx" in say(job.problem, "en")


def test_a_disk_that_takes_no_more_is_told(storage: Path) -> None:
    storage.mkdir()
    (storage / making.FOLDER).write_text("a file where the folder should be")
    with pytest.raises(DataError, match="its disk takes no more"):
        started(picture())


def test_a_job_whose_server_is_gone_is_told_so() -> None:
    job = ended(started(picture()))
    (job.folder / making.OUTCOME).unlink()
    lost = making.job(job.id, LOCAL)
    assert (lost.state, lost.problem) == ("failed", making.STOPPED)


def test_nobody_sees_the_exports_of_another() -> None:
    job = started(picture())
    assert making.jobs(OTHER) == []
    for look in (making.job, making.cancel, making.content, making.put_away):
        with pytest.raises(UnknownError):
            look(job.id, OTHER)
    ended(job)


def test_what_was_made_is_put_away_by_hand_or_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ended(started(picture())), ended(started(picture(title="Second")))
    making.put_away(first.id, LOCAL)
    assert [each.id for each in making.jobs(LOCAL)] == [second.id]
    assert making.sweep(at_once=True) == []
    later = making.now() + making.KEPT + timedelta(minutes=1)
    monkeypatch.setattr(making, "now", lambda: later)
    assert making.sweep(at_once=True) == [second.id]
    assert not second.folder.exists()


def test_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MOST_WAITING", 1)
    with making._SLOTS:
        job = started(picture())
        with pytest.raises(DataError, match="being made already"):
            started(picture())
        making.cancel(job.id, LOCAL)
        ended(job)


def test_how_long_it_takes_is_told_by_what_is_done() -> None:
    job = ended(started(picture()))
    began = (making.now() - timedelta(seconds=20)).isoformat()
    (job.folder / making.PROGRESS).write_text(json.dumps({"began": began, "done": 2, "of": 6}))
    left = making.job(job.id, LOCAL).left_s
    assert left is not None
    assert 39 < left < 45


def test_a_broken_folder_is_passed_over() -> None:
    folder = making.home() / ("0" * 20)
    folder.mkdir(parents=True)
    (folder / making.ORDER).write_text('{"owner": "local"')
    assert making.jobs(LOCAL) == []
    (folder / making.ORDER).write_text('{"owner": "local"}')
    assert making.jobs(LOCAL) == []
    os.utime(folder, (0, 0))
    assert making.sweep(at_once=True) == [folder.name]


def test_an_export_of_another_release_is_not_made_again() -> None:
    number = history.remember("snapshot", {"query": {}, "format": "tiff"}, "AAAA-AAAA", "A picture", "TLP:CLEAR")
    with pytest.raises(DataError, match="another release"):
        Order.again(history.export(number))
    with pytest.raises(DataError, match="another release"):
        orders.make(Order(kind="snapshot", asked={}, ending="tiff"), Path("nowhere"))
