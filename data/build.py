"""Rebuild the files of ``data/`` from the collected facts and the pinned packages.

``python data/build.py`` writes what changed; ``--check`` writes nothing and fails if a committed file
differs from its rebuild; ``--only NAME ...`` does some files. A part of the recipe whose input is not on this
machine says so and is left out, and its committed files stay.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

if __package__ in {None, ""}:  # started as a file: the house is one folder up
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from data.recipe.files import DATA, InputAbsent

MODULES: Final = ("tables", "series", "base", "zones", "routes", "mined_area")


@dataclass(frozen=True)
class Output:
    """One file of ``data/``: its name, what it is made from, and the function that returns its bytes."""

    name: str
    reads: tuple[str, ...]
    make: Callable[[], bytes]


def outputs() -> list[Output]:
    """Return every file that the recipe can make here, in the order in which they are made."""
    found = []
    for module_name in MODULES:
        try:
            module = importlib.import_module(f"data.recipe.{module_name}")
        except ModuleNotFoundError as missing:
            if missing.name != f"data.recipe.{module_name}":
                raise
            continue
        reads = getattr(module, "READS", {})
        found += [Output(name, tuple(reads.get(name, ())), make) for name, make in module.OUTPUTS.items()]
    return found


def main(arguments: list[str] | None = None) -> int:
    """Build or check, and return the exit code: 1 if a check found a difference."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file differs")
    parser.add_argument("--only", metavar="NAME", nargs="+", default=[], help="some files, such as zones.csv")
    chosen = parser.parse_args(arguments)
    known = outputs()
    unknown = set(chosen.only) - {output.name for output in known}
    if unknown:
        parser.error(f"no file {', '.join(sorted(unknown))}; there are: {', '.join(output.name for output in known)}")
    wanted = [output for output in known if not chosen.only or output.name in chosen.only]
    different = [output.name for output in wanted if _differs(output, write=not chosen.check)]
    return 1 if chosen.check and different else 0


def _differs(output: Output, *, write: bool) -> bool:
    """Rebuild one file, say what happened, and return whether it differed from what lay there."""
    try:
        content = output.make()
    except InputAbsent as absent:
        print(f"{output.name}: left out. {absent}")
        return False
    path = DATA / output.name
    same = path.exists() and path.read_bytes() == content
    if write and not same:
        path.write_bytes(content)
    state = "unchanged" if same else "written" if write else "DIFFERS from its rebuild"
    print(f"{output.name}: {state}; read {', '.join(output.reads) or 'nothing'}")
    return not same


if __name__ == "__main__":
    raise SystemExit(main())
