"""What is marked TLP:RED is in no file that leaves: neither its title nor its source, nor the key that a link names."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.library.shelf import Layer
from layers.__main__ import main
from tests.made_layers import points
from tests.stored_layers import kept

SAID = ("Zorzal", "Quetzalcoatl", "Xolotl")  # nothing of ours is called so
OF_A_VIEW = [("snapshot", ending) for ending in ("png", "svg", "pdf")] + [("html", "html")] + [
    ("data", ending) for ending in ("gpkg", "geojson", "kml", "zip")
]  # fmt: skip
OF_ZONES = [("brief", ending) for ending in ("pptx", "pdf")]

pytestmark = pytest.mark.usefixtures("storage")


def parts(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what a reader or a program can find in a file, with where it is."""
    yield path.name, path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield "names", " ".join(packed.namelist()).encode()
            for name in packed.namelist():
                yield name, packed.read(name)
    if path.suffix == ".pdf":
        for command in (["pdftotext", str(path), "-"], ["pdfinfo", "-custom", str(path)], ["pdfinfo", str(path)]):
            yield command[0], subprocess.run(command, capture_output=True, check=True).stdout


@pytest.fixture
def red() -> Layer:
    title, source, publisher = SAID
    return kept(points(20), title=title, source=source, publisher=publisher, marking="TLP:RED")


@pytest.mark.parametrize(("command", "ending"), [*OF_A_VIEW, *OF_ZONES])
def test_nothing_of_a_red_layer_is_in_a_file(command: str, ending: str, red: Layer, tmp_path: Path, capsys):
    amber = kept(points(20), title="Garza", marking="TLP:AMBER").key
    view = f"layers=zones,{amber},{red.key}&feature={red.key}/1&opacity={red.key}:50&compare={red.key}:{amber}"
    path = tmp_path / f"out.{ending}"
    zones = ["--zones", "Z-CAUCA"] if command == "brief" else []
    assert main([command, *zones, "--view", view, "--out", str(path)]) == 0
    assert "Zorzal" in capsys.readouterr().err  # who asks for it is told what was left out
    found = dict(parts(path))
    assert not [
        (name, word)
        for name, content in found.items()
        for word in (*SAID, red.key)
        for code in ("utf-8", "utf-16-le", "utf-16-be")
        if word.encode(code) in content
    ]
