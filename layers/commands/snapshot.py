"""``python -m layers snapshot``: a view as a picture or a page, with all that must stand on it."""

from __future__ import annotations

import argparse
from pathlib import Path

from geo.commands.telling import DONE, printed
from geo.messages import Message, say
from geo.viewer import LOCAL
from layers.commands import asking


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Add the command; return the parsers that speak a language."""
    parser = commands.add_parser("snapshot", help="write a view as a picture or a page")
    parser.set_defaults(run=snapped)
    asking.view_arguments(parser)
    parser.add_argument(
        "--template", default="slide", metavar="SHEET",
        help="slide, slide-4k, half-slide, a4, letter (both also -landscape), a2, or a size such as 1600x900@144",
    )  # fmt: skip
    parser.add_argument("--title", default="", help="instead of the one that the view suggests")
    parser.add_argument("--subtitle", default="", help="instead of the one that the view suggests")
    asking.marking_argument(parser)
    asking.date_argument(parser)
    parser.add_argument("--out", required=True, metavar="FILE", help=".png, .svg or .pdf")
    return [parser]


def snapped(asked: argparse.Namespace) -> int:
    """Write a view to a file."""
    from layers.briefing import history, picture  # noqa: PLC0415 - the catalogue takes a second to load
    from layers.briefing.snapshot import Snapshot  # noqa: PLC0415 - as above
    from layers.printed.fonts import is_legible  # noqa: PLC0415 - as above

    path = Path(asked.out)
    picture.format_of(path)
    view = asking.view_of(asked)
    snapshot = Snapshot(
        view=view, template=asked.template, title=asked.title, subtitle=asked.subtitle, marking=asked.tlp,
        on=asked.date,
    )  # fmt: skip
    made = picture.compose(snapshot, viewer=LOCAL)
    picture.write(made, path)
    asking.warn_left_out(made.told.left_out, view.lang)
    asking.warn(
        say(Message("No typeface here has the letters of “{text}”: the view’s own words stand in its place. The file’s "
                    "metadata keep it.", text=text), view.lang)
        for text in (asked.title, asked.subtitle) if text.strip() and not is_legible(text)
    )  # fmt: skip
    history.remember("snapshot", snapshot.to_dict(), made.told.code, made.told.title, made.told.marking)
    told = Message(
        "“{title}” is in {path}, marked {marking}; its code is {code}.",
        title=made.told.title, path=str(path), marking=made.told.marking, code=made.told.code,
    )  # fmt: skip
    print(printed(say(told, view.lang)))
    return DONE
