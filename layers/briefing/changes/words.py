"""What changed, in words: a list with what stood before and what stands now, a summary, and the list as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from geo.changes import Cell, Change, Kind
from geo.downloads import safe_cell
from geo.errors import GeoError
from geo.messages import Language, Message, day, number, say
from geo.names import name_of
from geo.records import Entry, cell, title
from geo.shipped import TABLES
from geo.tables import Column, Table
from geo.terms import label
from layers.briefing.changes.found import KIND_OF, Changes, LayerChange, Since, between, since
from layers.library_rows import FIELDS

__all__ = [
    "Changes",
    "Line",
    "Row",
    "Since",
    "between",
    "heading",
    "joined",
    "packed_csv",
    "rows",
    "sentence",
    "since",
    "summary",
    "to_dict",
    "unchanged",
]

SAID: Final[Mapping[Kind, Message]] = {
    "new": Message("new"),
    "gone": Message("gone"),
    "revised": Message("revised"),
}
FIGURES: Final = {"indicators": "value", "coca_municipal": "coca_ha", "mined_area": "mined_ha"}  # table: its figure
NAME: Final = Column("name", Message("Name"))
PLACE: Final = Message("Place on the map")
OTHERWISE: Final = Message("drawn otherwise")
REWORDED: Final = Message("reworded")  # a long text, of which only that it changed is known
NOWHERE: Final = (math.nan, math.nan)
NAMED: Final = 3  # columns that a summary names
FEW: Final = 4  # zones that a heading names


@dataclass(frozen=True)
class Row:
    """One thing that changed, in words.

    Attributes
    ----------
    kind : str
        "new", "gone" or "revised".
    key, id : str
        The table or the layer, and the address of the row in it.
    of : str
        What the table or the layer is called.
    name : str
        What the row is called.
    what : str
        The column that was revised; "" where the whole row is new or gone.
    before, after : str
        What stood and what stands there, with unit; for figures that are new or gone, the figure.
    lon, lat : float
        Degrees; NaN where it has no place of its own.
    """

    kind: Kind
    key: str
    id: str
    of: str
    name: str
    what: str
    before: str
    after: str
    lon: float = math.nan
    lat: float = math.nan


@dataclass(frozen=True)
class Line:
    """What changed in one table or layer: how many of each kind, and in which columns."""

    key: str
    of: str
    counts: Mapping[Kind, int]
    words: str


def heading(changes: Changes, lang: Language) -> tuple[str, str]:
    """Return what a list or a sheet of changes is called, and how many there are."""
    begin = changes.since
    if begin.is_release:
        what = Message("What changed since release {version}", version=begin.release.version)
    else:
        what = Message("What changed since {day}", day=day(begin.day, lang))
    told = [_where(changes.zones, lang), counted(changes, lang)]
    if begin.is_release:
        told.append(say(Message("the release was of {day}", day=day(begin.day, lang)), lang))
    return say(what, lang), " · ".join(told)


def _where(zones: Sequence[str], lang: Language) -> str:
    if len(zones) > FEW:
        return say(Message("{n} zone", "{n} zones", n=len(zones)), lang)
    return ", ".join(name_of(each, lang) for each in zones) or say(Message("South America"), lang)


def unchanged(changes: Changes, lang: Language) -> str:
    """Return the sentence of a pack in whose zones nothing changed."""
    begin = changes.since
    if begin.is_release:
        when = day(begin.day, lang)
        return say(
            Message("Nothing changed since release {version} of {day}.", version=begin.release.version, day=when), lang
        )
    return say(Message("Nothing changed since {day}.", day=day(begin.day, lang)), lang)


def counted(changes: Changes, lang: Language) -> str:
    """Return how many things are new, gone and revised."""
    if changes.are_none:
        return say(Message("nothing changed"), lang)
    return _counts({kind: changes.count(kind) for kind in SAID}, lang)


def count_of(kind: Kind, n: int, lang: Language) -> str:
    """Return how many things are new, gone or revised: one of the three."""
    messages: Mapping[Kind, Message] = {
        "new": Message("{n} new", "{n} new", n=n),
        "gone": Message("{n} gone", "{n} gone", n=n),
        "revised": Message("{n} revised", "{n} revised", n=n),
    }
    return say(messages[kind], lang)


def compared(changes: Changes, lang: Language) -> str:
    """Return what was compared with what, in a sentence or two."""
    one = changes.since.release
    told = Message(
        "Shipped data of today ({now}) against those of release {version} of {day} ({then}).",
        now=changes.data_version, version=one.version, day=day(one.on, lang), then=one.data,
    )  # fmt: skip
    if one.data == changes.data_version:
        told = Message(
            "The data that ship are those of release {version} of {day}.", version=one.version, day=day(one.on, lang)
        )
    own = Message("Layers that people brought against their versions before {day}.", day=day(changes.since.day, lang))
    return f"{say(told, lang)} {say(own, lang)}"


def rows(changes: Changes, lang: Language) -> list[Row]:
    """Return everything that changed: layers that people brought first, then the shipped tables, cell by cell."""
    told = [row for each in changes.own for row in _of_layer(each, lang)]
    said: dict[str, Mapping[str, Column]] = {
        key: {"name": NAME} | {column.name: column for column in table.columns} for key, table in TABLES.items()
    }
    return told + [row for each in changes.shipped for row in _of_change(each, said[each.table], lang)]


def summary(changes: Changes, lang: Language) -> list[Line]:
    """Return one line for each layer and table in which something changed, in the order of ``rows``."""
    lines = []
    for each in changes.own:
        counts = {kind: each.count(kind) for kind in SAID}
        lines.append(Line(each.key, each.title, counts, _layer_words(each, counts, lang)))
    for key, table in TABLES.items():
        here = [each for each in changes.shipped if each.table == key]
        if here:
            counts = {kind: sum(each.kind == kind for each in here) for kind in SAID}
            words = _counts(counts, lang) + _columns(table, here, lang)
            lines.append(Line(key, say(table.label, lang), counts, words))
    return lines


def sentence(row: Row, lang: Language) -> str:
    """Return what changed of one row: its name, the column, and the values before and now."""
    return joined([row], lang)


def joined(told: Sequence[Row], lang: Language) -> str:
    """Return all that changed of one row in one line: its name, then each column with the values before and now."""
    first = told[0]
    parts = [": ".join(filter(None, [row.what, _values(row, lang)])) for row in told]
    name = first.name if first.name != first.of else ""
    return (" · " if first.what else ": ").join(filter(None, [name, "; ".join(parts)])) or first.of


def _values(row: Row, lang: Language) -> str:
    if row.kind == "revised" and row.before:
        return f"{row.before} → {row.after}" if row.after else say(Message("{value} is gone", value=row.before), lang)
    return row.after or row.before


def packed_csv(changes: Changes, lang: Language) -> bytes:
    """Return the list as CSV with a head that says what it is, how it is marked and where it comes from.

    UTF-8 with a byte order mark, without which Excel reads it as Latin-1; what a spreadsheet would take for a
    formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    name, told = heading(changes, lang)
    for text in (changes.marking, name, told, compared(changes, lang)):
        writer.writerow([safe_cell(text)])
    heads = (Message("Change"), Message("List"), Message("Name"), Message("What"), Message("Before"), Message("Now"),
             Message("Longitude"), Message("Latitude"), Message("Address"))  # fmt: skip
    writer.writerow([say(each, lang) for each in heads])
    for row in rows(changes, lang):
        place = ["" if math.isnan(each) else f"{each:.5f}" for each in (row.lon, row.lat)]
        cells = (say(SAID[row.kind], lang), row.of, row.name, row.what, row.before, row.after, *place)
        writer.writerow([safe_cell(_one_line(each)) for each in (*cells, f"{row.key}/{row.id}")])
    return out.getvalue().encode("utf-8-sig")


