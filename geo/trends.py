"""Which series a zone has, and how each is read: lines by source, gaps as gaps, conflicts side by side.

The table ``data/zone_series.csv`` says, row by row and by hand, which figures belong to a zone and how the
place they count lies to it. Its order is the order in which panels are shown: what counts the zone itself
first, then its parts, its first-level units, joint regions, countries and neighbours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from statistics import median
from typing import Final, Literal, NamedTuple, cast

from geo.errors import UnknownError
from geo.indicators import records
from geo.messages import Message
from geo.series_notes import DRAWN_YEARS, MINED, NOTES, level_words
from geo.store import DATA, STORE, data_version, table
from geo.terms import label

Relation = Literal["is", "inside", "contains", "neighbour"]
VIOLENT_DEATHS: Final = "ve_ovv_violent_deaths"  # counts killings by police and deaths under inquiry as well
EXACT_BELOW: Final = 10_000  # from here on, three digits are as much as the sources can know
STOCK_YEAR: Final = {"mining_new_ha": 2018}  # holds all that stood when monitoring began; later years are what was new
SAME_WITHIN: Final = 0.02  # sources closer than this agree (notes on trends, section 3)
TOLD_BREAKS: Final = 2  # more breaks than this are listed, not told one by one
FEW_HOMICIDES: Final = 20  # a year; below, one death more moves the rate (notes on violence, rule 3)


@dataclass(frozen=True)
class Point:
    """One figure.

    Attributes
    ----------
    year : int
    value : float
        In the unit of its panel, as published.
    partial : bool
        Holds a part of the year only: never drawn as a full year.
    series_break : bool
        What was counted changed with this year: not to be compared with the years before.
    doubtful : bool
        Marked to be checked.
    note : str
        What the tables say of it, in English.
    outranked : bool
        Another source is preferred for this year: drawn aside, never on a line.
    replaced : bool
        The notes choose another source for these years: listed, not drawn.
    """

    year: int
    value: float
    partial: bool = False
    series_break: bool = False
    doubtful: bool = False
    note: str = ""
    outranked: bool = False
    replaced: bool = False

    @property
    def whole(self) -> bool:
        """Whether it may stand on a line: a full year that no other source outranks."""
        return not (self.partial or self.outranked or self.replaced)


@dataclass(frozen=True)
class Line:
    """The figures of one source, oldest first; never those of two.

    Attributes
    ----------
    source_id : str
    points : tuple of Point
    preferred : bool
        Shown first; the others stand beside it because they disagree or repeat.
    notes : tuple of str
        Codes of ``geo.series_notes.NOTES``.
    """

    source_id: str
    points: tuple[Point, ...]
    preferred: bool = True
    notes: tuple[str, ...] = ()

    @property
    def other_rules(self) -> bool:
        """Whether it counts by other rules than the first line of its panel."""
        return "other_rules" in self.notes


@dataclass(frozen=True)
class Panel:
    """What one chart shows: one indicator of one place in one unit, by all its sources.

    Attributes
    ----------
    indicator, unit, level, place, country_iso3 : str
        As the tables spell them; at level ``municipality`` the place is a DIVIPOLA code.
        Say them by ``geo.series_notes.place_words`` and ``level_words``.
    group : str
        economy, violence, people, state_reach or enforcement.
    relation : str
        How the place lies to the zone: is, inside, contains, neighbour.
    notes : tuple of str
        Codes that hold for the place, whatever the source.
    lines : tuple of Line
        The preferred first; within each, oldest first.
    """

    indicator: str
    group: str
    unit: str
    level: str
    place: str
    country_iso3: str
    relation: Relation
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    @property
    def preferred(self) -> tuple[Line, ...]:
        """The lines that a reader should see first."""
        return tuple(line for line in self.lines if line.preferred)

    @property
    def key(self) -> str:
        """A stable name for links and widgets."""
        return f"{self.indicator}|{self.level}|{self.country_iso3}|{self.place}|{self.unit}"


class Reading(NamedTuple):
    """A figure and who says it."""

    source_id: str
    point: Point


class Change(NamedTuple):
    """From one year to the latest; ``percent`` is None where the two cannot be compared."""

    first: Reading
    last: Reading
    percent: float | None


def panels(zone_id: str) -> list[Panel]:
    """Return the panels of a zone, in the order of ``data/zone_series.csv``.

    Mined area measured inside the zone (``data/mined_area.csv``) stands with the zone's own series, after
    coca; it is left out where that file has not been made.

    Raises
    ------
    UnknownError
        If no series belongs to such a zone.
    """

    def compute() -> list[Panel]:
        rows = table("zone_series")
        rows = rows[rows["zone_id"] == zone_id]
        if rows.empty:
            raise UnknownError(Message("There is no zone called “{zone}”. Choose one from the list.", zone=zone_id))
        places: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
        for row in rows.to_dict("records"):
            places[row["indicator"], row["level"], row["place"], row["country_iso3"]].append(row)
        found = [panel for series in places.values() for panel in _panels_of(series)]
        own_coca = sum(panel.relation == "is" and panel.indicator == "coca_cultivation_ha" for panel in found)
        return [*found[:own_coca], *_mined(zone_id), *found[own_coca:]]

    return STORE.get(("panels", zone_id, data_version()), compute)


def latest(panel: Panel) -> Reading | None:
    """Return the last figure of a whole year from a preferred source; None if there is none."""
    return max(_whole(panel), key=lambda reading: reading.point.year, default=None)


def change_since(panel: Panel, year: int) -> Change | None:
    """Return the change from a year to the latest figure.

    ``percent`` is None where a break lies between, where the two sources count by different rules, or
    where the first figure is zero. None is returned if either year has no figure.
    """
    readings = _whole(panel)
    first = next((reading for reading in readings if reading.point.year == year), None)
    last = latest(panel)
    if first is None or last is None or last.point.year <= year:
        return None
    comparable = first.point.value > 0 and _comparable(panel, first, last)
    percent = 100 * (last.point.value - first.point.value) / first.point.value if comparable else None
    return Change(first, last, percent)


def break_years(line: Line, indicator: str = "") -> list[int]:
    """Return the years with which what a line counts changed; a break repeated word for word counts once."""
    drawn = [point for point in line.points if not (point.outranked or point.replaced)]
    flagged = [(None, drawn[0]), *pairwise(drawn)] if drawn else []
    found = [
        point.year
        for before, point in flagged
        if point.series_break and not (before and before.series_break and before.note == point.note)
    ]
    stock = STOCK_YEAR.get(indicator)
    return [stock + 1, *found] if stock and any(point.year == stock for point in drawn) else found


def breaks(panel: Panel) -> list[int]:
    """Return the break years of the preferred lines of a panel, oldest first."""
    return sorted({year for line in panel.preferred for year in break_years(line, panel.indicator)})


def title(panel: Panel) -> Message:
    """Return what is counted: the indicator's name, or what its only source really counts."""
    if panel.indicator == MINED:
        return Message("Newly detected mined area inside the zone")
    if panel.preferred and all(line.source_id == VIOLENT_DEATHS for line in panel.preferred):
        return Message("Rate of violent deaths") if "rate" in panel.indicator else Message("Violent deaths")
    return Message(label("indicator", panel.indicator))


