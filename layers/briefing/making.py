"""Exports that take a while: each is made in a process of its own, and told of in a folder that outlives the page.

The folder holds the order, how far it is, and the file once it is made; any server that shares the storage can look.
A thread of the server waits for the process, so that a wish to stop is heard, and holds a lock that ends with the
server: a job whose server is gone is noticed at the next look. What was made is kept for a day.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore, Thread
from time import monotonic, sleep
from typing import Any, Final, Literal, cast

from geo.errors import DataError, GeoError, UnknownError
from geo.ingest.telling import packed_message, unpacked_message
from geo.library.storing import end_with
from geo.messages import Message
from geo.storage import storage
from geo.upload.drafts import write_json
from geo.viewer import Viewer
from layers.briefing import orders
from layers.briefing.orders import Made, Order

State = Literal["waiting", "running", "done", "failed", "cancelled"]
RUNNING: Final[frozenset[State]] = frozenset({"waiting", "running"})

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = "exports"
ORDER, PROGRESS, OUTCOME, LOCK, CANCEL, MASTER = (
    "order.json", "progress.json", "outcome.json", "job.lock", "cancel", "master",
)  # fmt: skip
ID: Final = re.compile(r"[0-9a-f]{20}", re.ASCII)
KEPT: Final = timedelta(days=1)
AT_ONCE: Final = 1  # of one server: a pack takes a processor and some hundred megabytes
MOST_WAITING: Final = 12  # of one viewer
STEP_S: Final = 0.1  # how often a wish to cancel is looked at
NICE: Final = 5  # pages go before packs
SWEEP_S: Final = 600.0

GONE: Final = Message("This export is no longer here: what was made is kept for a day. Make it again.")
BUSY: Final = Message("{n} exports are being made already. Wait for one of them, or call one off.", n=MOST_WAITING)
DISK: Final = Message("The app cannot make the file: its disk takes no more, or its storage folder is not writable.")
ENDED: Final = Message(
    "The export was not finished: the program that makes it ended early. Check that there is room on the disk and "
    "memory to spare, then make it again."
)
STOPPED: Final = Message("The app was stopped while this export was made. Make it again.")

_SLOTS: Final = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, kw_only=True)
class Job:
    """An export on its way, as its folder tells of it.

    Attributes
    ----------
    id : str
        Twenty random hexadecimal digits.
    owner : str
        The viewer who asked for it; nobody else sees it.
    title : str
        What it is of.
    name : str
        What the file is called where it is taken away; "" before it is made.
    began : str
        ISO 8601, UTC.
    done, of : int
        Steps behind it and in all; 0 of 0 before it has counted them.
    what : Message or None
        What it is at.
    running_s : float
        Seconds since its first step.
    problem : Message or None
        Why it failed.
    """

    id: str
    owner: str
    order: Order
    title: str
    name: str
    began: str
    state: State
    done: int = 0
    of: int = 0
    what: Message | None = None
    running_s: float = 0.0
    problem: Message | None = None

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return home() / self.id

    @property
    def file(self) -> Path:
        """What was made."""
        return self.folder / f"made.{self.order.ending}"

    @property
    def left_s(self) -> float | None:
        """Seconds that it may still take, by the steps it has made; None before the first."""
        return self.running_s / self.done * (self.of - self.done) if self.done else None


def home() -> Path:
    """Return the folder of all exports; it need not exist yet."""
    return storage() / FOLDER


def now() -> datetime:
    """Return the present in UTC; tests put another one in its place."""
    return datetime.now(UTC)


def start(order: Order, *, viewer: Viewer, title: str = "", master: tuple[str, bytes] | None = None) -> Job:
    """Begin to make something; returns at once.

    Parameters
    ----------
    title : str
        What it is of, where that is known.
    master : (str, bytes), optional
        Name and content of the organisation's own template for slides.

    Raises
    ------
    DataError
        If too many wait already, or the disk takes no more.
    """
    if sum(each.state in RUNNING for each in jobs(viewer)) >= MOST_WAITING:
        raise DataError(BUSY)
    folder = home() / secrets.token_hex(10)
    told = {
        "owner": viewer.id, "viewer": {**asdict(viewer), "roles": sorted(viewer.roles)}, "kind": order.kind,
        "asked": dict(order.asked), "ending": order.ending, "title": title or orders.title_of(order, viewer),
        "began": now().isoformat(),
    }  # fmt: skip
    try:
        folder.mkdir(parents=True)
        if master is not None:
            (folder / MASTER).mkdir()
            (folder / MASTER / _file_name(master[0])).write_bytes(master[1])
        handle = _held(folder)
        write_json(folder / ORDER, told)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DataError(DISK) from error
    Thread(target=_run, args=(folder, handle, order, viewer), name=f"export {folder.name}", daemon=True).start()
    return job(folder.name, viewer)


def job(job_id: str, viewer: Viewer) -> Job:
    """Return a job as it is now; ``UnknownError`` if there is none of this id for this viewer."""
    found = _read(home() / job_id) if ID.fullmatch(job_id) else None
    if found is None or found.owner != viewer.id:
        raise UnknownError(GONE)
    return found


def jobs(viewer: Viewer) -> list[Job]:
    """Return the jobs of a viewer, the latest first."""
    sweep()
    every = (_read(each) for each in _folders())
    mine = [each for each in every if each is not None and each.owner == viewer.id]
    return sorted(mine, key=lambda each: (each.began, each.id), reverse=True)


def cancel(job_id: str, viewer: Viewer) -> None:
    """Call a job off, wherever it runs; nothing happens if it is over."""
    found = job(job_id, viewer)
    if found.state in RUNNING:
        (found.folder / CANCEL).touch()


def content(job_id: str, viewer: Viewer) -> bytes:
    """Return what a job made; ``UnknownError`` if it is not there."""
    try:
        return job(job_id, viewer).file.read_bytes()
    except OSError as error:
        raise UnknownError(GONE) from error


def put_away(job_id: str, viewer: Viewer) -> None:
    """Remove what a job made; the history still knows how to make it again."""
    found = job(job_id, viewer)
    cancel(job_id, viewer)
    if found.state not in RUNNING:
        shutil.rmtree(found.folder, ignore_errors=True)


_SWEPT: dict[Path, float] = {}


def sweep(*, at_once: bool = False) -> list[str]:
    """Remove what was made a day ago and return the ids; looked for every ten minutes."""
    if not at_once and monotonic() - _SWEPT.get(home(), -SWEEP_S) < SWEEP_S:
        return []
    _SWEPT[home()] = monotonic()
    gone = []
    for folder in _folders():
        with suppress(OSError):
            changed = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
            found = _read(folder)
            if now() - changed > KEPT and (found is None or found.state not in RUNNING):
                shutil.rmtree(folder, ignore_errors=True)
                gone.append(folder.name)
    return gone


# --- what its folder tells ----------------------------------------------------------------


def _folders() -> list[Path]:
    try:
        return [each for each in home().iterdir() if ID.fullmatch(each.name)]
    except OSError:
        return []


def _read(folder: Path) -> Job | None:
    told = _json(folder / ORDER)
    if not told:
        return None
    state, outcome = _state(folder)
    problem = outcome.get("problem")
    progress = _json(folder / PROGRESS)
    try:
        began = progress.get("began")
        return Job(
            id=folder.name,
            owner=str(told["owner"]),
            order=Order(kind=told["kind"], asked=told["asked"], ending=told["ending"]),
            title=str(told["title"]),
            name=str(outcome.get("name", "")),
            began=str(told["began"]),
            state=state,
            done=int(progress.get("done", 0)),
            of=int(progress.get("of", 0)),
            what=unpacked_message(progress["what"]) if "what" in progress else None,
            running_s=(now() - datetime.fromisoformat(began)).total_seconds() if began else 0.0,
            problem=unpacked_message(problem) if problem else None,
        )
    except (KeyError, ValueError, TypeError):  # of another release
        return None


def _state(folder: Path) -> tuple[State, dict[str, Any]]:
    """Return the state of a job and what came of it; where nobody holds its lock and nothing came of it, it is lost."""
    for is_last in (False, True):
        if outcome := _json(folder / OUTCOME):
            return cast(State, outcome["state"]), outcome
        if not is_last:
            try:
                os.close(_held(folder))  # free: it may have ended since we looked for what came of it
            except OSError:
                return "running" if (folder / PROGRESS).exists() else "waiting", {}
    return "failed", {"problem": packed_message(STOPPED)}


def _held(folder: Path) -> int:
    """Return a handle that holds a job until it is closed; ``OSError`` where another holds it."""
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _file_name(name: str) -> str:
    """Return a name that a person gave to a file so that it is one file of a folder, and still theirs to know again."""
    kept = "".join(sign if sign.isalnum() or sign in " ._-" else "_" for sign in name.removesuffix(".pptx"))
    return f"{kept.strip(' .')[:80] or '_'}.pptx"


def _json(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


# --- the thread that waits ----------------------------------------------------------------


def _run(folder: Path, handle: int, order: Order, viewer: Viewer) -> None:
    outcome: dict[str, Any] = {"state": "failed", "problem": packed_message(ENDED)}
    try:
        while not _SLOTS.acquire(timeout=STEP_S):
            if (folder / CANCEL).exists():
                outcome = {"state": "cancelled"}
                return
        try:
            outcome = _outcome(folder, order, viewer)
        finally:
            _SLOTS.release()
    finally:
        if outcome["state"] != "done":
            for each in folder.glob("*made*"):
                each.unlink(missing_ok=True)
        with suppress(OSError):
            write_json(folder / OUTCOME, outcome)
        os.close(handle)


def _outcome(folder: Path, order: Order, viewer: Viewer) -> dict[str, Any]:
    """Start the process, wait for it, and return what came of it."""
    try:
        write_json(folder / PROGRESS, {"began": now().isoformat()})
        process = subprocess.Popen(  # our own module, by our own interpreter
            [sys.executable, "-m", "layers.briefing.making"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    except OSError:
        return {"state": "failed", "problem": packed_message(ENDED)}
    with process:
        if process.stdin is not None:
            process.stdin.write(json.dumps({"folder": str(folder), "parent": os.getpid()}))
            process.stdin.close()
        while process.poll() is None:
            if (folder / CANCEL).exists():
                process.kill()
                process.wait()
                return {"state": "cancelled"}
            sleep(STEP_S)
        said = process.stdout.read().splitlines() if process.stdout else []
    try:
        told: dict[str, Any] = json.loads(said[-1])  # a library may have printed before
    except (ValueError, IndexError):
        return {"state": "failed", "problem": packed_message(ENDED)}
    if told["state"] == "done":
        made = Made(**told["made"])
        with suppress(GeoError):  # it was made, though the list cannot be reached
            orders.remember(order, made, viewer=viewer)
    return told


# --- the process that makes ---------------------------------------------------------------


def main(folder: Path) -> int:
    """Make what the order in a folder asks for, and say as JSON what came of it."""
    told = _json(folder / ORDER)
    viewer = Viewer(**{**told["viewer"], "roles": frozenset(told["viewer"]["roles"])})
    order = Order(kind=told["kind"], asked=told["asked"], ending=told["ending"])
    began = now().isoformat()

    def hear(done: int, of: int, what: Message) -> None:
        with suppress(OSError):  # a picture of the progress is not worth the job
            write_json(folder / PROGRESS, {"began": began, "done": done, "of": of, "what": packed_message(what)})

    master = next(iter((folder / MASTER).glob("*.pptx")), None)
    try:
        made = orders.make(order, folder / f"made.{order.ending}", viewer=viewer, hear=hear, master=master)
        outcome: dict[str, Any] = {"state": "done", "made": asdict(made), "name": orders.file_name(order, made)}
    except GeoError as error:
        outcome = {"state": "failed", "problem": packed_message(error.message)}
    except OSError:
        outcome = {"state": "failed", "problem": packed_message(DISK)}
    sys.stdout.write(f"\n{json.dumps(outcome)}")
    return 0


if __name__ == "__main__":
    asked = json.loads(sys.stdin.read())
    end_with(int(asked["parent"]))
    os.nice(NICE)
    sys.exit(main(Path(asked["folder"])))
