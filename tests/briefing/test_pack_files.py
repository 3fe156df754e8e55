"""Packs as other programs see them: LibreOffice opens the slides, poppler reads the pages, nothing runs over."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from geo.messages import language
from layers.__main__ import main
from layers.briefing import history
from layers.briefing.pack import house
from layers.briefing.pack.pack import Pack, make

ZONES = ("Z-PUTUMAYO", "Z-IGUAZU")  # long lists; long names
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')

needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here")
needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not here")


pytestmark = pytest.mark.usefixtures("module_storage")


@pytest.fixture(scope="module", params=["en", "pt"])
def slides(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("slides") / "pack.pptx"
    make(Pack(zones=ZONES, lang=language(request.param)), path)
    return path


def words_by_page(path: Path) -> list[list[tuple[float, float, float, float, str]]]:
    told = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True, text=True).stdout
    return [
        [(*(float(each) for each in found[:4]), unescape(found[4])) for found in WORD.findall(page)]  # type: ignore[misc]
        for page in told.split("<page ")[1:]
    ]


def of_foot(slide: Any) -> set[str]:
    names = {"Sources", "Date and code", "Marking", "Slide number"}
    found = [each.text_frame for each in slide.shapes if each.name in names]
    fields = [text for frame in found for text in frame._txBody.xpath(".//a:fld/a:t/text()")]
    return {word for text in [*(frame.text for frame in found), *fields] for word in text.split()}


@needs_office
@needs_poppler
def test_libreoffice_opens_the_slides_and_no_text_runs_into_the_foot_or_off_the_slide(slides: Path, tmp_path: Path):
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(slides)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    pages = words_by_page(tmp_path / "pack.pdf")
    deck = list(Presentation(str(slides)).slides)
    assert len(pages) == len(deck)
    for page, slide in zip(pages, deck, strict=True):
        title = slide.shapes.title.text_frame.text
        assert page, title
        allowed = of_foot(slide)
        for left, top, right, bottom, word in page:
            assert left >= 0, (title, word)
            assert right <= house.WIDTH, (title, word)
            assert bottom <= house.HEIGHT, (title, word)
            if bottom > house.FOOT.y + 2:
                assert top > house.FOOT.y - 2, (title, word)
                assert word in allowed, (title, word)


@needs_poppler
def test_pages_say_what_slides_say_in_embedded_typefaces(tmp_path: Path):
    path = tmp_path / "pack.pdf"
    made = make(Pack(zones=("Z-CUCUTA",), lang="es", marking="TLP:GREEN"), path)
    pages = words_by_page(path)
    assert len(pages) == made.slides
    slides = tmp_path / "pack.pptx"
    make(Pack(zones=("Z-CUCUTA",), lang="es", marking="TLP:GREEN"), slides)
    for number, (page, slide) in enumerate(zip(pages, Presentation(str(slides)).slides, strict=True), 1):
        said = {word for *_, word in page}
        assert set(slide.shapes.title.text_frame.text.split()) <= said
        assert "TLP:GREEN" in said
        assert number == 1 or str(number) in said
        for left, top, right, bottom, word in page:
            assert left >= 0, word
            assert top >= 0, word
            assert right <= house.WIDTH + 0.5, word
            assert bottom <= house.HEIGHT + 0.5, word
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True, text=True).stdout
    rows = fonts.splitlines()[2:]
    assert rows
    assert all(re.search(r"\byes\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+$", row) for row in rows), fonts
    info = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True, text=True).stdout
    assert "Cúcuta - Táchira" in info
    assert "TLP:GREEN" in info
    assert "CreationDate" not in info


def test_the_command_writes_a_pack_tells_how_far_it_is_and_keeps_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "pack.pptx"
    asked = ["brief", "--zones", "Z-CAUCA", "--out", str(path), "--lang", "es", "--tlp", "amber",
             "--date", "2026-11-22", "--title", "Cauca hoy"]  # fmt: skip
    assert main(asked) == 0
    said = capsys.readouterr()
    assert str(path) in said.out
    assert "TLP:AMBER" in said.out
    assert len(said.err.splitlines()) == len(list(Presentation(str(path)).slides))
    (kept,) = [each for each in history.remembered() if each.title == "Cauca hoy"]
    assert kept.kind == "pack"
    assert kept.code in said.out
    assert kept.asked["zones"] == ["Z-CAUCA"]
    assert history.view_of(kept.code)["lang"] == "es"


def test_the_command_refuses_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = ["--out", str(tmp_path / "pack.pptx")]
    assert main(["brief", "--zones", "Z-NOWHERE", *out]) == 1
    assert "There is no zone “Z-NOWHERE”." in capsys.readouterr().err
    assert main(["brief", "--zones", "Z-CAUCA", "--out", str(tmp_path / "no" / "pack.pptx")]) == 1
    assert "could not be written" in capsys.readouterr().err
    broken = tmp_path / "master.pptx"
    broken.write_text("no")
    assert main(["brief", "--zones", "Z-CAUCA", "--master", str(broken), *out]) == 1
    assert "is no PowerPoint presentation" in capsys.readouterr().err
    assert main(["brief", "--zones", ",", *out]) == 1
    assert "No zone is chosen" in capsys.readouterr().err
    with pytest.raises(SystemExit) as wrong:
        main(["brief", *out])
    assert wrong.value.code == 2
    assert sorted(each.name for each in tmp_path.iterdir()) == ["master.pptx"]
