"""Messages are said in a language, with values and numbers as the language writes them."""

import pytest

from geo.messages import DOMAINS, LANGUAGES, Message, catalogue_files, number, say


@pytest.mark.parametrize(
    ("value", "digits", "lang", "expected"),
    [
        pytest.param(48000, None, "en", "48\u202f000", id="thousands by a narrow space"),
        pytest.param(1234.5, 1, "es", "1\u202f234,5", id="Spanish has a decimal comma"),
        pytest.param(12345.678, 1, "pt", "12\u202f345,7", id="Portuguese has a decimal comma"),
        pytest.param(0.5, None, "en", "0.5", id="no trailing zeros"),
        pytest.param(float("nan"), None, "en", "–", id="no figure is a dash"),
    ],
)
def test_numbers(value, digits, lang, expected):
    assert number(value, lang, digits=digits) == expected


def test_values_are_filled_in_and_messages_inside_messages_said():
    inner = Message("zone")
    said = say(Message("The link asks for the {what} “{value}”.", what=inner, value="{x}"), "en")
    assert said == "The link asks for the zone “{x}”."


def test_a_plural_is_chosen_by_n():
    assert say(Message("{n} unit", "{n} units", n=1), "en") == "1 unit"
    assert say(Message("{n} unit", "{n} units", n=2), "en") == "2 units"


def test_no_words_for_nothing():
    assert say("", "es") == ""  # gettext would answer with the catalogue's header


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_every_domain_has_a_catalogue(lang):
    assert [path.stem for path in catalogue_files(lang) if path.exists()] == list(DOMAINS)
