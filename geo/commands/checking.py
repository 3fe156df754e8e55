"""``python -m geo check``: what is in a file, what is wrong with it and how to mend it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from geo.commands.asking import crs
from geo.commands.telling import DONE, REFUSED, lines
from geo.ingest.checking import check
from geo.messages import language


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Add the command; return the parsers that speak a language."""
    parser = commands.add_parser("check", help="say what is in a file, what is wrong with it and how to mend it")
    parser.set_defaults(run=checked)
    parser.add_argument("file", metavar="FILE", help="a file of any format that is read")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--crs", type=crs, help="the CRS, where the file does not say it: EPSG:3116")
    return [parser]


def checked(asked: argparse.Namespace) -> int:
    """Print what a check of a file finds, as text or as JSON; 1 where the file is refused."""
    lang = language(asked.lang)
    with check(Path(asked.file), crs=asked.crs or "", keep=False) as found:
        report = found.report
    if asked.json:
        print(json.dumps(report.to_json(lang), ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines(report, lang)))
    return REFUSED if report.verdict == "reject" else DONE
