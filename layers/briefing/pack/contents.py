"""What is in a pack, as data: a title, the region, then the slides of each zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from geo import zones
from geo.citations import published_by
from geo.messages import Language, Message, number, say
from geo.names import name_of
from geo.viewer import Marking, Viewer
from layers import profile
from layers.briefing import told
from layers.briefing.changes.found import MAP_LAYERS, Changes
from layers.briefing.changes.words import compared, unchanged
from layers.briefing.pack.slides import (
    HEAD_PT,
    Block,
    Box,
    Bullets,
    Canvas,
    Column,
    Figures,
    Foot,
    MapPicture,
    Slide,
    Table,
    TableRow,
    Text,
    bullets_height,
    cut,
    fitting,
    heading_height,
    row_height,
    table_height,
)  # fmt: skip
from layers.briefing.snapshot import Snapshot
from layers.printed.extent import Extent, of_bounds, of_view
from layers.view import ViewState

ZONE_LAYERS: Final = ("boundaries", "corridors", "crossings", "disputed", "mining", "zones")
LEGEND_PT: Final = 76.0  # of the height of a map: what its legend stands in
LEGEND_GAP: Final = 6.0
NAMED: Final = 6  # publishers in a line of sources; the notes have all
FEW: Final = 6  # zones whose part of the continent is shown, and not all of it
CHANGE_SLIDES: Final = 3  # of the list of what changed; the file of the list has all
LEAST_SHARE: Final = 0.4  # of its height that a slide of a long table keeps
STEP_PT: Final = 6.0
REST_PT: Final = 18.0  # of the height: a line that says how many rows are left
ROOM: Final = 1.5  # how much wider than the zones their part of the continent is


@dataclass(frozen=True)
class Asked:
    """What the slides of a pack have in common; ``found`` is what changed, where that was asked for."""

    zones: tuple[str, ...]
    view: ViewState
    code: str
    marking: Marking
    title: str
    snapshot: Snapshot
    viewer: Viewer
    canvas: Canvas
    found: Changes | None = None

    @property
    def lang(self) -> Language:
        """The language of every slide."""
        return self.view.lang

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """Titles of the layers that may not leave; for whoever asks, and never for the pack itself."""
        layers = told.leaving(self.zone_view(self.zones[0]), asked=self.marking, viewer=self.viewer).left_out
        changed = self.found.left_out if self.found is not None else ()
        return tuple(dict.fromkeys([*(say(each.title, self.lang) for each in layers), *changed]))

    @cached_property
    def carried(self) -> Marking:
        """The marking of every slide: the most restrictive of anything on any of them."""
        return told.leaving(self.zone_view(self.zones[0]), asked=self.marking, viewer=self.viewer).marking

    def zone_view(self, zone_id: str) -> ViewState:
        """Return the view of a zone's map."""
        return replace(
            self.view, zone=zone_id, layers=ZONE_LAYERS if self.view.layers is None else self.view.layers,
            lat=None, lon=None, zoom=None,
        )  # fmt: skip

    def region_view(self) -> ViewState:
        """Return the view that holds all zones: their part of the continent where they are few."""
        shown = self.zone_view("")
        west, south, east, north = zones.zones().loc[list(self.zones)].total_bounds
        middle = ((west + east) / 2, (south + north) / 2)
        room = ROOM if len(self.zones) <= FEW else 1.0
        wide, high = (east - west) / 2 * room, (north - south) / 2 * room
        frame = of_bounds((middle[0] - wide, middle[1] - high, middle[0] + wide, middle[1] + high), shape=1.0)
        lat = frame.centre_lat
        return shown.but(lat=lat, lon=middle[0], zoom=max(3.0, min(8.0, frame.zoom(self.snapshot.screen_px[1]))))

    def change_view(self) -> ViewState:
        """Return the view of the map of what changed."""
        return self.region_view().but(layers=MAP_LAYERS)

    def views(self) -> tuple[ViewState, ...]:
        """Return the view of each map, in the order of the slides."""
        has_changes = self.found is not None and not self.found.are_none
        changed = (self.change_view(),) if has_changes else ()
        return (self.region_view(), *changed, *(self.zone_view(each) for each in self.zones))

    def of(self, view: ViewState) -> Snapshot:
        """Return what is asked of a map of this pack."""
        return replace(self.snapshot, view=view, marking=self.carried)


