"""Gives the collected names and sentences, typed in plain ASCII, their accents back.

Only marks are added: without its marks the result equals what was collected, letter for letter (a test
holds the whole of ``data/`` to it). The words come from ``facts/names.csv``, where each ASCII name stands
beside its spelling, and from the reviewed lists below; a word that two countries spell differently, or
that is also an English word, is left alone unless a longer phrase settles it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from typing import Final

from data.recipe.files import facts

# Spelt with a mark in some names, but also English, or spelt differently across the border.
LEFT_ALONE: Final = {
    "Antonio", "Bolivia", "Canada", "Cartel", "Colombia", "Guaira", "Ica", "Leticia", "Medio", "Mexico", "Oliver",
    "Panama", "Para", "Peninsula", "Peru", "Purus", "Rio", "Territorio", "Tome", "Tres", "Union", "Yurua", "rio",
    "rios",
}  # fmt: skip

# Read in the sentences one by one: rivers, people and towns that names.csv does not hold.
WORDS: Final = {
    "Agata": "Ágata", "Awajun": "Awajún", "Barracao": "Barracão", "Belem": "Belém", "Camina": "Camiña",
    "Caquetenos": "Caqueteños", "Cedeno": "Cedeño", "Chorti": "Chortí", "Chuno": "Chuño", "Colon": "Colón",
    "Condor": "Cóndor", "Convencion": "Convención", "Defensoria": "Defensoría", "Gonzalez": "González",
    "Guaira": "Guaíra", "Guapore": "Guaporé", "Guepi": "Güepí", "Hacari": "Hacarí", "Indigena": "Indígena",
    "Jaen": "Jaén", "Jambalo": "Jambaló", "Ladario": "Ladário", "Lopez": "López", "Maranhao": "Maranhão",
    "Medellin": "Medellín", "Merida": "Mérida", "Morazan": "Morazán", "Mucajai": "Mucajaí", "Nicolas": "Nicolás",
    "Ocona": "Ocoña", "Organizacion": "Organización", "Pemon": "Pemón", "Perija": "Perijá", "Pure": "Puré",
    "Purue": "Puruê", "Semprun": "Semprún", "Toribio": "Toribío", "Urabenos": "Urabeños", "Zacarias": "Zacarías",
}  # fmt: skip

PHRASES: Final = {
    "Amazonas-Para line": "Amazonas-Pará line",
    "Bella Union": "Bella Unión",
    "Canada Oruro": "Cañada Oruro",
    "Jesus Maria Semprun": "Jesús María Semprún",
    "La Union": "La Unión",
    "PNN Rio Pure": "PNN Río Puré",
    "Para side": "Pará side",
    "Puerto Falcon": "Puerto Falcón",
    "Putumayo - Ica": "Putumayo - Içá",
    "Putumayo-Ica": "Putumayo-Içá",
    "Rio Limon": "Río Limón",
    "Rio Pure": "Río Puré",
    "Rio Quito": "Río Quito",
    "Rio Santiago": "Río Santiago",
    "Rio de Oro": "Río de Oro",
    "Salto del Guaira": "Salto del Guairá",
    "San Carlos de Rio Negro": "San Carlos de Río Negro",
    "Santo Antonio do Ica": "Santo Antônio do Içá",
    "Sindicato El Peru": "Sindicato El Perú",
    "Trapecio Amazonico": "Trapecio Amazónico",
    "Union Panamericana": "Unión Panamericana",
    "Yuri-Passe": "Yuri-Passé",
}

NAMED_BY_ID: Final = {  # tables whose rows names.csv knows by their own id
    "zones": "zone_id", "crossings": "crossing_id", "corridors": "corridor_id", "mining_sites": "site_id",
    "actors": "actor_id",
}  # fmt: skip
LANGUAGE_OF: Final = {"BRA": "pt", "GUY": "en", "SUR": "en"}  # elsewhere the facts' places are Spanish
SPELT: Final = {"PAN:Panama": "Panamá"}  # the city, which names.csv calls Panama City in English
LETTERS: Final = re.compile(r"[^\W\d_]+")


def without_marks(text: str) -> str:
    """Return the text with every combining mark taken off: ``Güeppí`` becomes ``Gueppi``."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def restored_name(name: str, country_iso3: str) -> str:
    """Return a place's name as its country spells it; a name that names.csv lacks is read as prose."""
    return _spellings().get(f"{country_iso3}:{name}") or restored(name)


def restored_id_name(name: str, row_id: str) -> str:
    """Return the name of a zone, crossing, corridor, site or actor with its accents."""
    return _spellings().get(f"{row_id}:{name}") or restored(name)


def restored(text: str) -> str:
    """Return a sentence with its accents; longest phrases first, whole words only, case as typed."""
    return _pattern().sub(lambda found: _replacements()[found.group()], text)


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    """Map "key:ASCII name" to the spelling, for places by country and for rows by their id."""
    own_names = {row[key]: row["name"] for table, key in NAMED_BY_ID.items() for row in facts(table).to_dict("records")}
    spellings: dict[str, str] = {}
    for row in facts("names").to_dict("records"):
        key, colon, name = row["key"].partition(":")
        name = name if colon else own_names.get(key, "")
        # Rows are named in English. Places are named as their country does, unless the name is our own
        # wording: "Chaco line (Boqueron)" is English, and only "Boquerón" gains a mark.
        first = ["en"] if not colon else [LANGUAGE_OF.get(key, "es"), "en"]
        for language in dict.fromkeys([*first, "es", "pt"]):
            if name and without_marks(row[language]) == name:
                spellings[f"{key}:{name}"] = row[language]
                break
    return spellings | SPELT


@lru_cache(maxsize=1)
def _replacements() -> dict[str, str]:
    """Map each ASCII word or phrase to the one spelling that it has in the facts."""
    words: defaultdict[str, set[str]] = defaultdict(set)
    for spelling in _spellings().values():
        for word in LETTERS.findall(spelling):
            words[without_marks(word)].add(word)
    settled = {
        plain: next(iter(spelt)) for plain, spelt in words.items() if len(spelt) == 1 and plain not in LEFT_ALONE
    }
    return {plain: spelt for plain, spelt in (settled | WORDS | PHRASES).items() if plain != spelt}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_replacements(), key=lambda plain: (-len(plain), plain))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
