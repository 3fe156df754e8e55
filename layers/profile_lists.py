"""The lists of a zone's profile: who and what is known inside it, in words, each row tied to its record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from geo import actors, answers_on_borders, cooperation, records, zones
from geo.messages import Language, Message, number, say
from geo.shipped import AS_OF, CONFIDENCE, EVIDENCE, PERIOD, TABLES
from geo.store import STORE, data_version, table
from geo.tables import Column
from geo.terms import label
from layers import mined_rows
from layers.words import said

WEAK: Final = frozenset({"weak", "unverified"})  # grades of evidence that look weak
Cells = Mapping[str, Any]
Kind = Literal["", "number", "grade"]


@dataclass(frozen=True)
class Heading:
    """What stands above a column of a list.

    Attributes
    ----------
    share : int
        Per cent of the width; those of a list add up to 100.
    kind : str
        "number" is set flush right, "grade" is a tag.
    """

    text: str
    share: int
    kind: Kind = ""


@dataclass(frozen=True)
class Row:
    """One row of a list: its name and a line about it, its cells, and the record that it shows."""

    name: str
    about: str
    cells: tuple[str, ...]
    table: str
    record: str
    is_weak: bool = False


@dataclass(frozen=True)
class Listing:
    """A list in words; ``empty`` says what to do when it has no rows, ``table`` where all such rows are."""

    key: str
    title: str
    about: str
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    empty: str
    table: str


@dataclass(frozen=True)
class _Shown:
    """A column of a list: what is said, its share of the width, its kind and, where it differs, its heading."""

    column: Column
    share: int
    kind: Kind = ""
    title: Message | None = None


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """How a list is made.

    Attributes
    ----------
    rows : callable
        Zone and language to the rows; cells that no table has are already in words.
    why : str
        The column that says in a line what is known; "" where none does.
    inland : Message, optional
        What an empty list says of a zone that reaches no land boundary.
    is_weak : callable
        Whether a row rests on weak evidence or says little.
    """

    table: str
    title: Message
    about: Message
    columns: tuple[_Shown, ...]
    empty: Message
    rows: Callable[[str, Language], list[dict[str, Any]]]
    why: str = ""
    inland: Message | None = None
    is_weak: Callable[[Cells], bool] = lambda row: row.get("confidence") == "low" or row.get("evidence") in WEAK


def listing(key: str, zone_id: str, lang: Language) -> Listing:
    """Return a list of a zone's profile in words.

    Parameters
    ----------
    key : str
        One of ``LISTS``.

    Raises
    ------
    DataError
        If a shipped file is missing or unreadable.
    UnknownError
        If there is no such zone.
    """
    return STORE.get(("profile", key, zone_id, lang, data_version()), lambda: _said(key, zone_id, lang))


def is_surveyed(zone_id: str) -> bool:
    """Whether mined area was measured in a zone, in all of it or in a part."""
    return any(row["surveyed"] != "no" for row in mined_rows.mined_rows(zone_id))


def _said(key: str, zone_id: str, lang: Language) -> Listing:
    plan = _PLANS[key]
    found = TABLES[plan.table]
    rows = plan.rows(zone_id, lang)
    first = found.column(found.title[0])
    heads = [Heading(say(each.title or each.column.label, lang), each.share, each.kind) for each in plan.columns]
    name = say(Message("Period") if key == "mined" else first.label, lang)
    empty = plan.inland if plan.inland is not None and zones.borders_of(zone_id).empty else plan.empty
    note = next((row["note"] for row in rows if row["note"]), "") if key == "mined" else ""
    return Listing(
        key=key,
        title=say(plan.title, lang),
        about=say(note or plan.about, lang),
        headings=(Heading(name, 100 - sum(each.share for each in plan.columns)), *heads),
        rows=tuple(
            Row(
                name=mined_rows.period(row, lang) if key == "mined" else records.cell(first, row, lang),
                about=say(str(row[plan.why]), lang) if plan.why else "",
                cells=tuple(_cell(each.column, row, lang) for each in plan.columns),
                table=plan.table,
                record=records.id_of(found, row),
                is_weak=plan.is_weak(row),
            )
            for row in rows
        ),
        empty=say(empty, lang),
        table=plan.table,
    )


def _cell(column: Column, row: Cells, lang: Language) -> str:
    """Return the words of a cell; kilometres whole, since the lines are schematic; a dash where nothing is known."""
    if column.unit is not None:
        return said("km", row[column.name], lang) or "–"
    return records.cell(column, row, lang) or "–"


def _groups(zone_id: str, _lang: Language) -> list[dict[str, Any]]:
    known = table("actors").set_index("actor_id")[["kind", "why"]].to_dict("index")
    return [row | known[row["actor_id"]] for row in _plain(actors.presence(zone_id).to_dict("records"))]


def _mechanisms(zone_id: str, _lang: Language) -> list[dict[str, Any]]:
    """Return the mechanisms that name a border of the zone, its own borders and those for few borders first.

    Unverified ones come last. A zone's own border lies between two of its countries.
    """
    borders = zones.borders_of(zone_id)
    here, own = borders.index, set(borders.index[borders["is_own"]])
    rows = _plain(cooperation.on_borders(here).to_dict("records"))
    reach = {row["mechanism_id"]: cooperation.pairs(row["borders"]) for row in rows}
    for_own = {mechanism: bool(own.intersection(named)) for mechanism, named in reach.items()}
    rows.sort(
        key=lambda row: (
            row["evidence"] == "unverified",
            not for_own[row["mechanism_id"]],
            len(reach[row["mechanism_id"]]),
        )
    )
    # A mechanism can name a dozen borders; those of the zone are what the reader looks for.
    return [row | {"borders": ";".join(pair for pair in here if pair in reach[row["mechanism_id"]])} for row in rows]


def _instruments(zone_id: str, lang: Language) -> list[dict[str, Any]]:
    """Return what else its countries are parties to, each with the economies known in the zone that it speaks of."""
    rows = _plain(answers_on_borders.beyond_borders(zone_id).to_dict("records"))
    return [row | {"economies": ", ".join(economy(each, lang) for each in row["economies"])} for row in rows]


def economy(code: str, lang: Language) -> str:
    """Return what an economy of ``geo.answers_on_borders`` is called."""
    return say(Message("Mining") if code == answers_on_borders.MINING else label("commodity", code), lang)


def _units(zone_id: str, lang: Language) -> list[dict[str, Any]]:
    rows = _plain(zones.units_of(zone_id).reset_index().to_dict("records"))
    return [
        row
        | {
            "zone": _percent(row["share_of_zone"], lang),
            "unit": _percent(row["share_of_unit"], lang),
            "listed": "yes" if row["is_listed"] else "no",
        }
        for row in rows
    ]


def _overlaps(zone_id: str, lang: Language) -> list[dict[str, Any]]:
    rows = _plain(zones.overlaps_of(zone_id).reset_index().to_dict("records"))
    return [
        {
            "zone_id": row["zone_id"],
            "kind": zones.zone(row["zone_id"])["kind"],
            "area": said("km2", row["area_km2"], lang),
            "zone": _percent(row["share_of_zone"], lang),
        }
        for row in rows
    ]


def _percent(share: float, lang: Language) -> str:
    if share < 0.01:
        return say(Message("under 1 %"), lang)
    return say(Message("{percent} %", percent=number(round(100 * share), lang)), lang)


def _plain(rows: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows]


def _of(key: str, name: str, share: int, kind: Kind = "", title: Message | None = None) -> _Shown:
    return _Shown(TABLES[key].column(name), share, kind, title)


def _own(name: str, title: Message, share: int, kind: Kind = "") -> _Shown:
    """Return a column that no table has; its cells are already words."""
    return _Shown(Column(name, title, kind="verbatim"), share, kind)


_PLANS: Final[Mapping[str, _Plan]] = {
    "groups": _Plan(
        table="actor_presence",
        title=Message("Armed and criminal groups"),
        about=Message("Who is named in the sources, the strongest hold first. It is no census."),
        columns=(
            _of("actors", "kind", 17),
            _of("actor_presence", "role", 12),
            _of("actor_presence", "since", 10),
            _of("actor_presence", "until", 10),
            _Shown(CONFIDENCE, 15, "grade"),
        ),
        empty=Message("No source names a group here, which is not the same as nobody being there."),
        rows=_groups,
        why="why",
        is_weak=lambda row: row["role"] == "reported" or row["confidence"] == "low" or bool(row["until"]),
    ),
    "mined": _Plan(
        table="mined_area",
        title=Message("Newly mined area"),
        about=Message("Detected by satellite; of each outline, the part that lies inside the zone."),
        columns=(
            _own("area", Message("Inside the zone"), 20, "number"),
            _own("detected", Message("Detections"), 14, "number"),
            _own("remarks", Message("Remarks"), 42),
        ),
        empty=Message("This release holds no measure of mined area. Run “make mined” where the detections are."),
        rows=mined_rows.worded,
        is_weak=lambda row: row["surveyed"] == "no",
    ),
    "sites": _Plan(
        table="mining_sites",
        title=Message("Mining sites"),
        about=Message("Legality is what the sources say of a site; it cannot be seen from above."),
        columns=(
            _of("mining_sites", "mineral", 9),
            _of("mining_sites", "setting", 12),
            _of("mining_sites", "status", 14),
            _Shown(PERIOD, 12),
            _Shown(CONFIDENCE, 15, "grade"),
        ),
        empty=Message("No mining site is known inside this zone. Look at those nearby on the map."),
        rows=lambda zone_id, _lang: _plain(zones.sites_in(zone_id).drop(columns="geometry").to_dict("records")),
        why="why",
    ),
    "corridors": _Plan(
        table="corridors",
        title=Message("Corridors that cross the zone"),
        about=Message("Lines are schematic, from town to town: kilometres are those of the drawing, not of a track."),
        columns=(
            _of("corridors", "commodity", 11),
            _of("corridors", "mode", 10),
            _of("corridors", "status", 10),
            _Shown(Column("km_inside", Message("Inside"), kind="number", unit=Message("km")), 9, "number"),
            _of("corridors", "length_km", 11, "number", Message("Whole length")),
            _Shown(CONFIDENCE, 15, "grade"),
        ),
        empty=Message("No corridor is known to cross this zone. Look at those nearby on the map."),
        rows=lambda zone_id, _lang: _plain(zones.corridors_through(zone_id).to_dict("records")),
        why="why",
    ),
    "crossings": _Plan(
        table="crossings",
        title=Message("Crossings"),
        about=Message("The countries are those that the sources name, never taken from the position on the map."),
        columns=(
            _of("crossings", "border", 19),
            _of("crossings", "kind", 15),
            _Shown(AS_OF, 8),
            _Shown(EVIDENCE, 15, "grade"),
        ),
        empty=Message("No crossing is known inside this zone. Look along its borders on the map."),
        inland=Message("This zone reaches no land boundary, so it has no crossing."),
        rows=lambda zone_id, _lang: _plain(zones.crossings_in(zone_id).drop(columns="geometry").to_dict("records")),
        why="note",
    ),
    "mechanisms": _Plan(
        table="cooperation",
        title=Message("Cooperation on its borders"),
        about=Message("Status as the sources say it. Mechanisms for few borders come first, unverified ones last."),
        columns=(
            _of("cooperation", "kind", 11),
            _of("cooperation", "year", 8),
            _of("cooperation", "status", 18),
            _of("cooperation", "borders", 17, "", Message("Borders of the zone")),
            _Shown(EVIDENCE, 14, "grade"),
        ),
        empty=Message("No mechanism names a border of this zone. Regional ones, which name none, are in the records."),
        inland=Message("This zone reaches no land boundary. National and regional mechanisms are in the records."),
        rows=_mechanisms,
        why="why",
    ),
    "instruments": _Plan(
        table="cooperation",
        title=Message("Not of its borders, and of what is known here"),
        about=Message("Status as the sources say it. A country of the zone is a party to each."),
        columns=(
            _of("cooperation", "kind", 11),
            _of("cooperation", "year", 8),
            _of("cooperation", "status", 18),
            _own("economies", Message("Speaks of"), 17),
            _Shown(EVIDENCE, 14, "grade"),
        ),
        empty=Message("No other mechanism of its countries speaks of what is known here."),
        rows=_instruments,
        why="why",
    ),
    "units": _Plan(
        table="units",
        title=Message("First-level units"),
        about=Message("Shares of area. Figures of a unit speak of the whole unit, not only of its part in the zone."),
        columns=(
            _of("units", "country_iso3", 18),
            _own("zone", Message("Share of the zone"), 16, "number"),
            _own("unit", Message("Share of the unit"), 16, "number"),
            _Shown(Column("listed", Message("In its definition"), kind="flag"), 16),
        ),
        empty=Message("This zone covers no first-level unit."),
        rows=_units,
        is_weak=lambda row: row["listed"] == "no",
    ),
    "overlaps": _Plan(
        table="zones",
        title=Message("Overlap with other zones"),
        about=Message("Zones overlap where two stories share ground: never add up their figures."),
        columns=(
            _of("zones", "kind", 20),
            _own("area", Message("Shared area"), 18, "number"),
            _own("zone", Message("Share of this zone"), 18, "number"),
        ),
        empty=Message("It shares no ground with another zone."),
        rows=_overlaps,
        is_weak=lambda _row: False,
    ),
}
LISTS: Final = tuple(key for key in _PLANS if key != "instruments")  # of a profile; slides have that one too
