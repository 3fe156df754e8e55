"""What every program of ours does with its commands: run one, and turn what went wrong into a sentence and a number."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from io import TextIOWrapper
from typing import Final, Protocol

from geo.commands.telling import REFUSED, printed
from geo.errors import GeoError
from geo.messages import LANGUAGES, Language, Message, language, say

ENDS: Final = "Ends with 0 when done, 1 when refused (standard error says why), 2 when called wrongly."
STOPPED: Final = 130  # what shells say of a program that somebody stopped by its keys
PIPE_CLOSED: Final = 141  # what shells say of a program whose reader went away before it knew its verdict


class Family(Protocol):
    """A module of commands."""

    def register(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
        """Add the commands; return the parsers that speak a language."""


def parser(
    program: str,
    description: str,
    families: Iterable[Family],
    examples: Mapping[str, str],
    *,
    lang: Language | None = "en",
) -> argparse.ArgumentParser:
    """Return what understands the commands of some families.

    Parameters
    ----------
    program : str
        What is typed before the command.
    description : str
        What the commands are for.
    families : iterable of Family
        The modules of commands. What a command does is told by its function's docstring.
    examples : mapping
        What may be typed after each command, by its name.
    lang : Language, optional
        Spoken where none is asked for.
    """
    made = argparse.ArgumentParser(prog=program, description=description, epilog=ENDS)
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for family in families:
        for command in family.register(commands):
            command.add_argument("--lang", default=lang, choices=LANGUAGES, help="language of what is said")
    for name, command in commands.choices.items():
        command.description = (command.get_default("run").__doc__ or "").partition("\n")[0]
        command.epilog = f"For example: {program} {name} {examples[name]}".rstrip()
    return made


def run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused with a sentence on standard error, 2 for a wrong call."""
    _speak_anywhere(sys.argv[1:] if arguments is None else arguments)
    asked = parser.parse_args(arguments)
    done = PIPE_CLOSED
    try:
        done = asked.run(asked)
        sys.stdout.flush()
    except GeoError as error:
        print(printed(say(error.message, language(asked.lang))), file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print(say(Message("Stopped."), language(asked.lang)), file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        # Who reads has seen enough, as “| head” does. What is left to write goes nowhere, also at the end of Python.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return done


def _speak_anywhere(arguments: Sequence[str]) -> None:
    """Let a terminal that knows fewer letters than we show a “?” for them; JSON is UTF-8 wherever it goes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    if "--json" in arguments and isinstance(sys.stdout, TextIOWrapper):
        # Half a letter, as in a file's name that is no UTF-8, becomes the escape that JSON has for it.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
