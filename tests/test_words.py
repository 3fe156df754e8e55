"""How the cells of somebody else's table are said."""

from __future__ import annotations

import pytest

from layers.words import said


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param(2001, "2001", id="a year is not an amount"),
        pytest.param(2001.0, "2001", id="a year from a column with gaps"),
        pytest.param(20010, "20\u202f010", id="an amount is grouped"),
        pytest.param(2001.5, "2\u202f001.5", id="a broken number is an amount"),
        pytest.param("2001", "2001", id="a text stays as it is"),
        pytest.param(float("nan"), "", id="nothing"),
        pytest.param(True, "True", id="a yes is no number"),
    ],
)
def test_a_value_of_no_known_kind_is_said_as_it_is(value: object, words: str):
    assert said("", value, "en") == words
