"""What files that leave are called: by what they are of, in letters that every disk and mail takes."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

LONGEST = 60  # letters of the title; some systems cut off names of more than a hundred


def file_name(title: str, kind: str, code: str, ending: str) -> str:
    """Return a name in ASCII that says what is in a file: "fronteras-putumayo-a4-K7QF2MXX.png".

    Parameters
    ----------
    kind : str
        What tells it from other files of the same view; "" for nothing.
    code : str
        The short code of the view, with or without dash.
    """
    plain = "".join(sign for sign in normalize("NFKD", title) if not combining(sign))
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:LONGEST].strip("-")
    parts = ("fronteras", words, re.sub(r"[^a-z0-9]+", "-", kind), code.replace("-", ""))
    return "-".join(part for part in parts if part) + f".{ending}"
