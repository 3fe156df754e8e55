"""What the commands are asked in the same words: a view, a marking, a date. And what they say of what they left out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from geo.commands import asking
from geo.commands.telling import printed
from geo.errors import UnknownError
from geo.messages import Language, Message, language, say
from geo.viewer import LOCAL, Viewer
from layers.view import ViewState


def view_arguments(command: argparse.ArgumentParser) -> None:
    """Add what says which view is meant."""
    command.add_argument(
        "--view", default="", metavar="QUERY", help="a link of the app, its query, or a code of an export as ?v=CODE"
    )
    command.add_argument("--zone", default="", metavar="ZONE", help="the zone that is shown, by its id")


def marking_argument(command: argparse.ArgumentParser) -> None:
    """Add what raises the marking."""
    asking.marking_argument(command, "at least this marking; what the layers carry is never lowered")


def master_argument(command: argparse.ArgumentParser) -> None:
    """Add the template that slides are made with."""
    command.add_argument(
        "--master", type=Path, metavar="FILE",
        help="an organisation’s own template for slides, .pptx or .potx: its logo, typeface, layouts",
    )  # fmt: skip


def since_argument(command: argparse.ArgumentParser, *, required: bool, about: str) -> None:
    """Add from when on changes are told."""
    command.add_argument(
        "--since", required=required, default="", metavar="WHEN",
        help=f"{about}: a release such as 0.2.0, or a day such as 2026-10-01",
    )  # fmt: skip


def zones_of(text: str, lang: Language) -> tuple[str, ...]:
    """Return the zones that a list with commas names, each once; “all” stands for all of them, in their usual order.

    Raises
    ------
    UnknownError
        If there is no such zone.
    """
    from layers import profile  # noqa: PLC0415 - the catalogue takes a second to load

    every = profile.order(lang)
    wanted = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if "all" in wanted:
        return tuple(every)
    for each in wanted:
        if each not in every:
            raise _no_zone(each, every)
    return wanted


def _no_zone(asked: str, every: Iterable[str]) -> UnknownError:
    names = ", ".join(sorted(every))
    return UnknownError(Message("There is no zone “{zone}”. Use one of {names}.", zone=asked[:40], names=names))


def date_argument(command: argparse.ArgumentParser) -> None:
    """Add what dates the sheet."""
    command.add_argument("--date", type=_date, metavar="YYYY-MM-DD", help="the date on it")


def view_of(asked: argparse.Namespace, *, viewer: Viewer = LOCAL) -> ViewState:
    """Return the view that is meant, in the language asked for; say on standard error what of it is not known.

    Raises
    ------
    UnknownError
        If there is no such zone or code.
    """
    from layers.briefing import history  # noqa: PLC0415 - the catalogue takes a second to load
    from layers.known import known  # noqa: PLC0415 - as above

    text = asked.view.strip()
    query = dict(parse_qsl(urlsplit(text).query if "?" in text else text))
    if code := query.pop("v", ""):
        opened = history.opened(code, viewer)
        query = {**opened.query, **query}
        if opened.note is not None:
            warn([say(opened.note, language(asked.lang))])
    view, problems = ViewState.from_query(query, known(viewer))
    if asked.zone:
        if asked.zone not in (zones := known(viewer).zones):
            raise _no_zone(asked.zone, zones)
        view = view.but(zone=asked.zone)
    if asked.lang:
        view = view.but(lang=asked.lang)
    warn(say(each, view.lang) for each in problems)
    return view


def warn(sentences: Iterable[str]) -> None:
    """Say something on standard error."""
    for each in sentences:
        print(printed(each), file=sys.stderr)


def warn_left_out(titles: Iterable[str], lang: Language) -> None:
    """Say which layers may not leave."""
    warn(say(Message("Left out, as it is marked TLP:RED: {title}.", title=each), lang) for each in titles)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-30") from None
