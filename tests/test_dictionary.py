"""The data dictionary names every file and column, and its tables are those of the files."""

from __future__ import annotations

import re
from typing import Final

import pytest

from data.recipe.dictionary import SECTIONS, with_tables
from data.recipe.preferred import FIGURE
from geo.schemas import EVIDENCE, SCHEMAS
from geo.store import DATA
from tests.shipped import shipped

README: Final = (DATA / "README.md").read_text(encoding="utf-8")


def section(file_name: str) -> str:
    """Return the part of the dictionary under the heading of a file."""
    return README.split(f"### `{file_name}`\n", 1)[1].split("\n### ", 1)[0]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_column_has_a_meaning(name):
    # The first cell of a row names its columns; the evidence columns have a part of their own.
    named = {
        word
        for cell in re.findall(r"^\| (`[^|]+`) \|", section(f"{name}.csv"), re.MULTILINE)
        for word in re.findall("`(.*?)`", cell)
    }
    assert named == set(SCHEMAS[name].columns) - (set(EVIDENCE) if "evidence" in SCHEMAS[name].columns else set())


def test_the_evidence_columns_have_a_rule():
    rules = README.split("## Evidence columns")[1].split("\n## ")[0]
    assert [column for column in EVIDENCE if f"| `{column}` |" not in rules] == []


def test_tables_that_follow_from_files_are_up_to_date():
    assert with_tables(README) == README, "run python -m data.recipe.dictionary"
    assert all(f"<!-- {name}: begin -->" in README for name in SECTIONS)


def test_the_number_of_conflicts_is_said_right():
    rows = shipped("indicators")
    rivals = rows[rows["preferred"] != ""].groupby(FIGURE)["value"].nunique()
    said = re.search(r"the same figure \((\d+) of them, of which (\d+) agree", " ".join(README.split()))
    assert said is not None
    assert [int(count) for count in said.groups()] == [len(rivals), int((rivals == 1).sum())]


def test_the_dictionary_names_no_machine():
    assert re.search(r"/(?:work|tmp|root|home)/", README) is None
