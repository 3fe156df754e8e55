"""Every source of the facts ships, and a list of them can be cited without breaking LaTeX or a library."""

from __future__ import annotations

import re

import pytest

from data.recipe.accents import without_marks
from data.recipe.files import facts, reviewed
from geo.errors import UnknownError
from geo.sources import Source, bibtex, ris, source, sources_of
from geo.store import table
from tests.shipped import shipped

PLAIN = Source(
    "X-1",
    "Gold & mercury: 50 % of {it}",
    "La Razón #2",
    "2024",
    "https://a.b/c_d?e={f}",
    "not stated",
    "press",
    "C",
    "read",
)
BARE = Source("GK", "General knowledge", "", "", "", "not stated", "none", "F", "not verified")


def test_every_collected_source_is_shipped():
    collected = [
        *facts("place_sources")["source_id"],
        *reviewed("own_sources")["source_id"],
        *facts("indicator_sources")["source_id"],
    ]
    assert shipped("sources")["source_id"].tolist() == collected
    assert len(collected) == 531 + 210 + len(reviewed("own_sources"))


def test_sources_are_carried_to_the_letter():
    ours = shipped("sources").set_index("source_id")
    for name in ("place_sources", "indicator_sources"):
        collected = facts(name).set_index("source_id")
        for column in ("title", "url", "how_verified"):
            assert ours.loc[collected.index, column].tolist() == collected[column].tolist()
        # A publisher's name gains its accents and nothing else.
        publishers = ours.loc[collected.index, "publisher"].map(without_marks)
        assert publishers.tolist() == collected["publisher"].map(without_marks).tolist()


def test_years_are_four_digits_or_nothing():
    assert [year for year in shipped("sources")["year"] if not re.fullmatch(r"(\d{4})?", year)] == []


def test_every_publisher_is_reviewed_once():
    classes = reviewed("publisher_classes")
    assert not classes["publisher"].duplicated().any()
    spelt = classes["spelling"].where(classes["spelling"] != "", classes["publisher"])
    assert set(spelt) == set(shipped("sources")["publisher"]) - {""}


@pytest.mark.parametrize(
    ("source_id", "publisher_class", "reliability"),
    [
        pytest.param("UN-EVOA", "un", "B", id="United Nations"),
        pytest.param("co_odc_simci_municipal", "official", "B", id="a ministry"),
        pytest.param("RED-FDN", "peer_reviewed", "B", id="a journal"),
        pytest.param("EE-PUTMAN", "press", "C", id="a newspaper"),
        pytest.param("larepublica_pe_2020", "press", "C", id="a newspaper that repeats an official figure"),
        pytest.param("IC-TRIB", "ngo", "C", id="a non-governmental organisation"),
        pytest.param("LIT-IDEI-2019", "policy_text", "C", id="a policy paper of an institute"),
        pytest.param("LIT-SMUGGLING", "ai_assisted", "F", id="an AI-assisted text"),
        pytest.param("WIKI-AMO", "other", "F", id="an encyclopaedia anyone edits"),
        pytest.param("GEONAMES", "database", "", id="a gazetteer is not graded"),
        pytest.param("GK", "none", "F", id="no source read"),
    ],
)
def test_grades_of_publishers(source_id, publisher_class, reliability):
    assert (source(source_id).publisher_class, source(source_id).reliability) == (publisher_class, reliability)


def test_every_cell_of_sources_resolves():
    for name in ("zones", "corridors", "crossings", "mining_sites", "actors", "actor_presence", "cooperation"):
        for cell in table(name)["source_ids"]:
            assert sources_of(cell)


def test_sources_of_a_cell_are_in_order_and_once():
    assert [one.source_id for one in sources_of("GK;AMW;GK")] == ["GK", "AMW"]
    assert [one.source_id for one in sources_of(["AMW;GK", "GEONAMES;AMW"])] == ["AMW", "GK", "GEONAMES"]
    assert sources_of("") == []


def test_an_unknown_source_is_named():
    with pytest.raises(UnknownError, match="no source called “XX-9”"):
        source("XX-9")


def test_a_licence_that_is_not_stated_forbids_copying():
    assert source("AMW").may_be_redistributed
    assert source("NATURAL-EARTH").may_be_redistributed
    assert not source("EE-PUTMAN").may_be_redistributed
    assert not source("wb_homicide_1990_2021").may_be_redistributed  # a usual licence that was not read


def test_bibtex_escapes_what_latex_would_read():
    assert bibtex([PLAIN]) == (
        "@misc{X-1,\n"
        "  title = {{Gold \\& mercury: 50 \\% of \\{it\\}}},\n"
        "  author = {{La Razón \\#2}},\n"
        "  year = {2024},\n"
        "  howpublished = {\\url{https://a.b/c_d?e=%7Bf%7D}},\n"
        "  note = {Licence: not stated. Read for Fronteras: read},\n"
        "}\n\n"
    )


def test_bibtex_leaves_out_what_is_not_known():
    entry = bibtex([BARE])
    assert [field for field in ("author", "year", "howpublished") if field in entry] == []


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        (r"a\b", r"a\textbackslash{}b"),
        ("a_b", r"a\_b"),
        ("~^", r"\textasciitilde{}\textasciicircum{}"),
        ("a\nb", "a b"),
    ],
)
def test_latex_specials(text, escaped):
    assert f"title = {{{{{escaped}}}}}" in bibtex([Source("i", text, "", "", "", "x", "press", "C", "y")])


def test_bibtex_of_all_sources_balances_its_braces():
    everything = bibtex(sources_of(shipped("sources")["source_id"]))
    bare = re.sub(r"\\[{}]", "", everything)
    assert bare.count("{") == bare.count("}")
    assert everything.count("@misc{") == len(shipped("sources"))


def test_ris_is_one_tag_per_line():
    assert ris([PLAIN]) == (
        "TY  - NEWS\r\nID  - X-1\r\nTI  - Gold & mercury: 50 % of {it}\r\nPB  - La Razón #2\r\nPY  - 2024\r\n"
        "UR  - https://a.b/c_d?e={f}\r\nN1  - Licence: not stated. Read for Fronteras: read\r\nER  - \r\n\r\n"
    )


def test_ris_of_all_sources_has_nothing_outside_its_tags():
    lines = ris(sources_of(shipped("sources")["source_id"])).split("\r\n")
    assert [line for line in lines if line and not re.match(r"[A-Z][A-Z0-9]  - ", line)] == []
    assert sum(line.startswith("ER  - ") for line in lines) == len(shipped("sources"))


def test_a_line_break_in_a_title_cannot_start_a_tag():
    assert "\nER" not in ris([Source("i", "a\nER  - b", "", "", "", "x", "press", "C", "y")]).split("ER  - \r\n")[0]