def slides(asked: Asked) -> Iterator[tuple[int, Slide]]:
    """Yield each slide with how many zones are done before it."""
    from layers.briefing.pack.change_slides import of_changes  # noqa: PLC0415 - it reads this module
    from layers.briefing.pack.zone_slides import of_zone  # noqa: PLC0415 - as above

    yield 0, _opening(asked)
    for slide in _region(asked):
        yield 0, slide
    if asked.found is not None and not asked.found.are_none:
        below = asked.of(asked.change_view())
        for slide in of_changes(asked.found, below, asked.canvas, viewer=asked.viewer, most=CHANGE_SLIDES):
            yield 0, slide
    for done, zone_id in enumerate(asked.zones):
        for slide in of_zone(asked, zone_id):
            yield done, slide


def map_shape(box: Box) -> float:
    """Return the width over the height of the map itself in the box of a map and its legend."""
    return box.width / (box.height - LEGEND_PT - LEGEND_GAP)


def extent_of(view: ViewState, box: Box, snapshot: Snapshot) -> Extent:
    """Return what part of the world a map in a box shows."""
    return of_view(view, shape=map_shape(box), screen_px=snapshot.screen_px)


def words_of(asked: Asked, view: ViewState, box: Box) -> told.Told:
    """Return the words of a map in a box."""
    snapshot = asked.of(view)
    return told.told(snapshot, extent_of(view, box, snapshot), viewer=asked.viewer)


def foot_of(words: told.Told, *, sources: str = "", has_map: bool = False) -> Foot:
    """Return the foot of a slide; other sources than those of the map where they are given."""
    lang = words.lang
    as_of = say(Message("As of {date}", date=words.on), lang) if words.on else say(Message("Undated"), lang)
    return Foot(
        sources=sources or words.sources,
        precision=words.precision if has_map else "",
        disclaimer=words.disclaimer if has_map else say(told.NO_ENDORSEMENT, lang),
        dated=f"{as_of} · {say(Message('View {code}', code=words.code), lang)}",
        marking=words.marking,
    )


def publishers(source_ids: Iterable[str], lang: Language) -> str:
    """Return the publishers of sources in one line, the first ones by name."""
    return told.first_named(list(dict.fromkeys(published_by(each, lang) for each in source_ids)), lang, NAMED)


def continued(canvas: Canvas, lang: Language, slide: Slide, table: Table, *, most: int = 9) -> Iterator[Slide]:
    """Yield a slide for as many rows as the whole area holds, until there are none left or enough slides.

    Where all rows are shown they are shared out evenly: no slide of three rows follows two full ones.
    """
    width, height = canvas.area.width, canvas.area.height
    heights = [row_height(canvas, table, row, width) for row in table.rows]
    head = heading_height(canvas, table, width) + REST_PT
    parts = _parts(heights, height - head)
    high = height
    while parts <= most and high > LEAST_SHARE * height and _parts(heights, high - STEP_PT - head) == parts:
        high -= STEP_PT
    rest: tuple[TableRow, ...] = table.rows
    for order in range(most):
        if not rest:
            return
        shown, rest = cut(canvas, replace(table, rows=rest), width, high)
        if rest and order == most - 1:
            shown = replace(shown, more=and_more(len(rest), lang))
        title = slide.title
        if order:
            title = say(Message("{title} (continued)", title=title), lang)
        yield replace(slide, title=title, blocks=((canvas.area, shown),))


def _parts(heights: Iterable[float], room: float) -> int:
    """Return how many slides rows of these heights take."""
    count, left = 0, 0.0
    for high in heights:
        if not count or high > left:
            count, left = count + 1, room
        left -= high
    return count


def and_more(n: int, lang: Language) -> str:
    """Return what a table that is cut says of its other rows."""
    return say(Message("and {n} more, see the app", "and {n} more, see the app", n=n), lang)


def title_of(asked: Asked) -> str:
    """Return the title of a pack: the briefer's, or one that says what is in it."""
    lang = asked.lang
    if asked.title:
        return asked.title
    if len(asked.zones) == 1:
        return name_of(asked.zones[0], lang)
    if len(asked.zones) == len(zones.zones()):
        return say(Message("South America’s border zones"), lang)
    return say(Message("Border zones: a briefing"), lang)


