"""A report in every form: what it asks of a person, the table, the page, and what is kept of it."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
import shapely
from shapely.geometry import Point, Polygon

from geo.ingest import telling
from geo.ingest.checking import Preview
from geo.ingest.report import Issue, LayerFacts, Report, in_order
from geo.ingest.report_csv import report_csv
from geo.messages import LANGUAGES, Message, say
from layers.report_page import report_page
from layers.report_words import DOUBTFUL, LEFT_OUT, groups, records, remedy, steps, verdict

FOUND, EXPECTED, FIX = Message("Found."), Message("Expected."), Message("Nothing needs to be done.")
LAYER = LayerFacts("minas", 5, ("Point",), "EPSG:4326")
BOWTIE = Polygon([(-70, -4), (-69, -3), (-69, -4), (-70, -3)])


def issue(code="X", severity="warning", **more):
    return Issue(code, severity, FOUND, EXPECTED, FIX, **more)


def preview(code="GEOMETRY_INVALID", layer="minas", feature=1, before=BOWTIE, after=None):
    after = shapely.make_valid(before) if after is None else after
    return Preview(code, layer, feature, shapely.to_wkb(before, hex=True), shapely.to_wkb(after, hex=True))


def rows(report, lang="en"):
    return list(csv.reader(io.StringIO(report_csv(report, lang).decode("utf-8-sig"))))


def test_the_table_has_a_row_for_each_issue():
    report = Report("a.csv", (LAYER,), (issue("TWINS", layer="minas", feature=3, count=2), issue("NOTE", "note")))
    head, first, second = rows(report)
    assert head == ["severity", "code", "layer", "feature", "count", "found", "expected", "what to do"]
    assert first == ["warning", "TWINS", "minas", "3", "2", "Found.", "Expected.", "Nothing needs to be done."]
    assert second[:5] == ["note", "NOTE", "", "", "1"]


@pytest.mark.parametrize("layer", ["=1+1", "+1+1", "@SUM(1)", "-2+3", "\t=1", "=cmd|' /C calc'!A0"])
def test_no_cell_of_the_table_is_computed(layer):
    assert rows(Report("a.csv", (), (issue(severity="error", layer=layer),)))[1][2] == f"'{layer}"


def test_the_table_is_in_the_readers_language():
    report = Report("a.csv", (LAYER,), (issue("NOTHING", "warning"),))
    assert rows(report, "es")[1][0] == "advertencia"
    assert {rows(report, lang)[1][1] for lang in LANGUAGES} == {"NOTHING"}


def test_issues_are_grouped_by_what_they_ask_for():
    told = [
        issue("ANY", "note"),
        issue("OUTSIDE_REGION"),
        issue("GEOMETRY_MISSING"),
        issue("RING_CLOSED"),
        issue("CRS_MISSING", "error"),
    ]
    assert [(group.duty, group.issues[0].code) for group in groups(told)] == [
        ("mend", "CRS_MISSING"),
        ("look", "RING_CLOSED"),
        ("fill", "GEOMETRY_MISSING"),
        ("doubt", "OUTSIDE_REGION"),
        ("know", "ANY"),
    ]
    assert not LEFT_OUT & DOUBTFUL


@pytest.mark.parametrize(
    ("layers", "issues", "words", "last"),
    [
        pytest.param((LAYER,), (), "in order", "Nothing needs to be mended", id="accepted"),
        pytest.param((LAYER,), (issue("RING_CLOSED"),), "few things first", "Then store the layer", id="warnings"),
        pytest.param((LAYER,), (issue("X", "error", layer="b"),), "another part cannot", "Then store", id="in part"),
        pytest.param((), (issue("X", "error"),), "cannot be stored", "Then bring the file again", id="refused"),
    ],
)
def test_the_verdict_and_the_last_step_are_plain(layers, issues, words, last):
    report = Report("a.geojson", layers, issues)
    assert words in say(verdict(report), "en")
    assert steps(report, "en")[-1].startswith(last) or last in steps(report, "en")[-1]


def test_the_first_step_of_a_refusal_is_its_remedy_with_its_place():
    told = issue("X", "error", layer="minas", feature=7)
    assert steps(Report("a.geojson", (), (told, told)), "en")[0] == "minas, record 7: Nothing needs to be done."
    assert len(steps(Report("a.geojson", (), (told, told)), "en")) == 2


@pytest.mark.parametrize(
    ("feature", "count", "listed", "said"),
    [
        (None, 1, (), ""),
        (4, 1, (), "Record 4"),
        (1, 6, (1, 2, 3, 7, 9, 10), "Records 1–3, 7, 9–10"),
        (1, 90, (1, 2), "Records 1–2 and 88 more"),
        (12345, 1, (12345,), "Record 12345"),
    ],
)
def test_records_are_listed_as_people_look_them_up(feature, count, listed, said):
    assert records(issue(feature=feature, count=count, records=listed), "en") == said


def test_choices_of_a_remedy_stand_one_below_the_other():
    fix = Message("Say the CRS. On land: {likely}.", likely="EPSG:1 (a); EPSG:2 (b)")
    told = Issue("CRS_MISSING", "error", FOUND, EXPECTED, fix)
    assert remedy(say(fix, "en"), told) == ("Say the CRS. On land:", ("EPSG:1 (a)", "EPSG:2 (b)"))
    assert remedy("Other words.", told) == ("Other words.", ())
    page = report_page(Report("a.zip", (), (told,)), (), "en").decode()
    assert "<li>EPSG:1 (a)</li><li>EPSG:2 (b)</li>" in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_stands_alone(lang):
    report = Report("a.geojson", (LAYER,), (issue("GEOMETRY_INVALID", layer="minas", feature=1),))
    page = report_page(report, [preview()], lang).decode()
    assert page.count("<svg") == 3
    assert f'<html lang="{lang}">' in page
    outside = re.findall(r'(?:src|href)="(?!data:)[^"]*"|url\(|@import|<script', page)
    assert outside == []
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", page) == []


def test_a_page_is_the_same_each_time():
    report = Report("a.geojson", (LAYER,), (issue("GEOMETRY_INVALID", layer="minas", feature=1),))
    assert report_page(report, [preview()], "en") == report_page(report, [preview()], "en")


def test_pictures_stand_with_the_first_issue_of_their_kind_and_are_few():
    two = tuple(issue("GEOMETRY_INVALID", layer="minas", feature=number) for number in (1, 2))
    page = report_page(Report("a.geojson", (LAYER,), two), [preview(feature=n) for n in range(1, 9)], "en").decode()
    first, second = page.split('<article class="issue">')[1:]
    assert (first.count("<figure"), second.count("<figure")) == (9, 0)


def test_a_note_with_pictures_shows_them():
    told = (issue("CRS_DECLARED", "note", layer="minas"),)
    moved = preview("CRS_DECLARED", before=Point(), after=Point(-70, -4))
    page = report_page(Report("a.geojson", (LAYER,), told), [moved], "en").decode()
    assert page.count("<figure") == 3


def test_what_came_with_the_file_is_escaped_on_the_page():
    bad = "<script>x</script>\u202e\x00"
    told = Issue("X", "error", Message("In “{name}”.", name=bad), EXPECTED, FIX, layer=bad, feature=1)
    page = report_page(Report(bad, (LayerFacts(bad, 1, (bad,), bad),), (told,)), (), "en").decode()
    assert "<script" not in page
    assert not {"\u202e", "\x00"} & set(page)
    assert page.count("&lt;script&gt;") >= 5


def test_a_report_comes_back_as_it_was_kept():
    value = Message("{n} of {what}", "{n} of {what}", n=3, what=Message("areas"))
    told = Issue("X", "warning", value, EXPECTED, FIX, layer="minas", feature=4, count=3, records=(4, 5, 9))
    report = Report("a.geojson", (LAYER,), in_order((told, issue("Y", "error"))))
    shown = (preview(), preview("RING_CLOSED", feature=2))
    kept = json.loads(json.dumps(telling.packed(report, shown)))
    assert telling.unpacked(kept) == report
    assert telling.unpacked_repairs(kept) == shown
    assert report_page(report, shown, "pt") == report_page(telling.unpacked(kept), telling.unpacked_repairs(kept), "pt")


def test_a_report_that_was_kept_without_shapes_has_none():
    kept = telling.packed(Report("a.geojson", (LAYER,), (issue(records=(1,)),)))
    del kept["repairs"], kept["issues"][0]["records"]  # as an older release kept it
    assert telling.unpacked(kept).issues[0].records == ()
    assert telling.unpacked_repairs(kept) == ()


def test_shapes_that_are_kept_with_a_report_stay_small(monkeypatch):
    small, large = preview(), preview(before=Point(-70, -4).buffer(1, quad_segs=500))
    monkeypatch.setattr(telling, "REPAIRS_CHARS", 2 * (len(small.before) + len(small.after)))
    kept = telling.packed(Report("a"), [small, large, small, small])
    assert telling.unpacked_repairs(kept) == (small, small)
