"""The databases of the tests: fresh for each, and the server gone with the tests, however they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import ROOT
from tests.databases import NONE_HERE
from tests.postgres import programs

ENDLESS = """
import sys, time
from pathlib import Path
from tests.postgres import running
with running(Path(sys.argv[1])) as server:
    print(server.folder, flush=True)
    time.sleep(600)
"""
SECONDS = 20


def test_a_database_is_empty_and_keeps_what_it_is_given(database_url: str):
    engine = sa.create_engine(database_url)
    assert sa.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE kept (words TEXT)"))
        connection.execute(sa.text("INSERT INTO kept VALUES ('ñandú')"))
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT words FROM kept")).scalar_one() == "ñandú"
    engine.dispose()


def test_two_databases_know_nothing_of_each_other(databases):
    first, second = databases.fresh("postgresql"), databases.fresh("postgresql")
    assert first != second
    for url in (first, second):
        with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
            connection.execute(sa.text("CREATE TABLE kept (words TEXT)"))  # refused where it is there already


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_ends_with_the_tests_even_when_they_are_killed(order: signal.Signals):
    binaries = programs()
    if binaries is None:
        pytest.skip(NONE_HERE)
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(binaries)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as tests:
        assert tests.stdout is not None
        folder = Path(tests.stdout.readline().strip())
        server = int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        tests.send_signal(order)
    until = time.monotonic() + SECONDS
    while (folder.exists() or is_running(server)) and time.monotonic() < until:
        time.sleep(0.1)
    assert (folder.exists(), is_running(server)) == (False, False)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return True  # no /proc on this machine
