"""Odd files of strangers end in the right verdict, with the right reason, the right record, and where they lie."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.ingest.inspection import Inspected, inspect
from geo.messages import LANGUAGES, say
from tests.ingest.made_files import Case
from tests.ingest.made_strange_files import files
from tests.ingest.made_strange_tables import TABLES, Table
from tests.ingest.made_tables import rows, workbook

FILES = {case.name: case for case in files()}


def inspected(tmp_path, name: str, content: bytes) -> Inspected:
    path = tmp_path / name
    path.write_bytes(content)
    scratch = tmp_path / f"scratch of {name}"
    scratch.mkdir()
    return inspect(path, scratch)


def ends_as(case: Case | Table, found: Inspected) -> None:
    report = found.report
    said = {issue.code: issue.feature for issue in report.issues}
    assert report.verdict == case.verdict, said
    assert sum(layer.features for layer in report.layers) == case.features
    if case.code:
        assert case.code in said
        if case.feature is not None:
            assert said[case.code] == case.feature
    else:
        assert not [code for code, feature in said.items() if code.startswith("FILE_")]
    for issue in report.issues:
        assert all(say(part, lang) for part in (issue.found, issue.expected, issue.fix) for lang in LANGUAGES)


@pytest.mark.parametrize("name", FILES)
def test_odd_files_end_in_their_verdict(name, tmp_path):
    ends_as(FILES[name], inspected(tmp_path, name, FILES[name].content))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_of_others_lie_where_they_should(table, tmp_path):
    found = inspected(tmp_path, table.name, table.text.encode())
    ends_as(table, found)
    if table.at is not None:
        (first,) = found.layers[0][0].shapes.take([0])
        assert (first.centroid.x, first.centroid.y) == pytest.approx(table.at, abs=0.02)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        pytest.param("token.geojson", "sign in", id="a server that refused"),
        pytest.param("esri.json", "f=geojson", id="Esri JSON"),
        pytest.param("scan.tif", "picture", id="a picture"),
        pytest.param("map.pdf", "who made it", id="a document"),
        pytest.param("attributes.dbf", "ZIP", id="half a Shapefile"),
        pytest.param("rows.json", "CSV", id="rows as JSON"),
        pytest.param("no-minus.geojson", "minus sign", id="a sign that was left out"),
    ],
)
def test_the_remedy_is_of_what_the_file_is(name, remedy, tmp_path):
    (issue, *_) = inspected(tmp_path, name, FILES[name].content).report.issues
    assert remedy in say(issue.fix, "en")


def test_the_nearest_name_that_is_known_is_told(tmp_path):
    table = next(each for each in TABLES if each.name.startswith("peru_names"))
    (issue,) = inspected(tmp_path, table.name, table.text.encode()).report.issues
    assert "“UCAYALY” → Ucayali" in say(issue.found, "en")
    mended = replace(table, text=table.text.replace("UCAYALY", "Ucayali").replace("CUZCO", "Cusco"))
    report = inspected(tmp_path, "mended.csv", mended.text.encode()).report
    assert (report.verdict, report.layers[0].features) == ("accept_with_warnings", 6)


@pytest.mark.parametrize(
    ("header", "cells", "crs", "code"),
    [
        pytest.param("este,norte,zona", "443128,8547311,19L", "EPSG:32719", "warning", id="zone with a band"),
        pytest.param("este,norte,huso,hemisferio", "443128,8547311,19,S", "EPSG:32719", "warning", id="hemisphere"),
        pytest.param("este,norte,zona", "443128,120000,19", "EPSG:32619", "warning", id="north by its northing"),
        pytest.param("este,norte,zona,datum", "443128,8547311,19S,PSAD56", "EPSG:24879", "note", id="an old datum"),
        pytest.param("este,norte,huso,datum", "443128,8547311,UTM 19 Sur,SIRGAS", "EPSG:31979", "note", id="SIRGAS"),
        pytest.param("ESTE_SAD69_18S,NORTE_SAD69_18S", "443128,8547311", "EPSG:29188", "note", id="in the names"),
    ],
)  # fmt: skip
def test_a_zone_that_the_table_says_is_heeded(header, cells, crs, code, tmp_path):
    report = inspected(tmp_path, "a.csv", f"{header}\n{cells}\n{cells}\n".encode()).report
    assert report.layers[0].crs == crs
    assert next(issue.severity for issue in report.issues if issue.code == "CRS_FROM_COLUMNS") == code


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("este,norte,zona\n443128,8547311,rural\n443128,8547311,urbana\n", id="zones of another kind"),
        pytest.param("este_2019,norte_2019\n443128,8547311\n443128,8547311\n", id="years"),
        pytest.param("este,norte,zona\n443128,8547311,19\n443128,8547311,\n", id="a row without its zone"),
    ],
)
def test_what_is_no_zone_leaves_the_question_open(text, tmp_path):
    (first, *_) = inspected(tmp_path, "a.csv", text.encode()).report.issues
    assert first.code == "CRS_MISSING"


def test_cells_that_were_merged_leave_a_header_in_two_rows(tmp_path):
    sheet = rows(
        ["Código", "Coordenadas", "", "Producción", ""],
        ["", "Latitud", "Longitud", "2022", "2023"],
        ["A1", 2.51, -72.3, 1.5, 2.5],
    )
    plain = rows(["nombre", "", "latitud", "longitud"], ["Leticia", "Amazonas", -4.2, -69.9])
    found = inspected(tmp_path, "a.xlsx", workbook({"dos filas": sheet, "una fila": plain}))
    first, second = (list(layer.table.columns) for layer, _ in found.layers)
    assert first == ["Código", "Latitud", "Longitud", "2022", "2023"]
    assert second == ["nombre", "column 2", "latitud", "longitud"]


def test_degrees_minutes_and_seconds_in_columns_heed_sign_and_letter(tmp_path):
    header = "Lat Grados,Lat Min,Lat Seg,NS_lat,LonGrados,LonMin,LonSeg"
    text = f"{header}\n4,12,36,S,-69,56,24\n0,30,0,N,-0,30,0\n4,75,0,S,1,1,1\n"
    (layer, _), *_ = inspected(tmp_path, "a.csv", text.encode()).layers
    assert [(each.x, each.y) for each in layer.shapes.take([0, 1])] == [(-69.94, -4.21), (-0.5, 0.5)]
    assert len(layer.table) == 2  # there is no 75th minute
