"""The history of exports: kept on either database, opened by the code, shown to its maker, carried by backups."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from geo import payloads, store
from geo.errors import UnknownError
from geo.library import backup, database, journal, restoration, retention, shelf
from geo.library.tables import ExportRow
from geo.messages import LANGUAGES, say
from geo.viewer import LOCAL, Viewer
from layers.briefing import history
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import code_of
from layers.view import ViewState
from tests.databases import Databases
from tests.made_layers import polygons
from tests.stored_layers import kept

VIEW = ViewState(layers=("coca", "mining"), year=2019, lang="es")
ANA = Viewer("ana", "Ana", frozenset({"viewer", "briefer"}), "TLP:AMBER")
LUIS = replace(ANA, id="luis")


pytestmark = pytest.mark.usefixtures("storage")


def made(view: ViewState = VIEW, *, viewer: Viewer = LOCAL, title: str = "Coca “ñ” 😀", marking="TLP:GREEN") -> int:
    asked = Snapshot(view=view, template="a4", title=title, marking=marking).to_dict()
    return history.remember("snapshot", asked, code_of(view), title, marking, viewer=viewer)


@pytest.mark.usefixtures("url")
def test_an_export_can_be_made_again_from_what_is_kept():
    before = datetime.now(UTC)
    number = made()
    (found,) = history.remembered()
    assert (found.id, found.kind, found.title, found.marking) == (number, "snapshot", "Coca “ñ” 😀", "TLP:GREEN")
    assert found.code == code_of(VIEW)
    assert found.data_version == store.data_version()
    assert before <= found.at <= datetime.now(UTC)
    assert Snapshot.from_dict(found.asked) == (
        Snapshot(view=VIEW, template="a4", title="Coca “ñ” 😀", marking="TLP:GREEN"),
        [],
    )
    assert history.export(number) == found


@pytest.mark.usefixtures("url")
def test_a_code_opens_its_view():
    made()
    query = history.view_of(code_of(VIEW))
    assert ViewState.from_query(query, history.known())[0] == VIEW
    assert history.opened(code_of(VIEW)).note is None


@pytest.mark.parametrize(
    ("kept_as", "typed"),
    [
        pytest.param("K7QF2MXX", "K7QF-2MXX", id="with a dash"),
        pytest.param("K7QF2MXX", " k7qf 2mxx ", id="in small letters, with spaces"),
        pytest.param("K7QF2MXX", "K7QF–2MXX", id="with the dash that a word processor makes"),
        pytest.param("OOQF2MXX", "00qf2mxx", id="zeros for Os"),
        pytest.param("KIQF2MXX", "K1QF2MXX", id="a one for an I"),
        pytest.param("KLQF2MXX", "K1QF2MXX", id="a one for an L"),
        pytest.param("KBQF2MXX", "K8QF2MXX", id="an eight for a B"),
    ],
)
def test_a_code_is_read_as_people_type_it(kept_as: str, typed: str):
    history.remember("chart", {"query": {"zone": "Z-VRAEM"}}, kept_as, "", "TLP:CLEAR")
    assert history.view_of(typed) == {"zone": "Z-VRAEM"}


@pytest.mark.parametrize(
    "typed", ["", "K7QF", "K7QF2MXXX", "AAAAAAAA", "9999-9999", "'; DROP TABLE exports; --", "ÑÑÑÑÑÑÑÑ", "1" * 8]
)
def test_a_code_that_nobody_made_is_refused_with_a_sentence(typed: str):
    made()
    with pytest.raises(UnknownError) as refused:
        history.view_of(typed)
    assert typed.strip()[:20] in say(refused.value.message, "en")


@pytest.mark.usefixtures("url")
def test_the_same_made_again_is_one_row_and_the_latest():
    first, other = made(), made(title="Other")
    assert [each.id for each in history.remembered()] == [other, first]
    assert made() == first
    assert [each.id for each in history.remembered()] == [first, other]
    assert made(marking="TLP:AMBER") not in {first, other}
    assert [each.marking for each in history.remembered(limit=1)] == ["TLP:AMBER"]


@pytest.mark.usefixtures("url")
def test_what_is_forgotten_comes_back_within_a_day_and_its_code_opens_for_ever():
    number = made()
    history.forget(number)
    assert history.remembered() == []
    with pytest.raises(UnknownError):
        history.export(number)
    history.recall(number)
    assert [each.id for each in history.remembered()] == [number]
    history.forget(number)
    retention.sweep(now=datetime.now(UTC) + timedelta(hours=23))
    assert titles() == ["Coca “ñ” 😀"]
    retention.sweep(now=datetime.now(UTC) + timedelta(hours=25))
    assert titles() == [""]
    assert history.view_of(code_of(VIEW)) == VIEW.to_query()


@pytest.mark.usefixtures("url")
def test_undo_is_over_after_a_day(monkeypatch):
    number = made()
    history.forget(number)
    monkeypatch.setattr(journal, "UNDO", timedelta(seconds=-1))
    with pytest.raises(UnknownError):
        history.recall(number)


def titles() -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(ExportRow.title)))


@pytest.mark.usefixtures("url")
def test_everybody_sees_their_own_and_every_code_opens():
    number = made(viewer=ANA)
    assert history.remembered(LUIS) == []
    for act in (history.export, history.forget, history.recall):
        with pytest.raises(UnknownError):
            act(number, LUIS)
    assert [each.id for each in history.remembered(ANA)] == [number]
    assert [each.id for each in history.remembered(LOCAL)] == [number]  # who looks after the app
    assert history.view_of(code_of(VIEW), LUIS) == VIEW.to_query()
    made(viewer=ANA, marking="TLP:AMBER+STRICT")
    assert [each.id for each in history.remembered(ANA)] == [number]  # beyond what she may see today


@pytest.mark.usefixtures("url")
def test_a_code_of_other_data_says_so(monkeypatch):
    made()
    code = code_of(VIEW)
    monkeypatch.setattr(store, "data_version", lambda: "00000000")
    found = history.opened(code)
    assert found.query == VIEW.to_query()
    assert found.note is not None
    assert all(code in say(found.note, lang) for lang in LANGUAGES)


def test_a_code_of_a_layer_that_has_a_new_version_or_is_gone_says_so():
    layer = kept(polygons(10), title="Made")
    view = ViewState(layers=(layer.key,))
    made(view)
    made(ViewState(layers=("own-gone",)))
    assert not history.opened(code_of(view)).has_changed
    newer, brought = payloads.write(polygons(12)), shelf.Brought(about=layer.about)
    shelf.add_version(layer.key, newer, brought, viewer=LOCAL, expected=1)
    codes = [each.code for each in history.remembered()]
    assert [history.opened(code).has_changed for code in codes] == [True, True]


@pytest.mark.usefixtures("url")
def test_remembering_makes_nobody_read_the_layers_again():
    before = database.state()
    made()
    assert database.state() == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_carries_the_history_and_a_restore_joins_it(kind, databases: Databases, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", databases.fresh("sqlite"))
    made(title="First")
    backup.backup(tmp_path / "backup.tar.zst")
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", databases.fresh(kind))
    monkeypatch.setenv("FRONTERAS_STORAGE", str(tmp_path / "another"))
    made(ViewState(zone="Z-VRAEM"), title="Here")
    for _ in range(2):  # the same again is not there twice
        restoration.restore(tmp_path / "backup.tar.zst")
        assert sorted(each.title for each in history.remembered()) == ["First", "Here"]
    assert history.view_of(code_of(VIEW)) == VIEW.to_query()
    made(title="After")  # the numbers that the database gives out go on
    assert len(history.remembered()) == 3
