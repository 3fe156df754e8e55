"""Codes of places in a table: recognised by their values, given their lost zeros back, joined to our units.

A spreadsheet makes 5 of 05 and 5001 of 05001. A column of small numbers may be anything: it is taken for codes
only where its values fit and its name, the names of units beside it or the sheer choice of its numbers says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo import store
from geo.ingest.grid import Grid
from geo.ingest.report import Issue
from geo.messages import Message
from geo.names import folded

Level = Literal["unit", "part", "country"]
NEARLY_ALL: Final = 0.95  # of the rows with a code; the rest are units made or renamed since, and slips
MOST: Final = 0.5
MANY_DIFFERENT: Final = 12_000  # more different values are no codes of places: Brazil has 5,570 municipalities
HEAD_ROWS: Final = 20_000
# Whole numbers, also as a spreadsheet spoils them, and letters as ISO 3166 and Brazil write them.
LIKE: Final = r'^(?:="?)?[0-9]{1,8}(?:[.,]0+)?"?$|^[A-Za-z]{2,3}(?:[-_–][A-Za-z0-9]{1,3})?$|^[A-Za-z]{2}[0-9]{2,7}$'
NO_UNIT: Final = re.compile(r"(?:sub)?total\b.*|no (?:reporta|registra|aplica|especificado)|sin (?:dato|informacion).*")
MANY_NAMES: Final = 1_000  # different ones; more are no names of units


@dataclass(frozen=True)
class System:
    """Codes that an office of statistics gives to places.

    Attributes
    ----------
    title : str
        As the office calls it.
    units : mapping
        The unit of each two-digit code, by ISO 3166-2.
    said : Pattern
        Names of columns that mean this system, without accents and in lower case.
    digits : tuple of int
        How many digits the codes of parts of a unit have, zeros in front included; they begin with the unit's.
    """

    title: str
    units: Mapping[str, str]
    said: re.Pattern[str]
    digits: tuple[int, ...]


def _units(country: str, text: str) -> dict[str, str]:
    words = text.split()
    return {code: f"{country}-{unit}" for code, unit in zip(words[::2], words[1::2], strict=True)}


# DANE, DIVIPOLA: departments of Colombia.
DANE: Final = System(
    "DANE (DIVIPOLA)",
    _units("CO", """05 ANT 08 ATL 11 DC 13 BOL 15 BOY 17 CAL 18 CAQ 19 CAU 20 CES 23 COR 25 CUN 27 CHO 41 HUI 44 LAG
        47 MAG 50 MET 52 NAR 54 NSA 63 QUI 66 RIS 68 SAN 70 SUC 73 TOL 76 VAC 81 ARA 85 CAS 86 PUT 88 SAP 91 AMA 94 GUA
        95 GUV 97 VAU 99 VID"""),
    re.compile(r"dane|divipola|dpto|depto|mpio|cod.?dep|cod.?mun"),
    (5, 8),
)  # fmt: skip
# INEI, UBIGEO: departments of Peru, Callao among them.
UBIGEO: Final = System(
    "UBIGEO (INEI)",
    _units("PE", """01 AMA 02 ANC 03 APU 04 ARE 05 AYA 06 CAJ 07 CAL 08 CUS 09 HUV 10 HUC 11 ICA 12 JUN 13 LAL 14 LAM
        15 LIM 16 LOR 17 MDD 18 MOQ 19 PAS 20 PIU 21 PUN 22 SAM 23 TAC 24 TUM 25 UCA"""),
    re.compile(r"ubigeo|inei|idd[pi]|idpr|iddep|ccdd|ccpp|ccdi"),
    (4, 6),
)  # fmt: skip
# IBGE: states of Brazil and the Federal District.
IBGE: Final = System(
    "IBGE",
    _units("BR", """11 RO 12 AC 13 AM 14 RR 15 PA 16 AP 17 TO 21 MA 22 PI 23 CE 24 RN 25 PB 26 PE 27 AL 28 SE 29 BA
        31 MG 32 ES 33 RJ 35 SP 41 PR 42 SC 43 RS 50 MS 51 MT 52 GO 53 DF"""),
    re.compile(r"ibge|geocod|(?:co?d|codigo|code)[ _.-]?(?:da[ _])?(?:uf|mun|geo)|^uf$|^id_?uf|^uf[ _.-]?(?:co?d|id)"),
    (7, 6),
)  # fmt: skip
SYSTEMS: Final = (DANE, UBIGEO, IBGE)
# “CO91”, “PE16”: codes of OCHA, which puts the country before those of the office.
PCODE: Final = re.compile(r"(CO|PE|BR)(\d{2,7})", re.IGNORECASE)
OF_COUNTRY: Final = {"CO": DANE, "PE": UBIGEO, "BR": IBGE}
ISO: Final = "ISO 3166-2"
ISO_CODE: Final = r"^\s*[A-Za-z]{2}[-_–][A-Za-z0-9]{1,3}\s*$"
STATE: Final = re.compile(r"(?:^|[^a-z])(?:uf|sigla|estado|state)(?:$|[^a-z])")
PART: Final = re.compile(r"mun|mpio|mpal|distr|ubigeo|idprov|iddist|geocod|divipola|comuna|canton")
CODE: Final = re.compile(r"co?d|clave|ubigeo|divipola|(?:^|[^a-z])id")
OWN: Final = re.compile(r"dane|divipola|ubigeo|inei|ibge|uf|ccdd|idd")  # words of one office alone
COUNTRY: Final = re.compile(r"iso|country|pais|coo|coa|origin|asylum")


@dataclass(frozen=True)
class Coded:
    """A column of codes.

    Attributes
    ----------
    at : int
        Which column.
    system : str
        The title of the system.
    level : Level
        Whether it names our units, parts of them (municipalities, provinces, districts), or countries.
    codes : Series of text, n values
        With their lost zeros; missing where the cell holds no such code.
    units : Series of text, n values
        The unit by ISO 3166-2; missing where there is none.
    given : Series of bool, n values
        Where the cell holds anything: a row of totals has no code.
    restored, first : int
        How many rows had lost a zero, and the place of the first of them, from 0.
    is_named : bool
        Whether the cells are names, not codes; ``system`` is then the country of the units.
    """

    at: int
    system: str
    level: Level
    codes: pd.Series
    units: pd.Series
    given: pd.Series
    restored: int = 0
    first: int = 0
    is_named: bool = False


@dataclass(frozen=True)
class _Column:
    at: int
    name: str
    values: pd.Series  # different values, as text
    rows: pd.Series  # how many rows hold each
    column: pa.ChunkedArray

    @property
    def cells(self) -> pd.Series:
        """Return the cells of all rows."""
        return pd.Series(self.column.to_pandas(), dtype="str")


def coded(grid: Grid) -> list[Coded]:
    """Return the columns of a table that hold codes of places, those of parts of units first."""
    columns = [each for at in range(len(grid.names)) if (each := _column(grid, at)) is not None]
    names = _named_units(columns)
    found: list[Coded] = []
    for column in columns:
        codes = (
            _iso(column)
            or _pcodes(column)
            or _letters(column)
            or _unit_codes(column, names)
            or _part_codes(column, names)
        )
        codes = codes or _countries(column)
        if codes is not None:
            found.append(codes)
    order: dict[Level, int] = {"part": 0, "unit": 1, "country": 2}
    return sorted(found, key=lambda each: (order[each.level], each.system != ISO, each.at))


def joined(column: Coded) -> gpd.GeoSeries:
    """Return the shapes of our units for a column of codes; none where a code names no unit of ours."""
    shapes = store.layer("units").set_index("unit_id").geometry
    return shapes.reindex(column.units.to_numpy())


def zeros_restored(column: Coded, name: str, record: int) -> Issue:
    """Return the issue that says that codes have their zeros again."""
    code = str(column.codes.iloc[column.first])
    return Issue(
        "LEADING_ZEROS_RESTORED",
        "warning",
        Message("{n} code in “{column}” had lost its leading zero.", "{n} codes in “{column}” had lost leading zeros.",
                n=column.restored, column=name),
        Message("They were given back, as {system} writes them: {before} became {after}.",
                system=column.system, before=code.lstrip("0"), after=code),
        Message("Keep codes as text when you save the table from a spreadsheet."),
        feature=record,
        count=column.restored,
    )  # fmt: skip


def _column(grid: Grid, at: int) -> _Column | None:
    """Return a column with its different values; None where it cannot hold codes or names of places."""
    column = grid.columns[at]
    head = pc.drop_null(column.slice(0, HEAD_ROWS))
    if not len(head) or pc.max(pc.utf8_length(head)).as_py() > 60:
        return None
    is_like = pc.mean(pc.cast(pc.match_substring_regex(head, pattern=LIKE), pa.float64())).as_py() >= MOST
    most = MANY_DIFFERENT if is_like else MANY_NAMES
    if pc.count_distinct(head).as_py() > most:
        return None
    counted = pc.value_counts(column)
    values, rows = counted.field("values"), counted.field("counts")
    if len(values) > most + 1:
        return None
    pairs = zip(values.to_pylist(), rows.to_pylist(), strict=True)
    known = [(text, count) for text, count in pairs if text is not None and not NO_UNIT.fullmatch(text.casefold())]
    if not known:
        return None
    texts = pd.Series([text for text, _ in known], dtype="str")
    return _Column(at, folded(grid.names[at]), texts, pd.Series([count for _, count in known]), column)


def _share(column: _Column, matching: pd.Series) -> float:
    """Return the share of the rows with a value whose value matches."""
    return float(column.rows[matching.to_numpy(dtype=bool)].sum() / column.rows.sum())


def _plain(values: pd.Series) -> pd.Series:
    """Return whole numbers as a spreadsheet shows them: without the .0 of a column that had gaps."""
    return values.str.strip().str.replace(r"^=?\"?(\d+)(?:[.,]0+)?\"?$", r"\1", regex=True)


def _made(column: _Column, system: str, level: Level, codes: dict[str, str], units: dict[str, str]) -> Coded:
    plain = dict(zip(column.values, _plain(column.values), strict=True))
    short = {value for value, code in codes.items() if plain[value].isdecimal() and len(plain[value]) < len(code)}
    cells = column.cells
    lost = cells.isin(short).to_numpy(dtype=bool)
    first = int(lost.argmax()) if lost.any() else 0
    given = cells.isin(list(column.values))
    return Coded(column.at, system, level, cells.map(codes), cells.map(units), given, int(lost.sum()), first)


def _iso(column: _Column) -> Coded | None:
    values = column.values[column.values.str.match(ISO_CODE)]
    if not len(values):
        return None
    known = set(store.layer("units")["unit_id"])
    codes = {value: re.sub("[_–]", "-", value.strip().upper()) for value in values}
    units = {value: code for value, code in codes.items() if code in known}
    if _share(column, column.values.isin(list(units))) < MOST:
        return None
    return _made(column, ISO, "unit", codes, units)


def _pcodes(column: _Column) -> Coded | None:
    """Return a column of OCHA's codes of units or of their parts, for the countries whose codes are known here."""
    found = {value: match for value in column.values if (match := PCODE.fullmatch(value.strip())) is not None}
    units = {
        value: unit for value, match in found.items()
        if (unit := OF_COUNTRY[match[1].upper()].units.get(match[2][:2])) is not None
    }  # fmt: skip
    if len(units) < 2 or _share(column, column.values.isin(list(units))) < NEARLY_ALL:
        return None
    level: Level = "unit" if all(len(found[value][2]) == 2 for value in units) else "part"
    return _made(column, "OCHA P-codes", level, {value: value.strip().upper() for value in units}, units)


