"""Tables that name individuals are told apart from tables of places, groups and things."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.ingest.individuals import individuals
from geo.ingest.inspection import inspect
from geo.ingest.raw import numbered
from geo.messages import LANGUAGES, say
from tests.conftest import ROOT
from tests.ingest.made_files import collection, js, point
from tests.ingest.made_people import INDIVIDUALS, OTHERS

DEVICES = "numbers of telephones or trackers that persons carry"
NAMES, DOCUMENTS = "names of persons", "numbers of identity documents"
PEOPLE = [
    "María Fernanda Rojas", "José Luis Mamani Quispe", "João da Silva", "Ana Paula Souza", "Carlos Pérez",
    "Luz Marina Díaz", "Jean Dupont", "Emily Carter", "PEDRO ANTONIO GÓMEZ", "Rosa Elvira Huamán",
]  # fmt: skip
PLACES = [
    "Pedro Juan Caballero", "San José del Guaviare", "Puerto Ayacucho", "Plácido de Castro", "Leticia",
    "João Pessoa", "La Paz", "Simón Bolívar", "Francisco de Orellana", "Boa Vista", "Iñapari", "Santa Elena de Uairén",
]  # fmt: skip
ACTORS = [
    "Government of Colombia", "FARC", "Ejército de Liberación Nacional", "AUC", "Civilians",
    "Military Forces of Peru (2011-2016)", "Frente José María Córdoba", "Police Forces of Brazil",
]  # fmt: skip
CPFS = ["529.982.247-25", "111.444.777-35", "123.456.789-09"]


def kinds(**columns):
    issues = individuals(numbered(pd.DataFrame(columns)), "made")
    assert {issue.code for issue in issues} <= {"INDIVIDUALS_NAMED"}
    assert {issue.severity for issue in issues} <= {"warning"}
    return [say(issue.found.values["what"], "en") for issue in issues]


@pytest.mark.parametrize(
    ("column", "values", "kind"),
    [
        pytest.param("nombre", PEOPLE, NAMES, id="names by what they are"),
        pytest.param("Apellidos y nombres", ["ROJAS, María", "MAMANI, José"], NAMES, id="family name first"),
        pytest.param("apellido_paterno", ["Rojas", "Mamani", "Quispe"], NAMES, id="family names"),
        pytest.param("nomeDoTitular", ["Xirú Tapuya", "Yara Tukano"], NAMES, id="by the column"),
        pytest.param("nom et prénom", ["Le Goff Yann", "Dupont Jean"], NAMES, id="French"),
        pytest.param("victim name", ["Jane Roe", "N.N."], NAMES, id="English"),
        pytest.param("propietario", [*PEOPLE[:5], "Minera del Sur S.A.", "Coop. Norte Ltda"], NAMES, id="owners"),
        pytest.param("x", CPFS, DOCUMENTS, id="CPF by its check digits"),
        pytest.param("nota", [f"titular CPF {each}" for each in CPFS], DOCUMENTS, id="CPF in a text"),
        pytest.param("x", ["12.345.678-5", "11.111.111-1", "7.654.321-6"], DOCUMENTS, id="RUT"),
        pytest.param("DNI", [45671234, 12345678, 87654321], DOCUMENTS, id="DNI as numbers"),
        pytest.param("N° de cédula", ["1.020.345.678", "79.456.123"], DOCUMENTS, id="cédula"),
        pytest.param("passport_no", ["AB123456", "XY987654"], DOCUMENTS, id="passport"),
        pytest.param("x", ["ana.rojas@example.org", "jlm@example.com", ""], "e-mail addresses", id="e-mail"),
        pytest.param("celular", ["300 123 4567", "3109876543"], "phone numbers", id="phone"),
        pytest.param("x", ["+55 (92) 99123-4567", "+57 300 123 4567"], "phone numbers", id="phone without a name"),
        pytest.param("fec_nac", ["1980-03-01", "01/12/1975"], "dates of birth", id="birth"),
        pytest.param("Data de nascimento", pd.to_datetime(["1980-03-01", "1975-12-01"]), "dates of birth", id="date"),
        pytest.param("domicilio", ["Calle 12 # 4-33", "Carrera 7 No 45-10"], "home addresses", id="home"),
    ],
)  # fmt: skip
def test_a_column_of_individuals_is_named(column, values, kind):
    assert kinds(**{column: values, "lugar": [PLACES[n % 9] for n in range(len(values))]}) == [kind]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        pytest.param("municipio", PLACES, id="municipalities"),
        pytest.param("name", PLACES, id="places without a telling name"),
        pytest.param("Nome", [*PLACES, *PEOPLE[:4]], id="airports, some named after persons"),
        pytest.param("side_a", ACTORS, id="armed groups"),
        pytest.param("actor1", ["Government of Colombia"] * 5, id="governments"),
        pytest.param("escuela", PEOPLE, id="schools named after persons"),
        pytest.param("calle", PEOPLE, id="streets named after persons"),
        pytest.param("responsable", ["Alcaldía de Leticia", "Prefeitura de Tabatinga", "Ministerio"], id="offices"),
        pytest.param("x", ["529.982.247-26", "111.444.777-36", "123.456.789-00"], id="no CPF: check digits are wrong"),
        pytest.param("cnpj", ["11.222.333/0001-81", "11.444.777/0001-61"], id="companies"),
        pytest.param("rut", ["76.123.456-0", "96.511.530-7"], id="RUT of companies"),
        pytest.param("cedula_catastral", ["0100000001230004", "0100000001230005"], id="land register"),
        pytest.param("codigo", ["0500112", "0500234", "9100144"], id="codes"),
        pytest.param("contacto", ["info@example.gov.co", "alcaldia@example.gov.co"], id="e-mail of offices"),
        pytest.param("nacimiento", ["Río Vaupés", "Caño Bocón"], id="where rivers rise"),
        pytest.param("telefono", ["", None], id="nothing"),
        pytest.param("autor", ["Ana Rojas"] * 40, id="who made the table"),
        pytest.param("area_ha", [1.5, 2.25], id="figures"),
        pytest.param("point_id", ["11212585425479771953", "11212585425479771954"], id="long numbers"),
        pytest.param("estación", ["Simón Bolívar", "Antonio Nariño", "Camilo Torres"], id="stations"),
        pytest.param("id_dispositivo", ["CT-2023-00045", "CT-2023-00046"], id="camera traps"),
        pytest.param("dispositivo", ["CT00012345678901", "CT00012345678902"], id="traps with a long number"),
        pytest.param("centro_poblado", ["José Gálvez", "Ramón Castilla", "César Vallejo"], id="villages"),
        pytest.param("hash", ["a1b2c3d4e5f60718", "9f8e7d6c5b4a3921"], id="sums of files"),
        pytest.param("nota", ["lote 3109876543", "título 900123456"], id="numbers of things in notes"),
        pytest.param("direccion", ["Calle 12 # 4-33", "Carrera 7 No 45-10"], id="addresses of nobody"),
    ],
)  # fmt: skip
def test_a_column_of_places_or_things_is_not(column, values):
    assert kinds(**{column: values}) == []


@pytest.mark.parametrize("column", INDIVIDUALS)
def test_columns_of_registers_that_name_individuals_are_told(column):
    assert kinds(**{column: INDIVIDUALS[column]})


@pytest.mark.parametrize("column", OTHERS)
def test_columns_that_look_like_them_are_not(column):
    assert kinds(**{column: OTHERS[column]}) == []


@pytest.mark.parametrize(
    ("column", "values", "kind"),
    [
        pytest.param("x", ["GARC800101HDFRRL09", "PEMM790512MDFRRR01"], DOCUMENTS, id="CURP by its form"),
        pytest.param("x", ["20-12345678-6", "27-23456780-8"], DOCUMENTS, id="CUIL by its check digit"),
        pytest.param("x", ["***.982.247-**", "***.444.777-**"], DOCUMENTS, id="half a CPF"),
        pytest.param("ruc", ["10456712341", "10087654321"], DOCUMENTS, id="RUC of persons"),
        pytest.param("placa", ["ABC-123", "XYZ1D23"], "number plates of vehicles", id="plates"),
        pytest.param("contacto", ["300 123 4567", "3109876543"], "phone numbers", id="phones of contacts"),
        pytest.param("Tel. contacto", ["(061) 234567", "(01) 4445566"], "phone numbers", id="short ones with an area"),
        pytest.param("nota", ["sin novedad", "llamar al 320 987 6543", "cel: 3001112233"], "phone numbers", id="notes"),
        pytest.param("NIS", ["123.45678.90-1", "120.11122.33-4"], DOCUMENTS, id="the social number of Brazil"),
        pytest.param("licencia_conducir", ["Q45218963", "B08745123"], DOCUMENTS, id="driving licences"),
        pytest.param("IMEI", ["356938035643809", "490154203237518"], DEVICES, id="telephones"),
        pytest.param("deviceid", ["collect:aB3dE5gH7jK9mN1p", "collect:zY8xW6vU4tS2rQ0o"], DEVICES, id="of a survey"),
        pytest.param("mac_address", ["00:1b:44:11:3a:b7", "00-1B-44-11-3A-B8"], DEVICES, id="of a network"),
    ],
)
def test_numbers_are_told_by_their_kind(column, values, kind):
    assert kinds(**{column: values}) == [kind]


def test_an_address_is_a_home_where_persons_are_named():
    addresses = ["Rua das Flores 12", "Av. Brasil, 300", "Rua 7, n. 4"]
    assert kinds(nome=PEOPLE[:3], endereço=addresses) == ["names of persons", "home addresses"]


def test_columns_rows_and_remedy_are_told_in_every_language():
    table = numbered(pd.DataFrame({"nombre": [None, *PEOPLE[:4], ""], "apellido": [None, "A", "B", "C", "D", None]}))
    (issue,) = individuals(table, "made")
    assert (issue.layer, issue.feature, issue.count, issue.records) == ("made", 2, 4, (2, 3, 4, 5))
    for lang in LANGUAGES:
        said = say(issue.found, lang)
        assert "“nombre”, “apellido”" in said
        assert "4" in said
        assert "TLP:RED" in say(issue.fix, lang)


def test_the_report_of_a_file_warns(tmp_path):
    path = tmp_path / "a.geojson"
    told = collection(*[point(-70 - n / 10, -4) for n in range(len(PEOPLE))])
    for feature, name in zip(told["features"], PEOPLE, strict=True):
        feature["properties"] = {"nombre": name}
    path.write_bytes(js(told))
    (tmp_path / "scratch").mkdir()
    report = inspect(path, tmp_path / "scratch").report
    assert [issue.code for issue in report.issues] == ["INDIVIDUALS_NAMED"]
    assert report.verdict == "accept_with_warnings"


@pytest.mark.skipif(not (ROOT.parent / "shared" / "realdata").is_dir(), reason="the real files are not here")
def test_no_real_file_names_individuals(tmp_path):
    for number, path in enumerate(sorted((ROOT.parent / "shared" / "realdata").iterdir())):
        if path.suffix in {".csv", ".json", ".kml", ".zip", ".GPKG", ".geojson"} and path.stat().st_size < 8_000_000:
            scratch = tmp_path / str(number)
            scratch.mkdir()
            found = inspect(path, scratch).report.issues
            assert [issue.code for issue in found if issue.code == "INDIVIDUALS_NAMED"] == [], path.name


def test_no_shipped_table_names_individuals():
    for path in sorted((ROOT / "data").glob("*.csv")):
        assert individuals(pd.read_csv(path), path.name) == []
