"""Tables: the real ones with what must come of them, habits of spreadsheets, and what is broken or hostile."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.ingest import tables
from geo.ingest.raw import Raw
from geo.ingest.report import Issue
from geo.messages import LANGUAGES, say
from tests.ingest.made_tables import CORPUS, MAIN, OFFICE, POINTS, rows, workbook

SECONDS = 20.0  # of any file of the corpus, on a machine that does other things too
PEAK_BYTES = 700_000_000  # of Python's own memory, for the file of 50 MB


def read_bytes(folder: Path, content: bytes, name: str = "tabla.csv") -> tuple[list[Raw], list[Issue]]:
    path = folder / name
    path.write_bytes(content)
    return tables.read(path)


def read_text(folder: Path, text: str) -> Raw:
    layers, issues = read_bytes(folder, text.encode())
    assert issues == []
    return layers[0]


def codes(layers: list[Raw], issues: list[Issue]) -> list[str]:
    return [each.code for each in issues] + [each.code for layer in layers for each in layer.issues]


def placed(layers: list[Raw]) -> list[Raw]:
    return [each for each in layers if not any(issue.severity == "error" for issue in each.issues)]


def points(layer: Raw) -> list[tuple[float, float] | None]:
    assert isinstance(layer.frame, gpd.GeoDataFrame)
    return [None if each is None else (each.x, each.y) for each in layer.frame.geometry]


# What must come of each real table: rows, whether they have a place, and what is said of it.
REAL = {
    "airstrips_clandestine_brazil.csv": (1269, True, ["UNNAMED_COLUMNS"]),
    "amw_mining_by_municipality_year.csv": (3069, False, ["UNITS_NOT_SHIPPED"]),
    "anac_aerodromos_publicos.csv": (505, True, ["ENCODING_GUESSED", "OTHER_COORDINATES"]),
    "divipola_municipios_colombia.csv": (1121, True, ["LEADING_ZEROS_RESTORED", "LEADING_ZEROS_RESTORED"]),
    "ucdp_ged_colombia_hxl.csv": (4632, True, ["HXL_TAGS"]),
    "unhcr_flows_south_america.csv": (8425, False, ["COUNTRIES_ONLY"]),
}


@pytest.mark.parametrize("name", REAL)
def test_real_tables_end_as_expected(realdata, name):
    count, is_placed, said = REAL[name]
    layers, issues = tables.read(realdata / name)
    (layer,) = layers
    assert len(layer.frame) == count
    assert layer.is_spatial is is_placed
    assert codes(layers, issues) == said
    assert all(issue.layer == layer.name for issue in layer.issues)
    if is_placed:
        assert layer.crs is not None
        assert layer.crs.to_epsg() == 4326
        assert not layer.frame.geometry.isna().any()
        west, south, east, north = layer.frame.total_bounds
        assert -93 < west < east < -30
        assert -57 < south < north < 17


def test_every_real_table_is_in_the_list(realdata):
    assert {path.name for path in realdata.glob("*.csv")} == set(REAL)


def test_tags_are_not_data(realdata):
    frame = tables.read(realdata / "ucdp_ged_colombia_hxl.csv")[0][0].frame
    assert frame["year"].dtype.kind == "i"
    assert (frame["year"].min(), frame["year"].max()) == (1989, 2018)
    assert frame.index[0] == 1
    assert frame.attrs["hxl"]["latitude"] == "#geo+lat"


def test_columns_of_coordinates_are_chosen_by_what_they_hold(realdata):
    frame = tables.read(realdata / "anac_aerodromos_publicos.csv")[0][0].frame
    assert (frame.geometry.iloc[0].x, frame.geometry.iloc[0].y) == (-67.898056, -9.8683333)
    assert frame["Nome"].iloc[0] == "Plácido de Castro"
    assert frame.geometry.loc[144].y == 0.050833333  # which the file writes ",050833333"
    assert frame["Altitude"].iloc[3] == 1261.0


def test_codes_of_municipalities_have_their_zeros_again(realdata):
    frame = tables.read(realdata / "divipola_municipios_colombia.csv")[0][0].frame
    assert frame.loc[1, ["COD_DPTO", "COD_MPIO", "NOM_MPIO"]].tolist() == ["05", "05001", "MEDELLÍN"]
    assert set(frame["COD_MPIO"].str.len()) == {5}
    assert (frame["COD_MPIO"].str[:2] == frame["COD_DPTO"]).all()


def test_the_first_code_that_lost_its_zero_is_told(tmp_path):
    layer = read_text(tmp_path, "cod_dpto,lat,lon\n91,-4.2,-69.9\n99,5.3,-69.1\n5,6.2,-75.6\n8,10.9,-74.8\n")
    assert [(each.code, each.feature, each.count) for each in layer.issues] == [("LEADING_ZEROS_RESTORED", 3, 2)]
    assert "5 became 05" in say(layer.issues[0].expected, "en")  # before and after
    assert layer.frame["cod_dpto"].tolist() == ["91", "99", "05", "08"]


def test_line_breaks_within_a_cell_are_no_rows(realdata):
    frame = tables.read(realdata / "airstrips_clandestine_brazil.csv")[0][0].frame
    assert frame["Attribution"].str.contains("\n").all()
    assert "Original source of the airstrip’s location" in frame


@pytest.mark.parametrize("name", CORPUS)
def test_broken_and_hostile_tables_end_in_layers_or_issues(tmp_path, name):
    make, expected, code = CORPUS[name]
    path = tmp_path / "tabla.dat"
    path.write_bytes(make())
    begun = time.monotonic()
    layers, issues = tables.read(path)
    assert time.monotonic() - begun < SECONDS
    said = codes(layers, issues)
    assert len(placed(layers)) == expected, said
    assert code in said if code else not [each for each in issues if each.severity == "error"]
    for issue in [*issues, *(each for layer in layers for each in layer.issues)]:
        assert all(say(part, lang) for part in (issue.found, issue.expected, issue.fix) for lang in LANGUAGES)
    assert layers or issues


def test_the_corpus_is_large():
    assert len(CORPUS) >= 50


@pytest.mark.parametrize(
    "name", ["a cell of 50 MB", "a million columns", "two cells in opposite corners", "archive bomb"]
)
def test_memory_is_bounded(tmp_path, name):
    path = tmp_path / "tabla.dat"
    path.write_bytes(CORPUS[name][0]())
    tracemalloc.start()
    try:
        tables.read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < PEAK_BYTES / 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("lat,lon\n-4.21,-69.94\n", (-69.94, -4.21), id="plain"),
        pytest.param("x;y\n-69,94;-4,21\n", (-69.94, -4.21), id="x and y, decimal commas"),
        pytest.param("LATITUD_DEC;LONGITUD_DEC\n−4,21;−69,94\n", (-69.94, -4.21), id="typographic minus"),
        pytest.param("Latitude,Longitude\n4°12'36\"S,69°56'24\"W\n", (-69.94, -4.21), id="degrees, minutes, seconds"),
        pytest.param("lat,lon\n4 12 36 S,69 56 24 O\n", (-69.94, -4.21), id="spaces, oeste"),
        pytest.param("lon,lat\n4°12’36” S,69°56’24” W\n", (-69.94, -4.21), id="letters tell which is which"),
        pytest.param('ubicación\n"-4.21, -69.94"\n', (-69.94, -4.21), id="in one column"),
        pytest.param("wkt\nPOINT (-69.94 -4.21)\n", (-69.94, -4.21), id="WKT"),
        pytest.param('a\tb\n1\t{"type":"Point","coordinates":[-69.94,-4.21]}\n', (-69.94, -4.21), id="GeoJSON"),
        pytest.param("g\n0101000000" + np.array([-69.94, -4.21]).tobytes().hex() + "\n", (-69.94, -4.21), id="WKB"),
        pytest.param(
            "lat_origen,lon_origen,lat,lon\n1.5,-70.5,-4.21,-69.94\n", (-70.5, 1.5), id="the first of two pairs"
        ),
        pytest.param("latest,long_name,lat,lon\n3,abc,-4.21,-69.94\n", (-69.94, -4.21), id="names that begin alike"),
        pytest.param("#geo+lat,#geo+lon\n-4.21,-69.94\n", (-69.94, -4.21), id="HXL tags alone"),
    ],
)
def test_places_are_read_as_people_write_them(tmp_path, text, expected):
    layer = read_text(tmp_path, text)
    assert points(layer)[0] == pytest.approx(expected, abs=1e-9)


def test_areas_come_before_points(tmp_path):
    layer = read_text(tmp_path, 'lat,lon,wkt\n-4,-69,"POLYGON ((-70 -5, -69 -5, -69 -4, -70 -5))"\n')
    assert layer.frame.geometry.iloc[0].area == 0.5
    assert list(layer.frame.columns) == ["lat", "lon", "geometry"]
    assert layer.crs is None  # which WKT does not say


def test_many_parts_are_not_taken_for_nesting(tmp_path):
    parts = shapely.MultiPolygon([shapely.box(x + 2.5, -4, x + 2.75, -3.5) for x in range(200)])
    layer = read_text(tmp_path, f"wkb\n{parts.wkb_hex}\n{shapely.to_wkb(parts, hex=True, byte_order=0)}\n")
    assert layer.issues == ()
    assert shapely.equals(layer.frame.geometry.to_numpy(), parts).all()


def test_a_system_that_wkt_names_is_kept(tmp_path):
    layer = read_text(tmp_path, 'wkt\n"SRID=3116;POINT (1004523 880123)"\n')
    assert layer.crs is not None
    assert layer.crs.to_epsg() == 3116


def test_what_is_no_degree_has_no_system(tmp_path):
    layer = read_text(tmp_path, "este,norte\n1004523.5,880123.2\n")
    assert points(layer) == [(1004523.5, 880123.2)]
    assert layer.crs is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(["1.234,5", "12,75"], [1234.5, 12.75], id="points group, comma parts"),
        pytest.param(["1,234.5", "12.75"], [1234.5, 12.75], id="commas group, point parts"),
        pytest.param(["1 234,5", "2 345,25"], [1234.5, 2345.25], id="spaces group"),
        pytest.param(["1.5", "2,5"], [1.5, 2.5], id="mixed"),
        pytest.param(["7", "s/d", "9"], [7, None, 9], id="no value"),
        pytest.param(["2025.0", "2024.0"], [2025, 2024], id="whole numbers with a point"),
        pytest.param(["05", "11"], ["05", "11"], id="a leading zero makes a code"),
        pytest.param(
            ["12345678901234567890", "1"], ["12345678901234567890", "1"], id="more digits than a number holds"
        ),
        pytest.param(["12/03/2024", "1"], ["12/03/2024", "1"], id="a date is no number"),
        pytest.param(['="007"', '="008"'], ["007", "008"], id="wrapped against the spreadsheet"),
    ],
)
def test_figures_are_read_by_the_sign_they_use(tmp_path, cells, expected):
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([["v", "lat", "lon"], *[[cell, "-4.5", "-69.5"] for cell in cells]])
    values = read_text(tmp_path, out.getvalue()).frame["v"]
    assert [
        None if value != value or value is None else value
        for value in values.astype(object).where(values.notna(), None)
    ] == expected


def test_figures_that_read_in_two_ways_follow_the_rest_of_the_table(tmp_path):
    with_commas = read_text(tmp_path, "v;lat;lon\n1.234;-4,5;-69,5\n")
    assert with_commas.frame["v"].tolist() == [1234]
    with_points = read_text(tmp_path, "v;lat;lon\n1.234;-4.5;-69.5\n")
    assert with_points.frame["v"].tolist() == [1.234]


@pytest.mark.parametrize(
    ("text", "unit", "restored"),
    [
        pytest.param("iso,valor\nCO-AMA,1\nPE-LOR,2\n", "CO-AMA", None, id="ISO 3166-2"),
        pytest.param("unidad,valor\nco_ama,1\npe-lor,2\n", "CO-AMA", None, id="ISO 3166-2 in another spelling"),
        pytest.param("cod_dpto,valor\n91,1\n5,2\n8,3\n", "CO-AMA", "05", id="DANE, zeros lost"),
        pytest.param("departamento,codigo\nAMAZONAS,91\nANTIOQUIA,5\nCHOCÓ,27\n", "CO-AMA", "05", id="DANE by names"),
        pytest.param("ubigeo,valor\n16,1\n1,2\n", "PE-LOR", "01", id="UBIGEO"),
        pytest.param("cod_dep,nombre\n16,Loreto\n1,Amazonas\n25,Ucayali\n", "PE-LOR", "01", id="UBIGEO by names"),
        pytest.param("CD_UF,valor\n13,1\n14,2\n", "BR-AM", None, id="IBGE"),
        pytest.param("UF,valor\nAM,1\nRR,2\n", "BR-AM", None, id="letters of Brazilian states"),
        pytest.param("cod_dpto,valor\n91.0,1\n5.0,2\n", "CO-AMA", "05", id="made numbers with a point"),
    ],
)  # fmt: skip
def test_tables_are_joined_to_units_by_code(tmp_path, text, unit, restored):
    layer = read_text(tmp_path, text)
    said = codes([layer], [])
    assert "JOINED_BY_CODE" in said
    assert ("LEADING_ZEROS_RESTORED" in said) is (restored is not None)
    assert layer.crs is not None
    units = gpd.read_parquet("data/units.parquet").set_index("unit_id").geometry
    assert shapely.equals(layer.frame.geometry.iloc[0], units[unit])
    if restored:
        assert restored in set(layer.frame.iloc[:, 0]) | set(layer.frame.iloc[:, 1])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("cod_dep,v\n" + "".join(f"{code},1\n" for code in range(1, 10)), id="departments of Bolivia"),
        pytest.param("cod_dep,v\n8,1\n", id="one department of any country"),
        pytest.param("edad,v\n11,1\n13,2\n15,3\n", id="figures that could be codes"),
        pytest.param("cod_estado,v\n11,1\n12,2\n", id="states of Venezuela"),
    ],
)
def test_small_numbers_are_not_taken_for_codes_of_another_country(tmp_path, text):
    layer = read_text(tmp_path, text)
    assert not layer.is_spatial
    assert layer.issues[0].code == "NO_GEOMETRY"


def test_a_count_of_municipalities_is_no_code_of_one(tmp_path):
    layer = read_text(tmp_path, "iso,municipios\nCO-ANT,125\nCO-BOY,123\nCO-CUN,116\n")
    assert layer.is_spatial
    assert layer.frame["municipios"].tolist() == [125, 123, 116]


def test_a_unit_made_since_is_told_and_left_without_a_shape(tmp_path):
    known = [
        f"CL-{each}"
        for each in ("AI", "AN", "AP", "AR", "AT", "BI", "CO", "LI", "LL", "LR", "MA", "ML", "RM", "TA", "VS")
    ]
    table = [*known, *known, "CL-NB"]
    layer = read_text(tmp_path, "region,v\n" + "".join(f"{code},1\n" for code in table))
    (issue,) = [each for each in layer.issues if each.code == "CODES_WITHOUT_UNIT"]
    assert (issue.feature, issue.count) == (31, 1)
    assert layer.frame.geometry.isna().sum() == 1


def test_totals_and_sources_below_a_table_are_no_rows_of_it(tmp_path):
    layer = read_text(
        tmp_path, "cod_dpto,depto,v\n91,Amazonas,1\n05,Antioquia,2\n99,Vichada,3\n,Total,6\n,Fuente: DANE\n"
    )
    assert layer.is_spatial
    assert layer.frame.geometry.isna().tolist() == [False, False, False]
    told = next(each for each in layer.issues if each.code == "ROWS_BELOW_TABLE")
    assert (told.severity, told.feature, told.count) == ("note", 4, 2)


def test_departments_beside_municipalities_do_not_stand_in_for_them(tmp_path, realdata):
    with (realdata / "divipola_municipios_colombia.csv").open(encoding="utf-8") as file:
        text = "".join(",".join(row[:5]) + "\n" for row in csv.reader(file) if "," not in "".join(row[:5]))
    layer = read_text(tmp_path, text)
    assert not layer.is_spatial
    assert layer.issues[0].code == "UNITS_NOT_SHIPPED"


def test_cells_of_a_workbook_keep_their_kind(tmp_path):
    table = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>lat</t></is></c>'
        '<c r="C1" t="str"><v>lon</v></c><c r="D1" t="str"><v>día</v></c><c r="E1" t="str"><v>hora</v></c>'
        '<c r="F1" t="str"><v>sí</v></c><c r="G1" t="str"><v>error</v></c><c r="I1" t="str"><v>fin</v></c></row>'
        '<row r="9"><c r="A9" t="s"><v>1</v></c><c r="B9"><v>1.234</v></c><c r="C9"><v>-69.5</v></c>'
        '<c r="D9" s="1"><v>45292</v></c><c r="E9" s="3"><v>45292.5</v></c><c r="F9" t="b"><v>1</v></c>'
        '<c r="G9" t="e"><v>#N/A</v></c><c r="I9" s="2"><v>0.5</v></c></row>'
    )
    texts = "<si><t>código</t></si><si><r><t>05</t></r><rPh><t>x</t></rPh><r><t>001</t></r></si>"
    layers, issues = read_bytes(tmp_path, workbook({"Año": table}, texts=texts))
    (layer,) = layers
    assert (issues, layer.name, points(layer)) == ([], "Año", [(-69.5, 1.234)])
    row = layer.frame.iloc[0]
    assert row[["código", "día", "hora", "sí", "fin"]].tolist() == [
        "05001",
        "2024-01-01",
        "2024-01-01 12:00:00",
        "TRUE",
        0.5,
    ]


def test_days_may_be_counted_from_1904(tmp_path):
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr date1904="1"/>'
        '<sheets><sheet name="H" sheetId="1" r:id="s1"/></sheets></workbook>'
    )
    table = rows(["lat", "lon", "d"], [1.5, -69.5]).replace(
        "-69.5</v></c>", '-69.5</v></c><c r="C2" s="1"><v>43830</v></c>'
    )
    layers, _ = read_bytes(tmp_path, workbook({"H": table}, more={"xl/workbook.xml": book.encode()}))
    assert layers[0].frame["d"].tolist() == ["2024-01-01"]


def test_each_sheet_is_a_layer_and_a_bad_one_leaves_the_others(tmp_path):
    content = workbook({"A": POINTS, "vacía": "", "solo cabecera": rows(["a", "b"]), "A ": POINTS})
    layers, issues = read_bytes(tmp_path, content)
    assert [each.name for each in layers] == ["A", "A (2)"]
    assert [(each.code, each.layer) for each in issues] == [("NO_ROWS", "solo cabecera")]


def test_nothing_is_unpacked_of_a_bomb(tmp_path, monkeypatch):
    content = CORPUS["archive bomb"][0]()
    opened: list[str] = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda _, name, *__, **___: opened.append(name))
    assert codes(*read_bytes(tmp_path, content)) == ["ARCHIVE_BOMB"]
    assert opened == []


def test_records_are_counted_from_the_first_row_below_the_header(tmp_path):
    layer = read_text(tmp_path, "Informe\n\nnombre,lat,lon\n\na,-4,-69\nb,-4,-69,1,2,3\nc,-4,-69\n")
    assert list(layer.frame.index) == [1, 3]
    assert layer.frame.index.name == "record"
    assert next(each.feature for each in layer.issues if each.code == "ROW_TOO_LONG") == 2


WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
NUMBERS = st.one_of(st.floats(), st.floats(-90, 90), st.integers(-(10**20), 10**20)).map(str)
ANGLES = st.sampled_from(
    ["4°12'55\"S", "69°56'24''W", "-4,21", "1.234.567", "NaN", "-inf", "1e308", "POINT (1 1)", "CO-AMA"]
)
CELLS = st.one_of(WORDS, NUMBERS, ANGLES, st.just(""))
HEADERS = st.one_of(
    WORDS,
    st.sampled_from(["lat", "lon", "latitud", "x", "y", "wkt", "cod_dpto", "ubigeo", "iso", "coordenadas", "#geo+lat"]),
)


@st.composite
def delimited_tables(draw):
    """Return a CSV as somebody may have written it: any cells, any separator, any encoding, rows of any length."""
    width = draw(st.integers(1, 6))
    header = draw(st.lists(HEADERS, min_size=width, max_size=width))
    body = draw(st.lists(st.lists(CELLS, min_size=0, max_size=width + 1), max_size=8))
    out = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(out, delimiter=draw(st.sampled_from(",;\t|")), quoting=quoting,
                        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])))  # fmt: skip
    writer.writerows([header, *body])
    content = out.getvalue().encode(
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp850"])), errors="replace"
    )
    cut = draw(st.integers(0, 3))
    return content[cut:] if draw(st.booleans()) else content + draw(st.binary(max_size=6))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=delimited_tables())
def test_any_table_ends_in_layers_or_issues(tmp_path, content):
    layers, issues = read_bytes(tmp_path, content)
    assert layers or issues
    for layer in layers:
        assert len(layer.frame.columns) == len(set(layer.frame.columns))
        assert layer.frame.index.is_unique
        assert layer.is_spatial or any(each.severity == "error" for each in layer.issues)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=6), st.sampled_from(",;"))
def test_coordinates_come_back_as_they_were_written(tmp_path, pairs, delimiter):
    cells = [[repr(value) for value in pair] for pair in pairs]
    if delimiter == ";":
        cells = [[cell.replace(".", ",") for cell in pair] for pair in cells]
    text = "\n".join(delimiter.join(row) for row in [["lat", "lon"], *cells])
    layers, _ = read_bytes(tmp_path, text.encode())
    assert points(layers[0]) == [(lon, lat) for lat, lon in pairs]
