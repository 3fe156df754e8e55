"""Display names of places and rows in the reader's language, from ``data/names.csv``.

Keys are a table's own id (``Z-VRAEM``, ``COR-01``), a country's ISO code (``PER``) or ``ISO:Name``
(``PER:Inapari``). A name may be given with or without its accents: both find the row.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from babel import Locale

from geo.messages import Language
from geo.store import DATA, STORE, table

# Countries that mechanisms name and names.csv lacks: ISO 3166-1 alpha-3 to alpha-2, for CLDR's names.
ALPHA_2: Final = {
    "BLZ": "BZ", "CAN": "CA", "CRI": "CR", "CUB": "CU", "DOM": "DO", "GTM": "GT", "HND": "HN", "HTI": "HT",
    "JAM": "JM", "NIC": "NI", "SLV": "SV", "TTO": "TT",
}  # fmt: skip


def folded(text: str) -> str:
    """Return the text without accents and in lower case, for comparing names."""
    marked = unicodedata.normalize("NFD", text)
    return "".join(c for c in marked if not unicodedata.combining(c)).casefold()


def name_of(key: str, lang: Language) -> str:
    """Return the display name of a key; a key without a row gives its own text, without the ``ISO:``.

    An unknown place is thus shown as the table spells it, which is its local name.
    """
    row = _names().get(folded(key))
    if row is not None:
        return row[lang]
    before, colon, after = key.partition(":")
    return after if colon and len(before) == 3 else key


def place_name(place: str, country_iso3: str, lang: Language) -> str:
    """Return the display name of a place or first-level unit of a country."""
    return name_of(f"{country_iso3}:{place}", lang)


def country_name(iso3: str, lang: Language) -> str:
    """Return the name of a country; the code itself where neither names.csv nor this module knows it."""
    if iso3 in ALPHA_2:
        return str(Locale.parse(lang).territories[ALPHA_2[iso3]])
    return name_of(iso3, lang)


def _names() -> dict[str, dict[Language, str]]:
    rows = table("names")
    languages: tuple[Language, ...] = ("en", "es", "pt")

    def compute() -> dict[str, dict[Language, str]]:
        return {folded(row["key"]): {lang: row[lang] for lang in languages} for row in rows.to_dict("records")}

    return STORE.get(("names", (DATA / "names.csv").stat().st_mtime_ns), compute)
