"""Half-finished uploads: each a folder on disk that outlives the page, the connection and the server.

``original`` is the file as it came, ``draft.json`` says how far it got and what the person has filled in, and
``checked-1`` holds what the first check found (``checked-2`` the second, once a reference system was declared).
``draft.json`` is replaced whole and names the folder that counts, so a server that is killed at any moment leaves
either the state before or the state after. Who runs a job holds a lock that ends with its process: a job whose
server is gone is noticed at the next look.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any, BinaryIO, Final, Literal, cast, get_args

from geo.errors import GeoError, UnknownError
from geo.ingest import limits, telling
from geo.ingest.checking import Checked, Layer, Preview
from geo.ingest.printable import printable
from geo.ingest.report import Issue, Report
from geo.messages import Message
from geo.storage import storage
from geo.viewer import Viewer

State = Literal["waiting", "checking", "checked", "refused", "storing", "stored", "cancelled"]
STATES: Final[tuple[State, ...]] = get_args(State)
RUNNING: Final[frozenset[State]] = frozenset({"checking", "storing"})

BLOCK: Final = 1_048_576  # bytes copied at a time
MOST: Final = 60  # unfinished uploads of one person; more were forgotten, not wanted
UNDO: Final = timedelta(days=1)  # how long what was thrown away or stored can be had back
FORGOTTEN: Final = timedelta(days=30)  # after which an upload that nobody touched is removed
HALF_RECEIVED: Final = timedelta(hours=6)  # after which a file that never came whole is removed
SWEEP_S: Final = 600.0  # how often old folders are looked for
LONGEST_NAME: Final = 200
LOCK_S: Final = 5.0  # a change takes milliseconds; who waits longer has met a stuck disk

FOLDER: Final = "drafts"
TOLD: Final = "draft.json"
ORIGINAL: Final = "original"
PROGRESS: Final = "progress.json"
CHECKED: Final = "checked.json"
JOB: Final = "job.lock"
CHANGES: Final = "change.lock"
CANCEL: Final = "cancel"
ID: Final = re.compile(r"[0-9a-f]{20}", re.ASCII)

GONE: Final = Message("This upload is no longer here. Bring the file again.")
INTERRUPTED: Final = Message("The app was stopped in the middle of this check. Nothing is lost: start the check again.")
NOT_STORED: Final = Message("The app was stopped before the layer was stored. Nothing is lost: save it again.")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An upload on its way into the catalogue.

    Attributes
    ----------
    id : str
        Twenty random hexadecimal digits.
    owner : str
        The viewer who brought it; nobody else sees it.
    browser : str
        A digest of the cookie of the browser that it came from, so that a reload finds its way back; "" for none.
    name, size, sha256 : str, int, str
        Of the file as it came.
    began, changed : str
        ISO 8601, UTC.
    state : State
        "waiting" is a check that has not begun, "checked" one that left something to store.
    crs : str
        The reference system that the person declared, "" where none was asked for.
    check : int
        The number of the check whose findings count; 0 before there is one.
    answers : mapping
        What the person has filled in, by field: texts, numbers, truths.
    key, version, content : str, int, str
        The layer that it became.
    replaced : int
        The version that it replaced, for those who want it back; 0 for a new layer.
    discarded : str
        When it was thrown away; "" while it is wanted.
    trouble : mapping or None
        What went wrong last, as ``geo.ingest.telling`` packs a report.
    """

    id: str
    owner: str
    name: str
    size: int
    sha256: str
    began: str
    changed: str
    browser: str = ""
    state: State = "waiting"
    crs: str = ""
    check: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    version: int = 0
    content: str = ""
    replaced: int = 0
    discarded: str = ""
    trouble: Mapping[str, Any] | None = None

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return home() / self.id

    @property
    def original(self) -> Path:
        """The file as it came."""
        return self.folder / ORIGINAL

    @property
    def problem(self) -> Message | None:
        """What went wrong last, in words; None when all is well."""
        return None if self.trouble is None else telling.unpacked(self.trouble).issues[0].found

    @property
    def is_open(self) -> bool:
        """Whether it still waits for the person: not stored, not thrown away."""
        return self.state != "stored" and not self.discarded


@dataclass(frozen=True)
class Progress:
    """A stage that a job told of: its name, when it began, and its share from 0 to 1 where one is known."""

    stage: str
    began: str
    share: float | None = None


def home() -> Path:
    """Return the folder of all drafts; it need not exist yet."""
    return storage() / FOLDER


def now() -> datetime:
    """Return the present in UTC; tests put another one in its place."""
    return datetime.now(UTC)


