"""The commands of the catalogue: ``python -m geo add``, ``list`` and ``remove``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import geopandas as gpd
from pyogrio.errors import DataSourceError

from geo import payloads
from geo.errors import DataError, GeoError
from geo.messages import LANGUAGES, Message, language, number, say
from geo.payloads import About, Payload
from geo.viewer import MARKINGS

DONE: Final = 0
REFUSED: Final = 1  # 2, a command that cannot be understood, is argparse's own


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused with a sentence on standard error, 2 for a wrong call."""
    asked = _parser().parse_args(arguments)
    lang = language(asked.lang)
    try:
        done: int = asked.run(asked)
    except GeoError as error:
        print(say(error.message, lang), file=sys.stderr)
        return REFUSED
    return done


def add(asked: argparse.Namespace) -> int:
    """Store a layer from a file of GeoParquet or any format that GDAL reads as one layer."""
    frame = read(Path(asked.file))
    about = About(
        title=asked.title,
        source=asked.source,
        publisher=asked.publisher,
        url=asked.url,
        licence=asked.licence,
        as_of=asked.as_of,
        marking=asked.tlp,
        precision_km=asked.precision_km,
        name=asked.name,
        category=asked.category,
        year=asked.year,
    )
    stored = payloads.write(frame, about)
    lang = language(asked.lang)
    print(
        say(
            Message(
                "“{title}” is stored as {key}: {n} features.", title=about.title, key=stored.key, n=stored.features
            ),
            lang,
        )
    )
    if stored.without_geometry:
        words = Message(
            "{n} feature without a geometry that can be drawn was left out.",
            "{n} features without a geometry that can be drawn were left out.",
            n=stored.without_geometry,
        )
        print(say(words, lang))
    return DONE


def read(path: Path) -> gpd.GeoDataFrame:
    """Return the features of a file.

    Raises
    ------
    DataError
        If there is no such file, or nothing in it is a layer of features.
    """
    if not path.is_file():
        raise DataError(Message("There is no file “{path}”. Check the path.", path=str(path)))
    unread = Message(
        "“{path}” cannot be read as a layer of features. Export it as GeoJSON or GeoPackage.", path=path.name
    )
    try:
        frame = gpd.read_parquet(path) if path.suffix.lower() in {".parquet", ".geoparquet"} else gpd.read_file(path)
    except (DataSourceError, ValueError, OSError) as error:
        raise DataError(unread) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise DataError(unread)
    return frame


def listed(asked: argparse.Namespace) -> int:
    """List the stored layers."""
    found = payloads.stored().values()
    if asked.json:
        print(json.dumps([_facts(each) for each in found], ensure_ascii=False, indent=1))
        return DONE
    for each in found:
        print(
            f"{each.key}  {number(each.features, language(asked.lang)):>12}  {each.about.marking}  {each.about.title}"
        )
    if not found:
        print(say(Message("No layer is stored yet. “python -m geo add FILE” brings one in."), language(asked.lang)))
    return DONE


def remove(asked: argparse.Namespace) -> int:
    """Delete a stored layer by its key."""
    found = next((each for each in payloads.stored().values() if each.key == asked.layer), None)
    if found is None:
        raise DataError(
            Message("No stored layer has the key “{key}”. “python -m geo list” shows those there are.", key=asked.layer)
        )
    payloads.remove(found.content)
    return DONE


def _facts(stored: Payload) -> dict[str, object]:
    return {
        "key": stored.key,
        "title": stored.about.title,
        "features": stored.features,
        "marking": stored.about.marking,
        "content": stored.content,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m geo", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    adding = commands.add_parser("add", help="store a layer, to be shown on the map under “Yours”")
    adding.set_defaults(run=add)
    adding.add_argument(
        "file", metavar="FILE", help="GeoParquet, GeoJSON, GeoPackage or another format that GDAL reads"
    )
    adding.add_argument("--title", required=True, help="what the layer is called")
    adding.add_argument("--source", required=True, help="who says so: the title of the source as it asks to be cited")
    adding.add_argument("--publisher", default="", help="who published the source")
    adding.add_argument("--url", default="", help="where the source is")
    adding.add_argument("--licence", default="", help="what may be done with it")
    adding.add_argument("--as-of", default="", help="the year or day that the layer describes")
    adding.add_argument("--tlp", default=MARKINGS[0], choices=MARKINGS, help="who may see it (default: %(default)s)")
    adding.add_argument("--precision-km", type=float, help="how far a place may lie from where it is drawn")
    adding.add_argument("--name", default="", metavar="COLUMN", help="the column with a feature's name")
    adding.add_argument("--category", default="", metavar="COLUMN", help="the column that gives its colour")
    adding.add_argument("--year", default="", metavar="COLUMN", help="the column with its year, date or period")
    listing = commands.add_parser("list", help="list the stored layers")
    listing.set_defaults(run=listed)
    listing.add_argument("--json", action="store_true", help="as JSON")
    removing = commands.add_parser("remove", help="delete a stored layer")
    removing.set_defaults(run=remove)
    removing.add_argument("layer", metavar="KEY", help="the layer's key, as “list” shows it")
    for each in (adding, listing, removing):
        each.add_argument("--lang", default="en", choices=LANGUAGES, help="language of what is said")
    return parser


if __name__ == "__main__":
    sys.exit(main())
