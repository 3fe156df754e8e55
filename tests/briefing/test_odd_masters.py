"""Templates of strangers: what they hold beside masters and layouts stays behind; odd ones are used or refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from geo.errors import DataError
from geo.viewer import LOCAL
from layers.__main__ import main
from layers.briefing.pack import master
from layers.briefing.pack.slides import Bullets, Foot, Slide
from layers.briefing.pack.slides_pptx import Slides
from tests.briefing import odd_masters
from tests.briefing.masters import organisation

pytestmark = pytest.mark.usefixtures("storage")


def made_with(template: Path, path: Path) -> Path:
    """Write a presentation of two slides with a template."""
    deck = master.opened(template)
    slides = Slides(deck, lang="en", viewer=LOCAL, title="Made", about="TLP:GREEN")
    foot = Foot(sources="A source", dated="Today", marking="TLP:GREEN")
    slides.add(Slide(title="Opening", subtitle="Below", foot=foot, is_opening=True))
    listed = ((deck.canvas.area, Bullets("A list", ("One", "Two"))),)
    slides.add(Slide(title="Content", subtitle="Below", foot=foot, blocks=listed, notes=("Said",)))
    slides.save(path)
    return path


def test_nothing_but_masters_layouts_and_their_pictures_travels(tmp_path: Path):
    path = made_with(odd_masters.laden(tmp_path / "laden.pptx"), tmp_path / "made.pptx")
    with zipfile.ZipFile(path) as archive:
        whole = {name: archive.read(name).decode("latin-1") for name in archive.namelist()}
    for spy in odd_masters.SPIES:
        assert [name for name, text in whole.items() if spy in name or spy in text] == []
    assert not any('TargetMode="External"' in text for text in whole.values())
    assert "modifyVerifier" not in whole["ppt/presentation.xml"]
    deck = Presentation(str(path))
    assert [slide.shapes.title.text_frame.text for slide in deck.slides] == ["Opening", "Content"]
    assert {"Logo", "Band"} <= {each.name for each in deck.slide_master.shapes}  # which are in the file
    layout = deck.slides[1].slide_layout
    assert "Linked" not in {each.name for each in layout.shapes}  # whose picture is elsewhere


def test_no_relation_is_named_that_is_gone(tmp_path: Path):
    path = made_with(odd_masters.laden(tmp_path / "laden.pptx"), tmp_path / "made.pptx")
    deck = Presentation(str(path))
    for part in deck.part.package.iter_parts():
        element = getattr(part, "_element", None)
        if element is None:
            continue
        prefix = qn("r:id").removesuffix("id")
        named = {v for each in element.iter() for name, v in each.attrib.items() if name.startswith(prefix) and v}
        assert named <= set(part.rels), part.partname


@pytest.mark.parametrize("kind", ["template", "macro", "slideshow"])
def test_templates_by_another_name_give_a_presentation(kind: str, tmp_path: Path):
    path = made_with(odd_masters.of_kind(tmp_path / "theirs.pptx", kind), tmp_path / "made.pptx")
    with zipfile.ZipFile(path) as archive:
        types = archive.read("[Content_Types].xml").decode()
    assert odd_masters.MAIN in types
    assert len(Presentation(str(path)).slides) == 2


@pytest.mark.parametrize("write", [odd_masters.dark, odd_masters.crowded, odd_masters.gapped])
def test_odd_templates_give_slides(write: Callable[[Path], Path], tmp_path: Path):
    deck = Presentation(str(made_with(write(tmp_path / "theirs.pptx"), tmp_path / "made.pptx")))
    assert [slide.shapes.title.text_frame.text for slide in deck.slides] == ["Opening", "Content"]
    assert (tmp_path / "made.pptx").stat().st_size < 200_000  # their own slides are gone


@pytest.mark.parametrize(("write", "words"), [
    (odd_masters.portrait, "higher than wide"),
    (odd_masters.locked, "locked with a password, or of PowerPoint 2003"),
])  # fmt: skip
def test_what_cannot_be_used_says_why(write: Callable[[Path], Path], words: str, tmp_path: Path):
    with pytest.raises(DataError, match=words):
        master.opened(write(tmp_path / "theirs.pptx"))


def test_slides_are_not_written_over_their_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    ours = organisation(tmp_path / "ours.pptx")
    before = ours.read_bytes()
    for command in (["brief", "--zones", "Z-CAUCA"], ["changes", "--since", "0.1.0"]):
        assert main([*command, "--master", str(ours), "--out", f"{tmp_path}/./ours.pptx"]) == 1
        assert "would replace it" in capsys.readouterr().err
    assert ours.read_bytes() == before


def test_a_file_that_cannot_be_put_there_is_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "folder.pptx").mkdir()
    for name in ("folder.pptx", f"{'n' * 300}.pptx", "no/where.pdf"):
        assert main(["brief", "--zones", "all", "--out", str(tmp_path / name)]) == 1
        said = capsys.readouterr()
        assert "could not be written" in said.err
        assert len(said.err.splitlines()) == 1  # not one slide was made
    assert [each.name for each in tmp_path.iterdir() if each.name != "storage"] == ["folder.pptx"]