def receive(file: BinaryIO, name: str, *, viewer: Viewer, browser: str = "") -> Draft:
    """Copy a file to disk in blocks and return the draft that it begins.

    Raises
    ------
    GeoError
        If the file is larger than may be, the person has too many unfinished uploads, or the disk takes no more.
    """
    if sum(each.is_open for each in drafts(viewer)) >= MOST:
        raise GeoError(
            Message("There are {n} unfinished uploads already. Finish or discard some, then bring this file.", n=MOST)
        )
    draft_id = secrets.token_hex(10)
    folder = home() / draft_id
    digest, size = hashlib.sha256(), 0
    try:
        folder.mkdir(parents=True)
        with (folder / ORIGINAL).open("wb") as copy:
            while block := file.read(BLOCK):
                size += len(block)
                if size > limits.FILE_BYTES:
                    raise GeoError(
                        Message("The file has more than {mb} MB. Split it, or bring a part of it.",
                                mb=limits.FILE_BYTES // limits.MB)
                    )  # fmt: skip
                digest.update(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        stamp = now().isoformat()
        draft = Draft(
            id=draft_id, owner=viewer.id, browser=browser, name=printable(name)[:LONGEST_NAME] or "–", size=size,
            sha256=digest.hexdigest(), began=stamp, changed=stamp,
        )  # fmt: skip
        write_json(folder / TOLD, asdict(draft))
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise GeoError(
            Message("The app cannot keep the file: its disk takes no more, or its storage folder is not writable.")
        ) from error
    except GeoError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return draft


def draft(draft_id: str, viewer: Viewer) -> Draft:
    """Return a draft as it is now; ``UnknownError`` if there is none of this id for this viewer."""
    found = _read(draft_id)
    if found is None or found.owner != viewer.id:
        raise UnknownError(GONE)
    return found


def drafts(viewer: Viewer) -> list[Draft]:
    """Return the drafts of a viewer, last changed first, those that can still be had back with them."""
    sweep()
    try:
        names = [entry.name for entry in home().iterdir()]
    except OSError:
        return []
    mine = [each for name in names if (each := _read(name)) is not None and each.owner == viewer.id]
    return sorted(mine, key=lambda each: (each.changed, each.id), reverse=True)


def fill(draft_id: str, viewer: Viewer, **answers: object) -> Draft:
    """Keep what a person has filled in; what is not named stays as it was."""
    with changing(draft_id, viewer) as change:
        return change(lambda each: replace(each, answers={**each.answers, **answers}))


def discard(draft_id: str, viewer: Viewer) -> Draft:
    """Throw a draft away; for a day it can be had back. What runs for it is ended."""
    cancel(draft_id, viewer)
    with changing(draft_id, viewer) as change:
        return change(lambda each: replace(each, discarded=now().isoformat()))


def bring_back(draft_id: str, viewer: Viewer) -> Draft:
    """Have a discarded draft back."""
    with changing(draft_id, viewer) as change:
        return change(lambda each: replace(each, discarded=""))


def cancel(draft_id: str, viewer: Viewer) -> None:
    """Ask the job of a draft to end, wherever it runs; nothing happens if there is none."""
    found = draft(draft_id, viewer)
    if found.state in RUNNING or found.state == "waiting":
        (found.folder / CANCEL).touch()


def is_cancelled(draft_id: str) -> bool:
    """Tell whether somebody asked the job of a draft to end."""
    return (home() / draft_id / CANCEL).exists()


def unlooked(draft_id: str) -> Draft:
    """Return a draft as its file says, for the job that runs for it; ``UnknownError`` if there is none."""
    found = _told(home() / draft_id) if ID.fullmatch(draft_id) else None
    if found is None:
        raise UnknownError(GONE)
    return found


# --- what a check found -------------------------------------------------------------------


def keep(found: Draft, checked: Checked) -> int:
    """Keep what a check found beside the file and return the number of the check; the draft does not name it yet."""
    number = found.check + 1
    folder = found.folder / f"checked-{number}"
    shutil.rmtree(folder, ignore_errors=True)  # of a server that was killed before it could say so
    folder.mkdir(parents=True)
    told = []
    for layer in checked.layers:
        shutil.move(layer.file, folder / layer.file.name)
        told.append({**asdict(layer), "file": layer.file.name})
    write_json(folder / CHECKED, {"report": telling.packed(checked.report), "layers": told})
    return number


def findings(found: Draft) -> Checked:
    """Return the report of a draft's check and its layers; they stay on disk as long as the draft does.

    Raises
    ------
    UnknownError
        If it was not checked yet, or its folder is gone.
    """
    folder = checked_folder(found)
    try:
        told = json.loads((folder / CHECKED).read_text(encoding="utf-8"))
        layers = tuple(
            Layer(**{**each, "file": folder / Path(each["file"]).name,
                     "repairs": tuple(Preview(**repair) for repair in each["repairs"])})
            for each in told["layers"]
        )  # fmt: skip
        return Checked(telling.unpacked(told["report"]), layers)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnknownError(GONE) from error


def checked_folder(found: Draft) -> Path:
    """Return the folder of the check that counts."""
    return found.folder / f"checked-{found.check}"


def progress(found: Draft) -> list[Progress]:
    """Return the stages that the job of a draft told of, in their order; none before it began."""
    try:
        told = json.loads((found.folder / PROGRESS).read_text(encoding="utf-8"))
        return [Progress(str(stage), str(began), share) for stage, began, share in told]
    except (OSError, ValueError, TypeError):
        return []


# --- changes ------------------------------------------------------------------------------


class Changing:
    """One change of a draft, made while nobody else makes one."""

    def __init__(self, found: Draft) -> None:
        self.now = found

    def __call__(self, change: Any) -> Draft:
        """Write the draft that a function makes of the present one, and return it."""
        made = replace(change(self.now), changed=now().isoformat())
        if made.answers != self.now.answers or replace(made, changed="") != replace(self.now, changed=""):
            write_json(made.folder / TOLD, asdict(made))
            self.now = made
        return self.now


@contextmanager
def changing(draft_id: str, viewer: Viewer | None = None) -> Iterator[Changing]:
    """Hold a draft while it is changed, against other tabs, jobs and servers.

    Parameters
    ----------
    viewer : Viewer, optional
        Who changes it; without one it is the app itself.
    """
    folder = home() / draft_id
    if not ID.fullmatch(draft_id) or not folder.is_dir():
        raise UnknownError(GONE)
    with (folder / CHANGES).open("w") as lock:
        _locked(lock.fileno())
        found = _told(folder)
        if found is None or (viewer is not None and found.owner != viewer.id):
            raise UnknownError(GONE)
        yield Changing(found)


def _locked(handle: int) -> None:
    until = monotonic() + LOCK_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.01)
        else:
            return


def held(found: Draft) -> int | None:
    """Return a handle that holds the job of a draft until it is closed, or None where another holds it."""
    handle = os.open(found.folder / JOB, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def write_json(path: Path, told: object) -> None:
    """Write a file so that it is the old one or the new one whenever the power goes."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with part.open("w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, indent=1, default=str)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def troubled(message: Message) -> Mapping[str, Any]:
    """Return what ``Draft.trouble`` holds for a message."""
    return telling.packed(Report("", (), (Issue("TROUBLE", "error", message, Message(""), Message("")),)))


def _told(folder: Path) -> Draft | None:
    try:
        told = cast("dict[str, Any]", json.loads((folder / TOLD).read_text(encoding="utf-8")))
        known = {each.name for each in fields(Draft)}
        return Draft(**{name: value for name, value in told.items() if name in known})
    except (OSError, ValueError, TypeError):
        return None


def _read(draft_id: str) -> Draft | None:
    """Return a draft; where it says that a job runs and none does, its server is gone."""
    folder = home() / draft_id
    found = _told(folder) if ID.fullmatch(draft_id) else None
    if found is None or found.state not in RUNNING:
        return found
    with suppress(OSError):
        handle = held(found)
        if handle is None:
            return found
        try:
            with changing(draft_id) as change:
                return change(_interrupted)
        finally:
            os.close(handle)
    return found


def _interrupted(found: Draft) -> Draft:
    if found.state == "checking":
        return replace(found, state="waiting", trouble=troubled(INTERRUPTED))
    if found.state == "storing":
        from geo.upload import draft_jobs  # noqa: PLC0415 - jobs know drafts; here alone a draft asks what its job did

        stored = draft_jobs.stored_by(found)
        return stored or replace(found, state="checked", trouble=troubled(NOT_STORED))
    return found  # its job ended between the two looks


# --- the broom ----------------------------------------------------------------------------

_SWEPT: dict[Path, float] = {}


def sweep(*, at_once: bool = False) -> list[str]:
    """Remove drafts that nobody wants any more and return their ids; looked for every ten minutes."""
    place = home()
    if not at_once and monotonic() - _SWEPT.get(place, -SWEEP_S) < SWEEP_S:
        return []
    _SWEPT[place] = monotonic()
    try:
        folders = [entry for entry in place.iterdir() if entry.is_dir()]
    except OSError:
        return []
    gone = [folder for folder in folders if _is_over(folder)]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder.name for folder in gone]


def _is_over(folder: Path) -> bool:
    found = _told(folder)
    if found is None:
        try:
            age = now() - datetime.fromtimestamp(folder.stat().st_mtime, UTC)
        except OSError:
            return False
        return age > HALF_RECEIVED
    if found.discarded:
        return now() - datetime.fromisoformat(found.discarded) > UNDO
    age = now() - datetime.fromisoformat(found.changed)
    return age > (UNDO if found.state == "stored" else FORGOTTEN)