def _letters(column: _Column) -> Coded | None:
    """Return a column of the letters of Brazilian states (AC, AM)."""
    if not STATE.search(column.name):
        return None
    states = {unit.partition("-")[2]: unit for unit in IBGE.units.values()}
    units = {value: states[value.strip().upper()] for value in column.values if value.strip().upper() in states}
    if _share(column, column.values.isin(list(units))) < NEARLY_ALL:
        return None
    return _made(column, ISO, "unit", units, units)


def _named_units(columns: list[_Column]) -> dict[str, pd.Series]:
    """Return for each country the cells of the column that names most of its units, as ISO 3166-2."""
    shipped = store.layer("units")
    out: dict[str, pd.Series] = {}
    spelled = {
        column.at: {value: letters_only(value) for value in column.values}
        for column in columns
        if len(column.values) <= MANY_NAMES
    }
    for system in SYSTEMS:
        wanted = set(system.units.values())
        rows = shipped[shipped["unit_id"].isin(wanted)]
        ids = {letters_only(name): unit for name, unit in zip(rows["name"], rows["unit_id"], strict=True)}
        best = 0.0
        for column in columns:
            units = {value: ids[short] for value, short in spelled.get(column.at, {}).items() if short in ids}
            share = _share(column, column.values.isin(list(units))) if units else 0.0
            if share >= MOST and share > best:
                best, out[system.title] = share, column.cells.map(units)
    return out


