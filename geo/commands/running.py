"""What every program of ours does with its commands: run one, and turn what went wrong into a sentence and a number."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from geo.commands.telling import REFUSED
from geo.errors import GeoError
from geo.messages import LANGUAGES, Language, language, say

PIPE_CLOSED: Final = 141  # what shells say of a program whose reader went away before it knew its verdict


class Family(Protocol):
    """A module of commands."""

    def register(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
        """Add the commands; return the parsers that speak a language."""


def parser(
    program: str, description: str | None, families: Iterable[Family], *, lang: Language | None = "en"
) -> argparse.ArgumentParser:
    """Return what understands the commands of some families; ``lang`` is spoken where none is asked for."""
    made = argparse.ArgumentParser(prog=program, description=description)
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for family in families:
        for command in family.register(commands):
            command.add_argument("--lang", default=lang, choices=LANGUAGES, help="language of what is said")
    return made


def run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused with a sentence on standard error, 2 for a wrong call."""
    asked = parser.parse_args(arguments)
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
