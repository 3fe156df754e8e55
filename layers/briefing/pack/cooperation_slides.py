"""What answers on the borders of a zone on slides: the mechanisms, and what is known there that meets none of them.

Of a zone inside one country, where no border agreement speaks of it, why that is and what its country is party to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from geo import answers_on_borders, zones
from geo.messages import Language, Message, number, say
from geo.names import country_name
from geo.sources import sources_of
from layers import profile
from layers.briefing import told
from layers.briefing.pack.contents import Asked, foot_of, in_full, publishers, section_title
from layers.briefing.pack.list_slides import cut_to, row_notes, table_of, with_grey
from layers.briefing.pack.slides import (
    Block,
    Box,
    Bullets,
    Canvas,
    Column,
    Slide,
    Table,
    TableRow,
    cut,
    fitting,
    holds_words,
    largest,
    table_height,
    widened,
)  # fmt: skip
from layers.profile_lists import Listing, economy, is_surveyed, listing

LEFT: Final = 0.60  # of the width
GAP: Final = 16.0
SIZES: Final = (12.0, 11.5, 11.0, 10.5, 10.0, 9.5)  # of the letters of the mechanisms, by how many there are
SMALLER: Final = (11.0, 10.5, 10.0, 9.5)  # of those that stand below them
ON_TWO: Final = (
    (10.5, True),
    (10.0, True),
    (10.0, False),
    (9.5, False),
)  # size; whether rows say more of themselves
BESIDE_PT: Final = 110.0  # at least of what is left of a column, for a second list
GAPS_PT: Final = 13.0  # of the letters of the gaps, where there is room


def cooperation(asked: Asked, zone_id: str, words: told.Told) -> Iterator[Slide]:
    """Yield the slide of the mechanisms and gaps of a zone, and a second one where there are many mechanisms."""
    lang, canvas = asked.lang, asked.canvas
    is_inland = zones.borders_of(zone_id).empty
    on_borders, others = (listing(key, zone_id, lang) for key in ("mechanisms", "instruments"))
    found = others if is_inland else on_borders
    left, right = canvas.area.columns(canvas.area.width * LEFT, 0, gap=24)
    first, rest = _shared_out(canvas, found, left)
    blocks: list[tuple[Box, Block]] = []
    lists = [found]
    if is_inland:
        heading = Message("Mechanisms of {country} that speak of what is known here", country=_country(zone_id, lang))
        first = replace(first, title=say(heading, lang))
    above, below = left.rows(min(table_height(canvas, first, left.width), left.height - GAP), 0, gap=GAP)
    is_short = bool(first.rows) and not rest and below.height >= BESIDE_PT
    has_more = is_short and not is_inland and bool(others.rows)
    blocks += cut_to(asked, first, above if has_more else left)
    if has_more:
        second = table_of(others, first.size, has_about=False)
        blocks += cut_to(asked, largest(canvas, second, below.width, below.height, SMALLER), below)
        lists.append(others)
    ids = [] if is_inland else list(profile.cited(zone_id).get("mechanisms", ()))
    if others in lists:
        cells = answers_on_borders.beyond_borders(zone_id)["source_ids"]
        ids = list(dict.fromkeys([*ids, *(each.source_id for each in sources_of(cells))]))
    slide = Slide(
        title=section_title(zone_id, Message("cooperation and gaps"), lang),
        subtitle=with_grey(found.about, lists, lang),
        foot=foot_of(words, sources=publishers(ids, lang) or "–"),
        blocks=(*blocks, *_gaps(asked, zone_id, right)),
        notes=(
            *(note for one in lists for note in row_notes(one)),
            *in_full((told.in_full(each, lang) for each in sources_of(ids)), lang),
        ),
    )
    yield slide
    if rest:
        title = say(Message("{title} (continued)", title=slide.title), lang)
        continued = replace(first, rows=rest)
        yield replace(slide, title=title, blocks=tuple(cut_to(asked, continued, canvas.area)), notes=())


def _shared_out(canvas: Canvas, found: Listing, box: Box) -> tuple[Table, tuple[TableRow, ...]]:
    """Return the table of the first slide, in the largest letters that hold it, and the rows of a second one.

    Where the first has no room for all, rows keep the lines about them if both slides together have room for those.
    """
    for size, has_about in (*((size, True) for size in SIZES), *((size, False) for size in SIZES)):
        table = widened(canvas, table_of(found, size, has_about=has_about), box.width)
        if table_height(canvas, table, box.width) <= box.height and holds_words(canvas, table, box.width):
            return table, ()
    for size, has_about in ON_TWO:
        table = widened(canvas, table_of(found, size, has_about=has_about), box.width)
        shown, rest = cut(canvas, table, box.width, box.height)
        whole = replace(shown, rows=rest)
        if table_height(canvas, whole, canvas.area.width) <= canvas.area.height:
            break
    return shown, rest


def _country(zone_id: str, lang: Language) -> str:
    return ", ".join(country_name(each, lang) for each in zones.countries(zone_id))


def _gaps(asked: Asked, zone_id: str, box: Box) -> tuple[tuple[Box, Block], ...]:
    """Return how many mechanisms answer on each border or to each economy, and what is known to meet none of them."""
    canvas, lang = asked.canvas, asked.lang
    answers = answers_on_borders.by_border(zone_id)
    counted = [(_border(each.border, lang), each.mechanisms, each.active) for each in answers]
    title, head = Message("Who answers on which border"), Message("Border")
    if not answers:
        counted = list(_by_economy(zone_id, lang))
        title, head = Message("What speaks of each economy known here"), Message("Economy")
    blocks: list[tuple[Box, Block]] = []
    rest = box
    if counted:
        columns = (
            Column(say(head, lang), 0.56),
            Column(say(Message("Mechanisms"), lang), 0.22, is_number=True),
            Column(say(Message("Known to be active"), lang), 0.22, is_number=True),
        )
        rows = tuple(TableRow((name, number(n, lang), number(active, lang))) for name, n, active in counted)
        table = largest(canvas, Table(say(title, lang), "", columns, rows), box.width, box.height / 2, SIZES)
        top, rest = box.rows(table_height(canvas, table, box.width), 0, gap=GAP)
        blocks.append((top, table))
    listed = Bullets(say(Message("Gaps"), lang), tuple(_gap_sentences(zone_id, lang)), GAPS_PT)
    blocks.append((rest, fitting(canvas, listed, rest.width, rest.height)))
    return tuple(blocks)


def _by_economy(zone_id: str, lang: Language) -> Iterator[tuple[str, int, int]]:
    """Yield each economy known in a zone, how many mechanisms of its countries speak of it, and how many are active."""
    rows = answers_on_borders.beyond_borders(zone_id)
    for each in answers_on_borders.economies(zone_id):
        here = [row["status"] for row in rows.to_dict("records") if each in row["economies"]]
        yield economy(each, lang), len(here), sum(map(answers_on_borders.is_active, here))


def _gap_sentences(zone_id: str, lang: Language) -> Iterator[str]:
    together: dict[str, list[str]] = {}
    for code, border in answers_on_borders.unanswered(zone_id):
        together.setdefault(code, []).append(_border(border, lang))
    for code, borders in together.items():
        yield say(
            Message(
                "{economy}: known here, and named as a theme by no mechanism known to be active: {borders}.",
                economy=economy(code, lang), borders=", ".join(borders),
            ),
            lang,
        )  # fmt: skip
    if not zones.borders_of(zone_id).empty:
        if not together and answers_on_borders.economies(zone_id):
            yield say(
                Message("Each economy known here is a theme of a mechanism known to be active on its borders."), lang
            )
    else:
        yield from _inland(zone_id, lang)
    yield from (say(each, lang) for each in _unknown(zone_id))
    yield say(Message("That no source here names a mechanism is not the same as there being none."), lang)


def _inland(zone_id: str, lang: Language) -> Iterator[str]:
    """Yield why no border agreement speaks of a zone, and what known there no mechanism of its country speaks of."""
    yield say(
        Message(
            "The zone lies inside {country} and reaches no land boundary: agreements on borders do not cover it, and "
            "what its country is party to was made for elsewhere or for the whole country.",
            country=_country(zone_id, lang),
        ),
        lang,
    )  # fmt: skip
    unmet = [name for name, _, active in _by_economy(zone_id, lang) if not active]
    if unmet:
        words = Message("Known here, and a theme of no mechanism of its country that is known to be active: {names}.",
                        names=", ".join(unmet))  # fmt: skip
        yield say(words, lang)


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
