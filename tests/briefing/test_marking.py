"""The marking of what leaves: never lower than anything on it, and nothing under TLP:RED."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import DataError
from geo.viewer import MARKINGS, Marking
from layers.briefing.marking import COLOURS, cleared, highest, offered
from layers.looks import LOOKS
from layers.spec import LayerSpec

marking = st.sampled_from(MARKINGS)


def marked(*markings: Marking) -> list[LayerSpec]:
    spec = LOOKS["crossings"]
    return [replace(spec, record=replace(spec.record, marking=each)) for each in markings]


@given(st.lists(marking), marking.filter(lambda each: each != "TLP:RED"))
def test_the_whole_is_marked_as_its_most_restrictive_part(markings: list[Marking], asked: Marking):
    found = cleared(marked(*markings), asked=asked)
    kept = [each.record.marking for each in found.layers]
    assert kept == [each for each in markings if each != "TLP:RED"]
    assert len(found.left_out) == markings.count("TLP:RED")
    assert found.marking == highest([asked, *kept])
    assert all(MARKINGS.index(each) <= MARKINGS.index(found.marking) for each in (asked, *kept))
    assert found.marking != "TLP:RED"


def test_nothing_is_made_under_red():
    with pytest.raises(DataError, match="Nothing is exported under TLP:RED"):
        cleared([], asked="TLP:RED")


@given(marking)
def test_only_what_is_no_less_restrictive_is_offered(least: Marking):
    choices = offered(least)
    assert all(MARKINGS.index(each) >= MARKINGS.index(least) for each in choices)
    assert "TLP:RED" not in choices


def test_each_marking_has_its_colour():
    assert set(COLOURS) == set(MARKINGS)