def level_of(panel: Panel) -> Message:
    """Return what kind of area the panel counts: department, coca zone, municipality, country."""
    return level_words(panel.level, panel.place, panel.country_iso3, panel.notes, panel.indicator)


def decimals(indicator: str) -> int:
    """Return the decimals worth showing for an indicator."""
    return int(_terms().get(indicator, {"decimals": 0})["decimals"])


def rounded(value: float, indicator: str) -> float:
    """Return a figure with honest precision: three digits from ten thousand on, else the indicator's decimals."""
    places = 3 - len(str(int(abs(value)))) if abs(value) >= EXACT_BELOW else decimals(indicator)
    kept = float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    return int(kept) if kept.is_integer() else kept


def summary(panel: Panel) -> Message:
    """Return a panel in a few sentences, for those who cannot see the chart."""
    what = Message("{what} ({unit})", what=title(panel), unit=Message(label("unit", panel.unit)))
    readings = _whole(panel)
    if not readings:
        sentences = [Message("{what}: no figure of a whole year.", what=what)]
    else:
        # Across a break a change is no change, so each side is told by itself, unless breaks are many and small.
        cut = [year for year in breaks(panel) if readings[0].point.year < year <= readings[-1].point.year]
        parts = _parts(readings, cut if len(cut) <= TOLD_BREAKS else [])
        heads = [what, *(Message("Since the break of {year}", year=str(part[0].point.year)) for part in parts[1:])]
        sentences = [_trend(head, part, panel) for head, part in zip(heads, parts, strict=True)]
    joined, *rest = [*sentences, *caveats(panel)]
    for sentence in rest:
        joined = Message("{one} {two}", one=joined, two=sentence)
    return joined


