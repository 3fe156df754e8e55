"""What changed as slides: they open, say the right counts, mark themselves, and are the same each time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pptx import Presentation

from geo import digests
from geo.messages import number
from layers.briefing.changes import files as changes_files
from layers.briefing.changes import found as changed
from layers.briefing.changes import words as changes
from layers.briefing.changes.found import Changes
from tests.briefing.test_changes import described, releases
from tests.stored_layers import kept

__all__ = ["releases"]  # a fixture

pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def found(releases: Path) -> Changes:
    kept(described(4), title="Ours", marking="TLP:AMBER")
    kept(described(4), title="Secret", marking="TLP:RED")
    return changes.between("2026-06-01", folder=releases)


def texts(slide) -> str:
    frames = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    cells = [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return "\n".join([*frames, *cells])


def test_slides_open_and_say_what_changed(found: Changes, tmp_path: Path):
    order = changes_files.ordered(found, "en", ending="pptx")
    made = changes_files.write(found, order, tmp_path / "made.pptx")
    slides = list(Presentation(str(tmp_path / "made.pptx")).slides)
    assert len(slides) == 2
    (table,) = [shape.table for shape in slides[0].shapes if shape.has_table]
    rows = [[cell.text for cell in row.cells] for row in table.rows][1:]
    assert rows == [
        [line.of, *(str(n) if (n := line.counts[kind]) else "–" for kind in ("new", "gone", "revised"))]
        for line in changes.summary(found, "en")
    ]
    assert "200\u202f000 hectares → 252\u202f572 hectares" in texts(slides[1])
    assert "Old pit $x_1$ <b>" in texts(slides[1])
    for slide in slides:
        assert made.marking == "TLP:AMBER"
        assert "TLP:AMBER" in texts(slide)
        assert made.code in texts(slide)
        assert made.title in texts(slide)
    everything = "\n".join([*map(texts, slides), slides[0].notes_slide.notes_text_frame.text])
    assert "Secret" not in everything
    assert "release 0.8.0" in everything
    assert [path.name for path in tmp_path.glob("made*")] == ["made.pptx"]


def test_the_same_changes_give_the_same_slides(found: Changes, tmp_path: Path):
    order = changes_files.ordered(found, "pt", ending="pptx")
    contents = []
    for n in range(2):
        changes_files.write(found, order, tmp_path / f"{n}.pptx")
        contents.append((tmp_path / f"{n}.pptx").read_bytes())
    assert contents[0] == contents[1]


def test_nothing_and_very_much_are_slides_too(tmp_path: Path):
    none = changes.between("0.3.0")
    now = digests.today()
    shipped = changed.shipped_changes.between(now[now["table"] == "zones"], now)
    for name, found in (("none", replace(none, shipped=())), ("all", replace(none, shipped=shipped))):
        changes_files.write(found, changes_files.ordered(found, "es", ending="pptx"), tmp_path / f"{name}.pptx")
    counts = {name: len(Presentation(str(tmp_path / f"{name}.pptx")).slides) for name in ("none", "all")}
    assert counts == {"none": 1, "all": 10}
    listed = list(Presentation(str(tmp_path / "all.pptx")).slides)[1:]
    rows = sum(len(shape.table.rows) - 1 for slide in listed for shape in slide.shapes if shape.has_table)
    assert number(len(shipped) - rows, "es") in texts(listed[-1])
