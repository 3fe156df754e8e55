"""What all tests share: the root of the tree, the real files beside it, and the order of the run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import hypothesis
import pytest

from geo.storage import VARIABLE as STORAGE
from tests.databases import database_url, databases, postgresql, url
from tests.listening import listener

__all__ = ["database_url", "databases", "listener", "postgresql", "url"]  # fixtures for every test

ROOT: Final = Path(__file__).resolve().parent.parent
REALDATA: Final = ROOT.parent / "shared" / "realdata"

# No deadline: the first example of a law pays for reading the data. CI draws the same examples every time.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Put the main module back: AppTest leaves its script in that place, and a process begun later would run it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def storage(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this test store in a folder of its own, which is made when something is stored."""
    folder = tmp_path_factory.mktemp("stored") / "storage"
    monkeypatch.setenv(STORAGE, str(folder))
    return folder


@pytest.fixture(scope="module")
def module_storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Let the tests of a module store in one folder of their own."""
    folder = tmp_path_factory.mktemp("storage")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(STORAGE, str(folder))
        yield folder


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Return the folder of real files by others, which is never copied into the repository."""
    if not REALDATA.is_dir():
        pytest.skip("the real files are not here (../shared/realdata)")
    return REALDATA


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests last: Playwright leaves an event loop running in the main thread."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