def _parts(readings: list[Reading], cut: list[int]) -> list[list[Reading]]:
    """Split readings at the years of ``cut``; parts without a reading are left out."""
    edges = [0, *cut, 9999]
    parts = [[r for r in readings if start <= r.point.year < end] for start, end in pairwise(edges)]
    return [part for part in parts if part]


def _trend(what: Message, readings: list[Reading], panel: Panel) -> Message:
    def value(reading: Reading) -> float:
        return rounded(reading.point.value, panel.indicator)

    first, last = readings[0], readings[-1]
    start, end = str(first.point.year), str(last.point.year)
    if len(readings) == 1:
        return Message("{what}: {first} ({start}), one figure.", what=what, first=value(first), start=start)
    peak = max(readings, key=lambda reading: reading.point.value)
    if peak.point.value in (first.point.value, last.point.value):
        return Message(
            "{what}: from {first} ({start}) to {last} ({end}).",
            what=what, first=value(first), start=start, last=value(last), end=end,
        )  # fmt: skip
    return Message(
        "{what}: from {first} ({start}) to {last} ({end}), highest {peak} ({top}).",
        what=what, first=value(first), start=start, last=value(last), end=end,
        peak=value(peak), top=str(peak.point.year),
    )  # fmt: skip


def caveats(panel: Panel) -> list[Message]:
    """Return what a reader must know before comparing the years of a panel, one sentence each."""
    readings = _whole(panel)
    said: list[Message] = []
    if cut := breaks(panel):
        years = ", ".join(map(str, cut))
        said.append(Message("Break in the series: {years}; compare only between breaks.", years=years))
    stock = STOCK_YEAR.get(panel.indicator)
    if any(point.year == stock for line in panel.preferred for point in line.points):
        text = Message("{year} holds all that stood when monitoring began, later years what was new.", year=str(stock))
        said.append(text)
    if partial := sorted({p.year for line in panel.lines for p in line.points if p.partial and not p.replaced}):
        said.append(Message("Only a part of the year: {years}.", years=_runs(partial)))
    if doubtful := sorted({reading.point.year for reading in readings if reading.point.doubtful}):
        said.append(Message("Doubtful: {years}.", years=_runs(doubtful)))
    known = [reading.point.year for reading in readings]
    if gaps := [year for before, after in pairwise(known) for year in range(before + 1, after)]:
        said.append(Message("No figure: {years}.", years=_runs(gaps)))
    if any(line.other_rules for line in panel.lines) or _disagree(panel):
        said.append(Message("Sources disagree or count by other rules; each stands by itself."))
    if _few_homicides(panel):
        said.append(Message("Fewer than {n} homicides in most years: the rate jumps by chance.", n=FEW_HOMICIDES))
    taken_over = [note for line in panel.preferred for note in line.notes if note in DRAWN_YEARS]
    said.extend(NOTES[note] for note in dict.fromkeys([*taken_over[:1], *panel.notes]) if note != "other_rules")
    return said


