"""DuckDB as we load it: from its package, nothing downloaded, bounded, and answering again after its own errors."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import duckdb
import pandas as pd
import pytest
import shapely

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


def test_after_an_error_of_its_own_the_engine_begins_anew(tmp_path):
    # In DuckDB 1.5.5 a condition on a geometry, pushed into a dictionary of shapes, meets a cell never written.
    file = tmp_path / "shapes.parquet"
    pd.DataFrame({"shape": [shapely.to_wkb(shapely.Point(1, 1))]}).to_parquet(file)
    box = "{'min_x': 0, 'min_y': 0, 'max_x': 9, 'max_y': 9}::BOX_2D"
    shapes = f"SELECT ST_AsMVTGeom(ST_GeomFromWKB(shape), {box}) AS g FROM read_parquet('{file}')"  # noqa: S608 - our own
    with pytest.raises(duckdb.InternalException):
        sql.rows(f"SELECT count(*) FROM ({shapes}) WHERE g IS NOT NULL")  # noqa: S608 - our own
    assert sql.rows("SELECT ST_X(ST_Point(3, 4))") == [(3.0,)]
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(sql.rows, "SELECT 1").result() == [(1,)]
