"""The commands of what leaves the app: ``python -m layers snapshot`` and the others."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from geo.commands import running
from layers.commands import briefing, changing, snapshot, taking

FAMILIES: Final = (snapshot, briefing, taking, changing)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused with a sentence on standard error, 2 for a wrong call."""
    return running.run(running.parser("python -m layers", __doc__, FAMILIES, lang=None), arguments)


if __name__ == "__main__":
    sys.exit(main())
