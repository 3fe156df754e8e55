"""What changed in a pack: a map and a list after the region, marked like the rest, or one honest line."""

from __future__ import annotations

import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from geo import zones
from geo.errors import DataError, UnknownError
from geo.viewer import LOCAL
from layers.__main__ import main
from layers.briefing import history
from layers.briefing.changes import found as changed
from layers.briefing.orders import Order
from layers.briefing.orders import make as carried_out
from layers.briefing.pack import contents, house, pack
from layers.briefing.pack.pack import Pack, make
from layers.briefing.pack.slides import Slide
from tests.briefing.masters import organisation
from tests.briefing.test_changes import described, releases
from tests.briefing.test_changes_slides import texts
from tests.stored_layers import kept

__all__ = ["releases"]  # a fixture

pytestmark = pytest.mark.usefixtures("storage")

ZONES = ("Z-TUMACO", "Z-MDD")  # in both something differs from release 0.8.0
ELSEWHERE = ("Z-VRAEM",)
TITLE = "What changed since release 0.8.0"


@pytest.fixture(autouse=True)
def made_releases(releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack, "between", partial(changed.between, folder=releases))


def told(path: Path) -> list[tuple[str, str]]:
    """Return title and texts of each slide."""
    return [(slide.shapes.title.text_frame.text, texts(slide)) for slide in Presentation(str(path)).slides]


def test_a_pack_tells_what_changed_in_its_zones_after_the_region_on_a_map_that_its_code_opens(tmp_path: Path):
    made = make(Pack(zones=ZONES, since="0.8.0"), tmp_path / "pack.pptx")
    slides = told(tmp_path / "pack.pptx")
    titles = [title for title, _ in slides]
    assert titles[1:3] == ["The region at a glance", TITLE]
    assert TITLE not in titles[3]  # three changes stand beside the map, whole
    assert made.slides == len(slides)
    pictures = [shape for shape in Presentation(str(tmp_path / "pack.pptx")).slides[2].shapes if shape.shape_type == 13]
    assert len(pictures) == 1  # the map with its signs
    assert "Newly mined area" in slides[2][1]
    assert "drawn otherwise" in slides[2][1]
    assert "Old pit" not in "".join(text for _, text in slides)  # it lies in neither zone
    slide = Presentation(str(tmp_path / "pack.pptx")).slides[2]
    code = next(each.text_frame.text[-9:] for each in slide.shapes if each.name == "Date and code")
    assert history.view_of(code)["layers"] == "boundaries,disputed,zones"


def planned(asked: Pack) -> list[Slide]:
    """Return the slides of a pack as they are before they are drawn."""
    return [slide for _, slide in contents.slides(pack._asked(asked, house.CANVAS, LOCAL))]


@pytest.mark.parametrize(("since", "line"), [
    ("0.9.0", "Nothing changed since release 0.9.0 of July 1, 2026."),
    ("2026-08-01", "Nothing changed since August 1, 2026."),
])  # fmt: skip
@pytest.mark.parametrize("zones", [ZONES, ELSEWHERE, tuple(zones.zones().index[:8])])
def test_where_nothing_changed_one_line_says_so(since: str, line: str, zones: tuple[str, ...]):
    slides, plain = planned(Pack(zones=zones, since=since)), planned(Pack(zones=zones))
    assert [slide.title for slide in slides] == [slide.title for slide in plain]
    assert [n for n, slide in enumerate(slides) if line in str(slide.blocks)] == [1]
    assert "release 0.9.0" in str(slides[1].notes)


def test_a_pack_is_marked_as_what_changed_and_names_no_layer_that_may_not_leave():
    kept(described(4), title="Ours", marking="TLP:AMBER")
    kept(described(4), title="Secret", marking="TLP:RED")
    every = tuple(zones.zones().index)
    asked = pack._asked(Pack(zones=every, since="2026-08-01"), house.PDF_CANVAS, LOCAL)
    assert asked.carried == "TLP:AMBER"
    assert asked.left_out == ("Secret",)
    shown = [slide for _, slide in zip(range(8), contents.slides(asked), strict=False)]
    assert {slide.foot.marking for _, slide in shown} == {"TLP:AMBER"}
    assert "Secret" not in str(shown)
    assert "Ours" in str(shown)


def test_pages_tell_what_slides_tell(tmp_path: Path):
    made = make(Pack(zones=ZONES[:1], since="0.8.0"), tmp_path / "changed.pdf")
    said = subprocess.run(["pdftotext", str(tmp_path / "changed.pdf"), "-"], capture_output=True, check=True, text=True)
    assert said.stdout.count("\f") == made.slides
    assert TITLE in said.stdout
    assert "A larger sign stands for several changes" in " ".join(said.stdout.split())


def test_the_command_takes_since_and_the_history_makes_it_again(tmp_path: Path, capsys: Any):
    path = tmp_path / "pack.pptx"
    asked = ["brief", "--zones", "Z-TUMACO, Z-TUMACO", "--since", "0.8.0", "--lang", "en", "--out", str(path)]
    assert main(asked) == 0
    capsys.readouterr()
    (export,) = history.remembered()
    assert export.asked["since"] == "0.8.0"
    assert export.asked["zones"] == ["Z-TUMACO"]
    carried_out(Order.again(export), tmp_path / "again.pptx")
    assert (tmp_path / "again.pptx").read_bytes() == path.read_bytes()
    assert main([*asked[:3], "--since", "9.9.9", "--out", str(tmp_path / "no.pptx")]) == 1
    assert "9.9.9" in capsys.readouterr().err
    assert not (tmp_path / "no.pptx").exists()


def test_a_wrong_day_is_a_sentence(tmp_path: Path):
    with pytest.raises(DataError, match="is no day"):
        make(Pack(zones=ZONES, since="2026-13-01"), tmp_path / "pack.pptx")
    with pytest.raises(UnknownError):
        make(Pack(zones=ZONES, since="soon"), tmp_path / "pack.pptx")
    assert list(tmp_path.glob("*pack*")) == []


def test_the_file_of_changes_takes_a_template(tmp_path: Path, capsys: Any):
    ours = organisation(tmp_path / "ours.pptx")
    out = tmp_path / "changes.pptx"
    assert main(["changes", "--since", "0.1.0", "--master", str(ours), "--out", str(out)]) == 0
    assert {each.name for each in Presentation(str(out)).slide_master.shapes} >= {"Logo", "Band"}
    (export,) = history.remembered()
    assert export.asked["master"] == "ours.pptx"
    with pytest.raises(DataError, match=r"made with the template “ours.pptx”"):
        carried_out(Order.again(export), tmp_path / "again.pptx")
    for other in (["--out", str(tmp_path / "changes.png")], []):
        assert main(["changes", "--since", "0.1.0", "--master", str(ours), *other]) == 1
        assert "A template is for slides." in capsys.readouterr().err


def test_a_template_for_pages_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match="A template is for slides"):
        make(Pack(zones=ZONES, master=organisation(tmp_path / "ours.pptx")), tmp_path / "pack.pdf")
