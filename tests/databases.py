"""The databases that the catalogue is tested on: SQLite, and a real PostgreSQL that the tests start themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal
from uuid import uuid4

import psycopg
import pytest

from tests.postgres import Server, programs, running

Kind = Literal["sqlite", "postgresql"]
KINDS: Final[tuple[Kind, ...]] = ("sqlite", "postgresql")
NONE_HERE: Final = "no PostgreSQL is here (Debian: apt-get install postgresql; macOS: brew install postgresql)"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Start PostgreSQL once; skip with the remedy where there is none."""
    binaries = programs()
    if binaries is None:
        pytest.skip(NONE_HERE)
    with running(binaries) as server:
        yield server


class Databases:
    """Fresh, empty databases for one test; they are gone after it."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request = request
        self._folder = folder
        self._made: list[str] = []

    def fresh(self, kind: Kind) -> str:
        """Return the URL of a database that was just made."""
        name = f"test_{uuid4().hex}"
        if kind == "sqlite":
            return f"sqlite:///{self._folder / name}.sqlite"
        server: Server = self._request.getfixturevalue("postgresql")
        self._order(server, f"CREATE DATABASE {name}")
        self._made.append(name)
        return server.url(name)

    def drop(self) -> None:
        """Drop what was made, whoever is still connected."""
        for name in self._made:
            self._order(self._request.getfixturevalue("postgresql"), f"DROP DATABASE {name} WITH (FORCE)")

    @staticmethod
    def _order(server: Server, order: str) -> None:
        with psycopg.connect(server.url("postgres", "postgresql"), autocommit=True) as connection:
            connection.execute(order.encode())


@pytest.fixture
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    """Give fresh databases of either kind, for a test that needs several."""
    made = Databases(request, tmp_path)
    yield made
    made.drop()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> str:
    """Return the URL of a fresh database: each test that asks for it runs on both kinds."""
    return databases.fresh(request.param)


@pytest.fixture
def url(database_url: str, storage: Path, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: ARG001 - features go there
    """Let the catalogue of this test be a fresh database of either kind, with a storage folder of its own."""
    monkeypatch.setenv("FRONTERAS_DATABASE_URL", database_url)
    return database_url
