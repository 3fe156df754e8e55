"""The commands of the catalogue: ``python -m geo check``, ``add``, ``list`` and ``remove``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.errors import DataError, GeoError
from geo.ingest.checking import Checked, Layer, check
from geo.ingest.report import Issue, Report, Verdict, sentence
from geo.messages import LANGUAGES, Language, Message, language, number, say
from geo.viewer import MARKINGS

if TYPE_CHECKING:  # the catalogue takes a second to load, and a check does without it
    from geo.payloads import About, Payload

VERDICTS: Final[Mapping[Verdict, Message]] = {
    "accept": Message("accepted"),
    "accept_with_warnings": Message("accepted with warnings"),
    "reject": Message("refused"),
}
SEVERITY: Final = {"error": Message("error"), "warning": Message("warning"), "note": Message("note")}
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


def checked(asked: argparse.Namespace) -> int:
    """Print what a check of a file finds, as text or as JSON; 1 where the file is refused."""
    lang = language(asked.lang)
    with check(Path(asked.file), crs=asked.crs or "", keep=False) as found:
        report = found.report
    if asked.json:
        print(json.dumps(report.to_json(lang), ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(report, lang)))
    return REFUSED if report.verdict == "reject" else DONE


def add(asked: argparse.Namespace) -> int:
    """Check a file and store a layer of it; what the check refuses is refused here, in the same words."""
    from geo import payloads  # noqa: PLC0415 - the catalogue takes a second to load, and a check does without it

    lang = language(asked.lang)
    path = Path(asked.file)
    if not path.is_file():
        raise DataError(Message("There is no file “{path}”. Check the path.", path=str(path)))
    with check(path, crs=asked.crs or "") as found:
        for issue in found.report.issues:
            if found.report.verdict == "reject" or issue.severity != "note":
                print(_line(issue, lang), file=sys.stderr)
        layer = _chosen(found, asked.layer)
        frame = layer.frame.reset_index(drop=True)
        stored = payloads.write(frame, _about(asked, layer))
    print(
        say(
            Message(
                "“{title}” is stored as {key}: {n} features.",
                title=stored.about.title,
                key=stored.key,
                n=stored.features,
            ),
            lang,
        )
    )
    return DONE


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
    from geo.payloads import About  # noqa: PLC0415 - as above

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
    known = layer.suggestion
    if known is None:
        return about
    unsaid = {each.name: getattr(known.about, each.name) for each in fields(About) if not getattr(about, each.name)}
    return replace(about, **unsaid)


def _lines(report: Report, lang: Language) -> list[str]:
    """Return a report as lines to read: the verdict, each layer, each issue."""
    lines = [f"{report.file}: {say(VERDICTS[report.verdict], lang)}"]
    for layer in report.layers:
        told = Message("{n} feature", "{n} features", n=layer.features)
        lines.append(f"  {layer.name}: {say(told, lang)}, {' + '.join(layer.geometry_types)}, {layer.crs or '–'}")
    return lines + [_line(issue, lang) for issue in report.issues]


def _line(issue: Issue, lang: Language) -> str:
    """Return an issue as a line: severity, code, where, what was found and expected, what to do."""
    where = issue.layer
    if issue.feature is not None:
        where = f"{where} {say(Message('record {n}', n=issue.feature), lang)}".strip()
    head = f"  {say(SEVERITY[issue.severity], lang)} {issue.code}" + (f" ({where})" if where else "")
    line = f"{head}: {sentence(issue, lang)} {say(issue.fix, lang)}"
    # What a file holds may be quoted in it, and a terminal obeys control signs.
    return "".join(sign if sign.isprintable() else " " for sign in line)


def listed(asked: argparse.Namespace) -> int:
    """List the stored layers."""
    from geo import payloads  # noqa: PLC0415 - as above

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
    from geo import payloads  # noqa: PLC0415 - as above

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
    checking = commands.add_parser("check", help="say what is in a file, what is wrong with it and how to mend it")
    checking.set_defaults(run=checked)
    checking.add_argument("file", metavar="FILE", help="a file of any format that is read")
    checking.add_argument("--json", action="store_true", help="as JSON")
    adding = commands.add_parser("add", help="store a layer, to be shown on the map under “Yours”")
    adding.set_defaults(run=add)
    adding.add_argument(
        "file",
        metavar="FILE",
        help="GeoJSON, GeoPackage, zipped Shapefile, KML, GPX, CSV, XLSX, GeoParquet, FlatGeobuf or TopoJSON",
    )
    adding.add_argument("--layer", default="", metavar="NAME", help="which layer, where the file has several")
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
    for each in (checking, adding):
        each.add_argument("--crs", type=_crs, help="the CRS, where the file does not say it: EPSG:3116")
    for each in (checking, adding, listing, removing):
        each.add_argument("--lang", default="en", choices=LANGUAGES, help="language of what is said")
    return parser


def _crs(text: str) -> str:
    """Return a CRS that PROJ knows; argparse says it where it is none."""
    from pyproj import CRS  # noqa: PLC0415 - only where a CRS is given
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        CRS.from_user_input(text)
    except CRSError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no CRS; write it as EPSG:3116") from error
    return text


if __name__ == "__main__":
    sys.exit(main())
