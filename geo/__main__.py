"""The commands of geography and catalogue: ``python -m geo check``, ``add``, ``list`` and the others."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from geo.commands import backing_up, checking, exporting, keeping, running

FAMILIES: Final = (checking, keeping, exporting, backing_up)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused with a sentence on standard error, 2 for a wrong call."""
    return running.run(running.parser("python -m geo", __doc__, FAMILIES), arguments)


if __name__ == "__main__":
    sys.exit(main())
