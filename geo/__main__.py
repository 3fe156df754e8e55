"""The commands of geography and catalogue: ``python -m geo check``, ``add``, ``list`` and the others."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Final

from geo.commands import backing_up, checking, exporting, keeping
from geo.commands.telling import REFUSED
from geo.errors import GeoError
from geo.messages import LANGUAGES, language, say

PIPE_CLOSED: Final = 141  # what shells say of a program whose reader went away before it knew its verdict
FAMILIES: Final = (checking, keeping, exporting, backing_up)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused with a sentence on standard error, 2 for a wrong call."""
    asked = _parser().parse_args(arguments)
    done = PIPE_CLOSED
    try:
        done = asked.run(asked)
        sys.stdout.flush()
    except GeoError as error:
        print(say(error.message, language(asked.lang)), file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        # Who reads has seen enough, as “| head” does. What is left to write goes nowhere, also at the end of Python.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return done


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m geo", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for family in FAMILIES:
        for command in family.register(commands):
            command.add_argument("--lang", default="en", choices=LANGUAGES, help="language of what is said")
    return parser


if __name__ == "__main__":
    sys.exit(main())
