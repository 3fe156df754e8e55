"""The address at which others reach the app, where one is set."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import urlsplit

VARIABLE: Final = "FRONTERAS_PUBLIC_URL"


def home() -> str:
    """Return the address without a slash at its end; "" where none is set, or one that no browser opens."""
    given = os.environ.get(VARIABLE, "").strip().rstrip("/")
    try:
        return given if urlsplit(given).scheme in {"http", "https"} else ""
    except ValueError:  # such as http://[half
        return ""
