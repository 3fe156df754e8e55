"""``python -m geo add``, ``list`` and ``remove``: what a person does with layers on a page, for a script.

The catalogue takes a second to load, so it is loaded by the command that needs it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from geo.commands.asking import crs, marking_argument
from geo.commands.telling import DONE, line, printed
from geo.errors import DataError, UnknownError
from geo.ingest import telling
from geo.ingest.checking import Checked, Layer, check
from geo.messages import Message, language, number, say
from geo.viewer import LOCAL

if TYPE_CHECKING:
    from geo.about import About
    from geo.library import shelf


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Add the commands; return the parsers that speak a language."""
    return [_adding(commands), _listing(commands), _removing(commands)]


def _adding(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("add", help="store a layer, to be shown on the map under “Yours”")
    parser.set_defaults(run=add)
    parser.add_argument(
        "file",
        metavar="FILE",
        help="GeoJSON, GeoPackage, zipped Shapefile, KML, GPX, CSV, XLSX, GeoParquet, FlatGeobuf or TopoJSON",
    )
    parser.add_argument("--layer", default="", metavar="NAME", help="which layer, where the file has several")
    parser.add_argument("--title", required=True, help="what the layer is called")
    parser.add_argument("--source", required=True, help="who says so: the title of the source as it asks to be cited")
    parser.add_argument("--description", default="", help="what it shows, in a sentence or two")
    parser.add_argument("--publisher", default="", help="who published the source")
    parser.add_argument("--url", default="", help="where the source is")
    parser.add_argument("--licence", default="", help="what may be done with it")
    parser.add_argument("--as-of", default="", help="the year or day that the layer describes")
    marking_argument(parser, "who may see it")
    parser.add_argument("--precision-km", type=float, help="how far a place may lie from where it is drawn")
    parser.add_argument("--reliability", default="", choices=("", *"ABCDEF"), help="of the source, Admiralty scale")
    parser.add_argument("--name", default="", metavar="COLUMN", help="the column with a feature's name")
    parser.add_argument("--category", default="", metavar="COLUMN", help="the column that gives its colour")
    parser.add_argument("--year", default="", metavar="COLUMN", help="the column with its year, date or period")
    parser.add_argument("--value", default="", metavar="COLUMN", help="the column that says how much there is of it")
    parser.add_argument("--private", action="store_true", help="for the owner alone")
    parser.add_argument("--to", default="", metavar="KEY", help="as a new version of this layer")
    parser.add_argument("--note", default="", help="why there is a new version")
    parser.add_argument("--crs", type=crs, help="the CRS, where the file does not say it: EPSG:3116")
    return parser


def _listing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("list", help="list the stored layers")
    parser.set_defaults(run=listed)
    parser.add_argument("--archived", action="store_true", help="those that were put away, too")
    parser.add_argument("--json", action="store_true", help="as JSON")
    return parser


def _removing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("remove", help="delete a stored layer with all its versions, for good")
    parser.set_defaults(run=remove)
    parser.add_argument("layer", metavar="KEY", help="the layer's key, as “list” shows it")
    return parser


def add(asked: argparse.Namespace) -> int:
    """Check a file and store a layer of it; what the check refuses is refused here, in the same words."""
    from geo import payloads  # noqa: PLC0415 - see above
    from geo.library import shelf  # noqa: PLC0415

    lang = language(asked.lang)
    path = Path(asked.file)
    if not path.is_file():
        raise DataError(Message("There is no file “{path}”. Check the path.", path=str(path)))
    expected = shelf.layer(asked.to, LOCAL).current.number if asked.to else 0
    with check(path, crs=asked.crs or "") as found:
        for issue in found.report.issues:
            if found.report.verdict == "reject" or issue.severity != "note":
                print(line(issue, lang), file=sys.stderr)
        layer = _chosen(found, asked.layer)
        about = _about(asked, layer).checked()
        brought = shelf.Brought(
            about=about,
            origin=_origin(path),
            report=telling.packed(found.report, layer.repairs),
            note=asked.note,
        )
        payload = payloads.write(layer.frame.reset_index(drop=True), about.roles)
    if asked.to:
        kept = shelf.add_version(asked.to, payload, brought, viewer=LOCAL, expected=expected)
    else:
        visibility: shelf.Visibility = "private" if asked.private else "shared"
        kept = shelf.add(payload, brought, viewer=LOCAL, visibility=visibility)
    told = Message(
        "“{title}” is stored as {key}: {n} features.", title=kept.title, key=kept.key, n=kept.current.features
    )
    print(printed(say(told, lang)))
    return DONE


def _origin(path: Path) -> shelf.Origin:
    from geo.library import shelf  # noqa: PLC0415 - see above

    with path.open("rb") as file:
        return shelf.Origin(path.name, hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _chosen(found: Checked, name: str) -> Layer:
    """Return the layer that is meant: the only one, or the one of that name."""
    names = ", ".join(f"“{layer.name}”" for layer in found.layers)
    if not found.layers:
        raise DataError(
            Message(
                "“{path}” cannot be read as a layer of features. Export it as GeoJSON or GeoPackage.",
                path=found.report.file,
            )
        )
    chosen = [layer for layer in found.layers if layer.name == name] if name else list(found.layers)
    if len(chosen) == 1:
        return chosen[0]
    if name:
        raise DataError(Message("The file has no layer “{name}”. It has: {names}.", name=name, names=names))
    raise DataError(Message("The file has several layers: {names}. Name one with --layer.", names=names))


def _about(asked: argparse.Namespace, layer: Layer) -> About:
    """Return what the person said of a layer, and what is known of its set where they said nothing."""
    from geo.about import About  # noqa: PLC0415 - see above

    said = {each.name: getattr(asked, each.name) for each in fields(About) if hasattr(asked, each.name)}
    about = About(**said, marking=asked.tlp)
    known = layer.suggestion
    if known is None:
        return about
    unsaid = {each.name: getattr(known.about, each.name) for each in fields(About) if not getattr(about, each.name)}
    return replace(about, **unsaid)


def listed(asked: argparse.Namespace) -> int:
    """List the stored layers."""
    from geo.library import shelf  # noqa: PLC0415 - see above

    lang = language(asked.lang)
    found = shelf.layers(LOCAL, archived=None if asked.archived else False)
    if asked.json:
        print(json.dumps([_facts(each) for each in found], ensure_ascii=False, indent=1))
        return DONE
    for each in found:
        features = number(each.current.features, lang)
        print(printed(f"{each.key}  {features:>12}  {each.about.marking}  {each.title}"))
    if not found:
        print(say(Message("No layer is stored yet. “python -m geo add FILE” brings one in."), lang))
    return DONE


def _facts(layer: shelf.Layer) -> dict[str, object]:
    return {
        "key": layer.key,
        "title": layer.title,
        "features": layer.current.features,
        "marking": layer.about.marking,
        "version": layer.current.number,
        "owner": layer.owner,
        "visibility": layer.visibility,
        "archived": layer.archived is not None,
        "content": layer.current.content,
    }


def remove(asked: argparse.Namespace) -> int:
    """Delete a stored layer by its key."""
    from geo.library import shelf  # noqa: PLC0415 - see above

    try:
        gone = shelf.layer(asked.layer, LOCAL)
        shelf.delete(asked.layer, viewer=LOCAL)
    except UnknownError as error:
        raise DataError(
            Message("No stored layer has the key “{key}”. “python -m geo list” shows those there are.", key=asked.layer)
        ) from error
    print(printed(say(Message("“{title}” is deleted.", title=gone.title), language(asked.lang))))
    return DONE
