"""Every sentence of the shipped tables is said in Spanish and Portuguese, with the same figures."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from babel.messages.pofile import read_po

from geo.messages import LANGUAGES, LOCALE_DIR, say
from geo.store import table

TRANSLATED = [lang for lang in LANGUAGES if lang != "en"]
PROSE = {
    "zones": ("definition", "method", "why"),
    "corridors": ("why",),
    "crossings": ("note",),
    "flag_rules": ("reason",),
    "mined_area": ("method", "note"),
    "mining_sites": ("why",),
    "actors": ("status", "why"),
    "cooperation": ("name", "status", "why"),
    "preferred_sources": ("reason",),
    "recommendations": ("summary",),
    "sources": ("how_verified",),
}
NAMES = {("cooperation", "name")}  # a proper name may be the same in two languages: ALBA, AMERIPOL
# Between spaces only: a file may be called "by-year.csv". What stands in quotes is the name of a file or sheet.
ENGLISH_WORDS = re.compile(r"(?<!\S)(the|of|and|with|by|from|to|for|which|under|near|between)(?!\S)", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"')
BETWEEN_DIGITS = re.compile(r"(?<=\d)[.,\u202f](?=\d)")  # 16,886 / 16 886 and 374.5 / 374,5 are one figure


def sentences(name: str, column: str) -> set[str]:
    """Return the texts of a column, without the empty ones."""
    return {text for text in table(name)[column] if text}


def catalogue(lang: str, domain: str) -> dict[str, str]:
    """Return the texts of a gettext file and what they are said as."""
    with (LOCALE_DIR / lang / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file, locale=lang) if entry.id}


def figures(text: str) -> Counter[str]:
    """Return the runs of digits of a text, grouping and decimal marks left out."""
    return Counter(re.findall(r"\d+", BETWEEN_DIGITS.sub("", text)))


@pytest.mark.parametrize("lang", TRANSLATED)
@pytest.mark.parametrize(("name", "column"), [(name, column) for name in PROSE for column in PROSE[name]])
def test_every_sentence_is_translated(name, column, lang):
    said = catalogue(lang, "prose")
    assert [text for text in sentences(name, column) if not said.get(text, "").strip()] == []
    if (name, column) not in NAMES:
        assert [text for text in sentences(name, column) if say(text, lang) == text] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_figures_are_those_of_the_english(lang):
    changed = {text: said for text, said in catalogue(lang, "prose").items() if figures(text) != figures(said)}
    assert changed == {}


@pytest.mark.parametrize("lang", TRANSLATED)
def test_no_english_is_left(lang):
    assert [said for said in catalogue(lang, "prose").values() if ENGLISH_WORDS.search(QUOTED.sub("", said))] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_translation_belongs_to_a_sentence(lang):
    shipped = {text for name, columns in PROSE.items() for column in columns for text in sentences(name, column)}
    assert set(catalogue(lang, "prose")) - shipped == set()


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_text_in_two_catalogues_is_said_one_way(lang):
    prose = catalogue(lang, "prose")
    terms = catalogue(lang, "terms") | catalogue(lang, "notes")
    assert {
        text: (prose[text], terms[text]) for text in prose.keys() & terms.keys() if prose[text] != terms[text]
    } == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("16,886 km of border", "16\u202f886 km de frontera", True, id="grouping is not a figure"),
        pytest.param("covers 374.5 km", "cubre 374,5 km", True, id="nor is the decimal mark"),
        pytest.param("tunnels of 2018-2025Q3", "túneles de 2018-2025", False, id="a lost quarter is seen"),
        pytest.param("29 dredges of 300", "29 dragas de 3000", False, id="a wrong figure is seen"),
    ],
)
def test_figures_are_compared_as_a_reader_would(one, other, same):
    assert (figures(one) == figures(other)) is same
