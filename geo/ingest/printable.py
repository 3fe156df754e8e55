"""Names that come with a file, made fit to be printed: in a terminal, in a report, on a page."""

from __future__ import annotations

from geo.ingest import limits


def printable(name: str) -> str:
    """Return a name on one line, without control signs and those that turn the direction of writing, and not too long.

    Bytes of a file's name that are no text become the sign for that.
    """
    text = name.encode("utf-8", errors="replace").decode()
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[: limits.NAME_CHARS]
