"""Odd files of strangers end in the right verdict, with the right reason, the right record, and where they lie."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.ingest.inspection import Inspected, inspect
from geo.messages import LANGUAGES, say
from tests.ingest.made_files import Case, kml, mark
from tests.ingest.made_strange_coordinates import COORDINATES
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


@pytest.mark.parametrize("name", ["dos.zip", "oem-cpg.zip", "wrong-cpg.zip", "ansi-cpg.zip"])
def test_words_of_a_shapefile_keep_their_accents(name, tmp_path):
    ((layer, _),) = inspected(tmp_path, name, FILES[name].content).layers
    assert layer.table["nombre"].tolist() == ["Nariño", "Córdoba"]


def test_a_layer_of_other_signs_keeps_the_name_of_its_file(tmp_path):
    found = inspected(tmp_path, "Nariño.kml", kml(mark(name="Nariño")).encode("latin-1"))
    assert [layer.name for layer in found.report.layers] == ["Nariño"]


@pytest.mark.parametrize("table", [*TABLES, *COORDINATES], ids=lambda table: table.name)
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


@pytest.mark.parametrize(
    ("text", "features"),
    [
        pytest.param("departamento,v\nBOGOTA,1\nCundinamarca,2\nValle,3\n", 3, id="the beginning of a name"),
        pytest.param("departamento,v\nTotal nacional,6\nVaupés,1\nGUAINIA,5\n", 2, id="a total on top, accents lost"),
        pytest.param("UF,focos\nAM,1\nPA,2\nTotal,3\n", 2, id="a total below letters of states"),
        pytest.param("adm1_pcode,v\nCO91,1\nCO05,2\nPE16,3\n", 3, id="codes of OCHA"),
        pytest.param("uf_cod,v\n13,1\n15,2\n", 2, id="IBGE's code behind the word"),
    ],
)
def test_units_are_known_as_ministries_write_them(text, features, tmp_path):
    report = inspected(tmp_path, "a.csv", text.encode()).report
    assert sum(layer.features for layer in report.layers) == features
    assert {"JOINED_BY_NAME", "JOINED_BY_CODE"} & {issue.code for issue in report.issues}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("departamento,v\nAmazonas,1\n", "NAMES_AMBIGUOUS", id="in four countries"),
        pytest.param("estado,municipio,v\nPará,Itaituba,1\n", "UNITS_NOT_SHIPPED", id="rows of municipalities"),
        pytest.param("mina,estado\nA,activo\nB,inactivo\n", "NO_GEOMETRY", id="a state of affairs"),
        pytest.param("id,lat,lon\n1,aquí,allá\n", "COORDINATES_UNREADABLE", id="named, but no coordinates"),
        pytest.param("id,lat\n1,-4.2\n", "NO_GEOMETRY", id="half a pair"),
    ],
)
def test_a_table_without_a_place_is_told_what_is_missing(text, code, tmp_path):
    report = inspected(tmp_path, "a.csv", text.encode()).report
    assert (report.verdict, report.issues[0].code) == ("reject", code)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("empresa,lat,lon\nTotal,-4.2,-69.9\nTotal,-4.3,-69.8\n", id="a company of that name"),
        pytest.param("id,lat,lon\n1,-4.2,-69.9\n2,-4.3,-69.8\nNota: cifras preliminares,,\n*sin 2024,,\n", id="notes"),
    ],
)
def test_only_what_stands_below_a_table_is_left_out(text, tmp_path):
    assert inspected(tmp_path, "a.csv", text.encode()).report.layers[0].features == 2


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        pytest.param(["13-may-19", "1-jun-19"], ["2019-05-13", "2019-06-01"], id="as Excel in Spanish"),
        pytest.param(["Lunes 3 de junio de 2019", "1º de julho de 2019"], ["2019-06-03", "2019-07-01"], id="weekday"),
        pytest.param(["mayo 2019", "junho de 2019"], ["2019-05", "2019-06"], id="months"),
        pytest.param(["43598", "43600"], ["2019-05-13", "2019-05-15"], id="days from 1900"),
        pytest.param(["2019", "2020"], [2019, 2020], id="years stay"),
    ],
)
def test_dates_as_people_write_them(cells, days, tmp_path):
    text = "fecha,lat,lon\n" + "".join(f"{cell},-4.{n},-69.9\n" for n, cell in enumerate(cells))
    (layer, _), *_ = inspected(tmp_path, "a.csv", text.encode()).layers
    assert layer.table["fecha"].tolist() == days
