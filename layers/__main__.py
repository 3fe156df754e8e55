"""The commands of what leaves the app: ``python -m layers snapshot`` and the others."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from geo.commands import running
from layers.commands import briefing, changing, snapshot, taking

FAMILIES: Final = (snapshot, briefing, taking, changing)
EXAMPLES: Final[Mapping[str, str]] = {
    "snapshot": "--zone Z-PUTUMAYO --template a4 --lang es --out putumayo.pdf",
    "brief": "--zones Z-PUTUMAYO,Z-VRAEM --tlp GREEN --out brief.pptx",
    "html": '--view "layers=coca,corridors&year=2022" --out coca.html',
    "data": '--view "layers=mining&country=PER" --out mining.gpkg',
    "changes": "--since 0.2.0 --out changes.pptx",
}


def parser() -> argparse.ArgumentParser:
    """Return what understands the commands."""
    return running.parser(
        "python -m layers", "Write what leaves the app: maps, slides, data, changes.", FAMILIES, EXAMPLES, lang=None
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused with a sentence on standard error, 2 for a wrong call."""
    return running.run(parser(), arguments)


if __name__ == "__main__":
    sys.exit(main())
