"""Where this machine's Chromium is, and how tests and bench start it. Imports nothing beyond the standard library."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPS: Final = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FLAGS: Final = (
    "--no-sandbox",  # in a container, as root, Chromium cannot make its own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Chromium calls home at every start; on a closed network each call waits and fails.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name is looked up, and no address but this machine's is reached, by WebSocket neither.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)


def chromium_path() -> str:
    """Return the path of a Chromium or Chrome, or "" where there is none; FRONTERAS_CHROMIUM decides when set."""
    named = os.environ.get("FRONTERAS_CHROMIUM")
    if named:
        return named if Path(named).exists() else ""
    found = next((path for name in NAMES if (path := shutil.which(name))), "")
    return found or next((path for path in MAC_APPS if Path(path).exists()), "")


if __name__ == "__main__":
    print(chromium_path())
