"""Where the app keeps what it is given and what it makes: stored layers and its own secret."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent


def storage() -> Path:
    """Return the folder of everything that is stored; it need not exist yet.

    The environment is read at each call, so that a test or a second instance can have a folder of its own.
    """
    return Path(os.environ.get("FRONTERAS_STORAGE") or ROOT / "storage").absolute()
