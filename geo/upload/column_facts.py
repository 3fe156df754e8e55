"""What is in the columns of a checked layer, and which of them plays which part: name, date, value and the like.

Read batch by batch, so that a layer of any size costs no more memory than a batch of it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.periods import span

Kind = Literal["number", "date", "text"]
Role = Literal["name", "year", "category", "value", "precision", "source_column"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

BATCH: Final = 4_096  # rows read at a time
BLOCK: Final = 65_536  # bytes of a column read at a time; by itself Arrow holds all of it
MOST_VALUES: Final = 2_000  # different ones counted in a column; more are no classes
SHOWN: Final = 24  # most frequent values that are kept
LONGEST: Final = 80  # characters of a value that are kept
CLASSES: Final = range(2, 31)  # different values that make a column one of classes
FEW: Final = 0.2  # share of rows that differ, up to which a text is a class and no name
NAMES: Final = 0.3  # share of rows that differ, from which a text is a name
DATED: Final = 0.8  # share of a column's values that must be dates for it to be the column of dates
EARLIEST, LATEST = 1800, 2100  # years: a number outside is a count


@dataclass(frozen=True)
class ColumnFacts:
    """What is in a column.

    Attributes
    ----------
    filled, distinct : int
        Rows with a value; different values among them, counted up to ``MOST_VALUES``.
    dated : float
        The share of the different values that name a year, a date or a period.
    top : tuple of (str, int)
        The most frequent values and how often they come.
    low, high : float or None
        Of a column of numbers.
    """

    name: str
    kind: Kind
    filled: int
    distinct: int
    dated: float
    top: tuple[tuple[str, int], ...]
    low: float | None = None
    high: float | None = None


def facts(file: Path) -> tuple[ColumnFacts, ...]:
    """Return what is in each column of a GeoParquet file but its geometry, in the order of the file."""
    source = pq.ParquetFile(file, buffer_size=BLOCK)
    schema = source.schema_arrow
    names = [each.name for each in schema if each.name not in _geometries(schema) and each.name not in _index(schema)]
    seen = {name: _Seen(name, schema.field(name).type) for name in names}
    for batch in source.iter_batches(BATCH, columns=names, use_threads=False):
        for name in names:
            seen[name].take(batch.column(name))
    return tuple(each.facts() for each in seen.values())


def numbers(file: Path, column: str) -> pd.Series:
    """Return the numbers in a column, NaN where there is none."""
    return pd.to_numeric(pq.read_table(file, columns=[column]).column(column).to_pandas(), errors="coerce")


def _geometries(schema: pa.Schema) -> set[str]:
    import json  # noqa: PLC0415 - for this one look

    told = (schema.metadata or {}).get(b"geo")
    return set(json.loads(told)["columns"]) if told else {"geometry"}


def _index(schema: pa.Schema) -> set[str]:
    told = schema.pandas_metadata or {}
    return {each for each in told.get("index_columns", []) if isinstance(each, str)} | {"__index_level_0__"}


class _Seen:
    """What was seen of a column so far."""

    def __init__(self, name: str, kind: pa.DataType) -> None:
        self.name = name
        is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        self.kind: Kind = "number" if is_number else "date" if pa.types.is_temporal(kind) else "text"
        self.rows = self.filled = 0
        self.is_whole = pa.types.is_integer(kind)
        self.counts: Counter[object] = Counter()  # 1 and 1.0, which a gap in a batch makes of it, are one
        self.low: float | None = None
        self.high: float | None = None

    def take(self, cells: pa.Array) -> None:
        values = cells.to_pandas().dropna()
        if self.kind == "number":
            values = values[values.map(math.isfinite)]
        self.rows += len(cells)
        if self.kind == "text":
            values = values.map(lambda value: str(value)[:LONGEST])
            values = values[values.str.strip() != ""]
        self.filled += len(values)
        if values.empty:
            return
        if self.kind == "number":
            edges = [float(values.min()), float(values.max()), self.low, self.high]
            known = [edge for edge in edges if edge is not None]
            self.low, self.high = min(known), max(known)
        for value, count in values.value_counts().items():
            if value in self.counts or len(self.counts) < MOST_VALUES:
                self.counts[value] += int(count)

    def facts(self) -> ColumnFacts:
        dated = sum(_is_dated(str(value)) for value in self.counts) / max(1, len(self.counts))
        top = tuple((self._text(value), count) for value, count in self.counts.most_common(SHOWN))
        return ColumnFacts(
            self.name, self.kind, self.filled, len(self.counts), 1.0 if self.kind == "date" else dated, top,
            self.low, self.high,
        )  # fmt: skip

    def _text(self, value: object) -> str:
        """Return a value as the stored layer will have it as a key: in a column with gaps whole numbers get a point."""
        if not self.is_whole:
            return str(value)
        return str(float(str(value))) if self.filled < self.rows else str(int(float(str(value))))


def _is_dated(value: str) -> bool:
    text = value.removesuffix(".0")
    if re.fullmatch(r"\d{6}", text):  # 202403
        text = text[:4]
    if re.fullmatch(r"-?\d+([.,]\d+)?", text) and not re.fullmatch(r"\d{4}", text):
        return False
    year = span(text)[0]
    return year is not None and EARLIEST <= year <= LATEST


# --- guesses ------------------------------------------------------------------------------

WORDS: Final[Mapping[Role, tuple[str, ...]]] = {
    "name": ("name", "nombre", "nome", "title", "titulo", "toponimo", "toponym", "site", "sitio", "location", "lugar",
             "local", "municipio", "departamento", "provincia", "label", "etiqueta"),
    "year": ("year", "ano", "anio", "fecha", "date", "data", "event_date", "period", "periodo", "as_of", "timestamp",
             "detected", "visto"),
    "category": ("category", "categoria", "type", "tipo", "class", "clase", "classe", "kind", "mineral", "status",
                 "estado", "situacao", "event_type", "subtype", "grupo", "group", "sector"),
    "value": ("value", "valor", "area_ha", "ha", "hectares", "hectareas", "area", "area_km2", "km2", "count", "total",
              "cantidad", "quantidade", "fatalities", "best", "amount", "n", "num", "numero", "population",
              "poblacion", "populacao"),
    "precision": ("precision_km", "precision", "precisao", "accuracy_km", "accuracy", "error_km", "uncertainty_km",
                  "incertidumbre_km"),
    "source_column": ("source", "fuente", "fonte", "sources", "reference", "referencia", "source_url", "url", "link"),
}  # fmt: skip
NEVER_VALUE: Final = re.compile(
    r"(?:^|_)(?:id|fid|gid|objectid|code|codigo|cod|lat|lon|lng|latitude|longitude|latitud|longitud|x|y|z|year|ano|"
    r"anio|iso\w*|ubigeo|divipola|geocodigo|shape_\w+|perimeter|perimetro)(?:$|_)"
)


def guessed(columns: Iterable[ColumnFacts], features: int, known: Any = None) -> dict[str, str]:
    """Return the column that seems to play each part; "" where none does.

    Parameters
    ----------
    columns : iterable of ColumnFacts
        Those of a layer.
    features : int
        How many it has.
    known : geo.ingest.known.Known, optional
        What is known of the set; what it names goes before any guess.
    """
    rows = list(columns)
    names = {each.name for each in rows}
    found: dict[str, str] = {}
    for role in ROLES:
        told = _known(role, known)
        found[role] = told if told in names else ""
    taken = {name for name in found.values() if name}
    for role in ("year", "source_column", "precision", "name", "category", "value"):
        if not found[role]:
            fitting = [each for each in rows if each.name not in taken and _fits(role, each, features)]
            found[role] = _best(role, fitting)
            taken.add(found[role])
    return found


def _known(role: Role, known: Any) -> str:
    """Return the column that a known set names for a part; its codes of precision are no kilometres."""
    if role == "precision" and getattr(known, "areas", None):
        return ""
    return str(getattr(known, role, "") or getattr(getattr(known, "about", None), role, "") or "")


def _best(role: Role, fitting: list[ColumnFacts]) -> str:
    """Return the column whose name speaks most clearly for a part; "" where none speaks for it."""
    ranked = sorted((_rank(role, each.name), number) for number, each in enumerate(fitting))
    if ranked and ranked[0][0] < UNNAMED:
        return fitting[ranked[0][1]].name
    # A column of dates needs no name that says so.
    return next((each.name for each in fitting if role == "year" and each.kind == "date"), "")


UNNAMED: Final = 1_000
MOST_WORDS: Final = 3


def _rank(role: Role, name: str) -> int:
    """Return how clearly a column's name speaks for a part: the lower the clearer."""
    plain = plain_name(name)
    words = set(plain.split("_"))
    for number, word in enumerate(WORDS[role]):
        if plain == word:
            return number
    if len(words) > MOST_WORDS:  # a question, not a name
        return UNNAMED
    for number, word in enumerate(WORDS[role]):
        if len(word) > 1 and (set(word.split("_")) <= words or (len(word) > 3 and plain.startswith(word[:4]))):
            return 100 + number
    return UNNAMED


def _fits(role: Role, column: ColumnFacts, features: int) -> bool:
    """Tell whether what is in a column can play a part."""
    if column.filled == 0:
        return False
    if role == "year":
        return column.dated >= DATED
    if role == "name":
        is_told_apart = column.distinct > max(1, min(NAMES * column.filled, MOST_VALUES - 1))
        return column.kind == "text" and is_told_apart and column.dated < DATED
    if role == "category":
        is_few = column.distinct in CLASSES and (column.distinct <= max(2, FEW * features) or column.distinct <= 6)
        return column.kind == "text" and is_few and column.distinct < max(2, column.filled)
    if role == "source_column":
        return column.kind == "text"
    if column.kind != "number" or NEVER_VALUE.search(plain_name(column.name)):
        return False
    return role == "precision" or column.distinct > 1


def plain_name(name: str) -> str:
    """Return a column's name in small letters without accents, its words joined by "_"."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    bare = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", bare)
    return re.sub(r"[^a-z0-9]+", "_", bare.lower()).strip("_")
