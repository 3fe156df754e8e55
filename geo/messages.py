"""Texts as data: a marked message and its values, said in a language only at the edge.

Below ``pages/`` nobody formats a sentence. A ``Message`` carries the English text (the
gettext msgid) and its values; ``say`` turns it into words. The language is always an
argument: Streamlit runs each session in a thread of one process, so a global would leak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Final, Literal, cast, get_args

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

Language = Literal["en", "es", "pt"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DEFAULT_LANGUAGE: Final[Language] = "en"
LOCALE_DIR: Final = Path(__file__).resolve().parent.parent / "locale"
# Our words; words of the tables; their sentences; notes of their figures.
DOMAINS: Final = ("interface", "terms", "prose", "notes")
THIN_SPACE: Final = "\u202f"  # narrow no-break space: groups digits without breaking the line


@dataclass(frozen=True, init=False)
class Message:
    """A marked English text with named fields, and the values that fill them.

    Parameters
    ----------
    id : str
        The English text, a ``str.format`` template; it is the gettext msgid.
    plural : str, optional
        The English plural; chosen by the value ``n``, which must then be given.
    **values
        What fills the fields. A value that is itself a ``Message`` is said in the same
        language; numbers are written as the language writes them.
    """

    id: str
    plural: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def __init__(self, id: str, /, plural: str | None = None, **values: object) -> None:  # noqa: A002 - gettext's own word
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "plural", plural)
        object.__setattr__(self, "values", values)

    def __hash__(self) -> int:
        return hash((self.id, self.plural, tuple(sorted((k, str(v)) for k, v in self.values.items()))))


def language(text: str | None) -> Language:
    """Return the supported language named by ``text``, or English."""
    return text if text in LANGUAGES else DEFAULT_LANGUAGE


def say(message: Message | str, lang: Language) -> str:
    """Return the words of a message in a language.

    A plain ``str`` is looked up as a msgid without fields: terms and sentences that come
    from the tables are said this way. What has no translation is said in English.
    """
    if isinstance(message, str):
        return _translations(lang).gettext(message) if message else ""
    values = {name: _said(value, lang) for name, value in message.values.items()}
    if message.plural is not None:
        count = message.values["n"]
        text = _translations(lang).ngettext(message.id, message.plural, int(cast(int, count)))
    else:
        text = _translations(lang).gettext(message.id)
    return text.format(**values) if values else text


def _said(value: object, lang: Language) -> object:
    if isinstance(value, Message):
        return say(value, lang)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return number(value, lang)


def number(value: float, lang: Language, *, digits: int | None = None) -> str:
    """Write a number as the language does, digits grouped by a narrow space.

    Parameters
    ----------
    value : float
        The number; NaN is written as an en dash.
    digits : int, optional
        Decimals to show. Without it, an integer shows none and others at most three.
    """
    if value != value:  # NaN: there is no figure
        return "–"
    pattern = "#,##0.###" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    text: str = format_decimal(value, format=pattern, locale=_locale(lang))
    symbols = _locale(lang).number_symbols["latn"]
    group = str(symbols["group"])
    whole, point, rest = text.partition(str(symbols["decimal"]))
    return whole.replace(group, THIN_SPACE) + point + rest


def day(value: date, lang: Language) -> str:
    """Write a date in the long form of the language."""
    return str(format_date(value, format="long", locale=_locale(lang)))


@lru_cache(maxsize=8)
def _locale(lang: Language) -> Locale:
    try:
        return Locale.parse({"pt": "pt_BR"}.get(lang, lang))
    except UnknownLocaleError:  # a Babel built without regional data still knows the language
        return Locale.parse(lang)


def catalogue_files(lang: Language) -> list[Path]:
    """Return the gettext files of a language, in the order in which they are read."""
    return [LOCALE_DIR / lang / "LC_MESSAGES" / f"{domain}.po" for domain in DOMAINS]


def _translations(lang: Language) -> NullTranslations:
    return _read_translations(lang, _stamps(lang, int(monotonic())))


@lru_cache(maxsize=8)
def _stamps(lang: Language, _second: int) -> tuple[int, ...]:
    """Return when the files of a language changed; looked at once a second, as every word asks for it."""
    return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in catalogue_files(lang))


@lru_cache(maxsize=8)
def _read_translations(lang: Language, stamps: tuple[int, ...]) -> NullTranslations:
    """Merge the domains of a language; ``stamps`` makes an edited file be read again."""
    merged = NullTranslations()
    for path, stamp in zip(catalogue_files(lang), stamps, strict=True):
        if not stamp:
            continue
        catalog: Catalog = read_po(BytesIO(path.read_bytes()), locale=lang)
        compiled = BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        translations = GNUTranslations(compiled)
        translations.add_fallback(merged)
        merged = translations
    return merged
