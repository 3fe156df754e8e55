"""The app's version, read from ``pyproject.toml``, the one place where it is said."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from geo import store
from geo.seeds import Record

_PROJECT: Final = Path(__file__).resolve().parent.parent / "pyproject.toml"
APP_VERSION: Final[str] = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"]


def content_version() -> str:
    """Return what changes with the shipped data or with the release that draws them: what is kept for ever names it."""
    return f"{store.data_version()}-{APP_VERSION}"


def version_of(record: Record) -> str:
    """Return what changes with the features of a layer, with what is said of them, and with the release."""
    if record.layer is None:
        return content_version()
    current = record.layer.current
    return f"{current.content[:8]}.{current.number}-{content_version()}"
