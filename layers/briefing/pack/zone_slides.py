"""The slides of one zone, as data: its map, its trends, its routes, its cooperation, its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from geo import answers_on_borders, zones
from geo.messages import Language, Message, number, say
from geo.names import country_name, name_of
from geo.sources import sources_of
from geo.terms import label
from layers import profile, tables
from layers.briefing import told
from layers.briefing.pack.contents import Asked, and_more, foot_of, in_full, publishers, section_title, words_of
from layers.briefing.pack.slides import (
    TEXT_PT,
    Block,
    Box,
    Bullets,
    Canvas,
    Column,
    Figures,
    MapPicture,
    Slide,
    Table,
    TableRow,
    Text,
    cut,
    fitting,
    largest,
    table_height,
)  # fmt: skip
from layers.briefing.pack.trend_slides import trends_slide
from layers.chart_frame import capital
from layers.printed.known_box import bullets as known
from layers.profile_lists import Listing, is_surveyed, listing

LOW_PT: Final = 340.0  # of the height of what a slide offers
MAP_SHARE: Final = 0.62  # of the width
MOST_SLIDES: Final = 2  # of one list of a zone; the rest is in the app
EMPTY_PT: Final = 64.0  # of the height of a slide: what is said of an empty list
LIST_GAP: Final = 18.0
SIZES: Final = (11.0, 10.5, 10.0)  # of the letters of a list, by how long it is
CELLS: Final = {  # columns that a slide has room for: which of a list's cells, and their shares of the width
    "corridors": ((0, 0.16), (1, 0.15), (3, 0.13), (5, 0.19)),
    "crossings": ((0, 0.27), (1, 0.20), (3, 0.19)),
    "sites": ((0, 0.12), (1, 0.17), (2, 0.20), (4, 0.19)),
    "mechanisms": ((0, 0.14), (1, 0.09), (2, 0.25), (3, 0.20)),
}
ROUTES: Final = Message("corridors and crossings")
ROUTES_AND_SITES: Final = Message("corridors, crossings and mining sites")
ECONOMIES: Final = {answers_on_borders.MINING: Message("Mining")}


def of_zone(asked: Asked, zone_id: str) -> Iterator[Slide]:
    """Yield the slides of a zone, the map first."""
    map_box, side = asked.canvas.area.columns(asked.canvas.area.width * MAP_SHARE, 0, gap=20)
    words = words_of(asked, asked.zone_view(zone_id), map_box)
    yield _map(asked, zone_id, words, (map_box, side))
    yield trends_slide(asked, zone_id, words)
    yield from _routes(asked, zone_id, words)
    yield from _cooperation(asked, zone_id, words)
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
    summary = tables.summary(asked.zone_view(zone_id))
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
            *_group_notes(zone_id, lang),
            say(Message("Precision: {precision}", precision=words.precision), lang),
            words.disclaimer,
            *in_full(dict.fromkeys([*words.all_sources, *(told.in_full(each, lang) for each in said)]), lang),
        ),
    )


def _group_notes(zone_id: str, lang: Language) -> Iterable[str]:
    found = listing("groups", zone_id, lang)
    for row in found.rows:
        cells = ", ".join(cell for cell in row.cells if cell != "–")
        yield f"{row.name} ({cells}). {row.about}"


def _routes(asked: Asked, zone_id: str, words: told.Told) -> Iterator[Slide]:
    lang = asked.lang
    found = [listing(key, zone_id, lang) for key in ("corridors", "crossings", "sites")]
    cited = profile.cited(zone_id)
    ids = list(dict.fromkeys(each for key in ("corridors", "crossings", "sites") for each in cited.get(key, ())))
    slide = Slide(
        title=section_title(zone_id, ROUTES_AND_SITES if found[2].rows else ROUTES, lang),
        subtitle=_with_grey(found[0].about, found, lang),
        foot=foot_of(words, sources=publishers(ids, lang) or "–"),
        notes=(
            *(note for one in found for note in _row_notes(one)),
            *in_full((told.in_full(each, lang) for each in sources_of(ids)), lang),
        ),
    )
    left, right = asked.canvas.area.columns(asked.canvas.area.width * 0.53, 0, gap=24)
    if not found[2].rows:
        yield from _side_by_side(asked, slide, ((left, found[0]), (right, found[1])))
        return
    # Sites stand below the shorter of the two lists.
    if len(found[0].rows) <= len(found[1].rows):
        left, below = _shared(asked.canvas, left, found[0], found[2])
    else:
        right, below = _shared(asked.canvas, right, found[1], found[2])
    yield from _side_by_side(asked, slide, ((left, found[0]), (right, found[1]), (below, found[2])))


def _shared(canvas: Canvas, box: Box, first: Listing, second: Listing) -> tuple[Box, Box]:
    """Cut a column for two lists: each has what it needs at least, and of the rest as much as it has rows."""
    least = [max(_least_height(canvas, each, box), EMPTY_PT) for each in (first, second)]
    extra = box.height - sum(least) - LIST_GAP
    high = least[0] + extra * len(first.rows) / (len(first.rows) + len(second.rows))
    if extra < 0:
        high = min(least[0], 0.6 * box.height)
    elif first.rows:
        high = min(high, table_height(canvas, _table(canvas, first, replace(box, height=high)), box.width))
    upper, lower = box.rows(high, 0, gap=LIST_GAP)
    return upper, lower


def _least_height(canvas: Canvas, found: Listing, box: Box) -> float:
    return table_height(canvas, _table(canvas, found, replace(box, height=0)), box.width)


def _with_grey(about: str, lists: Iterable[Listing], lang: Language) -> str:
    """Return a line about lists, and what grey means where some of their rows are grey."""
    if not any(row.is_weak for found in lists for row in found.rows):
        return about
    return f"{about} {say(Message('Grey: weak or unverified evidence.'), lang)}"


def _row_notes(found: Listing) -> Iterator[str]:
    yield found.title
    if not found.rows:
        yield found.empty
    for row in found.rows:
        cells = ", ".join(cell for cell in row.cells if cell != "–")
        yield f"{row.name}: {cells}. {row.about}".rstrip()


def _side_by_side(asked: Asked, slide: Slide, lists: Iterable[tuple[Box, Listing]]) -> Iterator[Slide]:
    """Yield a slide with lists side by side; what does not fit goes on to a second one, and then no further."""
    canvas, lang = asked.canvas, asked.lang
    rest = [(box, _table(canvas, found, box), found.empty) for box, found in lists]
    for order in range(MOST_SLIDES):
        blocks: list[tuple[Box, Block]] = []
        following = []
        for box, table, empty in rest:
            if not table.rows and not order:
                blocks += _nothing(box, table.title, empty)
            if not table.rows:
                continue
            shown, others = cut(canvas, table, box.width, box.height)
            if others and order == MOST_SLIDES - 1:
                shown = replace(shown, more=and_more(len(others), lang))
            blocks.append((box, shown))
            if others:
                following.append((box, replace(table, rows=others), empty))
        title = say(Message("{title} (continued)", title=slide.title), lang) if order else slide.title
        yield replace(slide, title=title, blocks=tuple(blocks), notes=() if order else slide.notes)
        if not following:
            return
        rest = _spread(canvas.area, following)


def _spread(area: Box, rest: list[tuple[Box, Table, str]]) -> list[tuple[Box, Table, str]]:
    """Give the lists that go on the whole of the next slide; a third keeps its place below one of the two."""
    boxes = [area] if len(rest) == 1 else area.columns(area.width / 2 - 12, 0, gap=24)
    if len(rest) > len(boxes):
        return rest
    return [(box, table, empty) for box, (_, table, empty) in zip(boxes, rest, strict=True)]


def _nothing(box: Box, title: str, empty: str) -> Iterator[tuple[Box, Block]]:
    top, rest = box.rows(24, 0)
    yield top, Text(title, 13.0, is_bold=True)
    yield rest, Text(empty, TEXT_PT, is_muted=True)


def _table(canvas: Canvas, found: Listing, box: Box, sizes: Sequence[float] = SIZES) -> Table:
    """Return a list as a table, in larger letters and with a line about each row where there is room for all."""
    kept = CELLS[found.key]
    first = 1 - sum(share for _, share in kept)
    columns = (
        Column(found.headings[0].text, first),
        *(Column(found.headings[order + 1].text, share, found.headings[order + 1].kind == "number")
          for order, share in kept),
    )  # fmt: skip
    rows = tuple(
        TableRow((row.name, *(capital(row.cells[order]) for order, _ in kept)), row.about, row.is_weak)
        for row in found.rows
    )
    return largest(canvas, Table(found.title, "", columns, rows), box.width, box.height, sizes)


def _cooperation(asked: Asked, zone_id: str, words: told.Told) -> Iterator[Slide]:
    canvas, lang = asked.canvas, asked.lang
    found = listing("mechanisms", zone_id, lang)
    ids = profile.cited(zone_id).get("mechanisms", ())
    left, right = canvas.area.columns(canvas.area.width * 0.60, 0, gap=24)
    slide = Slide(
        title=section_title(zone_id, Message("cooperation and gaps"), lang),
        subtitle=_with_grey(found.about, [found], lang),
        foot=foot_of(words, sources=publishers(ids, lang) or "–"),
        notes=(*_row_notes(found), *in_full((told.in_full(each, lang) for each in sources_of(ids)), lang)),
    )
    gaps = _gaps(asked, zone_id, right)
    table = _table(canvas, found, left, (11.0, 10.0, 9.5))
    for order in range(MOST_SLIDES):
        box = canvas.area if order else left
        if not table.rows:
            yield replace(slide, blocks=(*_nothing(box, found.title, found.empty), *gaps))
            return
        shown, others = cut(canvas, table, box.width, box.height)
        if others and order == MOST_SLIDES - 1:
            shown = replace(shown, more=and_more(len(others), lang))
        title = say(Message("{title} (continued)", title=slide.title), lang) if order else slide.title
        blocks = ((box, shown), *(() if order else gaps))
        yield replace(slide, title=title, blocks=blocks, notes=() if order else slide.notes)
        if not others:
            return
        table = replace(table, rows=others)


def _gaps(asked: Asked, zone_id: str, box: Box) -> tuple[tuple[Box, Block], ...]:
    """Return how many mechanisms answer on each border, and what is known to meet none of them."""
    canvas, lang = asked.canvas, asked.lang
    answers = answers_on_borders.by_border(zone_id)
    blocks: list[tuple[Box, Block]] = []
    rest = box
    if answers:
        columns = (
            Column(say(Message("Border"), lang), 0.56),
            Column(say(Message("Mechanisms"), lang), 0.22, is_number=True),
            Column(say(Message("Known to be active"), lang), 0.22, is_number=True),
        )
        rows = tuple(
            TableRow((_border(each.border, lang), number(each.mechanisms, lang), number(each.active, lang)))
            for each in answers
        )
        table = Table(say(Message("Who answers on which border"), lang), "", columns, rows)
        high = table_height(canvas, table, box.width)
        top, rest = box.rows(high, 0, gap=16)
        blocks.append((top, table))
    listed = Bullets(say(Message("Gaps"), lang), tuple(_gap_sentences(zone_id, lang)))
    blocks.append((rest, fitting(canvas, listed, rest.width, rest.height)))
    return tuple(blocks)


def _gap_sentences(zone_id: str, lang: Language) -> Iterator[str]:
    together: dict[str, list[str]] = {}
    for economy, border in answers_on_borders.unanswered(zone_id):
        together.setdefault(economy, []).append(_border(border, lang))
    for economy, borders in together.items():
        what = ECONOMIES.get(economy) or Message(_commodity(economy))
        yield say(
            Message(
                "{economy}: known here, and named as a theme by no mechanism known to be active: {borders}.",
                economy=what, borders=", ".join(borders),
            ),
            lang,
        )  # fmt: skip
    if not together and answers_on_borders.by_border(zone_id) and answers_on_borders.economies(zone_id):
        yield say(Message("Each economy known here is a theme of a mechanism known to be active on its borders."), lang)
    yield from (say(each, lang) for each in _unknown(zone_id))
    yield say(Message("That no source here names a mechanism is not the same as there being none."), lang)


def _commodity(code: str) -> str:
    return label("commodity", code)


def _unknown(zone_id: str) -> Iterator[Message]:
    """Yield what the tables lack of a zone."""
    if not is_surveyed(zone_id):
        yield Message("Newly mined area was not surveyed here, which is not the same as none.")
    for key, words in (
        ("groups", Message("No source names an armed or criminal group here.")),
        ("sites", Message("No mining site is known here.")),
        ("corridors", Message("No corridor is known to cross it.")),
    ):
        if not listing(key, zone_id, "en").rows:
            yield words


def _border(border: str, lang: Language) -> str:
    first, _, second = border.partition("-")
    return f"{country_name(first, lang)} – {country_name(second, lang)}"


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
    listed = Bullets(say(Message("Caveats"), lang), tuple(filter(None, lines)))
    counted = Message("{n} source is cited in this profile.", "{n} sources are cited in this profile.", n=len(every))
    table = Table(say(Message("Sources by subject"), lang), "", columns, rows)
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
    counted = Counter(told.published_by(each, lang) for each in ids)
    return told.first_named([name for name, _ in counted.most_common()], lang)
