"""Tables made for the tests: workbooks part by part, and a corpus of broken and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from typing import Final
from xml.sax.saxutils import escape

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES: Final = (  # style 1 is a day, style 2 a percentage, style 3 a format of its own with a day in it
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="[$-es-CO]dd/mm/yyyy;@"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)

Row = Sequence[object]


def workbook(
    sheets: dict[str, str], *, texts: str = "", more: dict[str, bytes] | None = None, state: str = ""
) -> bytes:
    """Return a workbook of sheets given as the XML of their rows; ``more`` adds or replaces parts."""
    parts: dict[str, bytes] = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/styles.xml": STYLES.encode(),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>'.encode(),
    }
    listed, related = "", ""
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        listed += f'<sheet name="{escape(name)}" sheetId="{number}" r:id="s{number}" {state}/>'
        related += f'<Relationship Id="s{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        ).encode()
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    ).encode()
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>'.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | (more or {})).items():
            archive.writestr(name, content)
    return out.getvalue()


def rows(*table: Row) -> str:
    """Return rows of cells as XML: numbers as numbers, texts as they stand in the cell."""
    return "".join(
        f'<row r="{number}">'
        + "".join(_cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(row))
        + "</row>"
        for number, row in enumerate(table, start=1)
    )


def _cell(place: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 60_000_000)
    return out.getvalue()


def _many_members() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(1_200):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"")
    return out.getvalue()


POINTS: Final = rows(["nombre", "latitud", "longitud"], ["Leticia", -4.21, -69.94], ["Tabatinga", -4.25, -69.93])
ENTITIES: Final = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE: Final = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
GOOD: Final = "nombre,latitud,longitud\nLeticia,-4.21,-69.94\nTabatinga,-4.25,-69.93\n"


def _sheet(head: str) -> bytes:
    body = f'{head}<worksheet xmlns="{MAIN}"><sheetData>{POINTS}</sheetData></worksheet>'
    return workbook({"Hoja": ""}, more={"xl/worksheets/sheet1.xml": body.encode()})


def _linked(target: str, mode: str = "") -> bytes:
    rels = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="s1" Type="{OFFICE}/worksheet" Target="{target}" {mode}/>'
        "</Relationships>"
    )
    return workbook({"Hoja": POINTS}, more={"xl/_rels/workbook.xml.rels": rels.encode()})


def _lines(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


# What is made, how many layers have a place, and the codes that must be among the issues ("" for none).
Case = tuple[Callable[[], bytes], int, str]

CORPUS: Final[dict[str, Case]] = {
    # Nothing, or no text
    "empty": (lambda: b"", 0, "FILE_EMPTY"),
    "only spaces": (lambda: b" \r\n\t \n", 0, "FILE_EMPTY"),
    "only a mark": (lambda: b"\xef\xbb\xbf", 0, "FILE_EMPTY"),
    "only zeros": (lambda: bytes(100_000), 0, "FILE_EMPTY"),
    "only separators": (lambda: b",,,\n,,,\n", 0, "FILE_EMPTY"),
    "only a header": (lambda: b"nombre,latitud,longitud\n", 0, "NO_ROWS"),
    "header and empty rows": (lambda: b"nombre,latitud,longitud\n,,\n\n,,\n", 0, "NO_ROWS"),
    "binary": (lambda: struct.pack(">4000d", *[1.1 + each for each in range(4000)]), 0, "NOT_TEXT"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20, 0, "NOT_TEXT"),
    "old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), 0, "OLD_WORKBOOK"),
    "a page that asks to sign in": (
        lambda: b"<!DOCTYPE html><html><body>Iniciar sesion</body></html>",
        0,
        "NOT_A_TABLE",
    ),
    "a page named as a workbook": (lambda: b"<table><tr><td>latitud</td></tr></table>", 0, "NOT_A_TABLE"),
    "one word": (lambda: b"hola", 0, "NO_ROWS"),
    "prose": (lambda: "Señores:\nAdjunto el informe, como se pidió.\n".encode() * 40, 0, "NO_GEOMETRY"),
    # Encodings
    "UTF-8 with a mark": (lambda: b"\xef\xbb\xbf" + GOOD.encode(), 1, ""),
    "UTF-16 with a mark": (lambda: GOOD.encode("utf-16"), 1, ""),
    "UTF-16 without a mark": (lambda: GOOD.encode("utf-16-le"), 1, ""),
    "UTF-16 the other way round": (lambda: b"\xfe\xff" + GOOD.encode("utf-16-be"), 1, ""),
    "UTF-32": (lambda: GOOD.encode("utf-32"), 1, ""),
    "UTF-16 cut within a sign": (lambda: GOOD.encode("utf-16")[:-1], 1, ""),
    "mark of UTF-16 before ASCII": (lambda: b"\xff\xfe" + GOOD.encode() * 3, 1, "WRONG_BOM"),
    "mark of UTF-8 before Latin-1": (
        lambda: b"\xef\xbb\xbf" + "año,lat,lon\nCafé,-4.2,-69.9\nÑandú,-4.3,-69.8\n".encode("latin-1"),
        1,
        "ENCODING_GUESSED",
    ),
    "Latin-1": (lambda: "año,lat,lon\nCafé,-4.2,-69.9\nÑandú,-4.3,-69.8\n".encode("latin-1"), 1, "ENCODING_GUESSED"),
    "DOS 850": (
        lambda: "región,lat,lon\nCórdoba,-4.2,-69.9\nNariño,-4.3,-69.8\n".encode("cp850"),
        1,
        "ENCODING_GUESSED",
    ),
    "a few broken bytes": (
        lambda: ("nombre,lat,lon\n" + "Córdoba é Nariño,-4.2,-69.9\n" * 30).encode() + b"Mal\xff,-4.2,-69.9\n",
        1,
        "BROKEN_TEXT",
    ),
    "UTF-8 written twice": (
        lambda: "nombre,lat,lon\nCórdoba,-4.2,-69.9\n".encode().decode("cp1252").encode(),
        1,
        "TEXT_ENCODED_TWICE",
    ),
    "zero bytes in cells": (lambda: GOOD.replace("Leticia", "Leti\0cia").encode(), 1, "ZERO_BYTES"),
    # Rows and cells
    "ragged rows": (lambda: GOOD.encode() + b"a,b,c,d,-4,-69\nsolo\n", 1, "ROW_TOO_LONG"),
    "short rows": (lambda: GOOD.encode() + b"Islandia\n", 1, "ROW_TOO_SHORT"),
    "a quotation mark never closed": (
        lambda: GOOD.encode() + b'"Puerto,-4.1,-69.9\n' + b"x,-4.1,-69.9\n" * 2000,
        0,
        "QUOTE_NOT_CLOSED",
    ),
    "a cell of 50 MB": (lambda: b"nombre,lat,lon\n" + b"x" * 50_000_000 + b",-4.2,-69.9\n", 0, "CELL_TOO_LONG"),
    "a quoted cell of 50 MB in lines": (
        lambda: b'nombre,lat,lon\n"' + b"x\n" * 25_000_000 + b'",-4.2,-69.9\n',
        0,
        "CELL_TOO_LONG",
    ),
    "a cell of 200,000 signs": (lambda: b"nombre,lat,lon\n" + b"x" * 200_000 + b",-4.2,-69.9\n", 0, "CELL_TOO_LONG"),
    "a million columns": (lambda: b"a," * 1_000_000 + b"b\n" + b"1," * 1_000_000 + b"2\n", 0, "TOO_MANY_COLUMNS"),
    "a row of a million cells": (lambda: GOOD.encode() + b"1," * 1_000_000 + b"2\n", 1, "ROW_TOO_LONG"),
    "a column name of 10,000 signs": (
        lambda: b"lat,lon," + b"x" * 10_000 + b"\n-4.2,-69.9,1\n",
        1,
        "LONG_COLUMN_NAMES",
    ),
    "doubled headers": (lambda: b"lat,lon,valor,valor,valor\n-4.2,-69.9,1,2,3\n", 1, "DUPLICATE_COLUMNS"),
    "a column named geometry": (lambda: b"geometry,lat,lon\nx,-4.2,-69.9\n", 1, ""),
    "no header": (lambda: b"-4.2153,-69.9406,1200\n-4.2551,-69.9312,1300\n", 1, "NO_HEADER"),
    "titles above the header": (
        lambda: b"Ministerio de Minas\nInforme 2024\n\nnombre;latitud;longitud\nA;-4,21;-69,94\nB;-4,25;-69,93\n",
        1,
        "ROWS_ABOVE_HEADER",
    ),
    "old Mac line ends": (lambda: GOOD.replace("\n", "\r").encode(), 1, ""),
    "sep= on top": (lambda: b"sep=;\nnombre;lat;lon\nA;-4,21;-69,94\n", 1, ""),
    "pipes": (lambda: GOOD.replace(",", "|").encode(), 1, ""),
    "tabs": (lambda: GOOD.replace(",", "\t").encode(), 1, ""),
    # Coordinates
    "decimal commas": (lambda: GOOD.replace(",", ";").replace(".", ",").encode(), 1, ""),
    "decimal commas and points mixed": (
        lambda: b"lat;lon;v\n-4,21;-69.94;1,5\n-4.25;-69,93;2.5\n",
        1,
        "MIXED_DECIMALS",
    ),
    "no digit before the comma": (lambda: b"lat;lon\n-,41694444;-65,033889\n,05083333;-51,070278\n", 1, ""),
    "points that group thousands": (
        lambda: b"lat;lon\n-4.215.300;-69.940.600\n-4.255.100;-69.930.200\n",
        0,
        "DECIMAL_SIGN_LOST",
    ),
    "the decimal sign left out": (lambda: b"lat,lon\n-4215300,-69940600\n-4255100,-69930200\n", 0, "DECIMAL_SIGN_LOST"),
    "latitude and longitude swapped": (lambda: b"lat,lon\n-69.94,-4.21\n-69.93,-4.25\n", 1, ""),
    "DMS with typographic quotes": ("lat,lon\n4°12’55” S,69°56’24” W\n4° 15′ 00″ S,69° 55′ 48″ O\n".encode, 1, ""),
    "DMS beyond sixty minutes": (
        "lat,lon\n4°72’55” S,69°56’24” W\n4°12’55” S,69°56’24” W\n4°12’55” S,69°56’24” W\n".encode,
        1,
        "COORDINATES_UNREADABLE",
    ),
    "DMS swapped": ("lat,lon\n69°56'24\" W,4°12'55\" S\n".encode, 1, ""),
    "out of range": (lambda: b"lat,lon\n-4.2,-69.9\n95,-269\n1e308,-1e308\n", 1, ""),
    "NaN and infinity": (lambda: b"lat,lon\nNaN,NaN\ninf,-Infinity\n-4.2,-69.9\n", 1, ""),
    "words for coordinates": (
        lambda: b"lat,lon\n-4.2,-69.9\n-4.2,-69.9\nal norte,-69.9\n",
        1,
        "COORDINATES_UNREADABLE",
    ),
    "only latitude": (lambda: b"lat,nombre\n-4.2,A\n", 0, "NO_GEOMETRY"),
    "all coordinates empty": (lambda: b"lat,lon,n\n,,1\n,,2\n", 0, "NO_GEOMETRY"),
    "coordinates without names": (lambda: b"a,b,c\n1,-4.2153,-69.9406\n2,-4.3125,-69.8312\n", 1, "COORDINATES_GUESSED"),
    "two in one column": ("lugar;coordenadas\nA;4°12'55\" S, 69°56'24\" W\nB;-4.25, -69.93\n".encode, 1, ""),
    "metres of a projection": (lambda: b"este,norte\n1004523.5,880123.2\n1004600.1,880200.9\n", 1, ""),
    "broken WKT": (
        lambda: b"wkt\nPOINT (-69 -4)\nPOINT (-69\nPOINT (-68 -4)\n" + b"POINT (-69 -4)\n" * 20,
        1,
        "COORDINATES_UNREADABLE",
    ),
    "WKT with a system": (lambda: b'g\n"SRID=3116;POINT (1004523 880123)"\n', 1, ""),
    "WKT nested 100,000 deep": (
        lambda: b'wkt\n"' + b"GEOMETRYCOLLECTION(" * 100_000 + b"POINT(1 1)" + b")" * 100_000 + b'"\n',
        1,
        "COORDINATES_UNREADABLE",
    ),
    "WKB nested 50,000 deep": (
        lambda: b"wkb\n" + b"010700000001000000" * 50_000 + b"0101000000" + b"0" * 32 + b"\n",
        1,
        "COORDINATES_UNREADABLE",
    ),
    "WKB nested with heights": (
        lambda: b"wkb\n" + b"01EF03000001000000" * 50_000 + b"01E9030000" + b"0" * 48 + b"\n",
        1,
        "COORDINATES_UNREADABLE",
    ),
    "WKB nested, big end first": (
        lambda: b"wkb\n" + b"000000000400000001" * 50_000 + b"0000000001" + b"0" * 32 + b"\n",
        1,
        "COORDINATES_UNREADABLE",
    ),
    "GeoJSON nested 100,000 deep": (
        lambda: b'g\tn\n{"type":"Polygon","coordinates":' + b"[" * 100_000 + b"]" * 100_000 + b"}\t1\n",
        1,
        "COORDINATES_UNREADABLE",
    ),
    # Cells that do something elsewhere
    "formulas in a CSV": (
        lambda: b'nombre,lat,lon\n"=HYPERLINK(""http://x"")",-4.2,-69.9\n@SUM(1),-4.2,-69.9\n',
        1,
        "",
    ),
    "scripts": (
        lambda: b"nombre,<script>alert(1)</script>,lat,lon\nx,<img src=x onerror=alert(1)>,-4.2,-69.9\n",
        1,
        "",
    ),
    # Codes
    "municipal codes": (
        lambda: b"cod_mpio,valor\n" + b"".join(b"%d,1\n" % each for each in range(5001, 5040)),
        0,
        "UNITS_NOT_SHIPPED",
    ),
    "codes that are none": (lambda: b"iso_3166_2,v\nCO-AMA,1\nCO-ANT,1\nCO-XXX,1\nCO-YYY,1\n", 0, "CODES_NOT_KNOWN"),
    "a running number": (lambda: b"id,valor\n" + b"".join(b"%d,7\n" % each for each in range(1, 26)), 0, "NO_GEOMETRY"),
    "countries": (lambda: b"iso3,valor\nCOL,1\nBRA,2\n", 0, "COUNTRIES_ONLY"),
    # Workbooks
    "workbook": (lambda: workbook({"Hoja": POINTS}), 1, ""),
    "workbook cut off": (lambda: workbook({"Hoja": POINTS})[:-200], 0, "NOT_TEXT"),
    "workbook with a broken part": (
        lambda: workbook({"Hoja": POINTS.replace("</row>", "</raw>")}),
        0,
        "FILE_BROKEN",
    ),
    "archive without a workbook": (
        lambda: workbook({}, more={"_rels/.rels": b"<x/>", "xl/workbook.xml": b"<x/>"}),
        0,
        "FILE_EMPTY",
    ),
    "entity bomb": (lambda: _sheet(ENTITIES), 0, "XML_ENTITIES"),
    "entity that reads a file": (lambda: _sheet(OUTSIDE), 0, "XML_ENTITIES"),
    "entity bomb in the texts": (
        lambda: workbook({"Hoja": POINTS}, more={"xl/sharedStrings.xml": f'{ENTITIES}<sst xmlns="{MAIN}"/>'.encode()}),
        0,
        "XML_ENTITIES",
    ),
    "archive bomb": (_bomb, 0, "ARCHIVE_BOMB"),
    "too many members": (_many_members, 0, "ARCHIVE_TOO_MANY_MEMBERS"),
    "two cells in opposite corners": (
        lambda: workbook(
            {"Hoja": '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'}
        ),
        0,
        "TOO_MANY_COLUMNS",
    ),
    "far cells in many rows": (
        lambda: workbook({"Hoja": POINTS + '<row><c r="XFD9"><v>1</v></c></row>' * 5000}),
        0,
        "TOO_MANY_COLUMNS",
    ),
    "a far cell after many rows": (
        lambda: workbook(
            {"Hoja": POINTS + "<row><c><v>1</v></c></row>" * 500 + '<row><c r="XFD9"><v>1</v></c></row>' * 5000}
        ),
        1,
        "ROW_TOO_LONG",
    ),
    "formulas without values": (
        lambda: workbook({"Hoja": POINTS.replace("<v>-4.21</v>", "<f>A1+1</f>")}),
        1,
        "FORMULA_WITHOUT_VALUE",
    ),
    "only hidden sheets": (lambda: workbook({"Hoja": POINTS}, state='state="veryHidden"'), 0, "FILE_EMPTY"),
    "a sheet that leads outside": (lambda: _linked("file:///etc/passwd", 'TargetMode="External"'), 0, "FILE_EMPTY"),
    "a sheet that climbs out": (lambda: _linked("../../../../etc/passwd"), 0, "FILE_EMPTY"),
    "texts that are not there": (
        lambda: workbook({"Hoja": POINTS + '<row><c t="s"><v>999999</v></c><c t="s"><v>-1</v></c></row>'}),
        1,
        "",
    ),
    "a cell of 1 MB": (
        lambda: workbook({"Hoja": POINTS + f'<row><c t="str"><v>{"x" * 1_000_000}</v></c></row>'}),
        0,
        "CELL_TOO_LONG",
    ),
}
