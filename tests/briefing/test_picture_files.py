"""Pictures as files: their size to the dot, their words as text, their typefaces, and the same bytes every time."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from geo.messages import Message, say
from layers.briefing import picture
from layers.briefing.told import PUBLIC_URL
from layers.printed.templates import TEMPLATES, template
from tests.briefing.sheets import plain, sheet, words_of_pdf, words_of_svg
from tests.briefing.test_picture import restricted
from tests.conftest import ROOT

__all__ = ["restricted"]  # a fixture

SIZES = {
    "slide": (1920, 1080),
    "slide-4k": (3840, 2160),
    "half-slide": (960, 1080),
    "a4": (2480, 3508),
    "a4-landscape": (3508, 2480),
    "letter": (2550, 3300),
    "letter-landscape": (3300, 2550),
    "a2": (4961, 7016),
    "a2-landscape": (7016, 4961),
    "1001x777@97": (1001, 777),
}
PRINT = """
import hashlib
from tests.briefing.sheets import sheet
from layers.briefing import picture
for query in ("zone=Z-VRAEM&lang=es", ""):
    made = sheet(query)
    print(*(hashlib.sha256(picture.packed(made, kind)).hexdigest() for kind in picture.FORMATS))
"""


@pytest.mark.parametrize("name", SIZES)
def test_a_png_has_the_dots_that_are_asked_for(name: str):
    image = Image.open(BytesIO(picture.packed(sheet("layers=boundaries", name), "png")))
    assert image.size == SIZES[name]
    assert image.info["dpi"] == pytest.approx((template(name).dpi,) * 2, abs=0.02)
    image.load()


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_word_that_must_stand_on_a_sheet_can_be_read_in_every_format(name: str, tmp_path, restricted: str):
    made = sheet(f"layers={restricted},boundaries,corridors&lang=en", name, title="Río & <borders> for $5")
    told, path = made.told, tmp_path / "sheet.pdf"
    picture.write(made, path)
    svg = picture.packed(made, "svg")
    for found in (plain(words_of_svg(svg)), plain(words_of_pdf(path))):
        for must in (told.title, told.sources, told.precision, told.disclaimer, told.code, told.marking, told.on):
            assert plain(must) in found, must
        assert re.search(r"\d(km|m)", found), "no scale bar"
        for label in ("Sources", "Precision", "As of", "View"):
            assert plain(say(Message(label), "en")) in found  # the words of a label
    told_png = Image.open(BytesIO(picture.packed(made, "png"))).info
    assert told_png["Title"] == told.title
    assert told_png["Disclaimer"] == "TLP:AMBER+STRICT"
    assert told_png["Source"].count(";") >= len(told.all_sources) - 1


@pytest.mark.parametrize("name", ["slide", "a4", "letter-landscape", "a2"])
def test_a_pdf_has_the_size_of_its_paper_embedded_typefaces_and_says_what_it_is(name: str, tmp_path):
    made, path = sheet("zone=Z-CUCUTA&lang=pt", name), tmp_path / "sheet.pdf"
    picture.write(made, path)
    about = _run("pdfinfo", str(path))
    width, height = (float(each) for each in re.findall(r"Page size:\s+([\d.]+) x ([\d.]+)", about)[0])
    assert width == pytest.approx(made.template.width_in * 72, abs=0.02)
    assert height == pytest.approx(made.template.height_in * 72, abs=0.02)
    assert f"Title:           {made.told.title}" in about
    assert made.told.marking in about
    assert "CreationDate" not in about
    fonts = _run("pdffonts", str(path)).splitlines()[2:]
    assert fonts
    for line in fonts:
        assert "TrueType" in line
        assert line.split()[-5:-2] == ["yes", "yes", "yes"], line  # embedded, subset, with a way back to text


def test_the_shapes_of_a_pdf_are_shapes(tmp_path):
    path = tmp_path / "sheet.pdf"
    picture.write(sheet("zone=Z-PUTUMAYO"), path)
    assert len(_run("pdfimages", "-list", str(path)).splitlines()) == 2  # the head of the table alone


def test_a_drawing_carries_its_letters_and_nothing_from_elsewhere():
    svg = picture.packed(sheet("zone=Z-CUCUTA"), "svg").decode()
    faces = re.findall(r"@font-face\{font-family:'([^']+)';font-weight:(\d+)", svg)
    assert ("Source Sans Pro", "400") in faces
    assert ("Source Sans Pro", "700") in faces
    assert not re.findall(r"(?:href|src)\s*=\s*[\"']https?:", svg)
    ids = re.findall(r'\sid="([^"]+)"', svg)
    assert len(ids) == len(set(ids))


def test_the_link_is_in_the_file_whole(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(PUBLIC_URL, "https://fronteras.example")
    made = sheet("zone=Z-CUCUTA&layers=crossings")
    assert made.told.link.startswith("https://fronteras.example/?")
    info = Image.open(BytesIO(picture.packed(made, "png"))).info
    assert info["Comment"] == made.told.link


def test_the_same_view_gives_the_same_bytes_in_two_processes():
    def printed(seed: str) -> str:
        env = os.environ | {"PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", PRINT], capture_output=True, text=True, check=True, cwd=ROOT, env=env
        ).stdout

    first = printed("1")
    assert len(first.split()) == 6
    assert first == printed("2")


def test_one_sheet_gives_the_same_bytes_whatever_was_written_of_it_before():
    made = sheet("zone=Z-CUCUTA")
    first = picture.packed(made, "png")
    picture.packed(made, "pdf")
    picture.packed(made, "svg")
    assert hashlib.sha256(picture.packed(made, "png")).digest() == hashlib.sha256(first).digest()


def test_what_was_there_stays_whole_where_the_disk_is_full(tmp_path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "map.png"
    path.write_bytes(b"before")

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ValueError, match="No space left on device"):
        picture.write(sheet(), path)
    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir()] == ["map.png"]


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_sheets_made_at_once_are_as_those_made_one_after_another():
    queries = ["zone=Z-CUCUTA", "layers=coca,boundaries&lang=es", "zone=Z-VRAEM&lang=pt", "layers=none"]

    def made(query: str) -> str:
        return hashlib.sha256(picture.packed(sheet(query, "640x360@48"), "svg")).hexdigest()

    one_after_another = [made(query) for query in queries]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(made, queries * 2)) == one_after_another * 2