def to_dict(changes: Changes, lang: Language) -> dict[str, Any]:
    """Return all of it as JSON: codes for programs, words for people."""
    begin = changes.since
    return {
        "since": {"day": begin.day.isoformat(), "release": begin.release.version, "data": begin.release.data},
        "now": {"data": changes.data_version},
        "zones": list(changes.zones),
        "marking": changes.marking,
        "counts": {kind: changes.count(kind) for kind in SAID},
        "lists": [{"key": each.key, "title": each.of, **each.counts} for each in summary(changes, lang)],
        "changes": [
            {"kind": row.kind, "list": row.key, "id": row.id, "name": row.name, "what": row.what, "before": row.before,
             "after": row.after, "lon": _finite(row.lon), "lat": _finite(row.lat)}
            for row in rows(changes, lang)
        ],
    }  # fmt: skip


# --- shipped tables -----------------------------------------------------------------------------


def _of_change(change: Change, said: Mapping[str, Column], lang: Language) -> list[Row]:
    table = TABLES[change.table]

    def row(what: str, before: str, after: str) -> Row:
        return Row(change.kind, change.table, change.id, of, name, what, before, after, change.lon, change.lat)

    of, name = say(table.label, lang), name_of_row(change, lang)
    if change.kind != "revised":
        figure = FIGURES.get(change.table, "")
        words = _cell(said[figure], change.row, lang) if change.row.get(figure) else ""
        return [row("", words if change.kind == "gone" else "", words if change.kind == "new" else "")]
    cells = [row(say(said[each.column].label, lang), *_sides(each, change, said, lang)) for each in change.cells]
    moved = row(say(PLACE, lang), "", say(OTHERWISE, lang))
    return [*cells, *([moved] if change.is_moved else [])]


