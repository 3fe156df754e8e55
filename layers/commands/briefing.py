"""``python -m layers brief``: slides of zones, as PPTX or as PDF."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo.commands.telling import DONE, printed
from geo.messages import Language, Message, say
from geo.viewer import LOCAL
from layers.commands import asking


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Add the command; return the parsers that speak a language."""
    parser = commands.add_parser("brief", help="write slides of zones: maps, charts, tables and their sources")
    parser.set_defaults(run=briefed, zone="")
    parser.add_argument("--zones", required=True, metavar="Z1,Z2", help="the zones by their ids, or “all”")
    parser.add_argument(
        "--view", default="", metavar="QUERY", help="layers and filters of the maps: a link, its query, or ?v=CODE"
    )
    parser.add_argument("--title", default="", help="instead of one that says what is in it")
    asking.since_argument(parser, required=False, about="with slides of what changed in these zones since then")
    asking.master_argument(parser)
    asking.marking_argument(parser)
    asking.date_argument(parser)
    parser.add_argument("--out", required=True, metavar="FILE", help=".pptx or .pdf")
    return [parser]


def briefed(asked: argparse.Namespace) -> int:
    """Write a pack to a file and say on standard error how far it is."""
    from layers.briefing import history  # noqa: PLC0415 - the catalogue takes a second to load
    from layers.briefing.pack.pack import Pack, make  # noqa: PLC0415 - as above
    from layers.briefing.snapshot import Snapshot  # noqa: PLC0415 - as above

    path = Path(asked.out)
    view = asking.view_of(asked)
    lang = view.lang
    zones, since = asking.zones_of(asked.zones, lang), asked.since.strip()
    pack = Pack(
        zones=zones, lang=lang, view=view, marking=asked.tlp, on=asked.date, master=asked.master, title=asked.title,
        since=since,
    )  # fmt: skip
    made = make(pack, path, told=lambda done, of, what: _tell(done, of, what, lang))
    asking.warn_left_out(made.left_out, lang)
    snapshot = Snapshot(view=view, marking=asked.tlp, on=asked.date, title=asked.title)
    more = {**({"master": asked.master.name} if asked.master else {}), **({"since": since} if since else {})}
    order = {**snapshot.to_dict(), "format": path.suffix.lower().removeprefix("."), "zones": list(zones), **more}
    history.remember("pack", order, made.code, made.title, made.marking, viewer=LOCAL)
    told = Message(
        "{n} slide is in {path}, marked {marking}; the code is {code}.",
        "{n} slides are in {path}, marked {marking}; the code is {code}.",
        n=made.slides, path=str(path), marking=made.marking, code=made.code,
    )  # fmt: skip
    print(printed(say(told, lang)))
    return DONE


def _tell(done: int, of: int, what: Message, lang: Language) -> None:
    far = Message("{done} of {of} zones done: {what}", done=done, of=of, what=what)
    print(printed(say(far, lang)), file=sys.stderr)
