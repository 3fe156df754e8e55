"""What runs for a draft beside the pages: its check, and its way into the catalogue.

Jobs are daemon threads of the server, a few at a time; all that they know goes to the draft's folder, so a page
of any server can look, and a server that is killed leaves a draft that can be taken up again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from threading import BoundedSemaphore, Lock, Thread
from time import monotonic, sleep
from typing import Final

from geo.errors import GeoError, UnknownError
from geo.ingest import checking
from geo.ingest.checking import Checked
from geo.ingest.memory import give_back, take_little
from geo.messages import Message
from geo.upload import column_facts, drafts, samples
from geo.upload.column_facts import ColumnFacts
from geo.upload.draft_answers import Filled
from geo.upload.drafts import Draft, State
from geo.viewer import Viewer

AT_ONCE: Final = 2  # jobs of one server; a check has a process of its own beside its thread
MOST_WAITING: Final = 24  # jobs that wait for their turn
STEP_S: Final = 0.15  # how often a share of a stage is written down
PATIENCE_S: Final = 1.0  # somebody may just be looking whether the job is alive
PREPARING: Final = "preparing"  # the stage after those of the check: the sample and what is in the columns
STORING: Final = "storing"
LISTING: Final = "listing"
BUSY: Final = Message("Too many checks are waiting already. Try again in a minute; your file is kept.")
FAILED: Final = Message("The app could not finish this. Nothing of yours is lost: try again, or tell whoever runs it.")

_SLOTS: Final = BoundedSemaphore(AT_ONCE)
_COUNT: Final = Lock()
_alive = 0


def check(draft_id: str, viewer: Viewer, *, crs: str = "") -> Draft:
    """Begin to check the file of a draft, anew if it was checked; returns at once.

    Parameters
    ----------
    crs : str
        The reference system that the person declares.
    """
    found = drafts.draft(draft_id, viewer)
    return _begin(found, "checking", lambda: _check(draft_id), lambda each: replace(each, crs=crs or each.crs))


def store(draft_id: str, viewer: Viewer) -> Draft:
    """Begin to store the layer of a draft as it is filled in; returns at once.

    Raises
    ------
    GeoError
        If something that is a must is not filled in.
    """
    found = drafts.draft(draft_id, viewer)
    Filled.of(found).checked()
    return _begin(found, "storing", lambda: _store(draft_id, viewer), lambda each: each)


def prepared(found: Draft, number: int) -> tuple[ColumnFacts, ...]:
    """Return what is in the columns of a layer of a draft, as its check left it."""
    try:
        text = (drafts.checked_folder(found) / f"facts-{number}.json").read_text(encoding="utf-8")
    except OSError as error:
        raise UnknownError(drafts.GONE) from error
    return tuple(
        ColumnFacts(**{**each, "top": tuple((v, int(n)) for v, n in each["top"])}) for each in json.loads(text)
    )


def sample_file(found: Draft, number: int) -> Path:
    """Return the sample of a layer of a draft: GeoParquet of what a browser draws at once."""
    return drafts.checked_folder(found) / f"sample-{number}.parquet"


def stored_by(found: Draft) -> Draft | None:
    """Return the draft as stored if its job got that far before its server went; else None."""
    from geo.library import shelf  # noqa: PLC0415 - brings the database with it

    filled = Filled.of(found)
    try:
        layer = shelf.layer(filled.target or new_key(found), _owner(found))
    except UnknownError:
        return None
    number = filled.expected + 1 if filled.target else 1
    for version in layer.versions:
        is_same = version.origin is not None and version.origin.sha256 == found.sha256
        # Somebody else may have brought the same file meanwhile, and said other things of it.
        if version.number == number and is_same and version.about.with_roles(filled.about.roles) == filled.about:
            return _stored(found, layer.key, number, version.content, filled)
    return None


def new_key(found: Draft) -> str:
    """Return what a new layer is called in links: by its draft, so that it is stored once however often it is tried."""
    return f"own-{found.id[:12]}"


def _owner(found: Draft) -> Viewer:
    return Viewer(found.owner, "", frozenset({"admin"}), "TLP:RED")  # the app itself looks for what it stored


def _stored(found: Draft, key: str, number: int, content: str, filled: Filled) -> Draft:
    return replace(
        found, state="stored", key=key, version=number, content=content, trouble=None,
        replaced=filled.expected if filled.target else 0,
    )  # fmt: skip


# --- threads ------------------------------------------------------------------------------


def _begin(found: Draft, state: State, work: Callable[[], None], change: Callable[[Draft], Draft]) -> Draft:
    global _alive  # noqa: PLW0603 - how many threads there are is a fact of the process
    handle = _held(found)
    if handle is None:  # it runs already, here or elsewhere
        return drafts.draft(found.id, _owner(found))
    try:
        with _COUNT:
            if _alive >= AT_ONCE + MOST_WAITING:
                raise GeoError(BUSY)
            _alive += 1
        (found.folder / drafts.CANCEL).unlink(missing_ok=True)
        drafts.write_json(found.folder / drafts.PROGRESS, [["waiting", drafts.now().isoformat(), None]])
        with drafts.changing(found.id) as change_it:
            begun = change_it(lambda each: replace(change(each), state=state, trouble=None, discarded=""))
    except BaseException:
        os.close(handle)
        raise
    Thread(target=_run, args=(found.id, handle, work), name=f"draft {found.id}", daemon=True).start()
    return begun


def _held(found: Draft) -> int | None:
    until = monotonic() + PATIENCE_S
    while True:
        handle = drafts.held(found)
        if handle is not None or drafts.draft(found.id, _owner(found)).state in drafts.RUNNING:
            return handle
        if monotonic() > until:
            return None
        sleep(0.02)


def _run(draft_id: str, handle: int, work: Callable[[], None]) -> None:
    global _alive  # noqa: PLW0603
    is_over = False
    try:
        with _SLOTS:
            work()
        is_over = True
    except GeoError as error:
        _fail(draft_id, error.message)
        is_over = True
    finally:
        if not is_over:  # a bug: it goes to the log, and the person is told that it was not them
            _fail(draft_id, FAILED)
        with _COUNT:
            _alive -= 1
        os.close(handle)


def _fail(draft_id: str, message: Message) -> None:
    """Say what went wrong, in the state from which it can be tried again."""
    with suppress(GeoError), drafts.changing(draft_id) as change:
        change(
            lambda each: replace(
                each, state="waiting" if each.state == "checking" else "checked", trouble=drafts.troubled(message)
            )
        )


class _Stages:
    """What a job says of itself, written down for whoever looks."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / drafts.PROGRESS
        self._told: list[list[object]] = []
        self._written = 0.0

    def begin(self, stage: str) -> None:
        self._told = [each for each in self._told if each[0] != stage] + [[stage, drafts.now().isoformat(), None]]
        self._write()

    def reach(self, share: float) -> None:
        if self._told and monotonic() - self._written >= STEP_S:
            self._told[-1][2] = round(share, 3)
            self._write()

    def _write(self) -> None:
        self._written = monotonic()
        with suppress(OSError):  # a picture of the progress is not worth the job
            drafts.write_json(self._file, self._told)


