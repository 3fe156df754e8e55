"""Where the app keeps what it is given and what it makes: stored layers and its own secret."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

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
