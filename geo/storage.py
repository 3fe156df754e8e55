"""Where the app keeps what it is given and what it makes: stored layers and its own secret."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from geo.errors import DataError
from geo.messages import Message

ROOT: Final = Path(__file__).resolve().parent.parent
VARIABLE: Final = "FRONTERAS_STORAGE"
CACHE: Final = "FRONTERAS_CACHE"


def storage() -> Path:
    """Return this machine's folder of everything that is stored; it need not exist yet.

    Where FRONTERAS_STORAGE names an address beyond this machine, the folder is FRONTERAS_CACHE's. The environment is
    read at each call, so that a test or a second instance can have a folder of its own.
    """
    given = os.environ.get(CACHE if address() else VARIABLE, "")
    return Path(given or ROOT / "storage").absolute()


def address() -> str:
    """Return the URL where the features of layers are kept for good, or "" where the storage folder keeps them."""
    given = os.environ.get(VARIABLE, "").strip()
    return given if "://" in given else ""


@contextmanager
def room() -> Iterator[None]:
    """Say in a sentence that the storage folder takes nothing.

    Raises
    ------
    DataError
        If it is not writable, or its disk is full.
    """
    try:
        yield
    except OSError as error:
        raise DataError(
            Message(
                "The storage folder {path} takes nothing: {error}. Make it writable, or make room on its disk; then "
                "try again.",
                path=str(storage()),
                error=error.strerror or type(error).__name__,
            )
        ) from error