def _opening(asked: Asked) -> Slide:
    lang = asked.lang
    words = replace(words_of(asked, asked.region_view(), asked.canvas.area), code=asked.code)
    names = [name_of(each, lang) for each in asked.zones]
    counted = say(Message("{n} zone", "{n} zones", n=len(names)), lang)
    listed = profile.subtitle(asked.zones[0], lang) if len(names) == 1 else counted
    if 1 < len(names) <= FEW:
        listed = " · ".join(names)
    left = len(asked.left_out)
    notes = [
        say(Message("Everything in this pack rests on the sources in the notes of each slide."), lang),
        say(Message("The code on each slide opens its view in Fronteras: {link}", link=words.link), lang),
        *([say(Message("{n} layer is left out: it may not leave the app.",
                       "{n} layers are left out: they may not leave the app.", n=left), lang)] if left else []),
    ]  # fmt: skip
    sources = say(Message("on each slide, in full in its notes"), lang)
    return Slide(
        title=title_of(asked),
        subtitle=listed,
        foot=foot_of(words, sources=sources),
        notes=tuple(notes),
        is_opening=True,
    )


def _region(asked: Asked) -> Iterator[Slide]:
    """Yield the map of the region beside its figures or its table; a long table goes on."""
    canvas, lang = asked.canvas, asked.lang
    view = asked.region_view()
    map_box, side = canvas.area.columns(canvas.area.width * 0.56, 0, gap=20)
    words = words_of(asked, view, map_box)
    said: list[str] = []
    last: tuple[tuple[Box, Block], ...] = ()
    if asked.found is not None and asked.found.are_none:
        said = [compared(asked.found, lang)]
        side, last = _told_last(canvas, side, unchanged(asked.found, lang))
    chosen = [profile.entry(zone_id, lang) for zone_id in asked.zones]
    slide = Slide(
        title=say(Message("The region at a glance"), lang),
        subtitle=words.subtitle,
        foot=foot_of(words, has_map=True),
        notes=(told.shows(view), *said, words.precision, words.disclaimer, *in_full(words.all_sources, lang)),
    )
    the_map = MapPicture(asked.of(view), told.shows(view))
    if len(chosen) <= FEW:
        yield replace(slide, blocks=((map_box, the_map), *_beside(asked, chosen, side), *last))
        return
    yield replace(slide, blocks=((map_box, the_map), *_totals(asked, chosen, side), *last))
    title = say(Message("The zones and their latest headline figure"), lang)
    about = say(Message("Counts are of what is known inside each zone; zones overlap, so never add them up."), lang)
    listed = replace(slide, title=title, subtitle=about, foot=foot_of(words), notes=())
    yield from continued(canvas, lang, listed, _full_table(chosen, lang))


def _told_last(canvas: Canvas, side: Box, text: str) -> tuple[Box, tuple[tuple[Box, Block], ...]]:
    """Return what is left of a box above a line at its foot, and the line."""
    line = Text(text, HEAD_PT, is_bold=True)
    rest, foot = side.rows(0, canvas.height_of(text, side.width, line.size, bold=True) + 2, gap=12)
    return rest, ((foot, line),)


def _beside(asked: Asked, chosen: list[profile.Entry], side: Box) -> tuple[tuple[Box, Block], ...]:
    """Return the table of a few zones, and how to read the slides that follow."""
    canvas, lang = asked.canvas, asked.lang
    table = _small_table(chosen, lang)
    if table_height(canvas, table, side.width) > side.height:
        table = replace(table, rows=tuple(replace(row, about="") for row in table.rows))
    high = min(table_height(canvas, table, side.width), side.height)
    top, rest = side.rows(high, 0, gap=18)
    listed = fitting(canvas, _how_to_read(lang), rest.width, rest.height)
    if bullets_height(canvas, listed, rest.width) > rest.height:
        return ((top, table),)
    return ((top, table), (rest, listed))