def _sides(one: Cell, change: Change, said: Mapping[str, Column], lang: Language) -> tuple[str, str]:
    if one.is_long:
        return "", say(REWORDED, lang)
    before, after = (
        _cell(said[one.column], {**change.row, one.column: side}, lang) for side in (one.before, one.after)
    )
    return before, after


def _cell(column: Column, row: Mapping[str, str], lang: Language) -> str:
    """Return the words of a cell; a code that this release no longer has is said as it stood."""
    try:
        words = cell(column, row, lang)
        if column.name == "value" and words and row.get("unit"):
            words = f"{words} {say(label('unit', row['unit']), lang)}"
    except GeoError:
        return row.get(column.name, "")
    return words


def name_of_row(change: Change, lang: Language) -> str:
    """Return what a row is called; one that is gone by the name that it had."""
    table = TABLES[change.table]
    try:
        words = title(Entry(table, change.id, change.row), lang)
    except (GeoError, KeyError):
        words = ""
    if words in {"", change.id} or words == change.row.get(table.id_columns[0]):
        return say(change.row.get("name", ""), lang) or words or change.id
    return words


def _columns(table: Table, here: Iterable[Change], lang: Language) -> str:
    """Return which columns were revised most, to stand behind the counts."""
    counted = Counter(each.column for change in here for each in change.cells)
    moved = sum(change.is_moved for change in here)
    labels = {"name": NAME.label} | {column.name: column.label for column in table.columns}
    told = [(say(labels[name], lang), n) for name, n in counted.most_common(NAMED)]
    told += [(say(PLACE, lang), moved)] if moved else []
    return f" ({', '.join(f'{name} {number(n, lang)}' for name, n in told)})" if told else ""


# --- layers that people brought -----------------------------------------------------------------


def _of_layer(one: LayerChange, lang: Language) -> list[Row]:
    def row(
        kind: Kind, name: str, words: tuple[str, str, str] = ("", "", ""), place: tuple[float, float] = NOWHERE
    ) -> Row:
        return Row(kind, one.key, "" if name == one.title else name, one.title, name, *words, *place)

    if one.found is None:
        return [row(one.kind, one.title, ("", "", _state(one, lang)))]
    told = [row("revised", one.title, (_fields(one, lang), "", say(REWORDED, lang)))] if one.said else []
    cells: dict[str, list[tuple[str, str, str]]] = {}
    for id_, what, before, after in one.found.cells[["id", "column", "before", "after"]].itertuples(index=False):
        cells.setdefault(str(id_), []).append((what, before, after))
    for each in one.found.rows.itertuples(index=False):
        kind, name = KIND_OF[each.kind], str(each.id)
        place = float(each.lon), float(each.lat)
        if kind != "revised":
            told.append(row(kind, name, place=place))
            continue
        # The comparison tells the first thousand cells one by one, and of the others in which columns they are.
        parts = cells.get(name) or [(column, "", say(SAID[kind], lang)) for column in filter(None, [each.columns])]
        parts = [*parts, *([(say(PLACE, lang), "", say(OTHERWISE, lang))] if each.shape else [])]
        told += [row(kind, name, part, place) for part in parts]
    return told


def _layer_words(one: LayerChange, counts: Mapping[Kind, int], lang: Language) -> str:
    if one.found is None:
        return _state(one, lang)
    moved = [f"{say(PLACE, lang)} {number(one.found.moved, lang)}"] if one.found.moved else []
    most = sorted(one.found.columns.items(), key=lambda each: (-each[1], each[0]))[:NAMED]
    told = [*(f"{name} {number(n, lang)}" for name, n in most), *moved]
    words = _counts(counts, lang) + (f" ({', '.join(told)})" if told else "")
    return " · ".join(filter(None, [words, _fields(one, lang)]))


def _state(one: LayerChange, lang: Language) -> str:
    """Return what became of a layer as a whole."""
    if one.is_unread:
        return say(Message("a new version, which cannot be compared: features of a version are gone"), lang)
    if one.kind == "revised":
        return say(Message("described otherwise: {fields}", fields=_fields(one, lang)), lang)
    features = say(Message("{n} feature", "{n} features", n=one.features), lang)
    what = Message("new layer") if one.kind == "new" else Message("layer put away")
    return f"{say(what, lang)}, {features}"


def _fields(one: LayerChange, lang: Language) -> str:
    return ", ".join(say(FIELDS[name], lang) for name in one.said if name in FIELDS)


def _counts(counts: Mapping[Kind, int], lang: Language) -> str:
    return ", ".join(count_of(kind, n, lang) for kind, n in counts.items() if n)


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _finite(value: float) -> float | None:
    return None if math.isnan(value) else value
