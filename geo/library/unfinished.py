"""Half-finished uploads as files: which features they need, and how they get into a backup and back.

What they mean is known to ``geo.upload.drafts``, which knows this package. Here they are folders, each with a
``draft.json`` that names the check that counts.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from geo.library.archives import MEMBER
from geo.storage import storage

FOLDER: Final = "drafts"
TOLD: Final = "draft.json"
CONTENT: Final = re.compile(r'"([0-9a-f]{20})"', re.ASCII)

Files = dict[str, IO[bytes]]


def named() -> set[str]:
    """Return the contents that half-finished uploads name, wherever in their notes."""
    found: set[str] = set()
    for path in _home().glob(f"*/{TOLD}"):
        with suppress(OSError):  # it was finished or discarded just now
            found |= set(CONTENT.findall(path.read_text(encoding="utf-8")))
    return found


def opened() -> Iterator[Files]:
    """Lend the files of every upload that somebody still wants, one after the other, by their names in a backup.

    All files of one are opened together, so that what is finished or discarded meanwhile is read to its end.
    """
    for path in sorted(_home().glob(f"*/{TOLD}")):
        with suppress(OSError), ExitStack() as stack:  # finished or discarded just now
            if files := _files(path.parent, stack):
                yield files


def _files(folder: Path, stack: ExitStack) -> Files:
    """Open what counts of an upload; nothing where it is stored, thrown away or not readable."""
    told_in = stack.enter_context((folder / TOLD).open("rb"))
    try:
        told = json.load(told_in)
        if told["state"] == "stored" or told["discarded"]:
            return {}
        check = int(told["check"])
    except (ValueError, KeyError, TypeError):
        return {}
    told_in.seek(0)
    files: Files = {f"{FOLDER}/{folder.name}/{TOLD}": told_in}
    for path in (folder / "original", *sorted((folder / f"checked-{check}").glob("*"))):
        name = f"{FOLDER}/{path.relative_to(_home()).as_posix()}"
        if MEMBER.fullmatch(name):
            files[name] = stack.enter_context(path.open("rb"))
    return files


def remove_stored(keys: Collection[str]) -> None:
    """Delete the uploads that became layers, which are kept for a day so that the storing can be undone."""
    for path in _home().glob(f"*/{TOLD}"):
        with suppress(OSError, ValueError):  # gone just now, or not readable
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if told.get("state") == "stored" and told.get("key") in keys:
                shutil.rmtree(path.parent, ignore_errors=True)


def put_back(folder: Path) -> bool:
    """Move an upload that came out of a backup to where uploads are; False where it is still there.

    It has its days from now on, however old the backup.
    """
    target = _home() / folder.name
    if target.exists():
        return False
    path = folder / TOLD
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    told["changed"] = datetime.now(UTC).isoformat()
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(target)
    except OSError:
        if target.exists():  # somebody else restores the same
            return False
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return True


def _home() -> Path:
    return storage() / FOLDER
