"""What changed since a release or a day: rows of the shipped data, and layers that people brought.

Shipped data are compared with what they said at a release (``geo.digests``), a layer with the version that it had on
the day. A change of that day itself counts as since.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo import changes as shipped_changes
from geo import digests, store, zones
from geo.changes import Change, Kind
from geo.cooperation import pairs
from geo.digests import RELEASES, Release
from geo.errors import DataError, GeoError
from geo.library import copies, shelf
from geo.library.differences import Differences
from geo.messages import Message
from geo.viewer import LOCAL, Marking, Viewer
from layers.briefing.marking import NEVER, cleared, highest

DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
KIND_OF: Final[dict[str, Kind]] = {
    "added": "new",
    "removed": "gone",
    "changed": "revised",
}  # as a comparison names them
MAP_LAYERS: Final = ("boundaries", "disputed", "zones")  # what lies below the signs on a map of changes
SERIES: Final = ("indicator", "level", "place", "country_iso3", "source_id")


@dataclass(frozen=True)
class Since:
    """From when on: a release, or a day and the release that shipped data are compared with.

    Attributes
    ----------
    day : date
        What happened on it or later counts.
    release : Release
        The one whose data are those of before.
    is_release : bool
        Whether the release was asked for by its name.
    """

    day: date
    release: Release
    is_release: bool

    @property
    def moment(self) -> datetime:
        """The beginning of the day, in UTC."""
        return datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class LayerChange:
    """A layer that somebody brought, and what became of it.

    Attributes
    ----------
    features : int
        How many it has, or had when it was put away.
    found : Differences or None
        How its features differ from those of before; None where the layer is new or gone, or cannot be compared.
    said : tuple of str
        What is said of it otherwise: names of fields of ``geo.about.About``.
    before, after : int
        Numbers of the versions; 0 for none.
    """

    kind: Kind
    key: str
    title: str
    marking: Marking
    features: int
    found: Differences | None = None
    said: tuple[str, ...] = ()
    before: int = 0
    after: int = 0
    is_unread: bool = False  # a version's features are gone or damaged, so nobody can compare it

    def count(self, kind: Kind) -> int:
        """Return how many of its features are new, gone or revised."""
        if self.found is None:
            return self.features if kind == self.kind and kind != "revised" else 0
        return int((self.found.rows["kind"].map(KIND_OF) == kind).sum())


@dataclass(frozen=True, kw_only=True)
class Changes:
    """All that changed, as far as it may leave.

    Attributes
    ----------
    zones : tuple of str
        The zones that it was limited to; () for everything.
    left_out : tuple of str
        Titles of layers that changed and may not leave.
    marking : Marking
        The most restrictive of what is told.
    data_version : str
        Of the shipped data as they are now.
    """

    since: Since
    zones: tuple[str, ...]
    shipped: tuple[Change, ...]
    own: tuple[LayerChange, ...]
    left_out: tuple[str, ...]
    marking: Marking
    data_version: str

    @property
    def are_none(self) -> bool:
        """Whether nothing changed."""
        return not self.shipped and not self.own

    def count(self, kind: Kind) -> int:
        """Return how many rows and features are new, gone or revised."""
        return sum(each.kind == kind for each in self.shipped) + sum(each.count(kind) for each in self.own)


def since(asked: date | str, folder: Path = RELEASES) -> Since:
    """Return from when on: a release by its version, or a day as a date or a text such as "2026-10-01".

    Shipped data are compared with the last release before the day; for a day before the first one, with that.

    Raises
    ------
    UnknownError
        If there is no such release.
    DataError
        If the text is no day, or the day is yet to come.
    """
    if isinstance(asked, str):
        text = asked.strip()
        if not DAY.fullmatch(text):
            found = digests.release(text, folder)
            return Since(found.on, found, is_release=True)
        try:
            asked = date.fromisoformat(text)
        except ValueError as error:
            raise DataError(Message("“{text}” is no day. Write it as 2026-10-01.", text=text)) from error
    if asked > datetime.now(UTC).date():
        raise DataError(Message("{day} is yet to come. Choose today or an earlier day.", day=asked.isoformat()))
    every = digests.releases(folder)
    earlier = [each for each in every if each.on < asked]
    return Since(asked, earlier[-1] if earlier else every[0], is_release=False)


def between(
    asked: date | str, *, viewer: Viewer = LOCAL, zones: Iterable[str] = (), least: Marking = "TLP:CLEAR",
    folder: Path = RELEASES,
) -> Changes:  # fmt: skip
    """Return what changed since a day or a release, up to now.

    Parameters
    ----------
    asked : date or str
        As for ``since``.
    zones : iterable of str
        Only what lies in these zones or speaks of them.
    least : Marking
        The least restrictive marking that the whole is to carry; what the layers carry is never lowered.

    Raises
    ------
    UnknownError
        If there is no such release or zone.
    DataError
        If a digest or the catalogue cannot be read, or TLP:RED is asked for.
    """
    cleared((), asked=least)  # which refuses TLP:RED
    begin = since(asked, folder)
    wanted = tuple(dict.fromkeys(zones))
    changed = _shipped(begin.release, folder)
    if wanted:
        is_there = _concerning(wanted)
        changed = tuple(each for each in changed if is_there(each))
    layers, left_out = _own(begin.moment, viewer, wanted)
    return Changes(
        since=begin,
        zones=wanted,
        shipped=changed,
        own=layers,
        left_out=left_out,
        marking=highest([least, *(each.marking for each in layers)]),
        data_version=store.data_version(),
    )


def _shipped(release: Release, folder: Path) -> tuple[Change, ...]:
    version = store.data_version()
    if release.data == version:
        return ()
    key = ("changes", str(folder), release.digest, version)
    return store.STORE.get(key, lambda: shipped_changes.between(digests.read(release, folder), digests.today()))


# --- layers that people brought -----------------------------------------------------------------


def _own(moment: datetime, viewer: Viewer, wanted: tuple[str, ...]) -> tuple[tuple[LayerChange, ...], tuple[str, ...]]:
    """Return what became of layers since a moment, and the titles of those that changed and may not leave."""
    told: list[LayerChange] = []
    left_out: list[str] = []
    area = _area(wanted)
    for layer in shelf.layers(viewer, archived=None):
        one = _of_layer(layer, moment)
        if one is None or (area is not None and (one := _within(one, layer, area)) is None):
            continue
        if one.marking == NEVER:
            left_out.append(one.title)
        else:
            told.append(one)
    return tuple(told), tuple(left_out)


def _of_layer(layer: shelf.Layer, moment: datetime) -> LayerChange | None:
    """Return what became of a layer; None where it is as it was, or came and went."""
    now = layer.current
    before = [each for each in layer.versions if each.at < moment]
    then = before[-1] if before else None
    marking = highest([now.about.marking, *([then.about.marking] if then else [])])
    plain = LayerChange(kind="new", key=layer.key, title=layer.title, marking=marking, features=now.features,
                        before=then.number if then else 0, after=now.number)  # fmt: skip
    if layer.archived is not None:
        was_there = then is not None and layer.archived >= moment
        return replace(plain, kind="gone", after=0) if was_there else None
    if then is None:
        return plain
    was, is_now = then.about.to_dict(), now.about.to_dict()
    said = tuple(name for name in is_now if was.get(name) != is_now[name])
    if then.content == now.content:
        return replace(plain, kind="revised", said=said) if said else None
    try:
        found = copies.compared(layer, then.number, now.number)
    except (GeoError, OSError):
        return replace(plain, kind="revised", said=said, is_unread=True)
    if found.are_none and not said:
        return None
    return replace(plain, kind="revised", said=said, found=found)


def _within(one: LayerChange, layer: shelf.Layer, area: BaseGeometry) -> LayerChange | None:
    """Return what of a layer's changes lies in an area; None if nothing does."""
    if one.found is None:
        bounds = layer.current.bounds
        return one if bounds is not None and area.intersects(shapely.box(*bounds)) else None
    rows = one.found.rows
    inside = rows[shapely.contains_xy(area, rows["lon"].to_numpy(dtype=float), rows["lat"].to_numpy(dtype=float))]
    if inside.empty:
        return None
    cells = one.found.cells[one.found.cells["id"].isin(inside["id"])]
    return replace(one, found=replace(one.found, rows=inside.reset_index(drop=True), cells=cells))