def letters_only(name: str) -> str:
    """Return the letters of a name, without accents and in lower case."""
    return re.sub("[^a-z]", "", folded(name))


def _agreement(column: _Column, codes: Mapping[str, str], names: pd.Series | None) -> float:
    """Return the share of the rows with a named unit whose code says the same."""
    if names is None:
        return 0.0
    units = column.cells.map(codes)
    both = units.notna().to_numpy() & names.notna().to_numpy()
    return float((units[both].to_numpy() == names[both].to_numpy()).sum() / max(int(names.notna().sum()), 1))


def _unit_codes(column: _Column, names: dict[str, pd.Series]) -> Coded | None:
    """Return a column of two-digit codes of units; small numbers need a second witness."""
    plain = _plain(column.values)
    if _share(column, plain.str.fullmatch(r"\d{1,2}")) < NEARLY_ALL:
        return None
    best, score = None, 0.0
    for system in SYSTEMS:
        codes = {value: short.zfill(2) for value, short in zip(column.values, plain, strict=True)
                 if short.isdecimal() and short.zfill(2) in system.units}  # fmt: skip
        share = _share(column, column.values.isin(list(codes)))
        if share < NEARLY_ALL:
            continue
        units = {value: system.units[code] for value, code in codes.items()}
        agreed = _agreement(column, units, names.get(system.title))
        chosen = len(set(codes.values())) / len(system.units)  # a running number from 1 is no choice: UBIGEO
        is_chosen = (
            chosen > 0.6 and system is not UBIGEO and re.search("co?d|id|dep|est|uf|dpto", column.name) is not None
        )
        # “cod_dep” is said in every country; three codes that skip what DANE skips are no accident.
        is_said = system.said.search(column.name) is not None and (
            OWN.search(column.name) is not None or len(set(codes.values())) >= 3 or max(codes.values()) > "32"
        )
        told = 2 * agreed + is_said + 0.5 * is_chosen + 0.1 * share
        is_agreed = agreed >= MOST and len(set(codes.values())) > 1  # one figure beside one name is no witness
        if (is_agreed or is_said or is_chosen) and told > score:
            best, score = _made(column, system.title, "unit", codes, units), told
    return best