def _panels_of(series: list[dict[str, str]]) -> list[Panel]:
    """Return the panels of one indicator of one place: one for each unit that its sources count in."""
    first = series[0]
    notes = {row["source_id"]: tuple(filter(None, row["note"].split(";"))) for row in series}
    preferred = {row["source_id"]: row["preferred"] == "yes" for row in series}
    by_unit: dict[str, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for row in records(first["indicator"], first["level"], first["place"], first["country_iso3"]):
        source_id = str(row["source_id"])
        if source_id in notes:
            by_unit[str(row["unit"])][source_id].append(_point(row, notes[source_id]))
    return [
        Panel(
            indicator=first["indicator"],
            group=_group(first["indicator"]),
            unit=unit,
            level=first["level"],
            place=first["place"],
            country_iso3=first["country_iso3"],
            relation=cast(Relation, first["relation"]),
            # Main lines first, then those that count by other rules, then the rivals.
            lines=tuple(
                sorted(
                    (Line(source, tuple(points), preferred[source], notes[source]) for source, points in lines.items()),
                    key=lambda line: (not line.preferred, line.other_rules, line.points[0].year),
                )
            ),
            notes=tuple(note for note in notes[first["source_id"]] if all(note in other for other in notes.values())),
        )
        for unit, lines in by_unit.items()
    ]


def _point(row: Mapping[str, object], notes: Iterable[str]) -> Point:
    year = int(cast(int, row["year"]))
    first, last = next((DRAWN_YEARS[note] for note in notes if note in DRAWN_YEARS), (0, 9999))
    replaced = not first <= year <= last
    return Point(
        year=year,
        value=float(cast(float, row["value"])),
        partial=bool(row["partial"]),
        series_break=bool(row["series_break"]),
        doubtful=bool(row["doubtful"]),
        note=str(row["note"]),
        outranked=row["preferred"] == "no" and not replaced,
        replaced=replaced,
    )


def _mined(zone_id: str) -> list[Panel]:
    """Return the panel of mined area inside the zone's polygon, if it was measured."""
    if not (DATA / "mined_area.csv").exists():
        return []
    rows = table("mined_area")
    # A zone outside the detector's area has rows without a figure: not surveyed is not zero.
    rows = rows[(rows["zone_id"] == zone_id) & (rows["mined_ha"].notna())].sort_values("year")
    if rows.empty:
        return []
    points = tuple(
        Point(
            year=int(row["year"]),
            value=float(row["mined_ha"]),
            partial=row["partial"] == "yes",
            series_break=row["series_break"] == "yes",
            note=row["method"],
        )
        for row in rows.to_dict("records")
    )
    line = Line(rows["source_id"].iloc[0], points)
    return [Panel(MINED, "economy", "ha", "zone", zone_id, "", "is", (line,))]


def _whole(panel: Panel) -> list[Reading]:
    """Return one reading per year from the preferred lines, oldest first; the main line before the others."""
    by_year: dict[int, Reading] = {}
    for line in panel.preferred:
        for point in line.points:
            if point.whole:
                by_year.setdefault(point.year, Reading(line.source_id, point))
    return [by_year[year] for year in sorted(by_year)]


def _comparable(panel: Panel, first: Reading, last: Reading) -> bool:
    lines = {line.source_id: line for line in panel.preferred}
    if any(first.point.year < year <= last.point.year for year in breaks(panel)):
        return False
    rules = {"other_rules", *DRAWN_YEARS}
    return first.source_id == last.source_id or not rules & {
        *lines[first.source_id].notes, *lines[last.source_id].notes
    }  # fmt: skip


def _disagree(panel: Panel) -> bool:
    """Whether a rival gives for some year another figure than the one that is preferred."""
    known = {reading.point.year: reading.point.value for reading in _whole(panel)}
    return any(
        abs(point.value - known[point.year]) > SAME_WITHIN * abs(known[point.year])
        for line in panel.lines
        for point in line.points
        if point.year in known and not (point.replaced or point.partial)
    )


def _few_homicides(panel: Panel) -> bool:
    if panel.indicator != "homicide_rate_per_100k" or panel.level == "country":
        return False
    rows = records("homicides_count", panel.level, panel.place, panel.country_iso3)
    counts = [float(cast(float, row["value"])) for row in rows if not row["partial"]]
    return bool(counts) and median(counts) < FEW_HOMICIDES


def _runs(years: list[int]) -> str:
    """Return years as text, runs shortened: 2003–2006, 2008."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def _group(indicator: str) -> str:
    return _terms()[indicator]["group"]


def _terms() -> dict[str, dict[str, str]]:
    """Return the row of each indicator in ``data/indicator_terms.csv``."""
    rows = table("indicator_terms")
    return STORE.get(
        ("indicator terms", (DATA / "indicator_terms.csv").stat().st_mtime_ns),
        lambda: {row["indicator"]: row for row in rows.to_dict("records")},
    )