# --- zones --------------------------------------------------------------------------------------


def _area(wanted: tuple[str, ...]) -> BaseGeometry | None:
    if not wanted:
        return None
    area = shapely.union_all([zones.zone(each).geometry for each in wanted])
    shapely.prepare(area)
    return area


def _concerning(wanted: tuple[str, ...]) -> Callable[[Change], bool]:
    """Return what tells whether a change speaks of some zones: by name, by place, or by the written tables."""
    area, ids = _area(wanted), set(wanted)
    borders = {str(border) for each in wanted for border in zones.borders_of(each).index}
    corridors = {str(corridor) for each in wanted for corridor in zones.corridors_through(each)["corridor_id"]}
    units = {str(unit) for each in wanted for unit in zones.units_of(each).index}
    ties, presence = store.table("zone_series"), store.table("actor_presence")
    tied = ties[ties["zone_id"].isin(ids)]
    series = set(zip(*(tied[name].astype(str) for name in SERIES), strict=True))
    towns = set(tied.loc[tied["level"] == "municipality", "place"].astype(str))
    actors = set(presence.loc[presence["zone_id"].isin(ids), "actor_id"])

    def is_there(change: Change) -> bool:
        row = change.row
        rules: dict[str, Callable[[], bool]] = {
            "corridors": lambda: change.id in corridors or _is_in(change, area),
            "corridor_waypoints": lambda: _is_in(change, area),
            "crossings": lambda: _is_in(change, area),
            "mining_sites": lambda: _is_in(change, area),
            "boundaries": lambda: change.id in borders,
            "border_zones": lambda: change.id in borders,
            "cooperation": lambda: bool(borders.intersection(pairs(row.get("borders", "")))),
            "actors": lambda: change.id in actors,
            "units": lambda: change.id in units,
            "indicators": lambda: tuple(row.get(name, "") for name in SERIES) in series,
            "coca_municipal": lambda: row.get("divipola_muni", "") in towns,
        }
        if "zone_id" in row:
            return row["zone_id"] in ids
        return rules.get(change.table, lambda: False)()

    return is_there


def _is_in(change: Change, area: BaseGeometry | None) -> bool:
    return area is not None and not pd.isna(change.lon) and bool(shapely.contains_xy(area, change.lon, change.lat))
