"""``python -m layers changes``: what is new, gone or revised since a release or a day, as a list, a file or a sheet."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.commands.telling import DONE, printed
from geo.errors import DataError
from geo.messages import Language, Message, language, say
from layers.commands import asking

if TYPE_CHECKING:
    from layers.briefing.changes.words import Changes, Row

SHOWN: Final = 10  # of each list on a terminal


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Add the command; return the parsers that speak a language."""
    parser = commands.add_parser("changes", help="tell what is new, gone or revised since a release or a day")
    parser.set_defaults(run=told)
    asking.since_argument(parser, required=True, about="from when on")
    parser.add_argument("--zones", default="", metavar="Z1,Z2", help="only what concerns these zones")
    asking.marking_argument(parser)
    asking.date_argument(parser)
    parser.add_argument("--template", default="slide", metavar="SHEET", help="of a picture or page, as for snapshot")
    asking.master_argument(parser)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--json", action="store_true", help="all of it as JSON on standard output")
    kind.add_argument(
        "--out", metavar="FILE", help=".csv for the list; .png, .svg, .pdf or .pptx for a map with the list"
    )
    return [parser]


def told(asked: argparse.Namespace) -> int:
    """Tell what changed, or write it to a file."""
    from layers.briefing.changes import files as changes_files  # noqa: PLC0415 - the catalogue takes a second to load
    from layers.briefing.changes import words as changes  # noqa: PLC0415 - as above

    lang = language(asked.lang)
    if asked.master is not None and not asked.out:
        raise DataError(changes_files.NO_SLIDES)
    zones = asking.zones_of(asked.zones, lang)
    found = changes.between(asked.since, zones=zones, least=asked.tlp)
    if asked.out:
        _write(asked, found, lang)
    elif asked.json:
        print(json.dumps(changes.to_dict(found, lang), ensure_ascii=False, indent=1))
    else:
        for text in _lines(found, lang):
            print(printed(text))
    asking.warn_left_out(found.left_out, lang)
    return DONE


def _write(asked: argparse.Namespace, found: Changes, lang: Language) -> None:
    from layers.briefing import history  # noqa: PLC0415 - see above
    from layers.briefing.changes import files as changes_files  # noqa: PLC0415 - see above

    path = Path(asked.out)
    order = changes_files.ordered(found, lang, template=asked.template, on=asked.date, ending=path.suffix[1:].lower())
    made = changes_files.write(found, order, path, master=asked.master)
    master = {"master": asked.master.name} if asked.master else {}
    history.remember("changes", {**order.to_dict(), **master}, made.code, made.title, made.marking)
    words = Message("“{title}” is in {path}, marked {marking}; its code is {code}.", title=made.title, path=str(path),
                    marking=made.marking, code=made.code)  # fmt: skip
    print(printed(say(words, lang)))


def _lines(found: Changes, lang: Language) -> Iterable[str]:
    """Return what a terminal shows: the counts, and the first few of each list."""
    from layers.briefing.changes import words as changes  # noqa: PLC0415 - see above

    yield f"{found.marking}  {' · '.join(changes.heading(found, lang))}"
    yield changes.compared(found, lang)
    words = {line.key: line.words for line in changes.summary(found, lang)}
    for key, group in groupby(changes.rows(found, lang), key=lambda row: row.key):
        every = list(group)
        yield f"{every[0].of}: {words[key]}"
        yield from (f"  {_line(row, lang)}" for row in every[:SHOWN])
        if len(every) > SHOWN:
            more = Message("and {n} more; --out with a file that ends in .csv lists all", n=len(every) - SHOWN)
            yield f"  {say(more, lang)}"


def _line(row: Row, lang: Language) -> str:
    from layers.briefing.changes import words as changes  # noqa: PLC0415 - see above

    return f"{say(changes.SAID[row.kind], lang)}: {changes.sentence(row, lang)}"
