"""Every text of the code is said in Spanish and Portuguese, with its fields, and no other text is."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from geo.messages import LOCALE_DIR, Language, Message, say
from geo.sources import source
from pages.context_panel import source_list

TRANSLATED: Final[tuple[Language, ...]] = ("es", "pt")
TOOL: Final = Path(__file__).resolve().parent.parent / ".ci" / "catalogues.py"
OTHER_DOMAINS: Final = ("terms", "notes", "prose")
# Names, commands and licences keep their words; so does what a reader must type.
NAMES: Final = re.compile(r"Global Forest Watch|Amazon Mining Watch|Natural Earth|CC BY|“make \w+”")
# Words that neither language has; Portuguese has "for" and "as", Spanish "has" and "he".
ENGLISH: Final = re.compile(
    r"(?<![\w-])(the|of|and|with|from|by|or|this|that|these|which|where|what|how|not|are|was|is|its|it|on|to|in|"
    r"zone|zones|border|borders|source|sources|figure|figures|layer|record|records|crossings?|year|years)(?![\w-])",
    re.IGNORECASE,
)
MARKS: Final = re.compile(r"\*\*|`|\]\(|·|±|https?://\S+")
# Said as to a friend; the product says "usted" and "você".
FAMILIAR: Final = re.compile(r"\b(elige|haz|ejecuta|busca|prueba|quita|tu|tus|escolhe|clica)\b", re.IGNORECASE)


@cache
def tool() -> ModuleType:
    """Return the module that brings texts into the catalogues; it is a script, so it is loaded by its path."""
    spec = spec_from_file_location("catalogues", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def texts() -> frozenset[str | tuple[str, ...]]:
    """Return the msgids of the code; one with a plural is a pair."""
    return frozenset(
        message.id if isinstance(message.id, str) else tuple(message.id) for message in tool().template() if message.id
    )


@cache
def catalogue(lang: Language, domain: str = "interface") -> Catalog:
    """Return one gettext file of a language."""
    return read_po(BytesIO((LOCALE_DIR / lang / "LC_MESSAGES" / f"{domain}.po").read_bytes()), locale=lang)


def said(lang: Language, domain: str = "interface") -> dict[str | tuple[str, ...], tuple[str, ...]]:
    """Return each msgid of a domain with its translation, one text for each form of the plural."""
    return {
        tuple(entry.id) if isinstance(entry.id, (list, tuple)) else entry.id: (
            (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        )
        for entry in catalogue(lang, domain)
        if entry.id
    }


def fields(text: str) -> list[str]:
    """Return the fields of a template, each as often as it stands there."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def english(msgid: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms of a msgid."""
    return (msgid,) if isinstance(msgid, str) else msgid


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_text_of_the_code_is_translated(lang: Language) -> None:
    ours = said(lang)
    missing = [text for text in texts() if text not in ours or not all(form.strip() for form in ours[text])]
    assert missing == [], "run `make locale`, then fill in what it names"


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_form_of_a_plural_is_said(lang: Language) -> None:
    forms = catalogue(lang).num_plurals
    assert [text for text, words in said(lang).items() if len(words) != (1 if isinstance(text, str) else forms)] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_no_translation_is_left_of_a_text_that_is_gone(lang: Language) -> None:
    assert sorted(str(text) for text in set(said(lang)) - texts()) == []
    assert list(catalogue(lang).obsolete) == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_no_translation_is_a_guess(lang: Language) -> None:
    assert [entry.id for entry in catalogue(lang) if entry.fuzzy] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_field_is_kept(lang: Language) -> None:
    changed = [
        (text, words)
        for text, words in said(lang).items()
        for form, word in zip(english(text), words, strict=True)
        if fields(form) != fields(word)
    ]
    assert changed == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_mark_is_kept(lang: Language) -> None:
    changed = [
        (text, words)
        for text, words in said(lang).items()
        for form, word in zip(english(text), words, strict=True)
        if sorted(MARKS.findall(form)) != sorted(MARKS.findall(word))
    ]
    assert changed == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_no_english_is_left(lang: Language) -> None:
    left = [
        word for words in said(lang).values() for word in words if ENGLISH.search(NAMES.sub("", without_fields(word)))
    ]
    assert left == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_reader_is_addressed_formally(lang: Language) -> None:
    assert [word for words in said(lang).values() for word in words if FAMILIAR.search(word)] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_sentence_begins_and_ends_as_in_english(lang: Language) -> None:
    changed = [
        (text, words)
        for text, words in said(lang).items()
        for form, word in zip(english(text), words, strict=True)
        if ends(form) != ends(word) or {begins(form), begins(word)} == {"upper", "lower"}
    ]
    assert changed == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_text_in_two_catalogues_is_said_one_way(lang: Language) -> None:
    ours = said(lang)
    for domain in OTHER_DOMAINS:
        theirs = said(lang, domain)
        assert {
            text: (ours[text], theirs[text]) for text in ours.keys() & theirs.keys() if ours[text] != theirs[text]
        } == {}


@pytest.mark.parametrize(("lang", "n", "expected"), [
    ("es", 1, "1 fuente"),
    ("es", 0, "0 fuentes"),
    ("es", 1300, "1\u202f300 fuentes"),
    ("pt", 1, "1 fonte"),
    ("pt", 2, "2 fontes"),
])  # fmt: skip
def test_a_number_chooses_its_form(lang: Language, n: int, expected: str) -> None:
    assert say(Message("{n} source", "{n} sources", n=n), lang) == expected


@pytest.mark.parametrize(("lang", "expected"), [
    ("es", "El enlace pide algo que no está en esta versión: capa “roads”. Se omitió; se muestra lo demás."),
    ("pt", "O link pede algo que não está nesta versão: camada “roads”. Foi omitido; o restante é mostrado."),
])  # fmt: skip
def test_a_noun_in_a_sentence_agrees_with_it(lang: Language, expected: str) -> None:
    text = (
        "The link asks for the {what} “{value}”, which this release does not have. It was left out; the rest is shown."
    )
    assert say(Message(text, what=Message("layer"), value="roads"), lang) == expected


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_claim_without_a_source_says_so_in_the_language(lang: Language) -> None:
    """Titles of sources stay as they were read, but this one is no title: it warns the reader."""
    title = source("GK").title
    assert say(title, lang) != title
    assert say(title, lang) in source_list((source("GK"),), lang)


def without_fields(text: str) -> str:
    """Return a template without its fields, whose names are English."""
    return re.sub(r"\{\w*\}", "", text)


def begins(text: str) -> str:
    """Return the case of the first letter, or "" where a field, a sign or a name or unit that keeps its case stands."""
    first = text.lstrip("*“")[:1]
    keeps_case = text.startswith(("ISO ", "km", "Ctrl ", "Shift ", "Fronteras {"))
    return "" if keeps_case or not first.isalpha() else "upper" if first.isupper() else "lower"


def ends(text: str) -> str:
    """Return the full stop or colon at the end, or ""."""
    return text[-1] if text[-1] in ".:" else ""