def _part_codes(column: _Column, names: dict[str, pd.Series]) -> Coded | None:
    """Return a column of codes of municipalities, provinces or districts."""
    if not column.values.iloc[:200].str.contains(r"^\D{0,2}\d{3,8}(?:\D|$)").any():
        return None
    plain = _plain(column.values)
    is_digits = plain.str.fullmatch(r"\d{3,8}").to_numpy(dtype=bool)
    if not is_digits.any():
        return None
    best, score = None, 0.0
    for system in SYSTEMS:
        for digits in system.digits:
            fits = is_digits & plain.str.len().isin([digits - 1, digits]).to_numpy(dtype=bool)
            padded = plain.where(fits, "").str.zfill(digits)
            if system is IBGE:
                fits &= (plain.str.len() == digits).to_numpy(dtype=bool)  # its codes begin at 11
            fits &= padded.str[:2].isin(list(system.units)).to_numpy(dtype=bool)
            is_checked = system is IBGE and digits == 7
            if is_checked:
                fits &= np.fromiter((_is_checked(code) for code in padded), dtype=bool, count=len(padded))
            share = _share(column, pd.Series(fits))
            codes = dict(zip(column.values[fits], padded[fits], strict=True))
            units = {value: system.units[code[:2]] for value, code in codes.items()}
            agreed = _agreement(column, units, names.get(system.title))
            is_said = system.said.search(column.name) is not None
            enough = share >= MOST if is_checked and len(codes) > 20 else share >= NEARLY_ALL
            is_named = PART.search(column.name) is not None and CODE.search(column.name) is not None
            is_part = agreed >= MOST or is_said or is_checked or is_named
            told = 2 * agreed + is_said + is_checked + share
            if enough and is_part and told > score:
                # 160000 is Loreto as a whole: a code that ends in zeros alone names the unit itself.
                level: Level = "part" if any(code[2:].strip("0") for code in codes.values()) else "unit"
                best, score = _made(column, system.title, level, codes, units), told
    return best


def _is_checked(code: str) -> bool:
    """Whether the last digit of a municipality's code is what IBGE computes from the others."""
    if len(code) != 7:
        return False
    total = sum(sum(divmod(int(digit) * (1 + at % 2), 10)) for at, digit in enumerate(code[:6]))
    return (10 - total % 10) % 10 == int(code[6])


def _countries(column: _Column) -> Coded | None:
    if not COUNTRY.search(column.name) or _share(column, column.values.str.fullmatch("[A-Z]{2,3}")) < NEARLY_ALL:
        return None
    ours = set(store.layer("units")["country_iso3"])
    codes = {value: value for value in column.values if value in ours}
    if _share(column, column.values.isin(list(codes))) < MOST / 5:
        return None
    return _made(column, "ISO 3166-1", "country", codes, {})
