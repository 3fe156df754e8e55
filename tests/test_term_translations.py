"""Words of the tables and notes of the figures: each is said in Spanish and Portuguese, with its digits."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from io import BytesIO
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from geo.messages import LOCALE_DIR, Language, say
from geo.series_notes import NOTES
from geo.store import layer, table
from geo.terms import terms

TRANSLATED: Final[tuple[Language, ...]] = ("es", "pt")
OURS: Final = ("terms", "notes")

# Lists in a cell are joined by ";". A period or year is a text only where it holds a letter ("2010s-2025").
LISTS: Final = (("cooperation", "themes"), ("actors", "economies"))
WORDS: Final = (
    ("indicator_terms", "label"),
    ("indicator_terms", "unit_label"),
    ("indicator_terms", "aggregation"),
    ("indicators", "unit"),
    ("recommendations", "theme"),
    ("recommendations", "country_or_scope"),
    ("sources", "licence"),
)
DATES: Final = (
    ("corridors", "period"),
    ("mining_sites", "period"),
    ("actor_presence", "since"),
    ("actor_presence", "until"),
    ("actors", "active_since"),
    ("cooperation", "year"),
)
SCOPES: Final = (("cooperation", "parties"), ("cooperation", "borders"))
CODE: Final = re.compile(r"[A-Z]{3}(-[A-Z]{3})?")  # a country or a pair of countries, which has its own names
# Notes that are one name, the same in every language.
NAMES: Final = {"CORAH", "MapBiomas", "PRODES"}


@cache
def catalogue(lang: Language, domain: str) -> Catalog:
    """Return one gettext file of a language."""
    return read_po(BytesIO((LOCALE_DIR / lang / "LC_MESSAGES" / f"{domain}.po").read_bytes()), locale=lang)


def entries(lang: Language, domain: str) -> dict[str, str]:
    """Return msgid and translation of a domain, without its header."""
    return {str(entry.id): str(entry.string) for entry in catalogue(lang, domain) if entry.id}


def distinct(name: str, column: str) -> set[str]:
    """Return the texts of a column, "" left out."""
    return set(table(name)[column].astype(str)) - {""}


def listed(name: str, column: str) -> set[str]:
    """Return the single values of a column whose cells are lists."""
    return {word for cell in distinct(name, column) for word in cell.split(";") if word}


def untranslated(texts: set[str], lang: Language, domain: str) -> list[str]:
    """Return the texts that a domain lacks or leaves empty."""
    said = entries(lang, domain)
    return sorted(text for text in texts if not said.get(text))


def numbers(text: str) -> Counter[str]:
    """Count the numbers of a text as bare digits: 16,061.4 and 16 061,4 are one number."""
    return Counter(re.findall(r"\d+", re.sub(r"(?<=\d)[.,\u202f](?=\d)", "", text)))


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_label_is_translated(lang: Language) -> None:
    assert untranslated(set(terms()), lang, "terms") == []


@pytest.mark.parametrize("lang", TRANSLATED)
@pytest.mark.parametrize(("name", "column"), WORDS)
def test_every_word_of_a_column_is_translated(name: str, column: str, lang: Language) -> None:
    assert untranslated(distinct(name, column), lang, "terms") == []


@pytest.mark.parametrize("lang", TRANSLATED)
@pytest.mark.parametrize(("name", "column"), LISTS)
def test_every_value_of_a_list_is_translated(name: str, column: str, lang: Language) -> None:
    assert untranslated(listed(name, column), lang, "terms") == []


@pytest.mark.parametrize("lang", TRANSLATED)
@pytest.mark.parametrize(("name", "column"), DATES)
def test_every_period_in_words_is_translated(name: str, column: str, lang: Language) -> None:
    assert untranslated({text for text in distinct(name, column) if re.search("[A-Za-z]", text)}, lang, "terms") == []


@pytest.mark.parametrize("lang", TRANSLATED)
@pytest.mark.parametrize(("name", "column"), SCOPES)
def test_every_scope_that_is_no_country_is_translated(name: str, column: str, lang: Language) -> None:
    assert untranslated({text for text in listed(name, column) if not CODE.fullmatch(text)}, lang, "terms") == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_place_described_in_english_is_translated(lang: Language) -> None:
    rows = table("indicators")
    places = set(rows.loc[rows["level"] == "zone", "place"])
    assert untranslated(places | {place for place in rows["place"] if "(" in place}, lang, "terms") == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_disputed_line_is_named(lang: Language) -> None:
    lines = layer("disputed")
    assert untranslated({*lines["name"], *lines["note"]} - {""}, lang, "terms") == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_notes_are_those_of_the_published_figures_and_series(lang: Language) -> None:
    published = distinct("indicators", "note") | {message.id for message in NOTES.values()}
    assert listed("zone_series", "note") <= set(NOTES)
    assert untranslated(published, lang, "notes") == []
    assert sorted(set(entries(lang, "notes")) - published) == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_no_note_is_left_in_english(lang: Language) -> None:
    same = [note for note, text in entries(lang, "notes").items() if note == text]
    assert sorted(set(same) - NAMES) == []
    english = re.compile(r"\b(the|of|and|with|year|rounded|sum|only|CHECK|PARTIAL|BREAK)\b")
    assert [text for text in entries(lang, "notes").values() if english.search(text)] == []


@pytest.mark.parametrize(("lang", "marks"), [
    ("es", {"PARTIAL YEAR:": "AÑO PARCIAL:", "SERIES BREAK:": "RUPTURA DE SERIE:", "CHECK": "VERIFICAR:"}),
    ("pt", {"PARTIAL YEAR:": "ANO PARCIAL:", "SERIES BREAK:": "QUEBRA DE SÉRIE:", "CHECK": "VERIFICAR:"}),
])  # fmt: skip
def test_the_marks_of_a_note_stay_marks(lang: Language, marks: dict[str, str]) -> None:
    notes = entries(lang, "notes")
    assert [n for n, text in notes.items() for mark, said in marks.items() if (mark in n) != (said in text)] == []


@pytest.mark.parametrize("lang", TRANSLATED)
@pytest.mark.parametrize("domain", OURS)
def test_no_number_is_lost_or_changed(domain: str, lang: Language) -> None:
    assert [text for text, said in entries(lang, domain).items() if numbers(text) != numbers(said)] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_notes_write_numbers_as_the_language_does(lang: Language) -> None:
    figure = re.compile(r"\d\.\d|\d,\d{3}(?!\d)")  # a decimal point, or an English comma between thousands
    assert [text for text in entries(lang, "notes").values() if figure.search(text)] == []


@pytest.mark.parametrize("lang", TRANSLATED)
@pytest.mark.parametrize("domain", OURS)
def test_the_file_is_sorted_and_holds_nothing_fuzzy_or_obsolete(domain: str, lang: Language) -> None:
    messages = [entry for entry in catalogue(lang, domain) if entry.id]
    assert [entry.id for entry in messages if entry.fuzzy] == []
    assert list(catalogue(lang, domain).obsolete) == []
    assert [str(entry.id) for entry in messages] == sorted(str(entry.id) for entry in messages)


@pytest.mark.parametrize("domain", OURS)
def test_both_languages_hold_the_same_messages(domain: str) -> None:
    assert set(entries("es", domain)) == set(entries("pt", domain))


@pytest.mark.parametrize(("lang", "term", "expected"), [
    ("es", "2010s-2025", "década de 2010 a 2025"),
    ("pt", "2010s-2025", "década de 2010 a 2025"),
    ("es", "Coca cultivation", "Cultivo de coca"),
    ("pt", "Darién Gap", "Tampão do Darién"),
    ("es", "Ecuadorian coast (joint region)", "Costa ecuatoriana (región conjunta)"),
    ("pt", "per 100,000 people", "por 100\u202f000 pessoas"),
    ("es", "8 percent above 2005", "8 por ciento más que en 2005"),
])  # fmt: skip
def test_a_text_of_the_tables_is_said(lang: Language, term: str, expected: str) -> None:
    assert say(term, lang) == expected