def _check(draft_id: str) -> None:
    found = drafts.unlooked(draft_id)
    stages = _Stages(found.folder)
    with checking.check(
        found.original,
        name=found.name,
        crs=found.crs,
        stage=stages.begin,
        share=stages.reach,
        is_cancelled=lambda: drafts.is_cancelled(draft_id),
    ) as checked:
        if drafts.is_cancelled(draft_id):
            _end(draft_id, lambda each: replace(each, state="cancelled"))
            return
        stages.begin(PREPARING)
        number = drafts.keep(found, checked)
    take_little()
    for layer in range(len(checked.layers)):
        _prepare(found.folder / f"checked-{number}", layer)
        stages.reach((layer + 1) / len(checked.layers))
    give_back()  # the server goes on for weeks
    state: State = "checked" if checked.layers else "refused"
    _end(draft_id, lambda each: replace(each, state=state, check=number))


def _prepare(folder: Path, layer: int) -> None:
    told = json.loads((folder / drafts.CHECKED).read_text(encoding="utf-8"))["layers"][layer]
    file = folder / Path(told["file"]).name
    drafts.write_json(folder / f"facts-{layer}.json", [asdict(each) for each in column_facts.facts(file)])
    samples.sample(file).to_parquet(folder / f"sample-{layer}.parquet", index=True)


def _store(draft_id: str, viewer: Viewer) -> None:
    from geo.ingest import telling  # noqa: PLC0415 - what stores needs more than what checks
    from geo.library import deletion, shelf, storing  # noqa: PLC0415

    found = drafts.unlooked(draft_id)
    filled = Filled.of(found)
    stages = _Stages(found.folder)
    stages.begin(STORING)
    checked: Checked = drafts.findings(found)
    layer = checked.layers[filled.layer]
    roles = filled.about.roles
    if not filled.target:
        with suppress(UnknownError):  # what a server stored that was killed before anybody could see it
            shelf.take_back(new_key(found), 1, viewer=viewer)
    payload = storing.store(layer.file, roles, is_cancelled=lambda: drafts.is_cancelled(draft_id))
    if payload is None:
        _end(draft_id, lambda each: replace(each, state="checked"))
        return
    stages.begin(LISTING)
    brought = shelf.Brought(
        about=filled.about,
        look=filled.look,
        origin=shelf.Origin(found.name, found.sha256, found.size),
        report=telling.packed(checked.report, layer.repairs),
        note=filled.note,
    )
    try:
        if filled.target:
            made = shelf.add_version(filled.target, payload, brought, viewer=viewer, expected=filled.expected)
        else:
            made = shelf.add(payload, brought, viewer=viewer, visibility=filled.visibility, key=new_key(found))
    except GeoError:
        deletion.let_go([payload.content])
        raise
    last = made.current
    _end(draft_id, lambda each: _stored(each, made.key, last.number, last.content, filled))


def take_back(draft_id: str, viewer: Viewer) -> Draft:
    """Undo the storing of a draft: its layer, or its version, is gone and the draft is where it was.

    Raises
    ------
    ConflictError
        If somebody saved a later version meanwhile.
    """
    from geo.library import shelf  # noqa: PLC0415 - as above

    found = drafts.draft(draft_id, viewer)
    if found.state != "stored":
        return found
    with suppress(UnknownError):  # it was deleted by other ways
        shelf.take_back(found.key, found.version, viewer=viewer)
    with drafts.changing(draft_id, viewer) as change:
        return change(lambda each: replace(each, state="checked", key="", version=0, content="", replaced=0))


def _end(draft_id: str, change: Callable[[Draft], Draft]) -> None:
    with suppress(UnknownError), drafts.changing(draft_id) as change_it:  # unless it was removed meanwhile
        change_it(change)