def _how_to_read(lang: Language) -> Bullets:
    return Bullets(
        say(Message("How to read this pack"), lang),
        (
            say(Message("Zones overlap, so their counts do not add up."), lang),
            say(Message("A figure names the area that it counts: often a larger one than the zone."), lang),
            say(Message("Not surveyed is not the same as none found; hollow signs rest on weak evidence."), lang),
            say(told.NO_TRACKS, lang),
            say(Message("The sources of each slide stand in full in its notes."), lang),
        ),
    )


def in_full(sources: Iterable[str], lang: Language) -> tuple[str, ...]:
    """Return the heading of a list of sources and the sources, for the notes."""
    listed = tuple(sources)
    return (say(Message("Sources in full ({n})", n=len(listed)), lang), *listed) if listed else ()


def _small_table(chosen: list[profile.Entry], lang: Language) -> Table:
    columns = (
        Column(say(Message("Zone"), lang), 0.46),
        Column(say(Message("Mining sites"), lang), 0.18, is_number=True),
        Column(say(Message("Crossings"), lang), 0.18, is_number=True),
        Column(say(Message("Corridors"), lang), 0.18, is_number=True),
    )
    rows = tuple(
        TableRow((each.name, *(number(n, lang) for n in (each.sites, each.crossings, each.corridors))), _figure(each))
        for each in chosen
    )
    return Table(say(Message("What is known inside each zone"), lang), "", columns, rows)


def _figure(entry: profile.Entry) -> str:
    """Return the latest headline figure of a zone in one line."""
    found = entry.headline
    return " · ".join(filter(None, (f"{found.value}  {found.words}", found.more))) if found else "–"


def _full_table(chosen: list[profile.Entry], lang: Language) -> Table:
    columns = (
        Column(say(Message("Zone"), lang), 0.23),
        Column(say(Message("Kind"), lang), 0.11),
        Column(say(Message("Area"), lang), 0.10, is_number=True),
        Column(say(Message("Mining sites"), lang), 0.07, is_number=True),
        Column(say(Message("Crossings"), lang), 0.08, is_number=True),
        Column(say(Message("Corridors"), lang), 0.08, is_number=True),
        Column(say(Message("Latest headline figure"), lang), 0.33),
    )
    rows = []
    for each in chosen:
        area = say(Message("{n} km²", n=number(round(each.area_km2, -1), lang, digits=0)), lang)
        counts = (number(n, lang) for n in (each.sites, each.crossings, each.corridors))
        rows.append(TableRow((each.name, each.kind, area, *counts, _figure(each))))
    return Table("", "", columns, tuple(rows), size=9.0)


def _totals(asked: Asked, chosen: list[profile.Entry], side: Box) -> tuple[tuple[Box, Block], ...]:
    """Return the figures of many zones, each place counted once, and how to read them."""
    canvas, lang = asked.canvas, asked.lang
    sites = {row for zone_id in asked.zones for row in zones.sites_in(zone_id).index}
    crossings = {row for zone_id in asked.zones for row in zones.crossings_in(zone_id).index}
    through = {row for zone_id in asked.zones for row in zones.corridors_through(zone_id)["corridor_id"]}
    counted = (
        (len(chosen), Message("zone in this pack", "zones in this pack", n=len(chosen))),
        (len(sites), Message("known mining site", "known mining sites", n=len(sites))),
        (len(crossings), Message("known crossing", "known crossings", n=len(crossings))),
        (len(through), Message("corridor through them", "corridors through them", n=len(through))),
    )
    figures = Figures(tuple(profile.Figure(number(n, lang), say(words, lang)) for n, words in counted))
    top, rest = side.rows(figures.height(canvas, side.width), 0, gap=14)
    kinds = {kind: sum(each.kind == kind for each in chosen) for kind in dict.fromkeys(each.kind for each in chosen)}
    how = _how_to_read(lang)
    counted_by_kind = "; ".join(f"{kind}: {number(n, lang)}" for kind, n in kinds.items())
    listed = replace(how, items=(counted_by_kind, *how.items))
    return ((top, figures), (rest, fitting(canvas, listed, rest.width, rest.height)))


def section_title(zone_id: str, section: Message, lang: Language) -> str:
    """Return the title of a slide of a zone that shows one side of it."""
    return say(Message("{zone}: {section}", zone=name_of(zone_id, lang), section=section), lang)
