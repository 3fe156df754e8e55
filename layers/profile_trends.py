"""The series of a zone in the order of a profile: nearest first, by place where there are many, with files to take."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from geo import records
from geo.downloads import safe_cell
from geo.headlines import headlines
from geo.messages import Language, Message, say
from geo.series_notes import MINED, place_words
from geo.shipped import TABLES
from geo.sources import source
from geo.store import table
from geo.terms import codes
from geo.trends import Line, Panel, Point, panels

OPEN_AT_MOST: Final = 9  # charts of a part that are drawn at once; three rows of three
NAMED: Final = 3  # places in the title of a bundle of many
FEW: Final = 3  # a zone with fewer series of its own shows the most telling of larger areas first
COLUMNS: Final = (
    "indicator", "level", "place", "country_iso3", "relation", "year", "value", "unit", "source_id", "source",
    "preferred", "partial", "series_break", "doubtful", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Bundle:
    """Charts that open together; those without a title are open from the start."""

    key: str
    title: str
    panels: tuple[Panel, ...]

    @property
    def is_open(self) -> bool:
        """Whether it is drawn without being asked for."""
        return not self.title


@dataclass(frozen=True)
class Part:
    """The series that lie to the zone in one way."""

    key: str
    title: Message
    about: Message
    bundles: tuple[Bundle, ...]

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels of the part."""
        return tuple(panel for bundle in self.bundles for panel in bundle.panels)


PARTS: Final[dict[str, tuple[Message, Message]]] = {
    "own": (Message("The zone itself"), Message("Counted for the zone as a whole, or for one side of it.")),
    "inside": (Message("Within the zone"), Message("Municipalities, coca zones and other parts of the zone.")),
    "units": (
        Message("First-level units"),
        Message("Departments, states, provinces and regions that reach beyond the zone: not the zone's own value."),
    ),
    "areas": (
        Message("Joint regions and other larger areas"),
        Message("Areas that reach beyond the zone and are no first-level unit."),
    ),
    "countries": (Message("Countries"), Message("The whole country, for comparison.")),
    "neighbours": (Message("Next to the zone"), Message("Areas nearby that do not reach into the zone.")),
}
LEAD: Final = (
    Message("Also telling, from larger areas"),
    Message("This zone has few series of its own; these say most about it. Each names the area that it counts."),
)


def part_of(panel: Panel) -> str:
    """Return the part of the profile to which a panel belongs."""
    if panel.relation in {"is", "inside"}:
        return "own" if panel.relation == "is" else "inside"
    if panel.relation == "neighbour":
        return "neighbours"
    return {"admin1": "units", "country": "countries"}.get(panel.level, "areas")


def parts(zone_id: str, lang: Language, subjects: Collection[str] = ()) -> list[Part]:
    """Return every panel of a zone in parts, nearest first; with subjects, only those.

    Each panel stands in exactly one part. Zones with few series of their own have a part before these: their
    headlines from larger areas, without the first, which opens the profile.
    """
    shown = [panel for panel in panels(zone_id) if not subjects or panel.group in subjects]
    found = []
    near = [panel for panel in shown if panel.relation in {"is", "inside"}]
    lead = tuple(panel for panel in headlines(zone_id)[1:] if panel in shown and panel not in near)
    if len(near) < FEW and lead:
        found.append(Part("lead", *LEAD, (Bundle("lead", "", lead),)))
    for key, (title, about) in PARTS.items():
        members = [panel for panel in shown if part_of(panel) == key]
        if members:
            found.append(Part(key, title, about, _bundles(key, members, lang)))
    return found


def subject_counts(zone_id: str) -> dict[str, int]:
    """Return how many panels a zone has by subject, in the order in which a list offers them."""
    known = [panel.group for panel in panels(zone_id)]
    return {group: known.count(group) for group in codes("indicator_group") if group in known}


def figure_links(panel: Panel) -> list[tuple[str, str]]:
    """Return table and address of the record of each figure, in the order of ``layers.charts.small_table``."""
    rows = [(-point.year, order, line, point) for order, line in enumerate(panel.lines) for point in line.points]
    rows.sort(key=lambda row: row[:2])
    return [record_of(panel, line, point) for _, _, line, point in rows]


def record_of(panel: Panel, line: Line, point: Point) -> tuple[str, str]:
    """Return the table and the address of the record of one figure."""
    if panel.indicator == MINED:
        rows = table("mined_area")
        periods = rows.loc[(rows["zone_id"] == panel.place) & (rows["year"] == point.year), "period"]
        return "mined_area", f"{panel.place}.{periods.iloc[0]}"
    if panel.level == "municipality":
        return "coca_municipal", f"{panel.place}.{point.year}"
    row = {
        "indicator": panel.indicator,
        "level": panel.level,
        "country_iso3": panel.country_iso3,
        "place": panel.place,
        "year": point.year,
        "source_id": line.source_id,
    }
    return "indicators", records.id_of(TABLES["indicators"], row)


def csv_of(shown: Iterable[Panel]) -> bytes:
    """Return every figure of panels as CSV, with the codes and column names of the data dictionary.

    UTF-8 with a byte order mark, without which Excel reads it as Latin-1; no cell can be taken for a formula.
    """
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(value) for value in row] for row in rows_of(shown))
    return content.getvalue().encode("utf-8-sig")


def rows_of(shown: Iterable[Panel]) -> list[tuple[Any, ...]]:
    """Return every figure of panels as rows of ``COLUMNS``, source by source."""
    return [_row(panel, line, point) for panel in shown for line in panel.lines for point in line.points]


def _row(panel: Panel, line: Line, point: Point) -> tuple[Any, ...]:
    flags = (point.partial, point.series_break, point.doubtful)
    preferred = "no" if point.outranked or point.replaced or not line.preferred else "yes"
    return (
        panel.indicator,
        panel.level,
        panel.place,
        panel.country_iso3,
        panel.relation,
        point.year,
        f"{point.value:.10g}",
        panel.unit,
        line.source_id,
        source(line.source_id).title,
        preferred,
        *("yes" if flag else "" for flag in flags),
        point.note,
    )


def _bundles(key: str, members: list[Panel], lang: Language) -> tuple[Bundle, ...]:
    if key in {"own", "inside"}:
        first, rest = tuple(members[:OPEN_AT_MOST]), tuple(members[OPEN_AT_MOST:])
        if not rest:
            return (Bundle(key, "", first),)
        more = say(Message("{n} more chart", "{n} more charts", n=len(rest)), lang)
        return Bundle(key, "", first), Bundle(f"{key}-more", more, rest)
    if key in {"areas", "neighbours"}:
        names = list(dict.fromkeys(_name(panel, lang) for panel in members))
        told = ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")
        return (Bundle(key, _counted(told, len(members), lang), tuple(members)),)
    places: dict[tuple[str, str], list[Panel]] = {}
    for panel in members:
        places.setdefault((panel.country_iso3, panel.place), []).append(panel)
    return tuple(
        Bundle(f"{key}-{iso3}-{place}", _counted(_name(group[0], lang), len(group), lang), tuple(group))
        for (iso3, place), group in places.items()
    )


def _name(panel: Panel, lang: Language) -> str:
    return place_words(panel.level, panel.place, panel.country_iso3, lang)


def _counted(name: str, n: int, lang: Language) -> str:
    return f"{name} · {say(Message('{n} chart', '{n} charts', n=n), lang)}"
