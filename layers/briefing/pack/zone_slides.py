"""The slides of one zone, as data: its map, its trends, its routes, its cooperation, its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from geo import zones
from geo.citations import published_by
from geo.messages import Language, Message, number, say
from geo.names import name_of
from geo.sources import sources_of
from layers import profile
from layers.briefing import told
from layers.briefing.pack.contents import Asked, foot_of, in_full, section_title, words_of
from layers.briefing.pack.cooperation_slides import cooperation
from layers.briefing.pack.list_slides import lists_of
from layers.briefing.pack.slides import (
    Box,
    Bullets,
    Column,
    Figures,
    MapPicture,
    Slide,
    Table,
    TableRow,
    cut,
    fitting,
    largest,
    widened,
)  # fmt: skip
from layers.briefing.pack.trend_slides import trends_slide
from layers.printed.known_box import bullets as known
from layers.profile_lists import listing

LOW_PT: Final = 340.0  # of the height of what a slide offers
MAP_SHARE: Final = 0.62  # of the width
LARGE_PT: Final = 13.5  # of the letters of a list that has a slide's height to itself
SIZES: Final = (13.0, 12.5, 12.0, 11.5, 11.0, 10.5, 10.0)  # of a table that does


def of_zone(asked: Asked, zone_id: str) -> Iterator[Slide]:
    """Yield the slides of a zone, the map first."""
    map_box, side = asked.canvas.area.columns(asked.canvas.area.width * MAP_SHARE, 0, gap=20)
    words = words_of(asked, asked.zone_view(zone_id), map_box)
    yield _map(asked, zone_id, words, (map_box, side))
    yield trends_slide(asked, zone_id, words)
    yield from lists_of(asked, zone_id, words)
    yield from cooperation(asked, zone_id, words)
    yield _sources(asked, zone_id, words)


def _map(asked: Asked, zone_id: str, words: told.Told, boxes: tuple[Box, Box]) -> Slide:
    canvas, lang = asked.canvas, asked.lang
    map_box, side = boxes
    known_figures = profile.key_figures(zone_id, lang)
    # Where there is little height, what is known goes before the counts of corridors and groups.
    figures = Figures(known_figures if side.height > LOW_PT else known_figures[:4])
    top, rest = side.rows(figures.height(canvas, side.width), 0, gap=12)
    items = known(zone_id, lang)
    listed = Bullets(say(Message("What is known, and how well"), lang), items)
    summary = told.shows(asked.zone_view(zone_id))
    cited = profile.cited(zone_id)
    said = sources_of([*cited.get("zone", ()), *cited.get("groups", ())])
    return Slide(
        title=name_of(zone_id, lang),
        subtitle=profile.subtitle(zone_id, lang),
        foot=foot_of(words, has_map=True),
        blocks=(
            (map_box, MapPicture(asked.of(asked.zone_view(zone_id)), summary)),
            (top, figures),
            (rest, fitting(canvas, listed, rest.width, rest.height)),
        ),
        notes=(
            say(zones.zone(zone_id)["why"], lang),
            say(zones.zone(zone_id)["definition"], lang),
            *items,
            say(Message("Precision: {precision}", precision=words.precision), lang),
            words.disclaimer,
            *in_full(dict.fromkeys([*words.all_sources, *(told.in_full(each, lang) for each in said)]), lang),
        ),
    )


def _sources(asked: Asked, zone_id: str, words: told.Told) -> Slide:
    canvas, lang = asked.canvas, asked.lang
    found = zones.zone(zone_id)
    cited = profile.cited(zone_id)
    every = tuple(dict.fromkeys(each for ids in cited.values() for each in ids))
    left, right = canvas.area.columns(canvas.area.width * 0.47, 0, gap=24)
    columns = (
        Column(say(Message("Subject"), lang), 0.27),
        Column(say(Message("Sources"), lang), 0.13, is_number=True),
        Column(say(Message("Most relied on"), lang), 0.60),
    )
    rows = tuple(
        TableRow((say(profile.CITED_FOR[subject], lang), number(len(ids), lang), _most_cited(ids, lang)))
        for subject, ids in cited.items()
    )
    lines = (
        say(found["definition"], lang),
        say(found["method"], lang),
        profile.evidence(zone_id, lang),
        say(Message("Precision: {precision}", precision=words.precision), lang),
        *(listing(key, zone_id, lang).about for key in ("groups", "sites", "crossings", "corridors")
          if listing(key, zone_id, lang).rows),
    )  # fmt: skip
    listed = Bullets(say(Message("Caveats"), lang), tuple(filter(None, lines)), LARGE_PT)
    counted = Message("{n} source is cited in this profile.", "{n} sources are cited in this profile.", n=len(every))
    table = Table(say(Message("Sources by subject"), lang), "", columns, rows)
    table = widened(canvas, largest(canvas, table, right.width, right.height, SIZES), right.width)
    shown, _ = cut(canvas, table, right.width, right.height)
    return Slide(
        title=section_title(zone_id, Message("sources and caveats"), lang),
        subtitle=say(counted, lang),
        foot=foot_of(words, sources=say(Message("by subject above, in full in the notes"), lang)),
        blocks=((left, fitting(canvas, listed, left.width, left.height)), (right, shown)),
        notes=(*listed.items, *in_full((told.in_full(each, lang) for each in sources_of(every)), lang)),
    )


def _most_cited(ids: tuple[str, ...], lang: Language) -> str:
    """Return publishers by how many of the sources are theirs, the first ones by name."""
    counted = Counter(published_by(each, lang) for each in ids)
    return told.first_named([name for name, _ in counted.most_common()], lang)
