"""``python -m geo backup``, ``restore`` and ``sweep``: what keeps the catalogue from getting lost, for a script.

The catalogue takes a second to load, so it is loaded by the command that needs it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geo.commands.telling import DONE, REFUSED, printed
from geo.messages import Message, day, language, number, say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Add the commands; return the parsers that speak a language."""
    return [_backing_up(commands), _restoring(commands), _sweeping(commands)]


def _backing_up(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("backup", help="write the catalogue with all its layers to one file")
    parser.set_defaults(run=backup)
    parser.add_argument("--out", required=True, metavar="FILE", help="the file to write: fronteras.tar.zst")
    return parser


def _restoring(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("restore", help="bring the catalogue back from a backup")
    parser.set_defaults(run=restore)
    parser.add_argument("file", metavar="FILE", help="a file that “backup” wrote")
    parser.add_argument("--replace", action="store_true", help="delete the layers that are here, for good")
    return parser


def _sweeping(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "sweep",
        help="delete what was archived longer ago than FRONTERAS_RETENTION_DAYS, and files that no layer needs",
    )
    parser.set_defaults(run=sweep)
    parser.add_argument(
        "--only-catalogue",
        action="store_true",
        help="say that no other catalogue keeps features in this place any more; theirs are deleted",
    )
    return parser


def _layers(count: int) -> Message:
    return Message("{n} layer", "{n} layers", n=count)


def _versions(count: int) -> Message:
    return Message("{n} version", "{n} versions", n=count)


def _drafts(count: int) -> Message:
    return Message("{n} unfinished upload", "{n} unfinished uploads", n=count)


def backup(asked: argparse.Namespace) -> int:
    """Write a backup; 1 where features that a layer needs could not be put in it."""
    from geo.library import backup as backups  # noqa: PLC0415 - see above

    lang = language(asked.lang)
    kept = backups.backup(Path(asked.out))
    told = Message(
        "{file} holds {layers} ({versions}) and {drafts}, {mb} MB.",
        file=asked.out,
        layers=_layers(kept.layers),
        versions=_versions(kept.versions),
        drafts=_drafts(kept.drafts),
        mb=number(kept.size / 1e6, lang, digits=1),
    )
    print(printed(say(told, lang)))
    if not kept.missing:
        return DONE
    lacking = Message(
        "Not in the backup, because they are gone or damaged where they are kept: the features {contents}.",
        contents=", ".join(kept.missing),
    )
    print(say(lacking, lang), file=sys.stderr)
    return REFUSED


def restore(asked: argparse.Namespace) -> int:
    """Restore a backup and tell what it brought."""
    from geo.library import restoration  # noqa: PLC0415 - see above

    lang = language(asked.lang)
    kept = restoration.restore(Path(asked.file), replace=asked.replace)
    told = Message(
        "Restored as of {day}: {layers} ({versions}) and {drafts}.",
        layers=_layers(kept.layers),
        versions=_versions(kept.versions),
        drafts=_drafts(kept.drafts),
        day=day(kept.made.date(), lang),
    )
    print(say(told, lang))
    if kept.replaced:
        print(
            say(
                Message("{n} layer that was here is gone.", "{n} layers that were here are gone.", n=kept.replaced),
                lang,
            )
        )
    if kept.missing:
        lacking = Message(
            "Some versions came without their features, which were gone when the backup was made: {contents}.",
            contents=", ".join(kept.missing),
        )
        print(say(lacking, lang), file=sys.stderr)
    return DONE


def sweep(asked: argparse.Namespace) -> int:
    """Sweep once and tell what was deleted."""
    from geo.library import retention  # noqa: PLC0415 - see above

    lang = language(asked.lang)
    swept = retention.sweep(is_only=asked.only_catalogue)
    print(say(swept.message, lang))
    if not swept.others:
        return DONE
    told = Message(
        "Features that no layer here needs were left alone: another catalogue ({others}) keeps its own in the same "
        "place. If it is gone, run “python -m geo sweep --only-catalogue”.",
        others=", ".join(swept.others),
    )
    print(say(told, lang), file=sys.stderr)
    return REFUSED
