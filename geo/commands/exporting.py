"""``python -m geo export`` and ``catalogue``: what leaves the catalogue, as files of any format.

The catalogue takes a second to load, so it is loaded by the command that needs it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo.commands.telling import DONE, printed
from geo.messages import Message, language, say

FORMATS = ("gpkg", "geojson", "kml", "csv", "parquet", "shp")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Add the commands; return the parsers that speak a language."""
    return [_exporting(commands), _describing(commands)]


def _exporting(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("export", help="write a layer to a file, with what is said of it")
    parser.set_defaults(run=exported)
    parser.add_argument(
        "layer", metavar="LAYER", help="the layer's key, as “list” shows it, or that of a shipped layer"
    )
    parser.add_argument(
        "--out", required=True, metavar="FILE", help=".gpkg, .geojson, .kml, .csv, .parquet, or .zip for a Shapefile"
    )
    parser.add_argument("--version", type=int, metavar="N", help="which version (default: the present one)")
    parser.add_argument("--format", default="", choices=FORMATS, help="by default what the ending of the file says")
    return parser


def _describing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("catalogue", help="write the catalogue as STAC and DCAT")
    parser.set_defaults(run=described)
    parser.add_argument("--out", required=True, metavar="FOLDER", help="new, empty, or what this command wrote before")
    parser.add_argument("--data", action="store_true", help="each layer beside its description, as GeoParquet")
    return parser


def exported(asked: argparse.Namespace) -> int:
    """Write a layer to a file."""
    from geo.library import copies, exports  # noqa: PLC0415 - see above

    lang, path = language(asked.lang), Path(asked.out)
    chosen = exports.format_of(path, asked.format)
    leaving = copies.export(asked.layer, number=asked.version, lang=lang)
    exports.write(leaving, path, format=chosen, lang=lang)
    told = Message(
        "{n} feature of “{title}” is in {path}.",
        "{n} features of “{title}” are in {path}.",
        n=leaving.stream.rows,
        title=leaving.said.title,
        path=str(path),
    )
    print(printed(say(told, lang)))
    return DONE


def described(asked: argparse.Namespace) -> int:
    """Write the catalogue's metadata to a folder."""
    from geo.library import metadata  # noqa: PLC0415 - see above

    lang, folder = language(asked.lang), Path(asked.out)
    written = metadata.write(folder, lang=lang, with_data=asked.data)
    told = Message(
        "{n} layer is described in {path}.", "{n} layers are described in {path}.", n=written.layers, path=str(folder)
    )
    print(printed(say(told, lang)))
    if written.left_out:
        lacking = Message(
            "Left out, being private or TLP:RED: {titles}.", titles=", ".join(f"“{each}”" for each in written.left_out)
        )
        print(printed(say(lacking, lang)), file=sys.stderr)
    return DONE
