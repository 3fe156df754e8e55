"""``python -m layers html`` and ``data``: a view as one file that opens anywhere, and what is on it as data."""

from __future__ import annotations

import argparse
from pathlib import Path

from geo.commands.telling import DONE, printed
from geo.errors import DataError
from geo.messages import Message, say
from layers.commands import asking


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Add the commands; return the parsers that speak a language."""
    page = commands.add_parser("html", help="write a view as a map in one file, for any browser and no network")
    page.set_defaults(run=paged)
    _common(page, ".html")
    page.add_argument("--subtitle", default="", help="instead of the one that the view suggests")
    asking.date_argument(page)
    data = commands.add_parser("data", help="write what is on the map of a view as data")
    data.set_defaults(run=written)
    _common(data, ".gpkg, .geojson, .kml, .csv for one layer, or .zip with a CSV for each")
    return [page, data]


def _common(parser: argparse.ArgumentParser, endings: str) -> None:
    asking.view_arguments(parser)
    parser.add_argument("--title", default="", help="instead of the one that the view suggests")
    asking.marking_argument(parser)
    parser.add_argument("--out", required=True, metavar="FILE", help=endings)


def paged(asked: argparse.Namespace) -> int:
    """Write a view as a map in one file."""
    from geo.library import exports  # noqa: PLC0415 - the catalogue takes a second to load
    from layers.briefing import history  # noqa: PLC0415 - as above
    from layers.briefing.one_file import page  # noqa: PLC0415 - as above
    from layers.briefing.snapshot import Snapshot  # noqa: PLC0415 - as above
    from layers.briefing.told import told  # noqa: PLC0415 - as above

    path = Path(asked.out)
    if path.suffix.lower() not in {".html", ".htm"}:
        raise DataError(Message("“{name}” is no name for a map in one file. End it with .html.", name=path.name))
    view = asking.view_of(asked)
    snapshot = Snapshot(view=view, title=asked.title, subtitle=asked.subtitle, marking=asked.tlp, on=asked.date)
    content = page.html(snapshot)
    with exports.placed(path, "html") as made:
        made.write_bytes(content)
    words = told(snapshot, page.WORLDWIDE)
    asking.warn_left_out(words.left_out, view.lang)
    asks = {**snapshot.to_dict(), "format": "html"}
    history.remember("html", asks, words.code, words.title, words.marking)
    done = Message(
        "“{title}” is in {path}, marked {marking}; its code is {code}.",
        title=words.title, path=str(path), marking=words.marking, code=words.code,
    )  # fmt: skip
    print(printed(say(done, view.lang)))
    return DONE


def written(asked: argparse.Namespace) -> int:
    """Write what is on the map of a view as data."""
    from layers.briefing import history  # noqa: PLC0415 - the catalogue takes a second to load
    from layers.briefing.data import writing as data  # noqa: PLC0415 - the catalogue takes a second to load
    from layers.briefing.snapshot import Snapshot  # noqa: PLC0415 - as above
    from layers.briefing.told import leaving  # noqa: PLC0415 - as above

    path = Path(asked.out)
    view = asking.view_of(asked)
    snapshot = Snapshot(view=view, title=asked.title, marking=asked.tlp)
    left_out = [say(spec.title, view.lang) for spec in leaving(view, asked=asked.tlp).left_out]
    asking.warn_left_out(left_out, view.lang)
    data.write_data(snapshot, path)
    found = data.taken(snapshot)
    asks = {**snapshot.to_dict(), "format": path.suffix.lower().lstrip(".")}
    history.remember("data", asks, found.code, found.title, found.marking)
    done = Message(
        "{n} layer of “{title}” is in {path}, marked {marking}; its code is {code}.",
        "{n} layers of “{title}” are in {path}, marked {marking}; its code is {code}.",
        n=len(found.layers), title=found.title, path=str(path), marking=found.marking, code=found.code,
    )  # fmt: skip
    print(printed(say(done, view.lang)))
    return DONE
