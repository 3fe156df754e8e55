"""What is known of a zone, and how well, in a few lines of a printed page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo import actors, cooperation, trends, zones
from geo.headlines import headlines
from geo.messages import Language, Message, say
from geo.names import name_of
from geo.terms import label
from layers import profile
from layers.printed.fitting import wrapped
from layers.printed.fonts import SEMIBOLD
from layers.printed.lettering import LEADING, lines
from layers.profile_lists import listing
from layers.tokens import ACCENT, INK

HEADING: Final = Message("What is known, and how well")
HEADING_PX: Final = 14.0
TEXT_PX: Final = 12.0
INDENT_PX: Final = 11.0
GAP_PX: Final = 4.0  # between two points
LEAST: Final = 0.84  # how far the type shrinks before points are left out
NAMED: Final = 3
HOLDING: Final = ("dominant", "contested")
AT_WORK: Final = ("active", "in force")  # how the status of a mechanism begins that is
STATUS: Final = 2  # the cell of a mechanism's row that says how it stands


def bullets(zone_id: str, lang: Language) -> tuple[str, ...]:
    """Return what is known of a zone and how well, the most telling first, one sentence each.

    Raises
    ------
    UnknownError
        If there is no such zone.
    """
    return tuple(_told(zone_id, lang))


def draw(figure: Figure, zone_id: str, lang: Language, *, box: Bbox, px: float) -> Bbox:
    """Write what is known of a zone from the top of a box on, as much as there is room for; return what it takes up."""
    top = lines(
        figure, [say(HEADING, lang)], (box.x0, box.y1), HEADING_PX * px, weight=SEMIBOLD, colour=INK, gid="known"
    )
    top -= GAP_PX * px
    size, rows = _fitted(bullets(zone_id, lang), box, top, px)
    for order, each in enumerate(rows):
        lines(figure, ["•"], (box.x0, top), size, colour=ACCENT)
        top = lines(figure, each, (box.x0 + INDENT_PX * px, top), size, colour=INK, gid=f"known-{order + 1}")
        top -= GAP_PX * px
    return Bbox.from_extents(box.x0, max(top, box.y0), box.x1, box.y1)


def _fitted(told: tuple[str, ...], box: Bbox, top: float, px: float) -> tuple[float, list[list[str]]]:
    """Return the size of the type and the rows of each point; the last points are left out where room ends."""
    room = top - box.y0
    for share in (1.0, 0.92, LEAST):
        size = TEXT_PX * share * px
        rows = [wrapped(each, box.width - INDENT_PX * px, size) for each in told]
        if sum(len(each) * LEADING * size + GAP_PX * px for each in rows) <= room:
            return size, rows
    kept: list[list[str]] = []
    for each in rows:
        room -= len(each) * LEADING * size + GAP_PX * px
        if room < 0:
            break
        kept.append(each)
    return size, kept


def _told(zone_id: str, lang: Language) -> Iterator[str]:
    """Give what is known, who holds the ground, what answers, then how sure all that is."""
    found = zones.zone(zone_id)
    yield f"{say(found['why'], lang).rstrip('.')}."
    yield from _groups(zone_id, lang)
    yield _cooperation(zone_id, lang)
    told: list[Message] = []
    sites = zones.sites_in(zone_id)
    if len(sites):
        high = int((sites["confidence"] == "high").sum())
        none = Message(
            "{n} known mining site, not with high confidence; hollow signs rest on weaker evidence.",
            "{n} known mining sites, none with high confidence; hollow signs rest on weaker evidence.",
            n=len(sites),
        )
        some = Message(
            "{n} known mining site, {high} with high confidence; hollow signs rest on weaker evidence.",
            "{n} known mining sites, {high} with high confidence; hollow signs rest on weaker evidence.",
            n=len(sites), high=high,
        )  # fmt: skip
        told.append(some if high else none)
    if len(zones.corridors_through(zone_id)):
        told.append(Message("Corridor lines are schematic, from town to town; they are not tracks."))
    told.append(
        Message("Outline of the zone: for analysis, good to tens of kilometres. {evidence}.",
                evidence=profile.evidence(zone_id, lang))
    )  # fmt: skip
    first = next(iter(headlines(zone_id)), None)
    if first is not None:
        told.extend(Message("Chart: {caveat}", caveat=each) for each in trends.caveats(first)[:1])
    for each in told:
        yield say(each, lang)


def _groups(zone_id: str, lang: Language) -> Iterator[str]:
    """Give who holds the ground and who fights over it, else who else is named, each with how sure that is."""
    here = actors.presence(zone_id)
    here = here[here["until"] == ""]
    held = [role for role in actors.ROLES if (here["role"] == role).any()]
    if not held:
        yield listing("groups", zone_id, lang).empty
    for role in [each for each in held if each in HOLDING] or held[:1]:
        rows = here[here["role"] == role]
        shown = rows.head(NAMED)
        # Groups that are as well known as each other share one grade.
        graded = [
            f"{', '.join(name_of(actor, lang) for actor in same['actor_id'])}"
            + (f" ({say(label('confidence', grade), lang).lower()})" if grade else "")
            for grade, same in shown.groupby("confidence", sort=False)
        ]
        names = "; ".join(graded)
        if len(rows) > NAMED:
            more = len(rows) - NAMED
            names = say(Message("{shown} and {n} more", "{shown} and {n} more", shown=names, n=more), lang)
        yield say(Message("{role}: {names}.", role=Message(label("role", role)), names=names), lang)


def _cooperation(zone_id: str, lang: Language) -> str:
    """Return the mechanism nearest to the zone with how it stands, and how many there are."""
    found = listing("mechanisms", zone_id, lang)
    if not found.rows:
        return found.empty
    # The rows are the nearest first; one that is at work says more than one that ended.
    raw = cooperation.on_borders(zones.borders_of(zone_id).index).set_index("mechanism_id")["status"]
    at_work = [row for row in found.rows if raw.get(row.record, "").startswith(AT_WORK)]
    first = (at_work or found.rows)[0]
    status = first.cells[STATUS].partition(";")[0]
    words = Message(
        "Cooperation: {name}, {status}; {n} mechanism names its borders.",
        "Cooperation: {name}, {status}; {n} mechanisms name its borders.",
        name=first.name, status=status, n=len(found.rows),
    )  # fmt: skip
    return say(words, lang)
