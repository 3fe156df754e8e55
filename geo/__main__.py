"""The commands of geography and catalogue: ``python -m geo check``, ``add``, ``list`` and the others."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from geo.commands import backing_up, checking, exporting, keeping, running

FAMILIES: Final = (checking, keeping, exporting, backing_up)
EXAMPLES: Final[Mapping[str, str]] = {
    "check": "detections.zip --lang es",
    "add": 'detections.parquet --title "Mining detections" --source "Amazon Mining Watch" --year year',
    "list": "--json",
    "remove": "own-4d1f2291",
    "export": "own-4d1f2291 --out detections.gpkg",
    "catalogue": "--out catalogue --data",
    "backup": "--out backups/fronteras.tar.zst",
    "restore": "backups/fronteras.tar.zst --replace",
    "sweep": "",
}


def parser() -> argparse.ArgumentParser:
    """Return what understands the commands."""
    return running.parser("python -m geo", "Check, store, hand on and back up layers.", FAMILIES, EXAMPLES)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused with a sentence on standard error, 2 for a wrong call."""
    return running.run(parser(), arguments)


if __name__ == "__main__":
    sys.exit(main())
