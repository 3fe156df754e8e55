"""Which catalogues keep features in one place: as long as there are several, none deletes what it does not need.

A slip in FRONTERAS_DATABASE_URL starts an empty catalogue, to which every folder of features looks unneeded.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from geo.library import elsewhere
from geo.library.elsewhere import reached
from geo.storage import address, storage

CATALOGUES: Final = "catalogues"

_claimed: set[tuple[str, str]] = set()  # what this process has written down already


def claim(catalogue: str) -> None:
    """Write down that a catalogue keeps features here, so that no other one takes them for unused.

    Raises
    ------
    DataError
        If the address cannot be written to.
    """
    claimed = (address() or str(storage()), catalogue)
    if claimed in _claimed:
        return
    away = elsewhere.named()
    if away is None:
        folder = storage() / CATALOGUES
        folder.mkdir(parents=True, exist_ok=True)
        (folder / catalogue).touch()
        _claimed.add(claimed)
        return
    with reached():
        if not away.exists(CATALOGUES, catalogue):
            away.files.makedirs(away.path(CATALOGUES), exist_ok=True)
            away.files.pipe_file(away.path(CATALOGUES, catalogue), b"Fronteras\n")
    _claimed.add(claimed)


def release(catalogue: str) -> None:
    """Forget that a catalogue kept features here: it is gone, or keeps them elsewhere now.

    Raises
    ------
    DataError
        If the address cannot be written to.
    """
    _claimed.discard((address() or str(storage()), catalogue))
    away = elsewhere.named()
    if away is None:
        (storage() / CATALOGUES / Path(catalogue).name).unlink(missing_ok=True)
        return
    with reached(), suppress(FileNotFoundError):
        away.files.rm_file(away.path(CATALOGUES, Path(catalogue).name))


def claimants() -> list[str]:
    """Return the catalogues that ever kept features here.

    Raises
    ------
    DataError
        If the address cannot be read.
    """
    away = elsewhere.named()
    if away is None:
        folder = storage() / CATALOGUES
        return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    with reached():
        return sorted(away.names(CATALOGUES))
