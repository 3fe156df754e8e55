"""DuckDB as we load it: from its package, nothing downloaded, bounded, and answering again after its own errors."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from geo import sql


def setting(name: str) -> str:
    return str(sql.rows("SELECT value FROM duckdb_settings() WHERE name = ?", [name])[0][0])


def test_the_extension_is_there_and_the_engine_is_bounded():
    assert sql.rows("SELECT ST_NPoints(ST_MakeEnvelope(0, 0, 1, 1))") == [(5,)]
    assert setting("memory_limit") == "244.1 MiB"  # 256 MB
    assert setting("threads") == str(sql.THREADS)
    assert setting("autoinstall_known_extensions") == "false"
    with pytest.raises(duckdb.Error):
        sql.rows("SET memory_limit = '64GB'")


def test_each_thread_has_a_cursor_of_its_own():
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: sql.rows("SELECT sum(range) FROM range(?)", [n])[0][0], range(1, 40)))
    assert found == [n * (n - 1) // 2 for n in range(1, 40)]


def test_names_and_words_are_quoted():
    odd = "a\"b'; DROP TABLE x"
    assert sql.rows(f"SELECT 1 AS {sql.name(odd)}, {sql.word(odd)} = ?", [odd]) == [(1, True)]


class Broken:
    """A cursor of a database that has had an error of its own; to provoke a real one would end this process."""

    def __init__(self, error: type[duckdb.Error]) -> None:
        self.error = error

    def execute(self, *_arguments: object) -> None:
        raise self.error("database has been invalidated")


@pytest.mark.parametrize(
    ("error", "is_asked_again"),
    [
        pytest.param(duckdb.FatalException, True, id="another query had the error"),
        pytest.param(duckdb.InternalException, False, id="this query had it"),
    ],
)
def test_after_an_error_of_its_own_the_engine_begins_anew(error, is_asked_again):
    before = sql._ENGINE.cursor()
    sql._ENGINE._local.cursor = Broken(error)
    if is_asked_again:
        assert sql.rows("SELECT 1") == [(1,)]
    else:
        with pytest.raises(error):
            sql.rows("SELECT 1")
    assert sql.rows("SELECT ST_X(ST_Point(3, 4))") == [(3.0,)]
    assert sql._ENGINE.cursor() is not before
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(sql.rows, "SELECT 1").result() == [(1,)]
